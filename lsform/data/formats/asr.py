"""ASR manifests: a JSON a line, `audio_filepath`, `text` and, where they are known, `duration` and `offset`. Files.

As NVIDIA NeMo reads them (https://docs.nvidia.com/nemo-framework/user-guide/latest/nemotoolkit/asr/datasets.html);
times are in seconds.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping

from lsform.core.values import Json
from lsform.data.choosing import Annotation
from lsform.data.formats.base import Context
from lsform.data.items import Item, Medium, media, objects
from lsform.data.shapes import Interval

Facts = dict[str, Json]


def write(items: Iterable[Item], context: Context) -> None:
    """`<part>.jsonl`: a line a recording, or one for each of its regions that has a text of its own."""
    shown = objects(context.interface, "audio", "audioplus")
    texts = [control.name for control in context.interface.controls() if control.result_type == "textarea"]
    files = {part: f"{part or 'manifest'}.jsonl" for part in context.split.parts}
    with context.output.streams(files) as opened:
        for item in items:
            for medium in media(item, shown):
                name = context.keep(item.part, medium, "audio")
                place = f"audio/{name}" if context.fetch else medium.url
                for annotation in item.annotations:
                    for facts in _spoken(item, medium, annotation, texts, context):
                        line = json.dumps({"audio_filepath": place, **facts}, ensure_ascii=False)
                        opened[item.part].write(f"{line}\n".encode())


def _spoken(item: Item, medium: Medium, annotation: Annotation, texts: list[str], context: Context) -> Iterator[Facts]:
    reading = annotation.reading
    if whole := _spoken_by(reading.answers, texts):
        yield {"text": whole, **_length(item, medium)}
    for region in reading.regions:
        if region.target != medium.target:
            continue
        if not isinstance(region.shape, Interval):
            context.problems.add("region that is no part of a recording", item)
        elif words := _spoken_by(region.answers, texts):
            start, end = region.shape.start, region.shape.end
            labels: Facts = {"label": region.label} if region.label else {}
            yield {"text": words, "offset": start, "duration": round(end - start, 6), **labels}


def _length(item: Item, medium: Medium) -> Facts:
    """The editor notes how long a recording is with each region on it."""
    given = item.record.get("annotations")
    for annotation in given if isinstance(given, list) else []:
        results = annotation.get("result") if isinstance(annotation, dict) else None
        for result in results if isinstance(results, list) else []:
            if isinstance(result, dict) and result.get("to_name") == medium.target:
                length = result.get("original_length")
                if isinstance(length, int | float):
                    return {"duration": length}
    return {}


def _spoken_by(answers: Mapping[str, Json], texts: list[str]) -> str:
    """What the controls for text say, one behind the other; '' for nothing."""
    given = [answers.get(name) for name in texts]
    return " ".join(str(one) for value in given for one in (value if isinstance(value, list) else [value]) if one)
