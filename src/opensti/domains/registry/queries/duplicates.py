"""Which entries are likely the same, and why one may think so.

Blocking: only entries that share a key (an identifier, a folded name, or a name with
one word left out) are compared, so cost grows with the entries, not with their pairs.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import combinations
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from opensti.domains.registry.choices import ThingKind
from opensti.domains.registry.models import (
    DismissedPair,
    Organisation,
    OrganisationName,
    Person,
    Position,
)
from opensti.domains.registry.queries.merging import THINGS
from opensti.kernel.access import require, visible
from opensti.kernel.searchtext import words

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from opensti.kernel.access import Actor
    from opensti.kernel.refusals import Text

# Words that say what sort of thing it is, not which one.
STOP_WORDS = frozenset(
    [
        "cong",
        "ty",
        "tnhh",
        "co",
        "phan",
        "cp",
        "tong",
        "tap",
        "doan",
        "vien",
        "truong",
        "dai",
        "hoc",
        "trung",
        "tam",
        "cuc",
        "vu",
        "the",
        "of",
        "and",
        "for",
        "va",
        "company",
        "limited",
        "ltd",
        "jsc",
        "joint",
        "stock",
        "corporation",
        "university",
        "institute",
        "center",
        "centre",
        "mot",
        "thanh",
        "mtv",
    ]
)
THRESHOLD = 0.5
BLOCK_LIMIT = 30
SHOWN = 200
NEAR = 0.9
LEAVE_ONE_OUT = 3


@dataclass(frozen=True)
class Entry:
    """One organisation or person, reduced to what tells it from others."""

    pk: int
    names: tuple[str, ...]
    acronym: str = ""
    strong: tuple[tuple[str, str], ...] = ()
    context: frozenset[str] = frozenset()
    birth_year: int | None = None
    is_person: bool = False


@dataclass(frozen=True)
class LikelyPair:
    kind: str
    first: Any
    second: Any
    score: float
    reasons: tuple[Text, ...]

    @property
    def percent(self) -> int:
        return round(self.score * 100)


LABELS: dict[str, Text] = {
    "tax_code": _("same tax code"),
    "ror": _("same ROR"),
    "orcid": _("same ORCID"),
    "email": _("same e-mail address"),
}
DIFFER: dict[str, Text] = {
    "tax_code": _("different tax codes"),
    "ror": _("different ROR"),
    "orcid": _("different ORCID"),
}


def name_key(name: str) -> str:
    """The distinguishing words of a name, folded, in alphabetical order."""
    found = words(name)
    telling = [w for w in found if w not in STOP_WORDS]
    return " ".join(sorted(telling or found))


def likely_duplicates(
    actor: Actor, *, kind: str, limit: int = SHOWN
) -> list[LikelyPair]:
    """Pairs that look alike, the likeliest first; dismissed pairs left out; 4 queries."""
    require(actor, "registry.merge")
    entries = _organisations() if kind == ThingKind.ORGANISATION else _people()
    dismissed = set(
        DismissedPair.objects.filter(kind=kind).values_list("first_id", "second_id")
    )
    scored = []
    for first, second in _candidates(entries):
        if (first.pk, second.pk) in dismissed:
            continue
        score, reasons = compare(first, second)
        if score >= THRESHOLD:
            scored.append((score, first.pk, second.pk, reasons))
    scored.sort(key=lambda s: (-s[0], s[1], s[2]))
    return _shown(actor, kind, scored[:limit])


def compare(first: Entry, second: Entry) -> tuple[float, tuple[Text, ...]]:
    """How likely two entries are one (0 to 1), with each reason."""
    score = 0.0
    reasons: list[Text] = []
    mine, theirs = dict(first.strong), dict(second.strong)
    for name, label in LABELS.items():
        if mine.get(name) and mine.get(name) == theirs.get(name):
            score = max(score, 0.95)
            reasons.append(label)
    alike, reason = _names_alike(first, second)
    if reason:
        score = max(score, alike)
        reasons.append(reason)
    if first.context & second.context and reason:
        score = min(1.0, score + 0.2)
        reasons.append(_("same place or employer"))
    if first.birth_year and second.birth_year:
        if first.birth_year == second.birth_year and reason:
            score = min(1.0, score + 0.2)
            reasons.append(_("same year of birth"))
        elif first.birth_year != second.birth_year:
            score -= 0.4
            reasons.append(_("different years of birth"))
    for name, label in DIFFER.items():
        if mine.get(name) and theirs.get(name) and mine[name] != theirs[name]:
            score -= 0.4
            reasons.append(label)
    return round(max(score, 0.0), 2), tuple(reasons)


def _names_alike(first: Entry, second: Entry) -> tuple[float, Text]:
    if first.names and set(first.names) & set(second.names):
        # A person's name alone is shared by many; an organisation's is not.
        return (0.55 if first.is_person else 0.8), _("same name")
    if first.is_person:
        return 0.0, ""
    if first.acronym and first.acronym == second.acronym:
        shared = {w for n in first.names for w in n.split()} & {
            w for n in second.names for w in n.split()
        }
        if shared:
            return 0.6, _("same acronym and a shared word")
    best = max(
        (
            SequenceMatcher(None, a, b).ratio()
            for a in first.names
            for b in second.names
        ),
        default=0.0,
    )
    return (0.65, _("almost the same name")) if best >= NEAR else (0.0, "")


def _candidates(entries: Sequence[Entry]) -> Iterable[tuple[Entry, Entry]]:
    blocks: dict[tuple[str, str], list[Entry]] = defaultdict(list)
    for entry in entries:
        for key in _keys(entry):
            blocks[key].append(entry)
    seen: set[tuple[int, int]] = set()
    for block in blocks.values():
        # A key that very many share tells nothing.
        if not 1 < len(block) <= BLOCK_LIMIT:
            continue
        for one, other in combinations(block, 2):
            first, second = (one, other) if one.pk < other.pk else (other, one)
            if (first.pk, second.pk) not in seen:
                seen.add((first.pk, second.pk))
                yield first, second


def _keys(entry: Entry) -> set[tuple[str, str]]:
    keys = {(name, value) for name, value in entry.strong if value}
    for name in entry.names:
        keys.add(("name", name))
        parts = name.split()
        if not entry.is_person and len(parts) >= LEAVE_ONE_OUT:
            for n in range(len(parts)):
                keys.add(("near", " ".join(parts[:n] + parts[n + 1 :])))
    if entry.acronym:
        keys.add(("acronym", entry.acronym))
    return keys


def _organisations() -> list[Entry]:
    aliases: dict[int, set[str]] = defaultdict(set)
    for pk, name in OrganisationName.objects.filter(
        organisation__merged_into=None
    ).values_list("organisation_id", "name"):
        aliases[pk].add(name)
    return [
        Entry(
            pk=pk,
            names=tuple(
                sorted({name_key(n) for n in (vi, en, *aliases[pk]) if n} - {""})
            ),
            acronym=acronym.casefold(),
            strong=(("tax_code", tax_code), ("ror", ror)),
            context=frozenset({f"province {province}"} if province else ()),
        )
        for pk, vi, en, acronym, tax_code, ror, province in Organisation.objects.filter(
            merged_into=None
        )
        .order_by("pk")
        .values_list(
            "pk", "name_vi", "name_en", "acronym", "tax_code", "ror", "province_id"
        )
    ]


def _people() -> list[Entry]:
    employers: dict[int, set[str]] = defaultdict(set)
    for pk, organisation in Position.objects.values_list(
        "person_id", "organisation_id"
    ):
        employers[pk].add(f"employer {organisation}")
    return [
        Entry(
            pk=pk,
            names=(name_key(name),),
            strong=(("orcid", orcid), ("email", email)),
            context=frozenset(employers[pk]),
            birth_year=birth_year,
            is_person=True,
        )
        for pk, name, orcid, email, birth_year in Person.objects.filter(
            merged_into=None
        )
        .order_by("pk")
        .values_list("pk", "full_name", "orcid", "email", "birth_year")
    ]


def _shown(
    actor: Actor, kind: str, scored: list[tuple[float, int, int, tuple[Text, ...]]]
) -> list[LikelyPair]:
    wanted = {pk for _score, first, second, _why in scored for pk in (first, second)}
    rows = visible(actor, THINGS[kind]._default_manager.filter(pk__in=wanted))
    found = {row.pk: row for row in rows}
    return [
        LikelyPair(kind, found[first], found[second], score, reasons)
        for score, first, second, reasons in scored
        if first in found and second in found
    ]
