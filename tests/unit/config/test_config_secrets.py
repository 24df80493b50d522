"""Secrets from installed providers: asked when they are needed, once, and refused wherever they would be shown."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from lsform.config.checked import Checked, check
from lsform.config.loader import Request
from lsform.core.values import Secret
from lsform.report.findings import as_text
from lsform.report.paint import Paint

STACK = """\
apiVersion: lsform/v1
kind: Stack
metadata: {name: test}
spec:
  vars: {token: "${vault:team/token}"}
---
"""
PROJECT = """\
apiVersion: lsform/v1
kind: Project
metadata: {name: signs}
spec:
"""
PROVIDER = """\
asked = []
def read(path):
    asked.append(path)
    if path.startswith("team/"):
        return "CANARY-" + path.removeprefix("team/")
    if path == "number":
        return 7
    if path == "away":
        raise ConnectionRefusedError(111, "vault.example.com does not answer")
    raise KeyError(path)
"""
Install = Callable[..., None]


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Install:
    """Installs a package as pip would, with entry points of the group `lsform.secrets`."""
    site = tmp_path / "site"
    monkeypatch.syspath_prepend(str(site))
    monkeypatch.delitem(sys.modules, "a_vault", raising=False)

    def made(*points: str, code: str = PROVIDER, name: str = "a-vault") -> None:
        info = site / f"{name.replace('-', '_')}-1.0.dist-info"
        info.mkdir(parents=True)
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
        (info / "entry_points.txt").write_text("\n".join(["[lsform.secrets]", *points]) + "\n")
        (site / "a_vault.py").write_text(code)

    return made


def checked(folder: Path, *lines: str) -> Checked:
    stack = folder / "stack"
    stack.mkdir(exist_ok=True)
    (stack / "lsform.yaml").write_text(STACK + PROJECT + "".join(f"  {line}\n" for line in lines))
    return check(Request(stack))


def findings(found: Checked) -> list[str]:
    return as_text(found.compiled.findings, Paint()).splitlines()[:-1]


def asked() -> list[str]:
    paths: list[str] = sys.modules["a_vault"].asked
    return paths


def test_a_provider_gives_secrets_and_is_asked_once_for_each(install: Install, tmp_path: Path) -> None:
    install("vault = a_vault:read")
    found = checked(
        tmp_path,
        "task_data_login: reader",
        "task_data_password: ${vault:team/password}",
        "webhooks:",
        "  a: {url: 'https://example.com/${vault:team/path}', headers: {X: 'Bearer ${var:token}'}}",
        "  b: {url: 'https://example.com', headers: {X: '${vault:team/password}'}}",
    )
    assert [] == findings(found)
    desired = {str(address): one.attributes for address, one in found.compiled.desired.items()}
    assert Secret("CANARY-password", "vault:team/password") == desired["project.signs"]["task_data_password"]
    assert Secret("https://example.com/CANARY-path", "vault:team/path") == desired["project.signs/webhook.a"]["url"]
    assert {"X": Secret("Bearer CANARY-token", "vault:team/token")} == desired["project.signs/webhook.a"]["headers"]
    assert {"X": Secret("CANARY-password", "vault:team/password")} == desired["project.signs/webhook.b"]["headers"]
    assert ["team/token", "team/password", "team/path"] == asked()
    assert "CANARY" not in repr(found.compiled.desired)


@pytest.mark.parametrize(
    "line",
    [
        "title: ${vault:team/title}",
        "title: a ${vault:team/title} inside",
        "title: ${var:token}",
        "interface: {xml: '<View>${vault:team/x}</View>'}",
        "interface: {template: text-classification, vars: {choices: ['${vault:team/x}']}}",
        "maximum_annotations: ${vault:team/number}",
        "views: {a: {title: '${vault:team/x}'}}",
        "sampling: ${vault:team/x}",
        "tasks: [{file: '${vault:team/x}'}]",
        "'${vault:team/x}': 1",
    ],
)
def test_a_secret_of_a_provider_is_refused_where_it_would_be_shown(install: Install, tmp_path: Path, line: str) -> None:
    install("vault = a_vault:read")
    found = checked(tmp_path, line)
    assert {"lsform.yaml:11"} == {said[:14] for said in findings(found) if ": error LSFM" in said}
    assert "CANARY" not in "".join(findings(found)) + repr(found)


def test_the_place_and_the_reason_of_each_refusal_are_told(install: Install, tmp_path: Path) -> None:
    install("vault = a_vault:read")
    lines = ["title: ${vault:team/x}", *(f"{name}: ${{vault:{path}}}" for name, path in
             (("description", "nothing"), ("color", "away"), ("task_data_password", "number"),
              ("model_version", "nothing")))]  # fmt: skip
    assert [
        "lsform.yaml:11:3: error LSFM04: `title` should be text",
        "  hint: the secret `vault:team/x` can only stand in a field that is never shown",
        "lsform.yaml:12:3: error LSFM05: `vault` gives no secret at `nothing`: nothing",
        "  hint: check the path, and what may be read there",
        "lsform.yaml:13:3: error LSFM05: `vault` gives no secret at `away`: vault.example.com does not answer",
        "  hint: check the path, and what may be read there",
        "lsform.yaml:14:3: error LSFM05: `vault` gives no text at `number`",
        "  hint: its provider should return the secret as text",
        "lsform.yaml:15:3: error LSFM05: `vault` gives no secret at `nothing`: nothing",
        "  hint: check the path, and what may be read there",
    ] == findings(checked(tmp_path, *lines))
    assert ["team/token", "team/x", "nothing", "away", "number"] == asked()


@pytest.mark.parametrize(
    ("points", "code", "reason"),
    [
        (["vault = a_vault:reads"], PROVIDER, "cannot be loaded: "),
        (["vault = no_such_module:read"], PROVIDER, "cannot be loaded: No module named 'no_such_module'"),
        (["vault = a_vault:read"], "import no_such_module", "cannot be loaded: No module named 'no_such_module'"),
        (["other = a_vault:read"], PROVIDER, "`${vault:team/token}` is no reference"),
    ],
)
def test_a_provider_that_does_not_load_is_a_finding(
    install: Install, tmp_path: Path, points: list[str], code: str, reason: str
) -> None:
    install(*points, code=code)
    said = findings(checked(tmp_path, "title: Signs"))
    assert ("lsform.yaml:5:10: error LSFM05: ", True) == (said[0][:32], reason in said[0]), said


def test_two_providers_of_one_name_are_a_finding(install: Install, tmp_path: Path) -> None:
    install("vault = a_vault:read")
    install("vault = a_vault:other", name="b-vault")
    said = findings(checked(tmp_path, "title: Signs"))
    assert "two providers of `${vault:...}`: `a_vault:other` and `a_vault:read`" in said[0]


def test_a_provider_that_nobody_asks_is_not_loaded(install: Install, tmp_path: Path) -> None:
    install("other = a_vault:read", "env = a_vault:read")
    checked(tmp_path, "title: ${env:NOTHING}")
    assert "a_vault" not in sys.modules
