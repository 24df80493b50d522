"""How requests say whose they are: a legacy token goes as it is, a personal access token is exchanged for a short one.

Law: only the server's clock counts. A short token is used until the server answers 401, and is then renewed once and
the request repeated; that is safe for a write too, since the server asks who somebody is before it does anything.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Generator

import httpx

from lsform.core.errors import ServerUnavailable
from lsform.server.translation import CREDENTIALS, body_of, refused, stranger

EXCHANGE = "api/token/refresh/"
Flow = Generator[httpx.Request, httpx.Response, None]


class TokenAuth(httpx.Auth):
    """Signs the requests to one server. `learnt` is told of each short token, which is as secret as the long one."""

    def __init__(self, url: str, token: str, *, learnt: Callable[[str], None]) -> None:
        if not token.isascii() or not token.isprintable() or " " in token:
            raise ServerUnavailable("`server.api_key` has characters that no token has", hint=CREDENTIALS)
        kind = kind_of_token(token)
        self._url = url
        self._token = token
        self._is_long = kind == "refresh"
        self._short = ""
        self._legacy = f"Bearer {token}" if kind else f"Token {token}"
        self._learnt = learnt

    def sync_auth_flow(self, request: httpx.Request) -> Flow:
        """The request, with an exchange before it where a short token is needed."""
        if not self._is_long:
            request.headers["Authorization"] = self._legacy
            yield request
            return
        if not self._short:
            yield from self._exchange(request)
        request.headers["Authorization"] = f"Bearer {self._short}"
        answer = yield request
        if answer.status_code == 401:
            yield from self._exchange(request)
            request.headers["Authorization"] = f"Bearer {self._short}"
            yield request

    def _exchange(self, request: httpx.Request) -> Flow:
        """Learn a new short token; the exchange is as patient as the request that needs it."""
        kept = {name: request.headers[name] for name in ("Connection", "User-Agent") if name in request.headers}
        patience = {name: request.extensions[name] for name in ("timeout",) if name in request.extensions}
        body = {"refresh": self._token}
        answer = yield httpx.Request("POST", f"{self._url}/{EXCHANGE}", headers=kept, json=body, extensions=patience)
        answer.read()
        said = body_of(answer)
        if not answer.is_success:
            raise self._no_exchange(answer.status_code, said)
        if not isinstance(said, dict) or not isinstance(said.get("access"), str):
            raise stranger(self._url)
        self._short = said["access"]
        self._learnt(self._short)

    def _no_exchange(self, status: int, said: object) -> Exception:
        """Never a plain 404, which would say that the object of the request is not there."""
        if status in (404, 405):
            return stranger(self._url)
        error = refused(status, said, write=False, secrets=[self._token])
        return error if status >= 500 else ServerUnavailable(error.message, hint=error.hint or CREDENTIALS)


def claims_of(token: str) -> dict[str, object]:
    """What a JSON Web Token says of itself, unproven; nothing where it is no such token."""
    parts = token.split(".")
    if len(parts) != 3:
        return {}
    try:
        claims = json.loads(base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)))
    except (binascii.Error, ValueError):
        return {}
    return claims if isinstance(claims, dict) else {}


def kind_of_token(token: str) -> str:
    """`refresh` for a personal access token, `access` for what it is exchanged for; '' where it is no such token."""
    return str(claims_of(token).get("token_type") or "")
