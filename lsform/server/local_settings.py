"""The environment that the local Label Studio runs in. Pure: what is inherited is handed in."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from lsform.server.local_record import Record

DATABASE = "label_studio.sqlite3"
QUIET = {"COLLECT_ANALYTICS": "false", "SENTRY_DSN": "", "FRONTEND_SENTRY_DSN": "", "LATEST_VERSION_CHECK": "false"}
"""No analytics, no error reports, no look for newer versions."""

# Label Studio reads some 200 settings under their bare names too (`DEBUG`, `DATABASE_NAME`, `STORAGE_TYPE`, ...): a
# variable that was meant for something else must not send it to another database. Handed on are what a process needs,
# what reaches clouds and proxies, and the settings that are plainly Label Studio's; ours lie over them.
_INHERITED = re.compile(
    r"PATH|HOME|USER|LOGNAME|SHELL|LANG|LC_\w+|TZ|TMPDIR|TEMP|TMP|PYTHONPATH|PYTHONHOME|(DY)?LD_LIBRARY_PATH"
    r"|\w+_PROXY|\w+_proxy|SSL_CERT_FILE|SSL_CERT_DIR|REQUESTS_CA_BUNDLE|CURL_CA_BUNDLE"
    r"|STORAGE_EMULATOR_HOST|(AWS|AZURE|GOOGLE|LABEL_STUDIO)_\w+"
)
_OF_LSFORM = frozenset({"LABEL_STUDIO_URL", "LABEL_STUDIO_API_KEY"})
"""Where stacks are applied to: another server's business, and its key."""


def server_environment(inherited: Mapping[str, str], *, directory: Path, record: Record) -> dict[str, str]:
    """All variables of the process. Secrets go this way and not as flags, which every process list shows."""
    guarded = str(record.ssrf_protection).lower()
    settings = {
        "BASE_DATA_DIR": str(directory),
        "DJANGO_DB": "sqlite",
        "DATABASE_NAME": str(directory / DATABASE),
        "HOST": record.url,
        "USERNAME": record.username,
        "PASSWORD": record.password,
        "USER_TOKEN": record.api_key,
        "ENABLE_LEGACY_API_TOKEN": "true",
        "DISABLE_SIGNUP_WITHOUT_LINK": "true",
        "LOCAL_FILES_SERVING_ENABLED": "true",
        "LOCAL_FILES_DOCUMENT_ROOT": record.document_root,
        "SSRF_PROTECTION_ENABLED": guarded,
        "ML_BLOCK_LOCAL_IP": guarded,
        **QUIET,
    }
    kept = {k: v for k, v in inherited.items() if _INHERITED.fullmatch(k) and k not in _OF_LSFORM}
    return kept | {"PYTHONUNBUFFERED": "1"} | {f"LABEL_STUDIO_{name}": value for name, value in settings.items()}
