import hashlib
import json

from odoo import api, models

#: Fields of a declaration's rows that its root hash covers.
LINE = (
    "cn_code",
    "origin_country_id",
    "installation_id",
    "period",
    "composition",
    "basis",
    "procedure",
    "quarter",
    "below_threshold",
    "mass",
    "see",
    "sefa",
    "emissions",
    "free_allocation",
    "reduction",
    "certificates",
    "price",
    "cost_eur",
    "source",
)
TOTAL = ("cn_code", "returned", "quantity", "see", "emissions", "certificates")
IMPORT = ("mrn", "item", "date", "cn_code", "origin_country_id", "procedure", "net_mass", "importer_eori")

DATASET = ("kind", "legal_act", "version", "valid_from", "sha256")


class CbamDeclarationFreeze(models.AbstractModel):
    """The hash of a released declaration: SHA-256 over lines, totals, imports, evidence and the version before.

    Floats enter in their shortest exact form, so that a figure that changes in its last bit changes the hash.
    """

    _name = "cbam.declaration.freeze"
    _description = "CBAM Declaration: Freezing"

    @api.private
    def root(self, declaration):
        """The root hash of a declaration as it stands now."""
        # superuser: the hash covers everything, whoever computes it
        declaration = declaration.sudo()
        digest = hashlib.sha256((declaration.previous_id.root_hash or "").encode())
        content = {
            "declaration": [declaration.company_id.id, declaration.year, declaration.version],
            "lines": self._values(declaration.line_ids, LINE),
            "totals": self._values(declaration.total_ids, TOTAL),
            "imports": self._values(declaration.line_ids.import_ids.sorted("id"), IMPORT),
            "records": [self._record(record) for record in declaration.line_ids.record_ids.sorted("id")],
            "evidence": sorted(filter(None, declaration.line_ids.report_ids.mapped("checksum"))),
        }
        if declaration.dataset_ids:  # declarations released before their data sets were stored have none
            content["datasets"] = self._values(declaration.dataset_ids.sorted("id"), DATASET)
        digest.update(json.dumps(content, sort_keys=True, ensure_ascii=False).encode())
        return digest.hexdigest()

    @api.model
    def _values(self, records, names):
        return [[self._plain(record[name]) for name in names] for record in records]

    @api.model
    def _plain(self, value):
        if isinstance(value, models.BaseModel):
            return value.id or None
        if value is None or value is False:
            return None
        return value.isoformat() if hasattr(value, "isoformat") else value

    @api.model
    def _record(self, record):
        names = ("cn_code", "year", "see_direct", "see_indirect_scope", "sefa", "report_ref", "accreditation_ref")
        return [self._plain(record[name]) for name in names]

    @api.private
    def drift(self, declaration):
        """What is not as it was when the declaration was released: sentences, none where all agrees."""
        if self.root(declaration) == declaration.root_hash:
            return []
        return [self.env._("The lines, imports or evidence of %s have changed.", declaration.display_name)]
