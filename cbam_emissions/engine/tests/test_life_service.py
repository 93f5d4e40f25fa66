import pytest
from engine.errors import InvalidFigure, MissingFigure
from engine.life.service import emitted, leaked, travelled


def test_a_top_up_counts_what_leaked():
    """2.5 kg charged, 0.7 kg of the old gas recovered: 1.8 kg leaked; R-410A at 2 088: 1.8 · 2.088 = 3.7584 t."""
    assert leaked(2.5, 0.7) == pytest.approx(1.8)
    assert emitted(leaked(2.5, 0.7), 2088.0, "R-410A") == pytest.approx(3.7584)


def test_more_recovered_than_charged_is_refused():
    with pytest.raises(InvalidFigure, match=r"SF6: 3.0 kg recovered is more than the 2.0 kg charged"):
        leaked(2.0, 3.0, "SF6")


def test_what_was_charged_must_be_known():
    with pytest.raises(MissingFigure, match="SF6: the mass charged"):
        leaked(None, 0.0, "SF6")


def test_a_trip_goes_there_and_back_and_is_shared():
    """150 km one way, there and back 300 km; three machines at the site, a third each: 100 km."""
    assert travelled(150.0) == 300.0
    assert travelled(150.0, share=1 / 3) == pytest.approx(100.0)
    assert travelled(150.0, there_and_back=False) == 150.0


@pytest.mark.parametrize("arguments", [(0.0,), (-1.0,), (10.0, True, 1.5), (10.0, True, -0.1)])
def test_a_trip_has_a_length_and_a_share(arguments):
    with pytest.raises(InvalidFigure):
        travelled(*arguments)


def test_a_missing_factor_is_missing():
    with pytest.raises(MissingFigure, match="Grease: the emission factor is missing"):
        emitted(2.0, None, "Grease")
    with pytest.raises(InvalidFigure, match="cannot be negative"):
        emitted(2.0, -1.0, "Grease")
