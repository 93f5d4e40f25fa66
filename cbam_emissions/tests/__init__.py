from . import test_opening
from . import test_posting_correction
from . import test_posting_order
from . import test_posting_return
from . import test_posting_scrap
from . import test_posting_unbuild
