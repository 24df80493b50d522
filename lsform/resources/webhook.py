"""Webhooks: who is told when something happens in a project. Pure."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, StringConstraints, model_validator

from lsform.core.values import Attributes, Secret, Value
from lsform.resources.base import Fields, ResourceKind, SecretText, Spec, key_marker, trimmed
from lsform.resources.web import WebhookUrl

# The server has no field for a note, so the marker travels as one more header.
MARKER_HEADER = "X-Lsform-Marker"
MOST_HEADERS = 9  # the server takes 10, one is the marker

HeaderName = Annotated[str, StringConstraints(pattern=r"^[a-zA-Z0-9_-]+$")]
Action = Literal[
    "PROJECT_UPDATED",
    "TASKS_CREATED",
    "TASKS_DELETED",
    "ANNOTATION_CREATED",
    "ANNOTATIONS_CREATED",
    "ANNOTATION_UPDATED",
    "ANNOTATIONS_DELETED",
    "LABEL_LINK_CREATED",
    "LABEL_LINK_UPDATED",
    "LABEL_LINK_DELETED",
]


def _few(headers: dict[str, Secret]) -> dict[str, Secret]:
    if len(headers) > MOST_HEADERS:
        raise ValueError(f"has {len(headers)} headers, the server takes {MOST_HEADERS} and lsform's marker")
    if MARKER_HEADER.lower() in map(str.lower, headers):
        raise ValueError(f"`{MARKER_HEADER}` is lsform's own header")
    return headers


class WebhookSpec(Spec):
    """A web address that Label Studio posts to when something happens in the project."""

    url: WebhookUrl
    """Where to post to."""
    actions: list[Action] | None = None
    """Which events are sent when `send_for_all_actions` is false."""
    send_for_all_actions: bool | None = None
    """Send every event; false as soon as `actions` are declared, unless said otherwise."""
    send_payload: bool | None = None
    """Send the object itself and not only the name of the event."""
    headers: Annotated[dict[HeaderName, SecretText], AfterValidator(_few)] | None = None
    """Additional request headers; their values are treated as secrets."""
    is_active: bool | None = None
    """Whether anything is sent at all."""

    @model_validator(mode="after")
    def _actions_are_a_choice(self) -> WebhookSpec:
        if self.actions and self.send_for_all_actions is None:
            self.send_for_all_actions = False
        return self


def _as_set(value: Value) -> Value:
    if not isinstance(value, list):
        return value
    return [*sorted({item for item in value if isinstance(item, str)})]


def _initial(attributes: Attributes) -> dict[str, Value]:
    """Everything is sent, unless actions are chosen."""
    everything = not attributes.get("actions")
    return {
        "send_payload": True, "send_for_all_actions": everything, "headers": {}, "is_active": True, "actions": [],
    }  # fmt: skip


WEBHOOK = ResourceKind(
    name="webhook",
    spec=WebhookSpec,
    endpoint="webhooks",
    path="api/webhooks/",
    parent="project",
    collection="webhooks",
    marker=key_marker("headers", MARKER_HEADER),
    bulk=True,
    initial=_initial,
    fields=Fields(
        identity=("url",),
        disposable=True,
        secret=frozenset({"headers"}),
        canonical={"url": trimmed, "actions": _as_set},
    ),
)
