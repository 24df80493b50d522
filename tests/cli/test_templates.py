"""`lsform templates`: what is built in, and that each template keeps what the command says of it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

import pytest
from jsonschema import Draft202012Validator

from lsform.core.values import Json
from lsform.interface.gallery import REQUIRED, Template, checked_variables, load, names
from lsform.interface.model import canonical, parse
from lsform.interface.render import RenderError, TemplateSource, render
from tests.conftest import Stack

NAME = re.compile(r"[a-z]+(-[a-z]+)*")
# A value of each type, for variables without a list of values
FULL: Mapping[str, Json] = {
    "string": "some text",
    "strings": ["one", "two"],
    "boolean": True,
    "integer": 3,
    "number": 0.5,
    "key": "some_key",
    "labels": [
        {"value": "A", "alias": "a", "id": 0, "color": "red", "hotkey": "q", "description": "First"},
        {"value": "B", "id": 1, "parent": "A"},
    ],
}


def filled(template: Template) -> dict[str, Json]:
    """A value for every variable."""
    return {name: one.enum[0] if one.enum else FULL[one.type] for name, one in template.variables.items()}


def rendered(template: Template, variables: Mapping[str, Json]) -> str:
    source = TemplateSource(template.source, template.name)
    return render(source, variables=checked_variables(template, variables), label_sets={})


def test_there_are_templates_for_at_least_thirty_tasks(stack: Stack) -> None:
    result = stack.run("templates", "list")
    assert (0, "") == (result.code, result.err)
    listed = dict(line.split(maxsplit=1) for line in result.out.splitlines())
    assert [*names()] == [*listed]
    assert 30 <= len(listed)
    assert {name: load(name).description for name in names()} == listed
    listed_as_json = json.loads(stack.run("templates", "list", "--format", "json").out)["templates"]
    assert [{"name": name, "description": text} for name, text in listed.items()] == listed_as_json


SHOWN = """\
object-detection-with-attributes: boxes around objects in an image, each with attributes of its own

variables:
  labels: labels, required
      classes of the boxes
  attributes: labels = ["Occluded", "Truncated"]
      what can be said of each box
  data_key: key = "image"
      key of task data with the image's address
  canRotate: boolean
      whether boxes can be rotated; most training formats have no place for a rotation
  showInline: boolean
      show the labels in one line
  opacity: number
      opacity of the boxes, 0 to 1
  strokeWidth: integer
      width of a box's outline, in pixels
  zoomControl: boolean
      show buttons that zoom the image
  rotateControl: boolean
      show a button that rotates the image

sample variables:
  labels: [Car, Person]

sample task:
  data: {image: 'data:image/svg+xml,%3Csvg%20xmlns%3D%22h... (1,448 characters)'}

interface of the sample:
  <View>
    <Image name="image" value="$image"/>
    <RectangleLabels name="label" toName="image">
      <Label value="Car" background="#6860f8" hotkey="c"/>
      <Label value="Person" background="#c000f8" hotkey="p"/>
    </RectangleLabels>
    <Choices name="attribute" toName="image" choice="multiple" perRegion="true">
      <Choice value="Occluded" hotkey="o"/>
      <Choice value="Truncated" hotkey="t"/>
    </Choices>
  </View>
"""


def test_a_template_is_shown_with_all_that_it_takes(stack: Stack) -> None:
    result = stack.run("templates", "show", "object-detection-with-attributes")
    assert (0, SHOWN, "") == (result.code, result.out, result.err)
    assert "  layout: none | dialogue = " in stack.run("templates", "show", "dialogue-annotation").out


def test_json_has_the_whole_template(stack: Stack) -> None:
    result = stack.run("templates", "show", "ranking", "--format", "json")
    assert (0, "") == (result.code, result.err)
    template = load("ranking")
    assert {
        "name": "ranking",
        "description": "items in the order of how good they are",
        "variables": {
            "type": "object",
            "properties": {
                "data_key": {
                    "description": template.variables["data_key"].description,
                    "type": "string",
                    "pattern": r"^[^\s$]+$",
                    "default": "items",
                },
                "title": {"description": "heading of the list", "type": "string", "default": "Best first"},
            },
            "required": [],
            "additionalProperties": False,
        },
        "sample_vars": {},
        "sample_task": template.sample_task,
        "interface": template.sample(),
        "source": template.source,
    } == json.loads(result.out)


def test_a_template_that_is_not_there_has_a_near_one_or_a_list(stack: Stack) -> None:
    for name, hint in (
        ("object-detecton", "did you mean `object-detection`?"),
        ("zebra", "`lsform templates list` shows them; a file of yours starts with `./`"),
    ):
        result = stack.run("templates", "show", name)
        assert (1, "") == (result.code, result.out)
        assert f"error: there is no built-in template `{name}`\nhint: {hint}\n" == result.err


@pytest.mark.parametrize("name", names())
def test_every_template_can_be_shown(stack: Stack, name: str) -> None:
    assert (0, "") == ((result := stack.run("templates", "show", name)).code, result.err)
    assert result.out.startswith(f"{name}: {load(name).description}\n\nvariables:\n")


@pytest.mark.parametrize("name", names())
def test_a_template_renders_its_sample_and_with_every_variable(name: str) -> None:
    template = load(name)
    for xml in (template.sample(), rendered(template, filled(template))):
        assert canonical(xml) == canonical(canonical(xml))
        assert parse(xml).controls()
    assert [] == [*Draft202012Validator(template.schema).iter_errors(filled(template))]
    Draft202012Validator.check_schema(template.schema)


@pytest.mark.parametrize("name", names())
def test_a_sample_has_every_variable_that_is_needed(name: str) -> None:
    template = load(name)
    validator = Draft202012Validator(template.schema)
    assert validator.is_valid(template.sample_vars)
    for needed in (key for key, one in template.variables.items() if one.default is REQUIRED):
        others = {key: value for key, value in template.sample_vars.items() if key != needed}
        assert not validator.is_valid(others)
        with pytest.raises(RenderError, match=f"`{needed}` is missing"):
            rendered(template, others)


@pytest.mark.parametrize("name", names())
def test_names_and_words_are_of_one_kind(name: str) -> None:
    template = load(name)
    assert NAME.fullmatch(name)
    for words in (template.description, *(one.description for one in template.variables.values())):
        assert words[:1].islower() or words[:1].isdigit(), words
        assert not words.endswith("."), words


def test_a_variable_means_the_same_in_every_template() -> None:
    types = {(name, one.type) for template in names() for name, one in load(template).variables.items()}
    assert len(types) == len(dict(types))


@pytest.mark.parametrize("name", names())
def test_the_controls_of_a_template_point_at_its_objects(name: str) -> None:
    interface = parse(load(name).sample())
    objects = {one.name for one in interface.objects()}
    assert [] == [target for control in interface.controls() for target in control.targets if target not in objects]


@pytest.mark.parametrize("name", names())
def test_null_is_valid_where_the_schema_says_so(name: str) -> None:
    template = load(name)
    validator = Draft202012Validator(template.schema)
    for key, variable in template.variables.items():
        given = {**template.sample_vars, key: None}
        assert validator.is_valid(given) == (variable.default is None), key
