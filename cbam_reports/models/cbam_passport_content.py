from math import fsum

from odoo import api, models

from odoo.addons.cbam_emissions.engine.life.stages import LOGISTICS, STAGES

FORMAT, VERSION = "cbam-carbon-passport-issued", 1


class CbamPassportContent(models.AbstractModel):
    """What a carbon passport says to somebody outside: stages, components, sources and data quality of one machine.

    Vendors, lots of components, plans and other machines stay inside the house.
    """

    _name = "cbam.passport.content"
    _description = "Content of the Carbon Passport as Issued"

    @api.private
    def of_lots(self, lots):
        """``{lot: content}`` as JSON-able dicts, tCO2e unrounded; what is missing is listed in sentences."""
        lots.check_access("read")
        found = {}
        for lot in lots:
            company = lot.company_id or self.env.company
            lang = company.partner_id.lang or "en_US"
            builder, told = self.with_context(lang=lang), lot.with_context(lang=lang)
            passport = builder.env["cbam.life.passport"].as_json(told, fleet=False, planned=False)
            found[lot] = builder._content(told, company, passport)
        return found

    @api.model
    def _content(self, lot, company, passport):
        # superuser: the names of product and issuer, for whoever may read the lot
        product = lot.product_id.sudo()
        stages = [
            {key: row[key] for key in ("stage", "cbam", "life", "total", "scenario")}
            for row in passport["stages"]
            if row["total"] or row["cbam"]
        ]
        return {
            "format": FORMAT,
            "version": VERSION,
            "issuer": self.env["cbam.delivery.content"]._party(company.sudo().partner_id),
            "machine": {
                "product": product.display_name,
                "serial": lot.name,
                "cn_code": product.cbam_cn_code or None,
                "net_mass": product.cbam_net_mass or None,
            },
            "totals": {"cbam": passport["cbam_total"], "life": passport["life_total"], "total": passport["total"]},
            "stages": stages,
            "components": self._components(passport["tree"]),
            "sources": self._sources(passport["lines"]),
            "quality": [{"quality": row["quality"], "share": row["share"]} for row in passport["quality"]],
            "end_of_life": passport["end_of_life"],
            "use_phase": passport["use_phase"]["value"] if passport["use_phase"]["stated"] else None,
            "missing": len(passport["incomplete"]),
        }

    @api.model
    def _components(self, tree):
        """The components of the machine itself, and what its own orders, transports and services add."""
        rows = [
            {key: child[key] or None for key in ("name", "unit", "quality")}
            | {key: child[key] for key in ("quantity", "is_cbam", "cbam", "life", "total")}
            for child in tree["children"]
        ]
        own = {
            account: tree[account] - fsum(child[account] for child in tree["children"])
            for account in ("cbam", "life", "total")
        }
        return [*sorted(rows, key=lambda row: -abs(row["total"])), {"name": None, "is_cbam": False, **own}]

    @api.model
    def _sources(self, lines):
        """Figures of the whole-life account by stage and factor, without documents and names of goods.

        How the distance of a transport was found would tell where vendors are: it stays inside.
        """
        found = {}
        for line in lines:
            if line["account"] == "life":
                factor = line["factor"] or ""
                factor = factor.partition(" · ")[0] if line["stage"] == LOGISTICS else factor
                found.setdefault((line["stage"], factor, line["unit"] or "", line["quality"]), []).append(line)
        in_order = sorted(found.items(), key=lambda row: (STAGES.index(row[0][0]), row[0][1:]))
        return [
            {
                "stage": stage,
                "factor": factor or None,
                "unit": unit,
                "quality": quality,
                "quantity": fsum(line["quantity"] for line in rows),
                "tco2e": fsum(line["tco2e"] for line in rows),
            }
            for (stage, factor, unit, quality), rows in in_order
        ]
