"""Pictures of interfaces, by the real editor in a real browser, without a server: they show what people look for."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from PIL import Image

from lsform.browser.editor import Editor, Picture, opened
from lsform.interface import gallery
from lsform.interface.samples import sample
from tests.cli.conftest import PROJECT, STACK
from tests.cli.conftest import memory as memory
from tests.conftest import Stack
from tests.fakes import MemoryServer
from tests.live.editor import CHROMIUM, NO_CHROMIUM, NO_PLAYWRIGHT
from tests.loopback import Answer, Asked, answering

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason=NO_CHROMIUM)

QUICKSTART = Path(__file__).parents[2] / "examples" / "quickstart"
TEXT = "document.querySelector('.lsf-main-view__annotation').innerText"


@pytest.fixture(scope="module")
def editor() -> Iterator[Editor]:
    """One for all."""
    pytest.importorskip("playwright.sync_api", reason=NO_PLAYWRIGHT)
    with opened(CHROMIUM) as editor:
        yield editor


@pytest.fixture
def commands(editor: Editor, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Commands draw with that editor; the texts of what they have drawn."""
    texts: list[str] = []

    class Listening(Editor):
        def picture(self, xml: str, data: object) -> Picture:
            made = super().picture(xml, data)  # type: ignore[arg-type]
            texts.append(self.page.evaluate(TEXT))
            return made

    @contextmanager
    def again(_program: str | None = None) -> Iterator[Editor]:
        yield Listening(editor.page)

    monkeypatch.setattr("lsform.browser.editor.opened", again)
    monkeypatch.setattr("lsform.cli.commands.preview.opened", again)
    return texts


def colors(path: Path) -> int:
    """How many different colours a picture has: a blank one has one, a page of nothing but an error a few dozen."""
    with Image.open(path) as picture:
        return len(picture.convert("RGB").getcolors(1 << 24) or ())


# project -> (what its picture shows, a label that is renamed)
SHOWN = {
    "audio-transcription": (["Add"], ""),
    "image-classification": (["Cat", "Dog", "Other"], "Dog"),
    "named-entities": (["Person", "Organization", "Location"], "Location"),
    "object-detection": (["Car", "Person", "Traffic Sign"], "Traffic Sign"),
    "text-classification": (["Positive", "Negative", "Neutral"], "Neutral"),
}


def test_the_quickstart_is_drawn_before_and_after_a_label_is_renamed(
    stack: Stack, commands: list[str], tmp_path: Path
) -> None:
    ignored = shutil.ignore_patterns(".lsform", "files")
    shutil.copytree(QUICKSTART, stack.folder, dirs_exist_ok=True, ignore=ignored)
    stack.environment["LABEL_STUDIO_LOCAL_FILES_DOCUMENT_ROOT"] = "/data"
    sides = tmp_path / "before", tmp_path / "after"
    for side in sides:
        result = stack.run("preview", "-q", "--out", str(side))  # without the progress of a slow machine
        assert (0, "") == (result.code, result.err)
        assert [str(side / f"project.{name}.png") for name in SHOWN] == result.out.splitlines()
        for name, (_, label) in SHOWN.items():
            path = stack.folder / f"{name}.yaml"
            path.write_text(path.read_text("utf-8").replace(label, "Renamed") if label else path.read_text("utf-8"))
    texts = iter(commands)
    for shown, _ in SHOWN.values():
        text = next(texts)
        assert shown == [one for one in shown if one in text], text
    for shown, label in SHOWN.values():
        text, wanted = next(texts), [*shown, "Renamed"] if label else shown
        assert [one for one in wanted if one != label] == [one for one in wanted if one in text], text
    for name, (_, label) in SHOWN.items():
        before, after = (side / f"project.{name}.png" for side in sides)
        assert min(colors(before), colors(after)) > 50
        assert bool(label) == (before.read_bytes() != after.read_bytes()), name


def test_a_plan_draws_what_it_changes_before_and_after(
    stack: Stack, memory: MemoryServer, commands: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stack.environment |= {"LABEL_STUDIO_URL": memory.url, "LABEL_STUDIO_API_KEY": "key", "TOKEN": "secret"}
    stack.write(STACK + PROJECT)
    new = stack.run("plan", "--preview", str(tmp_path / "new"))
    assert new.err.endswith(f"pictures of changed interfaces in `{tmp_path / 'new'}`: 1\n")
    assert ["project.signs.after.png"] == [path.name for path in (tmp_path / "new").iterdir()]
    assert 0 == stack.run("apply", "--auto-approve").code
    stack.write(STACK + PROJECT.replace("Yield", "Give way").replace("Traffic signs", "Signs"))
    assert 0 == stack.run("plan", "--preview", str(tmp_path / "changed")).code
    names = sorted(path.name for path in (tmp_path / "changed").iterdir())
    assert ["project.signs.after.png", "project.signs.before.png"] == names
    before, after = commands[1:]
    assert ("Yield" in before, "Yield" in after) == (True, False)
    assert ("Give way" in before, "Give way" in after) == (False, True)
    stack.write(STACK + PROJECT.replace("Traffic signs", "Signs"))
    monkeypatch.setattr("lsform.browser.editor.opened", None)  # no browser starts where no interface changes
    assert 0 == stack.run("plan", "--preview", str(tmp_path / "none")).code
    assert not (tmp_path / "none").exists()


def test_what_is_drawn_again_has_the_same_bytes(editor: Editor) -> None:
    audio, text = (gallery.load(name).sample() for name in ("audio-transcription", "text-classification"))
    editor.load()
    first, second, _, third = (editor.picture(xml, sample(xml, {})).png for xml in (audio, audio, text, audio))
    assert (first, first) == (second, third)


FILE = '<View><Text name="t" value="$said"/><Choices name="c" toName="t">{}</Choices></View>'


def test_files_and_templates_are_drawn_with_a_task_of_ones_own(
    stack: Stack, commands: list[str], tmp_path: Path
) -> None:
    stack.write(
        {
            "interfaces/mood.xml": FILE.format('<Choice value="Good"/>'),
            "mood.xml.j2": FILE.format('<Choice value="{{ best }}"/>'),
            "tasks.jsonl": '{"said": "What a day"}\n',
        }
    )
    out = str(tmp_path / "out")
    files = ["interfaces/mood.xml", "mood.xml.j2"]
    result = stack.run("preview", "-q", *files, "--tasks", "tasks.jsonl", "--var", "best=Fine", "--out", out)
    assert (0, "") == (result.code, result.err)
    assert [f"{out}/interfaces-mood.png", f"{out}/mood.png"] == result.out.splitlines()
    assert [["What a day", "Good"], ["What a day", "Fine"]] == [
        re.findall(r"What a day|Good|Fine", one) for one in commands
    ]


def test_what_the_editor_says_is_told_and_fails(stack: Stack, commands: list[str], tmp_path: Path) -> None:
    stack.write({"odd.xml": FILE.format('<Chioce value="Good"/>')})
    result = stack.run("preview", "-q", "odd.xml", "--out", str(tmp_path))
    assert (1, f"{tmp_path}/odd.png\n") == (result.code, result.out)
    assert result.err.startswith("warning: odd: the editor says: ")
    assert "chioce" in result.err
    assert colors(tmp_path / "odd.png") > 1


ELSEWHERE = """<View>
  <Style>.lsf-main-view {{ background: url({0}/style.png) }}</Style>
  <Image name="i" value="{0}/literal.png"/>
  <Image name="j" value="$image"/>
  <HyperText name="h" value="$html"/>
  <Audio name="a" value="$audio"/>
  <Header value="$html"/>
  <Choices name="c" toName="i"><Choice value="A" html="&lt;img src='{0}/choice.png'&gt;"/></Choices>
</View>"""
HTML = "<img src='{0}/html.png'><iframe src='{0}/frame.html'></iframe><script src='{0}/script.js'></script>"


def test_nothing_is_asked_of_any_server(editor: Editor) -> None:
    asked: list[str] = []  # of a server
    left: list[str] = []  # without an answer of ours: offline, such a request fails
    editor.page.on("requestfailed", lambda request: left.append(request.url))
    editor.page.on("websocket", lambda socket: left.append(socket.url))

    def answer(request: Asked) -> Answer:
        asked.append(request.path)
        return Answer(200, {}, b"")

    with answering(answer) as url:
        for address in (url, "https://example.com"):
            xml = ELSEWHERE.format(address)
            data = {"image": f"{address}/a.png", "audio": f"{address}/a.mp3", "html": HTML.format(address)}
            picture = editor.picture(xml, sample(xml, data))
            assert () == picture.complaints
        # and not by what a page could do by itself
        socket = "new Promise((end) => { new WebSocket(url).onclose = end })"
        for code in ("fetch(url).then((answer) => answer.text())", socket):
            editor.page.evaluate(f"async (url) => {{ await {code} }}", f"{url}/page")
    assert ([], []) == (asked, left)


MADE_UP = {
    "text by url": '<Text name="o" value="$x" valueType="url"/>',
    "html": '<HyperText name="o" value="$x"/>',
    "html by url": '<HyperText name="o" value="$x" valueType="url"/>',
    "phrases": '<Paragraphs name="o" value="$x" nameKey="who" textKey="what"/>',
    "phrases with sound": '<Paragraphs name="o" value="$x" audioUrl="$y"/>',
    "table": '<Table name="o" value="$x"/>',
    "csv": '<Table name="o" value="$x" valueType="csv"/>',
    "video": '<Video name="o" value="$x" frameRate="$y"/>',
    "list": '<List name="o" value="$x"/>',
    "pages": '<Image name="o" valueList="$x"/>',
    "series": '<TimeSeries name="o" value="$x" timeColumn="T"><Channel column="A"/></TimeSeries>',
    "series of dates": """<TimeSeries name="o" value="$x" valueType="json" timeColumn="T" timeFormat="%Y-%m-%d %H:%M">
        <Channel column="A"/></TimeSeries>""",
    "markdown": '<Text name="o" value="$y"/><Markdown value="$x"/>',
}


@pytest.mark.parametrize("name", MADE_UP)
def test_the_editor_shows_a_made_up_task(editor: Editor, name: str) -> None:
    xml = f'<View>{MADE_UP[name]}<Choices name="c" toName="o" value="$labels"/></View>'
    assert () == editor.picture(xml, sample(xml, {})).complaints
    assert "First" in editor.page.evaluate(TEXT)
