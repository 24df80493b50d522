"""Manifests that a program writes: what the reader makes of them is what was meant."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from lsform.config.emit import Verbatim, manifest, switched_off
from lsform.config.references import Scope, resolve
from lsform.config.source import read_documents
from lsform.core.values import Json

TEXTS = st.one_of(
    st.text(st.characters(codec="utf-8", exclude_characters="\ue000\0")),
    st.sampled_from(
        [
            "yes",
            "no",
            "1e3",
            "0o17",
            "0x1f",
            "007",
            "12:30",
            "~",
            "null",
            "",
            " ",
            "- a",
            "# c",
            "a: b",
            "$${x",
            "${{k}}",
        ]
    ),
    st.text(alphabet="${}a:\n\r \t#'\"|>-"),
)
NUMBERS = st.one_of(st.booleans(), st.integers(-(10**12), 10**12), st.floats(allow_nan=False, allow_infinity=False))
VALUES = st.recursive(
    st.one_of(st.none(), NUMBERS, TEXTS),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(TEXTS, inner, max_size=4)),
    max_leaves=12,
)


def read(text: str, **environment: str) -> Json:
    (document,), findings = read_documents(text, "m.yaml")
    assert [] == findings, text
    value, mistakes = resolve(document, document.value, (), Scope(environment, Path()))
    assert [] == mistakes, text
    return value


@settings(max_examples=200)
@given(st.dictionaries(st.text(alphabet="abc_", min_size=1), VALUES, max_size=4))
def test_what_is_written_is_read_as_the_same_values(spec: dict[str, Json]) -> None:
    text = manifest("Project", "a", spec)
    assert {"apiVersion": "lsform/v1", "kind": "Project", "metadata": {"name": "a"}, "spec": spec} == read(text)


def test_the_style_is_that_of_a_person() -> None:
    spec: dict[str, Json] = {
        "title": "yes",
        "description": "two\nlines",
        "webhooks": {
            "ci": {
                "url": Verbatim("${env:URL}"),
                "actions": ["A", "B"],
                switched_off("headers"): {
                    "X-Key": Verbatim("${env:KEY}"),
                    "X-Other": [Verbatim("${env:OTHER}"), {"a": 1}],
                },
            }
        },
        "control_weights": {"box": {"overall": 0.5}},
    }
    assert """\
apiVersion: lsform/v1
kind: Project
metadata: {name: traffic}
spec:
  title: yes
  description: |-
    two
    lines
  webhooks:
    ci:
      url: ${env:URL}
      actions: [A, B]
      # headers: {X-Key: '${env:KEY}', X-Other: ['${env:OTHER}', {a: 1}]}
  control_weights:
    box:
      overall: 0.5
""" == manifest("Project", "traffic", spec)


def test_a_secret_that_is_switched_off_is_switched_on_by_taking_the_hash_away() -> None:
    spec: dict[str, Json] = {"url": "u", switched_off("headers"): {"X-Key": Verbatim("${env:KEY}")}}
    text = manifest("Project", "a", spec)
    assert {"url": "u"} == read(text)["spec"]  # type: ignore[index,call-overload]
    on = read(text.replace("# ", ""), KEY="k")["spec"]  # type: ignore[index,call-overload]
    assert {"url": "u", "headers": {"X-Key": "k"}} == on
