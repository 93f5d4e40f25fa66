import json
from functools import cache
from pathlib import Path

from odoo import api, models

from odoo.addons.cbam_procurement.exchange.schema import check

from ..tables import plain

SCHEMAS = Path(__file__).parents[1] / "static" / "schemas"
DECLARATION, STATEMENT = "cbam-declaration", "cbam-emissions-statement"
LINE = ("period", "composition", "basis", "procedure", "quarter", "mass", "see", "sefa", "emissions")
LINE += ("free_allocation", "reduction", "certificates", "price", "cost_eur", "source")
GOOD = ("cn_code", "composition", "functional_unit", "route_letters", "level", "mass", "see_direct", "see_indirect")
GOOD += ("see_indirect_scope", "sefa", "sefa_reason", "default_share", "indirect_default_share", "electricity")
PROCESS = ("name", "attributed_direct", "attributed_indirect", "electricity", "purchased_direct", "purchased_indirect")
PROCESS += ("internal_direct", "internal_indirect", "output_direct", "output_indirect")
RECEIPT = ("cn_code", "functional_unit", "basis", "is_opening", "quantity", "mass", "see_direct", "see_indirect")
RECEIPT += ("see_indirect_scope", "sefa", "note")
YES_NO = ("is_opening",)


@cache
def schema(name):
    """The published JSON Schema of a document (``static/schemas``)."""
    return json.loads((SCHEMAS / f"{name}-1.schema.json").read_text(encoding="utf-8"))


def camel(name):
    """``see_direct`` → ``seeDirect``."""
    first, *others = name.split("_")
    return first + "".join(word.capitalize() for word in others)


class CbamDocument(models.AbstractModel):
    """Declarations and emissions statements as plain values, for JSON: unrounded, ``null`` for what is not known."""

    _name = "cbam.document"
    _description = "Documents as JSON"

    @api.private
    def declarations(self, declarations):
        """The document of declarations, fit for ``cbam-declaration-1.schema.json``.

        :raises NotValid: it does not fit the schema
        """
        # superuser: whoever may export the declaration gets all that it says
        document = {
            "format": DECLARATION,
            "version": "1.0",
            "declarations": [
                self._declaration(declaration) for declaration in declarations.sudo().with_context(lang="en_US")
            ],
        }
        check(document, schema(DECLARATION))
        return document

    @api.private
    def statements(self, statements):
        """The document of emissions statements, fit for ``cbam-emissions-statement-1.schema.json``.

        :raises NotValid: it does not fit the schema
        """
        # superuser: whoever may export the statement gets all that it says
        document = {
            "format": STATEMENT,
            "version": "1.0",
            "statements": [self._statement(statement) for statement in statements.sudo().with_context(lang="en_US")],
        }
        check(document, schema(STATEMENT))
        return document

    @api.model
    def _fields_of(self, record, names):
        """``{name: value}``: an empty text, date or missing figure is ``None``, a zero figure stays 0."""
        found = {}
        for name in names:
            value = record[name]
            found[camel(name)] = bool(value) if name in YES_NO else plain(value)
        return found

    @api.model
    def _declaration(self, declaration):
        partner = declaration.company_id.partner_id
        return {
            "declarant": {"name": declaration.company_id.name, "eori": partner.cbam_eori or None},
            "year": declaration.year,
            "versionNumber": declaration.version,
            "state": declaration.state,
            "corrects": declaration.previous_id.version or None,
            "reason": declaration.reason or None,
            "releasedAt": self._moment(declaration.released_on),
            "rootHash": declaration.root_hash or None,
            "moreThan50Tonnes": declaration.threshold_exceeded,
            "totals": {
                "emissions": declaration.emissions,
                "certificates": declaration.certificates,
                "costEur": plain(declaration.cost_eur),
            },
            "typesOfGoods": [
                {
                    "cnCode": total.cn_code,
                    "returned": total.returned,
                    "unit": "MWh" if total.electricity else "t",
                    "quantity": total.quantity,
                    "see": total.see,
                    "emissions": total.emissions,
                    "certificates": total.certificates,
                }
                for total in declaration.total_ids
            ],
            "lines": [self._declaration_line(line) for line in declaration.line_ids],
            "dataSets": self._datasets(declaration.dataset_ids),
            "blockers": declaration.blocker_ids.mapped("message"),
        }

    @api.model
    def _datasets(self, datasets):
        # superuser: names and hashes of data sets are part of what was released
        return [
            {"name": data.name, "legalAct": data.legal_act, "sha256": data.sha256 or None}
            for data in datasets.sudo().sorted("id")
        ]

    @api.model
    def _declaration_line(self, line):
        values = self._fields_of(line, LINE)
        return {
            **values,
            "period": line.period or None,
            "quarter": line.quarter or None,
            "cnCode": line.cn_code,
            "origin": line.origin_country_id.code or None,
            "installation": self._installation(line.installation_id) if line.installation_id else None,
            "unit": "MWh" if line.electricity else "t",
            "belowThreshold": line.below_threshold,
            "verificationReports": [{"name": f.name, "sha1": f.checksum or None} for f in line.report_ids.sorted("id")],
            "imports": [
                {
                    "number": goods.name,
                    "date": plain(goods.date),
                    "mrn": goods.mrn or None,
                    "item": goods.item or None,
                    "netMass": plain(goods.net_mass),
                }
                for goods in line.import_ids.sorted("id")
            ],
        }

    @api.model
    def _statement(self, statement):
        return {
            "installation": self._installation(statement.installation_id),
            "operator": statement.installation_id.operator_id.name or statement.company_id.name,
            "reportingPeriod": statement.year,
            "versionNumber": statement.version,
            "state": statement.state,
            "corrected": statement.is_correction,
            "closedAt": self._moment(statement.closed_at),
            "rootHash": statement.root_hash or None,
            "direct": statement.direct,
            "indirect": statement.indirect,
            "electricity": statement.electricity,
            "goods": [
                {**self._fields_of(good, GOOD), "inAnnexIi": good.in_annex_ii}
                for good in statement.good_ids.sorted("id")
            ],
            "processes": [self._fields_of(row, PROCESS) for row in statement.process_ids.sorted("id")],
            "precursorsReceived": [
                {
                    **self._fields_of(row, RECEIPT),
                    "installation": row.source_id.name or None,
                    "country": row.country_id.code or None,
                }
                for row in statement.receipt_ids.sorted("id")
            ],
            "dataSets": self._datasets(statement.dataset_ids),
            "remarks": statement.note_ids.sorted("id").mapped("message"),
        }

    @api.model
    def _installation(self, installation):
        return {
            "name": installation.name,
            "country": installation.country_id.code or None,
            "unLocode": installation.unlocode or None,
        }

    @api.model
    def _moment(self, moment):
        return f"{moment.isoformat()}Z" if moment else None
