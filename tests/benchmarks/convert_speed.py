"""`lsform export --from` against `label_studio_sdk.converter` on the same export of annotated pictures, in one run.

Each conversion is a process of its own; prints seconds of CPU without imports, the ratio, and the memory that each took
over what it had when it began. `python -m tests.benchmarks.convert_speed 20000` takes fewer than 100,000 pictures.
"""

from __future__ import annotations

import json
import random
import subprocess
import sys
import tempfile
from pathlib import Path

PICTURES, BOXES_EACH = 100_000, 3
AIM_RATIO, AIM_MEGABYTES = 5.0, 200.0
LABELS = ("Car", "Truck", "Bus", "Person")
XML = (
    '<View><Image name="image" value="$image"/><RectangleLabels name="box" toName="image">'
    + "".join(f'<Label value="{label}"/>' for label in LABELS)
    + "</RectangleLabels></View>"
)

OURS = """\
import resource, sys, time
from pathlib import Path
from lsform.data.drawing import Wanted
from lsform.data.export import Media, export
from lsform.data.formats import FORMATS
from lsform.data.reading import read_tasks
from lsform.interface.model import parse
source, out, form = sys.argv[1:]
before, began = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.process_time()
with open(source, "rb") as stream:
    export(read_tasks(stream, source), parse(Path(source).with_suffix(".xml").read_text()), Wanted(FORMATS[form]),
           Path(out), media=Media(bytes), facts={}, progress=lambda done: None)
print(time.process_time() - began, (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024)
"""
THEIRS = """\
import resource, sys, time, warnings
warnings.simplefilter("ignore")
from pathlib import Path
from label_studio_sdk.converter import Converter
source, out, form = sys.argv[1:]
before, began = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.process_time()
converter = Converter(Path(source).with_suffix(".xml").read_text(), project_dir=None, download_resources=False)
if form == "yolo":
    converter.convert_to_yolo(source, out, is_dir=False)
else:
    converter.convert_to_coco(source, out, output_image_dir=out + "-images", is_dir=False)
print(time.process_time() - began, (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024)
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


def run(code: str, *arguments: str) -> tuple[float, float]:
    """Seconds and megabytes of one conversion."""
    done = subprocess.run([sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=True)
    seconds, megabytes = map(float, done.stdout.split()[-2:])
    return seconds, megabytes


def main() -> int:
    pictures = int(sys.argv[1]) if len(sys.argv) > 1 else PICTURES
    with tempfile.TemporaryDirectory() as name:
        source = Path(name) / "export.json"
        write_export(source, pictures)
        for form in ("yolo", "coco"):
            ours, memory = run(OURS, str(source), f"{name}/ours-{form}", form)
            theirs, their_memory = run(THEIRS, str(source), f"{name}/theirs-{form}", form)
            print(f"{pictures:,} pictures to {form}: {ours:.1f} s of CPU, aim {AIM_RATIO:g} times less than the SDK")
            print(f"  {memory:.0f} MB, aim under {AIM_MEGABYTES:g} MB")
            print(f"  the SDK's converter: {theirs:.1f} s, {theirs / ours:.1f} times ours, {their_memory:.0f} MB")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
