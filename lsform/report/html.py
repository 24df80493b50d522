"""A plan as one HTML page for reviewers: it holds all it needs and asks nobody, and nothing is taken for markup."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib import resources

from jinja2 import Environment, StrictUndefined
from markupsafe import Markup

from lsform.core.errors import Refusal
from lsform.engine.document import plan_digest
from lsform.engine.model import Action, Change, FieldChange, Plan
from lsform.report import told
from lsform.report.wording import quoted, visible

VALUE = 2_000  # characters of a value: what is longer is in the plan's JSON
OPEN = 20  # changes of which details are open from the start
AT_ONCE = 200  # changes that a browser reads at once; the page's script shows the others as one comes to them

Pictures = Mapping[str, Mapping[str, str]]
"""Address -> `before` and `after`, each a `data:` URI; `before` is missing of what is new."""


@dataclass(frozen=True, slots=True)
class Row:
    """A field: its values as JSON, `before` is None of what is made."""

    path: str
    before: str | None
    after: str
    note: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One change, as the page shows it."""

    address: str
    action: str
    identity: str
    reason: str
    risk: str
    is_dangerous: bool
    warnings: tuple[str, ...]
    rows: tuple[Row, ...]
    interface: tuple[str, ...]
    xml: tuple[tuple[str, str], ...]
    pictures: Mapping[str, str]
    has_sync: bool


def plan_html(plan: Plan, refusals: Sequence[Refusal] = (), pictures: Pictures | None = None) -> str:
    """The whole page. What destroys or loses work comes first, as in every form of a plan."""
    style, script = _part("plan.css"), _part("plan.js")
    due = frozenset(map(str, plan.syncs))
    entries = [_entry(change, due, pictures or {}) for change in told.dangerous_first(plan)]
    environment = Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True, undefined=StrictUndefined)
    environment.filters["prose"] = prose
    return environment.from_string(_part("plan.html.j2")).render(
        plan=plan,
        whose=told.whose(plan.stack, plan.environment),
        edition=told.edition(plan.server),
        counts=told.counts(plan) or "no changes",
        unchanged=plan.count(Action.NOOP),
        digest=plan_digest(plan) if plan.changes or plan.syncs else "",
        entries=entries,
        is_short=len(entries) <= OPEN,
        at_once=AT_ONCE,
        dangers=[one.value for one in told.DANGERS],
        actions=_named(entry.action for entry in entries),
        risks=_named(entry.risk for entry in entries),
        syncs=told.lone_syncs(plan),
        refusals=[one.finding for one in refusals],
        drift=[(item, told.drifted(item)) for item in plan.drift],
        style=Markup(style),
        script=Markup(script),
        policy=_policy(style, script),
    )


def prose(text: str) -> Markup:
    """A message of lsform: what stands in backticks becomes code, everything is escaped."""
    parts = quoted(visible(text))
    return Markup("").join(Markup("<code>{}</code>").format(part) if is_code else part for part, is_code in parts)


def _part(name: str) -> str:
    return (resources.files("lsform.report") / "page" / name).read_text("utf-8")


def _policy(style: str, script: str) -> str:
    """Only this style and this script, and pictures that are in the page."""
    digests = {name: base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
               for name, text in (("style", style), ("script", script))}  # fmt: skip
    allowed = [f"{name}-src 'sha256-{digest}'" for name, digest in digests.items()]
    return "; ".join(["default-src 'none'", *allowed, "img-src data:", "base-uri 'none'", "form-action 'none'"])


def _named(names: Iterable[str]) -> list[tuple[str, int]]:
    """Each name with how often it comes, in the order in which they come."""
    found: dict[str, int] = {}
    for name in names:
        found[name] = found.get(name, 0) + 1
    return list(found.items())


def _entry(change: Change, due: frozenset[str], pictures: Pictures) -> Entry:
    address = str(change.address)
    interface = told.interface_field(change)
    return Entry(
        address=address,
        action=change.action.value,
        identity=told.identity(change.remote),
        reason=change.reason,
        risk=change.risk.value,
        is_dangerous=told.is_dangerous(change),
        warnings=tuple(told.warnings(change)),
        rows=tuple(_row(field, is_new=change.action.makes) for field in told.other_fields(change)),
        interface=told.interface_lines(change),
        xml=_xml(interface) if interface else (),
        pictures={} if change.twin else pictures.get(address, {}),
        has_sync=address in due,
    )


def _row(field: FieldChange, *, is_new: bool) -> Row:
    if field.secret:
        return Row(field.path, None, str(field.after), told.origin(field))
    before, after = told.sides(field, shown=VALUE)
    return Row(field.path, None if is_new and field.before is None else before, after, told.origin(field))


def _xml(field: FieldChange) -> tuple[tuple[str, str], ...]:
    """Both texts of an interface, by the side; nothing for the one that is not there."""
    sides = (("before", field.before), ("after", field.after))
    return tuple((side, visible(text)) for side, text in sides if isinstance(text, str) and text)
