# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl.html)
"""The part of JSON Schema (draft 2020-12) that our format is written in: the published schema is what is enforced."""

import json
import re
from datetime import date
from functools import cache
from pathlib import Path

FILE = Path(__file__).parents[1] / "static" / "exchange" / "cbam-supplier-data-1.schema.json"
_TYPES = {
    "object": dict,
    "array": list,
    "string": str,
    "boolean": bool,
    "null": type(None),
    "number": (int, float),
    "integer": int,
}
#: Keywords that say something to the reader only.
_COMMENTS = {"$schema", "$id", "$defs", "title", "description", "examples"}


class NotValid(ValueError):
    """A document that is not of the format; the message names the place."""


@cache
def load():
    """The published schema."""
    return json.loads(FILE.read_text(encoding="utf-8"))


def check(value, schema, where="$", root=None):
    """
    :raises NotValid: the value does not fit the schema
    :raises KeyError: the schema uses a keyword that is not enforced here
    """
    root = root or schema
    for keyword, wanted in schema.items():
        if keyword not in _COMMENTS:
            _KEYWORDS[keyword](value, wanted, where, root)


def _reference(value, wanted, where, root):
    check(value, root["$defs"][wanted.removeprefix("#/$defs/")], where, root)


def _type(value, wanted, where, root):
    names = wanted if isinstance(wanted, list) else [wanted]
    for name in names:
        is_bool = isinstance(value, bool)
        if isinstance(value, _TYPES[name]) and (not is_bool or name == "boolean"):
            return
    raise NotValid(f"{where} is not of the type {' or '.join(names)}.")


def _properties(value, wanted, where, root):
    if isinstance(value, dict):
        for name in wanted.keys() & value.keys():
            check(value[name], wanted[name], f"{where}.{name}", root)


def _required(value, wanted, where, root):
    for name in wanted:
        if isinstance(value, dict) and name not in value:
            raise NotValid(f"{where}.{name} is missing.")


def _items(value, wanted, where, root):
    if isinstance(value, list):
        for number, item in enumerate(value):
            check(item, wanted, f"{where}[{number}]", root)


def _const(value, wanted, where, root):
    if value != wanted:
        raise NotValid(f"{where} is not {wanted!r}.")


def _enum(value, wanted, where, root):
    if value not in wanted:
        raise NotValid(f"{where} is none of {', '.join(map(str, wanted))}.")


def _pattern(value, wanted, where, root):
    if isinstance(value, str) and not re.search(wanted, value):
        raise NotValid(f"{where} is not written as it should be ({wanted}).")


def _format(value, wanted, where, root):
    if wanted != "date":
        raise KeyError(wanted)
    if isinstance(value, str):
        try:
            date.fromisoformat(value)
        except ValueError:
            raise NotValid(f"{where} is no day like 2027-02-15.") from None


def _limit(kind, is_fine, words):
    def limit(value, wanted, where, root):
        if isinstance(value, kind) and not isinstance(value, bool) and not is_fine(value, wanted):
            raise NotValid(f"{where} {words} {wanted}.")

    return limit


_KEYWORDS = {
    "$ref": _reference,
    "type": _type,
    "properties": _properties,
    "required": _required,
    "items": _items,
    "const": _const,
    "enum": _enum,
    "pattern": _pattern,
    "format": _format,
    "minimum": _limit((int, float), lambda value, least: value >= least, "is below"),
    "maximum": _limit((int, float), lambda value, most: value <= most, "is above"),
    "minLength": _limit(str, lambda value, least: len(value) >= least, "is shorter than"),
    "maxLength": _limit(str, lambda value, most: len(value) <= most, "is longer than"),
    "minItems": _limit(list, lambda value, least: len(value) >= least, "has fewer entries than"),
    "maxItems": _limit(list, lambda value, most: len(value) <= most, "has more entries than"),
}
