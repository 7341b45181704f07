"""The calibrated ranking of a round beside what the procedure computed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from opensti.domains.panels.queries import reads_ballots_of
from opensti.domains.portfolios.models import Decision, Ranking, Round
from opensti.domains.portfolios.queries.rounds import by_order, knows_whole_round
from opensti.domains.portfolios.queries.scenarios import document_of
from opensti.domains.procedures.queries import advice_of
from opensti.kernel.access import get_visible, visible
from opensti.kernel.refusals import NotFound

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from decimal import Decimal

    from opensti.domains.procedures.queries import Advice
    from opensti.kernel.access import Actor


def advises(round_: Round) -> Advice:
    """What the procedure of the round's call lets stand beside its own figures."""
    return advice_of(round_.call.regime_version)


def round_to_rank(actor: Actor, public_id: str) -> Round:
    """A round of which nothing is hidden from the person, with its procedure; 2 queries."""
    round_ = get_visible(
        actor,
        Round.objects.select_related("call__regime_version").defer(
            "call__regime_version__content", "call__regime_version__answers"
        ),
        public_id=public_id,
    )
    if not knows_whole_round(actor, round_):
        raise NotFound
    return round_


def ranking_of(actor: Actor, round_: Round) -> Ranking | None:
    """The newest ranking of a round, with its answer and without its scores; 1 query."""
    return visible(actor, Ranking.objects.filter(round=round_)).defer("problem").first()


@dataclass(frozen=True, kw_only=True, slots=True)
class RankedLine:
    """A dossier: what the council found, and beside it what advises; none: no scores.

    ``council`` and ``place`` are places among those that answer the same ``order``;
    ``moved``: how many places the advice would move it up (negative: down).
    """

    decision_id: str
    dossier_id: int
    code: str
    title_vi: str
    title_en: str
    order: str
    found: str
    council: int | None
    mean: Decimal | None
    n: int = 0
    merit: float | None = None
    low: float | None = None
    high: float | None = None
    rank: int | None = None
    rank_low: int | None = None
    rank_high: int | None = None
    place: int | None = None
    first: float | None = None
    next: float | None = None
    panel: int | None = None

    @property
    def moved(self) -> int | None:
        if self.council is None or self.place is None:
            return None
        return self.council - self.place


def ranked_lines(
    actor: Actor, round_: Round, ranking: Ranking
) -> tuple[list[RankedLine], Mapping[str, Any]]:
    """The dossiers as the council ranks them, with what advises; the whole answer; 1 query.

    Plain columns, no rows of models: thousands of dossiers are told in a moment.
    """
    told = document_of(ranking.solution)
    advised = told["dossiers"]
    return [
        RankedLine(
            decision_id=public_id,
            dossier_id=dossier_id,
            code=code,
            title_vi=title_vi,
            title_en=title_en,
            order=order or "",
            found=found,
            council=rank,
            mean=mean,
            **{k: v for k, v in advised.get(code, {}).items() if k != "mean"},
        )
        for (
            public_id,
            dossier_id,
            code,
            title_vi,
            title_en,
            order,
            found,
            rank,
            mean,
        ) in visible(actor, Decision.objects.filter(round=round_))
        .order_by(*by_order())
        .values_list(
            "public_id",
            "dossier_id",
            "dossier__code",
            "dossier__title_vi",
            "dossier__title_en",
            "dossier__order__code",
            "found",
            "rank",
            "mean",
        )
    ], told


def reads_reviewers(actor: Actor, lines: Sequence[RankedLine]) -> bool:
    """May this person read how severe each numbered reviewer is? 1 query.

    Who may read every counted ballot on these dossiers by name learns nothing by it.
    """
    return reads_ballots_of(actor, [line.dossier_id for line in lines])
