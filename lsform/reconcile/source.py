"""Where manifests come from: a folder, or a branch or tag of a git repository. Touches disk and network by `git`."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from lsform.core.errors import LsformError, UsageError
from lsform.core.values import digest

SECONDS_FOR_GIT = 300  # more than a slow clone of manifests takes; a connection that hangs must not hang the loop
PASSWORD = re.compile(r"//[^/@\s]*:[^/@\s]*@")
# Nothing of the user's hooks runs, nothing asks a terminal, and nothing goes on in the background.
GIT = ("git", "-c", "core.hooksPath=/dev/null", "-c", "gc.autoDetach=false", "-c", "maintenance.autoDetach=false")


class GitError(LsformError):
    """`git` could not do what was asked; the old checkout is still there."""


@dataclass(frozen=True, slots=True)
class Checkout:
    """Manifests as they are now. `revision` is the commit, '' for a folder; `rewritten` says that it does not follow
    from the one before: the branch was force-pushed or set back, or the tag was moved.
    """

    folder: Path
    revision: str = ""
    rewritten: bool = False


class Source(Protocol):
    """What the loop asks for manifests, once a round. Raises LsformError when they cannot be had."""

    def checkout(self) -> Checkout: ...


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder that somebody else keeps up to date."""

    folder: Path

    def checkout(self) -> Checkout:
        return Checkout(self.folder)


@dataclass(frozen=True, slots=True)
class Repository:
    """A clean clone of a git repository in `home`, at a branch or a tag. Credentials are git's own business."""

    url: str
    ref: str
    home: Path
    process: Mapping[str, str]

    def checkout(self) -> Checkout:
        """Fetch, and check out what the ref is now, whatever was there. Raises GitError."""
        try:
            self._prepare()
        except OSError as error:
            raise GitError(f"`{self.home}` cannot be used: {error.strerror}") from None
        before = self._commit("refs/lsform/current")
        self._git("fetch", "--quiet", "--no-tags", "--", self.url, self.ref)
        revision = self._commit("FETCH_HEAD^{commit}")
        self._git("checkout", "--quiet", "--force", "--detach", revision)
        # what a commit left behind must not be read as if it were of this one; a state kept in the clone stays
        self._git("clean", "--quiet", "-ffdx", "--exclude=.lsform")
        self._git("update-ref", "refs/lsform/current", revision)
        return Checkout(self.home, revision, bool(before) and not self._contains(revision, before))

    def _prepare(self) -> None:
        """A repository, also where a `git` that was killed has left half of one, or its locks."""
        self.home.mkdir(parents=True, exist_ok=True)
        self._git("init", "--quiet")
        inside = self.home / ".git"
        for stale in (*inside.glob("*.lock"), *(inside / "refs").rglob("*.lock")):
            stale.unlink(missing_ok=True)

    def _commit(self, name: str) -> str:
        try:
            return self._git("rev-parse", "--quiet", "--verify", name)
        except GitError:
            return ""

    def _contains(self, revision: str, before: str) -> bool:
        try:
            self._git("merge-base", "--is-ancestor", before, revision)
        except GitError:
            return False
        return True

    def _git(self, *arguments: str) -> str:
        environment = {**self.process, "GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C"}
        verb = f"`git {arguments[0]}`"
        try:
            done = subprocess.run(
                [*GIT, *arguments],
                cwd=self.home,
                env=environment,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                errors="replace",
                timeout=SECONDS_FOR_GIT,
            )
        except FileNotFoundError as error:
            if error.filename != GIT[0]:
                raise
            raise GitError("`git` is not installed", hint="`apt install git`") from None
        except subprocess.TimeoutExpired:
            raise GitError(f"{verb} did not end within {SECONDS_FOR_GIT} s") from None
        if done.returncode:
            raise GitError(f"{verb} failed: {_reason(done.stderr)}", hint=f"is `{self.ref}` there, and may it be read?")
        return done.stdout.strip()


def _reason(said: str) -> str:
    """What git says first, without what it might quote of a URL."""
    lines = [line for line in said.splitlines() if line.strip()] or ["it says nothing"]
    told = next((line for line in lines if line.startswith(("fatal:", "error:"))), lines[0])
    return PASSWORD.sub("//", told.partition(": ")[2] or told)


@contextmanager
def repository(url: str, ref: str, cache: Path, process: Mapping[str, str]) -> Iterator[Repository]:
    """A clone below `cache` that no other process uses meanwhile. Raises UsageError."""
    if PASSWORD.search(url):
        raise UsageError("`--git` may not hold a password", hint="leave it to git: a credential helper, or an ssh key")
    home = cache / digest([url, ref])[:16]
    with _alone(home.with_suffix(".lock")):
        yield Repository(url, ref, home, process)


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    import fcntl  # no Windows there, and no `reconcile` either

    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle = path.open("w")
    except OSError as error:
        raise UsageError(
            f"`{path.parent}` cannot be used: {error.strerror}", hint="`--cache DIR` names another"
        ) from None
    with handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise UsageError(
                f"another process uses the clone in `{path.parent}`", hint="`--cache DIR` gives each its own"
            ) from None
        yield
