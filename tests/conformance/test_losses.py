"""What a new interface takes from annotations: our own judgement and the server's, which lets most of it pass."""

from __future__ import annotations

from lsform.engine.model import Risk
from lsform.resources.project import PROJECT
from tests.conformance.bench import Bench, address

VIEW = '<View><Image name="img" value="$image"/>{}</View>'
USED = '<Choices name="q" toName="img"><Choice value="good"/><Choice value="bad"/></Choices>'
GONE = "label `bad` of `q` is gone: used by 1 annotation"
LABELS = (
    "the server objects: These labels still exist in annotations or drafts: bad (1 annotation). Please add labels to "
    'tag with name="q"'
)
SCHEMA = (
    "the server refuses it as long as they are there: Created annotations are incompatible with provided labeling "
    "schema, we found: 1 with from_name=q, to_name=img, type=choices"
)
# What the interface becomes -> what is said of it, where one annotation has chosen `bad`.
ROWS: dict[str, tuple[str, ...]] = {
    VIEW.format(USED.replace("good", "fine")): (),
    VIEW.format(USED.replace('value="bad"', 'value="worse" alias="bad"')): (),
    VIEW.format(USED.replace("bad", "worse")): (GONE, LABELS),
    VIEW.format(USED.replace('"q"', '"r"')): ("control `q` is gone: 1 annotation cannot be shown", SCHEMA),
    VIEW.format(USED.replace("Choices", "Taxonomy")): (
        "`q` becomes a `Taxonomy`: 1 annotation cannot be shown",
        SCHEMA,
    ),
    VIEW.format(USED).replace('"img"', '"pic"'): (
        "`q` no longer points at `img`: 1 annotation cannot be shown",
        SCHEMA,
    ),
    VIEW.format(USED).replace("$image", "$url"): ("`img` shows `url`, which no task has: every task is empty there",),
}


def test_what_is_lost_is_told_before_it_is_sent(bench: Bench) -> None:
    bench.declare(PROJECT, it={"interface": {"xml": VIEW.format(USED)}})
    bench.settle()
    bench.world.annotate(bench.remote(address(PROJECT)), "bad")
    for xml, losses in ROWS.items():
        bench.declare(PROJECT, it={"interface": {"xml": xml}})
        (change,) = bench.plan().changes
        assert (losses, Risk.DATA_LOSS if losses else Risk.SAFE) == (change.losses, change.risk), xml


def test_imported_annotations_which_the_server_does_not_count_are_not_taken_for_none(bench: Bench) -> None:
    bench.declare(PROJECT, it={"interface": {"xml": VIEW.format(USED)}})
    bench.settle()
    bench.world.annotate(bench.remote(address(PROJECT)), "bad", imported=True)
    bench.declare(PROJECT, it={"interface": {"xml": VIEW.format(USED.replace("bad", "worse"))}})
    plan = bench.plan()
    assert [((GONE,), Risk.DATA_LOSS)] == [(change.losses, change.risk) for change in plan.changes]
    assert ["LSFP11"] == [one.code for one in plan.findings]


def test_a_draft_counts_once_and_with_what_it_holds_now(bench: Bench) -> None:
    bench.declare(PROJECT, it={"interface": {"xml": VIEW.format(USED)}})
    bench.settle()
    bench.world.draft(bench.remote(address(PROJECT)), "good", "bad", "bad")
    for xml, losses in (("bad", ("label `bad` of `q` is gone: used by 1 draft",)), ("good", ())):
        bench.declare(PROJECT, it={"interface": {"xml": VIEW.format(USED.replace(xml, "new"))}})
        (change,) = bench.plan().changes
        assert (losses, 1) == (change.losses, change.impact.drafts)


def test_a_data_key_is_asked_for_and_not_taken_from_the_counters(bench: Bench) -> None:
    bench.declare(PROJECT, it={"interface": {"xml": VIEW.format(USED)}})
    bench.settle()
    remote = bench.remote(address(PROJECT))
    bench.world.annotate(remote, "good")
    assert [True, False, None] == [bench.world.server.has_data(remote, key) for key in ("image", "url", "a__b")]


def test_a_project_without_annotations_has_nothing_held_against_it(bench: Bench) -> None:
    bench.declare(PROJECT, it={"interface": {"xml": VIEW.format(USED)}})
    bench.settle()
    assert "" == bench.world.server.objection(bench.remote(address(PROJECT)), VIEW.format(""))
