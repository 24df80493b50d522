"""What the examples of all types of storages have in common."""

from __future__ import annotations

from tests.conformance.examples import TEXTS, ByHand, Record, Refused

SPELLINGS = {
    "description": ("two\nlines", "two\nlines\n\n", "  two\nlines"),
    "title": ("title", " title "),
}
VALUES = {
    "title": ("plain", "  Ünïcode 漢字 🦊\t", 'two\r\nlines & "quotes"', ""),
    "description": (*TEXTS[:-1], "several\n\n  paragraphs\n\nof text\n", ""),
    "regex_filter": (r".*\.(jpe?g|png)$", " ^a b\\s+[^\\]]{1,2}$ ", "ünï.*", ""),
    "use_blob_urls": (True, False),
    "synchronizable": (False, True),
}
# of the folders that the stores have, written in several ways
PREFIXES = ("plain/", "with space", " ünï 漢字 🦊/ ", "deep/inner/", "deep", "")
IN_A_CLOUD = {"recursive_scan": (True, False), "presign": (False, True), "presign_ttl": (10080, 60, 1)}
# exports share the code of imports, so a sample of values does
OF_EXPORTS = {**{key: values[-2:] for key, values in VALUES.items()}, "can_delete_objects": (True, False)}
BY_HAND = ByHand("title", "as declared", lambda _record: {"title": "changed by hand"})
REFUSED = Refused("title", "x" * 257, "Ensure this field has no more than 256 characters.")


def unmarked(_record: Record) -> Record:
    return {"description": ""}
