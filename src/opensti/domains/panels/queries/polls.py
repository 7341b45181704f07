"""What a secret ballot may say, what the voters can check, and who kept the count."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from opensti.domains.panels.choices import SCORE_STEP, PollState, Vote
from opensti.domains.panels.models import (
    CouncilItem,
    Credential,
    Poll,
    Seat,
    SecretBallot,
)
from opensti.domains.panels.queries.rating import criteria_of, levels_of, rating_of
from opensti.domains.panels.queries.rules import ballot_kind, sheet_of
from opensti.domains.panels.queries.sheets import FAIL, PASS, points
from opensti.domains.procedures.queries import REGIME
from opensti.kernel.access import get_visible, visible

if TYPE_CHECKING:
    from collections.abc import Mapping

    from opensti.domains.panels.models import Council
    from opensti.kernel.access import Actor

BLANK = "blank"
ANSWERS = frozenset({*Vote.values, BLANK})


@dataclass(frozen=True, kw_only=True)
class Question:
    """One box of the secret ballot: a vote, a level, or the points for a criterion."""

    name: str
    label: str
    amount: Any = None
    most: Any = None
    judged: bool = False
    depth: int = 0
    heading: bool = False
    levels: tuple[tuple[str, str], ...] = ()


def questions(item: CouncilItem) -> list[Question]:
    """What the ballot on an item asks, in the order of the sheet."""
    lang = get_language() or "vi"
    kind, sheet = ballot_kind(item.council), sheet_of(item)
    if kind == "vote":
        return [Question(name="vote", label="")]
    rating = rating_of(item.council)
    if rating is not None:
        levels = tuple(levels_of(rating))
        return [
            *(
                Question(name=f"vote-{c.id}", label=c.label, levels=levels)
                for c in criteria_of(item)
            ),
            Question(name="vote", label=_("The work as a whole"), levels=levels),
        ]
    asked = [
        Question(name=f"vote-{c['id']}", label=c["title"], amount=c["amount"])
        for c in item.contents
        if kind == "items"
    ]
    if sheet is not None and kind == "score":
        asked += [
            Question(
                name=f"score-{leaf.id}",
                label=leaf.label(lang),
                most=leaf.max.normalize(),
                judged=sheet.pass_fail,
            )
            for leaf in sheet.leaves()
        ]
    return asked


def choice_is_valid(item: CouncilItem, choice: object) -> bool:
    """Whether a ballot answers every question of the form, and nothing else."""
    if not isinstance(choice, dict):
        return False
    asked = {q.name: q for q in questions(item)}
    return set(choice) == set(asked) and all(
        isinstance(choice[name], str) and _answers(question, choice[name])
        for name, question in asked.items()
    )


def _answers(question: Question, said: str) -> bool:
    if question.levels:
        return said == BLANK or said in dict(question.levels)
    if question.most is None:
        return said in ANSWERS
    if question.judged:
        return said in (PASS, FAIL)
    value = points(said)
    return value is not None and 0 <= value <= question.most and not value % SCORE_STEP


def as_counted(choice: Mapping[str, str]) -> dict[str, Any]:
    """A ballot's choice in the words of the count."""
    return {
        "points": {
            k.removeprefix("score-"): _plain(v)
            for k, v in choice.items()
            if k.startswith("score-")
        },
        "votes": {
            k.removeprefix("vote-"): v
            for k, v in choice.items()
            if k.startswith("vote-") and v != BLANK
        },
        "vote": "" if choice.get("vote", BLANK) == BLANK else choice["vote"],
    }


def _plain(typed: str) -> str:
    value = points(typed)
    return typed if value is None else f"{value:f}"


# ---- pages


def poll(actor: Actor, public_id: str) -> Poll:
    """A poll of an item that the person may know of, with its council and rule."""
    return get_visible(
        actor,
        Poll.objects.select_related(
            "item__council__regime_version", "item__dossier", "item__order"
        ).defer(
            *(f"item__council__{name}" for name in REGIME),
            "item__council__minutes",
            "item__result",
        ),
        public_id=public_id,
    )


def own_paper(poll: Poll, seat: Seat) -> Credential | None:
    return Credential.objects.filter(poll=poll, seat=seat).first()


def counts_with(actor: Actor, council: Council) -> bool:
    """Whether the person is of the count team."""
    return (
        actor.person_id is not None
        and Seat.objects.filter(
            council=council, person_id=actor.person_id, counts_ballots=True
        ).exists()
    )


@dataclass(frozen=True, kw_only=True)
class Published:
    """A closed poll with the ballots under their marks, for every voter to check."""

    poll: Poll
    ballots: tuple[SecretBallot, ...]
    number: int


def published(actor: Actor, council: Council) -> list[Published]:
    """The closed polls that the person may know of; 3 queries."""
    items = list(
        visible(actor, CouncilItem.objects.filter(council=council))
        .order_by("position")
        .values_list("pk", flat=True)
    )
    numbers = {pk: n for n, pk in enumerate(items, start=1)}
    rows: dict[int, list[SecretBallot]] = {}
    polls = list(
        visible(actor, Poll.objects.filter(item__council=council)).filter(
            state=PollState.CLOSED
        )
    )
    for ballot in SecretBallot.objects.filter(poll__in=[p.pk for p in polls]).order_by(
        "mark"
    ):
        rows.setdefault(ballot.poll_id, []).append(ballot)
    return sorted(
        (
            Published(
                poll=p, ballots=tuple(rows.get(p.pk, ())), number=numbers[p.item_id]
            )
            for p in polls
        ),
        key=lambda found: found.number,
    )
