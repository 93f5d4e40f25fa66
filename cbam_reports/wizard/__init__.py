from . import cbam_declaration_correct
from . import cbam_declaration_impact
from . import cbam_declaration_impact_line
