"""`lsform tasks import` and `lsform predictions import`: their whole output."""

from __future__ import annotations

import json
from io import BytesIO
from types import SimpleNamespace
from typing import Any

import pytest

from lsform import labeling
from tests.cli.conftest import PROJECT, STACK
from tests.conftest import Stack
from tests.fakes import MemoryServer
from tests.unit.data.shelf import Shelf


class Server(MemoryServer):
    """A Label Studio in memory that has tasks as well."""

    def __init__(self) -> None:
        super().__init__()
        self.shelf = Shelf()

    def __getattr__(self, name: str) -> Any:
        return getattr(self.shelf, name)


@pytest.fixture
def server(stack: Stack, monkeypatch: pytest.MonkeyPatch) -> Server:
    """With the project `signs`, which shows images."""
    made = Server()
    monkeypatch.setattr("lsform.session.label_studio", lambda _url, _api_key, **_: made)
    defaults = labeling.labeling.__wrapped__.__kwdefaults__  # type: ignore[attr-defined]
    monkeypatch.setitem(defaults, "connect", lambda _url, _api_key: made)
    stack.environment |= {"LABEL_STUDIO_URL": made.url, "LABEL_STUDIO_API_KEY": "key", "TOKEN": "t"}
    stack.write(STACK + PROJECT)
    assert 0 == stack.run("apply", "--auto-approve").code
    return made


@pytest.mark.parametrize("command", [["tasks", "import"], ["predictions", "import"]], ids=" ".join)
def test_help_has_an_example(stack: Stack, command: list[str]) -> None:
    result = stack.run(*command, "--help")
    assert (0, "") == (result.code, result.err)
    assert f"Example: lsform {' '.join(command)} traffic" in result.out


def test_nothing_is_sent_when_anything_is_wrong(stack: Stack, server: Server) -> None:
    wrong = [{"score": 2, "result": [{"type": "choices", "from_name": "lable", "to_name": "image", "value": {}}]}]
    lines = [{"image": "a.jpg"}, {"imag": "b.jpg"}, {"image": "c.jpg", "predictions": wrong}, {"image": ""}]
    stack.write({"a.jsonl": "".join(json.dumps(line) + "\n" for line in lines)})
    result = stack.run("tasks", "import", "signs", "a.jsonl")
    assert (1, "") == (result.code, result.out)
    assert (
        "a.jsonl:2: error LSFD02: `data.image` is missing\n"
        "  hint: did you mean `imag`?\n"
        "a.jsonl:3: error LSFD05: `predictions[0].model_version` is missing\n"
        "  hint: it tells predictions of different models apart\n"
        "a.jsonl:3: error LSFD05: `predictions[0].score` is 2\n"
        "  hint: scores are from 0, unsure, to 1, sure\n"
        "a.jsonl:3: error LSFD03: `predictions[0].result[0].from_name` is `lable`, and the interface has no such"
        " control\n"
        "  hint: did you mean `label`?\n"
        "a.jsonl:4: warning LSFD09: `data.image` is empty\n"
        "  hint: people would see nothing\n"
        "error: 2 of 4 records cannot be imported; nothing was sent\n"
        "hint: `--skip-invalid` imports the others\n"
    ) == result.err
    assert [] == server.data
    result = stack.run("tasks", "import", "signs", "a.jsonl", "--skip-invalid")
    assert (0, "signs: 2 imported, 2 invalid\n") == (result.code, result.out)
    assert [{"image": "a.jpg"}, {"image": ""}] == server.data


def test_the_summary_for_machines(stack: Stack, server: Server) -> None:
    stack.write({"a.csv": "image\na.jpg\nb.jpg\na.jpg\n"})
    result = stack.run("tasks", "import", "signs", "a.csv", "--format", "json")
    assert 0 == result.code
    assert {
        "read": 3, "there": 0, "imported": 2, "completed": 0, "invalid": 0, "repeated": 1,
        "doubles_before": 0, "doubles_removed": 0, "doubles_left": 0,
    } == json.loads(result.out)  # fmt: skip
    assert [{"image": "a.jpg"}, {"image": "b.jpg"}] == server.data


@pytest.mark.parametrize(("options", "text"), [([], '[{"image": "a"}]'), (["--input", "tsv"], "image\na\n")])
def test_stdin_is_read(
    stack: Stack, server: Server, monkeypatch: pytest.MonkeyPatch, options: list[str], text: str
) -> None:
    monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=BytesIO(text.encode()), isatty=lambda: False))
    result = stack.run("tasks", "import", "signs", "-", *options)
    assert (0, "signs: 1 imported\n", "") == (result.code, result.out, result.err)
    assert [{"image": "a"}] == server.data


def test_media_that_are_served_elsewhere(stack: Stack, server: Server) -> None:
    stack.write({"pictures/b c.jpg": "", "pictures/deep/a.PNG": "", "pictures/.hidden/x.png": "", "pictures/x.txt": ""})
    result = stack.run(
        "tasks", "import", "signs", str(stack.folder / "pictures"), "--url-prefix", "https://cdn.test/x/"
    )
    assert (0, "signs: 2 imported\n", "") == (result.code, result.out, result.err)
    assert [{"image": f"https://cdn.test/x/{name}"} for name in ("b%20c.jpg", "deep/a.PNG")] == server.data


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["none.json"], "there is no file `none.json`"),
        (["x.txt"], "`x.txt` has no tasks that can be read"),
        (["pictures"], "how will people's browsers get the media?"),
        (["pictures", "--root", "elsewhere"], "`pictures/a.png` is not below `elsewhere`"),
        (["pictures", "--root", "nowhere"], "there is no folder `nowhere`"),
        (["elsewhere", "--upload"], "there are no media in `elsewhere`"),
        ([], "no tasks are given, and `project.signs` declares none"),
    ],
)
def test_what_cannot_be_imported_is_told(
    stack: Stack, server: Server, monkeypatch: pytest.MonkeyPatch, arguments: list[str], said: str
) -> None:
    stack.write({"x.txt": "", "pictures/a.png": "", "elsewhere/b.txt": ""})
    monkeypatch.chdir(stack.folder)
    result = stack.call(["tasks", "import", "signs", *arguments])
    assert (64, f"error: {said}") == (result.code, result.err.splitlines()[0])
    assert [] == server.data


def test_predictions_without_a_version_are_refused(stack: Stack, server: Server) -> None:
    result = stack.run("predictions", "import", "signs", "a.jsonl")
    assert (64, "error: missing option `--model-version`") == (result.code, result.err.splitlines()[0])


def test_predictions_select_their_version(stack: Stack, server: Server) -> None:
    server.put({"data": {"image": "a.jpg"}})
    result = [{"type": "choices", "from_name": "label", "to_name": "image", "value": {"choices": ["Stop"]}}]
    stack.write({"p.json": json.dumps([{"task": "a.jpg", "result": result, "score": 0.5}])})
    [project] = server.records["project"]
    server.predict(project, "v2", "v1")  # the last one is chosen; that the shelf has some, the fake does not know
    for options, version in ((["--no-select"], "v1"), ([], "v2")):
        command = ["predictions", "import", "signs", "p.json", "--model-version", "v2", "--key", "image"]
        done = stack.run(*command, *options, "--format", "json")
        assert (0, version) == (done.code, server.records["project"][project]["model_version"])
    assert {"read": 1, "invalid": 0, "repeated": 0, "unchanged": 1, "created": 0, "replaced": 0} == json.loads(done.out)
