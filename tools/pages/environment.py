"""Environment variables that lsform reads by itself."""

from __future__ import annotations

from tools.pages.markup import table

OPENING = """\
# Environment variables

Made by `python -m tools.make_pages`. Manifests read any other by `${env:NAME}`, see
[references](../manifests.md#references). Stores of the state in buckets take the usual variables of their clouds, such
as `AWS_ACCESS_KEY_ID`, and git those of git.
"""
# A test holds the names against those in the sources.
VARIABLES = {
    "LABEL_STUDIO_URL": "the server, where the Stack names none",
    "LABEL_STUDIO_API_KEY": "its token, where the Stack names none",
    "LSFORM_FINGERPRINT_KEY": "key of the [fingerprints of secrets](../manifests.md#secrets), to 16 characters or more",
    "LSFORM_NOTIFY_URL": "incoming webhook that hears of [drift, refusals and failures](../gitops.md#what-it-tells)",
    "LSFORM_PAGER": "program that shows [what is longer than the terminal](../messages.md); none, if it is empty",
    "PAGER": "the same, where `LSFORM_PAGER` is not set",
    "LESS": "how `less` behaves, where it is the pager; else `FRX`",
    "CI": "no pager, if it is set",
    "NO_COLOR": "no colours, if it is set to anything",
    "TERM": "no colours, if it is `dumb`",
    "BASIC_AUTH_USER": "user that [`ml serve`](../models.md) asks Label Studio for",
    "BASIC_AUTH_PASS": "password of that user",
    "GITHUB_TOKEN": "`comment --github`: the token",
    "GITHUB_REPOSITORY": "`comment --github`: the repository, unless `--repository` is given",
    "GITHUB_EVENT_PATH": "`comment --github`: tells the number of the pull request, unless `--number` is given",
    "GITHUB_API_URL": "`comment --github`: the API, unless `--api` is given",
    "GITHUB_SERVER_URL": "`comment --github`: with `GITHUB_RUN_ID` the link to the run, in a plan that was cut",
    "GITHUB_RUN_ID": "the same",
    "GITLAB_TOKEN": "`comment --gitlab`: a project access token with the scope `api`",
    "CI_PROJECT_ID": "`comment --gitlab`: the project, unless `--repository` is given",
    "CI_MERGE_REQUEST_IID": "`comment --gitlab`: the merge request, unless `--number` is given",
    "CI_API_V4_URL": "`comment --gitlab`: the API, unless `--api` is given",
    "CI_JOB_URL": "`comment --gitlab`: the link to the run, in a plan that was cut",
}


def page() -> str:
    """The whole page."""
    return "\n".join([OPENING, *table(("variable", "is"), ((f"`{name}`", says) for name, says in VARIABLES.items()))])
