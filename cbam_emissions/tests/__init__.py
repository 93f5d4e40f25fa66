from . import test_posting_order
from . import test_opening
