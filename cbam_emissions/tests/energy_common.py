from datetime import datetime, timedelta

from odoo.fields import Command

from .common import CbamCase


class EnergyCase(CbamCase):
    """Two work centres of the screw process, an electricity stream at 0.5 tCO2/MWh and helpers for meters and times."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.screw = cls._product("Screws", cls.tonne, "73181542")
        cls.press, cls.furnace = cls.env["mrp.workcenter"].create([{"name": "Press"}, {"name": "Furnace"}])
        cls.process.workcenter_ids = cls.press + cls.furnace
        cls.sources = cls.env["cbam.electricity.source"]
        cls.source = cls._ppa("Wind park", 0.5)
        cls.electricity = cls.env["cbam.source.stream"].create(
            {"name": "Electricity", "installation_id": cls.installation.id, "carrier": "electricity", "basis": "meter"}
        )
        cls.loss = cls.env["mrp.workcenter.productivity.loss"].search([("loss_type", "=", "productive")], limit=1)

    # -- set-up ------------------------------------------------------------------------------------------------------

    @classmethod
    def _ppa(cls, name, factor, evidenced=True, **values):
        """A power purchase agreement, by default with all the evidence of D.4.3."""
        document = cls.env["ir.attachment"].create({"name": "Contract", "raw": b"signed"})
        evidence = dict.fromkeys(
            ("evidence_contract", "evidence_production", "evidence_delivery", "evidence_grid"), evidenced
        )
        return cls.sources.create(
            {
                "name": name,
                "installation_id": cls.installation.id,
                "kind": "ppa",
                "own_factor": factor,
                "evidence_ids": document.ids if evidenced else [],
                **evidence,
                **values,
            }
        )

    @classmethod
    def _load_grid(cls, factor, country="IN"):
        """A grid factor data set, loaded as a user loads one."""
        loader = cls.env["cbam.dataset.loader"]
        content = f"use,country,factor,reference\nconsumption,{country},{factor},sample\n".encode()
        parsed = loader._parse("grid_factor", content, "grid.csv")
        return loader._load(
            parsed,
            {
                "name": "Sample grid factors",
                "legal_act": "IR (EU) 2025/2621",
                "version": "sample",
                "valid_from": "2026-01-01",
                "status": "in_force",
                "file_name": "grid.csv",
                "sha256": loader._checksum(content),
            },
        )

    def _consume(self, source, quantity, year=2026):
        return self.env["cbam.electricity.quantity"].create(
            {"source_id": source.id, "year": year, "quantity": quantity}
        )

    @classmethod
    def _meter(cls, code, workcenters=(), **values):
        values.setdefault("stream_id", cls.electricity.id)
        return cls.env["cbam.meter"].create(
            {
                "name": f"Meter {code}",
                "code": code,
                "installation_id": cls.installation.id,
                "unit": "mwh",
                "workcenter_ids": [Command.set([workcenter.id for workcenter in workcenters])],
                **values,
            }
        )

    @classmethod
    def _interval_meter(cls, code, workcenters=(), **values):
        return cls._meter(code, workcenters, register_kind="interval", **values)

    @classmethod
    def _factor(cls, name="Natural gas", **values):
        return cls.env["cbam.emission.factor"].create(
            {"name": name, "emission_factor": 56.1, "ncv": 48.0, "source_text": "Annex II.G", **values}
        )

    # -- readings ----------------------------------------------------------------------------------------------------

    def _at(self, text):
        return datetime.fromisoformat(f"2026-{text}")

    def _register(self, meter, *states):
        """Readings of a cumulative register: ``("03-01 00:00", 100.0)``."""
        return self.env["cbam.meter.reading"].create(
            [{"meter_id": meter.id, "date_end": self._at(text), "register": value} for text, value in states]
        )

    def _intervals(self, meter, *rows):
        """Readings of an interval register: ``(start, end, quantity)``."""
        return self.env["cbam.meter.reading"].create(
            [
                {
                    "meter_id": meter.id,
                    "start_entered": self._at(start),
                    "date_end": self._at(end),
                    "quantity_entered": quantity,
                }
                for start, end, quantity in rows
            ]
        )

    # -- orders ------------------------------------------------------------------------------------------------------

    def _worked(self, *works, product=None, quantity=10.0, finished=None, expected=60.0):
        """A finished order of screws; works are ``(work centre, start or None, minutes)``.

        Without a start nobody pressed the button, and Odoo fills the times in. ``finished`` moves the order's date.
        """
        product = product or self.screw
        operations = [
            {"name": centre.name, "workcenter_id": centre.id, "duration_expected": expected} for centre, _s, _m in works
        ]
        order = self._order(
            product,
            quantity,
            workorder_ids=[Command.create(dict(vals, product_uom_id=product.uom_id.id)) for vals in operations],
        )
        for workorder, (_centre, start, minutes) in zip(order.workorder_ids, works, strict=True):
            if start:
                self._log(workorder, start, minutes)
            elif minutes is not None:
                workorder.duration_expected = minutes
        self._finish(order)
        if finished:
            order.date_finished = self._at(finished)
            self._post()
        return order

    def _log(self, workorder, start, minutes):
        """Somebody pressed start, and stop some minutes later."""
        begin = self._at(start)
        return self.env["mrp.workcenter.productivity"].create(
            {
                "workorder_id": workorder.id,
                "workcenter_id": workorder.workcenter_id.id,
                "loss_id": self.loss.id,
                "date_start": begin,
                "date_end": begin + timedelta(minutes=minutes),
            }
        )

    # -- what was shared -----------------------------------------------------------------------------------------------

    def _flows(self, *orders):
        return self.env["cbam.energy"]._flows([order.id for order in orders])

    def _shares(self, reading, *orders):
        """Quantity of one reading per order, in the order of ``orders``."""
        flows = [flow for flow in self._flows(*orders) if flow.reading_id == reading.id]
        return [sum(flow.quantity for flow in flows if flow.production_id == order.id) for order in orders]

    def _idle(self, *readings):
        flows = self.env["cbam.energy"]._idle_flows([reading.id for reading in readings])
        return sum(flow.quantity for flow in flows)

    def _energy(self, order, kind="energy"):
        """What the ledger says the order took of metered energy: quantity and emissions."""
        lines = self._lines(("production_id", "=", order.id), ("kind", "=", kind))
        return sum(lines.mapped("quantity")), lines.embedded()
