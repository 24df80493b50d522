"""The linter has nothing to say of the official templates but what is true, and nothing at all of the gallery's."""

from __future__ import annotations

import re
from bisect import bisect
from collections.abc import Iterator
from pathlib import Path

import pytest
from lxml import etree

from lsform.interface import lint
from lsform.interface.gallery import load, names
from lsform.interface.model import parse
from tools.official_templates import official_templates

TEMPLATES = {
    Path(path).parent.name: etree.tostring(root, encoding="unicode") for path, root in official_templates().items()
}
CANCER = "breast-cancer-mammogram-classification"
TWITTER = "two-level-sentiment-analysis-of-x-twitter-posts"
SOUNDS = ("sound-event-detection", "speaker-segmentation")
# (code, tag and attribute) -> why it is true, and of which templates
FINDINGS: dict[tuple[str, str], tuple[str, tuple[str, ...]]] = {
    ("LSF006", "Chat"): (
        "only Enterprise has it: the editor does not open",
        ("chat_eval", "chat_llm_eval", "chat_red_team", "chat_rlhf", "chatbot"),
    ),
    ("LSF006", "OcrLabels"): ("only Enterprise has it: the editor does not open", ("pdf_ocr",)),
    ("LSF007", "Choices allownested"): ("`allowNested` in docs", ("serp-ranking",)),
    ("LSF007", "Choices showInLine"): (
        "`showInline` in docs",
        (
            "intent-classification-and-slot-filling",
            "serp-ranking",
            "text-classification",
            TWITTER,
            "video-classification",
        ),
    ),
    ("LSF007", "Paragraphs contextscroll"): ("`contextScroll` in docs", ("conversational-analysis",)),
    ("LSF007", "Video framerate"): ("`frameRate` in docs", ("video-object-tracking",)),
    ("LSF103", "Rating"): (
        "the editor takes the only object there is, but the converter finds controls by `toName`",
        ("chatbot-assessment",),
    ),
    ("LSF205", "Choices toName"): ("a click throws, and the annotation stays empty", (CANCER,)),
    ("LSF205", "Rating toName"): ("a click throws, and the annotation stays empty", ("pairwise-regression",)),
    ("LSF205", "TextArea toName"): ("a list of names is no object to store an answer with", (CANCER,)),
    ("LSF401", "Choice value"): ("`Two` stands twice, where `Three` is meant", ("document-retrieval",)),
    ("LSF501", "Choice background"): ("its colour is `color`", ("content-moderation",)),
    ("LSF501", "Choices selection"): ("never in any docs", ("asr-hypotheses", "serp-ranking")),
    ("LSF501", "Header className"): ("only View and Markdown have one", (CANCER,)),
    ("LSF501", "Header name"): ("a Header has no name", (TWITTER,)),
    ("LSF501", "Image className"): ("only View and Markdown have one", (CANCER,)),
    ("LSF501", "Label maxUsage"): ("it is `maxUsages`, and so there is no limit", ("question-answering",)),
    ("LSF501", "Labels hotkey"): ("labels have hotkeys, their control has none", SOUNDS),
    ("LSF501", "Labels zoom"): ("of the Audio beside it", SOUNDS),
    ("LSF501", "Paragraphs granularity"): ("of Text and HyperText", ("conversational-analysis",)),
    ("LSF501", "Text style"): ("only some visual tags have one", (TWITTER,)),
    ("LSF501", "TextArea style"): ("only some visual tags have one", (CANCER,)),
    ("LSF608", "Choices whenTagName"): ("`perRegion` heeds `whenLabelValue` alone", ("speech-transcription",)),
    ("LSF608", "TextArea whenTagName"): ("`perRegion` heeds `whenLabelValue` alone", ("speech-transcription",)),
    ("LSF703", "Audio hotkey"): ("it plays, and submits", ("automatic-speech-recognition",)),
    ("LSF703", "Choice"): ("the twenty-third choice gets `v` from the editor, which moves regions", (CANCER,)),
}


def found(xml: str) -> Iterator[tuple[str, str]]:
    """The code and the tag of each finding, with the attribute if it is of one."""
    tags = list(parse(xml).tags())
    starts = [(tag.line, tag.column) for tag in tags]
    lines = re.split(r"\r\n?|\n", xml)
    for one in lint(xml):
        place = (one.span.line, one.span.column)
        tag = tags[bisect(starts, place) - 1]
        word = re.match(r"\w*", lines[one.span.line - 1][one.span.column - 1 :])
        attribute = f" {word[0]}" if word and word[0] else ""
        yield one.code, tag.name + attribute


def test_the_official_templates_get_the_findings_that_are_known_to_be_true() -> None:
    assert 69 == len(TEMPLATES)
    said = {(name, *finding) for name, xml in TEMPLATES.items() for finding in found(xml)}
    known = {(name, *finding) for finding, (_, templates) in FINDINGS.items() for name in templates}
    assert sorted(known) == sorted(said)


@pytest.mark.parametrize("name", names())
def test_a_template_of_the_gallery_gets_no_findings_with_its_sample_task(name: str) -> None:
    template = load(name)
    data = template.sample_task["data"]
    assert isinstance(data, dict)
    assert () == lint(template.sample(), tasks=[data])
