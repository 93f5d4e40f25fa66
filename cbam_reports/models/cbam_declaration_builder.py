from decimal import Decimal

from odoo import api, models
from odoo.exceptions import UserError

from odoo.addons.cbam_emissions.engine.certificates import Basis
from odoo.addons.cbam_emissions.engine.declaration import Good, lines, totals
from odoo.addons.cbam_emissions.engine.errors import EngineError
from odoo.addons.cbam_emissions.engine.threshold import SECTORS
from odoo.addons.cbam_procurement.models.cbam_import_figures import PROCESSED_ABROAD

QUARTERLY_YEAR = 2026
#: What rests on no record: returned goods are zero, of goods processed abroad the import names the processing alone.
WITHOUT_RECORD = ("returned_203", PROCESSED_ABROAD)


class CbamDeclarationBuilder(models.AbstractModel):
    """The lines, totals and blockers of a declaration: imports in bulk, the engine once, rows in bulk."""

    _name = "cbam.declaration.builder"
    _description = "Builder of CBAM Declarations"

    @api.private
    def imports(self, company, year, states=("declared",)):
        """Imports of a company and year, reversing lines included."""
        # superuser: a declaration counts every import of the company
        return (
            self.env["cbam.import"]
            .sudo()
            .search([("company_id", "=", company.id), ("year", "=", year), ("state", "in", states)], order="id")
        )

    @api.private
    def exceeded(self, company, year):
        """Whether the declared imports of the year exceed the threshold, 50 t.

        :raises UserError: no data set states the threshold of the year
        """
        watch = self.env["cbam.threshold.watch"].refresh({(company, year)})
        if watch.state == "unknown":
            raise UserError(self.env._("No data set states the threshold of net mass of %s: load it.", year))
        return watch.state == "exceeded"

    @api.private
    def rows(self, company, year):
        """What a declaration of the year consists of today: ``(values of lines, values of totals, blockers)``.

        :raises UserError: the imports contradict each other
        """
        imports = self.imports(company, year, ("declared", "proposed"))
        figures = self.env["cbam.import.figures"].figures(imports)
        exceeded, goods, blockers = self.exceeded(company, year), [], []
        for line in imports:
            row = figures[line]
            if not row.counted:
                continue
            if line.state == "proposed":
                message = self.env._("%s was received, but is not declared to customs.", line.display_name)
                blockers.append({"kind": "proposed", "message": message, "import_id": line.id})
                continue
            blockers += self._blockers(line, row, year)
            if row.goods is not None:
                goods.append(self._good(line, row, year, exceeded))
        try:
            found = lines(goods)
        except EngineError as error:
            raise UserError(str(error)) from error
        values = [self._line(line, imports, figures) for line in found]
        blockers = list({(row["kind"], row["message"]): row for row in blockers}.values())
        return values, [self._total(total, found) for total in totals(found)], blockers

    @api.model
    def _good(self, line, row, year, exceeded):
        # LAW: from 2027 on the week in which certificates are bought decides on the price, not the import.
        fixed = year == QUARTERLY_YEAR and row.price.status in ("published", "provisional")
        return Good(
            row.goods,
            row.sign,
            below_threshold=not exceeded and line.sector in SECTORS,
            price=row.price.price if fixed else None,
            ident=line.id,
        )

    @api.model
    def _blockers(self, line, row, year):
        """What is missing or provisional of an import that is declared to customs."""
        blockers = []
        for kind, sentence in row.problems:
            if kind == "exempt" or (kind == "price" and year != QUARTERLY_YEAR):
                continue
            if kind == "price":
                # It is missing for the quarter, not for the import: one blocker leads to the prices.
                blockers.append({"kind": kind, "message": sentence})
                continue
            message = self.env._("%(line)s: %(problem)s", line=line.display_name, problem=sentence)
            blockers.append({"kind": kind, "message": message, "import_id": line.id})
        # superuser: whether there are files, not what they say
        if line.production_year and line.production_year < line.year and not line.sudo().evidence_ids:
            message = self.env._(
                "%(line)s: there is no evidence that the goods were produced in %(year)s (2025/2547 Art. 7).",
                line=line.display_name,
                year=line.production_year,
            )
            blockers.append({"kind": "evidence", "message": message, "import_id": line.id})
        record = self._record(row)
        if record and not record.sudo().evidence_ids:
            message = self.env._("%s: the verification report is not attached.", record.display_name)
            blockers.append({"kind": "report", "message": message, "record_id": record.id})
        return blockers

    @api.model
    def _record(self, row):
        """The verified record that an import rests on; empty for default values and returned goods."""
        records = self.env["cbam.specific.emission"]
        if row.goods is None or row.basis is not Basis.VERIFIED or row.goods.line.procedure in WITHOUT_RECORD:
            return records
        return records.browse(row.valuation.record_id)

    @api.model
    def _line(self, line, imports, figures):
        of_line = imports.browse(line.idents)
        rows = [figures[imported] for imported in of_line]
        fixed = {row.price.row.id for row in rows if line.price is not None and row.price.row}
        price_sets = set(self.env["cbam.certificate.price"].sudo().browse(fixed).dataset_id.ids)
        first = line.first
        records = self.env["cbam.specific.emission"].union(*(self._record(row) for row in rows))
        # superuser: data sets and files are named by number for the frozen line
        reports = records.sudo().evidence_ids
        if first.procedure == PROCESSED_ABROAD:
            reports = of_line.sudo().evidence_ids
        sources = (figure.source for row in rows for figure in (row.answer.see, row.answer.sefa, row.answer.reduction))
        return {
            "cn_code": first.cn_code,
            "origin_country_id": of_line[:1].origin_country_id.id,
            "installation_id": first.installation,
            "period": first.period,
            "composition": first.composition,
            "basis": "default" if first.basis is Basis.DEFAULT else "actual",
            "procedure": first.procedure,
            "quarter": first.quarter[1] if first.quarter else False,
            "electricity": line.electricity,
            "below_threshold": line.below_threshold,
            "mass": line.mass,
            "see": line.see,
            "sefa": line.sefa,
            "emissions": line.owed.emissions,
            "free_allocation": line.owed.free_allocation,
            "reduction": line.owed.reduction,
            "certificates": line.certificates,
            "price": None if line.price is None else float(line.price),
            "cost_eur": None if line.cost is None else float(line.cost),
            "source": "\n".join(dict.fromkeys(filter(None, sources))),
            "import_ids": [(6, 0, of_line.ids)],
            "record_ids": [(6, 0, records.ids)],
            "report_ids": [(6, 0, reports.ids)],
            "dataset_ids": [(6, 0, sorted({number for row in rows for number in row.datasets} | price_sets))],
        }

    @api.model
    def _total(self, total, found):
        electricity = any(line.electricity for line in found if line.first.cn_code == total.cn_code)
        return {
            "cn_code": total.cn_code,
            "returned": total.returned,
            "electricity": electricity,
            "quantity": total.quantity,
            "see": total.see,
            "emissions": total.emissions,
            "certificates": total.certificates,
        }

    @api.private
    def datasets(self, values, year):
        """Ids of the data sets behind all lines, and of that which states the threshold."""
        sets = {number for row in values for _set, _zero, numbers in row["dataset_ids"] for number in numbers}
        return sets | set(self.env["cbam.parameter"].dataset_in("mass_threshold", year).ids)

    @api.private
    def cost(self, values):
        """EUR of all lines, ``None`` while the price of one is not fixed."""
        costs = [row["cost_eur"] for row in values]
        return None if None in costs else float(sum((Decimal(repr(cost)) for cost in costs), Decimal(0)))
