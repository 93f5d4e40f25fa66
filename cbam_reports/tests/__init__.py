from . import test_certificates
from . import test_declaration
from . import test_declaration_blockers
from . import test_declaration_impact
from . import test_declaration_versions
from . import test_report_rights
from . import test_scenario
