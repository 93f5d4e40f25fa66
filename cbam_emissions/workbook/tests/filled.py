# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl.html)
"""Random entries for the blank template, every feature of it used by one seed or another."""

import random
from collections import defaultdict
from datetime import date

from cbam_emissions.workbook import cells

METHODS = ("Combustion", "Process emissions", "Mass Balance")
UNITS = {"t": "tCO2/t", "1000Nm3": "tCO2/1000Nm3"}


def random_entries(seed):
    """Entries by sheet and cell."""
    filler = Filler(random.Random(seed))
    filler.fill()
    return {
        (sheet, cell): value
        for sheet, entries in filler.book.items()
        for cell, value in entries.items()
        if value is not None
    }


class Filler:
    def __init__(self, rng):
        self.book, self.rng = defaultdict(dict), rng
        self.processes = rng.choice((1, 2, 3, 5, 10))
        self.precursors = rng.choice((0, 1, 3, 7, 20))
        self.circular = rng.random() < 0.3

    def fill(self):
        self.installation()
        self.streams()
        self.perfluorocarbons_and_measurement()
        self.balance()
        levels = [self.rng.uniform(1e3, 1e6) for _place in range(self.processes)]
        for place, level in enumerate(levels, start=1):
            self.process(place, level)
        for place in range(1, self.precursors + 1):
            self.precursor(place, levels)
        self.prices()
        self.products()

    def number(self, low, high):
        """Sometimes a whole number, as people type."""
        value = self.rng.uniform(low, high)
        return round(value) if high > 100 and self.rng.random() < 0.3 else value

    def maybe(self, probability):
        return self.rng.random() < probability

    def installation(self):
        sheet, rng = self.book[cells.INSTALLATION], self.rng
        sheet["I9"], sheet["L9"] = date(2024, 1, 1), date(2024, 12, 31)
        sheet["I20"], sheet["I26"] = "Generated works", "India"
        for row in rng.sample(list(cells.GOODS_ROWS), 4):
            sheet[f"E{row}"] = rng.choice(cells.CATEGORIES)
        for place in range(1, self.processes + 1):
            row = cells.PROCESS_ROWS[place - 1]
            sheet[f"E{row}"] = rng.choice([name for name in cells.CATEGORIES if name != "Calcined clays"])
            if self.maybe(0.8):
                sheet[f"L{row}"] = f"Process {place} of {rng.choice(('north', 'south'))} hall"
        for place in range(1, self.precursors + 1):
            row = cells.PRECURSOR_ROWS[place - 1]
            sheet[f"E{row}"] = rng.choice([name for name in cells.CATEGORIES if name != "Calcined clays"])
            sheet[f"F{row}"] = rng.choice(("CN", "US", "TR"))
            if self.maybe(0.8):
                sheet[f"L{row}"] = f"Bought {place}"

    def streams(self):
        sheet, rng = self.book[cells.EMISSIONS], self.rng
        for row in rng.sample(list(cells.STREAM_ROWS), rng.choice((1, 8, 75))):
            method, unit = rng.choice(METHODS), rng.choice(list(UNITS))
            sheet[f"D{row}"], sheet[f"E{row}"], sheet[f"G{row}"] = method, f"Stream {row}", unit
            sheet[f"F{row}"] = self.number(-1e5, 1e6) if method == "Mass Balance" else self.number(1, 1e6)
            if method == "Mass Balance":
                sheet[f"L{row}"] = self.number(0, 1)
                if self.maybe(0.5):
                    sheet[f"H{row}"] = self.number(1, 50)
            else:
                per_tj = self.maybe(0.6)
                sheet[f"J{row}"] = self.number(50, 110) if per_tj else self.number(0, 3)
                sheet[f"K{row}"] = "tCO2/TJ" if per_tj else UNITS[unit]
                if per_tj or self.maybe(0.3):
                    sheet[f"H{row}"] = self.number(1, 50)
                if self.maybe(0.4):
                    sheet[f"{'N' if method == 'Combustion' else 'P'}{row}"] = self.number(90, 100)
            if self.maybe(0.4):
                sheet[f"R{row}"] = self.number(0, 100)
            if self.maybe(0.1):  # left incomplete or inconsistent: out of the workbook's sums
                sheet[f"{rng.choice('EFGJKL')}{row}"] = None
            if self.maybe(0.05):
                sheet[f"K{row}"] = rng.choice(list(UNITS.values()))

    def perfluorocarbons_and_measurement(self):
        sheet, rng = self.book[cells.EMISSIONS], self.rng
        for row in rng.sample(list(cells.PFC_ROWS), rng.choice((0, 2, 10))):
            slope = self.maybe(0.5)
            sheet[f"D{row}"] = "Slope method" if slope else "Overvoltage method"
            sheet[f"E{row}"], sheet[f"F{row}"] = "Centre Worked Pre-Bake (CWPB)", self.number(1e3, 5e5)
            for column, low, high in (
                (("AG", 0, 3), ("AH", 0.5, 4), ("AI", 0.05, 0.3))
                if slope
                else (("AJ", 0, 20), ("AK", 80, 98), ("AL", 1, 4))
            ):
                sheet[f"{column}{row}"] = self.number(low, high)
            sheet[f"AM{row}"] = self.number(0.05, 0.3)
            if self.maybe(0.7):
                sheet[f"AT{row}"] = self.number(0.8, 1)
        for row in rng.sample(list(cells.CEMS_ROWS), rng.choice((0, 3, 10))):
            sheet[f"D{row}"], sheet[f"E{row}"] = f"Stack {row}", rng.choice(("CO2", "N2O"))
            sheet[f"V{row}"], sheet[f"X{row}"] = self.number(0.1, 300), self.number(1, 8760)
            sheet[f"Z{row}"] = self.number(1, 300)
            if self.maybe(0.4):
                sheet[f"R{row}"] = self.number(0, 100)

    def balance(self):
        sheet = self.book[cells.ENERGY]
        sheet["M26"] = self.number(0, 1e6)
        for cell in ("H16", "I16", "J16", "K16", "H26", "I26", "J26", "K26"):
            if self.maybe(0.25):
                sheet[cell] = self.number(0, 1e5)

    def process(self, place, level):
        sheet, rng, row = self.book[cells.PROCESSES], self.rng, cells.process_row(place)
        routes = rng.choice((1, 1, 2, 8))
        for route in range(routes):
            sheet[f"L{row + 5 + route}"] = level / routes
        sheet[f"L{row + 16}"] = self.number(0, level)
        for offset, other in enumerate(cells.others(place), start=21):
            if other <= self.processes and (other > place or self.circular) and self.maybe(0.5):
                sheet[f"L{row + offset}"] = self.number(0, level / 20)
        sheet[f"L{row + 43}"] = self.number(0, 2 * level) if self.maybe(0.8) else 0
        for probability, entries in (
            (0.3, (("L", 30, level / 10),)),
            (0.5, (("L", 46, level / 500), ("L", 47, 100), ("M", 46, level / 500), ("M", 47, 100))),
            (0.5, (("L", 50, level / 500), ("L", 51, 300), ("M", 50, level / 500), ("M", 51, 300))),
            (0.9, (("L", 54, level), ("L", 55, 1))),
            (0.4, (("L", 60, level / 10), ("L", 61, 1))),
        ):
            if self.maybe(probability):
                for column, offset, high in entries:
                    sheet[f"{column}{row + offset}"] = self.number(0, high)
        if not sheet[f"L{row + 43}"]:  # its attributed emissions are negative
            sheet[f"L{row + 46}"] = sheet[f"L{row + 50}"] = 0
            sheet[f"M{row + 50}"] = level / 500
        sheet[f"L{row + 56}"] = rng.choice(cells.ELECTRICITY_SOURCES)

    def precursor(self, place, levels):
        sheet, rng, row = self.book[cells.PRECURSORS], self.rng, cells.precursor_row(place)
        for route in range(rng.choice((0, 1, 1, 3))):
            sheet[f"L{row + 3 + route}"] = self.number(1, 1e6)
        for process, level in enumerate(levels, start=1):
            if self.maybe(0.5):
                sheet[f"L{row + 13 + process}"] = self.number(0, level)
        if self.maybe(0.5):
            sheet[f"L{row + 24}"] = self.number(0, 1e3)
        origins = (cells.MEASURED, cells.DEFAULT, cells.DEFAULT, cells.UNKNOWN)
        if self.maybe(0.95):
            sheet[f"L{row + 35}"], sheet[f"M{row + 35}"] = self.number(0, 10), rng.choice(origins)
        if self.maybe(0.9):
            sheet[f"L{row + 36}"], sheet[f"M{row + 36}"] = self.number(0, 20), rng.choice(origins)
        if self.maybe(0.9):
            sheet[f"L{row + 37}"], sheet[f"M{row + 37}"] = self.number(0, 1), rng.choice(cells.ELECTRICITY_SOURCES)

    def prices(self):
        sheet = self.book[cells.TOOLS]
        if self.maybe(0.5):
            sheet["J97"] = "USD"
            for row in range(101, 131):
                if self.maybe(0.6):
                    sheet[f"H{row}"], sheet[f"J{row}"] = self.number(0, 1), self.number(0, 90)
                    sheet[f"K{row}"] = self.number(0, 40)

    def products(self):
        """Some products; the process's name as the template itself makes it."""
        sheet, listed = self.book[cells.SUMMARY_PRODUCTS], self.book[cells.INSTALLATION]
        for row in self.rng.sample(list(cells.PRODUCT_ROWS), self.rng.choice((1, 5, 30))):
            place = self.rng.randint(1, self.processes)
            at = cells.PROCESS_ROWS[place - 1]
            sheet[f"D{row}"] = listed.get(f"L{at}") or f"P{place} - {listed[f'E{at}']}"
            sheet[f"F{row}"], sheet[f"H{row}"] = "72071111", f"Product {row}"
            if self.maybe(0.5):
                sheet[f"AM{row}"], sheet[f"AP{row}"], sheet[f"AR{row}"] = self.number(0, 1), "USD", self.number(0, 90)
                sheet[f"AU{row}"], sheet[f"AX{row}"] = self.number(0, 1), self.number(0, 90)
