"""What became of the work: questions, answers, and their totals with what is missing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Q, Sum

from opensti.domains.procedures.choices import TASK_KIND_LABELS, TaskKind
from opensti.domains.results import permissions as _permissions  # noqa: F401
from opensti.domains.results.choices import UptakeState
from opensti.domains.results.models import Result, UptakeAnswer, UptakeYear
from opensti.kernel.access import get_visible, visible
from opensti.kernel.bilingual import pick

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence
    from datetime import date
    from decimal import Decimal

    from django.db.models import QuerySet

    from opensti.domains.contracts.models import Contract
    from opensti.kernel.access import Actor

GIVEN = (UptakeState.ANSWERED, UptakeState.CHECKED)


def uptake_subject(public_id: str) -> str:
    return f"results.uptake:{public_id}"


def uptake_years(actor: Actor) -> QuerySet[UptakeYear]:
    """Yearly questions on contracts that the person may know of, the next due first."""
    rows = UptakeYear.objects.select_related("contract__host")
    return visible(actor, rows).order_by("due_on", "id")


def uptake_years_of(actor: Actor, contract: Contract) -> list[UptakeYear]:
    """All years of one contract, each with its current answer; 2 queries."""
    rows = uptake_years(actor).filter(contract=contract).order_by("number")
    years = list(rows)
    current = {
        answer.year_id: answer
        for answer in visible(
            actor, UptakeAnswer.objects.filter(year__in=years, current=True)
        )
    }
    for year in years:
        year.answer = current.get(year.pk)  # type: ignore[attr-defined]
    return years


def uptake_year(actor: Actor, public_id: str) -> UptakeYear:
    rows = UptakeYear.objects.select_related(
        "contract__case", "contract__host", "goal__plan"
    )
    return get_visible(actor, rows, public_id=public_id)


def answers_of(actor: Actor, year: UptakeYear) -> QuerySet[UptakeAnswer]:
    """Every version of the answer, newest first."""
    rows = UptakeAnswer.objects.filter(year=year).select_related("made_by")
    return visible(actor, rows).order_by("-number")


def unanswered(today: date) -> Q:
    """Past its day, and nobody answered (or completed what was returned)."""
    return Q(state__in=(UptakeState.DUE, UptakeState.RETURNED), due_on__lt=today)


def due_for_reminder(
    *, today: date, before: date, again: date
) -> Iterable[tuple[int, int]]:
    """Years (id, contract's id) whose hosts are reminded today.

    Due by ``before`` and not reminded since ``again``.
    """
    del today
    rows = UptakeYear.objects.filter(
        Q(reminded_on=None) | Q(reminded_on__lt=again),
        state__in=(UptakeState.DUE, UptakeState.RETURNED),
        due_on__lte=before,
    )
    return list(rows.order_by("id").values_list("id", "contract_id"))


@dataclass(frozen=True, kw_only=True)
class UptakeTotals:
    """One row of totals. Sums are of what was answered; nothing stands for no answer.

    ``asked`` = ``answered`` + ``unanswered`` + ``awaited``. Money in whole đồng.
    """

    label: str
    asked: int
    answered: int
    unanswered: int
    awaited: int
    revenue: Decimal | None
    saving: Decimal | None
    exports: Decimal | None
    jobs: int | None


_BY: dict[str, tuple[str, ...]] = {
    "year": ("due_on__year",),
    "kind": ("contract__case__kind",),
    "host": (
        "contract__host__name_vi",
        "contract__host__name_en",
        "contract__host_id",
    ),
}


def uptake_totals(actor: Actor, *, by: str, today: date) -> list[UptakeTotals]:
    """Totals by ``year`` (of the question), ``kind`` (of the task), ``host``, or the
    ``goal`` or ``indicator`` of a strategy that a task's results name; 2 queries at most.

    Counted over the contracts that the person may know of. A kind is that of the task, so
    that what several results of one task earned is counted once.
    """
    if by in _CODES:
        return _by_code(actor, by, today)
    columns = _BY[by]
    return [
        UptakeTotals(
            label=_label(by, [row[column] for column in columns]),
            awaited=row["asked"] - row["answered"] - row["unanswered"],
            **{name: row[name] for name in _FIGURES},
        )
        for row in _counted(actor, columns, today)
    ]


def _counted(actor: Actor, columns: Sequence[str], today: date) -> Any:
    """Rows of counts and sums, one for each value of the columns; 1 query."""
    given = Q(state__in=GIVEN)
    late = unanswered(today)
    return (
        visible(actor, UptakeYear.objects.all())
        .filter(Q(answers=None) | Q(answers__current=True))
        .order_by()
        .values(*columns)
        .annotate(
            asked=Count("pk"),
            answered=Count("pk", filter=given),
            unanswered=Count("pk", filter=late),
            revenue=Sum("answers__revenue", filter=given),
            saving=Sum("answers__saving", filter=given),
            exports=Sum("answers__exports", filter=given),
            jobs=Sum("answers__jobs", filter=given),
        )
        .order_by(*columns)
    )


def _by_code(actor: Actor, column: str, today: date) -> list[UptakeTotals]:
    """Totals by the goal or indicator that a task's results name; 2 queries.

    A year that was given a goal of its own counts under that alone; a task whose results
    name several counts once under each; one whose results name no goal under that of the
    task; one without any stands under the empty label, last.
    """
    named: dict[int, set[str]] = {}
    results = visible(actor, Result.objects.exclude(**{column: None})).order_by()
    codes = _CODES[column]
    for contract_id, *code in results.values_list("contract_id", *codes).distinct():
        named.setdefault(contract_id, set()).add(" ".join(code))
    beside: tuple[str, ...] = ("contract_id",)
    if column == "goal":
        beside += tuple(f"{lead}{code}" for lead in _OWN_AND_TASKS for code in codes)
    sums: dict[str, dict[str, Any]] = {}
    for row in _counted(actor, beside, today):
        own, of_task = (
            " ".join(filter(None, (row.get(f"{lead}{code}") for code in codes)))
            for lead in _OWN_AND_TASKS
        )
        for code in {own} if own else named.get(row["contract_id"], {of_task}):
            held = sums.setdefault(code, dict.fromkeys(_FIGURES))
            for name in _FIGURES:
                held[name] = _sum(held[name], row[name])
    return [
        UptakeTotals(
            label=code,
            awaited=row["asked"] - row["answered"] - row["unanswered"],
            **row,
        )
        for code, row in sorted(sums.items(), key=lambda one: (not one[0], one[0]))
    ]


def years_for_goals(actor: Actor, goals: Collection[int]) -> QuerySet[UptakeYear]:
    """Years of uptake that serve goals, each once, as far as the person may know of them.

    Their own goal counts; else those that the results of the contract name; else that of
    its task.
    """
    results = Result.objects.order_by()
    named = results.exclude(goal=None).values("contract_id")
    inherited = Q(contract_id__in=results.filter(goal__in=goals).values("contract_id"))
    inherited |= Q(contract__task__goal__in=goals) & ~Q(contract_id__in=named)
    rows = UptakeYear.objects.filter(
        Q(goal__in=goals) | (Q(goal=None) & inherited)
    ).select_related("contract")
    return visible(actor, rows).order_by("due_on", "pk")


def _sum(one: Any, other: Any) -> Any:
    """Nothing and nothing is nothing, not zero."""
    return other if one is None else one if other is None else one + other


_CODES = {"goal": ("goal__plan__code", "goal__code"), "indicator": ("indicator__code",)}
_OWN_AND_TASKS = ("", "contract__task__")
_FIGURES = ("asked", "answered", "unanswered", "revenue", "saving", "exports", "jobs")


def _label(by: str, values: list[Any]) -> str:
    if by == "host":
        return pick(values[0], values[1])
    if by == "kind":
        return str(TASK_KIND_LABELS[TaskKind(values[0])])
    return str(values[0])
