"""Steps that councils and decisions take on a dossier: each by its own domain's action."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from opensti.domains.calls.actions.locking import locked
from opensti.domains.calls.events import DossierMoved
from opensti.domains.calls.models import Dossier
from opensti.domains.calls.queries import dossier_subject
from opensti.domains.procedures.actions import take_step
from opensti.domains.procedures.choices import Act, Track
from opensti.domains.procedures.queries import basis, regime_of
from opensti.kernel.access import get_visible, require
from opensti.kernel.events import publish
from opensti.kernel.record.actions import record
from opensti.kernel.refusals import StepNotAllowed

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from opensti.kernel.access import Actor

NOTHING: Mapping[str, Any] = MappingProxyType({})
BY_APPLICANT = frozenset({Act.DOSSIER_OBJECT})
BY_OFFICE = frozenset(
    {
        Act.DOSSIER_SEND_TO_COUNCIL,
        Act.DOSSIER_CONCLUDE,
        Act.DOSSIER_SEND_TO_COST_APPRAISAL,
        Act.DOSSIER_CONCLUDE_COST,
        Act.DOSSIER_REQUEST_REVISION,
        Act.DOSSIER_PROPOSE,
        Act.DOSSIER_APPROVE,
        Act.DOSSIER_DECLINE,
        Act.DOSSIER_ANSWER_OBJECTION,
    }
)


@transaction.atomic
def step_dossier(
    *,
    actor: Actor,
    dossier_id: int,
    act: str,
    at: datetime,
    reason: str = "",
    expected_version: int | None = None,
    detail: Mapping[str, Any] = NOTHING,
    secret: Mapping[str, Any] = NOTHING,
    public: bool = False,
) -> Dossier:
    """Take one step of the dossier's own procedure and record it.

    ``expected_version`` is the case's version that the person saw. What the step rests
    on in the council or the round is checked by the caller and goes into ``detail``.
    """
    dossier = locked(actor, dossier_id)
    if act not in BY_APPLICANT | BY_OFFICE:
        raise StepNotAllowed(f"{act} has an action of its own.")
    require(
        actor,
        "calls.submit_dossier" if act in BY_APPLICANT else "calls.step_dossier",
        dossier,
    )
    rests_on = basis(dossier.case, act)
    dossier.case = take_step(
        actor=actor,
        case_id=dossier.case_id,
        act=act,
        at=at,
        reason=reason,
        expected_version=expected_version,
    )
    if act == Act.DOSSIER_REQUEST_REVISION:
        dossier.supplement_request, dossier.supplement_until = reason.strip(), None
    dossier.version += 1
    dossier.save(update_fields=["version", "supplement_request", "supplement_until"])
    record(
        actor=actor,
        act=act,
        subject=dossier_subject(dossier.public_id),
        at=at,
        basis=rests_on,
        public=public,
        detail={"code": dossier.code, "reason": reason.strip(), **detail},
        secret=secret,
    )
    publish(
        DossierMoved(
            dossier_id=dossier.pk, act=str(act), state=dossier.case.state, at=at
        )
    )
    return dossier


def send_to_council(
    *,
    actor: Actor,
    dossier_id: int,
    at: datetime,
    detail: Mapping[str, Any] = NOTHING,
) -> Dossier:
    """Hand a valid dossier to its council."""
    return step_dossier(
        actor=actor,
        dossier_id=dossier_id,
        act=Act.DOSSIER_SEND_TO_COUNCIL,
        at=at,
        detail=detail,
    )


def conclude_dossier(
    *,
    actor: Actor,
    dossier_id: int,
    at: datetime,
    detail: Mapping[str, Any] = NOTHING,
) -> Dossier:
    """Enter the council's conclusion; the result itself is the council's."""
    return step_dossier(
        actor=actor,
        dossier_id=dossier_id,
        act=Act.DOSSIER_CONCLUDE,
        at=at,
        detail=detail,
    )


def request_revision(
    *, actor: Actor, dossier_id: int, reason: str, at: datetime
) -> Dossier:
    """Ask the applicant to revise as the council concluded."""
    return step_dossier(
        actor=actor,
        dossier_id=dossier_id,
        act=Act.DOSSIER_REQUEST_REVISION,
        at=at,
        reason=reason,
    )


def send_to_cost_appraisal(*, actor: Actor, dossier_id: int, at: datetime) -> Dossier:
    """Let the office appraise the costs, where the procedure has no team for it.

    Raises ``StepNotAllowed`` where it has one: its set-up sends the dossier.
    """
    _without_team(actor, dossier_id)
    return step_dossier(
        actor=actor,
        dossier_id=dossier_id,
        act=Act.DOSSIER_SEND_TO_COST_APPRAISAL,
        at=at,
    )


def conclude_cost(*, actor: Actor, dossier_id: int, at: datetime) -> Dossier:
    """Enter that the costs were appraised, where the procedure has no team for it.

    Raises ``StepNotAllowed`` where it has one: its conclusion counts.
    """
    _without_team(actor, dossier_id)
    return step_dossier(
        actor=actor, dossier_id=dossier_id, act=Act.DOSSIER_CONCLUDE_COST, at=at
    )


def _without_team(actor: Actor, dossier_id: int) -> None:
    dossier = get_visible(actor, Dossier.objects.all(), pk=dossier_id)
    if regime_of(dossier.case).council_for(Track.DOSSIER, "cost_team") is not None:
        raise StepNotAllowed(
            _("In this procedure a team appraises the costs."),
            mend=_("Set the team up; its conclusion moves the dossier."),
        )
