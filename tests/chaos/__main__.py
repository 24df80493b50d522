"""`make chaos`: the proofs by faults that take longer than the tests may; each is told with its seed and counts."""

from __future__ import annotations

import argparse
import os
import signal
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import SystemRandom

from lsform.server import local
from lsform.server.local import LocalServer
from tests.chaos.places import ToAndFro
from tests.chaos.proxy import Proxy
from tests.chaos.storm import Storm
from tests.conftest import fresh_server_data

APPLIES = 2000


@contextmanager
def label_studio(folder: Path) -> Iterator[LocalServer]:
    """A server of its own, always the same at first: its ids are part of what a seed decides."""
    data, files = fresh_server_data(folder / "data"), folder / "files"
    files.mkdir()
    try:
        yield local.up(data, document_root=files, ssrf_protection=False, environment=os.environ)
    finally:
        local.down(data)


def storm(server: LocalServer, proxy: Proxy, folder: Path, options: argparse.Namespace) -> str:
    raging = Storm(server, proxy, folder, options.seed)
    try:
        raging.rage(options.applies, tell=print if options.verbose else lambda _text: None)
    finally:
        print(f"seed {options.seed}: {raging.tally}", flush=True)
    return "every estate as declared; no twin, no orphan, nothing of anybody else's touched"


def places(server: LocalServer, proxy: Proxy, folder: Path, options: argparse.Namespace) -> str:
    stack = ToAndFro(server, proxy, folder)
    cases = [*stack.cases()]
    for case in cases:
        if options.verbose:
            print(case, flush=True)
        stack.check(case)
    return f"{len(cases)} cases: no delete after a read that failed, nothing made twice, all mended by the next apply"


PROOFS = {"places": places, "storm": storm}


def main() -> int:
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # the server must not outlive us
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("proofs", nargs="*", choices=[*PROOFS, []], help="which ones; all when none is named")
    parser.add_argument("--seed", type=int, default=SystemRandom().randrange(10**6), help="of the storm")
    parser.add_argument("--applies", type=int, default=APPLIES, help="of the storm, at least")
    parser.add_argument("--verbose", action="store_true", help="tell every apply that was not done")
    options = parser.parse_args()
    print(f"seed {options.seed}", flush=True)
    for name in options.proofs or PROOFS:
        began = time.monotonic()
        with tempfile.TemporaryDirectory() as made, label_studio(Path(made)) as server, Proxy(server.url) as proxy:
            said = PROOFS[name](server, proxy, Path(made) / name, options)
        print(f"{name}: {said} ({time.monotonic() - began:.0f} s)", flush=True)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
