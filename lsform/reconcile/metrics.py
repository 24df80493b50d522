"""What the loop counts, for Prometheus. Needs `prometheus-client`, hence imported only where metrics are asked for."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from lsform.reconcile.loop import SOURCE
from lsform.reconcile.model import Ending, Pass

PREFIX = "lsform_reconcile"
BUCKETS = (0.1, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600)  # from an empty plan to a first apply of hundreds


class Metrics:
    """Hears each pass. All names begin with `lsform_reconcile_`; `stack` is the name on the command line."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._passes = self._counter("passes", "Passes, by how they ended.", "ending")
        self._changes = self._counter("changes", "Changes, by what became of them.", "action", "result")
        self._findings = self._gauge("findings", "Findings of the last plan.", "severity")
        self._drift = self._gauge("drift", "Resources that somebody changed, as the last plan saw them.")
        self._success = self._gauge("last_success_timestamp_seconds", "When the server was last as declared.")
        self._leads = self._gauge("leader", "Whether this replica keeps the stack.")
        self._paused = self._gauge("paused", "Whether the stack is paused.")
        self._seconds = Histogram(
            "duration_seconds", "How long a pass took.", ["stack"], PREFIX, buckets=BUCKETS, registry=self.registry
        )

    def _counter(self, name: str, text: str, *labels: str) -> Counter:
        return Counter(name, text, ["stack", *labels], PREFIX, registry=self.registry)

    def _gauge(self, name: str, text: str, *labels: str) -> Gauge:
        return Gauge(name, text, ["stack", *labels], PREFIX, registry=self.registry)

    def __call__(self, done: Pass) -> None:
        self._passes.labels(done.stack, done.ending.value).inc()
        if done.ending.is_success:
            self._success.labels(done.stack).set_to_current_time()
        if done.stack == SOURCE:
            return
        self._seconds.labels(done.stack).observe(done.seconds)
        self._leads.labels(done.stack).set(done.ending is not Ending.STANDBY)
        self._paused.labels(done.stack).set(done.ending is Ending.PAUSED)
        for action, result in done.changes:
            self._changes.labels(done.stack, action, result).inc()
        if done.drift is not None:
            self._drift.labels(done.stack).set(len(done.drift))
        if done.findings is not None:
            for severity in ("error", "warning", "info"):
                number = sum(1 for one in done.findings if one.severity.value == severity)
                self._findings.labels(done.stack, severity).set(number)

    def text(self) -> bytes:
        """All of it, in the text format."""
        return generate_latest(self.registry)
