"""How adopted things are called, which addresses hold secrets, and what is odd and left to the server."""

from __future__ import annotations

import itertools

import pytest

from lsform.config.adoption import Known, Manifests, manifests
from lsform.config.adoption_bodies import carries_credentials
from lsform.config.adoption_names import child_name, slug, unique, variable_name
from lsform.core.values import Value
from lsform.engine.model import LiveResource
from lsform.resources import kind_of
from lsform.resources.project import PROJECT

S3, WEBHOOK, ML, VIEW = kind_of("import_storage", "s3"), kind_of("webhook"), kind_of("ml_backend"), kind_of("view")
FOLDER = kind_of("import_storage", "localfiles")
BOX = '<View><Image name="i" value="$i"/><Labels name="l" toName="i">{}</Labels></View>'
LABELS = '<Label value="a"/><Label value="b"/><Label value="c"/>'


def project(remote: int, title: str, **attributes: Value) -> LiveResource:
    return LiveResource(PROJECT, remote, {"label_config": "<View></View>", "title": title, **attributes})


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Traffic signs", "traffic-signs"),
        ("  Ünïcode & more!", "unicode-more"),
        ("交通標識", ""),
        ("--", ""),
        ("x" * 60, "x" * 50),
        ("lsform", "lsform"),
    ],
)
def test_a_name_is_what_its_title_says(title: str, name: str) -> None:
    assert name == slug(title)


def test_names_and_variables_are_unique() -> None:
    assert ["a", "a-2", "a-3"] == [unique("a", taken) for taken in ((), ("a",), ("a", "a-2"))]
    assert ("TRAFFIC_RAW_KEY", "_3D_X") == (variable_name("traffic", "raw", "key"), variable_name("3d", "x"))


@pytest.mark.parametrize(
    ("kind", "attributes", "name"),
    [
        (S3, {"title": "Raw data", "bucket": "b"}, "raw-data"),
        (S3, {"title": None, "bucket": "raw", "prefix": "a/traffic/"}, "raw-traffic"),
        (FOLDER, {"title": "", "path": "/srv/data/"}, "data"),
        (WEBHOOK, {"url": "https://ci.example.com/secret"}, "ci-example-com"),
        (WEBHOOK, {"url": "http://[::"}, "webhook"),
        (ML, {"title": "default", "url": "http://detector:9090"}, "detector"),
        (VIEW, {"title": "未"}, "view"),
    ],
)
def test_a_child_is_called_by_its_title_or_where_it_is(kind: object, attributes: dict[str, Value], name: str) -> None:
    assert name == child_name(LiveResource(kind, 1, attributes))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("https://ci.example.com/hook", False),
        ("http://detector:9090/v2/predict-2024", False),
        ("http://k8s.internal/api", False),
        ("https://user@ci.example.com/", True),
        ("https://ci.example.com/?token=x", True),
        ("https://ci.example.com/#x", True),
        ("https://hooks.slack.com/services/T024BE7LH/B024BE7LH/x", True),
        ("https://ci.example.com/9c1b7a3e", True),
        ("https://ci.example.com/" + "AbCdEfGhIjKlMnOpQrStUv", True),
        ("http://[::", True),
        ("no address", False),
    ],
)
def test_an_address_that_nobody_could_guess_is_a_secret(address: str, expected: bool) -> None:
    assert expected == carries_credentials(address)


def test_the_order_in_which_the_server_lists_does_not_matter() -> None:
    projects = [project(one, title) for one, title in ((3, "A a"), (1, "A a"), (2, ""), (4, "a-a"))]
    made = [manifests(order, (), Known()) for order in itertools.permutations(projects)]
    assert all(one == made[0] for one in made)
    assert {"a-a": 1, "a-a-2": 3, "a-a-3": 4, "project": 2} == {
        address.name: one.remote for address, one in made[0].bindings.items()
    }


def said(made: Manifests) -> list[tuple[str, str]]:
    return [(one.code, one.message) for one in made.findings]


def test_an_interface_that_is_none_is_left_to_the_server() -> None:
    made = manifests([project(1, "odd", label_config="<Foo/>")], (), Known())
    assert ["projects/odd.yaml"] == [*made.files]
    message = "the interface of `project.odd` is left to the server: the root of an interface is `<View>`, not `<Foo>`"
    assert [("LSFA02", message)] == said(made)


def test_what_no_manifest_can_say_is_left_out_and_told() -> None:
    odd = project(1, "odd", maximum_annotations=0, overlap_cohort_percentage=150, description="kept")
    nameless = LiveResource(VIEW, 5, {"type": "list"}, parent=1)
    made = manifests([odd], [nameless], Known())
    text = made.files["projects/odd.yaml"]
    assert text.endswith("spec:\n  title: odd\n  description: kept\n")
    assert [
        ("LSFA02", "`maximum_annotations`, `overlap_cohort_percentage` of `project.odd` is left to the server: "
                   "no manifest can say what it is there"),
        ("LSFA02", "view 5 of `project.odd` is left out: no manifest can say its `title`"),
    ] == said(made)  # fmt: skip
    assert [1] == [one.remote for one in made.bindings.values()]


def test_storages_that_may_not_be_declared_together_are_never_synced() -> None:
    twins = [LiveResource(FOLDER, n, {"path": "/data"}, parent=1, status="completed") for n in (1, 2)]
    made = manifests([project(1, "odd")], twins, Known())
    assert 1 == made.files["projects/odd.yaml"].count("sync: never")
    assert [("LSFA02", True)] == [(code, "gets `sync: never`: " in message) for code, message in said(made)]


def test_labels_that_several_interfaces_have_are_told_and_left_as_they_are() -> None:
    one = BOX.format(LABELS)
    other = BOX.replace("Image", "Text").format(LABELS)
    made = manifests([project(1, "one", label_config=one), project(2, "two", label_config=other)], (), Known())
    assert [("LSFA03", "2 interfaces have the same 3 labels: `a`, `b`, `c`")] == said(made)
    assert (one + "\n", other + "\n") == (made.files["interfaces/one.xml"], made.files["interfaces/two.xml"])


def test_the_webhook_of_a_backend_is_not_adopted_unless_somebody_changed_it() -> None:
    backend = LiveResource(ML, 1, {"url": "http://detector.svc:9090/", "title": "detector"}, parent=1)
    url = "http://detector.svc:9090/webhook"
    hook = LiveResource(WEBHOOK, 1, {"url": url, "send_for_all_actions": True}, parent=1)
    chosen = LiveResource(WEBHOOK, 2, {"url": url, "send_for_all_actions": False}, parent=1)
    made = manifests([project(1, "one")], [backend, hook, chosen], Known())
    assert ["project.one", "project.one/ml_backend.detector", "project.one/webhook.detector-svc"] == [
        str(address) for address in made.bindings
    ]
    assert 2 == [*made.bindings.values()][-1].remote


def test_weights_are_said_where_they_are_not_one() -> None:
    weights: Value = {"l": {"overall": 1.0, "type": "Labels", "labels": {"a": 0.5, "b": 1.0, "c": 1.0}}}
    made = manifests([project(1, "one", label_config=BOX.format(LABELS), control_weights=weights)], (), Known())
    assert "  control_weights:\n    l:\n      labels:\n        a: 0.5\n" in made.files["projects/one.yaml"]
