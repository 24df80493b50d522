"""The secrets of a deployment: their names, what they are for, and new ones. Only `fresh` is not pure."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Needed:
    """One variable of `.env`, and how a value for it is made up."""

    name: str
    purpose: str
    make: Callable[[], str] = secrets.token_urlsafe
    minio: bool = False


ALL = (
    Needed("POSTGRE_PASSWORD", "password of the database; it is set when the database is made"),
    Needed("SECRET_KEY", "signs sessions and tokens; a new one logs everybody out"),
    Needed("LABEL_STUDIO_PASSWORD", "password of the first user; it is set when the user is made"),
    Needed(
        "LABEL_STUDIO_API_KEY",
        "token of the first user, which lsform takes from the same variable; 40 characters at most",
        lambda: secrets.token_hex(20),  # the longest that Label Studio keeps
    ),
    Needed("MINIO_ROOT_PASSWORD", "password of MinIO", minio=True),
)


def needed(*, minio: bool) -> tuple[Needed, ...]:
    """The secrets of a deployment with or without MinIO."""
    return tuple(one for one in ALL if minio or not one.minio)


def required(name: str) -> str:
    """How a Compose file takes a variable, and refuses to start without a value."""
    return f"${{{name}:?give it a value in .env}}"


def example(*, minio: bool) -> str:
    """The text of `.env.example`: names and no values."""
    return _lines(lambda _needed: "", minio=minio)


def fresh(*, minio: bool) -> str:
    """The text of a `.env` with values that nobody knows."""
    return _lines(lambda one: one.make(), minio=minio)


def _lines(value: Callable[[Needed], str], *, minio: bool) -> str:
    return "".join(f"# {one.purpose}\n{one.name}={value(one)}\n" for one in needed(minio=minio))


def missing(text: str, *, minio: bool) -> Iterator[str]:
    """Names that a `.env` gives no value."""
    for one in needed(minio=minio):
        if not re.search(rf"^\s*(export\s+)?{one.name}\s*=\s*[^\s#]", text, re.MULTILINE):
            yield one.name
