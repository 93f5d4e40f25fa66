"""What the machines of the story are made of: goods, bills, vendors, and factors that are samples, not for use."""

FACTORS = """activity,name,stage,unit,category,factor,credit,source
sample_steel,"Steel part, sample",material,kg,Metals,2.5,,"sample, not for use"
sample_copper,"Copper cable, sample",material,kg,Metals,4,,"sample, not for use"
sample_plastic,"Polycarbonate, sample",material,kg,Plastics,5,,"sample, not for use"
sample_paint,"Paint, sample",material,kg,Chemicals,3,,"sample, not for use"
sample_coolant,"Coolant, sample",material,l,Chemicals,1.2,,"sample, not for use"
sample_road,"Lorry, sample",logistics,t.km,Transport,0.1,,"sample, not for use"
sample_sea,"Container ship, sample",logistics,t.km,Transport,0.01,,"sample, not for use"
sample_air,"Air freight, sample",logistics,t.km,Transport,0.6,,"sample, not for use"
sample_refrigerant,"Refrigerant, sample",maintenance,kg,Refrigerants,1000,,"sample, not for use"
sample_van,"Service van, sample",maintenance,km,Vehicles,0.2,,"sample, not for use"
sample_recycled_steel,"Steel, recycling, sample",end_of_life,kg,Treatment,0.02,1.5,"sample, not for use"
sample_recycled_aluminium,"Aluminium, recycling, sample",end_of_life,kg,Treatment,0.05,8,"sample, not for use"
sample_landfill,"Landfill, sample",end_of_life,kg,Treatment,0.01,,"sample, not for use"
"""

PROPOSED = """code,description,category,sector,gases,annex_ii,functional_unit,note
84571010,"Machining centres, horizontal",iron_steel_products,iron_steel,CO2,1,t,"Sample, not the Commission's list"
"""

#: key, name, unit, CN code, tracking, net mass in kg, material of the whole-life account, what it is at the end.
GOODS = (
    ("plate", "Steel plate 40 mm", "kg", "72085120", "lot", 0.0, None, "Steel"),
    ("section", "Steel section, U profile", "kg", "72163110", "lot", 0.0, None, "Steel"),
    ("sheet", "Aluminium sheet 3 mm", "kg", "76061292", "lot", 0.0, None, "Aluminium"),
    ("bolt", "Hexagon bolt M12x40", "unit", "73181588", "lot", 0.0149, None, "Steel"),
    ("spindle", "Motor spindle 24 000 rpm", "unit", "84669370", "serial", 120.0, None, "Steel"),
    ("motor", "Servo motor 4 kW", "unit", "85015220", "none", 10.0, None, "Other material"),
    ("screw", "Ball screw 40x10", "unit", "84834030", "none", 25.0, "sample_steel", "Steel"),
    ("guide", "Linear guide 1 m", "unit", "84669370", "none", 15.0, "sample_steel", "Steel"),
    ("hydraulic", "Hydraulic unit", "unit", "84122981", "none", 80.0, "sample_steel", "Steel"),
    ("controller", "Numerical controller", "unit", "85371010", "none", 5.0, None, "Other material"),
    ("housing", "Cabinet housing", "unit", "94032080", "none", 40.0, "sample_steel", "Steel"),
    ("cable", "Cable", "kg", "85444290", "none", 0.0, "sample_copper", "Other material"),
    ("window", "Polycarbonate window", "unit", "39269097", "none", 8.0, "sample_plastic", "Other material"),
    ("paint", "Machine paint", "kg", "32081090", "none", 0.0, "sample_paint", "Other material"),
    ("coolant", "Coolant", "l", "34031980", "none", 1.0, "sample_coolant", "Other material"),
    ("rails", "Rail support", "unit", "84669370", "lot", 200.0, None, None),
    ("bed", "Machine bed, welded", "unit", "84669370", "lot", 1115.0, None, None),
    ("guard", "Guard with window", "unit", "84669370", "lot", 68.0, None, None),
    ("cabinet", "Control cabinet", "unit", "85371010", "lot", 57.0, None, None),
    ("machine", "Machining centre MC-500", "unit", "84571010", "serial", 1750.0, None, None),
)

#: What the lots of goods that are made here are called.
MACHINE = {"rails": "RAIL", "bed": "BED", "guard": "GUARD", "cabinet": "CABINET", "machine": "MC"}

#: Product carbon footprints, kgCO2e per unit.
FOOTPRINTS = (("spindle", 850.0), ("motor", 120.0), ("controller", 180.0))

WELDING, ASSEMBLY = "Welding shop", "Machine assembly hall"
#: good, work centre, minutes, operation, components per unit.
BILLS = (
    ("rails", WELDING, 120.0, "Welding rails", (("section", 200.0),)),
    ("bed", WELDING, 360.0, "Welding the bed", (("plate", 900.0), ("rails", 1.0), ("paint", 15.0))),
    ("guard", WELDING, 120.0, "Making the guard", (("sheet", 60.0), ("window", 1.0))),
    ("cabinet", ASSEMBLY, 300.0, "Wiring", (("housing", 1.0), ("controller", 1.0), ("cable", 12.0))),
    (
        "machine", ASSEMBLY, 600.0, "Assembly",
        (
            ("bed", 1.0), ("guard", 1.0), ("cabinet", 1.0), ("spindle", 1.0), ("motor", 4.0), ("screw", 3.0),
            ("guide", 6.0), ("hydraulic", 1.0), ("bolt", 400.0), ("coolant", 100.0),
        ),
    ),
)  # fmt: skip

#: vendor, country, what it sells, verified SEE and SEFA of the first good (direct, indirect, SEFA).
VENDORS = (
    ("Example Plate Mill", "tr", ("plate",), (2.0, 0.1, 1.2)),
    ("Example Plate Works", "kr", ("plate",), (2.6, 0.1, 1.2)),
    ("Example Section Mill", "tr", ("section",), (1.5, 0.2, 1.2)),
    ("Example Aluminium", "ae", ("sheet",), (6.0, 3.0, 1.4)),
    ("Example Bolt Trade", "cn", ("bolt",), None),
    ("Example Spindles", "de", ("spindle",), None),
    ("Example Drives", "in", ("motor", "controller", "cable"), None),
    ("Example Machine Parts", "in", ("screw", "guide", "hydraulic", "housing", "window", "paint", "coolant"), None),
)

_PARTS = (
    ("Example Drives", "motor", 4.0, None, None),
    ("Example Drives", "controller", 1.0, None, None),
    ("Example Drives", "cable", 12.0, None, None),
    ("Example Machine Parts", "screw", 3.0, None, None),
    ("Example Machine Parts", "guide", 6.0, None, None),
    ("Example Machine Parts", "hydraulic", 1.0, None, None),
    ("Example Machine Parts", "housing", 1.0, None, None),
    ("Example Machine Parts", "window", 1.0, None, None),
    ("Example Machine Parts", "paint", 15.0, None, None),
    ("Example Machine Parts", "coolant", 100.0, None, None),
)
#: By machine: vendor, good, quantity, lot, and its way here (mode, activity, km).
LOTS = {
    1: (
        ("Example Plate Mill", "plate", 900.0, "PLATE-1", ("road", "sample_road", 300.0)),
        ("Example Section Mill", "section", 200.0, "SECTION-1", None),
        ("Example Aluminium", "sheet", 60.0, "SHEET-1", None),
        ("Example Bolt Trade", "bolt", 400.0, "M12-1", None),
        ("Example Spindles", "spindle", 1.0, "SP-0001", ("sea", "sample_sea", 12000.0)),
        *_PARTS,
    ),
    2: (
        ("Example Plate Works", "plate", 900.0, "PLATE-2", ("road", "sample_road", 300.0)),
        ("Example Section Mill", "section", 200.0, "SECTION-2", None),
        ("Example Aluminium", "sheet", 60.0, "SHEET-2", None),
        ("Example Bolt Trade", "bolt", 400.0, "M12-2", None),
        ("Example Spindles", "spindle", 1.0, "SP-0002", ("air", "sample_air", 9000.0)),
        *_PARTS,
    ),
}

#: material, treatment, activity, whether what is recovered is credited (shown apart).
TREATMENTS = (
    ("Steel", "recycle", "sample_recycled_steel", True),
    ("Aluminium", "recycle", "sample_recycled_aluminium", True),
    (None, "landfill", "sample_landfill", False),
)
