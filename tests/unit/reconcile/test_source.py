"""A clone that follows a branch or a tag, by the real `git`."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from lsform.core.errors import UsageError
from lsform.reconcile.source import Checkout, GitError, Repository, repository


class Remote:
    """A repository that somebody pushes to."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir()
        self.git("init", "--quiet", "--initial-branch=main")

    def git(self, *arguments: str) -> str:
        names = ("-c", "user.name=a", "-c", "user.email=a@example.com", "-c", "commit.gpgsign=false")
        done = subprocess.run(["git", *names, *arguments], cwd=self.folder, check=True, capture_output=True, text=True)
        return done.stdout.strip()

    def commit(self, **files: str | None) -> str:
        for name, text in files.items():
            path = self.folder / f"{name}.yaml"
            path.unlink() if text is None else path.write_text(text, "utf-8")
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "--message", "a step")
        return self.git("rev-parse", "HEAD")


@pytest.fixture
def remote(tmp_path: Path) -> Remote:
    return Remote(tmp_path / "remote")


@pytest.fixture
def clone(remote: Remote, tmp_path: Path) -> Iterator[Repository]:
    with repository(str(remote.folder), "main", tmp_path / "cache", os.environ) as found:
        yield found


def files(checkout: Checkout) -> dict[str, str]:
    return {path.stem: path.read_text("utf-8") for path in checkout.folder.glob("*.yaml")}


def test_the_clone_is_what_the_branch_is(remote: Remote, clone: Repository) -> None:
    first = remote.commit(a="1", b="1")
    assert (first, {"a": "1", "b": "1"}) == ((done := clone.checkout()).revision, files(done))
    second = remote.commit(a="2", b=None)
    assert (second, {"a": "2"}, False) == ((done := clone.checkout()).revision, files(done), done.rewritten)


def test_what_others_left_in_the_clone_goes_and_the_state_stays(remote: Remote, clone: Repository) -> None:
    remote.commit(a="1")
    home = clone.checkout().folder
    (home / "stray.yaml").write_text("x")
    (home / "ignored.yaml").write_text("x")
    (home / ".git" / "info" / "exclude").write_text("ignored.yaml")
    (home / "a.yaml").write_text("changed")
    (home / "s" / ".lsform").mkdir(parents=True)
    (home / "s" / ".lsform" / "state.json").write_text("{}")
    assert {"a": "1"} == files(clone.checkout())
    assert (home / "s" / ".lsform" / "state.json").exists()


def test_a_branch_that_moved_backwards_or_was_rewritten_is_followed_and_said(remote: Remote, clone: Repository) -> None:
    first, second = remote.commit(a="1"), remote.commit(a="2")
    assert second == clone.checkout().revision
    remote.git("reset", "--quiet", "--hard", first)
    assert (first, True, {"a": "1"}) == ((done := clone.checkout()).revision, done.rewritten, files(done))
    assert False is clone.checkout().rewritten
    remote.git("commit", "--quiet", "--amend", "--message", "another")
    remote.git("reset", "--quiet", "--hard")
    other = remote.commit(c="3")
    assert (other, True, {"a": "1", "c": "3"}) == ((done := clone.checkout()).revision, done.rewritten, files(done))


def test_a_tag_is_followed_also_when_it_moves(remote: Remote, tmp_path: Path) -> None:
    first = remote.commit(a="1")
    remote.git("tag", "--annotate", "--message", "one", "live")
    remote.commit(a="2")
    with repository(str(remote.folder), "live", tmp_path / "cache", os.environ) as clone:
        assert first == clone.checkout().revision
        remote.git("tag", "--force", "live")
        assert {"a": "2"} == files(clone.checkout())


def test_a_ref_that_is_not_there_is_an_error_and_the_clone_goes_on_when_it_is(
    remote: Remote, clone: Repository
) -> None:
    with pytest.raises(GitError, match="couldn't find remote ref main"):
        clone.checkout()
    revision = remote.commit(a="1")
    assert revision == clone.checkout().revision


def test_a_clone_that_was_cut_short_is_made_anew(remote: Remote, clone: Repository) -> None:
    revision = remote.commit(a="1")
    clone.home.mkdir(parents=True)
    (clone.home / "half").write_text("")
    assert revision == clone.checkout().revision


def test_locks_of_a_git_that_was_killed_are_in_nobodys_way(remote: Remote, clone: Repository) -> None:
    remote.commit(a="1")
    clone.checkout()
    for name in ("index.lock", "HEAD.lock", "refs/lsform/current.lock"):
        (clone.home / ".git" / name).write_text("")
    revision = remote.commit(a="2")
    assert revision == clone.checkout().revision


def test_a_disk_or_a_git_that_is_not_there_is_an_error_of_the_source(remote: Remote, clone: Repository) -> None:
    remote.commit(a="1")
    with pytest.raises(GitError, match="`git` is not installed"):
        replace(clone, process={"PATH": str(clone.home)}).checkout()

    with pytest.raises(GitError, match="cannot be used: Not a directory"):
        replace(clone, home=remote.folder / "a.yaml" / "x").checkout()


def test_a_password_in_the_url_is_refused_and_not_quoted(tmp_path: Path) -> None:
    url = "https://user:canary@git.example.com/x.git"
    with pytest.raises(UsageError, match="may not hold a password") as caught, repository(url, "main", tmp_path, {}):
        pass
    assert "canary" not in str(caught.value)


def test_two_processes_do_not_share_a_clone(remote: Remote, clone: Repository, tmp_path: Path) -> None:
    with (
        pytest.raises(UsageError, match="another process uses the clone"),
        repository(str(remote.folder), "main", tmp_path / "cache", os.environ),
    ):
        pass
