from markupsafe import Markup

from odoo import api, models
from odoo.tools import formatLang

DIGITS = {"tCO2e/t": 5, "tCO2e": 3, "t": 6, "EUR": 2}


class CbamCarbonTrace(models.AbstractModel):
    """The reason of a carbon cost: the steps of the engine, kept with the line and shown as a table."""

    _name = "cbam.carbon.trace"
    _description = "CBAM Reason of a Carbon Cost"

    @api.private
    def steps(self, line, evaluated):
        """What is kept with a line, as JSON."""
        if evaluated.cost is None:
            return False
        cost = evaluated.cost
        return {
            "kit": evaluated.is_kit,
            "exposure": evaluated.exposure,
            "rate": evaluated.rate,
            "missing": list(cost.missing),
            "assumed": list(cost.assumed),
            "steps": self.rows(cost.steps),
        }

    @api.private
    def rows(self, steps):
        """Steps of the engine as JSON."""
        return [
            {
                "goods": step.goods,
                "key": step.key,
                "value": step.value,
                "unit": step.unit,
                "source": step.source,
                "note": step.note,
                "basis": step.basis.value if step.basis else "",
            }
            for step in steps
        ]

    @api.private
    def html(self, line):
        """The steps of a line as a table; user texts are escaped."""
        trace = line.cbam_trace
        sentences = [Markup("<p>%s</p>") % text for text in self._introduction(line, trace or {})]
        if not trace:
            return Markup().join(sentences)
        return Markup().join([*sentences, self.table(trace["steps"])])

    @api.private
    def table(self, steps):
        """Steps of :meth:`rows` as a table; user texts are escaped."""
        several = len({step["goods"] for step in steps}) > 1
        head = Markup("<tr><th>%s</th><th class='text-end'>%s</th><th>%s</th></tr>") % (
            self.env._("Step"),
            self.env._("Figure"),
            self.env._("Where It Comes from"),
        )
        rows, goods = [], None
        for step in steps:
            if several and step["goods"] != goods:
                goods = step["goods"]
                rows.append(Markup("<tr class='table-light'><th colspan='3'>%s</th></tr>") % goods)
            rows.append(self._row(step))
        table = Markup("<table class='table table-sm o_cbam_why'><thead>%s</thead><tbody>%s</tbody></table>")
        return table % (head, Markup().join(rows))

    @api.model
    def _row(self, step):
        source = Markup("%s") % step["source"]
        if step["note"]:
            source += Markup("<div class='text-warning-emphasis fst-italic'>%s</div>") % step["note"]
        value = self.env._("missing")
        if step["value"] is not None:
            value = f"{formatLang(self.env, step['value'], digits=DIGITS.get(step['unit'], 2))} {step['unit']}"
        return Markup("<tr><td>%s</td><td class='text-end text-nowrap'>%s</td><td>%s</td></tr>") % (
            self._label(step),
            value,
            source,
        )

    @api.model
    def _label(self, step):
        _ = self.env._
        labels = {
            "mass": _("Net mass"),
            "see": _("Specific embedded emissions in scope"),
            "sefa": _("Free allocation"),
            "reduction": _("Reduction for a carbon price"),
            "price": _("Price of a certificate"),
            "certificates": _("Certificates"),
            "cost": _("Cost"),
            "band": _("Expected cost"),
            "maximum": _("Agreed maximum"),
            "borne": _("Certificates borne by the vendor"),
            "claim": _("Claim"),
        }
        label = labels.get(step["key"], step["key"])
        if not step["basis"]:
            return label
        bases = dict(self.env["purchase.order.line"]._fields["cbam_state"]._description_selection(self.env))
        return f"{label} ({bases[step['basis']].lower()})"

    @api.model
    def _introduction(self, line, trace):
        _ = self.env._
        reasons = {
            "none": _("The line has no goods."),
            "free": _("Nothing is due: the goods are in free circulation in the Union, or the vendor imports them."),
            "outside": _("Nothing is due: the goods do not enter the customs territory of the Union."),
            "not_cbam": _("Nothing is due: the goods are not listed in Annex I to Regulation (EU) 2023/956."),
            "exempt": _(
                "Nothing is due: the goods originate in the Union or in a country of Annex III to "
                "Regulation (EU) 2023/956."
            ),
        }
        sentences = [reasons[line.cbam_state]] if line.cbam_state in reasons else []
        if trace.get("kit"):
            sentences.append(
                _("The product is a kit: what arrives are its components, and each is reckoned by itself.")
            )
        if trace.get("exposure"):
            sentences.append(
                _(
                    "An exposure: due only if your imports of the calendar year pass 50 t of net mass "
                    "(2023/956 Article 2a)."
                )
            )
        if line.cbam_state == "claimed":
            sentences.append(
                _(
                    "The supplier's figure is not verified: the cost lies between that of the claim and that of the "
                    "default value, which counts if nobody verifies it (2025/2547 Annex II A.1)."
                )
            )
        sentences += trace.get("missing", ())
        rate = trace.get("rate")
        currency = (line.company_id or self.env.company).currency_id
        if rate and currency.name != "EUR":
            sentences.append(
                _(
                    "Euro are reckoned at %(rate)s %(currency)s, the rate of the order's date.",
                    rate=f"{rate:.6g}",
                    currency=currency.name,
                )
            )
        return sentences
