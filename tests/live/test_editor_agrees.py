"""The linter and the real Label Studio agree: of each case in `tests/cases/editor`, both say what is written down.

`editor` is what Label Studio does: the `server` refuses the interface or the task; the editor `refuses` to show it, or
complains; it is `silent`, though there is harm; it is `right`. `codes` are all that the linter finds in it, errors
where Label Studio refuses and none where it is right; where they still disagree, `disagrees` says how.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pytest
import yaml

from lsform.core.diagnostics import has_errors
from lsform.core.values import Json
from lsform.interface import lint
from lsform.interface.gallery import _inlined
from lsform.interface.lint.engine import ALL
from lsform.server.local import LocalServer
from tests.live.editor import CHROMIUM, NO_CHROMIUM, NO_PLAYWRIGHT, Editor, started
from tests.unit.interface import interface_cases

CASES = {
    f"{path.stem}: {case['claim']}": case
    for path in sorted((interface_cases.CASES / "editor").glob("*.yaml"))
    for case in yaml.safe_load_all(path.read_text("utf-8"))
}
# code -> why no editor can tell
NOT_IN_THE_EDITOR = {
    "LSF407": "is about several projects",
    "LSF704": "is about a change of an interface",
    "LSF807": "is about the server's speed",
}


def task(case: Mapping[str, Json]) -> dict[str, Json]:
    """The data of the task, with the gallery's media in the place of their names."""
    data = _inlined(case["task"])
    assert isinstance(data, dict)
    return data


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_the_linter_judges_as_the_editor_does(case: Mapping[str, Json]) -> None:
    found = lint(str(case["xml"]), tasks=[task(case)])
    assert case.get("codes", []) == sorted({one.code for one in found}), found
    if case["editor"] != "silent":
        agrees = (case["editor"] != "right") == has_errors(found)
        assert agrees != ("disagrees" in case), found


@pytest.fixture(scope="module")
def editor(label_studio: LocalServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Editor]:
    pytest.importorskip("playwright.sync_api", reason=NO_PLAYWRIGHT)
    with started(label_studio, tmp_path_factory.mktemp("profile")) as editor:
        yield editor


@pytest.mark.live
@pytest.mark.skipif(CHROMIUM is None, reason=NO_CHROMIUM)
@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_the_editor_does_what_is_written_down(editor: Editor, case: Mapping[str, Json]) -> None:
    verdict = editor.judge(str(case["xml"]), task(case))
    assert {"right": "silent"}.get(str(case["editor"]), case["editor"]) == verdict.word, verdict
    if "names" in case:
        assert case["names"] == list(verdict.names)
    if "proof" in case:
        assert editor.sees(str(case["proof"]))


def test_a_case_of_silent_harm_says_what_the_harm_is() -> None:
    assert [] == [name for name, case in CASES.items() if ("harm" in case) != (case["editor"] == "silent")]


def test_each_rule_of_interfaces_has_a_case_in_the_editor() -> None:
    seen = {code for case in CASES.values() for code in case.get("codes", [])}
    assert set(NOT_IN_THE_EDITOR) == {rule.CODE for rule in ALL if rule.CODE < "LSF9"} - seen
