"""A story of the demonstration whose texts carry the marks of the leak test."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from django.core.files.base import ContentFile

from opensti.console.demo import cast as demo_cast
from opensti.console.demo.story import Story
from opensti.console.demo.texts import Text, filled, signed_paper
from opensti.domains.calls import actions as calls
from opensti.domains.calls import queries as calls_queries
from opensti.domains.panels import actions as panels
from opensti.domains.panels import queries as panels_queries
from opensti.domains.portfolios import actions as portfolios
from opensti.domains.portfolios import queries as portfolios_queries

if TYPE_CHECKING:
    from collections.abc import Callable

    from opensti.domains.calls.models import Call, Dossier
    from opensti.domains.panels.models import Council, CouncilItem
    from opensti.domains.portfolios.models import Round
    from tests.leaks.world import World


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
        self.round = self.lay_out()
        self.propose(self.round)
        if name == "decided":
            self.plan_marked()
        leader, officer = self.actor("leader"), self.actor("officer")
        self.world.things[f"round {name}"] = self.round
        self.world.known_as(f"round {name}: address", self.round.public_id)
        ranking = self.round.rankings.get()
        self.world.known_as(f"round {name}: ranking", ranking.problem_digest)
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

    def plan_marked(self) -> None:
        """The leader wants scenarios first; one is computed, put forward, sent back."""
        assert self.round is not None
        leader, officer, mark = (
            self.actor("leader"),
            self.actor("officer"),
            self.world.mark,
        )
        round_id = self.round.pk
        portfolios.return_round(
            actor=leader,
            round_id=round_id,
            reason=f"Cần so sánh {mark('scenario: round sent back')}",
            at=self.later(minutes=1),
        )
        decision = portfolios_queries.decisions_of(officer, self.round)[0]
        portfolios.lock_decision(
            actor=officer,
            decision_id=decision.pk,
            must=decision.proposed == "approve",
            reason=f"Cam kết {mark('scenario: lock')}",
            at=self.later(minutes=1),
        )
        scenario = portfolios.make_scenario(
            actor=officer,
            round_id=round_id,
            plan=portfolios.Plan(
                title_vi=f"Kịch bản {mark('scenario: title')}",
                rules={"budgets": {"state": 40_000_000_000}},
            ),
            at=self.later(minutes=1),
        )
        self.world.things["scenario"] = scenario
        self.world.known_as("scenario: address", scenario.public_id)
        act = {"actor": officer, "scenario_id": scenario.pk}
        portfolios.ask_scenario(**act, at=self.later(minutes=1))
        portfolios.compute_scenario(**act, at=self.later(minutes=1))
        portfolios.put_forward(
            **act,
            grounds=f"Vì {mark('scenario: grounds')}",
            at=self.later(minutes=1),
        )
        portfolios.send_back(
            actor=leader,
            scenario_id=scenario.pk,
            reason=f"Chưa {mark('scenario: sent back')}",
            at=self.later(minutes=1),
        )
        portfolios.propose_round(
            actor=officer,
            round_id=round_id,
            proposal="Kính trình lại.",
            at=self.later(minutes=1),
        )

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


def until_call(story: Marked, *, open_days: int) -> Call:
    texts = [next(story.texts)]
    story.order(story.collect_needs(texts), texts)
    story.announce(open_days=open_days)
    assert story.call is not None
    story.world.things[f"call {story.number}"] = story.call
    story.world.things[f"order {story.number}"] = story.orders[0]
    return story.call
