import base64
import io
import os
import re
import shutil
import subprocess
import tempfile
import unittest
import zipfile
from datetime import date
from pathlib import Path
from xml.sax.saxutils import escape

from .common import CbamCase

REPOSITORY = Path(__file__).resolve().parents[2]
EXAMPLES = Path(os.environ.get("CBAM_EXAMPLES") or REPOSITORY.parent / "shared" / "examples")
REFERENCE = Path(os.environ.get("CBAM_REFERENCE") or REPOSITORY.parent / "shared" / "reference")
SOFFICE = shutil.which("soffice") or shutil.which("libreoffice")

#: The parts of the sheets that tests change, in the Commission's files.
PARTS = {
    "A_InstData": "xl/worksheets/sheet5.xml",
    "B_EmInst": "xl/worksheets/sheet6.xml",
    "Summary_Products": "xl/worksheets/sheet13.xml",
}


def blank_template():
    """The Commission's blank communication template; skips the test where it is not."""
    found = sorted(REFERENCE.glob("communication_template_*blank*.xlsx"))
    if not found:
        raise unittest.SkipTest(
            f"the Commission's blank communication template is not in {REFERENCE}; set CBAM_REFERENCE to its folder"
        )
    return found[0].read_bytes()


def calculated(content):
    """A workbook as LibreOffice has calculated it; skips the test where there is no LibreOffice."""
    if not SOFFICE:
        raise unittest.SkipTest("LibreOffice is not on this machine (apt: libreoffice-calc-nogui)")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "filled.xlsx").write_bytes(content)
        profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
        command = [SOFFICE, "--headless", profile, "--convert-to", "xlsx", "--outdir", folder / "calculated"]
        subprocess.run(
            [*command, folder / "filled.xlsx"],
            check=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            timeout=300,
        )
        return (folder / "calculated" / "filled.xlsx").read_bytes()


class WorkbookCase(CbamCase):
    """Filled communication templates: the Commission's examples, and copies of them with something changed."""

    def _examples(self):
        """The Commission's example workbooks, by file name; skips the test where they are not."""
        workbooks = sorted(EXAMPLES.glob("*.xlsx"))
        if not workbooks:
            raise unittest.SkipTest(
                f"the Commission's example workbooks are not in {EXAMPLES}; set CBAM_EXAMPLES to their folder"
            )
        return {path.name: path.read_bytes() for path in workbooks}

    def _example(self, number):
        """The content of one of them."""
        found = [content for name, content in self._examples().items() if name.startswith(f"{number}_")]
        if not found:
            raise unittest.SkipTest(f"the Commission's example {number} is not in {EXAMPLES}")
        return found[0]

    def _with_cells(self, content, sheet, **values):
        """The workbook with stored cells changed: numbers, texts, days; ``None`` empties a cell."""
        part, target = PARTS[sheet], io.BytesIO()
        with (
            zipfile.ZipFile(io.BytesIO(content)) as source,
            zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as copy,
        ):
            for name in source.namelist():
                data = source.read(name)
                copy.writestr(name, self._changed(data, values) if name == part else data)
        return target.getvalue()

    def _changed(self, xml, values):
        for cell, value in values.items():
            pattern = re.compile(rb'<c r="%s"((?: s="\d+")?)[^>]*?(?:/>|>.*?</c>)' % cell.encode(), re.DOTALL)
            self.assertEqual(len(pattern.findall(xml)), 1, cell)
            xml = pattern.sub(lambda found, cell=cell, value=value: self._cell(cell, found[1].decode(), value), xml)
        return xml

    def _cell(self, cell, style, value):
        if value is None:
            return f'<c r="{cell}"{style}/>'.encode()
        if isinstance(value, str):
            return f'<c r="{cell}"{style} t="inlineStr"><is><t>{escape(value)}</t></is></c>'.encode()
        number = (value - date(1899, 12, 30)).days if isinstance(value, date) else value
        return f'<c r="{cell}"{style}><v>{number!r}</v></c>'.encode()

    def _in_2026(self, content):
        """The workbook as if it reported on 2026."""
        return self._with_cells(content, "A_InstData", I9=date(2026, 1, 1), L9=date(2026, 12, 31))

    def _check(self, content, name="workbook.xlsx", **values):
        return self.env["cbam.workbook.check"].create({"file": base64.b64encode(content), "file_name": name, **values})
