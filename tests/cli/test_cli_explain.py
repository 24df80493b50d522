"""`lsform explain`: what a field is, from the same schemas that check it."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from lsform.config.explaining import Subject, kinds, subject
from lsform.config.manifest import SPECS
from tests.conftest import Stack

PREFIX = """\
Project.import_storages.prefix
  type: text
  only for azure, gcs, s3

  Folder in the bucket.
"""
LIMIT = """\
Stack.limits.max_delete_share
  type: number
  limits: at least 0, at most 1
  default: 0.1

  Share of the resources that one plan may delete or replace.
"""
LABELS = """\
LabelSet.labels
  type: list of text or object
  required

  The labels, in the order in which annotators see them.

Fields:
  value        text (required)
                 What annotators see, and what annotations hold where there is no alias.
  alias        text
"""


def everything(subjects: tuple[Subject, ...] | None = None) -> Iterator[Subject]:
    for one in kinds() if subjects is None else subjects:
        yield one
        yield from everything(one.fields)


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("Project.import_storages.prefix", PREFIX),
        ("project.spec.import_storages.prefix", PREFIX),
        ("Stack.limits.max_delete_share", LIMIT),
        ("LabelSet.labels", LABELS),
    ],
)
def test_a_field_is_explained_with_all_that_is_known_of_it(stack: Stack, path: str, text: str) -> None:
    result = stack.run("explain", path)
    assert (0, "") == (result.code, result.err)
    assert text == result.out[: len(text)]


def test_values_of_a_closed_set_are_listed(stack: Stack) -> None:
    assert "\n  allowed: Sequential sampling, Uniform sampling, Uncertainty sampling\n" in (
        stack.run("explain", "Project.sampling").out
    )
    assert (
        "\n  allowed: localfiles, s3, redis, azure, gcs\n" in stack.run("explain", "Project.import_storages.type").out
    )


def test_what_is_needed_only_in_place_of_something_else_says_so(stack: Stack) -> None:
    assert "\n  required without `file` and `xml`\n" in stack.run("explain", "Interface.template").out
    assert "\n  required without `storage`\n" in stack.run("explain", "Project.export_storages.bucket").out


def test_only_what_not_all_types_of_storage_have_names_those_that_do() -> None:
    assert ((), ("s3",)) == tuple(
        subject(f"Project.import_storages.{name}").only_for for name in ("title", "region_name")
    )


def test_without_a_path_the_kinds_are_listed(stack: Stack) -> None:
    result = stack.run("explain")
    assert list(SPECS) == [line.split()[0] for line in result.out.splitlines()]
    assert list(SPECS) == [one["path"] for one in json.loads(stack.run("explain", "--format", "json").out)]


@pytest.mark.parametrize(
    ("path", "error", "hint"),
    [
        ("Projct", "`Projct` is no kind", "did you mean `Project`?"),
        ("zebra", "`zebra` is no kind", f"known kinds: {', '.join(SPECS)}"),
        ("Project.titel", "`Project` has no field `titel`", "did you mean `title`?"),
        ("Project.views.zebra", "`Project.views` has no field `zebra`", "it has `title`, `type`"),
        ("Project.title.x", "`Project.title` has no field `x`", "it has no fields"),
    ],
)
def test_an_unknown_path_is_told_with_the_nearest(stack: Stack, path: str, error: str, hint: str) -> None:
    result = stack.run("explain", path)
    assert (1, "") == (result.code, result.out)
    assert result.err.startswith(f"error: {error}\nhint: {hint}")


def test_every_field_of_every_kind_can_be_asked_for_and_has_a_type_and_a_description() -> None:
    lacking = [one.path for one in everything() if not one.type or not one.description]
    assert [] == lacking
    assert [] == [one.path for one in everything() if one != subject(one.path)]
