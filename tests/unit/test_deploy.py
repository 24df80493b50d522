"""`deploy/`: what kustomize makes of it is valid, safe, and taken by the command line; no container runs here."""

from __future__ import annotations

import shutil
import subprocess
from functools import cache
from pathlib import Path
from typing import Any

import click
import kubernetes_validate
import pytest
import yaml

from lsform.cli.app import app
from lsform.cli.console import Console

DEPLOY = Path(__file__).parents[2] / "deploy"
VARIANTS = ("base", "cronjob", "overlays/example")
KUBERNETES = kubernetes_validate.latest_version()

pytestmark = pytest.mark.skipif(shutil.which("kubectl") is None, reason="`kubectl` is not installed: `make programs`")


@cache
def built(variant: str) -> list[dict[str, Any]]:
    folder = DEPLOY / "kubernetes" / variant
    done = subprocess.run(["kubectl", "kustomize", folder], check=True, capture_output=True, text=True)
    assert "" == done.stderr
    return list(yaml.safe_load_all(done.stdout))


def workload(variant: str) -> dict[str, Any]:
    (found,) = [one for one in built(variant) if one["kind"] in ("Deployment", "CronJob")]
    return found


def pod(variant: str) -> dict[str, Any]:
    spec: dict[str, Any] = workload(variant)["spec"]
    return (spec["jobTemplate"]["spec"] if "jobTemplate" in spec else spec)["template"]["spec"]  # type: ignore[no-any-return]


@pytest.mark.parametrize("variant", VARIANTS)
def test_each_document_is_as_the_schema_of_kubernetes_says(variant: str) -> None:
    for document in built(variant):
        kubernetes_validate.validate(document, KUBERNETES, strict=True)


def test_the_schema_would_object_to_a_mistake() -> None:
    wrong = {**workload("base"), "spec": {**workload("base")["spec"], "replica": 2}}
    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate(wrong, KUBERNETES, strict=True)


@pytest.mark.parametrize("variant", VARIANTS)
def test_the_command_line_takes_the_arguments(variant: str) -> None:
    (container,) = pod(variant)["containers"]
    context = app.make_context("lsform", list(container["args"]), obj=Console())
    group = app.get_command(context, "reconcile")
    assert isinstance(group, click.Group)
    run = group.commands["run"]
    given = container["args"][container["args"].index("run") + 1 :]
    parsed = run.make_context("run", list(given), parent=context)
    assert {"$(LSFORM_GIT_URL)", "$(LSFORM_GIT_REF)"} == {parsed.params["git"], parsed.params["ref"]}
    assert ("cronjob" == variant) == parsed.params["once"]
    assert (() if variant != "overlays/example" else ("vision@prod", "audio@prod")) == parsed.params["stacks"]


@pytest.mark.parametrize("variant", VARIANTS)
def test_no_pod_may_more_than_it_must(variant: str) -> None:
    spec = pod(variant)
    (container,) = spec["containers"]
    assert (True, False) == (spec["securityContext"]["runAsNonRoot"], spec["automountServiceAccountToken"])
    assert {
        "allowPrivilegeEscalation": False, "readOnlyRootFilesystem": True, "capabilities": {"drop": ["ALL"]},
    } == container["securityContext"]  # fmt: skip
    assert {"/cache": "cache", "/tmp": "tmp"}.items() <= {
        one["mountPath"]: one["name"] for one in container["volumeMounts"]
    }.items()
    assert {"cache", "tmp"} == {one["name"] for one in spec["volumes"] if "emptyDir" in one}
    assert f"USER {spec['securityContext']['runAsUser']}:" in (DEPLOY / "Dockerfile").read_text("utf-8")


@pytest.mark.parametrize("variant", VARIANTS)
def test_secrets_come_by_reference_alone(variant: str) -> None:
    assert [] == [one for one in built(variant) if one["kind"] == "Secret"]
    (container,) = pod(variant)["containers"]
    assert {"name": "lsform"} in [one.get("secretRef") for one in container["envFrom"]]
    config = next(one for one in built(variant) if one["kind"] == "ConfigMap")
    assert {"LSFORM_GIT_URL", "LSFORM_GIT_REF"} == set(config["data"])
    assert {"configMapRef": {"name": config["metadata"]["name"]}} in container["envFrom"]


@pytest.mark.parametrize("variant", ["base", "overlays/example"])
def test_two_replicas_are_probed_where_they_listen(variant: str) -> None:
    spec = workload(variant)["spec"]
    (container,) = pod(variant)["containers"]
    assert 2 == spec["replicas"]
    assert ("/healthz", "/readyz") == tuple(
        container[f"{probe}Probe"]["httpGet"]["path"] for probe in ("liveness", "readiness")
    )
    assert [{"name": "http", "containerPort": 8080}] == container["ports"]
    assert "--listen=:8080" in container["args"]
    (service,) = [one for one in built(variant) if one["kind"] == "Service"]
    labels = spec["template"]["metadata"]["labels"]
    assert service["spec"]["selector"].items() <= labels.items() and spec["selector"]["matchLabels"] == labels


def test_rounds_of_the_cron_job_never_overlap() -> None:
    assert "Forbid" == workload("cronjob")["spec"]["concurrencyPolicy"]
