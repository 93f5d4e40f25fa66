from odoo import models

from .optional_float import OptionalFloat


class IrUiView(models.Model):
    _inherit = "ir.ui.view"

    def _postprocess_tag_field(self, node, name_manager, node_info):
        """A figure that may be missing gets the widget with which emptying it does not enter 0, in every view."""
        result = super()._postprocess_tag_field(node, name_manager, node_info)
        field = name_manager.model._fields.get(node.get("name"))
        in_cells = node_info.get("view_type") in ("form", "list")
        if in_cells and isinstance(field, OptionalFloat) and not node.get("widget"):
            node.set("widget", "cbam_optional")
        return result
