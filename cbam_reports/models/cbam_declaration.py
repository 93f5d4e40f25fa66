from datetime import date

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command

from odoo.addons.cbam_emissions.engine.declaration import (
    CANCELLATION,
    DECLARATION,
    FIRST_YEAR,
    HOLDING,
    REPURCHASE,
    SALE,
    deadlines,
    kept_until,
)
from odoo.addons.cbam_emissions.models.optional_float import OptionalFloat
from odoo.addons.cbam_emissions.models.own_action import by_own_action, is_own_action

MANAGER = "cbam_emissions.group_cbam_manager"
#: What may change of a declaration at any time.
FREE = {"user_id", "note", "message_follower_ids", "activity_ids", "message_ids"}


class CbamDeclaration(models.Model):
    """The annual CBAM declaration of a declarant (2023/956 Article 6), in versions.

    A draft is computed from the imports as often as one likes. It is released once nothing is missing or provisional;
    then it is frozen and hashed, and only a correction version can follow.
    """

    _name = "cbam.declaration"
    _description = "CBAM Declaration"
    _inherit = ["mail.thread", "mail.activity.mixin", "cbam.frozen.row"]
    _order = "year desc, company_id, version desc"

    _frozen = "r.state <> 'draft'"
    _free_columns = ("state", "user_id", "note")
    # how long it is kept is a matter of the day: see below
    _frozen_operations = "UPDATE"

    company_id = fields.Many2one(
        "res.company",
        "Declarant",
        required=True,
        index=True,
        default=lambda self: self.env.company,
        ondelete="restrict",
    )
    year = fields.Integer(
        "Year of Importation",
        required=True,
        aggregator=None,
        default=lambda self: fields.Date.context_today(self).year,
    )
    version = fields.Integer(required=True, readonly=True, default=1, aggregator=None, copy=False)
    state = fields.Selection(
        [("draft", "Draft"), ("released", "Released"), ("superseded", "Superseded")],
        required=True,
        readonly=True,
        default="draft",
        copy=False,
        tracking=True,
    )
    previous_id = fields.Many2one("cbam.declaration", "Corrects", readonly=True, copy=False, ondelete="restrict")
    reason = fields.Char("Reason of the Correction", readonly=True, copy=False)
    user_id = fields.Many2one("res.users", "Responsible", default=lambda self: self.env.user)
    due_on = fields.Date(compute="_compute_dates", store=True)
    kept_until = fields.Date(
        "Records Kept Until", compute="_compute_dates", store=True, help="2023/956 Articles 7(6) and 9(3)."
    )
    computed_on = fields.Datetime(readonly=True, copy=False)
    released_on = fields.Datetime(readonly=True, copy=False)
    released_by_id = fields.Many2one("res.users", readonly=True, copy=False, ondelete="restrict")
    root_hash = fields.Char("Root Hash (SHA-256)", readonly=True, copy=False)
    threshold_exceeded = fields.Boolean("More Than 50 t", readonly=True, copy=False)
    line_ids = fields.One2many("cbam.declaration.line", "declaration_id", "Lines", readonly=True)
    total_ids = fields.One2many("cbam.declaration.total", "declaration_id", "Types of Goods", readonly=True)
    blocker_ids = fields.One2many("cbam.declaration.blocker", "declaration_id", "Blockers", readonly=True)
    blocker_count = fields.Integer(compute="_compute_blocker_count")
    dataset_ids = fields.Many2many(
        "cbam.dataset",
        "cbam_declaration_dataset_rel",
        string="Data Sets",
        readonly=True,
        copy=False,
        ondelete="restrict",
        help="What the figures were computed with; of a released declaration they are frozen with it.",
    )
    emissions = fields.Float("Embedded tCO2e", digits=0, readonly=True, copy=False)
    certificates = fields.Float("Certificates to Surrender", digits=0, readonly=True, copy=False)
    cost_eur = OptionalFloat(
        "Cost (EUR)", digits=(16, 2), readonly=True, copy=False, help="At the prices of the quarters; 2026 only."
    )
    certificate_move_ids = fields.One2many("cbam.certificate.move", "declaration_id", "Surrendered Certificates")
    surrendered = fields.Float(compute="_compute_surrendered", digits=0)
    to_surrender = fields.Float("Still to Surrender", compute="_compute_surrendered", digits=0)
    note = fields.Html()

    _once = models.UniqueIndex("(company_id, year, version)", "There is such a version of the declaration already.")
    _one_draft = models.UniqueIndex(
        "(company_id, year) WHERE state = 'draft'", "There is a draft of this declaration already."
    )
    _year_floor = models.Constraint("CHECK (year >= 2026)", "Nothing is declared for imports before 2026.")

    @api.depends("year", "version", "company_id")
    def _compute_display_name(self):
        for declaration in self:
            declaration.display_name = self.env._(
                "CBAM declaration %(year)s · v%(version)s · %(company)s",
                year=declaration.year,
                version=declaration.version,
                company=declaration.company_id.name,
            )

    @api.depends("year")
    def _compute_dates(self):
        for declaration in self:
            known = declaration.year >= FIRST_YEAR
            declaration.due_on = date(declaration.year + 1, 9, 30) if known else False
            declaration.kept_until = kept_until(declaration.year) if known else False

    @api.depends("blocker_ids")
    def _compute_blocker_count(self):
        counts = dict(
            self.env["cbam.declaration.blocker"]._read_group(
                [("declaration_id", "in", self.ids)], ["declaration_id"], ["__count"]
            )
        )
        for declaration in self:
            declaration.blocker_count = counts.get(declaration, 0)

    @api.depends("certificate_move_ids.quantity", "certificate_move_ids.state", "certificates")
    def _compute_surrendered(self):
        """Certificates surrendered for the year, under whichever version."""
        moves = self.env["cbam.certificate.move"].search(
            [("kind", "=", "surrender"), ("state", "=", "done"), ("company_id", "in", self.company_id.ids)]
        )
        for declaration in self:
            of_year = moves.filtered(
                lambda move, d=declaration: move.company_id == d.company_id and move.declaration_id.year == d.year
            )
            declaration.surrendered = sum(of_year.mapped("quantity"))
            declaration.to_surrender = max(0.0, declaration.certificates - declaration.surrendered)

    # -- what is fixed -----------------------------------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        own = {"state", "version", "previous_id", "root_hash", "released_on", "released_by_id"}
        if not is_own_action(self) and any(not own.isdisjoint(vals) for vals in vals_list):
            raise UserError(self.env._("Versions of a declaration are begun and released by their own actions only."))
        declarations = super().create(vals_list)
        declarations.filtered(lambda d: d.version == 1)._schedule_deadlines()
        return declarations

    def write(self, vals):
        if not is_own_action(self):
            fixed = set(vals) - FREE
            released = self.filtered(lambda declaration: declaration.state != "draft")
            if fixed and released:
                raise UserError(
                    self.env._("%s is released: begin a correction instead of editing it.", released[:1].display_name)
                )
            if not {"state", "version", "root_hash", "previous_id", "company_id", "year"}.isdisjoint(vals):
                raise UserError(self.env._("A declaration is released and superseded by its own actions only."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_draft_only(self):
        today = fields.Date.context_today(self)
        for declaration in self:
            if declaration.state != "draft" and declaration.kept_until >= today:
                raise UserError(
                    self.env._(
                        "%(declaration)s is kept until %(day)s (2023/956 Article 7(6)).",
                        declaration=declaration.display_name,
                        day=declaration.kept_until,
                    )
                )

    # -- actions -----------------------------------------------------------------------------------------------------

    def action_compute(self):
        """Compute a draft anew from the imports as they are.

        :raises UserError: the declaration is released
        """
        builder = self.env["cbam.declaration.builder"]
        for declaration in self:
            if declaration.state != "draft":
                raise UserError(self.env._("%s is released.", declaration.display_name))
            declaration.check_access("write")
            lines, totals, blockers = builder.rows(declaration.company_id, declaration.year)
            # superuser: lines and totals are written by computing alone; the right on the declaration was checked above
            declaration = declaration.sudo()
            declaration.line_ids.unlink()
            declaration.total_ids.unlink()
            declaration.blocker_ids.unlink()
            for name, rows in (("line", lines), ("total", totals), ("blocker", blockers)):
                declaration.env[f"cbam.declaration.{name}"].create(
                    [{**row, "declaration_id": declaration.id} for row in rows]
                )
            by_own_action(declaration).write(
                {
                    "computed_on": fields.Datetime.now(),
                    "dataset_ids": [Command.set(sorted(builder.datasets(lines, declaration.year)))],
                    "threshold_exceeded": builder.exceeded(declaration.company_id, declaration.year),
                    "emissions": sum(row["emissions"] for row in lines),
                    "certificates": sum(row["certificates"] for row in lines),
                    "cost_eur": builder.cost(lines),
                }
            )
        return True

    def action_release(self):
        """Freeze and hash the declaration, computed anew; the version that it corrects is superseded.

        :raises UserError: names the first blocker, or the year has not ended
        """
        self._check_manager()
        for declaration in self:
            if declaration.year >= fields.Date.context_today(self).year:
                raise UserError(self.env._("The year %s has not ended.", declaration.year))
            declaration.action_compute()
            blocker = declaration.blocker_ids[:1]
            if blocker:
                raise UserError(
                    self.env._(
                        "%(declaration)s cannot be released; %(count)s blockers, the first is: %(message)s",
                        declaration=declaration.display_name,
                        count=declaration.blocker_count,
                        message=blocker.message,
                    )
                )
            previous = by_own_action(declaration.previous_id)
            previous.write({"state": "superseded"})
            previous.flush_recordset()
            by_own_action(declaration).write(
                {
                    "state": "released",
                    "released_on": fields.Datetime.now(),
                    "released_by_id": self.env.uid,
                    "root_hash": self.env["cbam.declaration.freeze"].root(declaration),
                }
            )
        return True

    def action_correct(self):
        """Ask why a released declaration is corrected."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Correct the Declaration"),
            "res_model": "cbam.declaration.correct",
            "view_mode": "form",
            "target": "new",
            "context": {"default_declaration_id": self.id},
        }

    @api.private
    def begin_correction(self, reason):
        """A draft of the next version, computed from today's imports and data.

        :raises UserError: the declaration is not released
        """
        self.ensure_one()
        self._check_manager()
        if self.state != "released":
            raise UserError(self.env._("Only a released declaration is corrected."))
        self.flush_recordset()
        draft = self.search(
            [("company_id", "=", self.company_id.id), ("year", "=", self.year), ("state", "=", "draft")]
        )
        if draft:
            raise UserError(self.env._("%s is begun already.", draft.display_name))
        correction = by_own_action(self).create(
            {
                "company_id": self.company_id.id,
                "year": self.year,
                "version": self.version + 1,
                "previous_id": self.id,
                "reason": reason,
            }
        )
        correction = self.browse(correction.id)
        correction.action_compute()
        return correction

    def action_impact(self):
        """What today's imports and data would change of the declarations; nothing is changed."""
        return self.env["cbam.declaration.impact"].open_for(self)

    def _announce_impact(self, dataset):
        """An activity for each declaration whose lines a data set changes."""
        _ = self.env._
        for declaration, parts in self.env["cbam.declaration.impact"].found(self).items():
            if not parts:
                continue
            costs = [change.cost for change in parts]
            note = _(
                "%(lines)s lines change: %(emissions)s tCO2e, %(certificates)s certificates, EUR %(cost)s.",
                lines=len(parts),
                emissions=f"{sum(change.emissions for change in parts):+.3f}",
                certificates=f"{sum(change.certificates for change in parts):+.3f}",
                cost=_("not known yet") if None in costs else f"{sum(costs):+.2f}",
            )
            declaration.activity_schedule(
                "mail.mail_activity_data_warning",
                summary=_("%s changes the declaration", dataset.name),
                note=note,
                user_id=(declaration.user_id or self._manager_of(declaration.company_id)).id,
            )

    def action_compare(self):
        """Hash the declaration again and say whether anything has changed; nothing is written."""
        self.ensure_one()
        drift = self.env["cbam.declaration.freeze"].drift(self)
        message = "; ".join(drift) or self.env._("Hashed again: everything is as it was when it was released.")
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {"type": "danger" if drift else "success", "message": message, "sticky": bool(drift)},
        }

    def action_surrender(self):
        """Surrender what is still due, those certificates first that are cancelled first.

        :raises UserError: there are not enough certificates on the account
        """
        self.ensure_one()
        self._check_manager()
        if self.state != "released":
            raise UserError(self.env._("Certificates are surrendered for a released declaration."))
        self.env["cbam.certificate.move"].surrender(self, self.to_surrender)
        return True

    def action_view_lines(self):
        """The lines, to be filtered and grouped."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("cbam_reports.cbam_declaration_line_action")
        return action | {"domain": [("declaration_id", "=", self.id)]}

    def _check_manager(self):
        if not self.env.su and not self.env.user.has_group(MANAGER):
            raise AccessError(self.env._("Only a CBAM manager releases and corrects declarations."))

    # -- the calendar ------------------------------------------------------------------------------------------------

    @api.private
    def deadline_labels(self):
        """What is due on the deadlines of a year, by their keys."""
        _ = self.env._
        return {
            SALE: _("Certificates are sold from this day on"),
            HOLDING: _("Hold certificates for half of the emissions since 1 January"),
            DECLARATION: _("Submit the CBAM declaration and surrender certificates"),
            REPURCHASE: _("Last day to request the repurchase of certificates"),
            CANCELLATION: _("Certificates that are left are cancelled"),
        }

    def _schedule_deadlines(self):
        """The calendar of the year as activities of whoever is responsible; what has passed is left out."""
        labels = self.deadline_labels()
        today = fields.Date.context_today(self)
        for declaration in self:
            for deadline in deadlines(declaration.year):
                if deadline.day >= today:
                    declaration.activity_schedule(
                        "mail.mail_activity_data_todo",
                        date_deadline=deadline.day,
                        summary=labels[deadline.key],
                        note=self.env._("2023/956 %s", deadline.article),
                        user_id=(declaration.user_id or self.env.user).id,
                    )

    @api.model
    def _prepare_all(self):
        """Scheduled action: a draft for each company and year with imports that owe something and no declaration."""
        found = self.env["cbam.import"]._read_group(
            [("state", "=", "declared"), ("year", ">=", FIRST_YEAR)], ["company_id", "year", "sector"]
        )
        keys = {(company, year): set() for company, year, _sector in found}
        for company, year, sector in found:
            keys[company, year].add(sector)
        there = {(d.company_id, d.year) for d in self.search([("company_id", "in", [c.id for c, _y in keys])])}
        watches = self.env["cbam.threshold.watch"].refresh(keys.keys() - there)
        for watch in watches:
            sectors = keys[watch.company_id, watch.year]
            if watch.state == "exceeded" or sectors & {"electricity", "hydrogen"}:
                self.current(watch.company_id, watch.year)

    @api.private
    def current(self, company, year):
        """The newest version of a declaration; a first draft where there is none."""
        found = self.search([("company_id", "=", company.id), ("year", "=", year)], order="version desc", limit=1)
        manager = self._manager_of(company)
        return found or self.create({"company_id": company.id, "year": year, "user_id": manager.id})

    @api.model
    def _manager_of(self, company):
        # superuser: members of a group are readable by administrators alone
        managers = self.env.ref(MANAGER).sudo().all_user_ids
        return managers.filtered(lambda user: user.active and company in user.company_ids)[:1] or self.env.user
