from functools import partial

from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import ormcache

from ..engine.errors import EngineError
from ..engine.mass import Unit, convert, tonnes


class CbamMass(models.AbstractModel):
    """Odoo's units for :mod:`engine.mass`: Odoo itself converts 5 kg into 5 000 pieces without a word."""

    _name = "cbam.mass"
    _description = "CBAM Net Mass"

    @api.model
    @ormcache()
    def _units(self):
        """All units by id. A unit's reference is the root of its chain of relative units."""
        self.env["uom.uom"].flush_model(["name", "parent_path", "factor"])
        self.env.cr.execute(
            "SELECT id, COALESCE(name->>'en_US', id::text), split_part(parent_path, '/', 1)::int, factor FROM uom_uom"
        )
        return {row[0]: Unit(row[1], row[2], float(row[3])) for row in self.env.cr.fetchall()}

    @api.model
    def _gram(self):
        # Not env.ref(): it asks the database each time whether the unit still exists.
        return self._units()[self.env["ir.model.data"]._xmlid_to_res_id("uom.product_uom_gram")]

    @api.private
    def net_mass(self, quantity, uom, product):
        """``(tonnes, "")``, or ``(None, why)`` where no mass can be found; nothing is raised."""
        try:
            return self._tonnes(quantity, uom, product), ""
        except UserError as error:
            return None, str(error)

    @api.private
    def share_reference(self, uom, other):
        """Whether a factor leads from one unit to the other. Odoo converts without asking."""
        units = self._units()
        return units[uom.id].reference == units[other.id].reference

    @api.private
    def is_weight(self, uom):
        """Whether a quantity in the unit is its mass."""
        return self._units()[uom.id].reference == self._gram().reference

    @api.private
    def convert(self, quantity, uom, to_uom):
        """A quantity in another unit, unrounded.

        :raises UserError: the units share no reference
        """
        units = self._units()
        try:
            return convert(quantity, units[uom.id], units[to_uom.id])
        except EngineError as error:
            raise UserError(str(error)) from error

    @api.private
    def converter(self, uom, to_uom):
        """``function(quantity)`` that converts as :meth:`convert` does, for many quantities of the same two units.

        :return: ``None`` if the units share no reference
        """
        units = self._units()
        if units[uom.id].reference != units[to_uom.id].reference:
            return None
        return partial(convert, unit=units[uom.id], to_unit=units[to_uom.id])

    @api.model
    def _tonnes(self, quantity, uom, product):
        """Net mass in tonnes of a quantity of a product.

        :raises UserError: names the product and the unit where no mass can be found
        """
        units = self._units()
        try:
            return tonnes(quantity, units[uom.id], units[product.uom_id.id], product.cbam_net_mass, self._gram())
        except EngineError as error:
            raise UserError(
                self.env._(
                    "No net mass for %(quantity)s %(unit)s of %(product)s: %(reason)s",
                    quantity=quantity,
                    unit=uom.name,
                    product=product.display_name,
                    reason=str(error),
                )
            ) from error
