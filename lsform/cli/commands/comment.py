"""`lsform comment`: a plan on a pull or merge request, in one comment that stays one."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from lsform.cli import wiring
from lsform.cli.options import Command, Invocation
from lsform.core.errors import ExitCode, UsageError

if TYPE_CHECKING:
    from lsform.hosting import Site

LONGEST = 65_536  # characters that GitHub takes
# Site -> where people see what this job wrote, by the variables that the site gives to it.
RUNS = {
    "github": ("{}/{}/actions/runs/{}", ("GITHUB_SERVER_URL", "GITHUB_REPOSITORY", "GITHUB_RUN_ID")),
    "gitlab": ("{}", ("CI_JOB_URL",)),
}


@click.command("comment", cls=Command, epilog="Example: lsform plan --format markdown | lsform comment --github")
@click.argument("report", required=False, type=click.Path(path_type=Path))
@click.option("--github", "site", flag_value="github", help="On GitHub, with `GITHUB_TOKEN`.")
@click.option("--gitlab", "site", flag_value="gitlab", help="On GitLab, with `GITLAB_TOKEN`.")
@click.option("--repository", metavar="NAME", help="`GITHUB_REPOSITORY` or `CI_PROJECT_ID` otherwise.")
@click.option("--number", type=click.IntRange(1), help="Of the request; what the job runs for otherwise.")
@click.option("--api", metavar="URL", help="`GITHUB_API_URL` or `CI_API_V4_URL` otherwise.")
@click.pass_obj
def command(
    invocation: Invocation,
    *,
    report: Path | None,
    site: str | None,
    repository: str | None,
    number: int | None,
    api: str | None,
) -> int:
    """Put REPORT, or stdin, as `plan --format markdown` writes it, on a request; there is one comment for each stack
    and environment, which is written anew in place.
    """
    from lsform import hosting
    from lsform.report.markdown import MARKED

    if site is None:
        raise UsageError("where to comment is not said", hint="`--github` or `--gitlab`")
    body = _text(report)
    marker = MARKED.match(body)
    if marker is None:
        raise UsageError("this is no plan in Markdown", hint="`lsform plan --format markdown` writes one")
    if len(body) > LONGEST:
        raise UsageError(f"a comment holds {LONGEST:,} characters, and this has {len(body):,}", hint="add less to it")
    body += _link(site, body, invocation.process)
    invocation.console.progress("writing the comment", done=0, total=0)
    is_new = hosting.put(_site(site, invocation.process, repository, number, api), body, marker[0])
    invocation.console.say("commented" if is_new else "the comment was written anew")
    return ExitCode.DONE


def _text(report: Path | None) -> str:
    try:
        data = wiring.read_stdin() if report is None else report.read_bytes()
        return data.decode("utf-8")
    except (OSError, ValueError):
        raise UsageError(f"`{report or 'stdin'}` cannot be read as text", hint="name a file in UTF-8") from None


def _link(site: str, body: str, process: Mapping[str, str]) -> str:
    """A plan that was cut says where all of it is; elsewhere than in a job, `lsform plan` has to do."""
    from lsform.report.fitting import WHOLE

    form, names = RUNS[site]
    values = [process.get(name, "") for name in names]
    link = f"\n[This run]({form.format(*values)}) has the whole plan, too.\n"
    return link if all(values) and WHOLE in body and len(body) + len(link) <= LONGEST else ""


def _site(site: str, process: Mapping[str, str], repository: str | None, number: int | None, api: str | None) -> Site:
    from lsform import hosting

    def needed(name: str, option: str, given: str | None = None) -> str:
        value = given or process.get(name)
        if not value:
            raise UsageError(f"`{name}` is not set", hint=f"set it{option}")
        return value

    if site == "github":
        where = api or process.get("GITHUB_API_URL") or "https://api.github.com"
        name = needed("GITHUB_REPOSITORY", ", or give `--repository OWNER/NAME`", repository)
        return hosting.github(where, needed("GITHUB_TOKEN", " from `github.token`"), name, number or _event(process))
    where = api or process.get("CI_API_V4_URL") or "https://gitlab.com/api/v4"
    name = needed("CI_PROJECT_ID", ", or give `--repository ID`", repository)
    iid = number or needed("CI_MERGE_REQUEST_IID", ", or give `--number`; only pipelines of merge requests have it")
    token = needed("GITLAB_TOKEN", " to a project access token with the scope `api`: a job's token writes no notes")
    if not str(iid).isdecimal():
        raise UsageError("`CI_MERGE_REQUEST_IID` is no number", hint="give `--number`")
    return hosting.gitlab(where, token, name, int(iid))


def _event(process: Mapping[str, str]) -> int:
    """The number of the pull request that a workflow runs for, from the file that GitHub leaves for it."""
    try:
        event = json.loads(Path(process.get("GITHUB_EVENT_PATH", "")).read_text("utf-8"))
        return int(event["pull_request"]["number"])
    except (OSError, ValueError, KeyError, TypeError):
        raise UsageError("this workflow runs for no pull request", hint="give `--number`") from None
