"""What is found of the work: by the ministry's council, or by the office on the evidence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from opensti.domains.contracts.actions import fail_contract
from opensti.domains.panels.choices import Outcome
from opensti.domains.panels.queries import (
    council_of_work,
    rated_products,
    works_of_council,
)
from opensti.domains.procedures.choices import Act, State
from opensti.domains.results.actions.acting import keep_day, locked, step, tell
from opensti.domains.results.choices import Judge
from opensti.domains.results.models import Acceptance, ProductVerdict
from opensti.domains.results.problem import quantity_of
from opensti.domains.results.queries import (
    has_council,
    is_overdue,
    last_day_of_rework,
    latest_dossier,
    level_names,
    no_rework_because,
    scale_of,
)
from opensti.kernel.access import SYSTEM
from opensti.kernel.checks import keep, refuse_if, wanted
from opensti.kernel.refusals import Problem, StepNotAllowed

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime

    from opensti.domains.panels.events import CouncilConcluded
    from opensti.kernel.access import Actor


@dataclass(frozen=True, kw_only=True)
class Finding:
    """What is found of one product: its level, and why."""

    level: str
    remark: str = ""
    quality: str = ""
    quantity: str = ""


def follow_council(event: CouncilConcluded) -> None:
    """Keep what a concluded council found, product by product (follows the event)."""
    for item in works_of_council(event.council_id):
        found = (
            Acceptance.objects.select_for_update(of=("self",))
            .select_related("case", "contract")
            .filter(case_id=item.case_id or 0)
            .first()
        )
        if found is None:
            continue
        level = str(item.result["figures"]["rating"])
        _write(
            found,
            {
                p.product: Finding(
                    level=p.level,
                    quality=p.quality,
                    quantity=p.quantity,
                    remark="\n".join(p.remarks),
                )
                for p in rated_products(item)
            },
            judge=Judge.COUNCIL,
            council=item.council.public_id,
            made_by=None,
            at=event.at,
        )
        found.rating = level
        keep(found, "rating")
        if item.outcome == Outcome.ACCEPTED:
            keep_day(found, localdate(event.at))
        tell(
            SYSTEM,
            found,
            "acceptances.rated",
            event.at,
            detail={"council": item.council.public_id, "level": level},
        )


def _write(  # noqa: PLR0917 -- both ways of judging say all of it
    found: Acceptance,
    findings: Mapping[str, Finding],
    judge: Judge,
    council: str,
    made_by: int | None,
    at: datetime,
) -> None:
    """One row for each product of the dossier, in a round of its own."""
    handed = latest_dossier(found)
    if handed is None:  # nothing is judged without a dossier
        raise LookupError(found.pk)
    ProductVerdict.objects.bulk_create(
        ProductVerdict(
            acceptance=found,
            round=found.rework_times + 1,
            position=position,
            product_key=product["key"],
            promised={
                name: product[name]
                for name in ("name_vi", "name_en", "promised", "unit", "quality")
            },
            delivered=quantity_of(product["delivered"]),
            level=said.level,
            quality=said.quality,
            quantity=said.quantity,
            remark=said.remark.strip(),
            judge=judge,
            council=council,
            made_by_id=made_by,
            made_at=at,
        )
        for position, product in enumerate(handed.content["products"], start=1)
        for said in (findings.get(product["key"], Finding(level="")),)
    )


@transaction.atomic
def accept_on_evidence(
    *,
    actor: Actor,
    acceptance_id: int,
    findings: Mapping[str, Finding],
    level: str,
    at: datetime,
    expected_version: int | None = None,
) -> Acceptance:
    """Where no council judges: the office accepts the work on the evidence of each item."""
    found = _on_evidence(actor, acceptance_id, expected_version)
    scale = scale_of(found)
    problems = finding_faults(found, findings)
    if level not in level_names(found) or level == scale.worst:
        problems.append(
            Problem(
                field="level",
                message=_("Work that is accepted has a level above the lowest."),
                mend=_("Choose it, or ask for rework."),
            )
        )
    refuse_if(problems)
    rests_on = step(actor, found, Act.ACCEPTANCE_ACCEPT, at)
    _office(found, findings, level, actor, at)
    keep_day(found, localdate(at))
    tell(
        actor,
        found,
        Act.ACCEPTANCE_ACCEPT,
        at,
        basis=rests_on,
        detail={
            "level": level,
            "products": {k: f.level for k, f in sorted(findings.items())},
        },
    )
    return found


def _on_evidence(actor: Actor, acceptance_id: int, version: int | None) -> Acceptance:
    found = locked(
        actor,
        acceptance_id,
        "results.judge",
        states=[State.SUBMITTED],
        version=version,
    )
    if has_council(found):
        raise StepNotAllowed(
            _("Under this procedure a council judges the work."),
            mend=_("Form the acceptance council."),
        )
    return found


def finding_faults(found: Acceptance, findings: Mapping[str, Finding]) -> list[Problem]:
    """What is missing of the findings on the products of the latest dossier."""
    handed, names = latest_dossier(found), level_names(found)
    return [
        Problem(
            field=f"level-{product['key']}",
            message=_("“%(title)s” is not rated yet.") % {"title": product["name_vi"]},
            mend=_("Choose one of the levels."),
        )
        for product in (handed.content["products"] if handed is not None else ())
        if findings.get(product["key"], Finding(level="")).level not in names
    ]


def _office(
    found: Acceptance,
    findings: Mapping[str, Finding],
    level: str,
    actor: Actor,
    at: datetime,
) -> None:
    _write(
        found,
        findings,
        judge=Judge.OFFICE,
        council="",
        made_by=actor.user_id,
        at=at,
    )
    found.rating = level
    keep(found, "rating")


@transaction.atomic
def ask_rework(
    *,
    actor: Actor,
    acceptance_id: int,
    reason: str,
    until: date | None,
    at: datetime,
    findings: Mapping[str, Finding] | None = None,
    expected_version: int | None = None,
) -> Acceptance:
    """Not accepted, but to be reworked until a day and judged anew: at most as often as the
    rule says, only where it allows it, and within its time.
    """
    found = locked(
        actor,
        acceptance_id,
        "results.judge",
        states=[State.SUBMITTED, State.IN_COUNCIL],
        version=expected_version,
    )
    _not_before_the_council(found)
    if why := no_rework_because(found):
        raise StepNotAllowed(why, mend=_("Conclude that the task is not accepted."))
    today = localdate(at)
    latest = last_day_of_rework(found, today)
    problems = wanted(
        "reason",
        reason,
        _("Say what is to be reworked."),
        _("Name the products and what they lack."),
    )
    if until is None or until <= today or (latest is not None and until > latest):
        problems.append(
            Problem(
                field="until",
                message=_("The rework has a last day, not later than %(day)s.")
                % {"day": f"{latest:%d/%m/%Y}"}
                if latest is not None
                else _("The rework has a last day after today."),
                mend=_("Enter such a day."),
            )
        )
    if not has_council(found):
        problems += finding_faults(found, findings or {})
    refuse_if(problems)
    rests_on = step(actor, found, Act.ACCEPTANCE_ASK_REWORK, at, reason=reason)
    if not has_council(found):
        _office(found, findings or {}, scale_of(found).worst, actor, at)
    found.rework_times += 1
    found.rework_until = until
    keep(found, "rework_times", "rework_until")
    tell(
        actor,
        found,
        Act.ACCEPTANCE_ASK_REWORK,
        at,
        basis=rests_on,
        detail={"until": until, "times": found.rework_times},
        secret={"reason": reason.strip()},
    )
    return found


@transaction.atomic
def fail_acceptance(
    *,
    actor: Actor,
    acceptance_id: int,
    reason: str,
    at: datetime,
    findings: Mapping[str, Finding] | None = None,
    expected_version: int | None = None,
) -> Acceptance:
    """The task is not accepted; its contract fails with it, and what is owed back is next.

    After a council: only what it did not accept. Before one: only a dossier that is later
    than the rule allows, or rework whose time is over.
    """
    found = locked(
        actor,
        acceptance_id,
        "results.judge",
        version=expected_version,
        with_contract=True,
    )
    if found.case.state == State.FAILED:
        return found  # a double click
    today = localdate(at)
    problems = wanted(
        "reason",
        reason,
        _("Say why the task is not accepted."),
        _("Name the finding or the day that was missed."),
    )
    if found.case.state in (State.SUBMITTED, State.IN_COUNCIL):
        _not_before_the_council(found)
        if not has_council(found):
            problems += finding_faults(found, findings or {})
    elif not is_overdue(found, today):
        raise StepNotAllowed(
            _("The acceptance dossier is not later than the rule allows."),
            mend=_("Wait for it, or amend or end the contract."),
        )
    refuse_if(problems)
    judged = found.case.state == State.SUBMITTED and not has_council(found)
    rests_on = step(actor, found, Act.ACCEPTANCE_FAIL, at, reason=reason)
    if judged:
        _office(found, findings or {}, scale_of(found).worst, actor, at)
    else:
        found.rating = scale_of(found).worst
        keep(found, "rating")
    tell(
        actor,
        found,
        Act.ACCEPTANCE_FAIL,
        at,
        basis=rests_on,
        detail={"level": found.rating},
        secret={"reason": reason.strip()},
    )
    fail_contract(actor=actor, contract_id=found.contract_id, at=at, reason=reason)
    return found


def _not_before_the_council(found: Acceptance) -> None:
    """Where a council judges, its word comes first."""
    if not has_council(found):
        return
    if (
        found.case.state == State.SUBMITTED
        or council_of_work(found.case_id) is not None
    ):
        raise StepNotAllowed(
            _("The council has not concluded on this work yet."),
            mend=_("Let it meet and conclude first."),
        )
    judged = ProductVerdict.objects.filter(
        acceptance=found, round=found.rework_times + 1, judge=Judge.COUNCIL
    )
    if not judged.exists():
        raise StepNotAllowed(
            _("The council has not concluded on this work yet."),
            mend=_("Form another council: the last one was dissolved."),
        )
