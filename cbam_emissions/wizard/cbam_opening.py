from datetime import datetime

import pytz

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..engine.unit_book import Book, Document
from ..models.posting_batch import Batch, Head, Site

IDENT = ("opening", None)


class CbamOpening(models.TransientModel):
    """Go-live of an installation on a running Odoo: stock on hand and open orders enter the ledger by value.

    Running it again posts only differences. Movements from the start date on are posted afterwards, earlier ones never.
    """

    _name = "cbam.opening"
    _description = "CBAM Opening Stock"

    installation_id = fields.Many2one(
        "cbam.installation", required=True, domain="[('company_id', 'in', allowed_company_ids)]"
    )
    company_id = fields.Many2one(related="installation_id.company_id")
    start_date = fields.Date(
        required=True,
        compute="_compute_start_date",
        store=True,
        readonly=False,
        help="First day whose movements are posted. Stock is taken as it was at the start of this day.",
    )
    line_ids = fields.One2many("cbam.opening.line", "opening_id", string="Stock and Open Orders")
    is_proposed = fields.Boolean()

    @api.depends("installation_id")
    def _compute_start_date(self):
        for opening in self:
            opening.start_date = opening.installation_id.start_date or fields.Date.context_today(opening)

    def action_propose(self):
        """List what was on hand and in process at the start of the day, valued by record or default."""
        self.ensure_one()
        if not self.installation_id.warehouse_ids:
            raise UserError(
                self.env._("%s has no warehouse yet: link its warehouses first.", self.installation_id.display_name)
            )
        self.line_ids.unlink()
        rows = self._stock_on_hand() + self._open_orders()
        products = self.env["product.product"].browse({row[0] for row in rows})
        relevant = products.filtered(lambda product: product.cbam_scope in ("good", "unclear"))
        self.line_ids = [
            fields.Command.create(
                {"product_id": product, "lot_id": lot, "production_id": production, "quantity": quantity}
            )
            for product, lot, production, quantity in rows
            if product in relevant.ids
        ]
        self.line_ids._propose_values()
        self.is_proposed = True
        return self._reopen()

    def action_post(self):
        """Post the opening lines, set the start date and post every movement since."""
        self.ensure_one()
        self.line_ids._check_values()
        if self.installation_id.start_date != self.start_date:
            self.installation_id.start_date = self.start_date
        # The ledger is written by the system alone; the wizard is open to managers only.
        wizard = self.sudo()
        wizard._post_openings()
        wizard._mark_movements_since()
        return self.env["cbam.emission.line"]._action_of(
            [("kind", "=", "opening"), ("installation_id", "=", self.installation_id.id)], self.env._("Opening Stock")
        )

    def _reopen(self):
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "new",
            "name": self.env._("Opening Stock"),
        }

    def _start(self):
        """First moment of the start date at the installation, in naive UTC."""
        local = pytz.timezone(self.installation_id.tz).localize(datetime.combine(self.start_date, datetime.min.time()))
        return local.astimezone(pytz.utc).replace(tzinfo=None)

    def _stock_on_hand(self):
        """``(product, lot, None, quantity)`` on hand at the start: today's quants less what moved since."""
        self.env["stock.quant"].flush_model()
        self.env["stock.move.line"].flush_model()
        return self.env.execute_query(
            SQL(
                """
                WITH location AS (SELECT id FROM stock_location WHERE usage = 'internal' AND warehouse_id = ANY(%(wh)s))
                SELECT product_id, lot_id, NULL, SUM(quantity)
                  FROM (
                    SELECT product_id, lot_id, quantity FROM stock_quant
                     WHERE location_id IN (SELECT id FROM location)
                 UNION ALL
                    SELECT product_id, lot_id, -quantity_product_uom FROM stock_move_line
                     WHERE state = 'done' AND date >= %(start)s AND location_dest_id IN (SELECT id FROM location)
                 UNION ALL
                    SELECT product_id, lot_id, quantity_product_uom FROM stock_move_line
                     WHERE state = 'done' AND date >= %(start)s AND location_id IN (SELECT id FROM location)
                  ) AS movement
              GROUP BY product_id, lot_id
                HAVING SUM(quantity) > 1e-9
              ORDER BY product_id, lot_id
                """,
                wh=self.installation_id.warehouse_ids.ids,
                start=self._start(),
            )
        )

    def _open_orders(self):
        """``(product, lot, order, quantity)`` consumed before the start by orders not finished by then."""
        return self.env.execute_query(
            SQL(
                """
                SELECT m.product_id, ml.lot_id, mo.id, SUM(ml.quantity_product_uom)
                  FROM mrp_production mo
                  JOIN stock_picking_type pt ON pt.id = mo.picking_type_id
                  JOIN stock_move m ON m.raw_material_production_id = mo.id AND m.state = 'done'
                  JOIN stock_move_line ml ON ml.move_id = m.id
                 WHERE pt.warehouse_id = ANY(%(wh)s) AND m.date < %(start)s
                   AND (mo.state NOT IN ('done', 'cancel') OR mo.date_finished >= %(start)s)
              GROUP BY m.product_id, ml.lot_id, mo.id
              ORDER BY mo.id, m.product_id
                """,
                wh=self.installation_id.warehouse_ids.ids,
                start=self._start(),
            )
        )

    def _post_openings(self):
        """Insert opening lines: target minus what earlier runs posted."""
        batch, flows = Batch(), {IDENT: []}
        installation = self.installation_id
        site = Site(installation.id, installation.name, self.company_id.id, self._start(), installation.tz)
        for line in self.line_ids:
            ident = ("production", line.production_id.id) if line.production_id else IDENT
            flows.setdefault(ident, []).append(line._flow(site))
        posted = self._posted_openings(site)
        for ident in {*flows, *posted}:
            batch.heads[ident] = Head(site.company_id, site.start, site)
        book = Book(posted=posted)
        lines = book.post([Document(ident, flows.get(ident, [])) for ident in batch.heads])
        self.env["cbam.posting.writer"]._insert(lines, batch)

    def _posted_openings(self, site):
        return self.env["cbam.posting.book"]._posted_where(SQL("kind = 'opening' AND installation_id = %s", site.id))

    def _mark_movements_since(self):
        """Everything that moved since the start now belongs in the ledger."""
        moves = self.env.execute_query(
            SQL(
                """
                SELECT m.id
                  FROM stock_move m
                  JOIN stock_location lf ON lf.id = m.location_id
                  JOIN stock_location lt ON lt.id = m.location_dest_id
             LEFT JOIN mrp_production mo ON mo.id = COALESCE(m.raw_material_production_id, m.production_id)
             LEFT JOIN stock_picking_type pt ON pt.id = mo.picking_type_id
                 WHERE m.state = 'done' AND m.date >= %(start)s
                   AND (lf.warehouse_id = ANY(%(wh)s) OR lt.warehouse_id = ANY(%(wh)s) OR pt.warehouse_id = ANY(%(wh)s))
                """,
                start=self._start(),
                wh=self.installation_id.warehouse_ids.ids,
            )
        )
        self.env["cbam.posting"]._mark(moves=[row[0] for row in moves])
