"""The linter against anything: it always answers with findings, soon, and the same for texts that mean the same."""

from __future__ import annotations

import re
import time
import tracemalloc
from bisect import bisect
from collections import Counter
from collections.abc import Callable

import pytest
import yaml
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from lsform.core.diagnostics import Finding, Severity
from lsform.core.values import Json
from lsform.interface import lint
from lsform.interface.catalogue import catalogue
from lsform.interface.lint.engine import MOST
from lsform.interface.lint.rule import Rule
from lsform.interface.lint.rules import RULES
from lsform.interface.model import parse
from lsform.interface.tags import MAX_DEPTH, Tag
from tests.unit.interface.interface_trees import spelled, texts
from tests.unit.interface.test_lint_rules import sections

SECONDS = 30  # of processor time: what takes squares of it takes minutes
MEGABYTES = 200  # the same of memory
KNOWN = catalogue().tags.values()
TAGS = sorted(info.name for info in KNOWN)
ATTRIBUTES = sorted({attribute.name for info in KNOWN for attribute in info.attributes.values()})
OFTEN = ("name", "toName", "value", "alias", "hotkey", "visibleWhen", "whenTagName", "whenChoiceValue", "perRegion")
WORDS = (
    *("", " ", "a", "b", "c", "A", "x", "a,b", "a, b", "a,b,", "$a", "$a.b[0]", "$a $b", "a_{{idx}}", "true", "True"),
    *("1", "-1", "1e999", "red", "ctrl+z", "choice-selected", "region-selected", "no-region-selected", "url", "word"),
)

numbers = st.integers() | st.floats(allow_nan=False)
leaf_data = st.none() | st.booleans() | numbers | st.text(max_size=5) | st.sampled_from(["a.jpg", "https://x/y.wav"])
json = st.recursive(
    leaf_data,
    lambda below: st.lists(below, max_size=3) | st.dictionaries(st.sampled_from("abx") | st.text(max_size=3), below),
    max_leaves=6,
)
tasks = st.lists(st.dictionaries(st.sampled_from("abx") | st.text(max_size=3), json, max_size=3), max_size=3)
exports = st.lists(st.sampled_from(["YOLO", "COCO", "CONLL2003", "VOC", "yolo", ""]) | st.text(max_size=5), max_size=3)

tag_names = (
    st.sampled_from(["Choices", "Labels", "Image", "Text"]) | st.sampled_from(TAGS) | st.sampled_from(["div", "Viev"])
)
attribute_names = st.sampled_from(OFTEN) | st.sampled_from(ATTRIBUTES) | st.sampled_from(["nmae", "class", "data-x"])
values = st.sampled_from(WORDS) | texts
attributes = st.lists(st.tuples(attribute_names, values), max_size=4, unique_by=lambda one: one[0].lower()).map(dict)
labels = st.lists(st.builds(Tag, st.sampled_from(["Label", "Choice"]), attributes), max_size=3).map(tuple)
trees = st.recursive(
    st.builds(Tag, tag_names, attributes, labels),
    lambda below: st.builds(Tag, st.just("View") | tag_names, attributes, st.lists(below, max_size=3).map(tuple)),
    max_leaves=5,
)
interfaces = st.builds(Tag, st.just("View"), attributes, st.lists(trees, max_size=4).map(tuple))
written = interfaces.flatmap(spelled)


def all_findings(found: object) -> bool:
    return isinstance(found, tuple) and all(isinstance(one, Finding) for one in found)


@given(written, tasks, exports)
def test_any_tree_with_any_tasks_is_judged(xml: str, data: list[dict[str, Json]], formats: list[str]) -> None:
    assert all_findings(lint(xml, tasks=data, exports=formats))


@given(st.text(st.characters()) | st.binary().map(lambda some: some.decode("latin-1")))
def test_any_text_is_judged(text: str) -> None:
    assert all_findings(lint(text))


@st.composite
def torn(draw: st.DrawFn) -> str:
    """A text that was an interface, with a piece of it taken out and another put in."""
    text = draw(written)
    start = draw(st.integers(0, len(text)))
    end = draw(st.integers(start, min(start + 20, len(text))))
    piece = draw(
        st.sampled_from(["", "<", ">", "/>", "&", '"', "<!--", "-->", "<![CDATA[", "\0", "\udc80", "<!DOCTYPE x>"])
    )
    return text[:start] + piece + text[end:]


@given(torn())
def test_any_torn_interface_is_judged(text: str) -> None:
    assert all_findings(lint(text))


MANY = 20_000
ROOM = '<View><Text name="t" value="$t"/>{}</View>'
WRONG = '<Choice value=" a,b" alias="x" hotkey="q" nmae="1" selected="yes"/>'
CONTROL = '<Labels name="l{0}" toName="t"><Label value="v{0}" hotkey="{0}"/></Labels>'
QUESTION = '<Choices name="{}" toName="t" visibleWhen="{}" whenTagName="{}" whenChoiceValue="{}">{}</Choices>'


def numbered(pattern: str) -> str:
    return "".join(pattern.format(number) for number in range(MANY))


def laughs() -> str:
    """A document type with entities, each of ten of the one before."""
    entities = [f"<!ENTITY e{number} '{f'&e{number - 1};' * 10}'>" for number in range(1, 10)]
    return f"<!DOCTYPE View [<!ENTITY e0 'ha'>{''.join(entities)}]><View>&e9;</View>"


def ring() -> str:
    """Questions each of which waits for the one before, and the first for the last."""
    waits = [(number, (number or MANY) - 1) for number in range(MANY)]
    return "".join(QUESTION.format(f"q{one}", "choice-selected", f"q{other}", "a", WRONG) for one, other in waits)


HUGE: dict[str, Callable[[], str]] = {
    "nesting that no real interface has": lambda: "<View>" * 5_000 + "</View>" * 5_000,
    "nesting as deep as is read": lambda: "<View>" * MAX_DEPTH + "</View>" * MAX_DEPTH,
    "choices nested as deep as is read": lambda: ROOM.format("<Choice>" * 255 + "</Choice>" * 255),
    "billion laughs": laughs,
    "wrong labels": lambda: ROOM.format(QUESTION.format("q", "", "", "", WRONG * MANY)),
    "right labels": lambda: ROOM.format(numbered(CONTROL)),
    "right labels of one control": lambda: ROOM.format(
        QUESTION.format("q", "", "", "", numbered("<Choice value='{}'/>"))
    ),
    "unknown tags": lambda: ROOM.format("<Chioces/>" * MANY),
    "tags without names": lambda: ROOM.format("<Image/><RectangleLabels/>" * MANY),
    "tags of one name": lambda: ROOM.format('<Image name="t" value="$t"/>' * MANY),
    "questions that wait in a ring": lambda: ROOM.format(ring()),
    "targets": lambda: ROOM.format(f'<Choices name="c" toName="{"t," * MANY}"/>'),
    "values of a condition": lambda: ROOM.format(
        QUESTION.format("q", "choice-selected", "q", "x," * MANY, numbered("<Choice value='{}'/>"))
    ),
    "attributes": lambda: ROOM.format("<View " + numbered('a{}="" ') + "/>"),
    "a name of 5 MB": lambda: ROOM.format(f'<Choices name="{"n, " * 1_700_000}" toName="t"/>'),
    "a colour of 1 MB": lambda: ROOM.format(f'<Labels><Label background="rgb({"1 " * 500_000})"/></Labels>'),
    "white space of 5 MB": lambda: "<View" + "\n" * 5_000_000 + "/>",
}


@pytest.mark.parametrize("name", HUGE)
def test_what_is_huge_is_judged_soon(name: str) -> None:
    text = HUGE[name]()
    start = time.process_time()
    found = lint(text, tasks=[{"t": "a"}] * 10, exports=["YOLO", "COCO", "CONLL2003"])
    assert time.process_time() - start < SECONDS
    assert all_findings(found)


def test_many_tasks_are_judged_soon() -> None:
    data: list[dict[str, Json]] = [{"t": [{"id": number}], "a": "https://x/y.txt"} for number in range(100_000)]
    start = time.process_time()
    found = lint(ROOM.format('<List name="l" value="$t"/><Text name="a" value="$a"/>' + CONTROL), tasks=data)
    assert time.process_time() - start < SECONDS
    assert all_findings(found)


def test_what_is_huge_needs_no_more_memory_than_its_tags() -> None:
    text = HUGE["wrong labels"]()
    assert len(text) > 1_000_000
    tracemalloc.start()
    lint(text)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < MEGABYTES * 1_000_000


Said = tuple[int, str, Severity, str, str]


def said(xml: str, **data: object) -> Counter[Said]:
    """Each finding as the number of its tag and what it says: without its place in the text."""
    starts = [(tag.line, tag.column) for tag in parse(xml).tags()]
    return Counter(
        (bisect(starts, (one.span.line, one.span.column)) - 1, one.code, one.severity, one.message, one.hint)
        for one in lint(xml, **data)  # type: ignore[arg-type]
    )


def is_said_in_full(found: Counter[Said]) -> bool:
    return all(count < MOST for count in Counter(one[1] for one in found.elements()).values())


@given(interfaces.flatmap(lambda tree: st.tuples(spelled(tree), spelled(tree))))
def test_texts_that_mean_the_same_are_judged_the_same(pair: tuple[str, str]) -> None:
    first, second = map(said, pair)
    assume(is_said_in_full(first))
    assert first == second


def silenced(xml: str, number: int, code: str) -> str:
    """The text with a comment just before the tag of this number."""
    tag = list(parse(xml).tags())[number]
    starts = [0, *(found.end() for found in re.finditer(r"\r\n?|\n", xml))]
    offset = starts[tag.line - 1] + tag.column - 1
    assert "<" == xml[offset]
    return f"{xml[:offset]}<!-- lsform: ignore {code} -->{xml[offset:]}"


def assert_silence_is_exact(xml: str, **data: object) -> None:
    """A comment takes out of the findings those of its code and tag, and no others."""
    before = said(xml, **data)
    for number, code in {key[:2] for key in before}:
        kept = {key: count for key, count in before.items() if key[:2] != (number, code)}
        assert kept == said(silenced(xml, number, code), **data)


@pytest.mark.parametrize("rule", RULES, ids=[rule.CODE for rule in RULES])
def test_a_comment_silences_one_finding_of_each_rule(rule: Rule) -> None:
    found = sections(rule)
    data = {name.lower(): yaml.safe_load(body) for name, body in found if name in ("Tasks", "Exports")}
    for body in (body for name, body in found if name == "Bad"):
        assert_silence_is_exact(body, **data)


@settings(max_examples=50)
@given(interfaces.flatmap(spelled))
def test_a_comment_silences_one_finding_of_any_interface(xml: str) -> None:
    assume(is_said_in_full(said(xml)))
    assert_silence_is_exact(xml)
