"""The HTTP client: cookies are left, and where a server without TLS sends on to one with it, that one is verified."""

from __future__ import annotations

import ssl
from pathlib import Path

import httpx
import pytest
import trustme

from lsform.server.http_client import HttpClient
from tests.loopback import Answer, Asked, answering


def test_no_cookie_is_sent_back() -> None:
    asked: list[Asked] = []

    def answer(one: Asked) -> Answer:
        asked.append(one)
        return Answer(200, {"Set-Cookie": "sessionid=s3ss10n; Path=/"}, b"")

    with answering(answer) as url, HttpClient(url) as client:
        assert "sessionid=s3ss10n; Path=/" == client.get("first").headers["set-cookie"]
        client.get("second")
    assert ["/first", "/second"] == [one.path for one in asked]
    assert not [name for one in asked for name in one.headers if name.lower() == "cookie"]


@pytest.mark.parametrize("is_known", [True, False], ids=["known authority", "unknown authority"])
def test_who_is_behind_a_redirect_to_tls_is_verified(
    is_known: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    if is_known:
        authority.cert_pem.write_to_path(tmp_path / "authority.pem")
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "authority.pem"))
    with answering(lambda _asked: Answer(200, {}, b"secured"), context) as secure:
        to_it = Answer(302, {"Location": secure}, b"")
        with answering(lambda _asked: to_it) as url, HttpClient(url) as client:
            if is_known:
                assert "secured" == client.get("").text
            else:
                with pytest.raises(httpx.ConnectError, match="certificate verify failed"):
                    client.get("")
