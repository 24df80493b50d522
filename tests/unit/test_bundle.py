"""The editor in an installed Label Studio: found where it is, told where it is not, and nothing else is given out."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError
from pathlib import Path

import pytest

from lsform.browser.bundle import Bundle, installed
from lsform.browser.chromium import launched
from lsform.core.errors import LsformError


def test_a_page_gets_the_files_of_the_application_and_no_others() -> None:
    bundle = installed()
    for path in ("react-app/main.js", "react-app/main.css", "static/fonts/Figtree-Regular.ttf"):
        assert bundle.file(path), path
    for path in ("react-app/none.js", "react-app/", "main.js", "react-app/../../../../label_studio/server.py", ""):
        assert bundle.file(path) is None, path


def test_another_label_studio_is_told(tmp_path: Path) -> None:
    with pytest.raises(LsformError, match=r"the editor of label-studio 9\.9 is not where lsform looks for it"):
        assert Bundle("9.9", tmp_path).page


def test_what_is_not_installed_is_told_with_the_remedy(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def none(name: str) -> None:
        raise PackageNotFoundError(name)

    monkeypatch.setattr("lsform.browser.bundle.distribution", none)
    with pytest.raises(LsformError, match="label-studio is not installed") as lacking:
        installed()
    assert "`pip install 'lsform[server]'`" == lacking.value.hint
    monkeypatch.setattr("lsform.browser.chromium.find_spec", lambda _name: None)
    with pytest.raises(LsformError, match="playwright is not installed") as lacking, launched():
        pass
    assert "`pip install 'lsform[preview]'`" == lacking.value.hint


def test_a_machine_without_chromium_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    pytest.importorskip("playwright")
    monkeypatch.setattr("lsform.browser.chromium.NAMES", ("chromium",))
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("PLAYWRIGHT_BROWSERS_PATH", str(tmp_path))
    remedy = "`apt install chromium` or `playwright install chromium`; `lsform preview --chromium PATH` names another"
    for program, message in (
        (None, "there is no Chromium on this machine"),
        ("./none", "there is no program `./none`"),
    ):
        with pytest.raises(LsformError, match=message) as lacking, launched(program):
            pass
        assert remedy == lacking.value.hint


def test_what_is_no_browser_is_told() -> None:
    pytest.importorskip("playwright")
    with pytest.raises(LsformError, match="`/bin/true` does not start as a browser"), launched("/bin/true"):
        pass
