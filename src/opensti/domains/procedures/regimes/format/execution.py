"""After the decision: contract, money, reports, amendments and early ending."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from opensti.domains.procedures.regimes.format.facts import Fact, Labelled
from opensti.domains.procedures.regimes.format.tables import Period
from opensti.kernel.access import Role


@dataclass(frozen=True, kw_only=True)
class PaymentRule(Fact):
    """How state money reaches the host, and when it is settled.

    ``advances``: paid before the work and cleared against it; ``items``: paid per item of
    the contract when its evidence is in. Shares are of the contract's state money; none
    means that no text read names a ceiling. ``carries_over``: what a year's allocation
    leaves unspent moves to the next while the task runs. ``confirm_within`` runs from the host's request,
    ``clear_within`` and ``recover_within`` from the contract's end.
    ``saved_outside_to_host``: the share of savings outside of a lump sum that the host's
    fund keeps; none: no text that was read shares them.
    """

    mode: Literal["advances", "items"]
    settle: Literal["overall", "items"]
    first_advance_max: Fraction | None = None
    next_needs_cleared: Fraction | None = None
    within_year_allocation: bool = False
    carries_over: bool = False
    saved_outside_to_host: Fraction | None = None
    confirm_within: Period | None = None
    clear_within: Period | None = None
    recover_within: Period | None = None


@dataclass(frozen=True, kw_only=True)
class LumpSumRule(Labelled, Fact):
    """A lump-sum mode: when it may be chosen, what it covers, what may never change.

    ``categories`` are those of the budget that the lump covers; empty means all; of
    ``categories_with_norm`` only lines that have a norm. Delegations abroad are covered
    only where all is.
    ``assets_share_max`` and ``assets_max`` (whole đồng) limit the state money for fixed
    assets and delegations abroad, both at once.
    """

    id: Literal["final_product", "partial"]
    assets_share_max: Fraction | None = None
    assets_max: Decimal | None = None
    categories: tuple[str, ...] = ()
    categories_with_norm: tuple[str, ...] = ()
    never_change: tuple[
        Literal["mode", "total", "name", "aim", "product", "overhead"], ...
    ] = ()
    saved_to_host: Fraction = Fraction(1)


@dataclass(frozen=True, kw_only=True)
class ApprovalLevel(Labelled, Fact):
    """One pair of eyes between the draft of a contract and its signature, in order.

    ``within`` is the time a level has from when its turn began; none: no rule names one.
    """

    id: str
    role: Role
    within: Period | None = None


@dataclass(frozen=True, kw_only=True)
class ReportRule(Labelled, Fact):
    """A report the host owes: every so often from the signing, or on a day of the year.

    ``month_day`` is ``"12-15"``; ``window_days`` is how long before the day it is due it
    may be handed in first (the last week of a period). ``form`` is what is filled in here,
    ``paper`` the official form it follows.
    """

    id: str
    kind: Literal["progress", "financial", "annual", "final"]
    form: str
    paper: str = ""
    every: Period | None = None
    month_day: str = ""
    window_days: int | None = None
    by: Role = Role.MANAGER


@dataclass(frozen=True, kw_only=True)
class InspectionRule(Fact):
    """How often the work is looked at on the spot, and how long before it is told.

    ``confirm_volume`` and ``confirm_spending``: how long after it the work done, and the
    money used, are confirmed to the host.
    """

    every: Period | None = None
    notice: Period | None = None
    confirm_volume: Period | None = None
    confirm_spending: Period | None = None
    ad_hoc: bool = True


@dataclass(frozen=True, kw_only=True)
class ExtensionBand:
    """How many months more a task of a length may get; months run over, up to and with."""

    over_months: int = 0
    upto_months: int | None = None
    months: int | None = None


Changed = Literal[
    "extend",
    "shorten",
    "budget_transfer",
    "state_total",
    "other_money",
    "leader",
    "host",
    "name",
    "aim",
    "product",
    "content",
    "team",
    "equipment",
    "delegation",
    "stop",
]


@dataclass(frozen=True, kw_only=True)
class AmendmentRule(Labelled, Fact):
    """What may be changed while the contract runs, by whom, within which limits.

    ``lump`` narrows a rule to one lump-sum mode. ``allowed: false`` forbids the change.
    ``bands`` limit the months of all extensions together; a length that no band covers is
    for ``authority`` to decide with a reason (``exact_band_upto``, where a switch sets it,
    lets the lowest band reach up to and with that length). ``keeps`` names totals that may not change
    (``state_total``) or fall (``other_total``) or lines that may not be exceeded (``line``).
    """

    id: str
    what: Changed
    lump: Literal["any", "final_product", "partial"] = "any"
    allowed: bool = True
    authority: Role = Role.LEADER
    max_times: int | None = None
    bands: tuple[ExtensionBand, ...] = ()
    exact_band_upto: int | None = None
    before_end: Period | None = None
    done_share: Fraction | None = None
    keeps: tuple[Literal["state_total", "other_total", "line", "overhead"], ...] = ()
    needs_council: bool = False
    consents: tuple[Literal["new_person", "old_person", "ordering_body"], ...] = ()
    decide_within: Period | None = None


@dataclass(frozen=True, kw_only=True)
class RefundShare(Labelled, Fact):
    """What part of one kind of money is paid back when a task is not completed."""

    id: str
    money: Literal["unused", "proper", "unproven"]
    cause: Literal["any", "objective", "subjective"] = "any"
    lump: Literal["any", "final_product", "partial"] = "any"
    share_min: Fraction
    share_max: Fraction


@dataclass(frozen=True, kw_only=True)
class Condition(Labelled):
    id: str


@dataclass(frozen=True, kw_only=True)
class EndingRule(Fact):
    """What follows when a task ends early or is not accepted.

    ``percentage``: the shares of ``refunds`` by cause; ``conduct``: nothing is paid back of
    money properly spent when each of ``conditions`` is shown with evidence (accepted risk).
    """

    refund_by: Literal["percentage", "conduct"]
    refunds: tuple[RefundShare, ...] = ()
    conditions: tuple[Condition, ...] = ()
    host_report_within: Period | None = None
    check_within: Period | None = None
    pay_within: Period | None = None
    barred_until_paid: bool = False


@dataclass(frozen=True, kw_only=True)
class ExecutionRules:
    """All that governs a funded task until its contract is liquidated."""

    payment: PaymentRule
    lump_sums: tuple[LumpSumRule, ...] = ()
    norms: tuple[str, ...] = ()
    approval: tuple[ApprovalLevel, ...]
    reports: tuple[ReportRule, ...] = ()
    inspections: InspectionRule | None = None
    amendments: tuple[AmendmentRule, ...] = ()
    ending: EndingRule

    def lump_sum(self, mode: str) -> LumpSumRule | None:
        return next((r for r in self.lump_sums if r.id == mode), None)

    def amendment(self, what: str, lump: str) -> AmendmentRule | None:
        """The rule for a change: one of its own lump-sum mode before a general one."""
        fitting = [r for r in self.amendments if r.what == what]
        own = [r for r in fitting if r.lump == lump]
        return next(iter(own or [r for r in fitting if r.lump == "any"]), None)
