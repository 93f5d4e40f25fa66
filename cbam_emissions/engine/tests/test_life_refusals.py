# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl.html)
"""The whole-life account and measurements: a figure that is missing or wrong is refused in a sentence that names it."""

import pytest
from engine import measurement
from engine.errors import EngineError
from engine.life import allocation, electricity, service, storage, transport
from engine.life.electricity import HourMix
from engine.life.transport import Leg, Place


def carried(**wrong):
    return transport.kg_per_tonne(Leg(**{"unit": "km", "factor": 0.9, "distance": 100.0, **LOADED, **wrong}))


def quantity(**wrong):
    return transport.activity_quantity(Leg(**{"unit": "km", "factor": 0.9, "distance": 100.0, **LOADED, **wrong}), 2.0)


LOADED = {"capacity": 10.0, "load_factor": 0.5}


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda: Place.of(None, None, "Depot"), "Depot has no coordinates."),
        (lambda: Place.of(None, 8.0, "Depot"), "The latitude of Depot is missing."),
        (lambda: Place.of(50.0, None, "Depot"), "The longitude of Depot is missing."),
        (lambda: Place.of(90.5, 8.0, "Depot"), "Depot lies at 90.5, 8.0: that is not on the globe."),
        (lambda: Place.of(50.0, -180.5, "Depot"), "Depot lies at 50.0, -180.5: that is not on the globe."),
        (lambda: carried(distance=None), "The distance is missing."),
        (lambda: carried(factor=None), "The emission factor is missing."),
        (lambda: carried(empty_return=None), "The empty return is missing."),
        (lambda: carried(surcharge=None), "The surcharge of cooled transport is missing."),
        (lambda: carried(load_factor=None), "The load factor is missing."),
        (lambda: carried(load_factor=0.0), "The load factor is 0.0, but it must be greater than 0."),
        (lambda: carried(capacity=None), "The capacity of the vehicle is missing."),
        (lambda: carried(unit="mile"), "A transport counts in t.km or km, not in mile."),
        (lambda: quantity(distance=None), "The distance is missing."),
        (lambda: quantity(empty_return=None), "The empty return is missing."),
        (lambda: quantity(load_factor=None), "The load factor is missing."),
        (lambda: quantity(load_factor=0.0), "The load factor is 0.0, but it must be greater than 0."),
        (lambda: quantity(capacity=None), "The capacity of the vehicle is missing."),
        (lambda: HourMix(0.3, onsite=None).intensity(), "The on-site share is missing."),
        (lambda: HourMix(0.3, contract=None).intensity(), "The PPA share is missing."),
        (lambda: HourMix(-0.3).intensity(), "An intensity is -0.3, but it cannot be negative."),
        (
            lambda: HourMix(0.3, onsite=0.6, contract=0.5).intensity(),
            "On-site renewables and power purchase agreement cover more than the whole hour.",
        ),
        (lambda: electricity.mean_intensity([], {}), "There is no time in which the electricity was used."),
        (lambda: electricity.difference(None, 0.3, 0.0), "The electricity (kWh) is missing."),
        (lambda: allocation.air_electricity(None, 0.1), "The volume of compressed air (Nm³) is missing."),
        (lambda: allocation.air_electricity(5.0, None), "The electricity per Nm³ of compressed air is missing."),
        (lambda: allocation.allocate(None, {"a": 1.0}, "Light"), "The quantity of Light is missing."),
        (
            lambda: allocation.allocate(1.0, {"a": 0.0}, "Light"),
            "Light: no order of the period has anything to share it by.",
        ),
        (lambda: storage.pallet_days(1.0, None), "The number of pallets per unit is missing."),
        (lambda: storage.activity_quantity(1.0, "kWh", None), "The electricity per pallet-day is missing."),
        (
            lambda: storage.activity_quantity(1.0, "kg", 1.0),
            "Storage counts in kWh or pallet.day, not in kg.",
        ),
        (lambda: service.leaked(None), "The gas: the mass charged (kg) is missing."),
        (lambda: service.leaked(1.0, None), "The gas: the mass recovered (kg) is missing."),
        (lambda: service.leaked(1.0, 1.5, "R32"), "R32: 1.5 kg recovered is more than the 1.0 kg charged."),
        (lambda: service.travelled(None), "The trip: the distance (km) is missing."),
        (lambda: service.travelled(9.0, share=None), "The trip: the share of this machine is missing."),
        (lambda: service.emitted(None, 2.0, "Oil"), "Oil: the quantity is missing."),
        (lambda: service.emitted(1.0, None, "Oil"), "Oil: the emission factor is missing."),
        (
            lambda: service.emitted(1.0, -2.0, "Oil"),
            "Oil: the emission factor is -2.0, but it cannot be negative.",
        ),
        (
            lambda: measurement.available(1.0, 101.0),
            "The share of data points in percent is 101.0, but it must lie between 0 and 100.0.",
        ),
        (
            lambda: measurement.substitute_concentration([1.0, -2.0]),
            "A measured concentration is -2.0, but it cannot be negative.",
        ),
        (
            lambda: measurement.substitute_concentration([1.0, None]),
            "A substitute concentration needs at least two measured concentrations.",
        ),
        (
            lambda: measurement.complete([], [1.0]),
            "There must be one value of the balance for each reference period.",
        ),
        (lambda: measurement.carbon_monoxide_as_co2(None), "The emitted carbon monoxide is missing."),
        (lambda: measurement.n2o_co2e(None, 265.0), "The measured N2O is missing."),
        (lambda: measurement.n2o_co2e(1.0, None), "The global warming potential of N2O is missing."),
        (lambda: measurement.n2o_reported(None), "The measured N2O is missing."),
    ],
)
def test_one_sentence(call, sentence):
    with pytest.raises(EngineError) as caught:
        call()
    assert str(caught.value) == sentence


def test_the_ends_of_the_globe_belong_to_it():
    assert Place.of(-90.0, 180.0, "Pole") == Place(-90.0, 180.0)
    assert Place.of(90.0, -180.0, "Pole") == Place(90.0, -180.0)
