"""Ways to make a good file wrong: by bytes, and inside the parts of a workbook."""

import io
import zipfile

from hypothesis import strategies as st

#: What has broken readers of tables, numbers, dates and mark-up.
TOKENS = [
    *(b"NaN", b"-inf", b"Infinity", b"1e999", b"-1e308", b"1e-400", b"-0.0", b"9" * 400, b"0x1F", b"1_000", b"1,5"),
    *("\u0661\u0662".encode(), b"=cmd|' /C calc'!A0", b'=HYPERLINK("http://x")', b"+1+1", b"@SUM(1)", b"-2+3", b"\tx"),
    *(b"\x00", b"\xff\xfe", b"\xef\xbb\xbf", b"\xed\xa0\x80", b"\x1b[31m", b"\x85", b"\rx"),
    *("\u202e\u200f\u2066".encode(), "e\u0301".encode()),
    *(b"'; DROP TABLE cbam_dataset; --", b"<script>alert(1)</script>", b"${7*7}", b"{{7*7}}", b"%s%n"),
    *(b"../../etc/passwd", b'"', b"'", b",", b";", b"\n", b"\r\n", b"\n\n", b"{", b"}", b"[", b"]", b"<", b">", b"&"),
    *(
        b"&x;",
        b"]]>",
        b'<!DOCTYPE x [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]>',
        b'<!ENTITY x SYSTEM "file:///etc/passwd">',
    ),
    *(b"null", b"true", b"[]", b"{}", b'"a":1,', b"9999-12-31", b"0000-00-00", b"2026-02-30", b"2026-13-01T25:61:61Z"),
    *(b"#VALUE!", b"N/A", b"see below", "–".encode(), b"[" * 2000, b'{"a":' * 2000, b"A" * 40_000),
]

_PLACE = st.floats(0, 1)
_LENGTH = st.integers(0, 200)
_BYTES = st.one_of(st.sampled_from(TOKENS), st.binary(min_size=1, max_size=12))

_KIND = st.sampled_from(["insert", "replace", "delete", "double", "move", "cut"])
EDITS = st.lists(st.tuples(_KIND, _PLACE, _PLACE, _LENGTH, _BYTES), min_size=1, max_size=8)


def edited(content, edits):
    """``content`` after every edit: (what, where from, where to, length, bytes)."""
    for what, begin, goal, length, new in edits:
        at, to = int(begin * len(content)), int(goal * len(content))
        span = content[at : at + length]
        if what == "insert":
            content = content[:at] + new + content[at:]
        elif what == "replace":
            content = content[:at] + new + content[at + length :]
        elif what == "delete":
            content = content[:at] + content[at + length :]
        elif what == "double":
            content = content[:to] + span * 2 + content[to:]
        elif what == "move":
            content = content[:to] + span + content[to:]
        else:
            content = content[:at]
    return content


def edited_workbook(content, place, edits, outside):
    """A workbook with one part edited, or where ``outside`` the file itself."""
    if outside:
        return edited(content, edits)
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(target, "w") as copy:
        names = source.namelist()
        chosen = names[min(int(place * len(names)), len(names) - 1)]
        for name in names:
            data = source.read(name)
            copy.writestr(name, edited(data, edits) if name == chosen else data)
    return target.getvalue()


def files(seeds):
    """Wrong files made of good ones."""
    return st.builds(edited, st.sampled_from(seeds), EDITS)


def workbooks(seeds):
    """Wrong workbooks made of good ones."""
    return st.builds(edited_workbook, st.sampled_from(seeds), _PLACE, EDITS, st.booleans())
