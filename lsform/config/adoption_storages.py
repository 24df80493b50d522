"""Storages on a server may be what a manifest may not: what `storage_findings` forbids is left to the server. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from lsform.config.storage_findings import storage_findings
from lsform.core.address import Address
from lsform.core.diagnostics import Finding, Severity
from lsform.core.values import Json
from lsform.engine.declared import DesiredResource
from lsform.engine.model import LiveResource

# Code of an error -> the field that is left out for it; '' where it is the sync that does the harm.
_REMEDIES = {"LSFM13": "presign_ttl", "LSFM14": "regex_filter", "LSFM15": "use_blob_urls", "LSFM16": ""}


def settled(
    bodies: Mapping[Address, dict[str, Json]], live: Mapping[Address, LiveResource], others: Iterable[DesiredResource]
) -> Iterator[Finding]:
    """Takes out of the bodies of storages what would be an error in them, and says so. `others` are of the stack."""
    ours = {at: _declared(at, live[at], body) for at, body in bodies.items() if live[at].kind.reach}
    rest = list(others)
    while True:
        errors = [one for one in storage_findings([*rest, *ours.values()]) if one.severity is Severity.ERROR]
        found = next((one for one in errors if Address.parse(one.address) in ours), None)
        if found is None:
            return
        address, field = Address.parse(found.address), _REMEDIES[found.code]
        if field:
            bodies[address].pop(field, None)
            left = {key: value for key, value in ours[address].attributes.items() if key != field}
            ours[address] = replace(ours[address], attributes=left)
            message = f"`{field}` of `{address}` is left to the server: {found.message}"
        else:
            bodies[address]["sync"] = "never"
            ours[address] = replace(ours[address], sync="never")
            message = f"`{address}` gets `sync: never`: {found.message}"
        yield Finding("LSFA02", Severity.WARNING, message, found.hint, address=str(address))


def _declared(address: Address, live: LiveResource, body: Mapping[str, Json]) -> DesiredResource:
    told = {key: value for key, value in live.attributes.items() if key in body}
    return DesiredResource(address, live.kind, told, sync=str(body.get("sync", "on_create")))
