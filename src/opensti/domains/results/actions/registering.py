"""Completion confirmed, the result recognised and registered, the national dossier made."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from opensti.domains.contracts.actions import complete_contract
from opensti.domains.procedures.actions import start_deadline
from opensti.domains.procedures.choices import END_STATES, Act, Event, State, Track
from opensti.domains.procedures.queries import basis
from opensti.domains.results.actions.acting import attach, locked, step, tell
from opensti.domains.results.actions.uptake import plan_uptake
from opensti.domains.results.models import Acceptance, Handover, Registration, Result
from opensti.domains.results.problem import digest
from opensti.domains.results.queries import (
    aftermath_of,
    certificate_of,
    must_be_registered_before,
    opinions_awaited,
    registration_sheet,
)
from opensti.kernel.access import SYSTEM, get_visible
from opensti.kernel.checks import keep, past_day, refuse_if, wanted
from opensti.kernel.refusals import Problem, StepNotAllowed

if TYPE_CHECKING:
    from datetime import date, datetime

    from django.core.files.base import File

    from opensti.domains.contracts.events import ContractEnded
    from opensti.kernel.access import Actor

# Where the results may be registered, whatever the procedure asks first.
JUDGED = (State.ACCEPTED, State.CONFIRMED, State.RECOGNISED, State.REGISTERED)


@transaction.atomic
def confirm_completion(
    *,
    actor: Actor,
    acceptance_id: int,
    note: str,
    at: datetime,
    expected_version: int | None = None,
) -> Acceptance:
    """The host carried out what the council concluded; the chair confirmed it on paper."""
    found = locked(
        actor, acceptance_id, "results.confirm_completion", version=expected_version
    )
    if found.case.last_act == Act.ACCEPTANCE_CONFIRM:
        return found  # a double click
    refuse_if(
        wanted(
            "note",
            note,
            _("Say who confirmed it, and what was carried out."),
            _("Name the chair's confirmation with its day."),
        )
    )
    rests_on = step(actor, found, Act.ACCEPTANCE_CONFIRM, at)
    found.completion_note, found.completed_on = note.strip(), localdate(at)
    keep(found, "completion_note", "completed_on")
    tell(
        actor,
        found,
        Act.ACCEPTANCE_CONFIRM,
        at,
        basis=rests_on,
        secret={"note": found.completion_note},
    )
    start_deadline(
        case_id=found.case_id,
        event=Event.COMPLETION_CONFIRMED,
        on=localdate(at),
        at=at,
    )
    return found


@transaction.atomic
def recognise_result(
    *,
    actor: Actor,
    acceptance_id: int,
    decision_number: str,
    decided_on: date | None,
    at: datetime,
    expected_version: int | None = None,
) -> Acceptance:
    """The leader recognises the result: public, and the contract is completed with it.

    Refused while the procedure wants the certificate of registration first, and while an
    independent expert who was asked has not answered.
    """
    found = locked(
        actor,
        acceptance_id,
        "results.recognise",
        version=expected_version,
        with_contract=True,
    )
    if found.recognised_on is not None:
        return found  # a double click
    if (
        must_be_registered_before(found, "recognition")
        and certificate_of(found.contract_id) is None
    ):
        raise StepNotAllowed(
            _("The result must be registered before it is recognised."),
            mend=_("Enter the certificate of registration first."),
            article=aftermath_of(found).registration.basis,
        )
    if opinions_awaited(found):
        raise StepNotAllowed(
            _("An independent expert was asked and has not answered yet."),
            mend=_("Have the opinion entered, or the request given up with a reason."),
            article=aftermath_of(found).acceptance.basis,
        )
    refuse_if(
        [
            *wanted(
                "decision_number",
                decision_number,
                _("The decision has a number."),
                _("Enter it as signed."),
            ),
            *past_day("decided_on", decided_on, at, since=found.completed_on),
        ]
    )
    rests_on = step(actor, found, Act.ACCEPTANCE_RECOGNISE, at)
    found.decision_number = decision_number.strip()[:100]
    found.recognised_on = decided_on
    keep(found, "decision_number", "recognised_on")
    contract = found.contract
    tell(
        actor,
        found,
        Act.ACCEPTANCE_RECOGNISE,
        at,
        basis=rests_on,
        public=True,
        detail={
            "decision": found.decision_number,
            "decided_on": decided_on,
            "contract": contract.number,
            "title": contract.title_vi,
            "host": contract.host.name_vi,
            "level": found.rating,
        },
    )
    complete_contract(actor=actor, contract_id=contract.pk, at=at, rating=found.rating)
    plan_uptake(
        actor=SYSTEM, contract_id=contract.pk, day=decided_on or localdate(at), at=at
    )
    start_deadline(
        case_id=found.case_id,
        event=Event.RESULT_ACCEPTED,
        on=decided_on or localdate(at),
        at=at,
    )
    return found


def register_result_certificate(
    *,
    actor: Actor,
    acceptance_id: int,
    number: str,
    registered_on: date | None,
    at: datetime,
    file: File[bytes] | None = None,
    expected_version: int | None = None,
) -> Registration:
    """Enter the certificate of registration that the national system gave."""
    with transaction.atomic():
        found = locked(actor, acceptance_id, "results.register")
        held = certificate_of(found.contract_id)
        if held is not None and held.number == number.strip():
            return held  # a double click
        found = locked(
            actor,
            acceptance_id,
            "results.register",
            states=JUDGED,
            version=expected_version,
        )
        if held is not None:
            raise StepNotAllowed(
                _("The certificate %(number)s was entered already.")
                % {"number": held.number}
            )
        problems = [
            *wanted(
                "number",
                number,
                _("The certificate has a number."),
                _("Enter it as it stands on the certificate."),
            ),
            *past_day("registered_on", registered_on, at, since=found.accepted_on),
        ]
        if Registration.objects.filter(number=number.strip()).exists():
            problems.append(
                Problem(
                    field="number",
                    message=_("Another task has a certificate of this number."),
                    mend=_("Look at the certificate again."),
                )
            )
        refuse_if(problems)
        rests_on = step(actor, found, Act.ACCEPTANCE_REGISTER, at)
        rule = aftermath_of(found).registration
        paper = attach(actor, found, file, "certificate", at)
        made = Registration.objects.create(
            acceptance=found,
            number=number.strip()[:100],
            registered_on=registered_on or localdate(at),
            system_vi=rule.system_vi,
            system_en=rule.system_en,
            file=paper.public_id if paper is not None else "",
            file_sha256=paper.sha256 if paper is not None else "",
            entered_by_id=actor.account_id,
            entered_at=at,
        )
        Result.objects.filter(contract_id=found.contract_id).update(
            certificate=made.number, registered_on=made.registered_on
        )
        keep(found)
        tell(
            actor,
            found,
            Act.ACCEPTANCE_REGISTER,
            at,
            basis=rests_on or rule.basis,
            public=True,
            detail={
                "certificate": made.number,
                "registered_on": registered_on,
                "contract": found.contract.number,
            },
        )
    return made


# ---- the dossier for the national system, which is the master of its own register


@transaction.atomic
def prepare_handover(*, actor: Actor, acceptance_id: int, at: datetime) -> Handover:
    """Freeze the registration sheet as it stands now; the same sheet again is the same."""
    found = locked(actor, acceptance_id, "results.prepare_handover", states=JUDGED)
    sheet = registration_sheet(found)
    last = Handover.objects.filter(acceptance=found).order_by("-number").first()
    if last is not None and last.sha256 == digest(sheet):
        return last
    made = Handover.objects.create(
        acceptance=found,
        number=(last.number if last is not None else 0) + 1,
        sheet=sheet,
        sha256=digest(sheet),
        prepared_by_id=actor.account_id,
        prepared_at=at,
    )
    tell(
        actor,
        found,
        "acceptances.prepare_handover",
        at,
        detail={"handover": made.public_id, "sha256": made.sha256},
    )
    return made


@transaction.atomic
def note_handover(
    *,
    actor: Actor,
    handover: str,
    at: datetime,
    sent_on: date | None,
    reference: str = "",
    acknowledged_on: date | None = None,
) -> Handover:
    """Note when the dossier went to the national system, and when it was acknowledged."""
    known = get_visible(actor, Handover.objects.all(), public_id=handover)
    found = locked(actor, known.acceptance_id, "results.prepare_handover")
    row = Handover.objects.select_for_update(of=("self",)).get(pk=known.pk)
    problems = past_day("sent_on", sent_on, at, since=localdate(row.prepared_at))
    if acknowledged_on is not None:
        problems += past_day("acknowledged_on", acknowledged_on, at, since=sent_on)
    refuse_if(problems)
    row.sent_on, row.acknowledged_on = sent_on, acknowledged_on
    row.reference = reference.strip()[:100]
    row.save(update_fields=["sent_on", "acknowledged_on", "reference"])
    tell(
        actor,
        found,
        "acceptances.note_handover",
        at,
        detail={
            "handover": row.public_id,
            "sent_on": sent_on,
            "reference": row.reference,
            "acknowledged_on": acknowledged_on,
        },
    )
    return row


def stop_acceptance(event: ContractEnded) -> None:
    """A contract that ended early awaits no acceptance any more (follows the event)."""
    rows = Acceptance.objects.filter(contract_id=event.contract_id)
    rows.select_related("case").select_for_update(of=("case",)).first()
    found = rows.select_for_update(of=("self",)).select_related("case").first()
    if found is None or found.case.state in END_STATES[Track.ACCEPTANCE]:
        return
    rests_on = basis(found.case, Act.ACCEPTANCE_STOP)
    step(SYSTEM, found, Act.ACCEPTANCE_STOP, event.at, reason=event.reason or "—")
    keep(found)
    tell(
        event.actor,
        found,
        Act.ACCEPTANCE_STOP,
        event.at,
        basis=rests_on,
        secret={"reason": event.reason},
    )
