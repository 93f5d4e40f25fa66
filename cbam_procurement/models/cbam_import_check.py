from odoo import api, fields, models

FIRST_YEAR = 2026
REQUIRED = ("date", "cn_code", "origin_country_id", "net_mass", "mrn", "item", "importer_id", "importer_eori")
#: What tells lines of a declaration apart, and when they count.
SAME_AS_REVERSED = (
    "date",
    "cn_code",
    "composition",
    "origin_country_id",
    "installation_id",
    "production_year",
    "procedure",
    "data_used",
)


class CbamImportCheck(models.AbstractModel):
    """What the customs declaration of an import has to say before the line is fixed."""

    _name = "cbam.import.check"
    _description = "CBAM Check of Imports"

    @api.private
    def problems(self, line):
        """What keeps a line from being declared: phrases, none where nothing does."""
        if line.state != "proposed":
            return [self.env._("it is not a proposal")]
        return [
            *self._missing(line),
            *self._wrong_mass(line),
            *self._wrong_dates(line),
            *self._wrong_goods(line),
            *self._wrong_reversal(line),
        ]

    @api.model
    def _missing(self, line):
        _ = self.env._
        problems = [
            _("%s is missing", line._fields[name]._description_string(self.env))
            for name in REQUIRED
            if line[name] is None or not (line[name] or name == "net_mass")
        ]
        if line.representation != "none" and not line.representative_id:
            problems.append(_("the representative is missing"))
        return problems

    @api.model
    def _wrong_mass(self, line):
        mass = line.net_mass
        if mass is None:
            return []
        if line.reversal_of_id:
            if mass >= 0:
                return [self.env._("the net mass of a reversing line is less than 0")]
            if round(line.reversal_of_id.remaining_mass() + mass, 9) < 0:
                return [self.env._("it reverses more than %s declares", line.reversal_of_id.display_name)]
            return []
        return [] if mass > 0 else [self.env._("the net mass is not greater than 0")]

    @api.model
    def _wrong_dates(self, line):
        _, day, problems = self.env._, line.date, []
        if not day:
            return []
        if day.year < FIRST_YEAR:
            problems.append(_("nothing is declared for imports before 2026"))
        if day > fields.Date.context_today(self):
            problems.append(_("the customs date lies in the future"))
        if line.production_year > day.year:
            problems.append(_("the goods cannot be produced after they were imported"))
        return problems

    @api.model
    def _wrong_goods(self, line):
        _, code, day = self.env._, line.cn_code, line.date
        if not code or not day:
            return []
        match = self.env["cbam.dataset"].cn_index(day).match(code)
        if len(code) != 8 or not code.isdigit() or match is None or match.ambiguous:
            return [_("%(code)s is not an eight-digit CN code of the CBAM goods of %(day)s", code=code, day=day)]
        exempt = self.env["res.country"].cbam_exempt_codes(day.year)
        if line.origin_country_id and line.origin_country_id.code in exempt:
            return [_("goods originating in %s are exempt: drop the line", line.origin_country_id.name)]
        return []

    @api.model
    def _wrong_reversal(self, line):
        """A reversing line takes goods out of the very line of the declaration that they stand in."""
        original = line.reversal_of_id
        if not original:
            return []
        return [
            self.env._(
                "%(field)s is another one than that of %(original)s",
                field=line._fields[name]._description_string(self.env),
                original=original.display_name,
            )
            for name in SAME_AS_REVERSED
            if line[name] != original[name]
        ]
