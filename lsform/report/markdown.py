"""A plan as Markdown that fits a comment on a pull request, whatever its size. Pure.

What others wrote (titles, labels, messages) stands in fenced blocks or `<code>`, or has every character escaped that
means something in Markdown or HTML: nobody takes it for markup, a mention or a command.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from lsform.core.diagnostics import Finding, Severity
from lsform.core.errors import Refusal
from lsform.engine.document import plan_digest
from lsform.engine.model import Action, Change, DriftItem, FieldChange, Plan
from lsform.report import told
from lsform.report.fitting import Item, Section, fitted
from lsform.report.wording import quoted, visible

LIMIT = 60_000  # characters: GitHub takes 65,536 in a comment, and `lsform comment` adds a line
LINES = 60  # of the details of one change
WARNINGS = 10  # of one change
LINE = 300  # characters of one such line, and of one message
VALUE = 120  # characters of a value
MARKER = "<!-- lsform:plan {}/{} -->"  # by which `lsform comment` finds its own; names hold letters, digits and _ . -
MARKED = re.compile(r"<!-- lsform:plan [A-Za-z0-9_.-]+/[A-Za-z0-9_.-]* -->")


def plan_markdown(plan: Plan, refusals: Sequence[Refusal] = (), *, limit: int = LIMIT) -> str:
    """The plan in at most `limit` characters: what destroys comes first, and what was cut is said."""
    head, foot = _head(plan), _foot(plan)
    return head + fitted(_sections(plan, refusals), limit - len(head) - len(foot)) + foot


def _head(plan: Plan) -> str:
    counts = told.counts(plan) or "no changes"
    where = f"stack {code(plan.stack)}" + (f", environment {code(plan.environment)}" if plan.environment else "")
    lines = [
        MARKER.format(plan.stack, plan.environment),
        f"### Plan: {counts}, {plan.count(Action.NOOP)} unchanged",
        "",
        f"{where} on {code(clipped(plan.server.url))} ({prose(told.edition(plan.server))})",
        "",
        *_table(plan),
    ]
    if plan.partial:
        lines += ["Only a part of the stack was planned.", ""]
    return "\n".join(lines)


def _table(plan: Plan) -> Iterator[str]:
    """How many changes there are, by kind and action."""
    actions = [action for action in Action if any(change.action is action for change in plan.changes)]
    if not actions:
        return
    numbers: dict[str, dict[Action, int]] = {}
    for change in plan.changes:
        row = numbers.setdefault(change.kind.name, dict.fromkeys(actions, 0))
        row[change.action] += 1
    yield "| | " + " | ".join(action.value for action in actions) + " |"
    yield "|:--|" + "--:|" * len(actions)
    for kind, row in numbers.items():
        yield f"| {kind} | " + " | ".join(str(row[action] or "") for action in actions) + " |"
    yield ""


def _foot(plan: Plan) -> str:
    return f"\nDigest: `{plan_digest(plan)}`\n" if plan.changes or plan.syncs else ""


def _sections(plan: Plan, refusals: Sequence[Refusal]) -> list[Section]:
    changes = told.dangerous_first(plan)
    number = sum(1 for change in changes if told.is_dangerous(change))
    due = frozenset(str(address) for address in plan.syncs)
    syncs = [Item("sync", (f"- **sync** {code(address)}",), f"sync `{address}`") for address in told.lone_syncs(plan)]
    return [
        Section("Deletes, makes anew or loses work", [_change(one, due) for one in changes[:number]], listed=True),
        Section("Will be refused", [_finding(one.finding) for one in refusals], reserve=8_000),
        Section("Changes", [*(_change(one, due) for one in changes[number:]), *syncs], reserve=12_000),
        Section("Changed on the server since the last apply", [_drifted(one) for one in plan.drift], reserve=4_000),
        Section("Findings", [_finding(one) for one in _worst_first(plan.findings)], reserve=4_000),
    ]


def _worst_first(findings: Iterable[Finding]) -> list[Finding]:
    return sorted(findings, key=lambda one: [*Severity].index(one.severity))


def _change(change: Change, due: frozenset[str]) -> Item:
    address = str(change.address)
    what = f"<b>{change.action.value}</b> {code(address)}{told.identity(change.remote)}, because {prose(change.reason)}"
    what += "".join(f"<br>⚠ {warning}" for warning in _warnings(change))
    lines = [*_details(change), *(["  then: sync"] if address in due else [])]
    forms = [f"- {what}"]
    if lines:
        longest = max((len(run) for line in lines for run in re.findall("`+", line)), default=0)
        fence = "`" * max(3, longest + 1)
        fold = "\n".join([f"{fence}diff", *lines, fence])
        forms.insert(0, f"\n<details><summary>{what}</summary>\n\n{fold}\n\n</details>\n")
    return Item(change.action.value, (*forms,), f"{change.action.value} `{address}`")


def _warnings(change: Change) -> Iterator[str]:
    found = [*told.warnings(change)]
    yield from map(prose, found[:WARNINGS])
    if len(found) > WARNINGS:
        yield f"and {len(found) - WARNINGS:,} more of this kind"


def _details(change: Change) -> list[str]:
    """What is in the fold: lines of a diff."""
    lines = [line for field in told.other_fields(change) for line in _field(field, is_new=change.action.makes)]
    interface = told.interface_lines(change)
    if interface:
        lines.append("# interface")
        signs = [_SIGNS.get(one.kind.value.rpartition("_")[2], " ") for one in change.interface_changes] or [" "]
        lines += [f"{sign} {text}" for sign, text in zip(signs, interface, strict=True)]
    more = [f"# and {len(lines) - LINES:,} lines more"] if len(lines) > LINES else []
    return [*(clipped(one_line(line)) for line in lines[:LINES]), *more]


_SIGNS = {"added": "+", "removed": "-"}  # the ends of the words in `ChangeKind`


def _field(field: FieldChange, *, is_new: bool) -> Iterator[str]:
    if field.secret:
        yield f"  {field.path}: {field.after}{told.origin(field)}"
        return
    before, after = told.sides(field, shown=VALUE)
    if field.before is not None or not is_new:
        yield f"- {field.path}: {before}"
    yield f"+ {field.path}: {after}{told.origin(field)}"


def _drifted(item: DriftItem) -> Item:
    what = told.drifted(item) if item.missing else ", ".join(map(code, item.fields))
    address = str(item.address)
    return Item("drifted", (f"- {code(address)} (id {item.remote}): {what}",), f"`{address}`")


def _finding(finding: Finding) -> Item:
    place = f"{code(str(finding.span))}: " if finding.span.file else ""
    line = f"- {place}**{finding.severity.value}** {finding.code}: {prose(finding.message)}"
    hint = f"<br>hint: {prose(finding.hint)}" if finding.hint else ""
    return Item(finding.severity.value, (f"{line}{hint}", line))


_SPECIAL = str.maketrans({one: f"&#{ord(one)};" for one in "\\`*_{}[]<>#|~$&^@:"})
NO_LINK = "&#8203;"  # a space of no width, after which sites see no mention, no number of an issue and no address
_LINKING = {"&#64;": f"&#64;{NO_LINK}", "&#35;": f"&#35;{NO_LINK}", "&#58;//": f"&#58;{NO_LINK}//"}


def clipped(text: str) -> str:
    return text if len(text) <= LINE else f"{text[:LINE]}..."


def one_line(text: str) -> str:
    """The text with escapes for what is not to be seen, line ends included."""
    return visible(text).replace("\n", "\\n")


def code(text: str) -> str:
    """Text as code, for Markdown and within HTML alike."""
    return f"<code>{one_line(text).translate(_SPECIAL)}</code>"


def prose(text: str) -> str:
    """A message of lsform, for Markdown and within HTML alike: what stands in backticks becomes code."""
    return "".join(code(part) if is_code else _plain(part) for part, is_code in quoted(clipped(text)))


def _plain(text: str) -> str:
    escaped = one_line(text).translate(_SPECIAL)
    for found, unlinked in _LINKING.items():
        escaped = escaped.replace(found, unlinked)
    return escaped
