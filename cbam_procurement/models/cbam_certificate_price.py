from odoo import api, models
from odoo.exceptions import AccessError


class CbamCertificatePrice(models.Model):
    _inherit = "cbam.certificate.price"

    @api.private
    def check_may_enter(self):
        """:raises AccessError: the user may not bring prices in: that is the CBAM manager's"""
        if not self.env.su and not self.env.user.has_group("cbam_emissions.group_cbam_manager"):
            raise AccessError(self.env._("Only a CBAM manager enters prices of certificates."))
