"""Health and metrics, over HTTP as a cluster asks for them."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from lsform.core.diagnostics import Finding, Severity
from lsform.core.errors import LsformError
from lsform.reconcile.health import Health, served
from lsform.reconcile.loop import SOURCE
from lsform.reconcile.metrics import Metrics
from lsform.reconcile.model import Ending, Pass, ended


class Probed:
    """What listens, and its clock."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.health = Health(lambda: self.now, 60, frozenset({"one", "two"}))
        self.metrics = Metrics()
        self.port = 0

    def get(self, path: str) -> tuple[int, str]:
        answer = httpx.get(f"http://127.0.0.1:{self.port}{path}", trust_env=False)
        return answer.status_code, answer.text


@pytest.fixture
def probed() -> Iterator[Probed]:
    made = Probed()
    with served("127.0.0.1", 0, made.health, made.metrics.text) as made.port:
        yield made


def test_a_loop_that_does_not_move_is_unhealthy_and_healthy_again_when_it_does(probed: Probed) -> None:
    assert (200, "the loop moved 0 s ago\n") == probed.get("/healthz")
    probed.now += 60
    assert (503, "the loop moved 60 s ago\n") == probed.get("/healthz")
    probed.health.beat()
    assert 200 == probed.get("/healthz")[0]


def test_it_is_ready_when_each_stack_had_a_pass_also_one_that_stands_by(probed: Probed) -> None:
    assert (503, "not yet: one, two\n") == probed.get("/readyz")
    probed.health(ended("one", Ending.STANDBY, ""))
    probed.health(ended("two", Ending.FAILED, "", LsformError("no")))
    assert (200, "ready\n") == probed.get("/readyz")
    assert 404 == probed.get("/")[0]


def test_metrics_count_by_stack(probed: Probed) -> None:
    warning = Finding("LSFP01", Severity.WARNING, "left")
    changes = (("create", "applied"), ("create", "applied"), ("update", "failed"))
    probed.metrics(Pass("one", Ending.APPLIED, "", ("a", "b"), (warning,), changes, seconds=3))
    probed.metrics(ended("two", Ending.PAUSED, ""))
    probed.metrics(ended("three", Ending.STANDBY, ""))
    probed.metrics(ended(SOURCE, Ending.FAILED, "", LsformError("no")))
    status, text = probed.get("/metrics")
    lines = set(text.splitlines())
    assert 200 == status
    assert (
        set()
        == {
            'lsform_reconcile_changes_total{action="create",result="applied",stack="one"} 2.0',
            'lsform_reconcile_changes_total{action="update",result="failed",stack="one"} 1.0',
            'lsform_reconcile_drift{stack="one"} 2.0',
            'lsform_reconcile_findings{severity="warning",stack="one"} 1.0',
            'lsform_reconcile_findings{severity="error",stack="one"} 0.0',
            'lsform_reconcile_duration_seconds_sum{stack="one"} 3.0',
            'lsform_reconcile_leader{stack="one"} 1.0',
            'lsform_reconcile_leader{stack="three"} 0.0',
            'lsform_reconcile_paused{stack="two"} 1.0',
            'lsform_reconcile_passes_total{ending="failed",stack="source"} 1.0',
        }
        - lines
    )
    assert 1 == sum(
        line.startswith('lsform_reconcile_last_success_timestamp_seconds{stack="one"} 1.') for line in lines
    )
    assert 'last_success_timestamp_seconds{stack="two"}' not in text
