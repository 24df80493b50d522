"""A plan as JSON, as `plan --format json` and `--out` have it, and its digest. Pure; version 1.0 of the format."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict

from lsform.core.diagnostics import finding_json
from lsform.core.errors import Refusal
from lsform.core.values import Json, digest
from lsform.engine.model import Action, Change, Drift, DriftItem, FieldChange, Outcome, Plan, Risk, ServerInfo

FORMAT_VERSION = "1.0"


def plan_document(plan: Plan, refusals: Iterable[Refusal] = (), *, created_at: str, expires_at: str) -> dict[str, Json]:
    """Keys and order as in the contract; times are ISO 8601 in UTC. What guards object to is among the findings."""
    return {
        "format_version": FORMAT_VERSION,
        "stack": plan.stack,
        "environment": plan.environment,
        "server": _server_json(plan.server),
        "partial": plan.partial,
        "prune": plan.prune,
        "digest": plan_digest(plan),
        "created_at": created_at,
        "expires_at": expires_at,
        "summary": {action.value: plan.count(action) for action in Action},
        "changes": [change_json(change) for change in plan.changes],
        "syncs": [str(address) for address in plan.syncs],
        "drift": [_drift_json(item) for item in plan.drift],
        "findings": [finding_json(one) for one in (*plan.findings, *(one.finding for one in refusals))],
    }


def _server_json(server: ServerInfo) -> dict[str, Json]:
    return {
        "url": server.url,
        "version": server.version,
        "edition": server.edition,
        "organization": server.organization,
    }


def drift_document(drift: Drift) -> dict[str, Json]:
    """What `drift --format json` prints; `drift` and `findings` are as in a plan."""
    missing = sum(1 for item in drift.items if item.missing)
    return {
        "format_version": FORMAT_VERSION,
        "stack": drift.stack,
        "environment": drift.environment,
        "server": _server_json(drift.server),
        "summary": {"changed": len(drift.items) - missing, "missing": missing, "steady": drift.steady},
        "drift": [_drift_json(item) for item in drift.items],
        "findings": [finding_json(one) for one in drift.findings],
    }


def _drift_json(item: DriftItem) -> dict[str, Json]:
    details: list[Json] = []
    for one in item.details:
        field = _field_json(one)
        declared, live = field.pop("after"), field.pop("before")
        details.append({**field, "declared": declared, "live": live})
    return {
        "address": str(item.address),
        "kind": item.kind.name,
        "id": item.remote,
        "missing": item.missing,
        "fields": [*item.fields],
        "details": details,
    }


def plan_digest(plan: Plan) -> str:
    """SHA-256 of what the plan does to which server; neither of when it was made nor of what it leaves alone.

    People may go on labeling while a plan is reviewed: counts matter only where the plan would hurt their work.
    """
    return digest(
        {
            "stack": plan.stack,
            "environment": plan.environment,
            "server": [plan.server.url, plan.server.organization],
            "changes": [_digested(change) for change in plan.changes],
            "syncs": [str(address) for address in plan.syncs],
        }
    )


def _digested(change: Change) -> Json:
    document = change_json(change)
    del document["reason"]
    document["fields"] = [{**_field_json(one), "origin": None} for one in change.fields]
    if change.risk in (Risk.NONE, Risk.SAFE):
        del document["impact"]
    return document


def _field_json(field: FieldChange) -> dict[str, Json]:
    return {**asdict(field), "origin": field.origin.value if field.origin else None}


def change_json(change: Change, outcome: Outcome | None = None) -> dict[str, Json]:
    """One change; apply's JSON has its outcome, too."""
    document: dict[str, Json] = {
        "address": str(change.address),
        "kind": change.kind.name,
        "action": change.action.value,
        "risk": change.risk.value,
        "reason": change.reason,
        "id": change.remote,
        "fields": [_field_json(one) for one in change.fields],
        "interface_changes": [{**asdict(one), "kind": one.kind.value} for one in change.interface_changes],
        "impact": asdict(change.impact),
        "losses": [*change.losses],
    }
    return {**document, **outcome_json(outcome)} if outcome else document


def outcome_json(outcome: Outcome) -> dict[str, Json]:
    """What happened, for machines."""
    document: dict[str, Json] = {"outcome": outcome.result.value, "id": outcome.remote}
    if outcome.error:
        document["error"] = outcome.error
        document["hint"] = outcome.hint
    if outcome.span.file:
        document |= {"file": outcome.span.file, "line": outcome.span.line, "column": outcome.span.column}
    if outcome.synced:
        document["sync"] = outcome.synced
    if outcome.notes:
        document["notes"] = [*outcome.notes]
    return document


def apply_document(
    plan: Plan, outcomes: Sequence[Outcome], refusals: Iterable[Refusal] = (), *, created_at: str, expires_at: str
) -> dict[str, Json]:
    """The plan's document with an outcome in each change, and the outcomes of lone syncs."""
    happened = {outcome.step: outcome for outcome in outcomes}
    changed = {change.address for change in plan.changes}
    document = plan_document(plan, refusals, created_at=created_at, expires_at=expires_at)
    document["changes"] = [change_json(change, happened.get(change.step)) for change in plan.changes]
    document["syncs"] = [
        {"address": str(one.address), **outcome_json(one)} for one in outcomes if one.address not in changed
    ]
    return document
