"""A wave from step to step: frozen, answered, cleaned, analysed, published once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _
from sti_methods.composite import Unfit
from sti_methods.survey import analyse, clean

from opensti.domains.surveys.actions.inviting import ask_for_mails
from opensti.domains.surveys.actions.locking import STATE, locked, tell
from opensti.domains.surveys.choices import Consent, State, Step
from opensti.domains.surveys.lifecycle import HAS_RESULT, STEPS, WORKED
from opensti.domains.surveys.models import Declined, Outcome, Respondent, Wave
from opensti.domains.surveys.queries.asking import instrument_of
from opensti.domains.surveys.queries.results import needs_in
from opensti.domains.surveys.queries.rows import (
    frame_of,
    given_in,
    pilot_report,
    prices_of,
    settings_of,
)
from opensti.domains.surveys.questionnaires import frame_table
from opensti.domains.surveys.questionnaires.telling import (
    plain,
    public_tables,
    sha,
    summary_of,
    versions,
)
from opensti.kernel.access import get_visible, require
from opensti.kernel.checks import in_state, keep, problem
from opensti.kernel.jobs.actions import enqueue
from opensti.kernel.refusals import NotFound, StepNotAllowed

if TYPE_CHECKING:
    from datetime import datetime

    from opensti.kernel.access import Actor
    from opensti.kernel.jobs.models import Job

WORK_JOB = "surveys.work"


@transaction.atomic
def step(
    *,
    actor: Actor,
    wave_id: int,
    act: str,
    at: datetime,
    version: int | None = None,
    words: str = "",
) -> Wave:
    """Bring a wave to its next state; what a worker does is asked for by ``ask_for``.

    ``words``: why a questionnaire is frozen whose pilot did not pass. Publishing is done once
    and never taken back. Raises ``StepNotAllowed``, ``Stale``, ``Invalid``.
    """
    if act not in Step.values or act in WORKED:
        raise problem("act", _("There is no such step."))
    froms, to = STEPS[Step(act)]
    row = locked(actor, wave_id, froms, version=version)
    detail: dict[str, Any] = {"step": act}
    match act:
        case Step.PILOT:
            _has_strata(row)
        case Step.FREEZE:
            row.pilot = pilot_report(row)
            if not row.pilot["passed"] and not words.strip():
                raise problem(
                    "words",
                    _("The pilot did not pass: fewer than 30 organisations, or a scale that is not reliable."),
                    _("Go on asking, or say in a sentence why it is frozen all the same."),
                )  # fmt: skip
            row.pilot_reason = "" if row.pilot["passed"] else words.strip()[:2000]
            detail["passed"] = row.pilot["passed"]
        case Step.OPEN:
            _has_strata(row)
            if not row.units.filter(pilot=False, withdrawn_at=None).exists():
                raise StepNotAllowed(
                    _("Nobody is invited yet."),
                    mend=_("Enter the list of organisations to be asked."),
                )
        case Step.CLOSE:
            row.closed_at = at
        case Step.PUBLISH:
            row.published_at = at
            detail["sha256"] = Outcome.objects.get(wave=row).sha256
            people = Respondent.objects.filter(unit__wave=row)
            told = people.filter(unit__pilot=False, consent=Consent.GIVEN)
            # Whom nothing is written to any more needs no address here.
            people.exclude(pk__in=told.order_by().values("pk")).update(email="")
            told.update(wanted=F("letters") + 1)
    row.state = to
    keep(row, "state", "pilot", "pilot_reason", "closed_at", "published_at")
    tell(actor, "surveys.step", row, at, detail=detail)
    if act in {Step.PILOT, Step.OPEN, Step.PUBLISH}:
        ask_for_mails(row, at)
    return row


def _has_strata(row: Wave) -> None:
    if not row.strata.exists():
        raise StepNotAllowed(
            _("The strata are missing."),
            mend=_("Enter how many organisations there are."),
        )


@transaction.atomic
def ask_for(*, actor: Actor, wave_id: int, act: str, at: datetime) -> Job:
    """Let a worker clean or analyse; a double click asks once."""
    if act not in WORKED:
        raise problem("act", _("There is no such step."))
    row = locked(actor, wave_id, STEPS[Step(act)][0])
    return enqueue(
        WORK_JOB,
        actor=actor,
        at=at,
        payload={"wave": row.pk, "act": act},
        subject=row.subject,
        unique_key=f"{WORK_JOB}:{row.pk}",
    )


def clean_wave(*, actor: Actor, wave_id: int, at: datetime) -> Wave:
    """Say which answers are kept and freeze the digest of all; nobody reads one of them.

    ``cleaned``: answers, kept, excluded by reason, median minutes, sha256. Raises
    ``StepNotAllowed`` where nothing is left.
    """
    row, given, table = _read(actor, wave_id, Step.CLEAN)
    if not len(given.responses.organisation):
        raise StepNotAllowed(_("Nobody has answered."))
    found = clean(given.responses, rules=settings_of(row).cleaning)
    if not found.kept.any():
        raise StepNotAllowed(
            _("No answer is left after cleaning."),
            mend=_("A new wave may have other rules of cleaning."),
        )
    told = {
        "answers": len(found.reasons),
        "kept": int(found.kept.sum()),
        "excluded": found.count(),
        "median_minutes": found.median,
        "sha256": sha(table),
    }
    with transaction.atomic():
        row = locked(actor, wave_id, STEPS[Step.CLEAN][0])
        row.cleaned, row.state = told, State.CLEANED
        keep(row, "cleaned", "state")
        tell(actor, "surveys.clean_wave", row, at, detail={"sha256": told["sha256"]})
    return row


def analyse_wave(*, actor: Actor, wave_id: int, at: datetime) -> Outcome:
    """Work out what may be told, by the function of the command, and freeze it.

    No lock is held while it is worked out. Raises ``StepNotAllowed`` where the answers are not
    those that were cleaned.
    """
    row, given, table = _read(actor, wave_id, Step.ANALYSE)
    if sha(table) != (row.cleaned or {}).get("sha256"):
        raise StepNotAllowed(
            _("Answers came in while they were being cleaned."),
            mend=_("Clean them again, then analyse."),
        )
    asked = instrument_of(row)
    chosen = settings_of(row)
    try:
        told = analyse(
            given,
            rules=asked.rules.rules,
            programmes=asked.rules.programmes,
            prices=prices_of(row),
            settings=chosen,
        )
    except Unfit as refusal:
        raise StepNotAllowed(
            _("The answers cannot be analysed: %(why)s.") % {"why": refusal.kind}
        ) from None
    public = public_tables(told, rules=asked.rules, currency=row.currency)
    summary = summary_of(told) | {
        "seed": chosen.seed,
        "runs": chosen.runs,
        "stage": chosen.gates.stage,
        "versions": versions(),
        "inputs": {
            "responses": sha(table),
            "framework": row.framework,
            "questionnaire": row.questionnaire,
            "rules": row.rules,
            "frame": sha(frame_table(frame_of(row))),
        },
        "files": {name: sha(data) for name, data in public.items()},
    }
    with transaction.atomic():
        row = locked(actor, wave_id, STEPS[Step.ANALYSE][0])
        made = Outcome.objects.create(
            wave=row,
            public={name: data.decode() for name, data in public.items()},
            summary=plain(summary),
            sha256=sha("".join(f"{sha(d)}  {n}\n" for n, d in sorted(public.items())).encode()),
            analysed_at=at,
        )  # fmt: skip
        row.state = State.ANALYSED
        keep(row, "state")
        tell(actor, "surveys.analyse_wave", row, at, detail={"sha256": made.sha256})
    return made


def _read(actor: Actor, wave_id: int, act: Step) -> tuple[Wave, Any, bytes]:
    row = get_visible(actor, Wave.objects.all(), pk=wave_id)
    require(actor, "surveys.run", row)
    in_state(STATE, row.state, STEPS[act][0], row.get_state_display())
    given, table = given_in(row)
    return row, given, table


@transaction.atomic
def decline(
    *,
    actor: Actor,
    wave_id: int,
    economy: str,
    programme: str,
    reason: str,
    at: datetime,
) -> Declined:
    """Say that a recommended programme will not be followed in an economy, and why.

    The words stand beside the recommendation wherever it is told; said again, they replace
    the earlier ones. Raises ``NotFound`` for what is not recommended.
    """
    row = locked(actor, wave_id, HAS_RESULT)
    told = Outcome.objects.get(wave=row)
    if (economy, programme) not in {(n["economy"], n["programme"]) for n in needs_in(told)}:  # fmt: skip
        raise NotFound
    if not reason.strip():
        raise problem("reason", _("Say in a sentence why."))
    made, _new = Declined.objects.update_or_create(
        wave=row,
        economy=economy,
        programme=programme,
        defaults={
            "reason": reason.strip()[:1000],
            "declined_by_id": actor.user_id,
            "declined_at": at,
        },
    )
    tell(
        actor,
        "surveys.decline",
        row,
        at,
        detail={"economy": economy, "programme": programme},
    )
    return made
