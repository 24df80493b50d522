"""What both kinds of storages over Redis have in common: real ones, of which one asks for a password."""

from __future__ import annotations

from lsform.core.values import Json
from tests.conformance.examples import ByHand, Record

BASE: Record = {
    "type": "redis",
    "host": "127.0.0.1",
    "port": "${var:redis}",
    "db": 1,
    "path": "plain/",
}
LOCKED: Record = {"port": "${var:redis_locked}", "password": "${env:SECRET_ONE}"}
FOREIGN: Record = {**BASE, "title": "somebody else's"}
OWN: dict[str, tuple[Json, ...]] = {
    "host": ("localhost", " 127.0.0.1 "),
    "port": ("${var:redis_other}", "${var:redis}"),
    "db": (2, 15, 1),
    "path": ("with space/", " ünï 漢字 🦊/ ", "", "plain/"),
    "password": ("${env:SECRET_TWO}", "${env:SECRET_ONE}"),
}


def whole(record: Record, **changed: Json) -> Record:
    """A request for an object: the server asks Redis with what is in the request alone."""
    return {**{key: record[key] for key in ("host", "port", "db")}, **changed}


BY_HAND = ByHand("title", "as declared", lambda record: whole(record, title="changed by hand"))


def unmarked(record: Record) -> Record:
    return whole(record, description="")
