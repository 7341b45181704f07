"""What works are compared with, and how verdicts agree with what was said."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from django.db.models import Count, Max, Min

from opensti.domains.overlaps import permissions as _permissions  # noqa: F401 -- who sees what
from opensti.domains.overlaps.choices import (
    Finding,
    Kind,
    VerdictState,
)
from opensti.domains.overlaps.models import (
    Archive,
    Base,
    Corpus,
    Document,
    Verdict,
)

EDGES = (0.05, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.01)
ENOUGH = 20


@dataclass(frozen=True, kw_only=True)
class Source:
    """An archive in the corpus: how many works, of which years, and what is known of it."""

    source: str
    works: int
    first: int | None
    last: int | None
    archive: Archive | None


def sources() -> list[Source]:
    """What the corpus holds of task files, by the archive they came from; 2 queries."""
    known = {archive.source: archive for archive in Archive.objects.all()}
    rows = (
        Document.objects.filter(kind=Kind.TASK, left=None)
        .values("source")
        .annotate(works=Count("pk"), first=Min("year"), last=Max("year"))
        .order_by("source")
    )
    return [Source(**row, archive=known.get(row["source"])) for row in rows]


@dataclass(frozen=True, kw_only=True)
class CorpusState:
    """How large the corpus is, and when its index was built anew."""

    batch: int
    documents: int
    base: Base | None


def corpus_state() -> CorpusState:
    """The corpus as of its last batch; 3 queries."""
    corpus = Corpus.objects.first()
    return CorpusState(
        batch=corpus.batch if corpus else 0,
        documents=Document.objects.filter(left=None).count(),
        base=Base.objects.order_by("-batch", "-pk").first(),
    )


@dataclass(frozen=True, kw_only=True)
class Bin:
    """Likenesses of one stretch of probability: how many judged, how many real."""

    low: float
    high: float
    judged: int
    real: int
    said: float

    @property
    def share(self) -> float:
        return self.real / self.judged


@dataclass(frozen=True, kw_only=True)
class Agreement:
    """How the probability said agrees with what people found.

    ``brier`` is the mean squared difference (Brier, 1950; 0 is perfect), ``precision``
    the share of real overlap at or above the threshold, ``advised`` the lowest
    probability from which on at least half of what was judged was real: None while
    fewer than ``ENOUGH`` were judged or no stretch reaches a half.
    """

    judged: int
    bins: tuple[Bin, ...]
    precision: float | None
    brier: float | None
    advised: float | None


def agreement() -> Agreement:
    """Standing verdicts against the probabilities they were given at; 1 query.

    Any finding but "no overlap" counts as real: an acceptable overlap is one.
    """
    said = [
        (probability, finding != Finding.NONE)
        for probability, finding in Verdict.objects.filter(
            state=VerdictState.STANDING
        ).values_list("probability", "finding")
    ]
    bins = []
    for low, high in pairwise(EDGES):
        inside = [(p, real) for p, real in said if low <= p < high]
        if inside:
            bins.append(
                Bin(
                    low=low,
                    high=min(high, 1.0),
                    judged=len(inside),
                    real=sum(real for _p, real in inside),
                    said=sum(p for p, _real in inside) / len(inside),
                )
            )
    if not said:
        return Agreement(judged=0, bins=(), precision=None, brier=None, advised=None)
    return Agreement(
        judged=len(said),
        bins=tuple(bins),
        precision=sum(real for _p, real in said) / len(said),
        brier=sum((p - real) ** 2 for p, real in said) / len(said),
        advised=_advised(said) if len(said) >= ENOUGH else None,
    )


def _advised(said: list[tuple[float, bool]]) -> float | None:
    for low in EDGES[:-1]:
        above = [real for p, real in said if p >= low]
        if above and sum(above) * 2 >= len(above):
            return low
    return None
