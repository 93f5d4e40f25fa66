# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl.html)
"""Random entries in the Commission's blank template, calculated by LibreOffice: our figures are those of its formulas.

LibreOffice stores fifteen digits. Seeds 1 and 17 use every feature between them.
"""

import shutil
import subprocess

import pytest
from files import BLANK, needs_blank
from filled import fill

from cbam_emissions.workbook.compare import check

SOFFICE = shutil.which("soffice") or shutil.which("libreoffice")
SEEDS = (1, 17)

pytestmark = [
    needs_blank,
    pytest.mark.skipif(SOFFICE is None, reason="LibreOffice is not on this machine (apt: libreoffice-calc-nogui)"),
]


@pytest.fixture(scope="module")
def calculated(tmp_path_factory):
    """The filled templates as LibreOffice has calculated them, by seed."""
    folder = tmp_path_factory.mktemp("filled")
    sources = [folder / f"seed{seed}.xlsx" for seed in SEEDS]
    for seed, source in zip(SEEDS, sources, strict=True):
        fill(BLANK, source, seed)
    command = [SOFFICE, "--headless", f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--convert-to", "xlsx"]
    subprocess.run(
        [*command, "--outdir", folder / "calculated", *sources], check=True, capture_output=True, timeout=600
    )
    return {
        seed: (folder / "calculated" / source.name).read_bytes()
        for seed, source in zip(SEEDS, sources, strict=True)
    }


@pytest.mark.parametrize("seed", SEEDS)
def test_every_figure_agrees(calculated, seed):
    found = check(calculated[seed])
    assert [str(cell) for cell in found.differences] == []
    assert len(found.compared) > 300
    assert found.products
