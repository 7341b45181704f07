"""An applicant objects to a refusal; the leader answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from opensti.domains.calls.actions import step_dossier
from opensti.domains.calls.queries import dossier_by_id
from opensti.domains.portfolios.choices import (
    REFUSED,
    ObjectionState,
    RoundState,
    Ruling,
)
from opensti.domains.portfolios.events import ObjectionFiled
from opensti.domains.portfolios.models import Decision, Objection
from opensti.domains.procedures.choices import Act, State
from opensti.kernel.access import get_visible, require
from opensti.kernel.events import publish
from opensti.kernel.record.actions import record
from opensti.kernel.refusals import Invalid, Problem, StepNotAllowed

if TYPE_CHECKING:
    from datetime import datetime

    from opensti.domains.calls.events import DossierMoved
    from opensti.kernel.access import Actor


# Steps by which a case leaves its objection; a proposal to the leader lays out only
# what was upheld.
LEAVING = frozenset({Act.DOSSIER_CONFIRM_ELIGIBLE, Act.DOSSIER_ANSWER_OBJECTION})


@transaction.atomic
def file_objection(
    *, actor: Actor, dossier_id: int, text: str, at: datetime
) -> Objection:
    """Object to a refusal: by the released decision, or because found not valid.

    One objection may be open on a dossier at a time. Raises ``StepNotAllowed`` where
    nothing was refused or an objection is open, ``AccessDenied`` for all but the
    applicant, ``Invalid`` without words.
    """
    dossier = dossier_by_id(actor=actor, dossier_id=dossier_id)
    state = dossier.case.state
    if state == State.OBJECTED:
        raise StepNotAllowed(
            _("An objection to this refusal is open already."),
            mend=_("Wait for its answer."),
        )
    require(actor, "portfolios.object", dossier)
    if state not in REFUSED:
        raise StepNotAllowed(_("Only a refusal can be objected to."))
    if not text.strip():
        raise Invalid(
            [Problem(field="text", message=_("Say what you object to, and why."))]
        )
    step_dossier(  # locks; the words of the objection stay out of the record's body
        actor=actor,
        dossier_id=dossier.pk,
        act=Act.DOSSIER_OBJECT,
        at=at,
        reason=gettext("An objection was filed."),
    )
    decision = None
    if state == State.DECLINED:
        decision = Decision.objects.filter(
            dossier_id=dossier.pk,
            round__state=RoundState.RELEASED,
            ruling=Ruling.DECLINE,
        ).latest("pk")
    objection = Objection.objects.create(
        dossier_id=dossier.pk,
        decision=decision,
        filed_by_id=actor.account_id,
        filed_at=at,
        text=text.strip(),
    )
    record(
        actor=actor,
        act="portfolios.object",
        subject=_subject(objection),
        at=at,
        detail={"dossier": dossier.code, "concerns": str(objection.concerns)},
        secret={"text": objection.text},
    )
    publish(ObjectionFiled(objection_id=objection.pk))
    return objection


def _subject(objection: Objection) -> str:
    """The record speaks of the decision, or else of the objection itself."""
    if objection.decision is not None:
        return f"portfolios.decision:{objection.decision.public_id}"
    return f"portfolios.objection:{objection.pk}"


@transaction.atomic
def answer_objection(
    *, actor: Actor, objection_id: int, upheld: bool, answer: str, at: datetime
) -> Objection:
    """Answer an objection with reasons.

    Rejected, the refusal stands and the case is closed. Upheld, the case stays under
    objection: one to a decision until the next round of its call lays it before the
    leader again, one to a finding that it is not valid until an officer has looked at
    the validity again.
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
            dossier_id=objection.dossier_id,
            act=Act.DOSSIER_ANSWER_OBJECTION,
            at=at,
            reason=gettext("The objection was answered."),
        )
    record(
        actor=actor,
        act="portfolios.answer_objection",
        subject=_subject(objection),
        at=at,
        detail={"outcome": objection.state},
        secret={"answer": objection.answer},
    )
    return objection


def keep_to_the_answer(event: DossierMoved) -> None:
    """Hold a case under objection until the objection has its answer.

    Called within the act that moves the dossier, which is undone when this raises
    ``StepNotAllowed``: nobody confirms or closes a case over an objection that the
    leader has not answered, nor closes one whose decision he wants laid before him.
    """
    if event.act not in LEAVING:
        return
    last = Objection.objects.filter(dossier_id=event.dossier_id).order_by("-pk").first()
    if last is None:
        return
    if last.state == ObjectionState.OPEN:
        raise StepNotAllowed(
            _("The leader has not answered the objection to this refusal yet."),
            mend=_("Wait for the answer."),
        )
    if (
        event.act == Act.DOSSIER_ANSWER_OBJECTION
        and last.state == ObjectionState.UPHELD
        and last.decision_id is not None
    ):
        raise StepNotAllowed(
            _("The objection to the decision was upheld."),
            mend=_("Lay the dossier before the leader again, in a round of its call."),
        )
