"""Which addresses manifests may have: no server is asked for one that it would refuse."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from hypothesis import example, given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from lsform.core.values import Confidential, Value
from lsform.resources.web import LONGEST_WEBHOOK, Endpoint, Url, WebhookUrl

ADAPTERS = {
    "Url": TypeAdapter[Value](Url),
    "WebhookUrl": TypeAdapter[Value](WebhookUrl),
    "Endpoint": TypeAdapter[Value](Endpoint),
}
HOSTS = st.lists(st.text("aZ0-_.ü", min_size=1, max_size=4), min_size=1, max_size=4).map(".".join)
FULL = f"https://a.bc/{'x' * (LONGEST_WEBHOOK - len('https://a.bc/'))}"


def is_taken(kind: str, value: str) -> bool:
    try:
        ADAPTERS[kind].validate_python(value)
    except ValueError:
        return False
    return True


@pytest.mark.parametrize(
    "text", ["http://minio:9000", "https://a.b/c?d=e", " http://a.b", "http://[::1]:80", "HTTP://A"]
)
@pytest.mark.parametrize("kind", ["Url", "Endpoint"])
def test_what_has_a_scheme_and_a_host_is_an_address(kind: str, text: str) -> None:
    assert is_taken(kind, text)


@pytest.mark.parametrize("text", ["", "minio:9000", "not one", "http://", "ftp://a.b", "http://a b", "http://a:99999"])
@pytest.mark.parametrize("kind", ADAPTERS)
def test_all_else_is_none(kind: str, text: str) -> None:
    assert not is_taken(kind, text)


@given(HOSTS)
@example("localhost")
@example("127.0.0.1")
@example("127.0.0.1.1")
@example("[::1]")
@example("hooks")
@example("hooks.team.svc")
@example("hooks.team.svc.")
@example("my_hooks.team.svc")
@example("a.xn--p1ai")
@example(f"{'a' * 63}.bc")
@example(f"{'a' * 64}.bc")
def test_webhooks_have_the_hosts_that_the_server_takes(host: str) -> None:
    """Label Studio asks this validator of Django."""
    url = f"http://{host}:8080/path"
    try:
        URLValidator(schemes=["http", "https"])(url)
    except ValidationError:
        assert not is_taken("WebhookUrl", url)
    else:
        assert is_taken("WebhookUrl", url)


@pytest.mark.parametrize(("url", "expected"), [(FULL, True), (FULL + "x", False)], ids=["longest", "too long"])
def test_an_address_of_a_webhook_has_a_longest(url: str, expected: bool) -> None:
    assert expected is is_taken("WebhookUrl", url)


def test_an_address_that_is_a_secret_is_refused_without_being_shown() -> None:
    with pytest.raises(ValueError, match="should be an http") as caught:
        ADAPTERS["WebhookUrl"].validate_python(Confidential("hush hush", "env:HOOK"))
    (error,) = caught.value.errors(include_input=False, include_url=False)  # type: ignore[attr-defined]
    assert "hush" not in str(error)
