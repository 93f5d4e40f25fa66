"""``make reference``: turns the official files of a folder into the data sets that the addon ships.

Reads the workbooks with the readers of the addon itself (``engine.regulatory``), so that what is shipped and
what a user loads are read by the same code. Rows that are not as they should be are printed and written to
``*_rejected.csv``; they carry no figure.
"""

import csv
import hashlib
import io
import json
import sys

from .. import settings
from ..steps import Problem, announce

ADDON = settings.ROOT / "cbam_emissions"
TARGET = ADDON / "data" / "datasets"

DEFAULT_VALUES = "default_values_2025-2621_v2026-02-04.xlsx"
BENCHMARKS = "benchmarks_2025-2620_v2026-02-06.xlsx"

SUPERSEDED_NOTE = (
    "Superseded by Implementing Regulation (EU) 2026/1740, which replaces Annexes I and IV with effect from"
    " 1 January 2026: load the corrected workbook."
)


def main():
    """Converts the folder; returns 0. Running it twice changes nothing."""
    folder = settings.folder_variable("REFERENCE", "../shared/reference")
    if not folder.is_dir():
        raise Problem(f"There is no folder {folder}: name the folder of the official files by REFERENCE=folder.")
    convert(folder, TARGET)
    return 0


def convert(folder, target):
    """Writes the CSV files and their index from the official files of ``folder`` to ``target``.

    Raises Problem, before the index is written, if a file is missing or is not what it should be.
    """
    if str(ADDON) not in sys.path:
        sys.path.insert(0, str(ADDON))
    from engine.errors import EngineError

    try:
        convert_all(folder, target)
    except EngineError as error:
        raise Problem(f"The official files of {folder} cannot be converted: {error}") from error


def convert_all(folder, target):
    """One data set after the other; the index last."""
    from engine.regulatory import benchmarks_workbook, default_values_workbook, tables

    from . import figures, goods

    target.mkdir(parents=True, exist_ok=True)
    writer = Writer(folder, target, tables)
    workbook = writer.source(BENCHMARKS)
    defaults = default_values_workbook.parse(writer.source(DEFAULT_VALUES))
    writer.write(
        goods.goods_categories(folder),
        name="Aggregated goods categories",
        legal_act="IR (EU) 2025/2547 Annex I and Annex IV point 2",
        version="template v2.1",
        source=goods.TEMPLATE_CATEGORIES,
        note="Routes and relevant precursors of the communication template; its alloys are three categories.",
    )
    writer.write(
        goods.cn_codes(folder, workbook),
        name="CN codes 2026",
        legal_act="Regulation (EU) 2023/956 Annex I; IR (EU) 2025/2547 Annex I",
        version="2026",
        source=BENCHMARKS,
        note="The 570 codes of the benchmark workbook and 2716 00 00; categories by 2025/2547 Annex I Table 1.",
    )
    for parsed, name, source in (
        (defaults, "Default values of 4 February 2026", DEFAULT_VALUES),
        (figures.annex_iv(folder, defaults.rows), "Default values, precursor of unknown country", figures.ANNEX_IV),
    ):
        writer.write(
            parsed,
            name=name,
            legal_act=f"IR (EU) 2025/2621 Annex {'I' if parsed is defaults else 'IV'}",
            version="2026-02-04",
            source=source,
            status="superseded",
            note=SUPERSEDED_NOTE,
        )
    writer.write(
        benchmarks_workbook.parse(workbook),
        name="CBAM benchmarks of 6 February 2026",
        legal_act="IR (EU) 2025/2620",
        version="2026-02-06",
        source=BENCHMARKS,
        valid_to="2030-12-31",
        note="To be revised after the final ETS benchmarks, for imports from 1 January 2027 (recital 10).",
    )
    writer.write(
        figures.standard_factors(folder),
        name="Standard factors",
        legal_act="IR (EU) 2025/2547 Annexes II and III",
        version="2025-12-22",
        source=figures.CONSTANTS,
        more_sources=(figures.FUELS, figures.BIOMASS),
    )
    writer.add_kept(
        "parameter",
        "parameter.csv",
        name="Mark-ups, CBAM factor, CSCF, exempt countries",
        legal_act="IR (EU) 2025/2621; Directive 2003/87/EC Art. 10a(1a); ID (EU) 2026/1862; Regulation (EU) 2023/956",
        version="2026-07",
        valid_from="2023-10-01",
    )
    writer.add_kept(
        "parameter",
        "threshold.csv",
        name="Threshold of net mass",
        legal_act="Regulation (EU) 2023/956 Article 2a and Annex VII",
        version="2025/2083",
    )
    for file, name, status in (
        ("certificate_price.csv", "Certificate prices 2026, first and second quarter", "in_force"),
        ("certificate_price_provisional.csv", "Certificate price 2026, third quarter", "provisional"),
    ):
        writer.add_kept(
            "certificate_price",
            file,
            name=name,
            legal_act="IR (EU) 2025/2548",
            version="2026-10-05" if status == "provisional" else "2026-07-06",
            status=status,
            note="From one source only." if status == "provisional" else None,
        )
    writer.finish()


class Writer:
    """Writes the CSV files and their index."""

    def __init__(self, folder, target, tables):
        self.folder, self.target, self.tables = folder, target, tables
        self.index = []

    def source(self, name):
        """The bytes of an official file."""
        path = self.folder / name
        if not path.is_file():
            raise Problem(f"{path} is missing: it is one of the official files that are converted.")
        return path.read_bytes()

    def write(self, parsed, source, more_sources=(), **values):
        """One set from official files; what was found wrong beside it."""
        if not parsed.loadable:
            first = (parsed.of_level("error") or [None])[0]
            raise Problem(
                f"{source} cannot be converted: {first.sheet} row {first.line}: {first.why}" if first else source
            )
        file = f"{parsed.kind}.csv"
        self._text(file, self.tables.written(parsed.kind, parsed.rows))
        entry = {"file": file, "file_name": source, "findings": self._findings(parsed)}
        content = b"".join(self.source(name) for name in (source, *more_sources))
        self._add(parsed.kind, content, len(parsed.rows), {**entry, **values})

    def add_kept(self, kind, file, **values):
        """One set that is kept by hand in the target folder, because no official file exists."""
        content = (self.target / file).read_bytes()
        parsed = self.tables.parse(kind, content, file)
        if not parsed.loadable:
            raise Problem(f"{file}, row {parsed.findings[0].line}: {parsed.findings[0].why}")
        self._add(kind, content, len(parsed.rows), {"file": file, "file_name": file, **values})

    def _add(self, kind, content, rows, values):
        entry = {
            "kind": kind,
            "valid_from": "2026-01-01",
            "status": "in_force",
            **{name: value for name, value in values.items() if value},
            "sha256": hashlib.sha256(content).hexdigest(),
            "rows": rows,
        }
        self.index.append(entry)
        announce(f"{entry['file']}: {rows} rows")

    def _findings(self, parsed):
        file = f"{parsed.kind}_rejected.csv"
        if not parsed.findings:
            (self.target / file).unlink(missing_ok=True)
            return None
        text = io.StringIO(newline="")
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(["level", "sheet", "row", "cn", "what", "why"])
        for finding in parsed.findings:
            writer.writerow([finding.level, finding.sheet, finding.line or "", finding.cn, finding.what, finding.why])
            announce(
                f"  {finding.level}: {finding.sheet} {finding.line or ''} {finding.cn} [{finding.what}] {finding.why}"
            )
        self._text(file, text.getvalue())
        return file

    def _text(self, file, text):
        (self.target / file).write_text(text, encoding="utf-8", newline="\n")

    def finish(self):
        """Writes the index."""
        self._text("index.json", json.dumps(self.index, indent=1, ensure_ascii=False) + "\n")
