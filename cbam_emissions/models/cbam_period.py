from datetime import date, datetime

import pytz

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from .cbam_job_mixin import OPEN_STATES

FROZEN_STATES = ("closed", "in_verification", "verified", "sent")


class CbamPeriod(models.Model):
    """A reporting period of an installation: the calendar year, local to it (2025/2547 Art. 1(5), Art. 7).

    Closing computes the statutory book, joins the unit book to it and freezes both as a version of the emissions
    statement. Posting takes the row FOR SHARE, the close FOR UPDATE: no movement slips in between.
    """

    _name = "cbam.period"
    _description = "CBAM Reporting Period"
    _inherit = ["cbam.site.record", "mail.activity.mixin"]
    _order = "year desc, installation_id, id"

    year = fields.Integer(
        "Reporting Period",
        required=True,
        default=lambda self: fields.Date.context_today(self).year,
        help="Calendar year of production, from 2026 on.",
    )
    date_from = fields.Date("Monitored From", compute="_compute_dates", help="Later than 1 January for a new site.")
    date_to = fields.Date("Monitored Until", compute="_compute_dates")
    months = fields.Integer("Months Monitored", compute="_compute_dates")
    state = fields.Selection(
        [
            ("open", "Open"),
            ("closed", "Closed"),
            ("in_verification", "In Verification"),
            ("verified", "Verified"),
            ("sent", "Sent"),
        ],
        required=True,
        default="open",
        readonly=True,
        copy=False,
        tracking=True,
    )
    statement_ids = fields.One2many("cbam.statement", "period_id", "Versions", readonly=True)
    statement_id = fields.Many2one(
        "cbam.statement", "Current Version", readonly=True, copy=False, ondelete="restrict", tracking=True
    )
    good_ids = fields.One2many(related="statement_id.good_ids", string="Goods")
    root_hash = fields.Char(related="statement_id.root_hash")
    problem_ids = fields.One2many("cbam.period.problem", "period_id", "To Check", readonly=True)
    blocking_count = fields.Integer(compute="_compute_problem_counts")
    warning_count = fields.Integer(compute="_compute_problem_counts")
    late_count = fields.Integer("Posted Late", compute="_compute_late_count")
    checked_at = fields.Datetime("Last Checked", readonly=True, copy=False)
    total_ids = fields.One2many("cbam.stream.total", "period_id", "Measured Totals")
    subset_ids = fields.One2many("cbam.precursor.subset", "period_id", "Proven Subsets")
    close_job_id = fields.Many2one("cbam.job", "Close Under Way", compute="_compute_close_job", compute_sudo=True)
    close_progress = fields.Float("Closed (%)", compute="_compute_close_job", compute_sudo=True, digits=(5, 1))

    _once = models.UniqueIndex("(installation_id, year)", "This installation has this reporting period already.")
    _year_floor = models.Constraint("CHECK (year >= 2026)", "A reporting period before 2026 has no legal meaning.")

    @api.depends("installation_id.name", "year")
    def _compute_display_name(self):
        for period in self:
            period.display_name = f"{period.installation_id.name or ''} · {period.year or ''}"

    @api.depends("year", "installation_id.start_date")
    def _compute_dates(self):
        for period in self:
            if not period.year or not 2026 <= period.year <= 9998:
                period.date_from = period.date_to = period.months = False
                continue
            first, start = date(period.year, 1, 1), period.installation_id.start_date
            period.date_from = max(first, start) if start and start.year == period.year else first
            period.date_to = date(period.year, 12, 31)
            period.months = 13 - period.date_from.month

    @api.depends("problem_ids.severity")
    def _compute_problem_counts(self):
        counts = {
            (period.id, severity): count
            for period, severity, count in self.env["cbam.period.problem"]._read_group(
                [("period_id", "in", self.ids)], ["period_id", "severity"], ["__count"]
            )
        }
        for period in self:
            period.blocking_count = counts.get((period.id, "blocking"), 0)
            period.warning_count = counts.get((period.id, "warning"), 0)

    def _compute_late_count(self):
        for period in self:
            period.late_count = len(self.env["cbam.period.freeze"]._late_lines(period)) if period.statement_id else 0

    def _compute_close_job(self):
        """Jobs come and go in transactions of their own: what is shown is what there is now."""
        jobs = self.env["cbam.job"].search(
            [("kind", "=", "close"), ("period_id", "in", self.ids), ("state", "in", OPEN_STATES)]
        )
        by_period = {job.period_id.id: job for job in jobs}
        for period in self:
            job = by_period.get(period.id, jobs.browse())
            period.close_job_id = job
            period.close_progress = job.progress

    @api.constrains("installation_id")
    def _check_own(self):
        for period in self:
            if not period.installation_id.company_id:
                raise ValidationError(
                    self.env._("%s is no installation of ours: it has no periods here.", period.installation_id.name)
                )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_closed(self):
        for period in self:
            if period.statement_ids:
                raise UserError(self.env._("%s was closed: it cannot be deleted.", period.display_name))

    # -- times -------------------------------------------------------------------------------------------------------

    def _span(self):
        """First moment of the period and first moment after it, naive UTC."""
        self.ensure_one()
        zone = pytz.timezone(self.installation_id.tz)
        return tuple(
            zone.localize(datetime(year, 1, 1)).astimezone(pytz.utc).replace(tzinfo=None)
            for year in (self.year, self.year + 1)
        )

    @api.model
    def _closed_spans(self):
        """``{installation id: [(start, end)]}`` of all closed periods, naive UTC: what later facts leave alone."""
        spans = {}
        # superuser: what is closed is closed, also where the user may not see the period
        for period in self.sudo().search([("state", "in", FROZEN_STATES)]):
            spans.setdefault(period.installation_id.id, []).append(period._span())
        return spans

    def _plan(self):
        """The monitoring plan in force at the end of the period; empty where there is none."""
        self.ensure_one()
        return self.env["cbam.monitoring.plan"]._for(self.installation_id, self.date_to)

    # -- what a user does --------------------------------------------------------------------------------------------

    def action_check(self):
        """List what is missing, without writing any figure."""
        for period in self:
            self.env["cbam.period.close"]._check(period)

    def action_close(self):
        """Compute, join the two books, freeze: all or nothing. A long period is closed by a job, which is opened."""
        answers = [self.env["cbam.job.close"]._close(period) for period in self]
        return next(filter(None, reversed(answers)), None)

    def action_close_job(self):
        """The job that closes the period."""
        self.ensure_one()
        return self.close_job_id.action_open()

    def action_to_verification(self):
        """Hand the current version to the verifier."""
        self._expect("closed")
        self.state = "in_verification"

    def action_sent(self):
        """The verified report has gone to the customers."""
        self._expect("verified")
        self.state = "sent"

    def action_reopen(self):
        """Ask for the reason; see :meth:`_reopen`."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Reopen %s", self.display_name),
            "res_model": "cbam.period.reopen",
            "view_mode": "form",
            "target": "new",
            "context": {"default_period_id": self.id},
        }

    def _reopen(self, reason):
        """Open the period for a new version; the current one stays as it is and readable.

        Once the verification statement was issued, the next version is a corrected one.
        """
        self.ensure_one()
        self._expect(*FROZEN_STATES)
        if not (reason or "").strip():
            raise UserError(self.env._("Give the reason why %s is reopened.", self.display_name))
        corrects = self.state in ("verified", "sent")
        self.env["cbam.period.close"]._take_back(self)
        # Nobody may write a version; its end is the reopening itself, which asked for the right on the period.
        self.statement_id.sudo().write({"state": "superseded", "reopen_reason": reason, "to_be_corrected": corrects})
        self.state = "open"
        self.message_post(body=self.env._("Reopened: %s", reason))

    def action_compare(self):
        """Recompute the current version and say whether anything has drifted."""
        self.ensure_one()
        if not self.statement_id:
            raise UserError(self.env._("%s was never closed: there is nothing to compare with.", self.display_name))
        return self.statement_id.action_compare()

    def action_view_ledger(self):
        """The ledger lines of the period."""
        self.ensure_one()
        start, end = self._span()
        domain = [("installation_id", "=", self.installation_id.id), ("date", ">=", start), ("date", "<", end)]
        return self.env["cbam.emission.line"]._action_of(domain, self.display_name)

    def action_view_late(self):
        """Lines of the period that were posted after it was closed."""
        self.ensure_one()
        lines = self.env["cbam.period.freeze"]._late_lines(self)
        return self.env["cbam.emission.line"]._action_of([("id", "in", lines)], self.env._("Posted Late"))

    def action_view_versions(self):
        """All versions of the period's statement."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("cbam_emissions.action_cbam_statement")
        return action | {"domain": [("period_id", "=", self.id)]}

    def _expect(self, *states):
        names = dict(self._fields["state"]._description_selection(self.env))
        for period in self:
            if period.state not in states:
                raise UserError(
                    self.env._(
                        "%(period)s is %(state)s: that is not possible now.",
                        period=period.display_name,
                        state=names[period.state].lower(),
                    )
                )
