"""How often what was advised was followed, in the open: counts, and the draws behind them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Count, F, Q

from opensti.domains.portfolios.choices import (
    RoundState,
    Ruling,
    ScenarioState,
    TieRule,
)
from opensti.domains.portfolios.models import Decision, Scenario
from opensti.domains.portfolios.permissions import closed_decisions

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from opensti.domains.portfolios.models import Round

APPROVED_AGAINST = Q(ruling=Ruling.APPROVE, advised=Ruling.DECLINE)
DECLINED_AGAINST = Q(ruling=Ruling.DECLINE, advised=Ruling.APPROVE)
AMOUNT_CHANGED = Q(ruling=Ruling.APPROVE, advised=Ruling.APPROVE) & ~Q(
    amount=F("advised_amount")
)


@dataclass(frozen=True, kw_only=True)
class AdviceCounts:
    """Decisions with an adopted advice: followed, or in which way not."""

    decided: int
    approved_against: int
    declined_against: int
    amount_changed: int

    @property
    def followed(self) -> int:
        return (
            self.decided
            - self.approved_against
            - self.declined_against
            - self.amount_changed
        )

    def as_dict(self) -> dict[str, int]:
        return {
            "decided": self.decided,
            "followed": self.followed,
            "approved_against": self.approved_against,
            "declined_against": self.declined_against,
            "amount_changed": self.amount_changed,
        }


@dataclass(frozen=True, kw_only=True)
class CallAdvice(AdviceCounts):
    """The same for the rounds of a call that were released in one year."""

    year: int
    call: str
    call_public_id: str
    title_vi: str
    title_en: str


@dataclass(frozen=True, kw_only=True)
class PublicDraw:
    """A draw that decided between equals, with what anybody needs to draw again.

    ``committed``: how many lots were committed for the round, this one among them. Whoever
    drew several times and took one could have chosen; each stands in the record.
    """

    call: str
    decision_number: str
    released_at: datetime
    committed_at: datetime
    sha256: str
    seed: str
    source: str
    said: str
    committed: int


def public_deviations() -> list[CallAdvice]:
    """Count by year of release and call, the newest first; 1 query.

    A round that is not released counts nowhere: its decisions are nobody's to know.
    """
    rows = (
        Decision.objects.filter(round__state=RoundState.RELEASED)
        .exclude(advised="")
        .exclude(pk__in=closed_decisions().values("pk"))
        .values(
            year=F("round__released_at__year"),
            call_code=F("round__call__code"),
            call_public_id=F("round__call__public_id"),
            title_vi=F("round__call__title_vi"),
            title_en=F("round__call__title_en"),
        )
        .annotate(
            decided=Count("pk"),
            approved_against=Count("pk", filter=APPROVED_AGAINST),
            declined_against=Count("pk", filter=DECLINED_AGAINST),
            amount_changed=Count("pk", filter=AMOUNT_CHANGED),
        )
        .order_by("-year", "call_code")
    )
    return [
        CallAdvice(
            year=row["year"],
            call=row["call_code"],
            call_public_id=row["call_public_id"],
            title_vi=row["title_vi"],
            title_en=row["title_en"],
            decided=row["decided"],
            approved_against=row["approved_against"],
            declined_against=row["declined_against"],
            amount_changed=row["amount_changed"],
        )
        for row in rows
    ]


def public_draws() -> list[PublicDraw]:
    """Draws of adopted scenarios whose rounds are released, the newest first; 1 query."""
    rows = (
        Scenario.objects.filter(
            state=ScenarioState.ADOPTED,
            ties=TieRule.DRAW,
            round__state=RoundState.RELEASED,
        )
        .exclude(seed_committed_at=None)
        .order_by("-round__released_at", "-pk")
        .values(
            "seed",
            call=F("round__call__code"),
            decision_number=F("round__decision_number"),
            released_at=F("round__released_at"),
            committed_at=F("seed_committed_at"),
            sha256=F("seed_digest"),
            source=F("seed_source"),
            said=F("seed_said"),
            committed=Count(
                "round__scenarios",
                filter=Q(round__scenarios__seed_committed_at__isnull=False),
            ),
        )
    )
    return [PublicDraw(**row) for row in rows]


def counts_of(decisions: Iterable[Decision]) -> AdviceCounts | None:
    """The same of decided rows in hand; none where nothing was advised."""
    advised = [d for d in decisions if d.advised]
    if not advised:
        return None
    return AdviceCounts(
        decided=len(advised),
        approved_against=sum(
            (d.ruling, d.advised) == (Ruling.APPROVE, Ruling.DECLINE) for d in advised
        ),
        declined_against=sum(
            (d.ruling, d.advised) == (Ruling.DECLINE, Ruling.APPROVE) for d in advised
        ),
        amount_changed=sum(
            d.ruling == d.advised == Ruling.APPROVE and d.amount != d.advised_amount
            for d in advised
        ),
    )


def advice_told(round_: Round, decisions: Iterable[Decision]) -> dict[str, Any]:
    """What the public entry of a release tells of the advice: counts, the draw; 1 query."""
    counts = counts_of(decisions)
    if counts is None:
        return {}
    told: dict[str, Any] = {"advice": counts.as_dict()}
    drawn = [
        *Scenario.objects.filter(round=round_)
        .exclude(seed_committed_at=None)
        .only("state", "seed", "seed_digest", "seed_source", "seed_said")
        .order_by("seed_committed_at", "pk")
    ]
    for scenario in drawn:
        if scenario.state != ScenarioState.ADOPTED:
            continue
        told["draw"] = {
            "sha256": scenario.seed_digest,
            "seed": scenario.seed,
            "source": scenario.seed_source,
            "said": scenario.seed_said,
            # Also those that were not used: nobody draws until it suits.
            "committed": [each.seed_digest for each in drawn],
        }
    return told
