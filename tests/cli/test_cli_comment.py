"""`lsform comment`, against a server on loopback that speaks the documented requests of GitHub and GitLab."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlsplit

import pytest

from lsform.core.errors import ExitCode
from lsform.report.fitting import WHOLE
from tests.conftest import Result, Stack
from tests.loopback import Answer, Asked, answering

TOKEN = "canary-of-the-token"
MARKER = "<!-- lsform:plan test/prod -->"
REPORT = f"{MARKER}\n### Plan: 1 to create\n"
BOT, SOMEBODY = 41, 42


@dataclass
class Forge:
    """Both sites: GitHub at `/repos/...`, GitLab at `/projects/...`; each has one request, and comments on it."""

    url: str = ""
    comments: list[dict[str, object]] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    refusal: Answer | None = None
    knows_me: bool = True

    def add(self, body: str, author: int, kind: str = "User") -> None:
        who = {"id": author, "type": kind}
        self.comments.append({"id": len(self.comments) + 1, "body": body, "user": who, "author": who})

    def answer(self, asked: Asked) -> Answer:
        place = urlsplit(asked.path)
        self.asked.append(f"{asked.method} {place.path}")
        given = {name.lower(): value for name, value in asked.headers.items()}
        token = given.get("authorization") if "/repos/" in asked.path else given.get("private-token")
        if asked.path != "/user" and token not in (TOKEN, f"Bearer {TOKEN}"):
            return said(401, {"message": "Bad credentials"})
        if place.path == "/user":
            return said(200, {"id": BOT}) if self.knows_me else said(403, {"message": "not by integration"})
        if self.refusal is not None:
            return self.refusal
        if asked.method == "GET":
            query = parse_qs(place.query)
            size, page = int(query["per_page"][0]), int(query["page"][0])
            return said(200, self.comments[size * (page - 1) : size * page])
        body = json.loads(asked.body)["body"]
        if asked.method == "POST":
            self.add(body, BOT, "Bot")
            return said(201, self.comments[-1])
        changed = self.comments[int(place.path.rpartition("/")[2]) - 1]
        changed["body"] = body
        return said(200, changed)


def said(status: int, document: object, **headers: str) -> Answer:
    return Answer(status, {"Content-Type": "application/json", **headers}, json.dumps(document).encode())


@pytest.fixture
def forge() -> Iterator[Forge]:
    found = Forge()
    with answering(found.answer) as found.url:
        yield found


Comment = Callable[..., Result]


@pytest.fixture(params=["--github", "--gitlab"])
def comment(request: pytest.FixtureRequest, stack: Stack, forge: Forge, monkeypatch: pytest.MonkeyPatch) -> Comment:
    event = stack.folder / "event.json"
    event.write_text(json.dumps({"pull_request": {"number": 7}}))
    stack.environment |= {
        "GITHUB_TOKEN": TOKEN, "GITHUB_REPOSITORY": "me/it", "GITHUB_EVENT_PATH": str(event),
        "GITHUB_API_URL": forge.url,
        "GITLAB_TOKEN": TOKEN, "CI_PROJECT_ID": "5", "CI_MERGE_REQUEST_IID": "7", "CI_API_V4_URL": forge.url,
    }  # fmt: skip
    for name in (
        *stack.environment,
        "GITHUB_SERVER_URL",
        "GITHUB_RUN_ID",
        "CI_JOB_URL",
    ):  # those of the job that runs these tests
        monkeypatch.delenv(name, raising=False)

    def run(*arguments: str, report: str = REPORT) -> Result:
        path = stack.folder / "plan.md"
        path.write_text(report, "utf-8")
        result = stack.run("comment", request.param, *arguments, str(path))
        assert TOKEN not in result.out + result.err
        return result

    return run


def test_the_first_plan_makes_a_comment_and_the_next_one_writes_it_anew(comment: Comment, forge: Forge) -> None:
    assert "commented\n" == comment().err
    assert "the comment was written anew\n" == comment(report=f"{REPORT}more\n").err
    assert [f"{REPORT}more\n"] == [one["body"] for one in forge.comments]
    assert forge.asked[-1] in ("PATCH /repos/me/it/issues/comments/1", "PUT /projects/5/merge_requests/7/notes/1")
    assert {"/repos/me/it/issues/7/comments", "/projects/5/merge_requests/7/notes"} & {
        one.removeprefix("POST ") for one in forge.asked
    }


def test_its_own_comment_is_found_on_a_later_page(comment: Comment, forge: Forge) -> None:
    for _ in range(250):
        forge.add("well done", SOMEBODY)
    forge.add(REPORT, BOT)
    assert "the comment was written anew\n" == comment().err
    assert 251 == len(forge.comments)


def test_a_comment_of_somebody_else_or_of_another_environment_is_left_alone(comment: Comment, forge: Forge) -> None:
    forge.add(REPORT, SOMEBODY)
    forge.add(REPORT.replace("prod", "dev"), BOT)
    before = [one["body"] for one in forge.comments]
    assert 0 == comment(report=f"{REPORT}new\n").code
    assert [*before, f"{REPORT}new\n"] == [one["body"] for one in forge.comments]


def test_a_token_that_may_not_ask_who_it_is_belongs_to_a_bot(comment: Comment, forge: Forge) -> None:
    forge.knows_me = False
    forge.add(REPORT, SOMEBODY)
    forge.add(REPORT, BOT, "Bot")
    assert 0 == comment(report=f"{REPORT}new\n").code
    assert [REPORT, f"{REPORT}new\n"] == [one["body"] for one in forge.comments]


REFUSALS = {
    "forbidden": (said(403, {}), ExitCode.UNREACHABLE, "may not comment on"),
    "not-found": (said(404, {}), ExitCode.ERROR, "finds no such request (404)"),
    "too-many": (said(429, {}, **{"Retry-After": "999"}), ExitCode.ERROR, "hint: try again after 999 seconds"),
    "used-up": (said(403, {}, **{"X-RateLimit-Remaining": "0"}), ExitCode.ERROR, "takes no more requests for now"),
    "moved": (said(301, {}, Location="http://127.0.0.1:9/"), ExitCode.ERROR, "refused it (301)"),
    "other": (said(200, {"not": "a list"}), ExitCode.ERROR, "answers something else"),
}


@pytest.mark.parametrize("name", REFUSALS)
def test_each_refusal_has_its_word_and_its_remedy(comment: Comment, forge: Forge, name: str) -> None:
    forge.refusal, code, text = REFUSALS[name]
    result = comment()
    assert (code, "") == (result.code, result.out)
    assert text in result.err
    assert "\nhint: " in result.err


def test_a_wrong_token_is_said(comment: Comment, stack: Stack) -> None:
    stack.environment |= {"GITHUB_TOKEN": "other", "GITLAB_TOKEN": "other"}
    result = comment()
    assert ExitCode.UNREACHABLE == result.code
    assert "does not accept the token (401)" in result.err


@pytest.mark.parametrize(
    "name", ["GITHUB_TOKEN GITLAB_TOKEN", "GITHUB_REPOSITORY CI_PROJECT_ID", "GITHUB_EVENT_PATH CI_MERGE_REQUEST_IID"]
)
def test_what_is_not_known_is_asked_for(comment: Comment, stack: Stack, forge: Forge, name: str) -> None:
    for one in name.split():
        del stack.environment[one]
    result = comment()
    assert (ExitCode.USAGE, []) == (result.code, forge.asked)
    assert "\nhint: " in result.err


def test_options_win_over_what_the_job_says(comment: Comment, forge: Forge) -> None:
    assert 0 == comment("--number", "9", "--repository", "you/other").code
    assert forge.asked[0] in (
        "GET /repos/you/other/issues/9/comments", "GET /projects/you%2Fother/merge_requests/9/notes",
    )  # fmt: skip


def test_a_plan_that_was_cut_links_to_the_run_that_has_all_of_it(comment: Comment, stack: Stack, forge: Forge) -> None:
    cut = f"{REPORT}\n**Not listed for want of room: 3 create.** {WHOLE}\n"
    comment(report=cut)
    assert cut == forge.comments[0]["body"], "no job, no link"
    stack.environment |= {
        "GITHUB_SERVER_URL": "https://github.example", "GITHUB_RUN_ID": "9", "CI_JOB_URL": "https://gitlab.example/-/jobs/9",
    }  # fmt: skip
    comment()
    assert REPORT == forge.comments[0]["body"], "nothing was cut"
    comment(report=cut)
    url = re.findall(r"\[This run\]\((.*)\) has the whole plan, too\.\n$", str(forge.comments[0]["body"]))
    assert url in (["https://github.example/me/it/actions/runs/9"], ["https://gitlab.example/-/jobs/9"])


def test_only_a_plan_in_markdown_is_put_there(comment: Comment, forge: Forge) -> None:
    assert (ExitCode.USAGE, []) == (comment(report="hello").code, forge.asked)
    assert (ExitCode.USAGE, []) == (comment(report=REPORT + "x" * 70_000).code, forge.asked)
