# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl.html)
"""Makes ``cbam_emissions.workbook`` importable without Odoo, before pytest imports anything of the addon."""

from tooling import pure

pure.register()
