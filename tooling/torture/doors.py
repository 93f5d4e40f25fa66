"""Every reader of foreign files that knows no Odoo, with good files to begin with."""

import csv
import io
import itertools
import json
from collections.abc import Callable
from typing import NamedTuple

from openpyxl import Workbook

from .. import pure, settings
from . import mutations

LINES = 12


class Door(NamedTuple):
    """A reader: ``read`` takes the content of a file; ``refusals`` are the errors that say clearly what is wrong."""

    name: str
    read: Callable
    refusals: tuple
    strategy: object
    seeds: list


def doors():
    """All doors; importing the addons' pure packages is left until somebody asks."""
    pure.register()
    pure.register("cbam_procurement")
    return [*regulatory(), *feeds(), *exchange(), *tracks(), *templates()]


def regulatory():
    from cbam_emissions.engine.regulatory import benchmarks_workbook, default_values_workbook, tables
    from cbam_emissions.engine.regulatory.workbook import UnreadableFile

    folder = settings.ROOT / "cbam_emissions" / "data" / "datasets"
    for entry in json.loads((folder / "index.json").read_text()):
        seed = first_rows((folder / entry["file"]).read_text(encoding="utf-8"))
        if entry["file"] == f"{entry['kind']}.csv":
            kind = entry["kind"]

            def read(content, kind=kind):
                return judged(tables.parse(kind, content, "table.csv"))

            yield Door(f"table-{kind}", read, (UnreadableFile,), mutations.files([seed]), [seed])
    book = default_values()
    readers = (("default-values", default_values_workbook.parse, [book]), ("benchmarks", benchmarks_workbook.parse, []))
    for name, reader, good in readers:

        def read_book(content, reader=reader):
            return judged(reader(content))

        yield Door(f"workbook-{name}", read_book, (UnreadableFile,), mutations.workbooks([book]), good)


def first_rows(text):
    """A short table: a cell may go over several lines of the file."""
    target = io.StringIO(newline="")
    csv.writer(target).writerows(itertools.islice(csv.reader(io.StringIO(text, newline="")), LINES))
    return target.getvalue().encode()


def judged(parsed):
    """A set that may be loaded has only numbers that are numbers, and texts that a database takes."""
    if parsed.loadable:
        for row in parsed.rows:
            for value in row.values():
                if isinstance(value, float):
                    assert value == value and abs(value) < 1e12, f"{value} would be loaded"
                if isinstance(value, str):
                    assert "\0" not in value, "a character 0 would be loaded"
                    value.encode("utf-8")


def default_values():
    """The layout of the official workbook, with a few rows."""
    book = Workbook()
    sheet = book.active
    sheet.title = "China"
    marked = [f"{year}\nDefault Value\n(including mark-up)" for year in ("2026", "2027", "2028 and onwards")]
    head = [f"Default Value\n({kind} emissions)" for kind in ("direct", "indirect", "total")]
    sheet.append(["China"])
    sheet.append(["Product CN Code", "Description", *head, *marked, "Underlying production route determining CBAM BM"])
    sheet.append(["Iron and steel", None, None, None, None, "10% mark-up"])
    for code, total in (("7318 15 42", 2.0), ("73181588", 1.5), ("7213", 3.0)):
        sheet.append([code, "Goods", total, "N/A", total, total * 1.1, total * 1.2, total * 1.3, "(C)"])
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def feeds():
    from cbam_emissions.engine.errors import EngineError
    from cbam_emissions.engine.price_feed import Layout, read

    seed = (
        b"date,price,published\n2026-01-01,75.36,2026-04-07\n2026-04-01,76.10,2026-07-06\n2026-07-01,82.32,2026-10-05\n"
    )
    layout = Layout("date", "price", "published")

    def reader(content):
        for row in read(content, layout).rows:
            assert 1 <= row.price <= 1000, f"{row.price} would be taken"

    yield Door("price-feed", reader, (EngineError,), mutations.files([seed, seed.replace(b",", b";")]), [seed])


def exchange():
    from cbam_procurement.exchange import NotValid, read, write

    row = {
        "cn_code": "72139149",
        "operator_name": "Example Works",
        "installation_name": "Example mill",
        "installation_country": "IN",
        "see_direct": 2.0,
        "see_indirect": 0.5,
        "sefa": 1.2,
        "see_indirect_scope": 0.1,
        "default_share": 0.1,
        "report_ref": "VR-1",
        "renewable_share": 0.6,
        "carbon_price_amount": 900.0,
        "carbon_price_currency": "INR",
        "carbon_price_instrument": "tax",
        "report_date": "2027-03-01",
    }
    document = write([row], 2026, "Example Works", "Example Importer", "2027-03-02T00:00:00Z")
    seed = document if isinstance(document, bytes) else json.dumps(document, indent=1).encode()

    def reader(content):
        _year, rows = read(content)
        for found in rows:
            for name in ("see_direct", "see_indirect", "sefa"):
                value = found.get(name)
                assert value is None or 0 <= value < 1e9, f"{name} {value} would be taken"

    yield Door("supplier-json", reader, (NotValid,), mutations.files([seed]), [seed])


def tracks():
    from cbam_emissions.engine.errors import EngineError
    from cbam_emissions.engine.life.gps_track import read_track

    times = [f"2026-06-01T0{hour}:00:00Z" for hour in range(6, 9)]
    points = list(zip((50.0, 50.3, 50.6), (8.0, 8.2, 8.4), times, strict=True))
    inner = "".join(f"<trkpt lat='{lat}' lon='{lon}'><time>{time}</time></trkpt>" for lat, lon, time in points)
    gpx = f"<gpx xmlns='http://www.topografix.com/GPX/1/1' version='1.1'><trk><trkseg>{inner}</trkseg></trk></gpx>"
    table = "lat,lon,time\n" + "".join(f"{lat},{lon},{time}\n" for lat, lon, time in points)
    rows = json.dumps([{"lat": lat, "lon": lon, "time": time} for lat, lon, time in points])
    for kind, text in (("gpx", gpx), ("csv", table), ("json", rows)):

        def reader(content, kind=kind):
            track = read_track(content, f"way.{kind}")
            assert 0 <= track.km < 1e6, f"{track.km} km would be taken"

        yield Door(f"gps-{kind}", reader, (EngineError,), mutations.files([text.encode()]), [text.encode()])


def templates():
    from cbam_emissions.workbook.safe_open import WorkbookRefused, open_book

    seed = default_values()
    yield Door("template", open_book, (WorkbookRefused,), mutations.workbooks([seed]), [])
