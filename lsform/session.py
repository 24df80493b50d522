"""One stack, its server and its memory, opened for the length of a command and closed after it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta

from lsform.config.checked import Checked, checked
from lsform.config.connection import connection
from lsform.config.loader import Request
from lsform.core.address import Address
from lsform.core.collector import short_turns
from lsform.core.errors import LsformError
from lsform.core.events import Tell, step, untold
from lsform.core.values import Secret
from lsform.engine.ahead import Ahead
from lsform.engine.declared import DesiredResource
from lsform.engine.fingerprints import fingerprinted
from lsform.engine.ports import Progress, Server
from lsform.opening import Connect as Connect
from lsform.opening import Met, Opening
from lsform.opening import open_store as open_store
from lsform.state import LEASE, State, StateLock, StateStore, holder

FINGERPRINT_KEY = "LSFORM_FINGERPRINT_KEY"
SHORTEST_KEY = 16  # characters: whoever guesses the key can go on and guess secrets


def label_studio(url: str, api_key: Secret, *, tell: Tell = untold) -> Server:
    """The real server, ready to be asked."""
    from lsform.server.label_studio import LabelStudio  # here, as it loads the SDK

    server = LabelStudio(url, api_key, tell=tell)
    server.open()
    return server


def quiet(text: str, *, done: int, total: int) -> None:
    """Progress that nobody hears."""


@dataclass(slots=True)
class Session:
    """One stack, its server and its memory, for the length of a command."""

    checked: Checked
    server: Server
    store: StateStore
    state: State
    progress: Progress = quiet
    lock: StateLock | None = field(default=None)
    fingerprint_key: Secret | None = None
    tell: Tell = untold
    ahead: Ahead | None = None

    @property
    def stack(self) -> str:
        return self.checked.configuration.stack

    @property
    def desired(self) -> Mapping[Address, DesiredResource]:
        """What is declared, with fingerprints."""
        return fingerprinted(self.checked.compiled.desired, self.key)

    @property
    def key(self) -> Secret:
        """The key of fingerprints: the user's own, or else the state's."""
        return self.fingerprint_key or self.state.fingerprint_key


@contextmanager
def session(
    request: Request,
    *,
    connect: Connect = label_studio,
    progress: Progress = quiet,
    tell: Tell = untold,
    lock_for: str = "",
    ahead: bool = False,
) -> Iterator[Session]:
    """Read a stack and open it; see `opened`. `ahead`, for a plan that writes nothing: what it will surely ask the
    server for is asked while the manifests are read.
    """
    progress("reading manifests", done=0, total=0)
    opening = Opening(connect)
    with ExitStack() as held:
        held.callback(opening.end)
        if ahead and not lock_for:
            with short_turns():
                found = checked(request, opening.begin)
        else:
            found = checked(request)
        session = opened(
            found,
            request.process,
            connect=connect,
            progress=progress,
            tell=tell,
            lock_for=lock_for,
            met=opening.met,
        )
        yield held.enter_context(session)


@contextmanager
def opened(
    found: Checked,
    process: Mapping[str, str],
    *,
    connect: Connect = label_studio,
    progress: Progress = quiet,
    tell: Tell = untold,
    lock_for: str = "",
    lease: timedelta = LEASE,
    met: Callable[[], Met | None] = lambda: None,
) -> Iterator[Session]:
    """The server and the memory of a stack. `lock_for` names the command that will write, and takes the lock first;
    without it, both may have been `met` already.
    """
    _tell_declared(tell, found)
    place = connection(found.configuration)
    key = _fingerprint_key(process)
    with ExitStack() as held:
        progress(f"reading {place.url}", done=0, total=0)
        known = met()
        store = known.store if known else open_store(found.configuration)
        server = known.server if known else connect(place.url, place.api_key)
        held.callback(server.close)
        info = server.info()
        tell(step("server {server}, Label Studio {version} {edition}", server=info.url, version=info.version,
                  edition=info.edition, organization=info.organization))  # fmt: skip
        lock = held.enter_context(StateLock(store, command=lock_for, lease=lease)) if lock_for else None
        state = _state_for((known.state if known else store.load()) or store.new(server=info.url), info.url)
        if lock is None and holder(store) is not None:
            state = replace(state, interrupted=None)  # it is being written just now
        remembered = "state {state}, remembered resources: {resources}, serial: {serial}"
        tell(step(remembered, state=store.where, resources=len(state.entries), serial=state.serial))
        yield Session(found, server, store, state, progress, lock, key, tell, known.ahead if known else None)


def _tell_declared(tell: Tell, found: Checked) -> None:
    """Which files there are, and what they declare."""
    stack = found.configuration
    for file in dict.fromkeys(one.document.file for one in stack.manifests):
        tell(step("read {file}", file=file))
    declared = "stack {stack}, declared resources: {resources}"
    tell(step(declared, stack=stack.stack, environment=stack.environment, resources=len(found.compiled.desired)))


def _fingerprint_key(process: Mapping[str, str]) -> Secret | None:
    """The key that the user keeps; None where it is left to the state."""
    key = process.get(FINGERPRINT_KEY, "")
    if 0 < len(key) < SHORTEST_KEY:
        message = f"`{FINGERPRINT_KEY}` has fewer than {SHORTEST_KEY} characters"
        raise LsformError(message, hint="`openssl rand -hex 32` makes a key; without one the state has its own")
    return Secret(key, f"env:{FINGERPRINT_KEY}") if key else None


def _state_for(state: State, url: str) -> State:
    """A state of another server says nothing about this one: its ids are other people's objects here."""
    return (
        state if state.server == url else replace(state, server=url, entries={}, interrupted=None, doubts=frozenset())
    )
