"""Who knows a subject is asked for by a person, and worked out by the ministry itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction

from opensti.domains.panels.models import ExpertRanking, RankedExpert
from opensti.domains.panels.queries import (
    DOSSIER,
    ORDER,
    open_rankings,
    subject_of_experts,
    unranked_cases,
    wanted_rankings,
)
from opensti.domains.registry.queries import expert_ids
from opensti.kernel.access import require
from opensti.kernel.record.actions import record

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from sti_methods.expertise import Explanation, Share

    from opensti.domains.panels.problem.expertise import Expertise
    from opensti.domains.panels.queries import Item
    from opensti.kernel.access import Actor

KEPT, REASONS, TERMS, AT_ONCE = 100, 5, 8, 20
REVIEW = "review"


@transaction.atomic
def ask_for_experts(
    *, actor: Actor, kind: str, public_id: str, at: datetime
) -> ExpertRanking:
    """Let the experts of the registry be ranked for a case, now or once more.

    Raises ``NotFound`` where the person may not know who would judge the case.
    """
    require(actor, "panels.rank_experts")
    subject = subject_of_experts(actor, kind, public_id)
    ranking, made = ExpertRanking.objects.select_for_update().get_or_create(
        **subject.key, defaults={"wanted_at": at}
    )
    if made or ranking.wanted_at is None:
        ranking.wanted_at = at
        ranking.save(update_fields=["wanted_at"])
        record(
            actor=actor,
            act="panels.ask_for_experts",
            subject=f"panels.ranking:{ranking.pk}",
            at=at,
            detail={"kind": kind},
        )
    return ranking


def want_rankings(*, at: datetime) -> int:
    """Want a ranking for every case that came before a council; return how many are new.

    The system's own: it follows from forming a council, which is recorded.
    """
    dossiers, orders = unranked_cases()
    new = [ExpertRanking(dossier_id=pk, wanted_at=at) for pk in dossiers]
    new += [ExpertRanking(order_id=pk, wanted_at=at) for pk in orders]
    ExpertRanking.objects.bulk_create(new, ignore_conflicts=True)
    return len(new)


def rank_wanted(*, at: datetime) -> int:
    """Work out some of the rankings that wait; return how many.

    Nothing is locked while it is worked out: a case that changes meanwhile is wanted
    again. Cost: 20 s for the first of a process with 5,000 experts, then 50 ms each.
    """
    waiting = wanted_rankings(AT_ONCE)
    if waiting:
        _work_out(waiting, at)
    return len(waiting)


def refresh_rankings(*, at: datetime) -> int:
    """Want again what rests on works, people or words that changed; return how many."""
    rankings = list(open_rankings().filter(wanted_at=None))
    if not rankings:
        return 0
    found = _scores(rankings)
    stale = [
        row.pk
        for row in rankings
        if (row.method, row.pool) != (found.method, found.pool)
        or row.asked != found.asked_of(_item(row))
    ]
    return ExpertRanking.objects.filter(pk__in=stale, wanted_at=None).update(
        wanted_at=at
    )


def _item(row: ExpertRanking) -> Item:
    return (DOSSIER, row.dossier_id) if row.dossier_id else (ORDER, row.order_id or 0)


def _scores(rows: Iterable[ExpertRanking]) -> Expertise:
    from opensti.domains.panels.problem.expertise import (  # noqa: PLC0415 -- takes a second
        scores_for,
    )

    items = [_item(row) for row in rows]
    return scores_for(
        person_ids=expert_ids(),
        dossier_ids=[pk for kind, pk in items if kind == DOSSIER],
        order_ids=[pk for kind, pk in items if kind == ORDER],
        but=open_items(),
    )


def open_items() -> set[Item]:
    """What councils have before them still is no past review of anybody."""
    return {_item(row) for row in open_rankings()}


def _work_out(rows: list[ExpertRanking], at: datetime) -> None:
    found = _scores(rows)
    for row in rows:
        item = _item(row)
        best = found.best(item, KEPT) if item in found.items else []
        kept = [
            RankedExpert(
                ranking=row,
                person_id=person,
                place=place,
                score=score,
                evidence=found.evidence[person],
                reasons=_reasons(found.explain(person, item)),
            )
            for place, (person, score) in enumerate(best, start=1)
        ]
        with transaction.atomic():
            still = ExpertRanking.objects.select_for_update().filter(
                pk=row.pk, wanted_at=row.wanted_at
            )
            if still.first() is None:
                continue
            RankedExpert.objects.filter(ranking=row).delete()
            RankedExpert.objects.bulk_create(kept)
            row.wanted_at, row.made_at, row.people = None, at, len(found.people)
            row.method, row.pool = found.method, found.pool
            row.asked = found.asked_of(item)
            row.save()


def _reasons(told: Explanation) -> list[dict[str, Any]]:
    """The largest shares; of past reviews, which not everybody may know, the sum alone."""
    reviews = sum(share.share for share in told.shares if share.piece.kind == REVIEW)
    said = [_reason(share) for share in told.shares if share.piece.kind != REVIEW]
    if reviews:
        said.append({"kind": REVIEW, "share": round(reviews, 6)})
    return sorted(said, key=lambda reason: -reason["share"])[:REASONS]


def _reason(share: Share) -> dict[str, Any]:
    piece = share.piece
    return {
        "kind": piece.kind,
        "share": round(share.share, 6),
        "title": piece.title,
        "year": piece.year,
        "terms": [[term.term, round(term.share, 6)] for term in share.terms[:TERMS]],
    }
