"""The sheet a member fills in, and what is wrong with it before it can be handed in."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db.models import OuterRef, Subquery
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from opensti.domains.panels.choices import (
    ASKED,
    COMMENT_BELOW,
    SCORE_STEP,
    VOTING,
    BallotState,
    CouncilState,
    Vote,
)
from opensti.domains.panels.models import Ballot, CouncilItem, Seat
from opensti.domains.panels.queries.rating import rating_problems
from opensti.domains.panels.queries.rules import ballot_kind, sheet_of
from opensti.domains.procedures.queries import REGIME
from opensti.kernel.access import visible
from opensti.kernel.refusals import Problem

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.db.models import QuerySet

    from opensti.domains.panels.choices import Sheet
    from opensti.domains.procedures.regimes.format import Criterion, ScoreSheet
    from opensti.kernel.access import Actor

PASS, FAIL = "pass", "fail"
POINTS = re.compile(r"-?[0-9]{1,6}(?:[.,][0-9]{1,6})?")


@dataclass(frozen=True, kw_only=True)
class Line:
    """One row of the sheet as a page shows it; a heading has no box to fill in."""

    id: str
    label: str
    help: str
    max: Decimal
    depth: int
    leaf: bool
    score: str
    comment: str


def points(text: object) -> Decimal | None:
    """Read points as people write them; nothing when they are none.

    Powers of ten, other digits and endless zeros are no points: what is shown and kept
    stays as short as what can be meant.
    """
    found = POINTS.fullmatch(str(text).strip())
    return Decimal(found[0].replace(",", ".")) if found is not None else None


def lines_of(
    sheet: ScoreSheet, typed: Mapping[str, str], said: Mapping[str, str]
) -> list[Line]:
    lang = get_language() or "vi"
    lines: list[Line] = []

    def walk(criteria: tuple[Criterion, ...], depth: int) -> None:
        for c in criteria:
            lines.append(
                Line(
                    id=c.id,
                    label=c.label(lang),
                    help=c.help_en if lang.startswith("en") else c.help_vi,
                    max=c.max,
                    depth=depth,
                    leaf=not c.items,
                    score=typed.get(c.id, ""),
                    comment=said.get(c.id, ""),
                )
            )
            walk(c.items, depth + 1)

    walk(sheet.criteria, 0)
    return lines


def sheet_total(item: CouncilItem, scores: Mapping[str, str]) -> Decimal | None:
    """The sum of a whole and valid sheet; nothing while points are missing or wrong."""
    sheet = sheet_of(item)
    if sheet is None or sheet.pass_fail:
        return None
    total = Decimal(0)
    for leaf in sheet.leaves():
        value = points(scores.get(leaf.id, ""))
        if value is None or not 0 <= value <= leaf.max:
            return None
        total += value
    return total


def sheet_problems(
    item: CouncilItem, written: Sheet, *, reviewer: bool = False
) -> list[Problem]:
    """Say everything that keeps a sheet from being handed in, and where."""
    kind = ballot_kind(item.council)
    sheet = sheet_of(item)
    if kind == "rating":
        return rating_problems(item, written, reviewer=reviewer)
    problems: list[Problem] = []
    if sheet is not None:
        problems += _score_problems(sheet, written)
    if kind == "items":
        problems += [
            Problem(
                field=f"vote-{content['id']}",
                message=_("There is no vote yet on “%(title)s”.")
                % {"title": content["title"]},
                mend=_("Vote yes or no on every content."),
            )
            for content in item.contents
            if written.votes.get(content["id"]) not in Vote.values
        ]
    if kind == "vote" and written.vote not in Vote.values:
        problems.append(
            Problem(
                field="vote",
                message=_("There is no vote yet."),
                mend=_("Vote yes or no."),
            )
        )
    against = kind == "vote" and written.vote == Vote.NO
    if (against or reviewer) and not written.opinion.strip():
        problems.append(
            Problem(
                field="opinion",
                message=_("A reviewer writes an opinion.")
                if reviewer
                else _("A vote against needs its reason."),
                mend=_("Write it in your own words; it goes into the minutes unnamed."),
            )
        )
    return problems


def _score_problems(sheet: ScoreSheet, written: Sheet) -> list[Problem]:
    lang = get_language() or "vi"
    problems = []
    for leaf in sheet.leaves():
        typed = str(written.scores.get(leaf.id, "")).strip()
        words: dict[str, Any] = {
            "label": leaf.label(lang),
            "max": f"{leaf.max.normalize():f}",
        }
        said = bool(str(written.comments.get(leaf.id, "")).strip())
        if sheet.pass_fail:
            message = (
                "" if typed in (PASS, FAIL) else _("“%(label)s” is not judged yet.")
            )
            low = typed == FAIL
        else:
            message, low = _fault_of(typed, leaf.max)
        if message:
            problems.append(
                Problem(
                    field=f"score-{leaf.id}",
                    message=message % words,
                    mend=_("Choose one of the two.")
                    if sheet.pass_fail
                    else _("Enter 0 to %(max)s, in steps of one half.") % words,
                )
            )
        elif low and not said:
            problems.append(
                Problem(
                    field=f"comment-{leaf.id}",
                    message=_("“%(label)s” was judged low without a word why.") % words,
                    mend=_("The applicant learns from it: write one sentence."),
                )
            )
    return problems


def _fault_of(typed: str, most: Decimal) -> tuple[str, bool]:
    value = points(typed)
    if not typed:
        return _("There are no points yet for “%(label)s”."), False
    if value is None:
        return _("The points for “%(label)s” are not a number."), False
    if not 0 <= value <= most:
        return _("The points for “%(label)s” lie outside 0 to %(max)s."), False
    if value % SCORE_STEP:
        return _("The points for “%(label)s” are not in steps of one half."), False
    return "", value < most * COMMENT_BELOW


# ---- my ballots


@dataclass(frozen=True, kw_only=True)
class Paper:
    """One item that a member judges, with his ballot as far as it is."""

    item: Any
    ballot: Any
    reviewer: bool
    editable: bool

    @property
    def state(self) -> str:
        if self.ballot is None:
            return "empty"
        return str(self.ballot.state)


def my_items(actor: Actor) -> QuerySet[CouncilItem]:
    """Items on which this person has a vote, newest meeting first."""
    seats = Seat.objects.filter(
        person_id=actor.person_id or 0, state__in=ASKED, role__in=VOTING
    )
    return (
        visible(
            actor, CouncilItem.objects.filter(council__in=seats.values("council_id"))
        )
        .filter(council__documents_sent_at__isnull=False)
        .select_related("council__regime_version", "dossier__host", "order")
        .defer(
            "result",
            "council__minutes",
            *(f"council__{name}" for name in REGIME),
            "dossier__answers",
            "dossier__typed",
        )
        .order_by("-council__meeting_at", "council_id", "position")
    )


def my_ballots(actor: Actor) -> QuerySet[CouncilItem]:
    """The same with the own ballot's state, total and day for the list; 1 query."""
    own = Ballot.objects.filter(
        item=OuterRef("pk"), seat__person_id=actor.person_id or 0
    )
    return my_items(actor).annotate(
        ballot_state=Subquery(own.values("state")[:1]),
        ballot_total=Subquery(own.values("total")[:1]),
        ballot_saved_at=Subquery(own.values("saved_at")[:1]),
    )


def my_paper(actor: Actor, item: CouncilItem) -> Paper:
    """My ballot on one item; 2 queries."""
    seat = Seat.objects.filter(
        council_id=item.council_id,
        person_id=actor.person_id or 0,
        state__in=ASKED,
        role__in=VOTING,
    ).first()
    ballot = (
        Ballot.objects.filter(item=item, seat=seat).first()
        if seat is not None
        else None
    )
    open_now = (
        seat is not None
        and seat.state == "accepted"
        and item.council.documents_sent_at is not None
        and item.council.state in (CouncilState.SET_UP, CouncilState.MEETING)
    )
    return Paper(
        item=item,
        ballot=ballot,
        reviewer=seat is not None and item.assignments.filter(seat=seat).exists(),
        editable=open_now and (ballot is None or ballot.state != BallotState.CAST),
    )


def ballots_of(actor: Actor, item: CouncilItem) -> QuerySet[Ballot]:
    """The ballots on an item that this person may read."""
    return (
        visible(actor, Ballot.objects.filter(item=item))
        .select_related("seat__person")
        .order_by("cast_at", "pk")
    )
