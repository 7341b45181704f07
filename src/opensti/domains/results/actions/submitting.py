"""The acceptance dossier: handed in whole, returned with marks, handed in again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from opensti.domains.panels.actions import Judged, plan_formation
from opensti.domains.panels.actions import form_council as form
from opensti.domains.panels.choices import CouncilKind, FormationMode
from opensti.domains.panels.queries import council_of_work
from opensti.domains.procedures.actions import start_deadline
from opensti.domains.procedures.choices import Act, Event, State
from opensti.domains.results.actions.acting import locked, step, tell
from opensti.domains.results.actions.assessing import faults
from opensti.domains.results.models import (
    Acceptance,
    BaseCouncil,
    HandedIn,
    ProductVerdict,
)
from opensti.domains.results.problem import (
    assessment_of,
    digest,
    dossier_content,
    rated_contents,
)
from opensti.domains.results.queries import (
    acceptance_files,
    dossier_parts,
    has_council,
    last_day_in_time,
    latest_dossier,
)
from opensti.kernel.checks import keep, refuse_if, wanted
from opensti.kernel.refusals import StepNotAllowed

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from opensti.domains.panels.models import Council, Formation
    from opensti.kernel.access import Actor

BEFORE_COUNCIL = (State.SUBMITTED, State.IN_COUNCIL)


@transaction.atomic
def submit_acceptance(
    *,
    actor: Actor,
    acceptance_id: int,
    at: datetime,
    expected_version: int | None = None,
) -> HandedIn:
    """Hand in the acceptance dossier: one more version, whole, with its digest.

    Refused with every fault of the self-assessment; where rework was asked for, after its
    last day (the officer then decides). Late dossiers are marked as late.
    """
    found = locked(actor, acceptance_id, "results.submit_acceptance")
    last = latest_dossier(found)
    if found.case.state == State.SUBMITTED and last is not None:
        return last  # a double click
    found = locked(
        actor, acceptance_id, "results.submit_acceptance", version=expected_version
    )
    today = localdate(at)
    if (
        found.case.state == State.REWORK
        and found.rework_until is not None
        and today > found.rework_until
    ):
        raise StepNotAllowed(
            _("The time for the rework ended on %(day)s.")
            % {"day": f"{found.rework_until:%d/%m/%Y}"},
            mend=_("Ask the officer in charge: the task may be taken as failed."),
        )
    refuse_if(faults(found))
    rests_on = step(actor, found, Act.ACCEPTANCE_SUBMIT, at)
    in_time = last_day_in_time(found)
    base = BaseCouncil.objects.filter(acceptance=found, passed=True).last()
    content = dossier_content(
        assessment_of(found.draft),
        products=found.contract.products.order_by("position"),
        files=acceptance_files(found),
        parts=dossier_parts(found),
        base=None
        if base is None
        else {
            "decision": base.decision_number,
            "met_on": base.met_on.isoformat(),
            "level": base.level,
            "minutes": base.minutes_sha256,
        },
        late=found.rework_times == 0 and in_time is not None and today > in_time,
    )
    handed = HandedIn.objects.create(
        acceptance=found,
        number=(last.number if last is not None else 0) + 1,
        content=content,
        sha256=digest(content),
        handed_in_by_id=actor.account_id,
        handed_in_at=at,
    )
    keep(found)
    tell(
        actor,
        found,
        Act.ACCEPTANCE_SUBMIT,
        at,
        basis=rests_on,
        detail={
            "version": handed.number,
            "sha256": handed.sha256,
            "late": content["late"],
        },
    )
    start_deadline(
        case_id=found.case_id, event=Event.ACCEPTANCE_DOSSIER, on=today, at=at
    )
    return handed


@transaction.atomic
def return_acceptance(
    *,
    actor: Actor,
    acceptance_id: int,
    reason: str,
    at: datetime,
    marks: Sequence[tuple[str, str]] = (),
    expected_version: int | None = None,
) -> HandedIn:
    """Return the dossier for completion; ``marks`` say where and what is missing.

    Refused while it stands on the agenda of a council: its members read this version.
    """
    found = locked(
        actor,
        acceptance_id,
        "results.check_acceptance",
        states=[State.SUBMITTED],
        version=expected_version,
    )
    refuse_if(
        wanted(
            "reason",
            reason,
            _("Say why the dossier is returned."),
            _("One sentence is enough; mark the places below."),
        )
    )
    if council_of_work(found.case_id) is not None:
        raise StepNotAllowed(
            _("The dossier is on the agenda of a council that is being formed."),
            mend=_("Dissolve that council first, then return the dossier."),
        )
    handed = latest_dossier(found)
    if handed is None:  # nothing is submitted without a version
        raise LookupError(found.pk)
    rests_on = step(actor, found, Act.ACCEPTANCE_RETURN, at, reason=reason)
    handed.returned_at, handed.return_reason = at, reason.strip()
    handed.marks = [
        {"place": place.strip()[:200], "text": text.strip()[:2000]}
        for place, text in marks
        if text.strip()
    ]
    handed.save(update_fields=["returned_at", "return_reason", "marks"])
    keep(found)
    tell(
        actor,
        found,
        Act.ACCEPTANCE_RETURN,
        at,
        basis=rests_on,
        detail={"version": handed.number, "marks": len(handed.marks)},
        secret={"reason": handed.return_reason, "marks": handed.marks},
    )
    return handed


@transaction.atomic
def form_acceptance_council(
    *,
    actor: Actor,
    acceptance_id: int,
    title_vi: str,
    at: datetime,
    title_en: str = "",
    secretary_id: int | None = None,
) -> Council:
    """Begin the ministry's council on the dossier as it was handed in last.

    What it rates is frozen with its agenda. A council of its own judges rework anew.
    """
    found = _for_council(actor, acceptance_id)
    return form(
        actor=actor,
        kind=CouncilKind.ACCEPTANCE,
        title_vi=title_vi,
        title_en=title_en,
        judged=[judged(found)],
        secretary_id=secretary_id,
        at=at,
    )


@transaction.atomic
def plan_acceptance_council(
    *,
    actor: Actor,
    acceptance_id: int,
    title_vi: str,
    at: datetime,
    title_en: str = "",
    secretary_id: int | None = None,
) -> Formation:
    """Plan the ministry's council, to be computed as the others are; refused as forming it.

    When the plan is approved, the council has on its agenda what was handed in last.
    """
    found = _for_council(actor, acceptance_id)
    if council_of_work(found.case_id) is not None:
        raise StepNotAllowed(
            _("The dossier is on the agenda of a council that is being formed."),
            mend=_("Give its seats there, or dissolve it first."),
        )
    return plan_formation(
        actor=actor,
        kind=CouncilKind.ACCEPTANCE,
        mode=FormationMode.TOGETHER,
        title_vi=title_vi,
        title_en=title_en,
        judged=[judged(found)],
        secretary_id=secretary_id,
        at=at,
    )


def works_before_council(dossier_ids: Sequence[int]) -> list[Judged]:
    """The works of funded dossiers that a council may still judge, as handed in last.

    The caller has decided who may know (``panels`` asks it when a plan is approved).
    """
    rows = Acceptance.objects.select_related("case", "contract").filter(
        contract__dossier_id__in=dossier_ids, case__state__in=BEFORE_COUNCIL
    )
    return [judged(found) for found in rows.order_by("pk") if not _is_judged(found)]


def _for_council(actor: Actor, acceptance_id: int) -> Acceptance:
    """Lock an acceptance whose work may come before a council of the ministry."""
    found = locked(actor, acceptance_id, "results.form_council", states=BEFORE_COUNCIL)
    if not has_council(found):
        raise StepNotAllowed(
            _("Under this procedure no council judges the work."),
            mend=_("Conclude on the evidence of each item instead."),
        )
    if _is_judged(found):
        raise StepNotAllowed(
            _("A council has concluded on this work already."),
            mend=_("Ask for rework where the rule allows it, or conclude."),
        )
    return found


def _is_judged(found: Acceptance) -> bool:
    rounds = ProductVerdict.objects.filter(
        acceptance=found, round=found.rework_times + 1
    )
    return rounds.exists()


def judged(found: Acceptance) -> Judged:
    """The work as a council finds it on its agenda."""
    handed = latest_dossier(found)
    if handed is None:  # nothing is submitted without a version
        raise LookupError(found.pk)
    return Judged(
        dossier_id=found.contract.dossier_id,
        case=found.case,
        contents=rated_contents(handed.content),
    )
