"""`lsform state`: what lsform remembers, and who holds the lock."""

from __future__ import annotations

import click

from lsform import workflow
from lsform.cli.common import as_json
from lsform.cli.options import Group, Invocation
from lsform.config.loader import load
from lsform.core.diagnostics import nearest
from lsform.core.errors import ConfigurationError, LsformError
from lsform.core.values import Json
from lsform.engine.model import StateEntry
from lsform.state import State, StateLock, StateStore, current, holder, unlock


@click.group("state", cls=Group, epilog="Example: lsform -C examples/quickstart state list")
def command() -> None:
    """Look at what lsform remembers of its last apply.

    The state is a cache: without it the next plan finds everything again by its markers.
    """


def _store(invocation: Invocation) -> StateStore:
    invocation.console.progress("reading the state", done=0, total=0)
    configuration = load(invocation.request())
    if not configuration.stack:  # mistakes elsewhere do not matter here
        raise ConfigurationError(configuration.findings)
    return workflow.open_store(configuration)


def _state(store: StateStore) -> State:
    state = store.load()
    if state is None:
        raise LsformError(f"there is no state at {store.where}", hint="`lsform apply` makes one")
    return state


@command.command("list", epilog="Example: lsform state list")
@click.pass_obj
def list_(invocation: Invocation) -> None:
    """Print the address and the server's id of every resource."""
    entries = _state(_store(invocation)).entries
    invocation.console.data("".join(f"{address}\t{entries[address].remote}\n" for address in sorted(entries)))


@command.command("show", epilog="Example: lsform state show project.traffic")
@click.argument("address", required=False)
@click.pass_obj
def show(invocation: Invocation, *, address: str | None) -> None:
    """Print one entry, or the state as a whole, who holds its lock, and which write was cut short, as JSON."""
    store = _store(invocation)
    state = _state(store)
    if address is not None:
        invocation.console.data(as_json(entry_document(_entry(state, address))))
        return
    interrupted = None if holder(store) else state.interrupted
    invocation.console.data(as_json(document(store.where, state, current(store), interrupted)))


@command.command("rm", epilog="Example: lsform state rm project.traffic")
@click.argument("address")
@click.pass_obj
def remove(invocation: Invocation, *, address: str) -> None:
    """Forget one resource and its children. The server keeps them, and by their markers they are found again."""
    store = _store(invocation)
    with StateLock(store, command="state rm"):
        state = _state(store)
        entry = _entry(state, address)
        gone = [one for one in state.entries if one.is_within(entry.address)]
        for one in gone:
            state = state.without(one)
        store.save(state)
    invocation.console.say(f"forgot {len(gone)} of {len(gone) + len(state.entries)} entries")


@command.command("unlock", epilog="Example: lsform state unlock")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_obj
def unlock_(invocation: Invocation, *, yes: bool) -> None:
    """Take the lock away from whoever holds it. Only when that command is surely dead."""
    store = _store(invocation)
    found = current(store)
    if found is None:
        invocation.console.say("nobody holds the lock")
        return
    if not yes and not invocation.console.confirm(f"Take the lock away from {found}?"):
        raise click.Abort
    unlock(store)
    invocation.console.say(f"took the lock away from {found}")


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def _entry(state: State, address: str) -> StateEntry:
    found = {str(one): entry for one, entry in state.entries.items()}
    if address not in found:
        raise LsformError(
            f"`{address}` is not in the state", hint=nearest(address, found) or "`lsform state list` shows what is"
        )
    return found[address]


def document(where: str, state: State, lock: object, interrupted: object) -> dict[str, Json]:
    """The state as a whole; who holds its lock and what was cut short are told in words."""
    return {
        "where": where,
        "stack": state.stack,
        "server": state.server,
        "lineage": state.lineage,
        "serial": state.serial,
        "resources": len(state.entries),
        "lock": _text(lock),
        "interrupted": _text(interrupted),
    }


def entry_document(entry: StateEntry) -> dict[str, Json]:
    """What is remembered of one resource."""
    return {
        "address": str(entry.address),
        "kind": entry.kind,
        "variant": entry.variant,
        "id": entry.remote,
        "nonce": entry.nonce,
        "protect": entry.protect,
        "digests": dict(entry.digests),
    }
