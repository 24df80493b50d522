"""How a server meets somebody without a token: its version, clock, pages and gateway. Touches the network."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from html.parser import HTMLParser

import httpx

from lsform.core.errors import ServerError
from lsform.doctor.evidence import Refusal
from lsform.doctor.origins import origin
from lsform.server.translation import body_of, connection_error, stranger

PATIENCE = 10.0  # seconds for one answer
BODY = 5_000_000  # bytes: what an import sends at once (`data.batches`)
LINK = re.compile(r"""href=["'](https?://[^"']+?)/static/""")


@dataclass(frozen=True, slots=True)
class Meeting:
    """What came of it; see `doctor.evidence.ServerFacts`."""

    release: str = ""
    refusal: Refusal | None = None
    skew: float | None = None
    links: str = ""
    login: Refusal | None = None
    body_limit: int = 0


def meet(url: str) -> Meeting:
    """Never raises for what the server says, or when there is none."""
    with httpx.Client(base_url=url, timeout=PATIENCE, headers={"Connection": "close"}) as client:
        try:
            began = time.time()
            answer = client.get("/api/version", follow_redirects=True)
            skew = _skew(answer, (began + time.time()) / 2)
            said = body_of(answer)
            release = str(said.get("release") or "") if isinstance(said, dict) else ""
            if not release:
                return Meeting(refusal=_refusal(stranger(url)), skew=skew)
            links, login = _login(client, url)
            return Meeting(release, None, skew, links, login, _body_limit(client))
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            return Meeting(refusal=_refusal(connection_error(url, error, write=False)))


def _refusal(error: ServerError) -> Refusal:
    return Refusal(error.message, error.hint, error.status)


def _skew(answer: httpx.Response, now: float) -> float | None:
    """Seconds that the server's clock is ahead; `Date` has whole seconds, cut off."""
    try:
        return parsedate_to_datetime(answer.headers.get("date", "")).timestamp() + 0.5 - now
    except ValueError:
        return None


def _login(client: httpx.Client, url: str) -> tuple[str, Refusal | None]:
    """Where the login page's links lead, and what is said to its form, sent back empty as a browser sends it."""
    page = client.get("/user/login/")
    found = LINK.search(page.text)
    links = found[1] if found else ""
    if not page.is_success or "csrftoken" not in client.cookies:
        return links, None
    form = {"csrfmiddlewaretoken": client.cookies["csrftoken"], "email": "", "password": ""}
    headers = {"Origin": origin(url), "Referer": f"{url}/user/login/"}
    answer = client.post("/user/login/", data=form, headers=headers)
    if answer.status_code != 403:
        return links, None
    return links, Refusal(_title(answer.text) or "403", status=403)


def _body_limit(client: httpx.Client) -> int:
    """Whether a gateway refuses a request as large as those of imports; the server itself does not look into it."""
    try:
        answer = client.post("/api/version", content=bytes(BODY), headers={"Content-Type": "application/octet-stream"})
    except httpx.TransportError:  # who says no without reading may close before it is heard: that proves nothing
        return 0
    return BODY if answer.status_code == 413 else 0


def _title(page: str) -> str:
    """The heading of an error page."""
    reader = _Heading()
    reader.feed(page)
    return " ".join("".join(reader.text).split())


class _Heading(HTMLParser):
    """Collects the text of the first `h1`."""

    def __init__(self) -> None:
        super().__init__()
        self.text: list[str] = []
        self._inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._inside = tag == "h1" and not self.text

    def handle_endtag(self, tag: str) -> None:
        self._inside = self._inside and tag != "h1"

    def handle_data(self, data: str) -> None:
        if self._inside:
            self.text.append(data)
