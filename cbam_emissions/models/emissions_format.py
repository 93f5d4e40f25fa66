"""Figures in words, alike on every screen and in its PDF: unit, digits, tooltip."""

from math import floor, log10

from odoo.tools.misc import formatLang

#: From here on (tonnes) a table speaks of tonnes, below of kilograms.
TONNES_FROM = 100.0
LEAST_DIGITS, MOST_DIGITS, SIGNIFICANT = 2, 6, 4
NOTHING = "–"


class EmissionsFormat:
    """Formats the figures of one table. The unit and the digits follow from the table's largest figure in tCO2e."""

    def __init__(self, env, largest):
        self.env = env
        self.in_tonnes = abs(largest) >= TONNES_FROM
        self.unit = "tCO2e" if self.in_tonnes else "kgCO2e"
        self.digits = significant_digits(self._in_unit(largest))

    def _in_unit(self, tonnes):
        return tonnes if self.in_tonnes else tonnes * 1e3

    def figure(self, embedded, incomplete=(), notes=()):
        """A cell: emissions in scope, and a tooltip with what they are made of.

        :param embedded: an :class:`Embedded` in tCO2e, or None where there is no figure
        :param incomplete: why figures are missing in it; nothing at all is shown as a dash, never as 0
        """
        unknown = embedded is None or (bool(incomplete) and not embedded.in_scope)
        return {
            "value": False if unknown else embedded.in_scope,
            "display": NOTHING if unknown else self._number(self._in_unit(embedded.in_scope), self.digits),
            "title": "\n".join(self._title(embedded, incomplete, notes)),
            "incomplete": bool(incomplete),
        }

    def per_unit(self, embedded, incomplete=()):
        """A figure per unit of product, with its unit, in digits of its own."""
        return self._specific(embedded, incomplete, 1e3, "kgCO2e", significant_digits)

    def per_tonne(self, embedded, incomplete=()):
        """A specific figure per tonne of goods, with its unit."""
        return self._specific(embedded, incomplete, 1.0, self.env._("tCO2e/t"), lambda _value: SIGNIFICANT)

    def _specific(self, embedded, incomplete, factor, unit, digits):
        if embedded is None or (incomplete and not embedded.in_scope):
            title = "\n".join(self._title(None, incomplete, ()))
            return {"value": False, "display": NOTHING, "title": title, "incomplete": bool(incomplete)}
        places = digits(embedded.in_scope * factor)
        title = self._parts(embedded, factor, unit, places)
        return {
            "value": embedded.in_scope,
            "display": f"{self._number(embedded.in_scope * factor, places)} {unit}",
            "title": "\n".join([*title, *self._remarks(embedded, incomplete, ())]),
            "incomplete": bool(incomplete),
        }

    def _number(self, value, digits):
        return formatLang(self.env, value or 0.0, digits=digits)

    def _parts(self, embedded, factor, unit, places):
        """What a figure is made of, a line each."""
        parts = (
            (self.env._("Direct"), embedded.direct),
            (self.env._("Indirect in scope"), embedded.indirect_scope),
            (self.env._("Indirect, all"), embedded.indirect_total),
        )
        return [f"{label}: {self._number(value * factor, places)} {unit}" for label, value in parts]

    def _title(self, embedded, incomplete, notes):
        factor = 1.0 if self.in_tonnes else 1e3
        parts = self._parts(embedded, factor, self.unit, self.digits) if embedded is not None else []
        return [*parts, *self._remarks(embedded, incomplete, notes)]

    def _remarks(self, embedded, incomplete, notes):
        remarks = [note for note in notes if note]
        share = embedded.default_share if embedded is not None else None
        if share:
            remarks.insert(0, self.env._("By default values: %s %%", formatLang(self.env, share * 100.0, digits=1)))
        return remarks + [self.env._("Incomplete: %s", reason) for reason in incomplete]


def significant_digits(value):
    """Decimals that leave a number about four significant digits, between two and six."""
    if not value:
        return LEAST_DIGITS
    return max(LEAST_DIGITS, min(MOST_DIGITS, SIGNIFICANT - 1 - floor(log10(abs(value)))))
