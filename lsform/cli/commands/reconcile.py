"""`lsform reconcile`: plan and apply again and again; pause and resume."""

from __future__ import annotations

import random
import re
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from functools import partial
from pathlib import Path

import click

from lsform import session as sessions
from lsform import workflow
from lsform.cli import wiring
from lsform.cli.options import Group, Invocation
from lsform.config.loader import load
from lsform.core.errors import ConfigurationError, ExitCode, LsformError, UsageError
from lsform.core.events import Detail, Event
from lsform.core.values import Secret
from lsform.engine import guard
from lsform.reconcile import pausing
from lsform.reconcile.health import Health, served
from lsform.reconcile.keep import Keeper
from lsform.reconcile.leading import Leadership
from lsform.reconcile.loop import Listener, Loop, Rhythm
from lsform.reconcile.model import Ending, Subject, exit_code
from lsform.reconcile.source import Folder, Source, repository
from lsform.reconcile.telling import Notifier, Teller
from lsform.state import LEASE, StateStore, this_user
from lsform.state.lock import HEARTBEATS_PER_LEASE

NOTIFY_URL = "LSFORM_NOTIFY_URL"
CACHE = ".lsform/git"
UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
SHORTEST_LEASE = 2  # seconds: a heartbeat is a quarter of it, and a store may take that long to answer


def _seconds(_ctx: click.Context, _param: click.Parameter, text: str) -> float:
    """`90s`, `15m`, `2h`, `1d`; a bare number is seconds."""
    found = re.fullmatch(r"(\d{1,9}(?:\.\d+)?)([smhd]?)", text)
    if not found or not float(found[1]):
        raise click.BadParameter(f"`{text}` is no length of time such as `30s`, `15m`, `2h` or `1d`")
    return float(found[1]) * UNITS[found[2] or "s"]


class Commands(Group):
    """`run` unless another command is named first."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if not args or args[0] not in {*self.commands, "-h", "--help"}:
            args = ["run", *args]
        return super().parse_args(ctx, args)


@click.group("reconcile", cls=Commands, epilog="Example: lsform reconcile vision@prod vision@dev --interval 2m")
def command() -> None:
    """Keep servers as a folder or a git repository says.

    `lsform reconcile [DIR...]` is short for `lsform reconcile run`.
    """


@dataclass(frozen=True, slots=True)
class Asked:
    """How the loop is to run."""

    git: str
    ref: str
    cache: Path | None
    once: bool
    interval: float
    lease: float
    prune: bool
    allow_destroy: tuple[str, ...]
    listen: str
    stuck_after: float


@command.command(
    "run", epilog="Example: lsform reconcile run --git https://git.example.com/labels.git --ref main .@prod"
)
@click.argument("stacks", nargs=-1, metavar="[DIR[@ENV]]...")
@click.option("--git", default="", metavar="URL", help="Follow a git repository; DIR are folders in it.")
@click.option("--ref", default="main", show_default=True, metavar="BRANCH|TAG", help="What to follow of it.")
@click.option(
    "--cache", type=click.Path(path_type=Path), metavar="DIR", help=f"Where the clone is.  [default: {CACHE}]"
)
@click.option("--once", is_flag=True, help="One round, then exit.")
@click.option(
    "--interval", callback=_seconds, metavar="TIME", default="1m", show_default=True, help="From one pass to the next."
)
@click.option("--lease", callback=_seconds, metavar="TIME", default=f"{LEASE.total_seconds():.0f}s", show_default=True,
              help="After this long without a sign of life another replica takes over.")  # fmt: skip
@click.option("--prune", is_flag=True, help="Delete what a stack made and no longer declares.")
@click.option("--allow-destroy", multiple=True, metavar="ADDRESS", help="May lose tasks or annotations of ADDRESS.")
@click.option("--listen", default="", metavar="[HOST]:PORT", help="Serve /healthz, /readyz and /metrics there.")
@click.option(
    "--stuck-after", callback=_seconds, metavar="TIME", default="5m", show_default=True, help="When /healthz fails."
)
@click.pass_obj
def run(
    invocation: Invocation,
    *,
    stacks: tuple[str, ...],
    git: str,
    ref: str,
    cache: Path | None,
    once: bool,
    interval: float,
    lease: float,
    prune: bool,
    allow_destroy: tuple[str, ...],
    listen: str,
    stuck_after: float,
) -> int:
    """Plan and apply again and again, and only what the guards let through.

    DIR is a stack, DIR@ENV one environment of it; several are kept one after the other, and none stops the others. Of
    several replicas one leads, by a lease beside the state, and the others stand by.

    LSFORM_NOTIFY_URL, when set, is an incoming webhook (Slack, Mattermost) that hears of drift, refusals and failures.
    """
    if lease < SHORTEST_LEASE:
        raise UsageError(f"`--lease` is at least {SHORTEST_LEASE} s", hint="the default fits most")
    asked = Asked(git, ref, cache, once, interval, lease, prune, allow_destroy, listen, stuck_after)
    subjects = tuple(_subject(invocation, asked, text) for text in stacks or (".",))
    if len({one.name for one in subjects}) < len(subjects):
        raise UsageError("a stack is named twice", hint="name each stack and environment once")
    return _run(invocation, asked, subjects)


def _run(invocation: Invocation, asked: Asked, subjects: tuple[Subject, ...]) -> int:
    console = invocation.console
    health = Health(time.monotonic, asked.stuck_after, frozenset(one.name for one in subjects))
    listeners: list[Listener] = [Teller(console.tell, _notifier(invocation)), health]
    leadership = Leadership(timedelta(seconds=asked.lease))
    with (
        ExitStack() as held,
        wiring.graceful_interrupt(lambda: console.say("stopping; a write in flight is finished first")) as stop,
    ):
        if asked.listen:
            listeners.append(held.enter_context(_listening(invocation, asked.listen, health)))
        held.callback(leadership.close)
        loop = Loop(
            source=held.enter_context(_source(invocation, asked)),
            subjects=subjects,
            keep=_keeper(invocation, asked, leadership, stop, health),
            listeners=listeners,
            rhythm=Rhythm(asked.interval, standby=asked.lease / HEARTBEATS_PER_LEASE),
            clock=time.monotonic,
            wait=partial(wiring.wait, until=stop, beat=health.beat),
            chance=random.random,
            should_stop=stop,
        )
        passes = loop.run(once=asked.once)
    was_cut_short = any(one.ending is Ending.INTERRUPTED for one in passes)
    return exit_code(passes) if asked.once or was_cut_short else ExitCode.DONE


def _keeper(
    invocation: Invocation, asked: Asked, leadership: Leadership, stop: Callable[[], bool], health: Health
) -> Keeper:
    tell = invocation.console.tell

    def progress(text: str, *, done: int, total: int) -> None:
        health.beat()

    return Keeper(
        process=invocation.process,
        leadership=leadership,
        connect=partial(sessions.label_studio, tell=tell),
        tell=tell,
        variables=invocation.request().variables,
        prune=asked.prune,
        permission=guard.Permission(destroy=asked.allow_destroy),
        should_stop=stop,
        progress=progress,
    )


def _subject(invocation: Invocation, asked: Asked, text: str) -> Subject:
    folder, _, environment = text.partition("@")
    environment = environment or invocation.environment
    name = folder.rstrip("/")
    if name in ("", "."):
        name = asked.git.rstrip("/").removesuffix(".git").rpartition("/")[2] or invocation.folder.resolve().name
    return Subject(name + (f"@{environment}" if environment else ""), folder or ".", environment)


@contextmanager
def _source(invocation: Invocation, asked: Asked) -> Iterator[Source]:
    if not asked.git:
        yield Folder(invocation.folder)
        return
    cache = asked.cache or invocation.folder / CACHE
    with repository(asked.git, asked.ref, cache.absolute(), invocation.process) as found:
        yield found


def _notifier(invocation: Invocation) -> Notifier | None:
    url = invocation.process.get(NOTIFY_URL, "")
    if not url:
        return None
    from lsform.server.notification import post_text

    return Notifier(partial(post_text, Secret(url, f"env:{NOTIFY_URL}")), invocation.console.tell)


@contextmanager
def _listening(invocation: Invocation, listen: str, health: Health) -> Iterator[Listener]:
    try:
        from lsform.reconcile.metrics import Metrics
    except ModuleNotFoundError as error:
        raise LsformError(f"metrics need `{error.name}`", hint="`pip install 'lsform[gitops]'`") from None
    host, _, port = listen.rpartition(":")
    if not port.isdecimal():
        raise UsageError(f"`--listen {listen}` has no port", hint="write `--listen :8080`, for all addresses")
    metrics = Metrics()
    try:
        with served(host.strip("[]"), int(port), health, metrics.text) as number:
            invocation.console.tell(Event(f"listening at {host}:{number}", {"port": number}, Detail.NEWS))
            yield metrics
    except OSError as error:
        raise LsformError(
            f"cannot listen at {listen}: {error.strerror}", hint="`--listen :0` takes a free port"
        ) from None


@command.command("pause", epilog="Example: lsform reconcile pause --for 2h --reason 'restoring a backup'")
@click.option(
    "--for", "length", callback=_seconds, metavar="TIME", default="1d", show_default=True, help="How long, at most."
)
@click.option("--reason", required=True, metavar="TEXT", help="What others read meanwhile.")
@click.pass_obj
def pause(invocation: Invocation, *, length: float, reason: str) -> None:
    """Let no replica write to this stack for a while. They go on to look, and `lsform apply` still works."""
    now = datetime.now(timezone.utc)
    until = timedelta(seconds=length)
    made = pausing.pause(_store(invocation), reason=reason, by=this_user(), now=now, length=until)
    invocation.console.say(str(made))


@command.command("resume", epilog="Example: lsform reconcile resume")
@click.pass_obj
def resume(invocation: Invocation) -> None:
    """End a pause before its time."""
    was = pausing.resume(_store(invocation))
    invocation.console.say("resumed" if was else "nothing was paused")


def _store(invocation: Invocation) -> StateStore:
    configuration = load(invocation.request())
    if not configuration.stack:
        raise ConfigurationError(configuration.findings)
    return workflow.open_store(configuration)
