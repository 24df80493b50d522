"""Models that are slow, trainings that are cut short, interfaces that change: what a service does meanwhile."""

from __future__ import annotations

import asyncio
import sys

import psutil
import pytest

from tests.unit.ml.serving import LEARNER, XML, World, model_class

SLOW = """
    import threading
    MAY = threading.Event()
    class It:
        def __init__(self): MAY.wait(60)
        def predict(self, tasks): return [{"result": []} for _ in tasks]
"""


def test_a_model_that_loads_slowly_is_set_up_in_time_and_waited_for_at_its_first_prediction(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lsform.ml.service.SETUP_PATIENCE", 0.01)

    async def story() -> None:
        model = model_class(world.folder, SLOW)
        may = sys.modules[model.reference.partition(":")[0]].MAY
        async with world.serving(model) as client:
            try:
                version = (await client.setup()).json()["model_version"]
                asked = asyncio.create_task(client.predict())
                assert "UP" == (await client.http.get("/health")).json()["status"]
                assert not asked.done()
            finally:
                may.set()
            assert [version] * 3 == [one["model_version"] for one in (await asked).json()["results"]]

    asyncio.run(story())


ENDLESS = """
    import os, threading
    class It:
        def predict(self, tasks): return [{"result": []} for _ in tasks]
        def fit(self, tasks, **kwargs):
            print(os.getpid())
            threading.Event().wait()
"""


def test_predictions_go_on_during_a_training_and_its_process_ends_with_the_service(world: World) -> None:
    async def story() -> psutil.Process:
        async with world.serving(model_class(world.folder, ENDLESS)) as client:
            await client.setup()
            await client.event("START_TRAINING")

            async def has_begun() -> bool:
                return str((await client.jobs())[0]["message"]).isdigit()

            await client.until(has_begun)
            process = psutil.Process(int((await client.jobs())[0]["message"]))
            assert (200, "started") == ((await client.predict()).status_code, (await client.jobs())[0]["status"])
        return process

    assert not asyncio.run(story()).is_running()


def test_an_interface_that_changes_makes_the_model_anew(world: World) -> None:
    async def story() -> None:
        async with world.serving(model_class(world.folder, LEARNER)) as client:
            await client.setup()
            assert 200 == (await client.predict()).status_code
            changed = XML.replace("Negative", "Bad")
            answer = await client.predict(xml=changed)
            assert (500, True) == (answer.status_code, "holds `Negative`, which is no label" in answer.json()["error"])
            assert 200 == (await client.predict(xml=f"{XML}\n<!-- lsform:x/project.y#abc -->")).status_code

    asyncio.run(story())


BROKEN = """
    from lsform.ml import Model
    class It(Model):
        def __init__(self, **kwargs):
            super().__init__(**kwargs)
            if self.workdir:
                raise ValueError("cannot read what fit left")
        def predict(self, tasks): return [{"result": []} for _ in tasks]
        def fit(self, tasks, **kwargs):
            (self.workdir / "weights").write_text("1")
"""


def test_a_version_that_cannot_be_loaded_does_not_take_the_place_of_the_old_one(world: World) -> None:
    async def story() -> None:
        async with world.serving(model_class(world.folder, BROKEN)) as client:
            version = (await client.setup()).json()["model_version"]
            await client.event("START_TRAINING")
            job = await client.trained()
            assert ("failed", True) == (job["status"], "cannot read what fit left" in job["error"])
            assert [version] == (await client.http.get("/versions")).json()["versions"]
            assert 200 == (await client.predict()).status_code

    asyncio.run(story())
