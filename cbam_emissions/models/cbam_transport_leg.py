import base64
import binascii

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..engine.errors import EngineError
from ..engine.life.gps_track import read_track
from ..engine.life.transport import ADDED_KM, DETOURS, Place, estimated_distance
from .optional_float import OptionalFloat

BASES = [("coordinates", "Coordinates"), ("typed", "Stated"), ("track", "GPS track")]


class CbamTransportLeg(models.Model):
    """A part of the way of a transfer's goods by one mode: a document of the whole-life account, not of CBAM.

    The distance is kept as it was found: an address that moves later does not move what was driven before. Each good
    of the transfer carries its share by mass (:mod:`engine.life.transport`).
    """

    _name = "cbam.transport.leg"
    _description = "Transport Leg (Whole-Life Account)"
    _inherit = ["cbam.transport.way", "cbam.life.document"]
    _order = "picking_id desc, sequence, id"
    _check_company_auto = True
    _life_fields = frozenset(
        {
            *("picking_id", "mode", "activity_id", "from_id", "to_id", "distance_basis", "distance_typed", "detour"),
            *("capacity", "load_factor", "empty_return", "cooled", "surcharge", "load_stated", "track", "origin"),
        }
    )

    picking_id = fields.Many2one("stock.picking", "Transfer", required=True, index=True, ondelete="restrict")
    company_id = fields.Many2one(related="picking_id.company_id", store=True, precompute=True, index=True)
    state = fields.Selection(related="picking_id.state", string="Status of Transfer")
    date_done = fields.Datetime(related="picking_id.date_done", string="Date of Transfer")
    carrier = fields.Char(related="picking_id.cbam_carrier_name", string="Carrier")
    origin = fields.Selection(
        [("typed", "Entered"), ("route", "Route"), ("last", "Last transfer")],
        required=True,
        default="typed",
        readonly=True,
        string="Taken From",
        help="A leg taken over from the last transfer of the partner counts as estimated until somebody enters it.",
    )
    distance_basis = fields.Selection(
        BASES,
        "Distance By",
        compute="_compute_distance_basis",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
    )
    distance = OptionalFloat(
        "Distance (km)", digits=0, compute="_compute_distance", store=True, precompute=True, aggregator=None
    )
    distance_note = fields.Char("How It Was Found", compute="_compute_distance", store=True, precompute=True)
    track = fields.Binary("GPS Track", attachment=True, copy=False, help="GPX, CSV or JSON.")
    track_name = fields.Char(copy=False)
    track_distance = OptionalFloat("Distance of the Track (km)", digits=0, readonly=True, copy=False, aggregator=None)
    track_note = fields.Char("What the Track Says", readonly=True, copy=False)
    load_stated = OptionalFloat(
        "Stated Load (t)",
        digits=0,
        copy=False,
        aggregator=None,
        help="Mass of the whole load with packaging. Empty: the net mass of the goods.",
    )
    mass = OptionalFloat("Load (t)", digits=0, compute="_compute_figures", aggregator=None)
    emissions = OptionalFloat(
        "Emissions (kgCO2e)",
        digits=0,
        compute="_compute_figures",
        aggregator=None,
        help="Outside CBAM. Of a transfer that is not done yet: of what it is to move.",
    )
    problem = fields.Char("Missing", compute="_compute_figures")

    _stated_sign = models.Constraint("CHECK (load_stated > 0)", "A stated load is above 0.")

    @api.depends("mode", "from_id", "to_id", "picking_id")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for leg, way in self._way_names().items():
            leg.display_name = f"{leg.picking_id.name or ''} · {way}"

    def _way_names(self):
        """``{leg: mode and ends}``: legs of several transfers may go the same way."""
        modes = dict(self._fields["mode"]._description_selection(self.env))
        ends = {leg: " → ".join(leg[end].name or "?" for end in ("from_id", "to_id")) for leg in self}
        return {leg: f"{modes.get(leg.mode, '')} · {ends[leg]}" for leg in self}

    # -- distance ----------------------------------------------------------------------------------------------------

    @api.depends("distance_typed", "track_distance")
    def _compute_distance_basis(self):
        """What was entered last decides, until the user chooses."""
        for leg in self:
            if leg.track_distance is not None:
                leg.distance_basis = "track"
            else:
                leg.distance_basis = "coordinates" if leg.distance_typed is None else "typed"

    @api.depends("distance_basis", "distance_typed", "track_distance", "mode", "detour", "from_id", "to_id")
    def _compute_distance(self):
        """ODOO: not by the coordinates themselves; an address that moves changes no transport that was driven."""
        for leg in self:
            leg.distance, leg.distance_note = leg._found_distance()

    def _found_distance(self):
        """``(km or None, how in words)``."""
        self.ensure_one()
        if self.distance_basis == "typed":
            return self.distance_typed, self.env._("stated") if self.distance_typed is not None else self._no_distance()
        if self.distance_basis == "track":
            return self.track_distance, self.track_note or self._no_distance()
        try:
            start, end = (self._place(end) for end in ("from_id", "to_id"))
            km = estimated_distance(start, end, self.mode or "road", self.detour)
        except EngineError as error:
            return None, str(error)
        added = ADDED_KM.get(self.mode)
        return km, self.env._(
            "great circle × %(factor)s%(added)s, %(start)s → %(end)s",
            factor=f"{(DETOURS[self.mode] if self.detour is None else self.detour):g}",
            added=f" + {added:g} km" if added else "",
            start=f"{start.latitude:.4f}, {start.longitude:.4f}",
            end=f"{end.latitude:.4f}, {end.longitude:.4f}",
        )

    def _no_distance(self):
        return self.env._("The distance is missing.")

    def _place(self, end):
        # superuser: a private address may not be readable; only its coordinates and name are used
        partner = self[end].sudo()
        what = partner.display_name or (self.env._("The start") if end == "from_id" else self.env._("The end"))
        return Place.of(partner.partner_latitude, partner.partner_longitude, " ".join(what.split()))

    def action_find_distance(self):
        """Find distances by coordinates anew, with the addresses as they are now."""
        for leg in self.filtered(lambda leg: leg.distance_basis == "coordinates"):
            leg.distance, leg.distance_note = leg._found_distance()
        self.env["cbam.life.posting"].mark(self._name, self.ids)

    # -- GPS track ---------------------------------------------------------------------------------------------------

    @api.onchange("track")
    def _onchange_track(self):
        """Show what a track says before it is saved; a broken one is refused at once."""
        self.update(self._track_values(self.track, self.track_name, self.mode))

    @api.model
    def _track_values(self, track, name, mode):
        """What the file of a track says.

        :raises ValidationError: names the file and its line or point; nothing of it is used
        """
        if not track:
            return {"track_distance": False, "track_note": False, "track_name": False}
        name = (name or self.env._("The track"))[:100]
        try:
            content = base64.b64decode(track)
            found = read_track(content, name, mode or "road")
        except (EngineError, binascii.Error) as error:
            raise ValidationError(str(error)) from error
        return {"track_distance": found.km, "track_note": self._track_note(found, name)}

    @api.model
    def _track_note(self, track, name):
        reasons = {
            "no_fix": self.env._("without a place"),
            "no_time": self.env._("without a time"),
            "duplicate": self.env._("twice"),
            "jump": self.env._("impossible jumps"),
            "standstill": self.env._("standing"),
        }
        left_out = ", ".join(f"{count} {reasons[reason]}" for reason, count in track.left_out.items())
        note = self.env._(
            "GPS track %(name)s: %(count)s points, longest gap %(gap).1f km",
            name=name,
            count=track.points,
            gap=track.longest_gap,
        )
        return f"{note}; {self.env._('left out: %s', left_out)}" if left_out else note

    # -- changes -----------------------------------------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            if vals.get("track"):
                mode = vals.get("mode") or self.default_get(["mode"]).get("mode")
                vals.update(self._track_values(vals["track"], vals.get("track_name"), mode))
        return super().create(vals_list)

    def write(self, vals):
        if "origin" not in vals and not self._life_fields.isdisjoint(vals):
            # What somebody has touched is no longer only taken over.
            vals = {**vals, "origin": "typed"}
        if "track" not in vals and "mode" in vals:
            tracked = self.filtered(lambda leg: leg.track and leg.mode != vals["mode"])
            for leg in tracked:
                track = leg.with_context(bin_size=False).track
                super(CbamTransportLeg, leg).write(self._track_values(track, leg.track_name, vals["mode"]))
        if "track" in vals:
            for leg in self:
                named = vals.get("track_name", leg.track_name)
                found = self._track_values(vals["track"], named, vals.get("mode", leg.mode))
                super(CbamTransportLeg, leg).write({**vals, **found})
            return True
        return super().write(vals)

    # -- figures -----------------------------------------------------------------------------------------------------

    @api.depends(
        *("picking_id.state", "picking_id.date_done", "picking_id.move_ids.quantity"),
        *(
            "picking_id.move_ids.product_uom_qty",
            "picking_id.move_ids.product_id.cbam_net_mass",
            "activity_id",
            "distance",
        ),
        *("distance_note", "capacity", "load_factor", "empty_return", "cooled", "surcharge", "load_stated"),
    )
    def _compute_figures(self):
        figures = self.env["cbam.transport.figures"]._of(self)
        for leg in self:
            figure = figures[leg]
            leg.mass, leg.emissions, leg.problem = figure.mass, figure.kg, figure.problem

    def _cbam_life_targets(self):
        """The shares of the goods of transfers that are done; of others nothing."""
        done = self.filtered(lambda leg: leg.picking_id.state == "done")
        return {leg.id: list(figure.lines) for leg, figure in self.env["cbam.transport.figures"]._of(done).items()}

    def action_open_lines(self):
        """The lines of these legs in the ledger of the whole-life account."""
        action = self.env["ir.actions.act_window"]._for_xml_id("cbam_emissions.cbam_life_line_action")
        return action | {
            "domain": [("kind", "=", "life"), ("life_model", "=", self._name), ("life_res_id", "in", self.ids)],
            "name": self.env._("Ledger of the Transport"),
        }
