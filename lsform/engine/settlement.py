"""Updates and deletes that may be done although no answer says so: what is on the server then tells."""

from __future__ import annotations

from lsform.core.errors import ServerError, ServerUnavailable
from lsform.core.values import Attributes
from lsform.engine.diff import field_changes
from lsform.engine.model import LiveResource, Ownership
from lsform.engine.ports import Server
from lsform.resources import ResourceKind


def update_for_sure(
    server: Server, kind: ResourceKind, remote: int, sent: Attributes, *, project: int | None
) -> LiveResource:
    """Update an object. After an unclear answer it is read: when it is as wanted, the update was done."""
    try:
        return server.update(kind, remote, sent, project=project)
    except ServerError as error:
        if not error.is_unclear or kind.fields.write_only & sent.keys():  # nobody can see whether a secret arrived
            raise
        now = server.get(kind, remote, project=project)
        if now is None or not _is_as_sent(now, sent):
            raise
        return now


def _is_as_sent(now: LiveResource, sent: Attributes) -> bool:
    marker, kind = now.kind.marker, now.kind
    tells_owner = not kind.fields.partial or any(name in sent for name in marker.fields)
    if tells_owner and now.ownership != Ownership.parse(marker.read(sent)):
        return False
    return not field_changes(kind, marker.strip(sent), now.attributes)


def delete_for_sure(server: Server, one: LiveResource) -> None:
    """Delete an object. After an unclear answer it is looked for: when it is gone, the delete was done."""
    try:
        server.delete(one.kind, one.remote)
    except ServerError as error:
        if not error.is_unclear or server.get(one.kind, one.remote, project=one.parent) is not None:
            raise


def take_marker_off(server: Server, live: LiveResource) -> None:
    """The server may refuse it: it tries a storage or a backend anew, with secrets that nobody declares any longer."""
    carried = {name: live.attributes[name] for name in live.kind.marker.fields if name in live.attributes}
    bare = live.attributes if not live.kind.fields.partial else carried
    try:
        update_for_sure(server, live.kind, live.remote, bare, project=live.parent)
    except ServerUnavailable:
        raise
    except ServerError as error:
        where = " and ".join(f"`{name}`" for name in live.kind.marker.fields)
        raise ServerError(
            f"not forgotten, as its marker cannot be taken off: {error.message}",
            hint=f"take `{live.ownership}` out of its {where} in Label Studio, then apply again",
            status=error.status,
        ) from error
