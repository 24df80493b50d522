"""What the engine makes of secrets that the server never returns; on real servers: `conformance/test_secrets.py`."""

from __future__ import annotations

import pytest

from lsform.core.address import Address
from lsform.core.errors import ServerError
from lsform.core.values import Secret
from lsform.engine.declared import DesiredResource
from lsform.engine.fingerprints import fingerprint, fingerprinted
from lsform.engine.model import Plan
from lsform.resources import Lifecycle, kind_of
from tests.unit.engine.estate import Estate, declared

S3 = kind_of("import_storage", "s3")
KEY, TOKEN = "aws_secret_access_key", "aws_session_token"
WHERE = Address.parse("project.a/import_storage.raw")
ONE, OTHER = Secret("the key of the state", "state"), Secret("a key of the user's own", "env:KEY")


def storage(lifecycle: Lifecycle | None = None, *, version: int | None = None, clear: bool = False,
            title: str = "raw", **secrets: str) -> DesiredResource:  # fmt: skip
    hidden = {name: Secret(text, f"env:{name}") for name, text in secrets.items()}
    attributes = {"bucket": "b", "title": title, **hidden}
    kept = lifecycle or Lifecycle()
    return DesiredResource(WHERE, S3, attributes, kept, sync="never", secret_version=version, clears_removed=clear)


def declare(estate: Estate, one: DesiredResource) -> Plan:
    estate.declare(declared("project.a", title="Aaa"), one)
    return estate.plan()


def told(plan: Plan) -> dict[str, object]:
    return {one.path: one.after for change in plan.changes for one in change.fields if one.secret}


def reasons(plan: Plan) -> list[str]:
    return [change.reason for change in plan.changes]


@pytest.fixture
def estate() -> Estate:
    """With one storage that has one secret."""
    estate = Estate()
    declare(estate, storage(**{KEY: "CANARY-one"}))
    assert estate.apply().is_done
    return estate


def test_a_secret_that_is_the_same_is_no_change(estate: Estate) -> None:
    assert () == estate.plan().changes


def test_a_secret_that_is_declared_for_the_first_time_is_set_for_that_reason(estate: Estate) -> None:
    plan = declare(estate, storage(**{KEY: "CANARY-one", TOKEN: "CANARY-token"}))
    assert ({TOKEN: "(secret set)"}, ["its manifest changed"]) == (told(plan), reasons(plan))
    assert {TOKEN} == {*plan.changes[0].payload} & S3.fields.write_only


def test_of_a_lost_state_that_and_other_changes_are_both_reasons(estate: Estate) -> None:
    estate.lose_state()
    plan = declare(estate, storage(title="new", **{KEY: "CANARY-one"}))
    again = f"the state does not tell whether `{KEY}` changed, so it is set again"
    assert ({KEY: "(secret set)"}, [f"it differs from its manifest; {again}"]) == (told(plan), reasons(plan))


def test_an_empty_secret_is_cleared(estate: Estate) -> None:
    assert {KEY: "(secret cleared)"} == told(declare(estate, storage(**{KEY: ""})))


def test_a_failed_rotation_is_due_again(estate: Estate) -> None:
    estate.server.faults["update"] = [ServerError("no", status=400)]
    declare(estate, storage(**{KEY: "CANARY-two"}))
    assert not estate.apply().is_done
    assert {KEY: "(secret rotated)"} == told(estate.plan())
    assert estate.apply().is_done
    assert () == estate.plan().changes


def test_a_clear_that_is_asked_for_later_is_still_done(estate: Estate) -> None:
    assert () == declare(estate, storage()).changes
    estate.apply()
    plan = declare(estate, storage(clear=True))
    assert {KEY: "(secret cleared)"} == told(plan)
    assert estate.apply().is_done
    assert "" == estate.server.records["import_storage"][1][KEY]
    assert {} == estate.state.entries[WHERE].fingerprints
    assert () == estate.plan().changes


def test_an_ignored_secret_is_sent_when_its_object_is_made_and_then_left_alone(estate: Estate) -> None:
    left = Lifecycle(ignore=["aws_*"])
    for one in (
        storage(left, **{KEY: "CANARY-two"}),
        storage(left, clear=True),
        storage(left, version=3, **{KEY: "x"}),
    ):
        assert () == declare(estate, one).changes
        estate.apply()


def test_what_is_made_anew_gets_its_secrets_and_knows_no_older_ones(estate: Estate) -> None:
    declare(estate, storage())
    estate.apply()
    del estate.server.records["import_storage"][1]
    plan = declare(estate, storage(**{TOKEN: "CANARY-token"}))
    assert {TOKEN: "(secret set)"} == told(plan)
    estate.apply()
    assert {TOKEN} == set(estate.state.entries[WHERE].fingerprints)


def test_another_method_cannot_tell_and_says_so(estate: Estate) -> None:
    plan = declare(estate, storage(version=1, **{KEY: "CANARY-one"}))
    again = f"the state does not tell whether `{KEY}` changed, so it is set again"
    assert ({KEY: "(secret set)"}, [again]) == (told(plan), reasons(plan))


def test_the_memory_has_neither_the_secret_nor_a_digest_without_a_key(estate: Estate) -> None:
    text = estate.objects.kept["s.json"][0].decode()
    entry = estate.state.entries[WHERE]
    assert ({"bucket", "title"}, {KEY}) == (set(entry.digests), set(entry.fingerprints))
    assert ("hmac-", False) == (entry.fingerprints[KEY][:5], "CANARY" in text + repr(estate.state))


def test_fingerprints_depend_on_the_key_the_field_and_the_meaning_of_the_secret() -> None:
    made = fingerprint(S3, KEY, Secret("x"), ONE)
    assert made == fingerprint(S3, KEY, Secret(" x\n"), ONE), "the server trims it"
    others = {fingerprint(S3, KEY, Secret("y"), ONE), fingerprint(S3, TOKEN, Secret("x"), ONE),
              fingerprint(S3, KEY, Secret("x"), OTHER)}  # fmt: skip
    assert (3, False) == (len(others), made in others)
    assert made.partition(":")[0] != fingerprint(S3, KEY, Secret("x"), OTHER).partition(":")[0]


def test_a_key_is_in_nothing_that_it_makes() -> None:
    assert ONE.value not in repr(fingerprinted({WHERE: storage(**{KEY: "x"})}, ONE))
