"""What a plan may not do unasked: each guard is a line of a table and says what lifts it. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from lsform.core.address import Address
from lsform.core.diagnostics import counted
from lsform.core.errors import PlanRefused, Refusal
from lsform.engine.model import Action, Pair, Plan

# Shares of a handful of resources say nothing: one of two projects is already half of everything.
FEWEST_FOR_SHARES = 10
# One or two projects are deleted by hand; when most of three are gone at once, it is another database.
FEWEST_PROJECTS = 3
# What `GET /api/version` calls the editions whose ways lsform knows, in small letters.
EDITIONS = frozenset({"community", "enterprise"})


@dataclass(frozen=True, slots=True)
class Limits:
    """How much of what exists one plan may touch; shares are 0..1 of the resources that lsform manages.

    `max_missing_share` is of those that the state remembers and that the server no longer has.
    """

    max_delete_share: float = 0.1
    max_update_share: float = 0.5
    max_missing_share: float = 0.5


@dataclass(frozen=True, slots=True)
class Permission:
    """What the user has allowed by name for this one run.

    `destroy` has globs of addresses, `recreate` lets an estate that is gone be made again, and `whole_estate` is the
    `destroy` command.
    """

    destroy: tuple[str, ...] = ()
    recreate: bool = False
    whole_estate: bool = False

    def allows(self, address: Address) -> bool:
        return any(address.matches(glob) for glob in self.destroy)


@dataclass(frozen=True, slots=True)
class Guard:
    """One thing that is refused. `would` and `lifted_by` are its line in docs/plans.md.

    `check` yields an address ('' for the whole plan), what would be done, and what lifts it here.
    """

    code: str
    would: str
    lifted_by: str
    check: Callable[[Plan, Limits, Permission], Iterator[tuple[Address | None, str, str]]]


Objection = tuple[Address | None, str, str]


def check(plan: Plan, limits: Limits, permission: Permission) -> None:
    """Raises PlanRefused with all that the guards object to."""
    refusals = objections(plan, limits, permission)
    if refusals:
        raise PlanRefused(refusals)


def objections(plan: Plan, limits: Limits, permission: Permission) -> tuple[Refusal, ...]:
    """All that the guards object to, in the order of their codes."""
    return tuple(
        Refusal(guard.code, str(address or ""), text, lifted_by)
        for guard in GUARDS
        for address, text, lifted_by in guard.check(plan, limits, permission)
    )


def _protected(plan: Plan, _limits: Limits, permission: Permission) -> Iterator[Objection]:
    """Whatever goes, and what goes along with it; the twin of something protected may go, unless it has tasks."""
    pairs = {pair.address: pair for pair in plan.pairs}
    for change in plan.changes:
        if not change.action.is_destructive or change.pair is None or change.twin:
            continue
        along = (change.pair, *(one for one in plan.pairs if one.address.parent == change.address))
        found = next((one for one in along if is_protected(one, pairs)), None)
        if found is not None:
            kept = "" if found is change.pair else f", and would go along with `{change.address}`"
            lifted_by = "apply it once with `lifecycle: {protect: false}`, then it can be deleted"
            yield found.address, f"`{found.address}` is protected{kept}", lifted_by
        elif is_protected(change.pair, pairs) is None and not permission.allows(change.address):
            text = f"the state does not remember `{change.address}`, so whether it is protected is unknown"
            yield change.address, text, f"`--allow-destroy {change.address}`"


def is_protected(pair: Pair, pairs: Mapping[Address, Pair]) -> bool | None:
    """Protection holds as declared and, when the manifest is gone, as last applied; None where nobody knows."""
    if pair.desired is not None:
        return pair.desired.lifecycle.protect
    if pair.entry is not None:
        return pair.entry.protect
    above = pairs.get(pair.address.parent) if pair.address.parent is not None else None
    return is_protected(above, pairs) if above is not None else None


def _with_work(plan: Plan, _limits: Limits, permission: Permission) -> Iterator[Objection]:
    for change in plan.changes:
        if change.action.is_destructive and change.impact.tasks and not permission.allows(change.address):
            work = f"{counted(change.impact.tasks, 'task')} and {counted(change.impact.annotations, 'annotation')}"
            yield change.address, f"`{change.address}` has {work}", f"`--allow-destroy {change.address}` deletes them"


def _data_loss(plan: Plan, _limits: Limits, permission: Permission) -> Iterator[Objection]:
    for change in plan.changes:
        if change.losses and not permission.allows(change.address):
            text = f"`{change.address}`: {'; '.join(change.losses)}"
            kept = f"{change.remedy}, or " if change.remedy else ""
            yield change.address, text, f"{kept}`--allow-destroy {change.address}` changes it anyway"


def _deleted_share(plan: Plan, limits: Limits, permission: Permission) -> Iterator[Objection]:
    number = sum(1 for change in plan.changes if change.action.is_destructive)
    yield from _share(plan, permission, number, "deletes or replaces", "max_delete_share", limits.max_delete_share)


def _updated_share(plan: Plan, limits: Limits, permission: Permission) -> Iterator[Objection]:
    """Resources and not changes: a second change of one counts with the first."""
    made = {change.address for change in plan.changes if change.action.makes}
    number = len({change.address for change in plan.changes if change.action is Action.UPDATE} - made)
    yield from _share(plan, permission, number, "updates", "max_update_share", limits.max_update_share)


def _share(plan: Plan, permission: Permission, number: int, verb: str, name: str, limit: float) -> Iterator[Objection]:
    managed = sum(1 for pair in plan.pairs if pair.live is not None)
    if managed >= FEWEST_FOR_SHARES and number > limit * managed and not permission.whole_estate:
        text = f"the plan {verb} {number} of {managed} resources, more than `{name}: {limit}` allows"
        yield None, text, "raise it under `limits` in the Stack, or plan a part with `--target`"


def _empty(plan: Plan, _limits: Limits, permission: Permission) -> Iterator[Objection]:
    if _prunes(plan, permission) and not any(pair.desired for pair in plan.pairs):
        yield None, "no resource is declared at all, so pruning would delete everything", "`lsform destroy` does that"


def _shrunk(plan: Plan, limits: Limits, permission: Permission) -> Iterator[Objection]:
    """A backup put back, another organisation or another database: what is remembered is not there any more."""
    again = {change.address for change in plan.changes if change.action is Action.CREATE}
    remembered = [pair for pair in plan.pairs if pair.entry is not None]
    if permission.recreate or not any(pair.address in again for pair in remembered):
        return
    projects = [pair for pair in remembered if pair.address.parent is None]
    for noun, known, fewest in (
        ("projects", projects, FEWEST_PROJECTS),
        ("resources", remembered, FEWEST_FOR_SHARES),
    ):
        missing = sum(1 for pair in known if pair.live is None)
        if len(known) >= fewest and missing > limits.max_missing_share * len(known):
            text = (
                f"{missing} of the {len(known)} {noun} that the state remembers are not on the server, more than "
                f"`max_missing_share: {limits.max_missing_share}` allows: is it the right server and organization?"
            )
            yield None, text, "`--allow-recreate` makes them again"
            return


def _part(plan: Plan, _limits: Limits, permission: Permission) -> Iterator[Objection]:
    if plan.partial and _prunes(plan, permission):
        yield None, "a plan of a part (`--target`) never prunes", "leave `--prune` or `--target` out"


def _gaps(plan: Plan, _limits: Limits, permission: Permission) -> Iterator[Objection]:
    for gap in plan.gaps if _prunes(plan, permission) else ():
        yield None, f"{gap}, so the stack was loaded in part, and that never prunes", "mend it, or leave `--prune` out"


def _prunes(plan: Plan, permission: Permission) -> bool:
    return not permission.whole_estate and any(change.action is Action.DELETE for change in plan.changes)


def _stranger(plan: Plan, _limits: Limits, permission: Permission) -> Iterator[Objection]:
    if plan.server.edition.lower() in EDITIONS:
        return
    for change in plan.changes:
        if change.action.is_destructive and not permission.allows(change.address):
            text = (
                f"lsform does not know what goes along with `{change.address}` in the edition `{plan.server.edition}`"
            )
            yield change.address, text, f"`--allow-destroy {change.address}` deletes it anyway"


BY_NAME = "`--allow-destroy ADDRESS`"
GUARDS: Sequence[Guard] = (
    Guard(
        "LSFG01",
        "delete or replace something with `lifecycle: {protect: true}`, or something whose protection is forgotten",
        f"applying `protect: false` first; {BY_NAME} where manifest and state are both gone",
        _protected,
    ),
    Guard("LSFG02", "delete a project that has tasks", BY_NAME, _with_work),
    Guard("LSFG03", "take labels, controls or data keys from annotations that use them", BY_NAME, _data_loss),
    Guard(
        "LSFG04",
        f"delete or replace more than `max_delete_share` (0.1) of {FEWEST_FOR_SHARES} or more resources",
        "`limits` in the Stack, or `--target` for a part",
        _deleted_share,
    ),
    Guard(
        "LSFG05",
        f"update more than `max_update_share` (0.5) of {FEWEST_FOR_SHARES} or more resources",
        "`limits` in the Stack, or `--target` for a part",
        _updated_share,
    ),
    Guard("LSFG06", "prune everything because no resource is declared", "`lsform destroy`", _empty),
    Guard(
        "LSFG07",
        f"make again more than `max_missing_share` (0.5) of {FEWEST_PROJECTS} or more projects, or of "
        f"{FEWEST_FOR_SHARES} or more resources, that the state remembers",
        "`--allow-recreate`, or `limits` in the Stack",
        _shrunk,
    ),
    Guard("LSFG08", "prune in a plan of a part (`--target`)", "planning the whole", _part),
    Guard("LSFG09", "prune while a pattern of `include` matches no file", "mending `include`", _gaps),
    Guard("LSFG10", "delete or replace on an edition of Label Studio that lsform does not know", BY_NAME, _stranger),
)
