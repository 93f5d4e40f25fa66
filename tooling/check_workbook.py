"""``make check-workbook``: reads the Commission's communication template, recomputes it and compares.

``FILE=workbook.xlsx`` or ``DIR=folder``. One line per product: what the workbook shows, what we find, the difference.
Status 0: everything agrees; 1: a figure differs by more than 1e-9 of itself; 2: a file cannot be read.
"""

import sys
import warnings
from pathlib import Path

from . import pure, settings
from .steps import announce

SUFFIXES = (".xlsx", ".xlsm", ".xls", ".xlsb", ".ods")
USAGE = "Name one workbook or a folder of them: make check-workbook FILE=workbook.xlsx, or DIR=folder."
FIGURES = {"I": "SEE direct", "J": "SEE indirect", "K": "SEE total", "O": "MWh", "M": "default share"}


def main():
    """Checks what FILE or DIR names and returns the exit status."""
    paths, problem = chosen(settings.variable("FILE"), settings.variable("DIR"))
    if problem:
        sys.stderr.write(f"{problem}\n")
        return 2
    return max([check_file(path) for path in paths])


def chosen(file, folder):
    """(workbooks to check, None), or ([], one sentence)."""
    if bool(file) == bool(folder):
        return [], USAGE
    path = (settings.ROOT / Path(file or folder).expanduser()).resolve()
    if file:
        return ([path], None) if path.is_file() else ([], f"There is no file {path}.")
    if not path.is_dir():
        return [], f"There is no folder {path}."
    found = sorted(
        entry
        for entry in path.iterdir()
        if entry.is_file() and entry.suffix.lower() in SUFFIXES and not entry.name.startswith("~$")
    )
    return (found, None) if found else ([], f"There is no workbook in {path}.")


def check_file(path):
    """Prints the comparison of one workbook and returns its status."""
    pure.register()
    from cbam_emissions.workbook import compare, safe_open

    try:
        size = path.stat().st_size
        if size > safe_open.MAX_BYTES:
            raise safe_open.WorkbookRefused(
                f"The file has {size / 1048576:.0f} MB; at most {safe_open.MAX_BYTES // 1048576} MB are read."
            )
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # parts of the template that openpyxl leaves aside
            check = compare.check(path.read_bytes())
    except (safe_open.WorkbookRefused, OSError) as refusal:
        sys.stderr.write(f"{path.name}: {plain(refusal)}\n")
        return 2
    for line in lines(path.name, check):
        announce(line)
    return 0 if check.agrees else 1


def lines(name, check):
    """What is printed of a comparison."""
    said = check.communication
    site = said.installation["name_english"] or said.installation["name"] or "installation without a name"
    yield f"{name}: template {said.version}, {plain(site)}, {said.period_start} to {said.period_end}"
    for product in check.products:
        yield f"  {product_line(product)}"
    if not check.products:
        yield "  The workbook lists no product."
    for remark in check.remarks:
        yield f"  note: {plain(remark)}"
    for cell in check.differences:
        yield f"  differs: {plain(cell)}"
    count = len(check.differences)
    yield f"  {len(check.compared)} cells compared: {f'{count} differ' if count else 'all agree'}"


def product_line(product):
    """CN code, name and process; each figure as workbook / ours / difference."""
    by_column = {figure.cell.rstrip("0123456789"): figure for figure in product.figures}
    said = product.product
    head = plain(f"{said.cn_code or 'no CN code'} {said.name or 'no name'} ({said.process_name})")
    figures = "; ".join(f"{what} {figure_text(by_column[column])}" for column, what in FIGURES.items())
    return f"{'agrees' if product.agrees else 'DIFFERS'}: {head}: {figures}"


def figure_text(figure):
    """The three numbers of a figure."""
    difference = figure.difference
    return " / ".join(
        "-" if value is None else f"{value:.{digits}g}" if isinstance(value, (int, float)) else plain(value)
        for value, digits in ((figure.theirs, 12), (figure.ours, 12), (difference, 3))
    )


def plain(text):
    """Text of a stranger's file for the terminal: on one line and without control characters."""
    return " ".join("".join(letter if letter.isprintable() else " " for letter in str(text)).split())
