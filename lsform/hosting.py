"""One comment on a pull or merge request, written anew in place, by the documented APIs of GitHub and GitLab."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeVar
from urllib.parse import quote

import httpx
from pydantic import BaseModel, TypeAdapter, ValidationError

from lsform.core.errors import ServerError, ServerUnavailable
from lsform.server.patience import PatientClient

PAGE = 100  # comments a request: the most that both give
PAGES = 100  # that are looked through: a request that goes on for ever is a mistake of the other side


class Author(BaseModel):
    """Who wrote a comment; `type` is GitHub's."""

    id: int
    type: str = ""


class Comment(BaseModel):
    """A comment as both tell it: `user` on GitHub, `author` on GitLab."""

    id: int
    body: str | None = ""
    user: Author | None = None
    author: Author | None = None


_Read = TypeVar("_Read")
_COMMENTS = TypeAdapter(list[Comment])


@dataclass(frozen=True, slots=True)
class Site:
    """Where the comments of one request are, and how one speaks to it. `headers` hold the token: never printed."""

    name: str
    comments: str
    single: str
    account: str
    update: str
    headers: Mapping[str, str] = field(repr=False)
    rights: str


def github(api: str, token: str, repository: str, number: int) -> Site:
    """A pull request is an issue there, as far as comments go."""
    issues = f"{api.rstrip('/')}/repos/{quote(repository)}/issues"
    return Site(
        name="GitHub",
        comments=f"{issues}/{number}/comments",
        single=f"{issues}/comments",
        account=f"{api.rstrip('/')}/user",
        update="PATCH",
        headers={
            "Authorization": f"Bearer {token}",
            "Accept": "application/vnd.github+json",
            "X-GitHub-Api-Version": "2022-11-28",
        },
        rights="the job needs `permissions: {pull-requests: write}`, which pull requests from forks do not get",
    )


def gitlab(api: str, token: str, project: str, number: int) -> Site:
    """Comments are notes there."""
    root = api.rstrip("/")
    notes = f"{root}/projects/{quote(project, safe='')}/merge_requests/{number}/notes"
    return Site(
        name="GitLab",
        comments=notes,
        single=notes,
        account=f"{root}/user",
        update="PUT",
        headers={"PRIVATE-TOKEN": token},
        rights="`GITLAB_TOKEN` needs the scope `api` and may not be a job's token, which writes no notes",
    )


def put(site: Site, body: str, marker: str) -> bool:
    """Write the comment that begins with the marker; True when there was none of ours before."""
    with PatientClient(timeout=30) as client:
        client.headers.update(site.headers)
        mine = _own(client, site, marker)
        if mine is None:
            _send(client, site, "POST", site.comments, body)
        else:
            _send(client, site, site.update, f"{site.single}/{mine.id}", body)
    return mine is None


def _own(client: httpx.Client, site: Site, marker: str) -> Comment | None:
    """Our earlier comment. Anybody can write the marker, so the author counts, too."""
    marked = [one for one in _all(client, site) if (one.body or "").startswith(marker)]
    if not marked:
        return None
    answer = client.get(site.account, follow_redirects=False)
    me = _read(TypeAdapter(Author), site, answer).id if answer.status_code == httpx.codes.OK else None
    for one in marked:
        author = one.user or one.author
        # the token of a GitHub workflow may not ask who it is: it is a bot
        if author is not None and (author.id == me if me is not None else author.type == "Bot"):
            return one
    return None


def _all(client: httpx.Client, site: Site) -> Iterator[Comment]:
    for page in range(1, PAGES + 1):
        found = _read(_COMMENTS, site, _send(client, site, "GET", f"{site.comments}?per_page={PAGE}&page={page}"))
        yield from found
        if len(found) < PAGE:
            return


def _send(client: httpx.Client, site: Site, method: str, url: str, body: str | None = None) -> httpx.Response:
    content = None if body is None else {"body": body}
    try:
        answer = client.request(method, url, json=content, follow_redirects=False)
    except httpx.TransportError as error:
        hint = "look at the address of the API and at the network"
        raise ServerUnavailable(f"{site.name} is not reached: {type(error).__name__}", hint=hint) from None
    if answer.is_success:
        return answer
    raise _refused(site, answer)


def _refused(site: Site, answer: httpx.Response) -> ServerError:
    status, wait = answer.status_code, answer.headers.get("Retry-After")
    if status == httpx.codes.TOO_MANY_REQUESTS or wait or answer.headers.get("X-RateLimit-Remaining") == "0":
        hint = f"try again after {wait} seconds" if wait else "try again later"
        return ServerError(f"{site.name} takes no more requests for now ({status})", hint=hint, status=status)
    if status == httpx.codes.UNAUTHORIZED:
        return ServerUnavailable(f"{site.name} does not accept the token (401)", hint=site.rights, status=status)
    if status == httpx.codes.FORBIDDEN:
        return ServerUnavailable(f"the token may not comment on {site.name} (403)", hint=site.rights, status=status)
    if status == httpx.codes.NOT_FOUND:
        hint = f"look at the repository and the number; a token that may not see them gets this, too: {site.rights}"
        return ServerError(f"{site.name} finds no such request (404)", hint=hint, status=status)
    return ServerError(f"{site.name} refused it ({status})", hint="look at the address of the API", status=status)


def _read(kind: TypeAdapter[_Read], site: Site, answer: httpx.Response) -> _Read:
    try:
        return kind.validate_json(answer.content)
    except ValidationError:
        raise ServerError(f"{site.name} answers something else", hint="look at the address of the API") from None
