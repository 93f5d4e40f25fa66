# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl.html)
"""A figure that is missing or out of its range is refused in one sentence that names it."""

from datetime import date
from decimal import Decimal

import pytest
from engine import carbon_price, cement, certificates, cogeneration, flue_gas, fuel_mix, heat, scenario, threshold
from engine.cement import CementBalance
from engine.certificates import Basis, CarbonPrice, DeclarationLine, Imported
from engine.chp_references import weighted_reference
from engine.errors import EngineError
from engine.fuel_mix import FuelMix

BURNT = FuelMix(100.0, 5610.0)
PLANT = cogeneration.Efficiencies(0.4, 0.3, cogeneration.EfficiencySource.DETERMINED)


def balance(**wrong):
    facts = {"cement_delivered": 100.0, "cement_stock_variation": 0.0, "clinker_to_cement": 0.8}
    return cement.clinker_produced(CementBalance(**{**facts, **wrong}))


def price_reduction(price=40.0, covered=1.0, certificate=80.0):
    return certificates.price_reduction(Basis.VERIFIED, 2026, CarbonPrice(price, covered), certificate)


def owed(mass=1.0, see=2.0, sefa=0.5, reduction=0.0):
    return certificates.due(Imported(DeclarationLine("73181552", "TR"), mass, see, sefa, reduction=reduction))


def in_year(sefa=0.5, known=(0.975, 1.0), asked=(0.9, 1.0)):
    return scenario.allocation_in_year(sefa, known, asked)


def proposed(emissions=5.0, free_allocation=1.0):
    return scenario.proposed_certificates(emissions, free_allocation, (0.975, 1.0), (0.9, 1.0))


def imported(sector="cement", mass=1.0, stage="declared"):
    return threshold.watch([threshold.Counted(sector, mass, stage)], 50.0)


def exceeded(mass=1.0, limit=50.0):
    return threshold.exceeded_on([(date(2027, 1, 5), threshold.Counted("cement", mass, "declared"))], limit)


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda: owed(mass=None), "The net mass of the goods 73181552 is missing."),
        (lambda: owed(see=None), "The specific embedded emissions of the goods 73181552 is missing."),
        (lambda: owed(sefa=None), "The specific embedded free allocation of the goods 73181552 is missing."),
        (lambda: owed(reduction=None), "The carbon price reduction of the goods 73181552 is missing."),
        (lambda: carbon_price.net_price(None, 0.0), "The carbon price is missing."),
        (lambda: carbon_price.net_price(40.0, None), "The rebate on the carbon price is missing."),
        (lambda: carbon_price.net_price(40.0, 40.5), "The rebate (40.5) exceeds the carbon price (40)."),
        (
            lambda: carbon_price.effectively_paid(40.0, 0.0, None, 2.0, 1.0),
            "The share of emissions with a carbon price is missing.",
        ),
        (
            lambda: carbon_price.effectively_paid(40.0, 0.0, 1.0, None, 1.0),
            "The specific embedded emissions is missing.",
        ),
        (
            lambda: carbon_price.effectively_paid(40.0, 0.0, 1.0, 2.0, None),
            "The exchange rate of the carbon price is missing.",
        ),
        (lambda: fuel_mix.produced_electricity_factor(BURNT, None), "The electricity produced is missing."),
        (lambda: heat.heat_flow_rate(2800.0, 420.0, None), "The mass flow rate is missing."),
        (lambda: heat.heat_by_efficiency(None, 0.9), "The energy input is missing."),
        (lambda: heat.heat_factor(None, 0.9), "The emission factor of the fuel mix is missing."),
        (lambda: heat.heat_emissions(None, 56.1, 0.9), "The heat consumed is missing."),
        (lambda: heat.with_losses({"P": 1.0}, None), "The figure for heat losses is missing."),
        (lambda: heat.with_losses({"P": None}, 1.0), "The heat consumed by P is missing."),
        (lambda: balance(cement_delivered=None), "The cement delivered is missing."),
        (lambda: balance(cement_stock_variation=None), "The variation of cement stocks is missing."),
        (lambda: balance(clinker_to_cement=None), "The clinker to cement ratio is missing."),
        (lambda: balance(clinker_supplied=-1.0), "The clinker supplied is -1.0, but it cannot be negative."),
        (lambda: balance(clinker_dispatched=-1.0), "The clinker dispatched is -1.0, but it cannot be negative."),
        (lambda: balance(clinker_stock_variation=None), "The variation of clinker stocks is missing."),
        (lambda: cement.clinker_to_cement_ratio(None, 1.0), "The cement produced is missing."),
        (lambda: cement.clinker_to_cement_ratio(1.0, None), "The additives to the cement is missing."),
        (lambda: cement.dust_factor(-1.0, 0.5), "The emission factor of clinker is -1.0, but it cannot be negative."),
        (lambda: cement.dust_factor(0.5, None), "The degree of calcination is missing."),
        (lambda: cement.clinker_emissions(None), "The clinker produced is missing."),
        (lambda: cement.clinker_emissions(1.0, None), "The emission factor of clinker is missing."),
        (lambda: cement.dust_emissions(None), "The dust leaving the kiln is missing."),
        (lambda: cement.dust_emissions(1.0, None), "The emission factor of kiln dust is missing."),
        (
            lambda: cogeneration.determined_efficiencies(1.0, 1.0, None),
            "The energy input of the cogeneration unit is missing.",
        ),
        (
            lambda: cogeneration.determined_efficiencies(None, 1.0, 9.0),
            "The heat of the cogeneration unit is missing.",
        ),
        (
            lambda: cogeneration.determined_efficiencies(1.0, None, 9.0),
            "The electricity of the cogeneration unit is missing.",
        ),
        (
            lambda: cogeneration.determined_efficiencies(9.1, 0.0, 9.0),
            "The cogeneration unit gives more heat and electricity than its fuels bring in.",
        ),
        (lambda: cogeneration.design_efficiencies(None, 0.3), "The design efficiency of heat is missing."),
        (lambda: cogeneration.design_efficiencies(0.3, None), "The design efficiency of electricity is missing."),
        (
            lambda: cogeneration.shares(PLANT, 0.0, 0.5),
            "The reference efficiency of heat is 0.0, but it must be greater than 0.",
        ),
        (
            lambda: cogeneration.shares(PLANT, 0.5, 0.0),
            "The reference efficiency of electricity is 0.0, but it must be greater than 0.",
        ),
        (
            lambda: cogeneration.shares(cogeneration.Efficiencies(0.0, 0.0, PLANT.source), 0.5, 0.5),
            "The output of the cogeneration unit is 0.0, but it must be greater than 0.",
        ),
        (
            lambda: cogeneration.cogeneration(BURNT, None, 1.0, PLANT, (0.9, 0.5)),
            "The heat of the cogeneration unit is missing.",
        ),
        (
            lambda: cogeneration.cogeneration(BURNT, 1.0, None, PLANT, (0.9, 0.5)),
            "The electricity of the cogeneration unit is missing.",
        ),
        (
            lambda: cogeneration.cogeneration(BURNT, 0.0, 1.0, PLANT, (0.9, 0.5)),
            "A share of the cogeneration unit's emissions falls to heat, but there is none of it.",
        ),
        (
            lambda: cogeneration.cogeneration(BURNT, 1.0, 0.0, PLANT, (0.9, 0.5)),
            "A share of the cogeneration unit's emissions falls to electricity, but there is none of it.",
        ),
        (lambda: weighted_reference([(None, 0.5)]), "The energy input of a fuel is missing."),
        (lambda: weighted_reference([(1.0, None)]), "The reference efficiency of a fuel is missing."),
        (lambda: weighted_reference([]), "The energy input of the fuels is 0.0, but it must be greater than 0."),
        (lambda: price_reduction(covered=None), "The emissions that a carbon price was paid for is missing."),
        (lambda: price_reduction(price=None), "The carbon price paid is missing."),
        (lambda: price_reduction(certificate=None), "The price of a certificate is missing."),
        (lambda: certificates.cost(None, Decimal(80)), "The number of certificates is missing."),
        (lambda: certificates.cost(1.0, None), "The price of a certificate is missing."),
        (lambda: certificates.cost(1.0, Decimal(-1)), "The price of a certificate is -1.0, but it cannot be negative."),
        (
            lambda: certificates.band(Decimal(1), Decimal(2), 1.5),
            "The likelihood that a claim is verified is 1.5, but it must lie between 0 and 1.0.",
        ),
        (lambda: certificates.converted(Decimal(1), None), "The exchange rate of the euro is missing."),
        (
            lambda: certificates.converted(Decimal(1), 0.0),
            "The exchange rate of the euro is 0.0, but it must be greater than 0.",
        ),
        (lambda: flue_gas.gypsum_emissions(None), "The gypsum from desulphurisation is missing."),
        (lambda: flue_gas.urea_emissions(None), "The urea used for de-NOx is missing."),
        (lambda: flue_gas.flare_emissions(None), "The volume of flared gas is missing."),
        (lambda: flue_gas.flare_emissions(1.0, None), "The emission factor of flared gas is missing."),
        (lambda: in_year(sefa=None), "The specific embedded free allocation is missing."),
        (lambda: in_year(known=(None, 1.0)), "The CBAM factor is missing."),
        (lambda: in_year(known=(0.0, 1.0)), "The CBAM factor is 0.0, but it must be greater than 0."),
        (lambda: in_year(known=(1.5, 1.0)), "The CBAM factor is 1.5, but it must lie between 0 and 1.0."),
        (lambda: in_year(known=(0.975, None)), "The cross-sectoral correction factor is missing."),
        (lambda: in_year(asked=(1.5, 1.0)), "The CBAM factor is 1.5, but it must lie between 0 and 1.0."),
        (lambda: in_year(asked=(0.9, None)), "The cross-sectoral correction factor is missing."),
        (lambda: proposed(emissions=None), "The embedded emissions of the goods is missing."),
        (lambda: proposed(free_allocation=None), "The embedded free allocation of the goods is missing."),
        (lambda: threshold.watch([], 0.0), "The threshold is 0.0, but it must be greater than 0."),
        (lambda: imported(sector="paper"), "“paper” and “declared” are no sector and stage of imports."),
        (lambda: imported(stage="lost"), "“cement” and “lost” are no sector and stage of imports."),
        (lambda: imported(mass=None), "The net mass of imported goods is missing."),
        (lambda: exceeded(limit=None), "The threshold of net mass is missing."),
        (lambda: exceeded(mass=None), "The net mass of imported goods is missing."),
    ],
)
def test_one_sentence(call, sentence):
    with pytest.raises(EngineError) as caught:
        call()
    assert str(caught.value) == sentence
