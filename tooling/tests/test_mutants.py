"""The small errors that `make mutation` makes, and what it says of them."""

import importlib.util

import pytest

from tooling.quality import judge, mutation
from tooling.quality.mutants import mutants
from tooling.steps import Problem

SOURCE = '''"""Words that no error is made in."""

from functools import cache

NUMBER = 5


@cache
def area(length: float, parts=(1, 2), width: float = 2) -> float:
    """Neither here."""
    if len("x") > 1:
        return NUMBER
    return length * width


class Shelf:
    @property
    def empty(self):
        return not self.books
'''


def found(name):
    return [mutant for mutant in mutants(SOURCE) if mutant.function == name]


def test_the_errors_of_a_decorated_function():
    # not in the call of len, nor in NUMBER, a decorator, an annotation, a computed default value or a docstring
    assert [(mutant.line, mutant.change, mutant.in_parameters) for mutant in found("area")] == [
        (9, "2 -> 3", True),
        (11, "> 1 -> >= 1", False),
        (11, "1 -> 2", False),
        (13, "length * width -> length / width", False),
    ]


def test_an_error_stands_where_it_says_and_nothing_else_changes():
    (mutant,) = (mutant for mutant in found("area") if mutant.line == 13)
    assert mutant.source == SOURCE.replace("length * width", "length / width")
    # Python counts a function from its first decorator on
    assert (mutant.first_line, mutant.lines) == (8, range(8, 14))


def test_methods_have_the_name_of_their_class():
    assert [(mutant.line, mutant.change) for mutant in found("Shelf.empty")] == [(19, "not self.books -> self.books")]
    assert {mutant.function for mutant in mutants(SOURCE)} == {"area", "Shelf.empty"}


def test_modules_by_name():
    assert list(mutation.chosen_modules("statutory/site")) == ["engine.statutory.site"]
    assert "engine.statutory.site" in mutation.chosen_modules("statutory")
    assert not any("tests" in name for name in mutation.chosen_modules(""))
    with pytest.raises(Problem, match=r"ONLY=nothing is no module of the engine"):
        mutation.chosen_modules("nothing")


def test_the_score_counts_what_no_test_executes(capsys):
    results = [{"module": "engine.a", "verdict": verdict} for verdict in ("killed", "killed", "survived", "untested")]
    assert mutation.announce_table(results, 1) == 0.5
    assert capsys.readouterr().out.splitlines()[-1].split() == (
        ["all", "2", "of", "4", "killed", "50.0%", "1", "survived,", "1", "untested"]
    )


def test_what_a_function_has_made_and_kept_is_exchanged_as_well(tmp_path):
    """A reader that was made when its module was loaded, and the result of a function that keeps it."""
    path = tmp_path / "engine_words.py"
    path.write_text(
        "from functools import cache\n\n\n"
        "def one_of(*choices):\n"
        "    def read(text):\n"
        "        return text in choices\n\n"
        "    return read\n\n\n"
        "@cache\n"
        "def words():\n"
        "    return 5\n\n\n"
        "letters = one_of('a', 'b')\n"
    )
    spec = importlib.util.spec_from_file_location("engine_words", path)
    words = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(words)
    assert (words.letters("a"), words.words()) == (True, 5)
    module = judge.Module("engine_words", str(path), judge.Living())
    for change in ("in -> not in", "5 -> 6"):
        (mutant,) = (mutant for mutant in mutants(path.read_text()) if mutant.change == change)
        assert module.apply(mutant)
    assert (words.letters("a"), words.words()) == (False, 6)
