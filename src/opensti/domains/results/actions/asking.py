"""Independent experts look at a council's conclusion, where the rule names a ground."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from opensti.domains.procedures.choices import State
from opensti.domains.results.actions.acting import attach, locked
from opensti.domains.results.models import ExpertOpinion
from opensti.domains.results.permissions.acceptance import OPINION
from opensti.domains.results.queries import aftermath_of, level_names
from opensti.kernel.access import get_visible
from opensti.kernel.checks import keep, past_day, refuse_if, wanted
from opensti.kernel.record.actions import record
from opensti.kernel.refusals import Problem, StepNotAllowed

if TYPE_CHECKING:
    from datetime import date, datetime

    from django.core.files.base import File

    from opensti.kernel.access import Actor

JUDGED = (State.IN_COUNCIL, State.ACCEPTED, State.CONFIRMED)


@transaction.atomic
def ask_opinion(
    *,
    actor: Actor,
    acceptance_id: int,
    ground: str,
    expert: str,
    at: datetime,
    organisation: str = "",
    question: str = "",
) -> ExpertOpinion:
    """Ask an independent expert, on a ground and as often as the rule allows."""
    found = locked(actor, acceptance_id, "results.ask_opinion", states=JUDGED)
    rule = aftermath_of(found).acceptance
    if not rule.independent_when:
        raise StepNotAllowed(_("This procedure asks no independent experts."))
    problems = wanted(
        "expert",
        expert,
        _("The expert has a name."),
        _("Enter it with title and degree."),
    )
    if ground not in rule.independent_when:
        problems.append(
            Problem(
                field="ground",
                message=_("The rule does not name this ground."),
                mend=_("Choose one of the list."),
            )
        )
    asked = ExpertOpinion.objects.filter(acceptance=found, dropped_on=None).count()
    if rule.independent_experts and asked >= rule.independent_experts:
        problems.append(
            Problem(
                field="expert",
                message=_("The rule asks %(n)d experts at most.")
                % {"n": rule.independent_experts},
                mend=_("Wait for the opinions that were asked for."),
            )
        )
    refuse_if(problems)
    opinion = ExpertOpinion.objects.create(
        acceptance=found,
        ground=ground,
        expert=expert.strip()[:200],
        organisation=organisation.strip()[:300],
        question=question.strip(),
        asked_on=localdate(at),
        asked_by_id=actor.account_id,
    )
    keep(found)
    record(
        actor=actor,
        act="acceptances.ask_opinion",
        subject=opinion_subject(opinion),
        at=at,
        basis=rule.basis,
        detail={"acceptance": found.public_id, "ground": ground},
        secret={"expert": opinion.expert, "question": opinion.question},
    )
    return opinion


def enter_opinion(
    *,
    actor: Actor,
    opinion: str,
    text: str,
    given_on: date | None,
    at: datetime,
    level: str = "",
    file: File[bytes] | None = None,
) -> ExpertOpinion:
    """Enter what the expert wrote, with the signed paper; once, then it stays."""
    with transaction.atomic():
        known = get_visible(actor, ExpertOpinion.objects.all(), public_id=opinion)
        found = locked(actor, known.acceptance_id, "results.ask_opinion")
        row = ExpertOpinion.objects.select_for_update(of=("self",)).get(pk=known.pk)
        if row.given_on is not None:
            raise StepNotAllowed(_("This opinion was entered already."))
        if row.dropped_on is not None:
            raise StepNotAllowed(
                _("This request was given up."), mend=_("Ask the expert again.")
            )
        problems = [
            *wanted(
                "text",
                text,
                _("The opinion has words."),
                _("Enter its conclusion."),
            ),
            *past_day("given_on", given_on, at, since=row.asked_on),
        ]
        if level and level not in level_names(found):
            problems.append(
                Problem(
                    field="level",
                    message=_("There is no such level."),
                    mend=_("Choose one of the levels."),
                )
            )
        refuse_if(problems)
        paper = attach(actor, found, file, f"{OPINION}-{row.pk}", at)
        row.text, row.level, row.given_on = text.strip(), level, given_on
        if paper is not None:
            row.file, row.file_sha256 = paper.public_id, paper.sha256
        row.save()
        keep(found)
        record(
            actor=actor,
            act="acceptances.enter_opinion",
            subject=opinion_subject(row),
            at=at,
            detail={
                "acceptance": found.public_id,
                "level": level,
                "file": row.file_sha256,
            },
            secret={"text": row.text},
        )
    return row


@transaction.atomic
def drop_opinion(
    *, actor: Actor, opinion: str, reason: str, at: datetime
) -> ExpertOpinion:
    """Give up waiting for an expert who was asked; the recognition no longer waits."""
    known = get_visible(actor, ExpertOpinion.objects.all(), public_id=opinion)
    found = locked(actor, known.acceptance_id, "results.ask_opinion")
    row = ExpertOpinion.objects.select_for_update(of=("self",)).get(pk=known.pk)
    if row.given_on is not None:
        raise StepNotAllowed(_("This opinion was entered already."))
    if row.dropped_on is not None:
        return row  # a double click
    refuse_if(
        wanted(
            "drop_reason",
            reason,
            _("Say why the opinion is not awaited any more."),
            _("One sentence is enough; it is kept."),
        )
    )
    row.dropped_on, row.drop_reason = localdate(at), reason.strip()
    row.save(update_fields=["dropped_on", "drop_reason"])
    keep(found)
    record(
        actor=actor,
        act="acceptances.drop_opinion",
        subject=opinion_subject(row),
        at=at,
        detail={"acceptance": found.public_id},
        secret={"reason": row.drop_reason},
    )
    return row


def opinion_subject(opinion: ExpertOpinion) -> str:
    """A name of its own: the host, who reads the acceptance's record, reads none of it."""
    return f"results.opinion:{opinion.public_id}"
