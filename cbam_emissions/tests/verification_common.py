from odoo.fields import Command

from .test_emissions_report import ReportCase


class VerificationCase(ReportCase):
    """A year of the works in the hands of a verifier, whose file answers every item of 2025/2546."""

    def setUp(self):
        super().setUp()
        self.statement = self._year()
        self.period.action_to_verification()
        self.file = self._begin()

    def _begin(self, user=None, **values):
        """A file with every item answered, kept by a verifier."""
        category = self.env["cbam.goods.category"].search([("code", "=", "iron_steel_products")])
        verifier = self.env["res.partner"].create(
            {"name": "Accredited verifier", "street": "Main street 1", "country_id": self.env.ref("base.de").id}
        )
        return self.env["cbam.verification"].with_user(user or self.auditor).create(
            {
                "statement_id": self.statement.id,
                "report_ref": "VR-2026-1",
                "verifier_id": verifier.id,
                "accreditation_ref": "D-V-00001",
                "accreditation_body": "National accreditation body",
                "accreditation_country_id": self.env.ref("base.de").id,
                "accreditation_date": "2026-09-01",
                "accreditation_expiry": "2030-08-31",
                "accreditation_category_ids": [Command.set(category.ids)],
                "member_ids": [
                    Command.create({"name": "Team leader", "role": "leader"}),
                    Command.create(
                        {"name": "Lead auditor", "role": "lead_auditor", "contact": "lead@example.org", "on_visit": 1}
                    ),
                ],
                "visit": "physical",
                "visit_ids": [Command.create({"kind": "physical", "date": "2027-01-20", "days": 2})],
                "objectives": "Reasonable assurance that the report is free from material misstatements.",
                "scope": "The operator's emissions report of 2026.",
                "plan_id": self._plan().id,
                "criteria": "Implementing Regulation (EU) 2025/2547 and the monitoring plan.",
                "indirect_confirmation": "none",
                "benchmarks_confirmation": "confirmed",
                "assurance": "reasonable",
                "no_recommendations": True,
                "signatory": "Authorised person",
                "signature_date": "2027-02-15",
                **values,
            }
        )  # fmt: skip

    def _plan(self):
        plan = self.env["cbam.monitoring.plan"].search([("installation_id", "=", self.installation.id)], limit=1)
        if not plan:
            plan = self.env["cbam.monitoring.plan"].create(
                {
                    "installation_id": self.installation.id,
                    "opening_stock": "excluded",
                    "saleable_off_spec": "included",
                    "cut_off_day": "31 December",
                    "date_from": "2026-01-01",
                    "date": "2026-01-01",
                }
            )
            plan.action_put_in_force()
        return plan
