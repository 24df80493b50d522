"""Code that pages show is code that works, as far as that can be told without a server: one check a language.

Lines that call lsform are parsed by `test_docs_commands`, sessions are played by `tests/live`, `docs/python.md` is run
by `test_api`, and the examples of the linter's rules, which are indented, by `test_lint_rules`.
"""

from __future__ import annotations

import ast
import importlib
import json
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any

import jinja2
import jsonschema
import kubernetes_validate
import pytest
import yaml

from lsform.config.checked import check
from lsform.config.envelope import Request
from lsform.config.explaining import kinds
from lsform.config.linting import all_findings
from lsform.core.diagnostics import Severity
from lsform.interface import lint
from lsform.interface.model import parse
from tests.unit.pages import BLOCKS, ROOT, Block

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

STACK = "apiVersion: lsform/v1\nkind: Stack\nmetadata: {name: shown}\nspec: {}\n"
ELSEWHERE = frozenset({"LSFM06", "LSFM07"})  # files and names that a page need not repeat
KUBERNETES = kubernetes_validate.latest_version()
UNCHECKED = ("docs/rules.md",)  # indented, and checked with the rules


def manifests(text: str, folder: Path, meant: frozenset[str]) -> None:
    """As `lsform validate` reads them, a whole stack or documents of one; `meant` are codes of mistakes on purpose."""
    documents = {one: yaml.safe_load(one) for one in re.split(r"^---$", text, flags=re.MULTILINE)}
    environments = {body["metadata"]["name"]: one for one, body in documents.items() if body["kind"] == "Environment"}
    others = [one for one in documents if one not in environments.values()]
    has_root = any(documents[one]["kind"] == "Stack" for one in others)
    (folder / "lsform.yaml").write_text("---\n".join([*([] if has_root else [STACK]), *others]), "utf-8")
    (folder / "envs").mkdir()
    for name, one in environments.items():
        (folder / "envs" / f"{name}.yaml").write_text(one, "utf-8")
    process, variables = (dict.fromkeys(re.findall(rf"\$\{{{what}:(\w+)\}}", text), "set") for what in ("env", "var"))
    for name in environments or ("",):
        found = all_findings(check(Request(folder, name, variables, process)))
        said = [(one.code, one.message) for one in found if one.severity is not Severity.INFO]
        assert [] == [one for one in said if one[0] not in ELSEWHERE | meant]


def fragment(body: dict[str, Any], folder: Path, meant: frozenset[str]) -> None:
    """A part of a manifest: the kind that it names, or the first that has its fields."""
    spec = body.get("spec", body)
    fitting = [one.path for one in kinds() if set(spec) <= {field.name for field in one.fields}]
    kind = body.get("kind") or next(iter(fitting), "")
    assert kind, f"no kind has all of {', '.join(spec)}"
    whole = {"apiVersion": "lsform/v1", "kind": kind, "metadata": {"name": "shown"}, "spec": spec}
    manifests(yaml.safe_dump(whole), folder, meant)


def kubernetes(documents: list[dict[str, Any]]) -> None:
    for one in documents:
        if not one["apiVersion"].startswith("kustomize.config.k8s.io/"):  # of which there is no schema
            kubernetes_validate.validate(one, KUBERNETES, strict=True)


def hooks(body: dict[str, Any]) -> None:
    """pre-commit: those that we offer are offered."""
    offered = {one["id"] for one in yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))}
    named = {hook["id"] for repository in body["repos"] for hook in repository["hooks"]}
    assert set() == {one for one in named if one.startswith("lsform")} - offered


def vendored(schema: str, body: dict[str, Any]) -> None:
    rules = json.loads((files("check_jsonschema") / f"builtin_schemas/vendor/{schema}.json").read_text("utf-8"))
    jsonschema.validators.validator_for(rules)(rules).validate(body)


def check_yaml(block: Block, folder: Path) -> None:
    """By what it is: keys tell. A mistake is meant where what follows is lsform's finding of its code."""
    meant = frozenset(re.findall(r"\bLSF\w+", block.answer))
    documents = [{("on" if key is True else key): one[key] for key in one} for one in yaml.safe_load_all(block.text)]
    first = documents[0]
    keys = set(first)
    if first.get("apiVersion") == "lsform/v1":
        manifests(block.text, folder, meant)
    elif "apiVersion" in keys:
        kubernetes(documents)
    elif {"on", "jobs"} <= keys:
        vendored("github-workflows", first)
    elif "services" in keys:
        vendored("compose-spec", first)
    elif "repos" in keys:
        hooks(first)
    elif any(isinstance(one, dict) and {"script", "extends"} & set(one) for one in first.values()) or "stages" in keys:
        vendored("gitlab-ci", first)
    else:
        fragment(first, folder, meant)


def check_json(block: Block, _folder: Path) -> None:
    """One document, or one a line."""
    try:
        json.loads(block.text)
    except json.JSONDecodeError:
        for line in block.text.splitlines():
            json.loads(line)


def check_python(block: Block, _folder: Path) -> None:
    """It compiles, and what it takes from lsform is there."""
    tree = ast.parse(block.text)
    for name, attribute in taken(tree):
        assert not attribute or hasattr(importlib.import_module(name), attribute), f"`{name}` has no `{attribute}`"


def taken(tree: ast.Module) -> Iterator[tuple[str, str]]:
    for node in ast.walk(tree):
        match node:
            case ast.ImportFrom(module=str(module), names=names) if module.partition(".")[0] == "lsform":
                yield from ((module, one.name) for one in names)
            case ast.Attribute(value=ast.Name("lsform"), attr=attribute):
                yield ("lsform", attribute)


def check_shell(block: Block, _folder: Path) -> None:
    """Bash reads it; targets of make are there, and so are the extras that pip is to install."""
    lines = [
        line for line in block.text.splitlines() if not block.text.startswith("$ ") or line.startswith(("$ ", "> "))
    ]
    shown = "\n".join(line.removeprefix("$ ").removeprefix("> ") for line in lines)
    done = subprocess.run(["bash", "-n"], input=shown, text=True, capture_output=True, check=False)
    assert "" == done.stderr
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    assert set() == set(re.findall(r"^make ([a-z]+)", shown, re.MULTILINE)) - targets
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["optional-dependencies"]
    wanted = {one for group in re.findall(r"(?:lsform|\.)\[([\w,]+)\]", shown) for one in group.split(",")}
    assert set() == wanted - set(extras)


def check_xml(block: Block, _folder: Path) -> None:
    """An interface without mistakes."""
    parse(block.text)
    assert [] == [(one.code, one.message) for one in lint(block.text) if one.severity is Severity.ERROR]


def check_toml(block: Block, _folder: Path) -> None:
    tomllib.loads(block.text)


def check_jinja(block: Block, _folder: Path) -> None:
    jinja2.Environment(autoescape=True).parse(block.text)


def check_nothing(_block: Block, _folder: Path) -> None:
    """What a command prints, a usage line, a tree of files."""


CHECKS: Mapping[str, Callable[[Block, Path], None]] = {
    "console": check_shell,
    "jinja": check_jinja,
    "json": check_json,
    "python": check_python,
    "sh": check_shell,
    "text": check_nothing,
    "toml": check_toml,
    "xml": check_xml,
    "yaml": check_yaml,
}


def test_each_block_has_a_language_that_is_checked() -> None:
    unknown = [one.place for one in BLOCKS if one.language not in CHECKS and not one.place.startswith(UNCHECKED)]
    assert [] == unknown, f"languages are {', '.join(CHECKS)}"


def test_most_languages_are_shown() -> None:
    assert {"console", "json", "python", "sh", "yaml"} <= set(Counter(one.language for one in BLOCKS))


@pytest.mark.parametrize("block", [one for one in BLOCKS if one.language in CHECKS], ids=lambda block: block.place)
def test_what_a_page_shows_works(block: Block, tmp_path: Path) -> None:
    CHECKS[block.language](block, tmp_path)


@pytest.mark.parametrize(
    ("language", "wrong", "said"),
    [
        ("yaml", "apiVersion: lsform/v1\nkind: Project\nmetadata: {name: a}\nspec: {titel: A}\n", "titel"),
        ("yaml", "apiVersion: lsform/v1\nkind: Project\nmetadata: {name: a}\nspec: {title: yes, title: b}\n", "LSFM02"),
        ("yaml", "apiVersion: lsform/v1\nkind: Environment\nmetadata: {name: a}\nspec: {varz: {}}\n", "varz"),
        ("yaml", "spec: {webhooks: {a: {url: http://x, actoins: []}}}\n", "actoins"),
        ("yaml", "webhook: {}\n", "no kind has all of webhook"),
        ("yaml", "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a}\nspec: {replica: 2}\n", "replica"),
        ("yaml", "on: {push: {}}\njobs: {a: {run-on: ubuntu}}\n", "run-on"),
        ("yaml", "services: {a: {imagee: x}}\n", "imagee"),
        ("yaml", "stages: [a]\njob: {script: 5}\n", "5 is not valid"),
        ("yaml", "repos: [{repo: x, hooks: [{id: lsform-nope}]}]\n", "lsform-nope"),
        ("json", '{"a": }', "Expecting value"),
        ("python", "import lsform\nlsform.lode('x')\n", "lode"),
        ("python", "from lsform.interface import lintt\n", "lintt"),
        ("sh", "make nope\n", "nope"),
        ("sh", "pip install 'lsform[nope]'\n", "nope"),
        ("console", "$ echo 'open\n", "while looking for"),
        ("xml", '<View><Choices name="a" toName="nope"><Choice value="b"/></Choices></View>', "LSF"),
        ("toml", "a = \n", "Invalid value"),
        ("jinja", "{% if %}", "Expected an expression"),
    ],
)
def test_a_mistake_is_noticed(language: str, wrong: str, said: str, tmp_path: Path) -> None:
    with pytest.raises(Exception, match=said):
        CHECKS[language](Block("here", language, wrong), tmp_path)
