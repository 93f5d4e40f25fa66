# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl.html)
"""Free allocation: equations 1 to 6 of Implementing Regulation (EU) 2025/2620."""

import math

import pytest
from engine.errors import InvalidFigure, MissingFigure
from engine.free_allocation import (
    AllocatedPrecursor,
    RouteQuantity,
    benchmark_of_routes,
    free_allocation_of_import,
    sefa_of_complex_good,
    sefa_of_default,
    sefa_of_process,
)

CBAM_2026, CSCF = 0.975, 1.0


def test_reduced_iron_to_billet_to_rebar_in_2026():
    """Column A: 7203 10 00 0.295, 7207 11 14 (D) 0.065, 7214 20 00 0.038; 1 100 t → 1 000 t → 950 t."""
    iron = sefa_of_process(CBAM_2026, CSCF, 0.295)
    assert iron == pytest.approx(0.287625, rel=1e-12)
    billet = sefa_of_complex_good(
        sefa_of_process(CBAM_2026, CSCF, 0.065), [AllocatedPrecursor("reduced iron", 1.1, iron)]
    )
    assert billet == pytest.approx(0.3797625, rel=1e-12)
    rebar = sefa_of_complex_good(
        sefa_of_process(CBAM_2026, CSCF, 0.038), [AllocatedPrecursor("billet", 1000 / 950, billet)]
    )
    # 0.03705 + 0.3797625 / 0.95 = 0.03705 + 0.39975 = 0.4368
    assert rebar == pytest.approx(0.4368, rel=1e-12)


def test_default_of_rebar_in_2026_and_2028():
    assert sefa_of_default(CBAM_2026, CSCF, 1.364) == pytest.approx(1.3299, rel=1e-12)
    assert sefa_of_default(0.9, CSCF, 1.364) == pytest.approx(1.2276, rel=1e-12)


def test_stainless_screws_with_the_default_of_their_wire():
    """A 0.038; wire 7223 00 19 B 1.225; 3 520 t wire per 3 240 t screws."""
    wire = sefa_of_default(CBAM_2026, CSCF, 1.225)
    screws = sefa_of_complex_good(
        sefa_of_process(CBAM_2026, CSCF, 0.038), [AllocatedPrecursor("wire", 3520 / 3240, wire)]
    )
    # 0.03705 + (88/81) · 1.194375 = 0.03705 + 1.2975925925… = 1.3346425925…
    assert screws == pytest.approx(0.03705 + 88 / 81 * 1.194375, rel=1e-12)
    assert round(screws, 5) == 1.33464
    assert free_allocation_of_import(screws, 620.0) == pytest.approx(827.478407, rel=1e-8)
    assert sefa_of_default(CBAM_2026, CSCF, 1.154) == pytest.approx(1.12515, rel=1e-12)


def test_ferro_manganese_as_a_default_precursor():
    assert sefa_of_default(0.975, 1.0, 1.361) == pytest.approx(1.326975, rel=1e-12)


def test_every_factor_enters():
    assert sefa_of_process(0.5, 0.8, 2.0) == pytest.approx(0.8, rel=1e-15)
    assert sefa_of_default(0.5, 0.8, 3.0) == pytest.approx(1.2, rel=1e-15)
    assert sefa_of_process(0.0, 1.0, 2.0) == 0.0


def test_an_exempt_precursor_brings_nothing_but_its_quantity_is_needed():
    precursors = [AllocatedPrecursor("EU wire", 1.1, 1.2, exempt=True), AllocatedPrecursor("wire", 0.5, 0.4)]
    assert sefa_of_complex_good(0.1, precursors) == pytest.approx(0.3, rel=1e-15)
    assert sefa_of_complex_good(0.1, [AllocatedPrecursor("EU wire", 1.1, None, exempt=True)]) == 0.1
    with pytest.raises(MissingFigure, match=r"^The specific mass of precursor EU wire is missing"):
        sefa_of_complex_good(0.1, [AllocatedPrecursor("EU wire", None, None, exempt=True)])


def test_import_of_goods_and_of_electricity():
    assert free_allocation_of_import(0.5, 1000.0) == 500.0
    assert free_allocation_of_import(0.5, 1000.0, electricity=True) == 0.0


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: sefa_of_process(None, 1.0, 1.0), "The CBAM factor is missing."),
        (lambda: sefa_of_process(1.0, None, 1.0), "The cross-sectoral correction factor is missing."),
        (lambda: sefa_of_process(1.0, 1.0, None), "The benchmark of column A is missing."),
        (lambda: sefa_of_default(None, 1.0, 1.0), "The CBAM factor is missing."),
        (lambda: sefa_of_default(1.0, None, 1.0), "The cross-sectoral correction factor is missing."),
        (lambda: sefa_of_default(1.0, 1.0, None), "The benchmark of column B is missing."),
        (lambda: sefa_of_complex_good(None, []), "The free allocation of the process is missing."),
        (
            lambda: sefa_of_complex_good(0.1, [AllocatedPrecursor("wire", 1.0, None)]),
            "The specific embedded free allocation of precursor wire is missing.",
        ),
        (lambda: free_allocation_of_import(None, 1.0), "The specific embedded free allocation is missing."),
        (lambda: free_allocation_of_import(1.0, None), "The mass imported is missing."),
    ],
)
def test_an_undetermined_figure_is_missing_never_one(call, message):
    with pytest.raises(MissingFigure) as caught:
        call()
    assert str(caught.value) == message


@pytest.mark.parametrize(
    "call",
    [
        lambda: sefa_of_process(97.5, 1.0, 1.0),
        lambda: sefa_of_process(1.01, 1.0, 1.0),
        lambda: sefa_of_process(-0.1, 1.0, 1.0),
        lambda: sefa_of_process(1.0, 1.1, 1.0),
        lambda: sefa_of_process(1.0, 1.0, -1.0),
        lambda: sefa_of_default(1.0, 1.0, math.nan),
        lambda: sefa_of_complex_good(-0.1, []),
        lambda: sefa_of_complex_good(0.1, [AllocatedPrecursor("wire", -1.0, 1.0)]),
        lambda: sefa_of_complex_good(0.1, [AllocatedPrecursor("wire", 1.0, -1.0)]),
        lambda: free_allocation_of_import(-1.0, 1.0),
        lambda: free_allocation_of_import(1.0, -1.0),
    ],
)
def test_figures_out_of_range_are_refused(call):
    with pytest.raises(InvalidFigure):
        call()


def test_benchmark_of_several_routes():
    # (600 t · 1.364 + 400 t · 0.5) / 1 000 t = (818.4 + 200) / 1 000
    routes = [RouteQuantity("C", 600.0, 1.364), RouteQuantity("E", 400.0, 0.5), RouteQuantity("D", 0.0, None)]
    assert benchmark_of_routes(routes) == pytest.approx(1.0184, rel=1e-14)


def test_routes_without_quantity_or_benchmark():
    with pytest.raises(MissingFigure, match="The benchmark of route D is missing"):
        benchmark_of_routes([RouteQuantity("C", 1.0, 1.0), RouteQuantity("D", 1.0, None)])
    with pytest.raises(MissingFigure, match="The quantity of route D is missing"):
        benchmark_of_routes([RouteQuantity("D", None, 1.0)])
    with pytest.raises(InvalidFigure, match="The quantity of all routes"):
        benchmark_of_routes([RouteQuantity("D", 0.0, 1.0)])
