from odoo.addons.cbam_emissions.workbook.layout import SAME
from odoo.addons.cbam_emissions.workbook.recompute import recompute

from .methods_common import MethodsCase
from .period_common import PeriodCase


class FillingMixin:
    """What the template's formulas make of the entries, beside the statement."""

    def _filled(self, statement):
        """``(Filling, remarks, {CN code: (direct, indirect)})`` of a statement."""
        filling, remarks = self.env["cbam.workbook.filling"]._filling(statement)
        found = recompute(filling.as_communication())
        shown = {}
        for product in filling.products:
            emissions = found.process(product.process).embedded.emissions
            shown[product.cn_code] = (emissions.direct, emissions.indirect_total)
        for good in statement.good_ids:
            for figure, expected in zip(shown[good.cn_code], (good.see_direct, good.see_indirect), strict=True):
                self.assertLessEqual(abs(figure - expected), max(1e3 * SAME * abs(expected), 1e-12), good.cn_code)
        return filling, remarks, shown


class TestWorkbookFilling(FillingMixin, PeriodCase):
    """The screw factory's year in the Commission's template: precursors and their averages."""

    def test_what_was_received_stands_by_its_place_of_production(self):
        """100 t at 1.5 and 100 t at 3.0 received, 100 t used for 80 t of screws: 100 · 2.25 / 80 = 2.8125."""
        self._receive(self.rod, 100, self.rod_lot_a)
        self._receive(self.rod, 100, self.rod_lot_b)
        self.other_mill.country_id = self.env.ref("base.cn")
        self._finish(self._order(self.screw, 80, [(self.rod, 100)]), lots={self.rod: [(self.rod_lot_a, 100)]})
        filling, remarks, shown = self._filled(self._close())
        self.assertAlmostEqual(shown["73181542"][0], 2.8125, 12)
        first, second = filling.precursors
        self.assertEqual({first.country, second.country}, {"IN", "CN"})
        self.assertEqual({first.see_direct, second.see_direct}, {1.5, 3.0})
        self.assertEqual((first.consumed, second.consumed), ({1: 50.0}, {1: 50.0}))
        self.assertEqual((first.purchased[0].amount, first.for_other_purposes), (100.0, 50.0))
        self.assertEqual((first.category, first.see_direct_source), ("Iron or steel products", "Measured"))
        (process,) = filling.processes
        self.assertEqual((process.name, process.category), ("Screws", "Iron or steel products"))
        self.assertEqual((process.production[0].amount, process.to_market), (80.0, 80.0))
        self.assertEqual(filling.period_start.year, 2026)
        self.assertEqual(filling.installation["name_english"], "Pune works")
        self.assertEqual(filling.products[0].row, 10)
        self.assertFalse(remarks)

    def test_streams_and_what_is_corrected(self):
        """8 t of additive by the orders, 10 t by the stock-take, at 3 tCO2/t: 30 t; with rod 150 t on 80 t: 2.25."""
        self._receive(self.rod, 100, self.rod_lot_a)
        stream = self._stream("Additive", 3.0, 0.1)
        self._finish(self._order(self.screw, 80, [(self.rod, 100)]), lots={self.rod: [(self.rod_lot_a, 100)]})
        self.env["cbam.stream.total"].create(
            {"period_id": self.period.id, "stream_id": stream.id, "quantity_entered": 10.0, "explanation": "Scales."}
        )
        filling, _remarks, shown = self._filled(self._close())
        self.assertAlmostEqual(shown["73181542"][0], 2.25, 12)
        (entered,) = filling.streams
        self.assertEqual((entered.name, entered.method.value, entered.factor_unit), ("Additive", "process", "tCO2/t"))
        self.assertAlmostEqual(entered.activity, 10.0, 9)
        self.assertAlmostEqual(entered.emission_factor, 3.0, 9)
        self.assertAlmostEqual(recompute(filling.as_communication()).installation.direct, 30.0, 9)

    def test_a_proven_subset(self):
        self._receive(self.rod, 100, self.rod_lot_a)
        self._receive(self.rod, 100, self.rod_lot_b)
        self._finish(self._order(self.screw, 80, [(self.rod, 100)]), lots={self.rod: [(self.rod_lot_a, 100)]})
        self.env["cbam.precursor.subset"].create(
            {
                "period_id": self.period.id,
                "process_id": self.process.id,
                "cn_code": "72131000",
                "source_ids": [(4, self.mill.id)],
                "evidence": "Separate storage.",
            }
        )
        filling, _remarks, shown = self._filled(self._close())
        self.assertAlmostEqual(shown["73181542"][0], 1.875, 12)
        self.assertEqual([bought.see_direct for bought in filling.precursors], [1.5])


class TestWorkbookFillingMethods(FillingMixin, MethodsCase):
    """Several processes, perfluorocarbons, heat: the hand-worked cases of docs/methods.md."""

    def _made(self, product, quantity, components):
        return self._finish(self._order(product, quantity, components))

    def _close(self):
        self.period.action_close()
        self.env.flush_all()
        return self.period.statement_id

    def _aluminium(self):
        smelter = self._process("Primary aluminium", "76011090", route_letter="K")
        casthouse = self._process("Alloy billets", "76012040", route_letter="K")
        press = self._process("Hollow profiles", "76042100", route_letter="K")
        primary = self._product("Primary aluminium", self.tonne, "76011090")
        billet = self._product("Billet 6060", self.tonne, "76012040")
        profile = self._product("Hollow profile", self.tonne, "76042100")
        alumina = self._product("Alumina", self.tonne)
        self._receive(alumina, 20_000.0)
        self._made(primary, 10_000.0, [(alumina, 19_000.0)])
        self._made(billet, 9800.0, [(primary, 9000.0)])
        self._made(profile, 8000.0, [(billet, 9000.0)])
        anodes = self._factor(
            "Prebaked anodes", method="mass_balance", emission_factor=None, ncv=None, carbon_content=0.98
        )
        self._emission("Anodes", "calculated", smelter, factor_id=anodes.id, quantity=4200.0)
        self.env["cbam.pfc.row"].create(
            {
                "period_id": self.period.id,
                "name": "Potline 1",
                "process_id": smelter.id,
                "technology": "cwpb",
                "aluminium": 10_000.0,
                "frequency": 0.5,
                "duration": 1.2,
                "collection_efficiency": 0.95,
            }
        )
        gas = self._factor()
        for process, terajoules in ((casthouse, 20.0), (press, 16.0)):
            stream = self._stream(f"Gas, {process.name}", gas, process_id=process.id)
            self._measured_total(stream, terajoules)
        return smelter, casthouse

    def test_two_levels_of_aluminium(self):
        """docs/methods.md: 2.22819922 and 2.54309460 tCO2e/t; anodes, anode effects and gas stand in sheet B."""
        self._aluminium()
        statement = self._close()
        filling, _remarks, shown = self._filled(statement)
        self.assertAlmostEqual(shown["76011090"][0], 2.22819922, 8)
        self.assertAlmostEqual(shown["76042100"][0], 2.54309460, 8)
        by_category = {process.name: process for process in filling.processes}
        metal = by_category["Primary aluminium"]
        self.assertEqual(metal.transfers, {by_category["Alloy billets"].place: 9000.0})
        self.assertEqual(metal.to_market, 1000.0)
        self.assertEqual(metal.production[0].route, "Primary (electrolytic) smelting")
        self.assertEqual([goods.category for goods in filling.goods], ["Unwrought aluminium", "Aluminium products"])
        installation = recompute(filling.as_communication()).installation
        self.assertAlmostEqual(installation.pfc, 7200.96821, 5)
        self.assertAlmostEqual(installation.direct, statement.direct, 6)
        self.assertEqual(filling.pfc[0].technology, "Centre Worked Prebake (CWPB)")

    def test_a_joint_process(self):
        smelter, casthouse = self._aluminium()
        smelter.joint_process_id = casthouse
        filling, _remarks, shown = self._filled(self._close())
        self.assertEqual(set(shown), {"76012040", "76042100"})
        self.assertEqual([process.name for process in filling.processes], ["Alloy billets", "Hollow profiles"])

    def test_heat(self):
        """docs/methods.md: 54 TJ at 62.3333 t/TJ on 100 t of screws, 27 TJ on 200 t of nails."""
        boiler, _run = self._utility("Boiler house", "boiler", {"heat_entered": 90.0})
        gas = self._stream("Gas", self._factor(), boiler)
        self._measured_total(gas, 100.0)
        nails = self._process("Stainless screws", "73181535")
        nail, coil = self._product("Nail", self.tonne, "73181535"), self._product("Scrap coil", self.tonne)
        self._receive(coil, 500.0)
        self._made(self.screw, 100.0, [(coil, 110.0)])
        self._made(nail, 200.0, [(coil, 210.0)])
        self._heat("Screws", boiler, self.process, 54.0)
        self._heat("Stainless screws", boiler, nails, 27.0)
        self._heat("Neighbour", boiler, None, 9.0)
        filling, _remarks, shown = self._filled(self._close())
        self.assertAlmostEqual(shown["73181542"][0], 33.66, 9)
        self.assertAlmostEqual(shown["73181535"][0], 8.415, 9)
        screws = next(process for process in filling.processes if process.name == "Screws")
        self.assertEqual((screws.heat_imported, screws.heat_applicable, screws.gas_applicable), (54.0, True, False))
        self.assertAlmostEqual(screws.heat_factor_imported, 5610 / 90, 9)
        self.assertAlmostEqual(recompute(filling.as_communication()).installation.direct, 5610.0, 6)

    def test_a_measured_stack(self):
        """200 g · 50 000 + 150 g · 40 000 = 16 t in 2 hours, on average 45 000 Nm3/h; a quarter of it is biomass."""
        source = self.env["cbam.measured.source"].create(
            {
                "period_id": self.period.id,
                "name": "Stack 1",
                "process_id": self.process.id,
                "stands_still": True,
                "biomass_fraction": 0.25,
                "biomass_method": "Radiocarbon, ISO 13833",
                "corroborated": 12.0,
            }
        )
        text = "Time;Concentration;Flow\n2026-01-01 00:00;200;50000\n2026-01-01 01:00;150;40000\n"
        self._import_file(source, text).action_import()
        coil = self._product("Scrap coil", self.tonne)
        self._receive(coil, 10.0)
        self._made(self.screw, 8.0, [(coil, 10.0)])
        filling, _remarks, shown = self._filled(self._close())
        self.assertAlmostEqual(shown["73181542"][0], 1.5, 12)
        (stack,) = filling.cems
        self.assertEqual((stack.gas, stack.hours, stack.flow, stack.biomass), ("CO2", 2.0, 45.0, 25.0))
        self.assertAlmostEqual(stack.concentration, 16e6 / 90_000, 9)
        found = recompute(filling.as_communication()).installation
        self.assertAlmostEqual(found.measured, 12.0, 9)
        self.assertAlmostEqual(found.biomass, 4.0, 9)
