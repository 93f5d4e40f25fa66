# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl.html)
"""The carbon passport rolled up: shares, averages, posted values, loops, and sums that close."""

import random
from math import fsum

import pytest
from engine.life.account import (
    CBAM,
    LIFE,
    Account,
    Amount,
    Goods,
    Made,
    Order,
    Source,
    Taken,
    average,
    by_quality,
    by_stage,
    drivers,
)

STEEL = Source("material", CBAM, "verified")
EPD = Source("material", LIFE, "verified")
POWER = Source("production", CBAM, "measured")
TRUCK = Source("logistics", LIFE, "estimated")
MACHINE, FRAME, BOLT, MOTOR = Goods(1, 11), Goods(2, 21), Goods(3, 31), Goods(4, 41)


def bought(goods, quantity, source=EPD, tco2e=0.0, **values):
    return Taken(goods, quantity, {source: Amount(tco2e, quantity)}, **values)


def machine(orders, own=()):
    account = Account({order.id: order for order in orders})
    return account.machine(MACHINE, 1.0, [Made(1, 1.0)], dict(own)), account


def test_a_machine_of_steel_a_motor_and_power():
    """2 t of steel parts in CBAM, a motor of 0.3 t by its EPD, 0.1 t of power, 0.05 t on the road."""
    order = Order(
        1,
        [bought(BOLT, 10, STEEL, 2.0, embeds=True), bought(MOTOR, 1, EPD, 0.3, arrived={TRUCK: Amount(0.01, 5)})],
        {POWER: Amount(0.1, 200.0)},
        weights={MACHINE: 1.0},
    )
    root, _account = machine([order], own=[(TRUCK, Amount(0.04, 20))])
    stages = by_stage(root)
    assert stages["material"] == (2.0, 0.3) and stages["production"] == (0.1, 0.0)
    assert stages["logistics"].life == pytest.approx(0.05)
    assert fsum(stage.total for stage in stages.values()) == pytest.approx(root.total()) == pytest.approx(2.45)
    assert root.children[MOTOR].total() == pytest.approx(0.31)


def test_a_sub_assembly_gives_its_share_and_its_energy_is_production():
    """8 frames from 0.8 t of power and 4 t of steel; a machine takes 2: 0.2 t and 1 t. 2 of its 1.2 t are posted."""
    frames = Order(2, [bought(BOLT, 40, STEEL, 4.0, embeds=True)], {POWER: Amount(0.8, 1600)}, weights={FRAME: 8.0})
    carried = Source("carried", CBAM, "derived")
    order = Order(1, [bought(FRAME, 2, carried, 1.2, makers=(Made(2, 8.0),))], weights={MACHINE: 1.0})
    root, _account = machine([frames, order])
    assert by_stage(root) == {"material": (pytest.approx(1.0), 0.0), "production": (pytest.approx(0.2), 0.0)}
    assert root.children[FRAME].children[BOLT].quantity == pytest.approx(10.0)


def test_the_posted_value_governs():
    """Frames without lot left at the average of 1.5 t, not the 1.2 t of the last orders: scaled by 1.25."""
    frames = Order(2, [bought(BOLT, 40, STEEL, 4.0, embeds=True)], {POWER: Amount(0.8, 1600)}, weights={FRAME: 8.0})
    carried = Source("carried", CBAM, "derived")
    order = Order(1, [bought(FRAME, 2, carried, 1.5, makers=(Made(2, 8.0),))], weights={MACHINE: 1.0})
    root, _account = machine([frames, order])
    assert root.total(CBAM) == pytest.approx(1.5)
    assert by_stage(root)["material"].cbam == pytest.approx(1.25)


def test_a_value_without_known_making_is_material():
    """A frame of opening stock: its orders say nothing, the ledger says 0.7 t."""
    carried = Source("carried", CBAM, "derived")
    frames = Order(2, [], {}, weights={FRAME: 8.0})
    order = Order(1, [bought(FRAME, 2, carried, 0.7, makers=(Made(2, 8.0),))], weights={MACHINE: 1.0})
    root, _account = machine([frames, order])
    assert by_stage(root) == {"material": (pytest.approx(0.7), 0.0)}


def test_what_a_cbam_good_embeds_is_material_however_it_was_made():
    """A made steel frame embeds 1.2 t: material as a whole; its paint, outside CBAM, comes on top once."""
    paint = Goods(5)
    frames = Order(
        2,
        [bought(BOLT, 40, STEEL, 4.0, embeds=True), bought(paint, 8, EPD, 0.16)],
        {POWER: Amount(0.8, 1600)},
        weights={FRAME: 8.0},
    )
    order = Order(1, [bought(FRAME, 2, STEEL, 1.2, makers=(Made(2, 8.0),), embeds=True)], weights={MACHINE: 1.0})
    root, _account = machine([frames, order])
    assert by_stage(root) == {"material": (pytest.approx(1.2), pytest.approx(0.04))}


def test_serial_numbers_of_one_order_share_and_keep_what_is_their_own():
    """Two machines of one order share 0.6 t; the crane hour of 0.1 t is that of the first."""
    second = Goods(1, 12)
    order = Order(1, [bought(MOTOR, 2, EPD, 0.6)], weights={MACHINE: 1.0, second: 1.0})
    order.of_outputs[MACHINE] = {Source("production", LIFE, "measured"): Amount(0.1, 1)}
    account = Account({1: order})
    totals = [account.machine(goods, 1.0, [Made(1, 1.0)], {}).total() for goods in (MACHINE, second)]
    assert totals == [pytest.approx(0.4), pytest.approx(0.3)]


def test_a_rework_that_takes_its_own_serial_number_ends():
    order = Order(1, [bought(MACHINE, 1, EPD, 0.2, makers=(Made(1, 1.0),))], weights={MACHINE: 1.0})
    root, account = machine([order])
    assert root.total() == pytest.approx(0.2)
    assert account.loops == {MACHINE}


def test_qualities_and_fleet():
    order = Order(1, [bought(BOLT, 1, STEEL, 3.0, embeds=True)], {TRUCK: Amount(-1.0, 0)}, weights={MACHINE: 1.0})
    root, _account = machine([order])
    assert by_quality(root) == {"verified": 0.75, "estimated": 0.25}
    fleet = average([by_stage(root), {}])
    assert fleet == {"material": 1.5, "logistics": -0.5}


def random_factory(seed):
    """Orders of five levels with several makers per component; values posted as they were made."""
    draw = random.Random(seed)
    orders, made = {}, {}
    for level in range(5):
        for number in range(4):
            goods = Goods(100 * level + number, 1 if draw.random() < 0.7 else None)
            makers = []
            for _n in range(draw.randint(1, 3)):
                order = Order(len(orders) + 1, weights={goods: draw.uniform(1, 9)})
                order.entries[POWER] = Amount(draw.uniform(0, 2), 1.0)
                order.taken.append(bought(Goods(9000 + level, number), 1, EPD, draw.uniform(0, 1)))
                below = [one for one in made if one.product // 100 == level - 1]
                for part in draw.sample(below, min(2, len(below))):
                    order.taken.append(Taken(part, draw.uniform(0.1, 1), makers=made[part]))
                orders[order.id] = order
                makers.append(Made(order.id, order.weights[goods]))
            made[goods] = tuple(makers)
    return orders, made


@pytest.mark.parametrize("seed", range(12))
def test_stages_children_and_drivers_sum_to_the_total(seed):
    orders, made = random_factory(seed)
    account = Account(orders)
    tops = [goods for goods in made if goods.product >= 400]
    trees = [account.machine(goods, 1.0, made[goods], {TRUCK: Amount(0.1, 1)}) for goods in tops]
    for tree in trees:
        assert fsum(stage.total for stage in by_stage(tree).values()) == pytest.approx(tree.total(), abs=1e-9)
        own = fsum(amount.tco2e for amount in tree.entries.values())
        assert own + fsum(child.total() for child in tree.children.values()) == pytest.approx(tree.total(), abs=1e-9)
        assert fsum(by_quality(tree).values()) == pytest.approx(1.0)
    found = drivers(trees[0], trees[1], lambda node, source: (node.goods, source.stage))
    assert fsum(one.difference for one in found) == pytest.approx(trees[1].total() - trees[0].total(), abs=1e-9)
    assert [abs(one.difference) for one in found] == sorted((abs(one.difference) for one in found), reverse=True)


def test_amounts_keep_their_quantity():
    # a quarter of 2 t of 80 kg, and 1 t of 5 kg
    assert Amount(2.0, 80.0).times(0.25).plus(Amount(1.0, 5.0)) == Amount(1.5, 25.0)


def test_makers_that_made_nothing_add_nothing():
    root = Account({}).machine(MACHINE, 1.0, [Made(1, 0.0)], {TRUCK: Amount(0.04, 20)})
    assert root.total() == pytest.approx(0.04) and not root.children


def test_what_is_nothing_has_no_quality():
    order = Order(1, [bought(BOLT, 1, STEEL, 3.0, embeds=True)], {TRUCK: Amount(0.0, 0)}, weights={MACHINE: 1.0})
    assert by_quality(machine([order])[0]) == {"verified": 1.0}
    assert by_quality(machine([Order(1, [], {TRUCK: Amount(0.0, 0)}, weights={MACHINE: 1.0})])[0]) == {}
