"""`lsform diff-env`: two environments of one stack, side by side, without a server and without secrets."""

from __future__ import annotations

import json

import pytest

from tests.cli.conftest import CANARY
from tests.conftest import Stack

MANIFESTS = {
    "lsform.yaml": """\
apiVersion: lsform/v1
kind: Stack
metadata: {name: vision}
spec: {vars: {labels: [Car, Truck], bucket: raw, places: [town], token: "${env:DEV_TOKEN}", protect: false}}
---
apiVersion: lsform/v1
kind: Project
metadata: {name: "traffic-${matrix:place}"}
matrix: {place: "${var:places}"}
spec:
  title: Traffic
  maximum_annotations: 2
  interface: {template: image-classification, vars: {choices: "${var:labels}"}}
  import_storages:
    raw: {type: s3, bucket: "${var:bucket}", aws_access_key_id: "${env:KEY}", aws_secret_access_key: "${env:SECRET}"}
  webhooks:
    retrain: {url: "https://ci.example.com/hook", headers: {Authorization: "${env:TOKEN}"}, actions: ["TASKS_CREATED"]}
  lifecycle: {protect: "${var:protect}"}
""",
    "envs/dev.yaml": "apiVersion: lsform/v1\nkind: Environment\nmetadata: {name: dev}\n",
    "envs/twin.yaml": "apiVersion: lsform/v1\nkind: Environment\nmetadata: {name: twin}\n",
    "envs/prod.yaml": """\
apiVersion: lsform/v1
kind: Environment
metadata: {name: prod}
spec:
  vars: {labels: [Car, Truck, Bus], bucket: raw-prod, places: [town, road], protect: true}
""",
}
TEXT = """\
stack vision: environment dev -> prod

  + project.traffic-road: only in prod

  + project.traffic-road/import_storage.raw: only in prod

  + project.traffic-road/webhook.retrain: only in prod

  ~ project.traffic-town: differs
      lifecycle.protect: false -> true
      interface:
        label `Bus` added to `label`

  ~ project.traffic-town/import_storage.raw: differs
      bucket: "raw" -> "raw-prod"

Different: 5 resources; 1 declared alike.
"""


@pytest.fixture
def vision(stack: Stack) -> Stack:
    stack.write(MANIFESTS)
    return stack


def test_what_differs_is_told_by_address_and_field_without_any_secret_being_set(vision: Stack) -> None:
    result = vision.run("diff-env", "dev", "prod")
    assert (0, TEXT, "") == (result.code, result.out, result.err)


def test_differences_as_json_have_both_sides(vision: Stack) -> None:
    found = json.loads(vision.run("diff-env", "dev", "prod", "--format", "json").out)
    assert ("vision", "dev", "prod", {"different": 5, "same": 1}) == (
        found["stack"],
        found["left"],
        found["right"],
        found["summary"],
    )
    assert {
        "address": "project.traffic-town/import_storage.raw",
        "declared_in": ["left", "right"],
        "fields": [{"path": "bucket", "left": "raw", "right": "raw-prod"}],
        "interface_changes": [],
    } == found["differences"][-1]
    assert ["right"] == found["differences"][0]["declared_in"]


@pytest.mark.parametrize(("environments", "code"), [(("dev", "prod"), 2), (("dev", "twin"), 0)])
def test_the_exit_code_tells_when_it_is_asked_to(vision: Stack, environments: tuple[str, str], code: int) -> None:
    assert code == vision.run("diff-env", *environments, "--detailed-exitcode").code
    assert 0 == vision.run("diff-env", *environments).code


def test_equal_environments_have_no_difference(vision: Stack) -> None:
    assert vision.run("diff-env", "dev", "twin").out == (
        "stack vision: environment dev -> twin\n\nNo difference: 3 resources declared alike.\n"
    )


def test_secrets_are_compared_as_references_and_never_shown(vision: Stack) -> None:
    vision.write({"lsform.yaml": MANIFESTS["lsform.yaml"].replace("${env:TOKEN}", "${var:token}")})
    vision.write({"envs/prod.yaml": MANIFESTS["envs/prod.yaml"].replace("protect: true", 'token: "${env:PROD_TOKEN}"')})
    vision.environment |= dict.fromkeys(("KEY", "SECRET", "DEV_TOKEN", "PROD_TOKEN"), CANARY)
    text = vision.run("diff-env", "dev", "prod").out
    assert '      headers.Authorization: "${env:DEV_TOKEN}" -> "${env:PROD_TOKEN}"\n' in text
    for form in ("text", "json"):
        result = vision.run("diff-env", "dev", "prod", "--format", form)
        assert CANARY not in result.out + result.err


def test_a_secret_that_is_written_out_is_not_shown(vision: Stack) -> None:
    vision.write({"lsform.yaml": MANIFESTS["lsform.yaml"].replace('"${env:SECRET}"', '"${var:plain}"')})
    for name, plain in (("dev", CANARY), ("prod", "${env:SECRET}")):
        body = f"spec: {{vars: {{plain: '{plain}'}}}}\n"
        vision.write(
            {f"envs/{name}.yaml": f"apiVersion: lsform/v1\nkind: Environment\nmetadata: {{name: {name}}}\n{body}"}
        )
    text = vision.run("diff-env", "dev", "prod").out
    assert '      aws_secret_access_key: "(secret)" -> "${env:SECRET}"\n' in text
    assert CANARY not in text


def test_an_unknown_environment_is_told_with_the_nearest(vision: Stack) -> None:
    result = vision.run("diff-env", "dev", "prd")
    assert (1, "error: there is no environment `prd`\nhint: did you mean `prod`?\n") == (result.code, result.err)
