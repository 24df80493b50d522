"""The command line: arguments, wiring and the one error boundary."""
