"""What Label Studio and ML backends say of each other: trainings, predictions, and the jobs of our own backends."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from lsform.core.collector import load
from lsform.core.errors import ServerError
from lsform.core.values import Json, Secret
from lsform.server.data import LabelStudioData
from lsform.server.translation import redacted, translated

TRAIN_TIMEOUT = 120.0  # seconds: the server waits up to 100 for the backend
PREDICT_TIMEOUT = 300.0  # seconds for a slice of tasks; the server waits up to 100 for the backend
PAGE = 1000
PROBE_TIMEOUT = 5.0  # seconds: what a backend is asked is answered from memory
LISTING = "api/projects/{}/model-versions/"
UNLABELED: dict[str, Any] = {
    "conjunction": "and",
    "items": [{"filter": "filter:tasks:total_annotations", "operator": "equal", "type": "Number", "value": 0}],
}


@dataclass(frozen=True, slots=True)
class Backend:
    """An ML backend of a project, as Label Studio last saw it. `error` is '' when all was well."""

    remote: int
    title: str
    url: str
    version: str
    error: str


class LabelStudioModels(LabelStudioData):
    """The adapter for trainings and predictions."""

    def backends(self, project: int) -> list[Backend]:
        """The project's backends; none of them is asked for that."""
        rows = self._read(LISTING.format(project), "live", extended="true", include_live_models="true")["live"] or []
        return [
            Backend(
                remote=int(row["id"]),
                title=str(row.get("title") or ""),
                url=str(row["url"]),
                version=str(row.get("model_version") or ""),
                error=str(row.get("error_message") or row["state"]) if row.get("state") in ("ER", "DI") else "",
            )
            for row in rows
        ]

    def train(self, backend: Backend) -> None:
        """Tell a backend to train. The server answers before that is done, and says nothing of a refusal."""
        self._send("POST", f"api/ml/{backend.remote}/train", {}, timeout=TRAIN_TIMEOUT)

    def task_ids(self, project: int, *, unlabeled: bool) -> list[int]:
        """All tasks, or those that nobody has labeled, the oldest first."""
        found: dict[int, None] = {}
        query: dict[str, Any] = {"ordering": ["tasks:id"], **({"filters": UNLABELED} if unlabeled else {})}
        page, total = 1, 1
        while (page - 1) * PAGE < total:
            answer = self._read(
                "api/tasks",
                "tasks",
                "total",
                project=project,
                page=page,
                page_size=PAGE,
                include="id",
                query=json.dumps(query),
            )
            total = int(answer["total"])
            found.update((int(task["id"]), None) for task in answer["tasks"])
            page += 1
        return list(found)

    def predict(self, project: int, tasks: Sequence[int]) -> None:
        """Let the server ask the project's backend about tasks; it says nothing of a refusal."""
        body = {"selectedItems": {"all": False, "included": [*tasks]}}
        path = f"api/dm/actions/?project={project}&id=retrieve_tasks_predictions"
        self._send("POST", path, body, timeout=PREDICT_TIMEOUT)

    def choose(self, project: int, version: str) -> None:
        """Make predictions of a version those that the project shows, sorts by, and samples by."""
        self._send("PATCH", f"api/projects/{project}/", {"model_version": version})

    def opinions(self, project: int) -> Iterator[tuple[int, dict[str, Json], bool, list[dict[str, Json]]]]:
        """Of each task: its id, its data, whether somebody has labeled or skipped it, its predictions, oldest first."""
        done = ("total_annotations", "cancelled_annotations")
        for task in self._task_pages(project, f"id,data,predictions,{','.join(done)}", fields="all"):
            said = sorted(task.get("predictions") or (), key=lambda one: int(one["id"]))
            yield int(task["id"]), task.get("data") or {}, any(task.get(name) for name in done), said

    def predicts_unlabeled(self, project: int, version: str) -> bool:
        """Whether some unlabeled task has a prediction of exactly this version, as the server's sampling asks."""
        if not self.prediction_counts(project).get(version):
            return False
        column = {"filter": "filter:tasks:predictions_model_versions", "operator": "contains", "type": "List"}
        filters = {**UNLABELED, "items": [*UNLABELED["items"], {**column, "value": [version]}]}  # which takes parts too
        pages = self._task_pages(project, "id,predictions", fields="all", query=json.dumps({"filters": filters}))
        return any(one.get("model_version") == version for task in pages for one in task.get("predictions") or ())

    def add_prediction(self, prediction: dict[str, Json]) -> None:
        """Make one prediction. It may have a `cluster`, which those that are imported lose."""
        self._send("POST", "api/predictions/", prediction)

    def views(self, project: int) -> list[tuple[int, dict[str, Json]]]:
        """The tabs of a project: ids and what they hold."""
        return [(int(one["id"]), one.get("data") or {}) for one in self._read("api/dm/views/", project=project)]

    def put_view(self, project: int, view: int | None, data: dict[str, Json]) -> int:
        """Change a tab, or make one; its id."""
        path, method = ("api/dm/views/", "POST") if view is None else (f"api/dm/views/{view}/", "PATCH")
        return int(self._send(method, path, {"project": project, "data": data})["id"])

    def prediction_counts(self, project: int) -> dict[str, int]:
        """Version -> how many predictions the project has of it."""
        return {str(version): int(count) for version, count in self._ask("GET", LISTING.format(project)).json().items()}


@dataclass(frozen=True, slots=True)
class ModelServer:
    """An ML backend, asked directly."""

    url: str
    user: Secret
    password: Secret

    def has_jobs(self) -> bool:
        """Whether `lsform ml serve` answers there. False as well where it cannot be reached from here."""
        try:
            answer = self._get("health")
        except ServerError:
            return False
        return isinstance(answer, dict) and str(answer.get("server") or "").startswith("lsform/")

    def jobs(self, project: int) -> Iterator[dict[str, Any]]:
        """The trainings of a project that it remembers, the oldest first."""
        yield from self._get(f"jobs?project={project}")["jobs"]

    def _get(self, path: str) -> Any:
        httpx = load("httpx")
        known = [self.user.value, self.password.value]
        secrets = [value for value in known if value]
        place = self.url.rstrip("/")
        with translated(place, write=False, secrets=secrets):
            answer = httpx.get(f"{place}/{path}", auth=tuple(known) if all(known) else None, timeout=PROBE_TIMEOUT)
        if not answer.is_success:
            reason = redacted(secrets, answer.text)[:200]
            raise ServerError(f"the backend {place} answers {answer.status_code}: {reason}", status=answer.status_code)
        return answer.json()
