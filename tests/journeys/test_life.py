"""The whole life of a task after the decision, by clicking, under each procedure."""

from __future__ import annotations

import os
from datetime import datetime

import pytest
from django.db import connection

from tests.journeys import accepting, contracting, running, using
from tests.journeys.house import HANOI
from tests.journeys.life import Life
from tests.journeys.people import DESKTOP, PHONE

BEGIN = (*contracting.CHAPTERS, *running.CHAPTERS)
# What is registered is the office's to correct: the host describes its results before.
ENTERED = (accepting.completion, using.results)
RECOGNISED = (*ENTERED, accepting.recognition, accepting.certificate)
KEPT = (using.asset, using.right, using.licence, using.offer)
PAID = (using.last_payment, using.settlement, using.liquidation)
AFTER = (using.uptake, using.public)
LIVES = {
    "moit_2026": (*BEGIN, *accepting.COUNCILS, *RECOGNISED, *KEPT, *PAID, *AFTER),
    # What was extended may not be reworked: here other things are amended.
    "moit_2014": (*BEGIN, *accepting.COUNCILS, *RECOGNISED, *KEPT, *PAID, *AFTER),
    # Nothing is recognised before its certificate is there.
    "national_2013": (
        *(*BEGIN, *accepting.COUNCILS),
        *(*ENTERED, accepting.certificate, accepting.recognition),
        *(*KEPT, *PAID, *AFTER),
    ),
    # The office judges each item on its evidence: no host's council, no ministry's, no
    # advance, and so nothing to clear or to settle as a whole.
    "nd268_2025": (
        *(*BEGIN, *accepting.OFFICE, *RECOGNISED, *KEPT),
        *(using.last_payment, using.recovery, using.liquidation, *AFTER),
    ),
}
EVERY = "OPENSTI_JOURNEYS"
# When the letter is out, of which kind the task is, who reads what on which screen.
RUNS = {
    "moit_2026": (None, "ministry_task", "vi", DESKTOP),
    "moit_2014": ("2024-06-03", "ministry_task", "en", PHONE),
    "national_2013": ("2024-06-03", "national_task", "vi", PHONE),
    "nd268_2025": ("2026-03-02", "innovation_task", "en", DESKTOP),
}
# A life takes minutes: the runs on both databases together live the ministry's two, each
# in the language and size that its database does not show on the way to the decision.
USUAL = {"sqlite": "moit_2014", "postgresql": "moit_2026"}


@pytest.mark.parametrize("regime", RUNS)
def test_a_funded_task_comes_to_use(own_house, guests, tmp_path, regime):
    if regime != USUAL[connection.vendor] and os.environ.get(EVERY) != "all":
        pytest.skip(f"lived with {EVERY}=all")
    day, kind, language, size = RUNS[regime]
    opens = (
        datetime.fromisoformat(f"{day}T09:00").replace(tzinfo=HANOI) if day else None
    )
    house = own_house("tests.journeys.funded", kind, opens=opens)
    life = Life(
        regime=regime,
        language=language,
        size=size,
        house=house,
        place=tmp_path,
        somebody=guests(house),
    )
    for chapter in LIVES[regime]:
        chapter(life)
