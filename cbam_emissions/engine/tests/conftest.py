# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl.html)
"""Property tests judge results, not how busy the machine is, and find the same cases in every run.

``HYPOTHESIS_PROFILE=explore`` looks for new ones: ten times as many, other ones each time. ``mutation`` is for
thousands of runs, each of which ends at the first failure.
"""

import os

from hypothesis import HealthCheck, Phase, settings

patient = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow]}
settings.register_profile("engine", derandomize=True, **patient)
settings.register_profile("explore", max_examples=1000, **patient)
few = {"max_examples": 25, "derandomize": True, "database": None, "phases": (Phase.explicit, Phase.generate)}
settings.register_profile("mutation", **few, **patient)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "engine"))
