"""Tasks as they are listed, and what people have labeled in them. Touches the network, and writes nothing."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

from lsform.core.errors import ServerError
from lsform.core.values import Json
from lsform.server.wire import Wire

TASK_PAGE = 1_000  # tasks in a page: 0.2 s; the server has no limit of its own
WORK_PAGE = 100  # tasks in a page with all that annotations hold, which may be masks: a page must fit into memory
# Tasks that somebody has a draft on.
DRAFTED = {"filter": "filter:tasks:draft_exists", "operator": "equal", "type": "Boolean", "value": True}


class LabelStudioWork(Wire):
    """The adapter for reading labeling work."""

    def has_data(self, project: int, key: str) -> bool | None:
        """Whether any task has something there. Of some keys the server says 500, or that no task has them."""
        if "__" in key:
            return None
        full = {"filter": f"filter:tasks:data.{key}", "operator": "empty", "type": "String", "value": False}
        query = json.dumps({"filters": {"conjunction": "and", "items": [full]}})
        try:
            answer = self._read("api/tasks", "total", project=project, include="id", page_size=1, query=query)
        except ServerError as error:
            if error.status != 500:
                raise
            return None
        return bool(answer["total"])

    def results(self, project: int) -> Iterator[Sequence[Json]]:
        """Of each task the results of its annotations, skipped ones included, a page at a time.

        What is to be read of annotations is named among the fields of tasks: without `result` each has none.
        """
        for tasks in self._pages_of_tasks(project, "id,annotations,result", fields="all", page_size=WORK_PAGE):
            yield [_joined(task.get("annotations") or ()) for task in tasks]

    def drafts(self, project: int) -> Iterator[Json]:
        """The results of each draft. A list of tasks has only the drafts of who asks, so each task is asked."""
        query = {"ordering": ["tasks:id"], "filters": {"conjunction": "and", "items": [DRAFTED]}}
        for tasks in self._pages_of_tasks(project, "id", query=json.dumps(query)):
            for task in tasks:
                yield from (one.get("result") for one in self._read(f"api/tasks/{task['id']}/drafts"))

    def _task_pages(self, project: int, include: str, **query: Any) -> Iterator[dict[str, Any]]:
        """All tasks, read a page at a time; see `_pages_of_tasks`."""
        for tasks in self._pages_of_tasks(project, include, **query):
            yield from tasks

    def _pages_of_tasks(
        self, project: int, include: str, *, newest_first: bool = False, **more: Any
    ) -> Iterator[list[dict[str, Any]]]:
        order = {"ordering": ["-tasks:id" if newest_first else "tasks:id"]}
        query: dict[str, Any] = {
            "include": include,
            "resolve_uri": "false",
            "page_size": TASK_PAGE,
            "query": json.dumps(order),
            **more,
        }
        page, seen = 1, 0
        while True:
            try:
                answer = self._read("api/tasks", "tasks", "total", project=project, page=page, **query)
            except ServerError as error:
                if error.status == 404 and page > 1:  # somebody deleted the last page's tasks meanwhile
                    return
                raise
            yield answer["tasks"]
            seen += len(answer["tasks"])
            if seen >= int(answer["total"]) or not answer["tasks"]:
                return
            page += 1


def _joined(annotations: Sequence[dict[str, Any]]) -> list[Json]:
    found = (one.get("result") for one in annotations)
    return [result for results in found if isinstance(results, list) for result in results]
