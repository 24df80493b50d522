"""`engine.ports.Server` as its users rely on it, without the engine: the adapter and the fake behave alike."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from lsform.core.address import Address
from lsform.core.errors import ServerError, ServerUnavailable
from lsform.core.values import Json, Secret, Value, reveal
from lsform.engine.model import LiveResource, Ownership
from lsform.resources import KINDS, ResourceKind
from lsform.resources.project import PROJECT
from lsform.server.label_studio import LabelStudio
from tests.conformance.examples import example_of, named
from tests.conformance.worlds import RealWorld, World, filled

every_kind = pytest.mark.parametrize("kind", KINDS, ids=named)
NOBODY = 99_999_999  # an id that no object has
TITLE = "Port, Ünïcode & 'quotes' 100%"


@pytest.fixture
def project(world: World) -> Iterator[int]:
    made = world.server.create(PROJECT, {"title": TITLE}, project=None)
    yield made.remote
    world.server.delete(PROJECT, made.remote)


def attributes(kind: ResourceKind, world: World, **more: Json) -> dict[str, Value]:
    """The base of the example, as the engine would send it."""
    body = {**example_of(kind).base, **more}
    match body.pop("interface", None):
        case {"xml": str(xml)}:
            rendered: dict[str, Value] = {"label_config": xml}
        case _:
            rendered = {}
    declared = kind.spec.model_validate(filled(world, body)).declared()
    own = {key: declared[key] for key in declared if key in kind.attributes}
    return {**kind.defaults(named(kind)), **own, **rendered}


def owner(kind: ResourceKind, nonce: str = "abc123") -> Ownership:
    return Ownership("port", Address.of("project", "p").child(kind.name, "x") if kind.parent else PROJECT_X, nonce)


PROJECT_X = Address.of("project", "x")


def made(world: World, kind: ResourceKind, project: int) -> LiveResource:
    """One object with a marker, in the project if it is a child."""
    marked = kind.marker.write(attributes(kind, world), str(owner(kind)))
    return world.server.create(kind, marked, project=project if kind.parent else None)


def seen(world: World, kind: ResourceKind, project: int | None) -> list[LiveResource]:
    found = world.server.list(kind, project=project if kind.parent else None)
    return [one for one in found if one.ownership == owner(kind)]


def same(kind: ResourceKind, one: LiveResource, other: LiveResource) -> bool:
    """Equal in all but the status, which a storage changes by itself."""
    values = [{name: kind.canonical(name, value) for name, value in each.attributes.items()} for each in (one, other)]
    return values[0] == values[1] and (one.remote, one.parent, one.ownership) == (
        other.remote,
        other.parent,
        other.ownership,
    )


@every_kind
def test_an_object_is_made_found_changed_and_deleted(world: World, project: int, kind: ResourceKind) -> None:
    server, hand = world.server, example_of(kind).by_hand
    one = made(world, kind, project)
    assert owner(kind) == one.ownership
    assert (project if kind.parent else None) == one.parent
    sent = {k: v for k, v in attributes(kind, world).items() if k not in kind.fields.write_only}
    assert {name: reveal(kind.canonical(name, value)) for name, value in sent.items()} == {
        name: reveal(kind.canonical(name, one.attributes[name])) for name in sent
    }
    assert [True] == [same(kind, one, other) for other in seen(world, kind, project)]
    found = server.get(kind, one.remote)
    assert found is not None and same(kind, one, found)

    changed = kind.marker.write(
        {**one.attributes, **attributes(kind, world, **{hand.key: hand.declared})}, str(owner(kind))
    )
    kept = server.update(kind, one.remote, changed, project=one.parent)
    assert (one.remote, owner(kind), hand.declared) == (kept.remote, kept.ownership, kept.attributes[hand.key])
    found = server.get(kind, one.remote)
    assert found is not None and same(kind, kept, found)

    server.delete(kind, one.remote)
    assert (None, []) == (server.get(kind, one.remote), seen(world, kind, project))
    server.delete(kind, one.remote)


@every_kind
def test_what_is_not_there_is_none_to_read_and_an_error_to_change(
    world: World, project: int, kind: ResourceKind
) -> None:
    assert None is world.server.get(kind, NOBODY)
    world.server.delete(kind, NOBODY)
    with pytest.raises(ServerError, match="404") as caught:
        world.server.update(kind, NOBODY, attributes(kind, world), project=project if kind.parent else None)
    assert (404, False, False) == (
        caught.value.status,
        caught.value.is_unclear,
        isinstance(caught.value, ServerUnavailable),
    )


@every_kind
def test_a_refusal_is_clear_and_in_the_words_of_the_server(world: World, project: int, kind: ResourceKind) -> None:
    refused = example_of(kind).refused
    sent = attributes(kind, world, **{refused.key: refused.value})
    with pytest.raises(ServerError) as caught:
        world.server.create(kind, sent, project=project if kind.parent else None)
    assert refused.words in caught.value.message
    assert (400, False) == (caught.value.status, caught.value.is_unclear)
    assert [] == seen(world, kind, project)


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind.parent], ids=named)
def test_a_child_of_no_project_is_refused(world: World, kind: ResourceKind) -> None:
    with pytest.raises(ServerError) as caught:
        world.server.create(kind, attributes(kind, world), project=NOBODY)
    assert (False, False) == (caught.value.is_unclear, isinstance(caught.value, ServerUnavailable))


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind.bulk], ids=named)
def test_one_list_has_the_objects_of_all_projects(world: World, project: int, kind: ResourceKind) -> None:
    one = made(world, kind, project)
    other = world.server.create(PROJECT, {"title": "another one"}, project=None)
    another = made(world, kind, other.remote)
    found = {(found.remote, found.parent) for found in world.server.list(kind)}
    world.server.delete(PROJECT, other.remote)
    assert {(one.remote, project), (another.remote, other.remote)} <= found


def test_a_title_narrows_a_list_of_projects(world: World, project: int) -> None:
    other = world.server.create(PROJECT, {"title": "something else"}, project=None)
    found = [one.remote for one in world.server.list(PROJECT, title=TITLE)]
    world.server.delete(PROJECT, other.remote)
    assert (True, False) == (project in found, other.remote in found)


def test_a_sparse_list_still_shows_markers(world: World, project: int) -> None:
    one = made(world, PROJECT, project)
    found = {each.remote: each for each in world.server.list(PROJECT, attributes=())}
    world.server.delete(PROJECT, one.remote)
    assert (owner(PROJECT), "color" in found[one.remote].attributes) == (found[one.remote].ownership, False)


def test_a_fresh_project_has_no_work_to_lose(world: World, project: int) -> None:
    impact, usage = world.server.impact(project), world.server.usage(project)
    assert (0, 0, 0, 0) == (impact.tasks, impact.annotations, impact.drafts, impact.predictions)
    assert ({}, {}, {}, frozenset()) == (
        usage.created_annotations,
        usage.created_labels,
        usage.created_labels_drafts,
        usage.data_keys,
    )


def test_the_server_says_who_it_is(world: World) -> None:
    info = world.server.info()
    assert (world.url, "1.23.2", "Community", 1) == (info.url, info.version, info.edition, info.organization)


@pytest.mark.live
def test_the_pages_of_a_list_make_one_list(real_world: RealWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lsform.server.label_studio.PAGE", 2)
    server = real_world.server
    made = [server.create(PROJECT, {"title": TITLE}, project=None).remote for _ in range(5)]
    found = [one.remote for one in server.list(PROJECT)]
    for remote in made:
        server.delete(PROJECT, remote)
    assert (set(made), len(found)) == (set(made) & set(found), len(set(found)))


@pytest.mark.live
@pytest.mark.parametrize(
    ("path", "key", "words"),
    [
        ("", "0000000000000000000000000000000000000000", "not authorised: Invalid token."),
        ("", "no.token.at-all", "not authorised"),
        ("/nowhere", None, "is no Label Studio"),
    ],
)
def test_no_use_in_going_on(real_world: RealWorld, path: str, key: str | None, words: str) -> None:
    adapter = LabelStudio(real_world.url + path, Secret(key) if key else real_world.api_key)
    with pytest.raises(ServerUnavailable, match=words) as caught:
        adapter.info()
    adapter.close()
    assert caught.value.hint


def test_a_port_that_nobody_listens_on_is_no_use() -> None:
    adapter = LabelStudio("http://127.0.0.1:9", Secret("0" * 40))
    with pytest.raises(ServerUnavailable, match=r"127\.0\.0\.1:9"):
        adapter.info()
    adapter.close()
