"""ML backends. The server asks each whether it is well when it is made or changed, so they are real ones."""

from __future__ import annotations

from tests.conformance.examples import TEXTS, ByHand, Example, Record, Refused

URL = "${var:backend}/plain"
LOCKED = {"url": "${var:backend}/locked"}
USER = {"basic_auth_user": "user ${env:SECRET_ONE}", "basic_auth_pass": "${env:SECRET_ONE}"}


def unmarked(record: Record) -> Record:
    return by_hand(record, description="")


def by_hand(record: Record, **changed: str) -> Record:
    """The server takes whole objects only."""
    return {"url": record["url"], "project": record["project"], **changed}


EXAMPLE = Example(
    path="api/ml",
    base={"url": URL},
    values={
        "url": (
            "${var:backend}/other",
            "${var:backend}/deep/er/",
            " ${var:backend}/padded ",
            "${var:backend}/ünï?a=%20#b",
            "${var:backend}/${env:SECRET_ONE}",
        ),
        "title": (*TEXTS[:-1], "x" * 500, ""),
        "description": (*TEXTS[:-1], "several\n\n  paragraphs\n\nof text\n", ""),
        "is_interactive": (True, False),
        "auto_update": (False, True),
        "model_version": (*TEXTS[:-1], ""),
        "timeout": (1, 0.5, 30.25, 100),
        "extra_params": (
            '{"depth": 3}',
            {"depth": 3, "rate": 0.1, "ünï 🦊": [1, "a", None, {"deep": True}]},
            {"key": "${env:SECRET_ONE}"},
            {"key": ["${env:SECRET_TWO}"]},
            [],
            0,
            "",
        ),
        "auth_method": ("BASIC_AUTH",),
        "basic_auth_user": ("user ${env:SECRET_TWO}", " user ${env:SECRET_ONE} "),
        "basic_auth_pass": ("${env:SECRET_TWO}", "${env:SECRET_TWO}x", " ${env:SECRET_ONE}\t"),
    },
    beside={
        "model_version": {"auto_update": False},
        "auth_method": {**LOCKED, **USER},
        "basic_auth_user": {**LOCKED, **USER},
        "basic_auth_pass": {**LOCKED, **USER},
    },
    spellings={
        "url": (URL, f" {URL}\n"),
        "title": ("title", " title "),
        "timeout": (7, 7.0),
        "description": ("two\nlines", "two\nlines\n\n", "  two\nlines"),
        "basic_auth_user": ("user ${env:SECRET_ONE}", " user ${env:SECRET_ONE} "),
    },
    steps=(
        (
            {**LOCKED, **USER},
            {**LOCKED, **USER, "title": "unchanged secrets are left alone"},
            {**LOCKED, **USER, "basic_auth_pass": "${env:SECRET_TWO}"},
            {**LOCKED, **USER, "basic_auth_pass": "${env:SECRET_TWO}", "basic_auth_user": "user ${env:SECRET_TWO}"},
            {"auth_method": "NONE"},
            {**LOCKED, **USER},
            {"basic_auth_user": "", "basic_auth_pass": ""},
        ),
        (
            {"model_version": "v1"},
            {"model_version": "v2"},
            {"auto_update": True},
            {"model_version": "", "auto_update": False},
            {"title": "no version"},
        ),
    ),
    implied=frozenset({"auth_method"}),
    apart=frozenset({"auto_update", "basic_auth_user", "basic_auth_pass"}),
    by_hand=ByHand("title", "as declared", lambda record: by_hand(record, title="changed by hand")),
    refused=Refused("url", "http://127.0.0.1:9/nobody", "Can't connect to ML backend", is_named=False),
    unmarked=unmarked,
    foreign={"title": "somebody else's"},
    slash="",
)
