"""Errors of the SDK and of HTTP as errors of ours: cause kept, the server's own reason quoted, secrets taken out."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit

from lsform.core.errors import ServerError, ServerUnavailable
from lsform.core.values import SHOWN_SECRET

if TYPE_CHECKING:
    import httpx

UNREADABLE = {"detail": "the answer is not JSON"}
NO_PAGE = "<title>404 | Label Studio</title>"  # instead of JSON, where a storage is gone
GATEWAY_GAVE_UP = frozenset({502, 503, 504})  # what a proxy says for a server that does not answer it
LONGEST_REASON = 2000  # characters of a server's reason that are worth showing

# A part of the server's reason -> what to do about it.
HINTS = (
    ("legacy token authentication has been disabled", "use a personal access token, or allow legacy tokens under "
     "Organization > Access token settings"),
    ("Authentication credentials were not provided", "personal access tokens may be switched off under Organization > "
     "Access token settings; a proxy may take the header `Authorization` away; and an access token, unlike a personal "
     "one, lives for five minutes"),
    ("Token is blacklisted", "it was revoked or renewed: take the new one, or make one under Account & settings > "
     "Personal access token"),
    ("Token is expired", "make a new one under Account & settings > Personal access token"),
    ("Token is invalid", "it is a token of another server, or not all of it; make one under Account & settings > "
     "Personal access token"),
    ("reserved network address", "Label Studio refuses private addresses since 1.23.1: set "
     "SSRF_PROTECTION_ENABLED=false (or narrow USER_ADDITIONAL_BANNED_SUBNETS) on the server, for an ML backend "
     "ML_BLOCK_LOCAL_IP=false"),
    ("Can't connect to ML backend", "the Label Studio server itself must reach it, within a second: in a container, "
     "`localhost` is the container"),
    ("authentication parameters were", "check `basic_auth_user` and `basic_auth_pass` of the backend"),
    ("doesn't look like a valid ML backend", "its `/setup` must answer within 3 seconds; its own log says why it did "
     "not"),
    ("Can't connect to Redis server", "the Label Studio server itself must reach it, with `password` where Redis asks "
     "for one"),
    ("LOCAL_FILES_SERVING_ENABLED", "set LOCAL_FILES_SERVING_ENABLED=true and LOCAL_FILES_DOCUMENT_ROOT on the server"),
    ("LOCAL_FILES_DOCUMENT_ROOT", "the path must lie below LOCAL_FILES_DOCUMENT_ROOT of the server"),
    ("does not exist", "paths are those of the server's machine"),
    ("Debugging info is not available for s3", "bucket, prefix or keys may be wrong: the server tells why only where "
     "the endpoint's domain is in its S3_TRUSTED_STORAGE_DOMAINS"),
)  # fmt: skip
NOT_ITS_OWN = "is there a proxy or a login page before it?"
CREDENTIALS = "check `server.api_key`: it must be a personal access token or a legacy token of this server"

PERMISSIONS = "the user whose token this is may not read it: ask for the permission, or take another user's token"


@contextmanager
def translated(url: str, *, write: bool, secrets: Iterable[str] = ()) -> Iterator[None]:
    """Everything that the SDK or the network may raise inside becomes a ServerError or a ServerUnavailable."""
    import httpx
    from label_studio_sdk.core.api_error import ApiError

    try:
        yield
    except ApiError as error:
        if (error.status_code or 0) < 400:  # the SDK says so of a good answer that it cannot read
            raise _unreadable() from None
        raise refused(error.status_code or 0, error.body, write=write, secrets=secrets) from None
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise connection_error(url, error, write=write) from None
    except json.JSONDecodeError:
        raise _unreadable() from None


def _unreadable() -> ServerError:
    """Nobody knows what the answer meant: a write may have been done."""
    return ServerError("the server's answer is not JSON", hint=NOT_ITS_OWN)


def connection_error(url: str, error: Exception, *, write: bool) -> ServerError:
    """No answer: a read says that the server is away, a write that nobody knows whether it was done."""
    import httpx

    if isinstance(error, httpx.ConnectError | httpx.ConnectTimeout | httpx.InvalidURL | httpx.UnsupportedProtocol):
        return ServerUnavailable(f"{url} cannot be reached: {error}", hint="is the server up? check `server.url`")
    reason = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
    if write:
        return ServerError(f"no answer to a write: {reason}", hint="plan again to see whether it was done")
    return ServerUnavailable(f"{url} does not answer: {reason}", hint="try again; is the server overloaded?")


def hint_of(reason: str) -> str:
    """What to do about a server's reason, or ''."""
    return next((text for part, text in HINTS if part in reason), "")


def refused(status: int, body: Any, *, write: bool, secrets: Iterable[str] = ()) -> ServerError:
    """An answer that is an error, with the reason that the server gives."""
    reason = redacted(secrets, reason_of(body))[:LONGEST_REASON]
    hint = hint_of(reason)
    if status == 401:
        return ServerUnavailable(f"not authorised: {reason}", hint=hint or CREDENTIALS, status=status)
    if status == 403 and not write:
        return ServerUnavailable(f"not authorised: {reason}", hint=hint or PERMISSIONS, status=status)
    if status in {429, *GATEWAY_GAVE_UP} and not write:
        return ServerUnavailable(f"the server is not available ({status}): {reason}", hint=hint, status=status)
    return ServerError(f"the server answered {status}: {reason}", hint=hint, status=status)


def stranger(url: str) -> ServerUnavailable:
    """What answers there speaks another language."""
    return ServerUnavailable(f"{url} is no Label Studio", hint="check `server.url`")


def no_such_object(error: ServerError) -> bool:
    """Whether Label Studio itself says that there is no such object; a proxy's 404 page does not count."""
    return error.status == 404 and UNREADABLE["detail"] not in error.message


def told(answer: Any, *names: str) -> Any:
    """An answer that has all of these, or is a list where none are given.

    What another's answer lacks must not be taken for none or zero: a login page says nothing of tasks.
    """
    if not (isinstance(answer, dict) and all(name in answer for name in names) if names else isinstance(answer, list)):
        lacking = " and ".join(f"`{name}`" for name in names) or "list"
        raise ServerError(f"the answer is none of Label Studio's: it has no {lacking}", hint=NOT_ITS_OWN)
    return answer


def body_of(answer: httpx.Response) -> Any:
    """What an answer says, whatever it is."""
    try:
        return answer.json()
    except ValueError:
        return UNREADABLE


def reason_of(body: Any) -> str:
    """The useful text of an error: `validation_errors` first, then `detail`."""
    if not isinstance(body, dict):
        return "there is no such object" if isinstance(body, str) and NO_PAGE in body else UNREADABLE["detail"]
    fields = body.get("validation_errors")
    if isinstance(fields, dict) and fields:
        return "; ".join(f"`{name}`: {_text(value)}" for name, value in fields.items())
    return _text(body.get("detail") or body.get("message") or body)


def quoted(message: str) -> str:
    """A reason of the server in one line, without the status and the field. What it lists is put into order, since its
    own order is by chance.
    """
    head, *lines = message.partition("`: ")[2].split("\n")
    advice = [lines.pop()] if lines and lines[-1].startswith("Please ") else []
    listed = f"{head} {', '.join(sorted(lines))}".strip()
    return ". ".join((listed, *advice)).rstrip(".")


def _text(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(_text(item) for item in value)
    return str(value) if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def redacted(secrets: Iterable[str], text: str) -> str:
    """A server may quote what it refuses: what we know to be secret is taken out of its words, longest first."""
    forms = {form for secret in secrets for form in _forms(secret) if form}
    for form in sorted(forms, key=len, reverse=True):
        text = text.replace(form, SHOWN_SECRET)
    return text


def _forms(secret: str) -> tuple[str, ...]:
    """A secret, and of an address its parts, as it is and as it is quoted in JSON, in Python and in a web address."""
    return tuple(
        form
        for part in (secret, *_parts(secret))
        for form in (
            part,
            json.dumps(part)[1:-1],
            json.dumps(part, ensure_ascii=False)[1:-1],
            repr(part)[1:-1],
            quote(part),
        )
    )


def _parts(secret: str) -> Iterator[str]:
    """What a server may quote of a secret address alone: who, where, and what follows; a bare `/` tells nothing."""
    if "://" not in secret:
        return
    try:
        address = urlsplit(secret)
    except ValueError:
        return
    parts = (address.username, address.password, address.hostname, address.path.rstrip("/"), address.query)
    yield from (part for part in parts if part)
