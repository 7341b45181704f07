"""What an objection to a public decision does to its case: stand still, correct, nothing.

Applicants object to a refusal by ``portfolios.file_objection``; here object those whom a
published decision concerns. A case is stopped and set going by the acts that exist for
it: those of its contract, else those of its deadlines.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from opensti.domains.calls.queries import dossier_by_id
from opensti.domains.contracts import actions as contracts
from opensti.domains.contracts.queries import contract_by_id, contract_of_dossier
from opensti.domains.procedures.actions import resume_deadlines, suspend_deadlines
from opensti.domains.procedures.choices import State
from opensti.domains.supervision.actions.moderating import locked
from opensti.domains.supervision.choices import Effect, VoiceKind, VoiceState
from opensti.domains.supervision.models import Objection
from opensti.kernel.access import require
from opensti.kernel.record.actions import record
from opensti.kernel.refusals import Invalid, NotFound, Problem, StepNotAllowed

if TYPE_CHECKING:
    from datetime import datetime

    from django.db.models import QuerySet

    from opensti.domains.contracts.events import ContractSigned
    from opensti.kernel.access import Actor


@transaction.atomic
def rule_on_objection(
    *, actor: Actor, voice_id: int, effect: str, reason: str, at: datetime
) -> Objection:
    """The leader rules which effect an objection has on the case, with reasons.

    ``suspend`` stops the running contract, else the running deadlines of the case; and
    no contract is signed on the decision until it is lifted.
    """
    objection = _of(actor, voice_id)
    voice = objection.voice
    require(actor, "supervision.rule", voice)
    if voice.state not in {VoiceState.PUBLISHED, VoiceState.ASSIGNED}:
        raise StepNotAllowed(_("This objection is not open."))
    if objection.ruled_at is not None:
        raise StepNotAllowed(_("This objection was ruled on already."))
    problems = []
    if effect not in Effect.values:
        problems.append(Problem(field="effect", message=_("Choose the effect.")))
    if not reason.strip():
        problems.append(Problem(field="reason", message=_("Give the reasons.")))
    if problems:
        raise Invalid(problems)
    objection.effect, objection.effect_reason = effect, reason.strip()
    objection.ruled_at = at
    objection.save()
    if effect == Effect.SUSPEND:
        _stop(actor, objection.dossier_id, reason.strip(), at)
    record(
        actor=actor,
        act="supervision.rule",
        subject=voice.subject,
        at=at,
        public=True,
        detail={"effect": effect, "reason": objection.effect_reason},
    )
    return objection


@transaction.atomic
def lift_suspension(
    *, actor: Actor, voice_id: int, reason: str, at: datetime
) -> Objection:
    """Let the case go on; what was stopped for the objection is set going again."""
    objection = _of(actor, voice_id)
    voice = objection.voice
    require(actor, "supervision.rule", voice)
    if objection.effect != Effect.SUSPEND or objection.lifted_at is not None:
        raise StepNotAllowed(_("No case stands still for this objection."))
    if not reason.strip():
        raise Invalid([Problem(field="reason", message=_("Give the reasons."))])
    objection.lifted_at = at
    objection.save(update_fields=["lifted_at"])
    _go_on(actor, objection.dossier_id, reason.strip(), at)
    record(
        actor=actor,
        act="supervision.lift",
        subject=voice.subject,
        at=at,
        public=True,
        detail={"reason": reason.strip()},
    )
    return objection


def keep_unsigned(event: ContractSigned) -> None:
    """Hold the signing of a contract while its decision is suspended.

    Called within the act that signs, which is undone when this raises.
    """
    contract = contract_by_id(event.contract_id)
    if _suspended(contract.dossier_id).exists():
        raise StepNotAllowed(
            _("The decision is suspended by an objection."),
            mend=_("The leader lifts it once the objection is answered."),
        )


def _of(actor: Actor, voice_id: int) -> Objection:
    voice = locked(actor, voice_id)
    if voice.kind != VoiceKind.OBJECTION:
        raise NotFound
    found = Objection.objects.select_for_update().get(voice=voice)
    found.voice = voice
    return found


def _suspended(dossier_id: int) -> QuerySet[Objection]:
    return Objection.objects.filter(
        dossier_id=dossier_id, effect=Effect.SUSPEND, lifted_at=None
    )


def _stop(actor: Actor, dossier_id: int, reason: str, at: datetime) -> None:
    contract = contract_of_dossier(actor, dossier_id)
    if contract is not None and contract.case.state == State.RUNNING:
        contracts.suspend_contract(
            actor=actor, contract_id=contract.pk, reason=reason, at=at
        )
        return
    case = dossier_by_id(actor=actor, dossier_id=dossier_id).case
    if case.deadlines.filter(state="running").exists():
        suspend_deadlines(actor=actor, case_id=case.pk, at=at, reason=reason)


def _go_on(actor: Actor, dossier_id: int, reason: str, at: datetime) -> None:
    if _suspended(dossier_id).exists():
        return  # another objection still holds the case
    contract = contract_of_dossier(actor, dossier_id)
    if contract is not None and contract.case.state == State.SUSPENDED:
        contracts.resume_contract(
            actor=actor, contract_id=contract.pk, reason=reason, at=at
        )
        return
    case = dossier_by_id(actor=actor, dossier_id=dossier_id).case
    if case.deadlines.filter(state="suspended").exists():
        resume_deadlines(actor=actor, case_id=case.pk, at=at, reason=reason)
