"""The linter of label interfaces. Pure: it reads text and data, and says what Label Studio's editor will not."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lsform.core.diagnostics import Finding
    from lsform.core.values import Json
    from lsform.interface.catalogue import Catalogue
    from lsform.interface.model import LabelInterface


def lint(
    interface: str | LabelInterface,
    *,
    file: str = "",
    catalogue: Catalogue | None = None,
    tasks: Iterable[Mapping[str, Json]] = (),
    exports: Collection[str] = (),
    select: Collection[str] = (),
    ignore: Collection[str] = (),
) -> tuple[Finding, ...]:
    """What is wrong with an interface, in the order of its text; of a rule that it breaks often, the first places.

    interface   XML, or what `LabelInterface.from_xml` made of it; only text knows the places of attributes
    file        stands in the findings
    catalogue   the tags of the server that it is for; by default those of the newest version, Community
    tasks       `data` of tasks that it will show; without any, nothing is said of data
    exports     formats that its annotations will be exported to, as Label Studio names them: `YOLO`, `COCO` ...
    select      codes or beginnings of codes (`LSF1`) of the rules to follow, by default all
    ignore      the same of rules not to follow

    Never raises for what the text says: what is not even XML is a finding, too.
    """
    # here, because every module of `lsform.interface` passes this line, and the rules are many
    from lsform.interface.lint.engine import Context, Selection, findings

    return findings(interface, Context(catalogue, tuple(tasks), frozenset(exports)), Selection(select, ignore), file)
