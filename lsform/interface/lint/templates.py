"""Lints templates: renders one, with stand-ins for what nobody gave, and speaks of the places in it. Reads as `render`
does."""

from __future__ import annotations

from collections.abc import Mapping

from lsform.core.diagnostics import Finding, Severity, Span
from lsform.interface.lint.engine import Context, Selection, findings
from lsform.interface.lint.origins import Origins
from lsform.interface.model import InterfaceError
from lsform.interface.render import RenderError, TemplateSource, render
from lsform.interface.sandbox import Reading
from lsform.interface.stand_in import StandIn

LENIENT = Reading(undefined=StandIn)


def lint_template(
    source: TemplateSource, variables: Mapping[str, object], context: Context, selection: Selection
) -> tuple[Finding, ...]:
    """Findings of a template whose other variables nobody knows; nothing is said of what depends on them."""
    origins = Origins(source, variables, {}, LENIENT)
    try:
        xml = render(source, variables=variables, label_sets={}, reading=LENIENT)
    except InterfaceError as error:
        span = origins.before(*error.rendered)
        return (Finding(error.code, Severity.ERROR, error.message, error.hint, span),)
    except RenderError as error:
        hint = error.hint or "if it needs the true value of a variable, give it: `--var name=value`"
        span = Span(error.filename or source.filename, error.line, error.column)
        return (Finding("LSFM09", Severity.ERROR, error.message, hint, span),)
    return findings(xml, context, selection, source.filename, origins)
