"""The linter against `label_studio_sdk`'s `LabelInterface(...).validate()`, on the same files in one run.

One interface of 50 labels, again and again in one process; and a folder of 1,000 different ones, wall time with the
start of the process. Prints seconds and their ratio.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from pathlib import Path

FILES, LABELS = 1_000, 50
AIM_MILLISECONDS, AIM_SECONDS = 1.0, 2.0

EACH = """\
import sys, time, warnings
warnings.simplefilter("ignore")
from pathlib import Path
began = time.perf_counter()
{load}
loaded = time.perf_counter() - began
texts = [path.read_text("utf-8") for path in sorted(Path(sys.argv[1]).glob("*.xml"))][:{number}]
best = []
for _ in range(3):
    began = time.perf_counter()
    for text in texts:
        {check}
    best.append((time.perf_counter() - began) / len(texts))
print(loaded, min(best))
"""
OURS = EACH.format(load="from lsform.interface import lint; lint('')", check="lint(text)", number=300)
SDK = EACH.format(
    load="from label_studio_sdk.label_interface import LabelInterface",
    check="LabelInterface(text).validate()",
    number=300,
)


def interface(number: int) -> str:
    """Boxes with 50 labels, unlike those of any other number."""
    labels = "\n".join(
        f'    <Label value="Class {number}-{label}" background="#{(number * 97 + label * 5003) % 0xFFFFFF:06x}"/>'
        for label in range(LABELS)
    )
    return (
        f'<View>\n  <Header value="Frame {number}"/>\n  <Image name="image" value="$image" zoom="true"/>\n'
        f'  <RectangleLabels name="label" toName="image">\n{labels}\n  </RectangleLabels>\n</View>\n'
    )


def run(code: str, folder: Path) -> tuple[float, float]:
    """Seconds of the import, and of one interface."""
    done = subprocess.run([sys.executable, "-c", code, str(folder)], capture_output=True, text=True, check=True)
    loaded, each = map(float, done.stdout.split())
    return loaded, each


def whole(folder: Path) -> float:
    """Wall time of `lsform lint` on the folder, start-up included; the best of three."""
    command = [str(Path(sys.executable).with_name("lsform")), "lint", str(folder)]
    seconds = []
    for _ in range(3):
        began = time.perf_counter()
        subprocess.run(command, capture_output=True, check=True)
        seconds.append(time.perf_counter() - began)
    return min(seconds)


def main() -> int:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for number in range(FILES):
            (folder / f"{number:04}.xml").write_text(interface(number), "utf-8")
        loaded, each = run(OURS, folder)
        sdk_loaded, sdk_each = run(SDK, folder)
        print(f"one interface of {LABELS} labels: {each * 1e3:.2f} ms, aim about {AIM_MILLISECONDS:g} ms")
        print(f"  the SDK's validate: {sdk_each * 1e3:.2f} ms, {sdk_each / each:.1f} times as long")
        print(f"import: {loaded:.2f} s; the SDK's: {sdk_loaded:.2f} s, {sdk_loaded / loaded:.1f} times as long")
        seconds = whole(folder)
        print(f"{FILES:,} interfaces, start-up included: {seconds:.2f} s, aim under {AIM_SECONDS:g} s")
        print(f"  the SDK's, added up: {sdk_loaded + sdk_each * FILES:.2f} s")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
