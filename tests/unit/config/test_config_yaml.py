"""YAML 1.2 as lsform reads it: values, places, and files that mean harm."""

from __future__ import annotations

import json
import time
import tracemalloc

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from lsform.config.source import DEEPEST, MOST_ALIASED, Document, read_documents
from lsform.core.diagnostics import Span
from lsform.core.values import Json


def read(text: str) -> Document:
    """The one document of a text without mistakes."""
    (document,), findings = read_documents(text, "f.yaml")
    assert [] == findings
    return document


def mistakes(text: str) -> list[str]:
    _, findings = read_documents(text, "f.yaml")
    return [f"{finding.span} {finding.message}" for finding in findings]


# What YAML 1.1 takes for booleans, octal and sexagesimal numbers, dates and special values.
BOOLEANS = ("yes", "no", "on", "off", "y", "N", "Yes", "OFF")
PLAIN_TEXT = (*BOOLEANS, "0777", "007", "-01", "1_000", "12:30", "2020-01-01", "=", "0b1")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        *((text, text) for text in PLAIN_TEXT),
        ("2001-12-14 21:59:43.10 -5", "2001-12-14 21:59:43.10 -5"),
        ("true", True),
        ("False", False),
        ("TRUE", True),
        ("tRUE", "tRUE"),
        ("null", None),
        ("~", None),
        ("", None),
        ("nULL", "nULL"),
        ("0", 0),
        ("-0", 0),
        ("+12", 12),
        ("0o17", 15),
        ("0x1f", 31),
        ("0o8", "0o8"),
        ("-0x1", "-0x1"),
        ("1.5", 1.5),
        (".5", 0.5),
        ("5.", 5.0),
        ("1e3", 1000.0),
        ("-1.5E-2", -0.015),
        ("1e", "1e"),
        (".e1", ".e1"),
        (".", "."),
        ("'12'", "12"),
        ('"true"', "true"),
        ("! 12", "12"),
        ("!!str 12", "12"),
        ("!!int '12'", 12),
        ("!!float 1", 1.0),
        ("!!null ''", None),
        ("!!map {}", {}),
        ("!!seq []", []),
        ("|\n  a\n  b\n", "a\nb\n"),
        (">-\n  a\n  b\n", "a b"),
    ],
)
def test_scalars_are_those_of_the_core_schema(text: str, value: Json) -> None:
    found = read(f"key: {text}").value
    assert {"key": value} == found
    assert type(value) is type(found["key"])  # type: ignore[index,call-overload]


def mappings(texts: st.SearchStrategy[str]) -> st.SearchStrategy[dict[str, Json]]:
    """Any JSON object with these texts."""
    scalars = st.none() | st.booleans() | st.integers(-(2**70), 2**70) | texts
    values = st.recursive(
        scalars | st.floats(allow_nan=False, allow_infinity=False),
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
        max_leaves=12,
    )
    return st.dictionaries(texts, values, min_size=1)


# A key has at most 1024 characters as it is written, and libyaml does not read the two escapes that JSON has for one
# character beyond the basic plane.
@given(mappings(st.text(st.characters(exclude_categories=("Cs",), max_codepoint=0xFFFF), max_size=150)))
def test_json_is_yaml(value: dict[str, Json]) -> None:
    assert value == read(json.dumps(value)).value


class Quoting(yaml.SafeDumper):
    """PyYAML writes YAML 1.1, in which other texts need quotes than in 1.2: here all have them."""


Quoting.add_representer(str, lambda dumper, text: dumper.represent_scalar("tag:yaml.org,2002:str", text, style='"'))


@given(mappings(st.text(st.characters(exclude_categories=("Cs",)), max_size=90)), st.booleans())
def test_what_is_dumped_as_yaml_reads_back(value: dict[str, Json], flow: bool) -> None:
    assert value == read(yaml.dump(value, Dumper=Quoting, default_flow_style=flow)).value


TEXT = """\
# a comment
a: 1
"b":
  - x
  -   y: [1, {z: 2}]
      "w": |
        one
          two
c: {d: "é漢🎈", e: f}
"""


@pytest.mark.parametrize(
    ("path", "line", "column"),
    [
        ((), 2, 1),
        (("a",), 2, 1),
        (("b",), 3, 1),
        (("b", 0), 4, 5),
        (("b", 1), 5, 7),
        (("b", 1, "y"), 5, 7),
        (("b", 1, "y", 0), 5, 11),
        (("b", 1, "y", 1), 5, 14),
        (("b", 1, "y", 1, "z"), 5, 15),
        (("b", 1, "w"), 6, 7),
        (("c", "d"), 9, 5),
        (("c", "e"), 9, 15),
        (("c", "nothing"), 9, 1),
        (("b", 7, "nothing"), 3, 1),
        (("nothing",), 2, 1),
    ],
)
@pytest.mark.parametrize("ends", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_keys_and_scalars_know_their_place(
    path: tuple[str | int, ...], line: int, column: int, ends: str, mark: str
) -> None:
    assert Span("f.yaml", line, column) == read(mark + TEXT.replace("\n", ends)).span(path)


@pytest.mark.parametrize(
    ("text", "at", "place"),
    [
        ("a: |\n  one\n  two\n", (2, 1), "3:3"),
        ("a: |\n  one\n    two\n", (2, 4), "3:6"),
        ("a: |\n\n   one\n   two\n", (3, 2), "4:5"),
        ("a: |2-\n    one\n  two\n", (1, 3), "2:5"),
        ("a: |\n  one\n  two\n", (2, 0), "3"),
        ("a:\n  - |\n    one\n", (1, 1), "1:1"),
        ("a: >\n  one\n  two\n", (2, 1), "1:1"),
        ('a: "one\\ntwo"\n', (2, 1), "1:1"),
        ("a: one\n", (1, 1), "1:1"),
        ("b: &b |\n  one\na: *b\n", (1, 2), "2:4"),
        ("a: |\n  one\n", (0, 0), "1:1"),
        ('a: "|"\nb: |\n', (1, 1), "1:1"),
    ],
)
def test_a_line_of_a_literal_block_has_a_place_of_its_own(text: str, at: tuple[int, int], place: str) -> None:
    assert f"f.yaml:{place}" == str(read(text).inside(("a",), *at))


def test_the_place_of_what_an_alias_repeats_is_where_it_is_written() -> None:
    document = read("a: &x {b: [1, &y {c: 2}]}\nd: *x\ne: [*y, *x]\n")
    places = {
        ("d",): "2:1",
        ("d", "b"): "1:8",
        ("d", "b", 1, "c"): "1:19",
        ("e", 0): "3:5",
        ("e", 0, "c"): "1:19",
        ("e", 1, "b", 0): "1:12",
    }
    assert places == {path: str(document.span(path)).partition(":")[2] for path in places}
    assert document.value == {
        "a": {"b": [1, {"c": 2}]},
        "d": {"b": [1, {"c": 2}]},
        "e": [{"c": 2}, {"b": [1, {"c": 2}]}],
    }


def test_an_anchor_may_be_given_anew() -> None:
    assert {"a": 1, "b": 1, "c": 2, "d": 2} == read("a: &x 1\nb: *x\nc: &x 2\nd: *x\n").value


def test_a_file_may_hold_many_documents_and_empty_ones_do_not_count() -> None:
    documents, findings = read_documents("---\n# nothing\n---\na: 1\n...\n---\nb: 2\n--- ~\n--- x\n", "f.yaml")
    assert [{"a": 1}, {"b": 2}, "x"] == [document.value for document in documents]
    assert [] == findings
    assert "f.yaml:7:1" == str(documents[1].span(("b",)))


@pytest.mark.parametrize("text", ["", "\n\n", "# a comment", "---\n", "\ufeff", "\r\n"])
def test_an_empty_file_has_no_documents(text: str) -> None:
    assert ([], []) == read_documents(text, "f.yaml")


@pytest.mark.parametrize(
    "text",
    [
        "a: " + "[" * 100_000,
        "a: " + "[" * 100_000 + "]" * 100_000,
        "{a: " * 100_000,
        "".join(" " * level + "a:\n" for level in range(3000)),
        "- " * 50_000,
        "a0: &a0 [x]\n" + "".join(f"a{level}: &a{level} [*a{level - 1}]\n" for level in range(1, 2000)),
    ],
)
def test_deep_nesting_ends_in_a_finding(text: str) -> None:
    began = time.monotonic()
    _, findings = read_documents(text, "f.yaml")
    assert [True] == ["levels" in f"{one.message} {one.hint}" for one in findings]
    assert time.monotonic() - began < 10


@pytest.mark.parametrize("end", ["[", "{a: "])
def test_the_deepest_nesting_that_is_read(end: str) -> None:
    depth = DEEPEST - 1
    assert read("a: " + "[" * depth + "]" * depth).value
    assert mistakes("a: " + "[" * (DEEPEST + 1) + "]" * (DEEPEST + 1))


def test_a_billion_laughs_take_neither_memory_nor_time() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{level}: &a{level} [{', '.join([f'*a{level - 1}'] * 10)}]" for level in range(1, 12)]
    tracemalloc.start()
    began = time.monotonic()
    found = mistakes("\n".join(lines))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert [f"aliases stand for more than {MOST_ALIASED} values or {DEEPEST} levels"] == [
        one.partition(" ")[2] for one in found
    ]
    assert time.monotonic() - began < 5
    assert peak < 50_000_000


def test_many_honest_aliases_are_fine() -> None:
    document = read("labels: &labels [a, b, c]\nall:\n" + "  - *labels\n" * 10_000)
    assert 10_000 == len(document.value["all"])  # type: ignore[index,call-overload,arg-type]


@pytest.mark.parametrize("character", ["\0", "\x07", "\x1b", "\x7f", "\x9f", "\ufffe", "\ufeff"])
def test_a_character_that_yaml_cannot_hold_is_named_with_its_place(character: str) -> None:
    message = f"this is not YAML: the character U+{ord(character):04X} is not allowed"
    assert [f"f.yaml:2:6 {message}"] == mistakes(f"é: 1\r\nb: 漢🎈{character}\n")
    assert [f"f.yaml:2:1 {message}"] == mistakes(f"a: 1\n{character}")


@given(st.text())
def test_no_text_at_all_ends_in_an_error(text: str) -> None:
    documents, findings = read_documents(text, "f.yaml")
    for finding in findings:
        assert (finding.code in ("LSFM01", "LSFM02"), True) == (True, bool(finding.message and finding.hint))
    json.dumps([document.value for document in documents], allow_nan=False)


YAML_WORDS = st.sampled_from(
    [*"-?:,[]{}#&*!|>'\"%@` \n\t", "  ", "a", "&x ", "*x", "1", "~", "<<", "!!int ", "${var:x}"]
)


@given(st.lists(YAML_WORDS, max_size=30).map("".join))
def test_nothing_that_looks_like_yaml_ends_in_an_error(text: str) -> None:
    documents, findings = read_documents(text, "f.yaml")
    for finding in findings:
        assert finding.span.line
        assert finding.hint
    for document in documents:
        assert document.span(()).line
        json.dumps(document.value, allow_nan=False)


@pytest.mark.parametrize("digits", ["9" * 5000, "-" + "9" * 5000, "0x" + "f" * 5000])
def test_numbers_that_nobody_can_print_are_mistakes(digits: str) -> None:
    assert ["f.yaml:1:4 this number has too many digits"] == mistakes(f"a: {digits}")
