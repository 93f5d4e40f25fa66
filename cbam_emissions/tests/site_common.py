from .methods_common import MethodsCase


class SiteCase(MethodsCase):
    """A site with a boiler house, a cogeneration unit and blast furnace gas, worked by hand in docs/methods.md."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.furnace_process = cls._process("Pig iron", "72011011")
        cls.offices = cls._process("Offices and canteen")
        cls.gas = cls._factor()
        cls.chp_source = cls._own_chp()
        cls.boiler, cls.boiler_run = cls._utility("Boiler house", "boiler", {"heat_entered": 180.0})
        cls.chp, cls.chp_run = cls._utility(
            "Cogeneration",
            "chp",
            {"heat_entered": 160.0, "electricity": 40_000.0, "electricity_exported": 10_000.0},
            year_built=2018,
            heat_medium="steam",
            condensate_return="yes",
            electricity_source_id=cls.chp_source.id,
        )
        cls.boiler_gas = cls._stream("Gas, boiler house", cls.gas, cls.boiler)
        cls.chp_gas = cls._stream("Gas, cogeneration", cls.gas, cls.chp, reference_fuel="G10")
        cls._measured_total(cls.boiler_gas, 200.0)
        cls._measured_total(cls.chp_gas, 300.0)
        cls._emission(
            "Urea", "urea", cls.env["cbam.process"], belongs_to="utility", utility_id=cls.boiler.id, quantity=50.0
        )
        cls._mass_balance()
        cls._flows()

    @classmethod
    def _own_chp(cls):
        return cls._ppa("Own cogeneration", None, kind="chp", evidence_diagram=True)

    @classmethod
    def _mass_balance(cls):
        for name, carbon, quantity, leaves in (("Coke", 0.88, 50_000.0, False), ("Pig iron", 0.0409, 80_000.0, True)):
            factor = cls._factor(
                name, method="mass_balance", emission_factor=None, ncv=None, carbon_content=carbon, is_output=leaves
            )
            cls._emission(name, "calculated", cls.furnace_process, factor_id=factor.id, quantity=quantity)

    @classmethod
    def _flows(cls):
        cls._heat("Steam to the press shop", cls.boiler, cls.process, 100.0)
        cls._heat("Heating", cls.boiler, cls.offices, 50.0)
        cls.town = cls._heat("District heating", cls.boiler, None, 20.0)
        cls._heat("Steam to the press shop", cls.chp, cls.process, 120.0)
        cls._heat("Blast preheating", cls.chp, cls.furnace_process, 40.0)
        cls.bought = cls._heat(
            "Steam of the neighbour",
            None,
            cls.process,
            10.0,
            factor_by="standard",
            standard_factor_id=cls.env["cbam.standard.factor"].search([("code", "=", "natural_gas")], limit=1).id,
        )
        proof = {"is_evidenced": True, "evidence_ids": cls._document().ids}
        cls.gas_to_chp = cls._gas("Furnace gas", cls.furnace_process, cls.chp, 40_000.0, 2.5, factor=260.0, **proof)
        cls.gas_to_press = cls._gas("Furnace gas", cls.furnace_process, cls.process, 8000.0, 2.5, **proof)
