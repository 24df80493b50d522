"""Stacks out of thin air: strategies for what a manifest may say, and for what people do to a server."""

from __future__ import annotations

import os
from dataclasses import dataclass, field

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from lsform.core.values import Attributes, Secret, Value
from lsform.engine.declared import DesiredResource
from tests.unit.engine.estate import declared

# The same examples each time on CI, so that a red build is about its change; elsewhere new ones.
LAWS = settings(
    derandomize=bool(os.environ.get("CI")),
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)

CHOICES = '<View><Text name="t" value="$text"/><Choices name="q" toName="t"><Choice value="{}"/></Choices></View>'
INTERFACES = st.sampled_from(
    ["<View></View>", "<View>\n</View>\n", CHOICES.format("yes"), CHOICES.format("no"), "<View><!-- theirs --></View>"]
)
WORDS = st.text(alphabet="ab é<&", max_size=6)
TITLES = st.sampled_from(["Aaa", "  Bbb ", "Überschrift", "Aaa", "x" * 50])
PATHS = st.sampled_from(["/files/a", "/files/b/", " /files/c"])
SECRETS = st.sampled_from(["one", "two"]).map(lambda text: Secret(text, "env:X"))
WEIGHTS = st.fixed_dictionaries({"q": st.fixed_dictionaries({"overall": st.sampled_from([0, 1, 0.5])})})
FILTERS = st.sampled_from(
    [
        {"conjunction": "and", "items": []},
        {
            "conjunction": "or",
            "items": [{"filter": "filter:tasks:id", "operator": "less", "type": "Number", "value": 1}],
        },
    ]
)

FIELDS: dict[str, dict[str, st.SearchStrategy[Value]]] = {
    "project": {
        "title": TITLES,
        "description": WORDS,
        "expert_instruction": st.sampled_from(["", "a & b", "<b onclick='x'>c</b>"]),
        "label_config": INTERFACES,
        "control_weights": WEIGHTS,
        "show_instruction": st.booleans(),
        "color": st.sampled_from(["#ff0000", "#00FF00"]),
        "maximum_annotations": st.integers(1, 3),
        "is_published": st.booleans(),
        "show_collab_predictions": st.booleans(),
        "model_version": st.just(""),
        "task_data_password": SECRETS,
        "pinned_at": st.sampled_from([None, "2026-11-01T12:00:00Z", "2026-11-01T13:00:00+01:00"]),
    },
    "webhook": {
        "url": st.sampled_from(["http://example.com/a", "http://example.com/b"]),
        "actions": st.lists(st.sampled_from(["TASKS_CREATED", "TASKS_DELETED", "PROJECT_UPDATED"]), unique=True),
        "send_for_all_actions": st.booleans(),
        "headers": st.dictionaries(st.sampled_from(["A", "B"]), SECRETS),
    },
    "view": {
        "title": TITLES,
        "ordering": st.sampled_from([[], ["tasks:id"], ["-tasks:id"]]),
        "filters": FILTERS,
        "grid_width": st.integers(1, 4),
    },
    "import_storage": {"path": PATHS, "title": WORDS, "description": WORDS, "use_blob_urls": st.booleans()},
    "export_storage": {"path": PATHS, "description": WORDS},
}
REQUIRED = {
    "project": (),
    "webhook": ("url",),
    "view": ("title",),
    "import_storage": ("path",),
    "export_storage": ("path",),
}
CHILDREN = ("import_storage", "export_storage", "webhook", "view")
# What people may change on the server.
EDITS = {kind: st.fixed_dictionaries({}, optional=fields) for kind, fields in FIELDS.items()}
# What the server changes along with other fields.
COUPLED = {"is_draft", "control_weights", "model_version"}


@dataclass(frozen=True)
class Said:
    """What a manifest says of one resource: short to print, unlike what it is compiled to."""

    address: str
    attributes: Attributes
    empty: tuple[str, ...] = ()
    sync: str = ""
    resource: DesiredResource = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        made = declared(self.address, sync=self.sync, empty=self.empty, **self.attributes)
        object.__setattr__(self, "resource", made)


Stack = tuple[Said, ...]


def attributes(kind: str) -> st.SearchStrategy[Attributes]:
    """Any subset of the fields of a kind, with those that it needs."""
    fields = FIELDS[kind]
    needed = {name: fields[name] for name in REQUIRED[kind]}
    free = {name: fields[name] for name in fields if name not in needed}
    made = st.fixed_dictionaries(needed, optional=free)
    return made.map(_with_its_control) if kind == "project" else made


def _with_its_control(found: dict[str, Value]) -> Attributes:
    """Weights are of a control: without it the server drops them."""
    if "Choices" not in str(found.get("label_config")):
        found.pop("control_weights", None)
    return found


@st.composite
def projects(draw: st.DrawFn, name: str) -> list[Said]:
    """A project and up to two children of each kind; some collections are empty, some not mentioned."""
    address = f"project.{name}"
    empty = draw(st.sets(st.sampled_from(CHILDREN)))
    found = [Said(address, draw(attributes("project")), empty=tuple(sorted(empty)))]
    for kind in CHILDREN:
        for child in sorted(draw(st.sets(st.sampled_from("xy")))):
            sync = draw(st.sampled_from(["on_create", "always"])) if kind.endswith("storage") else ""
            found.append(Said(f"{address}/{kind}.{child}", draw(attributes(kind)), sync=sync))
    return found


@st.composite
def stacks(draw: st.DrawFn, names: str = "abc") -> Stack:
    """At least one project, at most one of each name."""
    chosen = draw(st.sets(st.sampled_from(names), min_size=1))
    return tuple(one for name in sorted(chosen) for one in draw(projects(name)))
