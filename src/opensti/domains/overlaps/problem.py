"""Documents ⇄ the index that compares them; each index can be made again as it was.

The terms it translates by are kept whole with its base. Terms are learned only from texts
that everybody of the office may read: task files and called orders. A need, a dossier or
an order that is not called teaches nothing, so that no list of terms can tell of it.

Importing this takes a second (compiled loops): only who compares does so.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass
from functools import cache
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db.models import Q
from sti_methods.embeddings import Encoder
from sti_methods.similarity import (
    MOST_PAIRS,
    VERSION,
    Index,
    Match,
    Record,
    Term,
    TermList,
    explain,
    halves,
    learned,
    repeats,
    salami,
    shipped_terms,
)

from opensti.domains.overlaps.choices import Kind, TermOrigin
from opensti.domains.overlaps.models import Document, TermFile, Vocabulary
from opensti.domains.tasks import queries as tasks_queries

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from django.db.models import QuerySet

    from opensti.domains.overlaps.models import Base

# Another list of terms is another method: its screenings are told apart.
METHOD = f"{VERSION}+{shipped_terms().digest()[:8]}"
VECTORS = "vectors.sqlite3"  # in the data directory: what the model worked out
LISTED, NEAR, MOST_PASSAGES = 10, 200, 200
_CHUNK = 2000
FEWEST_PAIRS = 100  # of fewer texts chance teaches more than language
# One's own are used before those shipped, whose weight is 1; learned ones come last.
_OWN_FIRST = 1.0


@dataclass
class _Ready:
    token: str
    batch: int
    index: Index
    digest: str = ""


_kept: list[_Ready] = []


def encoder() -> Encoder | None:
    """Return the sentence model of ``OPENSTI_EMBEDDINGS``; loaded once by a process.

    Raises ``Unusable`` where the setting names what is none: words alone would be
    another answer than the one that was asked for.
    """
    return _loaded(settings.OPENSTI_EMBEDDINGS)


@cache
def _loaded(folder: str) -> Encoder | None:
    if not folder:
        return None
    return Encoder(folder, cache=Path(settings.OPENSTI_DATA_DIR) / VECTORS)


def method() -> str:
    """Return what works are compared by: another model is another method too."""
    model = encoder()
    return METHOD if model is None else f"{METHOD}+{model.digest[:8]}"


def record_of(document: Document) -> Record:
    """Return a document as the method takes it; both titles are one text."""
    titles = [t for t in (document.title_vi, document.title_en) if t]
    return Record(
        id=str(document.pk),
        title="\n".join(titles),
        abstract=document.abstract,
        objectives=document.objectives,
        products=document.products,
        keywords=document.keywords,
        year=document.year,
        begins=document.begins,
        ends=document.ends,
        people=tuple(document.people),
        organisations=tuple(document.organisations),
        amount=None if document.amount is None else float(document.amount),
    )


def living(batch: int) -> QuerySet[Document]:
    """The documents of the corpus as it stood after a batch."""
    stays = Q(left=None) | Q(left__gt=batch)
    return Document.objects.filter(stays, entered__lte=batch)


def _terms(base: Base) -> TermList | None:
    if not base.terms:
        return None
    terms = terms_kept(base.terms)
    if terms is None or terms.digest() != base.terms:
        raise OtherTerms(
            f"base of batch {base.batch} was built with terms {base.terms} by method {base.method}, before terms were kept"
        )
    return terms


def _encoder(base: Base) -> Encoder | None:
    if not base.model_digest:
        return None
    model = encoder()
    if model is None or model.digest != base.model_digest:
        raise OtherModel(
            f"base of batch {base.batch} was built with the model {base.model} ({base.model_digest}); OPENSTI_EMBEDDINGS names {'none' if model is None else f'{model.name} ({model.digest})'}"
        )
    return model


class OtherTerms(LookupError):  # noqa: N818 -- an answer, as all refusals here
    """The terms a base was built with were not kept: that version of OpenSTI has them."""


class OtherModel(LookupError):  # noqa: N818 -- an answer, as all refusals here
    """The sentence model a base was built with is not the one that is set."""


def index_at(base: Base, batch: int) -> Index:
    """Return the index built of the base's documents with all later ones added to it.

    The process keeps its newest: to go on costs 0.1 ms a document, to build anew 100 µs
    a document and the reading of the texts.
    """
    if _kept and _kept[0].token == base.token and _kept[0].batch <= batch:
        ready = _kept[0]
    else:
        _kept.clear()
        index = Index(
            _records(living(base.batch)), terms=_terms(base), encoder=_encoder(base)
        )
        ready = _Ready(base.token, base.batch, index)
        _kept.append(ready)
    later = Document.objects.filter(entered__gt=ready.batch, entered__lte=batch)
    try:
        for record in _records(later):
            ready.index.add(record)
    except BaseException:  # half of a batch is in it: it is no index of any batch
        _kept.clear()
        raise
    if ready.batch != batch:
        ready.batch, ready.digest = batch, ""
    return ready.index


def digest_of(index: Index) -> str:
    """Return the digest of an index; of the one that is kept, worked out once."""
    if not _kept or _kept[0].index is not index:
        return index.digest()
    _kept[0].digest = _kept[0].digest or index.digest()
    return _kept[0].digest


def size_of(index: Index, base: Base, batch: int) -> int:
    """Return how many documents of an index are in the corpus after a batch; 1 query."""
    gone = Document.objects.filter(left__gt=base.batch, left__lte=batch)
    return len(index) - gone.count()


def index_anew(base: Base, batch: int) -> Index:
    """Return the same index made from nothing: for those who want to check."""
    _kept.clear()
    return index_at(base, batch)


def _records(rows: QuerySet[Document]) -> Iterable[Record]:
    for document in rows.order_by("pk").iterator(chunk_size=_CHUNK):
        yield record_of(document)


def matches(
    index: Index, document: Document, left_out: Collection[int], *, least: float
) -> list[Match]:
    """Return what is like a document, at most ten of each list, of some probability."""
    found = index.rank(
        record_of(document), top=LISTED, leave_out=[str(pk) for pk in left_out]
    )
    return [match for match in found if match.probability >= least]


def repeated(document: Document) -> list[dict[str, Any]]:
    """Return the passages that stand twice in a work, as they will be frozen."""
    return [asdict(repeat) for repeat in repeats(record_of(document))]


def slices(
    index: Index, document: Document, left_out: Collection[int]
) -> list[dict[str, Any]]:
    """Return the works of its team that cut a work in slices, as they will be frozen.

    They are looked for among the two hundred nearest of each list.
    """
    near = index.nearest(
        record_of(document), top=NEAR, leave_out=[str(pk) for pk in left_out]
    )
    ids = [int(index.ids[row]) for rows, _cosines in near.values() for row in rows]
    others = map(record_of, Document.objects.filter(pk__in=ids).order_by("pk"))
    found = salami(index, record_of(document), others)
    if found is None:
        return []
    return [
        {"document": int(part.id), "of_work": part.of_work, "inside": part.inside}
        for part in found.slices
    ]


def evidence(
    index: Index, document: Document, match: Document, left_out: Collection[int]
) -> dict[str, Any]:
    """Return everything that speaks for a likeness, as it will be frozen."""
    said = explain(
        index,
        record_of(document),
        record_of(match),
        leave_out=[str(pk) for pk in left_out],
    ).document()
    # A text that repeats itself has thousands; the best of them are evidence enough.
    for part in ("passages", "boilerplate"):
        said[part] = said[part][:MOST_PASSAGES]
    return said


def gathered(documents: QuerySet[Document]) -> tuple[Vocabulary, Counter[str]]:
    """Keep the terms for an index of these documents; how many are of which origin.

    Those put in here, those shipped, and those that public works in both languages
    teach where there are a hundred texts at least; the heaviest counts. Cost: 0.2 ms a
    pair, at most 20,000 of them.
    """
    file = TermFile.objects.filter(in_use=True).first()
    own = [] if file is None else [Term(*row) for row in file.terms]
    own = [term._replace(weight=term.weight + _OWN_FIRST) for term in own]
    pairs = _pairs_of(_public(documents))
    taught = learned(pairs) if len(pairs) >= FEWEST_PAIRS else []
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
    tasks = documents.filter(kind=Kind.TASK).exclude(
        object_id__in=tasks_queries.closed_tasks().values("pk")
    )
    fields = ("title_vi", "title_en", "abstract")
    return chain.from_iterable(
        rows.only(*fields).order_by("pk").iterator(chunk_size=_CHUNK)
        for rows in (tasks, called)
    )


def _pairs_of(documents: Iterable[Document]) -> list[tuple[str, str]]:
    """Return titles in both languages, and abstracts while there is room."""
    titles: set[tuple[str, str]] = set()
    texts: set[tuple[str, str]] = set()
    for document in documents:
        if document.title_vi and document.title_en:
            titles.add((document.title_vi, document.title_en))
        texts.update(halves(document.abstract))
    room = max(0, MOST_PAIRS - len(titles))
    return [*titles, *sorted(texts - titles)[:room]]
