"""The host asks for an instalment with its evidence, an officer checks it; milestones."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from opensti.domains.contracts.actions.acting import locked, tell
from opensti.domains.contracts.actions.lighting import refresh_lights
from opensti.domains.contracts.actions.refusing import day_is_past
from opensti.domains.contracts.choices import RequestState
from opensti.domains.contracts.models import (
    Instalment,
    Milestone,
    Payment,
    PaymentRequest,
)
from opensti.domains.contracts.queries.paying import PAYING, request_subject
from opensti.kernel.access import get_visible
from opensti.kernel.checks import keep, problem, required
from opensti.kernel.files import actions as files
from opensti.kernel.files.serving import files_of
from opensti.kernel.refusals import StepNotAllowed

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, datetime

    from django.core.files.base import File

    from opensti.kernel.access import Actor
    from opensti.kernel.files.models import StoredFile

MOST_FILES = 30
OPEN = (RequestState.ASKED, RequestState.ACCEPTED, RequestState.PAID)


@transaction.atomic
def ask_payment(
    *,
    actor: Actor,
    instalment_id: int,
    text: str,
    at: datetime,
    evidence: Iterable[File[bytes]] = (),
    version: int | None = None,
) -> PaymentRequest:
    """Ask for an instalment; its evidence goes with it.

    Raises ``StepNotAllowed`` where it was asked for or paid already, ``Invalid`` with what
    is wrong with a file; then nothing was asked.
    """
    instalment = get_visible(actor, Instalment.objects.all(), pk=instalment_id)
    contract = locked(
        actor,
        instalment.contract_id,
        "contracts.ask_payment",
        states=PAYING,
        version=version,
    )
    if Payment.objects.filter(instalment=instalment).exists():
        raise StepNotAllowed(
            _("This instalment was paid already."),
            mend=_("Its day and reference stand on the page of the contract's money."),
        )
    if instalment.requests.filter(state__in=OPEN).exists():
        raise StepNotAllowed(
            _("This instalment was asked for already."),
            mend=_("Wait for the answer; a request that is returned can be sent anew."),
        )
    given = list(evidence)
    if not given and not text.strip():
        raise problem(
            "text",
            _("Nothing shows that the instalment is due."),
            _("Say what was done, or attach the evidence."),
        )
    request = PaymentRequest.objects.create(
        contract=contract,
        instalment=instalment,
        text=text.strip(),
        asked_by_id=actor.user_id,
        asked_at=at,
    )
    for file in given:
        files.upload(
            actor=actor,
            subject=request_subject(request.public_id),
            kind="evidence",
            file=file,
            at=at,
            most=MOST_FILES,
        )
    keep(contract)
    tell(
        actor,
        contract,
        "contracts.ask_payment",
        at,
        detail={
            "request": request.public_id,
            "instalment": instalment.key,
            "amount": instalment.amount,
            "evidence": _digests(request),
        },
    )
    return request


@transaction.atomic
def accept_payment_request(
    *, actor: Actor, request_id: int, at: datetime, note: str = ""
) -> PaymentRequest:
    """The evidence shows what the instalment waits for: finance may pay it."""
    return _answer(actor, request_id, RequestState.ACCEPTED, note.strip(), at)


@transaction.atomic
def return_payment_request(
    *, actor: Actor, request_id: int, reason: str, at: datetime
) -> PaymentRequest:
    """Send a request back to the host, with what is missing; it may be sent anew."""
    return _answer(
        actor, request_id, RequestState.RETURNED, required(answer=reason)["answer"], at
    )


def _answer(
    actor: Actor, request_id: int, state: RequestState, answer: str, at: datetime
) -> PaymentRequest:
    seen = get_visible(actor, PaymentRequest.objects.all(), pk=request_id)
    contract = locked(actor, seen.contract_id, "contracts.answer_payment_request")
    request = PaymentRequest.objects.select_for_update().get(pk=seen.pk)
    possible = (
        (RequestState.ASKED, RequestState.ACCEPTED)
        if state == RequestState.RETURNED
        else (RequestState.ASKED,)
    )
    if request.state not in possible:
        raise StepNotAllowed(
            _("This request was answered already: %(state)s.")
            % {"state": RequestState(request.state).label},
            mend=_("Reload the page: it shows what can be done now."),
        )
    request.state, request.answer = state, answer
    request.answered_by_id, request.answered_at = actor.user_id, at
    request.save(update_fields=["state", "answer", "answered_by", "answered_at"])
    keep(contract)
    tell(
        actor,
        contract,
        "contracts.accept_payment_request"
        if state == RequestState.ACCEPTED
        else "contracts.return_payment_request",
        at,
        detail={
            "request": request.public_id,
            "instalment": request.instalment.key,
            "answer": answer,
            "evidence": _digests(request),
        },
    )
    return request


@transaction.atomic
def reach_milestone(
    *,
    actor: Actor,
    milestone_id: int,
    reached_on: date,
    evidence: str,
    at: datetime,
    version: int | None = None,
) -> Milestone:
    """Enter the day a milestone was reached, and what shows it."""
    milestone = get_visible(actor, Milestone.objects.all(), pk=milestone_id)
    contract = locked(
        actor,
        milestone.contract_id,
        "contracts.reach_milestone",
        states=PAYING,
        version=version,
    )
    shown = required(evidence=evidence)["evidence"]
    day_is_past("reached_on", reached_on, at, contract)
    milestone.refresh_from_db()
    if milestone.reached_on is not None:
        raise StepNotAllowed(
            _("This milestone was entered as reached already."),
            mend=_("Reload the page: it shows the day."),
        )
    milestone.reached_on = reached_on
    milestone.save(update_fields=["reached_on"])
    keep(contract)
    tell(
        actor,
        contract,
        "contracts.reach_milestone",
        at,
        detail={
            "milestone": milestone.position,
            "reached_on": reached_on.isoformat(),
            "evidence": shown,
        },
    )
    refresh_lights(contract_ids=[contract.pk], at=at)
    return milestone


@transaction.atomic
def unreach_milestone(
    *,
    actor: Actor,
    milestone_id: int,
    reason: str,
    at: datetime,
    version: int | None = None,
) -> Milestone:
    """A milestone was entered as reached by mistake: it is waited for again.

    Refused (``StepNotAllowed``) while an instalment that hung on it is paid.
    """
    seen = get_visible(actor, Milestone.objects.all(), pk=milestone_id)
    contract = locked(
        actor,
        seen.contract_id,
        "contracts.reach_milestone",
        states=PAYING,
        version=version,
    )
    why = required(reason=reason)["reason"]
    milestone = Milestone.objects.get(pk=seen.pk)
    if milestone.reached_on is None:
        raise StepNotAllowed(
            _("This milestone is not entered as reached."),
            mend=_("Reload the page: it shows what can be done now."),
        )
    if Payment.objects.filter(instalment__milestone=milestone).exists():
        raise StepNotAllowed(
            _("An instalment that hangs on this milestone was paid."),
            mend=_("Take that payment back first."),
        )
    was, milestone.reached_on = milestone.reached_on, None
    milestone.save(update_fields=["reached_on"])
    keep(contract)
    tell(
        actor,
        contract,
        "contracts.unreach_milestone",
        at,
        detail={
            "milestone": milestone.position,
            "was": was.isoformat(),
            "reason": why,
        },
    )
    refresh_lights(contract_ids=[contract.pk], at=at)
    return milestone


def _digests(request: PaymentRequest) -> list[str]:
    held: list[StoredFile] = files_of(request_subject(request.public_id))
    return [file.sha256 for file in held]
