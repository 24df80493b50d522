"""The examples themselves: no kind and no field without one, so that nothing new escapes the suite."""

from __future__ import annotations

import pytest

from lsform.resources import KINDS, ResourceKind
from lsform.resources.secret_fields import SECRET_KEYS
from tests.conformance.bench import attribute_names
from tests.conformance.examples import example_of, named

# About what is done and not about what is stored: `test_sync.py`, `test_secrets.py`.
SYNC = "sync"


@pytest.mark.parametrize("kind", KINDS, ids=named)
def test_every_field_has_example_values(kind: ResourceKind) -> None:
    example = example_of(kind)
    assert attribute_names(kind) - {SYNC, *SECRET_KEYS} == {example.attribute(key) for key in example.values}


@pytest.mark.parametrize("kind", KINDS, ids=named)
def test_a_field_has_at_least_two_values_unless_there_is_only_one(kind: ResourceKind) -> None:
    few = {key for key, values in example_of(kind).values.items() if len(values) < 2} - example_of(kind).implied
    assert few <= {"target"}
