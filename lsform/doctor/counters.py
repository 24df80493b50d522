"""Where the server's counters of a project differ from its annotations. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from lsform.core.diagnostics import counted
from lsform.doctor.evidence import Project


def differences(project: Project) -> Iterator[str]:
    """Each label or control whose count is wrong, in words; of a part of the tasks, only what is more than counted."""
    summary, sample = project.counted, project.sample
    if summary is None:
        return
    real = sample.usage
    for control in sorted({*summary.created_labels, *real.created_labels}):
        said, found = summary.created_labels.get(control, {}), real.created_labels.get(control, {})
        for label in sorted({*said, *found}):
            if _is_wrong(said.get(label, 0), found.get(label, 0), whole=sample.is_whole):
                numbers = f"{said.get(label, 0)}, and is used {counted(found.get(label, 0), 'time')}"
                yield f"label `{label}` of `{control}` counts {numbers}"
    said, found = summary.created_annotations, real.created_annotations
    for key in sorted({*said, *found}):
        if _is_wrong(said.get(key, 0), found.get(key, 0), whole=sample.is_whole):
            control = key.partition("|")[0]
            yield f"`{control}` counts {counted(said.get(key, 0), 'result')}, and has {found.get(key, 0)}"


def _is_wrong(said: int, found: int, *, whole: bool) -> bool:
    return said != found if whole else said < found


def would_be_right(project: Project) -> bool:
    """Whether the server, told to count anew, would count right.

    Label Studio 1.23.2 forgets a control's labels with each result that it comes to, so that only those of the last one
    are left: it is right where no control has labels in more than one result.
    """
    real = project.sample.usage
    return project.sample.is_whole and all(real.results_of(control) == 1 for control in real.created_labels)
