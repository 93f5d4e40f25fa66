"""The year 2026 is closed in spring 2027: what the law asks, beside what the lots really carry.

Wire rod of one CN code comes from three mills. Without evidence everything received under the code would count with one
average (2025/2547 Art. 14(1)); here two processes can show what they have used (Art. 14(3)).
"""

import csv
import io

from odoo.fields import Command

from .company import at

WIRE_ROD = "72139149"


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
    """A process has used the wire rod of these mills and nothing else; its issue slips are on file."""
    env = factory.env
    process = env["cbam.process"].search([("name", "=", process)])
    slips = env["ir.attachment"].create({"name": f"Issue slips 2026, {process.name}.csv", "raw": _issue_slips(process)})
    mills = env["cbam.installation"].search([("name", "in", [f"{vendor}, mill" for vendor in vendors])])
    env["cbam.precursor.subset"].create(
        {
            "period_id": period.id,
            "process_id": process.id,
            "cn_code": WIRE_ROD,
            "source_ids": [Command.set(mills.ids)],
            "evidence": "Separate yard; issue slips of the whole year name the mill of every coil.",
            "evidence_ids": [Command.set(slips.ids)],
        }
    )


def _issue_slips(process):
    """What the orders of the process took from the yard, as CSV: the story's own movements, nothing else."""
    env, text = process.env, io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(("Day", "Order", "Coil", "CN Code", "Delivered By", "Tonnes"))
    orders = env["mrp.production"].search(
        [("workorder_ids.workcenter_id", "in", process.workcenter_ids.ids), ("state", "=", "done")], order="id"
    )
    for issue in orders.move_raw_ids.move_line_ids.filtered("lot_id").sorted("id"):
        if issue.product_id.cbam_cn_code != WIRE_ROD:
            continue
        received = env["stock.move.line"].search(
            [("lot_id", "=", issue.lot_id.id), ("location_id.usage", "=", "supplier")], limit=1
        )
        tonnes = issue.product_uom_id._compute_quantity(issue.quantity, env.ref("uom.product_uom_ton"))
        order, vendor = issue.move_id.raw_material_production_id.name, received.move_id.picking_id.partner_id.name
        writer.writerow((issue.date.date(), order, issue.lot_id.name, WIRE_ROD, vendor, tonnes))
    return text.getvalue().encode()
