"""Asking a local server whether it takes our token, and making it take one. Touches loopback."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

from lsform.core.errors import LsformError
from lsform.server.local_record import RECORD, Record

if TYPE_CHECKING:
    import httpx

ANSWER_SECONDS = 10.0
"""For one answer of a server that listens; the first one loads all of its addresses."""


class Answer(Enum):
    """What the server says to our token."""

    ACCEPTED = "accepted"
    REFUSED = "refused"
    NONE = "none"


def connect(record: Record) -> httpx.Client:
    """A client without credentials."""
    import httpx

    # a proxy of the environment has no business between us and loopback
    return httpx.Client(base_url=record.url, timeout=ANSWER_SECONDS, trust_env=False)


def is_healthy(client: httpx.Client) -> bool:
    return _status(client, "/health") == 200


def try_token(client: httpx.Client, api_key: str) -> Answer:
    """NONE also when the server is there and fails: it may still be getting ready."""
    match _status(client, "/api/projects/?page_size=1", Authorization=f"Token {api_key}"):
        case 200:
            return Answer.ACCEPTED
        case 401 | 403:
            return Answer.REFUSED
        case _:
            return Answer.NONE


def _status(client: httpx.Client, path: str, **headers: str) -> int:
    """The status of an answer, 0 when there is none."""
    import httpx

    try:
        return client.get(path, headers=headers).status_code
    except httpx.TransportError:
        return 0


def enable_token(record: Record) -> str:
    """Log in as a browser does, allow plain tokens for the organization, and return ours.

    Needed where the organization was made without them, or where somebody has switched them off or renewed ours.
    """
    import httpx

    with connect(record) as client:
        try:
            client.get("/user/login/")
            login = {"email": record.username, "password": record.password}
            client.post("/user/login/", data=login | {"csrfmiddlewaretoken": client.cookies["csrftoken"]})
            csrf = {"X-CSRFToken": client.cookies["csrftoken"]}
            allowed = {"legacy_api_tokens_enabled": True}
            client.post("/api/jwt/settings", json=allowed, headers=csrf).raise_for_status()
            api_key = str(client.get("/api/current-user/token").raise_for_status().json()["token"])
        except (httpx.HTTPError, KeyError, ValueError) as error:
            raise _no_way_in(record) from error
        client.cookies.clear()
        if try_token(client, api_key) is not Answer.ACCEPTED:
            raise _no_way_in(record)
    return api_key


def _no_way_in(record: Record) -> LsformError:
    return LsformError(
        f"the server at {record.url} takes neither the token nor the password that it was started with",
        hint=f"`lsform server down`, delete `{RECORD}` in its folder, and `lsform server up` makes a new login",
    )
