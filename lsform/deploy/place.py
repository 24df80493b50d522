"""Where browsers find a server, and what it listens on for that. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from lsform.core.errors import LsformError
from lsform.deploy.subnets import address

BEHIND_TLS = "127.0.0.1:8080"


@dataclass(frozen=True, slots=True)
class Doubt:
    """What probably is not meant, and what to do about it."""

    message: str
    hint: str


@dataclass(frozen=True, slots=True)
class Place:
    """`url` is the origin that browsers see; `listen` the port, or address and port, of the machine it runs on."""

    url: str
    listen: str

    @property
    def is_secure(self) -> bool:
        return self.url.startswith("https://")

    def doubts(self) -> Iterator[Doubt]:
        """An address that only browsers on the machine itself find."""
        host = urlsplit(self.url).hostname or ""
        found = address(host)
        if host == "localhost" or (found is not None and found.is_loopback):
            yield Doubt(f"`{self.url}` is found on the machine itself only", "`--host` names another address")


def place(url: str, listen: str = "") -> Place:
    """A place by its URL. Behind `https` something else ends TLS, and passes on to a port of loopback."""
    try:
        parts = urlsplit(url)
        port, host = parts.port, parts.hostname
    except ValueError:
        parts, port, host = urlsplit(""), None, None
    if parts.scheme not in ("http", "https") or not host or parts.username is not None:
        raise LsformError(f"`{url}` is no address of a server", hint="write one such as `https://labels.example.com`")
    if parts.path.strip("/") or parts.query or parts.fragment:
        raise LsformError(
            f"`{url}` has a path, below which Label Studio does not work well",
            hint="give it a host name of its own, such as `https://labels.example.com`",
        )
    return Place(
        f"{parts.scheme}://{parts.netloc}", listen or (BEHIND_TLS if parts.scheme == "https" else str(port or 80))
    )
