from odoo import fields

from odoo.addons.cbam_emissions.engine.life.lines import LifeLine, differences
from odoo.addons.cbam_emissions.engine.regulatory import tables

from .screen_common import ScreenCase

#: Factors of the hand-worked cases of docs/whole-life.md.
FACTORS = """activity,name,stage,unit,category,factor,credit,source
aluminium,Aluminium profile,material,kg,Metals,8,,sample
plastic,Plastic part,material,kg,Plastics,3,,sample
oil,Lubricant,material,l,Fluids,2.5,,sample
"""


class LifeFactors:
    """Switches the account on, and loads the factors of the hand-worked cases."""

    @classmethod
    def _switch_on(cls):
        cls.company.cbam_life_account = True
        cls.factors = cls._load_factors(FACTORS)
        cls.activity = {row.code: row for row in cls.env["cbam.life.activity"].search([])}

    @classmethod
    def _load_factors(cls, text, **values):
        loader = cls.env["cbam.dataset.loader"]
        values = {"name": "Sample, not for use", "legal_act": "sample", "valid_from": "2026-01-01", **values}
        return loader._load(tables.parse("life_factor", text.encode(), "life.csv"), values)

    def _post_life(self, document, rows):
        """Lines of a document: ``(stage, lot, tCO2e, quantity)``, posted as every document's are."""
        lines = [
            LifeLine(stage, lot.product_id.id, lot.id, None, fields.Datetime.now(), quantity, "t.km", tco2e, "measured")
            for stage, lot, tco2e, quantity in rows
        ]
        found = differences({document.id: lines}, {})
        self.env["cbam.life.posting"]._insert(document._name, found, {document.id: self.company.id})


class LifeCase(LifeFactors, ScreenCase):
    """A company that keeps a whole-life account: frames and covers go into a machine with a serial number."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._switch_on()
        cls.frame = cls._product("Frame", cls.unit, tracking="lot", cbam_net_mass=20.0)
        cls.cover = cls._product("Cover", cls.unit, cbam_net_mass=2.0)
        cls.frame.cbam_life_activity_id = cls.activity["aluminium"]
        cls.cover.cbam_life_activity_id = cls.activity["plastic"]
        cls.machine = cls._product("Machine", cls.unit, tracking="serial")

    def _machine(self, serial="M-1", frames=(), covers=0.0, rod=0.0, rod_lot=None):
        """A machine made of frames ``[(lot, quantity)]``, untracked covers and, if wanted, rod of a lot."""
        parts = [(self.frame, sum(quantity for _lot, quantity in frames)), (self.cover, covers), (self.rod, rod)]
        order = self._order(self.machine, 1, [(part, quantity) for part, quantity in parts if quantity])
        lots = {self.frame: list(frames)} if frames else {}
        if rod:
            lots[self.rod] = [(rod_lot, rod)]
        return self._finish(order, lots=lots, lot=self._lot(self.machine, serial))

    def _life(self, *domain):
        return self.env["cbam.emission.line"].search([("kind", "=", "life"), *domain], order="id")

    def _life_total(self, *domain):
        return sum(self._life(*domain).mapped("life"))
