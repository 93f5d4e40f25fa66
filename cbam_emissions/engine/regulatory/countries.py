# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl.html)
"""Countries as the Commission's workbooks name them."""

from __future__ import annotations

import re
import unicodedata
from functools import cache

from babel import Locale

OTHER_COUNTRIES = "other countries and territories"

_SPELLINGS = {
    "AE": ("UAE",),
    "BN": ("Brunei Darussalam",),
    "BO": ("Bolivia, Plurinational State of", "Bolivia (Plurinational State of)"),
    "CD": (
        "Democratic Republic of the Congo",
        "Congo, Democratic Republic of the",
        "Congo, Democratic Republic of",
        "Congo (Kinshasa)",
    ),
    "CG": ("Congo", "Republic of the Congo", "Congo, Republic of the", "Congo (Brazzaville)"),
    "CI": ("Côte d'Ivoire", "Ivory Coast"),
    "CV": ("Cabo Verde",),
    "CZ": ("Czech Republic",),
    "FK": ("Falkland Islands",),
    "FM": ("Federated States of Micronesia",),
    "GB": ("United Kingdom of Great Britain and Northern Ireland",),
    "GM": ("The Gambia",),
    "HK": ("Hong Kong",),
    "IR": ("Iran, Islamic Republic of", "Iran (Islamic Republic of)"),
    "KP": ("Korea, Democratic People's Republic of", "Democratic People's Republic of Korea"),
    "KR": ("Korea, Republic of", "Republic of Korea", "Korea"),
    "LA": ("Lao People's Democratic Republic", "Lao PDR"),
    "MD": ("Republic of Moldova", "Moldova, Republic of"),
    "MK": ("Republic of North Macedonia",),
    "MM": ("Myanmar", "Burma", "Myanmar/Burma"),
    "MO": ("Macao", "Macau"),
    "PS": ("Palestine", "State of Palestine", "Occupied Palestinian Territory"),
    "RU": ("Russian Federation",),
    "SY": ("Syrian Arab Republic",),
    "SZ": ("Swaziland",),
    "TL": ("East Timor",),
    "TR": ("Turkey", "Türkiye"),
    "TW": ("Chinese Taipei", "Taiwan, Province of China"),
    "TZ": ("United Republic of Tanzania", "Tanzania, United Republic of"),
    "US": ("United States of America", "USA"),
    "VE": ("Venezuela, Bolivarian Republic of", "Venezuela (Bolivarian Republic of)"),
    "VN": ("Viet Nam",),
    "XK": ("Kosovo*",),
}


def _plain(name: str) -> str:
    decomposed = unicodedata.normalize("NFKD", name.replace("&", " and ").replace("’", "'"))
    letters = "".join(c for c in decomposed if not unicodedata.combining(c))
    letters = re.sub(r"\b(st|saint)\b\.?", "saint ", letters.casefold())
    return " ".join(re.sub(r"[^a-z' ]+", " ", letters).split())


@cache
def _codes() -> dict[str, str]:
    names = {
        _plain(name): code
        for code, name in Locale("en").territories.items()
        if len(code) == 2 and code.isalpha() and code not in ("EU", "EZ", "UN", "ZZ", "QO", "XA", "XB")
    }
    names.update({_plain(name): code for code, spellings in _SPELLINGS.items() for name in spellings})
    return names


def is_other_countries(name: object) -> bool:
    """Whether the title is that of the table for countries without one of their own."""
    return _plain(str(name or "")).startswith(OTHER_COUNTRIES[:28])


def code_of(name: object) -> str | None:
    """ISO 3166 code of a country's English name, or of the code itself; ``None`` if unknown."""
    text = str(name or "").strip()
    if len(text) == 2 and text.isascii() and text.isupper() and text in set(_codes().values()):
        return text
    return _codes().get(_plain(text))
