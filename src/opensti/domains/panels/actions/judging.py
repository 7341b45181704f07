"""What is said of a case: by whom, why, and when it takes two."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from opensti.domains.panels.actions.cases import (
    cases_of,
    follow,
)
from opensti.domains.panels.choices import (
    BARRING,
    ConflictFinding,
    ConflictState,
    TieKind,
)
from opensti.domains.panels.models import Conflict, ConflictVerdict
from opensti.domains.panels.problem import Thing
from opensti.domains.panels.queries.cases import conflict_subject
from opensti.kernel.access import get_visible, require
from opensti.kernel.record.actions import record
from opensti.kernel.refusals import Invalid, NotFound, Problem, Stale, StepNotAllowed

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from opensti.domains.panels.models import CouncilItem
    from opensti.kernel.access import Actor

# What the texts themselves bar, and from when on it is sure: to let in takes two.
HARD = frozenset({TieKind.PART, TieKind.HOST, TieKind.PARTNER, TieKind.FAMILY})
SURE = 0.8


def takes_two(case: Conflict) -> bool:
    """Whether letting somebody in needs a second person: a sure tie that the texts bar."""
    return any(is_sure(tie) for tie in case.evidence)


def is_sure(tie: dict[str, Any]) -> bool:
    """Whether the registry itself tells of a tie that the texts bar."""
    return (
        tie["kind"] in HARD
        and tie["probability"] >= SURE
        and not tie["tie"].startswith("declared:")
    )


@transaction.atomic
def judge_conflict(
    *,
    actor: Actor,
    conflict_id: int,
    finding: str,
    reason: str,
    at: datetime,
    condition: str = "",
    expected_version: int | None = None,
) -> ConflictVerdict:
    """Say whether a case is a conflict, is none, or can be managed under a condition.

    The verdict holds for the evidence it was given on. To let somebody in against a sure
    tie that the texts bar takes a second person (``confirm_conflict``); until then he stays
    barred. Raises ``NotFound`` for what is hidden, ``Stale`` when the case changed since it
    was read, ``Invalid`` without a reason or a condition.
    """
    case = locked_case(actor, conflict_id, expected_version)
    require(actor, "panels.judge_conflict", case)
    _check(finding, reason, condition)
    return _judge(case, actor, finding, reason, condition, at)


@transaction.atomic
def judge_many(
    *,
    actor: Actor,
    conflict_ids: Collection[int],
    finding: str,
    reason: str,
    at: datetime,
    condition: str = "",
) -> list[ConflictVerdict]:
    """The same verdict on several cases: all of them, or none if one is refused."""
    if not conflict_ids:
        raise Invalid(
            [
                Problem(
                    field="ids",
                    message=_("No case is chosen."),
                    mend=_("Tick at least one."),
                )
            ]
        )
    return [
        judge_conflict(
            actor=actor,
            conflict_id=pk,
            finding=finding,
            reason=reason,
            condition=condition,
            at=at,
        )
        for pk in sorted(set(conflict_ids))
    ]


def _judge(  # noqa: PLR0917
    case: Conflict,
    actor: Actor,
    finding: str,
    reason: str,
    condition: str,
    at: datetime,
) -> ConflictVerdict:
    second = finding != ConflictFinding.REAL and takes_two(case)
    verdict = ConflictVerdict.objects.create(
        conflict=case,
        finding=finding,
        reason=reason.strip(),
        condition=condition.strip() if finding == ConflictFinding.MANAGEABLE else "",
        digest=case.digest,
        given_by_id=actor.account_id,
        given_at=at,
        needs_second=second,
    )
    if not second:
        _apply(case, verdict, at)
        follow([case], actor=actor, at=at)
    _tell(actor, case, "judge_conflict", at, verdict)
    return verdict


@transaction.atomic
def confirm_conflict(*, actor: Actor, verdict_id: int, at: datetime) -> ConflictVerdict:
    """The second person agrees: from now on the verdict holds.

    Raises ``StepNotAllowed`` when the evidence is no longer what was judged.
    """
    row = ConflictVerdict.objects.filter(pk=verdict_id).first()
    if row is None:
        raise NotFound
    case = locked_case(actor, row.conflict_id, None)
    verdict = ConflictVerdict.objects.select_for_update().get(pk=verdict_id)
    require(actor, "panels.confirm_conflict", verdict)
    last = case.verdicts.order_by("-given_at", "-pk").first()
    if not verdict.waits or last is None or last.pk != verdict.pk:
        raise StepNotAllowed(
            _("This verdict no longer waits for a second person."),
            mend=_("Reload the page: it shows the case as it stands."),
        )
    if verdict.digest != case.digest:
        raise StepNotAllowed(
            _("The evidence changed after this verdict was given."),
            mend=_("Judge the case as it stands now."),
        )
    verdict.confirmed_by_id, verdict.confirmed_at = actor.account_id, at
    verdict.save(update_fields=["confirmed_by", "confirmed_at"])
    _apply(case, verdict, at)
    follow([case], actor=actor, at=at)
    _tell(actor, case, "confirm_conflict", at, verdict)
    return verdict


@transaction.atomic
def reopen_conflict(
    *,
    actor: Actor,
    conflict_id: int,
    reason: str,
    at: datetime,
    expected_version: int | None = None,
) -> Conflict:
    """Open a judged case again, because somebody doubts the verdict."""
    case = locked_case(actor, conflict_id, expected_version)
    require(actor, "panels.judge_conflict", case)
    if not reason.strip():
        raise Invalid([no_reason()])
    if case.state == ConflictState.OPEN:
        raise StepNotAllowed(_("This case is open already."))
    case.state, case.condition, case.changed_at = ConflictState.OPEN, "", at
    case.version += 1
    case.save(update_fields=["state", "condition", "changed_at", "version"])
    follow([case], actor=actor, at=at)
    record(
        actor=actor,
        act="panels.reopen_conflict",
        subject=conflict_subject(case.public_id),
        at=at,
        secret={"reason": reason.strip()},
    )
    return case


def let_in(
    *, actor: Actor, person_id: int, item: CouncilItem, reason: str, at: datetime
) -> None:
    """The keeper lets a member take part again: the case says no conflict.

    A sure tie that the texts bar is not the keeper's alone to lift.
    """
    thing = (
        Thing("dossier", item.dossier_id)
        if item.dossier_id is not None
        else Thing("order", item.order_id or 0)
    )
    case = cases_of([(person_id, thing)]).get((person_id, thing))
    if case is None or case.state not in BARRING:
        return
    if takes_two(case):
        raise StepNotAllowed(
            _("The registry itself tells of this tie: it is judged as a case."),
            mend=_("Open the conflict and give a verdict; it takes a second person."),
            article=case.article,
        )
    _judge(case, actor, ConflictFinding.NONE, reason, "", at)


# ---- parts


def locked_case(actor: Actor, conflict_id: int, version: int | None) -> Conflict:
    case = get_visible(
        actor, Conflict.objects.select_for_update(of=("self",)), pk=conflict_id
    )
    if version is not None and case.version != version:
        raise Stale(
            _("Somebody else changed this case after you opened the page."),
            mend=_("Look at it as it stands now, then act again."),
        )
    return case


def no_reason() -> Problem:
    return Problem(
        field="reason",
        message=_("Say why."),
        mend=_("One sentence is enough; it is kept in the record."),
    )


def _check(finding: str, reason: str, condition: str) -> None:
    problems = []
    if finding not in ConflictFinding.values:
        problems.append(
            Problem(
                field="finding",
                message=_("Say what it is."),
                mend=_("Choose one of the three."),
            )
        )
    if not reason.strip():
        problems.append(no_reason())
    if finding == ConflictFinding.MANAGEABLE and not condition.strip():
        problems.append(
            Problem(
                field="condition",
                message=_("Say under which condition the person may judge."),
                mend=_("For instance: does not speak on the budget of the partner."),
            )
        )
    if problems:
        raise Invalid(problems)


def _apply(case: Conflict, verdict: ConflictVerdict, at: datetime) -> None:
    case.state, case.condition = str(verdict.finding), verdict.condition
    case.changed_at = at
    case.version += 1
    case.save(update_fields=["state", "condition", "changed_at", "version"])


def _tell(
    actor: Actor, case: Conflict, act: str, at: datetime, verdict: ConflictVerdict
) -> None:
    record(
        actor=actor,
        act=f"panels.{act}",
        subject=conflict_subject(case.public_id),
        at=at,
        basis=case.article,
        detail={
            "finding": verdict.finding,
            "evidence": verdict.digest,
            "second": verdict.needs_second,
        },
        secret={
            "person": case.person_id,
            "kind": case.kind,
            "reason": verdict.reason,
            "condition": verdict.condition,
        },
    )


__all__ = [
    "confirm_conflict",
    "is_sure",
    "judge_conflict",
    "judge_many",
    "let_in",
    "locked_case",
    "no_reason",
    "reopen_conflict",
    "takes_two",
]
