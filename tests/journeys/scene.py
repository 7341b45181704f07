"""What the house holds before anybody comes: a council that still votes, an open call, a tie.

Run as a program, beside the house: ``python -m tests.journeys.scene``.
"""

from __future__ import annotations

import os
import random

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "opensti.project.settings")
django.setup()

from django.core.management import call_command  # noqa: E402
from django.utils.timezone import now, timedelta  # noqa: E402

from opensti.console.demo.cast import gather  # noqa: E402
from opensti.console.demo.expertise import know  # noqa: E402
from opensti.console.demo.story import Story  # noqa: E402
from opensti.console.demo.texts import invented  # noqa: E402
from opensti.domains.procedures.actions import load_regimes  # noqa: E402
from opensti.domains.registry.actions import declare_relation  # noqa: E402
from opensti.domains.registry.choices import RelationKind  # noqa: E402
from opensti.kernel.access import SYSTEM  # noqa: E402


def days_ago(days):
    return (now() - timedelta(days=days)).replace(hour=1, minute=0, second=0)


if __name__ == "__main__":
    call_command("migrate", interactive=False, verbosity=0)
    load_regimes(actor=SYSTEM, at=days_ago(78))
    cast = gather(at=days_ago(78), tick=lambda: None)
    dice = random.Random(1)
    texts = (invented(dice, n) for n in range(100))
    know(cast, at=days_ago(78))
    for number, (stage, length) in enumerate((("review", 75), ("call", 20)), start=1):
        Story(
            cast=cast,
            random=dice,
            now=days_ago(length),
            number=number,
            texts=texts,
            size=1,
            tick=lambda: None,
            end=now(),
            kind="ministry_task",
        ).tell(stage)
    declare_relation(
        actor=cast.actor("officer"),
        person_id=cast.experts[10].pk,
        other_id=cast.leaders["NARIME"].pk,
        kind=RelationKind.SIBLING,
        source="Kê khai của chuyên gia",
        at=now(),
    )
