"""The chain of approval as people read it: steps, whose turn it is, what changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from opensti.domains.contracts.choices import RoundOutcome, Verdict
from opensti.domains.contracts.problem import digest, text_now
from opensti.domains.contracts.queries import places_of
from opensti.domains.procedures.choices import State
from opensti.kernel.access import ROLE_LABELS, Role, may
from opensti.ui.pages import Step
from opensti.ui.templatetags.ui import day, moment
from opensti.web.contracts.writing.amendment_paper import difference_rows

if TYPE_CHECKING:
    from datetime import date

    from opensti.domains.contracts.models import Approval, ApprovalRound, Contract
    from opensti.kernel.access import Actor


def steps(contract: Contract, rounds: list[ApprovalRound], today: date) -> list[Step]:
    """The way from draft to signature; who and when stands in it for the office alone."""
    state = contract.case.state
    last = rounds[0] if rounds else None
    levels = list(last.approvals.all()) if last else []
    open_ = state == State.IN_APPROVAL
    found = [
        Step(
            label=_("Drafting"),
            state="current" if state == State.DRAFT else "done",
            note=_("sent by %(who)s, %(when)s")
            % {"who": last.sent_by, "when": moment(last.sent_at)}
            if last and state != State.DRAFT
            else "",
        )
    ]
    if last is None or state == State.DRAFT:
        done = state not in (State.DRAFT, State.IN_APPROVAL, State.CANCELLED)
        found.append(
            Step(
                label=_("Approved"),
                state="done" if done else "current" if open_ else "next",
            )
        )
    else:
        turn = next((a for a in levels if a.verdict == Verdict.WAITING), None)
        found += [
            Step(
                label=level.label,
                state="done"
                if level.verdict == Verdict.APPROVED
                else "current"
                if open_ and level is turn
                else "next",
                note=level_note(level, today),
            )
            for level in levels
        ]
    found.append(
        Step(
            label=_("Signed by both sides"),
            state="done"
            if contract.signed_on
            else "current"
            if state == State.AGREED
            else "next",
            note=day(contract.signed_on) if contract.signed_on else "",
        )
    )
    return found


def level_note(level: Approval, today: date) -> str:
    """Who decided when, on whose behalf; or whose turn it is, and whether it is late."""
    if level.person is not None and level.decided_at is not None:
        who = str(level.person)
        if level.on_behalf_of is not None:
            who = _("%(who)s, on behalf of %(lender)s") % {
                "who": who,
                "lender": level.on_behalf_of,
            }
        return f"{who}, {moment(level.decided_at)}"
    if level.asked_at is None:
        return str(ROLE_LABELS[Role(level.role)])
    since = _("asked %(when)s") % {"when": moment(level.asked_at)}
    if level.due_on is None:
        return since
    words = _("overdue since %(day)s") if level.due_on < today else _("due %(day)s")
    return f"{since}; {words % {'day': day(level.due_on)}}"


def said_of(round_: ApprovalRound) -> list[tuple[Approval, str]]:
    """The levels of a round with who decided when; its marks get their words."""
    today = localdate()
    labels = {p.code: str(p.label) for p in places_of(round_.content)}
    for mark in round_.marks:
        mark["label"] = labels.get(mark["place"], mark["place"])
    return [(level, level_note(level, today)) for level in round_.approvals.all()]


def overdue(rounds: list[ApprovalRound], today: date) -> Approval | None:
    """The level whose turn is over, if a rule gave it a time."""
    if not rounds or rounds[0].outcome != RoundOutcome.OPEN:
        return None
    waiting = (a for a in rounds[0].approvals.all() if a.verdict == Verdict.WAITING)
    level = next(waiting, None)
    late = level is not None and level.due_on is not None and level.due_on < today
    return level if late else None


def changed(contract: Contract, rounds: list[ApprovalRound]) -> bool:
    """Whether the contract says another thing than what was sent."""
    if contract.case.state not in (State.IN_APPROVAL, State.AGREED) or not rounds:
        return False
    return digest(text_now(contract)) != rounds[0].sha256


def since_last(rounds: list[ApprovalRound]) -> list[list[str]]:
    """What the newest sending says otherwise than the one before it."""
    if len(rounds) < 2:  # noqa: PLR2004 -- one text differs from nothing
        return []
    return difference_rows(rounds[1].content, rounds[0].content)


def turn(
    actor: Actor, contract: Contract, rounds: list[ApprovalRound]
) -> dict[str, Any] | None:
    """Whose turn it is, and why it may not be the reader's."""
    if contract.case.state != State.IN_APPROVAL or not rounds:
        return None
    waiting = (a for a in rounds[0].approvals.all() if a.verdict == Verdict.WAITING)
    level = next(waiting, None)
    if level is None:
        return None
    verdict = may(actor, "contracts.approve", contract)
    return {
        "level": level,
        "role": ROLE_LABELS[Role(level.role)],
        "mine": bool(verdict),
        "reason": verdict.reason,
        "who": verdict.who,
    }
