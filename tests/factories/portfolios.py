"""Rounds for tests, brought where they stand by the actions."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from opensti.domains.calls import actions as call_actions
from opensti.domains.panels.models import CouncilItem
from opensti.domains.panels.queries import sheet_of
from opensti.domains.portfolios import actions
from opensti.domains.portfolios.models import Decision, Letter, Ranking, Round, Scenario
from opensti.domains.procedures.actions import set_switch
from opensti.kernel.access import SYSTEM, Actor, Role
from tests.factories import calls as call_factory
from tests.factories import panels as panel_factory
from tests.factories.kept import kept
from tests.factories.panels import Office
from tests.factories.registry import Organisations
from tests.factories.tasks import AT as TASKS_BEGIN
from tests.factories.tasks import approved, person, regimes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from opensti.domains.calls.models import Call, Dossier

FOUND_INVALID = call_factory.AFTER + timedelta(hours=1)
LAID_OUT = datetime(2026, 7, 27, 2, 0, tzinfo=UTC)
RANKED = LAID_OUT + timedelta(minutes=5)
PROPOSED = LAID_OUT + timedelta(hours=1)
DECIDED = LAID_OUT + timedelta(days=1)
CHECKED = DECIDED + timedelta(hours=1)
RELEASED = DECIDED + timedelta(hours=2)
OBJECTED = RELEASED + timedelta(days=2)
ANSWERED = OBJECTED + timedelta(days=2)


@dataclass
class Story:
    """A call whose council concluded: who takes part, and what they wrote."""

    office: Office
    leader: Actor
    call: Call
    applicants: list[Actor] = field(default_factory=list)
    dossiers: list[Dossier] = field(default_factory=list)

    @property
    def officer(self) -> Actor:
        return self.office.officer


@kept
def handed_in(number: int, *, orders: int = 1) -> Story:
    """A call that is opened, with so many dossiers that answer its orders in turn."""
    regimes()
    office = Office.new()
    leader = person(Role.LEADER)
    asked = [approved(office.officer, leader) for _n in range(orders)]
    call = call_factory.published(office.officer, *asked)
    story = Story(office=office, leader=leader, call=call)
    for n in range(number):
        writer = call_factory.applicant(Organisations.create())
        story.applicants.append(writer)
        story.dossiers.append(
            call_factory.submitted(
                writer,
                call,
                order_id=asked[n % orders].pk if orders else None,
                title=f"Nhiệm vụ thứ {n + 1}",
            )
        )
    call_factory.opened(office.officer, call)
    return story


@kept
def judged(*totals: str | Sequence[str], orders: int = 1) -> Story:
    """A call with one dossier for each total, as its council has scored them.

    A total is every member's, or one for each of the seven members. The dossiers answer
    the orders of the call in turn.
    """
    story = handed_in(len(totals), orders=orders)
    office = story.office
    story.dossiers = [call_factory.eligible(office.officer, d) for d in story.dossiers]
    if not totals:
        return story
    council, members = panel_factory.prepared(office, dossiers=story.dossiers)
    panel_factory.in_session(office, council)
    for dossier, total in zip(story.dossiers, totals, strict=True):
        item = CouncilItem.objects.select_related("council__regime_version").get(
            council=council, dossier=dossier
        )
        given = [total] * len(members) if isinstance(total, str) else total
        for member, points in zip(members, given, strict=True):
            sheet = panel_factory.scored(sheet_of(item), points)
            panel_factory.cast(member, item, sheet)
    panel_factory.concluded(office, council)
    return story


@kept
def advised(*totals: str | Sequence[str], orders: int = 1) -> Story:
    """``judged`` under a procedure that lets a calibrated ranking stand beside."""
    regimes()
    set_switch(
        actor=SYSTEM,
        regime="moit_2026",
        switch="calibrated_beside",
        value="beside",
        reason="Thử nghiệm.",
        at=TASKS_BEGIN,
    )
    return judged(*totals, orders=orders)


def ranked(story: Story) -> tuple[Round, Ranking]:
    round_ = laid_out(story)
    return round_, actions.rank_round(
        actor=story.officer, round_id=round_.pk, at=RANKED
    )


def laid_out(story: Story) -> Round:
    return actions.prepare_round(
        actor=story.officer,
        call_id=story.call.pk,
        title_vi="Đợt 1",
        title_en="Round 1",
        at=LAID_OUT,
    )


def scenario(story: Story, round_: Round, /, **said: Any) -> Scenario:
    """A scenario as an officer writes it: one budget for the state's money, unless told."""
    plan: dict[str, Any] = {
        "title_vi": "Trong hạn mức",
        "title_en": "Within the budget",
        "rules": {"budgets": {"state": 2_000_000_000}},
        **said,
    }
    return actions.make_scenario(
        actor=story.officer,
        round_id=round_.pk,
        plan=actions.Plan(**plan),
        at=LAID_OUT,
    )


def computed(story: Story, round_: Round, /, **said: Any) -> Scenario:
    """The same, asked for and computed as the worker does."""
    made = scenario(story, round_, **said)
    actions.ask_scenario(actor=story.officer, scenario_id=made.pk, at=LAID_OUT)
    return actions.compute_scenario(
        actor=story.officer, scenario_id=made.pk, at=LAID_OUT
    )


def put_forward(story: Story, round_: Round, /, **said: Any) -> Scenario:
    return actions.put_forward(
        actor=story.officer,
        scenario_id=computed(story, round_, **said).pk,
        grounds="Tổng điểm cao nhất trong hạn mức.",
        at=LAID_OUT,
    )


def adopted(story: Story, round_: Round, /, **said: Any) -> Scenario:
    return actions.adopt_scenario(
        actor=story.leader,
        scenario_id=put_forward(story, round_, **said).pk,
        at=LAID_OUT,
    )


def proposed(story: Story) -> Round:
    return actions.propose_round(
        actor=story.officer,
        round_id=laid_out(story).pk,
        proposal="Kính trình.",
        at=PROPOSED,
    )


def decided(story: Story, **said: Any) -> Round:
    return decide(story, proposed(story), **said)


def decide(story: Story, round_: Round, **said: Any) -> Round:
    given: dict[str, Any] = {"decision_number": "188/QĐ-BCT", "rulings": {}, **said}
    return actions.decide_round(
        actor=story.leader, round_id=round_.pk, at=DECIDED, **given
    )


def checked(
    story: Story, round_: Round, *, by: Actor | None = None
) -> Sequence[Letter]:
    letters = list(Letter.objects.filter(decision__round=round_).order_by("pk"))
    for letter in letters:
        actions.check_letter(actor=by or story.officer, letter_id=letter.pk, at=CHECKED)
    return letters


def release(story: Story, round_: Round) -> Round:
    return actions.release_round(actor=story.officer, round_id=round_.pk, at=RELEASED)


def released(story: Story, **said: Any) -> Round:
    round_ = decided(story, **said)
    checked(story, round_)
    return release(story, round_)


def decision_on(dossier: Dossier) -> Decision:
    return Decision.objects.filter(dossier=dossier).latest("pk")


def objected(story: Story, number: int = -1) -> Any:
    return actions.file_objection(
        actor=story.applicants[number],
        dossier_id=story.dossiers[number].pk,
        text="Đề nghị xem lại điểm về tính khả thi.",
        at=OBJECTED,
    )


@kept
def found_invalid(*reasons: str) -> Story:
    """A call whose dossiers were opened: the office refuses one for each reason."""
    story = handed_in(len(reasons))
    for dossier, reason in zip(story.dossiers, reasons, strict=True):
        call_actions.reject_ineligible(
            actor=story.officer, dossier_id=dossier.pk, reason=reason, at=FOUND_INVALID
        )
        dossier.case.refresh_from_db()
    return story
