"""What changed since the assessment before, and what was done in between."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from statistics import fmean
from typing import TYPE_CHECKING, Any

from sti_methods import maturity

from opensti.domains.assessments.models import (
    Improvement,
    Participant,
    Recommendation,
    Reply,
    Result,
)
from opensti.domains.assessments.permissions import compared
from opensti.domains.assessments.queries.advising import advised
from opensti.domains.assessments.queries.asking import asked_of
from opensti.domains.assessments.queries.planning import newest_result
from opensti.domains.assessments.queries.runs import assessment
from opensti.kernel.access import may, visible

if TYPE_CHECKING:
    from datetime import datetime

    from opensti.domains.assessments.frameworks import Asked, Item
    from opensti.domains.assessments.models import Assessment
    from opensti.domains.assessments.queries.advising import Advised
    from opensti.kernel.access import Actor


@dataclass(frozen=True, kw_only=True)
class Change:
    """Verified scores then and now, None where there was none; ``least``: beyond chance."""

    code: str
    before: float | None
    now: float | None
    level_before: int | None = None
    level_now: int | None = None
    least: maturity.Detectable | None = None

    @property
    def by(self) -> float | None:
        if self.before is None or self.now is None:
            return None
        return self.now - self.before

    @property
    def real(self) -> bool | None:
        """Whether it is more than chance; None where that is not known."""
        if self.by is None or self.least is None:
            return None
        return abs(self.by) >= self.least.least


@dataclass(frozen=True, kw_only=True)
class Changes:
    """Everything between two results; ``same``: both asked the same questions."""

    row: Assessment
    asked: Asked
    before: Result
    now: Result
    same: bool
    whole: Change
    clauses: list[Change]
    items: list[tuple[Item, Change]]
    silent: list[Advised]
    speaking: list[Advised]
    new: list[Advised]
    done: list[Improvement]


def changes(actor: Actor, public_id: str) -> Changes | None:
    """Since the newest earlier result of the organisation on the same framework.

    Items are matched by their codes and clauses by their numbers, so that a later version
    of a framework is compared in what it still asks; ``same`` says which it is. None where
    there is no earlier result. ``NotFound`` where the plan is hidden. 14 queries.
    """
    row = assessment(actor, public_id)
    now = newest_result(actor, row)
    rows = visible(
        actor,
        Result.objects.filter(
            assessment__organisation_id=row.organisation_id,
            assessment__version_of__framework__code=asked_of(row).base.code,
            scored_at__lt=now.scored_at,
        ),
    ).select_related("assessment")
    before = rows.order_by("scored_at", "pk").last()
    if before is None:
        return None
    asked = asked_of(row)
    works = bool(may(actor, "assessments.run", row)) or bool(
        may(actor, "assessments.judge", row)
    )
    same = (before.content["digests"], before.content["form"]) == (
        now.content["digests"],
        now.content["form"],
    )
    then = {one["clause"]: one for one in before.content["clauses"]}
    least = _detectable(row, asked, before, now)
    old = {one["code"]: one["verified"] for one in before.content["items"]}
    spoke = _spoken(actor, before, roles=works)
    speak = _spoken(actor, now, roles=works)
    return Changes(
        row=row,
        asked=asked,
        before=before,
        now=now,
        same=same,
        whole=Change(
            code="",
            before=before.content["whole"]["verified"],
            now=now.content["whole"]["verified"],
            level_before=before.content["whole"]["level"],
            level_now=now.content["whole"]["level"],
        ),
        clauses=[
            Change(
                code=one["clause"],
                before=then.get(one["clause"], {}).get("verified"),
                now=one["verified"],
                level_before=then.get(one["clause"], {}).get("level"),
                level_now=one["level"],
                least=least.get(one["clause"]),
            )
            for one in now.content["clauses"]
        ],
        items=[
            (
                asked.by_code[one["code"]],
                Change(
                    code=one["code"],
                    before=old.get(one["code"]),
                    now=one["verified"],
                ),
            )
            for one in now.content["items"]
            if old.get(one["code"]) != one["verified"]
        ],
        silent=[one for code, one in spoke.items() if code not in speak],
        speaking=[one for code, one in speak.items() if code in spoke],
        new=[one for code, one in speak.items() if code not in spoke],
        done=_done(actor, row, before.scored_at, now.scored_at),
    )


def _spoken(actor: Actor, found: Result, *, roles: bool) -> dict[str, Advised]:
    rows = visible(
        actor,
        Recommendation.objects.filter(
            assessment_id=found.assessment_id, revision=found.revision, speaks=True
        ),
    ).select_related("rules")
    return {one.rule: advised(one, roles=roles) for one in rows}


def _done(
    actor: Actor, row: Assessment, since: datetime, until: datetime
) -> list[Improvement]:
    """Actions of the organisation whose effect was checked in between; 1 query."""
    rows = Improvement.objects.filter(
        assessment__organisation_id=row.organisation_id,
        checked_at__gte=since,
        checked_at__lte=until,
    )
    return list(visible(actor, rows).order_by("checked_at", "pk"))


def _detectable(
    row: Assessment, asked: Asked, before: Result, now: Result
) -> dict[str, maturity.Detectable]:
    """By clause: from 30 peers who answered the same, else from the organisation's people."""
    found: dict[str, maturity.Detectable] = {}
    peers = _peers(row)
    then, here = _people(before), _people(now)
    for clause in asked.clauses:
        codes = [item.code for item in asked.of_clause(clause.number)]
        table = [
            [scores[code] for code in codes]
            for scores in peers
            if all(code in scores for code in codes)
        ]
        least = (maturity.by_peers(table) if table else None) or maturity.by_people(
            _means(then, codes), _means(here, codes)
        )
        if least is not None:
            found[clause.number] = least
    return found


def _peers(row: Assessment) -> list[dict[str, float]]:
    """Claimed scores of organisations that let themselves be compared; nobody is named.

    The newest result of each that asked the same. 1 query.
    """
    rows = Result.objects.filter(
        assessment__organisation_id__in=compared(),
        assessment__digests=row.digests,
        assessment__form=row.form,
    ).exclude(assessment__organisation_id=row.organisation_id)
    # The later of an organisation takes the place of the earlier.
    newest: dict[int, Any] = dict(
        rows.order_by("scored_at", "pk").values_list(
            "assessment__organisation_id", "content"
        )
    )
    return [
        {
            one["code"]: one["claimed"]
            for one in content["items"]
            if one["claimed"] is not None
        }
        for content in newest.values()
    ]


def _people(found: Result) -> dict[int, dict[str, int]]:
    """What each person said to an assessment, by item; 1 query.

    The replies stand as they are until it is reopened: then the earlier ones are gone.
    """
    asked = Participant.objects.filter(
        assessment_id=found.assessment_id, revoked_at=None
    )
    rows = Reply.objects.filter(participant__in=asked, score__isnull=False)
    said: dict[int, dict[str, int]] = defaultdict(dict)
    for person, item, score in rows.values_list("participant_id", "item", "score"):
        if score is not None:
            said[person][item] = score
    return said


def _means(said: dict[int, dict[str, int]], codes: list[str]) -> list[float]:
    """Each person's mean of a clause, of those who answered all of it."""
    return [
        fmean(scores[code] for code in codes)
        for scores in said.values()
        if codes and all(code in scores for code in codes)
    ]
