"""Plans as Markdown: whole, within a comment whatever their size, and nothing of what others wrote becomes markup."""

from __future__ import annotations

import random
import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from lsform.core.diagnostics import Finding, Severity, Span
from lsform.core.errors import Refusal
from lsform.engine.document import plan_digest
from lsform.engine.model import Action, Change, DriftItem, FieldChange, Impact, Plan, Risk, ServerInfo
from lsform.interface.diff import ChangeKind, InterfaceChange
from lsform.report.markdown import LIMIT, MARKED, plan_markdown
from lsform.report.told import is_dangerous
from tests.unit.test_report import PLAN, PROJECT, change

REFUSALS = (Refusal("LSFG02", "project.older", "`project.older` has 1 task", "`--allow-destroy project.older`"),)
MARKDOWN = """\
<!-- lsform:plan vision/prod -->
### Plan: 1 to create, 2 to update, 2 to replace, 1 to delete, 1 to forget, 2 unchanged

stack <code>vision</code>, environment <code>prod</code> on <code>http&#58;//localhost&#58;8080</code> (Label Studio \
1.23.2 Community)

| | create | update | replace | delete | forget |
|:--|--:|--:|--:|--:|--:|
| project |  | 2 |  | 1 | 1 |
| import_storage | 1 |  | 1 |  |  |
| view |  |  | 1 |  |  |

#### Deletes, makes anew or loses work (4)

- <b>delete</b> <code>project.older</code> (id 6), because it is no longer declared\
<br>⚠ it has 1 task, 2 annotations, 1 draft, 3 predictions
- <b>replace</b> <code>project.words/view.mine</code> (id 4), because the server cannot change <code>ordering</code> \
in place
- <b>replace</b> <code>project.words/import&#95;storage.raw</code> (id 5), because its type changes from \
<code>localfiles</code> to <code>s3</code><br>⚠ destructive&#58; made anew, a storage reads or writes all its objects \
once more

<details><summary><b>update</b> <code>project.traffic</code> (id 7), because its manifest changed\
<br>⚠ 3 annotations use <code>Car</code></summary>

```diff
- title: "Signs"
+ title: "Traffic signs"
- maximum_annotations: null
+ maximum_annotations: 2
  task_data_password: (secret rotated)
# interface
- label `Car` removed
```

</details>


#### Will be refused (1)

- **error** LSFG02: <code>project.older</code> has 1 task<br>hint: <code>--allow-destroy project.older</code>

#### Changes (4)


<details><summary><b>create</b> <code>project.traffic/import&#95;storage.raw</code>, because it is not on the server \
yet</summary>

```diff
  then: sync
```

</details>


<details><summary><b>update</b> <code>project.words</code> (id 8), because it was changed on the server</summary>

```diff
# interface
  its text, not its meaning
```

</details>

- <b>forget</b> <code>project.old</code> (id 5), because <code>Removed</code> says to leave it on the server
- **sync** <code>project.same/import&#95;storage.all</code>

#### Changed on the server since the last apply (2)

- <code>project.words</code> (id 8): <code>description</code>, <code>title</code>
- <code>project.words/view.mine</code> (id 4): is gone

#### Findings (1)

- **warning** LSFP02: project 9 has this title<br>hint: adopt it

Digest: `DIGEST`
""".replace("DIGEST", plan_digest(PLAN))


def test_a_plan_with_everything_in_it_reads_so() -> None:
    assert MARKDOWN == plan_markdown(PLAN, REFUSALS)


def test_an_empty_plan_says_so() -> None:
    empty = replace(PLAN, environment="", changes=(), syncs=(), drift=(), findings=(), partial=True)
    assert (
        "<!-- lsform:plan vision/ -->\n"
        "### Plan: no changes, 2 unchanged\n\n"
        "stack <code>vision</code> on <code>http&#58;//localhost&#58;8080</code> (Label Studio 1.23.2 Community)\n\n"
        "Only a part of the stack was planned.\n"
    ) == plan_markdown(empty)
    assert MARKED.match(plan_markdown(empty))


def estate(size: int, seed: int, word: str) -> Plan:
    """A plan of many changes of all sorts, with long texts in them."""
    chance = random.Random(seed)
    actions = [one for one in Action if one is not Action.NOOP]
    weights = [chance.random() ** 3 for _ in actions]
    pool = [change("project.x", action, f"the reason is `{word}`") for action in actions]
    losing = (word, *(f"label `{number}` is gone" for number in range(chance.choice((1, 100)))))
    fields = tuple(FieldChange(f"field_{number}", word, word * 9) for number in range(chance.choice((1, 5, 20))))
    labels = tuple(InterfaceChange(ChangeKind.LABEL_ADDED, word, f"label `{word}` added") for _ in fields)
    changes = []
    for number, one in enumerate(chance.choices(pool, weights, k=size)):
        name = f"project.{'long-' * chance.choice((0, 1, 9))}{number}"
        made = replace(one, address=change(name, one.action, "").address, remote=number, impact=Impact(number))
        if one.action is Action.UPDATE and chance.random() < 0.3:
            made = replace(made, risk=Risk.DATA_LOSS, losses=losing)
        changes.append(replace(made, fields=fields, interface_changes=labels) if chance.random() < 0.5 else made)
    findings = tuple(Finding("LSFP01", Severity.INFO, word, word, Span(word)) for _ in range(size % 997))
    drift = tuple(DriftItem(one.address, PROJECT, 1, (word,)) for one in changes[: size // 3])
    return replace(PLAN, changes=tuple(changes), syncs=(), drift=drift, findings=findings)


def said_of_cuts(text: str, title: str) -> dict[str, int]:
    """Action -> how many are not listed, as a section says."""
    section = text.partition(f"\n#### {title} (")[2].partition("\n#### ")[0]
    found = re.search(r"^\*\*Not listed for want of room: (.*)\.\*\*", section, re.M)
    parts = [part.split(" ", 1) for part in found[1].split(", ")] if found else []
    return {label: int(number.replace(",", "")) for number, label in parts}


@settings(max_examples=6)
@given(st.integers(0, 10_000) | st.integers(0, 300), st.integers(), st.text(max_size=30))
def test_whatever_its_size_a_plan_fits_and_no_dangerous_change_goes_unsaid(size: int, seed: int, word: str) -> None:
    plan = estate(size, seed, word)
    text = plan_markdown(plan, [Refusal("LSFG02", "", word, word)] * (size // 2))
    assert len(text) < LIMIT
    assert text.endswith(f"\nDigest: `{plan_digest(plan)}`\n") or not size
    named = {f"{action} {address}".replace("&#95;", "_") for action, address in addresses(text)}
    missing = [one for one in plan.changes if is_dangerous(one) and f"{one.action.value} {one.address}" not in named]
    cuts = said_of_cuts(text, "Deletes, makes anew or loses work")
    assert cuts == {one.action.value: sum(1 for other in missing if other.action is one.action) for one in missing}
    hidden = [one for one in plan.changes if not is_dangerous(one) and f"{one.action.value} {one.address}" not in named]
    assert len(hidden) == sum(said_of_cuts(text, "Changes").values())


def addresses(text: str) -> list[tuple[str, str]]:
    """Each change that is named in any form: its action and address."""
    return re.findall(r"(?:<b>)?(\w+)(?:</b>)? (?:<code>|`)(project\.[^`<]+)(?:</code>|`)", text)


def test_what_destroys_keeps_its_details_longest() -> None:
    plan = replace(PLAN, changes=tuple(many(Action.CREATE, 3_000, "new") + many(Action.DELETE, 40, "old")))
    text = plan_markdown(plan)
    assert 40 == text.count("<details><summary><b>delete</b>")
    assert text.index("<b>delete</b>") < text.index("create `")
    cut = said_of_cuts(text, "Changes")
    assert 0 < cut["create"] < 3_000


def test_too_many_to_describe_are_named_and_too_many_to_name_are_counted() -> None:
    named = plan_markdown(replace(PLAN, changes=tuple(many(Action.DELETE, 1_000, "old"))))
    assert "By name only for want of room: " in named
    assert {} == said_of_cuts(named, "Deletes, makes anew or loses work")
    counted = plan_markdown(replace(PLAN, changes=tuple(many(Action.DELETE, 9_000, "old"))))
    assert said_of_cuts(counted, "Deletes, makes anew or loses work")["delete"] > 6_000
    assert "`lsform plan` shows the whole." in counted
    assert "#### Findings (1)\n\n- **warning** LSFP02" in counted


def many(action: Action, number: int, name: str) -> list[Change]:
    field = FieldChange("title", "a", "b")
    return [change(f"project.{name}-{at:05}", action, "it is so", fields=(field,)) for at in range(number)]


HOSTILE = (
    "</details><script>alert(1)</script>",
    "`",
    "```\n# not a title\n```",
    "```",
    "````diff",
    "a | b | c",
    "line\n/close\r\n- [x] @octocat",
    "@octocat fixes #12, see http://evil.example/x",
    "![](http://evil.example/pixel.png) [x](javascript:alert(1)) <img src=x onerror=alert(1)>",
    "*a* _b_ ~~c~~ $x$ :smile: &amp; <!-- --> \\",
    "\x1b[31m\u202etxt.exe",
    "`@octocat` <b>`#1`</b>",
)


class Seen(HTMLParser):
    """What a browser would make of it: tags, and text outside of code."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.details = 0
        self.attributes: set[str | None] = set()
        self.open: list[str] = []
        self.plain = self.code = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.details += tag == "details"
        self.attributes |= {value for _, value in attrs}
        self.open += [] if tag == "br" else [tag]

    def handle_endtag(self, tag: str) -> None:
        assert tag == self.open.pop()

    def handle_data(self, data: str) -> None:
        if {"code", "pre"} & {*self.open}:
            self.code += data
        else:
            self.plain += data


TAGS = {
    *("h3", "h4", "p", "b", "br", "code", "pre", "details", "summary", "ul", "li", "strong"),
    *("table", "thead", "tbody", "tr", "th", "td"),
}


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_that_others_wrote_becomes_markup_a_mention_or_a_command(text: str) -> None:
    markdown = plan_markdown(hostile(text), [Refusal("LSFG02", "", *(text, text))])
    html = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"]).render(markdown)
    seen = Seen(html)
    assert (set(), []) == (seen.tags - TAGS, seen.open)
    assert not re.search(r"@\w|#\d|http://", seen.plain)
    assert not re.search(r"^\s*/", markdown, re.M)
    assert all(one.isprintable() for one in markdown.replace("\n", "").replace("\u200b", ""))
    assert {"text-align:left", "text-align:right", "language-diff"} >= seen.attributes
    assert 2 == seen.details


def hostile(text: str) -> Plan:
    """A plan in which the text stands wherever others can put one."""
    changes = (
        change(
            "project.a", Action.UPDATE, text, risk=Risk.DATA_LOSS, losses=(text, f"label `{text}` is gone"),
            fields=(FieldChange("title", text, text + "!"), FieldChange(f"params.{text}", None, [text])),
            interface_changes=(
                InterfaceChange(ChangeKind.LABEL_ADDED, text, f"label `{text}` added to `{text}`"),
                InterfaceChange(ChangeKind.LABEL_CHANGED, text, text),
            ),
        ),
        change("project.b", Action.CREATE, "it is so", fields=(FieldChange("title", None, text),)),
    )  # fmt: skip
    return replace(
        PLAN,
        server=ServerInfo(f"http://{text}", text, text, 1),
        changes=changes,
        drift=(DriftItem(changes[0].address, PROJECT, 1, (text,)),),
        findings=(Finding("LSFP01", Severity.INFO, text, text, Span(text, 1)),),
    )


@settings(max_examples=40)
@given(st.text())
def test_no_title_breaks_out_of_its_place(text: str) -> None:
    html = MarkdownIt("commonmark", {"html": True}).enable("table").render(plan_markdown(hostile(text)))
    seen = Seen(html)
    assert (set(), []) == (seen.tags - TAGS, seen.open)
