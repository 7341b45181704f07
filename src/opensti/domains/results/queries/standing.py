"""What became of funded tasks, as plain values by task: for counts over all of them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Q, Sum

from opensti.domains.results.choices import UptakeState
from opensti.domains.results.models import Acceptance, UptakeAnswer, UptakeYear

if TYPE_CHECKING:
    from datetime import date

    from django.db.models import QuerySet

    from opensti.domains.results.models import Result


@dataclass(frozen=True, kw_only=True)
class Standing:
    """How far one task came.

    ``results`` and ``registered`` count results that are open to everybody. ``asked`` are
    the yearly questions that fell due, ``answered`` those that have a checked answer;
    ``used`` is None until one has. ``value`` sums revenue, saving and exports of checked
    answers, in whole đồng; None where no checked answer states any.
    """

    accepted_on: date | None = None
    results: int = 0
    registered: int = 0
    asked: int = 0
    answered: int = 0
    used: bool | None = None
    value: Decimal | None = None


def standings(
    tasks: Any, *, results: QuerySet[Result], today: date
) -> dict[int, Standing]:
    """By task, of a subquery of task ids; 4 queries. The caller has decided who may know.

    ``results`` are those that count.
    """
    of = {"contract__task_id__in": tasks}
    accepted = Acceptance.objects.filter(**of).order_by()
    found = {
        task: Standing(accepted_on=day)
        for task, day in accepted.values_list("contract__task_id", "accepted_on")
    }
    brought = (
        results.filter(**of)
        .order_by()
        .values_list("contract__task_id")
        .annotate(n=Count("pk"), registered=Count("pk", filter=~Q(registered_on=None)))
    )
    for task, count, registered in brought:
        found[task] = replace(
            found.get(task, Standing()), results=count, registered=registered
        )
    checked = Q(state=UptakeState.CHECKED)
    asked = (
        UptakeYear.objects.filter(checked | Q(due_on__lte=today), **of)
        .order_by()
        .values_list("contract__task_id")
        .annotate(n=Count("pk"), answered=Count("pk", filter=checked))
    )
    for task, count, answered in asked:
        found[task] = replace(
            found.get(task, Standing()),
            asked=count,
            answered=answered,
            used=False if answered else None,
        )
    nothing = Q(revenue=None, saving=None, exports=None)
    answers = (
        UptakeAnswer.objects.filter(
            current=True,
            year__state=UptakeState.CHECKED,
            year__contract__task_id__in=tasks,
        )
        .order_by()
        .values_list("year__contract__task_id")
        .annotate(
            users=Count("pk", filter=~Q(users=[])),
            stated=Count("pk", filter=~nothing),
            revenue=Sum("revenue"),
            saving=Sum("saving"),
            exports=Sum("exports"),
        )
    )
    for task, users, stated, *money in answers:
        found[task] = replace(
            found[task],
            used=users > 0,
            value=sum(filter(None, money), Decimal(0)) if stated else None,
        )
    return found
