"""What a contract still waits for before it can be liquidated; others may know more."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from opensti.domains.contracts.models import Contract
    from opensti.kernel.refusals import Text

    Waits = Callable[[Contract], Text]

_sources: list[Waits] = []


def liquidation_waits_for(source: Waits) -> None:
    """Let a higher domain hold a liquidation back: it says why, or nothing."""
    if source not in _sources:
        _sources.append(source)


def liquidation_waits(contract: Contract) -> list[Text]:
    """Why other domains say that the contract cannot be liquidated yet."""
    return [reason for source in _sources if (reason := source(contract))]
