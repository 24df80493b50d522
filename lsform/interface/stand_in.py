"""What stands for a variable of a template that nobody gave, where a template is only looked at. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from jinja2 import Undefined

from lsform.interface.tags import UNKNOWN


class StandIn(Undefined):
    """Any value: true, a list of one, text that begins with UNKNOWN, equal to all.

    Whatever is asked of it gives a stand-in again, so that the tags are rendered that most values would render.
    """

    def _again(self, *_: object, **__: object) -> StandIn:
        return self

    # Jinja's own say that the variable is undefined
    __getitem__ = __call__ = __neg__ = __pos__ = _again  # type: ignore[assignment]
    __add__ = __sub__ = __mul__ = __mod__ = __truediv__ = __floordiv__ = _again  # type: ignore[assignment]
    __radd__ = __rsub__ = __rmul__ = __rmod__ = __rtruediv__ = __rfloordiv__ = _again  # type: ignore[assignment]

    def __getattr__(self, name: str) -> StandIn:
        if name.startswith("__"):
            raise AttributeError(name)
        return self

    def __str__(self) -> str:
        return f"{UNKNOWN}{self._undefined_name}"

    def __iter__(self) -> Iterator[StandIn]:
        yield self

    def __len__(self) -> int:
        return 1

    def __bool__(self) -> bool:
        return True

    def __hash__(self) -> int:
        return id(self)

    def __eq__(self, _: object) -> bool:
        return True

    __ne__ = __lt__ = __le__ = __gt__ = __ge__ = __contains__ = __eq__  # type: ignore[assignment]
