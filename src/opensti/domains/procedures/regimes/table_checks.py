"""Checks of the tracks' tables and of what is due in them."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from opensti.domains.procedures.choices import (
    END_STATES,
    STATES,
    Event,
    Track,
    track_of,
)
from opensti.domains.procedures.regimes.findings import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from opensti.domains.procedures.regimes.format import (
        Deadline,
        Regime,
        TrackTable,
        Transition,
    )


def check_tracks(regime: Regime) -> Iterator[Finding]:
    for track in regime.tracks():
        yield from _track(regime, track, regime.track(track))


def _track(regime: Regime, track: Track, table: TrackTable) -> Iterator[Finding]:
    stages = {s.id: s for s in table.stages}
    if table.initial not in stages:
        yield Finding(
            code="unknown_stage",
            path=f"{track}.initial",
            message=_("The first stage “%(id)s” does not exist.")
            % {"id": table.initial},
            mend=_("Name one of the stages."),
        )
        return
    for stage in table.stages:
        if stage.state not in STATES[track]:
            yield Finding(
                code="state_of_another_track",
                path=f"{track}.stages.{stage.id}.state",
                message=_("“%(state)s” is not a state of this track.")
                % {"state": stage.state},
                mend=_("Use one of: %(states)s.")
                % {"states": ", ".join(sorted(STATES[track]))},
            )
    yield from _steps(regime, track, table)
    yield from _ways(regime, track, table)


def _ways(regime: Regime, track: Track, table: TrackTable) -> Iterator[Finding]:
    """Stages nothing leads to, and stages that lead to no end."""
    forward: dict[str, set[str]] = defaultdict(set)
    for step in table.transitions:
        for origin in step.from_:
            forward[origin] |= {step.to, *_other_answers(regime, track, step)}
    reached = _reachable({table.initial}, forward)
    backward: dict[str, set[str]] = defaultdict(set)
    for origin, targets in forward.items():
        for target in targets:
            backward[target].add(origin)
    ends = {s.id for s in table.stages if s.state in END_STATES[track]}
    can_end = _reachable(ends, backward)
    for stage in table.stages:
        path = f"{track}.stages.{stage.id}"
        if stage.id not in reached:
            yield Finding(
                code="unreachable_stage",
                path=path,
                message=_("No step leads to the stage “%(id)s”.") % {"id": stage.id},
                mend=_("Add a step to it, or remove the stage."),
            )
        elif stage.id not in can_end:
            yield Finding(
                code="dead_end",
                path=path,
                message=_("From the stage “%(id)s” no step leads to an end.")
                % {"id": stage.id},
                mend=_("Add a step onwards, or give it a state that ends the track."),
            )


def _other_answers(regime: Regime, track: Track, step: Transition) -> set[str]:
    """Where a step leads if its switch is answered otherwise."""
    place = f"{track}.transitions.{step.id}.to"
    return {o.id for s in regime.switches if s.sets == place for o in s.options}


def _steps(regime: Regime, track: Track, table: TrackTable) -> Iterator[Finding]:
    stages = {s.id for s in table.stages}
    papers = {p.code for p in regime.papers} | {f.code for f in regime.forms}
    switched = {s.sets for s in regime.switches}
    taken: set[tuple[str, str]] = set()
    for step in table.transitions:
        path = f"{track}.transitions.{step.id or step.act}"
        if track_of(step.act) is not track:
            yield Finding(
                code="act_of_another_track",
                path=f"{path}.act",
                message=_("“%(act)s” is not an act of this track.") % {"act": step.act},
                mend=_("Use an act of this track."),
            )
        for origin in (*step.from_, step.to):
            if origin not in stages:
                yield Finding(
                    code="unknown_stage",
                    path=path,
                    message=_("There is no stage “%(id)s”.") % {"id": origin},
                    mend=_("Name one of the stages, or add it."),
                )
        for origin in step.from_:
            if (origin, step.act) in taken:
                yield Finding(
                    code="ambiguous_step",
                    path=path,
                    message=_(
                        "“%(act)s” from “%(stage)s” leads to two different places."
                    )
                    % {"act": step.act, "stage": origin},
                    mend=_("Leave one of the two steps."),
                )
            taken.add((origin, step.act))
        if not step.by and f"{track}.transitions.{step.id}.by" not in switched:
            yield Finding(
                code="step_without_role",
                path=f"{path}.by",
                message=_("Nobody may take this step."),
                mend=_("Name the roles under “by”."),
            )
        for paper in step.documents:
            if paper not in papers:
                yield Finding(
                    code="unknown_form",
                    path=f"{path}.documents",
                    message=_("There is no form “%(code)s”.") % {"code": paper},
                    mend=_("Add it to “papers” or “forms”."),
                )


def _reachable(starts: set[str], ways: dict[str, set[str]]) -> set[str]:
    seen, waiting = set(starts), list(starts)
    while waiting:
        for target in ways.get(waiting.pop(), ()):
            if target not in seen:
                seen.add(target)
                waiting.append(target)
    return seen


def check_deadlines(regime: Regime) -> Iterator[Finding]:
    switched = {s.sets for s in regime.switches}
    for deadline in regime.deadlines:
        path = f"deadlines.{deadline.id}"
        if deadline.n is not None and deadline.n < 0:
            yield Finding(
                code="negative_period",
                path=f"{path}.n",
                message=_("A period cannot be shorter than nothing: %(n)d.")
                % {"n": deadline.n},
                mend=_("For “before”, write “direction: before_event”."),
            )
        if deadline.binding_on is None:
            yield Finding(
                code="deadline_without_owner",
                path=f"{path}.binding_on",
                message=_("The deadline binds nobody."),
                mend=_("Name the role that must act under “binding_on”."),
            )
        if deadline.consequence is None:
            yield Finding(
                code="deadline_without_consequence",
                path=f"{path}.consequence",
                message=_("The deadline does not say what follows when it is missed."),
                mend=_("Name the consequence; write “none” when the text states none."),
            )
        if deadline.n is None and f"deadlines.{deadline.id}.n" not in switched:
            yield Finding(
                code="deadline_without_length",
                path=f"{path}.n",
                message=_("The deadline does not say how long it is."),
                mend=_("Write the number under “n”, or a switch that sets it."),
            )
        if deadline.track in regime.tracks() and not deadline.closes_on:
            yield Finding(
                code="deadline_never_met",
                path=f"{path}.closes_on",
                message=_("No act meets the deadline."),
                mend=_("Name the acts under “closes_on”."),
            )
        yield from _deadline_start(regime, deadline)
        yield from _deadline_stage(regime, deadline)
        if deadline.track in regime.tracks():
            table = regime.track(deadline.track)
            for act in deadline.closes_on:
                if act not in {t.act for t in table.transitions}:
                    yield Finding(
                        code="unknown_act",
                        path=f"{path}.closes_on",
                        message=_("The track has no act “%(act)s”.") % {"act": act},
                        mend=_("Name an act that the track's table has."),
                    )


def _deadline_start(regime: Regime, deadline: Deadline) -> Iterator[Finding]:
    kind, _colon, name = deadline.starts_on.partition(":")
    tables = (
        [regime.track(deadline.track)]
        if deadline.track in regime.tracks()
        else [regime.track(t) for t in regime.tracks()]
    )
    known = {
        "event": {e.value for e in Event},
        "stage": {s.id for table in tables for s in table.stages},
        "act": {t.act.value for table in tables for t in table.transitions},
    }
    path = f"deadlines.{deadline.id}.starts_on"
    if not deadline.starts_on:
        yield Finding(
            code="deadline_without_start",
            path=path,
            message=_("The deadline does not say when it starts."),
            mend=_("Write “stage:…”, “act:…” or “event:…” under “starts_on”."),
        )
    elif name not in known.get(kind, set()):
        yield Finding(
            code="unknown_start",
            path=path,
            message=_("“%(start)s” is no stage, act or event.")
            % {"start": deadline.starts_on},
            mend=_("Write “stage:…”, “act:…” or “event:…” with a name that exists."),
        )
    elif deadline.runs_in and kind != "event":
        yield Finding(
            code="waits_without_event",
            path=path,
            message=_("A deadline that waits for a stage is counted from an event."),
            mend=_("Write “event:…” under “starts_on”, or take “runs_in” away."),
        )


def _deadline_stage(regime: Regime, deadline: Deadline) -> Iterator[Finding]:
    """The stage that a deadline waits for exists, and an act meets it there."""
    if not deadline.runs_in or deadline.track not in regime.tracks():
        return
    table = regime.track(deadline.track)
    path = f"deadlines.{deadline.id}.runs_in"
    if deadline.runs_in not in {s.id for s in table.stages}:
        yield Finding(
            code="unknown_stage",
            path=path,
            message=_("There is no stage “%(id)s”.") % {"id": deadline.runs_in},
            mend=_("Name one of the stages, or add it."),
        )
    elif deadline.closes_on and not {
        t.act for t in table.steps_from(deadline.runs_in)
    } & {*deadline.closes_on}:
        yield Finding(
            code="deadline_never_met",
            path=path,
            message=_("In the stage “%(id)s” no act meets the deadline.")
            % {"id": deadline.runs_in},
            mend=_("Name a stage from which an act under “closes_on” is possible."),
        )
