from odoo import api, models


class CbamLifeDocument(models.AbstractModel):
    """A document of the whole-life account: whatever changes in it reaches the ledger at the end of the transaction.

    A model inherits this, names its ``_life_fields`` and answers :meth:`_cbam_life_targets`.
    """

    _name = "cbam.life.document"
    _description = "Document of the Whole-Life Account"

    #: Fields that change what the document wants in the ledger.
    _life_fields = frozenset()

    def _cbam_life_targets(self):
        """``{document id: [engine.life.lines.LifeLine]}`` of these documents, in bulk.

        A cancelled document, or one that has nothing to say yet, has an empty list or none: what was posted for it is
        taken back.
        """
        raise NotImplementedError

    def _cbam_life_companies(self):
        """``{document id: company id}``."""
        return {document.id: document.company_id.id for document in self}

    def _cbam_life_outgoing(self):
        """Those of the documents that concern goods on their way out: they belong to what left, not to what stayed.

        A part of a lot that was sold does not burden what machines have taken of the lot.
        """
        if "picking_id" not in self._fields:
            return self.browse()
        return self.filtered(lambda document: document.picking_id.picking_type_code == "outgoing")

    @api.model_create_multi
    def create(self, vals_list):
        documents = super().create(vals_list)
        self.env["cbam.life.posting"].mark(self._name, documents.ids)
        return documents

    def write(self, vals):
        result = super().write(vals)
        if not self._life_fields.isdisjoint(vals):
            self.env["cbam.life.posting"].mark(self._name, self.ids)
        return result

    def unlink(self):
        """What the ledger says of a document goes by lines of the opposite sign; the lines themselves stay."""
        self.env["cbam.life.posting"].reverse(self._name, self.ids)
        return super().unlink()
