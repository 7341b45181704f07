"""The orders of a story and its councils: formed, prepared, counted; and the cost team."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from opensti.console.demo.beginning import CEILING, Beginning
from opensti.domains.calls import queries as calls_queries
from opensti.domains.panels import actions as panels
from opensti.domains.panels import queries as panels_queries
from opensti.domains.procedures.choices import Act, Track
from opensti.domains.procedures.queries import (
    regime_of,
    steps_from,
)
from opensti.domains.tasks import actions as tasks
from opensti.domains.tasks import queries as tasks_queries

if TYPE_CHECKING:
    from collections.abc import Sequence

    from opensti.console.demo.texts import Text
    from opensti.domains.panels.models import Council, CouncilItem
    from opensti.domains.registry.models import Person
    from opensti.kernel.access import Actor

HEADS = ("secretary", "chair")
# Which seats give less or more than others: the strict and the generous of a council.
LEANINGS = {1: -0.12, 3: 0.1, 4: -0.08, 5: 0.1}
# Between which marks such a council finds its dossiers: near one another, most of them good.
CLOSE = (0.74, 0.88)
# Of these one ballot in so many is missing: only then does severity change a ranking.
AWAY = 3


@dataclass
class Meetings(Beginning):
    """The same call, judged."""

    # ---- orders

    def order(self, needs: Sequence[int], texts: Sequence[Text]) -> None:
        """The ministry takes needs into orders; a council determines them where it must."""
        officer = self.actor("officer")
        fields = [*self.cast.fields.values()]
        for number, (need, text) in enumerate(zip(needs, texts, strict=True)):
            self.act(
                "tasks", "accept_need", officer, need_id=need, at=self.later(minutes=3)
            )
            order = self.act(
                "tasks",
                "draft_order",
                officer,
                task_kind=self.kind,
                title_vi=text.title_vi,
                title_en=text.title_en,
                objectives_vi=text.abstract_vi,
                objectives_en=text.abstract_en,
                budget_ceiling=CEILING,
                duration_months=self.months,
                need_ids=[need],
                field_id=fields[number % len(fields)],
                products=[
                    tasks.Product(
                        name_vi="Quy trình công nghệ và mẫu thử đã đo kiểm",
                        name_en="Process and tested prototype",
                        quantity=Decimal(1),
                        unit="bộ",
                        quality="Đạt chỉ tiêu kỹ thuật nêu trong đặt hàng",
                    )
                ],
                at=self.later(),
            )
            self.orders.append(order)
            self.tick()
        first = tasks_queries.order(officer, self.orders[0].public_id)
        if any(
            s.act == Act.ORDER_SEND_TO_COUNCIL for s in steps_from(first.case, officer)
        ):
            self.determine()
        # The council may not propose every order.
        ready = {o.pk for o in tasks_queries.orders_for_list(officer)}
        self.orders = [o for o in self.orders if o.pk in ready]
        listed = self.act(
            "tasks",
            "make_order_list",
            officer,
            title_vi=f"Danh mục đặt hàng đợt {self.number}",
            title_en=f"List of orders, batch {self.number}",
            order_ids=[o.pk for o in self.orders],
            at=self.later(days=1),
        )
        self.later(days=2)
        self.act(
            "tasks",
            "approve_order_list",
            self.actor("leader"),
            list_id=listed.pk,
            decision_number=f"{self.number}01/QĐ-ĐMST",
            decided_on=self.now.date(),
            at=self.now,
        )

    def determine(self) -> None:
        """A determination council votes on every order."""
        council = self.form("determination", orders=[o.pk for o in self.orders])
        self.meet(council)

    # ---- councils

    def form(
        self,
        kind: str,
        *,
        orders: Sequence[int] = (),
        dossiers: Sequence[int] = (),
        waiting: Person | None = None,
    ) -> Council:
        """Seat people by the rule of the regime, set the council up, let them accept.

        Who is ``waiting`` is seated as the first member and has not answered yet.
        """
        officer = self.actor("officer")
        titles = {
            "determination": (
                "Hội đồng xác định nhiệm vụ",
                "Council determining orders",
            ),
            "selection": ("Hội đồng xét chọn", "Selection council"),
            "cost": ("Tổ thẩm định kinh phí", "Cost appraisal team"),
        }
        council = self.act(
            "panels",
            "form_council",
            officer,
            kind=kind,
            title_vi=f"{titles[kind][0]} đợt {self.number}",
            title_en=f"{titles[kind][1]}, round {self.number}",
            order_ids=orders,
            dossier_ids=dossiers,
            secretary_id=self.cast.users["secretary"],
            at=self.later(days=1),
        )
        return self.seat(council, waiting=waiting)

    def seat(self, council: Council, *, waiting: Person | None = None) -> Council:
        """Seat people by the rule of the council's regime, set it up, let them accept."""
        officer = self.actor("officer")
        rule = regime_of(council.regime_version).council_rule(council.rule_code)
        pool = iter(self.cast.experts)
        others = sum(max(s.count_min, 1) for s in rule.seats if s.role != "member")
        for place in rule.seats:
            wanted = max(place.count_min, 1)
            if place.role == "member":
                wanted = max(wanted, rule.size_min - others)
            for number in range(wanted):
                person = (
                    self.cast.secretary
                    if place.role == "secretary"
                    else waiting
                    if waiting and place.role == "member" and number == 0
                    else next(pool)
                )
                assert person is not None  # noqa: S101
                self.act(
                    "panels",
                    "add_seat",
                    officer,
                    council_id=council.pk,
                    person_id=person.pk,
                    role=place.role,
                    at=self.later(minutes=3),
                )
        self.act(
            "panels",
            "set_up_council",
            officer,
            council_id=council.pk,
            decision_number=f"{self.number}{council.pk:02d}/QĐ-ĐMST-HĐ",
            decided_on=self.later(days=1).date(),
            at=self.now,
        )
        for seat in panels_queries.seats_of(self.actor("secretary"), council):
            if waiting and seat.person_id == waiting.pk:
                continue
            self.act(
                "panels",
                "answer_invitation",
                self.member(seat.person.user_id),
                seat_id=seat.pk,
                accept=True,
                at=self.later(minutes=9),
            )
        return council

    def member(self, user_id: int | None) -> Actor:
        return self.actor(next(n for n, u in self.cast.users.items() if u == user_id))

    def prepare(self, council: Council) -> None:
        """Call the meeting, name reviewers, send the papers in time."""
        secretary = self.actor("secretary")
        self.act(
            "panels",
            "schedule_meeting",
            secretary,
            council_id=council.pk,
            meeting_at=self.now + timedelta(days=16),
            at=self.later(),
            place="Phòng họp 201, 54 Hai Bà Trưng, Hà Nội",
        )
        seats = list(panels_queries.seats_of(self.actor("secretary"), council))
        reviewers = [s for s in seats if s.role == "reviewer"] or [
            s for s in seats if s.role == "member"
        ]
        for item in panels_queries.agenda(self.actor("secretary"), council):
            self.act(
                "panels",
                "assign_reviewers",
                secretary,
                item_id=item.pk,
                seat_ids=[s.pk for s in reviewers[:2]],
                at=self.later(minutes=2),
            )
        self.act(
            "panels",
            "send_documents",
            secretary,
            council_id=council.pk,
            at=self.later(minutes=30),
        )

    def vote(self, council: Council, *, leave_out: int = 0) -> None:
        """Every member writes and casts; ``leave_out`` members still owe their ballots."""
        seats = list(panels_queries.seats_of(self.actor("secretary"), council))
        for place, item in enumerate(
            panels_queries.agenda(self.actor("secretary"), council)
        ):
            worst, best = self.qualities
            quality = self.random.uniform(worst, best) if place else 0.9
            for number, seat in enumerate(seats):
                lean = self.leanings.get(number, 0.0)
                if number >= len(seats) - leave_out:
                    continue
                if lean and (place + number) % AWAY == 0:
                    continue
                self.act(
                    "panels",
                    "cast_ballot",
                    self.member(seat.person.user_id),
                    item_id=item.pk,
                    sheet=self.sheet(item, quality, lean=lean),
                    at=self.later(minutes=1),
                )
            self.tick()

    def sheet(
        self, item: CouncilItem, quality: float, *, lean: float = 0.0
    ) -> panels.Sheet:
        """Fill in a member's sheet around a quality between 0 and 1, and his ``lean``."""
        kind = panels_queries.ballot_kind(item.council)
        form = panels_queries.sheet_of(item)
        scores: dict[str, str] = {}
        comments: dict[str, str] = {}
        if form is not None:
            for leaf in form.leaves():
                near = quality + lean + self.random.uniform(-0.08, 0.08)
                near = min(max(near, 0.0), 1.0)
                scores[leaf.id] = str(round(float(leaf.max) * near))
                comments[leaf.id] = (
                    "Đáp ứng yêu cầu, cần làm rõ thêm phương án đo kiểm."
                )
        good = quality > 0.7  # noqa: PLR2004 -- the story's own mark
        votes = {c["id"]: "yes" if good else "no" for c in item.contents}
        return panels.Sheet(
            scores=scores,
            comments=comments,
            votes=votes if kind == "items" else {},
            vote=("yes" if good else "no") if kind == "vote" else "",
            opinion="Nhiệm vụ có địa chỉ ứng dụng rõ; đề nghị chú ý tiến độ mua vật tư.",
        )

    def open_meeting(self, council: Council) -> None:
        secretary = self.actor("secretary")
        self.later(days=16)
        self.act(
            "panels",
            "mark_attendance",
            secretary,
            council_id=council.pk,
            present=[
                s.pk for s in panels_queries.seats_of(self.actor("secretary"), council)
            ],
            at=self.now,
        )
        self.act(
            "panels",
            "open_meeting",
            secretary,
            council_id=council.pk,
            at=self.later(minutes=5),
        )

    def conclude(self, council: Council) -> None:
        secretary = self.actor("secretary")
        amounts = {
            item.pk: item.dossier.asked_state * 9 // 10
            for item in panels_queries.agenda(secretary, council)
            if item.dossier is not None and council.kind == "cost"
        }
        self.act(
            "panels",
            "conclude_council",
            secretary,
            council_id=council.pk,
            amounts=amounts,
            missing_ballots_are_blank=bool(self.leanings),
            at=self.later(minutes=20),
        )
        self.act(
            "panels",
            "write_minutes",
            secretary,
            council_id=council.pk,
            text="Hội đồng đã nghe phản biện, thảo luận và bỏ phiếu theo quy định.",
            at=self.later(minutes=40),
        )
        self.sign_minutes(council)
        self.act(
            "panels",
            "adopt_minutes",
            secretary,
            council_id=council.pk,
            at=self.later(minutes=40),
        )

    def sign_minutes(self, council: Council) -> None:
        """Everybody signs the minutes as read, the secretary and the chair last."""
        council.refresh_from_db()
        seats = panels_queries.seats_of(self.actor("secretary"), council)
        for seat in sorted(
            seats, key=lambda s: HEADS.index(s.role) if s.role in HEADS else -1
        ):
            actor = self.member(seat.person.user_id)
            parts = panels_queries.minutes_parts(actor, council)
            self.act(
                "panels",
                "sign_minutes",
                actor,
                council_id=council.pk,
                digest=panels_queries.whole_digest(panels_queries.part_digests(parts)),
                at=self.later(minutes=2),
            )

    def meet(self, council: Council) -> None:
        self.prepare(council)
        self.open_meeting(council)
        self.vote(council)
        self.conclude(council)

    def reconsider(self) -> None:
        """The first expert takes a ballot back to think it over, and still owes it."""
        assert self.council is not None  # noqa: S101
        item = panels_queries.agenda(self.actor("secretary"), self.council)[0]
        self.act(
            "panels",
            "withdraw_ballot",
            self.actor("expert1"),
            item_id=item.pk,
            at=self.later(minutes=10),
        )

    def appraise(self, *, waiting: Person | None = None) -> None:
        """A cost team looks at what the council proposed, where the regime has one.

        With somebody ``waiting`` the team is set up, and this member still to answer.
        """
        assert self.call is not None  # noqa: S101
        officer = self.actor("officer")
        passed = [
            r.dossier_id
            for r in panels_queries.results_of_call(self.call.pk)
            if r.chosen
        ]
        first = calls_queries.dossiers_by_id(actor=officer, ids=passed).first()
        if first is None or not any(
            s.act == Act.DOSSIER_SEND_TO_COST_APPRAISAL
            for s in steps_from(first.case, officer)
        ):
            return
        regime = regime_of(first.case)
        if regime.council_for(Track.DOSSIER, "cost_team") is not None:
            team = self.form("cost", dossiers=passed, waiting=waiting)
            if waiting is None:
                self.meet(team)
            return
        for dossier_id in passed:
            for name, act in (
                ("officer", "send_to_cost_appraisal"),
                ("finance", "conclude_cost"),
            ):
                self.act(
                    "calls",
                    act,
                    self.actor(name),
                    dossier_id=dossier_id,
                    at=self.later(minutes=20),
                )
