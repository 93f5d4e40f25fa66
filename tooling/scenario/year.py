"""The year 2026 is closed in spring 2027: what the law asks, beside what the lots really carry.

Wire rod of one CN code comes from three mills. Without evidence everything received under the code would count with one
average (2025/2547 Art. 14(1)); here two processes can show what they have used (Art. 14(3)).
"""

from odoo.fields import Command

from .company import at


def close(factory):
    """Closes the period; returns its statement."""
    env, site = factory.env, factory.installation
    with at("2027-03-22 04:00"):
        plan = env["cbam.monitoring.plan"].create(
            {
                "installation_id": site.id,
                "date_from": "2026-01-01",
                "opening_stock": "excluded",
                "saleable_off_spec": "included",
                "cut_off_day": "Orders are finished before 31 December; stock-take on that day.",
            }
        )
        plan.action_put_in_force()
        period = env["cbam.period"].create({"installation_id": site.id, "year": 2026})
        _prove(factory, period, "Carbon steel screws and nuts", ["Example Carbon Steel"])
        _prove(factory, period, "Bolts", ["Example Wire One", "Example Wire Two"])
        period.action_close()
    return period.statement_id


def _prove(factory, period, process, vendors):
    """A process has used the wire rod of these mills and nothing else."""
    env = factory.env
    mills = env["cbam.installation"].search([("name", "in", [f"{vendor}, mill" for vendor in vendors])])
    env["cbam.precursor.subset"].create(
        {
            "period_id": period.id,
            "process_id": env["cbam.process"].search([("name", "=", process)]).id,
            "cn_code": "72139149",
            "source_ids": [Command.set(mills.ids)],
            "evidence": "Separate yard; issue slips of the whole year name the mill of every coil.",
        }
    )
