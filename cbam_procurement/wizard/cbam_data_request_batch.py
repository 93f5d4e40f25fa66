from odoo import api, fields, models
from odoo.exceptions import UserError


class CbamDataRequestBatch(models.TransientModel):
    """Asks suppliers for missing emission data: all of them, or those of chosen orders or products."""

    _name = "cbam.data.request.batch"
    _description = "Ask Suppliers for Emission Data"

    company_id = fields.Many2one("res.company", required=True, default=lambda self: self.env.company)
    year = fields.Integer("Reporting Period", required=True, default=lambda self: fields.Date.context_today(self).year)
    date_deadline = fields.Date("Answer Until")
    user_id = fields.Many2one(
        "res.users", "Responsible", default=lambda self: self.env.user, domain="[('share', '=', False)]"
    )
    source = fields.Selection(
        [("all", "All suppliers"), ("order", "Chosen purchase orders"), ("product", "Chosen products")],
        required=True,
        readonly=True,
        default="all",
    )
    order_ids = fields.Many2many("purchase.order", readonly=True)
    product_ids = fields.Many2many("product.product", readonly=True)
    line_ids = fields.One2many(
        "cbam.data.request.batch.line", "batch_id", compute="_compute_line_ids", store=True, readonly=False
    )
    count = fields.Integer(compute="_compute_count")

    @api.model
    def default_get(self, fields_list):
        values = super().default_get(fields_list)
        model, ids = self.env.context.get("active_model"), self.env.context.get("active_ids") or []
        if model == "purchase.order":
            orders = self.env[model].browse(ids)
            companies = orders.company_id
            if len(companies) > 1:
                raise UserError(self.env._("Choose purchase orders of one company."))
            years = {order.date_planned.year for order in orders if order.date_planned}
            values |= {"source": "order", "order_ids": [(6, 0, ids)], "company_id": companies.id}
            values |= {"year": max(years)} if years else {}
        elif model in ("product.product", "product.template"):
            records = self.env[model].browse(ids)
            products = records if model == "product.product" else records.product_variant_ids
            values |= {"source": "product", "product_ids": [(6, 0, products.ids)]}
        return values

    @api.depends("company_id", "year", "source", "order_ids", "product_ids")
    def _compute_line_ids(self):
        need = self.env["cbam.data.need"]
        for batch in self:
            batch.line_ids = [(5, 0, 0)]
            if not batch.company_id or not batch.year:
                continue
            if batch.source == "all":
                goods = need.of_company(batch.company_id, batch.year)
            else:
                goods = need.of_pairs(batch._pairs(), batch.company_id, batch.year)
            partners = sorted(goods, key=lambda partner: partner.name or "")
            batch.line_ids = [(0, 0, batch._line(partner, goods[partner])) for partner in partners]

    def _pairs(self):
        """``{(vendor, product)}`` of the chosen orders or products."""
        self.ensure_one()
        if self.source == "order":
            lines = self.order_ids.order_line.filtered("product_id")
            return {(line.order_id.partner_id, line.product_id) for line in lines}
        sellers = self.product_ids.seller_ids.filtered(
            lambda seller: seller.company_id.id in (False, self.company_id.id)
        )
        return {
            (seller.partner_id, product)
            for seller in sellers
            for product in (seller.product_id or seller.product_tmpl_id.product_variant_ids) & self.product_ids
        }

    def _line(self, partner, codes):
        products = self.env["product.product"].union(*codes.values())
        return {
            "partner_id": partner.id,
            "cn_codes": ", ".join(sorted(codes)),
            "product_ids": [(6, 0, products.ids)],
            "selected": True,
        }

    @api.depends("line_ids.selected")
    def _compute_count(self):
        for batch in self:
            batch.count = len(batch.line_ids.filtered("selected"))

    def _make(self):
        self.ensure_one()
        chosen = self.line_ids.filtered("selected")
        if not chosen:
            raise UserError(self.env._("No supplier is chosen."))
        need = self.env["cbam.data.need"]
        pairs = {(line.partner_id, product) for line in chosen for product in line.product_ids._origin}
        goods = need.of_pairs(pairs, self.company_id, self.year)
        origin = ", ".join(self.order_ids.mapped("name")) or ", ".join(self.product_ids.mapped("display_name")[:5])
        return need.make_requests(
            goods,
            self.company_id,
            self.year,
            date_deadline=self.date_deadline,
            user_id=self.user_id.id,
            origin=origin or False,
        )

    def action_create(self):
        """Make the requests and show them: each can still be changed before it is sent."""
        return self._shown(self._make())

    def action_create_and_send(self):
        """Make the requests and mail all suppliers."""
        requests = self._make()
        requests.action_send()
        return self._shown(requests)

    def _shown(self, requests):
        action = self.env["ir.actions.act_window"]._for_xml_id("cbam_procurement.cbam_data_request_action")
        action |= {"domain": [("id", "in", requests.ids)], "context": {}}
        if len(requests) == 1:
            action |= {"res_id": requests.id, "views": [(False, "form")]}
        return action
