"""Addresses on the web: what is taken for one, and which of them Label Studio refuses for webhooks. Pure."""

from __future__ import annotations

import re
from ipaddress import ip_address
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, PlainValidator, WithJsonSchema

from lsform.core.values import Referenced, Secret, Value, reveal

LONGEST_WEBHOOK = 2048  # characters
_WORD = re.compile(r"[^\W_]([^\W_]|-){0,62}(?<!-)")  # of a host's name


def _secret_if_referenced(value: object) -> Value:
    if isinstance(value, str | Secret):
        return Secret(str(value), value.source) if isinstance(value, Referenced) else value
    raise ValueError("should be a valid string")


def _address(value: Value) -> Value:
    """`http(s)://host...`; what is wrong is told without the value, which may be a secret."""
    text = str(reveal(value)).strip()
    try:
        parts = urlsplit(text)
        is_one = parts.scheme in ("http", "https") and parts.hostname and (parts.port is None or parts.port > 0)
    except ValueError:
        is_one = False
    if not is_one or re.search(r"\s", text):
        raise ValueError("should be an http(s) address, such as `https://example.com/path`")
    return value


def _known(value: Value) -> Value:
    if refusal := refused_for_webhooks(str(reveal(value)).strip()):
        raise ValueError(refusal)
    return value


def refused_for_webhooks(address: str) -> str:
    """Why Label Studio refuses an address for a webhook, '' where it does not: it takes only hosts that the internet
    may have, whatever its own network calls them.
    """
    host = urlsplit(address).hostname or ""
    if host != "localhost" and not _is_ip(host) and not _is_full_name(host):
        return (
            "should have a host of more than one word, such as `hooks.team.svc`: Label Studio refuses a name like "
            "`hooks` or `my_hooks.team.svc` as no valid URL"
        )
    if len(address) > LONGEST_WEBHOOK:
        return f"should have at most {LONGEST_WEBHOOK} characters, has {len(address)}"
    return ""


def _is_ip(host: str) -> bool:
    try:
        return bool(ip_address(host))
    except ValueError:
        return False


def _is_full_name(host: str) -> bool:
    *words, last = host.removesuffix(".").split(".")
    is_top = last.startswith("xn--") or (len(last) > 1 and not any(one.isdigit() for one in last))
    return bool(words) and is_top and all(_WORD.fullmatch(one) for one in (*words, last))


# One that comes from the environment or a file is treated as a secret: it may carry a token.
Url = Annotated[
    Value,
    PlainValidator(_secret_if_referenced),
    AfterValidator(_address),
    WithJsonSchema(
        {"type": "string", "description": "An http(s) address; hidden in output when it comes from a reference."}
    ),
]
WebhookUrl = Annotated[Url, AfterValidator(_known)]
Endpoint = Annotated[str, AfterValidator(_address)]
