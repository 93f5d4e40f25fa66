from datetime import date
from typing import NamedTuple

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..engine.electricity import ElectricityMix, ElectricitySource, mix
from ..engine.errors import EngineError
from .optional_float import OptionalFloat

DIRECT_LINK = ("direct_line", "solar", "wind", "chp")
#: What 2025/2547 Annex II D.4.3 asks for, by how the electricity arrives.
LINK_EVIDENCE = ("evidence_diagram", "evidence_production", "evidence_delivery")
PPA_EVIDENCE = ("evidence_contract", "evidence_production", "evidence_delivery", "evidence_grid")

FIGURES = {
    "installation_id",
    "kind",
    "country_id",
    "own_factor",
    "date_from",
    "date_to",
    "process_ids",
    "exclusive_evidence",
    "shared_link",
    "evidence_ids",
    "evidence_contract",
    "active",
    *LINK_EVIDENCE,
    *PPA_EVIDENCE,
}


class Supply(NamedTuple):
    """What an installation or process is supplied with in a year; ``mix`` is ``None`` where ``message`` says why."""

    mix: ElectricityMix | None
    note: str
    dataset_id: int | None = None
    message: str = ""


class CbamElectricitySource(models.Model):
    """A source from which an installation receives electricity: 2025/2547 Art. 9, Annex II D.4.

    A source counts at its own factor only with the evidence of D.4.3, else at the default factor of the grid.
    """

    _name = "cbam.electricity.source"
    _description = "Electricity Source"
    _inherit = ["cbam.site.record", "cbam.change.logged", "cbam.configuration"]
    _change_kind = "energy"
    _change_fields = ("active", "process_ids")
    _order = "installation_id, sequence, name, id"

    name = fields.Char(required=True, translate=True, tracking=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    kind = fields.Selection(
        [
            ("grid", "Grid"),
            ("ppa", "Power purchase agreement"),
            ("direct_line", "Direct line"),
            ("solar", "Own solar"),
            ("wind", "Own wind"),
            ("chp", "Own CHP"),
        ],
        required=True,
        default="grid",
        tracking=True,
    )
    supplier_id = fields.Many2one("res.partner", "Producer or Supplier")
    country_id = fields.Many2one(
        "res.country",
        "Grid of",
        compute="_compute_country_id",
        store=True,
        readonly=False,
        precompute=True,
        tracking=True,
        help="Country whose default factor counts where the source's own factor does not.",
    )
    own_factor = OptionalFloat(
        "Own Factor",
        tracking=True,
        help="tCO2/MWh of this source, by D.4.1 or, for cogeneration, D.4.2. Enter 0 for solar and wind.",
    )
    own_factor_source = fields.Char("Factor Source", help="Where the own factor comes from.")
    date_from = fields.Date("Supplies From", tracking=True)
    date_to = fields.Date("Supplies Until", tracking=True)
    quantity_ids = fields.One2many("cbam.electricity.quantity", "source_id", "Consumption", copy=False)
    process_ids = fields.Many2many(
        "cbam.process",
        "cbam_electricity_source_process_rel",
        "source_id",
        "process_id",
        string="Only for Processes",
        domain="[('installation_id', '=', installation_id)]",
        help="Article 9(2): processes that used only this source (or only the sources that name them).",
    )
    exclusive_evidence = fields.Boolean(
        "Evidence of Exclusive Use",
        tracking=True,
        help="The verifier can be shown that these processes used only the sources that name them. "
        "Without it all sources average over the whole installation (Article 9(1)).",
    )
    shared_link = fields.Boolean(
        "Several Installations on the Link",
        tracking=True,
        help="The direct link joins several producing or consuming installations: then a contract (or an off-take "
        "agreement within the company) over at least the claimed quantity is part of the evidence.",
    )
    evidence_diagram = fields.Boolean("Single line diagram of the direct technical link", tracking=True)
    evidence_contract = fields.Boolean("Contract, off-take agreement or PPA", tracking=True)
    evidence_production = fields.Boolean("Smart meter data of production, hourly or finer", tracking=True)
    evidence_delivery = fields.Boolean("Smart meter data of delivery in the same hours", tracking=True)
    evidence_grid = fields.Boolean("Physical grid connection documented", tracking=True)
    evidence_ids = fields.Many2many(
        "ir.attachment", "cbam_electricity_source_attachment_rel", string="Documents", copy=False
    )
    evidence_missing = fields.Char("Still Missing", compute="_compute_evidence_missing")
    counts_as = fields.Selection(
        [("own", "Own factor"), ("default", "Default grid factor"), ("missing", "Factor missing")],
        compute="_compute_counting",
    )
    factor = OptionalFloat("Counting Factor", compute="_compute_counting", aggregator=None, help="tCO2/MWh, today.")
    note = fields.Html()

    _dates = models.Constraint(
        "CHECK (date_to IS NULL OR date_from IS NULL OR date_to >= date_from)", "A source cannot end before it begins."
    )

    @api.depends("installation_id")
    def _compute_country_id(self):
        for source in self:
            source.country_id = source.country_id or source.installation_id.country_id

    @api.depends("kind", "shared_link", "evidence_ids", *LINK_EVIDENCE, *PPA_EVIDENCE)
    def _compute_evidence_missing(self):
        for source in self:
            labels = [self._fields[name]._description_string(self.env) for name in source._asked() if not source[name]]
            if source.kind != "grid" and not source.evidence_ids:
                labels.append(self.env._("the documents themselves"))
            source.evidence_missing = "; ".join(labels)

    @api.depends("own_factor", "kind", "country_id", "evidence_missing")
    def _compute_counting(self):
        defaults = self._default_factors(self, fields.Date.context_today(self))
        for source in self:
            by_default = source._counts_by_default()
            source.factor = defaults[source].factor if by_default else source.own_factor
            source.counts_as = "missing" if source.factor is None else "default" if by_default else "own"

    @api.constrains("own_factor")
    def _check_own_factor(self):
        for source in self:
            if source.own_factor is not None and source.own_factor < 0:
                raise ValidationError(self.env._("%s: an emission factor cannot be negative.", source.name))

    @api.constrains("process_ids", "installation_id")
    def _check_processes(self):
        for source in self:
            if source.process_ids.installation_id - source.installation_id:
                raise ValidationError(
                    self.env._("%s supplies processes of its own installation only.", source.display_name)
                )

    @api.model_create_multi
    def create(self, vals_list):
        sources = super().create(vals_list)
        sources._mark_posted()
        return sources

    def write(self, vals):
        result = super().write(vals)
        if not FIGURES.isdisjoint(vals) or "quantity_ids" in vals:
            self._mark_posted()
        return result

    def unlink(self):
        self._mark_posted()
        return super().unlink()

    # -- figures ---------------------------------------------------------------------------------------------------

    @api.model
    def _supplies(self, keys):
        """What processes are supplied with: ``{(installation id, process id or None, year): Supply}``.

        An installation without any source is supplied by the grid of its country. Sources that a process proves to use
        alone do not count for the other processes of the installation, so that nothing counts twice (Article 9).
        """
        keys = set(keys)
        # superuser: figures of orders rest on it, whoever finishes or plans them
        installations = self.env["cbam.installation"].sudo().browse({key[0] for key in keys})
        sources = self.sudo().search([("installation_id", "in", installations.ids)])
        quantities = {(row.source_id, row.year): row.quantity for row in sources.quantity_ids}
        supplies = {}
        for year in {key[2] for key in keys}:
            defaults = self._default_factors([*sources, *installations], self._day_of_data(year))
            for key in (key for key in keys if key[2] == year):
                chosen = sources._of(key)
                installation = installations.browse(key[0])
                supplies[key] = chosen._supply(installation, year, quantities, defaults)
        return supplies

    @api.model
    def _factor(self, installations, day):
        """Emission factor of electricity at each installation as a whole, ``{installation: Supply}``."""
        keys = {installation: (installation.id, None, day.year) for installation in installations}
        supplies = self._supplies(keys.values())
        return {installation: supplies[key] for installation, key in keys.items()}

    def _of(self, key):
        """The sources of ``self`` that count for an installation, process and year."""
        installation_id, process_id, year = key
        valid = self.filtered(
            lambda s: (
                s.installation_id.id == installation_id
                and (not s.date_from or s.date_from.year <= year)
                and (not s.date_to or s.date_to.year >= year)
            )
        )
        alone = valid.filtered(lambda s: s.process_ids and s.exclusive_evidence)
        own = alone.filtered(lambda s: process_id in s.process_ids.ids)
        return own or valid - alone

    def _supply(self, installation, year, quantities, defaults):
        """The mix of these sources by the engine; one source alone needs no quantity."""
        if not self:
            name = self.env._("Grid of %s", installation.country_id.name)
            if defaults[installation].factor is None:
                message = self._no_default(installation.country_id, [installation.name])
                return Supply(None, name, message=message)
            return self._mixed([ElectricitySource(name, 1.0, defaults[installation].factor)], defaults[installation])
        missing = self.filtered(lambda s: quantities.get((s, year)) is None) if len(self) > 1 else self.browse()
        if missing:
            message = self.env._(
                "Electricity of %(installation)s: give the MWh consumed from %(names)s in %(year)s.",
                installation=installation.name,
                names=", ".join(missing.mapped("name")),
                year=year,
            )
            return Supply(None, installation.name, message=message)
        by_default = self.filtered(lambda s: s._counts_by_default() and (len(self) == 1 or quantities[s, year]))
        unknown = by_default.filtered(lambda s: defaults[s].factor is None)
        if unknown:
            return Supply(None, installation.name, message=self._no_default(unknown.country_id, unknown.mapped("name")))
        rows = [s._engine_source(quantities[s, year] if len(self) > 1 else 1.0, defaults[s].factor) for s in self]
        return self._mixed(rows, defaults[by_default[0]] if by_default else None)

    @api.model
    def _no_default(self, countries, names):
        return self.env._(
            "No default emission factor is loaded for the grid of %(countries)s, at which %(sources)s counts.",
            countries=", ".join(countries.mapped("name")),
            sources=", ".join(names),
        )

    @api.model
    def _mixed(self, rows, default):
        """The engine's mix with a note for the ledger; ``default`` is the grid factor some of it rests on."""
        names = ", ".join(row.name for row in rows)
        try:
            supply = mix(rows)
        except EngineError as error:
            return Supply(None, names, message=str(error))
        if supply.factor is None:
            return Supply(None, names, message=self.env._("Nothing is consumed from %s.", names))
        note = self.env._("%(sources)s: %(factor)s tCO2/MWh", sources=names, factor=f"{supply.factor:.6g}")
        return Supply(supply, note, default.dataset.id if default else None)

    def _counts_by_default(self):
        """Whether the engine takes the default factor of the grid for this source."""
        return bool(mix([self._engine_source(1.0, 0.0)]).default_quantity)

    def _engine_source(self, quantity, default_factor):
        """The source as the engine knows it; the grid has no factor of its own."""
        self.ensure_one()
        own = None if self.kind == "grid" else self.own_factor
        return ElectricitySource(self.name or "", quantity, default_factor, own, evidenced=self._evidenced())

    def _evidenced(self):
        """Whether the evidence of D.4.3 is complete and on file."""
        self.ensure_one()
        return self.kind != "grid" and not self.evidence_missing

    def _asked(self):
        """Names of the fields that D.4.3 asks for this kind of source."""
        self.ensure_one()
        if self.kind == "ppa":
            return PPA_EVIDENCE
        if self.kind in DIRECT_LINK:
            return (*LINK_EVIDENCE, "evidence_contract") if self.shared_link else LINK_EVIDENCE
        return ()

    @api.model
    def _default_factors(self, records, day):
        """Default factor of the grid of each source or installation in one look-up, ``{record: GridFactor}``."""
        codes = {record: record.country_id.code or "" for record in records}
        # superuser: regulatory data answer whoever computes
        found = self.env["cbam.grid.factor"].sudo()._lookup(set(codes.values()), on=day)
        return {record: found[code] for record, code in codes.items()}

    @api.model
    def _day_of_data(self, year):
        """The day whose data set answers for a year: the default factor has no year of its own (LAW: Annex IV 4.3)."""
        return min(max(fields.Date.context_today(self), date(year, 1, 1)), date(year, 12, 31))

    def _mark_posted(self):
        """Post again what rests on electricity at these installations."""
        # superuser: also streams of companies that the user has not chosen are posted again
        streams = self.env["cbam.source.stream"].sudo().with_context(active_test=False)
        streams = streams.search(
            [
                ("installation_id", "in", self.installation_id.ids),
                ("carrier", "in", ("electricity", "compressed_air")),
            ]
        )
        streams._mark_posted(streams)
