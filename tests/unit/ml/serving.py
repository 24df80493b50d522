"""A service in this process, spoken to as Label Studio speaks to it, for tests of `lsform.ml`."""

from __future__ import annotations

import asyncio
import json
import textwrap
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import httpx

from lsform.core.values import Secret
from lsform.ml.app import Credentials, application
from lsform.ml.calling import ModelClass, find
from lsform.ml.service import Access, Service, Settings

XML = """<View><Text name="text" value="$text"/>
<Choices name="sentiment" toName="text"><Choice value="Positive"/><Choice value="Negative"/></Choices></View>"""
PROJECT = {"id": 7, "created_at": "1970-01-01T00:01:40Z", "task_data_password": "canary-1"}
UID = "7.100"
TOKEN = "canary-5f3a9c"
TASKS = [{"id": number, "data": {"text": text}} for number, text in enumerate(("good", "bad", "fine"), start=1)]
_NUMBERS = count()


def model_class(folder: Path, text: str) -> ModelClass:
    """The class `It` of a new module with this text."""
    module = f"model_{next(_NUMBERS)}_of_{folder.name}"
    (folder / f"{module}.py").write_text(textwrap.dedent(text), "utf-8")
    return find(f"{module}:It", folder)


# Learns the label of each text by heart.
LEARNER = """
    import json
    from lsform.ml import Model

    class It(Model):
        def __init__(self, **kwargs):
            super().__init__(**kwargs)
            path = self.workdir and self.workdir / "known.json"
            self.known = json.loads(path.read_text()) if path else {}

        def predict(self, tasks, **kwargs):
            return [answer(self.known.get(task["data"]["text"], "Negative")) for task in tasks]

        def fit(self, tasks, workdir=None, **kwargs):
            print(f"learning {len(tasks)} texts")
            if not tasks:
                raise ValueError("nothing to learn")
            for task in tasks:
                label = task["annotations"][0]["result"][0]["value"]["choices"][0]
                self.known[task["data"]["text"]] = label
            (self.workdir / "known.json").write_text(json.dumps(self.known, sort_keys=True))

    def answer(label):
        value = {"choices": [label]}
        result = {"from_name": "sentiment", "to_name": "text", "type": "choices", "value": value}
        return {"result": [result], "score": 0.5}
"""


def labeled(text: str, label: str) -> dict[str, Any]:
    return {"data": {"text": text}, "annotations": [{"result": [{"value": {"choices": [label]}}]}]}


@dataclass
class World:
    """What is around a service: labeled tasks, its log, and a clock that stands until the test says so."""

    folder: Path
    labeled: list[dict[str, Any]] = field(default_factory=list)
    log: list[str] = field(default_factory=list)
    access: list[Access | None] = field(default_factory=list)
    waits: list[asyncio.Future[None]] = field(default_factory=list)

    async def sleep(self, _seconds: float) -> None:
        wait = asyncio.get_running_loop().create_future()
        self.waits.append(wait)
        await wait

    def pass_time(self) -> None:
        for wait in self.waits:
            if not wait.done():
                wait.set_result(None)

    def annotated(self, project: int, access: Access | None, into: Path) -> int:
        assert project == PROJECT["id"]
        self.access.append(access)
        into.write_text("".join(json.dumps(task) + "\n" for task in self.labeled), "utf-8")
        return len(self.labeled)

    def say(self, text: str, *, level: str = "info") -> None:
        self.log.append(f"{level}: {text}")

    @asynccontextmanager
    async def serving(
        self, model: ModelClass, *, credentials: Credentials | None = None, batch: int = 2
    ) -> AsyncIterator[Client]:
        settings = Settings(self.folder / "models", batch, 5.0, self.sleep)
        service = Service(model, settings, annotated=self.annotated, log=self.say)
        app = application(service, credentials=credentials, log=self.say)
        async with (
            app.router.lifespan_context(app),
            httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://model") as http,
        ):
            yield Client(http, service)


@dataclass
class Client:
    """Label Studio."""

    http: httpx.AsyncClient
    service: Service

    async def setup(self, xml: str = XML) -> httpx.Response:
        body = {"project": UID, "schema": xml, "hostname": "http://ls", "access_token": TOKEN, "extra_params": None}
        return await self.http.post("/setup", json=body)

    async def predict(self, tasks: list[Any] = TASKS, xml: str = XML) -> httpx.Response:
        params = {"login": None, "password": None, "context": None}
        body = {"tasks": tasks, "project": UID, "label_config": xml, "params": params}
        return await self.http.post("/predict", json=body)

    async def labels(self) -> list[str]:
        results = (await self.predict()).json()["results"]
        return [one["result"][0]["value"]["choices"][0] for one in results]

    async def event(self, action: str, **more: Any) -> httpx.Response:
        return await self.http.post("/webhook", json={"action": action, "project": PROJECT, **more})

    async def jobs(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = (await self.http.get("/jobs?project=7")).json()["jobs"]
        return found

    async def until(self, is_so: Callable[[], Awaitable[bool]]) -> None:
        async def look() -> None:
            while not await is_so():
                await asyncio.sleep(0.01)

        await asyncio.wait_for(look(), 60)

    async def trained(self) -> dict[str, Any]:
        """The last job, when it has ended."""

        async def has_ended() -> bool:
            return (await self.jobs())[-1]["finished_at"] is not None

        await self.until(has_ended)
        return (await self.jobs())[-1]


CREDENTIALS = Credentials("user", Secret("pässword"))
