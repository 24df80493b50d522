"""`lsform render`: the XML of one interface, and its keys."""

from __future__ import annotations

import json

from tests.cli.conftest import STACK
from tests.conftest import Stack

MANIFESTS = """\
---
apiVersion: lsform/v1
kind: LabelSet
metadata: {name: vehicles}
spec: {labels: [{value: Car, id: 0}, {value: Truck & Trailer, id: 1, color: blue}]}
---
apiVersion: lsform/v1
kind: Interface
metadata: {name: boxes}
spec: {template: ./boxes.xml.j2, label_sets: {labels: vehicles}}
---
apiVersion: lsform/v1
kind: Project
metadata: {name: "traffic-${matrix:place}"}
matrix: {place: [town, road]}
spec: {interface: boxes}
---
apiVersion: lsform/v1
kind: Project
metadata: {name: bare}
"""
TEMPLATE = """\
<View>
  <Image name="image" value="$image"/>
  <Rating name="quality" toName="image"/>
  <BrushLabels name="label" toName="image">
{% for label in labels %}
    <Label{{ label.as_label | xmlattr }}/>
{% endfor %}
    <Label value="Other" hotkey="!"/>
  </BrushLabels>
  <Choices name="kind" toName="image" value="$kinds"/>
</View>
"""
XML = """\
<View>
  <Image name="image" value="$image"/>
  <Rating name="quality" toName="image"/>
  <BrushLabels name="label" toName="image">
    <Label value="Car" category="0" background="#6860f8" hotkey="c"/>
    <Label value="Truck &amp; Trailer" category="1" background="blue" hotkey="t"/>
    <Label value="Other" hotkey="!"/>
  </BrushLabels>
  <Choices name="kind" toName="image" value="$kinds"/>
</View>
"""
HOTKEYS = """\
labels and controls
  1  quality  one more star (the editor's choice)
  c  label    choose `Car`
  t  label    choose `Truck & Trailer`
  -  label    choose `Other` (no keyboard has its key)
  -  kind     choose `$kinds` (depends on the task)

the editor itself
  v               move and change regions
  h               move the image
  ctrl+=          zoom in
  ctrl+-          zoom out
  shift+1         zoom to fit
  shift+2         zoom to the real size
  b               brush
  [               smaller brush
  ]               larger brush
  e               eraser
  ctrl+enter      submit or update the annotation
  ctrl+space      skip the task
  ctrl+z          undo
  ctrl+shift+z    redo
  ctrl+d          duplicate the selected region
  ctrl+backspace  delete all regions
  backspace       delete the selected region
  alt+.           select the next region
  alt+h           hide or show the selected region
  ctrl+h          hide or show all regions
  alt+l           lock the selected region
  alt+m           write a note to the selected region
  alt+r           relate the selected region to another
  enter           go to the first question of the selected region
  u               unselect the region
  escape          unselect the region, or stop drawing
  shift+up        go to the previous task of the data manager
  shift+down      go to the next task of the data manager
  shift+left      close the task
  shift+right     open the task
  shift+.         fold the bulk actions of the data manager
"""


def test_an_interface_and_the_projects_that_use_it_render_alike(stack: Stack) -> None:
    stack.write({"lsform.yaml": STACK + MANIFESTS, "boxes.xml.j2": TEMPLATE})
    for address in ("interface.boxes", "project.traffic-town", "project.traffic-road"):
        result = stack.run("render", address)
        assert (0, XML, "") == (result.code, result.out, result.err)


def test_what_has_no_interface_is_told_with_the_nearest_that_has(stack: Stack) -> None:
    stack.write({"lsform.yaml": STACK + MANIFESTS, "boxes.xml.j2": TEMPLATE})
    known = "there are: `interface.boxes`, `project.traffic-road`, `project.traffic-town`"
    for address, hint in (
        ("project.trafic-town", "did you mean `project.traffic-town`?"),
        ("project.bare", known),
        ("zebra", known),
    ):
        result = stack.run("render", address)
        assert (1, "") == (result.code, result.out)
        assert f"error: `{address}` has no interface in this stack\nhint: {hint}\n" == result.err


def test_a_stack_with_mistakes_renders_nothing(stack: Stack) -> None:
    stack.write({"lsform.yaml": STACK + MANIFESTS, "boxes.xml.j2": "<View>\n{{ lables }}</View>"})
    result = stack.run("render", "project.traffic-town")
    assert (1, "") == (result.code, result.out)
    assert (
        "boxes.xml.j2:2: error LSFM09: `lables` is undefined\n"
        "  hint: did you mean `labels`?\n"
        "error: the configuration has errors; nothing was sent\n"
    ) == result.err


def test_the_keys_of_an_interface_are_shown_with_those_of_the_editor(stack: Stack) -> None:
    stack.write({"lsform.yaml": STACK + MANIFESTS, "boxes.xml.j2": TEMPLATE})
    result = stack.run("render", "interface.boxes", "--hotkeys")
    assert (0, HOTKEYS, "") == (result.code, result.out, result.err)


def test_keys_as_json_tell_who_chose_them(stack: Stack) -> None:
    stack.write({"lsform.yaml": STACK + MANIFESTS, "boxes.xml.j2": TEMPLATE})
    result = stack.run("render", "project.traffic-town", "--hotkeys", "--format", "json")
    found = json.loads(result.out)["shortcuts"]
    assert [
        {"key": "1", "does": "one more star", "control": "quality", "source": "automatic"},
        {"key": "c", "does": "choose `Car`", "control": "label", "source": "declared"},
    ] == found[:2]
    assert {"key": None, "does": "choose `$kinds`", "control": "kind", "source": "automatic"} in found
    assert {"key": "v", "does": "move and change regions", "control": None, "source": "editor"} in found


def test_a_format_without_keys_is_refused(stack: Stack) -> None:
    result = stack.run("render", "interface.boxes", "--format", "json")
    assert (64, "", "error: `--format` is for `--hotkeys`\nhint: an interface is printed as XML\n") == (
        result.code,
        result.out,
        result.err,
    )
