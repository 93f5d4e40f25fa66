from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import format_date, formatLang

from odoo.addons.cbam_emissions.engine.certificates import cost
from odoo.addons.cbam_emissions.engine.cn_codes import spaced
from odoo.addons.cbam_emissions.engine.embedded import Embedded, FunctionalUnit, dropped_scope
from odoo.addons.cbam_emissions.engine.errors import EngineError
from odoo.addons.cbam_emissions.engine.missing_reports import DefaultReceipt, default_parts
from odoo.addons.cbam_emissions.models.cbam_import_valuation import ImportedGood

from .dashboard_blocks import chart, column, figure, nothing, table, window

TONNE = FunctionalUnit.TONNE.value
WANTED = ("good", "co_product")
CHARTED = 12


class CbamDashboardOperator(models.AbstractModel):
    """The operator's tab: from the current statements of the last closed period of each installation."""

    _name = "cbam.dashboard.operator"
    _description = "CBAM Dashboard: Operator"

    @api.private
    def data(self, company):
        """The blocks of the tab, in a number of queries that does not depend on how many records there are."""
        _ = self.env._
        statements = self.env["cbam.statement"].search(
            [("company_id", "=", company.id), ("state", "=", "current")], order="year desc, id desc"
        )
        last = self._last(statements)
        if not last:
            return nothing(
                _("No reporting period is closed yet"),
                _("Close the first period of an installation: its goods, their SEE and what it rests on appear here."),
                _("Reporting Periods"),
                window(_("Reporting Periods"), "cbam.period", [("company_id", "=", company.id)]),
            )
        price, row = self.env["cbam.dashboard"]._certificate_price()
        products = self._products(last, statements, company)
        losses, lost, worth = self._losses(last, price)
        reports = self._reports(last, price)
        note = self._price_note(row)
        missing = window(_("Received by Default Values"), "cbam.statement.receipt", self._by_default(last))
        return {
            "figures": [
                figure(
                    _("Last closed period"),
                    ", ".join(sorted({str(year) for year in last.mapped("year")})),
                    action=window(_("Emissions Statements"), "cbam.statement", [("id", "in", last.ids)]),
                    hint=", ".join(last.installation_id.mapped("name")),
                ),
                figure(
                    _("Direct emissions"),
                    sum(last.mapped("direct")),
                    "tCO2e",
                    action=window(_("Emissions Statements"), "cbam.statement", [("id", "in", last.ids)]),
                ),
                figure(_("Precursors lost"), lost, "t", 3, self._ledger_of_losses(last)),
                figure(_("Emissions of what was lost"), worth, "EUR", 0, self._ledger_of_losses(last), note),
                figure(
                    _("Missing supplier reports"),
                    len(reports),
                    "",
                    0,
                    missing,
                    _("Supplier and precursor that count at their default value."),
                    "warning" if reports else "success",
                ),
            ],
            "charts": [self._chart(products)],
            "tables": [
                self._product_table(products),
                self._report_table(reports, note),
                self._loss_table(losses, note),
            ],
        }

    @api.model
    def _last(self, statements):
        """The newest of each installation."""
        found = {}
        for statement in statements:
            found.setdefault(statement.installation_id, statement)
        return statements.browse([statement.id for statement in found.values()])

    @api.model
    def _price_note(self, row):
        if row is None:
            return ""
        return self.env._(
            "At %(price)s EUR per tCO2e, the certificate price until %(day)s.",
            price=formatLang(self.env, float(row.price), digits=2),
            day=format_date(self.env, row.date_to),
        )

    # -- SEE of the products -----------------------------------------------------------------------------------------

    @api.model
    def _products(self, last, statements, company):
        """``(good, SEE in scope, default value, last year's SEE)`` of each good of the last statements."""
        before = {(s.installation_id, s.year): s for s in statements}
        pairs = {s: before.get((s.installation_id, s.year - 1)) for s in last}
        earlier = {
            (good.statement_id, good.cn_code, good.composition): self._see(good)
            for good in statements.browse([s.id for s in pairs.values() if s]).good_ids
        }
        asked = {good: self._as_import(good, company) for good in last.good_ids}
        valuations = self.env["cbam.import.valuation"].valuations(asked.values())
        return [
            (
                good,
                self._see(good),
                valuations[ask].default.see.value if valuations[ask].default else None,
                earlier.get((pairs[good.statement_id], good.cn_code, good.composition)),
            )
            for good, ask in asked.items()
        ]

    @api.model
    def _see(self, good):
        return good.published_direct + good.published_indirect_scope

    @api.model
    def _as_import(self, good, company):
        """What an importer of the good would ask for if there were no report: the default value of the country."""
        site, year, letters = good.statement_id.installation_id, good.statement_id.year, good.route_letters or ""
        return ImportedGood(
            company.id,
            good.cn_code,
            site.country_id.id,
            None,
            year,
            year,
            route_letter=letters if len(letters) == 1 else None,
            composition=good.composition or None,
        )

    @api.model
    def _label(self, good):
        name = f"{spaced(good.cn_code)} · {good.statement_id.installation_id.name}"
        return f"{name} · {good.composition}" if good.composition else name

    @api.model
    def _open(self, good):
        return window(self._label(good), "cbam.statement.good", res_id=good.id)

    @api.model
    def _chart(self, products):
        _, shown = self.env._, products[:CHARTED]
        return chart(
            _("SEE in scope against the default value and last year"),
            "tCO2e/t",
            5,
            [self._label(good) for good, *_rest in shown],
            [
                (_("SEE"), [see for _good, see, _default, _before in shown]),
                (_("Default value with mark-up"), [default for _good, _see, default, _before in shown]),
                (_("Last year"), [before for *_rest, before in shown]),
            ],
            [self._open(good) for good, *_rest in shown],
        )

    @api.model
    def _product_table(self, products):
        _ = self.env._
        return table(
            _("Products"),
            [
                column(_("Good")),
                column(_("Period"), digits=None),
                column(_("SEE in scope"), "tCO2e/t", 5),
                column(_("Default value"), "tCO2e/t", 5),
                column(_("Against default"), percent=True, signed=True, digits=1),
                column(_("Last year"), "tCO2e/t", 5),
                column(_("Against last year"), percent=True, signed=True, digits=1),
                column(_("Default share"), percent=True, digits=1),
            ],
            [
                (
                    (
                        self._label(good), str(good.statement_id.year), see, default, self._against(see, default),
                        before, self._against(see, before), good.default_share,
                    ),
                    self._open(good),
                )
                for good, see, default, before in products
            ],
            hint=_("The default value is that of the country of production with the mark-up of the period."),
        )  # fmt: skip

    @api.model
    def _against(self, value, other):
        return value / other - 1 if other else None

    # -- missing reports ---------------------------------------------------------------------------------------------

    @api.model
    def _by_default(self, last):
        return [("statement_id", "in", last.ids), ("basis", "=", "default")]

    @api.model
    def _reports(self, last, price):
        """``[(use, source, country, tonnes per tonne, EUR per tonne, output)]``, the dearest first."""
        index = self.env["cbam.dataset"].cn_index()
        outputs = self._outputs(last)
        receipts = {}
        for receipt in last.receipt_ids.filtered(lambda row: row.basis == "default"):
            receipts.setdefault((receipt.statement_id, receipt.cn_code), []).append(receipt)
        annex_ii = {good.statement_id: good.in_annex_ii for good in last.good_ids}
        of_process = {
            (good.statement_id, process): good.in_annex_ii for good in last.good_ids for process in good.process_ids
        }
        found = []
        for use in last.use_ids:
            rows = receipts.get((use.statement_id, use.cn_code), ())
            if use.subset_id:
                rows = [row for row in rows if row.source_id in use.subset_id.source_ids]
            match = index.match(use.cn_code)
            good = of_process.get((use.statement_id, use.process_id), annex_ii.get(use.statement_id))
            try:
                parts = default_parts(
                    [self._receipt(row, good, match and match.annex_ii) for row in rows],
                    use.quantity,
                    use.received + use.made,
                    outputs.get((use.statement_id, use.process_id), 0.0),
                )
            except EngineError:
                continue  # nothing was made of it: it has no cost per tonne
            for (source, country), part in parts.items():
                found.append((use, source, country, part, self._worth(part, price)))
        return sorted(found, key=lambda row: -row[3])

    @api.model
    def _receipt(self, row, good_in_annex_ii, precursor_in_annex_ii):
        see = Embedded(direct=row.see_direct, indirect_total=row.see_indirect, indirect_scope=row.see_indirect_scope)
        see -= dropped_scope(see, good_in_annex_ii, precursor_in_annex_ii)
        return DefaultReceipt((row.source_id, row.country_id), row.quantity, see)

    @api.model
    def _outputs(self, last):
        """``{(statement, process): tonnes of the goods that share its emissions}``"""
        found = {}
        for row in last.output_ids:
            if row.output_class in WANTED:
                key = (row.statement_id, row.process_id)
                found[key] = found.get(key, 0.0) + row.mass
        return found

    @api.model
    def _worth(self, tonnes, price):
        return None if price is None else float(cost(tonnes, price))

    @api.model
    def _report_table(self, reports, note):
        _ = self.env._
        return table(
            _("What missing supplier reports cost"),
            [
                column(_("Supplier's installation")),
                column(_("Precursor")),
                column(_("Used by")),
                column(_("Per tonne of product"), "tCO2e/t", 5),
                column(_("Per tonne of product"), "EUR/t", 2),
            ],
            [
                (
                    (
                        source.name or country.name or _("Not known"),
                        spaced(use.cn_code),
                        use.process_id.name,
                        part,
                        worth,
                    ),
                    window(
                        _("Received by Default Values"),
                        "cbam.statement.receipt",
                        [
                            ("statement_id", "=", use.statement_id.id),
                            ("basis", "=", "default"),
                            ("cn_code", "=", use.cn_code),
                            ("source_id", "=", source.id),
                            ("country_id", "=", country.id),
                        ],
                    ),
                )
                for use, source, country, part, worth in reports
            ],
            empty=_("Every precursor counts at a verified value."),
            hint=" ".join(filter(None, (_("What of the SEE of a tonne rests on the default value."), note))),
        )

    # -- losses ------------------------------------------------------------------------------------------------------

    @api.model
    def _losses(self, last, price):
        """``([(label, tonnes, share of what was used, tCO2e, EUR, action)], tonnes, EUR)``"""
        rows = [*self._lost_in_production(last, price), *self._scrapped(last, price)]
        worth = [row[4] for row in rows]
        return rows, sum(row[1] for row in rows), None if None in worth else sum(worth)

    @api.model
    def _lost_in_production(self, last, price):
        """What a process used more of precursors than it made of goods: cut off, burnt off, scrapped.

        Processes whose goods weigh more than their precursors (other materials enter) have no such figure.
        """
        _, used, outputs = self.env._, {}, self._outputs(last)
        for use in last.use_ids:
            if use.functional_unit in (False, TONNE):
                found = used.setdefault((use.statement_id, use.process_id), [0.0, 0.0])
                found[0] += use.quantity
                found[1] += use.quantity * (use.see_direct + use.see_indirect_scope)
        rows = []
        for (statement, process), (quantity, emissions) in used.items():
            lost = quantity - outputs.get((statement, process), 0.0)
            if quantity and lost > 0:
                tonnes = emissions * lost / quantity
                domain = [("process_id", "=", process.id), ("kind", "in", ("consumption", "output", "by_product"))]
                action = window(process.name, "cbam.emission.line", domain + self._in_period(statement))
                label = _("%s: precursors used less goods made", process.name)
                rows.append((label, lost, lost / quantity, tonnes, self._worth(tonnes, price), action))
        return rows

    @api.model
    def _scrapped(self, last, price):
        """CBAM goods that left the stock as scrap, by the unit book."""
        found = {}
        for direction, sign in (("place_to", 1), ("place_from", -1)):
            for product, mass, direct, scope in self.env["cbam.emission.line"]._read_group(
                [(direction, "=", "loss"), ("product_id.cbam_scope", "=", "good"), *self._in_periods(last)],
                ["product_id"],
                ["mass:sum", "direct:sum", "indirect_scope:sum"],
            ):
                total = found.setdefault(product, [0.0, 0.0])
                total[0] += sign * mass
                total[1] += sign * (direct + scope)
        return [
            (
                self.env._("%s: scrapped from stock", product.display_name),
                mass,
                None,
                tonnes,
                self._worth(tonnes, price),
                window(
                    product.display_name,
                    "cbam.emission.line",
                    [("product_id", "=", product.id), *self._places_of_loss(), *self._in_periods(last)],
                ),
            )
            for product, (mass, tonnes) in found.items()
            if mass > 0
        ]

    @api.model
    def _places_of_loss(self):
        return ["|", ("place_to", "=", "loss"), ("place_from", "=", "loss")]

    @api.model
    def _ledger_of_losses(self, last):
        domain = [("product_id.cbam_scope", "=", "good"), *self._places_of_loss(), *self._in_periods(last)]
        return window(self.env._("Losses"), "cbam.emission.line", domain)

    @api.model
    def _in_periods(self, last):
        return list(Domain.OR(Domain(self._in_period(statement)) for statement in last))

    @api.model
    def _in_period(self, statement):
        """Lines of the period, which is local to the installation."""
        site = statement.installation_id
        first, after = (
            datetime(year, 1, 1, tzinfo=ZoneInfo(site.tz)).astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S")
            for year in (statement.year, statement.year + 1)
        )
        return [("installation_id", "=", site.id), ("date", ">=", first), ("date", "<", after)]

    @api.model
    def _loss_table(self, losses, note):
        _ = self.env._
        return table(
            _("Losses of precursors"),
            [
                column(_("Where")),
                column(_("Lost"), "t", 3),
                column(_("Of what was used"), percent=True, digits=1),
                column(_("Embedded in it"), "tCO2e", 3),
                column(_("Worth"), "EUR", 2),
            ],
            [(row[:-1], row[-1]) for row in losses],
            empty=_("Nothing was lost in the period."),
            hint=note,
        )
