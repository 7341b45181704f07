"""Which terms an index translates by, and where each comes from.

They are kept whole with the base whose index they serve, so that it can be made again
whatever list a later version brings. Terms are learned only from texts that everybody of
the office may read: task files and called orders. A need, a dossier or an order that is
not called teaches nothing, so that no list of terms can tell of it.

Importing this takes a second (compiled loops), as importing `problem` does.
"""

from __future__ import annotations

from collections import Counter
from itertools import chain
from typing import TYPE_CHECKING

from sti_methods.similarity import (
    MOST_PAIRS,
    Term,
    TermList,
    halves,
    learned,
    shipped_terms,
)

from opensti.domains.overlaps.choices import Kind, TermOrigin
from opensti.domains.overlaps.models import Document, TermFile, Vocabulary
from opensti.domains.tasks import queries as tasks_queries

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.db.models import QuerySet

_CHUNK = 2000
# One's own are used before those shipped, whose weight is 1; learned ones come last.
_OWN_FIRST = 1.0


def gathered(documents: QuerySet[Document]) -> tuple[Vocabulary, Counter[str]]:
    """Keep the terms for an index of these documents; how many are of which origin.

    Those put in here, those shipped, and those that public works in both languages
    teach; the heaviest counts. Cost: 0.2 ms a pair, at most 20,000 of them.
    """
    file = TermFile.objects.filter(in_use=True).first()
    own = [] if file is None else [Term(*row) for row in file.terms]
    own = [term._replace(weight=term.weight + _OWN_FIRST) for term in own]
    taught = learned(_pairs(_public(documents)))
    whole = TermList([*own, *shipped_terms(), *taught])
    sources = (
        (TermOrigin.OWN, TermList(own)),
        (TermOrigin.SHIPPED, shipped_terms()),
        (TermOrigin.LEARNED, TermList(taught)),
    )
    origin: dict[tuple[str, str], str] = {}
    for name, terms in sources:
        for term in terms:
            origin.setdefault((term.vi, term.en), name.value)
    named = [origin[term.vi, term.en] for term in whole]
    rows = [[*term, name] for term, name in zip(whole, named, strict=True)]
    kept, _new = Vocabulary.objects.get_or_create(
        digest=whole.digest(), defaults={"terms": rows}
    )
    return kept, Counter(named)


def own_digest() -> str:
    """Return the digest of the terms put in here; empty where there are none."""
    rows = TermFile.objects.filter(in_use=True).values_list("digest", flat=True)
    return rows.first() or ""


def terms_kept(digest: str) -> TermList | None:
    """Return the terms that were kept under a digest, ``None`` where none were."""
    kept = Vocabulary.objects.filter(digest=digest).first()
    if kept is None:
        return None
    return TermList(Term(vi, en, float(w)) for vi, en, w, _origin in kept.terms)


def _public(documents: QuerySet[Document]) -> Iterable[Document]:
    """Task files and called orders, as their wordings stand today."""
    called = documents.filter(
        kind=Kind.ORDER, left=None, object_id__in=tasks_queries.public_order_ids()
    )
    fields = ("title_vi", "title_en", "abstract")
    return chain.from_iterable(
        rows.only(*fields).order_by("pk").iterator(chunk_size=_CHUNK)
        for rows in (documents.filter(kind=Kind.TASK), called)
    )


def _pairs(documents: Iterable[Document]) -> list[tuple[str, str]]:
    """Return titles in both languages, and abstracts while there is room."""
    titles: set[tuple[str, str]] = set()
    texts: set[tuple[str, str]] = set()
    for document in documents:
        if document.title_vi and document.title_en:
            titles.add((document.title_vi, document.title_en))
        texts.update(halves(document.abstract))
    room = max(0, MOST_PAIRS - len(titles))
    return [*titles, *sorted(texts - titles)[:room]]
