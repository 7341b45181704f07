"""Is the dossier valid? The regime's checklist, line by line, then yes or no with reasons."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from opensti.domains.calls.actions.locking import locked, reasoned, user_of, wrong_state
from opensti.domains.calls.choices import WAITING_FOR_CHECK, Verdict
from opensti.domains.calls.events import DossierMoved
from opensti.domains.calls.models import EligibilityCheck
from opensti.domains.calls.queries import checklist_of, dossier_subject
from opensti.domains.procedures.actions import take_step
from opensti.domains.procedures.choices import Act, State
from opensti.domains.procedures.queries import basis
from opensti.kernel.access import require
from opensti.kernel.events import publish
from opensti.kernel.record.actions import record
from opensti.kernel.refusals import Invalid, Problem, Refusal

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from opensti.domains.calls.models import Dossier
    from opensti.kernel.access import Actor


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """One row of a bulk act: done (or possible, in a dry run), or why not."""

    dossier_id: int
    label: str
    refusal: Refusal | None = None


@transaction.atomic
def check_eligibility(
    *,
    actor: Actor,
    dossier_id: int,
    verdicts: Mapping[str, tuple[str, str]],
    at: datetime,
) -> list[EligibilityCheck]:
    """Write down what was found: ``{item: (verdict, note)}``, some lines or all."""
    dossier = locked(actor, dossier_id)
    if dossier.case.state not in WAITING_FOR_CHECK | {State.OBJECTED}:
        raise wrong_state(dossier)
    require(actor, "calls.check_eligibility", dossier)
    known = {item.id for item in checklist_of(dossier)}
    problems = []
    for item, (verdict, note) in verdicts.items():
        if item not in known or verdict not in Verdict.values:
            problems.append(
                Problem(
                    field=item,
                    message=_("This is not one of the choices."),
                    mend=_("Choose from the list."),
                )
            )
        elif verdict == Verdict.NOT_MET and not note.strip():
            problems.append(
                Problem(
                    field=item,
                    message=_("A condition that is not met needs a note."),
                    mend=_("Write what is missing or wrong."),
                )
            )
    if problems:
        raise Invalid(problems)
    old = {c.item: c for c in EligibilityCheck.objects.filter(dossier=dossier)}
    kept = []
    for item, (verdict, note) in verdicts.items():
        before = old.get(item)
        if before and (before.verdict, before.note) == (verdict, note.strip()):
            continue
        check, _created = EligibilityCheck.objects.update_or_create(
            dossier=dossier,
            item=item,
            defaults={
                "verdict": verdict,
                "note": note.strip(),
                "checked_by_id": user_of(actor),
                "checked_at": at,
            },
        )
        kept.append(check)
    if kept:
        record(
            actor=actor,
            act="dossiers.check_eligibility",
            subject=dossier_subject(dossier.public_id),
            at=at,
            detail={"items": {c.item: str(c.verdict) for c in kept}},
        )
    return kept


@transaction.atomic
def confirm_eligible(
    *,
    actor: Actor,
    dossier_id: int,
    at: datetime,
    reason: str = "",
    expected_version: int | None = None,
) -> Dossier:
    """The dossier is valid: every line was checked and none is unmet.

    After an upheld objection as well: then the step also asks for the reason.
    """
    dossier = locked(actor, dossier_id)
    require(actor, "calls.check_eligibility", dossier)
    found = {
        c.item: c.verdict for c in EligibilityCheck.objects.filter(dossier=dossier)
    }
    problems = [
        Problem(
            field=item.id,
            message=_("Not met: %(text)s") % {"text": item.text_vi}
            if found.get(item.id)
            else _("Not checked yet: %(text)s") % {"text": item.text_vi},
            mend=_("Reject the dossier, or ask for a supplement.")
            if found.get(item.id)
            else _("Check this line of the list."),
        )
        for item in checklist_of(dossier)
        if found.get(item.id) in (None, Verdict.NOT_MET)
    ]
    if dossier.case.state in WAITING_FOR_CHECK | {State.OBJECTED} and problems:
        raise Invalid(
            problems,
            _("%(n)d conditions are unmet or unchecked.") % {"n": len(problems)},
        )
    return _decide(
        actor, dossier, Act.DOSSIER_CONFIRM_ELIGIBLE, at, reason, expected_version
    )


@transaction.atomic
def reject_ineligible(
    *,
    actor: Actor,
    dossier_id: int,
    reason: str,
    at: datetime,
    expected_version: int | None = None,
) -> Dossier:
    """The dossier is not valid; the applicant reads the reason.

    After an upheld objection to such a refusal the case is closed by the step that
    answers the objection.
    """
    dossier = locked(actor, dossier_id)
    require(actor, "calls.check_eligibility", dossier)
    if problems := reasoned(reason):
        raise Invalid(problems)
    act = (
        Act.DOSSIER_ANSWER_OBJECTION
        if dossier.case.state == State.OBJECTED
        else Act.DOSSIER_REJECT_INELIGIBLE
    )
    return _decide(actor, dossier, act, at, reason, expected_version)


@transaction.atomic
def check_and_confirm(
    *, actor: Actor, dossier_id: int, at: datetime, note: str = ""
) -> Dossier:
    """Tick every line that is still open as met, then confirm; unmet ones still refuse."""
    dossier = locked(actor, dossier_id)
    done = set(
        EligibilityCheck.objects.filter(dossier=dossier).values_list("item", flat=True)
    )
    open_items = {
        item.id: (str(Verdict.MET), note)
        for item in checklist_of(dossier)
        if item.id not in done
    }
    if open_items:
        check_eligibility(
            actor=actor, dossier_id=dossier_id, verdicts=open_items, at=at
        )
    return confirm_eligible(actor=actor, dossier_id=dossier_id, at=at)


@transaction.atomic
def confirm_many(
    *,
    actor: Actor,
    dossier_ids: Sequence[int],
    at: datetime,
    dry_run: bool,
    tick_open_lines: bool = False,
) -> list[Outcome]:
    """Confirm many dossiers by the same act; a dry run says which would be refused.

    ``tick_open_lines`` also states that every unchecked line is met. What cannot be
    confirmed is left as it is, with the refusal.
    """
    act = check_and_confirm if tick_open_lines else confirm_eligible
    outcomes = []
    for dossier_id in dossier_ids:
        label = f"#{dossier_id}"
        try:
            with transaction.atomic():
                dossier = act(actor=actor, dossier_id=dossier_id, at=at)
                label = f"{dossier.code} {dossier.title}"
        except Refusal as refusal:
            outcomes.append(
                Outcome(dossier_id=dossier_id, label=label, refusal=refusal)
            )
        else:
            outcomes.append(Outcome(dossier_id=dossier_id, label=label))
    if dry_run:
        transaction.set_rollback(True)
    return outcomes


def _decide(  # noqa: PLR0917 -- one paragraph of two acts
    actor: Actor,
    dossier: Dossier,
    act: Act,
    at: datetime,
    reason: str,
    expected_version: int | None,
) -> Dossier:
    rests_on = basis(dossier.case, act)
    dossier.case = take_step(
        actor=actor,
        case_id=dossier.case_id,
        act=act,
        at=at,
        reason=reason,
        expected_version=expected_version,
    )
    dossier.version += 1
    dossier.save(update_fields=["version"])
    record(
        actor=actor,
        act=act,
        subject=dossier_subject(dossier.public_id),
        at=at,
        basis=rests_on,
        detail={"code": dossier.code, "reason": reason.strip()},
    )
    publish(
        DossierMoved(
            dossier_id=dossier.pk, act=str(act), state=dossier.case.state, at=at
        )
    )
    return dossier
