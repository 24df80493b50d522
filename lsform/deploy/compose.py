"""A Docker Compose file for a stack's server: Label Studio behind its nginx, on PostgreSQL. Pure.

Facts of the image: it runs as user 1001 of group 0 and keeps its data in `/label-studio/data`; `label-studio-uwsgi`
waits for the database, migrates, makes the first user and listens on 8000; `nginx` passes 8085 on to the host `app`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import ip_network

import yaml

from lsform.core.errors import LsformError
from lsform.core.values import Json
from lsform.deploy.needs import Needs
from lsform.deploy.place import Place
from lsform.deploy.secrets import required
from lsform.deploy.subnets import Network, banned_but
from lsform.server.local_settings import QUIET

IMAGE = "heartexlabs/label-studio:1.23.2"
POSTGRES = "postgres:17"
MINIO = "minio/minio:RELEASE.2025-04-22T22-12-26Z"
SUBNET: Network = ip_network("172.30.113.0/24")
USER = "1001:0"
DATA = "/label-studio/data"
DATABASE = "labelstudio"  # its name, and that of its user
UPLOAD_BYTES = 250 * 2**20  # nginx in the image takes somewhat more
UPLOAD_FILES = 1000
HEADER = """\
# Written by `lsform server compose`, which writes it again; what you add goes to `compose.override.yml` beside it.
# `docker compose up --detach --wait` starts it, once `.env` has the secrets that `.env.example` names.
"""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the user chose. `files` is the folder of this machine that local storages are in."""

    place: Place
    owner: str = "admin@localhost"
    image: str = IMAGE
    files: str = "./files"
    private: tuple[Network, ...] = ()
    subnet: Network | None = None
    minio: bool = False


def compose(stack: str, needed: Needs, wanted: Wanted) -> str:
    """The text of `compose.yml`."""
    services: dict[str, Json] = {
        "nginx": _nginx(wanted),
        "app": _app(needed, wanted),
        "owner": _owner(wanted),
        "db": _db(),
    }
    volumes: dict[str, Json] = {"data": {}, "database": {}}
    if wanted.minio:
        services["minio"], volumes["objects"] = _minio(), {}
    containers = _containers(needed, wanted)
    front: Json = {"ipam": {"config": [{"subnet": str(containers)}]}} if containers else {}
    document: Json = {
        "name": "label-studio-" + "".join(letter if letter.isalnum() else "-" for letter in stack.lower()),
        "services": services,
        "networks": {"front": front, "back": {"internal": True}},
        "volumes": volumes,
    }
    return HEADER + yaml.safe_dump(document, sort_keys=False, allow_unicode=True, width=1_000_000)


def environment(needed: Needs, wanted: Wanted) -> dict[str, str]:
    """The variables of Label Studio, under the names that it reads."""
    settings = {
        "DJANGO_DB": "default",
        "POSTGRE_HOST": "db",
        "POSTGRE_PORT": "5432",
        "POSTGRE_NAME": DATABASE,
        "POSTGRE_USER": DATABASE,
        "POSTGRE_PASSWORD": required("POSTGRE_PASSWORD"),
        "SECRET_KEY": required("SECRET_KEY"),
        "LABEL_STUDIO_HOST": wanted.place.url,
        "CSRF_TRUSTED_ORIGINS": wanted.place.url,
        "LABEL_STUDIO_USERNAME": wanted.owner,
        "LABEL_STUDIO_PASSWORD": required("LABEL_STUDIO_PASSWORD"),
        "LABEL_STUDIO_USER_TOKEN": required("LABEL_STUDIO_API_KEY"),
        "LABEL_STUDIO_ENABLE_LEGACY_API_TOKEN": "true",
        "LABEL_STUDIO_DISABLE_SIGNUP_WITHOUT_LINK": "true",
        "DATA_UPLOAD_MAX_MEMORY_SIZE": str(UPLOAD_BYTES),
        "DATA_UPLOAD_MAX_NUMBER_FILES": str(UPLOAD_FILES),
        "JSON_LOG": "1",
    }
    if wanted.place.is_secure:
        settings["SESSION_COOKIE_SECURE"] = "1"  # read as a number first: `true` stops the server
    if needed.files:
        settings |= {"LOCAL_FILES_SERVING_ENABLED": "true", "LOCAL_FILES_DOCUMENT_ROOT": _literal(needed.files)}
    return settings | _protection(needed, wanted) | {f"LABEL_STUDIO_{name}": value for name, value in QUIET.items()}


def _protection(needed: Needs, wanted: Wanted) -> dict[str, str]:
    """Both protections stay on. Where private addresses are needed, the list that both go by has holes."""
    settings = {"SSRF_PROTECTION_ENABLED": "true", "ML_BLOCK_LOCAL_IP": "true"}
    containers = _containers(needed, wanted)
    allowed = [*wanted.private, *needed.private, *([containers] if containers else [])]
    if allowed:
        banned = ",".join(map(str, banned_but(allowed)))
        settings |= {"USE_DEFAULT_BANNED_SUBNETS": "false", "USER_ADDITIONAL_BANNED_SUBNETS": banned}
    return settings


def _containers(needed: Needs, wanted: Wanted) -> Network | None:
    """The network by number, where Label Studio talks to containers beside it: as it seems, or as the user says."""
    return wanted.subnet or (SUBNET if wanted.minio or needed.neighbours else None)


def _app(needed: Needs, wanted: Wanted) -> dict[str, Json]:
    return {
        **_label_studio(wanted, "label-studio-uwsgi"),
        "environment": {**environment(needed, wanted)},
        "volumes": [f"data:{DATA}", *_files(needed, wanted)],
        "networks": ["front", "back"],
        "depends_on": {
            "owner": {"condition": "service_completed_successfully"},
            "db": {"condition": "service_healthy"},
        },
        "healthcheck": _answers("http://127.0.0.1:8000/health", start="300s"),  # a first start migrates for minutes
        "stop_grace_period": "1m",
    }


def _files(needed: Needs, wanted: Wanted) -> Iterator[Json]:
    """The folder of local storages; that of the server's data is there already."""
    if needed.files and DATA.startswith(f"{needed.files}/"):
        raise LsformError(
            f"local storages are below `{needed.files}`, where Label Studio itself is",
            hint="keep them below a folder of their own, as in `/files/traffic` and `/files/signs`",
        )
    if needed.files and needed.files != DATA:
        folder: dict[str, Json] = {"type": "bind", "source": _literal(wanted.files), "target": _literal(needed.files)}
        yield {**folder, "read_only": not needed.writes, "bind": {"create_host_path": False}}


def _nginx(wanted: Wanted) -> dict[str, Json]:
    return {
        **_label_studio(wanted, "nginx"),
        "environment": {"LABEL_STUDIO_HOST": wanted.place.url},
        "ports": [f"{wanted.place.listen}:8085"],
        "volumes": [f"data:{DATA}:ro"],
        "networks": ["front"],
        "depends_on": {"app": {"condition": "service_healthy"}},
        "healthcheck": _answers("http://127.0.0.1:8085/nginx_health", start="30s"),
    }


def _label_studio(wanted: Wanted, command: str) -> dict[str, Json]:
    return {
        "image": _literal(wanted.image),
        "command": command,
        "user": USER,
        "restart": "unless-stopped",
        "security_opt": ["no-new-privileges:true"],
    }


def _owner(wanted: Wanted) -> dict[str, Json]:
    """Gives the data to the user of the image, also what came out of a backup, and ends."""
    return {
        "image": _literal(wanted.image),
        "entrypoint": ["find", DATA, "!", "-user", USER.partition(":")[0], "-exec", "chown", USER, "{}", "+"],
        "command": [],
        "user": "0:0",
        "network_mode": "none",
        "volumes": [f"data:{DATA}"],
    }


def _db() -> dict[str, Json]:
    return {
        "image": POSTGRES,
        "restart": "unless-stopped",
        "environment": {
            "POSTGRES_DB": DATABASE,
            "POSTGRES_USER": DATABASE,
            "POSTGRES_PASSWORD": required("POSTGRE_PASSWORD"),
        },
        "volumes": ["database:/var/lib/postgresql/data"],
        "networks": ["back"],
        "healthcheck": _check(["pg_isready", "--username", DATABASE, "--dbname", DATABASE], start="60s"),
        "stop_grace_period": "1m",
    }


def _minio() -> dict[str, Json]:
    return {
        "image": MINIO,
        "command": ["server", "/data"],
        "restart": "unless-stopped",
        "environment": {"MINIO_ROOT_USER": DATABASE, "MINIO_ROOT_PASSWORD": required("MINIO_ROOT_PASSWORD")},
        "volumes": ["objects:/data"],
        "networks": ["front"],
        "healthcheck": _check(["mc", "ready", "local"], start="30s"),
    }


def _answers(url: str, *, start: str) -> Json:
    """The image has Python, and no curl that one could count on."""
    return _check(["python3", "-c", f"import urllib.request as r; r.urlopen('{url}', timeout=5)"], start=start)


def _check(command: list[str], *, start: str) -> Json:
    return {"test": ["CMD", *command], "interval": "10s", "timeout": "10s", "retries": 6, "start_period": start}


def _literal(text: str) -> str:
    """Compose takes `$` for the begin of a variable."""
    return text.replace("$", "$$")
