"""Decisions of the planner as data: `tests/cases/plan`, played on the in-memory server with real manifests.

A case gives `desired` (address -> spec), `live` (records), `state` (entries) and `options`, and expects `changes`;
what it does not mention of `syncs`, `drift`, `findings` and `refused` is expected to be empty.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from lsform.config.checked import checked
from lsform.config.loader import Request
from lsform.core.address import Address
from lsform.core.values import Json
from lsform.engine import guard
from lsform.engine.digests import field_digests
from lsform.engine.document import change_json, plan_document
from lsform.engine.model import Impact, Plan, StateEntry
from lsform.interface.compatibility import Usage
from lsform.resources import ResourceKind, kind_of, variants_of
from tests.unit.engine.estate import STACK, Estate
from tests.unit.interface.interface_cases import cases

Case = Mapping[str, Any]
CONNECTED = {"LABEL_STUDIO_URL": "http://memory", "LABEL_STUDIO_API_KEY": "key"}
KEYS = {
    "edition",
    "include",
    "live",
    "state",
    "impact",
    "usage",
    "truth",
    "desired",
    "moved",
    "removed",
    "limits",
    "options",
}
OPTIONS = {"prune", "destroy", "targets", "allow", "recreate"}


def kind_named(name: str, body: Case) -> ResourceKind:
    return kind_of(name, str(body["type"])) if "type" in body else variants_of(name)[0]


def manifests(given: Case) -> list[Json]:
    """The short form of a case as the documents that a user would write."""
    spec = {key: given[key] for key in ("limits", "include") if key in given}
    bodies: list[tuple[str, str, object]] = [("Stack", STACK, spec)]
    for address, body in given.get("desired", {}).items():
        kind, _, name = address.partition(".")
        bodies.append((kind.capitalize(), name, body))
    for number, (source, target) in enumerate(given.get("moved", [])):
        bodies.append(("Moved", f"move-{number}", {"from": source, "to": target}))
    for number, body in enumerate(given.get("removed", [])):
        bodies.append(("Removed", f"removal-{number}", body))
    return [
        {"apiVersion": "lsform/v1", "kind": kind, "metadata": {"name": name}, "spec": spec}
        for kind, name, spec in bodies
    ]  # type: ignore[misc]


def live(given: Case, estate: Estate) -> None:
    """`{project: 1, title: ..., marker: s/project.a#n}`; children say `in: 1`."""
    for body in given.get("live", []):
        name, remote = next(iter(body.items()))
        kind = kind_named(name, body)
        attributes = {key: value for key, value in body.items() if key in kind.attributes}
        estate.put(kind, attributes, remote=remote, project=body.get("in"), marker=body.get("marker", ""))
        if "status" in body:
            estate.server.records[name][remote]["status"] = body["status"]
    for remote, counts in given.get("impact", {}).items():
        estate.server.impacts[remote] = Impact(**counts)
    for known, name in ((estate.server.usages, "usage"), (estate.server.truths, "truth")):
        for remote, used in given.get(name, {}).items():
            annotations, labels = used["annotations"], used.get("labels", {})
            keys = frozenset(used.get("keys", estate.server.usage_of(remote).data_keys))
            known[remote] = Usage(annotations, labels, used.get("drafts", {}), keys)


def entries(given: Case) -> dict[Address, StateEntry]:
    """`address: {id: 1, nonce: n, applied: {title: ...}}`: the digests are those of `applied`."""
    found = {}
    for text, body in given.get("state", {}).items():
        address = Address.parse(text)
        kind = kind_named(address.kind, body)
        digests = field_digests(kind, body.get("applied", {}))
        found[address] = StateEntry(
            address, kind.name, kind.variant, body["id"], body["nonce"], digests, body.get("protect", False)
        )
    return found


class Played:
    """One case, set up."""

    def __init__(self, case: Case, folder: Path) -> None:
        given = case["given"]
        self.options = given.get("options", {})
        assert {*case} == {"claim", "given", "expect"}
        assert given.keys() <= KEYS, given.keys() - KEYS
        assert self.options.keys() <= OPTIONS, self.options.keys() - OPTIONS
        text = yaml.safe_dump_all(manifests(given), sort_keys=False)
        (folder / "lsform.yaml").write_text(text, "utf-8")
        self.checked = checked(Request(folder, process=CONNECTED))
        self.estate = Estate(limits=self.checked.configuration.spec.limits)
        self.estate.desired = dict(self.checked.compiled.desired)
        self.estate.moves, self.estate.removals = self.checked.compiled.moves, self.checked.compiled.removals
        self.estate.gaps = self.checked.configuration.gaps
        self.estate.server.edition = given.get("edition", "Community")
        live(given, self.estate)
        store = self.estate.store
        state = store.new(server=self.estate.server.url)
        for entry in entries(given).values():
            state = state.with_entry(entry)
        store.save(state)

    @property
    def scope(self) -> dict[str, Any]:
        return {
            "prune": self.options.get("prune", False),
            "destroy": self.options.get("destroy", False),
            "targets": tuple(self.options.get("targets", ())),
        }

    @property
    def allowed(self) -> tuple[str, ...]:
        return tuple(self.options.get("allow", ()))

    def plan(self) -> Plan:
        return self.estate.plan(**self.scope)

    def objections(self, plan: Plan) -> list[str]:
        permission = guard.Permission(
            self.allowed, recreate=self.options.get("recreate", False), whole_estate=self.scope["destroy"]
        )
        refusals = guard.objections(plan, self.checked.limits, permission)
        return [f"{one.code} {one.text}: {one.lifted_by}" for one in refusals]


@pytest.fixture
def played(case: Case, tmp_path: Path) -> Played:
    return Played(case, tmp_path)


def shown(plan: Plan, expected: list[Case]) -> list[Json]:
    """The changes, with only those keys that the case looks at; address and action always."""
    found: list[Json] = []
    for number, change in enumerate(plan.changes):
        document = change_json(change)
        document["fields"] = {one.path: [one.before, one.after] for one in change.fields}
        document["origins"] = {one.path: one.origin and one.origin.value for one in change.fields}
        document["impact"] = {name: count for name, count in document["impact"].items() if count}  # type: ignore[union-attr]
        wanted = expected[number] if number < len(expected) else {}
        if isinstance(wanted.get("fields"), list):
            document["fields"] = [one.path for one in change.fields]
        keys = {"address", "action", *wanted}
        found.append({key: value for key, value in document.items() if key in keys})
    return found


@pytest.mark.parametrize("case", cases("plan"))
def test_plan_cases(case: Case, played: Played) -> None:
    plan, expect = played.plan(), case["expect"]
    assert {
        "changes": expect["changes"],
        "syncs": expect.get("syncs", []),
        "drift": expect.get("drift", {}),
        "findings": expect.get("findings", []),
        "refused": expect.get("refused", []),
    } == {
        "changes": shown(plan, expect["changes"]),
        "syncs": [str(address) for address in plan.syncs],
        "drift": {str(one.address): "missing" if one.missing else [*one.fields] for one in plan.drift},
        "findings": [[one.code, one.address] for one in plan.findings],
        "refused": played.objections(plan),
    }
    if "noop" in expect:
        assert expect["noop"] == plan_document(plan, created_at="", expires_at="")["summary"]["noop"]  # type: ignore[index,call-overload]


@pytest.mark.parametrize("case", cases("plan"))
def test_planning_writes_nothing_and_says_the_same_again(case: Case, played: Played) -> None:
    played.estate.server.writes.clear()
    first, second = (plan_document(played.plan(), created_at="", expires_at="") for _ in range(2))
    assert json.dumps(first) == json.dumps(second)
    assert played.estate.server.writes == []


@pytest.mark.parametrize("case", [one for one in cases("plan") if "refused" not in one.values[0]["expect"]])
def test_what_is_not_refused_converges(case: Case, played: Played) -> None:
    done = played.estate.apply(**played.scope, allow=played.allowed, recreate=played.options.get("recreate", False))
    assert [] == [one for one in done.outcomes if one.error]
    again = played.plan()
    assert ([], []) == ([*again.changes], [one for one in again.syncs if played.estate.desired[one].sync != "always"])
