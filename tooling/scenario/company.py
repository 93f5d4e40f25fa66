"""A company of the demo: what it knows of goods, vendors and their emission data."""

from datetime import datetime

from freezegun import freeze_time

from odoo.fields import Command


def at(moment):
    """Freezes the clock of Odoo: ``with at("2026-01-05 06:00"):`` (UTC)."""
    return freeze_time(datetime.fromisoformat(moment), tick=False)


class Company:
    """The company of an environment, with the documents of its master data."""

    def __init__(self, env):
        self.env = env
        self.company = env.company
        self.tonne, self.kg, self.unit = (env.ref(f"uom.product_uom_{name}") for name in ("ton", "kgm", "unit"))

    def beside(self, **values):
        """Another company of the same users, with a warehouse, as they see it alone."""
        # ODOO installs the accounting of the country otherwise, which the story does not need
        company = self.env["res.company"].with_context(install_mode=True).create(values)
        self.env.user.company_ids |= company
        if not self.env["stock.warehouse"].search_count([("company_id", "=", company.id)]):
            self.env["stock.warehouse"].create({"company_id": company.id, "name": company.name, "code": "IMP"})
        return Company(self.env(context={**self.env.context, "allowed_company_ids": company.ids}))

    def for_everybody(self, *groups):
        """Switches features of Odoo on, by the external ids of their groups; those that do not exist are left out."""
        found = [self.env.ref(group, raise_if_not_found=False) for group in groups]
        self.env.ref("base.group_user").implied_ids = [Command.link(group.id) for group in found if group]

    def product(self, name, uom, cn_code, **values):
        """A storable product, with what follows from its CN code today (not on a frozen day of the story)."""
        product = self.env["product.product"].create(
            {"name": name, "is_storable": True, "uom_id": uom.id, "cbam_cn_code": cn_code, **values}
        )
        self.env.flush_all()
        return product

    def supplier(self, name, country, *products):
        """A vendor with the installation that makes what it sells."""
        country = self.env.ref(f"base.{country}")
        mill = self.env["cbam.installation"].create({"name": f"{name}, mill", "country_id": country.id})
        vendor = self.env["res.partner"].create({"name": name, "is_company": True, "country_id": country.id})
        self.env["product.supplierinfo"].create(
            [
                {
                    "partner_id": vendor.id,
                    "product_tmpl_id": product.product_tmpl_id.id,
                    "cbam_installation_id": mill.id,
                    "cbam_origin_country_id": country.id,
                }
                for product in products
            ]
        )
        return vendor, mill

    def claimed_record(self, mill, cn_code, direct, indirect, sefa, **report):
        """A supplier's figures of 2026: a claim as long as no verifier stands behind them."""
        return self.env["cbam.specific.emission"].create(
            {
                "installation_id": mill.id,
                "cn_code": cn_code,
                "year": 2026,
                "see_direct": direct,
                "see_indirect": indirect,
                "has_sefa": True,
                "sefa": sefa,
                "default_share": 0.0,
                "indirect_default_share": 0.0,
                **report,
            }
        )

    def verified_record(self, mill, cn_code, direct, indirect, sefa):
        """The supplier's verified report of 2026, as it arrives in spring 2027."""
        env = self.env
        category = env["cbam.dataset"]._cn_index().match(cn_code).category
        verifier = env["res.partner"].search([("name", "=", "Example Verification Body")], limit=1) or env[
            "res.partner"
        ].create(
            {
                "name": "Example Verification Body",
                "is_company": True,
                "street": "Sample street 1",
                "country_id": env.ref("base.de").id,
            }
        )
        record = self.claimed_record(
            mill,
            cn_code,
            direct,
            indirect,
            sefa,
            report_ref=f"Sample report {mill.name} 2026",
            report_date="2027-02-26",
            verifier_id=verifier.id,
            accreditation_ref="SAMPLE-0001",
            accreditation_body="Sample accreditation body",
            accreditation_country_id=env.ref("base.de").id,
            accreditation_date="2026-09-15",
            accreditation_expiry="2031-09-14",
            accreditation_category_ids=env["cbam.goods.category"].search([("code", "=", category)]).ids,
            assurance="reasonable",
        )
        record.action_verify()
        return record
