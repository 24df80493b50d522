"""What is said of a wrong stack: each case in `tests/cases/config` is a stack and everything that is said of it."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from pathlib import Path

import pytest

from lsform.config.checked import check
from lsform.config.loader import Request
from lsform.report.findings import as_text
from lsform.report.paint import Paint
from tests.unit.interface.interface_cases import cases

STACK = "apiVersion: lsform/v1\nkind: Stack\nmetadata: {name: test}\n"


def written(case: Mapping[str, object], folder: Path) -> Request:
    """The stack of a case. `stack` is lsform.yaml, `m` is m.yaml, `files` are further ones, `links` are links."""
    files = {"lsform.yaml": case.get("stack", STACK), "m.yaml": case.get("m"), **dict(case.get("files", {}))}  # type: ignore[call-overload]
    for name, text in files.items():
        if text is not None:
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(str(text).encode("latin-1" if name.endswith(".latin1.yaml") else "utf-8"))
    for name, target in dict(case.get("links", {})).items():  # type: ignore[call-overload]
        (folder / name).symlink_to(target)
    return Request(
        folder,
        environment=str(case.get("environment", "")),
        variables=dict(case.get("variables", {})),  # type: ignore[call-overload]
        process=dict(case.get("process", {})),  # type: ignore[call-overload]
    )


@pytest.mark.parametrize("case", cases("config"))
def test_each_mistake_is_named_with_its_place_and_remedy(case: Mapping[str, object], tmp_path: Path) -> None:
    folder = tmp_path / "stack"
    folder.mkdir()
    (tmp_path / "outside.xml").write_text("<View/>", "utf-8")
    found = check(written(case, folder)).compiled.findings
    shown = as_text(found, Paint()).rpartition("\n")[0].rpartition("\n")[0]
    assert textwrap.dedent(str(case["findings"])).strip("\n") == shown
