"""Origins as browsers know them: scheme, host and port. Pure."""

from __future__ import annotations

from urllib.parse import urlsplit

USUAL = {"http": 80, "https": 443}


def origin(address: str) -> str:
    """`https://labels.example.com` of any address there, without the port that its scheme has anyway, or a password."""
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        return address
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname or ""
    return f"{parts.scheme}://{host}" + (f":{port}" if port and port != USUAL.get(parts.scheme) else "")


def fits(own: str, trusted: str) -> bool:
    """Whether an origin is one that is trusted, as Django compares them: `https://*.example.com` is all below it."""
    scheme, _, host = trusted.partition("://")
    if host.startswith("*."):
        own_scheme, _, own_host = own.partition("://")
        return own_scheme == scheme and (own_host.endswith(host[1:]) or own_host == host[2:])
    return own == origin(trusted)
