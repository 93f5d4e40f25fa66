# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl.html)
"""Random entries in the Commission's blank template, calculated by LibreOffice: our figures are its formulas'."""

import shutil
import subprocess

import pytest
from files import BLANK, needs_blank
from filled import fill

from cbam_emissions.workbook.compare import check

SOFFICE = shutil.which("soffice") or shutil.which("libreoffice")

#: 11: all source streams and precursors, incomplete rows; 48: ten processes that feed each other, negative emissions,
#: typed totals, carbon prices.
SEEDS = (11, 48)

pytestmark = [
    needs_blank,
    pytest.mark.skipif(SOFFICE is None, reason="LibreOffice is not on this machine (apt: libreoffice-calc-nogui)"),
]


@pytest.fixture(scope="module")
def checks(tmp_path_factory):
    """The comparison of each filled template that LibreOffice has calculated, by seed."""
    folder = tmp_path_factory.mktemp("filled")
    sources = [folder / f"seed{seed}.xlsx" for seed in SEEDS]
    for seed, source in zip(SEEDS, sources, strict=True):
        fill(BLANK, source, seed)
    command = [SOFFICE, "--headless", f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--convert-to", "xlsx"]
    subprocess.run(
        [*command, "--outdir", folder / "calculated", *sources],
        check=True,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        timeout=300,
    )
    return {
        seed: check((folder / "calculated" / source.name).read_bytes())
        for seed, source in zip(SEEDS, sources, strict=True)
    }


@pytest.mark.parametrize("seed", SEEDS)
def test_every_figure_agrees(checks, seed):
    assert [str(cell) for cell in checks[seed].differences] == []
    assert len(checks[seed].compared) > 1000
    assert checks[seed].products


def test_what_is_hard_is_among_it(checks):
    wide, deep = (checks[seed].recomputed for seed in SEEDS)
    assert {row.status for row in wide.installation.streams} == {None, "Incomplete!", "Inconsistent!"}
    assert (len(wide.installation.streams), len(wide.precursors), len(deep.processes)) == (75, 20, 10)
    assert any(process.needs[process.node] > 1 for process in deep.processes)
    assert any(process.terms.floor for process in deep.processes)
    assert any(process.embedded.price_due for process in deep.processes)
    assert any(cell.mistaken for cell in checks[48].compared)
