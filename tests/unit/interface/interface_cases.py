"""Case files: YAML documents, each with a `claim` and the data of one case."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

CASES = Path(__file__).parents[2] / "cases"


def cases(folder: str) -> list[object]:
    """Every case in `tests/cases/<folder>`, named by its file and its claim."""
    return [
        pytest.param(case, id=f"{path.stem}: {case['claim']}")
        for path in sorted((CASES / folder).glob("*.yaml"))
        for case in yaml.safe_load_all(path.read_text("utf-8"))
    ]
