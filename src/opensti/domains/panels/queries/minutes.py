"""The minutes as data, growing while the session runs, and what was signed of them.

They fall into parts, so that a member who must not know of an item reads, digests and
signs the rest: ``meeting``; ``attendance``, in which whoever left for a hidden item stays
as if it were not there; ``text`` of those from whom nothing is hidden; ``item:<id>`` for
those who may know of the item. Numbers on the agenda are not in a part: they differ by the reader.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from opensti.domains.panels.choices import (
    ASKED,
    VOTING,
    LeftWhy,
    PollState,
    SeatRole,
)
from opensti.domains.panels.models import (
    Convocation,
    CouncilItem,
    Dissent,
    Poll,
    Presence,
    Remark,
    Seat,
    Signature,
    Sitting,
    Turn,
)
from opensti.domains.panels.permissions import has_sheet
from opensti.domains.panels.queries.councils import sees_all_of
from opensti.domains.panels.queries.rules import rule_of
from opensti.domains.panels.queries.session import meeting_of
from opensti.kernel.access import get_visible, visible
from opensti.kernel.files.serving import files_of, readable_file
from opensti.kernel.record.leaves import canonical
from opensti.kernel.refusals import NotFound

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from opensti.domains.panels.models import Council
    from opensti.kernel.access import Actor
    from opensti.kernel.files.models import StoredFile

Part = dict[str, Any]


def minutes_parts(actor: Actor, council: Council) -> dict[str, Part]:
    """The parts of the minutes as the person may know them, by name; 10 queries."""
    return parts_with(
        council,
        set(
            visible(actor, CouncilItem.objects.filter(council=council)).values_list(
                "pk", flat=True
            )
        ),
    )


def parts_as_signed(council: Council, signed: Iterable[str]) -> dict[str, Part]:
    """The same parts as they stand now for whoever signed these, by their names."""
    names = set(signed)
    return parts_with(
        council,
        {
            pk
            for pk, public_id in CouncilItem.objects.filter(
                council=council
            ).values_list("pk", "public_id")
            if f"item:{public_id}" in names
        },
    )


def parts_with(council: Council, known: set[int]) -> dict[str, Part]:
    """The minutes of somebody who may know of these items and of no other.

    Whoever left for another is shown as staying: the interval would tell of it.
    """
    meeting = meeting_of(council)
    sittings = list(Sitting.objects.filter(council=council).order_by("number"))
    called = Convocation.objects.filter(council=council).order_by("number").last()
    seats = list(
        Seat.objects.filter(council=council, state__in=ASKED)
        .select_related("person")
        .order_by("pk")
    )
    parts: dict[str, Part] = {
        "meeting": {
            "council": council.title_vi,
            "decision": council.decision_number,
            "rule": rule_of(council).basis,
            "place": council.place,
            "mode": council.mode,
            "called_at": called.sent_at if called else None,
            "sittings": [
                {
                    "number": s.number,
                    "opened_at": s.opened_at,
                    "ended_at": s.ended_at,
                    "resumes_at": s.resumes_at,
                    "reason": s.reason,
                }
                for s in sittings
                if s.opened_at is not None
            ],
            "method": meeting.method,
            "method_votes": meeting.method_votes,
            "members": [
                {"name": s.person.full_name, "role": s.role}
                for s in seats
                if s.role in VOTING
            ],
            "count_team": [s.person.full_name for s in seats if s.counts_ballots],
        }
    }
    whole = not CouncilItem.objects.filter(council=council).exclude(pk__in=known)
    parts["attendance"] = {"members": _attendance(seats, sittings, known)}
    parts["text"] = {"text": council.minutes if whole else ""}
    parts.update(_items(council, known, seats))
    return parts


def _attendance(
    seats: Iterable[Seat], sittings: Iterable[Sitting], known: set[int]
) -> list[Part]:
    """From when until when each was there, and why he left; which tie is not said.

    Only who may know of an item is told that somebody left for it.
    """
    by_seat: dict[int, list[Presence]] = {}
    numbers = {s.pk: s.number for s in sittings}
    for presence in Presence.objects.filter(
        sitting_id__in=list(numbers), confirmed=True
    ).order_by("since", "pk"):
        rows = by_seat.setdefault(presence.seat_id, [])
        before = rows[-1] if rows else None
        if (
            before is not None
            and before.item_id is not None
            and before.item_id not in known
            and before.sitting_id == presence.sitting_id
        ):
            before.until, before.why_left = presence.until, presence.why_left
            before.said = presence.said
            before.item_id = presence.item_id
        else:
            rows.append(presence)
    for rows in by_seat.values():
        last = rows[-1]
        if last.item_id is not None and last.item_id not in known:
            last.until, last.why_left = (
                None,
                "",
            )  # he is away for an item that is under way
    return [
        {
            "name": seat.person.full_name,
            "role": seat.role,
            "opinion": bool(seat.written_opinion),
            "there": [
                {
                    "sitting": numbers[p.sitting_id],
                    "since": p.since,
                    "until": p.until,
                    "remote": p.remote,
                    "why": "" if p.why_left == LeftWhy.END else p.why_left,
                    "said": p.said,
                }
                for p in by_seat.get(seat.pk, [])
                if p.until is None or p.until > p.since
            ],
        }
        for seat in seats
    ]


def _items(council: Council, known: set[int], seats: Iterable[Seat]) -> dict[str, Part]:
    rows = list(
        CouncilItem.objects.filter(council=council, pk__in=known)
        .select_related("dossier", "order")
        .defer("dossier__answers", "dossier__typed")
        .order_by("position")
    )
    ids = [row.pk for row in rows]
    names = {s.pk: s.person.full_name for s in seats}
    turns: dict[int, list[Turn]] = {}
    for turn in Turn.objects.filter(item_id__in=ids):
        turns.setdefault(turn.item_id, []).append(turn)
    polls: dict[int, list[Poll]] = {}
    for poll in Poll.objects.filter(item_id__in=ids).order_by("opened_at", "pk"):
        polls.setdefault(poll.item_id, []).append(poll)
    dissents: dict[int, list[Dissent]] = {}
    for dissent in Dissent.objects.filter(item_id__in=ids).order_by("pk"):
        dissents.setdefault(dissent.item_id, []).append(dissent)
    remarks = dict(
        Remark.objects.filter(item_id__in=ids).values_list("item_id", "text")
    )
    return {
        f"item:{row.public_id}": {
            "code": _code(row),
            "title": _title(row),
            "turns": [
                {"began_at": t.began_at, "ended_at": t.ended_at, "how": t.how}
                for t in turns.get(row.pk, [])
            ],
            "polls": [
                {
                    "method": p.method,
                    "state": p.state,
                    "entitled": p.entitled,
                    "issued": p.issued,
                    "cast": p.cast,
                    "invalid": p.invalid,
                    "digest": p.digest,
                    "reason": p.counts.get("reason", ""),
                }
                for p in polls.get(row.pk, [])
                if p.state in (PollState.CLOSED, PollState.CANCELLED)
            ],
            "outcome": row.outcome,
            "mean": row.mean,
            "rank": row.rank,
            "amount": row.proposed_amount,
            "figures": (row.result or {}).get("figures", {}),
            "recommendation": row.recommendation,
            "remark": remarks.get(row.pk, ""),
            "dissents": [
                {"text": d.text, "name": names[d.seat_id] if d.named else ""}
                for d in dissents.get(row.pk, [])
            ],
        }
        for row in rows
    }


def _title(row: CouncilItem) -> str:
    thing = row.dossier or row.order
    return thing.title_vi if thing is not None else ""


def _code(row: CouncilItem) -> str:
    thing = row.dossier or row.order
    return str(thing.code or "") if thing is not None else ""


def part_digests(parts: Mapping[str, Part]) -> dict[str, str]:
    return {
        name: sha256(canonical(part).encode()).hexdigest()
        for name, part in sorted(parts.items())
    }


def whole_digest(digests: Mapping[str, str]) -> str:
    """One digest over those of the parts: what a signature is put to."""
    return sha256(canonical(dict(digests)).encode()).hexdigest()


def remark_on(item: CouncilItem) -> Remark | None:
    """What the secretary noted of an item so far."""
    return Remark.objects.filter(item=item).first()


@dataclass(frozen=True, kw_only=True)
class Words:
    """What was written of one item, by the secretary and by the reader himself."""

    item: CouncilItem
    remark: Remark | None
    dissent: Dissent | None


def words_on_items(actor: Actor, council: Council, seat: Seat | None) -> list[Words]:
    """The items with the remark and the reader's own dissent, for the page; 3 queries."""
    rows = list(
        visible(actor, CouncilItem.objects.filter(council=council))
        .defer("result")
        .order_by("position")
    )
    ids = [row.pk for row in rows]
    remarks = {r.item_id: r for r in Remark.objects.filter(item_id__in=ids)}
    own = (
        {d.item_id: d for d in Dissent.objects.filter(item_id__in=ids, seat=seat)}
        if seat is not None
        else {}
    )
    return [
        Words(item=row, remark=remarks.get(row.pk), dissent=own.get(row.pk))
        for row in rows
    ]


@dataclass(frozen=True, kw_only=True)
class Signed:
    """Where one member stands with the minutes."""

    seat: Seat
    signature: Signature | None
    voided: Signature | None
    required: bool

    @property
    def on_paper(self) -> Signature | None:
        """The signature whose scanned sheet is kept, standing or void."""
        last = self.signature or self.voided
        return last if last is not None and last.scan else None


def signatures_of(council: Council) -> list[Signed]:
    """Every voting member with the standing signature, members before the heads."""
    seats = list(
        Seat.objects.filter(council=council, state__in=ASKED, role__in=VOTING)
        .select_related("person")
        .order_by("pk")
    )
    standing: dict[int, Signature] = {}
    voided: dict[int, Signature] = {}
    for signature in Signature.objects.filter(council=council):
        (standing if signature.voided_at is None else voided)[signature.seat_id] = (
            signature
        )
    heads = required_signatories(seats)
    return sorted(
        (
            Signed(
                seat=seat,
                signature=standing.get(seat.pk),
                voided=voided.get(seat.pk) if seat.pk not in standing else None,
                required=seat.pk in heads,
            )
            for seat in seats
        ),
        key=lambda s: (s.required, s.seat.role == SeatRole.CHAIR, s.seat.pk),
    )


def scan_subject(council: Council) -> str:
    """Under which name the scans of a council's signatures are kept."""
    return f"panels.signature:{council.public_id}"


def scan_of(actor: Actor, council: Council, signature_id: int) -> StoredFile:
    """The scanned sheet of a signature on paper, void or not; the caller serves it.

    Raises ``NotFound`` for whoever has no right to it (the signer and the keepers have,
    unless an item is hidden from them), for a signature given electronically, and
    while the file is still being checked.
    """
    signature = get_visible(
        actor, Signature.objects.filter(council=council), pk=signature_id
    )
    for file in files_of(scan_subject(council), kind=f"seat-{signature.seat_id}"):
        if file.sha256 == signature.scan:
            return readable_file(actor, file.public_id)
    raise NotFound


def sheets_had(actor: Actor, council: Council, rows: Iterable[Signed]) -> set[int]:
    """The signatures whose scanned sheet this person is handed; 1 query where any is."""
    sheets = {
        row.on_paper.pk
        for row in rows
        if row.on_paper is not None and has_sheet(actor, council, row.seat)
    }
    return sheets if sheets and sees_all_of(actor, council) else set()


def required_signatories(seats: Iterable[Seat]) -> set[int]:
    """Chair (the vice chair in his absence) and secretary: without them no adoption."""
    found: set[int] = set()
    by_role: dict[str, list[Seat]] = {}
    for seat in seats:
        by_role.setdefault(seat.role, []).append(seat)
    chairs = by_role.get(SeatRole.CHAIR, [])
    if any(s.present for s in chairs) or not by_role.get(SeatRole.VICE):
        found |= {s.pk for s in chairs}
    else:
        found |= {s.pk for s in by_role[SeatRole.VICE] if s.present}
    return found | {s.pk for s in by_role.get(SeatRole.SECRETARY, [])}
