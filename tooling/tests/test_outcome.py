"""How `make test` counts."""

from tooling.testing import Outcome, chosen_runs, conclude

JUNIT = """<testsuites><testsuite>
<testcase classname="a.b" name="good"/>
<testcase classname="a.b" name="bad"><failure message="1 != 2"/></testcase>
<testcase classname="a.b" name="broken"><error message="fixture"/></testcase>
<testcase classname="a.b" name="away"><skipped message="no workbook"/></testcase>
</testsuite></testsuites>"""


def report(tests=None, log=(), status=0):
    return {"tests": tests or {}, "log": list(log), "status": status}


def last_line(capsys, *outcomes):
    status = conclude(list(outcomes))
    return status, capsys.readouterr().out.splitlines()[-1]


def test_odoo_results_are_counted_by_kind(capsys):
    tests = {"t.A.test_1": "passed", "t.A.test_2": "failed", "t.B.test_3": "skipped: no chromium"}
    log = ["ERROR odoo.addons.cbam.tests.test_t: FAIL: A.test_2", "ERROR odoo.tests.result: 1 failed of 3 tests"]
    outcome = Outcome.of_odoo("addons", report(tests, log, 1))
    assert outcome.skipped == ["t.B.test_3: no chromium"]
    assert last_line(capsys, outcome) == (1, "tests: 1 passed, 1 failed, 1 skipped")


def test_an_unexpected_warning_fails_a_run_whose_tests_all_passed(capsys):
    outcome = Outcome.of_odoo("addons", report({"t.A.test_1": "passed"}, ["WARNING odoo.x: watch out"]))
    assert outcome.details == ["WARNING odoo.x: watch out"]
    assert last_line(capsys, outcome) == (1, "tests: 1 passed, 1 failed, 0 skipped")


def test_a_failed_test_does_not_hide_an_unexpected_warning(capsys):
    log = ["ERROR odoo.addons.cbam.tests.test_t: FAIL: A.test_1", "WARNING odoo.x: watch out"]
    outcome = Outcome.of_odoo("addons", report({"t.A.test_1": "failed"}, log, 1))
    assert last_line(capsys, outcome) == (1, "tests: 0 passed, 2 failed, 0 skipped")


def test_an_odoo_that_died_without_a_word_is_a_failure(capsys):
    outcome = Outcome.of_odoo("addons", report({"t.A.test_1": "passed"}, status=-9))
    assert last_line(capsys, outcome) == (1, "tests: 1 passed, 1 failed, 0 skipped")


def test_pytest_results_are_counted_by_kind(tmp_path, capsys):
    junit = tmp_path / "junit.xml"
    junit.write_text(JUNIT)
    outcome = Outcome.of_pytest("engine", junit, "the output", 1)
    assert (outcome.passed, outcome.failed) == (["a.b.good"], ["a.b.bad", "a.b.broken"])
    assert last_line(capsys, outcome) == (1, "tests: 1 passed, 2 failed, 1 skipped")


def test_a_pytest_that_did_not_start_is_a_failure(tmp_path, capsys):
    outcome = Outcome.of_pytest("engine", tmp_path / "absent.xml", "usage error", 4)
    assert last_line(capsys, outcome) == (1, "tests: 0 passed, 1 failed, 0 skipped")


def test_what_several_folders_found_counts_together(capsys):
    outcome = Outcome("engine", passed=["a"])
    outcome.add(Outcome("engine", passed=["b"], failed=["c"], skipped=["d: why"], details=["the output"]))
    assert outcome.details == ["the output"]
    assert last_line(capsys, outcome) == (1, "tests: 2 passed, 1 failed, 1 skipped")


def test_nothing_passed_is_no_success(capsys):
    assert last_line(capsys, Outcome("addons")) == (1, "tests: 0 passed, 0 failed, 0 skipped")


def test_all_passed_is_success(capsys):
    outcomes = [Outcome("engine", passed=["a"]), Outcome("addons", passed=["b", "c"], skipped=["d: why"])]
    assert last_line(capsys, *outcomes) == (0, "tests: 3 passed, 0 failed, 1 skipped")


def test_tags_choose_the_run():
    assert chosen_runs("", "/cbam_emissions:TestBom") == ["addons"]
    assert chosen_runs("", "cbam_optional") == ["optional"]
    assert chosen_runs("", "cbam_exchange") == ["exchange"]
    assert chosen_runs("addons", "") == ["addons_1", "addons_2"]
    assert chosen_runs("engine", "") == ["engine"]
    assert sorted(chosen_runs("", "")) == ["addons_1", "addons_2", "crowd", "engine", "exchange", "life", "optional"]
