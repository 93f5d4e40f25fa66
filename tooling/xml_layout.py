"""The layout of XML files for ``make lint``: four spaces for each level, as in Odoo and in the OCA's template.

The OCA's own formatter, prettier with its plugin for XML, would break tags in their middle wherever white space counts
(QWeb, domains in fields), so the layout is checked and line breaks are left to the author.
"""

import re

TOKEN = re.compile(
    r"<!--.*?-->|<!\[CDATA\[.*?\]\]>|<\?.*?\?>|<!DOCTYPE[^>]*>"
    r"""|<(?P<end>/?)[\w:.-]+(?:[^<>"']|"[^"]*"|'[^']*')*?(?P<empty>/?)>""",
    re.DOTALL,
)
LEVEL = 4


def findings(text):
    """(line, sentence) of every line of an XML file that is not laid out as it should be."""
    for number, line in enumerate(text.split("\n"), 1):
        if line != line.rstrip():
            yield number, "white space at the end of the line"
        if "\t" in line:
            yield number, "a tab"
    if not text.endswith("\n") or text.endswith("\n\n"):
        yield len(text.splitlines()), "the file ends with exactly one line break"
    yield from wrong_indents(text)


def wrong_indents(text):
    """Tags and comments that begin a line elsewhere than their level says."""
    level = 0
    for token in TOKEN.finditer(text):
        level -= token["end"] == "/"
        before = text[text.rfind("\n", 0, token.start()) + 1 : token.start()]
        if not before.strip() and len(before) != LEVEL * level:
            line = text.count("\n", 0, token.start()) + 1
            yield line, f"indented by {len(before)} instead of {LEVEL * level} spaces"
        level += token["end"] == "" and token["empty"] == ""
