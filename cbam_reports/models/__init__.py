from . import cbam_certificate_move
from . import cbam_declaration
from . import cbam_declaration_blocker
from . import cbam_declaration_builder
from . import cbam_declaration_freeze
from . import cbam_declaration_line
from . import cbam_declaration_total
from . import cbam_holding_test
