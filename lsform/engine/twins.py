"""What a replayed create may have left behind when nobody could look: a second object with the same nonce. Pure.

A copy that somebody made of an object bears its nonce, too, and is only told of. A twin is ours to remove, which the
memory tells: it has the nonces of creates after which twins were not looked for.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lsform.engine.model import Action, Change, LiveResource, Pair, Risk
from lsform.engine.planner import Scope


def split(
    copies: Iterable[LiveResource], doubts: frozenset[str]
) -> tuple[tuple[LiveResource, ...], tuple[LiveResource, ...]]:
    """Twins, and the copies that are none."""
    found: dict[bool, list[LiveResource]] = {True: [], False: []}
    for one in copies:
        found[nonce_of(one) in doubts].append(one)
    return tuple(found[True]), tuple(found[False])


def nonce_of(one: LiveResource) -> str:
    assert one.ownership is not None, "a copy has a marker"
    return one.ownership.nonce


def removals(twins: Iterable[LiveResource], pairs: Iterable[Pair], scope: Scope) -> Iterator[Change]:
    """Deletes of the twins, after everything else; what has come to hang on one of them is guarded as ever.

    A plan of a part never deletes, and what is no longer declared is pruned one after the other.
    """
    originals = {pair.live.ownership.nonce: pair for pair in pairs if pair.live and pair.live.ownership}
    for twin in sorted(twins, key=lambda one: (one.kind.name, one.remote)):
        original = originals.get(nonce_of(twin))
        if original is None or original.live is None or scope.is_partial or not scope.covers(original.address):
            continue
        yield Change(
            address=original.address,
            kind=twin.kind,
            action=Action.DELETE,
            reason=f"the server had replayed the create: it is the twin of {original.live.remote}",
            risk=Risk.SAFE if twin.kind.fields.disposable else Risk.DESTRUCTIVE,
            remote=twin.remote,
            pair=Pair(original.address, live=twin),
            twin=True,
        )
