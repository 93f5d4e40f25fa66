from . import mrp_report_bom_structure
from . import mrp_report_mo_overview
from . import stock_traceability
