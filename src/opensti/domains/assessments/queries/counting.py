"""Rows of an assessment → plain values of the methods, and what they come to as data."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import asdict
from datetime import timedelta
from statistics import fmean
from typing import TYPE_CHECKING, Any

from sti_methods import maturity
from sti_methods.composite import Unfit
from sti_methods.reliability import agreement_of_groups

from opensti.domains.assessments.models import Agreed, Evidence, Finding, Reply

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from opensti.domains.assessments.frameworks import Asked
    from opensti.domains.assessments.models import Assessment, Participant

YEAR = timedelta(days=365)
MEETING = "consensus"


def answers_of(
    assessment: Assessment,
    participants: Iterable[Participant],
    *,
    agreed: Mapping[str, Agreed] | None = None,
) -> list[maturity.Answer]:
    """What counts: the replies, and in their place what a meeting agreed on. 2 queries.

    ``agreed`` stands for what the meeting wrote down.
    """
    roles = {p.pk: p.role for p in participants if p.revoked_at is None}
    if agreed is None:
        agreed = {
            row.item: row
            for row in Agreed.objects.filter(
                assessment_id=assessment.pk, revision=assessment.revision
            )
        }
    replies = Reply.objects.filter(participant_id__in=roles, scored=True)
    replies = replies.exclude(item__in=agreed)
    return [
        maturity.Answer(
            respondent=str(reply.participant_id),
            item=reply.item,
            score=reply.score,
            role=roles[reply.participant_id],
        )
        for reply in replies
    ] + [
        maturity.Answer(respondent=MEETING, item=row.item, score=row.score)
        for row in agreed.values()
    ]


def evidence_of(
    assessment: Assessment, today: date
) -> dict[str, maturity.scoring.Evidence]:
    """The strength shown for each item by the newest, valid revisions. 1 query."""
    return strengths(Evidence.objects.filter(assessment_id=assessment.pk), today)


def strengths(
    papers: Iterable[Evidence], today: date
) -> dict[str, maturity.scoring.Evidence]:
    """The strength that papers show for each item, in the order of their revisions."""
    newest: dict[int, Evidence] = {}
    for row in papers:
        newest[row.series] = row
    found: dict[str, maturity.scoring.Evidence] = {}
    for row in newest.values():
        if row.valid_until is not None and row.valid_until < today:
            continue
        shown: Any = "e3" if row.checked_at is not None else row.strength
        found[row.item] = max(found.get(row.item, "e0"), shown)
    return found


def scored(
    assessment: Assessment,
    asked: Asked,
    participants: list[Participant],
    today: date,
) -> dict[str, Any]:
    """Everything an assessment comes to, as plain data to be frozen. 4 queries.

    ``clauses`` and ``whole`` are those of ``sti_methods.maturity``; ``plane`` weighs
    clauses by importance (none where nobody said any); ``agreement`` is ICC over items.
    """
    known = asked.by_code
    answers = [a for a in answers_of(assessment, participants) if a.item in known]
    found = asked.score(answers, evidence_of(assessment, today))
    findings = counted(Finding.objects.filter(assessment_id=assessment.pk))
    ready = maturity.readiness(
        found,
        findings=findings,
        audited=within_a_year(assessment.audited_on, today),
        reviewed=within_a_year(assessment.reviewed_on, today),
    )
    return {
        "digests": assessment.digests,
        "form": assessment.form,
        "target": assessment.target,
        "people": sum(p.revoked_at is None for p in participants),
        "clauses": [_clause(one) for one in found.clauses],
        "whole": _clause(found.whole),
        "items": [_item(one) for one in found.items],
        "readiness": asdict(ready) | {"for_audit": ready.for_audit},
        "findings": [asdict(one) for one in findings],
        "importance": (weights := _importance(participants)),
        "plane": _plane(found, weights, assessment.target),
        "agreement": _agreement(answers),
    }


def counted(findings: Iterable[Finding]) -> list[maturity.Finding]:
    """Findings that stand in the way of conformity: closed ones do not."""
    return [
        maturity.Finding(
            item=row.item,
            grade=row.grade,  # type: ignore[arg-type]
            planned=bool(row.plan.strip()) or row.improvement_id is not None,
        )
        for row in findings
        if row.closed_at is None
    ]


def to_talk_about(found: maturity.Scored) -> list[maturity.ItemScore]:
    """Items on which answers lie so far apart that people should talk first."""
    return [one for one in found.items if one.within and one.within.talk_first]


def within_a_year(day: date | None, today: date) -> bool:
    return day is not None and today - YEAR <= day <= today


def _clause(one: maturity.ClauseScore) -> dict[str, Any]:
    return asdict(one) | {"percent": one.percent}


def _item(one: maturity.ItemScore) -> dict[str, Any]:
    within = one.within
    kept = asdict(one) | {"within": None}
    if within is not None:
        kept["within"] = asdict(within) | {"talk_first": within.talk_first}
    return kept


def _importance(participants: Iterable[Participant]) -> dict[str, float]:
    said: dict[str, list[float]] = defaultdict(list)
    for one in participants:
        if one.revoked_at is None:
            for clause, value in one.importance.items():
                said[clause].append(value)
    return {clause: fmean(values) for clause, values in said.items()}


def _plane(
    found: maturity.Scored, importance: Mapping[str, float], target: int
) -> dict[str, Any] | None:
    scores = {
        one.clause: one.verified for one in found.clauses if one.verified is not None
    }
    if not set(scores) & set(importance):
        return None
    targets = dict.fromkeys(scores, float(target))
    return asdict(maturity.gaps(scores=scores, targets=targets, importance=importance))


def _agreement(answers: Iterable[maturity.Answer]) -> dict[str, float] | None:
    """ICC(1) and ICC(2) over items, where several people answered."""
    groups: dict[str, list[float]] = defaultdict(list)
    for one in answers:
        if one.score is not None and one.respondent != MEETING:
            groups[one.item].append(one.score)
    several = {item: values for item, values in groups.items() if len(values) > 1}
    try:
        found = agreement_of_groups(several)
    except Unfit:
        return None
    return {"icc1": found.icc1, "icc2": found.icc2, "items": float(found.groups)}
