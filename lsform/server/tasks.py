"""Tasks and predictions in and out of a server. Touches the network; every write is sent once."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any
from uuid import NAMESPACE_OID, uuid5

from lsform.core.errors import ServerError
from lsform.core.values import Json
from lsform.server.label_studio import LabelStudio
from lsform.server.translation import body_of, refused, translated
from lsform.server.wire import READ_TIMEOUT

IMPORT_TIMEOUT = 600.0  # seconds: Community imports inside the request
Live = tuple[int, dict[str, Json], int, int]
IMPORT = {"commit_to_project": "true", "return_task_ids": "false"}

ANNOTATION = ("result", "ground_truth", "was_cancelled", "lead_time", "completed_by")  # what an import takes of one


class LabelStudioTasks(LabelStudio):
    """The adapter for tasks and predictions."""

    def count_tasks(self, project: int) -> int:
        """How many tasks a project has."""
        return self._count(project, "task_number")

    def count_predictions(self, project: int) -> int:
        """How many predictions its tasks have."""
        return self._count(project, "total_predictions_number")

    def _count(self, project: int, name: str) -> int:
        return int(self._read(f"api/projects/{project}/", name, include=name)[name] or 0)

    def tasks(self, project: int, *, newest_first: bool = False) -> Iterator[Live]:
        """All tasks, a page at a time: id, data, how many annotations and how many predictions."""
        counts = "total_annotations,cancelled_annotations,total_predictions"
        for task in self._task_pages(project, f"id,data,{counts}", newest_first=newest_first):
            annotations, cancelled, predictions = (int(task.get(name) or 0) for name in counts.split(","))
            yield int(task["id"]), task.get("data") or {}, annotations + cancelled, predictions

    def predictions(self, project: int, version: str) -> Iterator[tuple[int, int, Json]]:
        """Of each prediction of a model version: its task, its id, and `{result, score}`."""
        for task in self._task_pages(project, "id,predictions", fields="all"):
            for one in task.get("predictions") or ():
                if one.get("model_version") == version:
                    yield int(task["id"]), int(one["id"]), {"result": one.get("result"), "score": one.get("score")}

    def add_tasks(self, project: int, body: bytes) -> tuple[int, int]:
        """Import a batch, which is a list of tasks in JSON; how many annotations and predictions came of it."""
        answer = self._write("POST", f"api/projects/{project}/import", content=body, params=IMPORT)
        return int(answer.get("annotation_count") or 0), int(answer.get("prediction_count") or 0)

    def add_annotations(self, task: int, annotations: list[Json], name: str) -> None:
        """Annotate a task that nobody has annotated. Of one `unique_id` the server makes one, and says 409 to more."""
        if self._read(f"api/tasks/{task}/annotations/"):
            return
        for number, one in enumerate(annotations):
            assert isinstance(one, dict)
            kept = {key: one[key] for key in ANNOTATION if key in one}
            body = {"ground_truth": True, **kept, "unique_id": str(uuid5(NAMESPACE_OID, f"{task}/{name}/{number}"))}
            try:
                self._write("POST", f"api/tasks/{task}/annotations/", json=body)
            except ServerError as error:
                if error.status != 409:
                    raise

    def remove_tasks(self, project: int, ids: Sequence[int]) -> None:
        """Delete these tasks and what is on them."""
        chosen = {"selectedItems": {"all": False, "included": [*ids]}}
        self._write("POST", "api/dm/actions/", json=chosen, params={"project": project, "id": "delete_tasks"})

    def work(self, project: int) -> Iterator[tuple[int, list[Json] | None]]:
        """Of each task the results of its annotations; None when somebody has a draft on it.

        What is to be read of annotations is named among the fields of tasks: without `result` each has none.
        """
        for task in self._task_pages(project, "id,annotations,result,drafts", fields="all"):
            results = [one.get("result") for one in task.get("annotations") or ()]
            yield int(task["id"]), None if task.get("drafts") else results

    def add_predictions(self, project: int, predictions: list[Json]) -> int:
        """Import a batch; how many the server made of it, as it drops bad ones without a word."""
        answer = self._write("POST", f"api/projects/{project}/import/predictions", json=predictions)
        return int(answer.get("created") or 0)

    def remove_prediction(self, prediction: int) -> None:
        """Delete a prediction; one that is gone is fine."""
        try:
            self._write("DELETE", f"api/predictions/{prediction}/")
        except ServerError as error:
            if error.status != 404:
                raise

    def upload(self, project: int, files: Sequence[tuple[str, bytes]]) -> list[str]:
        """Put files into the project's uploads; their addresses for tasks, in the same order."""
        parts = {f"file{number}": file for number, file in enumerate(files)}
        answer = self._write(
            "POST", f"api/projects/{project}/import", files=parts, params={"commit_to_project": "false"}
        )
        wanted = json.dumps(answer["file_upload_ids"])
        found = {
            int(one["id"]): str(one["file"]) for one in self._read(f"api/projects/{project}/file-uploads", ids=wanted)
        }
        return [f"/data/{found[int(number)]}" for number in answer["file_upload_ids"]]

    def uploads(self, project: int) -> list[str]:
        """Addresses of all files that were uploaded into a project."""
        return [f"/data/{one['file']}" for one in self._read(f"api/projects/{project}/file-uploads", all="true")]

    def _send(self, method: str, path: str, body: Any = None, *, timeout: float = READ_TIMEOUT) -> Any:
        """A write that the SDK has no method for; it is sent once."""
        return self._write(method, path, json=body, timeout=timeout)

    def _write(self, method: str, path: str, *, timeout: float = IMPORT_TIMEOUT, **content: Any) -> Any:
        if "content" in content:
            content["headers"] = {"content-type": "application/json"}
        with translated(self._url, write=True, secrets=self._secrets):
            answer = self._connection().request(method, path, timeout=timeout, **content)
        if not answer.is_success:
            raise refused(answer.status_code, body_of(answer), write=True, secrets=self._secrets)
        return body_of(answer) if answer.content else None
