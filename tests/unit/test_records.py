"""Files are read record by record, each with its line; a mistake is told with its line as well."""

from __future__ import annotations

import json
from io import BytesIO
from pathlib import Path

import pyarrow
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyarrow.parquet import write_table

from lsform.core import records
from lsform.core.records import Broken, Row, kind_of, rows
from lsform.core.values import Json


def read(text: str, kind: str = "json") -> list[Row]:
    return list(rows(BytesIO(text.encode()), kind, "a"))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)


@given(st.lists(JSON, max_size=6), st.sampled_from([None, 2]), st.integers(1, 40))
def test_an_array_is_read_as_it_was_written_wherever_it_is_cut(
    values: list[Json], indent: int | None, chunk: int
) -> None:
    text = json.dumps(values, indent=indent, ensure_ascii=False)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(records, "CHUNK", chunk)
        found = read(text)
    assert values == [row.value for row in found]
    assert sorted(row.line for row in found) == [row.line for row in found]


def test_each_record_knows_its_line() -> None:
    assert [1, 2, 5] == [row.line for row in read('[{"a": 1},\n {"a":\n2},\n\n{"a": 3}]')]
    assert [1, 3] == [row.line for row in read('{"a": 1}\n\n{"a": 2}\n')]
    assert [1, 3] == [row.line for row in read('{"a": 1}\n\n{"a": 2}\n', "jsonl")]
    assert [Row({"a": "x\ny", "b": "1"}, 2), Row({"a": "z", "b": ""}, 4)] == read('a,b\n"x\ny",1\nz,\n', "csv")
    assert [Row({"a": "1,2"}, 2)] == read("\ufeffa\n1,2\n", "tsv")


@pytest.mark.parametrize(
    ("kind", "text", "said"),
    [
        ("json", '[{"a": 1},\n{"a" 2}]', "line 2: Expecting ':' delimiter"),
        ("json", '[{"a": 1}\n{"a": 2}]', "line 2: Expecting ',' delimiter"),
        ("json", '[{"a": 1}]\n\nx', "line 3: Extra data"),
        ("json", '[{"a": NaN}]', "`NaN` is no value of JSON"),
        ("json", '{"a": "x', "line 1: Unterminated string starting at"),
        ("jsonl", '{"a": 1}\n{"a": 1} x\n', "line 2: Extra data"),
        ("csv", "a\n1\n2,3\n", "row 2 has more cells than the header"),
        ("parquet", "PAR", "Parquet magic bytes not found in footer"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(kind: str, text: str, said: str) -> None:
    with pytest.raises(Broken) as told:
        read(text, kind)
    assert told.value.reason.startswith(said) or "arquet file" in told.value.reason


def test_a_mistake_ends_the_reading_and_not_what_was_read_before_it() -> None:
    """Else a file with a mistake in its first line would be read into memory whole."""
    stream = BytesIO(b'[{"a" 2},' + b'{"a": 1},' * 1_000_000)
    with pytest.raises(Broken):
        list(rows(stream, "json", "a"))
    assert stream.closed or stream.tell() < 3 * records.CHUNK


def test_parquet_leaves_empty_cells_out(tmp_path: Path) -> None:
    table = pyarrow.Table.from_pylist([{"a": 1, "b": {"c": None, "d": ["x"]}}, {"a": None, "b": None}])
    write_table(table, tmp_path / "a.parquet")
    with (tmp_path / "a.parquet").open("rb") as stream:
        assert [Row({"a": 1, "b": {"d": ["x"]}}, 1), Row({}, 2)] == list(rows(stream, "parquet", "a"))


def test_endings_tell_kinds() -> None:
    assert ["jsonl", "parquet", None] == [kind_of(name) for name in ("a.NDJSON", "b/c.parquet", "d.txt")]
