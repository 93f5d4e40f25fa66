"""What the commands refuse, in one sentence."""

import socket

import pytest

from tooling import demo, lint, odoo_source, postgres, settings
from tooling.__main__ import main, wrong_python
from tooling.steps import Problem, explain, run_step


@pytest.mark.parametrize("version", [(2, 7), (3, 6), (3, 9, 18), (3, 14)])
def test_a_python_that_odoo_does_not_run_on_is_refused(version):
    assert f"this is Python {version[0]}.{version[1]}" in wrong_python(version)


@pytest.mark.parametrize("version", [(3, 10), (3, 11, 7), (3, 13)])
def test_a_python_that_odoo_runs_on_is_taken(version):
    assert wrong_python(version) is None


def test_an_unknown_command_is_refused(capsys):
    assert main(["dance"]) == 2
    assert capsys.readouterr().err.startswith("usage: ")


def odoo_tree(folder, version):
    release = folder / "odoo" / "release.py"
    release.parent.mkdir(parents=True)
    release.write_text(f"series = {version!r}\nversion = series + '.1'\n")
    return folder


def test_an_odoo_of_the_wanted_series_is_taken(tmp_path):
    source = odoo_source.inspect(odoo_tree(tmp_path, "19.0"), "ODOO_HOME")
    assert (source.python_path, source.version) == (tmp_path, "19.0.1")


def test_the_package_folder_itself_may_be_named(tmp_path):
    assert odoo_source.inspect(odoo_tree(tmp_path, "19.0") / "odoo", "ODOO_HOME").python_path == tmp_path


def test_a_foreign_odoo_is_refused(tmp_path):
    with pytest.raises(Problem, match=r"ODOO_HOME is Odoo 18\.0\.1 and the suite needs Odoo 19\.0"):
        odoo_source.inspect(odoo_tree(tmp_path, "18.0"), "ODOO_HOME")


def test_a_folder_without_odoo_is_refused(tmp_path):
    with pytest.raises(Problem, match="There is no Odoo in"):
        odoo_source.inspect(tmp_path, "ODOO_HOME")


def test_a_busy_port_is_refused():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        port = listener.getsockname()[1]
        with pytest.raises(Problem, match=f"Port {port} is not free"):
            demo.refuse_busy(str(port))


@pytest.mark.parametrize("port", ["eighty", "0", "65536", "-1"])
def test_a_port_that_is_none_is_refused(port):
    with pytest.raises(Problem, match="is not a port number"):
        demo.refuse_busy(port)


@pytest.mark.parametrize(
    ("output", "sentence"),
    [
        ("E: Failed to fetch …  Could not resolve host", "connected to the network"),
        ("pip._vendor.urllib3.exceptions.NewConnectionError: …", "connected to the network"),
        ("dpkg-deb: error: No space left on device", "is full"),
    ],
)
def test_well_known_causes_become_a_sentence(output, sentence):
    assert sentence in explain(output)


def test_a_step_that_fails_for_a_known_cause_says_so(monkeypatch, tmp_path):
    monkeypatch.setattr(settings, "LOGS", tmp_path)
    with pytest.raises(Problem, match="is full"):
        run_step("Writing", ["sh", "-c", "echo 'cannot write: No space left on device'; exit 3"])


def test_a_step_that_fails_otherwise_shows_its_last_lines(monkeypatch, tmp_path):
    monkeypatch.setattr(settings, "LOGS", tmp_path)
    with pytest.raises(Problem, match=r"(?s)Writing: failed, see .*something odd"):
        run_step("Writing", ["sh", "-c", "echo something odd; exit 3"])


def test_a_deep_folder_gets_its_socket_among_temporary_files(monkeypatch, tmp_path):
    monkeypatch.setattr(settings, "POSTGRES", tmp_path / ("deep" * 30))
    folder = postgres.socket_folder()
    assert len(str(folder / postgres.SOCKET_NAME)) <= postgres.LONGEST_SOCKET
    folder.rmdir()


def test_lint_finds_what_the_house_forbids(monkeypatch, tmp_path):
    monkeypatch.setattr(settings, "ROOT", tmp_path)
    for name, text in {
        "cbam_x/engine/rule.py": "from odoo import fields\nfrom . import other\n",
        "cbam_x/workbook/reader.py": "from workbook.cells import A\nfrom ..engine import rule\n",
        "tests/test_x.py": "from ..cbam_x.models import thing\nfrom odoo.addons.cbam_x import models\n",
        "cbam_x/views/broken.xml": "<odoo><record></odoo>",
    }.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True)
        path.write_text(text)
    assert list(lint.engine_imports()) == [
        "cbam_x/engine/rule.py:1: the engine may not import odoo",
        "cbam_x/workbook/reader.py:1: the workbook may not import workbook.cells",
    ]
    assert list(lint.relative_addon_imports()) == [
        "tests/test_x.py:1: import odoo.addons.cbam_x.models, never ..cbam_x.models"
    ]
    assert [line.split(":")[0] for line in lint.broken_xml(["cbam_x"])] == ["cbam_x/views/broken.xml"]
