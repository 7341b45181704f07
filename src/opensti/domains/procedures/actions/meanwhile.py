"""What the second of two people who act on one case at once is told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from opensti.domains.procedures.choices import (
    ACT_LABELS,
    OFFICE_ACT_LABELS,
    Act,
    OfficeAct,
)
from opensti.domains.procedures.models import Case
from opensti.domains.procedures.queries import stage_label, unsettled
from opensti.kernel.refusals import Stale

if TYPE_CHECKING:
    from datetime import date

    from opensti.kernel.refusals import Text


def still_as_seen(
    *, case_id: int, expected_version: int | None, code: str = ""
) -> None:
    """Lock a case; refuse with ``Stale`` if somebody acted since ``expected_version``.

    The refusal names the day that now stands under ``code``. 1 query, 2 when refused.
    """
    case = Case.objects.select_for_update().get(pk=case_id)
    if expected_version is None or case.version == expected_version:
        return
    due = case.deadlines.filter(unsettled(), code=code).order_by("-pk").first()
    raise stale(case, due_on=due.due_on if due is not None else None)


def stale(case: Case, *, due_on: date | None = None) -> Stale:
    """Say who acted meanwhile, what that was, and where the case stands now.

    ``due_on`` is the day that now stands for what the second person wanted to set.
    """
    said = {
        "who": case.last_by or _("somebody else"),
        "act": _done(case.last_act),
        "stage": stage_label(case),
        "day": f"{due_on:%d/%m/%Y}" if due_on else "",
    }
    return Stale(
        _(
            "Meanwhile %(who)s did this: %(act)s. It now stands at “%(stage)s”, "
            "with the day %(day)s."
        )
        % said
        if due_on
        else _("Meanwhile %(who)s did this: %(act)s. It now stands at “%(stage)s”.")
        % said,
        mend=_("Look at the case again, then decide whether your step is still right."),
    )


def _done(act: str) -> Text:
    if act in set(Act):
        return ACT_LABELS[Act(act)]
    if act in set(OfficeAct):
        return OFFICE_ACT_LABELS[OfficeAct(act)]
    return _("another step")
