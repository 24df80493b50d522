"""Counts what annotations and drafts really use, where the server's own counters cannot be trusted."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from lsform.core.diagnostics import counted
from lsform.core.errors import ServerError
from lsform.engine.ports import Progress, Server
from lsform.interface.compatibility import Loss, LossKind, Usage
from lsform.interface.counting import Count


@dataclass(frozen=True, slots=True)
class Counting:
    """How far to count: so many tasks of a project, 0 for all of them. `progress` hears of it."""

    most: int
    progress: Progress

    def is_enough(self, seen: int) -> bool:
        return 0 < self.most <= seen


@dataclass(frozen=True, slots=True)
class Asked:
    """A project whose interface changes, and what the server's counters say of it.

    lost      what the change takes from annotations with such a usage
    doubted   whether the counters contradict themselves, or are silent on something that goes
    """

    project: int
    name: str
    tasks: int
    summary: Usage
    lost: Callable[[Usage], Sequence[Loss]] = field(repr=False)
    doubted: bool


@dataclass(frozen=True, slots=True)
class Counted:
    """What is used. `seen` tasks were counted because the server's counters are wrong; 0: they are right.

    `doubts` say what could not be counted; `drafts` is how many there are, None where nobody looked.
    """

    usage: Usage
    seen: int = 0
    doubts: tuple[str, ...] = ()
    drafts: int | None = None


def count_work(server: Server, asked: Asked, counting: Counting) -> Counted:
    """Look at the first page of tasks; go on where the counters may be wrong, and take their word where they are not.

    Drafts are always counted where the server knows of any: it counts one anew each time it is saved.
    """
    found = _annotations(server, asked, counting)
    return _drafts(server, asked, counting, found) if asked.summary.created_labels_drafts else found


def _annotations(server: Server, asked: Asked, counting: Counting) -> Counted:
    count, seen, summary, doubted, failure = Count(), 0, asked.summary, asked.doubted, ""
    try:
        for page in server.results(asked.project):
            for results in page:
                count.add(results)
            seen += len(page)
            if not doubted and seen < asked.tasks and not _exceeds(asked, count):
                return Counted(summary)
            doubted = True
            counting.progress(f"counting labels in the tasks of `{asked.name}`", done=seen, total=asked.tasks)
            if counting.is_enough(seen) and seen < asked.tasks:
                failure = f"labels were counted in {seen:,} of {counted(asked.tasks, 'task')}, so what else is lost is "
                failure += "unknown: `max_counted_tasks` under `limits` of the Stack"
                break
        else:
            if seen < asked.tasks:  # and pages have shifted
                failure = "its tasks changed while they were counted, so what is lost is unknown"
    except ServerError as error:
        failure = f"its annotations cannot be read ({error.message}), so what is lost is unknown"
    real = count.usage(summary.created_labels_drafts, summary.data_keys)
    if failure:
        return Counted(_either(summary, real), seen, (failure,))
    return Counted(real, seen if _numbers(asked, real) != _numbers(asked, summary) else 0)


def _drafts(server: Server, asked: Asked, counting: Counting, found: Counted) -> Counted:
    """The same with the drafts that there are."""
    count, seen = Count(), 0
    try:
        for results in server.drafts(asked.project):
            if counting.is_enough(seen):
                doubt = f"{counted(seen, 'draft')} {'was' if seen == 1 else 'were'} counted, and there are more"
                doubt += ": `max_counted_tasks` under `limits` of the Stack"
                return replace(found, doubts=(*found.doubts, doubt))
            count.add(results)
            seen += 1
            counting.progress(f"counting drafts of `{asked.name}`", done=seen, total=0)
    except ServerError as error:
        doubt = f"its drafts cannot be read ({error.message}), so what is lost of them is unknown"
        return replace(found, doubts=(*found.doubts, doubt))
    return replace(found, usage=replace(found.usage, created_labels_drafts=count.labels), drafts=seen)


def _numbers(asked: Asked, usage: Usage) -> dict[tuple[LossKind, str], int]:
    return {(one.kind, one.subject): one.annotations for one in asked.lost(usage) if one.annotations}


def _exceeds(asked: Asked, count: Count) -> bool:
    """Whether a part of the tasks uses more of what goes than the server knows of all."""
    known = _numbers(asked, asked.summary)
    part = _numbers(asked, count.usage({}, asked.summary.data_keys))
    return any(number > known.get(what, 0) for what, number in part.items())


def _either(one: Usage, other: Usage) -> Usage:
    """At least: of each number the larger."""
    return replace(
        one,
        created_annotations=_larger(one.created_annotations, other.created_annotations),
        created_labels={
            name: _larger(one.created_labels.get(name, {}), other.created_labels.get(name, {}))
            for name in {**one.created_labels, **other.created_labels}
        },
    )


def _larger(one: Mapping[str, int], other: Mapping[str, int]) -> dict[str, int]:
    return {name: max(one.get(name, 0), other.get(name, 0)) for name in {**one, **other}}
