"""ML backends in manifests: connections under them, and what the server would refuse or silently do otherwise."""

from __future__ import annotations

from pathlib import Path

import pytest

from lsform.config.checked import check
from lsform.config.compile import Compiled
from lsform.config.loader import Request
from lsform.core.address import Address
from lsform.core.values import Attributes, reveal

STACK = "apiVersion: lsform/v1\nkind: Stack\nmetadata: {name: test}\n"
CONNECTION = (
    "apiVersion: lsform/v1\nkind: MLBackend\nmetadata: {name: detector}\nspec: {url: 'http://a.be:9090', timeout: 9}\n"
)
SECRETS = {"USER": "somebody", "PASSWORD": "canary-1", "NONE": "", "WIDE": "canary-漢"}


def compiled(folder: Path, backend: str, connection: str = CONNECTION) -> Compiled:
    (folder / "lsform.yaml").write_text(STACK, "utf-8")
    text = (
        f"apiVersion: lsform/v1\nkind: Project\nmetadata: {{name: a}}\nspec: {{ml_backends: {{it: {{{backend}}}}}}}\n"
    )
    (folder / "m.yaml").write_text(f"{connection}---\n{text}", "utf-8")
    return check(Request(folder, process=SECRETS)).compiled


def declared(folder: Path, backend: str) -> Attributes:
    found = compiled(folder, backend)
    assert () == found.findings
    return found.desired[Address.parse("project.a/ml_backend.it")].attributes


def test_what_a_backend_says_wins_over_its_connection_field_by_field(tmp_path: Path) -> None:
    assert {"url": "http://a.be:9090", "timeout": 9, "title": "own"} == declared(
        tmp_path, "ml_backend: detector, title: own"
    )
    assert {"url": "http://b.be", "timeout": 9} == declared(tmp_path, "ml_backend: detector, url: 'http://b.be'")
    assert {"url": "http://b.be"} == declared(tmp_path, "url: 'http://b.be'")


def test_a_version_of_its_own_ends_the_updates_of_the_version(tmp_path: Path) -> None:
    assert {"url": "http://u.be", "model_version": "v1", "auto_update": False} == declared(
        tmp_path, "url: http://u.be, model_version: v1"
    )


def test_credentials_are_secrets_and_choose_the_method(tmp_path: Path) -> None:
    found = declared(tmp_path, "url: http://u.be, basic_auth_user: '${env:USER}', basic_auth_pass: '${env:PASSWORD}'")
    assert ("BASIC_AUTH", "Secret(env:USER)", "Secret(env:PASSWORD)") == (
        found["auth_method"],
        repr(found["basic_auth_user"]),
        repr(found["basic_auth_pass"]),
    )


def test_no_authentication_takes_the_user_away(tmp_path: Path) -> None:
    assert "" == reveal(declared(tmp_path, "url: http://u.be, auth_method: NONE")["basic_auth_user"])


def test_what_comes_from_outside_is_a_secret_at_any_depth_of_the_parameters(tmp_path: Path) -> None:
    found = declared(tmp_path, "url: http://u.be, extra_params: {a: [{b: '${env:PASSWORD}'}, 1], c: text}")[
        "extra_params"
    ]
    assert "{'a': [{'b': Secret(env:PASSWORD)}, 1], 'c': 'text'}" == repr(found)


@pytest.mark.parametrize(
    ("backend", "code", "words"),
    [
        ("timeout: 3", "LSFM04", "`url` is missing"),
        ("ml_backend: detecter", "LSFM07", "there is no ml_backend `detecter`"),
        ("ml_backend: [detector]", "LSFM04", "`ml_backend` should be text"),
        ("url: http://u.be, model_version: v1, auto_update: true", "LSFM04", "takes the backend's own version"),
        ("url: http://u.be, basic_auth_user: '${env:USER}'", "LSFM04", "go together"),
        ("url: http://u.be, basic_auth_pass: '${env:PASSWORD}'", "LSFM04", "go together"),
        (
            "url: http://u.be, basic_auth_user: '${env:USER}', basic_auth_pass: '${env:NONE}'",
            "LSFM04",
            "neither is empty",
        ),
        ("url: http://u.be, auth_method: BASIC_AUTH", "LSFM04", "go together"),
        ("url: http://u.be, auth_method: NONE, basic_auth_user: '${env:USER}'", "LSFM04", "has no use for"),
        (
            "url: http://u.be, basic_auth_user: u, basic_auth_pass: '${env:WIDE}'",
            "LSFM04",
            "`basic_auth_pass` has a character",
        ),
        ("url: http://u.be, timeout: 0", "LSFM04", "`timeout`"),
        ("url: http://u.be, extra_params: 2026-01-01, titel: x", "LSFM03", "unknown key `titel`"),
    ],
)
def test_a_mistake_is_told_before_anything_is_sent(tmp_path: Path, backend: str, code: str, words: str) -> None:
    found = [one for one in compiled(tmp_path, backend).findings if one.code == code]
    assert [True] == [words in one.message for one in found], found
    assert found[0].span.line == 9 and "canary" not in found[0].message


@pytest.mark.parametrize("key", ["type", "titel"])
def test_a_connection_says_nothing_that_no_backend_knows(tmp_path: Path, key: str) -> None:
    found = compiled(tmp_path, "ml_backend: detector", CONNECTION.replace("timeout", key)).findings
    assert [("LSFM03", f"unknown key `{key}`", "ml_backend.detector", 4)] == [
        (one.code, one.message, one.address, one.span.line) for one in found
    ]
