"""What is remembered of a resource once it is on the server. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from lsform.engine.declared import DesiredResource
from lsform.engine.digests import field_digests
from lsform.engine.ignoring import managed_parts
from lsform.engine.model import LiveResource, StateEntry


def entry_of(desired: DesiredResource, live: LiveResource, nonce: str, fingerprints: Mapping[str, str]) -> StateEntry:
    """What to remember of a resource that is on the server as declared.

    What identifies it is remembered even where it is not declared: it must be known again when its marker is lost.
    """
    kind = desired.kind
    identity = {name: live.attributes[name] for name in kind.fields.identity if name in live.attributes}
    return StateEntry(
        address=desired.address,
        kind=kind.name,
        variant=kind.variant,
        remote=live.remote,
        nonce=nonce,
        digests=field_digests(kind, {**identity, **managed_parts(desired)}),
        protect=desired.lifecycle.protect,
        fingerprints=fingerprints,
    )
