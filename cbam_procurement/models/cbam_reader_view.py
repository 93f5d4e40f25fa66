from odoo import api, models


class CbamReaderView(models.AbstractModel):
    """Purchase documents open for CBAM users who have no role in purchasing.

    ODOO: the forms of orders and their lines read bills, which only buyers and accountants may read. Everybody else
    who may read the documents gets a form of what CBAM is about, from wherever they are opened.
    """

    _name = "cbam.reader.view"
    _description = "CBAM Form of Purchase Documents"

    _cbam_reader_form = None

    @api.model
    def get_view(self, view_id=None, view_type="form", **options):
        is_reader = self.env.user.has_group("cbam_emissions.group_cbam_documents")
        if view_type == "form" and is_reader and not self.env["account.move"].has_access("read"):
            view_id = self.env.ref(self._cbam_reader_form).id
        return super().get_view(view_id, view_type, **options)
