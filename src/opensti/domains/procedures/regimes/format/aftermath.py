"""What becomes of the work: acceptance, registration, assets, ownership, benefit, uptake."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Literal

from opensti.domains.procedures.regimes.format.facts import Fact, Labelled
from opensti.domains.procedures.regimes.format.tables import Period


@dataclass(frozen=True, kw_only=True)
class AcceptanceRule(Fact):
    """How finished work is judged.

    ``council`` is the id of the rule of the ministry's own council, ``rating`` that of its
    scale. Shares are of what was ordered: a member who passes a task needs ``quantity_ok``
    of the quantity criteria met and the rest at least at ``quantity_least`` of the order.
    """

    council: str
    rating: str
    base_level: bool = True
    rework_times: int = 0
    rework_within: Period | None = None
    rework_only_if_never_extended: bool = False
    quantity_ok: Fraction = Fraction(1)
    quantity_least: Fraction = Fraction(1)
    fails_late: Period | None = None
    independent_experts: int = 0
    independent_when: tuple[
        Literal["not_unanimous", "rules_broken", "complaint"], ...
    ] = ()


@dataclass(frozen=True, kw_only=True)
class RegistrationRule(Fact):
    """Within which time a result is registered, and which step waits for the certificate."""

    within: Period | None = None
    before: Literal["recognition", "liquidation", "nothing"] = "nothing"
    system_vi: str
    system_en: str


@dataclass(frozen=True, kw_only=True)
class AssetStep(Labelled, Fact):
    """One step in handling an asset, with its time and who owes it."""

    id: str
    n: Period | None = None
    starts_on: Literal[
        "task_ended",
        "result_accepted",
        "plan_received",
        "full_file",
        "decision",
        "declined",
        "first_notice",
    ]
    by: Literal["host", "officer", "leader"]


@dataclass(frozen=True, kw_only=True)
class OwnershipRule(Labelled, Fact):
    """Who owns what was formed in a half-open period of days, and how it is handled.

    ``state``: the State owns it until a decision hands it over; ``host``: the host owns it
    (a public host manages and uses it) from the day it is formed.
    """

    id: str
    owner: Literal["state", "host"]
    formed_from: date | None = None
    formed_until: date | None = None
    forms: tuple[
        Literal[
            "assign",
            "sell_to_host",
            "use_right",
            "transfer",
            "sell",
            "liquidate",
            "destroy",
            "keep",
        ],
        ...,
    ]
    equipment_steps: tuple[AssetStep, ...] = ()
    result_steps: tuple[AssetStep, ...] = ()
    opinion_above: int | None = None
    free_below_state_share: Fraction | None = None

    def covers(self, day: date) -> bool:
        return (self.formed_from is None or self.formed_from <= day) and (
            self.formed_until is None or day < self.formed_until
        )


@dataclass(frozen=True, kw_only=True)
class BenefitShare(Labelled, Fact):
    """A share of what a result earns: a number with its comparison sign and its base.

    ``unless_agreed``: the law says it only where the parties agreed nothing else.
    """

    id: str
    who: Literal["authors", "broker", "state", "research", "welfare"]
    test: Literal["at_least", "at_most", "equal"]
    share: Fraction
    base: Literal["after_tax_profit", "state_part_of_profit", "rest"]
    owned_by: Literal["any", "owner", "user"] = "any"
    unless_agreed: bool = False
    formed_from: date | None = None
    formed_until: date | None = None

    def covers(self, day: date) -> bool:
        return (self.formed_from is None or self.formed_from <= day) and (
            self.formed_until is None or day < self.formed_until
        )


@dataclass(frozen=True, kw_only=True)
class UptakeRule(Fact):
    """For how many years after closure the host is asked what became of the result."""

    years: int
    month_day: str = "03-31"


@dataclass(frozen=True, kw_only=True)
class AftermathRules:
    """All that governs the result of a task."""

    acceptance: AcceptanceRule
    registration: RegistrationRule
    ownership: tuple[OwnershipRule, ...]
    benefits: tuple[BenefitShare, ...]
    uptake: UptakeRule
