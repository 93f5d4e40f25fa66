# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl.html)
"""An item that an act wants in a document."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Item:
    """An item as the act numbers and words it.

    :ivar number: within the document, as ``7(a)``
    :ivar key: name by which data are found for it
    :ivar text: what the act asks for, in English as the documents are
    """

    number: str
    key: str
    text: str
