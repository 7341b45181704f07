"""An applicant objects; the leader answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from opensti.domains.calls.actions import step_dossier
from opensti.domains.portfolios.choices import ObjectionState, RoundState, Ruling
from opensti.domains.portfolios.events import ObjectionFiled
from opensti.domains.portfolios.models import Decision, Objection
from opensti.domains.procedures.choices import Act
from opensti.kernel.access import get_visible, require
from opensti.kernel.events import publish
from opensti.kernel.record.actions import record
from opensti.kernel.refusals import Invalid, Problem, StepNotAllowed

if TYPE_CHECKING:
    from datetime import datetime

    from opensti.kernel.access import Actor


@transaction.atomic
def file_objection(
    *, actor: Actor, decision_id: int, text: str, at: datetime
) -> Objection:
    """Object to a released decision; one objection may be open at a time."""
    decision = get_visible(
        actor,
        Decision.objects.select_for_update(of=("self",)).select_related("round"),
        pk=decision_id,
    )
    if decision.round.state != RoundState.RELEASED:
        raise StepNotAllowed(_("The decision has not been released yet."))
    require(actor, "portfolios.object", decision)
    if decision.ruling != Ruling.DECLINE:
        raise StepNotAllowed(_("Only a refusal can be objected to."))
    if decision.objections.filter(state=ObjectionState.OPEN).exists():
        raise StepNotAllowed(
            _("An objection to this decision is open already."),
            mend=_("Wait for its answer."),
        )
    if not text.strip():
        raise Invalid(
            [Problem(field="text", message=_("Say what you object to, and why."))]
        )
    objection = Objection.objects.create(
        decision=decision, filed_by_id=actor.account_id, filed_at=at, text=text.strip()
    )
    step_dossier(  # the words of the objection stay out of the record's body
        actor=actor,
        dossier_id=decision.dossier_id,
        act=Act.DOSSIER_OBJECT,
        at=at,
        reason=gettext("An objection was filed."),
    )
    record(
        actor=actor,
        act="portfolios.object",
        subject=f"portfolios.decision:{decision.public_id}",
        at=at,
        secret={"text": objection.text},
    )
    publish(ObjectionFiled(objection_id=objection.pk))
    return objection


@transaction.atomic
def answer_objection(
    *, actor: Actor, objection_id: int, upheld: bool, answer: str, at: datetime
) -> Objection:
    """Answer an objection with reasons.

    Rejected, the refusal stands and the case is closed. Upheld, the case stays under
    objection until the next round of its call lays it before the leader again.
    """
    objection = get_visible(
        actor,
        Objection.objects.select_for_update(of=("self",)).select_related("decision"),
        pk=objection_id,
    )
    require(actor, "portfolios.answer_objection", objection)
    if objection.state != ObjectionState.OPEN:
        raise StepNotAllowed(_("This objection was answered already."))
    if not answer.strip():
        raise Invalid([Problem(field="answer", message=_("Give the reasons."))])
    objection.state = ObjectionState.UPHELD if upheld else ObjectionState.REJECTED
    objection.answer = answer.strip()
    objection.answered_by_id, objection.answered_at = actor.user_id, at
    objection.save()
    if not upheld:
        step_dossier(
            actor=actor,
            dossier_id=objection.decision.dossier_id,
            act=Act.DOSSIER_ANSWER_OBJECTION,
            at=at,
            reason=gettext("The objection was answered."),
        )
    record(
        actor=actor,
        act="portfolios.answer_objection",
        subject=f"portfolios.decision:{objection.decision.public_id}",
        at=at,
        detail={"outcome": objection.state},
        secret={"answer": objection.answer},
    )
    return objection
