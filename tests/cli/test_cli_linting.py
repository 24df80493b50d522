"""The linter in a stack: `validate` lints all interfaces, `plan` and `apply` those that they would write."""

from __future__ import annotations

import json

import pytest

from tests.cli.conftest import STACK
from tests.conftest import Stack
from tests.fakes import MemoryServer

WRONG = """\
<View>
  <Text name="text" value="$text"/>
  <Choices name="text" toName="text"><Choice value="A"/></Choices>
</View>
"""
RIGHT = WRONG.replace('name="text" toName', 'name="kind" toName')


def project(spec: str, name: str = "p") -> str:
    return f"---\napiVersion: lsform/v1\nkind: Project\nmetadata: {{name: {name}}}\nspec:\n{spec}"


def places(stack: Stack, *options: str) -> list[tuple[str, str, int, int]]:
    """Code, file, line and column of what `validate` finds."""
    result = stack.run("validate", "--format", "json", *options)
    return [(one["code"], one["file"], one["line"], one["column"]) for one in json.loads(result.out)["findings"]]


def test_findings_stand_where_the_interface_is_written(stack: Stack) -> None:
    inline = project(
        "  interface:\n    xml: |\n" + "".join(f"      {line}\n" for line in WRONG.splitlines()), name="inline"
    )
    body = project("  interface:\n    file: ../x/wrong.xml\n", name="file")
    templated = project("  interface:\n    template: ./t.xml.j2\n    vars: {name: text}\n", name="templated")
    template = RIGHT.replace('"kind"', '"{{ name }}"')
    stack.write({"lsform.yaml": STACK, "m/i.yaml": inline, "x/wrong.xml": WRONG, "m/f.yaml": body})
    stack.write({"m/t.yaml": templated, "m/t.xml.j2": template})
    assert [
        ("LSF101", "m/i.yaml", 10, 18),
        ("LSF101", "m/t.xml.j2", 3, 12),
        ("LSF101", "x/wrong.xml", 3, 12),
    ] == places(stack)


def test_of_a_built_in_template_the_rendered_line_is_quoted_at_its_use(stack: Stack) -> None:
    use = "  interface:\n    template: image-classification\n    vars: {choices: [A, A]}\n"
    stack.write(STACK + project(use))
    result = stack.run("validate")
    assert 1 == result.code
    assert "lsform.yaml:12:5: error LSF401: " in result.out
    assert 'of what the template gives: `<Choice value="A"' in result.out


def test_an_interface_that_many_projects_use_is_told_once(stack: Stack) -> None:
    shared = "---\napiVersion: lsform/v1\nkind: Interface\nmetadata: {name: i}\nspec: {file: wrong.xml}\n"
    stack.write({"wrong.xml": WRONG})
    stack.write(STACK + shared + project("  interface: i\n", "a") + project("  interface: i\n", "b"))
    assert [("LSF101", "wrong.xml", 3, 12)] == places(stack)


def test_declared_tasks_and_exports_are_looked_at(stack: Stack) -> None:
    spec = "  interface: {file: right.xml}\n  tasks: [{file: 'data/*.json'}]\n  export: {out: {format: YOLO}}\n"
    stack.write({"right.xml": RIGHT, "data/a.json": '[{"txt": "a"}]'})
    stack.write(STACK + project(spec))
    assert {("LSF803", 2), ("LSF903", 1)} <= {(code, line) for code, _, line, _ in places(stack)}
    stack.write({"data/a.json": '[{"text": "a"}]'})
    codes = {code for code, *_ in places(stack)}
    assert (False, True) == ("LSF803" in codes, "LSFM17" in codes)
    for right, wrong, said in (
        ("data/*", "date/*", "no file is named `date/*.json`"),
        ("YOLO", "YOLLO", "did you mean `YOLO`?"),
    ):
        stack.write(STACK + project(spec.replace(right, wrong)))
        assert said in stack.run("validate").out


def test_a_comment_in_the_manifest_or_before_the_tag_silences_even_an_error(stack: Stack) -> None:
    inline = '  interface: {xml: \'<View><Text name="t" value="$t"/>COMMENT<Text name="t" value="$t"/></View>\'}'
    before = "<!-- lsform: ignore LSF101 -->"
    stack.write(STACK + project(inline.replace("COMMENT", "") + "\n"))
    assert "LSF101" in {code for code, *_ in places(stack)}
    for manifest in (inline.replace("COMMENT", before), inline.replace("COMMENT", "") + " # lsform: ignore LSF101"):
        stack.write(STACK + project(manifest + "\n"))
        assert "LSF101" not in {code for code, *_ in places(stack)}


@pytest.mark.parametrize("command", [["plan"], ["apply", "--auto-approve"]], ids=" ".join)
def test_no_interface_with_an_error_is_written(stack: Stack, memory: MemoryServer, command: list[str]) -> None:
    stack.environment |= {"LABEL_STUDIO_URL": memory.url, "LABEL_STUDIO_API_KEY": "key"}
    stack.write({"i.xml": WRONG})
    stack.write(STACK + project("  interface: {file: i.xml}\n"))
    result = stack.run(*command)
    assert (1, "") == (result.code, result.out)
    assert "i.xml:3:12: error LSF101: " in result.err
    assert {} == memory.records["project"]


def test_a_plan_does_not_wait_for_mistakes_that_are_on_the_server_already(stack: Stack, memory: MemoryServer) -> None:
    stack.environment |= {"LABEL_STUDIO_URL": memory.url, "LABEL_STUDIO_API_KEY": "key"}
    again = '<Choice value="A"/>'  # which the server accepts
    twice = RIGHT.replace("</Choices>", f"{again}</Choices>")
    stack.write({"i.xml": twice.replace(f"{again}</", f"<!-- lsform: ignore LSF401 -->{again}</")})
    stack.write(STACK + project("  interface: {file: i.xml}\n"))
    assert 0 == stack.run("apply", "--auto-approve").code
    stack.write({"i.xml": twice})  # a comment is no change
    result = stack.run("plan")
    assert (0, True) == (result.code, "No changes" in result.out)
    assert 1 == stack.run("validate").code


def test_projects_that_write_a_class_differently_are_told(stack: Stack) -> None:
    uses = [
        project(f"  interface:\n    template: image-classification\n    vars: {{choices: [{first}, Bus]}}\n", name)
        for name, first in (("a", "Car"), ("b", "Car"), ("c", "car"))
    ]
    stack.write(STACK + "".join(uses))
    result = stack.run("validate")
    assert 0 == result.code
    assert "lsform.yaml:28:5: info LSF407: `car` is `Car` in `project.a`" in result.out


@pytest.mark.parametrize(
    ("file", "said"),
    [
        ("/etc/tasks.json", "`/etc/tasks.json` names no files of the stack"),
        ("''", "`` names no files of the stack"),
        (".", "`.` names no files of the stack"),
        ("../outside.json", "the file `outside.json` is outside the stack"),
        ("deep.json", "`deep.json` is no JSON that can be read: "),
        ("number.json", "`number.json` is no JSON that can be read: "),
        ("broken.jsonl", "`broken.jsonl` is no JSONL that can be read: line 3: "),
        ("cells.csv", "row 1 of `cells.csv` has more cells than the header"),
    ],
)
def test_task_files_that_cannot_be_had_are_findings(stack: Stack, file: str, said: str) -> None:
    stack.write({"../outside.json": "[]", "deep.json": "[" * 100_000, "number.json": "1" * 5_000, "right.xml": RIGHT})
    stack.write({"broken.jsonl": '{"text": "a"}\n\n{"text"}\n', "cells.csv": "text\na,b\n"})
    stack.write(STACK + project(f"  interface: {{file: right.xml}}\n  tasks: [{{file: {file}}}]\n"))
    result = stack.run("validate")
    assert (1, "") == (result.code, result.err)
    assert f"lsform.yaml:11:12: error LSFM06: {said}" in result.out
