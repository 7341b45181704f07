"""The cases behind how long steps take: each deadline with its days, for whoever works here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import django_filters
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy

from opensti.domains.procedures.choices import (
    DEADLINE_STATE_LABELS,
    TRACK_LABELS,
    DeadlineState,
)
from opensti.domains.procedures.models import Deadline
from opensti.domains.procedures.queries import days_taken, working_calendar
from opensti.domains.publications import queries
from opensti.kernel.access import ROLE_LABELS, STAFF, Role
from opensti.ui.tables import (
    Column,
    DayColumn,
    NumberColumn,
    PairColumn,
    StateColumn,
    Table,
)
from opensti.web.lists import WorkList

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from opensti.kernel.access import Actor

TONES = {"running": "wait", "met": "good", "missed": "bad", "suspended": "neutral"}
PAGES = {
    "tasks.need": "tasks:need",
    "tasks.order": "tasks:order",
    "calls.dossier": "calls:dossier",
    "contracts.contract": "contracts:contract",
    "results.acceptance": "results:acceptance",
}
BOUND = (*(role for role in Role if role in STAFF), Role.MANAGER, Role.APPLICANT)


def _page(record: Deadline) -> str | None:
    kind, _colon, public_id = record.case.subject.partition(":")
    name = PAGES.get(kind)
    return reverse(name, args=[public_id]) if name else None


class StageTable(Table):
    case = Column(
        accessor="case__title",
        order_by=("case__title",),
        verbose_name=gettext_lazy("Case"),
        linkify=_page,
    )
    label = PairColumn(
        "label", order_by=("label_vi",), verbose_name=gettext_lazy("Step")
    )
    started_on = DayColumn(verbose_name=gettext_lazy("Began on"))
    due_on = DayColumn(verbose_name=gettext_lazy("Due"))
    closed_at = DayColumn(verbose_name=gettext_lazy("Done"))
    taken = NumberColumn(
        empty_values=(),
        orderable=False,
        verbose_name=gettext_lazy("Working days taken"),
    )
    allowed = NumberColumn(
        empty_values=(),
        orderable=False,
        verbose_name=gettext_lazy("Working days allowed"),
    )
    state = StateColumn(
        tones=TONES,
        labels={state.value: said for state, said in DEADLINE_STATE_LABELS.items()},
        verbose_name=gettext_lazy("State"),
    )

    class Meta(Table.Meta):
        model = Deadline
        fields = (
            "case", "label", "started_on", "due_on", "closed_at", "taken", "allowed", "state",
        )  # fmt: skip

    def _days(self, record: Deadline) -> tuple[int, int]:
        """Counted once for a row; the calendar is read once for a table."""
        if not hasattr(self, "_calendar"):
            self._calendar = working_calendar()
        until = localdate(record.closed_at) if record.closed_at else localdate()
        return days_taken(self._calendar, record, until)

    def render_taken(self, record: Deadline) -> int:
        return self._days(record)[0]

    def render_allowed(self, record: Deadline) -> int:
        return self._days(record)[1]

    value_taken, value_allowed = render_taken, render_allowed


class StageFilter(django_filters.FilterSet):
    step = django_filters.CharFilter(field_name="code", label=gettext_lazy("Step"))
    track = django_filters.ChoiceFilter(
        field_name="case__track",
        label=gettext_lazy("Kind of case"),
        choices=list(TRACK_LABELS.items()),
    )
    unit = django_filters.ChoiceFilter(
        field_name="binding_on",
        label=gettext_lazy("Whom the deadline binds"),
        choices=[(role.value, ROLE_LABELS[role]) for role in BOUND],
    )
    state = django_filters.ChoiceFilter(
        label=gettext_lazy("State"),
        choices=[
            (key.value, words)
            for key, words in DEADLINE_STATE_LABELS.items()
            if key is not DeadlineState.VOID
        ],
    )

    class Meta:
        model = Deadline
        fields = ("step", "track", "unit", "state")


class StageCases(WorkList):
    title = gettext_lazy("How long steps take")
    lead = gettext_lazy(
        "Every deadline of the cases that you may know of. The public page has the sums."
    )
    permission = "publications.read_stages"
    table_class = StageTable
    filterset_class = StageFilter
    export_name = "stages"

    def rows(self, actor: Actor) -> QuerySet[Any]:
        return queries.known_deadlines(actor)

    def search(self, rows: QuerySet[Any], text: str) -> QuerySet[Any]:
        return rows.filter(case__title__icontains=text)
