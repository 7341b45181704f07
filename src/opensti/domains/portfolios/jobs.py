"""Work that a worker does for rounds: rank, choose what to fund, carry the letters."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.timezone import now

from opensti.domains.portfolios.actions import (
    compute_scenario,
    fail_scenario,
    mail_letter,
    rank_round,
)
from opensti.domains.portfolios.actions.computing import SOLVE_JOB, STEPS
from opensti.domains.portfolios.actions.ranking import RANK_JOB
from opensti.domains.portfolios.queries import unmailed_letters
from opensti.kernel.access import SYSTEM
from opensti.kernel.jobs.actions import enqueue
from opensti.kernel.jobs.registry import job
from opensti.kernel.jobs.work import Cancelled, Lost

if TYPE_CHECKING:
    from collections.abc import Mapping

    from opensti.domains.portfolios.events import MailAsked, RoundReleased
    from opensti.kernel.jobs.work import Work

TRIES = 2


@job(SOLVE_JOB, tries=TRIES)
def solve_scenario(work: Work) -> Mapping[str, Any]:
    """Freeze, choose, explain; what was kept before a stop is not done again."""
    scenario_id = int(work.payload["scenario"])

    def told(done: int, message: str) -> None:
        work.progress(done, total=STEPS, message=message)

    try:
        scenario = compute_scenario(
            actor=work.actor, scenario_id=scenario_id, at=now(), progress=told
        )
    except Lost:
        raise
    except Cancelled:
        fail_scenario(actor=work.actor, scenario_id=scenario_id, at=now())
        raise
    except Exception:
        if work.job.tries >= TRIES:
            fail_scenario(actor=work.actor, scenario_id=scenario_id, at=now())
        raise
    return {"scenario": scenario.number, "state": scenario.state}


@job(RANK_JOB)
def rank_dossiers(work: Work) -> Mapping[str, Any]:
    """Rank a round that was laid out; what was ranked before a stop is there already."""
    ranking = rank_round(
        actor=work.actor, round_id=int(work.payload["round"]), at=now()
    )
    return {"ranking": ranking.public_id}


@job("portfolios.mail_letters")
def mail_letters(work: Work) -> Mapping[str, Any]:
    """Mail each letter; those whose mail was confirmed before a stop are passed over."""
    letters = unmailed_letters(int(work.payload["round_id"]))
    failed = 0
    for done, letter_id in enumerate(letters, start=1):
        letter = mail_letter(letter_id=letter_id, at=now())
        failed += letter.mailed_at is None
        work.progress(done, total=len(letters))
    return {"mailed": len(letters) - failed, "failed": failed}


def mail_released(event: RoundReleased | MailAsked) -> None:
    """Ask for the mails, in the transaction of the act that wants them."""
    enqueue(
        "portfolios.mail_letters",
        actor=SYSTEM,
        at=now(),
        payload={"round_id": event.round_id},
        subject=f"portfolios.round:{event.round_id}",
        unique_key=f"portfolios.mail_letters:{event.round_id}",
    )
