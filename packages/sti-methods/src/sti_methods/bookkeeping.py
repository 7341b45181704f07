"""Books kept in two columns: every posting has both accounts, so they cannot disagree.

A posting says: from one account to another, so much. ``debit`` receives, ``credit`` gives;
``amount`` is a positive whole number (đồng). The balance of an account is what it received
less what it gave; over all accounts, balances add up to nothing, whatever was posted. A
correction is a further posting that goes the other way; nothing is ever taken out.

Integers only; no rounding anywhere but in ``split``, which says how it rounds.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from fractions import Fraction


@dataclass(frozen=True)
class Posting:
    """So much from ``credit`` to ``debit``. Raises ``ValueError`` for what is no posting."""

    debit: str
    credit: str
    amount: int

    def __post_init__(self) -> None:
        if type(self.amount) is not int or self.amount <= 0:
            raise ValueError("An amount is a positive whole number.")
        if self.debit == self.credit:
            raise ValueError("Both accounts of a posting are the same.")

    def reversed(self) -> Posting:
        """The posting that undoes this one."""
        return Posting(self.credit, self.debit, self.amount)


@dataclass(frozen=True)
class Sides:
    """What an account received and gave, and the difference."""

    debit: int = 0
    credit: int = 0

    @property
    def balance(self) -> int:
        return self.debit - self.credit


def balances(postings: Iterable[Posting]) -> dict[str, int]:
    """Balance of each account that is not even, by name; O(postings)."""
    return {a: s.balance for a, s in trial_balance(postings).items() if s.balance}


def trial_balance(postings: Iterable[Posting]) -> dict[str, Sides]:
    """Both columns of every account, by name; the two columns have one sum."""
    received: Counter[str] = Counter()
    gave: Counter[str] = Counter()
    for p in postings:
        received[p.debit] += p.amount
        gave[p.credit] += p.amount
    return {a: Sides(received[a], gave[a]) for a in sorted({*received, *gave})}


def flow(flows: Mapping[tuple[str, str], int], debit: str, *credits_: str) -> int:
    """What went from the credits to ``debit``, less what came back the same way.

    ``flows`` are sums of amounts by debit and credit account.
    """
    return sum(flows.get((debit, c), 0) - flows.get((c, debit), 0) for c in credits_)


def statement(
    postings: Sequence[Posting], account: str, *, opening: int = 0
) -> list[tuple[Posting, int]]:
    """Postings that touch an account, in the order given, each with the balance after it."""
    lines, stands = [], opening
    for p in postings:
        if account not in (p.debit, p.credit):
            continue
        stands += p.amount if p.debit == account else -p.amount
        lines.append((p, stands))
    return lines


def split(amount: int, share: Fraction) -> tuple[int, int]:
    """A share of an amount, rounded down to a whole unit, and the rest: they add up.

    Raises ``ValueError`` unless the share is within 0 and 1 and the amount not negative.
    """
    if not 0 <= share <= 1 or amount < 0:
        raise ValueError("A share lies between nothing and all of it.")
    part = amount * share.numerator // share.denominator
    return part, amount - part


def within(amount: int, share: Fraction, whole: int) -> bool:
    """Whether an amount is at most a share of a whole; exact."""
    return amount * share.denominator <= whole * share.numerator


# ---- what budget years allocate, and hand over to the next


@dataclass(frozen=True, kw_only=True)
class Years:
    """Whole units allocated and paid by budget year.

    What a year leaves unspent moves to the next where the year is before ``carried_before``
    (none: every year hands over; 0: none does); otherwise it lapses when the year is over.
    """

    allocated: Mapping[int, int]
    paid: Mapping[int, int]
    carried_before: int | None = 0

    def carries(self, year: int) -> bool:
        """Whether what a year leaves moves to the next."""
        return self.carried_before is None or year < self.carried_before

    def left(self, *, until: int | None = None) -> dict[int, int]:
        """What is left at the end of each year, with what the year before handed over.

        From the first year that anything is known of to the last, or ``until``.
        """
        known = {*self.allocated, *self.paid, *(() if until is None else (until,))}
        found: dict[int, int] = {}
        for year in range(min(known), max(known) + 1) if known else ():
            before = found.get(year - 1, 0) if self.carries(year - 1) else 0
            more = self.allocated.get(year, 0) - self.paid.get(year, 0)
            found[year] = before + more
        return found

    def free(self, year: int) -> int:
        """The most that can be paid in a year, or taken from what it was allocated.

        What later years were already paid of it is not free any more.
        """
        left = self.left(until=year)
        least, at = left[year], year
        while self.carries(at) and at + 1 in left:
            at += 1
            least = min(least, left[at])
        return max(least, 0)

    def unspent(self, *, today: int) -> int:
        """Allocated, not paid and not lapsed, of all years, as the year ``today`` sees it."""
        left = self.left(until=self.carried_before or None)
        return sum(
            max(amount, 0)
            for year, amount in left.items()
            if (year == max(left) if self.carries(year) else year >= today)
        )


# ---- lines of a bank's statement against what the books say

REFERENCE, AMOUNT, SAME_DAY, NEAR, FAR = 50, 40, 10, 6, 3
EXACT = REFERENCE + AMOUNT + SAME_DAY
NEAR_DAYS, FAR_DAYS = 3, 10


@dataclass(frozen=True, kw_only=True)
class Movement:
    """Money that moved: ``day`` is a day number, ``words`` every reference it may bear."""

    id: int
    amount: int
    day: int
    words: frozenset[str] = frozenset()


def likeness(line: Movement, booked: Movement) -> int:
    """From 0 to ``EXACT``: the same reference, the same amount, how near the days are.

    Of different amounts nothing else counts: 0.
    """
    if line.amount != booked.amount:
        return 0
    apart = abs(line.day - booked.day)
    near = (
        SAME_DAY
        if apart == 0
        else NEAR
        if apart <= NEAR_DAYS
        else FAR
        if apart <= FAR_DAYS
        else 0
    )
    known = REFERENCE if line.words & booked.words else 0
    return AMOUNT + known + near if known or near else 0


def propose(
    lines: Iterable[Movement], booked: Iterable[Movement]
) -> dict[int, tuple[int, int]]:
    """For each line the booked movement most like it, and how like: line → (booked, score).

    Each movement is proposed once, the most like first; where two are equally like, the
    smaller id first. A line whose two best are equally like is left for a person.
    O(lines + pairs of one amount).
    """
    by_amount: dict[int, list[Movement]] = {}
    for movement in booked:
        by_amount.setdefault(movement.amount, []).append(movement)
    pairs = [
        (likeness(line, other), line.id, other.id)
        for line in lines
        for other in by_amount.get(line.amount, ())
    ]
    pairs = sorted((p for p in pairs if p[0]), key=lambda p: (-p[0], p[1], p[2]))
    best: Counter[tuple[int, int]] = Counter((line, score) for score, line, _o in pairs)
    found: dict[int, tuple[int, int]] = {}
    seen: set[int] = set()
    taken: set[int] = set()
    for score, line, other in pairs:
        if line in seen or other in taken:
            continue
        if best[line, score] > 1:  # two as good as each other
            seen.add(line)
            continue
        found[line] = (other, score)
        seen.add(line)
        taken.add(other)
    return found
