"""`make bench`: all benchmarks, one after the other, each in a process of its own."""

from __future__ import annotations

import subprocess
import sys

BENCHMARKS = (
    "plan_scale",
    "lint_speed",
    "empty_plan",
    "convert_speed",
    "state_scale",
    "import_speed",
    "preview_speed",
    "report_speed",
)


def main() -> int:
    """Run every benchmark; the worst exit code wins."""
    return max(subprocess.call([sys.executable, "-m", f"tests.benchmarks.{name}"]) for name in BENCHMARKS)


if __name__ == "__main__":
    raise SystemExit(main())
