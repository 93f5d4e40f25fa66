from odoo.exceptions import ValidationError

from .energy_common import EnergyCase


class TestElectricity(EnergyCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.source.unlink()

    def _supply(self, process=None, year=2026):
        key = (self.installation.id, process.id if process else None, year)
        return self.sources._supplies({key})[key]

    def test_a_missing_grid_factor_is_missing(self):
        meter = self._interval_meter("E1", [self.press])
        order = self._worked((self.press, "03-02 08:00", 60), finished="03-02 10:00")
        self._intervals(meter, ("03-02 00:00", "03-03 00:00", 8.0))
        self._post()
        supply = self._supply()
        self.assertIsNone(supply.mix)
        self.assertIn("grid of India, at which Pune works counts", supply.message)
        [flow] = self._flows(order)
        self.assertEqual((flow.quantity, flow.embedded, flow.quality), (8.0, None, "missing"))
        self.assertEqual(order.cbam_state, "incomplete")
        self.assertIn("factor", order.cbam_gap_ids.mapped("kind"))

    def test_the_grid_of_the_country_without_any_source(self):
        dataset = self._load_grid(0.7)
        supply = self._supply()
        self.assertEqual((supply.mix.factor, supply.mix.default_share, supply.dataset_id), (0.7, 1.0, dataset.id))

    def test_default_share_and_scope_of_a_cement_process(self):
        """Cement is outside Annex II: its indirect emissions count; those on the grid's default are marked."""
        self._load_grid(0.8)
        cement = self.env["cbam.process"].create(
            {"name": "Cement", "installation_id": self.installation.id, "cn_code": "25232900"}
        )
        product = self._product("Cement", self.tonne, "25232900", cbam_content=0.9)
        grid = self.sources.create({"name": "Grid", "installation_id": self.installation.id})
        wind = self._ppa("Wind", 0.2)
        self._consume(grid, 300.0)
        self._consume(wind, 100.0)
        meter = self._interval_meter("E1", process_id=cement.id)
        order = self._worked(product=product, quantity=10.0, finished="03-02 10:00")
        self._intervals(meter, ("03-02 00:00", "03-03 00:00", 10.0))
        self._post()
        # (300 x 0.8 + 100 x 0.2) / 400 = 0.65 tCO2/MWh; of it 300 x 0.8 / 400 = 0.6 by the default
        _quantity, embedded = self._energy(order)
        self.assertAlmostEqual(embedded.indirect_total, 6.5)
        self.assertAlmostEqual(embedded.indirect_scope, 6.5)
        self.assertAlmostEqual(embedded.indirect_default, 6.0)
        self.assertEqual(embedded.scope_default, 0.0)

    def test_a_ppa_without_evidence_counts_at_the_grid(self):
        self._load_grid(0.8)
        ppa = self._ppa("Wind", 0.0, evidenced=False)
        self.assertEqual((ppa.counts_as, ppa.factor), ("default", 0.8))
        self.assertEqual(self._supply().mix.factor, 0.8)
        for name in ("evidence_contract", "evidence_production", "evidence_delivery"):
            ppa[name] = True
        self.assertIn("grid connection", ppa.evidence_missing)
        ppa.evidence_grid = True
        self.assertEqual(ppa.evidence_missing, "the documents themselves")
        self.assertEqual(self._supply().mix.factor, 0.8)
        ppa.evidence_ids = self.env["ir.attachment"].create({"name": "Contract", "raw": b"signed"})
        self.assertEqual((ppa.counts_as, self._supply().mix.factor), ("own", 0.0))
        self.assertIsNone(self._supply().dataset_id)

    def test_a_direct_link_needs_a_contract_only_where_it_is_shared(self):
        document = self.env["ir.attachment"].create({"name": "Diagram", "raw": b"lines"})
        roof = self.sources.create(
            {
                "name": "Roof",
                "installation_id": self.installation.id,
                "kind": "solar",
                "own_factor": 0.0,
                "evidence_diagram": True,
                "evidence_production": True,
                "evidence_delivery": True,
                "evidence_ids": document.ids,
            }
        )
        self.assertEqual((roof.evidence_missing, roof.counts_as), ("", "own"))
        roof.shared_link = True
        self.assertIn("Contract", roof.evidence_missing)
        self.assertEqual(roof.counts_as, "missing")

    def test_several_sources_need_their_quantities(self):
        self._load_grid(0.8)
        grid = self.sources.create({"name": "Grid", "installation_id": self.installation.id})
        self.assertEqual(self._supply().mix.factor, 0.8)
        wind = self._ppa("Wind", 0.2)
        self.assertIn("Grid, Wind in 2026", self._supply().message)
        self._consume(grid, 0.0)
        self._consume(wind, 50.0)
        self.assertEqual(self._supply().mix.factor, 0.2)
        # another year is another reporting period
        self.assertIsNone(self._supply(year=2027).mix)
        grid.date_to = "2026-12-31"
        self.assertEqual(self._supply(year=2027).mix.factor, 0.2)

    def test_a_source_of_single_processes(self):
        """Article 9(2): with evidence a process counts its own source, and nobody else does."""
        self._load_grid(0.8)
        grid = self.sources.create({"name": "Grid", "installation_id": self.installation.id})
        wind = self._ppa("Wind", 0.2, process_ids=self.process.ids)
        self._consume(grid, 75.0)
        self._consume(wind, 25.0)
        other = self.env["cbam.process"].create(
            {"name": "Wire", "installation_id": self.installation.id, "cn_code": "72171010"}
        )
        # without evidence all average: (75 x 0.8 + 25 x 0.2) / 100
        self.assertAlmostEqual(self._supply(self.process).mix.factor, 0.65)
        wind.exclusive_evidence = True
        self.assertAlmostEqual(self._supply(self.process).mix.factor, 0.2)
        self.assertAlmostEqual(self._supply(other).mix.factor, 0.8)

    def test_a_change_is_posted(self):
        self._load_grid(0.8)
        meter = self._interval_meter("E1", [self.press])
        order = self._worked((self.press, "03-02 08:00", 60), finished="03-02 10:00")
        self._intervals(meter, ("03-02 00:00", "03-03 00:00", 10.0))
        self._post()
        self.assertAlmostEqual(self._energy(order)[1].indirect_total, 8.0)
        self._ppa("Wind", 0.1)
        self._post()
        self.assertAlmostEqual(self._energy(order)[1].indirect_total, 1.0)
        self.assertAlmostEqual(self._energy(order)[1].indirect_default, 0.0)

    def test_factor_of_an_installation(self):
        self._ppa("Wind", 0.3)
        supply = self.sources._factor(self.installation, self._at("03-02").date())[self.installation]
        self.assertEqual(supply.mix.factor, 0.3)

    def test_figures_that_make_no_sense(self):
        source = self._ppa("Wind", 0.3)
        with self.assertRaisesRegex(ValidationError, "cannot be negative"), self.env.cr.savepoint():
            source.own_factor = -0.1
        elsewhere = self.env["cbam.process"].create(
            {"name": "Elsewhere", "installation_id": self.mill.id, "boundary": "outside"}
        )
        with self.assertRaisesRegex(ValidationError, "its own installation"), self.env.cr.savepoint():
            source.process_ids = elsewhere
