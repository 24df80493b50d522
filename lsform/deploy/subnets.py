"""Which addresses Label Studio must not talk to, so that it can talk to the private ones that a stack needs. Pure.

Its protection against requests forged by users bans all reserved addresses. It can be switched off, or, as here, be
given the same list with holes in it: then everything else stays banned.
"""

from __future__ import annotations

from collections.abc import Iterable
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import TypeAlias

from lsform.core.errors import UsageError

Network: TypeAlias = IPv4Network | IPv6Network

BANNED: tuple[Network, ...] = tuple(
    map(
        ip_network,
        (
            *("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12"),
            *("192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24"),
            *("203.0.113.0/24", "224.0.0.0/4", "233.252.0.0/24", "240.0.0.0/4", "255.255.255.255/32"),
            *("::/128", "::1/128", "::ffff:0:0/96", "::ffff:0:0:0/96", "64:ff9b::/96", "64:ff9b:1::/48", "100::/64"),
            *("2001::/32", "2001:20::/28", "2001:db8::/32", "2002::/16", "fc00::/7", "fe80::/10", "ff00::/8"),
        ),
    )
)
"""Label Studio's own list."""


def network(text: str) -> Network:
    """A network, or a single address, as users write them."""
    try:
        return ip_network(text)
    except ValueError as error:
        raise UsageError(f"`{text}` is no network: {error}", hint="write one such as `10.1.0.0/16`") from None


def address(host: str) -> IPv4Address | IPv6Address | None:
    """The address that a host is written as; None for a name."""
    try:
        return ip_address(host)
    except ValueError:
        return None


def is_banned(one: IPv4Address | IPv6Address) -> bool:
    """Whether Label Studio by itself does not talk to it."""
    return any(one in banned for banned in BANNED)


def banned_but(allowed: Iterable[Network]) -> tuple[Network, ...]:
    """Label Studio's list without the networks that it may talk to."""
    left = list(BANNED)
    for hole in allowed:
        left = [part for one in left for part in _without(one, hole)]
    return tuple(left)


def _without(banned: Network, hole: Network) -> Iterable[Network]:
    match banned, hole:
        case (IPv4Network(), IPv4Network()) if hole.subnet_of(banned):
            return sorted(banned.address_exclude(hole))
        case (IPv6Network(), IPv6Network()) if hole.subnet_of(banned):
            return sorted(banned.address_exclude(hole))
    return () if banned.overlaps(hole) else (banned,)
