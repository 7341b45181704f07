"""A person says what a likeness is, and why; above a probability two people say it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from opensti.domains.overlaps.choices import (
    LEAST,
    LENIENT,
    LIVING,
    Finding,
    VerdictState,
)
from opensti.domains.overlaps.events import VerdictStands
from opensti.domains.overlaps.models import Hit, Screening, Thresholds, Verdict
from opensti.domains.overlaps.queries import digest, subject_of, thresholds
from opensti.kernel.access import get_visible, require
from opensti.kernel.events import publish
from opensti.kernel.record.actions import record
from opensti.kernel.refusals import Invalid, Problem, Stale, StepNotAllowed

if TYPE_CHECKING:
    from datetime import datetime

    from opensti.kernel.access import Actor


@transaction.atomic
def give_verdict(
    *,
    actor: Actor,
    hit_id: int,
    finding: str,
    grounds: str,
    at: datetime,
    replaces: int | None = None,
) -> Verdict:
    """Say what a likeness is, with grounds; the evidence is frozen with it.

    Where the likeness is at least as probable as the threshold for two people, a
    verdict that lets the work go on waits for a second person. ``replaces`` is the
    verdict that the person saw and wants to change. Raises ``Invalid`` without grounds,
    ``Stale`` where somebody else judged meanwhile, ``StepNotAllowed`` where a newer
    screening replaced this one, or the likeness lies below the threshold, was not drawn
    by lot and has no verdict: nobody was shown it.
    """
    hit = _locked(actor, hit_id)
    require(actor, "overlaps.judge", hit)
    screening = hit.screening
    if not screening.current:
        raise StepNotAllowed(
            _("This work was compared anew since."),
            mend=_("Judge the newer comparison."),
        )
    _refuse(finding, grounds)
    document = screening.wording
    pair = Verdict.objects.filter(
        document=document, match_id=hit.document_id, state__in=LIVING
    )
    before = pair.first()
    if (before.pk if before else None) != replaces:
        raise _stale(before)
    rule = thresholds()
    if before is None and hit.probability < rule.listed and not hit.drawn:
        raise StepNotAllowed(
            _("This likeness lies below the threshold and was not drawn by lot."),
            mend=_("Judge those that the comparison lists."),
        )
    pair.update(state=VerdictState.REPLACED)
    second = finding in LENIENT and hit.probability >= rule.two_people
    try:
        verdict = Verdict.objects.create(
            hit=hit,
            document=document,
            match_id=hit.document_id,
            finding=finding,
            grounds=grounds.strip(),
            probability=hit.probability,
            evidence_sha256=digest(hit.evidence),
            state=VerdictState.PROPOSED if second else VerdictState.STANDING,
            given_by_id=actor.account_id,
            given_at=at,
        )
    except IntegrityError as error:
        raise _stale(None) from error
    entry = record(
        actor=actor,
        act="overlaps.judge",
        subject=subject_of(screening),
        at=at,
        detail={
            "work": screening.subject,
            "with": hit.document.subject,
            "finding": finding,
            "probability": f"{hit.probability:.6f}",
            "evidence": verdict.evidence_sha256,
            "second_person_needed": second,
            "replaces": replaces,
        },
        secret={"grounds": verdict.grounds},
    )
    verdict.entry_position = entry.position
    verdict.save(update_fields=["entry_position"])
    _hold(verdict, verdict)
    if not second:
        _tell(verdict, at)
    return verdict


@transaction.atomic
def confirm_verdict(
    *, actor: Actor, verdict_id: int, confirmed: bool, note: str, at: datetime
) -> Verdict:
    """Confirm another's verdict, or give it back with a note for a new one.

    Raises ``AccessDenied`` for whoever gave it, ``StepNotAllowed`` where it waits for
    nobody (any more), ``Invalid`` where it is given back without a word why.
    """
    seen = get_visible(
        actor, Verdict.objects.select_related("hit__screening"), pk=verdict_id
    )
    _hold_still(seen.hit.screening)
    verdict = get_visible(
        actor,
        Verdict.objects.select_for_update(of=("self",)).select_related(
            "hit__screening", "hit__document"
        ),
        pk=verdict_id,
    )
    require(actor, "overlaps.confirm", verdict)
    get_visible(actor, type(verdict.match).objects.all(), pk=verdict.match_id)
    if verdict.state != VerdictState.PROPOSED:
        raise StepNotAllowed(_("This verdict waits for nobody any more."))
    if not confirmed and not note.strip():
        raise Invalid(
            [Problem(field="note", message=_("Say why you do not confirm it."))]
        )
    verdict.state = VerdictState.STANDING if confirmed else VerdictState.RETURNED
    verdict.second_by_id, verdict.second_at = actor.account_id, at
    verdict.second_note = note.strip()
    verdict.save()
    record(
        actor=actor,
        act="overlaps.confirm" if confirmed else "overlaps.return",
        subject=subject_of(verdict.hit.screening),
        at=at,
        detail={
            "work": verdict.hit.screening.subject,
            "with": verdict.hit.document.subject,
            "finding": verdict.finding,
            "evidence": verdict.evidence_sha256,
        },
        secret={"note": verdict.second_note},
    )
    if confirmed:
        _tell(verdict, at)
    else:
        _hold(verdict, None)
    return verdict


@transaction.atomic
def set_thresholds(
    *, actor: Actor, listed: float, two_people: float, reason: str, at: datetime
) -> Thresholds:
    """Say from which probability on officers look, and two people judge.

    Raises ``Invalid`` unless ``LEAST <= listed <= two_people <= 1``, with a reason:
    what is less probable than ``LEAST`` is not kept.
    """
    require(actor, "overlaps.set_thresholds")
    problems = []
    if not LEAST <= listed <= two_people <= 1:
        problems.append(
            Problem(
                field="two_people",
                message=_("The thresholds must lie between 0.05 and 1, in this order."),
                mend=_("Enter for example 0.50 and 0.90."),
            )
        )
    if not reason.strip():
        problems.append(Problem(field="reason", message=_("Please give the reason.")))
    if problems:
        raise Invalid(problems)
    row = Thresholds.objects.create(
        listed=listed,
        two_people=two_people,
        reason=reason.strip(),
        set_by_id=actor.account_id,
        set_at=at,
    )
    record(
        actor=actor,
        act="overlaps.set_thresholds",
        subject=f"overlaps.thresholds:{row.pk}",
        at=at,
        detail={"listed": f"{listed:.4f}", "two_people": f"{two_people:.4f}"},
        secret={"reason": row.reason},
    )
    return row


def _hold_still(screening: Screening) -> None:
    """Let no comparison of a work end meanwhile: its hits take over what was said."""
    list(
        Screening.objects.select_for_update()
        .filter(kind=screening.kind, object_id=screening.object_id, current=True)
        .values_list("pk", flat=True)
    )


def _locked(actor: Actor, hit_id: int) -> Hit:
    hit = get_visible(actor, Hit.objects.select_related("screening"), pk=hit_id)
    _hold_still(hit.screening)
    return get_visible(
        actor,
        Hit.objects.select_for_update(of=("self",)).select_related(
            "screening__document", "document"
        ),
        pk=hit_id,
    )


def _refuse(finding: str, grounds: str) -> None:
    problems = []
    if finding not in Finding.values:
        problems.append(
            Problem(
                field="finding",
                message=_("Say what the likeness is."),
                mend=_("Choose one of the four verdicts."),
            )
        )
    if not grounds.strip():
        problems.append(
            Problem(
                field="grounds",
                message=_("A verdict needs its grounds."),
                mend=_("Say which passages or facts decide it."),
            )
        )
    if problems:
        raise Invalid(problems)


def _stale(before: Verdict | None) -> Stale:
    if before is None:
        return Stale(
            _("Somebody else judged this likeness meanwhile."),
            mend=_("Reload the page, and look at the verdict there."),
        )
    return Stale(
        _("%(who)s judged this likeness meanwhile: %(finding)s.")
        % {
            "who": before.given_by.full_name,
            "finding": Finding(before.finding).label,
        },
        mend=_("Reload the page; you can replace that verdict with yours."),
    )


def _hold(verdict: Verdict, holds: Verdict | None) -> None:
    """Write on every hit of these two wordings what holds of them now."""
    Hit.objects.filter(
        screening__document_id=verdict.document_id, document_id=verdict.match_id
    ).update(verdict=holds)


def _tell(verdict: Verdict, at: datetime) -> None:
    screening = verdict.hit.screening
    publish(
        VerdictStands(
            verdict_id=verdict.pk,
            kind=screening.kind,
            object_id=screening.object_id,
            finding=verdict.finding,
            at=at,
        )
    )
