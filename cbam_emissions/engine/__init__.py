# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl.html)
"""The law of the Carbon Border Adjustment Mechanism as plain Python.

One module per chapter of Implementing Regulations (EU) 2025/2547, 2025/2620 and 2025/2621. Functions take
and return plain values and frozen dataclasses; nothing here knows Odoo or a database.

Units everywhere: tonnes, TJ, MWh, tCO2e. A figure that is missing is ``None`` and raises ``MissingFigure``
where it is needed; it is never taken as 0 or 1.
"""
