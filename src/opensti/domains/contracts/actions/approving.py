"""The chain of approval: sent with its text pinned, approved level by level, or sent back.

Four eyes: whoever sends signs the first level where it is of the sender's role, and no
other level; nobody decides two levels of a round, neither in person nor through somebody
who acts on the person's behalf. What is approved is the text that was sent; once it is
another, no level can approve it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from opensti.domains.contracts.actions.acting import locked, step
from opensti.domains.contracts.actions.drafting import must_be_ready
from opensti.domains.contracts.choices import RoundOutcome, Verdict
from opensti.domains.contracts.models import Approval, ApprovalRound
from opensti.domains.contracts.problem import digest, text_now
from opensti.domains.contracts.queries import (
    contract_subject,
    draft_faults,
    places_of,
    rules_of,
)
from opensti.domains.procedures.choices import Act, State
from opensti.domains.procedures.queries import basis, working_calendar
from opensti.kernel.access import Role
from opensti.kernel.checks import keep
from opensti.kernel.periods import deadline
from opensti.kernel.record.actions import record
from opensti.kernel.refusals import Invalid, Problem, Stale, StepNotAllowed

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date, datetime

    from opensti.domains.contracts.models import Contract
    from opensti.kernel.access import Actor

MOST_MARKS = 100


@transaction.atomic
def send_for_approval(
    *,
    actor: Actor,
    contract_id: int,
    at: datetime,
    version: int | None = None,
    remark: str = "",
) -> ApprovalRound:
    """Send a complete draft to those who approve it; its text is pinned by digest.

    Whoever sends signs the first level too, if it is of the sender's role and not the
    only one. Raises ``Invalid`` with everything the draft still lacks.
    """
    contract = locked(
        actor, contract_id, "contracts.send", states=(State.DRAFT,), version=version
    )
    if faults := draft_faults(contract):
        raise Invalid(faults)
    must_be_ready(contract)
    levels = rules_of(contract).approval
    if not levels:
        raise StepNotAllowed(
            _("The procedure of this contract names nobody who approves it."),
            mend=_("Have an administrator load a procedure that names the levels."),
        )
    content = text_now(contract)
    last = contract.approval_rounds.order_by("-number").first()
    round_ = ApprovalRound.objects.create(
        contract=contract,
        number=last.number + 1 if last else 1,
        content=content,
        sha256=digest(content),
        remark=remark.strip(),
        sent_by_id=actor.account_id,
        sent_at=at,
    )
    Approval.objects.bulk_create(
        Approval(
            round=round_,
            position=position,
            level=level.id,
            label_vi=level.label_vi,
            label_en=level.label_en,
            role=str(level.role),
        )
        for position, level in enumerate(levels, start=1)
    )
    rests_on = step(actor, contract, Act.CONTRACT_SEND, at)
    first = round_.approvals.get(position=1)
    own = actor.has(Role(first.role)) and len(levels) > 1
    if own:
        _decide(actor, first, Verdict.APPROVED, at)
    _ask(contract, round_, at)
    keep(contract)
    _record(
        actor,
        contract,
        Act.CONTRACT_SEND,
        at,
        role=Role.OFFICER,
        rests_on=rests_on,
        detail={
            "round": round_.number,
            "text": round_.sha256,
            "levels": [level.id for level in levels],
            "signed_by_sender": first.level if own else "",
        },
        secret={"remark": round_.remark},
    )
    return round_


@transaction.atomic
def approve_level(
    *,
    actor: Actor,
    contract_id: int,
    sha256: str,
    at: datetime,
    version: int | None = None,
    remark: str = "",
) -> Contract:
    """Approve the level whose turn it is; the last one approves the contract for signature.

    ``sha256`` is the digest of the text the person read. Raises ``Stale`` when it is not
    the text that was sent, ``StepNotAllowed`` when the draft was changed since, and
    ``AccessDenied`` for another role or a person who had a part in the round already.
    """
    contract = locked(
        actor,
        contract_id,
        "contracts.approve",
        states=(State.IN_APPROVAL,),
        version=version,
    )
    round_ = _open_round(contract)
    if sha256 != round_.sha256:
        raise Stale(
            _("The contract was sent anew after you opened the page."),
            mend=_("Read the text that is before you now, then approve it."),
        )
    if digest(text_now(contract)) != round_.sha256:
        raise StepNotAllowed(
            _("What the contract says was changed after it was sent for approval."),
            mend=_("Send it back to be drafted; then it is sent anew as it is now."),
        )
    waiting = round_.approvals.filter(verdict=Verdict.WAITING).order_by("position")
    level, *rest = waiting
    _decide(actor, level, Verdict.APPROVED, at, remark=remark)
    act, rests_on = "contracts.approve_level", ""
    if rest:
        _ask(contract, round_, at)
    else:
        act = Act.CONTRACT_AGREE
        rests_on = step(actor, contract, act, at)
        _close(actor, round_, RoundOutcome.AGREED, at)
    keep(contract)
    _record(
        actor,
        contract,
        act,
        at,
        role=Role(level.role),
        rests_on=rests_on,
        detail={"round": round_.number, "level": level.level, "text": round_.sha256},
        secret={"remark": level.remark},
    )
    return contract


@transaction.atomic
def return_to_draft(
    *,
    actor: Actor,
    contract_id: int,
    reason: str,
    at: datetime,
    marks: Iterable[Mapping[str, str]] = (),
    version: int | None = None,
) -> Contract:
    """Send a contract back to be drafted; every approval of the round is void.

    ``marks`` are rows of ``place`` (a code of ``queries.places_of``) and ``text``. Raises
    ``Invalid`` without a reason, or for a place the text does not have.
    """
    contract = locked(
        actor,
        contract_id,
        "contracts.return",
        states=(State.IN_APPROVAL,),
        version=version,
    )
    round_ = _open_round(contract)
    kept = _checked(round_, marks)
    if not reason.strip():
        raise Invalid(
            [
                Problem(
                    field="reason",
                    message=_("Sending it back needs a reason."),
                    mend=_("Write in a sentence what is to be changed."),
                )
            ]
        )
    rests_on = step(actor, contract, Act.CONTRACT_RETURN, at, reason=reason)
    levels = round_.approvals.order_by("position")
    asked = levels.filter(verdict=Verdict.WAITING).first()
    took_part = levels.filter(person_id=actor.user_id).exists()
    levels.filter(verdict=Verdict.APPROVED).update(verdict=Verdict.VOID)
    if asked is not None and actor.has(Role(asked.role)) and not took_part:
        _decide(actor, asked, Verdict.RETURNED, at)
    levels.filter(verdict=Verdict.WAITING).update(verdict=Verdict.VOID)
    round_.reason, round_.marks = reason.strip(), kept
    _close(actor, round_, RoundOutcome.RETURNED, at, "reason", "marks")
    keep(contract)
    _record(
        actor,
        contract,
        Act.CONTRACT_RETURN,
        at,
        rests_on=rests_on,
        detail={"round": round_.number, "places": [m["place"] for m in kept]},
        secret={"reason": round_.reason},
    )
    return contract


def void_round(actor: Actor, contract: Contract, at: datetime, *, reason: str) -> None:
    """Close the open round of a contract that is given up; the caller has locked it."""
    round_ = contract.approval_rounds.filter(outcome=RoundOutcome.OPEN).first()
    if round_ is None:
        return
    round_.approvals.exclude(verdict=Verdict.RETURNED).update(verdict=Verdict.VOID)
    round_.reason = reason.strip()
    _close(actor, round_, RoundOutcome.CANCELLED, at, "reason")


def _open_round(contract: Contract) -> ApprovalRound:
    round_ = contract.approval_rounds.filter(outcome=RoundOutcome.OPEN).first()
    if round_ is None:
        raise StepNotAllowed(
            _("The contract was not sent to those who approve it from here."),
            mend=_("Send it back to be drafted, then send it anew."),
        )
    return round_


def _decide(
    actor: Actor,
    level: Approval,
    verdict: Verdict,
    at: datetime,
    *,
    remark: str = "",
) -> None:
    """Write who said what at a level, and on whose behalf where the role is lent."""
    level.person_id = actor.account_id
    level.on_behalf_of_id = actor.on_behalf.get(Role(level.role))
    level.verdict, level.decided_at = verdict, at
    level.sha256, level.remark = level.round.sha256, remark.strip()
    level.save()


def _ask(contract: Contract, round_: ApprovalRound, at: datetime) -> None:
    """Begin the turn of the next level, with its day where a rule gives it a time."""
    level = round_.approvals.filter(verdict=Verdict.WAITING).order_by("position")[0]
    level.asked_at, level.due_on = at, _due(contract, level.level, localdate(at))
    level.save(update_fields=["asked_at", "due_on"])


def _due(contract: Contract, level_id: str, on: date) -> date | None:
    rule = next(r for r in rules_of(contract).approval if r.id == level_id)
    if rule.within is None:
        return None
    return deadline(
        on,
        n=rule.within.n,
        unit=rule.within.unit.value,
        calendar=working_calendar(),
    )


def _close(
    actor: Actor,
    round_: ApprovalRound,
    outcome: RoundOutcome,
    at: datetime,
    *fields: str,
) -> None:
    round_.outcome, round_.closed_at = outcome, at
    round_.closed_by_id = actor.user_id
    round_.save(update_fields=["outcome", "closed_at", "closed_by", *fields])


def _checked(
    round_: ApprovalRound, marks: Iterable[Mapping[str, str]]
) -> list[dict[str, str]]:
    known = {place.code for place in places_of(round_.content)}
    kept, problems = [], []
    for n, mark in enumerate(marks):
        text, place = mark.get("text", "").strip(), mark.get("place", "")
        if not text and not place:
            continue
        if place not in known:
            problems.append(
                Problem(
                    field=f"place-{n}",
                    message=_("This place is not in the text."),
                    mend=_("Choose the place that the remark is about."),
                )
            )
        if not text:
            problems.append(
                Problem(
                    field=f"text-{n}",
                    message=_("A marked place needs a remark."),
                    mend=_("Say what is wrong there, or choose no place."),
                )
            )
        kept.append({"place": place, "text": text})
    if problems:
        raise Invalid(problems)
    return kept[:MOST_MARKS]


def _record(
    actor: Actor,
    contract: Contract,
    act: str,
    at: datetime,
    *,
    role: Role | None = None,
    rests_on: str = "",
    detail: Mapping[str, object],
    secret: Mapping[str, object],
) -> None:
    """Record an act of the chain in the capacity it was done in, lent roles named."""
    record(
        actor=actor,
        act=act,
        subject=contract_subject(contract.public_id),
        at=at,
        basis=rests_on or basis(contract.case, act),
        detail=detail,
        secret=secret,
        role=role if role is not None and actor.has(role) else None,
    )
