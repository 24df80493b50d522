"""One pass over one stack: read its manifests, plan, and apply what the guards let through."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime

from lsform import workflow
from lsform.config.checked import Checked, checked
from lsform.config.loader import Request
from lsform.core.diagnostics import Severity
from lsform.core.errors import ConfigurationError, Conflict, ExitCode, LsformError, PlanRefused
from lsform.core.events import Detail, Event, Tell
from lsform.core.values import Json
from lsform.engine import guard
from lsform.engine.entries import recovered
from lsform.engine.model import Outcome, Plan, Result
from lsform.engine.ports import Progress
from lsform.reconcile.leading import COMMAND, Leadership
from lsform.reconcile.model import Ending, Pass, Subject, ended
from lsform.reconcile.pausing import paused
from lsform.reconcile.source import Checkout
from lsform.report.drift import item_lines
from lsform.report.paint import Paint
from lsform.report.terminal import outcome_line
from lsform.report.wording import finding_line
from lsform.state import utc_now


@dataclass(frozen=True, slots=True)
class Keeper:
    """How each stack is kept. `permission` is what guards may let by."""

    process: Mapping[str, str]
    leadership: Leadership
    connect: workflow.Connect
    tell: Tell
    variables: Mapping[str, Json] = field(default_factory=dict)
    prune: bool = False
    permission: guard.Permission = field(default_factory=guard.Permission)
    should_stop: Callable[[], bool] = lambda: False
    progress: Progress = workflow.quiet
    now: Callable[[], datetime] = utc_now
    _warned: set[str] = field(default_factory=set)

    def __call__(self, subject: Subject, checkout: Checkout) -> Pass:
        """One pass. Raises nothing: whatever goes wrong concerns this stack alone."""
        begun = time.monotonic()
        done = self._ended(subject, checkout)
        return replace(done, seconds=time.monotonic() - begun)

    def _ended(self, subject: Subject, checkout: Checkout) -> Pass:
        about = (subject.name, checkout.revision)
        try:
            found = checked(self._request(subject, checkout))
        except LsformError as error:  # of what is in the files, and nothing else was looked at
            return _refused(*about, error)
        try:
            return self._kept(found, *about)
        except (ConfigurationError, PlanRefused) as error:
            return _refused(*about, error)
        except Conflict as error:
            return ended(subject.name, Ending.LOCKED, checkout.revision, error)
        except LsformError as error:
            return ended(subject.name, Ending.FAILED, checkout.revision, error)
        except Exception as error:  # noqa: BLE001  a bug that one stack meets must not end the others
            bug = LsformError(f"a bug in lsform: {_place(error)}", hint="please report it with this line")
            return ended(subject.name, Ending.FAILED, checkout.revision, bug)

    def _request(self, subject: Subject, checkout: Checkout) -> Request:
        folder = checkout.folder / subject.folder
        if not folder.resolve().is_relative_to(checkout.folder.resolve()) and checkout.revision:
            raise LsformError(f"`{subject.folder}` is outside the repository")
        return Request(folder, subject.environment, dict(self.variables), self.process)

    def _kept(self, found: Checked, stack: str, revision: str) -> Pass:
        store = workflow.open_store(found.configuration)
        self._warn_of_lone_state(found, stack, revision)
        leader = self.leadership.lead(store)
        if leader is not None:
            return ended(stack, Ending.STANDBY, revision, Conflict(f"{leader} leads"))
        options = workflow.Options(prune=self.prune)
        with self._opened(found) as session:
            plan = workflow.make_plan(session, options)
            is_due = bool(plan.changes or plan.syncs or session.state.interrupted or any(recovered(plan)))
        seen = Pass(stack, Ending.STEADY, revision, drift=_drift(plan), findings=plan.findings)
        pause = paused(store, self.now())
        if pause is not None:
            return replace(seen, ending=Ending.PAUSED, problem=str(pause))
        refusals = guard.objections(plan, found.limits, self.permission)
        if refusals:
            return _with(seen, _refused(stack, revision, PlanRefused(refusals)))
        return self._written(found, options, seen) if is_due else seen

    def _warn_of_lone_state(self, found: Checked, stack: str, revision: str) -> None:
        """A state in the clone is this replica's own, and so is the lease beside it."""
        url = found.configuration.spec.state.url
        if revision and url.startswith("file:") and not url.startswith("file:/") and stack not in self._warned:
            self._warned.add(stack)
            text = f"{stack}: the state is in the clone, where no other replica sees it; `state.url` can name a bucket"
            self.tell(Event(text, {"stack": stack, "revision": revision}, Detail.NEWS, Severity.WARNING))

    def _written(self, found: Checked, options: workflow.Options, seen: Pass) -> Pass:
        """Plan again under the lock, and run that: between the first plan and the lock others may have written."""
        try:
            with self._opened(found, lock_for=COMMAND) as session:
                plan = workflow.make_plan(session, options)
                outcomes = [
                    self._told(seen, plan, one)
                    for one in workflow.run_plan(session, plan, self.permission, should_stop=self.should_stop)
                ]
        except LsformError as error:
            ending = {PlanRefused: Ending.REFUSED, Conflict: Ending.LOCKED}.get(type(error), Ending.FAILED)
            return _with(seen, ended(seen.stack, ending, seen.revision, error))
        return _summed(seen, plan, outcomes)

    @contextmanager
    def _opened(self, found: Checked, *, lock_for: str = "") -> Iterator[workflow.Session]:
        with workflow.opened(
            found,
            self.process,
            connect=self.connect,
            progress=self.progress,
            tell=self.tell,
            lock_for=lock_for,
            lease=self.leadership.lease,
        ) as session:
            yield session

    def _told(self, seen: Pass, plan: Plan, outcome: Outcome) -> Outcome:
        """One event for each change, as it is done."""
        change = next((one for one in plan.changes if one.step == outcome.step), None)
        text = outcome_line(outcome, change, Paint()).strip()
        fields = {
            "stack": seen.stack,
            "revision": seen.revision,
            "address": str(outcome.address),
            "action": _action(plan, outcome),
            "result": outcome.result.value,
        }
        severity = Severity.INFO if outcome.result is Result.APPLIED else Severity.ERROR
        self.tell(Event(f"{seen.stack}: {text}", fields, Detail.NEWS, severity))
        return outcome


def _action(plan: Plan, outcome: Outcome) -> str:
    return next((one.action.value for one in plan.changes if one.step == outcome.step), "sync")


def _summed(seen: Pass, plan: Plan, outcomes: list[Outcome]) -> Pass:
    changes = tuple((_action(plan, one), one.result.value) for one in outcomes)
    done = replace(seen, changes=changes, findings=plan.findings, drift=_drift(plan))
    undone = [one for one in outcomes if one.result is not Result.APPLIED]
    if not undone:
        return replace(done, ending=Ending.APPLIED if outcomes else Ending.STEADY)
    if any(one.error == "interrupted" for one in undone):
        return _with(done, ended(seen.stack, Ending.INTERRUPTED, seen.revision, None))
    first = undone[0]
    partly = LsformError(f"{len(undone)} of {len(outcomes)} changes not done: {first.address}: {first.error}",
                         hint=first.hint)  # fmt: skip
    return replace(_with(done, ended(seen.stack, Ending.FAILED, seen.revision, partly)), code=ExitCode.PARTIAL)


def _with(seen: Pass, ending: Pass) -> Pass:
    """What was seen, and how it ended."""
    return replace(seen, ending=ending.ending, problem=ending.problem, hint=ending.hint, code=ending.code)


def _refused(stack: str, revision: str, error: LsformError) -> Pass:
    done = ended(stack, Ending.REFUSED, revision, error)
    if isinstance(error, ConfigurationError):
        wrong = [one for one in error.findings if one.severity is Severity.ERROR]
        lines = (finding_line(one, Paint()) for one in wrong)
        text = "\n".join(["the manifests have mistakes, nothing was sent", *lines])
        return replace(done, problem=text, findings=error.findings, code=error.exit_code)
    return done


def _drift(plan: Plan) -> tuple[str, ...]:
    """Each resource that somebody changed, and what becomes of it."""
    planned = {change.address for change in plan.changes}
    told = []
    for item in plan.drift:
        first, *more = (line.strip() for line in item_lines(item, Paint()))
        fate = "the manifest is put back" if item.address in planned else "it is left so"
        told.append("\n".join([f"{first[2:]}; {fate}", *(f"  {line}" for line in more)]))
    return tuple(told)


def _place(error: Exception) -> str:
    """Where it was raised, without values."""
    place = error.__traceback__
    while place is not None and place.tb_next is not None:
        place = place.tb_next
    code = "" if place is None else f" in {place.tb_frame.f_code.co_name}, line {place.tb_lineno}"
    return f"{type(error).__name__}{code}"
