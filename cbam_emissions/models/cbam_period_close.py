from collections import defaultdict
from dataclasses import dataclass, field, replace

from odoo import api, fields, models
from odoo.exceptions import ConcurrencyError, UserError
from odoo.tools import SQL

from ..engine.attribution import AttributedDirect
from ..engine.embedded import Embedded
from ..engine.errors import EngineError
from ..engine.statutory import Statement, statement
from ..engine.statutory.bridge import UnitBookTotals, bridge
from .cbam_period_problems import Problems

SHARES = ("default_share", "indirect_default_share")  # of embedded emissions by default values, as goods state them


@dataclass
class Findings:
    """All that a close finds, before anything is written.

    :ivar processes: as the engine took them, by process id
    :ivar result: the statutory book; ``None`` where it could not be computed
    :ivar direct: terms of equation 55 per process
    :ivar electricity: MWh per process
    :ivar supporting: (AttrEm_Dir, AttrEm_indir) of processes outside CBAM that made nothing, as offices
    :ivar members: processes that are joined in one, by that one (Article 4(9))
    :ivar embedded_electricity: MWh per functional unit of each good; ``None`` where a precursor's is not known
    :ivar unknown_shares: by share of default values, the goods that contain a precursor whose record states none
    """

    goods: object
    streams: object
    supplies: object
    problems: Problems
    processes: dict = field(default_factory=dict)
    direct: dict = field(default_factory=dict)
    electricity: dict = field(default_factory=dict)
    supporting: dict = field(default_factory=dict)
    result: Statement | None = None
    embedded_electricity: dict = field(default_factory=dict)
    unknown_shares: dict = field(default_factory=dict)
    bridges: dict = field(default_factory=dict)
    members: dict = field(default_factory=dict)


class CbamPeriodClose(models.AbstractModel):
    """Closes a reporting period: gathers in bulk, asks the engine once, writes in bulk, all in one transaction.

    The row of the period is taken FOR UPDATE, against which posting's FOR SHARE stands: nothing is posted meanwhile.
    A close that is killed leaves nothing behind.
    """

    _name = "cbam.period.close"
    _description = "CBAM Period: Close"

    # -- finding -----------------------------------------------------------------------------------------------------

    @api.model
    def _find(self, period):
        """The statutory book of the period as of now (:class:`Findings`); what is wrong is listed, nothing raised."""
        # The law counts all of the installation's documents, whichever of them the user may read.
        self = self.sudo()
        period = period.sudo().with_context(active_test=False)
        problems = Problems()
        goods = self.env["cbam.period.goods"]._gather(period, problems)
        streams = self.env["cbam.period.streams"]._gather(period, problems)
        methods = self._methods(period, streams, problems)
        needed = {row.precursor for rows in goods.consumption.values() for row in rows if row.precursor.isdigit()}
        plan = period._plan()
        if not plan:
            problems.warn("plan", self.env._("No monitoring plan is in force for %s.", period.display_name))
        opening = plan.opening_stock == "included"
        supplies = self.env["cbam.period.supplies"]._gather(period, needed, opening, problems)
        found = Findings(goods, streams, supplies, problems)
        self._list_open_orders(period, problems)
        self._list_stock_differences(period, problems)
        self.env["cbam.period.processes"]._build(found, methods)
        if not problems.blocking:
            self._solve(found)
        return found

    @api.model
    def _methods(self, period, streams, problems):
        """What only the period as a whole knows: measured sources, heat, waste gases, joint processes."""
        methods = self.env["cbam.period.methods"]._terms(period, streams.totals)
        for problem in methods.problems:
            add = problems.warn if problem.kind == "estimate" else problems.block
            add(problem.kind, problem.message, problem.record)
        return methods

    @api.model
    def _solve(self, found):
        """The engine's book; goods outside CBAM take their emissions along, but are no goods of the statement."""
        processes = list(found.processes.values())
        try:
            found.result = statement(processes, found.supplies.by_code)
        except EngineError as error:
            found.problems.block("engine", str(error))
            return
        for process_id, balance in found.result.balances.items():
            unit_book = found.goods.totals.get(process_id, UnitBookTotals())
            found.bridges[process_id] = bridge(balance, unit_book)
        records = {row.rate.record_id for row in found.supplies.rows if row.rate and row.rate.record_id}
        by_id = {record.id: record for record in self.env["cbam.specific.emission"].browse(records)}
        bought = defaultdict(set)
        for good, figures in found.result.goods.items():
            bought[good] = set(figures.specific_mass)
        found.embedded_electricity = self._embedded_electricity(found, by_id, bought)
        found.unknown_shares = {share: self._without_share(found, by_id, bought, share) for share in SHARES}

    @api.model
    def _without_share(self, found, by_id, bought, share):
        """The goods that contain a precursor whose record does not state this share of default values."""
        unknown = {
            row.code
            for row in found.supplies.rows
            if row.receipt.quantity
            and row.rate
            and row.rate.record_id
            and share in by_id[row.rate.record_id].unknown_shares()
        }
        return {good for good in found.result.goods if self._contains(good, bought, unknown)}

    @api.model
    def _embedded_electricity(self, found, by_id, bought):
        """MWh per functional unit of each good: the same book with electricity in the place of direct emissions."""
        stated = {
            record_id: record.electricity for record_id, record in by_id.items() if record.electricity is not None
        }
        unknown = {
            row.code
            for row in found.supplies.rows
            if row.receipt.quantity
            and not row.receipt.exempt
            and (row.rate is None or row.rate.record_id not in stated)
        }
        supplies = {}
        for code, supply in found.supplies.by_code.items():
            rows = [row for row in found.supplies.rows if row.code == code]
            receipts = tuple(
                replace(
                    row.receipt,
                    verified=Embedded(direct=stated[row.rate.record_id] * row.mass / row.receipt.quantity)
                    if row.rate and row.rate.record_id in stated and row.receipt.quantity
                    else Embedded.ZERO,
                )
                for row in rows
            )
            supplies[code] = replace(supply, receipts=receipts)
        processes = [
            replace(
                process,
                direct=AttributedDirect(found.electricity.get(key, 0.0), 0.0),
                indirect=0.0,
                indirect_default=0.0,
            )
            for key, process in found.processes.items()
        ]
        result = statement(processes, supplies)
        return {
            good: None if self._contains(good, bought, unknown) else figures.see.direct
            for good, figures in result.goods.items()
        }

    @api.model
    def _contains(self, good, uses, unknown):
        """Whether a good contains, on any level, a precursor of the codes given."""
        seen, todo = set(), [good]
        while todo:
            code = todo.pop()
            for precursor in uses.get(code, ()):
                if precursor in unknown:
                    return True
                if precursor not in seen:
                    seen.add(precursor)
                    todo.append(precursor)
        return False

    @api.model
    def _list_open_orders(self, period, problems):
        orders = self.env["mrp.production"].browse(self.env["cbam.period.book"]._open_orders(period))
        for order in orders:
            message = self.env._(
                "%s was in process at the end of the period: what it has taken counts when it is done.", order.name
            )
            problems.warn("open_order", message, order)

    @api.model
    def _list_stock_differences(self, period, problems):
        """The balance of tonnes: what the ledger has left of a good must be what Odoo's stock has left of it."""
        differences = self.env["cbam.period.book"]._stock_differences(period)
        products = self.env["product.product"].browse(row[0] for row in differences)
        for product, (_product_id, booked, counted) in zip(products, differences, strict=True):
            message = self.env._(
                "%(product)s (%(code)s): by the ledger %(booked)s %(unit)s are left at the end of the period, "
                "by Odoo's stock %(counted)s.",
                product=product.display_name,
                code=product.cbam_cn_code or self.env._("no CN code"),
                booked=f"{booked:.6g}",
                counted=f"{counted:.6g}",
                unit=product.uom_id.name,
            )
            problems.warn("balance", message, product)

    # -- what the user asks for --------------------------------------------------------------------------------------

    @api.model
    def _check(self, period):
        """Find everything, write only the list of what is missing."""
        period.check_access("write")
        period._expect("open")
        found = self._find(period)
        self._write_problems(period, self._problem_values(period, found.problems))

    @api.model
    def _close(self, period):
        """Close the period: statement, joining lines, published records, hashes.

        :raises UserError: something is missing without which there is no book; it names all of it
        """
        self._lock(period)
        found = self._find_complete(period)
        self._write_problems(period, self._problem_values(period, found.problems))
        # superuser: statements are written by a close alone; action_close has checked who may
        return self._closed(period, self.env["cbam.period.writer"].sudo()._write(period, found))

    @api.model
    def _closed(self, period, version):
        # superuser: the period is closed by a close alone; its callers have checked who may
        period.sudo().write({"state": "closed", "statement_id": version.id})
        return version

    @api.model
    def _find_complete(self, period):
        """:class:`Findings` of an open period that can be closed.

        :raises UserError: something is missing without which there is no book; it names all of it
        """
        period._expect("open")
        found = self._find(period)
        if found.problems.blocking:
            raise UserError(
                self.env._(
                    "%(period)s cannot be closed yet:\n%(problems)s",
                    period=period.display_name,
                    problems="\n".join(f"• {problem.message}" for problem in found.problems.blocking),
                )
            )
        if not found.result.goods:
            raise UserError(self.env._("%s: nothing was produced, there is nothing to close.", period.display_name))
        return found

    @api.model
    def _take_back(self, period):
        """Before a period is opened again: the joining lines of its version are reversed, its records stay claimed."""
        self._take(period)
        # superuser: joining lines are reversed by the system alone; the reopening has checked who may
        self.env["cbam.period.writer"].sudo()._reverse(period.statement_id)

    @api.model
    def _lock(self, period):
        """:meth:`_take` the period, for a book that is computed in this transaction.

        What was posted while it waited is not in its view of the ledger, which is older than the lock.

        :raises ConcurrencyError: there is such a line; whoever asked is served anew, as after a collision
        """
        self._take(period)
        mark = self.env["cbam.job.close"]
        if mark._lines_of_now(period) > mark._lines(period):
            raise ConcurrencyError(self.env._("%s: something was posted meanwhile.", period.display_name))

    @api.model
    def _take(self, period):
        """Wait for postings that are under way, and keep others out until the transaction ends."""
        period.check_access("write")
        period.flush_recordset()
        self.env.cr.execute(SQL("SELECT id FROM cbam_period WHERE id = %s FOR UPDATE", period.id))
        period.invalidate_recordset()

    @api.model
    def _problem_values(self, period, problems):
        """Rows of the list of what is missing, each thing once."""
        seen = {}
        for problem in problems:
            seen.setdefault((problem.severity, problem.kind, problem.message), problem)
        return [
            {
                "period_id": period.id,
                "severity": problem.severity,
                "kind": problem.kind,
                "message": problem.message,
                "res_model": problem.record._name if problem.record else False,
                "res_id": problem.record.id if problem.record else False,
            }
            for problem in seen.values()
        ]

    @api.model
    def _write_problems(self, period, rows):
        # superuser: the list is written by a check alone, whoever runs it
        model = self.env["cbam.period.problem"].sudo()
        model.search([("period_id", "=", period.id)]).unlink()
        model.create(rows)
        period.sudo().checked_at = fields.Datetime.now()
