from . import test_demo_scenario
from . import test_umbrella
from . import test_random_factories
