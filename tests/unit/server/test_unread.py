"""Answers that the SDK leaves unread: no models of good ones, and all of what is said of bad ones."""

from __future__ import annotations

import json

import pytest

from lsform.core.errors import ServerError
from lsform.core.values import Secret
from lsform.resources import kind_of
from lsform.server.label_studio import LabelStudio
from tests.loopback import Answer, Asked, answering

HOOK = {"id": 7, "project": 1, "url": "http://127.0.0.1/hook", "actions": None, "headers": {}, "is_active": False}


def said(status: int, body: object) -> Answer:
    return Answer(status, {"Content-Type": "application/json"}, json.dumps(body).encode())


def test_no_model_is_made_of_a_good_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    from label_studio_sdk.core.unchecked_base_model import UncheckedBaseModel

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a model was made")

    monkeypatch.setattr(UncheckedBaseModel, "construct", refuse)
    with answering(lambda _asked: said(200, HOOK)) as url:
        server = LabelStudio(url, Secret("0" * 40))
        found = server.get(kind_of("webhook"), 7)
        server.close()
    assert found is not None
    assert (7, 1, HOOK["url"]) == (found.remote, found.parent, found.attributes["url"])


def test_of_a_bad_answer_the_reason_is_told() -> None:
    def refused(_asked: Asked) -> Answer:
        return said(400, {"detail": "Validation error", "validation_errors": {"url": ["is no address"]}})

    with answering(refused) as url:
        server = LabelStudio(url, Secret("0" * 40))
        with pytest.raises(ServerError, match="answered 400: `url`: is no address"):
            server.create(kind_of("webhook"), {"url": "x"}, project=1)
        server.close()
