# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl.html)
"""Suppliers' emission data as JSON, from one system to another: docs/supplier-exchange.md."""

from .document import FORMAT, VERSION, read, write
from .schema import NotValid, load

__all__ = ["FORMAT", "VERSION", "NotValid", "load", "read", "write"]
