"""What the rows of one chunk share: codes, and the entries they may be about.

Everything is looked up at once for the whole chunk, so that a row costs its own
writing and no question of its own.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db.models import Q

from opensti.domains.registry.actions.places import bare, provinces_of
from opensti.domains.registry.actions.rows import Reader
from opensti.domains.registry.models import (
    Code,
    ImportRow,
    Organisation,
    Person,
    Work,
)
from opensti.kernel import identifiers
from opensti.kernel.refusals import Invalid

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime


class NotYet(Exception):  # noqa: N818 -- reads as what happened
    """The row names another that may come later in the same file."""


@dataclass
class Chunk:
    """What the rows of one transaction share: codes, and those found already."""

    source: str
    at: datetime
    known: dict[str, tuple[int, str]]
    lenient: bool = False  # ROR: a parent outside the file is left out, not refused
    last: bool = False  # what was not found yet will not be found
    keys_are_organisations: bool = False
    found: dict[tuple[str, Any], Any] = field(default_factory=dict)
    authors: dict[str, int | None] = field(default_factory=dict)
    current: Any = None
    pending: list[Any] = field(default_factory=list)
    links: list[tuple[str, int, str, str]] = field(default_factory=list)
    outside: dict[str, tuple[str, ...]] = field(default_factory=dict)
    unplaced: dict[str, str] = field(default_factory=dict)
    _codes: dict[str, dict[str, Code]] = field(default_factory=dict)
    _organisations: dict[str, int | None] = field(default_factory=dict)

    def prepare(
        self, object_kind: str, rows: Iterable[tuple[str, dict[str, Any]]]
    ) -> None:
        """Find at once whatever the chunk's rows may mean: a query for each identifier."""
        model, names = IDENTITIES[object_kind]
        wanted: dict[str, set[Any]] = {name: set() for name in ("pk", *names)}
        for key, cells in rows:
            if key in self.known:
                wanted["pk"].add(self.known[key][0])
            for name in names:
                value = identifier(name, Reader(cells).text(name))
                if value:
                    wanted[name].add(value)
        by_pk: dict[int, Any] = {}
        for name, values in wanted.items():
            rows_found = model._default_manager.filter(**{f"{name}__in": values})
            if name != "pk" and model is not Work:
                rows_found = rows_found.filter(merged_into=None)
            for row in rows_found.order_by("pk") if values else ():
                one = by_pk.setdefault(row.pk, row)
                self.found.setdefault((name, getattr(one, name)), one)
        if object_kind == "registry.work":
            self._prepare_authors(Reader(cells).many("authors") for _key, cells in rows)

    def _prepare_authors(self, bylines: Iterable[list[str]]) -> None:
        """Those authors whom the registry knows for sure: one person, no namesake."""
        wanted: dict[str, dict[str, str]] = {"orcid": {}, "email": {}, "full_name": {}}
        for author in {a for authors in bylines for a in authors}:
            if identifiers.is_orcid(author):
                wanted["orcid"][author] = identifiers.orcid(author)
            elif "@" in author:
                wanted["email"][author] = author.lower()
            else:
                wanted["full_name"][author] = author
        people = Person.objects.filter(merged_into=None)
        for name, values in wanted.items():
            if not values:
                continue
            held: dict[str, list[int]] = {}
            for pk, value in people.filter(
                **{f"{name}__in": values.values()}
            ).values_list("pk", name):
                held.setdefault(value, []).append(pk)
            for author, value in values.items():
                pks = held.get(value, [])
                self.authors[author] = pks[0] if len(pks) == 1 else None

    def look(self, key: str, facts: dict[str, Any], names: Iterable[str]) -> Any:
        """The entry a row is about: by its key, else by its first known identifier."""
        row = None
        if key in self.known:
            row = self.found.get(("pk", self.known[key][0]))
            row = None if row is None else row.survivor()
        else:
            for name in names:
                row = (
                    row or (facts[name] and self.found.get((name, facts[name]))) or None
                )
        self.current = row
        return row

    def keep(self, row: Any, names: Iterable[str]) -> None:
        """Let later rows of the chunk find what this one entered or corrected."""
        self.found[("pk", row.pk)] = row
        for name in names:
            if getattr(row, name):
                self.found[(name, getattr(row, name))] = row

    def forget(self) -> None:
        """A refused row leaves no trace, not even in memory."""
        if self.current is not None:
            self.current.refresh_from_db()
            self.current = None

    def flush(self) -> None:
        """Write what belongs to new entries, table by table."""
        waiting: dict[type[Any], list[Any]] = {}
        for row in self.pending:
            waiting.setdefault(type(row), []).append(row)
        self.pending = []
        for model, rows in waiting.items():
            model._default_manager.bulk_create(rows)

    def code(self, scheme: str, text: str) -> Code | None:
        if scheme not in self._codes:
            found: dict[str, Code] = {}
            for row in Code.objects.filter(scheme=scheme):
                for word in (row.code, row.name_vi, row.name_en):
                    found.setdefault(bare(word), row)
            self._codes[scheme] = found
        return self._codes[scheme].get(bare(text)) if text else None

    def province(self, place: str) -> Code | None:
        """The province a city lies in, if the registry has a code for it."""
        codes = (self.code("province", name) for name in provinces_of(place))
        return next((code for code in codes if code is not None), None)

    def organisation(self, text: str) -> int | None:
        """The organisation of this key, tax code, ROR or (only) name."""
        if self.keys_are_organisations and text in self.known:
            return self.known[text][0]
        if self._organisations.get(text) is None:
            self._organisations[text] = self._find(text)
        return self._organisations[text]

    def _find(self, text: str) -> int | None:
        from_key = _imported_id(self.source, text)
        if from_key is not None:
            return from_key
        rows = Organisation.objects.filter(merged_into=None)
        if identifiers.is_ror(text):
            return _only(rows.filter(ror=identifiers.ror(text)))
        if identifiers.is_tax_code(text):
            return _only(rows.filter(tax_code=identifiers.tax_code(text)))
        named = (
            Q(name_vi=text) | Q(name_en=text) | Q(acronym=text) | Q(names__name=text)
        )
        return _only(rows.filter(named).distinct())


def _only(rows: Any) -> int | None:
    found = list(rows.values_list("pk", flat=True)[:2])
    return found[0] if len(found) == 1 else None


def _imported_id(source: str, key: str) -> int | None:
    rows = ImportRow.objects.filter(
        source=source, object_kind="registry.organisation", key=key[:200]
    )
    return rows.values_list("object_id", flat=True).first()


def identifier(name: str, text: str) -> str:
    """The canonical form of an identifier, or nothing when it has none."""
    if name == "email":
        return text.lower()
    if name == "doi":
        text = text.casefold()
        for prefix in ("https://doi.org/", "http://dx.doi.org/", "doi:"):
            text = text.removeprefix(prefix).strip()
        return text
    try:
        return str(getattr(identifiers, name)(text)) if text else ""
    except Invalid:
        return ""


IDENTITIES: dict[str, tuple[type[Any], tuple[str, ...]]] = {
    "registry.organisation": (Organisation, ("ror", "tax_code")),
    "registry.person": (Person, ("orcid", "email")),
    "registry.work": (Work, ("doi",)),
}
