"""`lsform export --from` against `label_studio_sdk.converter` on the same export of annotated pictures, in one run.

Each conversion is a process of its own, which begins when its modules are loaded (the SDK takes seconds for that) and
writes into one folder of temporary files; no picture is fetched. Prints seconds on the clock, seconds of CPU with those
of helpers, how many times ours the SDK takes, and the memory of the largest process over what it had when it began.
Helpers save time where a processor is free: `uptime` should say so before one believes the clock. YOLO is a file for
each picture: some file systems make files ten times as slowly for minutes after as many were deleted; `TMPDIR` says
where all is written, memory (`/dev/shm`) being the same at all times.
`python -m tests.benchmarks.convert_speed 20000` takes fewer than 100,000 pictures.
"""

from __future__ import annotations

import json
import random
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

PICTURES, BOXES_EACH = 100_000, 3
AIM_RATIO, AIM_MEGABYTES = 5.0, 200.0
LABELS = ("Car", "Truck", "Bus", "Person")
XML = (
    '<View><Image name="image" value="$image"/><RectangleLabels name="box" toName="image">'
    + "".join(f'<Label value="{label}"/>' for label in LABELS)
    + "</RectangleLabels></View>"
)

MEASURE = """
import resource, time
WHO = resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN
def spent():
    return sum(one.ru_utime + one.ru_stime for one in map(resource.getrusage, WHO))
def peak():
    return max(resource.getrusage(who).ru_maxrss for who in WHO)
before, cpu, clock = peak(), spent(), time.perf_counter()
convert()
print(time.perf_counter() - clock, spent() - cpu, (peak() - before) / 1024)
"""
OURS = """
import sys
from pathlib import Path
from lsform.data.drawing import Wanted
from lsform.data.export import Media, export
from lsform.data.formats import FORMATS
from lsform.data.reading import Tasks
from lsform.interface.model import parse
source, out, form = sys.argv[1:]
def convert():
    with open(source, "rb") as stream:
        export(Tasks(stream, source), parse(Path(source).with_suffix(".xml").read_text()), Wanted(FORMATS[form]),
               Path(out), media=Media(bytes), facts={}, progress=lambda done: None)
"""
THEIRS = """
import sys, warnings
warnings.simplefilter("ignore")
from pathlib import Path
from label_studio_sdk.converter import Converter
source, out, form = sys.argv[1:]
def convert():
    converter = Converter(Path(source).with_suffix(".xml").read_text(), project_dir=None, download_resources=False)
    if form == "yolo":
        converter.convert_to_yolo(source, out, is_dir=False)
    else:
        converter.convert_to_coco(source, out, output_image_dir=out + "-images", is_dir=False)
"""


def write_export(path: Path, pictures: int) -> None:
    """An export as Label Studio writes it: `pictures` of 1000 x 500 with three boxes each."""
    chance = random.Random(1)
    with path.open("w") as file:
        file.write("[")
        for number in range(1, pictures + 1):
            file.write(("," if number > 1 else "") + json.dumps(_task(number, chance)))
        file.write("]")
    path.with_suffix(".xml").write_text(XML)


def _task(number: int, chance: random.Random) -> object:
    results = [
        {
            "id": f"{number}-{each}", "from_name": "box", "to_name": "image", "type": "rectanglelabels",
            "original_width": 1000, "original_height": 500, "image_rotation": 0, "origin": "manual",
            "value": {
                **{side: chance.uniform(0, 50) for side in ("x", "y", "width", "height")},
                "rotation": 0, "rectanglelabels": [chance.choice(LABELS)],
            },
        }
        for each in range(BOXES_EACH)
    ]  # fmt: skip
    moment = "2026-01-01T00:00:00Z"
    annotation = {
        "id": number, "completed_by": 1, "result": results, "was_cancelled": False, "ground_truth": False,
        "created_at": moment, "updated_at": moment, "lead_time": 9.5,
    }  # fmt: skip
    return {"id": number, "data": {"image": f"https://example.com/{number}.jpg"}, "annotations": [annotation]}


class Taken(NamedTuple):
    """Seconds on the clock, seconds of CPU, megabytes."""

    clock: float
    cpu: float
    megabytes: float


def run(code: str, *arguments: str) -> Taken:
    """One conversion."""
    command = [sys.executable, "-c", code + MEASURE, *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return Taken(*map(float, done.stdout.split()[-3:]))


def main() -> int:
    pictures = int(sys.argv[1]) if len(sys.argv) > 1 else PICTURES
    with tempfile.TemporaryDirectory() as name:
        source = Path(name) / "export.json"
        write_export(source, pictures)
        for form in ("yolo", "coco"):
            ours = run(OURS, str(source), f"{name}/ours-{form}", form)
            theirs = run(THEIRS, str(source), f"{name}/theirs-{form}", form)
            print(f"{pictures:,} pictures to {form}, aim {AIM_RATIO:g} times as fast as the SDK, {AIM_MEGABYTES:g} MB")
            for who, taken in (("lsform", ours), ("the SDK", theirs)):
                print(f"  {who:8} {taken.clock:6.1f} s, {taken.cpu:6.1f} s of CPU, {taken.megabytes:4.0f} MB")
            print(f"  {theirs.clock / ours.clock:.1f} times as fast, with {theirs.cpu / ours.cpu:.1f} times less CPU")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
