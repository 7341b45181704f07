"""What councils concluded, figure by figure, in words a person can follow."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from itertools import groupby
from typing import TYPE_CHECKING, Any

from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from sti_methods.ballots import TEXTS

from opensti.domains.panels.choices import (
    QUORUM_LABELS,
    CouncilKind,
    CouncilState,
    Outcome,
    Vote,
)
from opensti.domains.panels.models import Council, CouncilItem
from opensti.domains.panels.queries.rating import (
    RatedLine,
    levels_of,
    rated_lines,
    rating_of,
)
from opensti.domains.panels.queries.rules import rule_of, sheet_of
from opensti.domains.procedures.choices import Track
from opensti.domains.procedures.queries import REGIME, one_winner
from opensti.kernel.access import may, visible

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from opensti.domains.procedures.regimes.format import ApprovalRule, ScoreSheet
    from opensti.kernel.access import Actor


# ---- for the selection rounds


@dataclass(frozen=True, kw_only=True)
class CallResult:
    """What the councils found on one dossier of a call.

    ``rank`` is among the dossiers of its order; ``outranked``: it passed, but another of
    them goes before it, and only one may be approved.
    """

    dossier_id: int
    passed: bool
    outranked: bool
    mean: Decimal | None
    rank: int | None
    proposed_amount: Decimal | None
    asked: Decimal
    months: int | None
    recommendation: str

    @property
    def chosen(self) -> bool:
        """Whether the council wants this dossier to be approved."""
        return self.passed and not self.outranked


def results_of_call(call_id: int) -> list[CallResult]:
    """Concluded results of a call, order by order and the best of each first.

    A cost team's amount goes before the council's.
    The caller has decided who may know; 1 query.
    """
    rows = (
        CouncilItem.objects.filter(
            dossier__call_id=call_id,
            case=None,  # what judged the finished work says nothing of the proposal
            council__state=CouncilState.CONCLUDED,
        )
        .select_related("council__regime_version", "dossier__order")
        .defer(
            "result",
            "council__minutes",
            *(f"council__{name}" for name in REGIME),
            "dossier__answers",
            "dossier__typed",
        )
        .order_by("council__concluded_at", "pk")
    )
    councils: dict[int, CouncilItem] = {}
    costs: dict[int, Decimal | None] = {}
    for row in rows:
        if row.dossier_id is None:
            continue
        if row.council.kind == CouncilKind.COST:
            costs[row.dossier_id] = row.proposed_amount
        else:
            councils[row.dossier_id] = row
    found = [
        CallResult(
            dossier_id=pk,
            passed=row.outcome == Outcome.PROPOSED,
            outranked=_outranked(row, row.rank),
            mean=row.mean,
            rank=row.rank,
            proposed_amount=costs.get(pk, row.proposed_amount),
            asked=row.dossier.asked_state if row.dossier else Decimal(0),
            months=row.dossier.months if row.dossier else None,
            recommendation=row.recommendation,
        )
        for pk, row in councils.items()
    ]
    answered = {pk: order_of(row) for pk, row in councils.items()}
    return sorted(
        found,
        key=lambda r: (
            (order := answered[r.dossier_id]) is None,
            order.code if order else "",
            not r.passed,
            r.rank is None,
            r.rank or 0,
            r.dossier_id,
        ),
    )


def _outranked(item: CouncilItem, place: int | None) -> bool:
    """Whether it passed at a place behind another of its order, and one may be approved."""
    return (
        order_of(item) is not None
        and item.outcome == Outcome.PROPOSED
        and (place or 1) > 1
        and one_winner(item.council.regime_version) is not None
    )


@dataclass(frozen=True, kw_only=True)
class Judged:
    """What a council found on one case, for the page of the case itself."""

    council: Council
    outcome: str
    mean: Decimal | None
    rank: int | None
    proposed_amount: Decimal | None


def judged(actor: Actor, *, track: Track, thing_id: int) -> list[Judged]:
    """Councils on an order, a dossier or (by its case) a finished work; 1 query.

    As far as this person may know.
    """
    where = {
        Track.ORDER: {"order_id": thing_id},
        Track.ACCEPTANCE: {"case_id": thing_id},
    }.get(track, {"dossier_id": thing_id, "case": None})
    rows = (
        visible(actor, CouncilItem.objects.filter(**where))
        .select_related("council")
        .defer("result", "council__minutes")
        .order_by("council__created_at")
    )
    return [
        Judged(
            council=row.council,
            outcome=row.outcome,
            mean=row.mean,
            rank=row.rank,
            proposed_amount=row.proposed_amount,
        )
        for row in rows
    ]


# ---- for the page of results, the minutes and the score table


@dataclass(frozen=True, kw_only=True)
class CriterionMean:
    label: str
    mean: str
    max: str
    zeros: int
    top: bool = False


@dataclass(frozen=True, kw_only=True)
class BallotLine:
    """One ballot without a name."""

    number: str
    total: str
    valid: bool
    passed: bool


@dataclass(frozen=True, kw_only=True)
class ContentLine:
    title: str
    amount: Decimal
    yes: int
    no: int
    passed: bool
    sentences: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class ItemResult:
    """One item's result, every figure and the sentence that explains it.

    ``place`` is among the items that answer the same order; ``outranked``: it passed, but
    another of them goes before it, and only one may be approved. Finished work has its
    ``rating``, how many gave which level (``levels``), and the same of each criterion (``rated``).
    """

    item: Any
    number: int
    place: int | None
    outcome: str
    outcome_label: str
    outranked: bool
    kind: str
    final: str
    mean: str
    mean_of_all: str
    bonus: str
    votes: Mapping[str, int]
    criteria: tuple[CriterionMean, ...]
    ballots: tuple[BallotLine, ...]
    contents: tuple[ContentLine, ...]
    present: int
    total: int
    amount: Decimal | None
    sentences: tuple[str, ...]
    rating: str = ""
    levels: tuple[tuple[str, int], ...] = ()
    rated: tuple[RatedLine, ...] = ()

    @property
    def is_good(self) -> bool:
        return self.outcome in Outcome.values and Outcome(self.outcome).is_good


def figure(text: str, places: int = 2) -> str:
    """A kept fraction as readers see it: rounded half up, the comma of the language."""
    if not text:
        return ""
    exact = Fraction(text)
    value = (Decimal(exact.numerator) / Decimal(exact.denominator)).quantize(
        Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP
    )
    shown = (
        f"{value:f}".rstrip("0").rstrip(".") if "." in f"{value:f}" else f"{value:f}"
    )
    return (
        shown if (get_language() or "vi").startswith("en") else shown.replace(".", ",")
    )


@dataclass(frozen=True, kw_only=True)
class OrderResults:
    """What a council found on the dossiers that compete for one order.

    ``order`` is none for dossiers that answer no order, and for orders themselves;
    ``one_winner`` is the rule by which only one of them may be approved.
    """

    order: Any
    results: Sequence[ItemResult]
    one_winner: ApprovalRule | None


def by_order(found: Sequence[ItemResult]) -> list[OrderResults]:
    """The results of a council, those of each order together; no query."""
    return [
        OrderResults(
            order=order,
            results=(first, *rest),
            one_winner=order and one_winner(first.item.council.regime_version),
        )
        for order, (first, *rest) in groupby(found, key=lambda r: order_of(r.item))
    ]


def order_of(item: CouncilItem) -> Any:
    """The order that a dossier answers; finished work competes with nothing."""
    if item.dossier is None or item.case_id is not None:
        return None
    return item.dossier.order


def results(actor: Actor, council: Council) -> list[ItemResult]:
    """Results of the items this person may know of: order by order, by their places.

    Places are counted among these alone, so that nothing tells of a hidden item.
    """
    if council.concluded_at is None:
        return []
    rows = list(
        visible(actor, CouncilItem.objects.filter(council=council))
        .select_related(
            "dossier__host", "dossier__leader", "dossier__order", "order__case"
        )
        .defer("dossier__answers", "dossier__typed")
        .order_by("position")
    )
    numbers = {row.pk: n for n, row in enumerate(rows, start=1)}
    ranks: dict[Any, list[int]] = {}
    for row in rows:
        if row.rank is not None:
            ranks.setdefault(order_of(row), []).append(row.rank)
    # The orders follow one another as their first dossiers do on the agenda.
    orders = list(dict.fromkeys(order_of(row) for row in rows))
    single = not rule_of(council).secrecy or bool(
        may(actor, "panels.read_seats", council)
    )
    found = []
    for row in rows:
        row.council = council
        place = (
            None
            if row.rank is None
            else sorted(ranks[order_of(row)]).index(row.rank) + 1
        )
        found.append(_result(row, numbers[row.pk], place, single=single))
    return sorted(
        found,
        key=lambda r: (
            orders.index(order_of(r.item)),
            r.place is None,
            r.place or 0,
            r.number,
        ),
    )


def _result(
    item: CouncilItem, number: int, place: int | None, *, single: bool
) -> ItemResult:
    kept = item.result or {}
    outranked = _outranked(item, place)
    figures, frozen = kept.get("figures", {}), kept.get("problem", {})
    sheet = sheet_of(item)
    rating = rating_of(item.council)
    names = dict(levels_of(rating)) if rating is not None else {}
    counts = figures.get("counts", {})
    words = _words(sheet) | names
    return ItemResult(
        item=item,
        number=number,
        place=place,
        outcome=item.outcome,
        outcome_label=_("passes, ranked after another")
        if outranked
        else str(Outcome(item.outcome).label)
        if item.outcome
        else "",
        outranked=outranked,
        kind=str(frozen.get("kind", "")),
        final=figure(figures.get("final", "")),
        mean=figure(figures.get("mean", "")),
        mean_of_all=figure(figures.get("mean_of_all", "")),
        bonus=figure(figures.get("bonus", "")),
        votes={k: figures[k] for k in ("yes", "no", "blank", "cast") if k in figures},
        criteria=_criteria(figures.get("criteria", ()), sheet),
        ballots=tuple(
            BallotLine(
                number=b["voter"],
                total=figure(b["total"]),
                valid=b["valid"],
                passed=b["passed"],
            )
            for b in figures.get("ballots", ())
        )
        if single
        else (),
        contents=_contents(figures.get("contents", ()), frozen, words),
        present=frozen.get("present", 0),
        total=frozen.get("total", 0),
        amount=item.proposed_amount,
        sentences=(
            *_procedure(frozen),
            *(
                say(s, words)
                for s in figures.get("steps", ())
                if single or s["code"] != "ballot_outlier"
            ),
            *(str(TIES[s["code"]]) for s in kept.get("ties", ())),
        ),
        rating=names.get(figures.get("rating", ""), ""),
        levels=tuple(
            (name, counts[level]) for level, name in names.items() if level in counts
        ),
        rated=rated_lines(item, figures, rating, lambda step: say(step, words))
        if rating is not None
        else (),
    )


def _procedure(frozen: Mapping[str, Any]) -> list[str]:
    """How the ballots came to be counted, and who gave none."""
    said = []
    if "poll" in frozen:
        said.append(
            _(
                "Secret vote: %(issued)d papers given out, %(cast)d ballots in the urn, "
                "%(invalid)d of them not valid; digest of the published ballots %(digest)s."
            )
            % frozen["poll"]
        )
    if frozen.get("opened"):
        said.append(
            _(
                "%(n)d sheets were opened at the count and equal what the record "
                "committed to when they were handed in."
            )
            % {"n": frozen["opened"]}
        )
    given = len(frozen.get("ballots", ()))
    if "present" in frozen:
        said.append(
            _(
                "Of %(total)d members %(present)d took part; %(given)d valid ballots "
                "were given."
            )
            % {
                "total": frozen["total"],
                "present": frozen["present"],
                "given": given,
            }
        )
    return said


TIES = {
    "tie_broken": gettext_lazy(
        "Several cases had the same score; the rule for ties decided."
    ),
    "tie_figure_missing": gettext_lazy(
        "Several cases had the same score; the next rule for ties could not be applied, "
        "because its figure is not known."
    ),
    "tie_open": gettext_lazy(
        "Several cases had the same score; the council must recommend."
    ),
}


def _criteria(
    rows: Sequence[Mapping[str, Any]], sheet: ScoreSheet | None
) -> tuple[CriterionMean, ...]:
    if sheet is None:
        return ()
    lang = get_language() or "vi"
    leaves = {leaf.id: leaf for leaf in sheet.leaves()}
    return tuple(
        CriterionMean(
            label=leaves[row["id"]].label(lang),
            mean=figure(row["mean"]),
            max=figure(str(leaves[row["id"]].max)),
            zeros=row["zeros"],
        )
        for row in rows
    )


def _contents(
    rows: Sequence[Mapping[str, Any]],
    frozen: Mapping[str, Any],
    words: Mapping[str, str],
) -> tuple[ContentLine, ...]:
    known = {c["id"]: c for c in frozen.get("contents", ())}
    return tuple(
        ContentLine(
            title=known[row["id"]]["title"],
            amount=Decimal(known[row["id"]]["amount"]),
            yes=row["yes"],
            no=row["no"],
            passed=row["passed"],
            sentences=tuple(say(s, words) for s in row["steps"]),
        )
        for row in rows
    )


def _words(sheet: ScoreSheet | None) -> dict[str, str]:
    """The codes that stand in the steps, in the reader's language."""
    lang = get_language() or "vi"
    words = {
        "yes": str(Vote.YES.label),
        "no": str(Vote.NO.label),
        "present": _("present"),
        "at_least": _("at least"),
        "more_than": _("more than"),
        "total": _("total"),
    } | {code: str(label) for code, label in QUORUM_LABELS.items()}
    if sheet is not None:

        def walk(criteria: Any) -> None:
            for c in criteria:
                words[c.id] = c.label(lang)
                walk(c.items)

        walk(sheet.criteria)
    return words


def say(step: Mapping[str, Any], words: Mapping[str, str]) -> str:
    """A step of the reckoning as a sentence in the reader's language."""
    values = {
        key: words.get(value, value) if isinstance(value, str) else value
        for key, value in step["values"].items()
    }
    if not (get_language() or "vi").startswith("en"):
        values = {
            key: value.replace(".", ",") if _is_figure(value) else value
            for key, value in values.items()
        }
    return _(TEXTS[step["code"]]) % values


def _is_figure(value: object) -> bool:
    return isinstance(value, str) and value.replace(".", "", 1).isdigit()


# ---- the minutes


@dataclass(frozen=True, kw_only=True)
class Minutes:
    """What the minutes and the score table say, as far as this person may know."""

    council: Council
    article: str
    results: Sequence[ItemResult]
    text: str
    whole: bool


def minutes_of(actor: Actor, council: Council, *, whole: bool) -> Minutes:
    """``whole``: nothing on the agenda is hidden; else the free text is left out."""
    return Minutes(
        council=council,
        article=rule_of(council).basis,
        results=results(actor, council),
        text=council.minutes if whole else "",
        whole=whole,
    )
