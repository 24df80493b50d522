"""What became of a write that the last run was about to make when it ended. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from lsform.core.address import Address
from lsform.core.diagnostics import Finding, Severity
from lsform.engine.model import Action, Change, Intent, Pair

HINT = "this plan goes on from there"


def told(
    intent: Intent | None, pairs: Sequence[Pair], changes: Sequence[Change], unchanged: Sequence[Pair]
) -> tuple[Finding, ...]:
    """A finding that says it, or none where nothing was cut short."""
    if intent is None:
        return ()
    pair = next((one for one in pairs if one.address == intent.address), Pair(intent.address))
    became = {True: "it was done", False: "it was not done", None: "this plan does not tell what became of it"}[
        _was_done(intent, pair, {one.address for one in changes}, {one.address for one in unchanged})
    ]
    message = f"the last run ended just when it was to {intent.action.value} `{intent.address}`: {became}"
    return (Finding("LSFP08", Severity.INFO, message, HINT, address=str(intent.address)),)


def _was_done(intent: Intent, pair: Pair, changed: set[Address], unchanged: set[Address]) -> bool | None:
    """None where nobody knows: what the plan is not about was not compared."""
    match intent.action:
        case Action.CREATE | Action.REPLACE:
            ownership = pair.live.ownership if pair.live is not None else None
            return ownership is not None and ownership.nonce == intent.nonce
        case Action.DELETE | Action.FORGET:
            return pair.live is None
        case _:
            return None if intent.address not in changed | unchanged else intent.address in unchanged
