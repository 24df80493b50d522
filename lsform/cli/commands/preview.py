"""`lsform preview`: what annotators would see, without a server."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import click

from lsform.browser.editor import opened
from lsform.cli.drawing import warn_of, write_picture
from lsform.cli.options import Command, Invocation
from lsform.config.checked import Checked, checked
from lsform.config.files import Unreadable, stack_around, unreadable
from lsform.config.tasks import Data, read_tasks
from lsform.core.errors import ExitCode, LsformError
from lsform.interface.model import InterfaceError
from lsform.interface.render import RenderError, TemplateSource, render
from lsform.interface.samples import sample
from lsform.previewing import given_data

FILES = (".xml", ".j2")
OF_A_FILE = "variables of a file are given by `--var name=value`; for label sets name an address of their stack"


@dataclass(frozen=True, slots=True)
class _Shown:
    """What is drawn: `name` is that of its picture."""

    name: str
    xml: str
    data: Data


@click.command("preview", cls=Command, epilog="Example: lsform -C examples/quickstart preview project.object-detection")
@click.argument("shown", nargs=-1, metavar="[ADDRESS|FILE]...")
@click.option("--out", default="preview", metavar="DIR", help="Where the pictures go; by default `preview`.")
@click.option("--tasks", metavar="FILE", help="Show the first task of this file: JSON, JSON lines, CSV or TSV.")
@click.option("--chromium", metavar="PATH", help="The browser; by default the one of this machine.")
@click.pass_obj
def command(
    invocation: Invocation, *, shown: tuple[str, ...], out: str, tasks: str | None, chromium: str | None
) -> int:
    """Draw interfaces as Label Studio's own editor shows them: `project.traffic`, `boxes.xml`; by default all projects.

    They show a task that the project declares, else a sample; files in it are replaced by lsform's own. Variables of a
    template file are given by `--var name=value`. Nothing is asked of the network.
    """
    given = _first_task(tasks, invocation.folder) if tasks else None
    wanted = list(_wanted(invocation, shown, given))
    complained = False
    progress = invocation.console.progress
    progress("starting the browser", done=0, total=0)
    with opened(chromium) as editor:
        for done, one in enumerate(wanted, 1):
            progress(f"drawing {one.name}", done=done, total=len(wanted))
            picture = editor.picture(one.xml, sample(one.xml, one.data))
            path = write_picture(Path(out) / f"{one.name}.png", picture)
            invocation.console.data(f"{path}\n")
            warn_of(invocation, one.name, picture)
            complained = complained or bool(picture.complaints)
    return ExitCode.ERROR if complained else ExitCode.DONE


def _first_task(name: str, folder: Path) -> Data:
    try:
        found = read_tasks(folder / name, name)
    except Unreadable as error:
        raise LsformError(error.message, hint=error.hint) from None
    if not found:
        raise LsformError(f"`{name}` has no task", hint="one is enough")
    return found[0]


def _wanted(invocation: Invocation, shown: tuple[str, ...], given: Data | None) -> Iterator[_Shown]:
    """Each that is named, in this order; the stack is read only for addresses."""
    files = {name: name.endswith(FILES) for name in shown}
    if not all(files.values()) or not shown:
        stack = checked(invocation.request())
        found = given_data(stack)
    for name in shown or _projects(stack):
        if files.get(name):
            yield _Shown(_name_of(name), _read(invocation, name), given or {})
        else:
            xml = stack.interface(name)
            yield _Shown(name, xml, found[name] if given is None else given)


def _projects(stack: Checked) -> list[str]:
    return [str(address) for address in stack.compiled.interfaces if address.kind == "project"]


def _name_of(file: str) -> str:
    """`interfaces/boxes.xml.j2` as `interfaces-boxes`."""
    return "-".join(part for part in Path(file.partition(".xml")[0]).parts if part not in ("/", "..", "."))


def _read(invocation: Invocation, name: str) -> str:
    """The XML of a file, or of what a template makes of the variables that are given."""
    path = invocation.folder / name
    try:
        text = path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        found = unreadable(name, error)
        raise LsformError(found.message, hint=found.hint) from None
    source = TemplateSource(text, name, stack_around(path), is_template=name.endswith(".j2"))
    try:
        return render(source, variables=dict(invocation.request().variables), label_sets={})
    except RenderError as error:
        raise _mistake(error, error.filename or name, error.line, error.hint or OF_A_FILE) from None
    except InterfaceError as error:
        raise _mistake(error, name, error.line, error.hint) from None


def _mistake(error: LsformError, file: str, line: int, hint: str) -> LsformError:
    place = f"{file}:{line}" if line else file
    return LsformError(f"{place}: {error.message}", hint=hint)
