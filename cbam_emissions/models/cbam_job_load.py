import base64
from datetime import date

from odoo import api, models

from ..engine.regulatory.findings import Finding, ParsedSet

#: System parameter: up to how many rows a file of regulatory data is loaded at once.
AT_ONCE, ROWS_AT_ONCE = "cbam_emissions.load_at_once", 50_000
ROWS_OF_PART = 10_000


class CbamJobLoad(models.AbstractModel):
    """Loads a large file of regulatory data: read and checked first, then put in place by one transaction.

    Reading is what takes time; its rows are kept in parts. The last batch writes the set with all of them.
    """

    _name = "cbam.job.load"
    _inherit = "cbam.job.kind"
    _description = "Background Job: Regulatory Data"

    @api.model
    def _load(self, wizard):
        """Let a job load the file of a wizard that has checked it: it, or ``None`` where the file is small."""
        if wizard.row_count <= self._number(AT_ONCE, ROWS_AT_ONCE):
            return None
        asked = {"kind": wizard.kind, "accept_bad": wizard.accept_bad, "values": _plain(wizard._dataset_values())}
        return self.env["cbam.job"].start("load", {"file": (wizard.file or b"").decode()}, asked=asked)

    @api.model
    def _head(self, job):
        return {"name": self.env._("Load %s", job.asked["values"]["name"]), "total": 2}

    @api.model
    def _restart(self, job):
        """The file is gone with the job: it is chosen, and checked, again."""
        return self.env["ir.actions.act_window"]._for_xml_id("cbam_emissions.cbam_dataset_load_action")

    @api.model
    def _work(self, job):
        # Whoever may no longer open the wizard may no longer load by it.
        self.env["cbam.dataset.load"].check_access("create")
        return super()._work(job)

    @api.model
    def _do_find(self, job):
        """Read and check the file, and keep its rows."""
        loader, asked = self.env["cbam.dataset.loader"], job.asked
        parsed = loader._parse(asked["kind"], base64.b64decode(job._part("file")), asked["values"]["file_name"] or "")
        loader._check_findings(parsed, asked["accept_bad"])
        parts = range(0, len(parsed.rows), ROWS_OF_PART)
        for part, start in enumerate(parts):
            job._keep_part(f"rows {part}", [_plain(row) for row in parsed.rows[start : start + ROWS_OF_PART]])
        job._keep_part("findings", [_finding(finding) for finding in parsed.findings])
        job._reach(1, next="flip", kind=parsed.kind, parts=len(parts))
        return True, self.env._(
            "%(rows)s rows read, %(listed)s listed.", rows=len(parsed.rows), listed=len(parsed.findings)
        )

    @api.model
    def _do_flip(self, job):
        """Write the set with all of its rows."""
        reached = job.reached
        rows = [row for part in range(reached["parts"]) for row in job._part(f"rows {part}")]
        parsed = ParsedSet(reached["kind"], rows, [Finding(*row) for row in job._part("findings")])
        dataset = self.env["cbam.dataset.loader"]._load(parsed, job.asked["values"])
        # superuser: how a job has ended is written by the job alone
        job.sudo().dataset_id = dataset
        job._reach()
        return False, self.env._("%s rows loaded.", len(rows))


def _plain(values):
    """Values that JSON can hold: dates as ISO texts, as the database reads them."""
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in values.items()}


def _finding(finding):
    return [finding.level, finding.sheet, finding.line, finding.cn, finding.what, finding.why]
