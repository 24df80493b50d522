"""Law 6 at the command line: no secret of any kind is in what is said or kept, however much is asked to be said."""

from __future__ import annotations

import json
from collections.abc import Mapping

import pytest
import yaml

from lsform.core.errors import ExitCode, ServerError
from lsform.core.values import Json
from lsform.resources import KINDS, ResourceKind
from lsform.resources.project import PROJECT
from tests.cli.conftest import CANARY, STACK
from tests.conformance.bench import address, manifests
from tests.conformance.examples import Body, example_of, named
from tests.conformance.worlds import MemoryWorld
from tests.conftest import Stack
from tests.fakes import MemoryServer

OWN_KEY = f"{CANARY}-of-the-fingerprints"
MANNERS = (("-vvv",), ("-vvv", "--log-format", "json"))
SECRETIVE = [kind for kind in KINDS if kind.fields.secret | kind.fields.write_only]


def canaries(value: Json, name: str) -> tuple[Json, dict[str, str]]:
    """A declaration in which every reference to the environment is one to a canary, and those canaries."""
    if isinstance(value, str) and "${env:" in value:
        return f"${{env:{name}}}", {name: f"{CANARY}-{name}"}
    if isinstance(value, Mapping):
        parts = {key: canaries(item, f"{name}_{number}") for number, (key, item) in enumerate(value.items())}
        return {key: part for key, (part, _) in parts.items()}, {
            k: v for _, more in parts.values() for k, v in more.items()
        }
    return value, {}


def declared(kind: ResourceKind) -> Body:
    """A resource with all the secrets that its kind can have."""
    example = example_of(kind)
    keys = sorted(kind.fields.secret | kind.fields.write_only)
    beside = {key: value for name in keys for key, value in example.beside.get(name, {}).items()}
    return {**example.base, **beside, **{key: example.values[key][0] for key in keys if key not in beside}}


@pytest.fixture
def secretive(stack: Stack, memory: MemoryServer, kind: ResourceKind) -> Stack:
    """A stack of one resource with secrets."""
    body, environment = canaries(dict(declared(kind)), "S")
    assert isinstance(body, dict)
    assert environment
    head = yaml.safe_load(STACK)
    head["spec"]["vars"] = dict(MemoryWorld().vars)
    stack.write(yaml.safe_dump_all([head, *manifests(kind, {"it": body})]))
    stack.environment |= {"LABEL_STUDIO_URL": memory.url, "LABEL_STUDIO_API_KEY": CANARY, **environment}
    return stack


def rotate(stack: Stack) -> None:
    stack.environment |= {key: f"{text}-2" for key, text in stack.environment.items() if key.startswith("S_")}


def said(stack: Stack, *arguments: str, code: int = ExitCode.DONE) -> str:
    """What a command says in its most talkative manners."""
    results = [stack.run(*arguments, *manner) for manner in MANNERS]
    assert {code} == {result.code for result in results}, results[0].err
    return "".join(result.out + result.err for result in results)


def kept(stack: Stack) -> str:
    return "".join(path.read_text("utf-8") for path in stack.folder.rglob("*") if path.is_file())


@pytest.mark.parametrize("kind", SECRETIVE, ids=named)
@pytest.mark.parametrize("key", ["", OWN_KEY], ids=["own-key", "given-key"])
def test_no_secret_is_in_any_output_or_file(secretive: Stack, kind: ResourceKind, key: str) -> None:
    secretive.environment["LSFORM_FINGERPRINT_KEY"] = key
    plan = str(secretive.folder / "saved.plan")
    made = (
        said(secretive, "validate")
        + said(secretive, "plan", "--out", plan, "--report", f"{plan}.html")
        + said(secretive, "plan", "--format", "json")
        + said(secretive, "plan", "--format", "markdown")
    )
    made += said(secretive, "apply", "--auto-approve", "--format", "json")
    made += said(secretive, "state", "show", str(address(kind))) + said(secretive, "state", "show")
    assert "(secret set)" in made
    rotate(secretive)
    rotated = (
        said(secretive, "plan")
        + said(secretive, "plan", "--format", "markdown")
        + said(secretive, "apply", "--auto-approve")
    )
    assert "(secret rotated)" in rotated
    assert "No changes" in said(secretive, "plan")
    ended = said(secretive, "destroy", "--auto-approve", "--allow-destroy", "**")
    assert CANARY not in made + rotated + ended + kept(secretive)


@pytest.mark.parametrize("kind", SECRETIVE, ids=named)
@pytest.mark.parametrize("error", [ServerError("no", status=400), RuntimeError(CANARY)], ids=["refused", "bug"])
def test_no_secret_is_in_the_report_of_a_failed_write(
    secretive: Stack, memory: MemoryServer, kind: ResourceKind, error: ServerError
) -> None:
    said(secretive, "apply", "--auto-approve")
    rotate(secretive)
    memory.faults["update"] = [error] * len(MANNERS)
    results = [secretive.run("apply", "--auto-approve", *manner) for manner in MANNERS]
    assert [ExitCode.PARTIAL if isinstance(error, ServerError) else ExitCode.ERROR] * 2 == [one.code for one in results]
    assert CANARY not in "".join(result.out + result.err for result in results) + kept(secretive)


@pytest.mark.parametrize("kind", [one for one in SECRETIVE if one.fields.write_only][:1], ids=named)
def test_another_key_sends_the_secrets_once_more_and_the_state_never_has_it(
    secretive: Stack, kind: ResourceKind
) -> None:
    secretive.run("apply", "--auto-approve")
    secretive.environment["LSFORM_FINGERPRINT_KEY"] = OWN_KEY
    plan = json.loads(secretive.run("plan", "--format", "json").out)
    (change,) = plan["changes"]
    assert "the state does not tell whether" in change["reason"]
    assert {"(secret set)"} == {field["after"] for field in change["fields"]}
    secretive.run("apply", "--auto-approve")
    assert "No changes" in secretive.run("plan").out
    assert OWN_KEY not in kept(secretive)


@pytest.mark.parametrize("kind", [PROJECT], ids=named)
def test_a_key_that_can_be_guessed_is_refused(secretive: Stack, kind: ResourceKind) -> None:
    secretive.environment["LSFORM_FINGERPRINT_KEY"] = f"{CANARY}"
    result = secretive.run("plan")
    assert (ExitCode.ERROR, "") == (result.code, result.out)
    assert "`LSFORM_FINGERPRINT_KEY` has fewer than 16 characters\nhint: `openssl rand -hex 32`" in result.err
    assert CANARY not in result.err
