"""Adoption: whatever somebody made becomes manifests that leave nothing to plan, and changes by a marker alone."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from lsform.config.adoption_bodies import carries_credentials
from lsform.core.values import Attributes
from lsform.resources import KINDS, ResourceKind
from lsform.resources.project import PROJECT
from tests.conformance.bench import HOST, Bench, address, removed, secrets_in
from tests.conformance.examples import example_of, named

HIDDEN = ("SECRET_ONE", "SECRET_TWO", "SECRET_PADDED", "SECRET_UNICODE")  # an address like any other is no secret


@pytest.fixture
def folder(bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder; commands in it reach the server under test, and know none of the secrets."""
    monkeypatch.setattr("lsform.workflow.label_studio", lambda *_, **__: bench.world.server)
    for name in bench.world.env:
        bench.stack.environment.pop(name, None)
        monkeypatch.delenv(name, raising=False)
    return tmp_path / "adopted"


def abandoned(bench: Bench, kind: ResourceKind) -> list[int]:
    """Objects of the kind with every value of every field, which no stack owns any more; returns their projects.

    A Redis with a password takes no change without it, so nobody can let it go.
    """
    free = (body for body in example_of(kind).combinations() if kind.variant != "redis" or "password" not in body)
    bodies = {f"it-{number}": body for number, body in enumerate(free)}
    bench.stack.environment |= bench.world.env
    bench.declare(kind, **bodies)
    bench.settle()
    roots = [HOST] if kind.parent else [*bodies]
    remotes = [bench.remote(address(PROJECT, name)) for name in roots]
    bench.write(*(removed(f"project.{name}", destroy=False) | {"metadata": {"name": name}} for name in roots))
    assert [] == bench.apply().failures
    return remotes


def owned(bench: Bench, kind: ResourceKind, project: int) -> dict[int, tuple[bool, Attributes]]:
    """Id -> whether a stack owns it, and what it is."""
    found = bench.world.server.list(kind, project=project if kind.parent else None)
    mine = [one for one in found if (one.parent if kind.parent else one.remote) == project]
    return {one.remote: (one.ownership is not None, one.attributes) for one in mine}


@pytest.mark.parametrize("kind", KINDS, ids=named)
def test_what_is_adopted_changes_by_a_marker_alone_and_leaves_nothing_to_plan(
    bench: Bench, kind: ResourceKind, folder: Path
) -> None:
    projects = abandoned(bench, kind)
    before = {project: owned(bench, kind, project) for project in projects}
    command = ["-C", str(folder)]
    result = bench.stack.call([*command, "adopt", *map(str, projects), "--auto-approve", "--format", "json"])
    assert 0 == result.code, result.err
    document = json.loads(result.out)
    assert [] == document["findings"]
    after = {project: owned(bench, kind, project) for project in projects}
    assert {
        project: {
            remote: (True, attributes) for remote, (_, attributes) in found.items() if not _is_auto(attributes, kind)
        }
        for project, found in before.items()
    } == {
        project: {remote: one for remote, one in found.items() if not _is_auto(one[1], kind)}
        for project, found in after.items()
    }
    texts = "".join(path.read_text("utf-8") for path in folder.rglob("*") if path.is_file())
    assert [] == [name for name in secrets_in(texts + result.out + result.err) if name in HIDDEN]
    needed = [one["name"] for one in document["variables"] if one["needed"]]
    addresses = [str(one.get("url")) for found in before.values() for _, one in found.values()]
    told = [url for url in addresses if carries_credentials(url)]
    bench.stack.environment |= dict(zip(needed, told, strict=True))
    result = bench.stack.call([*command, "plan", "--detailed-exitcode"])
    assert 0 == result.code, result.out + result.err
    assert "\nNo changes. " in result.out
    for project in projects:
        bench.world.remove(PROJECT, project)


def _is_auto(attributes: Attributes, kind: ResourceKind) -> bool:
    return kind.name == "webhook" and str(attributes.get("url")).endswith("/webhook")
