"""Evidence as people read it: sentences with what is shared in them marked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.formats import number_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from opensti.domains.overlaps.choices import Likeness
from opensti.kernel.money import format_money

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from opensti.domains.overlaps.models import Base, Document
    from opensti.kernel.refusals import Text

FIELDS: dict[str, Text] = {
    "title": _("title"),
    "abstract": _("summary"),
    "objectives": _("objectives"),
    "products": _("products"),
    "keywords": _("keywords"),
}
_WHOLE = 100


def compared_by(base: Base | None) -> str:
    """Say what decides: words alone, or a sentence model beside them."""
    if base is None or not base.model:
        return gettext("Words only; no model")
    return gettext("Words, and meaning by the model %(name)s (%(digest)s)") % {
        "name": base.model,
        "digest": base.model_digest[:12],
    }


@dataclass(frozen=True)
class Stretch:
    """A piece of a sentence, and whether the other work has it too."""

    text: str
    shared: bool


@dataclass(frozen=True, kw_only=True)
class Side:
    """One sentence: where it stands, and its stretches."""

    field: Text
    text: str
    stretches: tuple[Stretch, ...]


@dataclass(frozen=True, kw_only=True)
class Aligned:
    """Two sentences side by side, and how alike they are."""

    query: Side
    match: Side
    likeness: str


def percent(share: float) -> str:
    """A share of one as people read it: 87 %; never a certainty that is none."""
    whole = min(99, max(1, round(_WHOLE * share))) if 0 < share < 1 else _WHOLE * share
    return f"{number_format(whole, decimal_pos=0)} %"


@dataclass(frozen=True, kw_only=True)
class SharedTerm:
    """A term of a work, its translations that the other has, and where it stands."""

    written: str
    others: str
    fields: str


def translated(evidence: Mapping[str, Any]) -> list[SharedTerm]:
    """Terms of a work and their translations in the other, each once, as first met."""
    fields: dict[tuple[str, str], dict[str, str]] = {}
    for term in evidence.get("translated", ()):
        key = term["written"].lower(), ", ".join(term["translations"])
        where = fields.setdefault(key, {})
        where[term["field"]] = str(FIELDS.get(term["field"], term["field"]))
    return [
        SharedTerm(written=written, others=others, fields=", ".join(where.values()))
        for (written, others), where in fields.items()
    ]


@dataclass(frozen=True, kw_only=True)
class KindSaid:
    """The kind of a likeness in a word, or a sentence on why none is told."""

    label: Text = ""
    sentence: Text = ""


def kind_said(likeness: str) -> KindSaid:
    """What people are told of the kind; nothing where no kind stands out."""
    if likeness == Likeness.NOT_TOLD:
        return KindSaid(
            sentence=_(
                "What kind of likeness it is cannot be told: the terms carry too little of the two texts from one language to the other. Read both."
            )
        )
    if likeness in ("", Likeness.NONE):
        return KindSaid()
    return KindSaid(label=Likeness(likeness).label)


def marked(sentence: Mapping[str, Any]) -> str:
    """Return a sentence with what is shared in brackets, for print."""
    text: str = sentence["text"]
    spans: list[tuple[int, int]] = []
    for start, end in sentence["terms"]:
        first, last = start - sentence["start"], end - sentence["start"]
        if spans and not text[spans[-1][1] : first].strip():
            first = spans.pop()[0]
        spans.append((first, last))
    for first, last in reversed(spans):
        text = f"{text[:first]}[{text[first:last]}]{text[last:]}"
    return text


def aligned(passages: Sequence[Mapping[str, Any]]) -> list[Aligned]:
    """Return frozen passages for reading, as they were ordered."""
    return [
        Aligned(
            query=_side(passage["query"]),
            match=_side(passage["match"]),
            likeness=percent(passage["score"]),
        )
        for passage in passages
    ]


def _side(sentence: Mapping[str, Any]) -> Side:
    return Side(
        field=FIELDS.get(sentence["field"], sentence["field"]),
        text=sentence["text"],
        stretches=tuple(_stretches(sentence)),
    )


def _stretches(sentence: Mapping[str, Any]) -> Iterator[Stretch]:
    """Cut a sentence at its shared words; places count in the field's whole text."""
    text, at = sentence["text"], 0
    for start, end in sentence["terms"]:
        first, last = start - sentence["start"], end - sentence["start"]
        if first > at:
            yield Stretch(text[at:first], shared=False)
        yield Stretch(text[first:last], shared=True)
        at = last
    if at < len(text):
        yield Stretch(text[at:], shared=False)


@dataclass(frozen=True, kw_only=True)
class Fact:
    """One line of the comparison: what it is of each of the two, and whether alike."""

    label: Text
    query: str
    match: str
    alike: bool = False


def facts(query: Document, match: Document, evidence: Any) -> list[Fact]:
    """What else is known of both: who, where, when, how much."""
    shared = evidence.get("shared", {})
    time = evidence.get("time", {})
    return [
        Fact(
            label=_("Kind"),
            query=str(query.get_kind_display()),
            match=str(match.get_kind_display()),
        ),
        Fact(
            label=_("People"),
            query=", ".join(query.people),
            match=", ".join(match.people),
            alike=bool(shared.get("people")),
        ),
        Fact(
            label=_("Organisations"),
            query=", ".join(query.organisations),
            match=", ".join(match.organisations),
            alike=bool(shared.get("organisations")),
        ),
        Fact(
            label=_("Time"),
            query=_years(query),
            match=_years(match),
            alike=bool(time.get("common_days")),
        ),
        Fact(label=_("Money"), query=_money(query), match=_money(match)),
    ]


def _years(document: Document) -> str:
    begins = document.begins or document.year
    if begins is None:
        return ""
    if document.ends is None or document.ends == begins:
        return str(begins)
    return f"{begins}-{document.ends}"


def _money(document: Document) -> str:
    if document.amount is None:
        return ""
    if document.currency in ("", "VND"):
        return format_money(document.amount)
    return f"{format_money(document.amount, unit=False)} {document.currency}"
