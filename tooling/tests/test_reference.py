"""The conversion of the official files: what is committed is what the files give, to the byte."""

import shutil

import pytest

from tooling import settings
from tooling.reference import TARGET, convert
from tooling.steps import Problem

FOLDER = settings.folder_variable("CBAM_REFERENCE", "../shared/reference")
KEPT_BY_HAND = ("parameter.csv", "threshold.csv", "certificate_price.csv", "certificate_price_provisional.csv")

needs_files = pytest.mark.skipif(
    not FOLDER.is_dir(), reason=f"the official files are not in {FOLDER}; set REFERENCE to their folder"
)


def converted(folder, target):
    target.mkdir()
    for name in KEPT_BY_HAND:
        shutil.copy(TARGET / name, target / name)
    convert(folder, target)
    return {path.name: path.read_bytes() for path in sorted(target.iterdir())}


@needs_files
def test_the_committed_sets_are_what_the_official_files_give(tmp_path, capsys):
    committed = {path.name: path.read_bytes() for path in sorted(TARGET.iterdir())}
    made = converted(FOLDER, tmp_path / "sets")
    assert list(made) == list(committed)
    assert [name for name in made if made[name] != committed[name]] == []
    # rows without a figure are printed, with sheet and row
    printed = capsys.readouterr().out
    assert "bad: Albania 7 25232100" in printed
    assert "bad: Mali 43 28041000" in printed


@needs_files
def test_a_missing_or_damaged_file_is_one_sentence_and_leaves_no_index(tmp_path):
    folder = tmp_path / "folder"
    shutil.copytree(FOLDER, folder)
    (folder / "benchmarks_2025-2620_v2026-02-06.xlsx").unlink()
    with pytest.raises(Problem, match="is missing: it is one of the official files"):
        converted(folder, tmp_path / "sets")
    (folder / "benchmarks_2025-2620_v2026-02-06.xlsx").write_bytes(b"PK damaged")
    with pytest.raises(Problem, match="cannot be converted: The file is not an Excel workbook"):
        converted(folder, tmp_path / "again")
    assert not (tmp_path / "sets" / "index.json").exists()
