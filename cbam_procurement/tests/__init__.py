from . import test_unit_warning
