from . import test_declarant_journey
from . import test_demo_scenario
from . import test_random_factories
from . import test_rights
from . import test_screens
from . import test_two_databases
from . import test_umbrella
