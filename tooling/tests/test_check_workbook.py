"""`make check-workbook`: what it takes, prints and returns."""

import io
import os
import re
import zipfile
from pathlib import Path

import pytest

from tooling import check_workbook, settings

FOLDER = Path(os.environ.get("CBAM_EXAMPLES") or settings.ROOT.parent / "shared" / "examples")
EXAMPLE = next(iter(sorted(FOLDER.glob("4*.xlsx"))), None)

needs_example = pytest.mark.skipif(
    EXAMPLE is None, reason=f"the Commission's example workbooks are not in {FOLDER}; set CBAM_EXAMPLES to their folder"
)


@pytest.fixture
def run(monkeypatch, capsys):
    """Runs the command with FILE and DIR; gives status, lines and complaints."""

    def call(**variables):
        for name in ("FILE", "DIR"):
            monkeypatch.setenv(name, str(variables.get(name, "")))
        status = check_workbook.main()
        printed = capsys.readouterr()
        return status, printed.out.splitlines(), printed.err

    return call


@pytest.mark.parametrize("variables", [{}, {"FILE": "a.xlsx", "DIR": "b"}])
def test_one_of_file_and_folder_is_needed(run, variables):
    assert run(**variables) == (2, [], f"{check_workbook.USAGE}\n")


def test_what_is_not_there(run, tmp_path):
    assert run(FILE=tmp_path / "a.xlsx") == (2, [], f"There is no file {tmp_path / 'a.xlsx'}.\n")
    assert run(DIR=tmp_path / "b") == (2, [], f"There is no folder {tmp_path / 'b'}.\n")
    assert run(DIR=tmp_path) == (2, [], f"There is no workbook in {tmp_path}.\n")


def test_a_file_that_cannot_be_read(run, tmp_path):
    broken = tmp_path / "broken.xlsx"
    broken.write_text("not a workbook")
    status, lines, complaint = run(FILE=broken)
    assert (status, lines) == (2, [])
    assert complaint == "broken.xlsx: The file is not an Excel workbook (.xlsx), or it is damaged or encrypted.\n"


def test_a_very_large_file_is_not_even_opened(run, tmp_path):
    large = tmp_path / "large.xlsx"
    with large.open("wb") as file:
        file.truncate(100 * 1024 * 1024)
    assert run(FILE=large) == (2, [], "large.xlsx: The file has 100 MB; at most 20 MB are read.\n")


def test_lock_files_and_other_files_are_passed_over(tmp_path):
    for name in ("b.xlsx", "A.XLSM", "~$b.xlsx", "notes.txt"):
        (tmp_path / name).touch()
    paths, problem = check_workbook.chosen("", str(tmp_path))
    assert ([path.name for path in paths], problem) == (["A.XLSM", "b.xlsx"], None)


@needs_example
def test_a_workbook_that_agrees(run):
    status, lines, complaint = run(FILE=EXAMPLE)
    assert (status, complaint) == (0, "")
    assert lines[0].endswith(": template 2.1, Example Screw Production Plant, 2023-01-01 to 2023-12-31")
    assert lines[1].startswith(
        "  agrees: 73181542 Screws and Nuts Art. C1 (Carbon steel screws and nuts): "
        "SEE direct 2.00693823529 / 2.00693823529 / 0; SEE indirect 0.4066 / 0.4066 / 0; "
    )
    assert lines[2].startswith("  agrees: 73181535 ")
    assert re.fullmatch(r"  \d+ cells compared: all agree", lines[-1])


def tampered(target):
    """The example with another stored SEE for its first product."""
    copy = io.BytesIO()
    with zipfile.ZipFile(EXAMPLE) as source, zipfile.ZipFile(copy, "w", zipfile.ZIP_DEFLATED) as changed:
        for part in source.namelist():
            data = source.read(part)
            if part == "xl/worksheets/sheet13.xml":
                assert data.count(b"<v>2.0069382352941174</v>") == 1
                data = data.replace(b"<v>2.0069382352941174</v>", b"<v>2.1</v>")
            changed.writestr(part, data)
    target.write_bytes(copy.getvalue())


@needs_example
def test_a_folder_with_a_difference_and_a_broken_file(run, tmp_path):
    tampered(tmp_path / "a.xlsx")
    status, lines, _complaint = run(DIR=tmp_path)
    assert status == 1
    assert "DIFFERS: 73181542" in lines[1] and "SEE direct 2.1 / 2.00693823529 / -0.0931;" in lines[1]
    assert "agrees: 73181535" in lines[2]
    assert lines[-2] == (
        "  differs: Summary_Products!I10: SEE direct: the workbook shows 2.1, recomputed 2.0069382352941174."
    )
    (tmp_path / "b.xlsx").write_text("broken")
    status, lines, complaint = run(DIR=tmp_path)
    assert (status, complaint.split(":")[0]) == (2, "b.xlsx")
    assert lines[-1].endswith(" cells compared: 1 differ")
