"""Waves that a person may know of, and what stands in one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Count, F, Q

from opensti.domains.surveys.choices import Consent, State
from opensti.domains.surveys.lifecycle import steps_from
from opensti.domains.surveys.models import Manager, Respondent, Unit, Wave
from opensti.domains.surveys.queries.rows import pilot_report
from opensti.kernel.access import PUBLIC, get_visible, may, visible

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from opensti.domains.surveys.models import Stratum
    from opensti.kernel.access import Actor

COUNTS = ("asked", "answered", "people", "agreed", "finished")
_HEAVY = ("cleaned", "pilot", "prices")


def waves(actor: Actor) -> QuerySet[Wave]:
    """Those the person manages, and the published ones, newest first; 1 query."""
    rows = Wave.objects.select_related("organisation").defer(*_HEAVY)
    return visible(actor, rows)


def published_waves() -> QuerySet[Wave]:
    """Those that everybody may read, newest first; 1 query."""
    return waves(PUBLIC).order_by("-published_at", "-pk")


def wave(actor: Actor, public_id: str) -> Wave:
    """One by its public id; ``NotFound`` where it is absent or hidden. 1 query."""
    rows = Wave.objects.select_related("organisation", "previous", "version_of")
    return get_visible(actor, rows, public_id=public_id)


@dataclass(frozen=True, kw_only=True)
class Response:
    """A stratum: how many there are, are to be asked, were asked, answered.

    ``answered``: organisations of which somebody is done; ``people`` were asked, ``agreed``
    are of those who took part.
    """

    stratum: Stratum
    asked: int = 0
    answered: int = 0
    people: int = 0
    agreed: int = 0
    finished: int = 0


@dataclass(frozen=True, kw_only=True)
class Opened:
    """A wave with what its page shows to one who manages it; else only the row."""

    row: Wave
    runs: bool
    managers: list[Manager]
    responses: list[Response]
    steps: list[str]
    pilot: dict[str, Any] | None
    mails: dict[str, int]

    @property
    def whole(self) -> dict[str, int]:
        """All strata together."""
        return {
            "organisations": sum(r.stratum.organisations for r in self.responses),
            "sample": sum(r.stratum.sample or 0 for r in self.responses),
            **{name: sum(getattr(r, name) for r in self.responses) for name in COUNTS},
        }


def opened(actor: Actor, public_id: str) -> Opened:
    """All that the page of a wave shows this person; at most 9 queries."""
    row = wave(actor, public_id)
    runs = bool(may(actor, "surveys.run", row))
    if not runs:
        return Opened(row=row, runs=False, managers=[], responses=[], steps=[], pilot=None, mails={})  # fmt: skip
    pilot = row.state == State.PILOT
    return Opened(
        row=row,
        runs=True,
        managers=list(row.managers.filter(until=None).select_related("user")),
        responses=responses(row, pilot=pilot),
        steps=[str(one) for one in steps_from(row.state)],
        pilot=pilot_report(row) if pilot else row.pilot,
        mails=_mails(row, pilot=pilot),
    )


def responses(row: Wave, *, pilot: bool) -> list[Response]:
    """Stratum by stratum: counts alone, of the pilot or of the field. 2 queries."""
    done = Q(finished_at__isnull=False)
    counted = (
        Respondent.objects.filter(
            unit__wave=row, unit__pilot=pilot, unit__withdrawn_at=None
        )
        .order_by()
        .values("unit__economy", "unit__size", "unit__sector")
        .annotate(
            asked=Count("unit_id", distinct=True),
            answered=Count("unit_id", distinct=True, filter=done),
            people=Count("pk"),
            agreed=Count("pk", filter=Q(consent=Consent.GIVEN)),
            finished=Count("pk", filter=done),
        )
    )
    found: dict[tuple[str, str, str], dict[str, int]] = {}
    for one in counted:
        place = (one["unit__economy"], one["unit__size"], one["unit__sector"])
        found[place] = {name: one[name] for name in COUNTS}  # type: ignore[literal-required]
    return [
        Response(stratum=s, **found.get((s.economy, s.size, s.sector), {}))
        for s in row.strata.all()
    ]


def _mails(row: Wave, *, pilot: bool) -> dict[str, int]:
    """Letters sent, still to be sent, not taken. 1 query."""
    people = Respondent.objects.filter(unit__wave=row, unit__withdrawn_at=None)
    if row.state != State.PUBLISHED:
        people = people.filter(unit__pilot=pilot)
    waiting = Q(letters__lt=F("wanted")) & ~Q(email="")
    return people.aggregate(
        sent=Count("pk", filter=Q(letters__gt=0)),
        waiting=Count("pk", filter=waiting & Q(mail_error="")),
        failed=Count("pk", filter=waiting & ~Q(mail_error="")),
    )


def units(actor: Actor, row: Wave) -> QuerySet[Unit]:
    """Organisations that are asked, as the list said; not whether they answered. 1 query."""
    rows = Unit.objects.filter(wave=row).annotate(invited=Count("people"))
    return visible(actor, rows).order_by("code")
