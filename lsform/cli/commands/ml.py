"""`lsform ml`: models that Label Studio asks for predictions."""

from __future__ import annotations

import os
import socket
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from lsform.cli import wiring
from lsform.cli.options import Group, Invocation
from lsform.core.errors import ExitCode, LsformError, UsageError
from lsform.core.values import Secret

if TYPE_CHECKING:
    from lsform.ml.app import Credentials
    from lsform.ml.service import Access

MODELS = ".lsform/models"
USER, PASSWORD = "BASIC_AUTH_USER", "BASIC_AUTH_PASS"  # as backends of label_studio_ml call them
GRACE = 30  # seconds that requests under way have when the server is told to end


@click.group("ml", cls=Group, epilog="Example: lsform ml serve model:Classifier")
def command() -> None:
    """Models that Label Studio asks for predictions."""


@command.command("serve", epilog="Example: lsform ml serve model:Classifier --port 9090 --debounce 30")
@click.argument("reference", metavar="MODULE:CLASS")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen at; 0.0.0.0 for all.")
@click.option("--port", default=9090, show_default=True, type=click.IntRange(0, 65535), help="0 takes a free one.")
@click.option("--batch", default=16, show_default=True, type=click.IntRange(1), help="Tasks a call of `predict`.")
@click.option("--debounce", default=60.0, show_default=True, type=click.FloatRange(0), metavar="SECONDS",
              help="From an annotation to the training that learns from it and all in between.")  # fmt: skip
@click.option("--model-dir", default=MODELS, show_default=True, type=click.Path(path_type=Path), metavar="DIR",
              help="Where trained versions are kept.")  # fmt: skip
@click.pass_obj
def serve(
    invocation: Invocation, *, reference: str, host: str, port: int, batch: int, debounce: float, model_dir: Path
) -> int:
    """Serve a model class as an ML backend of Label Studio.

    The class has `predict(tasks, **kwargs)` and, if it learns, `fit(tasks, workdir=None, **kwargs)`; classes written
    for `label_studio_ml` 1.x and 2.x work. MODULE is looked for in the stack's directory first.

    BASIC_AUTH_USER and BASIC_AUTH_PASS, when set, are asked of every caller. LABEL_STUDIO_URL and LABEL_STUDIO_API_KEY
    are used to fetch labeled tasks for `fit`.
    """
    try:
        import uvicorn

        from lsform.ml.app import application
    except ModuleNotFoundError as error:
        raise LsformError(f"serving models needs `{error.name}`", hint="`pip install 'lsform[ml]'`") from None
    from lsform.ml.calling import find
    from lsform.ml.service import Service, Settings
    from lsform.training import annotated

    console, folder = invocation.console, invocation.folder.absolute()
    credentials = _credentials(invocation.process)
    model = find(reference, folder)
    settings = Settings(folder / model_dir / reference.replace(":", "."), batch, debounce)
    service = Service(model, settings, annotated=annotated(_access(invocation.process)), log=console.say)
    app = application(service, credentials=credentials, log=console.say)
    with _listening(host, port) as sock:
        address = f"http://{host}:{sock.getsockname()[1]}"
        if credentials is None and host not in ("127.0.0.1", "localhost", "::1"):
            console.say(f"whoever reaches {address} may use it", level="warning", label="warning",
                        hint=f"set {USER} and {PASSWORD}")  # fmt: skip
        console.data(f"{reference} is served at {address}\n")
        config = uvicorn.Config(app, log_config=None, access_log=False, timeout_graceful_shutdown=GRACE)
        with wiring.graceful_interrupt(lambda: console.say("stopped")):
            uvicorn.Server(config).run(sockets=[sock])
    return ExitCode.DONE


def _listening(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        sock = socket.create_server((host, port), family=family)
    except OSError as error:
        hint = "`--port 0` takes a free one"
        raise LsformError(f"cannot listen at {host}:{port}: {os.strerror(error.errno or 0)}", hint=hint) from None
    # connections inherit it; asyncio sets it only where a socket has the number of TCP, and else answers 40 ms late
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return sock


def _credentials(process: Mapping[str, str]) -> Credentials | None:
    from lsform.ml.app import Credentials

    user, password = process.get(USER, ""), process.get(PASSWORD, "")
    if bool(user) != bool(password):
        raise UsageError(f"{USER} and {PASSWORD} go together", hint="set both, or neither")
    return Credentials(user, Secret(password, f"env:{PASSWORD}")) if user else None


def _access(process: Mapping[str, str]) -> Access | None:
    from lsform.config.connection import API_KEY, URL
    from lsform.ml.service import Access

    url, key = process.get(URL, ""), process.get(API_KEY, "")
    return Access(url, Secret(key, f"env:{API_KEY}")) if url and key else None
