"""Handing in: complete, in time, with a receipt; taken back, supplemented, revised."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from opensti.domains.calls.actions.locking import (
    locked,
    opening_events,
    reasoned,
    unchanged,
    wrong_state,
)
from opensti.domains.calls.actions.writing import freeze
from opensti.domains.calls.choices import CallState, VersionReason
from opensti.domains.calls.events import DossierMoved, DossierSubmitted
from opensti.domains.calls.models import Call, Dossier
from opensti.domains.calls.queries import (
    completeness,
    dossier_subject,
    is_open_for,
)
from opensti.domains.procedures.actions import start_deadline, take_step
from opensti.domains.procedures.choices import Act, State
from opensti.domains.procedures.queries import basis
from opensti.kernel.access import require
from opensti.kernel.events import publish
from opensti.kernel.record.actions import record
from opensti.kernel.refusals import Invalid, Problem, StepNotAllowed
from opensti.kernel.searchtext import search_text

if TYPE_CHECKING:
    from datetime import date, datetime

    from opensti.kernel.access import Actor

CODES = 10_000


@transaction.atomic
def submit_dossier(
    *,
    actor: Actor,
    dossier_id: int,
    at: datetime,
    expected_version: int | None = None,
) -> Dossier:
    """Hand the dossier in: complete and in time, or ``Invalid`` lists what is missing.

    The version handed in is frozen with its digest, and the record's entry about it is
    the applicant's receipt. A second click finds it handed in and changes nothing.
    """
    dossier = locked(actor, dossier_id)
    call = Call.objects.select_for_update().get(pk=dossier.call_id)
    if dossier.case.state == State.SUBMITTED:
        raise StepNotAllowed(
            _("The dossier was handed in already, at %(time)s, as %(code)s.")
            % {"time": _clock(dossier.submitted_at), "code": dossier.code},
            mend=_("Nothing more is to be done; your receipt is on its page."),
        )
    if dossier.case.state != State.DRAFT:
        raise wrong_state(dossier)
    if not is_open_for(call, host_id=dossier.host_id, at=at):
        raise StepNotAllowed(
            _("The call closed at %(time)s; it takes no dossiers now.")
            % {"time": _clock(call.closes_at)}
            if at >= call.closes_at
            else _("The call does not take dossiers now."),
            mend=_(
                "Your text is kept. Only a late exception, which the office grants "
                "with a reason, allows handing in after closing."
            ),
            who=_("programme officer, agency leader"),
        )
    unchanged(dossier, expected_version)
    require(actor, "calls.submit_dossier", dossier)
    _require_complete(dossier)
    rests_on = basis(dossier.case, Act.DOSSIER_SUBMIT)
    if not dossier.code:
        dossier.code = _new_code(dossier, call)
    dossier.case = take_step(
        actor=actor, case_id=dossier.case_id, act=Act.DOSSIER_SUBMIT, at=at
    )
    dossier.submitted_at, dossier.submitted_by_id = at, actor.user_id
    dossier.version += 1
    dossier.search_text = f"{search_text(dossier.code)} {dossier.search_text}".strip()
    version = freeze(actor, dossier, VersionReason.SUBMITTED, at)
    if call.opened_at is not None:
        for event in opening_events(call):
            start_deadline(
                case_id=dossier.case_id, event=event, on=timezone.localdate(at), at=at
            )
    entry = record(
        actor=actor,
        act=Act.DOSSIER_SUBMIT,
        subject=dossier_subject(dossier.public_id),
        at=at,
        basis=rests_on,
        detail={
            "call": call.code,
            "code": dossier.code,
            "version": version.number,
            "sha256": version.sha256,
            "regime_sha256": dossier.case.regime_sha256,
        },
    )
    dossier.entry_position = entry.position
    dossier.save()
    publish(DossierSubmitted(dossier_id=dossier.pk, at=at))
    publish(_moved(dossier, Act.DOSSIER_SUBMIT, at))
    return dossier


@transaction.atomic
def reopen_dossier(*, actor: Actor, dossier_id: int, at: datetime) -> Dossier:
    """Take the dossier back to write on, while the call is running and sealed."""
    dossier = locked(actor, dossier_id)
    call = Call.objects.select_for_update().get(pk=dossier.call_id)
    if dossier.case.state != State.SUBMITTED:
        raise wrong_state(dossier)
    if call.state != CallState.PUBLISHED or not is_open_for(
        call, host_id=dossier.host_id, at=at
    ):
        raise StepNotAllowed(
            _(
                "The call has closed or its dossiers are opened; nothing can be changed."
            ),
            mend=_("You can still withdraw the dossier."),
        )
    require(actor, "calls.submit_dossier", dossier)
    rests_on = basis(dossier.case, Act.DOSSIER_REOPEN)
    dossier.case = take_step(
        actor=actor, case_id=dossier.case_id, act=Act.DOSSIER_REOPEN, at=at
    )
    dossier.submitted_at = dossier.submitted_by = None
    dossier.version += 1
    dossier.save(update_fields=["submitted_at", "submitted_by", "version"])
    record(
        actor=actor,
        act=Act.DOSSIER_REOPEN,
        subject=dossier_subject(dossier.public_id),
        at=at,
        basis=rests_on,
        detail={"code": dossier.code},
    )
    publish(_moved(dossier, Act.DOSSIER_REOPEN, at))
    return dossier


@transaction.atomic
def withdraw_dossier(
    *, actor: Actor, dossier_id: int, at: datetime, reason: str = ""
) -> Dossier:
    """Take the dossier out of the call for good; nothing is deleted."""
    dossier = locked(actor, dossier_id)
    require(actor, "calls.submit_dossier", dossier)
    rests_on = basis(dossier.case, Act.DOSSIER_WITHDRAW)
    dossier.case = take_step(
        actor=actor,
        case_id=dossier.case_id,
        act=Act.DOSSIER_WITHDRAW,
        at=at,
        reason=reason,
    )
    dossier.version += 1
    dossier.save(update_fields=["version"])
    record(
        actor=actor,
        act=Act.DOSSIER_WITHDRAW,
        subject=dossier_subject(dossier.public_id),
        at=at,
        basis=rests_on,
        detail={"code": dossier.code, "reason": reason.strip()},
    )
    publish(_moved(dossier, Act.DOSSIER_WITHDRAW, at))
    return dossier


@transaction.atomic
def request_supplement(
    *, actor: Actor, dossier_id: int, what: str, until: date, at: datetime
) -> Dossier:
    """Ask the applicant for what is missing, until a day (that day included)."""
    dossier = locked(actor, dossier_id)
    require(actor, "calls.request_supplement", dossier)
    problems = reasoned(what, "what")
    if until <= timezone.localdate(at):
        problems.append(
            Problem(
                field="until",
                message=_("The day must lie in the future."),
                mend=_("Leave the applicant time to answer."),
            )
        )
    if problems:
        raise Invalid(problems)
    rests_on = basis(dossier.case, Act.DOSSIER_REQUEST_SUPPLEMENT)
    dossier.case = take_step(
        actor=actor,
        case_id=dossier.case_id,
        act=Act.DOSSIER_REQUEST_SUPPLEMENT,
        at=at,
        reason=what,
    )
    dossier.supplement_request, dossier.supplement_until = what.strip(), until
    dossier.version += 1
    dossier.save(update_fields=["supplement_request", "supplement_until", "version"])
    record(
        actor=actor,
        act=Act.DOSSIER_REQUEST_SUPPLEMENT,
        subject=dossier_subject(dossier.public_id),
        at=at,
        basis=rests_on,
        detail={
            "code": dossier.code,
            "reason": what.strip(),
            "until": until.isoformat(),
        },
    )
    publish(_moved(dossier, Act.DOSSIER_REQUEST_SUPPLEMENT, at))
    return dossier


def supplement_dossier(
    *,
    actor: Actor,
    dossier_id: int,
    at: datetime,
    expected_version: int | None = None,
) -> Dossier:
    """Hand in what was asked for. Late or not is recorded; the office decides."""
    return _hand_in_again(
        actor=actor,
        dossier_id=dossier_id,
        act=Act.DOSSIER_SUPPLEMENT,
        state=State.SUPPLEMENT,
        reason=VersionReason.SUPPLEMENTED,
        at=at,
        expected_version=expected_version,
    )


def revise_dossier(
    *,
    actor: Actor,
    dossier_id: int,
    at: datetime,
    expected_version: int | None = None,
) -> Dossier:
    """Hand in the dossier revised after the council's conclusion."""
    return _hand_in_again(
        actor=actor,
        dossier_id=dossier_id,
        act=Act.DOSSIER_REVISE,
        state=State.REVISING,
        reason=VersionReason.REVISED,
        at=at,
        expected_version=expected_version,
    )


@transaction.atomic
def _hand_in_again(
    *,
    actor: Actor,
    dossier_id: int,
    act: Act,
    state: State,
    reason: VersionReason,
    at: datetime,
    expected_version: int | None,
) -> Dossier:
    dossier = locked(actor, dossier_id)
    if dossier.case.state != state:
        raise wrong_state(dossier)
    unchanged(dossier, expected_version)
    require(actor, "calls.submit_dossier", dossier)
    _require_complete(dossier)
    rests_on = basis(dossier.case, act)
    dossier.case = take_step(actor=actor, case_id=dossier.case_id, act=act, at=at)
    dossier.version += 1
    dossier.save(update_fields=["version"])
    version = freeze(actor, dossier, reason, at)
    due = dossier.supplement_until if state is State.SUPPLEMENT else None
    record(
        actor=actor,
        act=act,
        subject=dossier_subject(dossier.public_id),
        at=at,
        basis=rests_on,
        detail={
            "code": dossier.code,
            "version": version.number,
            "sha256": version.sha256,
            "late": due is not None and timezone.localdate(at) > due,
        },
    )
    publish(_moved(dossier, act, at))
    return dossier


def _require_complete(dossier: Dossier) -> None:
    check = completeness(dossier)
    if not check.whole:
        raise Invalid(
            check.problems,
            _("The dossier is not complete: %(n)d things are missing or wrong.")
            % {"n": len(check.missing)},
        )


def _new_code(dossier: Dossier, call: Call) -> str:
    """A code that does not tell how many handed in before: the call is still sealed."""
    seed = int(hashlib.sha256(dossier.public_id.encode()).hexdigest(), 16)
    taken = set(
        Dossier.objects.filter(call=call)
        .exclude(code="")
        .values_list("code", flat=True)
    )
    width = 4 if len(taken) < CODES // 2 else 8
    for step in range(10**width):
        code = f"{call.code}-{(seed + step * 7919) % 10**width:0{width}d}"
        if code not in taken:
            return code[:60]
    raise StepNotAllowed(_("The call has no free code left."))


def _moved(dossier: Dossier, act: Act, at: datetime) -> DossierMoved:
    return DossierMoved(
        dossier_id=dossier.pk, act=str(act), state=dossier.case.state, at=at
    )


def _clock(at: datetime | None) -> str:
    return f"{timezone.localtime(at):%H:%M %d/%m/%Y}" if at else ""
