"""A small table of figures for a form, drawn by the field widget ``cbam_figures``: words and tooltips by the server."""

from odoo.tools.misc import formatLang, get_lang

from .emissions_format import NOTHING, EmissionsFormat

#: A real figure is coloured if it differs from the planned one by more than this share.
NOTABLE = 0.005
#: A specific figure is printed like a declared one (2025/2547 Annex II A.1(8)).
SPECIFIC_DIGITS = 5


class FiguresTable:
    """Rows of figures. Totals share the unit and the digits of the table, specific figures are tCO2e per tonne.

    :param largest: the largest total of the table in tCO2e
    :param corner: words above the labels, for a unit that all figures share
    """

    def __init__(self, env, largest=0.0, corner=""):
        self.env = env
        self.corner = corner
        self.style = EmissionsFormat(env, largest)
        self.columns = []
        self.rows = []
        self.notes = []

    @property
    def unit(self):
        return self.style.unit

    def column(self, title, hint="", words=False, reasons=()):
        """:param words: the cells hold words, not figures
        :param reasons: why figures of the column are incomplete
        """
        hints = [hint, *(self.env._("Incomplete: %s", reason) for reason in reasons)]
        self.columns.append(
            {"title": title, "hint": "\n".join(filter(None, hints)), "words": words, "incomplete": bool(reasons)}
        )

    def row(self, label, cells, style="", hint=""):
        """:param style: ``total``, ``part`` (of the total above), ``memo`` or nothing"""
        self.rows.append({"label": label, "cells": cells, "style": style, "hint": hint})

    def note(self, text):
        if text and text not in self.notes:
            self.notes.append(text)

    def as_json(self):
        return {"corner": self.corner, "columns": self.columns, "rows": self.rows, "notes": self.notes}

    # -- cells -----------------------------------------------------------------------------------------------------

    def total(self, value, reasons=()):
        """A total in the unit of the table; ``value`` in tCO2e, None where there is no figure."""
        if value is None:
            return self._cell(NOTHING, False, reasons)
        scaled = value if self.style.in_tonnes else value * 1e3
        return self._cell(self._number(scaled, self.style.digits), value, reasons)

    def specific(self, value, reasons=()):
        """A specific figure in tCO2e per tonne."""
        return self._cell(NOTHING if value is None else self._number(value, SPECIFIC_DIGITS), value, reasons)

    def quantity(self, value):
        """A quantity in a unit that the row names, to the gram but without zeros at its end."""
        return self._cell(NOTHING if value is None else self.words(value, 6), value)

    def share(self, value):
        """A share, 0 to 1, in percent."""
        display = NOTHING if value is None else f"{self._number(value * 100.0, 1)} %"
        return self._cell(display, value)

    def deviation(self, real, planned):
        """How far a real figure lies from the planned one, in percent of it."""
        if real is None or not planned:
            return self._cell("", False)
        share = real / planned - 1.0
        cell = self._cell(f"{'+' if share > 0 else ''}{self._number(share * 100.0, 1)} %", share)
        if abs(share) > NOTABLE:
            cell["decoration"] = "danger" if share > 0 else "success"
        return cell

    def text(self, words, record=None, decoration=""):
        """Words; ``record`` makes them a link to it."""
        cell = self._cell(words or "", False)
        if record:
            cell["link"] = {"model": record._name, "id": record.id}
        if decoration:
            cell["decoration"] = decoration
        return cell | {"words": True}

    def _cell(self, display, value, reasons=()):
        return {
            "display": display,
            "value": False if value is None else value,
            "title": "\n".join(self.env._("Incomplete: %s", reason) for reason in reasons),
            "incomplete": bool(reasons),
        }

    def words(self, value, digits):
        """A number inside a sentence, without zeros at its end."""
        separator = get_lang(self.env).decimal_point
        text = self._number(value, digits)
        return text.rstrip("0").removesuffix(separator) if separator in text else text

    def _number(self, value, digits):
        return formatLang(self.env, value or 0.0, digits=digits)
