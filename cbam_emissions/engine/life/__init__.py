# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl.html)
"""The whole-life account of a machine. It is not for CBAM: nothing here changes a figure of the law."""
