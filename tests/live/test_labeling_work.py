"""Labeling work on a real server survives, unless its loss is allowed by name."""

from __future__ import annotations

import pytest

from lsform.core.errors import ExitCode
from tests.conftest import Stack
from tests.live.estate import (
    STACK,
    Api,
    chose,
)

pytestmark = pytest.mark.live


CLASSIFY = """\
apiVersion: lsform/v1
kind: Project
metadata: {{name: texts}}
spec:
  title: Texts
  interface:
    xml: |
      <View>
        <Text name="text" value="$text"/>
        <Choices name="label" toName="text">{choices}</Choices>
      </View>
"""


def declare_choices(stack: Stack, name: str, *choices: str) -> None:
    tags = "".join(f'<Choice value="{one}"/>' for one in choices)
    stack.write({"lsform.yaml": STACK.format(name=name), "texts.yaml": CLASSIFY.format(choices=tags)})


def test_a_label_in_use_goes_only_when_its_project_is_named_and_the_annotations_survive(
    live_stack: Stack, api: Api
) -> None:
    declare_choices(live_stack, "annotated", "Good", "Bad", "Unused")
    assert ExitCode.DONE == live_stack.run("apply", "--auto-approve").code
    project = api.project("annotated", "texts")
    for choice in ("Good", "Bad", "Bad"):
        api.annotate(project, choice)
    declare_choices(live_stack, "annotated", "Good", "Bad", "New")
    assert ExitCode.DONE == live_stack.run("apply", "--auto-approve").code, "Unused may go, New may come"
    declare_choices(live_stack, "annotated", "Good", "New")
    refused = live_stack.run("apply", "--auto-approve")
    assert ExitCode.REFUSED == refused.code
    assert (
        "error LSFG03: `project.texts`: label `Bad` of `label` is gone: used by 2 annotations; the server"
        in refused.err
    )
    assert "  hint: `--allow-destroy project.texts` changes it anyway\n" in refused.err
    assert 'value="Bad"' in api.get(f"/api/projects/{project}/")["label_config"]
    allowed = live_stack.run("apply", "--auto-approve", "--allow-destroy", "project.texts")
    assert ExitCode.DONE == allowed.code
    assert 'value="Bad"' not in api.get(f"/api/projects/{project}/")["label_config"]
    assert 3 == api.annotations(project)


BOXES = """\
apiVersion: lsform/v1
kind: Project
metadata: {{name: boxes}}
spec:
  title: Boxes
  interface:
    xml: |
      <View>
        <Image name="image" value="$image"/>
        <RectangleLabels name="box" toName="image">{labels}</RectangleLabels>
      </View>
"""


def test_a_label_that_the_server_forgot_to_count_goes_only_when_its_project_is_named(
    live_stack: Stack, api: Api
) -> None:
    """Of the first annotation the server counts the label of the last box alone."""

    def declare(*names: str) -> None:
        labels = "".join(f'<Label value="{one}"/>' for one in names)
        live_stack.write({"lsform.yaml": STACK.format(name="forgotten"), "boxes.yaml": BOXES.format(labels=labels)})

    declare("Car", "Truck")
    assert ExitCode.DONE == live_stack.run("apply", "--auto-approve").code
    project = api.project("forgotten", "boxes")
    (task,) = api.post(f"/api/projects/{project}/import?return_task_ids=true", [{"image": "x"}])["task_ids"]
    place = {"x": 1, "y": 1, "width": 5, "height": 5}
    kind = {"from_name": "box", "to_name": "image", "type": "rectanglelabels"}
    results = [{**kind, "value": {**place, "rectanglelabels": [one]}} for one in ("Car", "Truck")]
    api.post(f"/api/tasks/{task}/annotations/", {"result": results})
    declare("Truck")
    refused = live_stack.run("apply", "--auto-approve")
    assert ExitCode.REFUSED == refused.code
    assert "error LSFG03: `project.boxes`: label `Car` of `box` is gone: used by 1 annotation\n" in refused.err


def test_what_the_server_has_miscounted_is_counted_in_the_annotations(live_stack: Stack, api: Api) -> None:
    """It does not count what is imported, and goes on counting what is deleted along with its task."""
    declare_choices(live_stack, "miscounted", "Good", "Bad", "Worse")
    assert ExitCode.DONE == live_stack.run("apply", "--auto-approve").code
    project = api.project("miscounted", "texts")
    for choice in ("Good", "Bad"):
        api.annotate(project, choice)
    api.http.delete(f"/api/tasks/{api.newest_task(project)}/").raise_for_status()
    annotation = {"result": [chose("Worse")], "ground_truth": False}
    api.post(f"/api/projects/{project}/import", [{"data": {"text": "x"}, "annotations": [annotation]}])
    assert {"label": {"Good": 1, "Bad": 1}} == api.get(f"/api/projects/{project}/summary/")["created_labels"]
    declare_choices(live_stack, "miscounted", "Good", "Bad")
    refused = live_stack.run("apply", "--auto-approve")
    assert ExitCode.REFUSED == refused.code
    assert "error LSFG03: `project.texts`: label `Worse` of `label` is gone: used by 1 annotation\n" in refused.err
    assert "LSFP11: the server's own counters of `project.texts` are wrong" in refused.out
    declare_choices(live_stack, "miscounted", "Good", "Worse")
    assert ExitCode.DONE == live_stack.run("apply", "--auto-approve").code, "nobody uses Bad any more"
    assert 2 == api.annotations(project)


def test_destroy_takes_only_what_is_ours_and_asks_for_tasks_by_name(live_stack: Stack, api: Api) -> None:
    declare_choices(live_stack, "doomed", "Good", "Bad")
    live_stack.run("apply", "--auto-approve")
    theirs = api.post("/api/projects/", {"title": "Texts", "label_config": "<View/>"})["id"]
    project = api.project("doomed", "texts")
    api.annotate(project, "Good")
    for code, *options in (
        (ExitCode.REFUSED,),
        (ExitCode.REFUSED, "--allow-destroy", "project.other"),
        (ExitCode.DONE, "--allow-destroy", "project.texts"),
    ):
        destroyed = live_stack.run("destroy", "--auto-approve", *options)
        assert code == destroyed.code
        there = {one["id"] for one in api.projects()}
        assert (theirs in there, project in there) == (True, code is not ExitCode.DONE)
        if code is ExitCode.REFUSED:
            assert "error LSFG02: `project.texts` has 1 task and 1 annotation\n" in destroyed.err
    assert "" == live_stack.run("state", "list").out


def test_prune_of_a_project_with_tasks_asks_for_it_by_name(live_stack: Stack, api: Api) -> None:
    declare_choices(live_stack, "pruned", "Good")
    live_stack.write({"other.yaml": CLASSIFY.replace("texts", "kept").format(choices='<Choice value="Good"/>')})
    live_stack.run("apply", "--auto-approve")
    project = api.project("pruned", "texts")
    api.annotate(project, "Good")
    (live_stack.folder / "texts.yaml").unlink()
    assert ExitCode.DONE == live_stack.run("apply", "--auto-approve").code
    assert ExitCode.REFUSED == live_stack.run("apply", "--auto-approve", "--prune").code
    assert 1 == api.annotations(project)
    done = live_stack.run("apply", "--auto-approve", "--prune", "--allow-destroy", "project.texts")
    assert ExitCode.DONE == done.code
    assert project not in {one["id"] for one in api.projects()}
