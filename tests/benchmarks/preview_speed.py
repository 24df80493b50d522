"""Pictures of interfaces: how long the browser takes to be there, and each picture then.

The built-in templates, one after the other in one browser, each with a made-up task. Prints seconds.
"""

from __future__ import annotations

import statistics
import time

from lsform.browser.editor import opened
from lsform.interface.gallery import load, names
from lsform.interface.samples import sample

AIM_SECONDS = 2.0


def main() -> int:
    began = time.perf_counter()
    seconds: dict[str, float] = {}
    with opened() as editor:
        started = time.perf_counter() - began
        for name in names():
            xml = load(name).sample()
            began = time.perf_counter()
            editor.picture(xml, sample(xml, {}))
            seconds[name] = time.perf_counter() - began
    first, *warm = seconds.values()
    slowest = max(list(seconds)[1:], key=lambda name: seconds[name])
    print(f"the browser and its editor: {started:.1f} s; the first picture: {first:.1f} s")
    print(f"{len(warm)} more: {statistics.median(warm):.2f} s each, aim under {AIM_SECONDS:g} s")
    print(f"  the slowest, {slowest}: {seconds[slowest]:.2f} s")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
