from .life_common import LifeFactors
from .period_common import PeriodCase


class TestLifePeriod(LifeFactors, PeriodCase):
    """A closed period does not know of the whole-life account: not its figures, not its hash."""

    def test_hash_and_figures_of_a_period_are_the_same_with_and_without(self):
        """80 t of screws from 100 t of rod at 2.25: 2.8125 t/t. 5 kg of paint at 3 kg per kg: 0.015 t, beside them."""
        self._switch_on()
        paint = self._product("Paint", self.kg)
        paint.cbam_life_activity_id = self.activity["plastic"]
        self.company.cbam_life_account = False
        self._receive(self.rod, 100, self.rod_lot_a)
        self._receive(paint, 5)
        order = self._order(self.screw, 80, [(self.rod, 100), (paint, 5)])
        self._finish(order, lots={self.rod: [(self.rod_lot_a, 100)]})
        without = self._close()
        figures = [(good.cn_code, good.see_direct, good.see_indirect, good.level) for good in without.good_ids]
        self.company.cbam_life_account = True
        self.env["cbam.life.posting"]._catch_up()
        life = self.env["cbam.emission.line"].search([("kind", "=", "life")])
        self.assertAlmostEqual(sum(life.mapped("life")), 0.015, 12)
        self.env.invalidate_all()
        freeze = self.env["cbam.period.freeze"]
        self.assertEqual(freeze._root(without), without.root_hash)
        self.assertFalse(freeze._drift(without))
        self.assertFalse(self.period.late_count)
        self.assertFalse(freeze._late_lines(self.period))
        self.period._reopen("Closed again with the account")
        again = self._close()
        self.assertEqual(
            [(good.cn_code, good.see_direct, good.see_indirect, good.level) for good in again.good_ids], figures
        )
        joining = self.env["cbam.emission.line"].search([("statement_id", "!=", False)])
        self.assertLessEqual(set(joining.mapped("stage")), {"production", "material", "carried"})
