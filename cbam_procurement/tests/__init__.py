from . import test_carbon_cases
from . import test_carbon_cost
from . import test_certificate_price
from . import test_comparison
from . import test_price_feed
from . import test_unit_warning
from . import test_data_request
