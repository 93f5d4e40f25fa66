from odoo import api, fields, models

#: What a change is about: 2025/2546 Article 3(1)(g), 2025/2547 Annex II A.2(2) and (3).
CHANGE_KINDS = [
    ("process", "Production process"),
    ("route", "Production route"),
    ("joint", "Joint production process"),
    ("connection", "Connection between processes"),
    ("energy", "Energy supply"),
    ("meter", "Measuring instrument"),
    ("fuel", "Fuel or material"),
    ("precursor", "Precursor"),
    ("method", "Monitoring methodology"),
    ("plan", "Monitoring plan"),
    ("other", "Other"),
]


class CbamChangeLogged(models.AbstractModel):
    """Records whose changes a verifier asks for: each change of a watched field is an entry of the change log.

    The log is written in bulk: one read before, one read and one insert after, however many records are written.
    """

    _name = "cbam.change.logged"
    _description = "Logged in the Change Log"

    #: What changes of the model are about, unless the field says otherwise.
    _change_kind = "other"
    #: Fields whose changes are about something else than the model's: ``{field name: kind}``.
    _change_kinds = {}
    #: Watched besides the fields with ``tracking``.
    _change_fields = ()

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        label = self.env._("Added")
        names = [(record, record.display_name) for record in records]
        records._log_changes(
            records._change_entry(record, label, new_value=name, kind=self._change_kind) for record, name in names
        )
        return records

    def write(self, vals):
        watched = self._change_watched()
        if watched.isdisjoint(vals):
            return super().write(vals)
        before = self._change_snapshot(watched)
        result = super().write(vals)
        after = self._change_snapshot(watched)
        entries = []
        for record in self:
            for name, value in before[record.id].items():
                if value != after[record.id][name]:
                    label = self._fields[name]._description_string(self.env)
                    kind = self._change_kinds.get(name, self._change_kind)
                    values = (value, after[record.id][name])
                    entries.append(self._change_entry(record, label, *values, kind=kind, field_name=name))
        self._log_changes(entries)
        return result

    def unlink(self):
        label = self.env._("Deleted")
        entries = [
            self._change_entry(record, label, old_value=record.display_name, kind=self._change_kind) for record in self
        ]
        self._log_changes(entries)
        return super().unlink()

    @api.model
    def _change_watched(self):
        tracked = {name for name, field in self._fields.items() if getattr(field, "tracking", None)}
        return tracked | {name for name in self._change_fields if name in self._fields}

    def _change_snapshot(self, names):
        """What the watched fields say, as a person reads it: ``{id: {field name: text}}``."""
        return {record.id: {name: record._change_text(name) for name in sorted(names)} for record in self}

    def _change_text(self, name):
        field, value = self._fields[name], self[name]
        if field.type == "boolean":
            return self.env._("Yes") if value else self.env._("No")
        if value is None or value is False:
            return ""
        return str(field.convert_to_export(value, self))

    def _change_installations(self):
        """The installations that a change of the record concerns."""
        self.ensure_one()
        return self.installation_id

    @api.model
    def _change_entry(self, record, label, old_value="", new_value="", kind="other", field_name=False):
        """Values of an entry, without the installation it belongs to."""
        return {
            "record": record,
            "kind": kind,
            "name": f"{record.display_name}: {label}",
            "res_model": record._name,
            "res_id": record.id,
            "field_name": field_name,
            "old_value": old_value,
            "new_value": new_value,
        }

    @api.model
    def _log_changes(self, entries):
        """One insert for all entries, an entry per installation that is concerned."""
        rows = []
        for entry in entries:
            record = entry.pop("record")
            sites = record._change_installations().filtered("company_id")
            rows += [dict(entry, installation_id=site.id) for site in sites]
        if not rows:
            return
        day = fields.Date.to_date(self.env.context.get("cbam_effective_date"))
        # superuser: nobody writes the log by hand, and whoever changes a figure is logged
        log = self.env["cbam.change.log"].sudo()
        sites = self.env["cbam.installation"].sudo().browse({row["installation_id"] for row in rows})
        days = {site.id: day or site._local_date(fields.Datetime.now()) for site in sites}
        log.create([dict(row, effective_date=days[row["installation_id"]], automatic=True) for row in rows])
