"""Projects: every field, and interfaces and instructions as people write them."""

from __future__ import annotations

import re

from tests.conformance.examples import TEXTS, ByHand, Example, Record, Refused


def boxes(*labels: str, inside: str = "", before: str = "") -> str:
    """An interface with these labels; `inside` stands at the end of its view, `before` before it."""
    tags = "".join(f'\n    <Label value="{label}"/>' for label in labels)
    return (
        f'{before}<View>\n  <Image name="image" value="$image"/>\n'
        f'  <RectangleLabels name="box" toName="image">{tags}\n  </RectangleLabels>{inside}\n</View>\n'
    )


QUALITY = '<Choices name="quality" toName="image"><Choice value="good"/><Choice value="bad"/></Choices>'
WEIGHED = {"xml": boxes("Car", "Truck", inside=QUALITY)}
ONE = {"xml": boxes("Car")}
EMPTY = "<!-- lsform: ignore LSF008 -->"  # nothing can be labelled by it, and a plan would not write it

NAMED_TWICE = {"xml": boxes("Car", inside=f"<!-- lsform: ignore LSF101 -->{QUALITY}".replace('"quality"', '"box"'))}

INTERFACES = (
    boxes("Car"),
    boxes("Car", "Auto-Übersetzer 漢字 🦊", "  padded  ", "&lt;b&gt; &amp; &quot;q&quot; &#10; &#x1F98A;"),
    boxes("CRLF", inside=QUALITY).replace("\n", "\r\n"),
    boxes("Comments", before="<!-- a comment - - with dashes -->\n", inside="<!-- lsform is named here: lsform:a -->"),
    boxes("Sample", inside='<!-- {"data": {"image": "https://example.com/a.jpg"}} -->'),
    boxes("Styled", inside="<Style>.lsf-main > .a { color: 'red'; content: \"&#9660;\" }</Style>"),
    boxes("Verbatim", inside="<Style><![CDATA[.a > .b && { } <!-- no comment -->]]></Style>"),
    boxes("Version only", before='<?xml version="1.0"?>\n'),
    boxes("Encoding", before='<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'),
    boxes("Instruction", before="<?xml-stylesheet href='a.css'?>"),
    boxes("Silenced", inside="<!-- lsform: ignore LSF104 -->"),
    boxes("After") + "<!-- the end -->\n\n",
    f"{EMPTY}<View\tstyle = 'display: \"flex\"; gap: 1em'>text &amp; more"
    "<Header size='3' value='It&apos;s'/>tail</View>",
    '<View><Text value="$text" name="text"/><Labels toName="text" name="ner"><Label background="#ff0000" value="A"/>'
    '<Label hotkey="b" value="B" alias="b"/></Labels></View>',
    '<View><Repeater on="$images" indexFlag="{{idx}}"><Image name="page_{{idx}}" value="$images[{{idx}}].url"/>'
    '<Choices name="kind_{{idx}}" toName="page_{{idx}}"><Choice value="x"/></Choices></Repeater></View>',
    '<View><Taxonomy name="t" toName="x"><Choice value="A"><Choice value="A1"/></Choice><Choice value="B"/></Taxonomy>'
    '<Text name="x" value="$text"/><Choices name="d" toName="x" value="$options"/></View>',
    f"{EMPTY}<View></View>",
)

INSTRUCTIONS = (
    "plain",
    "<h1>Ünïcode 漢字 🦊</h1>\n<p>First <b>this</b>,<br>then <i>that</i>.</p>\n",
    "  not trimmed \r\n\r\n",
    "<script>alert('x < y && z')</script><style>p > b { color: red }</style>",
    '<a href="https://example.com/?a=1&b=2" target="_blank" rel="noopener" onclick="go()">link</a>',
    '<p style=\'color: red; background: url(x)\' class="a b" id="i">styled</p>',
    "<table border=1><thead><tr><th colspan=2>a</th></tr></thead><tr><td>b<td>c</table>",
    "<!-- a comment --><p>a &amp; b &nbsp; &copy; &#169; &#x1F98A; &unknown; & < > \" '</p>",
    "<ul><li>one<li>two</ul><img src='a.png' alt=\"x\" onerror=alert(1)><video controls src=b.mp4></video>",
    "unclosed <b>bold <i>and</b> crossed</i> </div> <custom-tag data-x=1>text</custom-tag> 1 < 2 <",
    '<a href="javascript:alert(1)">x</a><iframe src="https://example.com" allowfullscreen></iframe>',
    {"file": "instructions.html"},
    "",
)

BOOLEANS_OFF = ("enable_empty_annotation", "show_skip_button")  # those that the server has on by itself
BOOLEANS_ON = (
    "annotator_evaluation_enabled",
    "evaluate_predictions_automatically",
    "is_draft",
    "is_published",
    "reveal_preannotations_interactively",
    "show_annotation_history",
    "show_ground_truth_first",
    "show_instruction",
    "show_overlap_first",
)


def unmarked(record: Record) -> Record:
    return {"label_config": re.sub(r"\s*<!-- lsform:.*?-->", "", str(record["label_config"]))}


EXAMPLE = Example(
    path="api/projects",
    base={},
    values={
        **dict.fromkeys(BOOLEANS_OFF, (False, True)),
        **dict.fromkeys(BOOLEANS_ON, (True, False)),
        "title": ("three", *(text[:50] for text in TEXTS[1:-1]), "x" * 50, "🦊" * 50, ""),
        "description": (*TEXTS[:-1], "long " * 2000, ""),
        "expert_instruction": INSTRUCTIONS,
        "interface": tuple({"xml": xml} for xml in INTERFACES),
        "color": ("#ff8800", "#FF8800", "#000000"),
        "maximum_annotations": (2, 2**31 - 1, 1),
        "model_version": ("v1", "Modell 2 🦊", ""),
        "min_annotations_to_start_training": (1, 2**31 - 1, 0),
        "show_collab_predictions": (False, True),
        "sampling": ("Uncertainty sampling", "Uniform sampling", "Sequential sampling"),
        "overlap_cohort_percentage": (0, 50, 100),
        "task_data_login": ("plain", "  Ünïcode 漢字 🦊\t", 'two\r\nlines & "quotes"', f" {'🦊' * 256} ", ""),
        "task_data_password": ("${env:SECRET_ONE}", "${env:SECRET_TWO}", "${env:SECRET_PADDED}", "${env:SECRET_NONE}"),
        "control_weights": (
            {"box": {"overall": 0.5}},
            {"box": {"labels": {"Truck": 0}}},
            {"box": {"overall": 2, "labels": {"Car": 0.25, "Truck": 1}}, "quality": {"labels": {"bad": 3}}},
            {"box": {"type": "RectangleLabels", "overall": -1.5, "labels": {}}},
        ),
        "skip_queue": ("REQUEUE_FOR_ME", "IGNORE_SKIPPED", "REQUEUE_FOR_OTHERS"),
        "pinned_at": (
            "2026-11-01T12:00:00Z",
            "2026-11-01T12:00:00+05:30",
            "2026-11-01T12:00:00.123456-08:00",
            "2026-11-01T12:00:00.5Z",
            None,
        ),
    },
    beside={"control_weights": {"interface": WEIGHED}},
    spellings={
        "title": ("the title", "  the title\n"),
        "interface": (
            {"xml": boxes("Car", "Truck")},
            {"xml": boxes("Car", "Truck").replace("\n", "\r\n")},
            {"xml": '<?xml version="1.0"?>' + boxes("Car", "Truck", inside="<!-- said in passing -->")},
            {"xml": boxes("Car", "Truck").replace('"', "'").replace("'Car'/>", "'Car'   ></Label>")},
            {"xml": boxes("Car", "Truck").replace('name="box" toName="image"', 'toName="image"   name="b&#111;x"')},
        ),
        "expert_instruction": ('<b onclick="x()">bold</b> & more', "<b>bold</b> &amp; more"),
        "pinned_at": ("2026-11-01T12:00:00Z", "2026-11-01T13:00:00.000+01:00", "2026-11-01T12:00:00+00:00"),
        "control_weights": ({"box": {"overall": 1}}, {"box": {"overall": 1.0}}, {"box": {}}, {}),
        "task_data_password": ("${env:SECRET_PADDED}", "  ${env:SECRET_PADDED}"),
    },
    steps=(
        ({"is_draft": True}, {"is_draft": False, "is_published": True}, {"is_published": False, "is_draft": True}),
        ({"is_draft": True}, {"is_published": True}, {"is_published": True, "is_draft": False}, {"is_draft": True}),
        (
            {"model_version": "v1"},
            {"model_version": "v1", "show_collab_predictions": False},
            {"model_version": "v1", "show_collab_predictions": False, "title": "another"},
            {"show_collab_predictions": True},
            {"show_collab_predictions": False},
            {"model_version": "", "show_collab_predictions": False},
        ),
        (
            {"interface": WEIGHED, "control_weights": {"box": {"overall": 0.5}}},
            {"interface": ONE, "control_weights": {"box": {"overall": 0.5}}},
            {"interface": WEIGHED},
            {"interface": WEIGHED, "control_weights": {"quality": {"overall": 0.5}}},
            {"interface": ONE, "control_weights": {"box": {"labels": {"Car": 7}}}},
        ),
    ),
    apart=frozenset({"control_weights", "is_published"}),
    stored_as={"interface": "label_config"},
    predictions=frozenset({"model_version", "show_collab_predictions"}),
    by_hand=ByHand("description", "as declared", lambda _record: {"description": "changed by hand"}),
    refused=Refused("interface", NAMED_TWICE, "Label config contains non-unique names"),
    unmarked=unmarked,
    foreign={"title": "somebody else's"},
)
