"""The Python API on the real server, and how many requests a plan takes there."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable

import httpx
import pytest

import lsform
from lsform.resources.project import PROJECT
from lsform.server.label_studio import PAGE, LabelStudio
from lsform.server.local import LocalServer
from tests.conftest import Stack

pytestmark = pytest.mark.live

NAMES = ("one", "two", "three")
HEAD = "apiVersion: lsform/v1\nkind: Stack\nmetadata: {name: api}\n"
BODY = """\
---
apiVersion: lsform/v1
kind: Project
metadata: {{name: {name}}}
spec:
  title: Project {name}
  interface: {{template: text-classification, vars: {{choices: [Yes, No]}}}}
  import_storages: {{raw: {{type: localfiles, path: "{files}"}}}}
  webhooks: {{hook: {{url: "http://127.0.0.1:9/hook", is_active: false}}}}
  views: {{mine: {{title: Mine}}}}
"""


@pytest.fixture
def requests(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """How often each address is asked for, without its query; also which method."""
    counted: Counter[str] = Counter()
    send: Callable[..., httpx.Response] = httpx.Client.send

    def counting(client: httpx.Client, request: httpx.Request, **options: object) -> httpx.Response:
        counted[f"{request.method} {request.url.path}"] += 1
        return send(client, request, **options)

    monkeypatch.setattr(httpx.Client, "send", counting)
    return counted


def test_the_api_keeps_the_laws_within_its_budget(
    live_stack: Stack, label_studio: LocalServer, real: LabelStudio, requests: Counter[str]
) -> None:
    files = label_studio.document_root / "api"
    files.mkdir()
    live_stack.write(HEAD + "".join(BODY.format(name=name, files=files) for name in NAMES))
    mine = lsform.load(live_stack.folder, env=live_stack.environment)
    stale = mine.plan()
    assert 12 == stale.summary["create"]
    assert 12 == len(mine.plan().apply().outcomes)
    with pytest.raises(lsform.Conflict):
        stale.apply()
    pages = math.ceil(len(real.list(PROJECT, attributes=())) / PAGE)
    requests.clear()
    again = mine.plan()
    assert (True, 12, ()) == (again.is_empty, again.summary["noop"], again.drift)
    assert {
        "GET /api/version": 1,
        "GET /api/current-user/whoami": 1,
        "GET /api/projects/": pages,
        "GET /api/webhooks/": 1,
        "GET /api/dm/views/": 1,
        "GET /api/storages/localfiles/": len(NAMES),
    } == dict(requests)
    mine.plan(destroy=True).apply()
    real.close()  # the next request opens it again
    assert [] == [one for one in real.list(PROJECT, attributes=()) if one.ownership and one.ownership.stack == "api"]
