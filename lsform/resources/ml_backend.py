"""ML backends: models behind HTTP that Label Studio asks for predictions and tells of annotations. Pure."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, PlainValidator, WithJsonSchema, model_validator
from pydantic import Field as SpecField

from lsform.core.values import Attributes, Referenced, Secret, Value, reveal
from lsform.resources.base import Fields, ResourceKind, SecretText, text_marker, trimmed
from lsform.resources.secret_fields import SecretVersion
from lsform.resources.web import Url


def _hidden(value: object) -> Value:
    """JSON in which every text that comes from the environment or a file is a secret."""
    match value:
        case Referenced():
            return Secret(str(value), value.source)
        case dict():
            return {str(key): _hidden(item) for key, item in value.items()}
        case list():
            return [_hidden(item) for item in value]
        case None | bool() | int() | float() | str() | Secret():
            return value
        case _:
            raise ValueError("should be JSON")


def _sendable(value: Secret) -> Secret:
    if any(ord(character) > 255 for character in value.value):
        raise ValueError("has a character beyond Latin-1, which Label Studio cannot send in basic authentication")
    return value


Credential = Annotated[SecretText, AfterValidator(_sendable)]
Parameters = Annotated[Value, PlainValidator(_hidden), WithJsonSchema({})]


class MLBackendSpec(SecretVersion):
    """A model that serves predictions for the project. Label Studio must reach it when it is made or changed."""

    url: Url
    """Its address, as the Label Studio server sees it."""
    title: str | None = None
    """The name that `model_version` of the project chooses it by; by default its name here."""
    description: str | None = None
    """Shown in the project's settings; lsform adds its marker."""
    is_interactive: bool | None = None
    """Ask it while annotators draw."""
    auto_update: bool | None = None
    """Take the model version from the backend; false as soon as `model_version` is declared."""
    model_version: str | None = None
    """Version of the model that the backend is set to, where it does not tell its own."""
    timeout: Annotated[float, SpecField(gt=0)] | None = None
    """Seconds that a prediction may take."""
    extra_params: Parameters = None
    """What the backend gets when it is set up: text for backends of `label-studio-ml`, else any JSON; never shown."""
    auth_method: Literal["NONE", "BASIC_AUTH"] | None = None
    """`BASIC_AUTH` as soon as `basic_auth_user` is declared; `NONE` takes the user away."""
    basic_auth_user: Credential | None = None
    """User of basic authentication."""
    basic_auth_pass: Credential | None = None
    """Password of basic authentication."""

    @model_validator(mode="after")
    def _version_is_given_or_told(self) -> MLBackendSpec:
        if self.model_version and self.auto_update:
            raise ValueError("`auto_update: true` takes the backend's own version: leave `model_version` out")
        if self.model_version is not None and self.auto_update is None:
            self.auto_update = False
        return self

    @model_validator(mode="after")
    def _credentials_go_together(self) -> MLBackendSpec:
        user, password = bool(reveal(self.basic_auth_user)), bool(reveal(self.basic_auth_pass))
        if self.auth_method == "NONE":
            if user or password:
                raise ValueError("`auth_method: NONE` has no use for `basic_auth_user` and `basic_auth_pass`")
            self.basic_auth_user = Secret("", "none")  # as long as the server has one, it goes on sending it
        elif user != password or (self.auth_method and not user):
            raise ValueError("`basic_auth_user` and `basic_auth_pass` go together, and neither is empty")
        elif user:
            self.auth_method = "BASIC_AUTH"
        return self


def _number(value: Value) -> Value:
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _to_record(attributes: Attributes) -> dict[str, Value]:
    """The server tries the backend with the credentials of the request: an empty password is the one that it has.

    It forgets no password, but sends none without a user.
    """
    if "basic_auth_pass" not in attributes:
        known = bool(reveal(attributes.get("basic_auth_user")))
        return {**attributes, "basic_auth_pass": ""} if known else dict(attributes)
    if reveal(attributes["basic_auth_pass"]):
        return dict(attributes)
    rest = {name: value for name, value in attributes.items() if name != "basic_auth_pass"}
    return {**rest, "basic_auth_user": "", "auth_method": "NONE"}


def _own_webhook(attributes: Attributes) -> Attributes:
    """What Label Studio makes of the address, in the form in which it keeps it."""
    return {"url": str(reveal(attributes.get("url"))).strip().rstrip("/") + "/webhook"}


def _initial(attributes: Attributes) -> dict[str, Value]:
    """The backend itself tells its version, unless it may not; a user needs a password."""
    told = attributes.get("model_version", "") if attributes.get("auto_update", True) else ""
    user = bool(reveal(attributes.get("basic_auth_user")))
    return {
        "title": "default", "description": "", "is_interactive": False, "auto_update": True, "model_version": told,
        "timeout": 100.0, "extra_params": None, "auth_method": "BASIC_AUTH" if user else "NONE", "basic_auth_user": "",
        **({} if user else {"basic_auth_pass": ""}),
    }  # fmt: skip


ML_BACKEND = ResourceKind(
    name="ml_backend",
    spec=MLBackendSpec,
    endpoint="ml",
    path="api/ml/",
    parent="project",
    collection="ml_backends",
    local=frozenset({"secret_version"}),
    marker=text_marker("description"),
    # its own list asks every backend how it is, waits for all of them and stores the answers
    listing=("api/projects/{project}/model-versions/?extended=true&include_live_models=true", "live"),
    fields=Fields(
        identity=("url",),
        disposable=True,
        secret=frozenset({"basic_auth_user", "basic_auth_pass", "extra_params"}),
        write_only=frozenset({"basic_auth_pass"}),
        canonical={
            **dict.fromkeys(
                ("url", "title", "description", "model_version", "basic_auth_user", "basic_auth_pass"), trimmed
            ),
            "timeout": _number,
        },
    ),
    to_record=_to_record,
    brings=("webhook", _own_webhook),
    defaults=lambda name: {"title": name},
    initial=_initial,
)
