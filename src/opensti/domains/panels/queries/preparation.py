"""Before the meeting, for who keeps or chairs it: what is in, what stands out, what divides."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.formats import number_format
from django.utils.timezone import localdate
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from sti_methods import reviewing as methods

from opensti.domains.calls.queries import dossier_texts
from opensti.domains.panels.choices import (
    ASKED,
    SIGN_LABELS,
    QuestionState,
    ReviewState,
    SeatState,
    Vote,
)
from opensti.domains.panels.models import (
    Assignment,
    Invitation,
    PaperOpening,
    Question,
    Reminder,
    Reserve,
    Review,
    Seat,
    Undertaking,
)
from opensti.domains.panels.queries.councils import agenda
from opensti.domains.panels.queries.reviewing import (
    is_as_committed,
    ratings_of,
    review_due,
    shown_names,
)
from opensti.domains.panels.queries.rules import sheet_of
from opensti.domains.panels.queries.shares import share_of, shares_of, words_of
from opensti.kernel.access import may, visible
from opensti.kernel.worktext import joined

if TYPE_CHECKING:
    from datetime import date

    from opensti.domains.panels.models import Council, CouncilItem
    from opensti.kernel.access import Actor
    from opensti.kernel.refusals import Text


PAIR = 2


@dataclass(frozen=True, kw_only=True)
class ReviewSign:
    """One thing that stands out in a review, in words and figures; no verdict."""

    kind: str
    label: Text
    text: str


@dataclass(frozen=True, kw_only=True)
class ReviewLine:
    """A named reviewer of an item: how far the review is, and what stands out."""

    seat: Any
    name: str
    review: Any
    state: str
    due: date | None
    signs: tuple[ReviewSign, ...]
    rating: Any


@dataclass(frozen=True, kw_only=True)
class Divided:
    """How far the opened reviews of an item lie apart, whole and by criterion."""

    count: int
    least: float
    most: float
    index: float
    criteria: tuple[tuple[str, float, float, float], ...]


@dataclass(frozen=True, kw_only=True)
class ItemLine:
    item: Any
    reviews: tuple[ReviewLine, ...]
    divided: Divided | None
    may_open: bool


@dataclass(frozen=True, kw_only=True)
class Preparation:
    """All that a keeper needs before the meeting."""

    items: tuple[ItemLine, ...]
    order: tuple[ItemLine, ...]
    alpha: float | None
    seats: tuple[Any, ...]
    questions: tuple[Any, ...]
    keeps: bool
    # Whether the forming of the council left people who stand by.
    reserve: bool


def preparation(actor: Actor, council: Council, *, today: date) -> Preparation:
    """Reviews, signs, disagreement, invitations and questions; never more than 16 queries.

    Signs are for the keeper; the chair sees how far the reviews lie apart.
    """
    signs = bool(may(actor, "panels.read_signs", council))
    items = agenda(actor, council)
    by_item = _reviews(actor, items)
    works = _works(items) if signs else {}
    readings = _readings(council) if signs else {}
    mine = ratings_of(actor, [r for rows in by_item.values() for r in rows])
    earlier = _earlier(by_item)
    named = _named(council)
    # Nothing of a sealed review but that it is in, and that only for the keeper.
    states = (
        {
            (item, seat): (state, in_at)
            for item, seat, state, in_at in Review.objects.filter(
                item__council=council
            ).values_list("item_id", "seat_id", "state", "handed_in_at")
        }
        if signs
        else {}
    )
    lines = []
    for item in items:
        opened = by_item.get(item.pk, [])
        assignments = named.get(item.pk, [])
        names = shown_names(actor, council, [a.seat for a in assignments])
        gone = {r.seat_id for r in item.known_recusals}  # type: ignore[attr-defined]
        found = [
            _line(
                a,
                names[a.seat_id],
                next((r for r in opened if r.seat_id == a.seat_id), None),
                states.get((item.pk, a.seat_id), ("", None)),
                review_due(council, a),
                today,
                _signs_of(item, a, opened, works, readings, earlier) if signs else [],
                mine,
                signs=signs,
            )
            for a in assignments
            if a.seat_id not in gone
        ]
        lines.append(
            ItemLine(
                item=item,
                reviews=tuple(found),
                divided=_divided(item, opened),
                may_open=any(
                    ln.state == ReviewState.HANDED_IN and ln.review is None
                    for ln in found
                ),
            )
        )
    widest = sorted(
        (ln for ln in lines if ln.divided is not None),
        key=lambda ln: -(ln.divided.index if ln.divided else 0),
    )
    seats = _seats(actor, council) if signs else ()
    declined = any(seat.state == SeatState.DECLINED for seat in seats)
    return Preparation(
        items=tuple(lines),
        order=tuple(widest),
        alpha=_alpha(by_item),
        seats=seats,
        questions=_questions(actor, council) if signs else (),
        keeps=signs,
        reserve=declined and Reserve.objects.filter(council=council).exists(),
    )


def _alpha(by_item: dict[int, list[Review]]) -> float | None:
    """Agreement over all cases; of a single case nothing can be said."""
    units = [
        totals
        for rows in by_item.values()
        if len(totals := [t for r in rows if (t := _total(r)) is not None]) >= PAIR
    ]
    return methods.krippendorff_alpha(units=units) if len(units) >= PAIR else None


def _reviews(actor: Actor, items: list[CouncilItem]) -> dict[int, list[Review]]:
    """The opened reviews that this person may read, by item; 1 query."""
    known = {item.pk: item for item in items}
    opened = any(i.council.opened_at is not None for i in items)
    found: dict[int, list[Review]] = {}
    for review in (
        visible(
            actor,
            Review.objects.filter(item__in=known, state=ReviewState.HANDED_IN),
        )
        .select_related("seat__person")
        .order_by("digest")
    ):
        if review.revealed_at is None and not opened:
            continue  # the own one, still sealed
        review.item = known[review.item_id]
        found.setdefault(review.item_id, []).append(review)
    return found


def _named(council: Council) -> dict[int, list[Assignment]]:
    found: dict[int, list[Assignment]] = {}
    for row in (
        Assignment.objects.filter(item__council=council, seat__state__in=ASKED)
        .select_related("seat__person")
        .order_by("seat_id")
    ):
        found.setdefault(row.item_id, []).append(row)
    return found


def _works(items: list[CouncilItem]) -> dict[int, str]:
    """The text of each item as it was handed in; 3 queries."""
    dossiers = {i.dossier_id: i.pk for i in items if i.dossier_id is not None}
    texts = {
        dossiers[w.object_id]: joined(
            w.title_vi, w.title_en, w.abstract, w.objectives, w.products
        )
        for w in (dossier_texts(list(dossiers)) if dossiers else ())
    }
    for item in items:
        if item.order is not None:
            texts[item.pk] = f"{item.order.title_vi}\n{item.order.objectives_vi}"
    return texts


def _readings(council: Council) -> dict[tuple[int, int], list[PaperOpening]]:
    found: dict[tuple[int, int], list[PaperOpening]] = {}
    for row in PaperOpening.objects.filter(item__council=council).order_by("at"):
        found.setdefault((row.item_id, row.seat_id), []).append(row)
    return found


def _earlier(by_item: dict[int, list[Review]]) -> dict[int, dict[int, str]]:
    """Each reviewer's texts in this council, by seat and item."""
    found: dict[int, dict[int, str]] = {}
    for item_id, rows in by_item.items():
        for r in rows:
            found.setdefault(r.seat_id, {})[item_id] = words_of(r)
    return found


def _line(  # noqa: PLR0917 -- one row of the table
    named: Assignment,
    name: str,
    review: Review | None,
    known: tuple[str, Any],
    due: date | None,
    today: date,
    found: list[ReviewSign],
    mine: dict[int, Any],
    *,
    signs: bool,
) -> ReviewLine:
    state, in_at = known
    late = []
    if signs and due is not None and in_at is not None and localdate(in_at) > due:
        late.append(
            _sign(
                "late",
                _("handed in %(n)d days after %(due)s")
                % {"n": (localdate(in_at) - due).days, "due": f"{due:%d/%m/%Y}"},
            )
        )
    if signs and due is not None and in_at is None and today > due:
        late.append(
            _sign(
                "missing",
                _("was due on %(due)s, %(n)d days ago")
                % {"due": f"{due:%d/%m/%Y}", "n": (today - due).days},
            )
        )
    return ReviewLine(
        seat=named.seat,
        name=name,
        review=review,
        state=state or (ReviewState.HANDED_IN if review is not None else ""),
        due=due,
        signs=(*late, *found),
        rating=mine.get(review.pk) if review is not None else None,
    )


def _sign(kind: str, text: str) -> ReviewSign:
    return ReviewSign(kind=kind, label=SIGN_LABELS[kind], text=text)


def _signs_of(  # noqa: PLR0917
    item: CouncilItem,
    named: Assignment,
    opened: list[Review],
    works: dict[int, str],
    readings: dict[tuple[int, int], list[PaperOpening]],
    earlier: dict[int, dict[int, str]],
) -> list[ReviewSign]:
    """What the method sees in one opened review, in words."""
    review = next((r for r in opened if r.seat_id == named.seat_id), None)
    if review is None:
        return []
    read = readings.get((item.pk, named.seat_id), [])
    work = works.get(item.pk, "")
    first = read[0].at if read else None
    seconds = (
        (review.handed_in_at - first).total_seconds()
        if first is not None and review.handed_in_at is not None
        else None
    )
    found = [
        _in_words(sign, item)
        for sign in methods.signs(
            _written(review, seconds, work),
            others=[_written(r, None, "") for r in opened if r is not review],
            work=work,
            earlier={
                str(pk): text
                for pk, text in earlier.get(named.seat_id, {}).items()
                if pk != item.pk
            },
        )
    ]
    if first is None or (
        review.handed_in_at is not None and first > review.handed_in_at
    ):
        found.append(
            _sign("unread", _("neither the page nor a paper was opened before"))
        )
    if not is_as_committed(review):
        found.append(
            _sign(
                "altered",
                _("its words no longer give the digest %(digest)s… of the record")
                % {"digest": review.digest[:12]},
            )
        )
    return found


def _written(review: Review, seconds: float | None, work: str) -> methods.Written:
    return methods.Written(
        key=str(review.seat_id),
        shares=shares_of(review, sheet_of(review.item)),
        total=_total(review),
        text=words_of(review),
        read_seconds=seconds,
        words_to_read=len(work.split()),
    )


def _total(review: Review) -> float | None:
    """The whole as a share of the most; a vote is one or nothing."""
    sheet = sheet_of(review.item)
    if sheet is not None and review.total is not None:
        return share_of(review.total, sheet.total)
    if review.vote in Vote.values:
        return float(review.vote == Vote.YES)
    return None


def _in_words(sign: methods.Sign, item: CouncilItem) -> ReviewSign:
    if sign.kind == "outlying":
        text = _(
            "%(own).0f %% of the points; other reviews (%(n)d) lie around %(median).0f %%"
        ) % {
            "own": 100 * float(sign.detail["own"]),
            "median": 100 * float(sign.detail["median"]),
            "n": int(float(sign.detail["others"])),
        }
    elif sign.kind == "short":
        text = _("%(n)d words, the bound is %(bound)d") % {
            "n": sign.figure,
            "bound": sign.bound,
        }
    elif sign.kind == "same_scores":
        text = _("%(n)d criteria, each with %(share).0f %% of the most") % {
            "n": sign.figure,
            "share": 100 * float(sign.detail["share"]),
        }
    elif sign.kind == "fast":
        text = _(
            "%(minutes)s minutes between opening and handing in, for %(words)d words; "
            "the bound is %(bound)s minutes"
        ) % {
            "minutes": number_format(sign.figure / 60, 1),
            "words": sign.detail["words"],
            "bound": number_format(sign.bound / 60, 1),
        }
    else:
        source = str(sign.detail["source"])
        where = (
            _("the dossier itself")
            if source == "work"
            else _("another review of the same case")
            if source.startswith("review:")
            else _("the reviewer's review of another case")
        )
        text = _("%(share).0f %% of the words stand in %(where)s") % {
            "share": 100 * sign.figure,
            "where": where,
        }
    del item
    return _sign(sign.kind, text)


def _divided(item: CouncilItem, opened: list[Review]) -> Divided | None:
    totals = [t for r in opened if (t := _total(r)) is not None]
    if len(totals) < PAIR:  # one opinion does not disagree
        return None
    (whole,) = methods.disagreements({"": totals})
    sheet, lang = sheet_of(item), get_language() or "vi"
    shares = [shares_of(r, sheet) for r in opened]
    labels = (
        {leaf.id: leaf.label(lang) for leaf in sheet.leaves()}
        if sheet is not None
        else {}
    )
    found = methods.disagreements(
        {name: [s[name] for s in shares if name in s] for name in labels}
    )
    return Divided(
        count=whole.count,
        least=100 * whole.least,
        most=100 * whole.most,
        index=100 * whole.index,
        criteria=tuple(
            (labels[str(d.key)], 100 * d.least, 100 * d.most, 100 * d.index)
            for d in found
            if d.count >= PAIR
        ),
    )


def _seats(actor: Actor, council: Council) -> tuple[Any, ...]:
    """The members with their letters, what they signed and what they were reminded of."""
    letters = {
        row.seat_id: row
        for row in visible(actor, Invitation.objects.filter(seat__council=council))
    }
    signed = {
        row.seat_id: row
        for row in visible(actor, Undertaking.objects.filter(seat__council=council))
    }
    reminders: dict[int, list[Reminder]] = {}
    for row in visible(actor, Reminder.objects.filter(seat__council=council)):
        reminders.setdefault(row.seat_id, []).append(row)
    seats = list(
        visible(actor, Seat.objects.filter(council=council))
        .select_related("person")
        .order_by("pk")
    )
    for seat in seats:
        seat.letter = letters.get(seat.pk)  # type: ignore[attr-defined]
        seat.signed = signed.get(seat.pk)  # type: ignore[attr-defined]
        seat.reminded = reminders.get(seat.pk, [])  # type: ignore[attr-defined]
    return tuple(seats)


def _questions(actor: Actor, council: Council) -> tuple[Any, ...]:
    rows = list(
        visible(actor, Question.objects.filter(item__council=council))
        .select_related("seat__person", "item__dossier")
        .defer("item__dossier__answers", "item__dossier__typed")
    )
    return tuple(
        sorted(rows, key=lambda q: (q.state != QuestionState.ASKED, q.asked_at, q.pk))
    )
