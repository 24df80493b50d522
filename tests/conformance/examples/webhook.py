"""Webhooks. Their headers are secrets, and the server forgets actions that a request leaves out."""

from __future__ import annotations

from tests.conformance.examples import ByHand, Example, Record, Refused

URL = "https://hooks.example.com/lsform"
CHOSEN = {"send_for_all_actions": False}


def unmarked(record: Record) -> Record:
    return {**record, "headers": {}}


EXAMPLE = Example(
    path="api/webhooks",
    base={"url": URL},
    values={
        "url": (
            "http://127.0.0.1:9/hook",
            "https://user:pass@hooks.example.com:8443/a/b?c=d&e=%20f#g",
            "https://hooks.example.com/ünï",
            " https://hooks.example.com/padded ",
            "${env:SECRET_URL}",
            "https://hooks.example.com/?token=${env:SECRET_ONE}",
        ),
        "actions": (
            ["TASKS_DELETED", "ANNOTATION_CREATED", "PROJECT_UPDATED"],
            ["ANNOTATION_CREATED"],
            ["LABEL_LINK_UPDATED", "ANNOTATIONS_DELETED"],
            [],
        ),
        "send_for_all_actions": (False, True),
        "send_payload": (False, True),
        "headers": (
            {"Authorization": "Bearer ${env:SECRET_ONE}"},
            {"Authorization": "Bearer ${env:SECRET_TWO}", "X-Other": "${env:SECRET_ONE}"},
            {f"X-Header_{number}": "${env:SECRET_ONE}" for number in range(9)},
            {"X-Text": "${env:SECRET_UNICODE}", "x-text": "${env:SECRET_PADDED}", "X-None": "${env:SECRET_NONE}"},
            {},
        ),
        "is_active": (False, True),
    },
    beside={"actions": CHOSEN},
    spellings={
        "actions": (["TASKS_CREATED", "TASKS_DELETED"], ["TASKS_DELETED", "TASKS_CREATED", "TASKS_DELETED"]),
        "url": (URL, f" {URL} "),
    },
    steps=(
        (
            {"url": URL, "actions": ["TASKS_CREATED"]},
            {"url": URL, "send_for_all_actions": True},
            {"url": URL, "actions": ["TASKS_CREATED"], "send_for_all_actions": True},
            {"url": URL, "actions": ["TASKS_DELETED"]},
            {"url": URL, "actions": ["TASKS_DELETED"], "headers": {"A": "${env:SECRET_ONE}"}},
            {"url": URL, "actions": ["TASKS_DELETED"], "headers": {"A": "${env:SECRET_ONE}"}, "is_active": False},
        ),
    ),
    by_hand=ByHand("url", URL, lambda record: {**record, "url": "https://hooks.example.com/by-hand"}),
    refused=Refused("url", "https://one@two@hooks.example.com/", "Enter a valid URL."),
    unmarked=unmarked,
    foreign={"url": URL},
)
