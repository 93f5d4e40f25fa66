# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl.html)
"""The published schema is what is enforced, by the library ``jsonschema`` (draft 2020-12)."""

import json
from functools import cache
from pathlib import Path

from jsonschema import Draft202012Validator, validators

FILE = Path(__file__).parents[1] / "static" / "exchange" / "cbam-supplier-data-1.schema.json"
#: What is wrong, by the keyword of the schema; the library's own words repeat the value, which may be hostile and long.
SENTENCES = {
    "type": "{where} is not of the type {wanted}.",
    "const": "{where} is not {wanted!r}.",
    "enum": "{where} is none of {wanted}.",
    "pattern": "{where} is not written as it should be ({wanted}).",
    "format": "{where} is no {wanted}.",
    "minimum": "{where} is below {wanted}.",
    "maximum": "{where} is above {wanted}.",
    "minLength": "{where} is shorter than {wanted}.",
    "maxLength": "{where} is longer than {wanted}.",
    "minItems": "{where} has fewer entries than {wanted}.",
    "maxItems": "{where} has more entries than {wanted}.",
}


#: A number with a fraction is no integer, be it 1.0: JSON of other systems must not be read in two ways.
VALIDATOR = validators.extend(
    Draft202012Validator,
    type_checker=Draft202012Validator.TYPE_CHECKER.redefine("integer", lambda _checker, value: type(value) is int),
)


class NotValid(ValueError):
    """A document that is not of the format; the message names the place."""


@cache
def load():
    """The published schema."""
    return json.loads(FILE.read_text(encoding="utf-8"))


def check(document, schema):
    """
    :raises NotValid: the document does not fit the schema; the sentence names the first place that does not
    """
    validator = VALIDATOR(schema, format_checker=VALIDATOR.FORMAT_CHECKER)
    for error in validator.iter_errors(document):
        where, wanted = error.json_path, error.validator_value
        if error.validator == "required":
            names = [f"{where}.{name}" for name in wanted if name not in error.instance]
            raise NotValid(f"{', '.join(names)} {'are' if len(names) > 1 else 'is'} missing.")
        if isinstance(wanted, list):
            wanted = ", ".join(map(str, wanted))
        sentence = SENTENCES.get(error.validator, "{where} is not as it should be.")
        raise NotValid(sentence.format(where=where, wanted=wanted))
