"""`lsform schema`: the JSON Schemas that editors complete and check manifests with."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from lsform.config.checked import check
from lsform.config.loader import Request
from lsform.config.manifest import SPECS
from lsform.config.schema import schema, schemas
from lsform.config.source import read_documents
from lsform.core.values import Json
from tests.conftest import Stack

ROOT = Path(__file__).parents[2]
EXAMPLES = sorted((ROOT / "examples").glob("**/*.yaml"))


@cache
def validator(name: str) -> Draft202012Validator:
    return Draft202012Validator(schemas()[name])


def mistakes(manifest: Json, name: str = "lsform.json") -> list[str]:
    """Places that a schema does not accept."""
    found = validator(name).iter_errors(manifest)
    return sorted("/".join(str(step) for step in error.absolute_path) for error in found)


def test_the_schemas_of_the_repository_are_those_that_are_made_now() -> None:
    made = {name: json.dumps(text, indent=2, ensure_ascii=False) + "\n" for name, text in schemas().items()}
    kept = {path.name: path.read_text("utf-8") for path in (ROOT / "schemas").iterdir()}
    assert made == kept, "`lsform schema --out schemas` writes them"


def test_schema_prints_the_one_for_all_kinds_or_writes_one_file_a_kind(stack: Stack) -> None:
    result = stack.run("schema")
    assert (0, "") == (result.code, result.err)
    assert schema() == json.loads(result.out)
    folder = stack.folder / "new" / "schemas"
    result = stack.run("schema", "--out", str(folder))
    assert (0, "", f"wrote {len(SPECS) + 1} schemas to {folder}\n") == (result.code, result.out, result.err)
    assert {f"{kind.lower()}.json" for kind in SPECS} | {"lsform.json"} == {path.name for path in folder.iterdir()}


def test_a_place_that_cannot_be_written_is_an_error(stack: Stack) -> None:
    (stack.folder / "file").write_text("", "utf-8")
    result = stack.run("schema", "--out", str(stack.folder / "file" / "below"))
    assert (1, "") == (result.code, result.out)
    assert f"error: `{stack.folder}/file/below` cannot be written: Not a directory\n" == result.err


@pytest.mark.parametrize("name", sorted(schemas()))
def test_each_schema_is_one(name: str) -> None:
    Draft202012Validator.check_schema(schemas()[name])


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_manifest_of_the_examples_is_accepted(path: Path) -> None:
    documents, findings = read_documents(path.read_text("utf-8"), path.name)
    assert [] == findings
    for document in documents:
        assert isinstance(document.value, dict)
        kind = str(document.value["kind"]).lower()
        assert ([], []) == (mistakes(document.value), mistakes(document.value, f"{kind}.json"))


HEAD = "apiVersion: lsform/v1\nkind: {}\nmetadata: {{name: a}}\n"
# What each kind may say, references among it; `x: 1` in the places of the second line is what it may not.
RIGHT = {
    "Stack": "spec: {server: {url: u, api_key: '${env:K}'}, state: {url: s}, include: [a], vars: {any: [1]}, "
    "limits: {max_delete_share: 1, max_update_share: '${var:u}'}}",
    "Environment": "spec: {server: {url: u}, state: {url: s}, vars: {}, limits: {}}",
    "LabelSet": "spec: {labels: [Car, '${var:more}', {value: b, alias: c, id: 1, color: red, hotkey: q}]}\n"
    "matrix: {a: [1], b: '${var:b}'}",
    "Interface": "spec: {template: object-detection, label_sets: {labels: l}, vars: {any: {a: 1}}}",
    "Storage": "spec: {type: localfiles, path: /data, sync: always}",
    "MLBackend": "spec: {url: 'http://a', timeout: '${var:t}', extra_params: {a: 1}, basic_auth_pass: '${env:P}'}",
    "Project": """\
spec:
  title: ${var:title}
  expert_instruction: {file: ./a.html}
  maximum_annotations: ${env:N}
  color: "#ff0000"
  pinned_at: null
  control_weights: {label: {overall: 1, labels: {Car: 0.5}}}
  interface: {xml: <View/>, vars: {a: [1]}}
  import_storages: {raw: {storage: s, prefix: null}, own: {type: localfiles, path: /data, use_blob_urls: "${var:b}"}}
  export_storages: {out: {storage: s}}
  ml_backends: {of-m: {ml_backend: m, timeout: 3}, own: {url: u, auto_update: "${var:b}", extra_params: a}}
  webhooks: {hook: {url: u, actions: [ANNOTATION_CREATED], headers: {A: "${env:T}"}}}
  views:
    v:
      title: V
      filters: {items: [{filter: "filter:tasks:id", operator: equal, type: Number, value: 1}]}
      ordering: ["-tasks:id", "${var:order}"]
      hidden_columns: {explore: ["${var:c}"]}
  lifecycle: {protect: true, ignore: [title], on_drift: report}
""".replace(", prefix: null", ""),
    "Moved": "spec: {from: project.a, to: project.b}",
    "Removed": "spec: {from: project.a, destroy: false}",
}


def manifest(kind: str) -> dict[str, Json]:
    (document,), findings = read_documents(HEAD.format(kind) + RIGHT[kind], kind)
    assert [] == findings
    assert isinstance(document.value, dict)
    return document.value


def test_the_right_manifests_are_of_all_kinds() -> None:
    assert [*SPECS] == [*RIGHT]


@pytest.mark.parametrize("kind", SPECS)
def test_a_right_manifest_is_accepted_by_both_of_its_schemas(kind: str) -> None:
    assert [] == mistakes(manifest(kind))
    assert [] == mistakes(manifest(kind), f"{kind.lower()}.json")


# their keys are the user's
FREE = {"vars", "headers", "control_weights", "extra_params", "label_sets", "value", "matrix"}
# and so are these, but not what is below them
NAMES = {"import_storages", "export_storages", "ml_backends", "webhooks", "views"}


def with_a_wrong_key(value: Json, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str, Json]]:
    """Every place where a key can be wrong, and the value with one there."""
    if isinstance(value, dict):
        if not path or path[-1] not in NAMES:
            yield "/".join(map(str, path)), {**value, "wrong": 1}
        for key, item in value.items():
            if key not in FREE:
                yield from ((at, {**value, key: wrong}) for at, wrong in with_a_wrong_key(item, (*path, key)))
    if isinstance(value, list):
        for index, item in enumerate(value):
            for at, wrong in with_a_wrong_key(item, (*path, index)):
                yield at, [*value[:index], wrong, *value[index + 1 :]]


@pytest.mark.parametrize(
    ("kind", "place", "wrong"),
    [pytest.param(kind, *pair, id=f"{kind}: {pair[0]}") for kind in SPECS for pair in with_a_wrong_key(manifest(kind))],
)
def test_a_wrong_key_is_refused_wherever_it_stands(kind: str, place: str, wrong: Json, tmp_path: Path) -> None:
    assert mistakes(wrong)
    # and by `validate`, so that the editor and the command line do not disagree
    stack = "apiVersion: lsform/v1\nkind: Stack\nmetadata: {name: test}\n"
    (tmp_path / "envs").mkdir()
    names = {"Stack": "lsform.yaml", "Environment": "envs/e.yaml"}
    (tmp_path / "lsform.yaml").write_text(stack, "utf-8")
    (tmp_path / names.get(kind, "m.yaml")).write_text(json.dumps(wrong), "utf-8")
    storage = HEAD.format("Storage").replace("name: a", "name: s") + RIGHT["Storage"]
    backend = HEAD.format("MLBackend").replace("name: a", "name: m") + RIGHT["MLBackend"]
    (tmp_path / "s.yaml").write_text(f"{storage}\n---\n{backend}", "utf-8")
    variables: dict[str, Json] = {"b": [1], "more": "x"}
    request = Request(tmp_path, environment="e" if kind == "Environment" else "", variables=variables)
    assert "LSFM03" in {finding.code for finding in check(request).compiled.findings}


@pytest.mark.parametrize(
    ("kind", "spec"),
    [
        ("Project", {"maximum_annotations": "two"}),
        ("Project", {"maximum_annotations": 0}),
        ("Project", {"sampling": "random"}),
        ("Project", {"interface": {"xml": "<View/>", "file": "a.xml"}}),
        ("Project", {"interface": {}}),
        ("Project", {"interface": "two words"}),
        ("Project", {"views": {"two words": {"title": "x"}}}),
        ("Project", {"views": {"v": {}}}),
        ("Project", {"webhooks": {"h": {"url": "u", "actions": ["NOTHING"]}}}),
        ("Project", {"import_storages": {"raw": {}}}),
        ("Project", {"import_storages": {"raw": {"type": "s4", "path": "x"}}}),
        ("LabelSet", {}),
        ("LabelSet", {"labels": [{"color": "red"}]}),
        ("Project", {"ml_backends": {"it": {"timeout": 3}}}),
        ("Project", {"ml_backends": {"it": {"url": "u", "timeout": 0}}}),
        ("MLBackend", {"url": "u", "auth_method": "DIGEST"}),
        ("Storage", {"path": "x"}),
        ("Moved", {"from": "project.a"}),
    ],
)
def test_a_wrong_value_is_refused(kind: str, spec: dict[str, Json]) -> None:
    assert mistakes({**manifest(kind), "spec": spec})


def test_what_is_no_manifest_is_refused() -> None:
    right = manifest("Project")
    for wrong in (
        {**right, "kind": "Projct"},
        {**right, "apiVersion": "v1"},
        {**right, "metadata": {}},
        {**right, "metadata": {"name": "a b"}},
        {**manifest("Stack"), "matrix": {"a": [1]}},
        [right],
    ):
        assert mistakes(wrong)  # type: ignore[arg-type]


def described(value: Json, path: str = "") -> Iterator[str]:
    """Properties of which an editor would have nothing to say."""
    if isinstance(value, list):
        for index, item in enumerate(value):
            yield from described(item, f"{path}/{index}")
    if isinstance(value, dict):
        properties = value.get("properties")
        for name, body in properties.items() if isinstance(properties, dict) else ():
            known = isinstance(body, dict) and {"description", "$ref", "const"} & set(body)
            if not known and name != "kind":
                yield f"{path}/{name}"
        for key, item in value.items():
            yield from described(item, f"{path}/{key}")


@pytest.mark.parametrize("kind", SPECS)
def test_an_editor_has_something_to_say_of_each_key(kind: str) -> None:
    document = schemas()[f"{kind.lower()}.json"]
    assert kind == document["title"]
    assert str(document["description"]).endswith(".")
    assert [] == [*described(document)]
