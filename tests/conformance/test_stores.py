"""Storages over real stores of objects: what they read and write, when, and what is said when they cannot."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from lsform.core.address import Address
from lsform.core.values import Json
from lsform.engine.model import Action, Risk
from lsform.resources import kind_of
from tests.conformance.bench import HOST, Bench, address, project, removed, said, secrets_in
from tests.conformance.examples import Body, example_of
from tests.conformance.examples.redis import LOCKED, whole
from tests.conformance.stores import FOLDERS, TASK, Stores
from tests.conformance.worlds import RealWorld
from tests.conftest import Stack

pytestmark = pytest.mark.live

TYPES = ("s3", "redis", "azure", "gcs")
every_type = pytest.mark.parametrize("variant", TYPES)
BROKEN = b'{"text": "brok'
# Label Studio shows what S3 says only of domains that it trusts, which loopback cannot be: it has no domain.
REASONS = {"s3": "the server tells why only where the endpoint's domain is in its S3_TRUSTED_STORAGE_DOMAINS"}
FOLDER = {variant: "path" if variant == "redis" else "prefix" for variant in TYPES}


@pytest.fixture
def bench(stack: Stack, real_world: RealWorld, request: pytest.FixtureRequest) -> Iterator[Bench]:
    variant = request.getfixturevalue("variant")
    if variant in real_world.lacks:
        pytest.skip(real_world.lacks[variant])
    made = Bench(stack, real_world)
    yield made
    made.clean()


def folder_with(bench: Bench, stores: Stores, variant: str, *contents: bytes) -> str:
    """A folder of its own in the first place of a store, with these objects."""
    for number, content in enumerate(contents):
        stores.put[variant]("first", f"{bench.name}/{number}.json", content)
    return f"{bench.name}/"


def declare(bench: Bench, variant: str, folder: str, **more: Json) -> None:
    kind = kind_of("import_storage", variant)
    base: Body = {key: value for key, value in example_of(kind).base.items() if key != "sync"}
    bench.declare(kind, it={**base, FOLDER[variant]: folder, **more})


def storage(variant: str) -> str:
    return str(address(kind_of("import_storage", variant)))


def tasks(bench: Bench) -> int:
    assert isinstance(bench.world, RealWorld)
    return bench.world.tasks(bench.remote(address(kind_of("import_storage", "s3")).root))


@every_type
def test_tasks_are_counted_and_a_change_of_the_storage_brings_none_twice(
    bench: Bench, object_stores: Stores, variant: str
) -> None:
    folder = folder_with(bench, object_stores, variant, TASK, TASK)
    where = address(kind_of("import_storage", variant))
    declare(bench, variant, folder)
    applied = bench.apply()
    assert ([], "completed, 2 objects") == (applied.failures, applied.outcome(where).synced)
    remote = bench.remote(where)
    object_stores.put[variant]("first", f"{folder}later.json", TASK)
    declare(bench, variant, folder, title="renamed", sync="always")
    applied = bench.apply()
    assert [("update", str(where), ["title"])] == said(applied.plan)
    assert "completed, 1 object, 2 objects were there before" == applied.outcome(where).synced
    assert (remote, 3) == (bench.remote(where), tasks(bench))


@every_type
def test_a_sync_that_fails_tells_the_reason_and_no_secret_and_is_due_again(
    bench: Bench, object_stores: Stores, variant: str
) -> None:
    folder = folder_with(bench, object_stores, variant, BROKEN)
    declare(bench, variant, folder)
    result = bench.stack.run("apply", "--auto-approve")
    assert (5, True) == (result.code, "the sync ended as `failed`" in result.err), result.err
    assert REASONS.get(variant, "0.json") in result.err
    assert [] == secrets_in(result.out + result.err)
    folder_with(bench, object_stores, variant, TASK)
    assert {storage(variant): "applied"} == bench.apply().results
    assert 1 == tasks(bench)


@every_type
def test_the_server_fills_an_export_storage_and_one_of_another_type_is_a_replacement(
    bench: Bench, variant: str
) -> None:
    kind = kind_of("export_storage", variant)
    bench.declare(kind, it=example_of(kind).base)
    bench.settle()
    assert "completed" == bench.live(kind).status
    local = kind_of("export_storage", "localfiles")
    bench.write(project(HOST, {kind.collection: {address(kind).name: example_of(local).base}}))
    change = bench.plan().changes[0]
    assert (Action.REPLACE, Risk.DESTRUCTIVE) == (change.action, change.risk)


@pytest.mark.parametrize("variant", ["redis"])
def test_redis_hears_the_password_with_each_change_though_it_stays_the_same(bench: Bench, variant: str) -> None:
    kind = kind_of("import_storage", variant)
    base = {**example_of(kind).base, **LOCKED}
    bench.declare(kind, it=base)
    bench.settle()
    bench.declare(kind, it={**base, "title": "another"})
    assert [("update", str(address(kind)), ["title"])] == bench.settle()


@pytest.mark.parametrize("variant", ["redis"])
def test_a_storage_that_is_left_to_others_without_its_password_says_how_its_marker_goes(
    bench: Bench, variant: str
) -> None:
    kind = kind_of("import_storage", variant)
    bench.declare(kind, it={**example_of(kind).base, **LOCKED})
    bench.settle()
    remote, marked = bench.remote(address(kind)), bench.live(kind).ownership
    bench.write(project(HOST, {}), removed(storage(variant), destroy=False))
    outcome = bench.apply().outcome(address(kind))
    assert (True, f"take `{marked}` out of its `description` in Label Studio, then apply again") == (
        "Can't connect to Redis server" in outcome.error,
        outcome.hint,
    )
    record = bench.world.record(kind, remote)
    bench.world.change(kind, remote, whole(record, description="", password=bench.world.env["SECRET_ONE"]))
    assert [("forget", storage(variant), [])] == bench.settle()
    assert [f"project.{HOST}"] == [where for where, _ in bench.ours()]
    assert remote == bench.world.record(kind, remote)["id"]


@pytest.mark.parametrize("variant", ["s3"])
def test_projects_share_a_connection_and_say_what_is_different(bench: Bench, variant: str) -> None:
    kind = kind_of("import_storage", variant)
    given = {key: value for key, value in example_of(kind).base.items() if key != "sync"}
    connection: Body = {"apiVersion": "lsform/v1", "kind": "Storage", "metadata": {"name": "raw"}, "spec": given}
    first: Body = {"storage": "raw", "prefix": FOLDERS[0], "sync": "never"}
    name = address(kind).name
    bench.write(
        connection,
        project(HOST, {kind.collection: {name: first}}),
        project("second", {kind.collection: {name: {**first, "bucket": "second", "prefix": FOLDERS[1]}}}),
    )
    bench.settle()
    live = bench.live(kind).attributes
    assert ("first", FOLDERS[0]) == (live["bucket"], live["prefix"])
    other = bench.world.server.get(kind, bench.remote(Address.of("project", "second").child(kind.name, name)))
    assert other is not None
    assert ("second", FOLDERS[1]) == (other.attributes["bucket"], other.attributes["prefix"])
