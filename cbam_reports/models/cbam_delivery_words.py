from odoo import api, models

from odoo.addons.cbam_emissions.engine.cn_codes import spaced
from odoo.addons.cbam_emissions.models.emissions_format import significant_digits

SEE_DIGITS = 5


class CbamDeliveryWords(models.AbstractModel):
    """Puts the content of a delivery's emissions statement into words for the template; reads no other record."""

    _name = "cbam.delivery.words"
    _inherit = ["cbam.issued.words"]
    _description = "Wording of the Emissions Statement for a Delivery"

    @api.private
    def shown(self, content, issued=None, url=None):
        """What the template needs, in the language of the environment.

        :param content: as of ``cbam.delivery.content``
        :param issued: ``{"name", "date", "hash", "superseded"}`` of an issued statement; None for a draft
        :param url: the address of the online statement, for the QR code
        """
        masses = [good["net_mass"] for good in content["goods"] if good["net_mass"]]
        digits = max(map(significant_digits, masses), default=3)
        return {
            "content": content,
            "issued": issued and issued | {"date": self._day(issued["date"])},
            "date": self._day(content["date"]),
            "goods": [self._good(good, digits) for good in content["goods"]],
            "figures": [
                self._figure(index, figures, content["goods"], digits)
                for index, figures in enumerate(content["figures"])
            ],
            "qr": self._qr(url) if url else None,
            "url": url,
            "style": self._style(),
        }

    @api.model
    def letter(self, index):
        """A, B, … Z, AA, AB, …"""
        text = ""
        index += 1
        while index:
            index, rest = divmod(index - 1, 26)
            text = chr(ord("A") + rest) + text
        return text

    @api.model
    def _good(self, good, digits):
        _ = self.env._
        sentences = {
            "net_mass": _("net mass missing"),
            "cn_code": _("CN code of eight digits missing"),
            "lot": _("no lot: nothing proves where and when the goods were produced"),
            "installation": _("producing installation missing"),
            "production_date": _("production date missing"),
            "several_years": _("produced in more than one year"),
        }
        evidence = {
            "lot": _("production date of the lot"),
            "order": _("production order completed"),
            "book": _("all production of the goods until then"),
        }
        first, last = good["produced_from"], good["produced_until"]
        days = self._day(first) if first == last else f"{self._day(first)} – {self._day(last)}"
        return {
            "product": good["product"],
            "lot": good["lot"],
            "composition": good["composition"],
            "cn_code": spaced(good["cn_code"]) if good["cn_code"] else None,
            "quantity": f"{self._plain(good['quantity'])} {good['unit']}",
            "mass": self._number(good["net_mass"], digits),
            "produced": days if first else None,
            "evidence": evidence.get(good["evidence"]),
            "letter": self.letter(good["figures"]) if good["figures"] is not None else None,
            "missing": [sentences[key] for key in good["missing"]],
        }

    @api.model
    def _figure(self, index, figures, goods, digits):
        _ = self.env._
        states = {
            "verified": (_("Verified"), ""),
            "provisional": (
                _("Provisional, not verified"),
                _("The figures are the operator's own; a declaration counts default values until they are verified."),
            ),
            "open": (
                _("Missing"),
                _("The reporting period %s is not closed yet: there is no figure of the whole year.", figures["year"]),
            ),
            "none": (_("Missing"), _("No figures of this CN code, installation and year are on record.")),
            "composition": (_("Missing"), _("No figures of this range of composition are on record.")),
        }
        title, sentence = states[figures["status"]]
        return {
            "letter": self.letter(index),
            "cn_code": spaced(figures["cn_code"]),
            "year": str(figures["year"]),
            "composition": figures["composition"],
            "installation": figures["installation"],
            "status": figures["status"],
            "title": title,
            "sentence": sentence,
            "mass": self._mass_of(index, goods, digits),
            "rows": self._rows(figures),
            "verification": self._verification(figures["verification"]),
            "statement": figures["statement"],
        }

    @api.model
    def _mass_of(self, index, goods, digits):
        """Net mass of the goods that the figures belong to; None while one is missing."""
        masses = [good["net_mass"] for good in goods if good["figures"] == index]
        return None if None in masses else self._number(sum(masses), digits)

    @api.model
    def _rows(self, figures):
        """``(label, value or None, unit, style)``"""
        _ = self.env._
        see, share = _("tCO2e/t"), "%"
        plain = [
            (_("SEE, direct"), "see_direct", see, ""),
            (_("SEE, indirect in scope"), "see_indirect_scope", see, ""),
            (_("SEE in scope"), "see_scope", see, "total"),
            (_("SEE, indirect, all (for information)"), "see_indirect", see, "memo"),
            (_("SEFA (free allocation)"), "sefa", _("t/t"), ""),
            (_("Share by default values"), "default_share", share, "memo"),
            (_("Share of indirect by default values"), "indirect_default_share", share, "memo"),
        ]
        return [
            {
                "label": label,
                "value": self._share(figures[name]) if unit == share else self._number(figures[name], SEE_DIGITS),
                "unit": unit,
                "style": style,
            }
            for label, name, unit, style in plain
        ]

    @api.model
    def _verification(self, verification):
        return verification and verification | {"report_date": self._day(verification["report_date"])}
