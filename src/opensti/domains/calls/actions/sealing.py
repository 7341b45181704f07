"""The seal: who may hand in later, who agrees to open early, and the opening itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from opensti.domains.calls.actions.locking import opening_events, user_of
from opensti.domains.calls.choices import CallState
from opensti.domains.calls.events import DossiersOpened
from opensti.domains.calls.models import Call, Dossier, EarlyOpening, LateException
from opensti.domains.calls.queries import call_subject
from opensti.domains.procedures.actions import start_deadlines
from opensti.domains.procedures.choices import State
from opensti.kernel.access import get_visible, require
from opensti.kernel.events import publish
from opensti.kernel.record.actions import record
from opensti.kernel.refusals import Invalid, Problem, StepNotAllowed

if TYPE_CHECKING:
    from datetime import datetime

    from opensti.kernel.access import Actor


@transaction.atomic
def grant_late_exception(
    *,
    actor: Actor,
    call_id: int,
    organisation_id: int,
    until: datetime,
    reason: str,
    at: datetime,
) -> LateException:
    """Let one applicant organisation hand in until later, for a stated reason.

    Granted again, the later day and reason replace the earlier. It tells nothing of
    whether the organisation has a dossier.
    """
    call = _locked(actor, call_id)
    if call.state not in (CallState.PUBLISHED, CallState.OPENED):
        raise StepNotAllowed(_not_open(call))
    require(actor, "calls.grant_late_exception", call)
    problems = _reasoned(reason)
    if until <= call.closes_at or until <= at:
        problems.append(
            Problem(
                field="until",
                message=_("The exception must end after the closing, and after now."),
                mend=_("Choose a later day."),
            )
        )
    if problems:
        raise Invalid(problems)
    exception, _created = LateException.objects.update_or_create(
        call=call,
        organisation_id=organisation_id,
        defaults={
            "until": until,
            "reason": reason.strip(),
            "granted_by_id": user_of(actor),
            "granted_at": at,
        },
    )
    record(
        actor=actor,
        act="calls.grant_late_exception",
        subject=call_subject(call.public_id),
        at=at,
        detail={
            "organisation": organisation_id,
            "until": until.isoformat(),
            "reason": reason.strip(),
        },
    )
    return exception


@transaction.atomic
def ask_early_opening(
    *, actor: Actor, call_id: int, reason: str, at: datetime
) -> EarlyOpening:
    """The first of two people asks that sealed dossiers be opened before closing."""
    call = _locked(actor, call_id)
    if call.state != CallState.PUBLISHED or at >= call.closes_at:
        raise StepNotAllowed(
            _("An early opening is possible only while the call is running."),
            mend=_("After closing the dossiers are simply opened."),
        )
    if call.early_openings.filter(agreed_by=None).exists():
        raise StepNotAllowed(
            _("An early opening has been asked for already."),
            mend=_("A second person can agree to it."),
        )
    require(actor, "calls.ask_early_opening", call)
    if problems := _reasoned(reason):
        raise Invalid(problems)
    wish = EarlyOpening.objects.create(
        call=call, asked_by_id=user_of(actor), asked_at=at, reason=reason.strip()
    )
    record(
        actor=actor,
        act="calls.ask_early_opening",
        subject=call_subject(call.public_id),
        at=at,
        public=True,
        detail={"code": call.code, "reason": wish.reason},
    )
    return wish


@transaction.atomic
def agree_early_opening(
    *, actor: Actor, early_opening_id: int, at: datetime
) -> EarlyOpening:
    """The second person agrees; only then may the dossiers be opened before closing."""
    wish = get_visible(
        actor,
        EarlyOpening.objects.select_for_update(of=("self",)).select_related("call"),
        pk=early_opening_id,
    )
    if wish.agreed_by_id is not None or wish.call.state != CallState.PUBLISHED:
        raise StepNotAllowed(_("This has been agreed to, or the call was opened."))
    require(actor, "calls.agree_early_opening", wish)
    wish.agreed_by_id, wish.agreed_at = actor.user_id, at
    wish.save(update_fields=["agreed_by", "agreed_at"])
    record(
        actor=actor,
        act="calls.agree_early_opening",
        subject=call_subject(wish.call.public_id),
        at=at,
        public=True,
        detail={"code": wish.call.code, "reason": wish.reason},
    )
    return wish


@transaction.atomic
def open_dossiers(*, actor: Actor, call_id: int, at: datetime) -> Call:
    """Break the seal: from now on the office sees what was handed in.

    Possible after closing, or before with an early opening that two people agreed to.
    The deadlines that run from the closing of the call start now.
    """
    call = _locked(actor, call_id)
    if call.state != CallState.PUBLISHED:
        raise StepNotAllowed(_not_open(call))
    early = at < call.closes_at
    agreed = call.early_openings.filter(agreed_by__isnull=False).exists()
    if early and not agreed:
        raise StepNotAllowed(
            _("The dossiers are sealed until %(time)s.")
            % {"time": f"{timezone.localtime(call.closes_at):%H:%M %d/%m/%Y}"},
            mend=_("An early opening must be asked for and agreed to by two people."),
        )
    require(actor, "calls.open_dossiers", call)
    call.state, call.opened_at = CallState.OPENED, at
    call.version += 1
    call.save(update_fields=["state", "opened_at", "version"])
    handed_in = list(
        Dossier.objects.filter(call=call, submitted_at__isnull=False)
        .exclude(case__state__in=[State.DRAFT, State.WITHDRAWN])
        .values_list("case_id", flat=True)
    )
    on = timezone.localdate(min(at, call.closes_at))
    for event in opening_events(call):
        start_deadlines(case_ids=handed_in, event=event, on=on, at=at)
    record(
        actor=actor,
        act="calls.open",
        subject=call_subject(call.public_id),
        at=at,
        public=True,
        detail={"code": call.code, "dossiers": len(handed_in), "early": early},
    )
    publish(DossiersOpened(call_id=call.pk, at=at))
    return call


def _locked(actor: Actor, call_id: int) -> Call:
    return get_visible(actor, Call.objects.select_for_update(of=("self",)), pk=call_id)


def _not_open(call: Call) -> str:
    return _("The call is in the state “%(state)s”; this is not possible there.") % {
        "state": CallState(call.state).label
    }


def _reasoned(reason: str) -> list[Problem]:
    if reason.strip():
        return []
    return [
        Problem(
            field="reason",
            message=_("Please give the reason."),
            mend=_("It becomes part of the record."),
        )
    ]
