from odoo import api, fields, models

from odoo.addons.cbam_emissions.engine.certificate_account import (
    HeldFor,
    HoldingTest,
    cancelled_on,
    held_by_defaults,
    held_by_last_year,
    repurchasable,
    test_applies,
)
from odoo.addons.cbam_emissions.engine.certificate_prices import quarter_of
from odoo.addons.cbam_emissions.engine.declaration import quarter_ends
from odoo.addons.cbam_emissions.engine.errors import EngineError
from odoo.addons.cbam_emissions.engine.threshold import DECLARED, OUTSIDE, Counted, exceeded_on
from odoo.addons.cbam_emissions.models.optional_float import OptionalFloat

FIRST_YEAR = 2027
MOVED = {"bought": "purchase", "surrendered": "surrender", "sold_back": "repurchase", "cancelled": "cancellation"}


class CbamHoldingTest(models.Model):
    """The account of a declarant at the end of a quarter: what moved, what is held, and what has to be.

    LAW: 2023/956 Article 22(2) and (2a) for what has to be held, Articles 23 and 24 for what may be sold back until
    31 October and what is cancelled on 1 November.
    """

    _name = "cbam.holding.test"
    _description = "Position of CBAM Certificates"
    _order = "day desc, company_id"

    company_id = fields.Many2one("res.company", "Declarant", required=True, readonly=True, ondelete="cascade")
    day = fields.Date("End of Quarter", required=True, readonly=True)
    exceeded = fields.Boolean(
        "Obliged", readonly=True, help="50 t are passed since 1 January, or hydrogen or electricity is imported."
    )
    applies = fields.Boolean("Due", readonly=True, help="From the quarter on that follows the one in which 50 t pass.")
    by_defaults = OptionalFloat(
        "By Default Values", digits=0, readonly=True, help="Half of the emissions, without mark-up (22(2)(a))."
    )
    by_last_year = OptionalFloat(
        "By Last Year",
        digits=0,
        readonly=True,
        help="Half of what was surrendered for the same goods (22(2)(b)).",
    )
    required = OptionalFloat("To Hold", digits=0, readonly=True, help="The lower of the bases that are open.")
    bought = fields.Float(digits=0, readonly=True, help="In the quarter.")
    surrendered = fields.Float(digits=0, readonly=True, help="In the quarter.")
    sold_back = fields.Float(digits=0, readonly=True, help="In the quarter.")
    cancelled = fields.Float(digits=0, readonly=True, help="In the quarter.")
    held = fields.Float(digits=0, readonly=True, aggregator=None, help="At the end of the quarter.")
    repurchasable = fields.Float(
        "May Be Sold Back",
        digits=0,
        readonly=True,
        aggregator=None,
        help="Of what is held, in the year of the quarter, on request until 31 October and after the surrender.",
    )
    to_cancel = fields.Float(
        "Cancelled Next",
        digits=0,
        readonly=True,
        aggregator=None,
        help="Of what is held, on the next 1 November, without compensation.",
    )
    shortfall = OptionalFloat("To Buy", digits=0, readonly=True)
    message = fields.Char("Missing", readonly=True)
    announced = fields.Boolean(readonly=True, help="Whoever is responsible was told that certificates are short.")
    state = fields.Selection(
        [("met", "Met"), ("short", "Short"), ("open", "Cannot be told"), ("not_due", "Not due")],
        compute="_compute_state",
        store=True,
    )

    _once = models.UniqueIndex("(company_id, day)", "A quarter's end is tested once.")

    @api.depends("applies", "shortfall")
    def _compute_state(self):
        for test in self:
            if not test.applies:
                test.state = "not_due"
            elif test.shortfall is None:
                test.state = "open"
            else:
                test.state = "short" if round(test.shortfall, 6) > 0 else "met"

    @api.depends("day", "company_id")
    def _compute_display_name(self):
        for test in self:
            test.display_name = f"{test.company_id.name} · {test.day}"

    @api.private
    def refresh(self, company, year):
        """Compute the four tests of a year anew; what a test says of a day that has passed follows the books."""
        imports = self.env["cbam.declaration.builder"].imports(company, year)
        figures = self.env["cbam.import.figures"].figures(imports)
        # superuser: tests are written by the system alone, for whoever books or computes
        there = {test.day: test for test in self.sudo().search([("company_id", "=", company.id)])}
        tests = self.browse()
        for day in quarter_ends(year):
            until = imports.filtered(lambda line, day=day: line.date <= day)
            values = self._values(company, day, until, figures)
            if day in there:
                there[day].write(values)
            else:
                there[day] = self.sudo().create({"company_id": company.id, "day": day, **values})
            tests |= there[day]
        self._refresh_position(company, tests)
        return tests

    @api.model
    def _refresh_position(self, company, tests):
        """What moved in the quarters, what may be sold back and what is cancelled next: by the booked moves at once."""
        # superuser: a position counts every move of the company
        moves = (
            self.env["cbam.certificate.move"].sudo().search([("company_id", "=", company.id), ("state", "=", "done")])
        )
        purchases = moves.filtered(lambda move: move.kind == "purchase")
        obliged, reached = self._obligations(company)
        for test in tests:
            first, last = quarter_of(test.day)
            inside = moves.filtered(lambda move, first=first, last=last: first <= move.date <= last).grouped("kind")
            balances = purchases.balances(last)
            sold_back = {}
            for move in moves.filtered(lambda move, last=last: move.kind == "repurchase" and move.date <= last):
                year = move.purchase_id.date.year
                sold_back[year] = sold_back.get(year, 0.0) + move.quantity
            rows = [purchase.as_purchase() for purchase in purchases]
            following = min((cancelled_on(row) for row in rows if cancelled_on(row) > test.day), default=None)
            test.sudo().write(
                {
                    **{name: sum(inside.get(kind, moves.browse()).mapped("quantity")) for name, kind in MOVED.items()},
                    "repurchasable": repurchasable(rows, balances, test.day.year, obliged, reached, sold_back),
                    "to_cancel": sum(balances.get(row.key, 0.0) for row in rows if cancelled_on(row) == following),
                }
            )

    @api.model
    def _obligations(self, company):
        """By calendar year: ``({year: certificates to be held}, {year: whether there were obligations})``."""
        obliged, reached = {}, {}
        # superuser: obligations of all years count
        for test in self.sudo().search([("company_id", "=", company.id)]):
            year = test.day.year
            reached[year] = reached.get(year, False) or test.exceeded
            if test.applies:
                obliged[year] = max(obliged.get(year, 0.0), test.required or 0.0)
        return obliged, reached

    @api.model
    def _values(self, company, day, imports, figures):
        counted = imports.filtered(
            lambda line: figures[line].counted and line.procedure != "returned_203" and line.net_mass is not None
        )
        message = ""
        try:
            exceeded = self._exceeded_on(day.year, imports, figures)
        except EngineError as error:
            exceeded, message = None, str(error)
        outside = counted.filtered(lambda line: line.sector in OUTSIDE)
        if outside and exceeded is None:
            counted = outside  # the other goods stay exempt (Article 2a)
        try:
            by_defaults = held_by_defaults(self._held_for(line, figures[line]) for line in counted)
        except EngineError as error:
            by_defaults, message = None, str(error)
        last_year = self._surrendered(company, day.year - 1)
        kinds = [(line.cn_code, line.origin_country_id.id) for line in counted]
        test = HoldingTest(
            day,
            by_defaults,
            held_by_last_year(kinds, last_year),
            self.env["cbam.certificate.move"].held(company, day),
            test_applies(day, exceeded, bool(outside)),
        )
        return {
            "exceeded": exceeded is not None or bool(outside),
            "applies": test.applies,
            "by_defaults": test.by_defaults,
            "by_last_year": test.by_last_year,
            "required": test.required,
            "held": test.held,
            "shortfall": test.shortfall,
            "message": message or False,
        }

    @api.model
    def _held_for(self, line, row):
        default = row.valuation.default
        sefa = 0.0 if line.sector == "electricity" else default and default.sefa.value
        key = (line.cn_code, line.origin_country_id.id, line.composition)
        return HeldFor(key, line.net_mass, row.valuation.default_total, sefa)

    @api.model
    def _surrendered(self, company, year):
        """Certificates of the released declaration of a year, by CN code and origin."""
        # superuser: certificates of a released declaration count, whoever asks
        declaration = (
            self.env["cbam.declaration"]
            .sudo()
            .search([("company_id", "=", company.id), ("year", "=", year), ("state", "=", "released")], limit=1)
        )
        found = {}
        for line in declaration.line_ids:
            key = (line.cn_code, line.origin_country_id.id)
            found[key] = found.get(key, 0.0) + line.certificates
        return found

    @api.model
    def _exceeded_on(self, year, imports, figures):
        """The day on which the declared imports of the year exceed the threshold; ``None`` if they do not.

        :raises MissingFigure: no data set states the threshold of the year
        """
        goods = [
            (line.date, Counted(line.sector, line.net_mass, DECLARED))
            for line in imports
            if figures[line].counted and line.sector and line.net_mass is not None
        ]
        return exceeded_on(goods, self.env["cbam.parameter"].value_in("mass_threshold", year))

    @api.model
    def _refresh_all(self):
        """Scheduled action: the tests of the running year of every company that imports."""
        today = fields.Date.context_today(self)
        if today.year < FIRST_YEAR:
            return
        found = self.env["cbam.import"]._read_group(
            [("year", "=", today.year), ("state", "=", "declared")], ["company_id"]
        )
        for (company,) in found:
            tests = self.refresh(company, today.year)
            tests.filtered(lambda test: test.day == quarter_of(today)[1])._announce()

    def _announce(self):
        """An activity at the declaration of the year, once, where certificates are short at the quarter's end."""
        for test in self.filtered(lambda test: test.state == "short" and not test.announced):
            declaration = self.env["cbam.declaration"].sudo().current(test.company_id, test.day.year)
            declaration.activity_schedule(
                "mail.mail_activity_data_warning",
                date_deadline=test.day,
                summary=self.env._("%s certificates are to be bought", f"{test.shortfall:.3f}"),
                note=self.env._(
                    "%(required)s have to be held on %(day)s, %(held)s are (2023/956 Article 22(2)).",
                    required=f"{test.required:.3f}",
                    day=test.day,
                    held=f"{test.held:.3f}",
                ),
                user_id=declaration.user_id.id,
            )
            # superuser: a declaration of the company is told, whoever computed the test
            test.sudo().announced = True

    @api.model
    def action_refresh(self):
        """Compute the tests of the current companies for this year anew."""
        year = max(FIRST_YEAR, fields.Date.context_today(self).year)
        for company in self.env.companies:
            self.refresh(company, year)
        return {"type": "ir.actions.client", "tag": "soft_reload"}
