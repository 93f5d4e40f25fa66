# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl.html)
"""What the documents of an installation contain, item by item, as the acts list it.

``items``            an item of a document, and what a document says about it
``monitoring_plan``  2025/2547 Annex II A.5
"""

from .items import Item

__all__ = ["Item"]
