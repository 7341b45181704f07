"""What works are compared with, and how verdicts agree with what was said."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from math import sqrt
from typing import TYPE_CHECKING

from django.db.models import Count, Max, Min, Q

from opensti.domains.overlaps import permissions as _permissions  # noqa: F401 -- who sees what
from opensti.domains.overlaps.choices import (
    DRAWN_OF_256,
    Finding,
    Kind,
    ScreeningState,
    VerdictState,
)
from opensti.domains.overlaps.models import (
    Archive,
    Base,
    Corpus,
    Document,
    Hit,
    Verdict,
)
from opensti.domains.overlaps.queries.screenings import thresholds
from opensti.kernel.access import visible

if TYPE_CHECKING:
    from opensti.kernel.access import Actor

Z = 1.959964  # of a normal distribution 95 % lie so many deviations from the middle
EDGES = (0.05, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.01)
ENOUGH, LOOKED_AT = 20, 50


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
    """Standing verdicts against the probabilities they were given at; 2 queries.

    Any finding but "no overlap" counts as real: an acceptable overlap is one. For the
    advice one drawn by lot below the threshold stands for as many as it was drawn of.
    """
    listed = thresholds().listed
    rows = Verdict.objects.filter(state=VerdictState.STANDING).values_list(
        "probability", "finding", "hit__drawn"
    )
    weighed = [
        (
            probability,
            finding != Finding.NONE,
            256 / DRAWN_OF_256 if lot and probability < listed else 1.0,
        )
        for probability, finding, lot in rows
    ]
    said = [(probability, real) for probability, real, _weight in weighed]
    listed_ones = [real for probability, real in said if probability >= listed]
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
        precision=sum(listed_ones) / len(listed_ones) if listed_ones else None,
        brier=sum((p - real) ** 2 for p, real in said) / len(said),
        advised=_advised(weighed) if len(said) >= ENOUGH else None,
    )


def _advised(weighed: list[tuple[float, bool, float]]) -> float | None:
    for low in EDGES[:-1]:
        above = [(weight, real) for p, real, weight in weighed if p >= low]
        found = sum(weight for weight, real in above if real)
        if above and found * 2 >= sum(weight for weight, _real in above):
            return low
    return None


@dataclass(frozen=True, kw_only=True)
class Missed:
    """What the threshold may miss, told by judging likenesses drawn by lot below it.

    Of the newest screenings: likenesses ``above`` (and how many of them were judged, and
    found real) and ``below`` the threshold, those ``drawn`` below, how many of these
    were judged and real. ``recall`` is the share of real overlap that lies above, with
    an interval: all ``None`` while fewer than ``ENOUGH`` drawn ones were judged, and of
    those above fewer than ``ENOUGH`` and not all.
    """

    above: int
    above_judged: int
    above_real: int
    below: int
    drawn: int
    judged: int
    real: int

    @property
    def recall(self) -> tuple[float, float, float] | None:
        """The estimate, its lower and its upper end.

        The shares found among the judged are taken for the shares of all. The interval
        puts the unfavourable ends of both shares together, each of 95 % (E. B. Wilson,
        1927): it holds in nine cases of ten at least. Where all above are judged their
        share is known, and it holds in 95 of 100.
        """
        if self.judged < ENOUGH or self.above_judged < max(1, min(ENOUGH, self.above)):
            return None
        if not self.above_real and not self.real:
            return None
        share = self.above_real / self.above_judged
        fewest, largest = (
            (share, share)
            if self.above_judged == self.above
            else wilson(self.above_real, self.above_judged)
        )
        low, high = wilson(self.real, self.judged)
        middle, least, most = (
            self.above * over / (self.above * over + self.below * under)
            for over, under in (
                (share, self.real / self.judged),
                (fewest, high),
                (largest, low),
            )
        )
        return middle, least, most


def wilson(found: int, of: int) -> tuple[float, float]:
    """Return the 95 % score interval of a share (E. B. Wilson, JASA 22, 1927)."""
    share, part = found / of, Z * Z / of
    middle = (share + part / 2) / (1 + part)
    width = sqrt(share * (1 - share) * part + part * part / 4) / (1 + part)
    return max(0.0, middle - width), min(1.0, middle + width)


def missed(actor: Actor) -> Missed:
    """Count, of what the person may know, what lies where and was judged; 3 queries."""
    listed = thresholds().listed
    hits = visible(actor, Hit.objects.order_by()).filter(
        screening__current=True, screening__state=ScreeningState.DONE
    )
    judged = Q(verdict__state=VerdictState.STANDING)
    real = judged & ~Q(verdict__finding=Finding.NONE)
    above, lot = Q(probability__gte=listed), hits.filter(drawn=True)
    return Missed(
        **hits.aggregate(
            above=Count("pk", filter=above),
            above_judged=Count("pk", filter=above & judged),
            above_real=Count("pk", filter=above & real),
            below=Count("pk", filter=~above),
        ),
        **lot.filter(probability__lt=listed).aggregate(
            drawn=Count("pk"),
            judged=Count("pk", filter=judged),
            real=Count("pk", filter=real),
        ),
    )


def next_drawn(actor: Actor) -> Hit | None:
    """The next likeness drawn by lot that the person may judge; 3 queries, or 2."""
    rows = visible(actor, Hit.objects.filter(drawn=True, verdict=None)).filter(
        screening__current=True, probability__lt=thresholds().listed
    )
    some = list(rows.select_related("screening").order_by("pk")[:LOOKED_AT])
    known = set(
        visible(
            actor, Document.objects.filter(pk__in={hit.document_id for hit in some})
        ).values_list("pk", flat=True)
    )
    return next((hit for hit in some if hit.document_id in known), None)
