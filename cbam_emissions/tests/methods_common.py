import base64

from .energy_common import EnergyCase


class MethodsCase(EnergyCase):
    """A reporting period of 2026 with helpers for what only the period as a whole knows."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.period = cls.env["cbam.period"].create({"installation_id": cls.installation.id, "year": 2026})
        cls.methods = cls.env["cbam.period.methods"]

    @classmethod
    def _process(cls, name, cn_code=False, **values):
        boundary = "cbam" if cn_code else "outside"
        return cls.env["cbam.process"].create(
            {"name": name, "installation_id": cls.installation.id, "boundary": boundary, "cn_code": cn_code, **values}
        )

    @classmethod
    def _stream(cls, name, factor, utility=None, carrier="natural_gas", **values):
        return cls.env["cbam.source.stream"].create(
            {
                "name": name,
                "installation_id": cls.installation.id,
                "carrier": carrier,
                "factor_id": factor.id,
                "utility_id": utility.id if utility else False,
                "unit": "tj",
                **values,
            }
        )

    @classmethod
    def _measured_total(cls, stream, quantity):
        """What a bill or the main meter says of the whole period, in the unit of the stream."""
        return cls.env["cbam.stream.total"].create(
            {"period_id": cls.period.id, "stream_id": stream.id, "quantity_entered": quantity}
        )

    @classmethod
    def _emission(cls, name, method, process, **values):
        return cls.env["cbam.process.emission"].create(
            {"period_id": cls.period.id, "name": name, "method": method, "process_id": process.id, **values}
        )

    @classmethod
    def _utility(cls, name, kind, run=None, **values):
        utility = cls.env["cbam.utility"].create(
            {"name": name, "kind": kind, "installation_id": cls.installation.id, **values}
        )
        row = {"utility_id": utility.id, "period_id": cls.period.id, **(run or {})}
        return utility, cls.env["cbam.utility.run"].create(row)

    @classmethod
    def _ends(cls, origin, destination):
        """Values of the two ends of a flow: a process, a utility, or None for outside."""
        values = {}
        for end, record in (("origin", origin), ("destination", destination)):
            if record is None:
                values[f"{end}_kind"] = "outside"
                continue
            kind = "process" if record._name == "cbam.process" else "utility"
            values |= {f"{end}_kind": kind, f"{end}_{kind}_id": record.id}
        return values

    @classmethod
    def _heat(cls, name, origin, destination, terajoules, **values):
        return cls.env["cbam.heat.flow"].create(
            {
                "period_id": cls.period.id,
                "name": name,
                "heat_entered": terajoules,
                **cls._ends(origin, destination),
                **values,
            }
        )

    @classmethod
    def _gas(cls, name, origin, destination, volume, ncv, **values):
        return cls.env["cbam.waste.gas"].create(
            {
                "period_id": cls.period.id,
                "name": name,
                "volume": volume,
                "ncv": ncv,
                **cls._ends(origin, destination),
                **values,
            }
        )

    @classmethod
    def _document(cls, name="Evidence"):
        return cls.env["ir.attachment"].create({"name": name, "raw": b"document"})

    def _terms(self, streams=None):
        return self.methods._terms(self.period, streams or self.methods._stream_totals(self.period))

    def _import_file(self, source, text):
        return self.env["cbam.measured.import"].create(
            {"source_id": source.id, "file": base64.b64encode(text.encode()), "file_name": "values.csv"}
        )
