"""What a command loads: each takes the libraries that it needs and no others, so that it starts quickly."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.loopback import Answer, Asked, answering

ROOT = Path(__file__).parents[2]
RUN = """\
import sys
from lsform.cli.app import main
try:
    main(sys.argv[1:])
except SystemExit as end:
    assert not end.code, end.code
"""
# The packages of all loaded modules, on the last line.
TELL = "import json\nprint()\nprint(json.dumps(sorted(sys.modules)))"
# The SDK takes seconds, and none of these is for what needs no server.
FOR_A_SERVER = {"label_studio_sdk", "label_studio", "httpx", "django", "deepdiff", "numpy", "pandas", "PIL", "asyncio"}
# What decides, remembers and carries out: there is no plan where there is no server.
FOR_A_PLAN = {
    "lsform.workflow",
    "lsform.state",
    "lsform.server",
    "lsform.engine.model",
    "lsform.interface.diff",
    "obstore",
}
FOR_MANIFESTS = {"pydantic", "yaml", "jinja2", "lxml", "obstore", "bleach"}


def loaded(code: str, *arguments: str) -> set[str]:
    """Names of the modules that a process with this code has loaded at its end."""
    environment = {**os.environ, "LABEL_STUDIO_LOCAL_FILES_DOCUMENT_ROOT": "/data"}
    command = [sys.executable, "-c", code + TELL, *arguments]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
    modules: list[str] = json.loads(done.stdout.rstrip("\n").rpartition("\n")[2])
    return set(modules)


def test_importing_the_package_loads_nothing_until_something_is_asked_of_it() -> None:
    assert set() == loaded("import sys, lsform\n") & {"lsform.core", *FOR_A_SERVER, *FOR_A_PLAN, *FOR_MANIFESTS}
    assert "lsform.workflow" in loaded("import sys, lsform\nlsform.load\n")


@pytest.mark.parametrize("arguments", [["--help"], ["--version"]])
def test_help_loads_neither_what_reads_manifests_nor_what_talks_to_servers(arguments: list[str]) -> None:
    assert set() == loaded(RUN, *arguments) & (FOR_A_SERVER | FOR_MANIFESTS)


@pytest.mark.parametrize(
    "arguments",
    [
        ["-C", "examples/quickstart", "validate"],
        ["-C", "examples/minimal", "validate", "--format", "sarif"],
        ["-C", "examples/quickstart", "render", "project.object-detection"],
        ["schema"],
    ],
    ids=" ".join,
)
def test_what_needs_no_server_loads_nothing_for_one(arguments: list[str]) -> None:
    assert set() == loaded(RUN, *arguments) & {*FOR_A_SERVER, *FOR_A_PLAN, "bleach"}


VALIDATE = ["-C", "examples/minimal", "validate"]
MODELS = """
from lsform.config.manifest import SPECS
for kind, model in SPECS.items():
    if model.__pydantic_complete__:
        sys.modules[f"built.{kind}"] = model
"""


def test_a_validator_is_built_when_it_is_first_used() -> None:
    built = {name for name in loaded(RUN + MODELS, *VALIDATE) if name.startswith("built.")}
    assert {"built.Stack", "built.Project"} == built


DESCRIPTIONS = """
from lsform.resources.docs import descriptions
assert descriptions.cache_info().misses == 0
"""


def test_sources_are_not_read_for_descriptions_that_nobody_asks_for() -> None:
    assert "lsform.resources.docs" in loaded(RUN + DESCRIPTIONS, *VALIDATE)


NO_ENTRY_POINTS = """\
import importlib.metadata
def refuse(**_selection):
    raise AssertionError("every installed distribution is looked at")
importlib.metadata.entry_points = refuse
"""


def test_no_plugins_are_looked_for() -> None:
    assert "pydantic" in loaded(NO_ENTRY_POINTS + RUN, *VALIDATE)


ADAPTER = """\
import sys
from lsform.cli.wiring import start_quickly
start_quickly()
from lsform.core.values import Secret
from lsform.resources import KINDS
from lsform.server.label_studio import LabelStudio
server = LabelStudio("http://localhost:1", Secret("0" * 40))
for kind in KINDS:
    server._client(kind.endpoint)
server.close()
"""


def nothing_there(asked: Asked) -> Answer:
    """A Label Studio without projects."""
    said: dict[str, object] = {
        "/api/version": {"release": "1.23.2", "edition": "Community"},
        "/api/current-user/whoami": {"active_organization": 1},
        "/api/projects/": {"count": 0, "results": []},
    }
    return Answer(200, {"Content-Type": "application/json"}, json.dumps(said[asked.path.partition("?")[0]]).encode())


# Notes what is being imported whenever the collector begins to look.
WATCHED = """\
import gc, sys
seen = set()
def note(phase, about):
    specs = [getattr(one, "__spec__", None) for one in [*sys.modules.values()]]
    seen.update(one.name for one in specs if getattr(one, "_initializing", False))
gc.callbacks.append(note)
"""
UNSEEN = "assert not seen & {'lsform.session', 'lsform.workflow'}, seen\n"


def test_an_empty_plan_loads_neither_the_linter_nor_the_sdk_s_clients(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "lsform.yaml").write_text("apiVersion: lsform/v1\nkind: Stack\nmetadata: {name: empty}\n", "utf-8")
    monkeypatch.setenv("LABEL_STUDIO_API_KEY", "0" * 40)
    with answering(nothing_there) as url:
        monkeypatch.setenv("LABEL_STUDIO_URL", url)
        modules = loaded(WATCHED + RUN + UNSEEN, "-C", str(tmp_path), "plan")
    assert {"httpx", "lsform.engine.planner"} <= modules
    unwanted = {"lsform.interface.lint.subject", "label_studio_sdk.core.client_wrapper", "asyncio", "rich"}
    assert set() == modules & unwanted


LOAD = """\
import gc
from lsform.core.collector import load
looks = []
gc.callbacks.append(lambda phase, _about: looks.append(phase))
load("lsform.workflow")
assert not looks and gc.isenabled()
"""
SPARED = "\nimport gc\nassert gc.get_freeze_count() > 10_000\n"


@pytest.mark.parametrize("code", [LOAD, RUN, ADAPTER], ids=["a module", "a command", "the SDK"])
def test_imports_are_not_looked_through_for_cycles(code: str) -> None:
    assert "pydantic" in loaded("import sys\n" + code + SPARED, *VALIDATE)


def test_the_adapter_takes_the_sdk_s_light_clients_and_not_the_whole() -> None:
    modules = loaded(ADAPTER)
    assert "label_studio_sdk.projects.client" in modules
    heavy = {"label_studio_sdk.base_client", "label_studio_sdk.client", "label_studio_sdk.label_interface"}
    assert set() == modules & heavy


def test_http_comes_without_its_command_line() -> None:
    assert find_spec("rich"), "it is installed with the SDK: without it this test says nothing"
    assert set() == loaded(ADAPTER) & {"rich", "pygments", "click"}


def test_importing_the_adapter_alone_loads_no_http_client() -> None:
    assert set() == loaded("import sys, lsform.server.label_studio\n") & {"httpx", "label_studio_sdk"}
