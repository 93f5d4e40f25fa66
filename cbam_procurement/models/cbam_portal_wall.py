from odoo import models


class CbamPortalWall(models.AbstractModel):
    """What we add to documents of Odoo that the portal shows is not for the portal: a vendor reads its own orders
    there, but neither what we reckon about them nor the offers beside them."""

    _name = "cbam.portal.wall"
    _description = "Fields Kept from the Portal"

    def _has_field_access(self, field, operation):
        # ODOO: asked for each value that is read, so that what is open to everybody is told from the field alone.
        if field.name[:5] != "cbam_":
            return not field.groups or super()._has_field_access(field, operation)
        if not self.env.su and self.env.user.share:
            return False
        return super()._has_field_access(field, operation)
