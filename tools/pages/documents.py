"""JSON that is told of stacks and servers, besides plans: each document is made by the code of its command."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from lsform.cli.commands import adopt, server, state, templates
from lsform.config.adoption import Manifests
from lsform.config.adoption_bodies import Placeholder
from lsform.config.explaining import subject
from lsform.core.address import Address
from lsform.core.diagnostics import Finding, Severity
from lsform.core.values import Secret
from lsform.doctor.check import page as page_of
from lsform.doctor.checks import lsfc002_token
from lsform.doctor.diagnosis import Diagnosis
from lsform.engine.comparison import Comparison, Difference, FieldDifference
from lsform.engine.model import StateEntry
from lsform.interface import gallery
from lsform.interface.diff import ChangeKind, InterfaceChange
from lsform.interface.hotkeys import Shortcut, Source
from lsform.report import hotkeys
from lsform.report.comparison import comparison_json
from lsform.report.doctor import as_document
from lsform.report.explain import subject_json
from lsform.report.paint import Paint
from lsform.server.local import LocalServer
from lsform.state import State
from tools.pages.markup import one_of
from tools.pages.sections import ALL_OF_FINDING, FINDINGS, Section

TRAFFIC = Address.parse("project.traffic")


def sections() -> Iterator[Section]:
    """In the order of the page."""
    yield from (_doctor(), _diff_env(), _adopt(), _state(), _entry(), _explain(), _hotkeys())
    yield from (_templates(), _template(), _server())


def _doctor() -> Section:
    check = page_of(lsfc002_token)
    found = Finding(check.id, Severity.ERROR, "the token has expired", check.remedy)
    diagnosis = Diagnosis((found,), (check,), (), "https://labels.example.com, 1 project")
    keys = FINDINGS | {
        "findings": "in the order of the checks",
        "findings[].code": "id of the [check](../checks.md)",
        "findings[].address": "of a project that a stack made, or empty",
        "checks": "those that found something",
        "checks[].id": "the code of their findings",
        "checks[].severity": "of their findings, where these do not say otherwise",
        "checks[].title": "the trouble",
        "checks[].symptom": "how people meet it",
        "checks[].cause": "why",
        "checks[].remedy": "what to do",
        "looked_at": "the server and how much of it, in words",
    }
    return Section("Doctor", ("doctor",), "Of `doctor`.", keys, json.loads(as_document(diagnosis, Paint())))


def _diff_env() -> Section:
    title = FieldDifference("title", "Signs (dev)", "Signs")
    change = InterfaceChange(ChangeKind.LABEL_ADDED, "box/Bus", "label `Bus` added to `box`", after="Bus")
    differs = Difference(TRAFFIC, (True, True), (title,), (change,))
    keys = {
        "stack": "its name",
        "left": "the first environment",
        "right": "the second",
        "summary": "of the resources of both",
        "summary.different": "how many differ",
        "summary.same": "how many are declared alike",
        "differences": "in the order of addresses",
        "differences[].address": "of the resource",
        "differences[].declared_in": "`left`, `right` or both",
        "differences[].fields": "that differ, of what is declared in both",
        "differences[].fields[].path": "which field, or which part of one",
        "differences[].fields[].left": "its value; there is no such key where the first does not manage it",
        "differences[].fields[].right": "the same of the second",
        "differences[].interface_changes": "what becomes different in the label interface, a text each",
    }
    document = comparison_json(Comparison("vision", "dev", "prod", (differs,), 11))
    return Section("Environments", ("diff-env",), "Of `diff-env`.", keys, document)


def _adopt() -> Section:
    found = Finding("LSFA01", Severity.WARNING, "it belongs to stack `audio`", "adopt it there", address="project.old")
    made = Manifests({"traffic.yaml": ""}, {}, (Placeholder("TRAFFIC_RAW_SECRET", None, is_needed=True),), (found,))
    keys = {
        "folder": "where the manifests go",
        "files": "all that belong to what is adopted, from there",
        "written": "those that were not there before",
        "variables": "of the environment, which secrets in the manifests name",
        "variables[].name": "its name",
        "variables[].needed": "whether the next plan needs it; else its line is a comment",
        "findings": "what could not be adopted, or not as it is",
        **ALL_OF_FINDING,
        "plan": "what was bound, with the keys of [`apply`](#apply); null with `--no-bind` or where there was nothing",
    }
    document = adopt.document(Path("/home/me/vision"), made, ["traffic.yaml"], None, ())
    return Section("Adoption", ("adopt",), "Of `adopt`.", keys, document, opened=frozenset({"plan"}))


def _state() -> Section:
    keys = {
        "where": "the address of the state",
        "stack": "its name",
        "server": "its address",
        "lineage": "made by chance with the state",
        "serial": "counts saves",
        "resources": "how many are remembered",
        "lock": "who holds it, in words, or null",
        "interrupted": "the write that was cut short, in words, or null",
    }
    known = State("vision", "https://labels.example.com", "5f0c6a1e", 7, {TRAFFIC: ENTRY})
    document = state.document("file:.lsform/state", known, None, None)
    return Section("State", ("state show",), "Of `state show`, which prints nothing else.", keys, document)


ENTRY = StateEntry(TRAFFIC, "project", "", 7, "k3jx9", {"title": "9f86d081884c7d65"})


def _entry() -> Section:
    keys = {
        "address": "of the resource",
        "kind": "such as `import_storage`",
        "variant": "such as `s3`, or empty",
        "id": "on the server",
        "nonce": "of its marker",
        "protect": "whether it was protected when it was last applied",
        "digests": "field -> a digest of its value as last applied; secrets have none",
    }
    document = state.entry_document(ENTRY)
    opened = frozenset({"digests"})
    return Section("State of a resource", ("state show",), "Of `state show ADDRESS`.", keys, document, opened=opened)


def _explain() -> Section:
    keys = {
        "path": "of the kind or field",
        "type": "of its values, in words",
        "description": "what it is",
        "required": "whether it must be there",
        "required_without": "fields of which one must be there, if it is not",
        "only_for": "types of storages that have it; none: all",
        "allowed": "all its values; none: any of the type",
        "limits": "of its values, a text each",
        "default": "what it is when it is left out, or null",
        "fields": "what may stand inside, with the same keys",
    }
    about = "Of `explain PATH`; without PATH it is a list of these, one for each kind."
    document, opened = subject_json(subject("Project.import_storages.prefix")), frozenset({"fields"})
    return Section("Explanation", ("explain",), about, keys, document, opened=opened)


def _hotkeys() -> Section:
    shown = [Shortcut("1", "Car", "box", Source.AUTOMATIC), Shortcut("ctrl+enter", "submit", "", Source.EDITOR)]
    keys = {
        "shortcuts": "those of labels and controls, then those of the editor",
        "shortcuts[].key": "such as `ctrl+enter`, or null of what has none",
        "shortcuts[].does": "the label that it gives, or what it does",
        "shortcuts[].control": "of which control, or null in the editor itself",
        "shortcuts[].source": f"who gave it: {one_of(Source)}",
    }
    return Section("Shortcuts", ("render",), "Of `render --hotkeys`.", keys, hotkeys.as_json(shown))


def _templates() -> Section:
    keys = {
        "templates": "in the order of their names",
        "templates[].name": "what manifests call it",
        "templates[].description": "what it is for",
    }
    name = "text-classification"
    document = templates.list_document({name: gallery.load(name).description})
    return Section("Templates", ("templates list",), "Of `templates list`.", keys, document)


def _template() -> Section:
    keys = {
        "name": "what manifests call it",
        "description": "what it is for",
        "variables": "JSON Schema of its `vars`",
        "sample_vars": "values for those that are required",
        "sample_task": "data of a task that it can show",
        "interface": "the XML that comes of both",
        "source": "the template itself",
    }
    document = templates.document(gallery.load("text-classification"))
    opened = frozenset({"variables", "sample_vars", "sample_task"})
    about = "Of `templates show`."
    return Section("Template", ("templates show",), about, keys, document, opened=opened, is_shown=False)


def _server() -> Section:
    keys = {
        "LABEL_STUDIO_URL": "its address",
        "LABEL_STUDIO_API_KEY": "a token that works, so keep it to yourself",
        "LABEL_STUDIO_LOCAL_FILES_DOCUMENT_ROOT": "the folder of which it serves files",
        "pid": "of its process",
        "version": "of Label Studio",
    }
    folder, secret = Path("/home/me/vision/.lsform/server"), Secret("...")
    running = LocalServer("http://127.0.0.1:8080", "me", secret, secret, 4711, folder, folder / "files", "1.23.2")
    return Section("Local server", ("server status",), "Of `server status`.", keys, server.document(running))
