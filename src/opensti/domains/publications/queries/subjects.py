"""Addresses of public things (``decision:ab12``), and whether each is public now.

What the domains or the disclosure policy do not show now has no subject here: nobody speaks of
it, and what was said of it before is not shown.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from django.db.models import Q
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from opensti.domains.publications.queries import register
from opensti.domains.publications.queries.articles import events, news
from opensti.domains.publications.queries.fields import pair
from opensti.domains.publications.queries.honouring import public_honours
from opensti.domains.publications.queries.masking import emptied, masked
from opensti.domains.publications.queries.public_bodies import person_list
from opensti.domains.publications.queries.public_contracts import contracts
from opensti.domains.publications.queries.public_councils import councils
from opensti.kernel.bilingual import Words
from opensti.kernel.refusals import NotFound

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import date, datetime

    from django.db.models import Model, QuerySet

    from opensti.kernel.refusals import Text

M = TypeVar("M", bound="Model")
# The name of a subject as it was when something was said of it.
_NAME = pair("about | Về việc gì | About what", "about")


@dataclass(frozen=True, kw_only=True)
class Subject:
    """A public thing by its address: what it is called, since when it is public."""

    kind: str
    public_id: str
    label: Words
    row: Any
    since: date | None = None

    @property
    def address(self) -> str:
        return f"{self.kind}:{self.public_id}"


@dataclass(frozen=True, kw_only=True)
class SubjectKind:
    """A kind of public thing: its word, its rows that everybody sees now, how one is called.

    ``named`` are the fields of the catalogue that its name is made of.
    """

    word: Text
    rows: Callable[[datetime], QuerySet[Any]]
    label: Callable[[Any], Words]
    named: tuple[str, ...]
    since: Callable[[Any], date | None] = lambda _row: None


def _coded(row: Any) -> Words:
    """Code and title, in both languages."""
    both = Words.titled(row)
    return Words(
        _joined(row.code, both.vi), _joined(row.code, both.en) if both.en else ""
    )


def _of_dossier(decision: Any) -> Words:
    return _coded(decision.dossier)


def _released(decision: Any) -> date | None:
    moment = decision.round.released_at
    return localdate(moment) if moment else None


def _joined(*parts: str) -> str:
    return " · ".join(part for part in parts if part)


def _goal(goal: Any) -> Words:
    return Words(
        _joined(goal.code, goal.text_vi),
        _joined(goal.code, goal.text_en) if goal.text_en else "",
    )


def _contract(row: Any) -> Words:
    both = Words.titled(row)
    return Words(
        _joined(row.number, both.vi), _joined(row.number, both.en) if both.en else ""
    )


def _council(row: Any) -> Words:
    """By its decision: the title is typed by hand and may name people."""
    return Words(
        _joined("Hội đồng", row.decision_number),
        _joined("Council", row.decision_number),
    )


def _named(row: Any) -> Words:
    return Words(row.name_vi or "", row.name_en or "")


def _indicator(row: Any) -> Words:
    return Words(
        _joined(row.code, row.name_vi),
        _joined(row.code, row.name_en) if row.name_en else "",
    )


def _person(_row: Any) -> Words:
    """No name: what was said stays in the house when the consent is taken back."""
    return Words("Trang của một cá nhân", "Page of a person")


def _honour(row: Any) -> Words:
    of, whom, year = row.run.criterion, row.organisation, str(row.run.year)
    return Words(
        _joined(of.name_vi, year, whom.name_vi),
        _joined(of.name_en, year, whom.name_en or whom.name_vi) if of.name_en else "",
    )


# A new kind of public page is one line here and its address in ``portal/supervision/places.py``.
KINDS: dict[str, SubjectKind] = {
    "order": SubjectKind(
        word=_("order"),
        rows=lambda _at: register.orders(),
        label=_coded,
        named=("code", "title"),
    ),
    "call": SubjectKind(
        word=_("call"),
        rows=lambda _at: register.calls(),
        label=_coded,
        named=("code", "title"),
    ),
    "decision": SubjectKind(
        word=_("decision"),
        rows=lambda _at: register.decisions(),
        label=_of_dossier,
        named=("dossier", "title"),
        since=_released,
    ),
    "task": SubjectKind(
        word=_("task"),
        rows=lambda _at: register.tasks(),
        label=_coded,
        named=("code", "title"),
    ),
    "contract": SubjectKind(
        word=_("contract"),
        rows=lambda at: contracts(at=at),
        label=_contract,
        named=("number", "title"),
    ),
    "council": SubjectKind(
        word=_("council"),
        rows=lambda at: councils(at=at),
        label=_council,
        named=("decision_number",),
    ),
    "result": SubjectKind(
        word=_("result"),
        rows=lambda _at: register.results(),
        label=Words.titled,
        named=("title",),
    ),
    "offer": SubjectKind(
        word=_("offer"),
        rows=lambda at: register.offers_told(localdate(at)),
        label=Words.titled,
        named=("title",),
    ),
    "plan": SubjectKind(
        word=_("plan"),
        rows=lambda _at: register.plans(),
        label=_coded,
        named=("code", "title"),
    ),
    "goal": SubjectKind(
        word=_("goal"),
        rows=lambda _at: register.goals(closed=True),
        label=_goal,
        named=(),
    ),
    "indicator": SubjectKind(
        word=_("indicator"),
        rows=lambda _at: register.indicators(),
        label=_indicator,
        named=(),
    ),
    "organisation": SubjectKind(
        word=_("organisation"),
        rows=lambda _at: register.organisations(),
        label=_named,
        named=("name",),
    ),
    "person": SubjectKind(
        word=_("person"),
        rows=lambda at: person_list(at=at),
        label=_person,
        named=(),
    ),
    "news": SubjectKind(
        word=_("news"), rows=lambda _at: news(), label=Words.titled, named=()
    ),
    "event": SubjectKind(
        word=_("event"),
        rows=lambda _at: events(),
        label=Words.titled,
        named=(),
    ),
    "honour": SubjectKind(
        word=_("honour"),
        rows=lambda at: public_honours(localdate(at)),
        label=_honour,
        named=(),
    ),
}


def subject(kind: str, public_id: str, *, at: datetime) -> Subject:
    """The public thing of an address; ``NotFound`` unless everybody sees it now."""
    known = KINDS.get(kind)
    row = known.rows(at).filter(public_id=public_id).first() if known else None
    if known is None or row is None:
        raise NotFound
    return Subject(
        kind=kind,
        public_id=public_id,
        label=known.label(row),
        row=row,
        since=known.since(row),
    )


def about_public(
    rows: QuerySet[M], *, at: datetime, kinds: Iterable[str] = KINDS
) -> QuerySet[M]:
    """Rows (``about_kind``, ``about_id``) whose subject everybody sees now, or that have none.

    Names that the policy withholds come out empty. A query for what is spoken of, and one
    for each kind of it: all kinds in one are more than SQLite parses.
    """
    spoken: dict[str, set[str]] = {}
    about = rows.order_by().exclude(about_kind="").values_list("about_kind", "about_id")
    for kind, public_id in about.distinct():
        spoken.setdefault(kind, set()).add(public_id)
    found = Q(about_kind="")
    for kind in (kind for kind in kinds if kind in spoken):
        seen = KINDS[kind].rows(at).order_by().filter(public_id__in=spoken[kind])
        shown = {row.public_id for row in seen}
        found |= Q(about_kind=kind, about_id__in=shown)
    rows = rows.filter(found)
    named = kinds_named()
    if len(named) > len(KINDS):
        return rows

    def mask(row: Any) -> None:
        if row.about_kind not in named:
            emptied(row, _NAME.columns)

    return masked(rows, [_NAME], mask, ())


def kinds_named() -> list[str]:
    """The kinds whose names everybody reads now as they are; and none."""
    by = register.seen_now()
    return [
        "",
        *(
            kind
            for kind, known in KINDS.items()
            if all(by.is_open(kind, key) for key in known.named)
        ),
    ]


def subject_words() -> list[tuple[str, Text]]:
    """The kinds of public things that may be spoken of, in words."""
    return [(kind, known.word) for kind, known in KINDS.items()]
