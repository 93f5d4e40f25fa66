from markupsafe import Markup

from odoo import api, fields, models

ACTIVITY = "cbam_procurement.mail_activity_carbon_claim"


class CbamCarbonClaimNotice(models.AbstractModel):
    """One activity for an order on which something may be claimed: not one per night, and none for what is known."""

    _name = "cbam.carbon.claim.notice"
    _description = "Notice of Carbon Claims"

    @api.private
    def tell(self, orders):
        """Raise, renew or withdraw the activities of orders, in bulk."""
        activity_type = self.env.ref(ACTIVITY)
        claims = self.env["cbam.carbon.claim"].search([("order_id", "in", orders.ids), ("decision", "=", "open")])
        urgent = claims.filtered(lambda claim: claim.amount or claim.state in ("exceeded", "late", "missing"))
        urgent = urgent.grouped("order_id")
        known = self.env["mail.activity"].search(
            [
                ("res_model", "=", "purchase.order"),
                ("res_id", "in", orders.ids),
                ("activity_type_id", "=", activity_type.id),
                ("active", "=", True),
            ]
        )
        known, new = known.grouped("res_id"), []
        for order in orders:
            values = self._notice(order, urgent.get(order), known.get(order.id))
            if values:
                new.append({"activity_type_id": activity_type.id, **values})
        self.env["mail.activity"].create(new)

    @api.model
    def _notice(self, order, claims, activity):
        """Keep the activity of an order up to date; the values of a new one if it needs one."""
        told = set((order.cbam_claim_told or "").split())
        now = {f"{claim.order_line_id.id}:{claim.state}:{claim.amount or 0.0:.2f}" for claim in claims or ()}
        if now != told:
            order.cbam_claim_told = " ".join(sorted(now)) or False
        if not claims:
            if activity:
                activity.unlink()
            return None
        user = order.user_id or order.create_uid
        text = self._text(claims.with_context(lang=user.lang))
        if activity:
            if now != told:
                activity[:1].write(text)
            return None
        if now <= told:
            return None
        return {
            **text,
            "res_model_id": self.env["ir.model"]._get_id("purchase.order"),
            "res_id": order.id,
            "user_id": user.id,
            "date_deadline": fields.Date.context_today(order),
            "automated": True,
        }

    @api.model
    def _text(self, claims):
        _, currency = claims.env._, claims.currency_id[:1]
        standings = dict(claims._fields["state"]._description_selection(claims.env))
        items = Markup().join(
            Markup("<li>%s: %s, %s</li>")
            % (
                claim.product_id.display_name,
                standings[claim.state],
                _("amount not known") if claim.amount is None else currency.format(claim.amount),
            )
            for claim in claims
        )
        total = sum(claim.amount or 0.0 for claim in claims)
        summary = _("Carbon clause: to check")
        if total:
            summary = _("Carbon clause: %s to claim", currency.format(total))
        advice = _("A proposal by the carbon clause of the order. Nothing is booked.")
        return {"summary": summary, "note": Markup("<p>%s</p><ul>%s</ul>") % (advice, items)}
