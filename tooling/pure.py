"""The addon's packages that know no Odoo (``engine``, ``workbook``), importable on a machine without Odoo."""

import importlib.util
import sys

from . import settings

ADDON = "cbam_emissions"


def register(addon=ADDON):
    """Makes ``import cbam_emissions.workbook`` work without running the addon's own ``__init__``, which needs Odoo."""
    if addon not in sys.modules:
        spec = importlib.util.spec_from_loader(addon, loader=None, is_package=True)
        spec.submodule_search_locations.append(str(settings.ROOT / addon))
        sys.modules[addon] = importlib.util.module_from_spec(spec)
