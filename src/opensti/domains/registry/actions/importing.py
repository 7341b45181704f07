"""One imported row becomes one organisation, person or work: found, corrected or entered.

An entry is found by the key it had in the same source, else by an identifier (ROR, tax
code, ORCID, e-mail address, DOI), never by its name alone: names that look alike are
suggested as likely duplicates instead.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from opensti.domains.registry.actions.chunk import Chunk, NotYet, identifier
from opensti.domains.registry.actions.facts import (
    ORGANISATION_FACTS,
    PERSON_FACTS,
    organisation_search_text,
    person_search_text,
    plain,
    set_facts,
    work_search_text,
)
from opensti.domains.registry.actions.rows import Reader
from opensti.domains.registry.choices import (
    AcademicTitle,
    DegreeLevel,
    Gender,
    NameKind,
    OrganisationKind,
    OrganisationStatus,
    WorkKind,
)
from opensti.domains.registry.models import (
    Authorship,
    Code,
    Organisation,
    OrganisationName,
    Person,
    Position,
    Work,
)
from opensti.kernel import identifiers
from opensti.kernel.refusals import Invalid, Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable


WORK_FACTS = frozenset(
    {"title", "abstract", "year", "kind", "venue", "doi", "source", "byline"}
)


@dataclass(frozen=True)
class Kept:
    """What became of a row: ``created``, ``changed`` or ``unchanged``."""

    outcome: str
    object_id: int
    facts: dict[str, Any]


def _facts_to_set(
    row: Any, facts: dict[str, Any], *, created: bool, own: bool
) -> dict[str, Any]:
    """An import corrects what it brought in itself; of others' it only fills blanks."""
    told = {name: value for name, value in facts.items() if value not in (None, "")}
    if created or own:
        return told
    return {
        name: value
        for name, value in told.items()
        if getattr(row, name) in (None, "", False)
    }


def keep_organisation(cells: dict[str, Any], chunk: Chunk, key: str) -> Kept:
    read = Reader(cells)
    facts: dict[str, Any] = {
        name: read.text(name)
        for name in (
            "name_vi",
            "name_en",
            "acronym",
            "legal_form",
            "address",
            "website",
        )
    }
    facts["kind"] = read.choice("kind", OrganisationKind)
    facts["status"] = read.choice("status", OrganisationStatus)
    facts["established"] = read.whole("established")
    facts["ministry_owned"] = read.yes("ministry_owned") or None
    _identifiers(read, facts, "tax_code", "ror")
    province = _code(read, chunk, "province")
    facts["province_id"] = province.pk if province else None
    place = read.text("place")
    if place:
        city = chunk.province(place)
        if city is None:
            chunk.unplaced[key] = place
        facts["province_id"] = city.pk if city else None
        facts["address"] = "" if city else place
    facts["parent_id"] = _parent(read, chunk)
    codes = _field_codes(read, chunk)
    row: Organisation | None = chunk.look(key, facts, ("ror", "tax_code"))
    created = row is None
    if row is None:
        row = Organisation(created_at=chunk.at)
        if not facts["name_vi"]:
            read.wrong("name_vi", _("The name is missing."), _("Fill in the name."))
    told = _facts_to_set(row, facts, created=created, own=key in chunk.known)
    before = _set(read, row, told, ORGANISATION_FACTS)
    if row.parent_id is not None and row.parent_id == row.pk:
        raise Invalid([_own_parent()])
    aliases = set(read.many("aliases")) - {row.name_vi, row.name_en}
    if not created and aliases:
        chunk.flush()
        aliases -= set(row.names.values_list("name", flat=True))
    if created or before or aliases:
        names = () if created else tuple(row.names.values_list("name", flat=True))
        row.search_text = organisation_search_text(row, [*names, *sorted(aliases)])
        row.changed_at = chunk.at
        row.save(force_insert=created)
    chunk.pending += [
        OrganisationName(organisation=row, name=name[:400], kind=NameKind.ALIAS)
        for name in sorted(aliases)
    ]
    chunk.keep(row, ("ror", "tax_code"))
    if codes:
        row.fields.add(*codes)
    chunk.links += [
        (key, row.pk, kind, other)
        for kind, others in (cells.get("links") or {}).items()
        for other in others
    ]
    chunk.links += [(key, row.pk, "unit", u) for u in cells.get("units") or ()]
    if facts["parent_id"] is None and chunk.lenient and read.text("parent"):
        chunk.links.append((key, row.pk, "parent", read.text("parent")))
    return _kept(row, before or aliases, created=created, facts=told)


def _own_parent() -> Problem:
    return Problem(
        field="parent",
        message=_("An organisation cannot belong to itself."),
        mend=_("Choose an organisation that stands above this one."),
    )


def keep_person(cells: dict[str, Any], chunk: Chunk, key: str) -> Kept:
    read = Reader(cells)
    facts: dict[str, Any] = {
        name: read.text(name) for name in ("full_name", "phone", "bio_vi", "bio_en")
    }
    for name in ("keywords_vi", "keywords_en"):
        facts[name] = "; ".join(read.many(name))
    facts["degree"] = read.choice("degree", DegreeLevel)
    facts["academic_title"] = read.choice("academic_title", AcademicTitle)
    facts["gender"] = read.choice("gender", Gender)
    facts["birth_year"] = read.whole("birth_year")
    facts["is_expert"] = read.yes("is_expert") or None
    facts["email"] = read.text("email").lower()
    _identifiers(read, facts, "orcid")
    since = read.day("since")
    codes = _field_codes(read, chunk)
    employer = read.text("organisation")
    organisation_id = chunk.organisation(employer) if employer else None
    if employer and organisation_id is None:
        read.wrong(
            "organisation",
            _("The registry knows no single organisation “%(text)s”.")
            % {"text": employer[:100]},
            _("Import the organisation first, or write its tax code."),
        )
    row: Person | None = chunk.look(key, facts, ("orcid", "email"))
    created = row is None
    if row is None:
        row = Person(created_at=chunk.at)
        if not facts["full_name"]:
            read.wrong("full_name", _("The name is missing."), _("Fill in the name."))
    told = _facts_to_set(row, facts, created=created, own=key in chunk.known)
    before = _set(read, row, told, PERSON_FACTS)
    if created or before:
        row.search_text = person_search_text(row)
        row.changed_at = chunk.at
        row.save(force_insert=created)
    if codes:
        row.fields.add(*codes)
    chunk.keep(row, ("orcid", "email"))
    placed = organisation_id is not None and _place(
        row, organisation_id, read.text("title"), since, chunk, created=created
    )
    return _kept(row, before or placed, created=created, facts=told)


def _place(
    person: Person,
    organisation_id: int,
    title: str,
    since: Any,
    chunk: Chunk,
    *,
    created: bool,
) -> bool:
    held: Iterable[Position] = ()
    if not created:
        chunk.flush()
        held = list(person.positions.filter(until=None))
    if any(p.organisation_id == organisation_id for p in held):
        return False
    chunk.pending.append(
        Position(
            person=person,
            organisation_id=organisation_id,
            title_vi=title[:200],
            since=since,
            is_primary=not any(p.is_primary for p in held),
            source=chunk.source[:200],
        )
    )
    return True


def keep_work(cells: dict[str, Any], chunk: Chunk, key: str) -> Kept:
    read = Reader(cells)
    authors = read.many("authors")
    facts: dict[str, Any] = {
        "title": read.text("title"),
        "abstract": read.text("abstract"),
        "year": read.whole("year"),
        "kind": read.choice("kind", WorkKind),
        "venue": read.text("venue"),
        "doi": identifier("doi", read.text("doi")),
        "byline": "; ".join(authors),
        "source": chunk.source[:200],
    }
    row: Work | None = chunk.look(key, facts, ("doi",))
    created = row is None
    if row is None:
        row = Work()
        if not facts["title"]:
            read.wrong("title", _("The title is missing."), _("Fill in the title."))
    told = _facts_to_set(row, facts, created=created, own=key in chunk.known)
    before = _set(read, row, told, WORK_FACTS)
    if created or before:
        row.search_text = work_search_text(row)
        row.save(force_insert=created)
    chunk.keep(row, ("doi",))
    places: dict[int, int] = {}
    for place, author in enumerate(authors, start=1):
        person = chunk.authors.get(author)
        if person is not None:
            places.setdefault(person, place)
    if not created and places:
        chunk.flush()
        for person in row.authorships.values_list("person_id", flat=True):
            places.pop(person, None)
    chunk.pending += [
        Authorship(person_id=person, work=row, position=place)
        for person, place in places.items()
    ]
    return _kept(row, before or places, created=created, facts=told)


def _identifiers(read: Reader, facts: dict[str, Any], *names: str) -> None:
    for name in names:
        facts[name] = ""
        text = read.text(name)
        if text:
            try:
                facts[name] = getattr(identifiers, name)(text)
            except Invalid as refusal:
                read.problems += refusal.problems


def _code(read: Reader, chunk: Chunk, scheme: str) -> Code | None:
    text = read.text(scheme)
    found = chunk.code(scheme, text)
    if text and found is None:
        read.wrong(
            scheme,
            _("“%(text)s” is not known here.") % {"text": text[:50]},
            _("Write a code or a name from the list of codes."),
        )
    return found


def _field_codes(read: Reader, chunk: Chunk) -> list[Code]:
    codes = []
    for text in read.many("fields"):
        found = chunk.code("field", text)
        if found is None:
            read.wrong(
                "fields",
                _("“%(text)s” is not known here.") % {"text": text[:50]},
                _("Write a code or a name from the list of codes."),
            )
        else:
            codes.append(found)
    return codes


def _parent(read: Reader, chunk: Chunk) -> int | None:
    text = read.text("parent")
    if not text:
        return None
    found = chunk.organisation(text)
    if found is None and not chunk.last:
        raise NotYet
    if found is None and not chunk.lenient:
        read.wrong(
            "parent",
            _("The registry knows no single organisation “%(text)s”.")
            % {"text": text[:100]},
            _("Import the organisation above first, then this row again."),
        )
    return found


def _set(
    read: Reader, row: Any, facts: dict[str, Any], allowed: frozenset[str]
) -> dict[str, Any]:
    try:
        before = set_facts(row, facts, allowed=allowed)
    except Invalid as refusal:
        read.problems += refusal.problems
        before = {}
    if read.problems:
        raise Invalid(read.problems)
    return before


def _kept(row: Any, changes: object, *, created: bool, facts: dict[str, Any]) -> Kept:
    outcome = "created" if created else "changed" if changes else "unchanged"
    return Kept(outcome, row.pk, {name: plain(v) for name, v in sorted(facts.items())})


KEEP: dict[str, Callable[[dict[str, Any], Chunk, str], Kept]] = {
    "registry.organisation": keep_organisation,
    "registry.person": keep_person,
    "registry.work": keep_work,
}
