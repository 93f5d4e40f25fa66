# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl.html)
"""What the documents of an installation contain, item by item, as the acts list it.

``items``                items, and what a document answers to them
``monitoring_plan``      2025/2547 Annex II A.5
``emissions_report``     2025/2547 Annex IV 1.1 and 1.2
``verification_report``  2025/2546 Annex
"""

from .items import Item

__all__ = ["Item"]
