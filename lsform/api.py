"""lsform in Python: `lsform.load(dir).plan().apply()`, by the use cases of the commands, with their guarantees."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar

from lsform import session as sessions
from lsform import workflow
from lsform.config.checked import Checked, check, correct
from lsform.config.loader import Request
from lsform.core.diagnostics import Finding
from lsform.core.errors import ExitCode, LsformError, Refusal
from lsform.core.values import Json, as_json
from lsform.engine import guard
from lsform.engine.document import apply_document, plan_digest, plan_document
from lsform.engine.model import Action, Change, DriftItem, Outcome, Result
from lsform.engine.model import Plan as Decided
from lsform.engine.ports import Progress
from lsform.report.paint import Paint
from lsform.report.terminal import outcomes_summary, plan_text

Globs = str | Iterable[str]


def load(
    directory: str | os.PathLike[str] = ".",
    *,
    environment: str = "",
    variables: Mapping[str, Json] | None = None,
    env: Mapping[str, str] | None = None,
    progress: Progress = workflow.quiet,
    connect: workflow.Connect | None = None,
) -> Stack:
    """Read the stack in a directory, once: what changes in its files later is not seen.

    `environment` is the name behind `-e`, `variables` win over the Stack's as `--var` does, `env` are environment
    variables (those of this process unless given). Mistakes in the manifests are told by `Stack.validate` and raised by
    all else. Raises LsformError where there is no stack.
    """
    process = dict(os.environ if env is None else env)
    request = Request(Path(directory), environment, dict(variables or {}), process)
    return Stack(check(request), process, progress, connect)


@dataclass(frozen=True, slots=True)
class Stack:
    """One stack in one environment, as it was read; made by `load`."""

    _checked: Checked = field(repr=False)
    _process: Mapping[str, str] = field(repr=False)
    _progress: Progress = field(repr=False)
    _connect: workflow.Connect | None = field(repr=False)

    @property
    def name(self) -> str:
        return self._checked.configuration.stack

    def validate(self) -> tuple[Finding, ...]:
        """Everything that can be said without a server; errors are those of `Severity.ERROR`."""
        # here, because the rules are many and most plans write no interface
        from lsform.config.linting import all_findings

        return all_findings(self._checked)

    def render(self, address: str) -> str:
        """The interface of `project.NAME` or `interface.NAME`, as XML.

        Raises ConfigurationError, and LsformError where there is no such interface.
        """
        return correct(self._checked).interface(address)

    def plan(self, *, prune: bool = False, destroy: bool = False, targets: Globs = ()) -> Plan:
        """Read the server and decide what to do. Writes nothing.

        `prune` deletes what the stack made and no longer declares, `destroy` all that it made; `targets` are globs of
        addresses. Raises ConfigurationError, ServerUnavailable (unreachable, not authorised, not configured),
        ServerError (a read that failed) and UsageError (a target that matches nothing).
        """
        options = workflow.Options(prune=prune or destroy, destroy=destroy, targets=_globs(targets))
        with self._session() as session:
            return Plan(self, options, workflow.make_plan(session, options), workflow.lifetime())

    def _session(self, *, lock_for: str = "") -> AbstractContextManager[workflow.Session]:
        connect = self._connect or sessions.label_studio
        return workflow.opened(
            correct(self._checked), self._process, connect=connect, progress=self._progress, lock_for=lock_for
        )


@dataclass(frozen=True, slots=True)
class Plan:
    """What `apply` would do, to look at. Holds what is declared, secrets as well, but shows none of them."""

    _stack: Stack = field(repr=False)
    _options: workflow.Options = field(repr=False)
    _decided: Decided = field(repr=False)
    _lifetime: tuple[str, str] = field(repr=False)

    @property
    def changes(self) -> tuple[Change, ...]:
        """In the order in which they will run; what stays as it is is not among them."""
        return self._decided.changes

    @property
    def is_empty(self) -> bool:
        """Whether the server is as declared: nothing to change and nothing to sync."""
        return not self._decided.changes and not self._decided.syncs

    @property
    def summary(self) -> dict[str, int]:
        """How many resources there are of each action, `noop` for those that are as declared."""
        return {action.value: self._decided.count(action) for action in Action}

    @property
    def drift(self) -> tuple[DriftItem, ...]:
        """What somebody changed on the server since the last apply."""
        return self._decided.drift

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What is said of the manifests and of the server, none of it an error."""
        return self._decided.findings

    @property
    def digest(self) -> str:
        """Equal for plans that do the same to the same server."""
        return plan_digest(self._decided)

    def objections(self, *, allow_destroy: Globs = (), allow_recreate: bool = False) -> tuple[Refusal, ...]:
        """Why `apply` would raise PlanRefused: each with its code, address, text and what lifts it."""
        permission = self._permission(allow_destroy, recreate=allow_recreate)
        return guard.objections(self._decided, self._stack._checked.limits, permission)

    def to_json(self) -> str:
        """The document of `lsform plan --out FILE`, which `lsform apply FILE` takes. Without any secret."""
        return as_json(self._document())

    def to_text(self) -> str:
        """What `lsform plan` prints, without colours."""
        return plan_text(self._decided, Paint())

    def apply(
        self,
        *,
        allow_destroy: Globs = (),
        allow_recreate: bool = False,
        on_outcome: Callable[[Outcome], object] = lambda _outcome: None,
        should_stop: Callable[[], bool] = lambda: False,
    ) -> Applied:
        """Do exactly this, or nothing: under the lock the server is read again and must lead to the same plan.

        `allow_destroy` are the addresses whose tasks and annotations may be lost; `allow_recreate` lets what most of
        the stack has lost be made again. `on_outcome` hears of each change as it is done; `should_stop` is asked before
        each. Raises Conflict (the server is no longer what the plan saw, or somebody else holds the lock), PlanRefused
        (a guard), all that `Stack.plan` raises, and PartlyApplied when anything was not done. What was written by then
        is remembered, also when `on_outcome` raises.
        """
        outcomes = []
        with self._stack._session(lock_for="destroy" if self._options.destroy else "apply") as session:
            plan = workflow.make_plan(session, self._options)
            workflow.expect(plan, self.digest)
            permission = self._permission(allow_destroy, recreate=allow_recreate)
            for outcome in workflow.run_plan(session, plan, permission, should_stop=should_stop):
                outcomes.append(outcome)
                on_outcome(outcome)
        applied = Applied(self, tuple(outcomes))
        if applied.undone:
            raise PartlyApplied(applied)
        return applied

    def _permission(self, allowed: Globs, *, recreate: bool) -> guard.Permission:
        return guard.Permission(destroy=_globs(allowed), recreate=recreate, whole_estate=self._options.destroy)

    def _document(self, outcomes: Sequence[Outcome] | None = None) -> Json:
        created_at, expires_at = self._lifetime
        if outcomes is None:
            return plan_document(self._decided, self.objections(), created_at=created_at, expires_at=expires_at)
        return apply_document(self._decided, outcomes, created_at=created_at, expires_at=expires_at)


@dataclass(frozen=True, slots=True)
class Applied:
    """What became of a plan: one outcome for each change and each sync."""

    plan: Plan
    outcomes: tuple[Outcome, ...]

    @property
    def undone(self) -> tuple[Outcome, ...]:
        """What failed or was skipped."""
        return tuple(one for one in self.outcomes if one.result is not Result.APPLIED)

    def to_json(self) -> str:
        """The document of `lsform apply --format json`."""
        return as_json(self.plan._document(self.outcomes))

    def to_text(self) -> str:
        """How many changes were applied, failed and skipped."""
        return outcomes_summary(self.outcomes, Paint())


class PartlyApplied(LsformError):
    """Some changes were not done; `applied` tells which and why. What does not depend on them was done."""

    exit_code: ClassVar[ExitCode] = ExitCode.PARTIAL

    def __init__(self, applied: Applied) -> None:
        first = applied.undone[0]
        super().__init__(f"{applied.to_text()} {first.address}: {first.error}", hint=first.hint)
        self.applied = applied


def _globs(given: Globs) -> tuple[str, ...]:
    return (given,) if isinstance(given, str) else tuple(given)
