"""Adoption: whatever somebody made becomes manifests that leave nothing to plan, and changes by a marker alone."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from lsform.config.adoption_bodies import carries_credentials
from lsform.core.values import Attributes
from lsform.resources import ResourceKind
from lsform.resources.project import PROJECT
from tests.conformance.bench import HOST, Bench, address, removed, secrets_in
from tests.conformance.examples import Body, example_of, named

HIDDEN = ("SECRET_ONE", "SECRET_TWO", "SECRET_PADDED", "SECRET_UNICODE")  # an address like any other is no secret


@pytest.fixture
def folder(bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder; commands in it reach the server under test, and know none of the secrets."""
    monkeypatch.setattr("lsform.session.label_studio", lambda *_, **__: bench.world.server)
    for name in bench.world.env:
        bench.stack.environment.pop(name, None)
        monkeypatch.delenv(name, raising=False)
    return tmp_path / "adopted"


def free(kind: ResourceKind) -> dict[str, Body]:
    """Resources with every value of every field.

    A Redis with a password takes no change without it, so nobody can let it go.
    """
    bodies = (body for body in example_of(kind).combinations() if kind.variant != "redis" or "password" not in body)
    return {f"it-{number}": body for number, body in enumerate(bodies)}


def abandoned(bench: Bench, roots: list[str]) -> list[int]:
    """What is declared, as nobody's: no stack owns it any more; returns the projects."""
    bench.stack.environment |= bench.world.env
    bench.settle()
    remotes = [bench.remote(address(PROJECT, name)) for name in roots]
    bench.write(*(removed(f"project.{name}", destroy=False) for name in roots))
    assert [] == bench.apply().failures
    return remotes


def owned(bench: Bench, kind: ResourceKind, project: int) -> dict[int, tuple[bool, Attributes]]:
    """Id -> whether a stack owns it, and what it is; without the webhooks that come with ML backends."""
    found = bench.world.server.list(kind, project=project if kind.parent else None)
    mine = [one for one in found if (one.parent if kind.parent else one.remote) == project]
    return {
        one.remote: (one.ownership is not None, one.attributes) for one in mine if not _is_auto(one.attributes, kind)
    }


def test_projects_that_are_adopted_change_by_a_marker_alone_and_leave_nothing_to_plan(
    bench: Bench, folder: Path, subtests: pytest.Subtests
) -> None:
    bodies = free(PROJECT)
    bench.declare(PROJECT, **bodies)
    adopted(bench, [PROJECT], abandoned(bench, [*bodies]), folder, subtests)


def test_what_is_adopted_with_its_project_changes_by_a_marker_alone_and_leaves_nothing_to_plan(
    bench: Bench, folder: Path, subtests: pytest.Subtests
) -> None:
    bench.declare_each(lambda kind: free(kind) if kind.parent else {})
    adopted(bench, [kind for kind in bench.kinds if kind.parent], abandoned(bench, [HOST]), folder, subtests)


def adopted(
    bench: Bench, kinds: list[ResourceKind], projects: list[int], folder: Path, subtests: pytest.Subtests
) -> None:
    """Adopt projects, and look at what is of these kinds in them."""
    before = {(named(kind), project): owned(bench, kind, project) for kind in kinds for project in projects}
    assert {} not in before.values()
    command = ["-C", str(folder)]
    result = bench.stack.call([*command, "adopt", *map(str, projects), "--auto-approve", "--format", "json"])
    assert 0 == result.code, result.err
    document = json.loads(result.out)
    assert [] == document["findings"]
    for kind in kinds:
        for project in projects:
            with subtests.test(kind=named(kind), project=project):
                ours = {remote: (True, one) for remote, (_, one) in before[named(kind), project].items()}
                assert ours == owned(bench, kind, project)
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
