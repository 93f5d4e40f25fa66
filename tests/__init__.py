from . import test_demo_scenario
from . import test_umbrella
