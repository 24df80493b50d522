"""Templates into interfaces: the case files, and what a case file cannot say."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given

from lsform.core.values import Secret
from lsform.interface.gallery import checked_variables, load, names
from lsform.interface.labels import LabelSpec, label_specs
from lsform.interface.model import InterfaceError, parse
from lsform.interface.render import RenderError, TemplateSource, render
from tests.unit.interface.interface_cases import cases
from tests.unit.interface.interface_trees import texts

Case = Mapping[str, Mapping[str, object]]


def rendered(case: Case, stack: Path) -> str:
    label_sets = {name: label_specs(labels) for name, labels in case.get("label_sets", {}).items()}
    variables: Mapping[str, object] = case.get("vars", {})
    if "built_in" in case:
        template = load(str(case["built_in"]))
        variables = checked_variables(template, {**variables, **label_sets})
        source = TemplateSource(template.source, f"{template.name}.xml.j2")
    else:
        text = str(case.get("template") or case["plain"])
        source = TemplateSource(text, "main.xml.j2", stack, is_template="template" in case)
    return render(source, variables=variables, label_sets=label_sets)


@pytest.fixture
def stack(tmp_path: Path) -> Path:
    """An empty stack, next to a file that is none of its business."""
    (tmp_path / "outside.xml").write_text("<Header/>", encoding="utf-8")
    folder = tmp_path / "stack"
    folder.mkdir()
    return folder


@pytest.mark.parametrize("case", cases("render"))
def test_render_cases(case: Case, stack: Path) -> None:
    for name, text in case.get("files", {}).items():
        (stack / name).parent.mkdir(exist_ok=True)
        (stack / name).write_text(str(text), encoding="utf-8")
    if "link" in case:
        (stack / str(case["link"])).symlink_to(stack.parent / "outside.xml")
    if "error" not in case:
        expected = str(case["xml"])
        assert rendered(case, stack) == (expected if "plain" in case else expected.strip())
        return
    with pytest.raises(RenderError) as caught:
        rendered(case, stack)
    said = case["error"]
    assert str(said["message"]) in caught.value.message
    assert {name: getattr(caught.value, name) for name in said} == {**said, "message": caught.value.message}


def test_a_link_inside_the_stack_is_followed(stack: Path) -> None:
    (stack / "real.xml").write_text("<Header/>", encoding="utf-8")
    (stack / "link.xml").symlink_to(stack / "real.xml")
    source = TemplateSource("<View>{% include 'link.xml' %}</View>", "main.xml.j2", stack)
    assert render(source, variables={}, label_sets={}) == "<View><Header/></View>"


def test_text_without_a_stack_includes_nothing() -> None:
    with pytest.raises(RenderError, match="there is no template"):
        render(TemplateSource("<View>{% include 'x' %}</View>", "inline"), variables={}, label_sets={})


@pytest.mark.parametrize("value", [Secret("s3cr3t"), {"a": [Secret("s3cr3t")]}, (Secret("s3cr3t"),)])
def test_a_secret_is_refused_and_not_said(value: object) -> None:
    with pytest.raises(RenderError) as caught:
        render(TemplateSource("<View/>", "main.xml.j2"), variables={"token": value}, label_sets={})
    assert "`token` is a secret" in caught.value.message
    assert "s3cr3t" not in repr(caught.value) + caught.value.hint


def test_a_secret_for_a_built_in_template_is_not_said_either() -> None:
    with pytest.raises(RenderError) as caught:
        checked_variables(load("object-detection"), {"labels": [Secret("s3cr3t")], "data_key": Secret("s3cr3t")})
    assert "s3cr3t" not in repr(caught.value) + caught.value.hint


def test_a_result_that_is_no_interface_is_quoted() -> None:
    source = TemplateSource('{% set x = 1 %}\n\n\n<View>\n  <Choice value="R&D"/></View>', "main.xml.j2")
    with pytest.raises(InterfaceError) as caught:
        render(source, variables={}, label_sets={})
    assert (caught.value.code, caught.value.line) == ("LSF001", 0)
    assert 'in line 2 of what the template gives: `<Choice value="R&D"/></View>`' in caught.value.message


def test_plain_xml_that_is_no_interface_keeps_its_place() -> None:
    with pytest.raises(InterfaceError) as caught:
        render(TemplateSource("\n\n<Root/>", "plain.xml", is_template=False), variables={}, label_sets={})
    assert (caught.value.code, caught.value.line, caught.value.column) == ("LSF003", 3, 1)


@given(texts)
def test_any_value_is_read_back_as_it_was_given(value: str) -> None:
    source = TemplateSource('<View a="{{ value }}"{{ {"b": value} | xmlattr }}>x{{ value }}</View>', "main.xml.j2")
    root = parse(render(source, variables={"value": value}, label_sets={})).root
    assert (root.attributes, root.text) == ({"a": value, "b": value}, f"x{value}")


@pytest.mark.parametrize("name", names())
def test_every_variable_of_a_built_in_template_is_printed_and_described(name: str) -> None:
    template = load(name)
    assert [key for key in template.variables if key not in template.source] == []
    assert [key for key, variable in template.variables.items() if not variable.description] == []


@pytest.mark.parametrize("name", names())
def test_the_sample_task_of_a_built_in_template_has_what_it_shows(name: str) -> None:
    template = load(name)
    needed = {key: ["a"] for key, variable in template.variables.items() if variable.type == "labels"}
    variables = checked_variables(template, needed)
    interface = parse(render(TemplateSource(template.source, name), variables=variables, label_sets={}))
    assert {"data": {shown.data_key for shown in interface.objects()}} == {
        key: set(data) for key, data in template.sample_task.items() if isinstance(data, dict)
    }


def test_labels_given_by_a_label_set_fill_the_variable() -> None:
    labels = label_specs([LabelSpec("Car", id=0)])
    assert checked_variables(load("object-detection"), {"labels": labels})["labels"] == labels


@pytest.mark.parametrize(
    ("items", "problem"),
    [
        (3, "should be a list of labels"),
        ({"value": "a"}, "should be a list of labels"),
        ([None], "label 1 should be text"),
        ([{"id": 1}], "label 1 has no `value`"),
        ([{"value": "a", "id": "1"}], "label 1 should have a whole number as its `id`"),
        ([{"value": "a", "id": True}], "label 1 should have a whole number as its `id`"),
        ([{"value": "a", "color": 0}], "label 1 should have text as its `color`"),
        ([{"value": "a", "hotkey": ["b"]}], "label 1 should have text as its `hotkey`"),
        (
            ["a", {"x": 1}],
            "label 2 has an unknown key `x`: known are value, alias, id, color, hotkey, description, parent",
        ),
    ],
)
def test_a_label_that_is_none_is_refused(items: object, problem: str) -> None:
    with pytest.raises(ValueError, match="label") as caught:
        label_specs(items)
    assert problem in str(caught.value)
