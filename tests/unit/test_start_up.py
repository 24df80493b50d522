"""What a command loads: each takes the libraries that it needs and no others, so that it starts quickly."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
RUN = "import sys\nfrom lsform.cli.app import run\ncode = run(sys.argv[1:])\nassert code == 0, code\n"
# The packages of all loaded modules, on the last line.
TELL = "import json\nprint()\nprint(json.dumps(sorted(sys.modules)))"
# The SDK takes seconds, and none of these is for what needs no server.
FOR_A_SERVER = {"label_studio_sdk", "label_studio", "httpx", "django", "deepdiff", "numpy", "pandas", "PIL"}
FOR_MANIFESTS = {"pydantic", "yaml", "jinja2", "lxml", "obstore", "bleach"}


def loaded(code: str, *arguments: str) -> set[str]:
    """Names of the modules that a process with this code has loaded at its end."""
    environment = {**os.environ, "LABEL_STUDIO_LOCAL_FILES_DOCUMENT_ROOT": "/data"}
    command = [sys.executable, "-c", code + TELL, *arguments]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
    modules: list[str] = json.loads(done.stdout.rstrip("\n").rpartition("\n")[2])
    return set(modules)


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
    assert set() == loaded(RUN, *arguments) & {*FOR_A_SERVER, "bleach", "lsform.server"}


ADAPTER = """\
import sys
from lsform.core.values import Secret
from lsform.resources import KINDS
from lsform.server.label_studio import LabelStudio
server = LabelStudio("http://localhost:1", Secret("0" * 40))
for kind in KINDS:
    server._client(kind.endpoint)
server.close()
"""


def test_the_adapter_takes_the_sdk_s_light_clients_and_not_the_whole() -> None:
    modules = loaded(ADAPTER)
    assert "label_studio_sdk.projects.client" in modules
    heavy = {"label_studio_sdk.base_client", "label_studio_sdk.client", "label_studio_sdk.label_interface"}
    assert set() == modules & heavy


def test_importing_the_adapter_alone_loads_no_http_client() -> None:
    assert set() == loaded("import sys, lsform.server.label_studio\n") & {"httpx", "label_studio_sdk"}
