"""Statements of the agency's accounts, and what their lines are likely to be."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Count, Q
from sti_methods.bookkeeping import EXACT, Movement, likeness, propose

from opensti.domains.contracts.models import (
    Claim,
    ClaimReceipt,
    Payment,
    Statement,
    StatementLine,
)
from opensti.domains.contracts.queries.money import outstanding
from opensti.kernel.access import get_visible, visible
from opensti.kernel.searchtext import fold

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from decimal import Decimal

    from django.db.models import QuerySet

    from opensti.domains.contracts.queries.statement_files import Read
    from opensti.kernel.access import Actor

CHUNK = 500
# A line that bears the number of a claim's decision or contract; its day says nothing.
BY_NUMBER = EXACT - 10


@dataclass(frozen=True, kw_only=True)
class Likely:
    """What a line is likely to be, and how sure that is; 100 is exact."""

    score: int
    payment: Payment | None = None
    receipt: ClaimReceipt | None = None
    claim: Claim | None = None

    @property
    def exact(self) -> bool:
        return self.score == EXACT


def statement_subject(public_id: str) -> str:
    return f"contracts.statement:{public_id}"


def statements(actor: Actor) -> QuerySet[Statement]:
    """Statements with how many of their lines are still open, the newest first."""
    rows = visible(actor, Statement.objects.select_related("received_by"))
    return rows.annotate(
        entered=Count("lines"),
        open_lines=Count("lines", filter=Q(lines__match=None)),
    ).order_by("-received_at", "-id")


def statement(actor: Actor, public_id: str) -> Statement:
    rows = Statement.objects.select_related("received_by")
    return get_visible(actor, rows, public_id=public_id)


def lines_of(actor: Actor, statement: Statement) -> QuerySet[StatementLine]:
    """The lines of a statement with what they were found to be, in the file's order."""
    rows = StatementLine.objects.filter(statement=statement).select_related(
        "match__payment__contract", "match__receipt__claim__contract"
    )
    return visible(actor, rows).order_by("number")


def statement_line(actor: Actor, line_id: int) -> StatementLine:
    rows = StatementLine.objects.select_related("statement", "match")
    return get_visible(actor, rows, pk=line_id)


def known_of(lines: Sequence[Read]) -> set[str]:
    """Which of the lines were entered before, from whatever statement."""
    marks = [line.fingerprint for line in lines]
    found: set[str] = set()
    for start in range(0, len(marks), CHUNK):
        rows = StatementLine.objects.filter(
            fingerprint__in=marks[start : start + CHUNK]
        )
        found.update(rows.values_list("fingerprint", flat=True))
    return found


def plain(reference: str) -> str:
    """A reference without accents, case, blanks and signs."""
    return re.sub(r"[^a-z0-9]", "", fold(reference))


def _words(line: StatementLine) -> frozenset[str]:
    """Everything in a line that may be a reference."""
    return frozenset(
        {plain(line.reference), *(plain(w) for w in line.text.split())} - {""}
    )


def likely(actor: Actor, lines: Iterable[StatementLine]) -> dict[int, Likely]:
    """What each open line is likely to be; 4 queries for any number of lines.

    Only payments and claims the person may know of are looked at, and each is proposed
    to one line at most.
    """
    waiting = [line for line in lines if getattr(line, "match", None) is None]
    out = {line.pk: line for line in waiting if line.out}
    came = {line.pk: line for line in waiting if line.came}
    found = _payments(actor, out) | _receipts(actor, came)
    return found | _claims(
        actor, {pk: line for pk, line in came.items() if pk not in found}
    )


def _moved(pk: int, amount: Decimal, day: int, *references: str) -> Movement:
    words = frozenset({plain(r) for r in references} - {""})
    return Movement(id=pk, amount=int(amount), day=day, words=words)


def _of_line(line: StatementLine) -> Movement:
    return Movement(
        id=line.pk,
        amount=int(line.out or line.came),
        day=line.day.toordinal(),
        words=_words(line),
    )


def alike(line: StatementLine, thing: Payment | ClaimReceipt | Claim) -> int:
    """How like a line and what it is said to be are, from 0 to 100; no query.

    Payments and receipts by ``likeness``, a claim (with its contract at hand) by number.
    """
    if isinstance(thing, Claim):
        return BY_NUMBER if _bears_number(line, thing) else 0
    return likeness(_of_line(line), _of_books(thing))


def _bears_number(line: StatementLine, claim: Claim) -> bool:
    numbers = {plain(claim.decision_number), plain(claim.contract.number)}
    return not _words(line).isdisjoint(numbers)


def _of_books(booked: Payment | ClaimReceipt) -> Movement:
    day = booked.paid_on if isinstance(booked, Payment) else booked.received_on
    return _moved(booked.pk, booked.amount, day.toordinal(), booked.reference)


def _payments(actor: Actor, lines: dict[int, StatementLine]) -> dict[int, Likely]:
    if not lines:
        return {}
    rows = visible(
        actor, Payment.objects.filter(match=None, amount__in=_amounts(lines, "out"))
    )
    by_id = {p.pk: p for p in rows.select_related("contract")}
    found = propose(
        map(_of_line, lines.values()),
        map(_of_books, by_id.values()),
    )
    return {
        line: Likely(score=score, payment=by_id[pk])
        for line, (pk, score) in found.items()
    }


def _receipts(actor: Actor, lines: dict[int, StatementLine]) -> dict[int, Likely]:
    if not lines:
        return {}
    rows = visible(
        actor,
        ClaimReceipt.objects.filter(
            match=None, taken_back_at=None, amount__in=_amounts(lines, "came")
        ),
    )
    by_id = {r.pk: r for r in rows.select_related("claim__contract")}
    found = propose(
        map(_of_line, lines.values()),
        map(_of_books, by_id.values()),
    )
    return {
        line: Likely(score=score, receipt=by_id[pk])
        for line, (pk, score) in found.items()
    }


def _claims(actor: Actor, lines: dict[int, StatementLine]) -> dict[int, Likely]:
    """A claim bears its decision's and its contract's number; its day says nothing."""
    if not lines:
        return {}
    by_id = {c.pk: c for c in open_claims(actor)}
    found = {}
    for line in lines.values():
        fitting = [
            c
            for c in by_id.values()
            if outstanding(c) == line.came and _bears_number(line, c)
        ]
        if len(fitting) == 1:
            found[line.pk] = Likely(score=BY_NUMBER, claim=fitting[0])
            del by_id[fitting[0].pk]
    return found


def _amounts(lines: dict[int, StatementLine], way: str) -> set[Decimal]:
    return {getattr(line, way) for line in lines.values()}


def open_claims(actor: Actor) -> list[Claim]:
    """Claims that wait for money, the oldest first; 3 queries."""
    rows = visible(
        actor,
        Claim.objects.filter(contract__case__state__in=("recovering", "settled")),
    )
    rows = rows.select_related("contract").prefetch_related("receipts", "waivers")
    return [c for c in rows.order_by("id") if outstanding(c) > 0]


def candidates(
    actor: Actor, line: StatementLine
) -> tuple[list[Payment], list[ClaimReceipt], list[Claim]]:
    """What a line can be: payments or receipts of its amount, claims that owe so much."""
    if line.out:
        rows = visible(actor, Payment.objects.filter(match=None, amount=line.out))
        return (
            list(rows.select_related("contract").order_by("-paid_on", "-id")[:50]),
            [],
            [],
        )
    receipts = visible(
        actor,
        ClaimReceipt.objects.filter(match=None, taken_back_at=None, amount=line.came),
    )
    return (
        [],
        list(receipts.select_related("claim__contract").order_by("-id")[:50]),
        [c for c in open_claims(actor) if outstanding(c) >= line.came],
    )
