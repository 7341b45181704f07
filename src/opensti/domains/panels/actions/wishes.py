"""What experts say of themselves: absences, how much they take, and what they wish."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from opensti.domains.panels.actions.planning import (
    keep_formation,
    locked_formation,
    tell_formation,
)
from opensti.domains.panels.choices import FormationState, Wish
from opensti.domains.panels.models import (
    Bid,
    ExpertLoad,
    Formation,
    FormationItem,
    Unavailability,
)
from opensti.domains.panels.problem.conditions import MOST
from opensti.domains.panels.queries import expert_subject, items_to_wish
from opensti.domains.registry.queries import expert_pool
from opensti.kernel.access import get_visible, require
from opensti.kernel.record.actions import record
from opensti.kernel.refusals import Invalid, NotFound, Problem, StepNotAllowed

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime

    from opensti.kernel.access import Actor

LONGEST = 366


def _expert(person_id: int, on: date) -> None:
    if person_id not in expert_pool(on=on, ids=[person_id]):
        raise NotFound(_("There is no such person."))


@transaction.atomic
def set_unavailable(
    *,
    actor: Actor,
    person_id: int,
    since: date | None,
    last: date | None,
    at: datetime,
    reason: str = "",
) -> Unavailability:
    """Note days on which an expert cannot sit, the last one included.

    By the expert, or by an officer whom the expert told. Who looks for experts sees it.
    """
    require(actor, "panels.set_availability", person_id)
    _expert(person_id, localdate(at))
    problems = []
    if since is None or last is None:
        problems.append(
            Problem(
                field="since",
                message=_("An absence has a first and a last day."),
                mend=_("Enter both."),
            )
        )
    elif last < since or (last - since).days > LONGEST:
        problems.append(
            Problem(
                field="last",
                message=_(
                    "The last day is before the first, or more than a year later."
                ),
                mend=_("Mend one of the two days."),
            )
        )
    elif last < localdate(at):
        problems.append(
            Problem(
                field="last",
                message=_("These days have passed."),
                mend=_("Enter days from today on."),
            )
        )
    if problems or since is None or last is None:
        raise Invalid(problems)
    made, new = Unavailability.objects.get_or_create(
        person_id=person_id,
        since=since,
        until=last + timedelta(days=1),
        defaults={
            "reason": reason.strip(),
            "entered_by_id": actor.account_id,
            "entered_at": at,
        },
    )
    if new:
        _tell(
            actor,
            "set_unavailable",
            person_id,
            at,
            secret={"since": since, "last": last, "reason": made.reason},
        )
    return made


@transaction.atomic
def drop_unavailable(*, actor: Actor, unavailability_id: int, at: datetime) -> None:
    """Take an absence back: the expert can sit on these days after all."""
    row = get_visible(actor, Unavailability.objects.all(), pk=unavailability_id)
    require(actor, "panels.set_availability", row.person_id)
    secret = {"since": row.since, "until": row.until}
    row.delete()
    _tell(actor, "drop_unavailable", row.person_id, at, secret=secret)


@transaction.atomic
def set_load(
    *,
    actor: Actor,
    person_id: int,
    at: datetime,
    least: int = 0,
    most: int | None = None,
    most_per_year: int | None = None,
) -> ExpertLoad:
    """Note how many councils an expert takes in one forming, and in a year."""
    require(actor, "panels.set_availability", person_id)
    _expert(person_id, localdate(at))
    if least < 0 or (most is not None and most < least):
        raise Invalid(
            [
                Problem(
                    field="most",
                    message=_("The most an expert takes is below the least."),
                    mend=_("Raise the most or lower the least."),
                )
            ]
        )
    if max(least, most or 0, most_per_year or 0) > MOST or (most_per_year or 0) < 0:
        raise Invalid(
            [
                Problem(
                    field="most",
                    message=_("Give a number from 0 to %(most)d.") % {"most": MOST},
                    mend=_("Leave it empty where there is no limit."),
                )
            ]
        )
    load, _new = ExpertLoad.objects.update_or_create(
        person_id=person_id,
        defaults={
            "least": least,
            "most": most,
            "most_per_year": most_per_year,
            "entered_by_id": actor.account_id,
            "entered_at": at,
        },
    )
    _tell(
        actor,
        "set_load",
        person_id,
        at,
        secret={"least": least, "most": most, "most_per_year": most_per_year},
    )
    return load


def _tell(
    actor: Actor,
    act: str,
    person_id: int,
    at: datetime,
    *,
    secret: Mapping[str, object],
) -> None:
    record(
        actor=actor,
        act=f"panels.{act}",
        subject=expert_subject(person_id),
        at=at,
        secret={"person": person_id, **secret},
    )


# ---- wishes


@transaction.atomic
def open_bidding(
    *,
    actor: Actor,
    formation_id: int,
    until: date | None,
    at: datetime,
    expected_version: int | None = None,
) -> Formation:
    """Ask the experts what they would gladly judge; they see titles, nothing more."""
    formation = locked_formation(actor, formation_id, version=expected_version)
    if formation.council_id is not None:
        raise StepNotAllowed(
            _("Wishes are asked before a council is formed."),
            mend=_("Plan councils for the cases first."),
        )
    if until is None or until < localdate(at):
        raise Invalid(
            [
                Problem(
                    field="until",
                    message=_("The last day for wishes is today or later."),
                    mend=_("Choose a day."),
                )
            ]
        )
    formation.bidding_until = until
    keep_formation(formation, "bidding_until")
    tell_formation(actor, formation, "open_bidding", at, detail={"until": until})
    return formation


@transaction.atomic
def close_bidding(
    *,
    actor: Actor,
    formation_id: int,
    at: datetime,
    expected_version: int | None = None,
) -> Formation:
    """Ask no more wishes; those said are kept and weigh in the next run."""
    formation = locked_formation(actor, formation_id, version=expected_version)
    formation.bidding_until = None
    keep_formation(formation, "bidding_until")
    tell_formation(
        actor,
        formation,
        "close_bidding",
        at,
        detail={"wishes": Bid.objects.filter(item__formation=formation).count()},
    )
    return formation


@transaction.atomic
def bid(
    *, actor: Actor, formation_id: int, wishes: Mapping[int, str], at: datetime
) -> int:
    """Say of cases how gladly one would judge them; an empty word takes a wish back.

    Returns how many wishes changed. Whoever says ``conflict`` sees the case no more.
    """
    require(actor, "panels.bid")
    person_id = actor.person_id or 0
    asked = items_to_wish(actor, on=localdate(at))
    mine = {row.pk: row for row in asked if row.formation_id == formation_id}
    if not mine or set(wishes) - set(mine):
        raise NotFound
    if any(wish and wish not in Wish.values for wish in wishes.values()):
        raise Invalid(
            [
                Problem(
                    field="wish",
                    message=_("There is no such wish."),
                    mend=_("Choose one of the list."),
                )
            ]
        )
    said = dict(
        Bid.objects.filter(person_id=person_id, item_id__in=mine).values_list(
            "item_id", "wish"
        )
    )
    changed = {pk: w for pk, w in wishes.items() if said.get(pk, "") != w}
    for pk, wish in changed.items():
        if wish:
            Bid.objects.update_or_create(
                item_id=pk,
                person_id=person_id,
                defaults={"wish": wish, "made_at": at},
            )
        else:
            Bid.objects.filter(item_id=pk, person_id=person_id).delete()
    if changed:
        formation = (
            FormationItem.objects.select_related("formation__regime_version")
            .get(pk=next(iter(mine)))
            .formation
        )
        if formation.state != FormationState.PLANNED:
            raise NotFound
        tell_formation(
            actor,
            formation,
            "bid",
            at,
            detail={"wishes": len(changed)},
            secret={
                "person": person_id,
                "wishes": {str(pk): wish for pk, wish in sorted(changed.items())},
            },
        )
    return len(changed)
