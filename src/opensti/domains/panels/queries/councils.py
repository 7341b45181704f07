"""Councils as each person may know them: lists, seats, agenda, readiness, progress."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Count, IntegerField, OuterRef, Prefetch, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from sti_methods import ballots as counting

from opensti.domains.calls.queries import dossiers_of_others
from opensti.domains.panels.choices import (
    ADMITTED,
    ASKED,
    QUORUM_LABELS,
    SITTING,
    VOTING,
    BallotState,
    CouncilKind,
    CouncilState,
    SeatRole,
)
from opensti.domains.panels.models import (
    Assignment,
    Ballot,
    Council,
    CouncilItem,
    Override,
    Recusal,
    Seat,
)
from opensti.domains.panels.permissions import hidden_ids, hidden_items
from opensti.domains.panels.queries.rules import least, rule_of, sitting
from opensti.domains.procedures.choices import Track
from opensti.domains.procedures.queries import REGIME, working_calendar
from opensti.domains.procedures.regimes.counting import quorum_rule
from opensti.domains.tasks.queries import orders_in_state
from opensti.kernel.access import get_visible, visible
from opensti.kernel.periods import deadline
from opensti.kernel.refusals import Problem
from opensti.kernel.searchtext import matches

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from django.db.models import QuerySet

    from opensti.kernel.access import Actor


def council_subject(public_id: str) -> str:
    return f"panels.council:{public_id}"


# ---- what comes before a council


def on_agenda(kind: str) -> QuerySet[CouncilItem]:
    """Items that councils of this kind still have before them, whoever may know of them."""
    return CouncilItem.objects.filter(council__kind=kind).exclude(
        council__state__in=[CouncilState.DISSOLVED, CouncilState.CONCLUDED]
    )


def council_of_work(case_id: int) -> Council | None:
    """The council that has a finished work before it, whoever may know of it; 1 query."""
    item = (
        on_agenda(CouncilKind.ACCEPTANCE)
        .filter(case_id=case_id)
        .select_related("council")
        .defer("council__minutes")
        .first()
    )
    return item.council if item is not None else None


def works_of_council(council_id: int) -> list[CouncilItem]:
    """The finished works a council judged, for who keeps what it found; 1 query."""
    rows = CouncilItem.objects.filter(council_id=council_id, case__isnull=False)
    return list(
        rows.select_related("council__regime_version")
        .defer(*(f"council__{name}" for name in REGIME), "council__minutes")
        .order_by("position")
    )


def orders_to_judge(actor: Actor) -> QuerySet[Any]:
    """Orders that may come before a determination council and are on no agenda yet."""
    kind = CouncilKind.DETERMINATION
    taken = on_agenda(kind).filter(order__isnull=False).values("order_id")
    return orders_in_state(actor, *ADMITTED[kind]).exclude(pk__in=taken)


def dossiers_to_judge(actor: Actor, kind: str, q: str = "") -> QuerySet[Any]:
    """Dossiers that may come before a council of this kind and are on no agenda yet."""
    taken = on_agenda(kind).filter(dossier__isnull=False).values("dossier_id")
    found = dossiers_of_others(actor=actor, q=q)
    if kind == CouncilKind.ACCEPTANCE:  # its works come from their acceptances
        return found.none()
    return found.filter(
        case__track=Track.DOSSIER, case__state__in=ADMITTED[kind]
    ).exclude(pk__in=taken)


# ---- councils


def councils(actor: Actor, q: str = "") -> QuerySet[Council]:
    """Councils the person may know of, newest first; items counted as far as known."""
    counted = (
        visible(actor, CouncilItem.objects.filter(council=OuterRef("pk")))
        .order_by()
        .values("council")
        .annotate(n=Count("pk"))
        .values("n")
    )
    seated = (
        Seat.objects.filter(council=OuterRef("pk"), state__in=SITTING, role__in=VOTING)
        .order_by()
        .values("council")
        .annotate(n=Count("pk"))
        .values("n")
    )
    rows = (
        visible(actor, Council.objects.select_related("secretary", "call"))
        .annotate(
            item_count=Coalesce(Subquery(counted, output_field=IntegerField()), 0),
            seat_count=Coalesce(Subquery(seated, output_field=IntegerField()), 0),
        )
        .defer("minutes", "call__description_vi", "call__description_en")
        .order_by("-created_at", "-pk")
    )
    return matches(rows, q)


def council(actor: Actor, public_id: str) -> Council:
    return get_visible(
        actor,
        Council.objects.select_related(
            "regime_version", "secretary", "call", "created_by"
        ).defer(*REGIME, "call__description_vi", "call__description_en"),
        public_id=public_id,
    )


def known_council(actor: Actor, council_id: int, *, lock: bool = False) -> Council:
    rows = Council.objects.select_related("regime_version").defer(*REGIME)
    if lock:
        rows = rows.select_for_update(of=("self",))
    return get_visible(actor, rows, pk=council_id)


def seats_of(actor: Actor, council: Council) -> list[Seat]:
    """All seats with the person and his main post, in the order of the roles."""
    order = list(SeatRole.values)
    rows = visible(actor, Seat.objects.filter(council=council)).select_related("person")
    return sorted(
        rows, key=lambda s: (s.state not in SITTING, order.index(s.role), s.pk)
    )


def seat_by_id(actor: Actor, seat_id: int) -> Seat:
    return get_visible(
        actor,
        Seat.objects.select_related("person", "council__regime_version").defer(
            "council__regime_version__content"
        ),
        pk=seat_id,
    )


def own_seat(actor: Actor, council: Council) -> Seat | None:
    """The seat that this person was asked to take, if any."""
    if actor.person_id is None:
        return None
    return (
        Seat.objects.filter(council=council, person_id=actor.person_id, state__in=ASKED)
        .select_related("person", "undertaking")
        .first()
    )


def overrides_of(actor: Actor, council: Council) -> QuerySet[Override]:
    return visible(
        actor, Override.objects.filter(council=council).select_related("made_by")
    )


# ---- the agenda


def _whole(rows: QuerySet[CouncilItem]) -> QuerySet[CouncilItem]:
    return rows.select_related(
        "dossier__host",
        "dossier__leader",
        "dossier__case",
        "order__case",
        "order__field",
        "order__assigned_host",
    ).defer(
        "result",
        "dossier__answers",
        "dossier__typed",
        "dossier__abstract_vi",
        "dossier__abstract_en",
        "dossier__supplement_request",
        "order__objectives_vi",
        "order__objectives_en",
        "order__grounds",
    )


def items(actor: Actor, council: Council | None = None) -> QuerySet[CouncilItem]:
    """Items on an agenda (or on all) that the person may know of."""
    rows = CouncilItem.objects.all()
    if council is not None:
        rows = rows.filter(council=council)
    return (
        _whole(visible(actor, rows))
        .select_related("council")
        .defer("council__minutes")
        .order_by("council_id", "position")
    )


def item(actor: Actor, public_id: str) -> CouncilItem:
    """One item with its council and rule; ``NotFound`` when it must not be known."""
    return get_visible(
        actor,
        CouncilItem.objects.select_related(
            "council__regime_version",
            "dossier__host",
            "dossier__leader",
            "dossier__call",
            "dossier__case__regime_version",
            "dossier__order",
            "order__case",
            "order__field",
            "order__assigned_host",
        ).defer(
            "council__regime_version__content",
            "dossier__case__regime_version__content",
            "council__minutes",
        ),
        public_id=public_id,
    )


def agenda(actor: Actor, council: Council) -> list[CouncilItem]:
    """Items with reviewers and recused seats, numbered as this person sees them.

    The number is counted here: a gap in stored positions would tell of a hidden item.
    """
    rows: list[CouncilItem] = list(
        items(actor, council)
        .select_related("dossier__order")
        .defer(
            "dossier__order__objectives_vi",
            "dossier__order__objectives_en",
            "dossier__order__grounds",
            "dossier__order__search_text",
        )
        .prefetch_related(
            Prefetch(
                "assignments",
                queryset=Assignment.objects.select_related("seat__person"),
            ),
            Prefetch(
                "recusals",
                queryset=visible(actor, Recusal.objects.select_related("seat__person")),
                to_attr="known_recusals",
            ),
        )
    )
    for number, row in enumerate(rows, start=1):
        row.number = number  # type: ignore[attr-defined]
        row.council = council
    return rows


def without_reviewers(
    council: Council, agenda: Sequence[CouncilItem]
) -> list[CouncilItem]:
    """The items that wait for a reviewer, where the rule seats any.

    Of the agenda as a person sees it: no number tells of an item hidden from him.
    """
    seats = rule_of(council).seats
    if not any(s.role.value == SeatRole.REVIEWER.value and s.count_max for s in seats):
        return []
    return [item for item in agenda if not item.assignments.all()]


def sees_all_of(actor: Actor, council: Council) -> bool:
    """Whether nothing on this agenda is hidden from the person."""
    return (
        not CouncilItem.objects.filter(council=council)
        .filter(hidden_items(actor))
        .exists()
    )


def whole_councils(actor: Actor) -> QuerySet[Council]:
    """Councils with nothing on the agenda that is hidden from the person."""
    return councils(actor).exclude(pk__in=hidden_ids(actor, "council_id"))


# ---- the documents and the meeting


def last_day_for_documents(council: Council) -> date | None:
    """The last day on which documents reach the members in time, by the rule."""
    rule = rule_of(council)
    if rule.documents_before is None or council.meeting_at is None:
        return None
    return deadline(
        localdate(council.meeting_at),
        n=rule.documents_before.n,
        unit=rule.documents_before.unit.value,
        direction="before_event",
        calendar=working_calendar(),
    )


@dataclass(frozen=True, kw_only=True)
class Part:
    """One condition for opening: met or not, with what is there and what is wanted."""

    label: str
    met: bool
    text: str


@dataclass(frozen=True, kw_only=True)
class Opening:
    """Whether the session may open. ``missing`` only a decision of the head may allow."""

    total: int
    present: int
    needed: int
    parts: tuple[Part, ...]
    missing: tuple[Problem, ...]
    blocking: tuple[Problem, ...]
    article: str

    @property
    def ready(self) -> bool:
        return not self.missing and not self.blocking

    @property
    def percent(self) -> int:
        return 100 * min(self.present, self.needed) // self.needed if self.needed else 0


def opening_of(council: Council, seats: Iterable[Seat] | None = None) -> Opening:
    """Compare attendance with the rule, in whole numbers; says what is missing."""
    rule = rule_of(council)
    voting = sitting(council.seats.all() if seats is None else seats)
    present = [s for s in voting if s.present]
    total = len(voting)
    held = quorum_of(council, voting, {s.pk for s in present})
    needed = least(rule.quorum, total)
    parts = [
        Part(
            label=_("Members present"),
            met=held.test.holds,
            text=_("%(present)d of %(total)d; needed are %(needed)d")
            % {"present": len(present), "total": total, "needed": needed},
        ),
        *(_role_part(wanted, held.missing) for wanted in rule.quorum_roles),
        Part(
            label=_("Documents sent"),
            met=council.documents_sent_at is not None,
            text=_("sent") if council.documents_sent_at else _("not sent yet"),
        ),
    ]
    blocking = []
    if not present:
        blocking.append(
            Problem(
                field="present",
                message=_("Nobody is noted as present."),
                mend=_("Note the attendance first."),
            )
        )
    return Opening(
        total=total,
        present=len(present),
        needed=needed,
        parts=tuple(parts),
        missing=tuple(
            Problem(
                field="present",
                message=_("%(label)s: %(text)s.")
                % {"label": part.label, "text": part.text},
                mend=_("Wait, call another day, or enter the decision that allows it."),
            )
            for part in parts
            if not part.met
        ),
        blocking=tuple(blocking),
        article=rule.basis,
    )


def _role_part(wanted: str, missing: Iterable[str]) -> Part:
    met = wanted not in missing
    return Part(
        label=str(QUORUM_LABELS[wanted]),
        met=met,
        text=_("present") if met else _("absent"),
    )


def quorum_held(council: Council, voting: Sequence[Seat], there: set[int]) -> bool:
    """Whether the quorum holds if only these of the members present stay in the room."""
    return quorum_of(council, voting, there).held


def quorum_of(
    council: Council, voting: Sequence[Seat], there: set[int]
) -> counting.QuorumResult:
    rule = rule_of(council)
    represents = (
        _representatives(council, voting)
        if "council_representative" in rule.quorum_roles
        else set()
    )
    return counting.quorum(
        quorum_rule(rule),
        [
            counting.Attendee(
                role=s.role,
                present=s.pk in there,
                authorised=s.authorised_vice,
                represents=s.person_id in represents,
            )
            for s in voting
        ],
    )


def _representatives(council: Council, voting: Sequence[Seat]) -> set[int]:
    """Those who were chair, vice chair or reviewer of a council on these dossiers."""
    dossiers = CouncilItem.objects.filter(council=council).values("dossier_id")
    return set(
        Seat.objects.filter(
            person_id__in=[s.person_id for s in voting],
            role__in=[SeatRole.CHAIR, SeatRole.VICE, SeatRole.REVIEWER],
            council__kind=CouncilKind.SELECTION,
            council__items__dossier_id__in=dossiers,
        ).values_list("person_id", flat=True)
    )


@dataclass(frozen=True, kw_only=True)
class Progress:
    """How many ballots are in, item by item: counts only, never whose."""

    item: Any
    cast: int
    expected: int


def progress_of(actor: Actor, council: Council) -> list[Progress]:
    """Count ballots of members present who judge the item; 2 queries."""
    voters = Q(seat__state__in=ASKED, seat__role__in=VOTING, seat__present=True)
    rows = agenda_counts(actor, council)
    cast = dict(
        Ballot.objects.filter(voters, item__council=council, state=BallotState.CAST)
        .order_by()
        .values_list("item_id")
        .annotate(n=Count("pk"))
    )
    recused = dict(
        Recusal.objects.filter(voters, item__council=council)
        .order_by()
        .values_list("item_id")
        .annotate(n=Count("pk"))
    )
    present = Seat.objects.filter(
        council=council, state__in=ASKED, role__in=VOTING, present=True
    ).count()
    return [
        Progress(
            item=row,
            cast=cast.get(row.pk, 0),
            expected=present - recused.get(row.pk, 0),
        )
        for row in rows
    ]


def agenda_counts(actor: Actor, council: Council) -> list[CouncilItem]:
    """The agenda numbered, each dossier with its order; 1 query."""
    rows = list(
        items(actor, council)
        .select_related("dossier__order")
        .defer(
            "dossier__order__objectives_vi",
            "dossier__order__objectives_en",
            "dossier__order__grounds",
        )
    )
    for number, row in enumerate(rows, start=1):
        row.number = number  # type: ignore[attr-defined]
    return rows
