"""Values of indicators: entered, corrected, returned, approved, published; never edited.

Whole and parts that came together stand and fall together: each act on the whole takes
its parts with it. A correction is a new row that replaces the old one; the old one keeps
counting until the new one is approved.
"""

from __future__ import annotations

from collections.abc import Sequence  # noqa: TC003 -- read by the addresses at run time
from typing import TYPE_CHECKING, Any

from django.core.files.base import File
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from opensti.domains.registry.queries import organisations
from opensti.domains.strategies.actions.numbers import ValueFacts, checked
from opensti.domains.strategies.choices import CampaignState, ObservationState
from opensti.domains.strategies.events import ValueReturned
from opensti.domains.strategies.models import (
    CampaignItem,
    Indicator,
    Observation,
    Vintage,
)
from opensti.domains.strategies.queries.observations import (
    observation_subject,
    report_rows,
)
from opensti.kernel.access import Role, get_visible, require, visible
from opensti.kernel.bulk import BulkLine, in_turn
from opensti.kernel.checks import (
    as_seen,
    in_state,
    keep,
    locked_row,
    problem,
    required,
)
from opensti.kernel.events import publish
from opensti.kernel.files import actions as files
from opensti.kernel.identifiers import new_public_id
from opensti.kernel.record.actions import record
from opensti.kernel.refusals import AccessDenied, StepNotAllowed

if TYPE_CHECKING:
    from datetime import datetime

    from opensti.kernel.access import Actor

State = ObservationState
# A file to keep, or the name and SHA-256 of one that is kept.
Proof = File[bytes] | tuple[str, str] | None


@transaction.atomic
def enter_observation(
    *,
    actor: Actor,
    indicator_id: int,
    facts: ValueFacts,
    at: datetime,
    reporter_id: int | None = None,
    file: File[bytes] | None = None,
) -> Observation:
    """Report a value, of an agency or of the ministry itself (no ``reporter_id``).

    After a return the new row replaces the returned one. Raises ``AccessDenied`` for
    another's agency, ``StepNotAllowed`` for what was not asked for, is reported already,
    or a card out of use, ``Invalid`` for numbers that do not hold.
    """
    return enter(actor, indicator_id, facts, at, reporter_id=reporter_id, proof=file)


def enter(
    actor: Actor,
    indicator_id: int,
    facts: ValueFacts,
    at: datetime,
    *,
    reporter_id: int | None,
    proof: Proof,
) -> Observation:
    """The same within another act, with a file to keep or one that is kept already."""
    card = locked_row(actor, Indicator.objects.all(), pk=indicator_id)
    require(actor, "strategies.report", reporter_id)
    _reportable(actor, card, facts.period, reporter_id)
    facts = checked(card, facts, at=at, own=reporter_id is None)
    vintage, label = _vintage(actor, facts)
    last = _chain(card, reporter_id, facts.period, label, cell="")
    if last is not None and last.state != State.RETURNED:
        raise StepNotAllowed(
            _("%(code)s of %(period)s is reported already: %(value)s.")
            % {
                "code": card.code,
                "period": facts.period,
                "value": f"{last.value:f}" if last.value is not None else "",
            },
            mend=_("Correct that report: the old one stays in the history."),
        )
    row = Observation(
        indicator=card,
        reporter_id=reporter_id,
        period=facts.period,
        vintage=vintage,
        vintage_label=label,
        replaces=last,
    )
    return _write(actor, row, facts, at, proof, act="enter_observation")


@transaction.atomic
def correct_observation(
    *,
    actor: Actor,
    observation_id: int,
    facts: ValueFacts,
    reason: str,
    version: int,
    at: datetime,
    file: File[bytes] | None = None,
) -> Observation:
    """Say a reported value anew; the old row stays, and counts until this one is approved.

    Period and vintage are those of the old row. Raises ``StepNotAllowed`` for a row that
    was replaced before.
    """
    return correct(
        actor, observation_id, facts, at, reason=reason, version=version, proof=file
    )


def correct(
    actor: Actor,
    observation_id: int,
    facts: ValueFacts,
    at: datetime,
    *,
    reason: str,
    version: int,
    proof: Proof,
) -> Observation:
    """The same within another act, with a file to keep or one that is kept already."""
    seen = get_visible(actor, Observation.objects.all(), pk=observation_id)
    card = Indicator.objects.select_for_update().get(pk=seen.indicator_id)
    old = Observation.objects.select_for_update(of=("self",)).get(pk=seen.pk)
    as_seen(old, version)
    require(actor, "strategies.report", old.reporter_id)
    required(reason=reason)
    _whole(old)
    _newest(old)
    _reportable(actor, card, old.period, old.reporter_id)
    if facts.period != old.period:
        raise problem(
            "period",
            _("A correction is of the same period: %(period)s.")
            % {"period": old.period},
        )
    facts = checked(card, facts, at=at, own=old.reporter_id is None)
    row = Observation(
        indicator=card,
        reporter_id=old.reporter_id,
        period=old.period,
        vintage=old.vintage,
        vintage_label=old.vintage_label,
        replaces=old,
    )
    return _write(
        actor, row, facts, at, proof, act="correct_observation", reason=reason.strip()
    )


@transaction.atomic
def return_observation(
    *, actor: Actor, observation_id: int, reason: str, version: int, at: datetime
) -> Observation:
    """Send a report back to whoever entered it, who is told what is wrong."""
    whole, rows = _report(actor, observation_id, version, State.ENTERED)
    require(actor, "strategies.approve_observation", whole)
    _second_person(actor, whole)
    required(reason=reason)
    for row in rows:
        row.state, row.returned_for = State.RETURNED, reason.strip()
        row.decided_by_id, row.decided_at = actor.account_id, at
        keep(row, "state", "returned_for", "decided_by", "decided_at")
    _record(actor, "return_observation", whole, at, detail={"reason": reason.strip()})
    publish(ValueReturned(observation_id=whole.pk, at=at))
    return whole


@transaction.atomic
def approve_observation(
    *, actor: Actor, observation_id: int, version: int, at: datetime
) -> Observation:
    """Approve a report with its parts: from now on it counts. Never one's own."""
    whole, rows = _report(actor, observation_id, version, State.ENTERED)
    require(actor, "strategies.approve_observation", whole)
    _second_person(actor, whole)
    for row in rows:
        row.state = State.APPROVED
        row.decided_by_id, row.decided_at = actor.account_id, at
        keep(row, "state", "decided_by", "decided_at")
    _record(actor, "approve_observation", whole, at)
    return whole


@transaction.atomic
def publish_observation(
    *, actor: Actor, observation_id: int, version: int, at: datetime
) -> Observation:
    """Make an approved report, with its parts, public for good."""
    whole, rows = _report(actor, observation_id, version, State.APPROVED)
    require(actor, "strategies.publish_observation", whole)
    for row in rows:
        row.state, row.published_at = State.PUBLISHED, at
        keep(row, "state", "published_at")
    _record(
        actor,
        "publish_observation",
        whole,
        at,
        public=True,
        detail={
            "indicator": whole.indicator.code,
            "value": f"{whole.value:f}" if whole.value is not None else None,
        },
    )
    return whole


@transaction.atomic
def approve_many(
    *,
    actor: Actor,
    observation_ids: Sequence[int],
    at: datetime,
    dry_run: bool = False,
) -> list[BulkLine[Observation]]:
    """Approve several reports in turn: all of them or none; ``dry_run`` only tells."""
    return _in_turn(actor, observation_ids, at, approve_observation, dry_run=dry_run)


@transaction.atomic
def publish_many(
    *,
    actor: Actor,
    observation_ids: Sequence[int],
    at: datetime,
    dry_run: bool = False,
) -> list[BulkLine[Observation]]:
    """Publish several reports in turn: all of them or none; ``dry_run`` only tells."""
    return _in_turn(actor, observation_ids, at, publish_observation, dry_run=dry_run)


# ---- parts of the acts


def _in_turn(
    actor: Actor,
    observation_ids: Sequence[int],
    at: datetime,
    act: Any,
    *,
    dry_run: bool,
) -> list[BulkLine[Observation]]:
    rows = (
        visible(actor, Observation.objects.filter(pk__in=list(observation_ids)))
        .select_related("indicator")
        .order_by("indicator_id", "pk")
    )
    return in_turn(
        rows,
        lambda row: act(actor=actor, observation_id=row.pk, version=row.version, at=at),
        dry_run=dry_run,
    )


def _report(
    actor: Actor, observation_id: int, version: int | None, state: State
) -> tuple[Observation, list[Observation]]:
    """A whole and its parts, locked after their card, in the state the act needs."""
    seen = get_visible(actor, Observation.objects.all(), pk=observation_id)
    card = Indicator.objects.select_for_update().get(pk=seen.indicator_id)
    rows = list(report_rows(seen).select_for_update(of=("self",)).order_by("pk"))
    whole = next(row for row in rows if row.pk == seen.pk)
    whole.indicator = card
    as_seen(whole, version)
    _whole(whole)
    in_state(
        _("The report is %(state)s already."),
        whole.state,
        {state},
        whole.get_state_display(),
    )
    if state == State.ENTERED:
        _newest(whole)
    return whole, rows


def _whole(row: Observation) -> None:
    if row.cell:
        raise StepNotAllowed(
            _("This is a part of a report."),
            mend=_("Act on the whole: its parts go with it."),
        )


def _newest(row: Observation) -> None:
    if Observation.objects.filter(replaces=row).exists():
        raise StepNotAllowed(
            _("A later row replaced this one."),
            mend=_("Look at the newest: it stands first on the card."),
        )


def _second_person(actor: Actor, row: Observation) -> None:
    if actor.user_id is None or actor.user_id == row.entered_by_id:
        raise AccessDenied(
            _("Nobody decides on what he entered himself."),
            who=_("another officer or a leader"),
        )


def _reportable(
    actor: Actor, card: Indicator, period: str, reporter_id: int | None
) -> None:
    """An agency reports what it is asked for; the office may enter for it at any time."""
    if card.retired_on is not None:
        raise StepNotAllowed(
            _("The card was retired on %(day)s.")
            % {"day": f"{card.retired_on:%d/%m/%Y}"}
        )
    if reporter_id is None:
        return
    if not organisations(actor).filter(pk=reporter_id).exists():
        raise problem("reporter_id", _("There is no such organisation."))
    if actor.has(Role.OFFICER):
        return
    asked = CampaignItem.objects.filter(
        agency_id=reporter_id,
        indicator=card,
        campaign__period=period,
        campaign__state=CampaignState.OPEN,
    )
    if not asked.exists():
        raise StepNotAllowed(
            _("Your agency is not asked for %(code)s of %(period)s now.")
            % {"code": card.code, "period": period},
            mend=_("Write to the office: it opens a campaign, or enters it for you."),
        )


def _vintage(actor: Actor, facts: ValueFacts) -> tuple[Vintage | None, str]:
    label = " ".join(facts.vintage_label.split())
    longest = Observation._meta.get_field("vintage_label").max_length or 0
    if len(label) > longest:
        raise problem("vintage_label", _("This name is too long."))
    if facts.vintage_id is None:
        return None, label
    vintage = get_visible(actor, Vintage.objects.all(), pk=facts.vintage_id)
    if label and label != vintage.label:
        raise problem(
            "vintage_label",
            _("The data set calls this release “%(label)s”.")
            % {"label": vintage.label},
        )
    return vintage, vintage.label


def _chain(
    card: Indicator, reporter_id: int | None, period: str, label: str, *, cell: str
) -> Observation | None:
    """The newest row of a report or of one of its parts."""
    return (
        Observation.objects.select_for_update(of=("self",))
        .filter(
            indicator=card,
            reporter_id=reporter_id,
            period=period,
            vintage_label=label,
            cell=cell,
        )
        .order_by("-pk")
        .first()
    )


def _write(
    actor: Actor,
    row: Observation,
    facts: ValueFacts,
    at: datetime,
    proof: Proof,
    *,
    act: str,
    reason: str = "",
) -> Observation:
    """Write whole and parts, keep the file, tell the campaign, record."""
    row.public_id = new_public_id()
    source = facts.source.strip()
    if len(source) > (Observation._meta.get_field("source").max_length or 0):
        raise problem("source", _("This is too long."))
    row.value, row.numerator = facts.value, facts.numerator
    row.denominator, row.status = facts.denominator, facts.status
    row.source, row.note = source, reason or facts.note.strip()
    row.entered_by_id, row.entered_at = actor.account_id, at
    if isinstance(proof, File):
        _keep_file(actor, row, proof, at)
    elif proof is not None:
        row.file_name, row.sha256 = proof
    row.save(force_insert=True)
    for part in facts.parts:
        before = _chain(
            row.indicator,
            row.reporter_id,
            row.period,
            row.vintage_label,
            cell=part.cell,
        )
        Observation.objects.create(
            indicator=row.indicator,
            reporter_id=row.reporter_id,
            period=row.period,
            cell=part.cell,
            value=part.value,
            numerator=part.numerator,
            denominator=part.denominator,
            status=row.status,
            vintage=row.vintage,
            vintage_label=row.vintage_label,
            source=row.source,
            file_name=row.file_name,
            sha256=row.sha256,
            replaces=before,
            entered_by_id=actor.account_id,
            entered_at=at,
        )
    if row.reporter_id is not None:
        CampaignItem.objects.filter(
            agency_id=row.reporter_id,
            indicator=row.indicator,
            campaign__period=row.period,
            campaign__state=CampaignState.OPEN,
        ).update(observation=row, reported_at=at)
    _record(
        actor,
        act,
        row,
        at,
        detail={
            "indicator": row.indicator.code,
            "value": f"{row.value:f}" if row.value is not None else None,
            "parts": len(facts.parts),
            "replaces": row.replaces.public_id if row.replaces else None,
            **({"reason": reason} if reason else {}),
        },
    )
    return row


def _keep_file(actor: Actor, row: Observation, file: File[bytes], at: datetime) -> None:
    kept = files.upload(
        actor=actor, subject=observation_subject(row), file=file, at=at, most=1
    )
    row.file_name, row.sha256 = kept.name, kept.sha256


def _record(
    actor: Actor,
    act: str,
    row: Observation,
    at: datetime,
    *,
    public: bool = False,
    detail: dict[str, Any] | None = None,
) -> None:
    record(
        actor=actor,
        act=f"strategies.{act}",
        subject=observation_subject(row),
        at=at,
        public=public,
        detail={"period": row.period, "version": row.version, **(detail or {})},
    )
