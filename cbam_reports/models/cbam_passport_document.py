from odoo import api, models

from odoo.addons.cbam_procurement.exchange.schema import check

from .cbam_document import schema

PASSPORT = "cbam-carbon-passport"


class CbamPassportDocument(models.AbstractModel):
    """Carbon passports as plain values, for JSON: tCO2e unrounded, ``null`` for what is not known."""

    _name = "cbam.passport.document"
    _description = "Carbon Passports as JSON"

    @api.private
    def passports(self, lots):
        """The document of lots, fit for ``cbam-carbon-passport-1.schema.json``.

        :raises NotValid: it does not fit the schema
        """
        document = {
            "format": PASSPORT,
            "version": "1.0",
            "unit": "tCO2e",
            "passports": [self._passport(lot) for lot in lots.with_context(lang="en_US")],
        }
        check(document, schema(PASSPORT))
        return document

    @api.model
    def _passport(self, lot):
        found = self.env["cbam.life.passport"].with_context(lang="en_US").as_json(lot)
        # superuser: the names of the product, for whoever may read the lot
        product = lot.product_id.sudo()
        return {
            "product": found["lot"]["product"],
            "serialNumber": found["lot"]["serial"],
            "cnCode": product.cbam_cn_code or None,
            "company": (lot.company_id or self.env.company).name,
            "cbamEmbeddedEmissions": found["cbam_total"],
            "wholeLifeNotForCbam": found["life_total"],
            "total": found["total"],
            "missing": found["incomplete"],
            "stages": [
                {
                    "stage": row["stage"],
                    "cbam": row["cbam"],
                    "notForCbam": row["life"],
                    "total": row["total"],
                    "planned": row["planned"],
                    "fleetAverage": row["fleet"],
                    "scenario": row["scenario"],
                }
                for row in found["stages"]
            ],
            "components": self._component(found["tree"]),
            "lines": [self._line(line) for line in found["lines"]],
            "dataQuality": [{"quality": row["quality"], "share": row["share"]} for row in found["quality"]],
            "endOfLifeScenario": found["end_of_life"],
            "usePhase": found["use_phase"]["value"] if found["use_phase"]["stated"] else None,
            "sisters": [{"serialNumber": row["name"], "total": row["total"]} for row in found["sisters"]],
        }

    @api.model
    def _component(self, node):
        return {
            "name": node["name"],
            "lot": node["lot"] or None,
            "supplier": node["supplier"] or None,
            "quantity": node["quantity"],
            "unit": node["unit"] or None,
            "cbamGood": node["is_cbam"],
            "cbam": node["cbam"],
            "notForCbam": node["life"],
            "total": node["total"],
            "quality": node["quality"] or None,
            "components": [self._component(child) for child in node["children"]],
        }

    @api.model
    def _line(self, line):
        return {
            "stage": line["stage"],
            "account": "cbam" if line["account"] == "cbam" else "notForCbam",
            "document": line["document"]["name"] or None,
            "subject": line["subject"],
            "quantity": line["quantity"],
            "unit": line["unit"] or None,
            "emissions": line["tco2e"],
            "quality": line["quality"],
            "factor": line["factor"] or None,
        }
