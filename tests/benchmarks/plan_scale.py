"""An empty plan of 1,000 and of 10,000 projects with two children each, against the in-memory server.

Every project is a manifest of its own, in a file of its own, and has an interface of its own: nothing is rendered
once for all. Prints seconds by step, peak memory, and how both grow.
"""

from __future__ import annotations

import json
import math
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.fakes import MemoryServer

SIZES = (1_000, 10_000)
AIM_SECONDS, AIM_BYTES = 10.0, 1 << 30

STACK = """\
apiVersion: lsform/v1
kind: Stack
metadata: {name: bench}
spec: {limits: {max_update_share: 1.0}}
"""
PROJECT = """\
apiVersion: lsform/v1
kind: Project
metadata: {{name: project-{n}}}
spec:
  title: Project number {n}
  description: Boxes on frames of camera {n}
  interface:
    template: object-detection
    vars: {{labels: [Car, Truck, Bus, Camera {n}], canRotate: false}}
  maximum_annotations: 2
  sampling: Uncertainty sampling
  show_instruction: true
  webhooks:
    retrain: {{url: "https://ci.example.com/{n}", actions: [ANNOTATION_CREATED, ANNOTATION_UPDATED]}}
  views:
    unsure: {{title: Most uncertain, ordering: ["tasks:predictions_score"]}}
"""


def measure(size: int) -> dict[str, float]:
    """Seconds by step of planning a stack that is on the server as declared, and peak memory in bytes."""
    from lsform import workflow
    from lsform.config.checked import checked
    from lsform.config.loader import Request
    from lsform.core.collector import no_full_collections
    from lsform.engine.planner import Scope, decide, syncs
    from lsform.engine.snapshot import Wanted, read

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write(folder, size)
        request = Request(folder, process={"LABEL_STUDIO_URL": "http://memory", "LABEL_STUDIO_API_KEY": "key"})
        server = MemoryServer()
        fill(server, checked(request).compiled.desired)
        seconds = {}
        began = time.perf_counter()
        found = checked(request)
        seconds["load and render"] = time.perf_counter() - began
        wanted = Wanted("bench", found.compiled.desired, {})
        with no_full_collections():  # as `workflow.make_plan` does
            began = time.perf_counter()
            seen = read(server, wanted, workflow.quiet)
            seconds["read and match"] = time.perf_counter() - began
            began = time.perf_counter()
            scope = Scope("bench")
            changes = decide(seen.matching.pairs, scope)
            due = syncs(seen.matching.pairs, scope)
            seconds["diff"] = time.perf_counter() - began
        assert not changes and not due, f"the plan should be empty, not {[one.action for one in changes[:3]]}"
        assert len(seen.matching.pairs) == 3 * size
        return {**seconds, "total": sum(seconds.values()), "peak": peak()}


def write(folder: Path, size: int) -> None:
    """The manifests, 100 projects a folder."""
    (folder / "lsform.yaml").write_text(STACK)
    for n in range(size):
        path = folder / f"batch-{n // 100:03}" / f"project-{n}.yaml"
        path.parent.mkdir(exist_ok=True)
        path.write_text(PROJECT.format(n=n))


def fill(server: MemoryServer, desired: object) -> None:
    """Create everything directly, with its marker, as an apply would."""
    from lsform.engine.model import Ownership

    assert isinstance(desired, dict)
    remotes: dict[object, int] = {}
    for address, one in sorted(desired.items(), key=lambda item: len(item[0].path)):
        marked = one.kind.marker.write(one.attributes, str(Ownership("bench", address, f"{len(remotes):012x}")))
        remotes[address] = server.create(one.kind, marked, project=remotes.get(address.parent)).remote


def peak() -> int:
    """Peak resident memory of this process, in bytes (Linux counts in KiB)."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def main() -> int:
    """Each size in a process of its own, then the table."""
    rows = {size: _measured(size) for size in SIZES}
    print("empty plan against the in-memory server (each project with two children)")
    for name in ("load and render", "read and match", "diff", "total"):
        _print(name, {size: f"{row[name]:.2f} s" for size, row in rows.items()})
    _print("peak memory", {size: f"{row['peak'] / 2**20:.0f} MB" for size, row in rows.items()})
    small, large = SIZES
    slope = math.log(rows[large]["total"] / rows[small]["total"]) / math.log(large / small)
    print(f"  time grows with the {slope:.2f}th power of the number of projects (1 is linear)")
    print(f"  aim: {large:,} projects under {AIM_SECONDS:.0f} s and {AIM_BYTES / 2**30:.0f} GB")
    return 0


def _measured(size: int) -> dict[str, float]:
    command = [sys.executable, "-m", "tests.benchmarks.plan_scale", str(size)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    found: dict[str, float] = json.loads(done.stdout)
    return found


def _print(name: str, cells: dict[int, str]) -> None:
    print(f"  {name:18}" + "".join(f"{size:>9,} projects {cell:>9}" for size, cell in cells.items()))


if __name__ == "__main__":
    if len(sys.argv) > 1:
        print(json.dumps(measure(int(sys.argv[1]))))
    else:
        raise SystemExit(main())
