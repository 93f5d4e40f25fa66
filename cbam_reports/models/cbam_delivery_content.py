from typing import NamedTuple

from odoo import api, models

from odoo.addons.cbam_emissions.models.cbam_period import FROZEN_STATES

FORMAT, VERSION = "cbam-delivery-statement", 1
FIGURES = ("see_direct", "see_indirect", "see_indirect_scope", "see_scope", "default_share", "indirect_default_share")


class Key(NamedTuple):
    """What a specific figure belongs to (2025/2547 Annex II A.1(3)); ``None`` for what is not known or not proven."""

    cn_code: str | None
    installation_id: int | None
    year: int | None
    composition: str | None


class CbamDeliveryContent(models.AbstractModel):
    """What an emissions statement for a delivery says: goods, and the published figures of their CN code, installation
    and year of production. What a lot or order carries by itself is operational and never enters."""

    _name = "cbam.delivery.content"
    _description = "Content of the Emissions Statement for a Delivery"

    @api.private
    def of_pickings(self, pickings):
        """``{picking: content}`` as JSON-able dicts, in a number of queries that does not depend on how many lines.

        What is missing is ``None`` and named by a key under ``missing``; :meth:`words` has the sentences.
        """
        pickings.check_access("read")
        found = {}
        for lang, alike in pickings.sudo().grouped(self.language).items():
            # superuser: whoever may read the transfers (checked above) may have them stated
            builder = self.sudo().with_context(lang=lang)
            contents = builder._of_alike(builder.env["stock.picking"].browse(alike.ids))
            found |= {pickings.browse(picking.id): content for picking, content in contents.items()}
        return found

    @api.private
    def language(self, picking):
        """Names are written in the customer's language, whoever issues the statement."""
        return picking.partner_id.lang or picking.company_id.partner_id.lang or "en_US"

    @api.model
    def _of_alike(self, pickings):
        lines = self._done_lines(pickings)
        provenances = self._provenances(lines)
        groups = {picking: self._groups(picking, provenances) for picking in pickings}
        found = {}
        for company, of_company in pickings.grouped("company_id").items():
            keys = {group["key"] for picking in of_company for group in groups[picking] if group["key"]}
            found[company] = self._records(keys, company)
        return {picking: self._content(picking, groups[picking], found[picking.company_id]) for picking in pickings}

    # -- goods ---------------------------------------------------------------------------------------------------------

    @api.model
    def _done_lines(self, pickings):
        """ODOO: a move line may lack the transfer that its move belongs to."""
        lines = pickings.move_ids.move_line_ids
        return lines.filtered(lambda line: line.state == "done" and line.quantity).sorted("id")

    @api.model
    def _provenances(self, lines):
        """``{lot, or goods without lot: Provenance}``"""
        figures = self.env["cbam.lot.figures"]
        loose = {self._loose(line) for line in lines if not line.lot_id}
        found = figures.provenance_without_lot(loose) if loose else {}
        return found | (figures.provenance(lines.lot_id) if lines.lot_id else {})

    @api.model
    def _loose(self, line):
        return line.product_id, line.location_id.warehouse_id.cbam_installation_id, line.date

    @api.model
    def _groups(self, picking, provenances):
        """The goods of a delivery, one entry per product, unit and lot."""
        return [
            self._group(product, uom, lot, of_goods, provenances[lot or self._loose(of_goods[0])])
            for (product, uom, lot), of_goods in self._done_lines(picking)
            .grouped(lambda line: (line.product_id, line.product_uom_id, line.lot_id))
            .items()
        ]

    @api.model
    def _group(self, product, uom, lot, lines, provenance):
        quantity = sum(lines.mapped("quantity"))
        mass, _why = self.env["cbam.mass"].net_mass(quantity, uom, product)
        scope = product.cbam_scope
        missing = [] if mass is not None or scope == "other" else ["net_mass"]
        key = None
        if scope == "good":
            key, lacking = self._key(product, lot, provenance)
            missing += lacking
        elif scope == "unclear":
            missing.append("cn_code")
        day = provenance.first_day
        return {
            "key": key,
            "scope": scope or "none",
            "product": product.display_name,
            "lot": lot.name or None,
            "cn_code": product.cbam_cn_code or None,
            "composition": lot.cbam_content_range or product.cbam_content_range or None,
            "quantity": quantity,
            "unit": uom.name,
            "net_mass": mass,
            "produced_from": day.isoformat() if day else None,
            "produced_until": provenance.last_day.isoformat() if day else None,
            "evidence": provenance.evidence if day else None,
            "missing": missing,
        }

    @api.model
    def _key(self, product, lot, provenance):
        """``(key, what is missing in it)``."""
        code = (product.cbam_cn_code or "").replace(" ", "")[:8]
        code = code if len(code) == 8 else None
        installation, first = provenance.installation_id, provenance.first_day
        year = first.year if first and first.year == provenance.last_day.year else None
        missing = [] if code else ["cn_code"]
        if not lot and not first:
            missing.append("lot")
        else:
            missing += [] if installation else ["installation"]
            missing += [] if year else ["several_years" if first else "production_date"]
        return Key(code, installation, year, lot.cbam_content_range or product.cbam_content_range or None), missing

    # -- published figures -----------------------------------------------------------------------------------------

    @api.model
    def _records(self, keys, company):
        """``{key: (record or None, status, statement or None)}`` of whole keys; two searches.

        ``verified``: a verified record, of our own installations one of a closed period. ``provisional``: the figures
        of a closed period, or of a supplier, that nobody has verified. Else why there is none.
        """
        whole = {key for key in keys if None not in key[:3]}
        if not whole:
            return {}
        sites = {key.installation_id for key in whole}
        years, codes = {key.year for key in whole}, {key.cn_code for key in whole}
        records = self.env["cbam.specific.emission"].search(
            [
                ("installation_id", "in", list(sites)),
                ("year", "in", list(years)),
                ("cn_code", "in", list(codes)),
                ("state", "in", ("verified", "claimed")),
                ("company_id", "in", [False, company.id]),
            ]
        )
        periods = self.env["cbam.period"].search(
            [("installation_id", "in", list(sites)), ("year", "in", list(years)), ("state", "in", FROZEN_STATES)]
        )
        statements = {(period.installation_id.id, period.year): period.statement_id for period in periods}
        own = self.env["cbam.installation"].browse(sites).filtered("company_id")
        return {
            key: self._choice(key, records, statements.get(key[1:3]), key.installation_id in own.ids) for key in whole
        }

    @api.model
    def _choice(self, key, records, statement, is_own):
        if is_own and not statement:
            return None, "open", None
        fitting = records.filtered(
            lambda record: (
                (record.cn_code, record.installation_id.id, record.year) == key[:3]
                and (not is_own or record in statement.record_ids)
            )
        )
        if not fitting:
            return None, "none", statement
        # LAW: cement and nitrogen goods have one figure per range of composition (2025/2547 Annex III.B).
        fitting = fitting.filtered(lambda record: (record.composition or None) in (None, key.composition))
        if not fitting:
            return None, "composition", statement
        best = max(fitting, key=lambda record: (record.state == "verified", bool(record.company_id), record.id))
        return best, "verified" if best.state == "verified" else "provisional", statement

    # -- the document ------------------------------------------------------------------------------------------------

    @api.model
    def _content(self, picking, groups, found):
        listed = [group for group in groups if group["scope"] in ("good", "unclear")]
        keys = list(dict.fromkeys(group["key"] for group in listed if group["key"] in found))
        goods = [
            {name: value for name, value in group.items() if name not in ("key", "scope")}
            | {"figures": keys.index(group["key"]) if group["key"] in keys else None}
            for group in listed
        ]
        company, partner = picking.company_id, picking.partner_id
        return {
            "format": FORMAT,
            "version": VERSION,
            "delivery": picking.name,
            "date": self.env["cbam.issued.words"].local_day(picking.date_done, picking.company_id),
            "order": picking.origin or None,
            "issuer": self._party(company.partner_id),
            "customer": self._party(partner) if partner else None,
            "goods": goods,
            "figures": [self._figures(key, *found[key]) for key in keys],
            "without_code": sorted({group["product"] for group in groups if group["scope"] == "none"}),
            "outside": sorted({group["product"] for group in groups if group["scope"] == "other"}),
        }

    @api.model
    def _party(self, partner):
        """Name and address; nothing else of a partner."""
        lines = (partner.street, partner.street2, " ".join(filter(None, (partner.zip, partner.city))))
        return {
            "name": partner.commercial_partner_id.name or partner.name,
            "address": [line for line in lines if line],
            "country": partner.country_id.code or None,
            "country_name": partner.country_id.name or None,
            "vat": partner.vat or None,
        }

    @api.model
    def _figures(self, key, record, status, statement):
        """The figures of a key as the record publishes them, at most five decimals (2025/2547 Annex II)."""
        site = self.env["cbam.installation"].browse(key.installation_id)
        plain = dict.fromkeys((*FIGURES, "sefa"))
        if record:
            plain = {name: record[name] for name in FIGURES} | {"sefa": record.sefa if record.has_sefa else None}
        return {
            "cn_code": key.cn_code,
            "year": key.year,
            "composition": (record.composition if record else key.composition) or None,
            "installation": {
                "name": site.name,
                "country": site.country_id.code,
                "country_name": site.country_id.name,
                "unlocode": site.unlocode or None,
                "registry_ref": site.registry_ref or None,
                "operator": (site.operator_id or site.company_id.partner_id).name or None,
            },
            "status": status,
            **plain,
            "verification": self._verification(record) if status == "verified" else None,
            "statement": {"version": statement.version, "root_hash": statement.root_hash} if statement else None,
        }

    @api.model
    def _verification(self, record):
        return {
            "report_ref": record.report_ref or None,
            "report_date": record.report_date.isoformat() if record.report_date else None,
            "verifier": record.verifier_id.name or None,
            "accreditation_ref": record.accreditation_ref or None,
            "accreditation_body": record.accreditation_body or None,
        }
