"""CoNLL and ASR manifests: golden cases."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from lsform.data.export import Unsupported
from tests.unit.data.tasks import annotation, run_export, task

TEXT = """<View><Text name="text" value="$text"/>
<Labels name="what" toName="text"><Label value="PER"/><Label value="LOC"/></Labels>
<Labels name="mood" toName="text"><Label value="good"/></Labels></View>"""
AUDIO = """<View><Audio name="audio" value="$audio"/><Labels name="who" toName="audio"><Label value="A"/></Labels>
<TextArea name="said" toName="audio" perRegion="true"/><TextArea name="all" toName="audio"/></View>"""


def span(control: str, label: str, start: int, end: int, text: str = "") -> dict[str, Any]:
    value = {"start": start, "end": end, "text": text, "labels": [label]}
    return {"id": f"{control}{start}", "type": "labels", "from_name": control, "to_name": "text", "value": value}


def conll(tmp_path: Path, text: str, *spans: dict[str, Any]) -> list[str]:
    made = run_export(tmp_path / "out", "conll", TEXT, [task(1, {"text": text}, annotation(*spans))])
    return made.text("annotations.conll").splitlines()


def test_tags_are_iob2_in_a_column_for_each_control(tmp_path: Path) -> None:
    text = "Ada Lovelace lived in London."
    spans = [span("what", "PER", 0, 12, "Ada Lovelace"), span("what", "LOC", 22, 28), span("mood", "good", 13, 28)]
    assert [
        "-DOCSTART- what mood",
        "",
        "Ada B-PER O",
        "Lovelace I-PER O",
        "lived O B-good",
        "in O I-good",
        "London B-LOC I-good",
        ". O O",
        "",
    ] == conll(tmp_path, text, *spans)


def test_a_span_inside_a_word_splits_it(tmp_path: Path) -> None:
    assert ["un O O", "happi B-PER O", "ness O O", ""] == conll(tmp_path, "unhappiness", span("what", "PER", 2, 7))[2:]


def test_scripts_without_spaces_are_tagged_sign_by_sign(tmp_path: Path) -> None:
    lines = conll(tmp_path, "我在北京。", span("what", "LOC", 2, 4))
    assert ["我 O O", "在 O O", "北 B-LOC O", "京 I-LOC O", "。 O O", ""] == lines[2:]


def test_neighbours_of_one_label_stay_two(tmp_path: Path) -> None:
    lines = conll(tmp_path, "Ada Bob", span("what", "PER", 0, 3), span("what", "PER", 4, 7))
    assert ["Ada B-PER O", "Bob B-PER O", ""] == lines[2:]


def test_spans_over_each_other_are_refused(tmp_path: Path) -> None:
    with pytest.raises(Unsupported, match="span that overlaps another of the same control"):
        conll(tmp_path, "Ada Bob", span("what", "PER", 0, 5), span("what", "LOC", 4, 7))


def asr(tmp_path: Path, *results: dict[str, Any]) -> list[dict[str, Any]]:
    made = run_export(tmp_path / "out", "asr", AUDIO, [task(1, {"audio": "https://e.com/a.wav"}, annotation(*results))])
    return [json.loads(line) for line in made.text("manifest.jsonl").splitlines()]


def heard(ref: str, kind: str, control: str, **value: Any) -> dict[str, Any]:
    made = {"id": ref, "type": kind, "from_name": control, "to_name": "audio", "original_length": 9.5}
    return {**made, "value": value}


def test_a_recording_is_a_line_with_its_text_and_length(tmp_path: Path) -> None:
    expected = {"audio_filepath": "https://e.com/a.wav", "text": "hello world", "duration": 9.5}
    assert [expected] == asr(tmp_path, heard("t", "textarea", "all", text=["hello world"]))


def test_each_part_of_a_recording_with_a_text_is_a_line(tmp_path: Path) -> None:
    place = {"start": 1.5, "end": 3.0, "channel": 0}
    results = [heard("r", "labels", "who", **place, labels=["A"]), heard("r", "textarea", "said", **place, text=["hi"])]
    expected = {"audio_filepath": "https://e.com/a.wav", "text": "hi", "offset": 1.5, "duration": 1.5, "label": "A"}
    assert [expected] == asr(tmp_path, *results)
