"""What a service counted, in the text format of Prometheus. Pure.

https://prometheus.io/docs/instrumenting/exposition_formats/
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from lsform.ml.jobs import Status
from lsform.ml.service import Service

Sample = tuple[Mapping[str, str], float]


def metrics(service: Service) -> str:
    """All of it."""
    counts = service.counts
    statuses = Counter(job.status for job in service.jobs.all())
    requests: list[Sample] = [
        ({"route": route, "status": str(code)}, count) for (route, code), count in counts.requests.items()
    ]
    info: list[Sample] = [({"project": project, "version": current}, 1) for project, _, current in service.projects()]
    families = (
        _family("requests_total", "counter", "Requests that were answered.", requests),
        _family("predicted_tasks_total", "counter", "Tasks that got a prediction.", [({}, counts.tasks)]),
        _family("prediction_seconds_total", "counter", "Seconds inside `predict`.", [({}, counts.seconds)]),
        _family(
            "jobs", "gauge", "Trainings that are remembered.", [({"status": s.value}, statuses[s]) for s in Status]
        ),
        _family("model_info", "gauge", "The version that serves a project.", info),
    )
    return "".join(families)


def _family(name: str, kind: str, text: str, samples: Iterable[Sample]) -> str:
    name = f"lsform_ml_{name}"
    lines = [f"# HELP {name} {text}", f"# TYPE {name} {kind}"]
    for labels, value in samples:
        given = ",".join(f'{key}="{_escaped(label)}"' for key, label in labels.items())
        lines.append(f"{name}{{{given}}} {value}" if given else f"{name} {value}")
    return "\n".join(lines) + "\n"


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
