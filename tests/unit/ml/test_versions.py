"""Versions on disk: named by content, the last ten kept."""

from __future__ import annotations

from pathlib import Path

from lsform.ml.versions import KEPT, Versions


def made(folder: Path, files: dict[str, str]) -> Path:
    place = folder / "made"
    for name, text in files.items():
        path = place / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    place.mkdir(exist_ok=True)
    return place


def test_names_tell_contents_and_where_they_are(tmp_path: Path) -> None:
    versions = Versions(tmp_path / "it", "It", "It-untrained")
    contents = ({"a": "1"}, {"b": "1"}, {"a": "2"}, {"a/b": "1"}, {"a": "1", "b": ""})
    names = [versions.keep(made(tmp_path, one)) for one in contents]
    assert len(contents) == len({*names})
    assert names[0] == versions.keep(made(tmp_path, contents[0]))


def test_the_last_ten_are_kept_and_one_that_comes_again_is_the_last(tmp_path: Path) -> None:
    versions = Versions(tmp_path / "it", "It", "It-untrained")
    assert ("It-untrained", None) == (versions.current, versions.workdir)
    names = []
    for number in [*range(KEPT + 2), 5]:
        names.append(versions.keep(made(tmp_path, {"a": str(number)})))
        versions.use(names[-1])
    assert names[-1] == versions.current == names[5]
    assert [*names[2:5], *names[6:-1], names[5]] == versions.trained()
    assert {*versions.trained()} == {path.name for path in (tmp_path / "it").iterdir() if path.is_dir()}
    assert Versions(tmp_path / "it", "It", "It-untrained").workdir == tmp_path / "it" / names[5]
