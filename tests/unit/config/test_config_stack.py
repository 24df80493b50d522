"""What a right stack means: references, environments, matrices, connections, history."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from lsform.config.checked import Checked, check
from lsform.config.connection import connection
from lsform.config.loader import Request
from lsform.core.address import Address
from lsform.core.errors import ConfigurationError, LsformError, ServerUnavailable
from lsform.core.values import Json, Secret, Value
from lsform.data.output import finish, output
from lsform.engine.declared import Move, Removal

STACK = "apiVersion: lsform/v1\nkind: Stack\nmetadata: {name: test}\n"
HEAD = "apiVersion: lsform/v1\nkind: Project\nmetadata: {name: a}\n"


def stack(folder: Path, files: Mapping[str, str], **request: object) -> Checked:
    """A stack without mistakes; `lsform.yaml` is a bare one unless it is given."""
    for name, text in {"lsform.yaml": STACK, **files}.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, "utf-8")
    found = check(Request(folder, **request))  # type: ignore[arg-type]
    assert () == found.compiled.findings
    return found


def attributes(found: Checked, address: str = "project.a") -> Mapping[str, Value]:
    return found.compiled.desired[Address.parse(address)].attributes


REFERENCES = {
    "title": "${var:n}",
    "text": "n is ${var:n}, yes is ${var:yes}, half is ${var:half}",
    "whole": ["${var:n}", "${var:yes}", "${var:half}", "${var:nothing}", "${var:list}", "${var:map}"],
    "escaped": "$${var:n} $$${var:n} $${",
    "jinja": "${{ key }} ${{key}}",
    "dollars": "$5 $ {a} $env:X",
    "twice": "${var:n}${var:n}",
}
VARIABLES: dict[str, Json] = {
    "n": 3,
    "yes": True,
    "half": 0.5,
    "nothing": None,
    "list": [1, "${var:n}"],
    "map": {"a": 1},
}


def test_a_reference_alone_keeps_its_type_and_becomes_text_inside_of_one(tmp_path: Path) -> None:
    lines = "".join(
        f"      {key}: {value if isinstance(value, list) else repr(value)}\n" for key, value in REFERENCES.items()
    )
    body = f"{HEAD}spec:\n  ml_backends:\n    a:\n     url: http://u.be\n     extra_params:\n{lines}"
    found = stack(tmp_path, {"m.yaml": body}, variables=VARIABLES)
    assert {
        "title": 3,
        "text": "n is 3, yes is true, half is 0.5",
        "whole": [3, True, 0.5, None, [1, "${var:n}"], {"a": 1}],
        "escaped": "${var:n} $${var:n} ${",
        "jinja": "${{ key }} ${{key}}",
        "dollars": "$5 $ {a} $env:X",
        "twice": "33",
    } == attributes(found, "project.a/ml_backend.a")["extra_params"]


def test_files_and_the_environment_are_text_whose_origin_is_known(tmp_path: Path) -> None:
    body = HEAD + (
        "spec:\n"
        "  title: ${env:TITLE}\n"
        "  description: ${file:texts/a.txt}\n"
        "  maximum_annotations: ${env:MOST}\n"
        "  show_instruction: ${env:SHOW}\n"
        "  task_data_password: 'x-${env:PASSWORD}-${file:texts/a.txt}'\n"
        "  webhooks: {h: {url: '${env:HOOK}', headers: {A: '${var:token}'}}}\n"
    )
    found = stack(
        tmp_path,
        {
            "lsform.yaml": STACK + "spec: {vars: {token: '${env:TOKEN}'}}\n",
            "sub/m.yaml": body,
            "sub/texts/a.txt": "one\ntwo\r\n\n",
        },
        process={"TITLE": "123", "MOST": "2", "SHOW": "true", "PASSWORD": "p", "HOOK": "http://hook.svc", "TOKEN": "t"},
    )
    assert {
        "title": "123",
        "description": "one\ntwo",
        "maximum_annotations": 2,
        "show_instruction": True,
        "task_data_password": Secret("x-p-one\ntwo", "env:PASSWORD+file:texts/a.txt"),
    } == attributes(found)
    assert {
        "url": Secret("http://hook.svc", "env:HOOK"),
        "headers": {"A": Secret("t", "env:TOKEN")},
    } == attributes(found, "project.a/webhook.h")


SETTINGS = """\
spec:
  state: {url: "file:${var:where}"}
  limits: {max_delete_share: 0.2, max_update_share: 0.3}
  vars: {where: state, bucket: raw-dev, tags: {a: 1, b: 2}, list: [1]}
"""
PROD = """\
apiVersion: lsform/v1
kind: Environment
metadata: {name: prod}
spec:
  state: null
  limits: {max_delete_share: 0}
  vars: {bucket: raw-prod, tags: {b: 3}, list: [2]}
"""


def test_an_environment_is_laid_over_the_stack_and_the_command_line_over_both(tmp_path: Path) -> None:
    found = stack(
        tmp_path,
        {"lsform.yaml": STACK + SETTINGS, "envs/prod.yaml": PROD},
        environment="prod",
        variables={"list": [3], "more": "x"},
    ).configuration
    assert ("test", "prod", "file:state") == (found.stack, found.environment, found.spec.state.url)
    assert (0.0, 0.3) == (found.spec.limits.max_delete_share, found.spec.limits.max_update_share)
    tags: Json = {"a": 1, "b": 3}
    assert {"where": "state", "bucket": "raw-prod", "tags": tags, "list": [3], "more": "x"} == found.spec.vars


def lifecycles(folder: Path, environment: str) -> dict[str, tuple[bool, list[str], str]]:
    """Address -> what its lifecycle says, for a project that says all of it, one that says a part, and one silent."""
    files = {
        "lsform.yaml": STACK + "spec: {lifecycle: {ignore: [interface, colo*], on_drift: report}}\n",
        "envs/prod.yaml": PROD.replace("  state: null\n", "  lifecycle: {protect: true, on_drift: null}\n"),
        "m.yaml": f"""\
{HEAD}spec:
  webhooks: {{h: {{url: "http://u.svc"}}}}
  lifecycle: {{protect: false, ignore: [], on_drift: ignore}}
---
{HEAD.replace("name: a", "name: part")}spec: {{lifecycle: {{ignore: [title]}}}}
---
{HEAD.replace("name: a", "name: silent")}""",
    }
    found = stack(folder, files, environment=environment).compiled
    assert () == found.findings
    each = {str(address): one.lifecycle for address, one in found.desired.items()}
    return {address: (one.protect, one.ignore, one.on_drift.value) for address, one in each.items()}


@pytest.mark.parametrize(("environment", "protects"), [("prod", True), ("", False)])
def test_a_project_s_lifecycle_is_laid_over_the_environment_s_and_that_over_the_stack_s(
    tmp_path: Path, environment: str, protects: bool
) -> None:
    whole = (False, [], "ignore")
    assert {
        "project.a": whole,
        "project.a/webhook.h": whole,
        "project.part": (protects, ["title"], "report"),
        "project.silent": (protects, ["interface", "colo*"], "report"),
    } == lifecycles(tmp_path, environment)


def test_without_an_environment_its_files_do_not_count(tmp_path: Path) -> None:
    found = stack(tmp_path, {"lsform.yaml": STACK + SETTINGS, "envs/prod.yaml": "not: [yaml"}).configuration
    assert "raw-dev" == found.spec.vars["bucket"]


def test_an_environment_that_is_not_there_is_named_with_the_nearest(tmp_path: Path) -> None:
    files = {"envs/prod.yaml": PROD, "envs/staging.yaml": PROD, "prod.yaml": PROD}
    for name, hint in {
        "prd": "did you mean `prod`?",
        "../prod": "did you mean `prod`?",
        "x": "there are: `prod`, `staging`",
    }.items():
        with pytest.raises(LsformError, match="there is no environment") as caught:
            stack(tmp_path, files, environment=name)
        assert hint == caught.value.hint


def test_a_folder_without_a_stack_says_how_to_get_one(tmp_path: Path) -> None:
    with pytest.raises(LsformError) as caught:
        check(Request(tmp_path / "none"))
    assert f"there is no `lsform.yaml` in {tmp_path / 'none'}" == caught.value.message
    assert "`lsform init` writes one, `-C DIR` looks elsewhere" == caught.value.hint


@pytest.mark.parametrize(
    ("include", "read"),
    [
        ("", ["m", "n", "deep"]),
        ("spec: {include: [m.yaml]}", ["m"]),
        ("spec: {include: ['sub/**/*.yaml', m.yaml, '*.yaml']}", ["m", "n", "deep"]),
        ("spec: {include: []}", []),
        ("spec: {include: ['${var:which}.yaml'], vars: {which: n}}", ["n"]),
        ("spec: {include: ['**/*.yml']}", ["yml"]),
        ("spec: {include: ['.hidden/*.yaml']}", []),
    ],
)
def test_manifests_are_the_included_files_but_hidden_ones_and_environments(
    tmp_path: Path, include: str, read: list[str]
) -> None:
    names = {"m": "m.yaml", "n": "n.yaml", "deep": "sub/deep/x.yaml", "yml": "y.yml", "hidden": ".hidden/x.yaml"}
    names["env"] = "envs/x.yaml"
    body = "apiVersion: lsform/v1\nkind: Project\nmetadata: {name: %s}\n"
    found = stack(tmp_path, {"lsform.yaml": STACK + include, **{path: body % name for name, path in names.items()}})
    assert {f"project.{name}" for name in read} == {str(address) for address in found.compiled.desired}


def test_what_an_export_wrote_below_the_stack_is_no_manifest(tmp_path: Path) -> None:
    with output(tmp_path / "yolo") as made:
        made.write("data.yaml", "nc: 1\n")
        finish(made, {})
    manifest = "apiVersion: lsform/v1\nkind: Project\nmetadata: {name: m}\n"
    found = stack(tmp_path, {"yolo-like/data.yaml": manifest, "yolo-like/manifest.json": "{}"})
    assert ["project.m"] == [str(address) for address in found.compiled.desired]


def test_a_matrix_makes_one_resource_a_combination(tmp_path: Path) -> None:
    body = (
        'apiVersion: lsform/v1\nkind: Project\nmetadata: {name: "p-${matrix:lang}-${matrix:size.of}"}\n'
        "matrix: {lang: [en, '${var:more}'], size.of: [1, 2]}\n"
        "spec: {title: 'In ${matrix:lang}', maximum_annotations: '${matrix:size.of}'}\n"
    )
    found = stack(tmp_path, {"m.yaml": body}, variables={"more": "de"})
    assert {
        "project.p-en-1": {"title": "In en", "maximum_annotations": 1},
        "project.p-en-2": {"title": "In en", "maximum_annotations": 2},
        "project.p-de-1": {"title": "In de", "maximum_annotations": 1},
        "project.p-de-2": {"title": "In de", "maximum_annotations": 2},
    } == {str(address): dict(one.attributes) for address, one in found.compiled.desired.items()}


STORAGES = """\
apiVersion: lsform/v1
kind: Storage
metadata: {name: media}
spec: {type: localfiles, path: /data/all, recursive_scan: true, use_blob_urls: true, title: All, sync: never}
---
apiVersion: lsform/v1
kind: Project
metadata: {name: a}
spec:
  import_storages:
    plain: {storage: media}
    own: {storage: media, path: /data/own, title: null, sync: always}
    alone: {type: localfiles, path: /data/alone}
  export_storages:
    out: {storage: media, sync: always}
"""


def test_a_storage_wins_over_its_connection_field_by_field(tmp_path: Path) -> None:
    found = stack(tmp_path, {"m.yaml": STORAGES}).compiled.desired
    shown = {str(address): (dict(one.attributes), one.sync) for address, one in found.items() if one.sync}
    common: dict[str, Json] = {"title": "All", "use_blob_urls": True}
    assert {
        "project.a/import_storage.plain": ({**common, "path": "/data/all", "recursive_scan": True}, "never"),
        "project.a/import_storage.own": ({**common, "path": "/data/own", "recursive_scan": True}, "always"),
        "project.a/import_storage.alone": ({"path": "/data/alone"}, "on_create"),
        "project.a/export_storage.out": ({**common, "path": "/data/all"}, "always"),
    } == shown


def test_absent_is_unmanaged_and_empty_is_managed(tmp_path: Path) -> None:
    bodies = {"none": "{}", "empty": "{webhooks: {}, views: {}}", "nothing": "{webhooks: null, title: null}"}
    text = "---\n".join(HEAD.replace("name: a", f"name: {name}") + f"spec: {spec}\n" for name, spec in bodies.items())
    found = stack(tmp_path, {"m.yaml": text}).compiled.desired
    assert {"none": set(), "empty": {"webhook", "view"}, "nothing": set()} == {
        address.name: set(one.collections) for address, one in found.items()
    }


def test_one_interface_serves_many_projects_and_both_kinds_of_address(tmp_path: Path) -> None:
    body = "apiVersion: lsform/v1\nkind: Interface\nmetadata: {name: i}\nspec: {xml: '<View/>'}\n"
    found = stack(tmp_path, {"m.yaml": f"{body}---\n{HEAD}spec: {{interface: i}}\n"}).compiled
    rendered = {str(key): one.xml for key, one in found.interfaces.items()}
    assert {"interface.i": "<View/>", "project.a": "<View/>"} == rendered


def test_history_is_read_in_its_order(tmp_path: Path) -> None:
    head = "apiVersion: lsform/v1\nkind: {}\nmetadata: {{name: {}}}\nspec: {{{}}}\n"
    text = "---\n".join(
        [
            head.format("Moved", 1, "from: project.a, to: project.b").replace("name: 1", "name: '1'"),
            head.format("Moved", "two", "from: project.b, to: project.c"),
            head.format("Moved", "three", "from: project.c/view.v, to: project.c/view.w"),
            head.format("Removed", "four", "from: project.old, destroy: false"),
            head.format("Removed", "five", "from: project.older"),
        ]
    )
    found = stack(tmp_path, {"m.yaml": text}).compiled
    address = Address.parse
    assert (
        Move(address("project.a"), address("project.b")),
        Move(address("project.b"), address("project.c")),
        Move(address("project.c/view.v"), address("project.c/view.w")),
    ) == found.moves
    assert (Removal(address("project.old"), False), Removal(address("project.older"), True)) == found.removals


SERVER = STACK + "spec: {server: {url: '${env:URL}', api_key: '${env:KEY}'}}\n"


@pytest.mark.parametrize(
    ("text", "process", "url", "key"),
    [
        (STACK, {"LABEL_STUDIO_URL": "http://a", "LABEL_STUDIO_API_KEY": "k"}, "http://a", "env:LABEL_STUDIO_API_KEY"),
        (SERVER, {"URL": "http://b", "KEY": "k"}, "http://b", "env:KEY"),
        (SERVER, {"URL": "", "KEY": "k", "LABEL_STUDIO_URL": "http://c"}, "http://c", "env:KEY"),
        (
            SERVER.replace("'${env:URL}'", "'http://${var:host}'"),
            {"KEY": "k", "LABEL_STUDIO_URL": "http://d"},
            "http://var",
            "env:KEY",
        ),
    ],
)
def test_the_server_is_the_stack_s_or_that_of_the_sdk_s_variables(
    tmp_path: Path, text: str, process: dict[str, str], url: str, key: str
) -> None:
    found = connection(stack(tmp_path, {"lsform.yaml": text}, process=process, variables={"host": "var"}).configuration)
    assert (url, Secret("k", key)) == (found.url, found.api_key)


def test_the_server_of_an_environment_hides_the_stack_s(tmp_path: Path) -> None:
    environment = PROD.replace("  state: null\n", "  server: {url: 'http://prod', api_key: '${env:PROD}'}\n")
    files = {"lsform.yaml": SERVER, "envs/prod.yaml": environment}
    found = connection(stack(tmp_path, files, environment="prod", process={"PROD": "k"}).configuration)
    assert ("http://prod", Secret("k", "env:PROD")) == (found.url, found.api_key)


@pytest.mark.parametrize("process", [{}, {"LABEL_STUDIO_API_KEY": ""}])
def test_what_needs_a_server_says_which_variables_are_missing(tmp_path: Path, process: dict[str, str]) -> None:
    found = stack(tmp_path, {}, process=process).configuration
    with pytest.raises(ServerUnavailable) as caught:
        connection(found)
    assert (
        "no server is configured: `LABEL_STUDIO_URL` and `LABEL_STUDIO_API_KEY` not set",
        "set it, or write `spec.server` in the Stack; `lsform server up` starts a server on this machine",
    ) == (caught.value.message, caught.value.hint)


@pytest.mark.parametrize(
    ("server", "findings"),
    [
        ("{url: '${env:URL}', api_key: '${env:KEY}'}", ["LSFM05 4:17", "LSFM05 4:36"]),
        ("{url: 'http://a', api_key: '${var:key}'}", ["LSFM10 4:34"]),
        ("{url: '${var:list}', api_key: '${env:HOME}'}", ["LSFM04 4:17"]),
    ],
)
def test_what_is_wrong_with_the_server_is_said_to_those_who_need_it(
    tmp_path: Path, server: str, findings: list[str]
) -> None:
    text = STACK + f"spec: {{server: {server}}}\n"
    variables: dict[str, Json] = {"key": "secret", "list": []}
    found = stack(tmp_path, {"lsform.yaml": text}, variables=variables, process={"HOME": "k"}).configuration
    with pytest.raises(ConfigurationError) as caught:
        connection(found)
    assert findings == [f"{one.code} {one.span.line}:{one.span.column}" for one in caught.value.findings]


def test_places_lead_to_the_manifest_and_for_connected_fields_to_the_connection(tmp_path: Path) -> None:
    found = stack(tmp_path, {"m.yaml": STORAGES}).compiled.desired
    locate = found[Address.parse("project.a/import_storage.own")].locate
    places = {"path": "12:27", "recursive_scan": "4:43", "regex_filter": "12:5"}
    assert places == {name: str(locate(name)).partition(":")[2] for name in places}
