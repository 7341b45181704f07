"""Work out the figures of a large register anew, beside the readers.

They are derived: nothing of it is recorded.
"""

from __future__ import annotations

from datetime import timedelta
from time import perf_counter
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.timezone import localdate, now

from opensti.domains.publications.models import Figures
from opensti.domains.publications.queries.edition import edition
from opensti.domains.publications.queries.figures import CLOSING, FUNDS, SMALL
from opensti.domains.publications.queries.funded_rows import funded_now
from opensti.domains.publications.queries.funds import funds_of, written
from opensti.domains.publications.queries.policies import (
    asking_once,
    forget_policy,
    policy_in_force,
)
from opensti.domains.publications.queries.stages import all_stages, written_stages
from opensti.domains.publications.queries.timeliness import (
    openness_now,
    written_openness,
)
from opensti.domains.publications.queries.totals import statistics, written_statistics
from opensti.kernel.access import SYSTEM
from opensti.kernel.jobs.actions import enqueue
from opensti.kernel.record.queries import any_act_since, log_size

if TYPE_CHECKING:
    from datetime import datetime

FIGURES_JOB = "publications.make_figures"
# At most a tenth of a worker's time goes into figures, however often something is done.
REST = 10


def ask_figures(*, at: datetime) -> bool:
    """Have figures worked out that are not of the register as it stands; says if it was asked.

    Not again before ``REST`` times what they took last, but at once under another policy or where
    something in them was given a class of secrecy.
    """
    acts = log_size()
    if acts <= SMALL:
        return False
    last = Figures.objects.filter(name=FUNDS).defer("content").first()
    told = (
        last is not None
        and last.policy == policy_in_force(localdate(at))[0].digest
        and not any_act_since(last.acts, CLOSING)
    )
    if last is not None and told:
        same = last.acts == acts and localdate(last.made_at) == localdate(at)
        if same or at - last.made_at < timedelta(seconds=REST * last.seconds):
            return False
    enqueue(FIGURES_JOB, actor=SYSTEM, at=at, unique_key=FIGURES_JOB)
    return True


def make_figures(*, at: datetime) -> bool:
    """Work them all out of one state of the register and keep them; about 30 queries.

    Nothing is kept, and False returned, while the register is small, or where another policy
    came into force meanwhile: then they are asked for anew.
    """
    begun, today = perf_counter(), localdate(at)
    with transaction.atomic(), asking_once():
        of = edition()
        if of.acts <= SMALL:
            Figures.objects.all().delete()
            return False
        parts = {
            FUNDS: written(funds_of(funded_now(today))),
            "stages": written_stages(all_stages(today)),
            "openness": written_openness(openness_now()),
            "statistics": written_statistics(statistics()),
        }
    seconds = perf_counter() - begun
    forget_policy()
    with transaction.atomic():
        if policy_in_force(localdate(now()))[0].digest != of.policy:
            return False
        Figures.objects.all().delete()
        Figures.objects.bulk_create(
            Figures(
                name=name,
                content=content,
                acts=of.acts,
                at=of.at,
                opened=of.opened,
                policy=of.policy,
                day=of.day,
                made_at=at,
                seconds=seconds,
            )
            for name, content in parts.items()
        )
    return True
