"""What both kinds of storages over local folders have in common."""

from __future__ import annotations

from tests.conformance.examples import TEXTS, ByHand, Record, Refused

# Folders of every world, and ways to write them: the server cleans paths up.
FOLDERS = ("plain", "with space", "ünï 漢字 🦊", "deep/inner")
PATHS = (
    "${var:files}/with space/",
    "${var:files}/ünï 漢字 🦊",
    "${var:files}\\deep\\inner\\",
    " ${var:files}/plain ",
    "${var:files}/deep/../deep//./inner",
    "${var:files}/plain",
)
SPELLINGS = {
    "path": ("${var:files}/plain", "${var:files}/plain//", " ${var:files}\\plain", "${var:files}//deep/../plain/."),
    "description": ("two\nlines", "two\nlines\n\n", "  two\nlines"),
    "title": ("title", " title "),
}
VALUES = {
    "path": PATHS,
    "title": ("plain", "  Ünïcode 漢字 🦊\t", 'two\r\nlines & "quotes"', ""),
    "description": (*TEXTS[:-1], "several\n\n  paragraphs\n\nof text\n", ""),
    "regex_filter": (r".*\.(jpe?g|png)$", " ^a b\\s+[^\\]]{1,2}$ ", "ünï.*", ""),
    "use_blob_urls": (True, False),
    "synchronizable": (False, True),
}
BY_HAND = ByHand("title", "as declared", lambda record: {"path": record["path"], "title": "changed by hand"})
REFUSED = Refused("title", "x" * 257, "Ensure this field has no more than 256 characters.")


def unmarked(record: Record) -> Record:
    return {"path": record["path"], "description": ""}
