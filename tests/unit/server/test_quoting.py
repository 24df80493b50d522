"""Servers that quote what they refuse, to the letter: no secret of a request is in an error, however it is shown."""

from __future__ import annotations

import json
import threading
import traceback
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import quote

import pytest

from lsform.core.errors import ServerError
from lsform.core.values import Secret, Value
from lsform.resources import KINDS, ResourceKind
from lsform.server.label_studio import LabelStudio
from tests.conformance.examples import named
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


class Mirror(BaseHTTPRequestHandler):
    """Says of every request what was in it, as the first part of its path asks for; exchanges tokens."""

    def do_POST(self) -> None:
        sent = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        if self.path.endswith("/refresh/"):
            self.answer(200, {"access": SHORT})
        else:
            mirrored = MIRRORS[self.path.split("/")[1]]
            self.answer(400, mirrored(self.headers["Authorization"], json.loads(sent or "{}")))

    do_PATCH = do_GET = do_POST  # noqa: N815  the names that http.server calls

    def answer(self, status: int, said: object) -> None:
        body = json.dumps(said).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def mirror() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Mirror)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


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
