"""What happens to contracts that higher domains may want to know."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date, datetime

    from opensti.kernel.access import Actor


@dataclass(frozen=True, kw_only=True)
class ContractSigned:
    """Both sides signed; the contract is in force from ``on``."""

    contract_id: int
    on: date
    actor: Actor
    at: datetime


@dataclass(frozen=True, kw_only=True)
class TermsChanged:
    """New terms are in force (an amendment); their end may be another day."""

    contract_id: int
    terms_id: int
    actor: Actor
    at: datetime


@dataclass(frozen=True, kw_only=True)
class ContractEnded:
    """The contract was ended early: what awaited acceptance no longer does."""

    contract_id: int
    reason: str
    actor: Actor
    at: datetime
