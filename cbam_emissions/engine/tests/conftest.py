# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl.html)
"""Property tests judge results, not how busy the machine is."""

from hypothesis import HealthCheck, settings

settings.register_profile("engine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("engine")
