from odoo.addons.cbam_emissions.engine.source_streams import FactorUnit

from .posting_common import BOLT, PostingCase


class PeriodCase(PostingCase):
    """A year of the screw factory, closed."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.period = cls.env["cbam.period"].create({"installation_id": cls.installation.id, "year": 2026})
        cls.rod_lot_a = cls.env["stock.lot"].create({"name": "A", "product_id": cls.rod.id})
        cls.rod_lot_b = cls.env["stock.lot"].create({"name": "B", "product_id": cls.rod.id})
        cls.rod_lot_b.cbam_installation_id = cls.other_mill

    def _close(self, period=None):
        period = period or self.period
        period.action_close()
        self.env.flush_all()
        self.assertEqual(period.state, "closed")
        return period.statement_id

    def _good(self, statement, code=BOLT):
        return statement.good_ids.filtered(lambda good: good.cn_code == code)

    def _process_account(self, process):
        """What lies in a process: nothing after a close, but for orders that are still open."""
        into = self._lines(("place_to", "=", "process"), ("process_id", "=", process.id)).embedded()
        return into - self._lines(("place_from", "=", "process"), ("process_id", "=", process.id)).embedded()

    def assertZero(self, embedded):
        self.assertLess(max(map(abs, embedded.as_tuple())), 1e-6)

    def _stream(self, name, factor, total, **values):
        """A fuel by a rate per tonne of output: the shortest way to direct emissions of a process."""
        factor = self.env["cbam.emission.factor"].create(
            {
                "name": name,
                "company_id": self.company.id,
                "method": "process",
                "factor_unit": FactorUnit.PER_UNIT.value,
                "emission_factor": factor,
            }
        )
        return self.env["cbam.source.stream"].create(
            {
                "name": name,
                "installation_id": self.installation.id,
                "process_id": self.process.id,
                "carrier": "material",
                "factor_id": factor.id,
                "basis": "rate",
                "unit": "t",
                "rate": total,
                "rate_per": "tonne",
                **values,
            }
        )
