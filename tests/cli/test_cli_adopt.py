"""`lsform adopt`: manifests of what is there, bound by a plan, whole output."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import cast

import pytest

from lsform.core.errors import ServerError
from lsform.core.values import Json
from lsform.resources import kind_of
from lsform.resources.project import PROJECT
from tests.cli.conftest import CANARY, STACK
from tests.conftest import Result, Stack
from tests.fakes import MemoryServer

BOXES = """\
<View>
  <Image name="img" value="$image"/>
  <Labels name="box" toName="img"><Label value="Car"/><Label value="Bus"/><Label value="Tram"/></Labels>
</View>"""
AGAIN = BOXES.replace("  ", " ").replace('"img" value="$image"', '"img"   value="$image"')
CHOICES = """\
<View><Image name="img" value="$image"/><Choices name="c" toName="img">
<Choice value="Car"/><Choice value="Bus"/><Choice value="Tram"/></Choices></View>"""
S3, WEBHOOK, VIEW = kind_of("import_storage", "s3"), kind_of("webhook"), kind_of("view")


@pytest.fixture
def messy(stack: Stack, memory: MemoryServer) -> Stack:
    """A folder without a stack, and a server on which people have worked."""
    stack.environment |= {"LABEL_STUDIO_URL": memory.url, "LABEL_STUDIO_API_KEY": CANARY}
    first = memory.add(PROJECT, {"title": "Traffic: signs & lights", "label_config": BOXES, "maximum_annotations": 2})
    second = memory.add(PROJECT, {"title": "Traffic signs lights", "label_config": AGAIN, "task_data_password": CANARY})
    memory.add(PROJECT, {"title": "交通標識", "label_config": CHOICES, "description": "two\nlines"})
    memory.add(PROJECT, {})
    memory.add(S3, {"project": first, "title": "Raw", "bucket": "raw", "aws_secret_access_key": CANARY})
    memory.add(WEBHOOK, {"project": first, "url": "https://ci.example.com/hook", "headers": {"Authorization": CANARY}})
    memory.add(WEBHOOK, {"project": first, "url": f"https://ci.example.com/hook?token={CANARY}"})
    memory.add(VIEW, {"project": second, "data": {"title": "Default", "filters": {"conjunction": "and", "items": []}}})
    return stack


def adopt(stack: Stack, *arguments: str) -> Result:
    return stack.run("adopt", *arguments)


def files(folder: Path) -> dict[str, str]:
    """Every file below a folder, but for the state."""
    found = sorted(path for path in folder.rglob("*") if path.is_file() and ".lsform" not in path.parts)
    return {path.relative_to(folder).as_posix(): path.read_text("utf-8") for path in found}


FILES = {
    ".env.example": """\
# what the manifests ask the environment for
TRAFFIC_SIGNS_LIGHTS_RAW_AWS_ACCESS_KEY_ID=
TRAFFIC_SIGNS_LIGHTS_RAW_AWS_SECRET_ACCESS_KEY=
TRAFFIC_SIGNS_LIGHTS_RAW_AWS_SESSION_TOKEN=
TRAFFIC_SIGNS_LIGHTS_CI_EXAMPLE_COM_AUTHORIZATION=
TRAFFIC_SIGNS_LIGHTS_CI_EXAMPLE_COM_2_URL=
TRAFFIC_SIGNS_LIGHTS_2_TASK_DATA_PASSWORD=
""",
    ".gitignore": "# what lsform remembers on this machine, and secrets\n.lsform/\n.env\n",
    "interfaces/project.xml": CHOICES + "\n",
    "interfaces/traffic-signs-lights.xml": BOXES + "\n",
    "interfaces/traffic-signs-lights.yaml": """\
apiVersion: lsform/v1
kind: Interface
metadata: {name: traffic-signs-lights}
spec:
  file: ./traffic-signs-lights.xml
""",
    "lsform.yaml": """\
apiVersion: lsform/v1
kind: Stack
metadata: {name: adopted}
spec:
  server:
    url: ${env:LABEL_STUDIO_URL}
    api_key: ${env:LABEL_STUDIO_API_KEY}
""",
    "projects/project-2.yaml": """\
apiVersion: lsform/v1
kind: Project
metadata: {name: project-2}
spec:
  title: ''
""",
    "projects/project.yaml": """\
apiVersion: lsform/v1
kind: Project
metadata: {name: project}
spec:
  title: 交通標識
  description: |-
    two
    lines
  interface:
    file: ../interfaces/project.xml
""",
    "projects/traffic-signs-lights-2.yaml": """\
apiVersion: lsform/v1
kind: Project
metadata: {name: traffic-signs-lights-2}
spec:
  title: Traffic signs lights
  interface: traffic-signs-lights
  # task_data_password: ${env:TRAFFIC_SIGNS_LIGHTS_2_TASK_DATA_PASSWORD}
  views:
    default:
      title: Default
""",
    "projects/traffic-signs-lights.yaml": """\
apiVersion: lsform/v1
kind: Project
metadata: {name: traffic-signs-lights}
spec:
  title: 'Traffic: signs & lights'
  interface: traffic-signs-lights
  maximum_annotations: 2
  import_storages:
    raw:
      type: s3
      bucket: raw
      # aws_access_key_id: ${env:TRAFFIC_SIGNS_LIGHTS_RAW_AWS_ACCESS_KEY_ID}
      # aws_secret_access_key: ${env:TRAFFIC_SIGNS_LIGHTS_RAW_AWS_SECRET_ACCESS_KEY}
      # aws_session_token: ${env:TRAFFIC_SIGNS_LIGHTS_RAW_AWS_SESSION_TOKEN}
      title: Raw
      sync: never
  webhooks:
    ci-example-com:
      url: https://ci.example.com/hook
      # headers: {Authorization: '${env:TRAFFIC_SIGNS_LIGHTS_CI_EXAMPLE_COM_AUTHORIZATION}'}
    ci-example-com-2:
      url: ${env:TRAFFIC_SIGNS_LIGHTS_CI_EXAMPLE_COM_2_URL}
""",
}
PLAN = """\
stack adopted on http://memory (Label Studio 1.23.2 Community)

  > project.project (id 3): adopt, because it is on the server already
      (marker): null -> "adopted/project.project"

  > project.project-2 (id 4): adopt, because it is on the server already
      (marker): null -> "adopted/project.project-2"

  > project.traffic-signs-lights (id 1): adopt, because it is on the server already
      (marker): null -> "adopted/project.traffic-signs-lights"

  > project.traffic-signs-lights/import_storage.raw (id 1): adopt, because it is on the server already
      (marker): null -> "adopted/project.traffic-signs-lights/import_storage.raw"

  > project.traffic-signs-lights/webhook.ci-example-com (id 1): adopt, because it is on the server already
      (marker): null -> "adopted/project.traffic-signs-lights/webhook.ci-example-com...

  > project.traffic-signs-lights/webhook.ci-example-com-2 (id 2): adopt, because it is on the server already
      (marker): null -> "adopted/project.traffic-signs-lights/webhook.ci-example-com...

  > project.traffic-signs-lights-2 (id 2): adopt, because it is on the server already
      (marker): null -> "adopted/project.traffic-signs-lights-2"

  > project.traffic-signs-lights-2/view.default (id 1): adopt, because it is on the server already
      (marker): null -> "adopted/project.traffic-signs-lights-2/view.default"

Plan: 8 to adopt, 0 unchanged.
"""
DONE = """\
info LSFA03: 2 interfaces have the same 3 labels: `Car`, `Bus`, `Tram`
  hint: declare them once as a `LabelSet`, and make the interfaces templates, to change them in one place
4 projects below STACK, 10 new files
  ok project.project: adopted (id 3)
  ok project.project-2: adopted (id 4)
  ok project.traffic-signs-lights: adopted (id 1)
  ok project.traffic-signs-lights/import_storage.raw: adopted (id 1)
  ok project.traffic-signs-lights/webhook.ci-example-com: adopted (id 1)
  ok project.traffic-signs-lights/webhook.ci-example-com-2: adopted (id 2)
  ok project.traffic-signs-lights-2: adopted (id 2)
  ok project.traffic-signs-lights-2/view.default: adopted (id 1)
to be set before the next plan, as the manifests need them:
  TRAFFIC_SIGNS_LIGHTS_CI_EXAMPLE_COM_2_URL
secrets that the server keeps; take the `# ` before one away to manage it:
  TRAFFIC_SIGNS_LIGHTS_RAW_AWS_ACCESS_KEY_ID
  TRAFFIC_SIGNS_LIGHTS_RAW_AWS_SECRET_ACCESS_KEY
  TRAFFIC_SIGNS_LIGHTS_RAW_AWS_SESSION_TOKEN
  TRAFFIC_SIGNS_LIGHTS_CI_EXAMPLE_COM_AUTHORIZATION
  TRAFFIC_SIGNS_LIGHTS_2_TASK_DATA_PASSWORD
"""


def test_a_whole_server_becomes_a_stack_and_leaves_nothing_to_plan(
    messy: Stack, memory: MemoryServer, steady: Callable[[str], str]
) -> None:
    before = json.dumps(memory.records)
    result = adopt(messy, "--all", "--auto-approve")
    assert (0, PLAN + "Apply: 8 applied.\n", DONE) == (result.code, result.out, steady(result.err))
    assert FILES == files(messy.folder)
    assert CANARY not in "".join(path.read_text() for path in messy.folder.rglob("*") if path.is_file())
    assert {"update"} == {method for method, *_ in memory.writes}
    assert before == json.dumps(_bare(memory))
    messy.environment["TRAFFIC_SIGNS_LIGHTS_CI_EXAMPLE_COM_2_URL"] = f"https://ci.example.com/hook?token={CANARY}"
    result = messy.run("plan", "--detailed-exitcode")
    assert 0 == result.code
    assert result.out.endswith("\n\nNo changes. 8 unchanged: the server is as declared.\n")


def _bare(memory: MemoryServer) -> dict[str, dict[int, dict[str, Json]]]:
    """The records without markers."""
    found: dict[str, dict[int, dict[str, Json]]] = {}
    for name, records in memory.records.items():
        found[name] = {}
        for remote, record in records.items():
            kind = kind_of(name, str(record.get("type", "")))
            within = cast("dict[str, Json]", record["data"]) if name == "view" else record
            bare = cast("dict[str, Json]", kind.marker.strip(within))  # type: ignore[arg-type]
            if kind.variant:
                bare["description"] = bare["description"] or None
            found[name][remote] = {**record, "data": bare} if name == "view" else bare
    return found


def test_the_same_server_gives_the_same_bytes_in_any_folder(messy: Stack, tmp_path: Path) -> None:
    for name in ("one", "two"):
        assert 0 == adopt(messy, "--all", "--no-bind", "--out", str(tmp_path / name)).code
    assert files(tmp_path / "one") == files(tmp_path / "two") == FILES
    assert [] == list(messy.folder.iterdir())


def test_what_was_only_written_is_bound_later_and_adopted_once(messy: Stack, memory: MemoryServer) -> None:
    result = adopt(messy, "--all", "--no-bind")
    assert (0, "") == (result.code, result.out)
    assert [] == memory.writes
    assert "\nnothing was bound\nhint: bind them before the next `apply`, which would make them anew" in result.err
    messy.environment["TRAFFIC_SIGNS_LIGHTS_CI_EXAMPLE_COM_2_URL"] = f"https://ci.example.com/hook?token={CANARY}"
    result = adopt(messy, "--all", "--auto-approve")
    assert (0, True) == (result.code, result.out.endswith("\nApply: 8 applied.\n"))
    assert FILES == files(messy.folder)
    result = adopt(messy, "--all")
    assert (0, "", "nothing to adopt: every project that was asked for belongs to a stack\n") == (
        result.code,
        result.out,
        result.err,
    )
    assert FILES == files(messy.folder)


def test_without_an_answer_the_manifests_are_written_and_nothing_is_bound(messy: Stack, memory: MemoryServer) -> None:
    result = adopt(messy, "3")
    assert (64, [], True) == (result.code, memory.writes, (messy.folder / "projects" / "project.yaml").exists())
    assert result.err.endswith(
        "error: there is nobody to ask\n"
        "hint: `--auto-approve` binds without asking, `--no-bind` only writes the manifests\n"
    )


def test_projects_are_chosen_by_id_and_by_title(messy: Stack, memory: MemoryServer) -> None:
    assert 0 == adopt(messy, "Traffic:*", "4", "--auto-approve").code
    assert ["projects/project.yaml", "projects/traffic-signs-lights.yaml"] == [
        name for name in files(messy.folder) if name.startswith("projects/")
    ]
    # what comes later gets names of its own, and the interface that is there already
    messy.environment["TRAFFIC_SIGNS_LIGHTS_CI_EXAMPLE_COM_2_URL"] = f"https://ci.example.com/hook?token={CANARY}"
    assert 0 == adopt(messy, "--all", "--auto-approve").code
    assert {f"projects/{name}.yaml" for name in ("project", "project-2", "traffic-signs-lights-2")} <= set(
        files(messy.folder)
    )
    assert 0 == messy.run("plan", "--detailed-exitcode").code


def test_what_another_stack_owns_is_refused_by_name_and_left_out_of_all(messy: Stack, memory: MemoryServer) -> None:
    owned = memory.add(PROJECT, {"title": "Theirs", "label_config": f"{BOXES}\n<!-- lsform:other/project.x#1 -->"})
    refused = adopt(messy, str(owned), "--auto-approve")
    reason = f"project {owned} belongs to the stack `other`, as `project.x`"
    assert (3, "", True) == (refused.code, refused.out, reason in refused.err)
    result = adopt(messy, "--all", "--auto-approve")
    assert (0, True) == (result.code, f"warning LSFA01: {reason}\n" in result.err)
    assert "projects/theirs.yaml" not in files(messy.folder)


def test_a_new_stack_does_not_take_the_name_of_one_that_owns_something(messy: Stack, memory: MemoryServer) -> None:
    assert 0 == adopt(messy, "3", "--auto-approve").code
    elsewhere = messy.folder / ".." / "elsewhere"
    result = adopt(messy, "4", "--auto-approve", "--out", str(elsewhere))
    assert (3, True) == (result.code, "a stack `adopted` owns project 3 already" in result.err)
    assert 0 == adopt(messy, "4", "--auto-approve", "--out", str(elsewhere), "--stack", "other").code


def test_a_file_that_is_there_and_different_is_never_overwritten(messy: Stack, memory: MemoryServer) -> None:
    messy.write({"projects/project.yaml": "# mine\n"})
    result = adopt(messy, "--all", "--auto-approve")
    assert (1, "", []) == (result.code, result.out, memory.writes)
    assert "error: `projects/project.yaml` is there already and different\n" in result.err
    assert {"projects/project.yaml": "# mine\n"} == files(messy.folder)


def test_a_declared_address_is_bound_by_hand(messy: Stack, memory: MemoryServer) -> None:
    body = "---\napiVersion: lsform/v1\nkind: Project\nmetadata: {name: mine}\nspec:\n  title: Mine\n"
    messy.write(STACK + body + '  webhooks: {ci: {url: "https://ci.example.com/hook"}}\n')
    result = adopt(messy, "project.mine=1", "project.mine/webhook.ci=1", "--auto-approve")
    assert (0, True) == (result.code, result.out.endswith("\nPlan: 2 to adopt, 0 unchanged.\nApply: 2 applied.\n"))
    assert "warning LSFA04: `title` of `project.mine` is not as in its manifest\n" in result.out
    assert "Traffic: signs & lights" == memory.records["project"][1]["title"]
    result = messy.run("plan")
    assert "project.mine (id 1): update" in result.out
    assert "\nPlan: 1 to update, 1 unchanged.\n" in result.out


def test_what_a_binding_leaves_as_it_is_counts_as_a_change_and_never_as_drift(messy: Stack) -> None:
    body = "---\napiVersion: lsform/v1\nkind: Project\nmetadata: {name: mine}\nspec:\n  title: Mine\n"
    lifecycle = "  description: Ours\n  lifecycle: {on_drift: report, protect: true, ignore: [description]}\n"
    messy.write(STACK + body + lifecycle)
    result = adopt(messy, "project.mine=1", "--auto-approve")
    assert "warning LSFA04: `title` of `project.mine` is not as in its manifest\n" in result.out
    assert True is json.loads(messy.run("state", "show", "project.mine").out)["protect"]
    assert "\nNo drift" in messy.run("drift").out
    assert "\nPlan: 1 to update, 0 unchanged.\n" in messy.run("plan").out


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["project.mine=9"], 3, "there is no project 9 on the server"),
        (["project.mine/webhook.ci=1"], 3, "`project.mine` has to be bound before `project.mine/webhook.ci`"),
        (["project.mine=2", "project.mine/webhook.ci=1"], 3, "webhook 1 is in project 1, which is not `project.mine`"),
        (["project.other=1"], 64, "`project.other` is not declared"),
        (["project.mine=one"], 64, "`project.mine=one` names no object"),
        (["project.mine=1", "--all"], 64, "`ADDRESS=ID` stands alone"),
        ([], 64, "it is not clear what to adopt"),
        (["--all", "1"], 64, "it is not clear what to adopt"),
        (["77"], 1, "there is no project 77 on the server"),
        (["Trafic*"], 1, "no project has the title `Trafic*`"),
    ],
)
def test_what_cannot_be_meant_is_said_and_nothing_is_written(
    messy: Stack, memory: MemoryServer, arguments: list[str], code: int, message: str
) -> None:
    body = "---\napiVersion: lsform/v1\nkind: Project\nmetadata: {name: mine}\nspec:\n  title: Mine\n"
    messy.write(STACK + body + '  webhooks: {ci: {url: "https://ci.example.com/hook"}}\n')
    result = adopt(messy, *arguments, "--auto-approve")
    assert (code, "", []) == (result.code, result.out, memory.writes)
    assert message in result.err
    assert ["lsform.yaml"] == [*files(messy.folder)]


def test_an_object_that_takes_no_marker_is_remembered_and_not_made_twice(messy: Stack, memory: MemoryServer) -> None:
    memory.faults["update"] = [ServerError("the server answered 400: `label_config`: no", status=400)]
    result = adopt(messy, "3", "--auto-approve")
    assert (5, "Apply: 1 failed.\n") == (result.code, result.out[-17:])
    result = messy.run("plan")
    assert "project.project (id 3): update, because its marker is missing or names another address" in result.out
    assert "\nPlan: 1 to update, 0 unchanged.\n" in result.out


def test_json_tells_files_variables_and_outcomes_and_no_secret(messy: Stack) -> None:
    result = adopt(messy, "1", "--auto-approve", "--format", "json")
    document = json.loads(result.out)
    assert {"folder", "files", "written", "variables", "findings", "plan"} == set(document)
    assert ["interfaces/traffic-signs-lights.xml", "projects/traffic-signs-lights.yaml"] == document["files"]
    assert {"applied"} == {one["outcome"] for one in document["plan"]["changes"]}
    assert [("TRAFFIC_SIGNS_LIGHTS_CI_EXAMPLE_COM_2_URL", True)] == [
        (one["name"], one["needed"]) for one in document["variables"] if one["needed"]
    ]
    assert CANARY not in result.out + result.err


URL = "TRAFFIC_SIGNS_LIGHTS_CI_EXAMPLE_COM_2_URL"
HEADER, KEY = "TRAFFIC_SIGNS_LIGHTS_CI_EXAMPLE_COM_AUTHORIZATION", "TRAFFIC_SIGNS_LIGHTS_RAW_AWS_SECRET_ACCESS_KEY"


def test_a_secret_is_managed_when_its_line_is_switched_on_and_sent_once(messy: Stack, memory: MemoryServer) -> None:
    assert 0 == adopt(messy, "1", "--auto-approve").code
    messy.environment |= {URL: f"https://ci.example.com/hook?token={CANARY}", HEADER: CANARY, KEY: CANARY}
    memory.records["import_storage"][1]["aws_secret_access_key"] = "what the server has, and nobody can read"
    assert 0 == messy.run("plan", "--detailed-exitcode").code  # variables alone send nothing
    path = messy.folder / "projects" / "traffic-signs-lights.yaml"
    path.write_text(path.read_text().replace("# headers:", "headers:"))
    assert 0 == messy.run("plan", "--detailed-exitcode").code  # the server tells headers, and these are the same
    path.write_text(path.read_text().replace("# aws_secret", "aws_secret"))
    result = messy.run("apply", "--auto-approve")
    assert (0, True) == (result.code, "\n      aws_secret_access_key: (secret set)\n" in result.out)
    assert CANARY == memory.records["import_storage"][1]["aws_secret_access_key"]
    assert 0 == messy.run("plan", "--detailed-exitcode").code


def test_secrets_of_what_is_bound_by_hand_are_taken_as_they_are(messy: Stack, memory: MemoryServer) -> None:
    body = "---\napiVersion: lsform/v1\nkind: Project\nmetadata: {name: mine}\nspec:\n  import_storages:\n"
    storage = '    raw: {type: s3, bucket: raw, aws_secret_access_key: "${env:KEY}"}\n'
    messy.write(STACK + body + storage)
    messy.environment["KEY"] = "another one"
    result = adopt(messy, "project.mine=1", "project.mine/import_storage.raw=1", "--auto-approve")
    assert (0, True) == (result.code, result.out.endswith("\nApply: 2 applied.\n"))
    assert {"update"} == {method for method, *_ in memory.writes}  # the sync that is due is for `apply`
    assert CANARY == memory.records["import_storage"][1]["aws_secret_access_key"]
    assert 0 == messy.run("plan", "--detailed-exitcode").code
    messy.environment["KEY"] = "a new one"
    assert "aws_secret_access_key: (secret rotated)" in messy.run("plan").out
