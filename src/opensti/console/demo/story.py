"""The story of one call, from its needs to its letters: every step is an action.

A story keeps its own clock, which starts in the past and only runs forward, so the
record reads as if the people had done it on those days.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from django.core.files.base import ContentFile
from django.utils.timezone import localtime

from opensti.console.demo import STAGES
from opensti.console.demo.cast import DOMAIN, HOSTS
from opensti.console.demo.texts import filled, signed_paper
from opensti.domains.calls import actions as calls
from opensti.domains.calls import queries as calls_queries
from opensti.domains.panels import actions as panels
from opensti.domains.panels import queries as panels_queries
from opensti.domains.portfolios import actions as portfolios
from opensti.domains.portfolios import queries as portfolios_queries
from opensti.domains.procedures.choices import Act, Track
from opensti.domains.procedures.queries import (
    may_step,
    regime_in_force,
    regime_of,
    steps_from,
)
from opensti.domains.tasks import actions as tasks
from opensti.domains.tasks import queries as tasks_queries

if TYPE_CHECKING:
    import random
    from collections.abc import Callable, Iterator, Sequence

    from opensti.console.demo.cast import Cast
    from opensti.console.demo.texts import Text
    from opensti.domains.calls.models import Call, Dossier
    from opensti.domains.panels.models import Council, CouncilItem
    from opensti.domains.portfolios.models import Round
    from opensti.domains.registry.models import Person
    from opensti.domains.tasks.models import Order
    from opensti.kernel.access import Actor

CEILING = Decimal(3_000_000_000)
OPENS, CLOSES = 8, 17
NEEDS = 3


@dataclass
class Story:
    """One call and what became of it."""

    cast: Cast
    random: random.Random
    now: datetime
    number: int
    texts: Iterator[Text]
    size: int
    tick: Callable[[], None]
    end: datetime
    kind: str
    topics: int = NEEDS
    orders: list[Order] = field(default_factory=list)
    call: Call | None = None
    dossiers: list[Dossier] = field(default_factory=list)
    council: Council | None = None
    round: Round | None = None

    def later(self, *, days: int = 0, minutes: int = 7) -> datetime:
        """Let time pass within office hours, never beyond the day the story is told."""
        self.now += timedelta(days=days, minutes=minutes)
        local = localtime(self.now)
        if not OPENS <= local.hour < CLOSES:
            local = local.replace(hour=OPENS, minute=5) + timedelta(
                days=local.hour >= CLOSES
            )
            self.now = local
        self.now = min(self.now, self.end)
        return self.now

    def actor(self, name: str) -> Actor:
        return self.cast.actor(name)

    # ---- needs and orders

    def collect_needs(self, texts: Sequence[Text]) -> list[int]:
        """Organisations say what they need; most needs are accepted."""
        version = regime_in_force(self.now.date(), self.kind)
        form = regime_of(version).form_for(Track.NEED, "")
        needs = []
        for number, text in enumerate(texts):
            acronym = HOSTS[number % len(HOSTS)][0]
            applicant = self.actor(f"applicant{number % len(HOSTS) + 1}")
            need = tasks.draft_need(
                actor=applicant,
                kind=self.kind,
                at=self.later(),
                organisation_id=self.cast.hosts[acronym].pk,
                title_en=text.title_en,
                answers=filled(
                    form, text, on=self.now.date(), given={"title": text.title_vi}
                ),
            )
            tasks.submit_need(actor=applicant, need_id=need.pk, at=self.later())
            needs.append(need.pk)
            self.tick()
        return needs

    def order(self, needs: Sequence[int], texts: Sequence[Text]) -> None:
        """The ministry takes needs into orders; a council determines them where it must."""
        officer = self.actor("officer")
        for need, text in zip(needs, texts, strict=True):
            tasks.accept_need(actor=officer, need_id=need, at=self.later(minutes=3))
            order = tasks.draft_order(
                actor=officer,
                task_kind=self.kind,
                title_vi=text.title_vi,
                title_en=text.title_en,
                objectives_vi=text.abstract_vi,
                objectives_en=text.abstract_en,
                budget_ceiling=CEILING,
                duration_months=24,
                need_ids=[need],
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
        listed = tasks.make_order_list(
            actor=officer,
            title_vi=f"Danh mục đặt hàng đợt {self.number}",
            title_en=f"List of orders, batch {self.number}",
            order_ids=[o.pk for o in self.orders],
            at=self.later(days=1),
        )
        self.later(days=2)
        tasks.approve_order_list(
            actor=self.actor("leader"),
            list_id=listed.pk,
            decision_number=f"{self.number}01/QĐ-ĐMST",
            decided_on=self.now.date(),
            at=self.now,
        )

    def determine(self) -> None:
        """A determination council votes on every order."""
        council = self.form("determination", orders=[o.pk for o in self.orders])
        self.meet(council)

    # ---- call and dossiers

    def announce(self, *, open_days: int) -> None:
        officer = self.actor("officer")
        opens = self.later(days=2)
        draft = calls.draft_call(
            actor=officer,
            kind=self.kind,
            code=f"BCT-{opens.year}-{self.number:02d}",
            title_vi=f"Tuyển chọn nhiệm vụ khoa học và công nghệ đợt {self.number}",
            title_en=f"Selection of science and technology tasks, round {self.number}",
            description_vi="Các tổ chức đủ điều kiện nộp hồ sơ trực tuyến trước khi hết hạn.",
            description_en="Eligible organisations submit their dossiers online before closing.",
            opens_at=opens + timedelta(hours=1),
            closes_at=opens + timedelta(days=open_days),
            order_ids=[o.pk for o in self.orders],
            at=opens,
        )
        self.call = calls.publish_call(actor=officer, call_id=draft.pk, at=self.later())
        self.now = max(self.now, self.call.opens_at + timedelta(minutes=1))

    def apply(self, *, drafts: int = 0) -> None:
        """Hosts write and submit ``size`` dossiers; the last ``drafts`` stay unfinished."""
        assert self.call is not None  # noqa: S101 -- the story's own order
        for number in range(self.size):
            text = next(self.texts)
            at = number % len(HOSTS)
            acronym = HOSTS[at][0]
            applicant = self.actor(f"applicant{at + 1}")
            order = self.orders[number % len(self.orders)]
            leader = self.cast.leaders[acronym]
            dossier = calls.start_dossier(
                actor=applicant,
                call_id=self.call.pk,
                order_id=order.pk,
                host_id=self.cast.hosts[acronym].pk,
                title_vi=text.title_vi,
                at=self.later(minutes=2),
            )
            finished = number < self.size - drafts
            self.write(dossier, text, leader_id=leader.pk, whole=finished)
            if finished:
                self.sign(dossier, applicant)
                calls.submit_dossier(
                    actor=applicant, dossier_id=dossier.pk, at=self.later(minutes=2)
                )
                self.dossiers.append(dossier)
            self.tick()

    def sign(self, dossier: Dossier, applicant: Actor) -> None:
        """Attach the signed papers that the procedure asks for."""
        dossier.refresh_from_db()
        for paper in calls_queries.completeness(dossier).papers:
            calls.attach_file(
                actor=applicant,
                dossier_id=dossier.pk,
                file=ContentFile(
                    signed_paper(f"{paper.code} {dossier.public_id}"),
                    name=f"{paper.code}.pdf",
                ),
                kind=paper.code,
                title=paper.title,
                at=self.later(minutes=1),
            )

    def write(
        self, dossier: Dossier, text: Text, *, leader_id: int, whole: bool
    ) -> None:
        applicant = self.actor(
            next(
                name
                for name, user in self.cast.users.items()
                if user == dossier.created_by_id
            )
        )
        form = calls_queries.form_of(dossier)
        leader = next(p for p in self.cast.leaders.values() if p.pk == leader_id)
        answers = filled(
            form,
            text,
            on=self.now.date(),
            given={
                "title": text.title_vi,
                "host": {"id": dossier.host_id, "name": ""},
                "leader": {"id": leader.pk, "name": leader.full_name},
                "months": 24,
                "summary_vi": text.abstract_vi,
                "summary_en": text.abstract_en,
            },
        )
        if not whole:
            answers = dict(list(answers.items())[:4])
        share = 10_000_000 * self.random.randrange(12, 22)
        year = self.now.year + 1
        calls.save_dossier(
            actor=applicant,
            dossier_id=dossier.pk,
            at=self.later(minutes=2),
            answers=answers,
            title_en=text.title_en,
            team=[
                {
                    "full_name": leader.full_name,
                    "role": "leader",
                    "months": "8",
                    "person_id": leader.pk,
                    "organisation_name": "",
                    "email": leader.email,
                },
                {
                    "full_name": f"Thành viên {dossier.pk}",
                    "role": "main",
                    "months": "12",
                    "organisation_name": "",
                    "email": f"member{dossier.pk}@{DOMAIN}",
                },
            ],
            budget=[
                {
                    "category": category,
                    "description": words,
                    "year": year + after,
                    "state": str(share * weight),
                    "host": str(share * weight // 4),
                    "partner": "",
                }
                for after in (0, 1)
                for category, words, weight in (
                    ("labour", "Công lao động trực tiếp", 4),
                    ("materials", "Vật tư, năng lượng", 2),
                    ("survey", "Đo kiểm, thử nghiệm", 1),
                )
            ],
        )

    def open_and_check(self, *, lacking: int = 0) -> None:
        """After closing the dossiers are opened; the first ``lacking`` want a supplement.

        Where something is lacking the others still wait to be checked; else all are
        found valid.
        """
        assert self.call is not None  # noqa: S101
        officer = self.actor("officer")
        self.now = max(self.now, self.call.closes_at + timedelta(minutes=1))
        calls.open_dossiers(actor=officer, call_id=self.call.pk, at=self.later(days=1))
        for dossier in self.dossiers[:lacking]:
            dossier.refresh_from_db()
            if not may_step(dossier.case, Act.DOSSIER_REQUEST_SUPPLEMENT, officer):
                continue  # some procedures know no supplement
            calls.request_supplement(
                actor=officer,
                dossier_id=dossier.pk,
                what="Đề nghị bổ sung văn bản cam kết của đơn vị phối hợp thực hiện.",
                until=localtime(self.end).date() + timedelta(days=7),
                at=self.later(minutes=30),
            )
        if lacking:
            return
        for dossier in self.dossiers:
            calls.check_and_confirm(
                actor=officer, dossier_id=dossier.pk, at=self.later(minutes=4)
            )
            self.tick()

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
        council = panels.form_council(
            actor=officer,
            kind=kind,
            title_vi=f"{titles[kind][0]} đợt {self.number}",
            title_en=f"{titles[kind][1]}, round {self.number}",
            order_ids=orders,
            dossier_ids=dossiers,
            secretary_id=self.cast.users["secretary"],
            at=self.later(days=1),
        )
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
                panels.add_seat(
                    actor=officer,
                    council_id=council.pk,
                    person_id=person.pk,
                    role=place.role,
                    at=self.later(minutes=3),
                )
        panels.set_up_council(
            actor=officer,
            council_id=council.pk,
            decision_number=f"{self.number}{council.pk:02d}/QĐ-ĐMST-HĐ",
            decided_on=self.later(days=1).date(),
            at=self.now,
        )
        for seat in panels_queries.seats_of(self.actor("secretary"), council):
            if waiting and seat.person_id == waiting.pk:
                continue
            panels.answer_invitation(
                actor=self.member(seat.person.user_id),
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
        panels.schedule_meeting(
            actor=secretary,
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
            panels.assign_reviewers(
                actor=secretary,
                item_id=item.pk,
                seat_ids=[s.pk for s in reviewers[:2]],
                at=self.later(minutes=2),
            )
        panels.send_documents(
            actor=secretary, council_id=council.pk, at=self.later(minutes=30)
        )

    def vote(self, council: Council, *, leave_out: int = 0) -> None:
        """Every member writes and casts; ``leave_out`` members still owe their ballots."""
        seats = list(panels_queries.seats_of(self.actor("secretary"), council))
        for place, item in enumerate(
            panels_queries.agenda(self.actor("secretary"), council)
        ):
            quality = self.random.uniform(0.62, 0.95) if place else 0.9
            for number, seat in enumerate(seats):
                if number >= len(seats) - leave_out:
                    continue
                panels.cast_ballot(
                    actor=self.member(seat.person.user_id),
                    item_id=item.pk,
                    sheet=self.sheet(item, quality),
                    at=self.later(minutes=1),
                )
            self.tick()

    def sheet(self, item: CouncilItem, quality: float) -> panels.Sheet:
        """Fill in a member's sheet around a quality between 0 and 1."""
        kind = panels_queries.ballot_kind(item.council)
        form = panels_queries.sheet_of(item)
        scores: dict[str, str] = {}
        comments: dict[str, str] = {}
        if form is not None:
            for leaf in form.leaves():
                near = min(max(quality + self.random.uniform(-0.08, 0.08), 0.0), 1.0)
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
        panels.mark_attendance(
            actor=secretary,
            council_id=council.pk,
            present=[
                s.pk for s in panels_queries.seats_of(self.actor("secretary"), council)
            ],
            at=self.now,
        )
        panels.open_meeting(
            actor=secretary, council_id=council.pk, at=self.later(minutes=5)
        )

    def conclude(self, council: Council) -> None:
        secretary = self.actor("secretary")
        amounts = {
            item.pk: item.dossier.asked_state * 9 // 10
            for item in panels_queries.agenda(secretary, council)
            if item.dossier is not None and council.kind == "cost"
        }
        panels.conclude_council(
            actor=secretary,
            council_id=council.pk,
            amounts=amounts,
            at=self.later(minutes=20),
        )
        panels.write_minutes(
            actor=secretary,
            council_id=council.pk,
            text="Hội đồng đã nghe phản biện, thảo luận và bỏ phiếu theo quy định.",
            at=self.later(minutes=40),
        )
        panels.adopt_minutes(
            actor=secretary, council_id=council.pk, at=self.later(minutes=40)
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
        panels.withdraw_ballot(
            actor=self.actor("expert1"), item_id=item.pk, at=self.later(minutes=10)
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
            if r.passed
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
                ("officer", Act.DOSSIER_SEND_TO_COST_APPRAISAL),
                ("finance", Act.DOSSIER_CONCLUDE_COST),
            ):
                calls.step_dossier(
                    actor=self.actor(name),
                    dossier_id=dossier_id,
                    act=act,
                    at=self.later(minutes=20),
                )

    # ---- decision

    def propose(self) -> None:
        assert self.call is not None  # noqa: S101
        officer = self.actor("officer")
        self.round = portfolios.prepare_round(
            actor=officer,
            call_id=self.call.pk,
            title_vi=f"Kết quả xét chọn đợt {self.number}",
            title_en=f"Results of selection, round {self.number}",
            at=self.later(days=1),
        )
        portfolios.propose_round(
            actor=officer,
            round_id=self.round.pk,
            proposal="Kính trình Lãnh đạo Cục xem xét, quyết định theo kết luận của hội đồng.",
            at=self.later(minutes=30),
        )

    def decide(self, *, unchecked: int = 0) -> None:
        """The leader decides; with letters ``unchecked`` nothing is released yet."""
        assert self.round is not None  # noqa: S101
        portfolios.decide_round(
            actor=self.actor("leader"),
            round_id=self.round.pk,
            decision_number=f"{self.number}88/QĐ-ĐMST",
            rulings={},
            at=self.later(days=1),
        )
        officer = self.actor("officer")
        letters = list(portfolios_queries.letters_of(officer, self.round))
        for letter in letters[: len(letters) - unchecked]:
            portfolios.check_letter(
                actor=officer, letter_id=letter.pk, at=self.later(minutes=2)
            )
        if unchecked:
            return
        portfolios.release_round(
            actor=officer, round_id=self.round.pk, at=self.later(minutes=10)
        )

    def close(self) -> None:
        """An objection is filed and answered; the call is concluded."""
        assert self.call is not None  # noqa: S101
        assert self.round is not None  # noqa: S101
        declined = [
            d
            for d in portfolios_queries.decisions_of(self.actor("leader"), self.round)
            if d.ruling == "decline"
        ]
        for decision in declined[:1]:
            applicant = self.member(decision.dossier.created_by_id)
            objection = portfolios.file_objection(
                actor=applicant,
                dossier_id=decision.dossier_id,
                text="Đề nghị xem lại điểm về tính khả thi của phương án thử nghiệm.",
                at=self.later(days=2),
            )
            portfolios.answer_objection(
                actor=self.actor("leader"),
                objection_id=objection.pk,
                upheld=False,
                answer="Đã đối chiếu phiếu của các ủy viên; kết quả được giữ nguyên.",
                at=self.later(days=3),
            )
        calls.conclude_call(
            actor=self.actor("officer"), call_id=self.call.pk, at=self.later(days=1)
        )

    def tell(self, stage: str) -> None:
        """Run the story up to a stage; each stage holds all that comes before it."""
        upto = STAGES.index(stage)
        texts = [next(self.texts) for _number in range(self.topics)]
        needs = self.collect_needs(texts)
        if upto == 0:
            tasks.set_reply_day(
                actor=self.actor("officer"),
                need_id=needs[0],
                day=localtime(self.end).date() + timedelta(days=7),
                reason="Trả lời trong kỳ rà soát tuần tới.",
                at=self.later(days=1),
            )
            return
        self.order(needs, texts)
        still_open = stage == "call"
        if still_open:
            self.announce(open_days=45)
            self.apply(drafts=min(2, self.size - 1))
            return
        self.announce(open_days=21)
        self.apply()
        self.open_and_check(lacking=1 if stage == "check" else 0)
        if stage == "check":
            return
        self.council = self.form("selection", dossiers=[d.pk for d in self.dossiers])
        self.prepare(self.council)
        self.open_meeting(self.council)
        self.vote(self.council, leave_out=2 if stage == "review" else 0)
        if stage == "review":
            return
        self.conclude(self.council)
        if stage == "appraisal":
            self.appraise(waiting=self.cast.finance)
            return
        self.appraise()
        self.propose()
        if stage == "decision":
            return
        self.decide(unchecked=1 if stage == "letters" else 0)
        if stage == "closed":
            self.close()
