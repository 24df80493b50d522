"""An HTTP client that asks again where that does no harm: what was surely not done, and what may be done twice.

| a request for | is sent again |
|---|---|
| GET, PATCH of whole values, DELETE, a token | after a reset, a time-out, 408, 429 and 502 to 504; GET after 500, too |
| anything else, as a create | when the server was not reached at all, and after 429: nothing was done then |

A server that never answered is not waited for: its address is wrong, or it is down.
"""

from __future__ import annotations

import random
import time
from email.utils import parsedate_to_datetime
from typing import Any

import httpx

from lsform.server.http_client import HttpClient

# Seconds before each repeat, before chance: a restart of the server is survived, and nobody waits for minutes.
BACKOFFS = (0.5, 1.0, 2.0, 4.0, 8.0)
PATIENCE = 90.0  # seconds after the first try in which a repeat may begin: a request that timed out gets one more
JITTER = 0.5  # the share of a pause that chance decides, so that clients which failed together do not return together

REPEATABLE = frozenset({"GET", "HEAD", "PATCH", "PUT", "DELETE"})
TOKENS = "/api/token/refresh/"  # a POST that makes nothing but another token
NOT_REACHED = (httpx.ConnectError, httpx.ConnectTimeout)
LOST = (httpx.NetworkError, httpx.TimeoutException, httpx.RemoteProtocolError)
REFUSED_FOR_NOW = 429
PASSING = frozenset({408, 502, 503, 504})

Answer = httpx.Response | httpx.TransportError


class PatientClient(HttpClient):
    """A client whose `send` repeats a request as the table above says; the last answer is the answer."""

    backoffs = BACKOFFS
    _was_answered = False

    def send(self, request: httpx.Request, **options: Any) -> httpx.Response:
        """Send, with repeats; each of them is seen by the event hooks as a request of its own."""
        latest = time.monotonic() + PATIENCE
        for backoff in self.backoffs:
            answer = self._answer(request, options)
            pause = backoff * (1 - JITTER * random.random())
            if is_worth_repeating(request, answer, was_answered=self._was_answered):
                pause = max(pause, asked_to_wait(answer))
                if time.monotonic() + pause <= latest:
                    time.sleep(pause)
                    continue
            if isinstance(answer, httpx.TransportError):
                raise answer
            return answer
        return super().send(request, **options)

    def _answer(self, request: httpx.Request, options: dict[str, Any]) -> Answer:
        try:
            answer = super().send(request, **options)
        except httpx.TransportError as error:
            return error
        self._was_answered = True
        return answer


def is_worth_repeating(request: httpx.Request, answer: Answer, *, was_answered: bool) -> bool:
    """Whether the same request may bring something better, and cannot be done twice by that to anybody's harm."""
    is_repeatable = request.method in REPEATABLE or request.url.path.endswith(TOKENS)
    if isinstance(answer, NOT_REACHED):
        return was_answered
    if isinstance(answer, httpx.TransportError):
        return is_repeatable and isinstance(answer, LOST)
    if answer.status_code == REFUSED_FOR_NOW:
        return True
    return is_repeatable and (answer.status_code in PASSING or (request.method == "GET" and answer.status_code == 500))


def asked_to_wait(answer: Answer) -> float:
    """Seconds that the server asks for in `Retry-After` (RFC 9110, 10.2.3: a number or a date); 0 when it does not."""
    text = "" if isinstance(answer, httpx.TransportError) else answer.headers.get("retry-after", "").strip()
    if text.isascii() and text.isdigit():
        return float(text)
    try:
        return max(0.0, parsedate_to_datetime(text).timestamp() - time.time())
    except ValueError:
        return 0.0
