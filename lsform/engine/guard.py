"""What a plan may not do unasked: each guard is a line of a table and says what lifts it. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from lsform.core.address import Address
from lsform.core.errors import PlanRefused
from lsform.engine.model import Action, Change, Pair, Plan

# Shares of a handful of resources say nothing: one of two projects is already half of everything.
FEWEST_FOR_SHARES = 10


@dataclass(frozen=True, slots=True)
class Limits:
    """How much of what exists one plan may touch; shares are 0..1 of the resources that lsform manages."""

    max_delete_share: float = 0.1
    max_update_share: float = 0.5


@dataclass(frozen=True, slots=True)
class Permission:
    """What the user has allowed by name for this one run. `whole_estate` is the `destroy` command."""

    destroy: tuple[str, ...] = ()
    whole_estate: bool = False

    def allows(self, address: Address) -> bool:
        return any(address.matches(glob) for glob in self.destroy)


def check(plan: Plan, limits: Limits, permission: Permission) -> None:
    """Raises PlanRefused with the reasons of all guards that object."""
    reasons = objections(plan, limits, permission)
    if reasons:
        raise PlanRefused(reasons)


def objections(plan: Plan, limits: Limits, permission: Permission) -> tuple[str, ...]:
    """The reasons of all guards that object, each with what lifts it."""
    return tuple(reason for guard in GUARDS for reason in guard(plan, limits, permission))


def _protected(plan: Plan, _limits: Limits, _permission: Permission) -> Iterator[str]:
    """A child of a protected resource is protected as well when it goes with it, so only the resource is named."""
    for change in plan.changes:
        if change.action.is_destructive and change.pair is not None and is_protected(change.pair):
            yield (
                f"`{change.address}` is protected: apply it once with `lifecycle: {{protect: false}}`, "
                "then it can be deleted"
            )


def is_protected(pair: Pair) -> bool:
    """Protection holds as declared and, when the manifest is gone, as last applied."""
    if pair.desired is not None:
        return pair.desired.lifecycle.protect
    return pair.entry is not None and pair.entry.protect


def _with_work(plan: Plan, _limits: Limits, permission: Permission) -> Iterator[str]:
    for change in plan.changes:
        if change.action.is_destructive and change.impact.tasks and not permission.allows(change.address):
            yield (
                f"`{change.address}` has {change.impact.tasks} tasks and {change.impact.annotations} annotations: "
                f"`--allow-destroy {change.address}` deletes them"
            )


def _data_loss(plan: Plan, _limits: Limits, permission: Permission) -> Iterator[str]:
    for change in plan.changes:
        if change.losses and not permission.allows(change.address):
            yield (
                f"`{change.address}`: {'; '.join(change.losses)}: `--allow-destroy {change.address}` changes it anyway"
            )


def _shares(plan: Plan, limits: Limits, permission: Permission) -> Iterator[str]:
    managed = sum(1 for pair in plan.pairs if pair.live is not None)
    if managed < FEWEST_FOR_SHARES or permission.whole_estate:
        return
    for verb, limit, name, concerned in (
        ("deletes or replaces", limits.max_delete_share, "max_delete_share", _destroying(plan.changes)),
        ("updates", limits.max_update_share, "max_update_share", _updating(plan.changes)),
    ):
        if concerned > limit * managed:
            yield (
                f"the plan {verb} {concerned} of {managed} resources, more than `{name}: {limit}` allows: "
                "raise it under `limits` in the Stack, or plan a part with `--target`"
            )


def _destroying(changes: Sequence[Change]) -> int:
    return sum(1 for change in changes if change.action.is_destructive)


def _updating(changes: Sequence[Change]) -> int:
    """Resources and not changes: a second change of one counts with the first."""
    made = {change.address for change in changes if change.action.makes}
    return len({change.address for change in changes if change.action is Action.UPDATE} - made)


def _estate(plan: Plan, _limits: Limits, permission: Permission) -> Iterator[str]:
    deletes = any(change.action is Action.DELETE for change in plan.changes)
    if deletes and not permission.whole_estate and not any(pair.desired for pair in plan.pairs):
        yield "no resource is declared at all, so pruning would delete everything: `lsform destroy` does that"


def _partial(plan: Plan, _limits: Limits, permission: Permission) -> Iterator[str]:
    deletes = any(change.action is Action.DELETE for change in plan.changes)
    if deletes and plan.partial and not permission.whole_estate:
        yield "a plan of a part (`--target`) never prunes: leave `--prune` or `--target` out"


Guard = Callable[[Plan, Limits, Permission], Iterator[str]]
GUARDS: tuple[Guard, ...] = (_protected, _with_work, _data_loss, _shares, _estate, _partial)
