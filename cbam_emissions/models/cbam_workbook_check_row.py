from odoo import api, fields, models


class CbamWorkbookCheckRow(models.AbstractModel):
    """What a part of a checked workbook says. Nobody edits it: it is what the file says, and what we make of it."""

    _name = "cbam.workbook.check.row"
    _description = "Part of a Communication Template"
    _order = "check_id, id"

    check_id = fields.Many2one("cbam.workbook.check", required=True, readonly=True, index=True, ondelete="cascade")

    @api.model
    def _values_of(self, found, made):
        """Values of the records of this kind, with what others find them by.

        :param found: a ``workbook.compare.Check``
        :param made: ``{model: {key: id}}`` of the kinds that are made before
        :return: ``[(key, values)]``
        """
        raise NotImplementedError

    @api.model
    def _make(self, check, found, made):
        """Create the records of this kind in one go and enter their ids into ``made``."""
        entries = self._values_of(found, made)
        records = self.create([{**values, "check_id": check.id} for _key, values in entries])
        made[self._name] = {key: record.id for (key, _values), record in zip(entries, records, strict=True)}
        return records
