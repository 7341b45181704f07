"""Who knows the subject of which dossier or order: rows ⇄ the method's experts.

The words of a proposal are what was last handed in; those of an expert the works the
registry knows, what the person declared, and what the person judged in councils that
are concluded. What is being asked about is no past review of anybody.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from django.conf import settings
from sti_methods.embeddings import Encoder, Unusable
from sti_methods.expertise import (
    DECLARED,
    REVIEW,
    VERSION,
    Expert,
    Explanation,
    Piece,
    Pool,
    Proposal,
    digest,
)
from sti_methods.similarity import shipped_terms

from opensti.domains.calls.queries import dossier_texts
from opensti.domains.panels.choices import BallotState, CouncilState
from opensti.domains.panels.models import Ballot
from opensti.domains.panels.queries import DOSSIER, ORDER, Item
from opensti.domains.registry.queries import known_by
from opensti.domains.tasks.queries import order_texts
from opensti.kernel.worktext import joined

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from scipy import sparse

    from opensti.domains.registry.queries import Known
    from opensti.kernel.worktext import WorkText

VECTORS = "vectors.sqlite3"  # in the data directory: what a model worked out


@dataclass(frozen=True)
class Expertise:
    """Scores of people (rows of ``matrix``) for items (columns), 0 where it has none.

    ``evidence`` is ``none``, ``few`` or ``enough`` for each person. ``method``, ``pool``
    and ``asked`` (SHA-256) name what the scores were worked out with and from: with the
    same three they are the same.
    """

    people: tuple[int, ...]
    items: tuple[Item, ...]
    matrix: sparse.csr_array
    evidence: Mapping[int, str]
    method: str
    pool: str
    asked: str
    _pool: Pool
    _proposals: tuple[Proposal, ...]

    def score(self, person_id: int, item: Item) -> float:
        row, column = self._rows[person_id], self._columns[item]
        return float(self.matrix[row, column])

    def best(self, item: Item, most: int) -> list[tuple[int, float]]:
        """Return the best people for an item with their scores; none with score 0."""
        column = self.matrix[:, [self._columns[item]]].tocoo()
        rows = zip(column.coords[0].tolist(), column.data.tolist(), strict=True)
        found = [(self.people[row], score) for row, score in rows if score > 0]
        return sorted(found, key=lambda pair: (-pair[1], pair[0]))[:most]

    def asked_of(self, item: Item) -> str:
        """Return the SHA-256 of one item's words; empty where it has none."""
        column = self._columns.get(item)
        return "" if column is None else digest((self._proposals[column],))

    def explain(self, person_id: int, item: Item) -> Explanation:
        """Say which works and terms a score is made of."""
        return self._pool.explain(str(person_id), self._proposals[self._columns[item]])

    @cached_property
    def _rows(self) -> dict[int, int]:
        return {pk: n for n, pk in enumerate(self.people)}

    @cached_property
    def _columns(self) -> dict[Item, int]:
        return {item: n for n, item in enumerate(self.items)}


def scores_for(
    *,
    person_ids: Collection[int],
    dossier_ids: Collection[int] = (),
    order_ids: Collection[int] = (),
    meaning: bool = False,
    but: Collection[Item] = (),
) -> Expertise:
    """Return how well people know the subjects of dossiers and orders.

    Dossiers of a sealed call have no words yet and are left out of ``items``; people
    whom the registry does not know out of ``people``. For the ministry's own work:
    whoever shows a score asks first who may see it.

    Parameters
    ----------
    meaning : bool
        Compare the meaning too, by the sentence model of ``OPENSTI_EMBEDDINGS``: 15 to
        70 ms for each work it has not read yet.
    but : collection of (kind, id)
        What is no past review of anybody, besides what is asked about.

    Raises
    ------
    Unusable
        ``meaning`` is asked for, and the setting names no model.

    Cost: some .15 ms a work, and a few queries for 2,000 people.
    """
    asked = proposals(dossier_ids=dossier_ids, order_ids=order_ids)
    people = experts(person_ids, but={*asked, *but})
    pool = pool_of(tuple(people.values()), meaning=meaning)
    scores = pool.scores(asked.values())
    method = f"{VERSION}+{shipped_terms().digest()[:8]}"
    if pool.encoder is not None:
        method += f"+{pool.encoder.digest[:8]}"
    matrix = scores.matrix
    matrix.data = np.round(matrix.data, 6)
    return Expertise(
        people=tuple(people),
        items=tuple(asked),
        matrix=matrix,
        evidence={pk: expert.evidence for pk, expert in people.items()},
        method=method,
        pool=pool.digest,
        asked=digest(tuple(asked.values())),
        _pool=pool,
        _proposals=tuple(asked.values()),
    )


def proposals(
    *, dossier_ids: Collection[int] = (), order_ids: Collection[int] = ()
) -> dict[Item, Proposal]:
    """Return the words of dossiers and orders, orders last, by row; 6 queries."""
    found = {
        (kind, text.object_id): _proposal(kind, text)
        for kind, texts in (
            (DOSSIER, dossier_texts(dossier_ids) if dossier_ids else ()),
            (ORDER, order_texts(order_ids) if order_ids else ()),
        )
        for text in texts
    }
    return {item: proposal for item, proposal in found.items() if proposal.text}


def _proposal(kind: str, text: WorkText) -> Proposal:
    return Proposal(
        id=f"{kind}:{text.object_id}",
        title=joined(text.title_vi, text.title_en),
        abstract=joined(text.abstract, text.objectives, text.products, text.keywords),
    )


def experts(
    person_ids: Collection[int], *, but: Collection[Item] = ()
) -> dict[int, Expert]:
    """Return people as the method takes them, by row; reviews of ``but`` left out."""
    judged = reviews_of(person_ids)
    wanted = {item for items in judged.values() for item in items} - set(but)
    texts = proposals(
        dossier_ids=[pk for kind, pk in wanted if kind == DOSSIER],
        order_ids=[pk for kind, pk in wanted if kind == ORDER],
    )
    return {
        pk: Expert(
            id=str(pk),
            pieces=tuple(_pieces(known, judged.get(pk, ()), texts)),
        )
        for pk, known in known_by(person_ids).items()
    }


def _pieces(
    known: Known, judged: Iterable[Item], texts: Mapping[Item, Proposal]
) -> Iterable[Piece]:
    for work in known.works:
        yield Piece(
            id=f"work:{work.work_id}",
            title=work.title,
            abstract=work.abstract,
            year=work.year,
        )
    for item in judged:
        if (said := texts.get(item)) is not None:
            yield Piece(
                id=said.id, title=said.title, abstract=said.abstract, kind=REVIEW
            )
    if declared := joined(known.keywords, known.fields):
        yield Piece(id=DECLARED, title=declared, kind=DECLARED)


def reviews_of(person_ids: Collection[int]) -> dict[int, list[Item]]:
    """What people cast a ballot on, in councils that are concluded; 1 query."""
    rows = (
        Ballot.objects.filter(
            state=BallotState.CAST,
            item__council__state=CouncilState.CONCLUDED,
            seat__person_id__in=list(person_ids),
        )
        .order_by("seat__person_id", "item__dossier_id", "item__order_id")
        .values_list("seat__person_id", "item__dossier_id", "item__order_id")
        .distinct()
    )
    found: dict[int, list[Item]] = {}
    for person, dossier, order in rows:
        item = (DOSSIER, dossier) if dossier is not None else (ORDER, order)
        found.setdefault(person, []).append(item)
    return found


_kept: list[tuple[str, bool, Pool]] = []


def pool_of(people: tuple[Expert, ...], *, meaning: bool = False) -> Pool:
    """Return the index of people; the last one is kept by a process."""
    name = digest(people)
    for kept, meant, pool in _kept:
        if (kept, meant) == (name, meaning):
            return pool
    model = _model(settings.OPENSTI_EMBEDDINGS) if meaning else None
    pool = Pool(people, terms=shipped_terms(), encoder=model)
    _kept[:] = [(name, meaning, pool)]
    return pool


@cache
def _model(folder: str) -> Encoder:
    if not folder:
        raise Unusable("OPENSTI_EMBEDDINGS names no sentence model")
    return Encoder(folder, cache=Path(settings.OPENSTI_DATA_DIR) / VECTORS)
