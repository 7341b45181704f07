"""Move cases along their own procedure, one act at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from opensti.domains.procedures import permissions as _permissions  # noqa: F401
from opensti.domains.procedures.actions.deadlines import (
    open_deadlines,
    settle_deadlines,
    void_deadlines,
)
from opensti.domains.procedures.actions.meanwhile import stale
from opensti.domains.procedures.choices import (
    ACT_LABELS,
    END_STATES,
    Act,
    TaskKind,
    Track,
)
from opensti.domains.procedures.events import StepTaken
from opensti.domains.procedures.models import Case, RegimeVersion
from opensti.domains.procedures.queries import regime_of, stage_label
from opensti.kernel.access import SYSTEM, RoleList, require
from opensti.kernel.events import publish
from opensti.kernel.record.actions import record
from opensti.kernel.refusals import (
    AccessDenied,
    Invalid,
    NotFound,
    Problem,
    StepNotAllowed,
)

if TYPE_CHECKING:
    from datetime import datetime

    from opensti.domains.procedures.regimes.format import Transition
    from opensti.kernel.access import Actor

SUBMITS = frozenset({Act.NEED_SUBMIT, Act.DOSSIER_SUBMIT})


@transaction.atomic
def open_case(
    *,
    actor: Actor,
    track: str,
    regime_version_id: int,
    subject: str,
    title: str,
    at: datetime,
    kind: str = TaskKind.MINISTRY,
) -> Case:
    """Start a case at its track's first stage, under a procedure frozen in it."""
    version = (
        RegimeVersion.objects.defer("content").filter(pk=regime_version_id).first()
    )
    if version is None:
        raise NotFound
    table = regime_of(version).track(Track(track))
    return Case.objects.create(
        track=Track(track),
        kind=kind,
        regime_version=version,
        regime_code=version.code,
        regime_sha256=version.sha256,
        stage=table.initial,
        state=table.stage(table.initial).state,
        subject=subject,
        title=title[:500],
        opened_by_id=actor.user_id,
        opened_at=at,
        entered_at=at,
        last_by=actor.name[:200],
    )


@transaction.atomic
def set_title(*, case_id: int, title: str) -> None:
    """Keep the title that lists of cases show; the domain's action records the change."""
    Case.objects.filter(pk=case_id).update(title=title[:500])


@transaction.atomic
def take_step(
    *,
    actor: Actor,
    case_id: int,
    act: str,
    at: datetime,
    reason: str = "",
    expected_version: int | None = None,
) -> Case:
    """Move a case by one act of its own procedure; open and settle what is due.

    The caller's action records the act (``queries.basis`` names the article). Raises
    ``Stale`` when somebody acted since ``expected_version``, ``StepNotAllowed`` when
    the stage has no such step, ``AccessDenied`` when it is another role's step.
    """
    case = Case.objects.select_for_update().filter(pk=case_id).first()
    if case is None:
        raise NotFound
    if expected_version is not None and case.version != expected_version:
        raise stale(case)
    step = _possible(case, act)
    if actor is not SYSTEM and not actor.has(*step.by):
        raise AccessDenied(
            _("Your role does not include this step: %(act)s.")
            % {"act": ACT_LABELS[step.act]},
            who=RoleList(step.by),  # type: ignore[arg-type]
            article=step.basis,
        )
    if step.reason and not reason.strip():
        raise Invalid(
            [
                Problem(
                    field="reason",
                    message=_("This step needs a reason: %(act)s.")
                    % {"act": ACT_LABELS[step.act]},
                    mend=_("Write in a sentence why."),
                )
            ]
        )
    today, old = timezone.localdate(at), case.state
    settle_deadlines(case, act=step.act, at=at, today=today)
    case.stage = step.to
    case.state = regime_of(case).track(case.track).stage(step.to).state
    case.entered_at, case.last_act, case.last_by = at, str(act), actor.name[:200]
    case.version += 1
    if step.act in SUBMITS:
        case.submitted_on = today
    if case.state in END_STATES[Track(case.track)]:
        case.event_days = {}  # what comes after an end hangs on new events
    case.save(
        update_fields=[
            "stage",
            "state",
            "entered_at",
            "last_act",
            "last_by",
            "version",
            "submitted_on",
            "event_days",
        ]
    )
    if case.state in END_STATES[Track(case.track)]:
        void_deadlines(case, at=at)
    starts = {f"act:{step.act}", f"stage:{step.to}"}
    open_deadlines(case, starts=starts, on=today, at=at)
    publish(
        StepTaken(
            actor=actor,
            case_id=case.pk,
            subject=case.subject,
            track=case.track,
            act=str(act),
            old_state=old,
            new_state=case.state,
            at=at,
        )
    )
    return case


@transaction.atomic
def adopt_version(
    *, actor: Actor, case_id: int, regime_version_id: int, reason: str, at: datetime
) -> Case:
    """Put a running case under another version of its own regime, with a reason."""
    case = Case.objects.select_for_update().filter(pk=case_id).first()
    version = RegimeVersion.objects.filter(pk=regime_version_id).first()
    if case is None or version is None:
        raise NotFound
    stages = {s.id for s in regime_of(version).track(case.track).stages}
    if version.code != case.regime_code or case.stage not in stages:
        raise StepNotAllowed(
            _("The case cannot go on under this version."),
            mend=_("Choose a version of the same procedure that has its stage."),
        )
    require(actor, "procedures.adopt_version", case)
    if not reason.strip():
        raise Invalid(
            [
                Problem(
                    field="reason",
                    message=_("Another version needs a reason."),
                    mend=_("Name the decision it rests on."),
                )
            ]
        )
    old = case.regime_sha256
    case.regime_version, case.regime_sha256 = version, version.sha256
    case.version += 1
    case.save(update_fields=["regime_version", "regime_sha256", "version"])
    record(
        actor=actor,
        act="procedures.adopt_version",
        subject=case.subject,
        at=at,
        detail={"from": old, "to": version.sha256, "reason": reason},
    )
    return case


def _possible(case: Case, act: str) -> Transition:
    table = regime_of(case).track(case.track)
    step = table.step(case.stage, act)
    if step is not None and step.by:
        return step
    acts = [str(ACT_LABELS[t.act]) for t in table.steps_from(case.stage) if t.by]
    raise StepNotAllowed(
        _("This stands at “%(stage)s”; from there it is not possible to: %(act)s.")
        % {
            "stage": stage_label(case),
            "act": ACT_LABELS[Act(act)] if act in set(Act) else act,
        },
        mend=_("Possible now: %(acts)s.") % {"acts": "; ".join(acts)}
        if acts
        else _("This stage is the end; nothing more can be done."),
        article=table.stage(case.stage).basis,
    )
