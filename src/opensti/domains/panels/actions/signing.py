"""Dissent, remarks and signatures: what members put to the minutes, and what voids it."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from opensti.domains.panels.actions.acting import locked, locked_item, tell
from opensti.domains.panels.choices import (
    ASKED,
    VOTING,
    CouncilState,
    SignedHow,
)
from opensti.domains.panels.models import (
    Council,
    CouncilItem,
    Dissent,
    Remark,
    Seat,
    Signature,
)
from opensti.domains.panels.queries import (
    attended,
    minutes_parts,
    part_digests,
    parts_as_signed,
    required_signatories,
    scan_subject,
    whole_digest,
)
from opensti.kernel.access import SYSTEM, get_visible, require
from opensti.kernel.files.actions import upload
from opensti.kernel.refusals import Invalid, NotFound, Problem, Stale, StepNotAllowed

if TYPE_CHECKING:
    from datetime import datetime

    from django.core.files.base import File

    from opensti.kernel.access import Actor

LONGEST = 20_000
SCANS = (".pdf", ".png", ".jpg", ".jpeg")
OPEN_FOR_WORDS = frozenset({CouncilState.MEETING, CouncilState.CONCLUDED})


@transaction.atomic
def dissent(
    *, actor: Actor, item_id: int, text: str, at: datetime, named: bool = False
) -> Dissent:
    """Put a member's own opinion into the minutes, under his name if he wishes.

    Of those who took part in the item, until the minutes are adopted. Writing again
    replaces what he wrote; signatures given before are void and the page says so.
    """
    item = get_visible(actor, CouncilItem.objects.all(), pk=item_id)
    council, seat = _member(actor, item.council_id)
    if council.state not in OPEN_FOR_WORDS or council.minutes_adopted_at is not None:
        raise StepNotAllowed(
            _("Opinions are noted from the opening until the minutes are adopted.")
        )
    part = attended(item)
    if part is not None and seat.pk not in part:
        raise StepNotAllowed(_("You took no part in this item."))
    if not text.strip():
        raise Invalid(
            [
                Problem(
                    field="text",
                    message=_("There is no opinion yet."),
                    mend=_("Write what you do not agree with, and why."),
                )
            ]
        )
    said = text.replace("\x00", "").strip()[:LONGEST]
    held = Dissent.objects.filter(item=item, seat=seat).first()
    if held is not None and (held.text, held.named) == (said, named):
        return held
    made, _new = Dissent.objects.update_or_create(
        item=item, seat=seat, defaults={"text": said, "named": named, "made_at": at}
    )
    void_signatures(actor, council, at)
    tell(
        actor,
        council,
        "dissent",
        at,
        detail={"item": item.public_id, "named": named},
        secret={"person": seat.person_id, "text": said},
    )
    return made


@transaction.atomic
def write_remark(
    *,
    actor: Actor,
    item_id: int,
    text: str,
    at: datetime,
    expected_version: int | None = None,
) -> Remark:
    """Keep what the secretary notes of the discussion of an item, while it goes on."""
    council, item = locked_item(actor, item_id, "write_minutes")
    if council.minutes_adopted_at is not None:
        raise StepNotAllowed(_("The minutes are adopted and no longer change."))
    held = Remark.objects.filter(item=item).first() or Remark(item=item, version=0)
    said = text.replace("\x00", "").strip()[:LONGEST]
    if held.pk is not None and held.text == said:
        return held
    if expected_version is not None and held.version != expected_version:
        raise Stale(
            _("This remark was changed in another window meanwhile."),
            mend=_("Look at what is there now; your text is still in this form."),
        )
    held.text, held.changed_at = said, at
    held.version += 1
    held.save()
    void_signatures(actor, council, at)
    tell(
        actor,
        council,
        "write_remark",
        at,
        detail={"item": item.public_id, "length": len(said)},
        secret={"text": said},
    )
    return held


@transaction.atomic
def sign_minutes(
    *, actor: Actor, council_id: int, digest: str, at: datetime
) -> Signature:
    """Sign the minutes as read: ``digest`` is the one shown on the page.

    The record keeps it. Chair and secretary sign last, when nobody else is to come.
    """
    council, seat = _member(actor, council_id, permission="panels.sign")
    _signable(council)
    held = Signature.objects.filter(council=council, seat=seat, voided_at=None).first()
    if held is not None:
        return held
    parts = part_digests(minutes_parts(actor, council))
    whole = whole_digest(parts)
    if digest != whole:
        raise Stale(
            _("The minutes were changed after you read them."),
            mend=_("Read them as they stand now, then sign."),
        )
    _heads_last(council, seat)
    made = Signature.objects.create(
        council=council,
        seat=seat,
        how=SignedHow.ELECTRONIC,
        parts=parts,
        digest=whole,
        signed_at=at,
    )
    tell(
        actor,
        council,
        "sign_minutes",
        at,
        detail={"digest": whole, "seat": seat.role},
        secret={"person": seat.person_id},
    )
    return made


@transaction.atomic
def enter_signature(
    *,
    actor: Actor,
    council_id: int,
    seat_id: int,
    digest: str,
    scan: File[bytes] | None,
    at: datetime,
) -> Signature:
    """The keeper enters a sheet signed by hand, with the digest printed on it."""
    council = locked(actor, council_id, "sign")
    _signable(council)
    seat = Seat.objects.filter(
        council=council, pk=seat_id, state__in=ASKED, role__in=VOTING
    ).first()
    if seat is None:
        raise NotFound
    parts = part_digests(minutes_parts(SYSTEM, council))
    whole = whole_digest(parts)
    problems = []
    if digest.strip().lower() != whole:
        problems.append(
            Problem(
                field="digest",
                message=_("This is not the digest of the minutes as they stand."),
                mend=_("Print them again; the digest stands at their end."),
            )
        )
    if scan is None or not str(scan.name).lower().endswith(SCANS):
        problems.append(
            Problem(
                field="scan",
                message=_("The scanned sheet is missing."),
                mend=_("Add it as a PDF or a picture."),
            )
        )
    if problems or scan is None:
        raise Invalid(problems)
    if any(r.seat_id == seat.pk for i in council.items.all() for r in i.recusals.all()):
        raise StepNotAllowed(
            _("This member may not read every item: he signs his part here himself.")
        )
    held = Signature.objects.filter(council=council, seat=seat, voided_at=None).first()
    if held is not None:
        return held
    _heads_last(council, seat)
    content = sha256(b"".join(scan.chunks())).hexdigest()
    scan.seek(0)
    upload(
        actor=actor,
        subject=scan_subject(council),
        file=scan,
        at=at,
        kind=f"seat-{seat.pk}",
    )
    made = Signature.objects.create(
        council=council,
        seat=seat,
        how=SignedHow.PAPER,
        parts=parts,
        digest=whole,
        scan=content,
        signed_at=at,
    )
    tell(
        actor,
        council,
        "enter_signature",
        at,
        detail={"digest": whole, "scan": content, "seat": seat.role},
        secret={"person": seat.person_id},
    )
    return made


def void_signatures(actor: Actor, council: Council, at: datetime) -> None:
    """A change after signing voids what no longer fits, visibly and for good."""
    standing = list(Signature.objects.filter(council=council, voided_at=None))
    if not standing:
        return
    void = [
        s
        for s in standing
        if part_digests(parts_as_signed(council, s.parts)) != s.parts
    ]
    for signature in void:
        signature.voided_at = at
        signature.save(update_fields=["voided_at"])
    if void:
        tell(actor, council, "void_signatures", at, detail={"signatures": len(void)})


def missing_signatures(council: Council) -> list[str]:
    """Who must still sign before the minutes can be adopted."""
    seats = list(
        Seat.objects.filter(council=council, state__in=ASKED, role__in=VOTING)
        .select_related("person")
        .order_by("pk")
    )
    signed = set(
        Signature.objects.filter(council=council, voided_at=None).values_list(
            "seat_id", flat=True
        )
    )
    return [
        s.person.full_name
        for s in seats
        if s.pk in required_signatories(seats) - signed
    ]


def _heads_last(council: Council, seat: Seat) -> None:
    seats = list(
        Seat.objects.filter(
            council=council, state__in=ASKED, role__in=VOTING
        ).select_related("person")
    )
    heads = required_signatories(seats)
    if seat.pk not in heads:
        return
    signed = set(
        Signature.objects.filter(council=council, voided_at=None).values_list(
            "seat_id", flat=True
        )
    )
    if any(s.present and s.pk not in heads | signed for s in seats):
        raise StepNotAllowed(
            _("Chair and secretary sign last."),
            mend=_("Wait for the other members who were there."),
        )


def _signable(council: Council) -> None:
    if (
        council.state != CouncilState.CONCLUDED
        or council.minutes_adopted_at is not None
    ):
        raise StepNotAllowed(
            _("Minutes are signed after the conclusion and before they are adopted.")
        )


def _member(
    actor: Actor, council_id: int, *, permission: str = "panels.vote"
) -> tuple[Council, Seat]:
    council = get_visible(
        actor,
        Council.objects.select_for_update(of=("self",))
        .select_related("regime_version")
        .defer("regime_version__content"),
        pk=council_id,
    )
    seat = (
        council.seats.filter(
            person_id=actor.person_id, state__in=ASKED, role__in=VOTING
        ).first()
        if actor.person_id is not None
        else None
    )
    require(actor, permission, seat)
    if seat is None:
        raise NotFound
    return council, seat
