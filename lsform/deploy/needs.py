"""What a stack needs of the server that it is applied to: folders to serve, private addresses to talk to. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from ipaddress import ip_network
from posixpath import commonpath, dirname
from urllib.parse import urlsplit

from lsform.core.errors import LsformError
from lsform.deploy.place import Doubt
from lsform.deploy.subnets import Network, address, is_banned
from lsform.engine.declared import DesiredResource

ENDPOINTS = ("url", "s3_endpoint", "host")
"""Attributes that name somebody whom the server talks to."""


@dataclass(frozen=True, slots=True)
class Needs:
    """`files` is the folder that all local storages are below, '' where there are none; `writes` tells whether one of
    them is exported to. `neighbours` are hosts without a dot: services on the same network of containers. `private`
    are addresses that Label Studio bans by itself. `itself` are resources whose host is the server's own container."""

    files: str = ""
    writes: bool = False
    neighbours: tuple[str, ...] = ()
    private: tuple[Network, ...] = ()
    itself: tuple[str, ...] = ()

    def doubts(self) -> Iterator[Doubt]:
        """Who names itself, and means somebody else."""
        for where in self.itself:
            yield Doubt(
                f"the `localhost` of `{where}` is Label Studio's own container",
                "name a service beside it, as in `http://detector:9090`, or another machine",
            )


def needs(desired: Iterable[DesiredResource]) -> Needs:
    """What these resources need."""
    resources = sorted(desired, key=lambda one: str(one.address))
    local = [one for one in resources if one.kind.variant == "localfiles"]
    hosts = [(str(one.address), host) for one in resources for host in _hosts(one)]
    named = [(where, host) for where, host in hosts if address(host) is None]
    numbered = [(where, found) for where, host in hosts if (found := address(host))]
    return Needs(
        files=_root([path for one in local if isinstance(path := one.attributes.get("path"), str)]),
        writes=any(one.kind.name == "export_storage" for one in local),
        neighbours=tuple(sorted({host for _, host in named if "." not in host} - {"localhost"})),
        private=tuple(ip_network(one) for one in sorted({str(one) for _, one in numbered if _is_private(str(one))})),
        itself=tuple(
            [where for where, host in named if host == "localhost"]
            + [where for where, found in numbered if found.is_loopback]
        ),
    )


def _hosts(resource: DesiredResource) -> Iterator[str]:
    for name in ENDPOINTS:
        value = resource.attributes.get(name)
        if isinstance(value, str) and value:
            host = urlsplit(value if "://" in value else f"//{value}").hostname
            if host:
                yield host


def _is_private(host: str) -> bool:
    found = address(host)
    return found is not None and is_banned(found) and not found.is_loopback


def _root(paths: list[str]) -> str:
    """The folder above all paths; Label Studio serves what is below its root, and never the root itself."""
    if not paths:
        return ""
    shared = commonpath([dirname(path.rstrip("/")) for path in paths]) if all(map(_is_absolute, paths)) else "/"
    if shared == "/":
        shown = ", ".join(f"`{path}`" for path in sorted(set(paths)))
        raise LsformError(
            f"local storages have no folder in common that could be served: {shown}",
            hint="keep them below one folder that is not the root, as in `/files/traffic` and `/files/signs`",
        )
    return shared


def _is_absolute(path: str) -> bool:
    return path.startswith("/")
