"""How a sync of a storage goes and ends, told from the storage's record. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from lsform.core.errors import ServerError
from lsform.server.translation import LONGEST_REASON, hint_of, redacted

RUNNING = frozenset({"queued", "in_progress"})
GOOD = frozenset({"completed", "initialized"})
FRAMES = "Traceback (most recent call last):"


def attempts(record: Mapping[str, Any]) -> int:
    """How many syncs a storage has begun: the one thing that tells a new sync from the one before."""
    return int((record.get("meta") or {}).get("attempts") or 0)


def result(record: Mapping[str, Any], *, secrets: Sequence[str]) -> str:
    """What came of a sync, as `completed, 12 objects`; raises ServerError with the server's reason, secrets taken out.

    Label Studio answers 200 to a sync that failed, and leaves its traceback in the record.
    """
    status, count = str(record.get("status")), int(record.get("last_sync_count") or 0)
    if status not in GOOD:
        reason = redacted(secrets, reason_in(str(record.get("traceback") or "")))[:LONGEST_REASON]
        raise ServerError(
            f"the sync ended as `{status}`{_objects(', after {}', count)}: {reason or 'the server gives no reason'}",
            hint=hint_of(reason) or "the storage itself was made; `lsform apply` syncs it again",
        )
    known = int((record.get("meta") or {}).get("tasks_existed") or 0)
    were = "was" if known == 1 else "were"
    return f"{status}, {_objects('{}', count) or '0 objects'}{_objects(f', {{}} {were} there before', known)}"


def unfinished(record: Mapping[str, Any]) -> ServerError:
    """A sync for which nobody waits any longer."""
    status, count = str(record.get("status")), int(record.get("last_sync_count") or 0)
    return ServerError(
        f"the sync is still `{status}`{_objects(', with {} so far', count)}: lsform waits no longer",
        hint="it goes on without lsform: Label Studio shows how far it is under Settings > Cloud storage",
    )


def _objects(words: str, count: int) -> str:
    return words.format(f"{count} {'object' if count == 1 else 'objects'}") if count else ""


def reason_in(trace: str) -> str:
    """What a traceback says in the end, without the frames of Label Studio's own code."""
    lines = trace.strip().splitlines()
    if FRAMES in lines:
        last = max((number for number, line in enumerate(lines) if line.startswith("  ")), default=-1)
        lines = lines[last + 1 :] or lines[-1:]
    return "\n".join(lines)
