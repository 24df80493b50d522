"""Tasks with annotations as Label Studio exports them, for tests of what is made of them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from io import BytesIO
from itertools import count
from pathlib import Path
from typing import Any

from lsform.data.choosing import Policy
from lsform.data.drawing import Wanted
from lsform.data.export import Media, export
from lsform.data.formats import FORMATS
from lsform.data.reading import PIECE, Tasks
from lsform.data.split import parse as parse_split
from lsform.interface.model import parse

IMAGE = '<Image name="image" value="$image"/>'
BOXES = """<RectangleLabels name="box" toName="image"><Label value="Car"/><Label value="Truck"/></RectangleLabels>"""
POINTS = """<KeyPointLabels name="point" toName="image"><Label value="nose"/><Label value="tail"/></KeyPointLabels>"""
POLYGONS = """<PolygonLabels name="area" toName="image"><Label value="Road"/></PolygonLabels>"""
MASKS = """<BrushLabels name="brush" toName="image"><Label value="Sky"/></BrushLabels>"""
Result = dict[str, Any]
_ids = count(1)


def interface(*controls: str, shown: str = IMAGE) -> str:
    return f"<View>{shown}{''.join(controls)}</View>"


def region(kind: str, control: str, labels: Iterable[str], *, size: tuple[int, int] = (1000, 500), ref: str = "",
           parent: str = "", **value: Any) -> Result:  # fmt: skip
    """A region on a picture; `value` is in percent."""
    made: Result = {
        "id": ref or f"r{next(_ids)}", "type": kind, "from_name": control, "to_name": "image", "image_rotation": 0,
        "original_width": size[0], "original_height": size[1], "value": {**value, kind: [*labels]},
    }  # fmt: skip
    return {**made, "parentID": parent} if parent else made


def box(label: str, x: float, y: float, width: float, height: float, rotation: float = 0, **more: Any) -> Result:
    place = {"x": x, "y": y, "width": width, "height": height, "rotation": rotation}
    return region("rectanglelabels", "box", [label], **place, **more)


def point(label: str, x: float, y: float, **more: Any) -> Result:
    return region("keypointlabels", "point", [label], x=x, y=y, width=0.5, **more)


def annotation(*results: Result, number: int = 1, by: int = 1, at: str = "2026-01-01T00:00:00Z", **more: Any) -> Result:
    return {"id": number, "completed_by": by, "created_at": at, "updated_at": at, "result": [*results], **more}


def task(number: int, data: dict[str, Any], *annotations: Result) -> Result:
    return {"id": number, "data": data, "annotations": [*annotations]}


def picture(number: int, *results: Result, image: str = "") -> Result:
    """A task with one picture and one annotation of it."""
    return task(number, {"image": image or f"https://example.com/{number}.jpg"}, annotation(*results, number=number))


@dataclass
class Exported:
    """What an export left."""

    folder: Path
    manifest: dict[str, Any]

    def text(self, name: str) -> str:
        return (self.folder / name).read_text("utf-8")

    def json(self, name: str) -> Any:
        return json.loads(self.text(name))

    @property
    def files(self) -> list[str]:
        return sorted(path.relative_to(self.folder).as_posix() for path in self.folder.rglob("*") if path.is_file())


Export = Callable[..., Exported]


def run_export(folder: Path, form: str, xml: str, tasks: Iterable[Result], *, split: str = "",
               policy: Policy = Policy.LATEST, media: Media | None = None, helping: int = 0, piece: int = PIECE,
               **options: bool) -> Exported:  # fmt: skip
    """Export these tasks, by way of the text that a server would send."""
    wanted = Wanted(FORMATS[form], policy, parse_split(split), **options)
    stream = BytesIO(json.dumps([*tasks]).encode())
    manifest = export(Tasks(stream, "export.json", piece), parse(xml), wanted, folder, media=media or Media(bytes),
                      facts={}, progress=lambda _done: None, helping=lambda _size: helping)  # fmt: skip
    return Exported(folder, manifest)
