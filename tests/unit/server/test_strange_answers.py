"""Good answers that are none of Label Studio's, as login pages are: never none, never zero, never a bug."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from lsform.core.errors import ServerError
from lsform.core.values import Secret
from lsform.resources import kind_of
from lsform.resources.project import PROJECT
from lsform.server.label_studio import LabelStudio
from tests.cli.test_cli_server_errors import HTML, ME, VERSION, WHO, as_json, knowing

WEBHOOK, BACKEND = kind_of("webhook"), kind_of("ml_backend")
PATHS = (
    "/api/projects/", "/api/projects/1/", "/api/projects/1/summary/", "/api/projects/1/model-versions/",
    "/api/webhooks/", "/api/webhooks/1/",
)  # fmt: skip
READS: dict[str, Callable[[LabelStudio], object]] = {
    "impact": lambda server: server.impact(1),
    "usage": lambda server: server.usage(1),
    "projects": lambda server: server.list(PROJECT),
    "project": lambda server: server.get(PROJECT, 1),
    "webhooks": lambda server: server.list(WEBHOOK),
    "webhook": lambda server: server.get(WEBHOOK, 1),
    "backends": lambda server: server.list(BACKEND, project=1),
}


@pytest.mark.parametrize(
    "answer",
    [HTML, as_json(detail="log in"), (200, "application/json", "null"), (200, "text/plain", "")],
    ids=["a page", "another API", "null", "nothing"],
)
def test_an_answer_of_somebody_else_is_an_error(answer: tuple[int, str, str]) -> None:
    said = {}
    with knowing(dict.fromkeys(PATHS, answer)) as url:
        server = LabelStudio(url, Secret("key"))
        for name, read in READS.items():
            with pytest.raises(ServerError) as caught:
                read(server)
            said[name] = caught.value.message.partition(":")[0]
        server.close()
    allowed = {"the answer is none of Label Studio's", "the server's answer is not JSON"}
    assert allowed >= {*said.values()}, said


def test_a_user_whom_nobody_tells_has_no_organization_of_number_0() -> None:
    with knowing({VERSION: as_json(release="1.23.2"), WHO: HTML}) as url:
        server = LabelStudio(url, Secret("key"))
        with pytest.raises(ServerError, match="is no Label Studio"):
            server.info()
        server.close()
    with knowing({VERSION: as_json(release="1.23.2"), WHO: ME}) as url:
        server = LabelStudio(url, Secret("key"))
        assert 1 == server.info().organization
        server.close()
