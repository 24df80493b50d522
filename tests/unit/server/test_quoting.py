"""Servers that quote what they refuse, to the letter: no secret of a request is in an error, however it is shown."""

from __future__ import annotations

import json
import traceback
from collections.abc import Iterator
from urllib.parse import quote

import pytest

from lsform.core.errors import ServerError
from lsform.core.values import Secret, Value
from lsform.resources import KINDS, ResourceKind
from lsform.server.label_studio import LabelStudio
from lsform.server.translation import redacted
from tests.conformance.examples import named
from tests.loopback import Answer, Asked, answering
from tests.unit.server.test_tokens import token

CANARY = "canary 'quoted' \"twice\" \\ ünï 🦊 & more"
SHORT = token(token_type="access", name="canary")
LONG = token(token_type="refresh", name="canary")
LEGACY = "canary0123456789"
TOKENS = {"legacy": LEGACY, "personal": LONG}
# How a server may quote a request: in its own words, as a field's, in ASCII, as Python shows it, as an address.
MIRRORS = {
    "plain": lambda key, sent: {"detail": " ".join([key, *_texts(sent)])},
    "fields": lambda key, sent: {
        "validation_errors": {"non_field_errors": [key, json.dumps(sent, ensure_ascii=False)]}
    },
    "ascii": lambda key, sent: {"detail": key + json.dumps(sent)},
    "python": lambda key, sent: {"detail": f"{key!r} {sent}"},
    "address": lambda key, sent: {"message": quote(" ".join([key, *_texts(sent)]))},
}


def _texts(sent: object) -> list[str]:
    return [text for value in sent.values() for text in _texts(value)] if isinstance(sent, dict) else [str(sent)]


def mirrored(asked: Asked) -> Answer:
    """Says of a request what was in it, as the first part of its path asks for; exchanges tokens."""
    sent = json.loads(asked.body or b"{}")
    exchange = asked.path.endswith("/refresh/")
    said = {"access": SHORT} if exchange else MIRRORS[asked.path.split("/")[1]](asked.headers["Authorization"], sent)
    return Answer(200 if exchange else 400, {"Content-Type": "application/json"}, json.dumps(said).encode())


@pytest.fixture(scope="module")
def mirror() -> Iterator[str]:
    with answering(mirrored) as url:
        yield url


def attributes(kind: ResourceKind) -> dict[str, Value]:
    """Each attribute that can hold a secret, with one in it."""
    secret = Secret(CANARY)
    names = kind.fields.secret | kind.fields.write_only
    known = {name: {"A": secret} if name == "headers" else secret for name in kind.attributes if name in names}
    return {**known, **({"url": secret} if "url" in kind.attributes else {})}


def seen(error: BaseException) -> str:
    """An error in all the ways in which it may be shown."""
    shown = "".join(traceback.format_exception(error))
    causes = [one for one in (error.__cause__, error.__context__) if one is not None and not error.__suppress_context__]
    return "".join([shown, repr(error), str(error), repr(vars(error)), *map(repr, causes)])


@pytest.mark.parametrize("form", TOKENS)
@pytest.mark.parametrize("kind", [kind for kind in KINDS if attributes(kind)], ids=named)
def test_what_the_server_quotes_is_taken_out(mirror: str, form: str, kind: ResourceKind) -> None:
    sent, project = attributes(kind), 1 if kind.parent else None
    for quoting in MIRRORS:
        server = LabelStudio(f"{mirror}/{quoting}", Secret(TOKENS[form]))
        told = []
        for ask in (
            server.info,
            lambda: server.create(kind, sent, project=project),  # noqa: B023  it is asked at once
            lambda: server.update(kind, 7, sent, project=project),  # noqa: B023
        ):
            with pytest.raises(ServerError) as caught:
                ask()
            told.append(seen(caught.value))
        server.close()
        assert [True] * 3 == ["(secret)" in text for text in told], told
        assert [] == [text for text in told if any(part in text for part in ("canary", SHORT, LONG))]


@pytest.mark.parametrize(
    "text",
    [
        "http://me:canary@host.canary.example:8080/hooks/canary/?token=canary refused",
        "HTTPConnectionPool(host='host.canary.example', port=8080): url: /hooks/canary/health",
        "no answer to token=canary of me:canary",
    ],
)
def test_of_a_secret_address_no_part_is_told(text: str) -> None:
    secret = "http://me:canary@host.canary.example:8080/hooks/canary/?token=canary"
    assert "canary" not in redacted([secret], text)
