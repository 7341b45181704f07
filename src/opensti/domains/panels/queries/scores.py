"""The counted scores of some dossiers, reviewer by reviewer, without a name.

For the calibrated ranking of a selection round: who scores how severely can be told only
where one person's scores of several dossiers are known to be one person's.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Literal

from opensti.domains.panels.choices import (
    BallotState,
    CouncilKind,
    CouncilState,
    Vote,
)
from opensti.domains.panels.models import Ballot, CouncilItem, Recusal
from opensti.domains.panels.permissions import FOLLOWERS, hidden_items
from opensti.domains.panels.queries.rules import sheet_of
from opensti.domains.panels.queries.session import attended
from opensti.domains.panels.queries.sheets import points
from opensti.domains.procedures.queries import REGIME

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from opensti.kernel.access import Actor


Kind = Literal["points", "votes"]
KINDS: tuple[Kind, ...] = ("points", "votes")


@dataclass(frozen=True, kw_only=True, order=True)
class Score:
    """What one ballot gave a dossier, of ``most`` points; of a vote 1 for yes, 0 for no."""

    dossier_id: int
    points: Fraction
    most: Fraction


@dataclass(frozen=True, kw_only=True)
class Scores:
    """Counted scores: ``named`` has a tuple for each person, in an order that tells nothing.

    ``unnamed`` are of ballots that nobody can lay beside others of the same person: secret
    ones, and those that cannot be told from a ballot that did not count. ``excluded``: how
    many the regime's rule left out as not valid. ``kind`` is empty where there is none.
    """

    kind: Kind | Literal[""] = ""
    named: tuple[tuple[Score, ...], ...] = ()
    unnamed: tuple[Score, ...] = ()
    excluded: int = 0


def scores_of(dossier_ids: Collection[int]) -> Scores:
    """The counted scores of dossiers by the council that concluded on each last.

    Points where any council gave points, else yes and no; a council that only votes item
    by item gives neither. The caller has decided who may know. 3 queries, and some more
    for each item on which somebody voted whose ballot did not count.
    """
    items = _concluded(dossier_ids)
    cast = _cast(items)
    found: dict[Kind, tuple[dict[int, list[Score]], list[Score]]] = {
        kind: (defaultdict(list), []) for kind in KINDS
    }
    excluded: Counter[str] = Counter()
    for item in items:
        kind, counted = _counted(item)
        if kind is None:
            continue
        named, unnamed = found[kind]
        writers = _writers(item, cast.get(item.pk, []), counted)
        for key, (score, valid, times) in counted.items():
            if not valid:
                excluded[kind] += times
            elif writers is None:
                unnamed += [score] * times
            else:
                for person_id in writers[key]:
                    named[person_id].append(score)
    for sort in KINDS:
        named, unnamed = found[sort]
        if named or unnamed:
            return Scores(
                kind=sort,
                named=tuple(sorted(tuple(sorted(rows)) for rows in named.values())),
                unnamed=tuple(sorted(unnamed)),
                excluded=excluded[sort],
            )
    return Scores()


def reads_ballots_of(actor: Actor, dossier_ids: Collection[int]) -> bool:
    """May this person read every counted ballot on these dossiers, by name? 1 query.

    Who follows all councils may, unless one of the items is hidden from him.
    """
    return bool(
        actor.has(*FOLLOWERS)
        and not CouncilItem.objects.filter(
            hidden_items(actor), dossier_id__in=[*dossier_ids]
        ).exists()
    )


def _concluded(dossier_ids: Collection[int]) -> list[CouncilItem]:
    rows = (
        CouncilItem.objects.filter(
            dossier_id__in=[*dossier_ids],
            case=None,
            council__state=CouncilState.CONCLUDED,
        )
        .exclude(council__kind=CouncilKind.COST)
        .select_related("council__regime_version")
        .defer("council__minutes", *(f"council__{name}" for name in REGIME))
        .order_by("council__concluded_at", "pk")
    )
    return sorted({row.dossier_id: row for row in rows}.values(), key=lambda r: r.pk)


def _cast(items: Iterable[CouncilItem]) -> dict[int, list[Ballot]]:
    """Ballots of those who were not excluded from the item, by item."""
    ids = [item.pk for item in items]
    gone = set(
        Recusal.objects.filter(item_id__in=ids).values_list("item_id", "seat_id")
    )
    found: dict[int, list[Ballot]] = defaultdict(list)
    rows = Ballot.objects.filter(item_id__in=ids, state=BallotState.CAST)
    for ballot in rows.select_related("seat").defer("comments", "opinion"):
        if (ballot.item_id, ballot.seat_id) not in gone:
            found[ballot.item_id].append(ballot)
    return found


def _counted(
    item: CouncilItem,
) -> tuple[Kind | None, dict[str, tuple[Score, bool, int]]]:
    """What was counted, by what the ballots say: the score, whether valid, how often."""
    frozen: Mapping[str, Any] = (item.result or {}).get("problem", {})
    figures: Mapping[str, Any] = (item.result or {}).get("figures", {})
    sheet, dossier_id = sheet_of(item), item.dossier_id
    judged = {b["voter"]: b for b in figures.get("ballots", ())}
    found: dict[str, tuple[Score, bool, int]] = {}
    if dossier_id is None or not (judged or frozen.get("kind") == "vote"):
        return None, {}
    most = Fraction(1)
    if judged and sheet is not None:
        most = sum((Fraction(leaf.max) for leaf in sheet.leaves()), Fraction(0))
    for ballot in frozen.get("ballots", ()):
        if judged:
            said = judged[ballot["voter"]]
            given, valid = Fraction(said["total"]), bool(said["valid"])
        elif ballot["vote"] in Vote.values:
            given, valid = Fraction(ballot["vote"] == Vote.YES), True
        else:  # a blank paper says nothing of the dossier
            continue
        key = _key(ballot["points"], ballot["votes"], ballot["vote"])
        score = Score(dossier_id=dossier_id, points=given, most=most)
        found[key] = (score, valid, found[key][2] + 1 if key in found else 1)
    return ("points" if judged else "votes"), found


def _writers(
    item: CouncilItem,
    cast: Sequence[Ballot],
    counted: Mapping[str, tuple[Score, bool, int]],
) -> dict[str, list[int]] | None:
    """Whose the counted ballots are; none where that is secret or cannot be said."""
    if "poll" in item.result["problem"]:
        return None
    wanted = {key: times for key, (_score, _valid, times) in counted.items()}
    for those in _sifted(item, cast):
        found = _by_words(those, wanted)
        if {key: len(people) for key, people in found.items()} == wanted:
            return found
    return None


def _sifted(item: CouncilItem, cast: Sequence[Ballot]) -> Iterator[Sequence[Ballot]]:
    """All who handed in; those noted as present; those who were there for the item."""
    yield cast
    yield [ballot for ballot in cast if ballot.seat.present]
    there = attended(item)
    yield [] if there is None else [b for b in cast if b.seat_id in there]


def _by_words(cast: Iterable[Ballot], wanted: Collection[str]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = defaultdict(list)
    for ballot in cast:
        key = _key(ballot.scores, ballot.votes, ballot.vote)
        if key in wanted:
            found[key].append(ballot.seat.person_id)
    return found


def _key(scores: Mapping[str, Any], votes: Mapping[str, Any], vote: str) -> str:
    """What a ballot says, in one form."""
    given = {name: _figure(value) for name, value in scores.items()}
    return json.dumps([given, dict(votes), vote], sort_keys=True)


def _figure(typed: Any) -> str:
    value = points(typed)
    return str(typed) if value is None else str(Fraction(value))
