"""Buckets on loopback that speak Google's XML API as it is documented, generations and preconditions included.

`gcp-storage-emulator`, which plays Google for the storages of projects, cannot: it takes every write, whatever
`x-goog-if-generation-match` (or `ifGenerationMatch` of the JSON API) says, gives objects neither generation nor `ETag`
in its headers, and answers lists of the XML API with 501.
"""

from __future__ import annotations

import hashlib
import itertools
import threading
from dataclasses import dataclass, field
from datetime import datetime, timezone
from email.utils import format_datetime
from urllib.parse import parse_qs, unquote, urlsplit
from xml.sax.saxutils import escape

from tests.loopback import Answer, Asked

PAGE = 2  # objects in a list, so that lists go on
CONDITION = "x-goog-if-generation-match"
NAMESPACE = "http://doc.s3.amazonaws.com/2006-03-01"


@dataclass(frozen=True, slots=True)
class Kept:
    """An object as it was last written."""

    data: bytes
    generation: int
    written: datetime

    @property
    def headers(self) -> dict[str, str]:
        return {
            "ETag": self.etag,
            "x-goog-generation": str(self.generation),
            "x-goog-metageneration": "1",
            "Last-Modified": format_datetime(self.written, usegmt=True),
        }

    @property
    def etag(self) -> str:
        return f'"{hashlib.md5(self.data, usedforsecurity=False).hexdigest()}"'


@dataclass
class GoogleStorage:
    """Answers for `loopback.answering`. `conditions` are those of all writes so far, '' being none."""

    buckets: dict[str, dict[str, Kept]]
    conditions: list[str] = field(default_factory=list)
    _generations: itertools.count[int] = field(default_factory=lambda: itertools.count(1_700_000_000_000_000))
    _alone: threading.Lock = field(default_factory=threading.Lock)

    def __call__(self, asked: Asked) -> Answer:
        headers = {name.lower(): value for name, value in asked.headers.items()}
        if not headers.get("authorization", "").startswith("Bearer ey"):
            return _refused(401, "AuthenticationRequired")
        address = urlsplit(asked.path)
        bucket, _, key = address.path[1:].partition("/")
        with self._alone:
            objects = self.buckets.get(unquote(bucket))
            if objects is None:
                return _refused(404, "NoSuchBucket")
            if asked.method == "PUT":
                return self._put(objects, unquote(key), asked.body, headers.get(CONDITION, ""))
            if not key:
                return _listed(objects, {name: one[0] for name, one in parse_qs(address.query).items()})
            found = objects.get(unquote(key))
            if found is None:
                return _refused(404, "NoSuchKey")
            if asked.method == "DELETE":
                del objects[unquote(key)]
                return Answer(204, {}, b"")
            return Answer(200, found.headers, found.data)

    def _put(self, objects: dict[str, Kept], key: str, data: bytes, condition: str) -> Answer:
        """Generation 0 is that of what does not exist."""
        self.conditions.append(condition)
        found = objects.get(key)
        if condition and int(condition) != (found.generation if found else 0):
            return _refused(412, "PreconditionFailed")
        objects[key] = Kept(data, next(self._generations), datetime.now(timezone.utc))
        return Answer(200, objects[key].headers, b"")


def _refused(status: int, code: str) -> Answer:
    body = f"<?xml version='1.0' encoding='UTF-8'?><Error><Code>{code}</Code><Message>no</Message></Error>"
    return Answer(status, {"Content-Type": "application/xml; charset=UTF-8"}, body.encode())


def _listed(objects: dict[str, Kept], query: dict[str, str]) -> Answer:
    """A page of a list, version 2; the token is the last name before the page."""
    after = query.get("continuation-token", "")
    names = sorted(name for name in objects if name.startswith(query.get("prefix", "")) and name > after)
    parts = [
        f"<Contents><Key>{escape(name)}</Key><Generation>{objects[name].generation}</Generation>"
        f"<MetaGeneration>1</MetaGeneration><LastModified>{objects[name].written.isoformat()}</LastModified>"
        f"<ETag>{escape(objects[name].etag)}</ETag><Size>{len(objects[name].data)}</Size></Contents>"
        for name in names[:PAGE]
    ]
    parts.append(f"<IsTruncated>{str(len(names) > PAGE).lower()}</IsTruncated>")
    if len(names) > PAGE:
        parts.append(f"<NextContinuationToken>{escape(names[PAGE - 1])}</NextContinuationToken>")
    body = f"<?xml version='1.0' encoding='UTF-8'?><ListBucketResult xmlns='{NAMESPACE}'>{''.join(parts)}"
    return Answer(200, {"Content-Type": "application/xml; charset=UTF-8"}, f"{body}</ListBucketResult>".encode())
