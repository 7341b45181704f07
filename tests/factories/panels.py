"""Councils for tests, brought where they stand by the actions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from opensti.domains.panels import actions
from opensti.domains.panels.choices import SITTING, Sheet
from opensti.domains.panels.models import Council, CouncilItem, Seat
from opensti.domains.tasks import actions as task_actions
from opensti.kernel.access import Actor, Role
from tests.factories import calls as call_factory
from tests.factories import tasks as task_factory
from tests.factories.kept import kept
from tests.factories.registry import Organisations, People, Users
from tests.factories.tasks import actor_of, person

if TYPE_CHECKING:
    from collections.abc import Sequence

    from opensti.domains.calls.models import Dossier
    from opensti.domains.procedures.regimes.format import ScoreSheet
    from opensti.domains.tasks.models import Order

AT = datetime(2026, 7, 3, 2, 0, tzinfo=UTC)
MEETING = datetime(2026, 7, 24, 2, 0, tzinfo=UTC)
OPENING = MEETING + timedelta(minutes=5)
COUNTING = MEETING + timedelta(hours=2)
OLD = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)  # before the 2026 circular was in force
NATIONAL = datetime(2025, 6, 2, 2, 0, tzinfo=UTC)  # while the 2013 law governed
NATIONAL_SEATS = (
    "chair",
    "vice",
    "secretary",
    "reviewer",
    "reviewer",
    "member",
    "member",
)
GRANT_SEATS = ("chair", "vice", "reviewer", "reviewer", "secretary", "member", "member")


@dataclass
class Office:
    """The officials who form and keep councils."""

    officer: Actor
    secretary: Actor

    @classmethod
    def new(cls) -> Office:
        return _office()


@kept
def _office() -> Office:
    return Office(officer=person(Role.OFFICER), secretary=person(Role.SECRETARY))


def expert(**more: Any) -> Actor:
    """Somebody with an account and an entry in the registry."""
    user = Users.create()
    someone = People.create(user=user, full_name=user.full_name)
    return actor_of(user, Role.EXPERT, person_id=someone.pk, **more)


@kept
def eligible_dossiers(office: Office, number: int = 1) -> list[Dossier]:
    """Dossiers of as many hosts that passed the check, in one call."""
    call = call_factory.published(office.officer)
    found = []
    for n in range(number):
        writer = call_factory.applicant(Organisations.create())
        found.append(
            call_factory.submitted(writer, call, title=f"Nhiệm vụ thứ {n + 1}")
        )
    call_factory.opened(office.officer, call)
    return [call_factory.eligible(office.officer, d) for d in found]


def old_order(
    office: Office, *, kind: str = "ministry_task", drafted: datetime = OLD
) -> Order:
    """An order under a regime that has a determination council."""
    task_factory.regimes()
    return task_actions.draft_order(
        actor=office.officer,
        at=drafted,
        task_kind=kind,
        title_vi="Công nghệ thu hồi kẽm",
        title_en="Zinc recovery",
        objectives_vi="Quy trình thu hồi ít nhất 80 % kẽm.",
        budget_ceiling=Decimal(4_000_000_000),
        duration_months=24,
        products=[task_actions.Product(name_vi="Quy trình", quantity=Decimal(1))],
    )


@kept
def formed(
    office: Office,
    *,
    dossiers: Sequence[Dossier] = (),
    orders: Sequence[Order] = (),
    kind: str = "selection",
    **said: Any,
) -> Council:
    return actions.form_council(
        actor=office.officer,
        kind=kind,
        title_vi="Hội đồng tư vấn tuyển chọn số 1",
        title_en="Selection council 1",
        dossier_ids=[d.pk for d in dossiers],
        order_ids=[o.pk for o in orders],
        secretary_id=office.secretary.user_id,
        at=AT,
        **said,
    )


@kept
def seated(
    office: Office, council: Council, roles: Sequence[str] = GRANT_SEATS
) -> list[Actor]:
    """Fill the seats with new experts, in the order of the roles."""
    members = []
    for role in roles:
        member = expert()
        actions.add_seat(
            actor=office.officer,
            council_id=council.pk,
            person_id=member.person_id or 0,
            role=role,
            at=AT,
        )
        members.append(member)
    return members


def set_up(office: Office, council: Council, **said: Any) -> Council:
    return actions.set_up_council(
        actor=office.officer,
        council_id=council.pk,
        decision_number="215/QĐ-BCT",
        decided_on=date(2026, 7, 3),
        at=AT,
        **said,
    )


def accepted(council: Council, members: Sequence[Actor]) -> None:
    for member in members:
        actions.answer_invitation(
            actor=member,
            seat_id=seat_of(council, member).pk,
            accept=True,
            at=AT,
        )


def with_documents(office: Office, council: Council) -> Council:
    actions.schedule_meeting(
        actor=office.secretary,
        council_id=council.pk,
        meeting_at=MEETING,
        place="Phòng 301",
        at=AT,
    )
    return actions.send_documents(
        actor=office.secretary, council_id=council.pk, without_reviewers=True, at=AT
    )


@kept
def prepared(
    office: Office,
    *,
    roles: Sequence[str] = GRANT_SEATS,
    accept: bool = True,
    **said: Any,
) -> tuple[Council, list[Actor]]:
    """A council set up and accepted, whose members have the documents."""
    council = formed(office, **said)
    members = seated(office, council, roles)
    set_up(office, council)
    if accept:
        accepted(council, members)
    council = with_documents(office, council)
    return council, members


def seat_of(council: Council, member: Actor) -> Seat:
    return Seat.objects.get(council=council, person_id=member.person_id)


def attended(
    office: Office,
    council: Council,
    members: Sequence[Actor] | None = None,
    **said: Any,
) -> Council:
    seats = Seat.objects.filter(council=council, state__in=SITTING)
    if members is not None:
        seats = seats.filter(person_id__in=[m.person_id for m in members])
    return actions.mark_attendance(
        actor=office.secretary,
        council_id=council.pk,
        present=[s.pk for s in seats],
        at=OPENING,
        **said,
    )


@kept
def in_session(
    office: Office,
    council: Council,
    members: Sequence[Actor] | None = None,
    **said: Any,
) -> Council:
    attended(office, council, members, **said)
    return actions.open_meeting(
        actor=office.secretary, council_id=council.pk, at=OPENING
    )


def item_of(council: Council, number: int = 1) -> CouncilItem:
    return CouncilItem.objects.select_related("council__regime_version").get(
        council=council, position=number
    )


def points(sheet: ScoreSheet, total: str) -> dict[str, str]:
    """Points that add up to a total, filling criteria from the first."""
    left, scores = Decimal(total), {}
    for leaf in sheet.leaves():
        given = min(leaf.max, left)
        scores[leaf.id] = f"{given:f}"
        left -= given
    return scores


def scored(sheet: ScoreSheet, total: str, **more: Any) -> Sheet:
    scores = points(sheet, total)
    return Sheet(
        scores=scores,
        comments=dict.fromkeys(scores, "Có căn cứ."),
        opinion="Đề nghị thực hiện.",
        **more,
    )


def cast(member: Actor, item: CouncilItem, sheet: Sheet) -> None:
    actions.cast_ballot(actor=member, item_id=item.pk, sheet=sheet, at=OPENING)


def voted(member: Actor, item: CouncilItem, vote: str) -> None:
    cast(member, item, Sheet(vote=vote, opinion="Chưa rõ sản phẩm."))


def concluded(office: Office, council: Council, **said: Any) -> Council:
    return actions.conclude_council(
        actor=office.secretary, council_id=council.pk, at=COUNTING, **said
    )
