from odoo import api, fields, models, tools


class ResCountry(models.Model):
    _inherit = "res.country"

    @api.model
    def _cbam_exempt_codes(self, year=None):
        """ISO codes of the countries whose goods carry no CBAM obligation in a year (this one).

        The Union, after Odoo's country group, and the countries of 2023/956 Annex III point 1.
        """
        year = year or fields.Date.context_today(self).year
        return self._cbam_union_codes() | self.env["cbam.parameter"]._keys("exempt_country", year)

    @api.private
    def cbam_exempt_codes(self, year=None):
        """As :meth:`_cbam_exempt_codes`, for the other addons of the suite."""
        return self._cbam_exempt_codes(year)

    @api.private
    def cbam_in_union(self):
        """Whether the country is a member state; an unknown country is none."""
        return bool(self) and self.code in self._cbam_union_codes()

    @api.model
    @tools.ormcache()
    def _cbam_union_codes(self):
        union = self.env.ref("base.europe", raise_if_not_found=False)
        # superuser: cached for all users; a list of countries
        return frozenset(union.sudo().country_ids.mapped("code")) if union else frozenset()

    def _cbam_is_exempt(self, on=None):
        """Whether goods of this origin are outside of CBAM on a day (today): the Union or an exempt country."""
        self.ensure_one()
        on = on or fields.Date.context_today(self)
        return self.code in self._cbam_exempt_codes(on.year)


class ResCountryGroup(models.Model):
    _inherit = "res.country.group"

    def write(self, vals):
        result = super().write(vals)
        if "country_ids" in vals:
            self.env.registry.clear_cache()
        return result
