# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl.html)
"""Documents that a supplier uploads: what they may be, judged by their content and not by what they are called."""

import re
from pathlib import PurePosixPath

MOST_BYTES = 10 * 1024 * 1024
MOST_FILES = 20
MOST_CHARACTERS = 120

#: What a name is shown without: signs of mark-up, headers and paths; marks that turn the direction of a text.
_STRANGE = re.compile(r"[^\w .,;()\[\]{}+=@#$%&!'~^-]")
_TURNING = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069]")

_PACKED = (b"PK\x03\x04",)
#: Extension: (MIME type, how such a file begins; ``None``: text).
KINDS = {
    "pdf": ("application/pdf", (b"%PDF-",)),
    "png": ("image/png", (b"\x89PNG\r\n\x1a\n",)),
    "jpg": ("image/jpeg", (b"\xff\xd8\xff",)),
    "jpeg": ("image/jpeg", (b"\xff\xd8\xff",)),
    "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", _PACKED),
    "docx": ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", _PACKED),
    "csv": ("text/csv", None),
    "txt": ("text/plain", None),
}


class Refused(ValueError):
    """A file that is not kept; the message is for the supplier."""


def accepted(_, name, stream):
    """``(name, MIME type, content)`` of an uploaded file.

    :param _: the translator
    :param stream: read no further than the limit
    :raises Refused: it is empty, too large, or not of a kind that is kept
    """
    name = _STRANGE.sub("_", _TURNING.sub("", PurePosixPath((name or "").replace("\\", "/")).name)).strip()
    extension = name.rpartition(".")[2].lower() if "." in name else ""
    if extension not in KINDS:
        raise Refused(_("Documents of these kinds can be attached: %s.", ", ".join(sorted(KINDS))))
    content = stream.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise Refused(_("%(name)s is larger than %(limit)s MB.", name=name, limit=MOST_BYTES // 1024 // 1024))
    if not content:
        raise Refused(_("%s is empty.", name))
    mimetype, beginnings = KINDS[extension]
    is_such = content.startswith(beginnings) if beginnings else b"\x00" not in content
    if not is_such:
        raise Refused(_("%(name)s is no %(kind)s file.", name=name, kind=extension))
    stem = name[: -len(extension) - 1][:MOST_CHARACTERS] or "file"
    return f"{stem}.{extension}", mimetype, content
