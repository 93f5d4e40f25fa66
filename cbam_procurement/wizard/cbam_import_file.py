from typing import NamedTuple

from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.cbam_emissions.engine.errors import EngineError
from odoo.addons.cbam_emissions.wizard.reading_table import BadCell, number, read

from ..models.cbam_import_check import FIRST_YEAR
from . import customs_table as table

GRAM = 6


class Refusal(NamedTuple):
    """A cell that keeps the file from being imported."""

    row: int
    column: str
    message: str


class Item(NamedTuple):
    """A row of the file that can be read: the values of an import line, and the order it names."""

    row: int
    values: dict
    order: str


class CbamImportFile(models.TransientModel):
    """Customs data from a CSV or XLSX file.

    An item is known by MRN and number. Where the row names a purchase order, the proposal of its receipt is completed;
    else the line stands alone. An item that is in the ledger already is left as it is, and refused if it differs.
    """

    _name = "cbam.import.file"
    _inherit = ["cbam.file.import"]
    _description = "Import Customs Data"

    company_id = fields.Many2one("res.company", required=True, default=lambda self: self.env.company)
    row_count = fields.Integer("Items")
    new_count = fields.Integer("New Items", readonly=True)
    completed_count = fields.Integer("Receipts Completed", readonly=True)
    same_count = fields.Integer("Known Already", readonly=True)
    error_ids = fields.One2many("cbam.import.file.error", "file_id", "Listed Cells", readonly=True)

    def action_check(self):
        """Read the file and list what is wrong with it; nothing is imported."""
        self.ensure_one()
        sheet, rows, items, same, refusals = self._sorted_out()
        completed, more = self._proposals(items)
        self.checked(
            sorted(refusals + more),
            row_count=rows,
            new_count=len(items),
            completed_count=sum(bool(line) for line, _order_line in completed.values()),
            same_count=same,
        )
        self.error_ids.sheet = sheet
        return self.reopen()

    def action_import(self):
        """Declare all items of the file, or none if a cell is wrong.

        :raises UserError: names sheet, row and column of the first wrong cell
        """
        self.ensure_one()
        sheet, _rows, items, _same, refusals = self._sorted_out()
        found, more = self._proposals(items)
        self.refuse(sorted(refusals + more), sheet)
        lines = self.env["cbam.import"]
        fresh = []
        for entry in items:
            line, order_line = found[entry.row]
            if line:
                line.write(entry.values)
                lines |= line
            else:
                fresh.append({**self._of_order(order_line), **entry.values})
        lines |= lines.create(fresh)
        if lines:
            lines.action_declare()
        action = self.env["ir.actions.act_window"]._for_xml_id("cbam_procurement.cbam_import_action")
        return action | {"domain": [("id", "in", lines.ids)], "context": {}, "target": "main"}

    # -- reading -----------------------------------------------------------------------------------------------------

    def _sorted_out(self):
        """``(sheet, number of rows, items that are new, number of known ones, refusals)``."""
        content = self.content()
        try:
            found = read(content, self.file_name or "", table.COLUMNS, table.REQUIRED, table.NUMBERS)
            sheet = table.sheet_of(content)
        except EngineError as error:
            raise UserError(str(error)) from error
        countries = {c.code: c.id for c in self.env["res.country"].search_fetch([], ["code"])}
        sites = {}
        for site in self.env["cbam.installation"].search_fetch([("active", "=", True)], ["name"]):
            sites.setdefault(site.name.strip().lower(), []).append(site.id)
        items, refusals = [], []
        for row, cells in found.rows:
            entry, wrong = self._parse(row, cells, found.decimal, countries, sites)
            refusals += wrong
            if entry:
                items.append(entry)
        fresh, same, more = self._without_known(items)
        return sheet, len(found.rows), fresh, same, refusals + more

    def _parse(self, row, cells, decimal, countries, sites):
        """``(Item or None, [Refusal])`` of one row."""
        procedures = [key for key, _label in self.env["cbam.import"]._fields["procedure"].selection]
        readers = (
            ("MRN", "mrn", table.mrn),
            ("Item", "item", table.item),
            ("Customs Date", "date", self._day),
            ("CN Code", "cn_code", table.code),
            ("Origin", "origin_country_id", lambda cell: self._country(cell, countries, True)),
            ("Procedure", "procedure", lambda cell: table.procedure(cell, procedures)),
            ("Installation", "installation_id", lambda cell: self._site(cell, sites)),
            ("Production Country", "production_country_id", lambda cell: self._country(cell, countries, False)),
            ("Production Year", "production_year", lambda cell: table.whole(cell, "year", FIRST_YEAR, 2100)),
            ("Importer EORI", "importer_eori", table.text),
            ("Representative EORI", "representative_eori", table.text),
        )
        values, wrong = {}, []
        for column, name, reader in readers:
            try:
                values[name] = reader(cells.get(column))
            except BadCell as error:
                wrong.append(Refusal(row, column, str(error)))
        if not wrong:
            wrong = self._goods(row, cells, decimal, values)
        if wrong:
            return None, wrong
        return Item(row, self._completed(values), table.text(cells.get("Order"))), []

    def _day(self, cell):
        found = table.day(cell)
        if found.year < FIRST_YEAR:
            raise BadCell(self.env._("Nothing is declared for imports before 2026."))
        if found > fields.Date.context_today(self):
            raise BadCell(self.env._("%s lies in the future.", found))
        return found

    def _country(self, cell, countries, needed):
        code = table.text(cell).upper()
        if not code and not needed:
            return False
        if code not in countries:
            raise BadCell(self.env._("“%s” is no code of a country; write its two letters.", code[:40]))
        return countries[code]

    def _site(self, cell, sites):
        name = table.text(cell)
        if not name:
            return False
        found = sites.get(name.lower(), [])
        if len(found) != 1:
            raise BadCell(
                self.env._("Several installations are called “%s”.", name[:60])
                if found
                else self.env._("There is no installation “%s”.", name[:60])
            )
        return found[0]

    def _goods(self, row, cells, decimal, values):
        """Adds the net mass in tonnes, or MWh, and checks the goods: ``[Refusal]``."""
        match = self.env["cbam.dataset"].cn_index(values["date"]).match(values["cn_code"])
        if match is None or match.ambiguous:
            message = self.env._("%(code)s is no CBAM good on %(day)s.", code=values["cn_code"], day=values["date"])
            return [Refusal(row, "CN Code", message)]
        origin = self.env["res.country"].browse(values["origin_country_id"])
        if origin.code in origin.cbam_exempt_codes(values["date"].year):
            return [Refusal(row, "Origin", self.env._("Goods originating in %s are exempt.", origin.name))]
        electricity = match.sector == "electricity"
        column = "Quantity (MWh)" if electricity else "Net Mass (kg)"
        try:
            quantity = number(cells.get(column), decimal)
        except BadCell as error:
            return [Refusal(row, column, str(error))]
        if quantity is None or quantity <= 0:
            return [Refusal(row, column, self.env._("The quantity is missing, or not greater than 0."))]
        values["net_mass"] = quantity if electricity else quantity / table.KG
        if not values["importer_eori"] and not self.company_id.partner_id.cbam_eori:
            message = self.env._("The importer's EORI is missing, and %s has none.", self.company_id.name)
            return [Refusal(row, "Importer EORI", message)]
        return []

    def _completed(self, values):
        """The values that a file need not state: the company and its EORI; empty ones keep what a proposal has."""
        kept = {name: value for name, value in values.items() if value not in (False, None, "")}
        partner = self.company_id.partner_id
        common = {"company_id": self.company_id.id, "importer_id": partner.id}
        return {**common, "importer_eori": partner.cbam_eori, **kept}

    # -- what is there already ---------------------------------------------------------------------------------------

    def _without_known(self, items):
        """``(new items, number of known ones, refusals)``: MRN and item number tell them apart."""
        known = {
            (line.mrn, line.item): line
            for line in self.env["cbam.import"].search(
                [
                    ("company_id", "=", self.company_id.id),
                    ("state", "=", "declared"),
                    ("reversal_of_id", "=", False),
                    ("reversed_on", "=", False),
                    ("mrn", "in", list({entry.values["mrn"] for entry in items})),
                ]
            )
        }
        fresh, same, refusals, seen = [], 0, [], {}
        for entry in items:
            key = (entry.values["mrn"], entry.values["item"])
            if key in seen:
                message = self.env._("The item stands in row %s too.", seen[key])
                refusals.append(Refusal(entry.row, "Item", message))
            elif key not in known:
                fresh.append(entry)
            elif other := self._difference(known[key], entry.values):
                message = self.env._(
                    "%(line)s has another %(field)s: reverse it first.", line=known[key].display_name, field=other
                )
                refusals.append(Refusal(entry.row, "Item", message))
            else:
                same += 1
            seen.setdefault(key, entry.row)
        return fresh, same, refusals

    def _difference(self, line, values):
        """Label of the first field in which a line that is declared differs from the file; empty if none does."""
        for name in ("date", "cn_code", "origin_country_id", "procedure"):
            value = line[name].id if name == "origin_country_id" else line[name]
            if value != values[name]:
                return line._fields[name]._description_string(self.env)
        if round(line.remaining_mass() - values["net_mass"], GRAM):
            return line._fields["net_mass"]._description_string(self.env)
        return ""

    # -- receipts ----------------------------------------------------------------------------------------------------

    def _proposals(self, items):
        """``({row: (proposal or empty, order line or empty)}, refusals)``; a proposal is completed once."""
        Import, Line = self.env["cbam.import"], self.env["purchase.order.line"]
        names = {entry.order for entry in items if entry.order}
        orders = (
            self.env["purchase.order"]
            .search([("company_id", "=", self.company_id.id), ("name", "in", list(names))])
            .grouped("name")
        )
        open_lines = Import.search(
            [
                ("company_id", "=", self.company_id.id),
                ("state", "=", "proposed"),
                "|",
                ("order_id.name", "in", list(names)),
                ("mrn", "in", list({entry.values["mrn"] for entry in items})),
            ]
        )
        found, refusals, taken = {}, [], Import
        for entry in items:
            candidates = (open_lines - taken).filtered(lambda line, entry=entry: self._fits(line, entry))
            line = candidates.sorted(lambda line, entry=entry: self._distance(line, entry))[:1]
            taken |= line
            order_lines = orders.get(entry.order, self.env["purchase.order"]).order_line
            order_lines = order_lines.filtered(
                lambda ordered, entry=entry: (ordered.product_id.cbam_cn_code or "")[:8] == entry.values["cn_code"]
            )
            found[entry.row] = (line, Line if line else order_lines[:1])
            if entry.order and not line and not order_lines:
                message = self.env._(
                    "Order %(order)s has no goods of CN code %(code)s.",
                    order=entry.order[:60],
                    code=entry.values["cn_code"],
                )
                refusals.append(Refusal(entry.row, "Order", message))
        return found, refusals

    def _fits(self, line, entry):
        if line.mrn:
            return (line.mrn, line.item) == (entry.values["mrn"], entry.values["item"])
        return line.order_id.name == entry.order and line.cn_code == entry.values["cn_code"] and not line.reversal_of_id

    def _distance(self, line, entry):
        """The begun correction of the item first, then the receipt whose mass comes nearest."""
        return (not line.mrn, abs((line.received_mass or 0.0) - entry.values["net_mass"]), line.id)

    def _of_order(self, order_line):
        """What the order line of goods that are not received yet says of them."""
        if not order_line:
            return {}
        values = {
            "purchase_line_id": order_line.id,
            "partner_id": order_line.partner_id.id,
            "product_id": order_line.product_id.id,
            "composition": order_line.product_id.cbam_content_range,
            "route_letter": order_line.product_id.cbam_route_letter,
            "installation_id": order_line.cbam_installation_id.id,
        }
        return {name: value for name, value in values.items() if value}

    @api.private
    def window_title(self):
        return self.env._("Import Customs Data")
