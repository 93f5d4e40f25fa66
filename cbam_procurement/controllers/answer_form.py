# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl.html)
"""The supplier's form: which fields it has, and what may be typed into them."""

import math
import re
from datetime import date

SHARE_FIELDS = (
    "default_share",
    "indirect_default_share",
    "precursor_share",
    "renewable_share",
    "carbon_price_share",
)
MOST_CHARACTERS, MOST_OF_NOTE = 200, 2000
_NUMBER = re.compile(r"-?\d{1,12}(?:[.,]\d{1,12})?")
#: Control characters; tabulator and line ends stay.
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
SECTIONS = (
    (
        "goods",
        ("cn_code", "composition", "route_letter"),
    ),
    (
        "installation",
        (
            "installation_name",
            "installation_country_id",
            "installation_address",
            "installation_unlocode",
            "installation_latitude",
            "installation_longitude",
            "installation_registry_ref",
            "operator_name",
        ),
    ),
    (
        "emissions",
        (
            "see_direct",
            "see_indirect",
            "see_indirect_scope",
            "sefa",
            "default_share",
            "indirect_default_share",
            "precursor_share",
            "electricity",
            "renewable_share",
        ),
    ),
    (
        "carbon_price",
        (
            "carbon_price_amount",
            "carbon_price_currency_id",
            "carbon_price_rebate",
            "carbon_price_share",
            "carbon_price_instrument",
            "carbon_price_act",
            "carbon_price_country_id",
            "carbon_price_certifier",
        ),
    ),
    (
        "verification",
        (
            "report_ref",
            "report_date",
            "assurance",
            "verifier_name",
            "verifier_street",
            "verifier_country_id",
            "accreditation_ref",
            "accreditation_body",
            "accreditation_country_id",
            "accreditation_date",
            "accreditation_expiry",
            "accreditation_category_ids",
        ),
    ),
    ("note", ("note",)),
)
UNITS = {
    "see_direct": "tCO2e/t",
    "see_indirect": "tCO2e/t",
    "see_indirect_scope": "tCO2e/t",
    "sefa": "t/t",
    "electricity": "MWh/t",
    "installation_latitude": "°",
    "installation_longitude": "°",
} | dict.fromkeys(SHARE_FIELDS, "%")
FIELDS = tuple(name for _section, names in SECTIONS for name in names)


class AnswerForm:
    """The form for an answer to a request; all records as superuser, for the portal's gate was passed before."""

    def __init__(self, data_request, required):
        self.request, self.env = data_request, data_request.env
        self.model, self.required = self.env["cbam.data.answer"], required

    def sections(self, answer, typed=None, errors=None):
        """What the template shows: ``[(title, [field])]``; what was just typed prevails over what is stored."""
        _ = self.env._
        titles = {
            "goods": _("Goods"),
            "installation": _("Installation"),
            "emissions": _("Specific embedded emissions"),
            "carbon_price": _("Carbon price paid in a third country (leave empty where there was none)"),
            "verification": _("Verification report (leave empty while there is none)"),
            "note": _("Remarks"),
        }
        return [
            (titles[section], [self._field(name, answer, typed, errors or {}) for name in names])
            for section, names in SECTIONS
        ]

    def _field(self, name, answer, typed, errors):
        field = self.model._fields[name]
        kind = self._kind(name)
        return {
            "name": name,
            "label": field._description_string(self.env),
            "help": field._description_help(self.env) or "",
            "kind": kind,
            "unit": UNITS.get(name, ""),
            "required": name in self.required,
            "options": self._options(name) if kind in ("select", "several") else [],
            "value": self._shown(name, answer) if typed is None else typed.get(name, ""),
            "error": errors.get(name),
        }

    def _kind(self, name):
        kinds = {
            "float": "number",
            "date": "date",
            "many2one": "select",
            "selection": "select",
            "many2many": "several",
            "text": "long",
        }
        return "select" if name == "cn_code" else kinds.get(self.model._fields[name].type, "text")

    def _options(self, name):
        """``[(value, label)]``"""
        field = self.model._fields[name]
        if name == "cn_code":
            return [(line.cn_code, line.display_name) for line in self.request.line_ids]
        if field.type == "selection":
            return field._description_selection(self.env)
        return [(str(record.id), record.display_name) for record in self.env[field.comodel_name].search([])]

    def _shown(self, name, answer):
        value = answer[name] if answer else None
        if value is None or (value is False):
            return ""
        field = self.model._fields[name]
        if field.type == "many2one":
            return str(value.id or "")
        if field.type == "many2many":
            return [str(number) for number in value.ids]
        if field.type == "float":
            return f"{value * 100 if name in SHARE_FIELDS else value:.12g}"
        return str(value)

    def parse(self, form):
        """``(values, typed, errors)``: values only where there are no errors.

        :param form: the fields as they were sent: a mapping with ``get`` and ``getlist``
        """
        typed, values, errors = {}, {}, {}
        for name in FIELDS:
            several = self._kind(name) == "several"
            typed[name] = form.getlist(name) if several else (form.get(name) or "").strip()
            try:
                values[name] = self._value(name, typed[name])
            except ValueError as error:
                errors[name] = str(error)
        return ({} if errors else values), typed, errors

    def _value(self, name, text):
        """The field's value of what was typed; ``False`` where nothing was.

        :raises ValueError: it cannot be one; the message is for the supplier
        """
        kind = self._kind(name)
        if kind == "several":
            return [(6, 0, [int(self._chosen(name, one)) for one in text])]
        if not text:
            return False
        if kind == "select":
            chosen = self._chosen(name, text)
            return int(chosen) if self.model._fields[name].type == "many2one" else chosen
        if kind == "number":
            return self._number(name, text)
        if kind == "date":
            return self._day(text)
        if _CONTROL.search(text):
            raise ValueError(self.env._("It has characters that cannot be shown."))
        most = MOST_OF_NOTE if kind == "long" else MOST_CHARACTERS
        if len(text) > most:
            raise ValueError(self.env._("At most %s characters.", most))
        return text

    def _chosen(self, name, text):
        if text not in {value for value, _label in self._options(name)}:
            raise ValueError(self.env._("Choose one of the list."))
        return text

    def _number(self, name, text):
        """Digits with a decimal point or comma; no thousands separators, which could be either."""
        if not _NUMBER.fullmatch(text):
            raise ValueError(self.env._("Write a number like 1.25, without separators of thousands."))
        number = float(text.replace(",", "."))
        least, most = self._range(name)
        if not (math.isfinite(number) and least <= number <= most):
            raise ValueError(self.env._("It must lie between %(least)s and %(most)s.", least=least, most=most))
        return number / 100 if name in SHARE_FIELDS else number

    def _range(self, name):
        if name in SHARE_FIELDS:
            return 0, 100
        if name in ("installation_latitude", "installation_longitude"):
            return (-90, 90) if name.endswith("latitude") else (-180, 180)
        return 0, 10_000_000 if name.startswith("carbon_price") else 1000

    def _day(self, text):
        try:
            day = date.fromisoformat(text)
        except ValueError:
            raise ValueError(self.env._("Write a day like 2027-02-15.")) from None
        if not 2000 <= day.year <= 2100:
            raise ValueError(self.env._("Write a day like 2027-02-15."))
        return day
