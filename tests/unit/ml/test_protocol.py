"""What Label Studio sends to an ML backend, and what it gets."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import httpx
import pytest

from lsform.core.errors import LsformError, UsageError
from lsform.ml.calling import find
from tests.unit.ml.serving import CREDENTIALS, LEARNER, TASKS, TOKEN, XML, World, labeled, model_class


def test_a_model_is_set_up_asked_trained_and_asked_again(world: World) -> None:
    async def story() -> None:
        async with world.serving(model_class(world.folder, LEARNER)) as client:
            assert "UP" == (await client.http.get("/health")).json()["status"]
            first = (await client.setup()).json()["model_version"]
            assert [first] * 3 == [one["model_version"] for one in (await client.predict()).json()["results"]]
            assert ["Negative"] * 3 == await client.labels()

            world.labeled = [labeled("good", "Positive")]
            asked = (await client.event("START_TRAINING")).json()
            job = await client.trained()
            assert (asked["job"], "finished", 1, "learning 1 texts") == (
                job["id"], job["status"], job["tasks"], job["message"],
            )  # fmt: skip
            second = (await client.setup()).json()["model_version"]
            assert (second, [first, second]) == (
                job["version"],
                (await client.http.get("/versions")).json()["versions"],
            )
            assert first != second
            assert ["Positive", "Negative", "Negative"] == await client.labels()

    asyncio.run(story())


def test_a_restart_goes_on_with_the_version_that_was_in_use(world: World) -> None:
    async def story() -> None:
        model = model_class(world.folder, LEARNER)
        world.labeled = [labeled("fine", "Positive")]
        async with world.serving(model) as client:
            await client.setup()
            await client.event("START_TRAINING")
            version = (await client.trained())["version"]
        async with world.serving(model) as client:
            assert version in (await client.http.get("/versions")).json()["versions"]
            assert ["Negative", "Negative", "Positive"] == await client.labels()  # before anybody set it up again

    asyncio.run(story())


def test_the_same_training_gives_the_same_version(world: World) -> None:
    async def story() -> None:
        world.labeled = [labeled("good", "Positive")]
        async with world.serving(model_class(world.folder, LEARNER)) as client:
            await client.setup()
            names = []
            for _ in range(2):
                await client.event("START_TRAINING")
                names.append((await client.trained())["version"])
            assert names[0] == names[1]

    asyncio.run(story())


def test_a_model_that_leaves_nothing_stays_the_version_it_was(world: World) -> None:
    text = """
        class It:
            def predict(self, tasks): return [{"result": []} for _ in tasks]
            def fit(self, annotations, **kwargs): pass
    """

    async def story() -> None:
        async with world.serving(model_class(world.folder, text)) as client:
            before = (await client.setup()).json()["model_version"]
            await client.event("START_TRAINING")
            assert ("finished", before) == ((job := await client.trained())["status"], job["version"])

    asyncio.run(story())


def test_a_training_that_fails_is_told_and_changes_nothing(world: World) -> None:
    async def story() -> None:
        async with world.serving(model_class(world.folder, LEARNER)) as client:
            version = (await client.setup()).json()["model_version"]
            await client.event("START_TRAINING")  # nothing is labeled, so `fit` raises
            job = await client.trained()
            assert ("failed", "") == (job["status"], job["version"])
            assert "training failed: ValueError: nothing to learn" in job["error"]
            assert 'lsform_ml_jobs{status="failed"} 1' in (await client.http.get("/metrics")).text
            assert version == (await client.setup()).json()["model_version"]
            assert any("raise ValueError" in line for line in world.log)  # the traceback is in the log
            order = next((world.folder / "models").rglob("order.json")).read_text()  # kept, to look into it
            assert ("START_TRAINING" in order, "canary" in order) == (True, False)

    asyncio.run(story())


def test_the_model_is_made_once_and_asked_in_batches_in_one_thread(world: World) -> None:
    text = """
        import threading
        MADE, THREADS, SIZES = [], set(), []
        class It:
            def __init__(self): MADE.append(self)
            def predict(self, tasks, **kwargs):
                THREADS.add(threading.current_thread().name)
                SIZES.append(len(tasks))
                return [{"result": [], "score": 0.5} for _ in tasks]
    """

    async def story() -> None:
        model = model_class(world.folder, text)
        import sys

        module = sys.modules[model.reference.partition(":")[0]]
        async with world.serving(model) as client:
            await client.setup()
            answers = await asyncio.gather(*(client.predict() for _ in range(3)))
            assert [200] * 3 == [one.status_code for one in answers]
            assert (1, 1, [1, 1, 1, 2, 2, 2]) == (len(module.MADE), len(module.THREADS), sorted(module.SIZES))
            assert "lsform_ml_predicted_tasks_total 9" in (await client.http.get("/metrics")).text

    asyncio.run(story())


def test_who_wants_to_talk_needs_the_password_but_for_health(world: World) -> None:
    async def story() -> None:
        async with world.serving(model_class(world.folder, LEARNER), credentials=CREDENTIALS) as client:
            assert 200 == (await client.http.get("/health")).status_code
            for path in ("/setup", "/predict", "/webhook", "/versions", "/jobs", "/metrics", "/job_status"):
                method = "POST" if path in ("/setup", "/predict", "/webhook", "/job_status") else "GET"
                assert 401 == (await client.http.request(method, path)).status_code
                assert 401 == (await client.http.request(method, path, auth=("user", "no"))).status_code
            client.http.auth = httpx.BasicAuth("user", CREDENTIALS.password.value)
            assert 200 == (await client.setup()).status_code
            client.http.auth = httpx.BasicAuth("user", CREDENTIALS.password.value.encode("latin-1"))  # as `requests`
            assert 200 == (await client.setup()).status_code

    asyncio.run(story())


def test_the_token_of_setup_reaches_the_fetcher_and_nothing_else(world: World) -> None:
    async def story() -> None:
        world.labeled = [labeled("good", "Positive")]
        async with world.serving(model_class(world.folder, LEARNER)) as client:
            await client.setup()
            await client.event("ANNOTATION_CREATED", annotation={"id": 3})
            world.pass_time()
            await client.until(lambda: _some(client.jobs))
            world.pass_time()
            shown = json.dumps([await client.trained(), (await client.http.get("/metrics")).text, world.log])
        assert [TOKEN] == [access.token.value for access in world.access if access]
        kept = "".join(path.read_text() for path in (world.folder / "models").rglob("*") if path.is_file())
        assert ("canary" in shown, "canary" in kept) == (False, False)

    asyncio.run(story())


async def _some(look) -> bool:  # type: ignore[no-untyped-def]
    return bool(await look())


@pytest.mark.parametrize(
    ("path", "body", "said"),
    [
        ("/setup", b"{}", "`project` is missing"),
        ("/setup", b"[", "the body is no JSON"),
        ("/setup", b"[]", "the body is no JSON object"),
        ("/setup", json.dumps({"project": "../x", "schema": XML}).encode(), "`../x` is no project"),
        ("/setup", json.dumps({"project": "1.2", "schema": "<View>"}).encode(), "cannot be read"),
        ("/predict", json.dumps({"project": "1.2", "label_config": XML}).encode(), "`tasks` is no list"),
        ("/webhook", b'{"action": "START_TRAINING", "project": {"id": 9}}', "project 9 is not set up here"),
    ],
)
def test_a_request_that_makes_no_sense_is_told_why(world: World, path: str, body: bytes, said: str) -> None:
    async def story() -> None:
        async with world.serving(model_class(world.folder, LEARNER)) as client:
            answer = await client.http.post(path, content=body)
            assert (400, True) == (answer.status_code, said in answer.json()["error"]), answer.text

    asyncio.run(story())


def test_a_model_that_cannot_be_made_is_told_at_setup_and_tried_again_at_the_next(world: World) -> None:
    text = """
        TRIES = []
        class It:
            def __init__(self):
                TRIES.append(1)
                if len(TRIES) == 1:
                    raise OSError("no weights")
            def predict(self, tasks): return [{"result": []} for _ in tasks]
    """

    async def story() -> None:
        async with world.serving(model_class(world.folder, text)) as client:
            answer = await client.setup()
            assert (500, True) == (
                answer.status_code,
                answer.json()["error"].startswith("loading failed: OSError: no weights"),
            )
            assert 200 == (await client.setup()).status_code

    asyncio.run(story())


def test_events_that_are_no_reason_to_train_are_heard_and_forgotten(world: World) -> None:
    async def story() -> None:
        async with world.serving(model_class(world.folder, LEARNER)) as client:
            await client.setup()
            for action in ("PROJECT_UPDATED", "TASKS_CREATED", "LABEL_LINK_CREATED"):
                assert {"status": "ok"} == (await client.event(action)).json()
            assert [] == await client.jobs()
            assert 410 == (await client.http.post("/job_status", json={"job": "x"})).status_code

    asyncio.run(story())


@pytest.mark.parametrize(
    ("reference", "said"),
    [
        ("nowhere_at_all:It", "there is no module `nowhere_at_all`"),
        ("json", "`json` is no class"),
        ("json:JSONEncoder", "no class with a method `predict`"),
        ("json:Nothing", "no class with a method `predict`"),
    ],
)
def test_a_class_that_cannot_be_served_is_told_before_serving(tmp_path: Path, reference: str, said: str) -> None:
    with pytest.raises((LsformError, UsageError), match=said):
        find(reference, tmp_path)


def test_tasks_are_those_of_the_story() -> None:
    assert 3 == len(TASKS)
