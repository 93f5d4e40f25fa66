import logging
from functools import cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from odoo import api, models
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY
from odoo.tools import float_is_zero

from odoo.addons.cbam_emissions.models.own_action import by_own_action

from .cbam_carbon_cost import CUSTOMS_TZ
from .cbam_import import CUSTOMS_DATA

_logger = logging.getLogger(__name__)

MARKS = "cbam_procurement.imports"


class Received(NamedTuple):
    """A done move on the way to its proposal: quantity with its sign (a return is negative)."""

    move: object
    quantity: float
    day: object
    goods: dict


class CbamImportProposal(models.AbstractModel):
    """Proposes import lines from receipts, at the end of the transaction that touched them and for all at once.

    As the unit book it proposes *received − already proposed*: a partial receipt, a backorder, a correction of a done
    move and a return each lead to a line of their own, and running twice proposes nothing twice. Whatever fails here
    never keeps a receipt from being done.
    """

    _name = "cbam.import.proposal"
    _description = "CBAM Proposals of Imports"

    @api.private
    def mark(self, move_ids):
        """Note moves whose proposals may have changed."""
        precommit = self.env.cr.precommit
        if MARKS not in precommit.data:
            precommit.data[MARKS] = set()
            precommit.add(self._propose_marked)
        precommit.data[MARKS].update(move_ids)

    @api.model
    def _propose_marked(self):
        ids = self.env.cr.precommit.data.pop(MARKS, None)
        if not ids:
            return
        # Whoever receives goods needs no right on the ledger of imports.
        proposal = self.sudo().with_context(active_test=False, lang=None, tracking_disable=True)
        try:
            with self.env.cr.savepoint():
                proposal.propose(proposal.env["stock.move"].browse(sorted(ids)).exists())
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            raise
        except Exception:
            _logger.exception("Imports could not be proposed; “Propose from Receipts” tries again")

    @api.private
    def propose(self, moves):
        """Bring the proposals of moves up to date, in a number of queries that does not depend on how many there are.

        :return: the ``cbam.import`` lines that are new
        """
        received = self._received(moves)
        known, waiting = self._known(received), self._waiting(received)
        values, renewed = [], []
        for row in received:
            lines = known.get(row.move, self.env["cbam.import"])
            rest = row.quantity - sum(lines.mapped("received_quantity"))
            if float_is_zero(rest, precision_rounding=row.move.product_uom.rounding or 0.01):
                continue
            open_lines = lines.filtered(lambda line: line.state == "proposed")[:1]
            cleared = (
                waiting.get((row.move.purchase_line_id, row.move.product_id), []) if rest > 0 and not lines else []
            )
            if cleared:
                by_own_action(cleared.pop(0)).write(self._receipt(row, rest))
            elif open_lines:
                renewed.append((open_lines, row, open_lines.received_quantity + rest))
            else:
                values.append(self._values(row, rest, known))
        for line, row, quantity in renewed:
            self._renew(line, row, quantity)
        return self.env["cbam.import"].create(values)

    @api.private
    def propose_since(self, companies, day):
        """Propose imports from receipts that were done since a day, such as those from before the addon came."""
        moves = self.env["stock.move"].search(
            [
                ("company_id", "in", companies.ids),
                ("state", "=", "done"),
                ("date", ">=", day),
                ("purchase_line_id.order_id.cbam_import", "=", "import"),
            ]
        )
        return self.propose(moves)

    @api.private
    def goods_of_product(self, product):
        """What a product says of imports of it, as values of a line."""
        return {
            "cn_code": (product.cbam_cn_code or "").replace(" ", "")[:8] or False,
            "composition": product.cbam_content_range,
            "route_letter": product.cbam_route_letter,
            "origin_country_id": product.cbam_origin_country_id.id,
            "installation_id": product.cbam_installation_id.id,
        }

    # -- gathering ---------------------------------------------------------------------------------------------------

    @api.model
    def _received(self, moves):
        """What moves brought in or back, of CBAM goods for which the company is importer of record."""
        received, listed = [], cache(self._is_listed)
        moves = moves.filtered(lambda m: m.purchase_line_id.order_id.cbam_import == "import" and m._cbam_sign())
        for move in moves:
            day = self._day(move)
            if not listed(move.product_id, day):
                continue
            goods = self._goods(move)
            if not self._is_exempt(goods, day):
                quantity = move.quantity if move.state == "done" else 0.0
                received.append(Received(move, move._cbam_sign() * quantity, day, goods))
        return received

    @api.model
    def _day(self, move):
        zone = ZoneInfo(move.company_id.partner_id.tz or CUSTOMS_TZ)
        return move.date.replace(tzinfo=ZoneInfo("UTC")).astimezone(zone).date()

    @api.model
    def _goods(self, move):
        """The lot names origin and installation, else the order line, of a kit's component else the product."""
        product, line = move.product_id, move.purchase_line_id
        goods = self.goods_of_product(product)
        sources = [move.move_line_ids.lot_id, line, product] if line.product_id == product else []
        for name in ("origin_country_id", "installation_id"):
            for source in sources or [move.move_line_ids.lot_id, product, line]:
                found = source.mapped(f"cbam_{name}")
                if len(found) == 1:
                    goods[name] = found.id
                    break
        if line.product_id == product:
            goods["production_year"] = line.cbam_production_year
        return goods

    @api.model
    def _is_listed(self, product, day):
        """Whether a product is a good of Annex I on a day."""
        code = self.goods_of_product(product)["cn_code"]
        return bool(code and self.env["cbam.dataset"].cn_index(day).match(code))

    @api.model
    def _is_exempt(self, goods, day):
        """Whether goods are of an exempt origin, as far as that is known."""
        origin = self.env["res.country"].browse(goods["origin_country_id"] or [])
        return bool(origin) and origin.code in origin.cbam_exempt_codes(day.year)

    @api.model
    def _known(self, received):
        """``{move: lines}`` that the moves, and those whose goods they return, have already."""
        moves = self.env["stock.move"].union(*(row.move for row in received))
        moves |= moves.origin_returned_move_id
        return self.env["cbam.import"].search([("move_id", "in", moves.ids)]).grouped("move_id")

    @api.model
    def _waiting(self, received):
        """``{(order line, product): [line]}`` that were declared to customs before the goods were received."""
        order_lines = self.env["purchase.order.line"].union(*(row.move.purchase_line_id for row in received))
        lines = self.env["cbam.import"].search(
            [
                ("purchase_line_id", "in", order_lines.ids),
                ("state", "=", "declared"),
                ("move_id", "=", False),
                ("reversal_of_id", "=", False),
                ("reversed_on", "=", False),
            ],
            order="date, id",
        )
        found = {}
        for line in lines:
            found.setdefault((line.purchase_line_id, line.product_id), []).append(line)
        return found

    # -- writing -----------------------------------------------------------------------------------------------------

    @api.model
    def _values(self, row, quantity, known):
        move, receipt = row.move, self._receipt(row, quantity)
        values = {
            **row.goods,
            **receipt,
            "company_id": move.company_id.id,
            "purchase_line_id": move.purchase_line_id.id,
            "partner_id": move.purchase_line_id.order_id.partner_id.id,
            "product_id": move.product_id.id,
            "importer_id": move.company_id.partner_id.id,
            "date": row.day,
            "net_mass": receipt["received_mass"],
        }
        if quantity < 0:
            # The line whose goods go back: of the receipt that is returned, else of the move itself.
            lines = known.get(move.origin_returned_move_id or move, self.env["cbam.import"])
            taken_back = lines.filtered(lambda line: line.state != "dropped" and not line.reversal_of_id)[:1]
            if taken_back:
                # Customs amends the declaration of then: its day, not that of the return.
                names = [*CUSTOMS_DATA, "data_used"]
                same = taken_back.read(names, load=False)[0]
                values |= {name: same[name] for name in names} | {"reversal_of_id": taken_back.id}
        return values

    @api.model
    def _receipt(self, row, quantity):
        """What the receipt says: it never touches what customs has fixed."""
        return {
            "move_id": row.move.id,
            "received_on": row.day,
            "received_quantity": quantity,
            "received_uom_id": row.move.product_uom.id,
            "received_mass": self._mass(row.move, quantity),
        }

    @api.model
    def _renew(self, line, row, quantity):
        """A proposal follows its receipt; what somebody has entered of the declaration stays."""
        if float_is_zero(quantity, precision_rounding=row.move.product_uom.rounding or 0.01):
            line.unlink()
            return
        mass = self._mass(row.move, quantity)
        values = {"received_quantity": quantity, "received_mass": mass, "received_on": row.day}
        if line.net_mass == line.received_mass:
            values["net_mass"] = mass
        if line.date == line.received_on:
            values["date"] = row.day
        line.write(values)

    @api.model
    def _mass(self, move, quantity):
        tonnes, _why = self.env["cbam.mass"].net_mass(abs(quantity), move.product_uom, move.product_id)
        return None if tonnes is None else tonnes if quantity > 0 else -tonnes
