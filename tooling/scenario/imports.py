"""What the importer has imported in 2026, and the draft of its declaration (worked in ``docs/demo-figures.md``)."""

import base64

from .company import at
from .offers import CN_ROD

DECLARED = "2027-03-22 10:00"
#: day, MRN, item, tonnes, country, whether the vendor's verified report counts
IMPORTS = (
    ("2026-02-10", "26DE000000000001A1", 1, 20.0, "cn", False),
    ("2026-05-12", "26DE000000000002A2", 1, 60.0, "in", True),
)


def play(orders):
    """Declares the imports to customs and computes the declaration; returns it."""
    env = orders.env
    company = orders.company_id
    with at(DECLARED):
        company.partner_id.cbam_eori = "DE000000000000000"
        rod = orders.order_line.product_id.filtered(lambda product: product.cbam_cn_code == CN_ROD)
        mill = env["cbam.installation"].search([("name", "=", "Example Bolts India, mill")])
        record = env["cbam.specific.emission"].search([("installation_id", "=", mill.id), ("cn_code", "=", CN_ROD)])
        record.evidence_ids = env["ir.attachment"].create(
            {"name": "Sample verification report 2026.txt", "datas": base64.b64encode(b"Sample verification report")}
        )
        for day, mrn, item, tonnes, country, verified in IMPORTS:
            line = env["cbam.import"].create(
                {
                    "company_id": company.id,
                    "date": day,
                    "mrn": mrn,
                    "item": item,
                    "product_id": rod.id,
                    "cn_code": CN_ROD,
                    "origin_country_id": env.ref(f"base.{country}").id,
                    "installation_id": mill.id if verified else False,
                    "production_country_id": env.ref(f"base.{country}").id,
                    "net_mass": tonnes,
                    "importer_id": company.partner_id.id,
                }
            )
            line.action_declare()
        declaration = env["cbam.declaration"].create({"company_id": company.id, "year": 2026})
        declaration.action_compute()
        env.flush_all()
    return declaration
