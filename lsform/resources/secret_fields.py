"""What may be said beside secrets that the server never returns. Pure."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field as SpecField

from lsform.resources.base import Spec


class SecretVersion(Spec):
    """Of every resource with secrets that the server takes and never returns."""

    secret_version: Annotated[int, SpecField(ge=0)] | None = None
    """Its secrets are sent again when this number changes, and only then; without it, when their fingerprints do."""


class SecretFields(SecretVersion):
    """Of those whose secrets the server can be made to forget."""

    on_removed: Literal["keep", "clear"] = "keep"
    """What becomes of a secret on the server when its reference is taken out of the manifest."""


SECRET_KEYS = frozenset(SecretFields.model_fields)  # lsform acts on them, the server never sees them
