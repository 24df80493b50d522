"""`lsform render`: the XML of one interface."""

from __future__ import annotations

from tests.cli.conftest import STACK
from tests.conftest import Stack

MANIFESTS = """\
---
apiVersion: lsform/v1
kind: LabelSet
metadata: {name: vehicles}
spec: {labels: [Car, {value: Truck & Trailer, id: 1, color: blue}]}
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
{% for label in labels %}
  <Label{{ label.as_label | xmlattr }}/>
{% endfor %}
</View>
"""
XML = """\
<View>
  <Label value="Car"/>
  <Label value="Truck &amp; Trailer" category="1" background="blue"/>
</View>
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
