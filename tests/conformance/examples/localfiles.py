"""What both kinds of storages over local folders have in common."""

from __future__ import annotations

from tests.conformance.examples import ByHand, Record

# Folders of every world, and ways to write them: the server cleans paths up.
PATHS = (
    "${var:files}/with space/",
    "${var:files}/ünï 漢字 🦊",
    "${var:files}\\deep\\inner\\",
    " ${var:files}/plain ",
    "${var:files}/deep/../deep//./inner",
    "${var:files}/plain",
)
SPELLINGS = ("${var:files}/plain", "${var:files}/plain//", " ${var:files}\\plain", "${var:files}//deep/../plain/.")
BASE = {"type": "localfiles", "path": "${var:files}/plain"}
FOREIGN: Record = {"title": "somebody else's", "path": "${var:files}/plain"}
BY_HAND = ByHand("title", "as declared", lambda record: {"path": record["path"], "title": "changed by hand"})


def unmarked(record: Record) -> Record:
    return {"path": record["path"], "description": ""}
