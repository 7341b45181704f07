"""Whole lives of tasks, from the order to the uptake, walked by keys alone."""

from __future__ import annotations

import random
from datetime import UTC, datetime
from itertools import count

import pytest
from django.test import Client

from opensti.console.demo import LENGTH, LIFE_MONTHS
from opensti.console.demo.cast import DOMAIN, gather
from opensti.console.demo.days import begin, morning
from opensti.console.demo.texts import invented
from opensti.domains.contracts.models import Contract
from opensti.domains.procedures.actions import load_regimes
from opensti.kernel.access import SYSTEM
from opensti.kernel.record.queries import check_log
from tests.lives.expected import TOLD
from tests.lives.papers import fetched
from tests.lives.programs import ByPrograms, Clock
from tests.lives.told import whole

pytestmark = pytest.mark.django_db
# Which kind of task each regime governs, and the day its life is told to the end.
LIVES = {
    "moit_2014": ("ministry_task", datetime(2024, 6, 1, tzinfo=UTC)),
    "national_2013": ("national_task", datetime(2025, 9, 30, tzinfo=UTC)),
    "moit_2026": ("ministry_task", datetime(2031, 12, 20, tzinfo=UTC)),
    "nd268_2025": ("innovation_task", datetime(2031, 6, 1, tzinfo=UTC)),
}
WHOLE_SETTLED = {"moit_2014", "national_2013", "moit_2026"}
PAPERS = {
    "order-list",
    "call",
    "dossier",
    "council-selection-minutes",
    "decision",
    "letter",
    "contract-vi",
    "contract-en",
    "annex-vi",
    "annex-en",
    "amendment-decision",
    "check",
    "payment",
    "claim-vi",
    "claim-en",
    "liquidation-vi",
    "liquidation-en",
    "recognition",
    "registration",
    "stocktake",
    "payout",
}


class Dice(random.Random):
    """Every dossier asks for the same money: which of two wins hangs on their chance codes."""

    def randrange(self, *_limits: int) -> int:
        return 18


@pytest.fixture
def clock(monkeypatch) -> Clock:
    told = Clock(now=datetime(2020, 1, 1, tzinfo=UTC))
    for module in ("django.utils.timezone", "opensti.api.acts"):
        monkeypatch.setattr(f"{module}.now", lambda: told.now)
    return told


def lived(regime: str, clock: Clock) -> ByPrograms:
    kind, end = LIVES[regime]
    begins = begin(end, LENGTH["used"], kind)
    clock.now = morning(begins, 3)
    load_regimes(actor=SYSTEM, at=clock.now)
    dice = Dice(7)
    story = ByPrograms(
        cast=gather(at=clock.now, tick=lambda: None),
        random=dice,
        now=begins,
        number=1,
        texts=(invented(dice, n) for n in count()),
        size=2,
        tick=lambda: None,
        end=end,
        kind=kind,
        topics=1,
        months=LIFE_MONTHS,
        clock=clock,
    )
    story.tell("used")
    return story


@pytest.mark.parametrize("regime", LIVES)
def test_a_task_is_led_from_its_order_to_its_uptake_by_keys_alone(regime, clock):
    story = lived(regime, clock)
    contract = Contract.objects.select_related("case", "acceptance__case").get(
        case__state="liquidated"
    )
    assert contract.case.regime_code == regime
    told = whole(contract)
    assert told == TOLD[regime]
    assert sum(told["books"].values()) == 0
    assert check_log() == []
    clock.now = story.now
    papers = fetched(Client(), contract, f"officer@{DOMAIN}")
    assert set(papers) >= PAPERS | (
        {"settlement"} if regime in WHOLE_SETTLED else set()
    )
    assert min(papers.values()) > 0
