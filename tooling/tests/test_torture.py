"""A short form of ``make torture``: a few dozen wrong files for every door."""

import pytest
from hypothesis import Phase

from tooling.torture import fuzz
from tooling.torture.doors import Door, doors
from tooling.torture.mutations import edited, files

CASES = 40


@pytest.mark.parametrize("door", doors(), ids=lambda door: door.name)
def test_wrong_files_are_refused_in_one_sentence(door):
    found = fuzz.run(door, CASES, 7)
    assert "error" not in found, found
    assert found["cases"] >= CASES // 2


def test_a_door_that_fails_is_found():
    def read(content):
        if b"=cmd" in content:
            raise KeyError("formula")

    found = fuzz.run(Door("weak", read, (ValueError,), files([b"a,b\n1,2\n"]), []), 2000, 1, [Phase.generate])
    assert found["error"].startswith("KeyError")
    assert b"=cmd" in bytes.fromhex(found["content"])


def test_a_refusal_without_words_is_no_answer():
    def read(_content):
        raise ValueError

    assert (
        "no clear sentence"
        in fuzz.run(Door("mute", read, (ValueError,), files([b"x"]), []), 5, 1, [Phase.generate])["error"]
    )


def test_a_good_file_is_not_refused():
    def read(_content):
        raise ValueError("no")

    assert fuzz.run(Door("shut", read, (ValueError,), files([b"x"]), [b"x"]), 5, 1)["error"] == "a good file is refused"


@pytest.mark.parametrize(
    ("edit", "result"),
    [
        (("insert", 0.5, 0, 0, b"!"), b"ab!cd"),
        (("replace", 0.5, 0, 1, b"!"), b"ab!d"),
        (("delete", 0.25, 0, 2, b""), b"ad"),
        (("double", 0, 1, 2, b""), b"abcdabab"),
        (("move", 0, 1, 2, b""), b"abcdab"),
        (("cut", 0.75, 0, 0, b""), b"abc"),
    ],
)
def test_edits(edit, result):
    assert edited(b"abcd", [edit]) == result
