"""One file a command; `lsform.cli.app` has the table."""
