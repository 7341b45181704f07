"""Share the profit of a result: exact fractions, whole đồng, every rule tested.

A *problem* is frozen: the profit after tax, the part of it that State money earned, the
portions that were proposed and the rules that bind. The *answer* holds one whole amount
for each party, which together are the profit to the đồng, and each rule with what it
needed and what was given. Nothing is a float, nothing is drawn by chance, and the answer
does not depend on the order in which parties, rules or authors are named.

Bases of a portion or a rule (``Base``):

- ``after_tax_profit``: the whole profit P;
- ``state_part_of_profit``: S·P, with S the State's part of the money;
- ``rest``: what is left. For the State it is P less authors and broker; for research and
  welfare it is that less the State's portion.

Rounding: each portion is worked out exactly and cut to whole đồng; the đồng left over
(fewer than there are parties) go first to parties that a rule protects from below, then
by the largest remainder, and to parties held from above last of all. So an amount is
less than one đồng away from its exact portion, and rules are tested on exact portions.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

Party = Literal["authors", "broker", "state", "research", "welfare", "owner"]
Base = Literal["after_tax_profit", "state_part_of_profit", "rest"]
Test = Literal["at_least", "at_most", "equal"]

# Who is served before whom; the owner has what nobody else has.
PARTIES: tuple[Party, ...] = (
    "authors",
    "broker",
    "state",
    "research",
    "welfare",
    "owner",
)
WHOLE = 10_000  # shares of owners and authors are counted in ten-thousandths
ZERO = Fraction(0)


@dataclass(frozen=True, kw_only=True)
class Rule:
    """``who`` must have ``test`` the ``share`` of ``base``.

    ``owned_by`` narrows a rule to a host that owns the result, or that was only given its
    use. A rule that is ``unless_agreed`` gives way where the parties agreed otherwise.
    """

    id: str
    who: Party
    test: Test
    share: Fraction
    base: Base
    owned_by: Literal["any", "owner", "user"] = "any"
    unless_agreed: bool = False


@dataclass(frozen=True, kw_only=True)
class Portion:
    """What was proposed for a party: a share of a base."""

    who: Party
    share: Fraction
    base: Base


@dataclass(frozen=True, kw_only=True)
class Problem:
    """What is shared, by whom, under which rules. ``profit`` is whole đồng, not negative.

    ``state_part`` is between 0 and 1. ``agreed_otherwise`` says that the parties settled
    among themselves what the law leaves to them.
    """

    profit: int
    state_part: Fraction
    portions: tuple[Portion, ...]
    rules: tuple[Rule, ...] = ()
    owned_by: Literal["owner", "user"] = "owner"
    has_broker: bool = False
    agreed_otherwise: bool = False

    def __post_init__(self) -> None:
        if self.profit < 0:
            raise ValueError("A loss is not shared.")
        if not 0 <= self.state_part <= 1:
            raise ValueError("The State's part lies between nothing and all.")
        named = [portion.who for portion in self.portions]
        if len(named) != len(set(named)) or "owner" in named:
            raise ValueError("Each party once; the owner has what is left.")
        if any(portion.share < 0 for portion in self.portions):
            raise ValueError("A portion is not negative.")


@dataclass(frozen=True, kw_only=True)
class Check:
    """One rule that binds: ``needed`` and ``given`` are exact amounts in đồng."""

    rule: str
    who: Party
    test: Test
    share: Fraction
    base_amount: Fraction
    needed: Fraction
    given: Fraction
    holds: bool
    waived: bool = False

    @property
    def violated(self) -> bool:
        return not (self.holds or self.waived)


@dataclass(frozen=True, kw_only=True)
class Answer:
    """Whole đồng by party, summing to the profit; every binding rule with its figures.

    ``excess``: more was proposed than there is, by so many đồng; then nobody has any
    amount, and the checks tell what each rule needs.
    """

    amounts: Mapping[Party, int]
    exact: Mapping[Party, Fraction]
    checks: tuple[Check, ...]
    excess: Fraction = ZERO

    @property
    def violations(self) -> tuple[Check, ...]:
        return tuple(check for check in self.checks if check.violated)

    @property
    def lawful(self) -> bool:
        return self.excess == 0 and not self.violations


def share_profit(problem: Problem) -> Answer:
    """Work out who gets what, and test each rule. Cost: a few dozen fractions."""
    exact, bases = _portions(problem)
    checks = tuple(
        _check(rule, bases, exact, problem)
        for rule in problem.rules
        if _binds(rule, problem)
    )
    excess = max(ZERO, -exact["owner"])
    if excess:
        return Answer(
            amounts=dict.fromkeys(PARTIES, 0), exact=exact, checks=checks, excess=excess
        )
    tests = {check.who: check.test for check in checks if not check.waived}
    return Answer(
        amounts=_whole(exact, problem.profit, tests), exact=exact, checks=checks
    )


def least(
    rules: Sequence[Rule],
    *,
    owned_by: Literal["owner", "user"] = "owner",
    has_broker: bool = False,
) -> tuple[Portion, ...]:
    """Return the portions that give each party just what its rule asks for.

    Parties held from above are proposed nothing but the broker and the State, who are
    proposed all that they may have; the owner keeps the rest.
    """
    bound = [r for r in rules if _applies(r, owned_by, has_broker=has_broker)]
    found = {rule.who: rule for rule in bound}
    return tuple(
        Portion(who=who, share=found[who].share, base=found[who].base)
        for who in PARTIES
        if who in found
    )


def by_shares(amount: int, shares: Mapping[str, int]) -> dict[str, int]:
    """Divide whole đồng by shares in ten-thousandths; the parts sum to ``amount``.

    Largest remainder; of equal remainders the larger share comes first, then the name in
    the order of its letters, so that the order of the mapping never matters. Raises
    ``ValueError`` unless the shares are positive and sum to 10,000.
    """
    if amount < 0:
        raise ValueError("A loss is not shared.")
    if sum(shares.values()) != WHOLE or any(share <= 0 for share in shares.values()):
        raise ValueError("Shares are positive and sum to 10,000.")
    parts = {name: amount * share // WHOLE for name, share in shares.items()}
    order = sorted(
        shares, key=lambda name: (-(amount * shares[name] % WHOLE), -shares[name], name)
    )
    for name in order[: amount - sum(parts.values())]:
        parts[name] += 1
    return parts


def _portions(problem: Problem) -> tuple[dict[Party, Fraction], dict[Party, Fraction]]:
    """Exact amounts, and the rest that each party's ``rest`` means."""
    asked = {portion.who: portion for portion in problem.portions}
    profit = Fraction(problem.profit)
    exact: dict[Party, Fraction] = {}
    rests: dict[Party, Fraction] = {}
    left = rest = profit
    for who in PARTIES[:-1]:
        if who in ("state", "research"):
            rest = max(left, ZERO)
        rests[who] = rest
        portion = asked.get(who)
        exact[who] = (
            ZERO
            if portion is None
            else portion.share * _base(portion.base, problem, rest)
        )
        left -= exact[who]
    exact["owner"], rests["owner"] = left, rest
    return exact, rests


def _base(base: Base, problem: Problem, rest: Fraction) -> Fraction:
    if base == "after_tax_profit":
        return Fraction(problem.profit)
    if base == "state_part_of_profit":
        return problem.state_part * problem.profit
    return rest


def _applies(rule: Rule, owned_by: str, *, has_broker: bool) -> bool:
    if rule.who == "broker" and not has_broker:
        return False
    return rule.owned_by in ("any", owned_by)


def _binds(rule: Rule, problem: Problem) -> bool:
    return _applies(rule, problem.owned_by, has_broker=problem.has_broker)


def _check(
    rule: Rule,
    rests: Mapping[Party, Fraction],
    exact: Mapping[Party, Fraction],
    problem: Problem,
) -> Check:
    base = _base(rule.base, problem, rests[rule.who])
    needed, given = rule.share * base, exact[rule.who]
    holds = {
        "at_least": given >= needed,
        "at_most": given <= needed,
        "equal": given == needed,
    }[rule.test]
    return Check(
        rule=rule.id,
        who=rule.who,
        test=rule.test,
        share=rule.share,
        base_amount=base,
        needed=needed,
        given=given,
        holds=holds,
        waived=rule.unless_agreed and problem.agreed_otherwise and not holds,
    )


def _whole(
    exact: Mapping[Party, Fraction], profit: int, tests: Mapping[Party, Test]
) -> dict[Party, int]:
    """Whole đồng that sum to the profit; see the head of this module for the order."""
    amounts: dict[Party, int] = {who: int(exact[who]) for who in PARTIES}

    def turn(who: Party) -> tuple[int, Fraction, int]:
        rank = {"at_least": 0, "at_most": 2}.get(tests.get(who, ""), 1)
        return rank, -(exact[who] - amounts[who]), PARTIES.index(who)

    waiting = sorted((w for w in PARTIES if exact[w] != amounts[w]), key=turn)
    for who in waiting[: profit - sum(amounts.values())]:
        amounts[who] += 1
    return amounts
