"""The day by which a need is answered: no text gives one, so the office may set it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from opensti.domains.procedures import actions as procedures_actions
from opensti.domains.procedures.choices import NEED_REPLY, OfficeAct, State
from opensti.domains.tasks.actions.needs import locked_need
from opensti.domains.tasks.queries import need_subject
from opensti.kernel.access import Role, require
from opensti.kernel.record.actions import record
from opensti.kernel.refusals import Invalid, Problem, StepNotAllowed

if TYPE_CHECKING:
    from datetime import date, datetime

    from opensti.domains.tasks.models import Need
    from opensti.kernel.access import Actor

LABEL_VI = "Trả lời đề xuất (ngày do cơ quan định)"
LABEL_EN = "Reply to the need (day set by the office)"


@transaction.atomic
def set_reply_day(
    *,
    actor: Actor,
    need_id: int,
    day: date | None,
    at: datetime,
    reason: str = "",
    expected_version: int | None = None,
) -> Need:
    """Say by which day a need is answered, or take that day away (``None``).

    Any answer stops it: return, accept, merge, decline. Raises ``StepNotAllowed`` for a
    need that does not wait for an answer, ``Invalid`` for a day that has passed, ``Stale``
    when somebody acted on the case since ``expected_version``.
    """
    need = locked_need(actor, need_id)
    require(actor, "tasks.triage_need", need)
    procedures_actions.still_as_seen(
        case_id=need.case_id, expected_version=expected_version, code=NEED_REPLY
    )
    if need.case.state != State.SUBMITTED:
        raise StepNotAllowed(
            _("This need does not wait for an answer."),
            mend=_("A day is set between submitting and answering."),
        )
    if day is not None and day < localdate(at):
        raise Invalid(
            [
                Problem(
                    field="day",
                    message=_("The day has passed already."),
                    mend=_("Choose today or a later day."),
                )
            ]
        )
    was = procedures_actions.set_day(
        case_id=need.case_id,
        code=NEED_REPLY,
        due_on=day,
        label_vi=LABEL_VI,
        label_en=LABEL_EN,
        binding_on=Role.OFFICER,
        actor=actor,
        act=OfficeAct.NEED_SET_REPLY_DAY,
        at=at,
    )
    if was != day:
        record(
            actor=actor,
            act=OfficeAct.NEED_SET_REPLY_DAY,
            subject=need_subject(need.public_id),
            at=at,
            detail={
                "was": was.isoformat() if was else "",
                "reply_by": day.isoformat() if day else "",
                "reason": reason.strip(),
            },
        )
    return need
