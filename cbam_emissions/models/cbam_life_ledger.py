from collections import defaultdict

from odoo import api, models
from odoo.tools import SQL

from ..engine.life.account import CBAM, LIFE, Amount, Goods, Source, add_to
from ..engine.life.stages import LOGISTICS, MATERIAL, PROCESS_KINDS, PRODUCTION

#: All emissions that the unit book knows of goods: the memo of indirect emissions too, in scope of CBAM or not.
EMBEDDED = SQL("SUM(direct + indirect_total)")
BY_DEFAULT = SQL("SUM(direct_default + indirect_default)")


class OrderLedger:
    """What the ledger says of one order.

    :ivar goods: entries per goods that the order took
    :ivar own: entries of the order itself, or of one of its outputs
    :ivar outputs: tCO2e that the unit book gave its outputs
    :ivar missing: ``{goods or None: [why]}``
    """

    def __init__(self):
        self.goods = defaultdict(dict)
        self.own = defaultdict(dict)
        self.outputs = {}
        self.missing = defaultdict(list)


class CbamLifeLedger(models.AbstractModel):
    """Reads the ledger for carbon passports: the unit book and the whole-life account, a few aggregates."""

    _name = "cbam.life.ledger"
    _description = "Whole-Life Account: Reading the Ledger"

    @api.model
    def _of_orders(self, order_ids):
        """``{order id: OrderLedger}``, two queries."""
        self.env["cbam.emission.line"].flush_model()
        found = defaultdict(OrderLedger)
        self._add_unit_book(found, order_ids)
        self._add_life(found, order_ids)
        return found

    @api.model
    def _add_unit_book(self, found, order_ids):
        rows = self.env.execute_query(
            SQL(
                """
                SELECT production_id, kind, place_to = 'process', product_id, lot_id, reading_id, quality,
                       CASE WHEN place_from = 'source' THEN COALESCE(factor_note, '') ELSE '' END,
                       SUM(quantity), %s, %s, SUM(incomplete), stream_id
                  FROM cbam_emission_line
                 WHERE production_id = ANY(%s) AND (place_from = 'process' OR place_to = 'process')
              GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, stream_id
                """,
                EMBEDDED,
                BY_DEFAULT,
                list(order_ids),
            )
        )
        units = dict(self.env["cbam.source.stream"]._fields["unit"]._description_selection(self.env))
        streams = {row[12] for row in rows if row[12]}
        # superuser: only the unit of a stream is read
        units = {one.id: units.get(one.unit, "") for one in self.env["cbam.source.stream"].sudo().browse(streams)}
        for order, kind, enters, product, lot, *row in rows:
            reading, quality, note, quantity, value, default, missing, stream = row
            ledger = found[order]
            if kind in PROCESS_KINDS:
                if kind == "provisional":
                    # what a reading has taken back leaves nothing, neither a figure nor a share of the data quality
                    quality, note = kind, self.env._("Rate until the meter is read")
                source = Source(
                    PRODUCTION, CBAM, quality, ("mrp.production", order), units.get(stream, ""), note, reading
                )
                if value or missing:
                    add_to(ledger.own[None], source, Amount(value, quantity))
                if missing > 0:
                    ledger.missing[None].append(note or self.env._("Energy: a figure is missing"))
            elif kind in ("consumption", "return", "opening"):
                sign = 1.0 if enters else -1.0
                self._add_goods(ledger, order, Goods(product, lot), quality, sign, quantity, value, default)
                if missing * sign > 0:
                    ledger.missing[Goods(product, lot)].append(self.env._("its CBAM figure is missing"))
            elif kind == "output":
                goods = Goods(product, lot)
                ledger.outputs[goods] = ledger.outputs.get(goods, 0.0) + value * (-1.0 if enters else 1.0)

    @api.model
    def _add_goods(self, ledger, order, goods, quality, sign, quantity, value, default):
        """Embedded emissions of a component: the part by default values, and the rest."""
        entries = ledger.goods[goods] if goods.product else ledger.own[None]
        document = ("mrp.production", order)
        rest = quality if quality != "derived" else "verified"
        add_to(entries, Source(MATERIAL, CBAM, rest, document), Amount(sign * (value - default), sign * quantity))
        if default:
            add_to(entries, Source(MATERIAL, CBAM, "default", document), Amount(sign * default, 0.0))

    @api.model
    def _add_life(self, found, order_ids):
        rows = self._life_rows(SQL("life_order_id = ANY(%s)", list(order_ids)), SQL("life_order_id"))
        for order, product, lot, source, amount, missing in rows:
            ledger, goods = found[order], Goods(product, lot) if product else None
            add_to((ledger.goods if source.stage == MATERIAL else ledger.own)[goods], source, amount)
            if missing > 0:
                ledger.missing[goods].append(source.factor)

    @api.model
    def _of_lots(self, lot_ids):
        """``({lot id: {Source: Amount}}, {lot id: [why a figure is missing]})``: lines of lots outside orders."""
        condition = SQL("lot_id = ANY(%s) AND life_order_id IS NULL AND kind = 'life'", list(lot_ids))
        entries, missing = defaultdict(dict), defaultdict(list)
        for lot, _product, _lot, source, amount, lacking in self._life_rows(condition, SQL("lot_id")):
            add_to(entries[lot], source, amount)
            if lacking > 0:
                missing[lot].append(source.factor)
        return entries, missing

    @api.model
    def _life_rows(self, condition, key):
        rows = self.env.execute_query(
            SQL(
                """
                SELECT %s, product_id, lot_id, stage, quality, life_model, life_res_id, COALESCE(life_unit, ''),
                       COALESCE(factor_note, ''), SUM(life), SUM(life_quantity), SUM(incomplete)
                  FROM cbam_emission_line
                 WHERE %s
              GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9
                HAVING ABS(SUM(life)) > 1e-15 OR SUM(incomplete) <> 0
                """,
                key,
                condition,
            )
        )
        return [
            (
                row[0],
                row[1],
                row[2],
                Source(row[3], LIFE, row[4], (row[5], row[6]), row[7], row[8]),
                Amount(row[9], row[10]),
                row[11],
            )
            for row in rows
        ]

    @api.model
    def _arrived_without_lot(self, taken):
        """``{(product id, date): {Source: Amount per unit}}``: transport and storage of goods without lot.

        The average over all that was received until the goods were taken.
        """
        pairs = sorted({(row.goods.product, row.date) for row in taken if row.goods.lot is None})
        if not pairs:
            return {}
        rows = self.env.execute_query(
            SQL(
                """
                SELECT asked.product_id, asked.date, line.quality, line.life_model, line.life_res_id,
                       COALESCE(line.life_unit, ''), COALESCE(line.factor_note, ''),
                       SUM(line.life) / MAX(came.quantity), SUM(line.life_quantity) / MAX(came.quantity)
                  FROM UNNEST(%s::int[], %s::timestamp[]) AS asked(product_id, date)
                  JOIN cbam_emission_line line ON line.product_id = asked.product_id AND line.lot_id IS NULL
                   AND line.kind = 'life' AND line.life_order_id IS NULL AND line.stage = %s AND line.date <= asked.date
            CROSS JOIN LATERAL (
                    SELECT SUM(ml.quantity_product_uom) AS quantity
                      FROM stock_move_line ml
                      JOIN stock_location l ON l.id = ml.location_id
                     WHERE ml.product_id = asked.product_id AND ml.lot_id IS NULL AND ml.state = 'done'
                       AND l.usage = 'supplier' AND ml.date <= asked.date
                  ) AS came
                 WHERE came.quantity > 0
              GROUP BY 1, 2, 3, 4, 5, 6, 7
                """,
                [product for product, _date in pairs],
                [date for _product, date in pairs],
                LOGISTICS,
            )
        )
        found = defaultdict(dict)
        outgoing = self._outgoing({row[3:5] for row in rows})
        for product, date, quality, model, number, unit, note, life, quantity in rows:
            if (model, number) not in outgoing:
                source = Source(LOGISTICS, LIFE, quality, (model, number), unit, note)
                add_to(found[product, date], source, Amount(life, quantity))
        return found

    @api.model
    def _outgoing(self, documents):
        """``{(model, id)}`` of those that concern goods on their way out."""
        by_model = defaultdict(list)
        for model, number in documents:
            by_model[model].append(number)
        found = set()
        for model, numbers in by_model.items():
            # superuser: posting runs for whoever finishes a transfer
            records = self.env[model].sudo().browse(numbers).exists()
            if hasattr(records, "_cbam_life_outgoing"):
                found |= {(model, record.id) for record in records._cbam_life_outgoing()}
        return found
