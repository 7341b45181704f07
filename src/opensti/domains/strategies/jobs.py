"""Work that a worker does for strategies: answer, analyse, remind, tell."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.timezone import now

from opensti.domains.strategies.actions import (
    analyse_version,
    mail_notice,
    remind_agencies,
)
from opensti.domains.strategies.actions.accounts import (
    ACCOUNT_JOB,
    compute_account,
    fail_account,
)
from opensti.domains.strategies.actions.notices import people_told
from opensti.domains.strategies.choices import NoticeKind
from opensti.domains.strategies.queries.account_words import fault_words
from opensti.domains.strategies.queries.indices import ANALYSE_JOB
from opensti.kernel.access import SYSTEM
from opensti.kernel.jobs.actions import enqueue
from opensti.kernel.jobs.registry import every, job
from opensti.kernel.jobs.work import Cancelled, Lost

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from opensti.domains.strategies.events import (
        CommentAnswered,
        DecisionHeld,
        PlanIssued,
        PlanOpened,
        ValueReturned,
    )
    from opensti.kernel.jobs.work import Work

NOTICE_JOB = "strategies.mail_notice"
TRIES = 2
DAILY = 24 * 3600


@job(ANALYSE_JOB, tries=2)
def analyse_index(work: Work) -> Mapping[str, Any]:
    """Rank intervals and sensitivity of a version; repeats harmlessly."""

    def told(done: int, message: str) -> None:
        work.progress(done, total=100, message=message)

    version = analyse_version(
        actor=work.actor,
        version_id=int(work.payload["version"]),
        runs=int(work.payload["runs"]),
        seed=int(work.payload["seed"]),
        at=now(),
        progress=told,
    )
    return {"version": version.public_id}


@every(seconds=DAILY, name="strategies.remind_agencies", atomic=False)
def remind(at: datetime) -> None:
    """Remind whose report is asked for or late; a second run on a day adds none."""
    remind_agencies(at=at)


class NotMailed(Exception):  # noqa: N818 -- reads as what happened
    """Some mails were not taken; the job tries those again. Names no address."""


@job(NOTICE_JOB)
def mail_notices(work: Work) -> Mapping[str, Any]:
    """Mail one notice to everybody it is for, nobody twice.

    Whoever is written to is noted before the mail goes out, and no more if it was not
    taken: a worker that dies in between leaves one person to what stands on his pages.
    """
    kind, thing = str(work.payload["kind"]), int(work.payload["thing"])
    noted: list[int] = list(work.checkpoint.get("noted", []))
    mailed = failed = 0
    for user_id in people_told(kind=kind, thing_id=thing, at=now()):
        if user_id in noted:
            continue
        work.progress(len(noted), checkpoint={"noted": [*noted, user_id]})
        try:
            mailed += mail_notice(kind=kind, thing_id=thing, user_id=user_id, at=now())
        except (OSError, ValueError):
            failed += 1
            work.progress(len(noted), checkpoint={"noted": noted})
        else:
            noted.append(user_id)
    if failed:
        raise NotMailed(failed) from None
    return {"mailed": mailed}


def tell_decided(event: DecisionHeld) -> None:
    """Whoever carries a decision of a held stocktake out learns of it."""
    _tell(NoticeKind.DECIDED, event.decision_id, event.at)


def tell_returned(event: ValueReturned) -> None:
    """Whoever entered a value learns why it was sent back."""
    _tell(NoticeKind.RETURNED, event.observation_id, event.at)


def tell_opened(event: PlanOpened) -> None:
    """Agencies named in a plan learn until when they may comment on it."""
    _tell(NoticeKind.OPENED, event.plan_id, event.at)


def tell_issued(event: PlanIssued) -> None:
    """Agencies named in a plan learn that an act issued or amended it."""
    _tell(NoticeKind.ISSUED, event.edition_id, event.at)


def tell_answered(event: CommentAnswered) -> None:
    """Whoever commented learns what the office answered."""
    _tell(NoticeKind.ANSWERED, event.comment_id, event.at)


def _tell(kind: NoticeKind, thing_id: int, at: datetime) -> None:
    """Ask for the mails, in the transaction of the act; for nobody, no job."""
    if people_told(kind=kind, thing_id=thing_id, at=at):
        enqueue(
            NOTICE_JOB,
            actor=SYSTEM,
            at=at,
            payload={"kind": kind, "thing": thing_id},
            subject=f"strategies.notice:{kind}:{thing_id}",
            unique_key=f"{NOTICE_JOB}:{kind}:{thing_id}",
        )


@job(ACCOUNT_JOB, tries=TRIES)
def answer_account(work: Work) -> Mapping[str, Any]:
    """Compute; a run that has its answer before a stop keeps it."""
    # The methods take a second to load, and only this job needs them.
    from sti_methods.productivity import Faulty  # noqa: PLC0415

    run_id = int(work.payload["run"])

    def failed(why: str) -> None:
        fail_account(actor=work.actor, run_id=run_id, at=now(), why=why)

    try:
        run = compute_account(actor=work.actor, run_id=run_id, at=now())
    except Lost:
        raise
    except Cancelled:
        failed("cancelled")
        raise
    except Faulty as found:  # the same question has no answer the second time either
        failed(fault_words(found.code, found.values))
        return {"run": run_id, "state": "failed"}
    except Exception as error:
        if work.job.tries >= TRIES:
            failed(type(error).__name__)
        raise
    return {"run": run.public_id, "state": run.state}
