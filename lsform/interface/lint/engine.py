"""Runs the rules over an interface and turns their mistakes into findings, each at its place in the text. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from itertools import islice

from lsform.core.diagnostics import Finding, Severity, Span, in_order, nearest
from lsform.core.errors import UsageError
from lsform.interface import catalogue as catalogues
from lsform.interface.catalogue import Catalogue
from lsform.interface.lint.places import Place, in_text
from lsform.interface.lint.rule import Documented, Mistake, Rule
from lsform.interface.lint.rules import ACROSS, READING, RULES
from lsform.interface.lint.subject import UNKNOWN, Subject, Task, survey
from lsform.interface.model import InterfaceError, LabelInterface, parse

MOST = 100  # findings of one rule in one interface: more tell nobody more, and would take long where all is wrong
ALL: tuple[Documented, ...] = tuple(sorted((*READING, *RULES, *ACROSS), key=lambda rule: rule.CODE))


@dataclass(frozen=True, slots=True)
class Context:
    """What an interface is for; see `lsform.interface.lint.lint`."""

    catalogue: Catalogue | None = None
    tasks: tuple[Task, ...] = ()
    exports: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Selection:
    """Which rules are followed: codes or beginnings of codes; `select` empty means all. UsageError for unknown ones."""

    select: Collection[str] = ()
    ignore: Collection[str] = ()
    rules: tuple[Rule, ...] = field(init=False)

    def __post_init__(self) -> None:
        for wanted in (*self.select, *self.ignore):
            if not wanted or not any(rule.CODE.startswith(wanted) for rule in ALL):
                hint = nearest(wanted, [rule.CODE for rule in ALL]) or "`lsform lint --rules` lists them"
                raise UsageError(f"there is no rule `{wanted}`", hint=hint)
        select, ignore = tuple(self.select) or ("",), tuple(self.ignore)
        chosen = (rule for rule in RULES if rule.CODE.startswith(select) and not rule.CODE.startswith(ignore))
        object.__setattr__(self, "rules", tuple(chosen))


def findings(
    interface: str | LabelInterface,
    context: Context,
    selection: Selection,
    file: str = "",
    place: Place | None = None,
) -> tuple[Finding, ...]:
    """See `lsform.interface.lint.lint`. `place` is for text that was not written as it is, such as a template's.

    What cannot be read is said whatever is selected: the other rules cannot say anything of it.
    """
    try:
        parsed = parse(interface) if isinstance(interface, str) else interface
    except InterfaceError as error:
        span = Span(file, error.line, error.column)
        return (Finding(error.code, Severity.ERROR, error.message, error.hint, span),)
    known = context.catalogue or catalogues.catalogue()
    subject = survey(parsed, known, tasks=context.tasks, exports=context.exports)
    made = [(rule, mistake) for rule in selection.rules for mistake in _mistakes(rule, subject)]
    if not made:
        return ()
    where = place or in_text(interface if isinstance(interface, str) else "", file)
    return in_order(_finding(rule, mistake, where) for rule, mistake in made)


def _mistakes(rule: Rule, subject: Subject) -> Iterator[Mistake]:
    return islice((one for one in rule.check(subject) if _is_said(rule, one)), MOST)


def _is_said(rule: Rule, mistake: Mistake) -> bool:
    """Not silenced, and not about a value that nobody knows yet."""
    quoted = mistake.message + mistake.node.get(mistake.attribute)
    return rule.CODE not in mistake.node.tag.silenced and UNKNOWN not in quoted


def _finding(rule: Rule, mistake: Mistake, where: Place) -> Finding:
    span, note = where(mistake.node, mistake.attribute)
    return Finding(rule.CODE, mistake.severity or rule.SEVERITY, mistake.message + note, mistake.hint, span)
