"""What is said of a case: by whom, why, and when it takes two."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import TextField
from django.db.models.functions import Cast
from django.utils.translation import gettext as _

from opensti.domains.panels.actions.cases import (
    cases_of,
    follow,
    keep_ties,
    pair_of,
)
from opensti.domains.panels.actions.declaring import facts_of
from opensti.domains.panels.choices import (
    BARRING,
    ConflictFinding,
    ConflictState,
    TieKind,
)
from opensti.domains.panels.models import Conflict, ConflictVerdict, DismissedTie
from opensti.domains.panels.problem import Thing
from opensti.domains.panels.queries.cases import conflict_subject, person_subject
from opensti.domains.panels.queries.evidence import hidden_of
from opensti.kernel.access import get_visible, require
from opensti.kernel.record.actions import record
from opensti.kernel.refusals import Invalid, NotFound, Problem, Stale, StepNotAllowed

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
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
    case = _locked(actor, conflict_id, expected_version)
    require(actor, "panels.judge_conflict", case)
    _knows_the_evidence(actor, case)
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
    case = _locked(actor, row.conflict_id, None)
    verdict = ConflictVerdict.objects.select_for_update().get(pk=verdict_id)
    require(actor, "panels.confirm_conflict", verdict)
    _knows_the_evidence(actor, case)
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
    case = _locked(actor, conflict_id, expected_version)
    require(actor, "panels.judge_conflict", case)
    if not reason.strip():
        raise Invalid([_why()])
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


@transaction.atomic
def dismiss_tie(
    *, actor: Actor, conflict_id: int, tie: str, reason: str, at: datetime
) -> DismissedTie:
    """Set a wrong tie aside once and for all: "this Nguyễn Văn An is not that one".

    Where the tie rests on an identity, the identity is what is wrong; no case asks about
    it again, in this call or another. Cases that then stand on nothing lapse. A sure tie
    that the texts bar goes only after two people found that it is no conflict: setting it
    aside must not be the way around the second person.
    """
    case = _locked(actor, conflict_id, None)
    require(actor, "panels.judge_conflict", case)
    _knows_the_evidence(actor, case)
    found = next((t for t in case.evidence if t["tie"] == tie), None)
    if found is None:
        raise NotFound
    if not reason.strip():
        raise Invalid([_why()])
    key = found["identity"].split(" & ")[0] or f"{case.person_id}|{tie}"
    touched = [
        row
        for row in _resting_on(key, found, case)
        if any(key in _keys(row, t) for t in row.evidence)
    ]
    if any(
        row.state != ConflictState.NONE
        and any(is_sure(t) and key in _keys(row, t) for t in row.evidence)
        for row in touched
    ):
        raise StepNotAllowed(
            _(
                "The registry itself tells of this tie: one person alone cannot lift it."
            ),
            mend=_(
                "Give the verdict that it is no conflict; once a second person has "
                "confirmed it, the tie can be set aside."
            ),
            article=case.article,
        )
    made, _new = DismissedTie.objects.get_or_create(
        person_id=case.person_id,
        key=key[:200],
        restored_at=None,
        defaults={
            "conflict": case,
            "said": found,
            "reason": reason.strip(),
            "dismissed_by_id": actor.account_id,
            "dismissed_at": at,
        },
    )
    _weigh_again(touched, actor, at)
    record(
        actor=actor,
        act="panels.dismiss_tie",
        subject=person_subject(case.person_id),
        at=at,
        detail={"cases": len(touched)},
        secret={"key": key, "tie": tie, "reason": reason.strip()},
    )
    return made


@transaction.atomic
def restore_tie(
    *, actor: Actor, dismissed_id: int, reason: str, at: datetime
) -> DismissedTie:
    """Let a tie count again that was set aside; the next search finds it."""
    row = get_visible(actor, DismissedTie.objects.select_for_update(), pk=dismissed_id)
    require(actor, "panels.judge_conflict", row)
    if not reason.strip():
        raise Invalid([_why()])
    if row.restored_at is not None:
        raise StepNotAllowed(_("This tie counts again already."))
    row.restored_at, row.restored_by_id = at, actor.account_id
    row.save(update_fields=["restored_at", "restored_by"])
    record(
        actor=actor,
        act="panels.restore_tie",
        subject=person_subject(row.person_id),
        at=at,
        secret={"key": row.key, "reason": reason.strip()},
    )
    return row


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


def _locked(actor: Actor, conflict_id: int, version: int | None) -> Conflict:
    case = get_visible(
        actor, Conflict.objects.select_for_update(of=("self",)), pk=conflict_id
    )
    if version is not None and case.version != version:
        raise Stale(
            _("Somebody else changed this case after you opened the page."),
            mend=_("Look at it as it stands now, then act again."),
        )
    return case


def _knows_the_evidence(actor: Actor, case: Conflict) -> None:
    if hidden_of(actor, case.evidence):
        raise StepNotAllowed(
            _("Part of the evidence is hidden from you."),
            mend=_("Another programme officer judges this case."),
        )


def _why() -> Problem:
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
        problems.append(_why())
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


def _resting_on(key: str, found: dict[str, Any], case: Conflict) -> Any:
    """Where else the same wrong tie may stand: narrowed here, the keys decide."""
    rows = Conflict.objects.exclude(state=ConflictState.LAPSED)
    if found["identity"]:
        rows = rows.annotate(text=Cast("evidence", TextField())).filter(
            text__contains=key
        )
    else:
        rows = rows.filter(person_id=case.person_id)
    ids = list(rows.order_by().values_list("pk", flat=True))
    return Conflict.objects.select_for_update().filter(pk__in=ids).order_by("pk")


def _keys(row: Conflict, tie: dict[str, Any]) -> set[str]:
    return {f"{row.person_id}|{tie['tie']}", *tie["identity"].split(" & ")}


def _weigh_again(cases: Sequence[Conflict], actor: Actor, at: datetime) -> None:
    if not cases:
        return
    pairs = {pair_of(case): case for case in cases}
    rules, words = facts_of({thing for _person, thing in pairs})
    kept = keep_ties(
        {pair: [] for pair in pairs},
        rules_of=lambda thing: rules.get(thing, ()),
        words=lambda thing: words.get(thing, ""),
        at=at,
        whole=False,
    )
    follow(kept.touched, actor=actor, at=at)


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
    "dismiss_tie",
    "judge_conflict",
    "judge_many",
    "let_in",
    "reopen_conflict",
    "restore_tie",
    "takes_two",
]
