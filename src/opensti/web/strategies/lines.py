"""Targets as pages show them: the words of each, its picture, where it leads."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.urls import reverse

from opensti.domains.strategies import queries
from opensti.ui import paths

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.utils.safestring import SafeString

    from opensti.domains.strategies.models import Judgement
    from opensti.domains.strategies.queries import Line
    from opensti.ui.drawing import Chart

# The pages of things by their kind; those of other areas of strategies.
PAGES = {
    "card": "strategies:indicator",
    "plan": "strategies:plan",
    "goal": "strategies:goal",
    "action": "strategies:action",
}


def page_of(kind: str, public_id: str) -> str:
    """The page of a thing."""
    return reverse(PAGES[kind], args=[public_id])


@dataclass(frozen=True, kw_only=True)
class Shown:
    """One target as it is read."""

    line: Line
    anchor: str
    tone: str
    light: str
    wanted: str
    value: str
    achievement: str
    share: str
    gap: str
    achieved: str
    required: str
    sentence: str
    likely: str
    notes: list[str]
    card_url: str
    spark: SafeString
    way: Chart | None = None
    judgement: Judgement | None = None


def shown(
    line: Line, *, picture: bool = False, judgement: Judgement | None = None
) -> Shown:
    """The words of a target; with ``picture`` its way is drawn with its table."""
    found = line.rating
    way = line.way()
    return Shown(
        line=line,
        anchor=f"target-{line.target}",
        tone=queries.TONES[line.light],
        light=queries.light_words(line.light),
        wanted=queries.wanted_words(line),
        value=queries.value_words(line),
        achievement=queries.percent_words(found.achievement),
        share=queries.percent_words(found.share),
        gap="\u2014" if found.gap is None else queries.figure(found.gap),
        achieved=queries.pace_words(line, found.achieved),
        required=queries.pace_words(line, found.required),
        sentence=queries.required_words(line),
        likely=queries.likelihood_words(line),
        notes=queries.note_words(line),
        card_url=page_of("card", line.card),
        spark=paths.spark(path=way["path"], observed=way["observed"]),
        way=paths.way(
            title=f"{line.code}: {queries.wanted_words(line)}", decimals=2, **way
        )
        if picture
        else None,
        judgement=judgement,
    )


def all_shown(
    lines: Iterable[Line],
    *,
    picture: bool = False,
    judgements: dict[int, Judgement] | None = None,
) -> list[Shown]:
    of = judgements or {}
    return [
        shown(line, picture=picture, judgement=of.get(line.target)) for line in lines
    ]
