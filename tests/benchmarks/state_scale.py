"""What it costs to remember one change in a stack of 30,000 resources: in the journal, and by saving the state."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

ENTRIES, CHANGES, SAVES = 30_000, 300, 5


def measure() -> dict[str, float]:
    """Seconds a change, over a state in a folder."""
    from lsform.core.address import Address
    from lsform.engine.model import Action, Intent, StateEntry
    from lsform.state import StateLock, StateStore
    from lsform.state.memory import StateMemory

    def entry(number: int, text: str = "digest") -> StateEntry:
        digests = dict.fromkeys(("title", "description", "label_config", "sampling"), f"{text}-{number:016x}")
        return StateEntry(Address.of("project", f"p{number}"), "project", "", number, f"{number:012x}", digests)

    with tempfile.TemporaryDirectory() as name:
        store = StateStore.open("file:state", base=Path(name), stack="bench")
        with StateLock(store, command="benchmark") as lock:
            memory = StateMemory(store, store.new(server="http://memory"), lock)
            memory.remember(*(entry(number) for number in range(ENTRIES)))
            began = time.perf_counter()
            for number in range(CHANGES):
                memory.intend(Intent(entry(number).address, Action.UPDATE))
                memory.remember(entry(number, "changed"))
            journal = (time.perf_counter() - began) / CHANGES
            memory.finish()
            state = store.load()
            assert state is not None
            began = time.perf_counter()
            for _ in range(SAVES):
                state = store.save(state)
            return {"with the journal": journal, "state saved whole": (time.perf_counter() - began) / SAVES}


def main() -> int:
    print(f"to remember one change of {ENTRIES:,} resources, on the disk when the call returns")
    for name, seconds in measure().items():
        print(f"  {name:18}{seconds * 1000:9.2f} ms")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
