from . import test_posting_order
