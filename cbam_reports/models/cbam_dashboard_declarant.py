from odoo import api, fields, models
from odoo.tools import format_date, formatLang

from odoo.addons.cbam_emissions.engine.declaration import FIRST_YEAR, deadlines
from odoo.addons.cbam_procurement.models.cbam_import import NOT_COUNTED

from .dashboard_blocks import column, figure, nothing, progress, table, window

NEXT = 6


class CbamDashboardDeclarant(models.AbstractModel):
    """The declarant's tab: the year against 50 t, the account of certificates, the calendar and the cost."""

    _name = "cbam.dashboard.declarant"
    _description = "CBAM Dashboard: Declarant"

    @api.private
    def data(self, company):
        """The blocks of the tab, in a number of queries that does not depend on how many records there are."""
        _ = self.env._
        today = fields.Date.context_today(self)
        watch = self._watch(company, today.year)
        declarations = self.env["cbam.declaration"].search(
            [("company_id", "=", company.id), ("state", "!=", "superseded")]
        )
        # superuser: a balance counts every move of the company
        held = self.env["cbam.certificate.move"].sudo().held(company, today)
        if not (watch.forecast_mass or watch.hydrogen_mass or watch.electricity or declarations or held):
            return nothing(
                _("Nothing is imported yet"),
                _("Order CBAM goods from outside the Union, or enter an import: what the year comes to appears here."),
                _("Imports Ledger"),
                window(_("Imports Ledger"), "cbam.import", [("company_id", "=", company.id)]),
            )
        return {
            "figures": [
                *self._costs(company, watch),
                *self._position(company, declarations, held, today),
            ],
            "progress": [self._bar(company, watch)],
            "tables": [self._calendar(company, declarations, today), self._declarations(declarations)],
        }

    @api.model
    def _watch(self, company, year):
        """The watch of the year; one that only lives in memory where nothing was announced yet."""
        watches = self.env["cbam.threshold.watch"]
        found = watches.search([("company_id", "=", company.id), ("year", "=", year)], limit=1)
        return found or watches.new({"company_id": company.id, "year": year})

    # -- the threshold -----------------------------------------------------------------------------------------------

    @api.model
    def _imports(self, company, year, state):
        domain = [("company_id", "=", company.id), ("year", "=", year), ("procedure", "not in", NOT_COUNTED)]
        return window(self.env._("Imports of %s", year), "cbam.import", [*domain, ("state", "=", state)])

    @api.model
    def _bar(self, company, watch):
        _, year = self.env._, watch.year
        levels = company.cbam_watch_levels()
        notes = []
        if watch.hydrogen_mass:
            notes.append(_("Hydrogen: %s t, without a threshold.", formatLang(self.env, watch.hydrogen_mass, digits=3)))
        if watch.electricity:
            notes.append(
                _("Electricity: %s MWh, without a threshold.", formatLang(self.env, watch.electricity, digits=3))
            )
        return progress(
            _("Imports of %s against the threshold", year),
            "t",
            3,
            [
                (_("Declared"), watch.declared_mass, "primary", self._imports(company, year, "declared")),
                (_("Received, not declared"), watch.received_mass, "info", self._imports(company, year, "proposed")),
                (_("On order"), watch.ordered_mass, "warning", watch.action_view_orders() | self._list_views()),
            ],
            [(watch.threshold * level / 100, f"{level} %") for level in sorted({*levels, 100}) if watch.threshold],
            " ".join(notes),
        )

    @api.model
    def _list_views(self):
        return {"views": [[False, "list"], [False, "form"]], "target": "current"}

    # -- cost --------------------------------------------------------------------------------------------------------

    @api.model
    def _costs(self, company, watch):
        """What the declared imports cost so far, and what the year comes to with receipts and open orders."""
        _, year = self.env._, watch.year
        imports = self.env["cbam.declaration.builder"].imports(company, year)
        figures = self.env["cbam.import.figures"]
        _certificates, money, missing = figures.totals(figures.figures(imports).values())
        states = {"below": "success", "foreseeable": "danger", "exceeded": "danger"}
        labels = dict(watch._fields["state"]._description_selection(self.env))
        counts = watch.state in ("foreseeable", "exceeded")
        unknown = _("%s imports or order lines have no figure yet.", watch.missing_count) if watch.missing_count else ""
        if watch.id:
            opened = window(watch.display_name, "cbam.threshold.watch", res_id=watch.id)
        else:
            opened = self._imports(company, year, "declared")
        return [
            figure(
                _("Threshold %s", year),
                labels[watch.state],
                action=opened,
                hint=_(
                    "%(mass)s t of %(threshold)s t with what is on order.",
                    mass=formatLang(self.env, watch.forecast_mass, digits=3),
                    threshold="–" if watch.threshold is None else formatLang(self.env, watch.threshold, digits=0),
                ),
                state=states.get(watch.state, "warning"),
            ),
            figure(
                _("Cost of declared imports"), float(money), "EUR", 0, self._imports(company, year, "declared"),
                _("%s imports have no figure yet.", missing) if missing else "",
            ),
            figure(
                _("Forecast of the year") if counts else _("Forecast, if 50 t are passed"),
                watch.cost_eur, "EUR", 0, opened, unknown, "warning" if unknown else "",
            ),
        ]  # fmt: skip

    # -- certificates ------------------------------------------------------------------------------------------------

    @api.model
    def _position(self, company, declarations, held, today):
        _ = self.env._
        due = declarations.filtered(lambda declaration: declaration.state == "released" and declaration.to_surrender)
        drafts = sum(declarations.filtered(lambda declaration: declaration.state == "draft").mapped("to_surrender"))
        hints = [", ".join(str(declaration.year) for declaration in due)]
        if drafts:
            hints.append(_("Drafts come to %s more.", formatLang(self.env, drafts, digits=3)))
        test = self.env["cbam.holding.test"].search(
            [("company_id", "=", company.id), ("day", ">=", today)], order="day", limit=1
        )
        moves = window(_("Certificates"), "cbam.certificate.move", [("company_id", "=", company.id)])
        found = [
            figure(_("Certificates held"), held, "", 0, moves),
            figure(
                _("Still to surrender, released"), sum(due.mapped("to_surrender")), "", 0,
                window(_("Released Declarations"), "cbam.declaration", [("id", "in", due.ids)]),
                " · ".join(filter(None, hints)),
                "warning" if due else "",
            ),
        ]  # fmt: skip
        if test:
            short = test.state == "short"
            found.append(
                figure(
                    _("To hold on %s", format_date(self.env, test.day)), test.required if test.applies else 0, "", 0,
                    window(_("Position of Certificates"), "cbam.holding.test", [("company_id", "=", company.id)]),
                    _("%s have to be bought.", formatLang(self.env, test.shortfall, digits=0)) if short else "",
                    "danger" if short else "",
                )
            )  # fmt: skip
        return found

    # -- the calendar ------------------------------------------------------------------------------------------------

    @api.model
    def _calendar(self, company, declarations, today):
        """What falls due next for the imports of the last years, as the law has it."""
        _ = self.env._
        labels = self.env["cbam.declaration"].deadline_labels()
        of_year = declarations.grouped("year")
        found = sorted(
            (deadline.day, year, deadline)
            for year in range(max(FIRST_YEAR, today.year - 2), today.year + 1)
            for deadline in deadlines(year)
            if deadline.day >= today
        )
        return table(
            _("Next deadlines"),
            [column(_("Day"), date=True), column(_("In"), _("days"), 0), column(_("What")), column(_("Imports of"))],
            [
                (
                    (day.isoformat(), (day - today).days, labels[deadline.key], str(year)),
                    self._of_year(of_year.get(year), company, year),
                )
                for day, year, deadline in found[:NEXT]
            ],
            hint=_("2023/956 Articles 6, 20 and 22 to 24."),
        )

    @api.model
    def _of_year(self, declarations, company, year):
        """The declaration of a year, or where it is begun."""
        if declarations:
            return window(declarations[0].display_name, "cbam.declaration", res_id=declarations[0].id)
        domain = [("company_id", "=", company.id), ("year", "=", year)]
        return window(
            self.env._("Declarations of %s", year), "cbam.declaration", domain, context={"default_year": year}
        )

    @api.model
    def _declarations(self, declarations):
        _ = self.env._
        states = dict(declarations._fields["state"]._description_selection(self.env))
        return table(
            _("Declarations"),
            [
                column(_("Imports of")),
                column(_("State")),
                column(_("Embedded"), "tCO2e", 3),
                column(_("Certificates"), digits=0),
                column(_("Cost"), "EUR", 2),
                column(_("Blockers"), digits=0),
            ],
            [
                (
                    (str(d.year), states[d.state], d.emissions, d.certificates, d.cost_eur, d.blocker_count),
                    window(d.display_name, "cbam.declaration", res_id=d.id),
                )
                for d in declarations
            ],
            empty=_("No declaration is begun."),
        )
