"""A published fact is corrected in the open, by two people, and what stood before is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from opensti.domains.calls.actions import checked_text, correct_call
from opensti.domains.publications.actions.articles import (
    correct_article,
    corrected_content,
)
from opensti.domains.publications.models import (
    Corrected,
    Correction,
    CorrectionState,
)
from opensti.domains.publications.queries.correcting import (
    WHOLE,
    published_thing,
    published_value,
)
from opensti.domains.tasks.actions import (
    ORDER_FIELDS,
    TASK_FIELDS,
    checked_value,
    correct_order,
    correct_task,
)
from opensti.kernel.access import get_visible, require
from opensti.kernel.checks import Faults
from opensti.kernel.record.actions import record
from opensti.kernel.refusals import Stale, StepNotAllowed

if TYPE_CHECKING:
    from datetime import datetime

    from opensti.kernel.access import Actor


class _Corrects(Protocol):
    def __call__(
        self,
        *,
        actor: Actor,
        public_id: str,
        field: str,
        value: str,
        reason: str,
        basis: str,
        at: datetime,
    ) -> int: ...


_BY_KIND: dict[str, _Corrects] = {
    Corrected.TASK: correct_task,
    Corrected.ORDER: correct_order,
    Corrected.CALL: correct_call,
    Corrected.NEWS: correct_article,
    Corrected.EVENT: correct_article,
}


def correction_subject(public_id: str) -> str:
    return f"publications.correction:{public_id}"


@transaction.atomic
def propose_correction(
    *,
    actor: Actor,
    kind: str,
    public_id: str,
    field: str,
    value: str,
    reason: str,
    basis: str,
    at: datetime,
) -> Correction:
    """Say what is wrong in something published, what it ought to be, why, and on what basis.

    Nothing changes until another person confirms it. Raises ``NotFound`` for what is not
    public, ``Invalid`` for a value that cannot be or is the one that stands there, and
    ``StepNotAllowed`` while a correction of the same fact waits.
    """
    title, was = published_value(kind, public_id, field)
    require(actor, "publications.propose_correction")
    faults = Faults()
    faults.needs("reason", reason, _("A correction has a reason, which is published."))
    faults.needs("basis", basis, _("Name the paper in which the right fact stands."))
    faults.refuse()
    _check(kind, public_id, field, value)
    if value.strip() == was:
        faults.add("value", _("This is what stands there already."))
        faults.refuse()
    try:
        with transaction.atomic():
            found = Correction.objects.create(
                kind=kind,
                subject=public_id,
                title=title[:500],
                field=field,
                was=was,
                now=value.strip(),
                reason=reason.strip(),
                basis=basis.strip()[:200],
                proposed_by_id=actor.account_id,
                proposed_at=at,
            )
    except IntegrityError:
        raise StepNotAllowed(
            _("A correction of this fact waits for a second person already."),
            mend=_("Let that one be confirmed or refused first."),
        ) from None
    _record(actor, "publications.propose_correction", found, at)
    return found


@transaction.atomic
def confirm_correction(*, actor: Actor, public_id: str, at: datetime) -> Correction:
    """The second person confirms: the fact is corrected, and everybody reads what it was.

    Raises ``StepNotAllowed`` once it was answered, ``Stale`` when the fact changed
    meanwhile, ``AccessDenied`` for whoever proposed it.
    """
    found = _waiting(actor, public_id)
    require(actor, "publications.confirm_correction", found)
    _title, stands = published_value(found.kind, found.subject, found.field)
    if stands != found.was:
        raise Stale(
            _("What is published changed since this was proposed."),
            mend=_("Refuse it and let it be proposed anew."),
        )
    found.entry_position = _BY_KIND[found.kind](
        actor=actor,
        public_id=found.subject,
        field=found.field,
        value=found.now,
        reason=found.reason,
        basis=found.basis,
        at=at,
    )
    _answer(actor, found, CorrectionState.CONFIRMED, at)
    _record(actor, "publications.confirm_correction", found, at)
    return found


@transaction.atomic
def refuse_correction(
    *, actor: Actor, public_id: str, reason: str, at: datetime
) -> Correction:
    """The second person does not agree; what is published stays as it is.

    Raises as ``confirm_correction``, and ``Invalid`` without a reason.
    """
    found = _waiting(actor, public_id)
    require(actor, "publications.refuse_correction", found)
    faults = Faults()
    faults.needs("reason", reason, _("Say why it stays as it is."))
    faults.refuse()
    found.answer = reason.strip()
    _answer(actor, found, CorrectionState.REFUSED, at)
    _record(actor, "publications.refuse_correction", found, at)
    return found


def _check(kind: str, public_id: str, field: str, value: str) -> None:
    if kind in WHOLE:
        corrected_content(published_thing(kind, public_id), field, value)
    elif kind == Corrected.CALL:
        checked_text(field, value)
    else:
        fields = TASK_FIELDS if kind == Corrected.TASK else ORDER_FIELDS
        checked_value(fields, field, value)


def _waiting(actor: Actor, public_id: str) -> Correction:
    rows = Correction.objects.select_for_update(of=("self",))
    found = get_visible(actor, rows, public_id=public_id)
    if found.state != CorrectionState.PROPOSED:
        raise StepNotAllowed(_("This correction was answered already."))
    return found


def _answer(
    actor: Actor, found: Correction, state: CorrectionState, at: datetime
) -> None:
    found.state = state
    found.answered_by_id, found.answered_at = actor.account_id, at
    found.save()


def _record(actor: Actor, act: str, found: Correction, at: datetime) -> None:
    """For the office: everybody reads the entry that corrects the thing itself."""
    record(
        actor=actor,
        act=act,
        subject=correction_subject(found.public_id),
        at=at,
        basis=found.basis,
        detail={
            "kind": found.kind,
            "subject": found.subject,
            "field": found.field,
            "entry": found.entry_position,
        },
        secret={"was": found.was, "now": found.now, "reason": found.reason},
    )
