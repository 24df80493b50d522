"""`lsform destroy`: apply's twin, kept beside it."""

from lsform.cli.commands.apply import destroy as command

__all__ = ["command"]
