"""What a plan has to say besides its changes: things of ours that stay, namesakes, copies. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lsform.core.diagnostics import Finding, Severity, counted
from lsform.engine.model import Action, Change, LiveResource, Pair
from lsform.engine.planner import Scope, is_orphan


def notes(
    pairs: Sequence[Pair],
    changes: Sequence[Change],
    live: Sequence[LiveResource],
    copies: Sequence[LiveResource],
    left: Sequence[tuple[Change, LiveResource]],
    scope: Scope,
) -> tuple[Finding, ...]:
    """Findings about the server, in a fixed order."""
    return (
        *_kept(pairs, changes, scope),
        *_namesakes(changes, live),
        *_copies(copies),
        *_foreign(pairs, live, scope),
        *_left_behind(left),
        *_miscounted(changes),
    )


def drift_notes(pairs: Sequence[Pair], scope: Scope) -> tuple[Finding, ...]:
    """What a look at drift cannot tell, each once."""
    covered = [pair for pair in pairs if scope.covers(pair.address) and pair.live is not None]
    unseen = sum(1 for pair in covered if pair.entry and pair.live and _write_only(pair))
    unknown = sum(1 for pair in covered if not pair.is_certain)
    found = []
    if unseen:
        text = f"secrets that the server never returns cannot be seen to change: {counted(unseen, 'resource')}"
        found.append(Finding("LSFP06", Severity.INFO, text, "`secret_version` sends one again"))
    if unknown:
        text = f"the state does not remember what was last applied to {counted(unknown, 'resource')}"
        found.append(
            Finding("LSFP07", Severity.WARNING, text, "`lsform plan` tells how they differ from their manifests")
        )
    return tuple(found)


def _write_only(pair: Pair) -> bool:
    assert pair.live is not None
    return not pair.live.kind.fields.write_only.isdisjoint(pair.fingerprints)


def _kept(pairs: Sequence[Pair], changes: Sequence[Change], scope: Scope) -> Iterator[Finding]:
    by_address = {pair.address: pair for pair in pairs}
    handled = {change.address for change in changes}
    for pair in pairs:
        if pair.address not in handled and scope.covers(pair.address) and is_orphan(pair, by_address):
            yield Finding(
                "LSFP01",
                Severity.INFO,
                f"`{pair.address}` is no longer declared and stays on the server",
                "`--prune` deletes it; a `Removed` manifest with `destroy: false` forgets it",
                address=str(pair.address),
            )


def _namesakes(changes: Sequence[Change], live: Sequence[LiveResource]) -> Iterator[Finding]:
    """Never matched by title alone: two people may mean different things by one title."""
    strangers = {
        one.attributes.get("title"): one.remote
        for one in reversed(live)
        if one.ownership is None and not one.kind.parent
    }
    for change in changes:
        title = change.payload.get("title")
        if (
            change.action is Action.CREATE
            and not change.kind.parent
            and isinstance(title, str)
            and title.strip() in strangers
        ):
            yield Finding(
                "LSFP02",
                Severity.WARNING,
                f"project {strangers[title.strip()]} has the title of `{change.address}`, but lsform did not make it",
                "this plan makes another project; if that one is meant, "
                f"`lsform adopt {change.address}={strangers[title.strip()]}` binds it",
                address=str(change.address),
            )


def _copies(copies: Sequence[LiveResource]) -> Iterator[Finding]:
    for one in copies:
        assert one.ownership is not None
        yield Finding(
            "LSFP03",
            Severity.WARNING,
            f"{one.kind.name} {one.remote} bears the marker of `{one.ownership.address}`, which is another object",
            "somebody copied it, or the server replayed a create: remove the `lsform:` comment from it, or delete it",
            address=str(one.ownership.address),
        )


def _left_behind(left: Sequence[tuple[Change, LiveResource]]) -> Iterator[Finding]:
    """lsform did not make it, and somebody may have: so it is told and not deleted."""
    for change, one in left:
        gone = change.action is Action.DELETE
        yield Finding(
            "LSFP05",
            Severity.WARNING,
            f"{one.kind.name} {one.remote}, which Label Studio added with `{change.address}`, "
            + ("stays without it" if gone else "stays at the old address"),
            f"delete it in the project's settings; a declared {one.kind.name} "
            + ("is pruned" if gone else "moves when its manifest says so"),
            address=str(change.address),
        )


def _miscounted(changes: Sequence[Change]) -> Iterator[Finding]:
    for change in changes:
        if change.counted:
            yield Finding(
                "LSFP11",
                Severity.INFO,
                f"the server's own counters of `{change.address}` are wrong: what its annotations use was counted in "
                f"{counted(change.counted, 'task')}",
                "`lsform doctor` says which counters",
                address=str(change.address),
            )


def _foreign(pairs: Sequence[Pair], live: Sequence[LiveResource], scope: Scope) -> Iterator[Finding]:
    """What the state remembers as ours and another stack has put its marker on: it is theirs."""
    objects = {(one.kind.name, one.kind.variant, one.remote): one for one in live}
    for pair in pairs:
        if pair.live is not None or pair.entry is None:
            continue
        one = objects.get((pair.entry.kind, pair.entry.variant, pair.entry.remote))
        if one is None or one.ownership is None or one.ownership.nonce != pair.entry.nonce:
            continue  # another object that has this id now
        if one.ownership.stack != scope.stack:
            yield Finding(
                "LSFP09",
                Severity.WARNING,
                f"{one.kind.name} {one.remote}, which was `{pair.address}`, now belongs to the stack"
                f" `{one.ownership.stack}` as `{one.ownership.address}`: it is left alone",
                "two stacks cannot own one object: take it out of one of them with a `Removed` manifest",
                address=str(pair.address),
            )
