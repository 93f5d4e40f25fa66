from . import test_umbrella
