# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl.html)
"""Where the Commission's workbooks are, and copies of them with something changed.

The folders are those of the environment variables CBAM_EXAMPLES and CBAM_REFERENCE, by default ``../shared/examples``
and ``../shared/reference`` beside the repository.
"""

import io
import os
import re
import zipfile
from pathlib import Path
from xml.sax.saxutils import escape

import pytest

from cbam_emissions.workbook import cells

REPOSITORY = Path(__file__).resolve().parents[3]
EXAMPLES = Path(os.environ.get("CBAM_EXAMPLES") or REPOSITORY.parent / "shared" / "examples")
REFERENCE = Path(os.environ.get("CBAM_REFERENCE") or REPOSITORY.parent / "shared" / "reference")
WORKBOOKS = sorted(EXAMPLES.glob("*.xlsx"))
BLANK = next(iter(sorted(REFERENCE.glob("communication_template_*blank*.xlsx"))), None)

needs_examples = pytest.mark.skipif(
    not WORKBOOKS, reason=f"the Commission's example workbooks are not in {EXAMPLES}; set CBAM_EXAMPLES to their folder"
)
needs_blank = pytest.mark.skipif(
    BLANK is None,
    reason=f"the Commission's blank communication template is not in {REFERENCE}; set CBAM_REFERENCE to its folder",
)

#: The part of each sheet in the Commission's files.
PARTS = {
    cells.VERSIONS: "xl/worksheets/sheet1.xml",
    cells.INSTALLATION: "xl/worksheets/sheet5.xml",
    cells.EMISSIONS: "xl/worksheets/sheet6.xml",
    cells.ENERGY: "xl/worksheets/sheet7.xml",
    cells.PROCESSES: "xl/worksheets/sheet8.xml",
    cells.PRECURSORS: "xl/worksheets/sheet9.xml",
    cells.SUMMARY_PRODUCTS: "xl/worksheets/sheet13.xml",
    cells.DOCUMENTATION: "xl/worksheets/sheet19.xml",
}


def repacked(content, changed=None, added=None):
    """The workbook with parts replaced by what ``changed[part]`` makes of their bytes, and parts added."""
    target = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as source,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as copy,
    ):
        for part in source.infolist():
            data = source.read(part)
            copy.writestr(part.filename, changed[part.filename](data) if part.filename in (changed or {}) else data)
        for name, data in (added or {}).items():
            copy.writestr(name, data)
    return target.getvalue()


def with_cells(content, **by_cell):
    """The workbook with stored cells changed: ``F17=text("12 t")``, each on the sheet of ``sheet=``."""
    part = PARTS[by_cell.pop("sheet")]

    def changed(xml):
        for cell, inner in by_cell.items():
            pattern = re.compile(rb'<c r="%s"((?: s="\d+")?)[^>]*?(?:/>|>.*?</c>)' % cell.encode(), re.DOTALL)
            assert len(pattern.findall(xml)) == 1, f"{cell} is not in {part}"
            xml = pattern.sub(lambda found, cell=cell, inner=inner: inner(cell, found[1].decode()).encode(), xml)
        return xml

    return repacked(content, {part: changed})


def text(words):
    return lambda cell, style: f'<c r="{cell}"{style} t="inlineStr"><is><t>{escape(words)}</t></is></c>'


def number(value):
    return lambda cell, style: f'<c r="{cell}"{style}><v>{value!r}</v></c>'


def error(code):
    return lambda cell, style: f'<c r="{cell}"{style} t="e"><v>{code}</v></c>'


def formula(words, value="1"):
    return lambda cell, style: f'<c r="{cell}"{style}><f>{escape(words)}</f><v>{value}</v></c>'


def empty():
    return lambda cell, style: f'<c r="{cell}"{style}/>'


def with_hidden_row(content, sheet, row):
    def changed(xml):
        assert xml.count(b'<row r="%d"' % row) == 1
        return xml.replace(b'<row r="%d"' % row, b'<row hidden="1" r="%d"' % row)

    return repacked(content, {PARTS[sheet]: changed})
