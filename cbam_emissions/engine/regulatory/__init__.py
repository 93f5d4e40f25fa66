# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl.html)
"""Readers of the official files and of our own tables: bytes in, rows and findings out, nothing evaluated."""
