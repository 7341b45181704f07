"""Honours: a criterion is stated, a year is asked, another person confirms, all is told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from opensti.domains.publications.choices import HonourState, Measure, Whom
from opensti.domains.publications.models import Honour, HonourCriterion, HonourRun
from opensti.domains.publications.queries.edition import edition
from opensti.domains.publications.queries.funded_rows import funded
from opensti.domains.publications.queries.honouring import (
    candidates,
    digest_of,
    figures_of,
    honour_subject,
    is_sound,
    named_person,
)
from opensti.domains.registry.queries import organisations_by_address
from opensti.domains.tasks.queries import leaders_of_tasks
from opensti.kernel.access import get_visible, require
from opensti.kernel.checks import in_state, keep, locked_row, needed, problem, refuse_if
from opensti.kernel.record.actions import record
from opensti.kernel.refusals import StepNotAllowed

if TYPE_CHECKING:
    from datetime import datetime

    from opensti.kernel.access import Actor

MOST_YEARS = 20
LARGEST = 1_000_000


@dataclass(frozen=True, kw_only=True)
class CriterionFacts:
    """What a criterion says: who reaches ``least`` of ``measure`` in ``years`` years."""

    code: str
    name_vi: str
    reason_vi: str
    whom: str
    measure: str
    least: int
    years: int = 1
    name_en: str = ""
    reason_en: str = ""


@transaction.atomic
def state_criterion(
    *, actor: Actor, facts: CriterionFacts, at: datetime
) -> HonourCriterion:
    """State a criterion, or the next version of one; everybody may read it from now on.

    Raises ``Invalid`` for empty words and a threshold that asks nothing.
    """
    require(actor, "publications.state_criterion")
    refuse_if(needed(code=facts.code, name_vi=facts.name_vi, reason_vi=facts.reason_vi))
    if facts.whom not in Whom.values or facts.measure not in Measure.values:
        raise problem("measure", _("Choose whom to honour and what to count."))
    if not 1 <= facts.least <= LARGEST:
        raise problem(
            "least",
            _("The threshold asks nothing."),
            _("Enter a whole number from 1 on."),
        )
    if not 1 <= facts.years <= MOST_YEARS:
        raise problem(
            "years", _("Between 1 and %(most)d years.") % {"most": MOST_YEARS}
        )
    code = facts.code.strip()
    versions = HonourCriterion.objects.select_for_update().filter(code=code)
    last = versions.order_by("-number").first()
    versions.filter(active=True).update(active=False)
    made = HonourCriterion.objects.create(
        code=code,
        number=last.number + 1 if last else 1,
        name_vi=facts.name_vi.strip(),
        name_en=facts.name_en.strip(),
        reason_vi=facts.reason_vi.strip(),
        reason_en=facts.reason_en.strip(),
        whom=facts.whom,
        measure=facts.measure,
        least=facts.least,
        years=facts.years,
        made_by_id=actor.account_id,
        made_at=at,
    )
    record(
        actor=actor,
        act="publications.state_criterion",
        subject=f"publications.honour_criterion:{made.code}",
        at=at,
        public=True,
        detail=_criterion(made),
    )
    return made


@transaction.atomic
def run_honours(
    *, actor: Actor, criterion_id: int, year: int, at: datetime
) -> HonourRun:
    """Ask a criterion of one year and keep every figure it looked at, and who reached it.

    Only what the public may see is counted, but for use, which a confirmed honour tells.
    Raises ``StepNotAllowed`` for a version that another followed, ``Invalid`` for a year
    that is not over.
    """
    require(actor, "publications.run_honours")
    criterion = get_visible(actor, HonourCriterion.objects.all(), pk=criterion_id)
    if not criterion.active:
        raise StepNotAllowed(
            _("Another version of this criterion followed."),
            mend=_("Ask with the version that counts now."),
        )
    today = localdate(at)
    if year >= today.year:
        raise problem(
            "year", _("This year is not over."), _("Choose a year that is over.")
        )
    inputs = figures_of(funded(edition(), today), criterion, year)
    run = HonourRun.objects.create(
        criterion=criterion,
        year=year,
        inputs=inputs,
        sha256=digest_of(criterion, year, inputs),
        made_by_id=actor.account_id,
        made_at=at,
    )
    found = candidates(
        inputs,
        whom=criterion.whom,
        measure=criterion.measure,
        least=criterion.least,
    )
    hosts = organisations_by_address({one.host for one in found})
    teams = leaders_of_tasks({one.task for one in found if one.task})
    Honour.objects.bulk_create(
        Honour(
            run=run,
            organisation_id=hosts[one.host],
            task_id=teams[one.task][0] if one.task else None,
            person_id=teams[one.task][1] if one.task else None,
            figure=one.figure,
            proposed_by_id=actor.account_id,
        )
        for one in found
    )
    record(
        actor=actor,
        act="publications.run_honours",
        subject=f"publications.honour_run:{run.public_id}",
        at=at,
        detail={
            **_criterion(criterion),
            "year": year,
            "inputs": run.sha256,
            "candidates": len(found),
        },
    )
    return run


@transaction.atomic
def confirm_honour(
    *, actor: Actor, honour_id: int, version: int, at: datetime
) -> Honour:
    """Make a candidate's honour public, by another person than who computed it.

    Raises ``StepNotAllowed`` where the frozen figures no longer give the same candidates,
    or the same was honoured by an earlier run.
    """
    honour = _locked(actor, honour_id, version, "publications.confirm_honour")
    _in(honour, HonourState.CANDIDATE)
    run = honour.run
    # Two leaders with candidates of two runs: the second one sees what the first did.
    HonourCriterion.objects.select_for_update().get(pk=run.criterion_id)
    if not is_sound(run, run.honours.select_related("organisation", "task")):
        raise StepNotAllowed(
            _("The frozen figures of this run do not give these candidates."),
            mend=_("Compute the candidates anew; tell the auditor."),
        )
    doubles = Honour.objects.filter(
        state=HonourState.CONFIRMED,
        run__year=run.year,
        run__criterion__code=run.criterion.code,
        organisation_id=honour.organisation_id,
        task=honour.task,
    )
    if doubles.exists():
        raise StepNotAllowed(
            _("This was honoured already, by another run of the same year."),
            mend=_("Say so as the reason for not honouring this candidate."),
        )
    honour.state, honour.confirmed_by_id = HonourState.CONFIRMED, actor.account_id
    honour.issued_on = localdate(at)
    entry = record(
        actor=actor,
        act="publications.confirm_honour",
        subject=honour_subject(honour.public_id),
        at=at,
        public=True,
        detail={
            **_criterion(run.criterion),
            "year": run.year,
            "organisation": honour.organisation.name_vi,
            "task": honour.task.public_id if honour.task else "",
            "figure": honour.figure,
            "inputs": run.sha256,
        },
    )
    honour.entry_position = entry.position
    keep(honour, "state", "confirmed_by", "issued_on", "entry_position")
    return honour


@transaction.atomic
def decline_honour(
    *, actor: Actor, honour_id: int, reason: str, version: int, at: datetime
) -> Honour:
    """Do not honour a candidate; the reason stays with the office."""
    honour = _locked(actor, honour_id, version, "publications.decline_honour")
    _in(honour, HonourState.CANDIDATE)
    refuse_if(needed(reason=reason))
    honour.state, honour.reason_vi = HonourState.DECLINED, reason.strip()
    honour.ended_on = localdate(at)
    keep(honour, "state", "reason_vi", "ended_on")
    record(
        actor=actor,
        act="publications.decline_honour",
        subject=honour_subject(honour.public_id),
        at=at,
        secret={"reason": honour.reason_vi},
    )
    return honour


@transaction.atomic
def withdraw_honour(
    *,
    actor: Actor,
    honour_id: int,
    reason_vi: str,
    version: int,
    at: datetime,
    reason_en: str = "",
) -> Honour:
    """Withdraw a published honour; it stays on the page, with the reason."""
    honour = _locked(actor, honour_id, version, "publications.withdraw_honour")
    _in(honour, HonourState.CONFIRMED)
    refuse_if(needed(reason_vi=reason_vi))
    honour.state, honour.ended_on = HonourState.WITHDRAWN, localdate(at)
    honour.reason_vi, honour.reason_en = reason_vi.strip(), reason_en.strip()
    keep(honour, "state", "reason_vi", "reason_en", "ended_on")
    record(
        actor=actor,
        act="publications.withdraw_honour",
        subject=honour_subject(honour.public_id),
        at=at,
        public=True,
        detail={"reason_vi": honour.reason_vi, "reason_en": honour.reason_en},
    )
    return honour


@transaction.atomic
def agree_to_be_named(
    *, actor: Actor, honour_id: int, agrees: bool, version: int, at: datetime
) -> Honour:
    """Say whether one wants to be named with an honour of one's team; may change any time."""
    honour = _locked(actor, honour_id, version, "publications.name_me")
    if agrees == bool(named_person(honour)):
        return honour
    honour.agreed_at = at if agrees else None
    keep(honour, "agreed_at")
    record(
        actor=actor,
        act="publications.agree_to_be_named" if agrees else "publications.end_naming",
        subject=honour_subject(honour.public_id),
        at=at,
    )
    return honour


def _criterion(of: HonourCriterion) -> dict[str, Any]:
    return {
        "criterion": of.code,
        "version": of.number,
        "name_vi": of.name_vi,
        "whom": of.whom,
        "measure": of.measure,
        "least": of.least,
        "years": of.years,
    }


def _locked(actor: Actor, pk: int, version: int, permission: str) -> Honour:
    rows = Honour.objects.select_related(
        "run__criterion", "organisation", "task", "person"
    )
    honour = locked_row(actor, rows, version=version, pk=pk)
    require(actor, permission, honour)
    return honour


def _in(honour: Honour, state: HonourState) -> None:
    in_state(
        _("This is %(state)s: it cannot be done now."),
        honour.state,
        {state},
        honour.get_state_display(),
    )
