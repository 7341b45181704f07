"""How lists of councils, items and ballots look, and what they can be filtered by."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import django_filters
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from opensti.domains.panels import queries
from opensti.domains.panels.choices import (
    COUNCIL_TONES,
    FORMATION_TONES,
    OUTCOME_TONES,
    REVIEW_TONES,
    RUN_TONES,
    BallotState,
    CouncilKind,
    CouncilState,
    FormationMode,
    FormationState,
    Outcome,
    ReviewState,
    RunState,
)
from opensti.domains.panels.models import (
    Assignment,
    Council,
    CouncilItem,
    Formation,
)
from opensti.ui.tables import (
    Column,
    MomentColumn,
    NumberColumn,
    PairColumn,
    StateColumn,
    Table,
)
from opensti.ui.templatetags.ui import choose_language

if TYPE_CHECKING:
    from django.utils.safestring import SafeString


class TitleColumn(PairColumn):
    """A title in the reader's language that leads to the page of its row."""

    def __init__(self, name: str, *, page: str, **kwargs: Any) -> None:
        self.page = page
        super().__init__(name, **kwargs)

    def render(self, record: Any) -> SafeString | str:
        value, language = choose_language(self.thing(record), self.pair_name)
        return format_html(
            '<a href="{}" lang="{}">{}</a>',
            reverse(self.page, args=[record.public_id]),
            language,
            value or record.public_id,
        )

    def value(self, record: Any) -> str:
        return choose_language(self.thing(record), self.pair_name)[0]

    def thing(self, record: Any) -> Any:
        return record


class JudgedColumn(TitleColumn):
    """The title of what an item is about: an order or a dossier."""

    def thing(self, record: Any) -> Any:
        return record.dossier or record.order


class CouncilTable(Table):
    title = TitleColumn("title", page="panels:council", verbose_name=_("Council"))
    kind = Column(verbose_name=_("Kind"))
    state = StateColumn(
        tones=COUNCIL_TONES,
        labels=dict(CouncilState.choices),
        verbose_name=_("State"),
    )
    seat_count = NumberColumn(verbose_name=_("Members"))
    item_count = NumberColumn(verbose_name=_("Items"))
    meeting_at = MomentColumn(verbose_name=_("Meeting"))
    decision_number = Column(verbose_name=_("Decision"))
    secretary = Column(
        accessor="secretary__full_name", verbose_name=_("Council secretary")
    )
    created_at = MomentColumn(verbose_name=_("Formed"))

    class Meta(Table.Meta):
        fields = (
            "title",
            "kind",
            "state",
            "seat_count",
            "item_count",
            "meeting_at",
            "decision_number",
            "secretary",
            "created_at",
        )

    def render_kind(self, value: Any, record: Council) -> Any:  # noqa: ARG002
        return record.get_kind_display()

    def value_kind(self, record: Council) -> str:
        return str(record.get_kind_display())


class ItemTable(Table):
    title = JudgedColumn(
        "title", page="panels:item", verbose_name=_("Case"), orderable=False
    )
    code = Column(
        accessor="dossier__code", verbose_name=_("Code"), order_by=("dossier__code",)
    )
    council = PairColumn("council.title", verbose_name=_("Council"))
    meeting_at = MomentColumn(accessor="council__meeting_at", verbose_name=_("Meeting"))
    outcome = StateColumn(
        tones=OUTCOME_TONES, labels=dict(Outcome.choices), verbose_name=_("Result")
    )
    mean = NumberColumn(verbose_name=_("Mean score"))

    class Meta(Table.Meta):
        fields = ("title", "code", "council", "meeting_at", "outcome", "mean")

    def render_council(self, record: CouncilItem) -> Any:
        value, language = choose_language(record.council, "title")
        return format_html(
            '<a href="{}" lang="{}">{}</a>',
            reverse("panels:council", args=[record.council.public_id]),
            language,
            value,
        )


class BallotTable(Table):
    title = JudgedColumn(
        "title", page="panels:ballot", verbose_name=_("Case"), orderable=False
    )
    council = PairColumn("council.title", verbose_name=_("Council"))
    meeting_at = MomentColumn(accessor="council__meeting_at", verbose_name=_("Meeting"))
    ballot_state = StateColumn(
        tones={"cast": "good", "draft": "wait", "": "neutral"},
        labels=dict(BallotState.choices),
        verbose_name=_("My ballot"),
        default=_("not begun"),
    )
    ballot_total = NumberColumn(verbose_name=_("My points"))
    ballot_saved_at = MomentColumn(verbose_name=_("Saved"))

    class Meta(Table.Meta):
        fields = (
            "title",
            "council",
            "meeting_at",
            "ballot_state",
            "ballot_total",
            "ballot_saved_at",
        )


class FormationTable(Table):
    title = TitleColumn("title", page="panels:formation", verbose_name=_("Plan"))
    mode = Column(verbose_name=_("Way"))
    call = Column(accessor="call__code", verbose_name=_("Call"))
    case_count = NumberColumn(verbose_name=_("Cases"))
    state = StateColumn(
        tones=FORMATION_TONES,
        labels=dict(FormationState.choices),
        verbose_name=_("State"),
    )
    run_state = StateColumn(
        tones=RUN_TONES,
        labels=dict(RunState.choices),
        verbose_name=_("Last run"),
        default=_("not computed yet"),
    )
    created_at = MomentColumn(verbose_name=_("Planned"))
    created_by = Column(accessor="created_by__full_name", verbose_name=_("Planned by"))

    class Meta(Table.Meta):
        fields = (
            "title",
            "mode",
            "call",
            "case_count",
            "state",
            "run_state",
            "created_at",
            "created_by",
        )

    def render_mode(self, value: Any, record: Formation) -> Any:  # noqa: ARG002
        return record.get_mode_display()

    def value_mode(self, record: Formation) -> str:
        return str(record.get_mode_display())


class FormationFilter(django_filters.FilterSet):
    mode = django_filters.ChoiceFilter(label=_("Way"), choices=FormationMode.choices)
    state = django_filters.ChoiceFilter(
        label=_("State"), choices=FormationState.choices
    )

    class Meta:
        model = Formation
        fields = ("mode", "state")


class CouncilFilter(django_filters.FilterSet):
    kind = django_filters.ChoiceFilter(label=_("Kind"), choices=CouncilKind.choices)
    state = django_filters.ChoiceFilter(label=_("State"), choices=CouncilState.choices)

    class Meta:
        model = Council
        fields = ("kind", "state")


class ItemFilter(django_filters.FilterSet):
    outcome = django_filters.ChoiceFilter(label=_("Result"), choices=Outcome.choices)
    state = django_filters.ChoiceFilter(
        label=_("Council"), field_name="council__state", choices=CouncilState.choices
    )

    class Meta:
        model = CouncilItem
        fields = ("outcome",)


class BallotFilter(django_filters.FilterSet):
    ballot_state = django_filters.ChoiceFilter(
        label=_("My ballot"), choices=BallotState.choices
    )

    class Meta:
        model = CouncilItem
        fields = ()


class ReviewedColumn(JudgedColumn):
    """The title of what a named reviewer reviews, from the row of the naming."""

    def thing(self, record: Any) -> Any:
        return record.item.dossier or record.item.order

    def render(self, record: Any) -> SafeString | str:
        value, language = choose_language(self.thing(record), self.pair_name)
        return format_html(
            '<a href="{}" lang="{}">{}</a>',
            reverse(self.page, args=[record.item.public_id]),
            language,
            value,
        )


class ReviewTable(Table):
    title = ReviewedColumn(
        "title", page="panels:item", verbose_name=_("Case"), orderable=False
    )
    code = Column(
        accessor="item__dossier__code",
        verbose_name=_("Code"),
        order_by=("item__dossier__code",),
    )
    council = PairColumn("item.council.title", verbose_name=_("Council"))
    reviewer = Column(accessor="seat__person__full_name", verbose_name=_("Reviewer"))
    due = Column(verbose_name=_("Due"), empty_values=(), orderable=False)
    review_state = StateColumn(
        tones=REVIEW_TONES,
        labels=dict(ReviewState.choices),
        verbose_name=_("Review"),
        default=_("not begun"),
    )
    review_in_at = MomentColumn(verbose_name=_("Handed in"))
    review_opened_at = MomentColumn(verbose_name=_("Seal opened"))
    review_total = NumberColumn(verbose_name=_("Points"))

    class Meta(Table.Meta):
        fields = (
            "title",
            "code",
            "council",
            "reviewer",
            "due",
            "review_state",
            "review_in_at",
            "review_opened_at",
            "review_total",
        )

    def render_due(self, record: Assignment) -> str:
        return self.value_due(record)

    def value_due(self, record: Assignment) -> str:
        due = queries.review_due(record.item.council, record)
        return f"{due:%d/%m/%Y}" if due is not None else ""


class ReviewFilter(django_filters.FilterSet):
    review_state = django_filters.ChoiceFilter(
        label=_("Review"), choices=ReviewState.choices
    )
    state = django_filters.ChoiceFilter(
        label=_("Council"),
        field_name="item__council__state",
        choices=CouncilState.choices,
    )

    class Meta:
        model = Assignment
        fields = ()
