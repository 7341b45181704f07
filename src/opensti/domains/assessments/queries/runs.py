"""Assessments that a person may know of, and what stands in one."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Q

from opensti.domains.assessments.choices import State
from opensti.domains.assessments.lifecycle import steps_from
from opensti.domains.assessments.models import (
    Agreed,
    Assessment,
    Evidence,
    Finding,
    Participant,
    Reply,
    Result,
)
from opensti.domains.assessments.queries.asking import asked_of, participant_by
from opensti.domains.assessments.queries.counting import answers_of, to_talk_about
from opensti.kernel.access import get_visible, may, visible

if TYPE_CHECKING:
    from datetime import date

    from django.db.models import QuerySet
    from sti_methods.maturity import ItemScore

    from opensti.domains.assessments.frameworks import Asked, Item
    from opensti.kernel.access import Actor


def assessments(actor: Actor) -> QuerySet[Assessment]:
    """Those the person may know of, newest first, with their organisation; 1 query."""
    return visible(actor, Assessment.objects.select_related("organisation"))


@dataclass(frozen=True, kw_only=True)
class Talk:
    """A question on which answers lie apart, and what the meeting agreed on."""

    item: Item
    scores: ItemScore
    agreed: Agreed | None
    comments: list[str]


@dataclass(frozen=True, kw_only=True)
class Opened:
    """An assessment with what its page shows."""

    row: Assessment
    asked: Asked
    runs: bool
    judges: bool
    people: list[Any]
    evidence: list[Evidence]
    findings: list[Finding]
    talks: list[Talk]
    remarks: list[tuple[Item, str]]
    steps: list[str]
    revisions: list[Result]


def assessment(actor: Actor, public_id: str) -> Assessment:
    """One by its public id; ``NotFound`` where it is absent or hidden. 1 query."""
    return get_visible(
        actor, Assessment.objects.select_related("organisation"), public_id=public_id
    )


def opened(actor: Actor, public_id: str) -> Opened:
    """All that the page of an assessment shows this person; at most 11 queries."""
    row = assessment(actor, public_id)
    asked = asked_of(row)
    runs = bool(may(actor, "assessments.run", row))
    judges = bool(may(actor, "assessments.judge", row))
    people = visible(
        actor,
        row.participants.annotate(
            said=Count("replies", filter=Q(replies__scored=True))
        ),
    )
    evidence = visible(actor, row.evidence.select_related("checked_by"))
    works = runs or judges
    return Opened(
        row=row,
        asked=asked,
        runs=runs,
        judges=judges,
        people=list(people),
        evidence=list(evidence),
        findings=list(row.findings.filter(closed_at=None)) if works else [],
        talks=_talks(row, asked, list(people))
        if works and row.state in {State.CLOSED, State.CONSENSUS}
        else [],
        remarks=_remarks(asked, list(people)) if works else [],
        steps=[
            s for s in steps_from(row.state) if (judges if s == "validate" else runs)
        ],
        revisions=list(row.results.defer("content")),
    )


def _talks(row: Assessment, asked: Asked, people: list[Participant]) -> list[Talk]:
    roles = {p.pk: p.role for p in people if p.revoked_at is None}
    agreed = {
        one.item: one
        for one in Agreed.objects.filter(assessment=row, revision=row.revision)
    }
    said = [
        answer
        for answer in answers_of(row, people, agreed={})
        if answer.item in asked.by_code and roles
    ]
    apart = to_talk_about(asked.score(said))
    comments: dict[str, list[str]] = {one.code: [] for one in apart}
    written = Reply.objects.filter(participant_id__in=roles, item__in=comments)
    for item, comment in written.exclude(comment="").values_list("item", "comment"):
        comments[item].append(comment)
    return [
        Talk(
            item=asked.by_code[one.code],
            scores=one,
            agreed=agreed.get(one.code),
            comments=comments[one.code],
        )
        for one in apart
    ]


def _remarks(asked: Asked, people: list[Participant]) -> list[tuple[Item, str]]:
    """What people wrote to a question that they did not answer; nobody is named."""
    rows = Reply.objects.filter(
        participant_id__in=[p.pk for p in people if p.revoked_at is None], scored=False
    ).exclude(comment="")
    said = rows.order_by("item", "pk").values_list("item", "comment")
    return [(asked.by_code[item], text) for item, text in said if item in asked.by_code]


@dataclass(frozen=True, kw_only=True)
class Answering:
    """What a person with a link sees: what is asked, what was said."""

    person: Participant
    asked: Asked
    replies: dict[str, Reply]

    @property
    def open(self) -> bool:
        return self.person.assessment.state == State.OPEN

    @cached_property
    def scored(self) -> frozenset[str]:
        """Items with an answer; a comment alone is none."""
        return frozenset(code for code, one in self.replies.items() if one.scored)


def answering(token: str, today: date) -> Answering:
    """By a link; ``NotFound`` for one that does not hold. 2 queries."""
    person = participant_by(token, today, "assessment__organisation")
    return Answering(
        person=person,
        asked=asked_of(person.assessment),
        replies={reply.item: reply for reply in person.replies.all()},
    )


def result(actor: Actor, row: Assessment) -> Result | None:
    """The newest result of an assessment, if there is any. 1 query."""
    return visible(actor, Result.objects.filter(assessment=row)).last()


def earlier_results(actor: Actor, row: Assessment, found: Result) -> list[Result]:
    """Results of the same organisation that asked the same, oldest first. 1 query."""
    rows = visible(
        actor, Result.objects.filter(assessment__organisation_id=row.organisation_id)
    )
    rows = rows.select_related("assessment").filter(scored_at__lt=found.scored_at)
    same = [
        one
        for one in rows.order_by("scored_at", "pk")
        if (one.content["digests"], one.content["form"])
        == (found.content["digests"], found.content["form"])
    ]
    return same[-4:]
