"""What members write before their meeting: reviews, notes, questions, all of it marked."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from opensti.domains.panels import actions as panels
from opensti.domains.panels import queries as panels_queries
from tests.leaks.marked import Plan, until_call

if TYPE_CHECKING:
    from opensti.domains.panels.models import Council, CouncilItem
    from tests.leaks.marked import Marked
    from tests.leaks.world import World


def prepared(world: World, story: Marked, council: Council) -> None:
    """Reviews handed in and begun, notes, and questions sent, answered and withheld."""
    for item in panels_queries.agenda(story.actor("secretary"), council):
        name = story.name_of(item)
        done, begun = (
            ("expert3", "expert4") if name == "judged" else ("expert4", "expert3")
        )
        world.things[f"review {name}"] = _review(
            world, story, item, done, f"dossier {name}: review", hand_in=True
        )
        _review(world, story, item, begun, f"dossier {name}: draft review")
        panels.save_note(
            actor=story.actor("expert1" if name == "judged" else "expert2"),
            item_id=item.pk,
            text=f"Ghi nhớ {world.mark(f'dossier {name}: note')}",
            at=story.later(),
        )
        _question(world, story, item, name)


def _review(
    world: World,
    story: Marked,
    item: CouncilItem,
    who: str,
    secret: str,
    *,
    hand_in: bool = False,
) -> Any:
    sheet = replace(story.sheet(item, 0.8), opinion=f"Nhận xét {world.mark(secret)}")
    act = panels.hand_in_review if hand_in else panels.save_review
    return act(
        actor=story.actor(who),
        item_id=item.pk,
        sheet=sheet,
        confidence="high",
        at=story.later(minutes=3),
    )


def _question(world: World, story: Marked, item: CouncilItem, name: str) -> None:
    secretary, mark = story.actor("secretary"), world.mark
    question = panels.ask_author(
        actor=story.actor("expert3"),
        item_id=item.pk,
        text=f"Hỏi {mark(f'dossier {name}: question')}",
        at=story.later(),
    )
    if name != "judged":
        panels.withhold_question(
            actor=secretary,
            question_id=question.pk,
            reason=f"Vì {mark(f'dossier {name}: question withheld')}",
            at=story.later(),
        )
        return
    panels.release_question(
        actor=secretary,
        question_id=question.pk,
        text=f"Đề nghị nêu {mark(f'dossier {name}: question sent')}",
        at=story.later(),
    )
    panels.answer_question(
        actor=story.actor("writer"),
        question_id=question.pk,
        text=f"Trả lời {mark(f'dossier {name}: answer to the council')}",
        at=story.later(),
    )


def studied(world: World, story: Marked) -> None:
    """A council before its meeting: one review is sealed, one member has not answered."""
    until_call(story, open_days=21)
    story.hand_in(Plan(name="studied", writer="applicant2", host="VIELINA"))
    story.open_and_check()
    waiting = world.cast.experts[7]
    council = story.form(
        "selection", dossiers=[d.pk for d in story.dossiers], waiting=waiting
    )
    seat = next(
        s
        for s in panels_queries.seats_of(story.actor("secretary"), council)
        if s.person_id == waiting.pk
    )
    world.things["letter to a member"] = panels.invite(
        seat_id=seat.pk, at=story.later()
    )
    story.prepare(council)
    (item,) = panels_queries.agenda(story.actor("secretary"), council)
    world.things["item studied"] = item
    world.known_as("dossier studied: item", item.public_id)
    world.things["council studied"] = council
    world.known_as("council studied: address", council.public_id)
    world.things["review studied"] = _review(
        world, story, item, "expert3", "dossier studied: sealed review", hand_in=True
    )
