from datetime import date, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.cbam_emissions.engine.threshold import DECLARED, ORDERED, RECEIVED, Counted, watch
from odoo.addons.cbam_emissions.models.optional_float import OptionalFloat

from .cbam_carbon_cost import CUSTOMS_TZ
from .cbam_import import NOT_COUNTED

CONCERNED = ("verified", "claimed", "default", "mixed", "missing")


class CbamThresholdWatch(models.Model):
    """Where a company stands between 0 and 50 t in a calendar year: declared, received and ordered goods.

    LAW: up to 50 t of cement, fertilisers, iron, steel and aluminium together an importer has no obligations; beyond,
    all goods of the year count. Hydrogen and electricity have no threshold (2023/956 Article 2a).
    """

    _name = "cbam.threshold.watch"
    _description = "Watch of the 50 t Threshold"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "year desc, company_id"

    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True, ondelete="cascade")
    year = fields.Integer("Calendar Year", required=True, readonly=True, aggregator=None)
    announced_level = fields.Integer(
        "Announced (%)", readonly=True, aggregator=None, help="The highest level that the managers were told about."
    )
    state = fields.Selection(
        [
            ("below", "Below"),
            ("near", "Near the threshold"),
            ("foreseeable", "Passing foreseeable"),
            ("exceeded", "Exceeded"),
            ("unknown", "Threshold not known"),
        ],
        compute="_compute_figures",
    )
    is_passing = fields.Boolean(
        "Passed or Foreseeable",
        readonly=True,
        help="As last refreshed. While it is not, the carbon cost of purchases is shown as an exposure.",
    )
    declared_mass = fields.Float("Declared (t)", digits=(16, 3), compute="_compute_figures")
    received_mass = fields.Float("Received, not Declared (t)", digits=(16, 3), compute="_compute_figures")
    ordered_mass = fields.Float("Open Orders (t)", digits=(16, 3), compute="_compute_figures")
    forecast_mass = fields.Float(
        "Forecast (t)", digits=(16, 3), compute="_compute_figures", help="All three together: what the year will show."
    )
    threshold = OptionalFloat(
        "Threshold (t)", digits=(16, 3), compute="_compute_figures", help="Of the data set in force for the year."
    )
    share = OptionalFloat("Forecast / Threshold", compute="_compute_figures")
    hydrogen_mass = fields.Float(
        "Hydrogen (t)", digits=(16, 3), compute="_compute_figures", help="Has no threshold: always declared."
    )
    electricity = fields.Float(
        "Electricity (MWh)", digits=(16, 3), compute="_compute_figures", help="Has no threshold: always declared."
    )
    certificates = OptionalFloat(
        digits=0,
        compute="_compute_cost",
        help="For all goods of the year, if the threshold is passed.",
    )
    cost_eur = OptionalFloat("Cost if Passed (EUR)", digits=(16, 2), compute="_compute_cost")
    missing_count = fields.Integer("Without Mass or Figure", compute="_compute_cost")

    _once = models.UniqueIndex("(company_id, year)", "A company has one watch per calendar year.")

    @api.depends("company_id", "year")
    def _compute_display_name(self):
        for record in self:
            record.display_name = f"{record.company_id.name} · {record.year}"

    @api.depends("company_id", "year")
    def _compute_figures(self):
        imports, ordered = self._imports(), self._ordered()
        for record in self:
            found = record._watch(imports.get(record, ()), ordered.get(record, ()))
            record.declared_mass, record.received_mass = found.declared, found.received
            record.ordered_mass, record.forecast_mass = found.ordered, found.forecast
            record.hydrogen_mass, record.electricity = found.hydrogen, found.electricity
            record.threshold, record.share = found.threshold, found.share
            record.state = record._state_of(found)

    def _state_of(self, found):
        if found.threshold is None:
            return "unknown"
        if found.exceeded:
            return "exceeded"
        if found.foreseeable:
            return "foreseeable"
        return "near" if found.reached(self.company_id.cbam_watch_levels()) else "below"

    @api.depends("company_id", "year")
    def _compute_cost(self):
        """What all goods of the year would cost: imports by their figures, open orders by their carbon cost."""
        imports, ordered = self._imports(), self._ordered()
        figures = self.env["cbam.import.figures"]
        # superuser: a company's total counts every import and order
        lines = self.env["cbam.import"].sudo().union(*imports.values())
        found = figures.figures(lines)
        for record in self:
            of_year = [found[line] for line in imports.get(record, ())]
            certificates, money, missing = figures.totals(of_year)
            for line, share in ordered.get(record, ()):
                if line.cbam_certificates is None or line.cbam_cost_eur is None:
                    missing += 1
                    continue
                certificates += line.cbam_certificates * share
                money += Decimal(repr(line.cbam_cost_eur * share))
            record.certificates, record.cost_eur, record.missing_count = certificates, float(money), missing

    # -- gathering ---------------------------------------------------------------------------------------------------

    def _imports(self):
        """``{watch: imports of the year}`` that are not dropped, exempt or under inward processing; one search."""
        # superuser: a company's total counts every import, also those that the user may not read
        lines = (
            self.env["cbam.import"]
            .sudo()
            .search(
                [
                    ("company_id", "in", self.company_id.ids),
                    ("year", "in", self.mapped("year")),
                    ("state", "in", ("declared", "proposed")),
                    ("procedure", "not in", NOT_COUNTED),
                ]
            )
        )
        exempt = {year: self.env["res.country"].cbam_exempt_codes(year) for year in set(self.mapped("year"))}
        lines = lines.filtered(lambda line: line.origin_country_id.code not in exempt[line.year])
        by_key = lines.grouped(lambda line: (line.company_id, line.year))
        return {record: by_key.get((record.company_id, record.year), lines.browse()) for record in self}

    def _ordered(self):
        """``{watch: [(order line, share that is still to come)]}`` of confirmed orders that we import; one search."""
        # superuser: a company's total counts every order, also those that the user may not read
        lines = (
            self.env["purchase.order.line"]
            .sudo()
            .search(
                [
                    ("company_id", "in", self.company_id.ids),
                    ("state", "=", "purchase"),
                    ("order_id.cbam_import", "=", "import"),
                    ("cbam_state", "in", CONCERNED),
                    ("product_qty", ">", 0),
                ]
            )
        )
        today = fields.Date.context_today(self)
        found = {}
        for line in lines:
            rest = max(0.0, line.product_qty - line.qty_received) / line.product_qty
            if rest:
                zone = ZoneInfo(line.company_id.partner_id.tz or CUSTOMS_TZ)
                moment = line.date_planned or line.order_id.date_order
                day = moment.replace(tzinfo=ZoneInfo("UTC")).astimezone(zone).date()
                # What is overdue can only arrive from today on.
                found.setdefault((line.company_id, max(day, today).year), []).append((line, rest))
        return {record: found.get((record.company_id, record.year), []) for record in self}

    def _watch(self, imports, ordered):
        """The engine's answer for one company and year. What has no mass or sector is counted as missing elsewhere."""
        stages = {"declared": DECLARED, "proposed": RECEIVED}
        goods = [
            Counted(line.sector, line.net_mass, stages[line.state])
            for line in imports
            if line.sector and line.net_mass is not None
        ]
        for line, share in ordered:
            if line.cbam_mass is not None:
                goods.append(Counted(self._sector(line), line.cbam_mass * share, ORDERED))
        return watch(goods, self.env["cbam.parameter"].value_in("mass_threshold", self.year))

    @api.model
    def _sector(self, line):
        """The sector of an order line; a kit of several goods counts with the goods that have a threshold."""
        code = line.product_id.cbam_cn_code
        match = self.env["cbam.dataset"].cn_index(line.date_planned.date()).match(code) if code else None
        return match.sector if match and match.sector else "iron_steel"

    # -- announcing --------------------------------------------------------------------------------------------------

    @api.private
    def refresh(self, keys):
        """See that companies and years have a watch, and tell the managers about levels that are newly reached.

        :param keys: ``{(company, year)}``
        """
        keys = {(company, year) for company, year in keys if year}
        if not keys:
            return self.browse()
        # superuser: watches are written by the system alone
        watches = self.sudo().search(
            [("company_id", "in", [company.id for company, _y in keys]), ("year", "in", [year for _c, year in keys])]
        )
        there = {(record.company_id, record.year): record for record in watches}
        missing = sorted(keys - there.keys(), key=lambda key: (key[0].id, key[1]))
        created = self.sudo().create([{"company_id": company.id, "year": year} for company, year in missing])
        found = created.union(*(record for key, record in there.items() if key in keys))
        found.invalidate_recordset()
        found._announce()
        return found

    @api.private
    def passing(self, keys):
        """Those of ``{(company id, year)}`` whose threshold is passed or going to be, as last refreshed; one query."""
        # superuser: whether a threshold is passed concerns buyers without rights on the watch
        watches = self.sudo().search(
            [
                ("company_id", "in", list({company for company, _year in keys})),
                ("year", "in", list({year for _company, year in keys})),
                ("is_passing", "=", True),
            ]
        )
        return {(record.company_id.id, record.year) for record in watches} & set(keys)

    def _settle(self, found):
        """Keep whether the threshold is passed or going to be; open purchases of the year show it."""
        self.ensure_one()
        is_passing = bool(found.exceeded or found.foreseeable)
        if is_passing == self.is_passing:
            return
        self.is_passing = is_passing
        # A day more at both ends: the year is that of the customs office, dates are kept in UTC.
        first, last = date(self.year, 1, 1) - timedelta(days=1), date(self.year + 1, 1, 1) + timedelta(days=1)
        self.env["purchase.order.line"].cbam_renew(
            [("company_id", "=", self.company_id.id), ("date_planned", ">=", first), ("date_planned", "<=", last)]
        )

    def _announce(self):
        """An activity for every CBAM manager of the company, once per level and calendar year."""
        # superuser: members of a group are readable by administrators alone
        managers = self.env.ref("cbam_emissions.group_cbam_manager").sudo().all_user_ids
        imports, ordered = self._imports(), self._ordered()
        for record in self:
            found = record._watch(imports[record], ordered[record])
            record._settle(found)
            level = max(found.reached(record.company_id.cbam_watch_levels()), default=0)
            if level <= record.announced_level:
                continue
            record.announced_level = level
            for user in managers.filtered(lambda u, company=record.company_id: u.active and company in u.company_ids):
                record.activity_schedule(
                    "mail.mail_activity_data_warning",
                    summary=record._summary(level),
                    note=record._note(),
                    user_id=user.id,
                )

    def _summary(self, level):
        return self.env._(
            "%(level)s %% of the 50 t threshold of %(year)s: %(mass)s t",
            level=level,
            year=self.year,
            mass=f"{self.forecast_mass:.3f}",
        )

    def _note(self):
        _ = self.env._
        note = _(
            "Declared %(declared)s t, received %(received)s t, on order %(ordered)s t.",
            declared=f"{self.declared_mass:.3f}",
            received=f"{self.received_mass:.3f}",
            ordered=f"{self.ordered_mass:.3f}",
        )
        if self.state in ("foreseeable", "exceeded"):
            note += " " + _(
                "Beyond the threshold all goods of the year count from 1 January on: about EUR %(cost)s. Customs may "
                "no longer be told that you are exempt (Y137), and you need to be an authorised declarant.",
                cost=f"{self.cost_eur:,.0f}",
            )
        return note

    @api.model
    def _refresh_all(self):
        """Scheduled action: the running year of every company that imports or has open orders of imports."""
        year = fields.Date.context_today(self).year
        rows = self.env.execute_query(
            SQL(
                """
                SELECT company_id FROM cbam_import WHERE year = %(year)s AND state <> 'dropped'
                 UNION
                SELECT l.company_id FROM purchase_order_line l JOIN purchase_order o ON o.id = l.order_id
                 WHERE o.state = 'purchase' AND o.cbam_import = 'import' AND l.cbam_state IN %(concerned)s
                """,
                year=year,
                concerned=CONCERNED,
            )
        )
        self.refresh({(self.env["res.company"].browse(company_id), year) for (company_id,) in rows})

    # -- drilling down -----------------------------------------------------------------------------------------------

    def action_view_imports(self):
        """The imports that count."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("cbam_procurement.cbam_import_action")
        return action | {"domain": [("id", "in", self._imports()[self].ids)], "context": {}}

    def action_view_orders(self):
        """The open order lines that are forecast."""
        self.ensure_one()
        lines = [line.id for line, _share in self._ordered()[self]]
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Open Orders of %s", self.display_name),
            "res_model": "purchase.order.line",
            "view_mode": "list,form",
            "domain": [("id", "in", lines)],
        }
