"""Posts a line to a chat's incoming webhook; the URL is a secret, so no error quotes it. Foreign errors become ours."""

from __future__ import annotations

import httpx

from lsform.core.errors import ServerError
from lsform.core.values import Secret

TIMEOUT = 10.0  # seconds: the loop goes on after it


def post_text(url: Secret, text: str) -> None:
    """`{"text": ...}`, which Slack, Mattermost, Rocket.Chat and Teams' Slack bridges take. Raises ServerError."""
    try:
        status = httpx.post(url.value, json={"text": text}, timeout=TIMEOUT).status_code
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise ServerError(f"the webhook of {url.source} did not answer: {type(error).__name__}") from None
    if status >= 300:
        raise ServerError(f"the webhook of {url.source} answered {status}", status=status)
