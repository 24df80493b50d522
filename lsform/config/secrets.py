"""Sources of secrets besides the environment and files: installed providers, each loaded when it is first asked.

A package provides one with an entry point of the group `lsform.secrets`, whose name is that of the reference:

    [project.entry-points."lsform.secrets"]
    vault = "my_package:read"          # `${vault:team/key}` calls `read("team/key")`
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

from lsform.config.references import Undefined
from lsform.core.values import Confidential

GROUP = "lsform.secrets"


class Secrets(Protocol):
    """One source of secrets."""

    def __call__(self, path: str, /) -> str:
        """The secret at this path. Raises LookupError where there is none and OSError where the source is away.

        Their text is shown to people, so it must not hold a secret.
        """
        ...


@dataclass(frozen=True, slots=True)
class Providers:
    """The providers that are installed. What one said of a path holds for the whole command: it is asked once."""

    loaded: dict[str, Secrets | None] = field(default_factory=dict)
    said: dict[tuple[str, str], Confidential | Undefined] = field(default_factory=dict)

    def __call__(self, name: str, path: str) -> Confidential | None:
        """The secret, or None where no provider has this name; raises Undefined where it gives none."""
        if name not in self.loaded:
            self.loaded[name] = _provider(name)
        provider = self.loaded[name]
        if provider is None:
            return None
        found = self.said.get((name, path))
        if found is None:
            found = self.said[name, path] = _ask(provider, name, path)
        if isinstance(found, Undefined):
            raise found
        return found


@dataclass(frozen=True, slots=True)
class Unasked:
    """In place of the providers where what is declared matters and not what it stands for: the reference itself."""

    def __call__(self, name: str, path: str) -> Confidential:
        return Confidential(f"${{{name}:{path}}}", f"{name}:{path}")


class Unset(dict[str, str]):
    """Variables of a process, in which one that is not set is the reference itself."""

    def __contains__(self, name: object) -> bool:
        return True

    def __missing__(self, name: str) -> str:
        return f"${{env:{name}}}"


def _provider(name: str) -> Secrets | None:
    from importlib.metadata import entry_points  # reads what every installed package says of itself

    found = sorted(entry_points(group=GROUP, name=name), key=lambda one: one.value)
    if not found:
        return None
    if len(found) > 1:
        where = " and ".join(f"`{one.value}`" for one in found)
        raise Undefined(f"there are two providers of `${{{name}:...}}`: {where}", "uninstall one of their packages")
    try:
        loaded: Secrets = found[0].load()
    except (ImportError, AttributeError) as error:
        message = f"the provider of `${{{name}:...}}` cannot be loaded: {error}"
        raise Undefined(message, f"it is registered as `{found[0].value}`: is its package installed in full?") from None
    return loaded


def _ask(provider: Secrets, name: str, path: str) -> Confidential | Undefined:
    try:
        text = provider(path)
    except (LookupError, OSError) as error:
        reason = next((one for one in reversed(error.args) if isinstance(one, str)), "") or type(error).__name__
        return Undefined(
            f"`{name}` gives no secret at `{path}`: {reason}", "check the path, and what may be read there"
        )
    if not isinstance(text, str):
        return Undefined(f"`{name}` gives no text at `{path}`", "its provider should return the secret as text")
    return Confidential(text, f"{name}:{path}")
