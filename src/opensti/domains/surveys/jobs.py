"""Work that a worker does for surveys: letters, cleaning, analysis."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.timezone import now

from opensti.domains.surveys.actions import analyse_wave, clean_wave, mail_link
from opensti.domains.surveys.actions.inviting import MAIL_JOB, unmailed
from opensti.domains.surveys.actions.steps import WORK_JOB
from opensti.domains.surveys.choices import Step
from opensti.kernel.jobs.registry import job

if TYPE_CHECKING:
    from collections.abc import Mapping

    from opensti.kernel.jobs.work import Work


@job(MAIL_JOB)
def mail_links(work: Work) -> Mapping[str, Any]:
    """Send each letter that is wanted; what went out before a stop is passed over."""
    people = unmailed(int(work.payload["wave"]))
    failed = 0
    for done, respondent_id in enumerate(people, start=1):
        failed += not mail_link(respondent_id=respondent_id, at=now())
        work.progress(done, total=len(people))
    return {"mailed": len(people) - failed, "failed": failed}


@job(WORK_JOB, tries=1)
def work_on_wave(work: Work) -> Mapping[str, Any]:
    """Clean or analyse a wave for the one who asked, with today's rights."""
    wave_id = int(work.payload["wave"])
    if work.payload["act"] == Step.CLEAN:
        row = clean_wave(actor=work.actor, wave_id=wave_id, at=now())
        return {"kept": (row.cleaned or {})["kept"]}
    made = analyse_wave(actor=work.actor, wave_id=wave_id, at=now())
    return {"sha256": made.sha256}
