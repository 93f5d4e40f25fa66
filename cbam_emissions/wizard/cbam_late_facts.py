from collections import Counter

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..models.cbam_posting_late import PROCESS_KINDS, Scope
from .cbam_late_facts_line import DOCUMENTS


class CbamLateFacts(models.TransientModel):
    """Shows what facts that arrived after posting change, and posts the differences: preview first, nothing kept."""

    _name = "cbam.late.facts"
    _description = "Late Facts"

    company_ids = fields.Many2many("res.company", readonly=True, default=lambda self: self.env.companies)
    cn_code = fields.Char("Goods", help="Only receipts of goods whose CN code begins with these digits; empty: all.")
    with_processes = fields.Boolean(
        "Energy and Free Allocation Too",
        help="Look also at what fuels, energy and free allocation of orders would be today. "
        "It values every order of the open periods again.",
    )
    state = fields.Selection(
        [("scope", "Scope"), ("preview", "Preview"), ("applied", "Applied")], default="scope", readonly=True
    )
    line_ids = fields.One2many("cbam.late.facts.line", "facts_id", readonly=True)
    receipt_ids = fields.One2many(
        "cbam.late.facts.line", "facts_id", "Receipts Concerned", readonly=True, domain=[("section", "=", "receipt")]
    )
    order_ids = fields.One2many(
        "cbam.late.facts.line", "facts_id", "Orders Reached", readonly=True, domain=[("section", "=", "order")]
    )
    other_ids = fields.One2many(
        "cbam.late.facts.line", "facts_id", "Other Documents Reached", readonly=True, domain=[("section", "=", "other")]
    )
    closed_ids = fields.One2many(
        "cbam.late.facts.line", "facts_id", "Documents Left Alone", readonly=True, domain=[("section", "=", "closed")]
    )
    receipt_count = fields.Integer("Receipts", readonly=True)
    order_count = fields.Integer("Orders", readonly=True)
    other_count = fields.Integer("Other Documents", readonly=True)
    closed_count = fields.Integer("Left Alone", readonly=True, help="Documents of closed periods.")
    difference = fields.Float(
        "Received Goods", digits=0, readonly=True, help="Difference in scope of what was received, in tCO2e."
    )
    difference_energy = fields.Float(
        "Fuels and Energy", digits=0, readonly=True, help="Difference in scope of fuels and energy, in tCO2e."
    )
    difference_allocation = fields.Float(
        "Free Allocation", digits=0, readonly=True, help="Difference of embedded free allocation, in tonnes."
    )

    @api.model
    def _open(self, **values):
        """The preview of a scope, as a dialog."""
        return self.create(values).action_preview()

    @api.model
    def _open_for_dataset(self, dataset):
        """The preview of what a data set changes: of kinds that decide energy and allocation, orders too."""
        return self._open(with_processes=dataset.kind in PROCESS_KINDS)

    def action_preview(self):
        """Compute what would change; nothing is posted."""
        self.ensure_one()
        self._list(self.env["cbam.posting.late"]._preview(self._scope()))
        self.state = "preview"
        return self._reopen()

    def action_apply(self):
        """Post all differences in one pass and list what was posted; where there are many, a job does it."""
        self.ensure_one()
        if self.state != "preview":
            raise UserError(self.env._("Look at the preview first: late facts are applied once."))
        self.state = "applied"
        documents = self.receipt_count + self.order_count + self.other_count
        job = self.env["cbam.job.propagate"]._apply(self._scope(), documents)
        if job:
            return job.action_open()
        self._list(self.env["cbam.posting.late"]._apply(self._scope()))
        return self._reopen()

    def action_back(self):
        """Choose another scope."""
        self.state = "scope"
        return self._reopen()

    def _scope(self):
        digits = "".join(filter(str.isdigit, self.cn_code or ""))
        if not digits and (self.cn_code or "").strip():
            raise UserError(self.env._("%s is not a CN code: give its first digits.", self.cn_code))
        # Never more companies than the user works with now, whatever was chosen before.
        companies = self.company_ids & self.env.companies
        return Scope(tuple(companies.ids), digits or None, self.with_processes)

    def _list(self, late):
        """Replace the lists; thousands of rows come and go."""
        lines = self.env["cbam.late.facts.line"]
        self.env.cr.execute(SQL("DELETE FROM cbam_late_facts_line WHERE facts_id = %s", self.id))
        lines.invalidate_model()
        records = [self._line(change) for change in late.changes]
        if records:
            self.env["cbam.dataset.loader"]._copy(lines, list(records[0]), records)
        counts = Counter(section for section, _ident in {(change.section, change.ident) for change in late.changes})
        self.write(
            {
                **{f"{section}_count": counts[section] for section in ("receipt", "order", "other", "closed")},
                "difference": late.entering.in_scope,
                "difference_energy": late.energy.in_scope,
                "difference_allocation": late.entering.free_allocation + late.energy.free_allocation,
            }
        )

    def _line(self, change):
        kind, number = change.ident
        quantity, difference = change.quantity, change.difference
        per_unit = [
            None if figure is None or not quantity else figure.in_scope / quantity
            for figure in (change.old, change.new)
        ]
        return {
            "facts_id": self.id,
            "create_uid": self.env.uid,
            "section": change.section,
            **{field: number if name == kind else None for name, field in DOCUMENTS.items()},
            "installation_id": change.installation_id,
            "date": change.date,
            "product_id": change.product_id,
            "lot_id": change.lot_id,
            "quantity": quantity,
            "old_value": per_unit[0],
            "new_value": per_unit[1],
            "difference": difference.in_scope if difference else None,
            "difference_direct": difference.direct if difference else None,
            "difference_indirect": difference.indirect_total if difference else None,
            "difference_allocation": difference.free_allocation if difference else None,
            "note": change.note,
        }

    def _reopen(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Late Facts"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "new",
            "context": {"dialog_size": "extra-large"},
        }
