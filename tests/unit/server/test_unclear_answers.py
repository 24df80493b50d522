"""After which answers nobody knows whether an object was made: those after which its nonce is looked up."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from lsform.core.errors import ServerError
from lsform.core.values import Secret
from lsform.resources.project import PROJECT
from lsform.server.label_studio import LabelStudio
from lsform.server.patience import PatientClient
from tests.unit.server.test_patience import RESET, TRUNCATED, answering, refusal

HALF_JSON = b'HTTP/1.1 201 Created\r\nContent-Length: 9\r\nConnection: close\r\n\r\n{"id": 7,'
UNCLEAR = {
    "a reset": RESET,
    "an answer that breaks off": TRUNCATED,
    "half of a document": HALF_JSON,
    "500": refusal(500),
    "502": refusal(502),
    "504": refusal(504),
}


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(PatientClient, "backoffs", (0.0,))
    yield


def create(answer: bytes, *more: bytes) -> tuple[ServerError, list[str]]:
    """How a create ends that gets this answer, and what was sent."""
    with answering(answer, *more) as (url, asked):
        server = LabelStudio(url, Secret("0" * 40, "test"))
        with pytest.raises(ServerError) as caught:
            server.create(PROJECT, {"title": "Aaa"}, project=None)
        server.close()
    return caught.value, asked


@pytest.mark.parametrize("answer", UNCLEAR.values(), ids=UNCLEAR)
def test_a_create_may_be_done_and_is_sent_once(answer: bytes) -> None:
    error, asked = create(answer)
    assert (True, ["POST"]) == (error.is_unclear, asked)


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409])
def test_a_create_that_was_refused_is_surely_not_done(status: int) -> None:
    error, asked = create(refusal(status))
    assert (False, ["POST"]) == (error.is_unclear, asked)


def test_a_create_that_was_never_let_in_is_surely_not_done() -> None:
    error, asked = create(refusal(429), refusal(429))
    assert (False, ["POST", "POST"]) == (error.is_unclear, asked)
