"""What a house holds when a life begins: one task whose letters are out, nothing after.

Run as a program, beside the house and by its clock: ``python -m tests.journeys.funded KIND``.
"""

from __future__ import annotations

import os
import random
import sys

import django

import tests.journeys.clock  # noqa: F401 -- before any act imports it

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "opensti.project.settings")
django.setup()

from django.core.management import call_command  # noqa: E402
from django.utils.timezone import now  # noqa: E402

from opensti.console.demo import LENGTH, answer_gaps  # noqa: E402
from opensti.console.demo.cast import gather  # noqa: E402
from opensti.console.demo.days import begin, morning  # noqa: E402
from opensti.console.demo.story import Story  # noqa: E402
from opensti.console.demo.texts import invented  # noqa: E402
from opensti.domains.procedures.actions import load_regimes  # noqa: E402
from opensti.kernel.access import SYSTEM  # noqa: E402

if __name__ == "__main__":
    (kind,) = sys.argv[1:]
    begins = begin(now(), LENGTH["letters"], kind)
    before = morning(begins, 3)
    call_command("migrate", interactive=False, verbosity=0)
    load_regimes(actor=SYSTEM, at=before)
    answer_gaps(before)
    dice = random.Random(1)
    story = Story(
        cast=gather(at=before, tick=lambda: None),
        random=dice,
        now=begins,
        number=1,
        texts=(invented(dice, n) for n in range(100)),
        size=1,
        topics=1,
        tick=lambda: None,
        end=now(),
        kind=kind,
    )
    story.tell("decision")
    story.decide()
