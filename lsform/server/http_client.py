"""Our HTTP client: keeps connections where that pays, and no cookies; tells what goes over the wire."""

from __future__ import annotations

import ssl
import time
from typing import Any
from urllib.parse import quote, unquote

import httpx

from lsform import __version__
from lsform.core.events import Detail, Event, Tell, untold

# Of a query, only what lsform itself counts and chooses is told.
TOLD = frozenset({"page", "page_size", "project", "ordering"})
AGAIN = frozenset({401, 408, 425, 429})  # and 5xx: answers after which the same request may be sent once more
STARTED = "lsform_started"


class NoCookies(httpx.Cookies):
    """Always empty. A session would be somebody besides the token, and costs both sides time with each request."""

    def extract_cookies(self, response: httpx.Response) -> None:
        """Leave them."""


class LateAuthorities(ssl.SSLContext):
    """For a server without TLS: the authorities that vouch for others, 30 ms to load, wait for a redirect to one."""

    def wrap_socket(self, *args: Any, **options: Any) -> ssl.SSLSocket:
        """Encrypt a connection, verified as that of any client."""
        return httpx.create_ssl_context().wrap_socket(*args, **options)


class HttpClient(httpx.Client):
    """Follows redirects and tells of each request, those of redirects and tokens included."""

    cookies = NoCookies()  # type: ignore[override]

    def __init__(self, url: str = "", *, tell: Tell = untold, **options: Any) -> None:
        # Django's development server answers kept connections 40 ms late; every other server is better kept
        super().__init__(
            base_url=url,
            verify=LateAuthorities(ssl.PROTOCOL_TLS_CLIENT) if url.startswith("http://") else True,
            follow_redirects=True,
            headers={"Connection": "close", "User-Agent": f"lsform/{__version__}"},
            event_hooks={"request": [self._start], "response": [self._tune, self._answered]},
            **options,
        )
        self._tell = tell
        self._tried: dict[tuple[str, str, bytes], int] = {}

    def send(self, request: httpx.Request, **options: Any) -> httpx.Response:
        """As any client does, and tells of requests without an answer as well."""
        try:
            return super().send(request, **options)
        except httpx.RequestError as error:
            self._told(error.request, type(error).__name__, status=0)
            raise

    def _tune(self, response: httpx.Response) -> None:
        if not response.headers.get("server", "").startswith("WSGIServer"):
            self.headers.pop("Connection", None)

    @staticmethod
    def _start(request: httpx.Request) -> None:
        request.extensions[STARTED] = time.monotonic()

    def _answered(self, response: httpx.Response) -> None:
        self._told(response.request, str(response.status_code), status=response.status_code)

    def _told(self, request: httpx.Request, ending: str, *, status: int) -> None:
        """One event. `attempt` counts how often this very request was sent without use."""
        milliseconds = round(1000 * (time.monotonic() - request.extensions.get(STARTED, time.monotonic())))
        key = (request.method, str(request.url), _content(request))
        attempt = self._tried.pop(key, 0) + 1
        if status in AGAIN or status >= 500 or not status:
            self._tried[key] = attempt
        path = request.url.path + _query(request.url)
        again = f", attempt {attempt}" if attempt > 1 else ""
        self._tell(
            Event(
                f"{request.method} {path} {ending} in {milliseconds} ms{again}",
                {
                    "method": request.method,
                    "path": path,
                    "status": status,
                    "ms": milliseconds,
                    "attempt": attempt,
                    **({} if status else {"error": ending}),
                },
                Detail.REQUEST,
            )
        )


def _content(request: httpx.Request) -> bytes:
    try:
        return request.content
    except httpx.RequestNotRead:  # a body that is read from somewhere is not sent twice
        return b""


def _query(url: httpx.URL) -> str:
    shown = [f"{name}={quote(unquote(value))}" if name in TOLD else f"{name}=..." for name, value in url.params.items()]
    return "?" + "&".join(shown) if shown else ""
