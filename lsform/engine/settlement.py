"""Updates and deletes that may be done although no answer says so: what is on the server then tells."""

from __future__ import annotations

from lsform.core.errors import ServerError, ServerUnavailable
from lsform.core.values import Attributes
from lsform.engine.diff import field_changes
from lsform.engine.model import FieldChange, LiveResource, Ownership
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


def refuse_losses(lost: tuple[FieldChange, ...]) -> None:
    """An answer of success is not enough: what the server stored must be what was declared."""
    if lost:
        paths = ", ".join(f"`{one.path}`" for one in lost)
        raise ServerError(
            f"the server accepted {paths} but keeps something else",
            hint="another field may rule it out, or this version of Label Studio ignores it",
        )


def put_marker_on(server: Server, live: LiveResource, sent: Attributes, ownership: Ownership) -> tuple[str, ...]:
    """Make an existing object ours, and tell what the server changed along with that."""
    payload = live.kind.marker.write(sent, str(ownership))
    kept = update_for_sure(server, live.kind, live.remote, payload, project=live.parent)
    if kept.ownership != ownership:
        raise ServerError("the server accepted the marker but keeps none", hint="plan again and look at it")
    changed = field_changes(live.kind, live.attributes, kept.attributes)
    told = (one.path for one in changed if one.before or one.after)  # null and '' are one text with a marker behind it
    return tuple(f"the server changed `{path}` along with the marker" for path in told)


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
