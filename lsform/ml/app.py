"""Label Studio's protocol for ML backends over HTTP, as an ASGI application."""

from __future__ import annotations

import base64
import binascii
import hmac
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from lsform import __version__
from lsform.core.errors import LsformError, UsageError
from lsform.core.values import Json, Secret
from lsform.ml.answers import WrongAnswer
from lsform.ml.metrics import metrics
from lsform.ml.service import Access, Log, Service

Body = Mapping[str, Json]
Handler = Callable[[Service, Request, Body], Awaitable[Response]]
OPEN = frozenset({"/health"})  # probes of containers and load balancers know no password


@dataclass(frozen=True, slots=True)
class Credentials:
    """What callers must know: HTTP's basic authentication."""

    user: str
    password: Secret

    def fit(self, header: str) -> bool:
        scheme, _, token = header.partition(" ")
        try:
            given = base64.b64decode(token, validate=True) if scheme.lower() == "basic" else b""
        except binascii.Error:
            return False
        # Label Studio's `requests` sends Latin-1, everybody else UTF-8
        wanted = f"{self.user}:{self.password.value}"
        return any(hmac.compare_digest(given, wanted.encode(encoding, "replace")) for encoding in ("utf-8", "latin-1"))


async def health(service: Service, _request: Request, _body: Body) -> Response:
    """Whether somebody is there; says `server` so that `lsform train` knows whom it may ask for jobs."""
    return JSONResponse({"status": "UP", "model_class": service.model.name, "server": f"lsform/{__version__}"})


async def setup(service: Service, _request: Request, body: Body) -> Response:
    token, host = body.get("access_token"), body.get("hostname")
    access = Access(str(host), Secret(str(token), "/setup")) if token and host else None
    version = await service.setup(_text(body, "project"), _text(body, "schema"), access)
    return JSONResponse({"model_version": version})


async def predict(service: Service, _request: Request, body: Body) -> Response:
    tasks, params = body.get("tasks"), body.get("params")
    if not isinstance(tasks, list):
        raise UsageError("`tasks` is no list")
    context = params.get("context") if isinstance(params, dict) else None
    found = await service.predict(_text(body, "project"), _text(body, "label_config"), tasks, context)
    return JSONResponse({"results": found})


async def webhook(service: Service, _request: Request, body: Body) -> Response:
    action = _text(body, "action")
    job = service.event(action, {key: value for key, value in body.items() if key != "action"})
    return JSONResponse({"status": "ok", "job": job.id} if job else {"status": "ok"})


async def versions(service: Service, _request: Request, _body: Body) -> Response:
    """Label Studio asks without saying for which project: each version that there is, the newest last."""
    names = dict.fromkeys(name for _, names, _ in service.projects() for name in names)
    return JSONResponse({"versions": [*names]})


async def jobs(service: Service, request: Request, _body: Body) -> Response:
    project = request.query_params.get("project", "")
    found = [one for one in service.jobs.all() if not project or project in (one.project, one.project.split(".")[0])]
    return JSONResponse({"jobs": [one.document() for one in found]})


async def job(service: Service, request: Request, body: Body) -> Response:
    """One job, at its own address or, as Label Studio asks, by `job` in the body."""
    name = str(request.path_params.get("name") or body.get("job"))
    found = service.jobs.get(name)
    if found is None:
        return JSONResponse({"error": f"there is no job `{name}`"}, 410)  # which Label Studio takes as removed
    return JSONResponse({**found.document(), "job_status": found.status.value})


async def measured(service: Service, _request: Request, _body: Body) -> Response:
    return PlainTextResponse(metrics(service), media_type="text/plain; version=0.0.4")


# Path -> methods, what answers.
ROUTES: Mapping[str, tuple[tuple[str, ...], Handler]] = {
    "/": (("GET",), health),
    "/health": (("GET",), health),
    "/setup": (("POST",), setup),
    "/predict": (("POST",), predict),
    "/webhook": (("POST",), webhook),
    "/versions": (("GET", "POST"), versions),
    "/jobs": (("GET",), jobs),
    "/jobs/{name}": (("GET",), job),
    "/job_status": (("POST",), job),
    "/metrics": (("GET",), measured),
}


def application(service: Service, *, credentials: Credentials | None, log: Log) -> Starlette:
    """The ASGI application of a service, which it starts and ends."""

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        service.start()
        yield
        await service.close()

    def route(path: str, methods: tuple[str, ...], handler: Handler) -> Route:
        async def endpoint(request: Request) -> Response:
            if credentials and path not in OPEN and not credentials.fit(request.headers.get("authorization", "")):
                answer = _stranger(path, request, log)
            else:
                answer = await _answer(service, request, handler, log)
            service.counts.requests[path, answer.status_code] += 1
            return answer

        return Route(path, endpoint, methods=[*methods])

    return Starlette(routes=[route(path, *rest) for path, rest in ROUTES.items()], lifespan=lifespan)


async def _answer(service: Service, request: Request, handler: Handler, log: Log) -> Response:
    """What a handler says; what it raises is an answer as well, and a line in the log: Label Studio shows neither."""
    try:
        return await handler(service, request, await _body(request))
    except LsformError as error:
        log(f"{request.url.path}: {error.message}", level="error")
        status = 400 if isinstance(error, UsageError) else 500
        problems = {"problems": [*error.problems]} if isinstance(error, WrongAnswer) else {}
        return JSONResponse({"error": error.message, **problems}, status)


def _stranger(path: str, request: Request, log: Log) -> Response:
    if path == "/webhook" and "authorization" not in request.headers:
        log(
            "an event came without credentials, which Label Studio's own webhook of a backend never has: "
            "declare one with an `Authorization` header (docs/models.md)",
            level="warning",
        )
    return JSONResponse({"error": "not authorised"}, 401, headers={"WWW-Authenticate": 'Basic realm="lsform"'})


async def _body(request: Request) -> Body:
    text = await request.body()
    try:
        found = json.loads(text) if text else {}
    except ValueError:
        raise UsageError("the body is no JSON") from None
    if not isinstance(found, dict):
        raise UsageError("the body is no JSON object")
    return found


def _text(body: Body, key: str) -> str:
    found = body.get(key)
    if not isinstance(found, str) or not found:
        raise UsageError(f"`{key}` is missing")
    return found
