"""`lsform server compose`: files for a production server, out of what a stack declares."""

from __future__ import annotations

import json
import re
import stat
from importlib.resources import files as resources
from ipaddress import ip_address, ip_network

import pytest
import yaml
from jsonschema import Draft7Validator

from tests.cli.conftest import CANARY
from tests.conftest import Stack

STACK = """\
apiVersion: lsform/v1
kind: Stack
metadata: {name: Vision.team}
spec: {server: {url: "${env:URL}", api_key: "${env:NOT_SET}"}}
---
apiVersion: lsform/v1
kind: Project
metadata: {name: signs}
spec:
  title: Traffic signs
  interface: {template: image-classification, vars: {choices: [Stop, Yield]}}
"""
LOCAL = '  %s_storages: {one: {type: localfiles, path: "%s"}}\n'
HOOK = '  webhooks: {hook: {url: "http://%s/hook", headers: {Authorization: "${env:TOKEN}"}}}\n'
MODEL = '  ml_backends: {model: {url: "http://%s"}}\n'
SECRETS = ["POSTGRE_PASSWORD", "SECRET_KEY", "LABEL_STUDIO_PASSWORD", "LABEL_STUDIO_API_KEY"]


@pytest.fixture
def vision(stack: Stack) -> Stack:
    stack.environment |= {"URL": "https://labels.example.com", "TOKEN": CANARY}
    stack.write(STACK)
    return stack


def composed(stack: Stack, *options: str, more: str = "") -> dict[str, dict[str, dict[str, object]]]:
    """The document that the command writes; nothing else of it may be wrong."""
    stack.write(STACK + more)
    result = stack.run("server", "compose", "--overwrite", *options)
    assert 0 == result.code, result.err
    text = (stack.folder / "deploy" / "compose.yml").read_text("utf-8")
    assert CANARY not in text + result.out + result.err
    document = yaml.safe_load(text)
    schema = resources("check_jsonschema") / "builtin_schemas" / "vendor" / "compose-spec.json"
    Draft7Validator(json.loads(schema.read_text("utf-8"))).validate(document)
    return document


def app(stack: Stack, *options: str, more: str = "") -> dict[str, str]:
    environment = composed(stack, *options, more=more)["services"]["app"]["environment"]
    assert isinstance(environment, dict)
    return environment


def test_a_server_is_label_studio_behind_nginx_on_postgresql(vision: Stack) -> None:
    document = composed(vision)
    services = document["services"]
    assert ["nginx", "app", "owner", "db"] == list(services)
    assert "label-studio-vision-team" == document["name"]
    assert ["127.0.0.1:8080:8085"] == services["nginx"]["ports"]
    assert [["back"], None] == [services["db"]["networks"], services["db"].get("ports")]
    assert {"1001:0"} == {services[name]["user"] for name in ("nginx", "app")}


def test_secrets_are_variables_that_must_have_a_value(vision: Stack) -> None:
    composed(vision)
    text = (vision.folder / "deploy" / "compose.yml").read_text("utf-8")
    assert set(SECRETS) == set(re.findall(r"\$\{(\w+):\?", text))
    assert text.count("$") == len(re.findall(r"\$\{\w+:\?[^}]+\}", text))
    example = (vision.folder / "deploy" / ".env.example").read_text("utf-8")
    assert [f"{name}=" for name in SECRETS] == [line for line in example.splitlines() if line[0] != "#"]
    assert ".env\n" == (vision.folder / "deploy" / ".gitignore").read_text("utf-8")


def test_secrets_are_made_up_only_when_asked_and_only_once(vision: Stack) -> None:
    path = vision.folder / "deploy" / ".env"
    assert f"`{path}` has no value for `POSTGRE_PASSWORD`" in vision.run("server", "compose").err
    assert not path.exists()
    made = vision.run("server", "compose", "--secrets")
    text = path.read_text("utf-8")
    values = dict(line.split("=", 1) for line in text.splitlines() if line[0] != "#")
    assert SECRETS == list(values)
    assert 0o600 == stat.S_IMODE(path.stat().st_mode)
    assert [] == [value for value in values.values() if len(value) < 40 or value in made.out + made.err]
    assert 0 == vision.run("server", "compose", "--secrets", "--overwrite").code
    assert text == path.read_text("utf-8")


def test_the_same_stack_gives_the_same_bytes(vision: Stack) -> None:
    composed(vision)
    before = (vision.folder / "deploy" / "compose.yml").read_bytes()
    again = vision.run("server", "compose")
    assert (0, "") == (again.code, again.out)
    assert before == (vision.folder / "deploy" / "compose.yml").read_bytes()


def test_a_file_that_differs_is_shown_and_left_alone(vision: Stack) -> None:
    composed(vision)
    path = vision.folder / "deploy" / "compose.yml"
    mine = path.read_text("utf-8").replace("postgres:17", "postgres:16")
    path.write_text(mine, "utf-8")
    refused = vision.run("server", "compose", "--minio")
    assert 1 == refused.code
    assert "-    image: postgres:16\n+    image: postgres:17\n" in refused.out
    assert "--overwrite" in refused.err
    assert mine == path.read_text("utf-8")
    assert "MINIO" not in (path.parent / ".env.example").read_text("utf-8")  # all files or none
    assert 0 == vision.run("server", "compose", "--overwrite").code
    assert "postgres:17" in path.read_text("utf-8")


@pytest.mark.parametrize(
    ("options", "url", "port", "cookie"),
    [
        ([], "https://labels.example.com", "127.0.0.1:8080:8085", "1"),
        (["--host", "http://labels.local"], "http://labels.local", "80:8085", None),
        (["--host", "http://labels.local:8090/"], "http://labels.local:8090", "8090:8085", None),
        (["--listen", "0.0.0.0:9000"], "https://labels.example.com", "0.0.0.0:9000:8085", "1"),
    ],
)
def test_the_server_knows_where_browsers_find_it(
    vision: Stack, options: list[str], url: str, port: str, cookie: str | None
) -> None:
    services = composed(vision, *options)["services"]
    settings = services["app"]["environment"]
    assert isinstance(settings, dict)
    assert [url, url, cookie] == [
        settings.get(name) for name in ("LABEL_STUDIO_HOST", "CSRF_TRUSTED_ORIGINS", "SESSION_COOKIE_SECURE")
    ]
    assert [port] == services["nginx"]["ports"]


@pytest.mark.parametrize(
    ("host", "error"),
    [
        ("labels.example.com", "is no address of a server"),
        ("https://me:secret@labels.example.com", "is no address of a server"),
        ("https://example.com/labels", "has a path"),
        ("http://labels:port", "is no address of a server"),
    ],
)
def test_an_address_that_cannot_work_is_refused(vision: Stack, host: str, error: str) -> None:
    result = vision.run("server", "compose", "--host", host)
    assert 1 == result.code
    assert error in result.err


def test_an_address_of_loopback_is_doubted(vision: Stack) -> None:
    assert "found on the machine itself only" in vision.run("server", "compose", "--host", "http://127.0.0.1:80").err


def test_where_the_server_will_be_must_be_said(vision: Stack) -> None:
    vision.write(STACK.replace('spec: {server: {url: "${env:URL}", api_key: "${env:NOT_SET}"}}\n', "", 1))
    assert "hint: name it: `--host" in vision.run("server", "compose").err


@pytest.mark.parametrize(("direction", "read_only"), [("import", True), ("export", False)])
def test_local_storages_get_their_folder(vision: Stack, direction: str, *, read_only: bool) -> None:
    document = composed(vision, "--files", "/srv/$media", more=LOCAL % (direction, "/files/signs"))
    service = document["services"]["app"]
    settings = service["environment"]
    assert isinstance(settings, dict)
    assert ["true", "/files"] == [settings[f"LOCAL_FILES_{name}"] for name in ("SERVING_ENABLED", "DOCUMENT_ROOT")]
    bind = {"type": "bind", "source": "/srv/$$media", "target": "/files", "read_only": read_only}
    assert ["data:/label-studio/data", {**bind, "bind": {"create_host_path": False}}] == service["volumes"]


def test_files_below_the_data_of_the_server_need_no_other_folder(vision: Stack) -> None:
    document = composed(vision, more=LOCAL % ("import", "/label-studio/data/signs"))
    assert ["data:/label-studio/data"] == document["services"]["app"]["volumes"]


@pytest.mark.parametrize(
    ("path", "error"), [("/signs", "no folder in common"), ("/label-studio/signs", "where Label Studio itself is")]
)
def test_local_storages_without_a_folder_of_their_own_are_refused(vision: Stack, path: str, error: str) -> None:
    vision.write(STACK + LOCAL % ("import", path))
    result = vision.run("server", "compose")
    assert 1 == result.code
    assert error in result.err


def test_no_private_address_is_allowed_that_nobody_needs(vision: Stack) -> None:
    settings = app(vision, more=HOOK % "ci.example.com")
    assert ["true", "true"] == [settings["SSRF_PROTECTION_ENABLED"], settings["ML_BLOCK_LOCAL_IP"]]
    assert [] == [name for name in settings if "SUBNETS" in name]


@pytest.mark.parametrize(
    ("options", "named", "allowed"),
    [
        ([], HOOK % "10.1.2.3:8000", "10.1.2.3"),
        (["--private", "192.168.7.0/24"], HOOK % "ci.example.com", "192.168.7.9"),
        ([], MODEL % "detector:9090", "172.30.113.5"),
        (["--subnet", "10.9.0.0/24"], MODEL % "detector:9090", "10.9.0.5"),
        (["--subnet", "10.9.0.0/24"], MODEL % "detector.internal:9090", "10.9.0.5"),
        (["--minio"], HOOK % "ci.example.com", "172.30.113.5"),
    ],
)
def test_what_the_stack_names_is_let_through_and_the_protection_stays_on(
    vision: Stack, options: list[str], named: str, allowed: str
) -> None:
    settings = app(vision, *options, more=named)
    assert ["true", "false"] == [settings[name] for name in ("SSRF_PROTECTION_ENABLED", "USE_DEFAULT_BANNED_SUBNETS")]
    banned = [ip_network(text) for text in settings["USER_ADDITIONAL_BANNED_SUBNETS"].split(",")]
    heard = [one for one in (allowed, "10.8.8.8", "127.0.0.1", "169.254.169.254", "::1")
             if not any(ip_address(one) in network for network in banned)]  # fmt: skip
    assert [allowed] == heard


def test_the_network_of_containers_has_a_number_only_where_it_matters(vision: Stack) -> None:
    assert {} == composed(vision)["networks"]["front"]
    pinned = {"ipam": {"config": [{"subnet": "172.30.113.0/24"}]}}
    assert pinned == composed(vision, more=MODEL % "detector:9090")["networks"]["front"]
    assert pinned == composed(vision, "--subnet", "172.30.113.0/24")["networks"]["front"]


def test_a_localhost_that_means_the_container_is_doubted(vision: Stack) -> None:
    vision.write(STACK + HOOK % "localhost:8000")
    err = vision.run("server", "compose").err
    assert "the `localhost` of `project.signs/webhook.hook` is Label Studio's own container" in err
    assert {} == composed(vision, more=HOOK % "localhost:8000")["networks"]["front"]


def test_minio_has_its_own_secret(vision: Stack) -> None:
    services = composed(vision, "--minio", "--secrets")["services"]
    assert "minio" in services
    assert "MINIO_ROOT_PASSWORD=" in (vision.folder / "deploy" / ".env").read_text("utf-8")
    assert "MINIO_ROOT_PASSWORD" not in json.dumps(services["app"])


def test_a_network_that_is_none_is_told(vision: Stack) -> None:
    result = vision.run("server", "compose", "--private", "10.1.0.0/33")
    assert 64 == result.code
    assert "error: `10.1.0.0/33` is no network" in result.err
