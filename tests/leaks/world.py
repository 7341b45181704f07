"""The world of the leak test: one ministry, built by actions, full of marked secrets.

Every sensitive text carries a marker ``zq…qz`` that stands nowhere else, every
sensitive thing is also known by its address (``public_id``). Whoever reads a marker
has learnt the secret of that name.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.core.files.base import ContentFile

from opensti.console.demo import cast as demo_cast
from opensti.console.demo.cast import Cast, gather
from opensti.console.demo.story import Story
from opensti.console.demo.texts import Text, filled, signed_paper
from opensti.domains.accounts import actions as accounts
from opensti.domains.calls import actions as calls
from opensti.domains.calls import queries as calls_queries
from opensti.domains.panels import actions as panels
from opensti.domains.panels import queries as panels_queries
from opensti.domains.portfolios import actions as portfolios
from opensti.domains.portfolios import queries as portfolios_queries
from opensti.domains.procedures.actions import load_regimes, set_switch
from opensti.domains.registry import actions as registry
from opensti.domains.tasks import actions as tasks
from opensti.kernel.access import SYSTEM, Role

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from opensti.domains.calls.models import Call, Dossier
    from opensti.domains.panels.models import Council, CouncilItem
    from opensti.domains.portfolios.models import Round

DAYS = 110


@dataclass(frozen=True, kw_only=True)
class Plan:
    """One dossier that will be written: its name here, who writes it, for which host."""

    name: str
    writer: str
    host: str
    quality: float = 0.9
    hand_in: bool = True
    team: tuple[str, ...] = ()
    editor: str = ""


@dataclass
class World:
    """People by name, things by name, and every secret with what gives it away."""

    cast: Cast
    end: datetime
    things: dict[str, Any] = field(default_factory=dict)
    marks: dict[str, str] = field(default_factory=dict)
    ids: dict[str, str] = field(default_factory=dict)
    seen: dict[str, dict[Any, Any]] = field(default_factory=dict)

    def mark(self, secret: str) -> str:
        """Return the marker of a secret, made at first use: letters and digits only."""
        if secret not in self.marks:
            self.marks[secret] = f"zq{len(self.marks):03d}qz"
        return self.marks[secret]

    def known_as(self, secret: str, *words: object) -> None:
        """Whoever reads one of these words has learnt the secret."""
        for word in words:
            self.ids[str(word)] = secret

    def user(self, name: str) -> int:
        return self.cast.users[name]


class Marked(Story):
    """A story whose texts are marked, and which can be told step by step."""

    def __init__(self, world: World, **given: Any) -> None:
        super().__init__(cast=world.cast, **given)
        self.world = world
        self.names: dict[int, str] = {}
        self.quality: dict[int, float] = {}

    def hand_in(self, *plans: Plan) -> None:
        for plan in plans:
            self.one(plan)

    def one(self, plan: Plan) -> Dossier:
        assert self.call is not None
        world, writer = self.world, self.actor(plan.writer)
        text = Text(
            title_vi=f"Nghiên cứu {world.mark(f'dossier {plan.name}: title')}",
            title_en=f"Study {world.mark(f'dossier {plan.name}: title')}",
            abstract_vi=f"Tóm tắt {world.mark(f'dossier {plan.name}: text')} "
            + "đo " * 30,
            abstract_en=f"Summary {world.mark(f'dossier {plan.name}: text')}",
        )
        host = self.cast.hosts[plan.host]
        dossier = calls.start_dossier(
            actor=writer,
            call_id=self.call.pk,
            order_id=self.orders[0].pk,
            host_id=host.pk,
            title_vi=text.title_vi,
            at=self.later(minutes=2),
        )
        self.names[dossier.pk] = plan.name
        self.quality[dossier.pk] = plan.quality
        world.things[f"dossier {plan.name}"] = dossier
        world.known_as(f"dossier {plan.name}: address", dossier.public_id)
        self.fill_in(dossier, plan, text)
        self.attach(dossier, plan)
        if plan.editor:
            calls.add_editor(
                actor=writer,
                dossier_id=dossier.pk,
                email=f"{plan.editor}@{demo_cast.DOMAIN}",
                at=self.later(minutes=1),
            )
        if plan.hand_in:
            calls.submit_dossier(
                actor=writer, dossier_id=dossier.pk, at=self.later(minutes=2)
            )
            self.dossiers.append(dossier)
        return dossier

    def fill_in(self, dossier: Dossier, plan: Plan, text: Text) -> None:
        world = self.world
        leader = self.cast.leaders[plan.host]
        amount = 300_000_000 + 1_000 * dossier.pk + 457
        world.known_as(f"dossier {plan.name}: budget", amount)
        people = [
            (f"Thành viên {world.mark(f'dossier {plan.name}: team')}", None),
            *((p.full_name, p.pk) for p in (world.things[n] for n in plan.team)),
        ]
        answers = filled(
            calls_queries.form_of(dossier),
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
        row = {"months": "6", "organisation_name": "", "email": ""}
        calls.save_dossier(
            actor=self.actor(plan.writer),
            dossier_id=dossier.pk,
            at=self.later(minutes=2),
            answers=answers,
            title_en=text.title_en,
            team=[
                row
                | {
                    "full_name": leader.full_name,
                    "role": "leader",
                    "person_id": leader.pk,
                },
                *(
                    row | {"full_name": name, "role": "main", "person_id": pk}
                    for name, pk in people
                ),
            ],
            budget=[
                {
                    "category": "labour",
                    "description": "Công lao động",
                    "year": self.now.year + 1,
                    "state": str(amount),
                    "host": "",
                    "partner": "",
                }
            ],
        )

    def attach(self, dossier: Dossier, plan: Plan) -> None:
        world = self.world
        name = world.mark(f"dossier {plan.name}: file name")
        content = world.mark(f"dossier {plan.name}: file")
        attachment = calls.attach_file(
            actor=self.actor(plan.writer),
            dossier_id=dossier.pk,
            file=ContentFile(f"Ghi chú {content}\n".encode(), name=f"{name}.txt"),
            title=f"Tài liệu {name}",
            at=self.later(minutes=1),
        )
        for paper in calls_queries.completeness(dossier).papers:
            calls.attach_file(
                actor=self.actor(plan.writer),
                dossier_id=dossier.pk,
                file=ContentFile(signed_paper(paper.code), name=f"{paper.code}.pdf"),
                kind=paper.code,
                at=self.later(minutes=1),
            )
        world.things[f"file {plan.name}"] = attachment.file
        world.known_as(f"dossier {plan.name}: file name", attachment.file.public_id)

    def name_of(self, item: CouncilItem) -> str:
        return self.names[item.dossier_id or 0]

    def ballots(self, council: Council, *, recused: dict[str, set[int]]) -> None:
        """Everybody casts but the recused; the third member leaves a draft on the first."""
        seats = list(panels_queries.seats_of(self.actor("secretary"), council))
        for item in panels_queries.agenda(self.actor("secretary"), council):
            name = self.name_of(item)
            for number, seat in enumerate(seats):
                if seat.person_id in recused.get(name, set()):
                    continue
                whole = not (recused and number == 2)
                secret = f"dossier {name}: {'ballot of the chair' if number == 0 else 'draft ballot'}"
                member = self.member(seat.person.user_id)
                sheet = self.sheet(item, self.quality[item.dossier_id or 0])
                if number == 0 or not whole:
                    sheet = replace(sheet, opinion=f"Ý kiến {self.world.mark(secret)}")
                do: Callable[..., Any] = (
                    panels.cast_ballot if whole else panels.save_ballot
                )
                do(
                    actor=member,
                    item_id=item.pk,
                    sheet=sheet,
                    at=self.later(minutes=1),
                )

    def conclude_marked(self, council: Council, name: str) -> None:
        secretary, mark = self.actor("secretary"), self.world.mark
        agenda = panels_queries.agenda(secretary, council)
        panels.conclude_council(
            actor=secretary,
            council_id=council.pk,
            at=self.later(minutes=20),
            recommendations={
                i.pk: f"Kiến nghị {mark(f'dossier {self.name_of(i)}: recommendation')}"
                for i in agenda
            },
        )
        panels.write_minutes(
            actor=secretary,
            council_id=council.pk,
            text=f"Hội đồng {mark(f'council {name}: minutes')} đã thảo luận.",
            at=self.later(minutes=40),
        )
        panels.adopt_minutes(
            actor=secretary, council_id=council.pk, at=self.later(minutes=40)
        )

    def decide_marked(self, name: str) -> Round:
        """Propose and decide with marked reasons; one letter is edited by hand."""
        self.propose()
        assert self.round is not None
        leader, officer = self.actor("leader"), self.actor("officer")
        self.world.things[f"round {name}"] = self.round
        self.world.known_as(f"round {name}: address", self.round.public_id)
        rulings = {}
        for row in portfolios_queries.decisions_of(leader, self.round):
            who = self.names[row.dossier_id]
            self.world.things[f"decision {who}"] = row
            self.world.known_as(f"dossier {who}: decision", row.public_id)
            reason = f"Lý do {self.world.mark(f'dossier {who}: decision reason')}"
            rulings[row.pk] = portfolios.Rule(
                ruling=row.proposed, amount=row.amount, reason_vi=reason
            )
        portfolios.decide_round(
            actor=leader,
            round_id=self.round.pk,
            decision_number=f"{self.number}88/QĐ-ĐMST",
            rulings=rulings,
            at=self.later(days=1),
        )
        for letter in portfolios_queries.letters_of(officer, self.round):
            who = self.names[letter.decision.dossier_id]
            self.world.things[f"letter {who}"] = letter
            self.world.known_as(f"dossier {who}: letter", letter.public_id)
            portfolios.edit_letter(
                actor=officer,
                letter_id=letter.pk,
                subject=letter.subject,
                body=f"{letter.body}\n{self.world.mark(f'dossier {who}: letter')}",
                at=self.later(minutes=1),
                expected_version=letter.version,
            )
        return self.round

    def release(self) -> None:
        assert self.round is not None
        officer, colleague = self.actor("officer"), self.actor("officer2")
        for letter in portfolios_queries.letters_of(officer, self.round):
            portfolios.check_letter(  # the officer changed its words himself
                actor=colleague, letter_id=letter.pk, at=self.later(minutes=2)
            )
        portfolios.release_round(
            actor=officer, round_id=self.round.pk, at=self.later(minutes=10)
        )


def build(end: datetime, snapshot: Callable[[World, str], None]) -> World:
    """Build the whole world; ``snapshot`` is called before and after what must not show."""
    start = (end - timedelta(days=DAYS)).replace(hour=1, minute=0)
    load_regimes(actor=SYSTEM, at=start)
    set_switch(
        actor=SYSTEM,
        regime="moit_2026",
        switch="stand_in_deadlines",
        value="true",
        reason="Leak test.",
        at=start,
    )
    world = World(cast=gather(at=start, tick=_nothing), end=end)
    _people(world, start)
    released = _story(world, 1, start)
    _in_the_office(world, released)
    _released(world, released)
    _decided(world, _story(world, 2, start + timedelta(days=3)))
    _in_council(world, _story(world, 3, start + timedelta(days=5)))
    _sealed(world, _story(world, 4, end - timedelta(days=15)), snapshot)
    return world


def _nothing() -> None:
    """Nobody watches the progress."""


def _story(world: World, number: int, start: datetime) -> Marked:
    dice = random.Random(number)
    return Marked(
        world,
        random=dice,
        now=start,
        number=number,
        texts=_texts(world, number),
        size=1,
        tick=_nothing,
        end=world.end,
        kind="ministry_task",
    )


def _texts(world: World, number: int) -> Iterator[Text]:
    while True:
        yield Text(
            title_vi=f"Nhu cầu {world.mark(f'order {number}: title')}",
            title_en=f"Need {world.mark(f'order {number}: title')}",
            abstract_vi=f"Mục tiêu {world.mark(f'need {number}: text')}",
            abstract_en="Objectives",
        )


def _people(world: World, at: datetime) -> None:
    cast = world.cast
    for name, full_name, roles in (
        ("writer", "Người Viết Hồ Sơ", (Role.APPLICANT,)),
        ("coeditor", "Người Cùng Viết", (Role.APPLICANT,)),
        ("member", "Người Cùng Viện", (Role.APPLICANT,)),
        ("stranger", "Người Lạ", (Role.APPLICANT,)),
        ("secretary2", "Thư Ký Khác", (Role.SECRETARY,)),
        ("deputy", "Người Được Ủy Quyền", ()),
        ("former", "Người Hết Ủy Quyền", ()),
    ):
        demo_cast._account(cast, name, full_name, roles, at)
    for name, host in (
        ("writer", "NARIME"),
        ("member", "NARIME"),
        ("coeditor", "CKSM"),
        ("stranger", "DHMT"),
    ):
        registry.set_membership(
            actor=SYSTEM,
            user_id=cast.users[name],
            organisation_id=cast.hosts[host].pk,
            manager=False,
            since=at.date(),
            at=at,
        )
    world.things["conflicted"] = registry.create_person(
        actor=SYSTEM,
        facts={
            "full_name": "Phạm Văn Nghiệp Vụ",
            "email": f"officer2@{demo_cast.DOMAIN}",
        },
        at=at,
        user_id=cast.users["officer2"],
    )
    officer, today = cast.actor("officer"), world.end.date()
    for borrower, until in (
        ("deputy", today + timedelta(days=30)),
        ("former", today),
    ):
        accounts.lend_role(
            actor=officer,
            borrower_id=cast.users[borrower],
            role=Role.OFFICER,
            since=today - timedelta(days=40),
            until=until,
            reason=f"Nghỉ phép {world.mark('delegation: reason')}",
            at=at,
        )
    expert = cast.experts[3]
    registry.edit_person(
        actor=SYSTEM,
        person_id=expert.pk,
        facts={"phone": "0987654041", "birth_year": 1961},
        at=at,
    )
    world.things["expert person"] = expert
    world.known_as("expert: telephone", "0987654041")
    world.known_as("expert: name", expert.full_name)
    world.known_as("expert: address", expert.public_id)


def _in_the_office(world: World, story: Marked) -> None:
    """What is still on the desk: drafts of needs, orders, lists and calls."""
    officer, manager = story.actor("officer"), story.actor("applicant1")
    mark = world.mark
    need = tasks.draft_need(
        actor=manager,
        at=story.later(),
        organisation_id=world.cast.hosts["NARIME"].pk,
        answers={
            "title": f"Nhu cầu {mark('draft need: title')}",
            "urgency": f"Cần {mark('draft need: text')}",
        },
    )
    world.things["draft need"] = need
    world.known_as("draft need: address", need.public_id)
    _need_file(world, need, "draft need", story)
    sent = tasks.draft_need(
        actor=manager,
        at=story.later(),
        organisation_id=world.cast.hosts["NARIME"].pk,
        answers=_need_answers(world, story),
    )
    _need_file(world, sent, "sent need", story)
    tasks.submit_need(actor=manager, need_id=sent.pk, at=story.later())
    world.things["sent need"] = sent
    world.known_as("sent need: address", sent.public_id)
    for name in ("draft order", "listed order"):
        order = tasks.draft_order(
            actor=officer,
            title_vi=f"Đặt hàng {mark(f'{name}: title')}",
            title_en="",
            objectives_vi=f"Mục tiêu {mark(f'{name}: text')}",
            budget_ceiling=Decimal(2_345_678_017 + len(name)),
            duration_months=24,
            products=[tasks.Product(name_vi="Quy trình", quantity=Decimal(1))],
            at=story.later(),
        )
        world.things[name] = order
        world.known_as(f"{name}: address", order.public_id)
        world.known_as(f"{name}: ceiling", 2_345_678_017 + len(name))
    listed = tasks.make_order_list(
        actor=officer,
        title_vi=f"Danh mục {mark('draft list: title')}",
        order_ids=[world.things["listed order"].pk],
        at=story.later(),
    )
    world.things["draft list"] = listed
    world.known_as("draft list: address", listed.public_id)


def _need_file(world: World, need: Any, name: str, story: Marked) -> None:
    content, called = world.mark(f"{name}: file"), world.mark(f"{name}: file name")
    file = tasks.attach_to_need(
        actor=story.actor("applicant1"),
        need_id=need.pk,
        field="papers",
        file=ContentFile(f"Ghi chú {content}\n".encode(), name=f"{called}.txt"),
        at=story.later(),
    )
    world.things[f"paper of {name}"] = file
    world.known_as(f"{name}: file name", file.public_id)


def _need_answers(world: World, story: Marked) -> dict[str, Any]:
    from opensti.domains.procedures.choices import Track  # noqa: PLC0415
    from opensti.domains.procedures.queries import (  # noqa: PLC0415
        regime_in_force,
        regime_of,
    )

    form = regime_of(regime_in_force(story.now.date(), "ministry_task")).form_for(
        Track.NEED, ""
    )
    text = Text(
        title_vi=f"Nhu cầu {world.mark('sent need: title')}",
        title_en="",
        abstract_vi=f"Cần {world.mark('sent need: text')}",
        abstract_en="",
    )
    return filled(form, text, on=story.now.date(), given={"title": text.title_vi})


def _until_call(story: Marked, *, open_days: int) -> Call:
    texts = [next(story.texts)]
    story.order(story.collect_needs(texts), texts)
    story.announce(open_days=open_days)
    assert story.call is not None
    story.world.things[f"call {story.number}"] = story.call
    story.world.things[f"order {story.number}"] = story.orders[0]
    return story.call


def _judged(story: Marked, name: str) -> None:
    story.open_and_check()
    council = story.form("selection", dossiers=[d.pk for d in story.dossiers])
    story.prepare(council)
    for item in panels_queries.agenda(story.actor("secretary"), council):
        which = story.name_of(item)
        story.world.things[f"item {which}"] = item
        story.world.known_as(f"dossier {which}: item", item.public_id)
    story.open_meeting(council)
    story.ballots(council, recused={})
    story.conclude_marked(council, name)
    story.council = council
    story.world.things[f"council {name}"] = council
    story.world.known_as(f"council {name}: address", council.public_id)


def _released(world: World, story: Marked) -> None:
    _until_call(story, open_days=21)
    story.hand_in(
        Plan(name="won", writer="applicant2", host="VIELINA"),
        Plan(name="lost", writer="applicant3", host="FIRI", quality=0.5),
    )
    _judged(story, "released")
    story.decide_marked("released")
    story.release()
    objection = portfolios.file_objection(
        actor=story.actor("applicant3"),
        dossier_id=world.things["dossier lost"].pk,
        text=f"Đề nghị {world.mark('dossier lost: objection')}",
        at=story.later(days=1),
    )
    portfolios.answer_objection(
        actor=story.actor("leader"),
        objection_id=objection.pk,
        upheld=False,
        answer=f"Giữ nguyên {world.mark('dossier lost: answer')}",
        at=story.later(days=1),
    )
    world.things["objection"] = objection


def _decided(world: World, story: Marked) -> None:
    """Decided by the leader, but no letter is released yet."""
    _until_call(story, open_days=21)
    story.hand_in(Plan(name="waiting", writer="applicant3", host="FIRI"))
    _judged(story, "decided")
    story.decide_marked("decided")


def _in_council(world: World, story: Marked) -> None:
    """In session; one member is recused, one official is in the team of a dossier."""
    _until_call(story, open_days=21)
    story.hand_in(
        Plan(
            name="judged",
            writer="writer",
            host="NARIME",
            team=("conflicted",),
            editor="coeditor",
        ),
        Plan(name="rival", writer="applicant2", host="VIELINA"),
        Plan(name="invalid", writer="applicant3", host="FIRI"),
    )
    assert story.call is not None
    officer = story.actor("officer")
    story.now = max(story.now, story.call.closes_at + timedelta(minutes=1))
    calls.open_dossiers(actor=officer, call_id=story.call.pk, at=story.later(days=1))
    invalid = story.dossiers.pop()
    _found_invalid(world, story, invalid)
    for dossier in story.dossiers:
        name = story.names[dossier.pk]
        calls.check_and_confirm(
            actor=officer,
            dossier_id=dossier.pk,
            at=story.later(minutes=4),
            note=f"Đã xem {world.mark(f'dossier {name}: eligibility note')}",
        )
    council = story.form("selection", dossiers=[d.pk for d in story.dossiers])
    world.things["council sitting"] = council
    world.known_as("council sitting: address", council.public_id)
    story.prepare(council)
    secretary = story.actor("secretary")
    seats = {s.person_id: s for s in panels_queries.seats_of(secretary, council)}
    gone = world.cast.experts[1]
    for item in panels_queries.agenda(secretary, council):
        name = story.name_of(item)
        world.things[f"item {name}"] = item
        world.known_as(f"dossier {name}: item", item.public_id)
        if name == "judged":
            panels.recuse(
                actor=secretary,
                item_id=item.pk,
                seat_id=seats[gone.pk].pk,
                reason=f"Anh em {world.mark('dossier judged: recusal')}",
                at=story.later(),
            )
    story.open_meeting(council)
    story.ballots(council, recused={"judged": {gone.pk}})


def _found_invalid(world: World, story: Marked, dossier: Dossier) -> None:
    """Refused as not valid; the objection was upheld and nobody has acted since."""
    calls.reject_ineligible(
        actor=story.actor("officer"),
        dossier_id=dossier.pk,
        reason=f"Thiếu {world.mark('dossier invalid: refusal')}",
        at=story.later(minutes=4),
    )
    objection = portfolios.file_objection(
        actor=story.actor("applicant3"),
        dossier_id=dossier.pk,
        text=f"Đã nộp {world.mark('dossier invalid: objection')}",
        at=story.later(minutes=30),
    )
    portfolios.answer_objection(
        actor=story.actor("leader"),
        objection_id=objection.pk,
        upheld=True,
        answer=f"Xem lại {world.mark('dossier invalid: answer')}",
        at=story.later(minutes=30),
    )
    world.things["objection to not valid"] = objection


def _sealed(
    world: World, story: Marked, snapshot: Callable[[World, str], None]
) -> None:
    """A call that is still open: dossiers in it, whole and draft, are nobody's to know."""
    call = _until_call(story, open_days=45)
    officer = story.actor("officer")
    calls.grant_late_exception(
        actor=officer,
        call_id=call.pk,
        organisation_id=world.cast.hosts["NARIME"].pk,
        until=call.closes_at + timedelta(days=3),
        reason=f"Bão {world.mark('late exception: reason')}",
        at=story.later(),
    )
    draft = calls.draft_call(
        actor=officer,
        code="BCT-NHAP",
        title_vi=f"Đợt sau {world.mark('draft call: title')}",
        opens_at=world.end + timedelta(days=5),
        closes_at=world.end + timedelta(days=40),
        at=story.later(),
    )
    world.things["draft call"] = draft
    world.known_as("draft call: address", draft.public_id)
    snapshot(world, "before")
    story.hand_in(
        Plan(name="sealed", writer="writer", host="NARIME", editor="coeditor"),
        Plan(name="unfinished", writer="writer", host="NARIME", hand_in=False),
    )
    snapshot(world, "after")
