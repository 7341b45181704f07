"""The portfolio at a glance: works that hang together by likenesses, cluster by cluster."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from opensti.domains.overlaps.choices import LIVING, VerdictState
from opensti.domains.overlaps.models import Document, Hit
from opensti.domains.overlaps.queries.screenings import newest, thresholds
from opensti.kernel.access import visible
from opensti.kernel.refusals import NotFound

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sti_methods.similarity import Cluster, Edge

    from opensti.kernel.access import Actor

# What a reader can still tell apart on one page: clusters in its list, works in its
# map, works in the map and the graph of one cluster.
MAP_CLUSTERS, MAP_WORKS, CLUSTER_WORKS = 12, 48, 24


@dataclass(frozen=True, kw_only=True)
class Pairing:
    """Two works that were found alike, and what was said of it.

    ``hit`` and ``screening`` (its public id) say where to read it; ``finding`` and
    ``state`` are those of the living verdict, empty while nobody judged. A pair that
    was found from both sides has the higher probability, and the verdict that stands.
    """

    first: Document
    second: Document
    probability: float
    hit: int
    screening: str
    finding: str
    state: str


@dataclass(frozen=True, kw_only=True)
class MapCluster:
    """Works that hang together; ``id`` is the same for the same works.

    Parameters
    ----------
    works : int
        How many works hang together, two at least.
    probability : float
        The highest of its pairs.
    pairs : tuple of Pairing
        All of them, most probable first.
    judged : mapping of str to int
        Pairs with a standing verdict, by finding.
    proposed : int
        Pairs whose verdict waits for a second person.
    drawn : tuple of Document
        What a map shows of it, the like beside the like; empty where there was no room.
    """

    id: str
    works: int
    probability: float
    pairs: tuple[Pairing, ...]
    judged: Mapping[str, int]
    proposed: int
    drawn: tuple[Document, ...]

    @property
    def open(self) -> int:
        """How many pairs have no standing verdict."""
        return len(self.pairs) - sum(self.judged.values())


@dataclass(frozen=True, kw_only=True)
class PortfolioMap:
    """What hangs together, the largest first, as far as one person may know of it.

    ``clusters`` are some of ``total``; ``works`` and ``pairs`` count all of them;
    ``years`` are those that can be asked for, the latest first.
    """

    listed: float
    years: tuple[int, ...]
    total: int
    works: int
    pairs: int
    clusters: tuple[MapCluster, ...]


def portfolio_map(
    actor: Actor, *, kind: str = "", year: int | None = None, start: int = 0
) -> PortfolioMap:
    """Return ``MAP_CLUSTERS`` clusters from place ``start`` on, the largest first.

    A pair counts from the listed threshold on, and where one of its works is of the
    ``kind`` and ``year``. A likeness with a work that the person may not open is left
    out wholly. At most ``MAP_WORKS`` works are drawn: clusters whole while there is
    room, of a first one that is larger the most probable pairs. Cost: 4 queries, 0.1 s for
    3,000 works in 750 clusters (5,155 hits), 0.2 s for two clusters of 1,500 (8,996).
    """
    least = thresholds().listed
    found = _found(actor, least)
    kept = _about(found, kind, year)
    groups = _clusters(kept, least)
    shown = groups[start : start + MAP_CLUSTERS]
    return PortfolioMap(
        listed=least,
        years=tuple(sorted(_years(found), reverse=True)),
        total=len(groups),
        works=sum(len(group.members) for group in groups),
        pairs=len(kept),
        clusters=_told(shown, kept, least, room=MAP_WORKS),
    )


def map_cluster(
    actor: Actor, cluster_id: str, *, kind: str = "", year: int | None = None
) -> MapCluster:
    """Return one cluster of such a map, ``CLUSTER_WORKS`` of it drawn; 4 queries.

    Raises ``NotFound`` where no works hang together under this id any more.
    """
    least = thresholds().listed
    kept = _about(_found(actor, least), kind, year)
    asked = [group for group in _clusters(kept, least) if group.id == cluster_id]
    if not asked:
        raise NotFound
    return _told(asked, kept, least, room=CLUSTER_WORKS)[0]


class _Work(NamedTuple):
    """A wording; works are told apart by their subject, whatever their wording."""

    document: int
    subject: str
    kind: str
    year: int | None


class _Pair(NamedTuple):
    first: _Work
    second: _Work
    probability: float
    score: float
    hit: int
    screening: str
    finding: str
    state: str


_COLUMNS = ("pk", "subject", "kind", "year")


def _found(actor: Actor, least: float) -> list[_Pair]:
    """Every two works once that the person may both know of, most probable first."""
    hits = Hit.objects.filter(probability__gte=least)
    # Asked apart: with both conditions in one query SQLite takes a second for 5,000 hits.
    known = set(
        visible(actor, Document.objects.filter(pk__in=hits.values("document")))
        .order_by()
        .values_list("pk", flat=True)
    )
    rows = (
        hits.filter(screening__in=visible(actor, newest()).order_by().values("pk"))
        .order_by("-probability", "pk")
        .values_list(
            *(f"screening__document__{column}" for column in _COLUMNS),
            *(f"document__{column}" for column in _COLUMNS),
            "probability",
            "score",
            "pk",
            "screening__public_id",
            "verdict__finding",
            "verdict__state",
        )
    )
    pairs: dict[frozenset[str], _Pair] = {}
    for row in rows:
        if row[4] not in known:
            continue
        probability, score, hit, screening, finding, state = row[8:]
        living = state in LIVING
        pair = _Pair(
            first=_Work(*row[:4]),
            second=_Work(*row[4:8]),
            probability=probability,
            score=score,
            hit=hit,
            screening=screening,
            finding=finding if living else "",
            state=state if living else "",
        )
        both = frozenset((pair.first.subject, pair.second.subject))
        before = pairs.get(both)
        if before is None:
            pairs[both] = pair
        elif _weight(pair) > _weight(before):
            pairs[both] = pair._replace(
                probability=before.probability, score=before.score
            )
    return list(pairs.values())


def _weight(pair: _Pair) -> int:
    """A standing verdict says more than a proposed one, and that more than none."""
    return ("", VerdictState.PROPOSED, VerdictState.STANDING).index(pair.state)


def _about(pairs: Iterable[_Pair], kind: str, year: int | None) -> list[_Pair]:
    return [
        pair
        for pair in pairs
        if any(
            (not kind or work.kind == kind) and (year is None or work.year == year)
            for work in (pair.first, pair.second)
        )
    ]


def _years(pairs: Iterable[_Pair]) -> set[int]:
    works = (work for pair in pairs for work in (pair.first, pair.second))
    return {work.year for work in works if work.year is not None}


def _subjects(pairs: Iterable[_Pair]) -> list[str]:
    """Every work once, in the order of its most probable pair."""
    works = (work.subject for p in pairs for work in (p.first, p.second))
    return list(dict.fromkeys(works))


def _edges(pairs: Iterable[_Pair]) -> list[Edge]:
    from sti_methods.similarity import Edge  # noqa: PLC0415 -- scipy is slow to load

    return [
        Edge(
            first=pair.first.subject,
            second=pair.second.subject,
            probability=pair.probability,
            score=pair.score,
        )
        for pair in pairs
    ]


def _clusters(pairs: Sequence[_Pair], least: float) -> tuple[Cluster, ...]:
    from sti_methods.similarity import clusters  # noqa: PLC0415 -- scipy is slow to load

    return clusters(_subjects(pairs), _edges(pairs), probability=least)


def _told(
    groups: Sequence[Cluster], pairs: Sequence[_Pair], least: float, *, room: int
) -> tuple[MapCluster, ...]:
    """Return clusters with their pairs and, while there is ``room``, their drawing."""
    of = {name: n for n, group in enumerate(groups) for name in group.members}
    own: list[list[_Pair]] = [[] for _ in groups]
    for pair in pairs:
        if pair.first.subject in of:
            own[of[pair.first.subject]].append(pair)
    latest: dict[str, int] = {}
    for pair in (pair for inside in own for pair in inside):
        for work in (pair.first, pair.second):
            latest[work.subject] = max(work.document, latest.get(work.subject, 0))
    works = {
        document.subject: document
        for document in Document.objects.filter(pk__in=latest.values()).only(
            "subject", "kind", "code", "title_vi", "title_en", "year"
        )
    }
    told: list[MapCluster] = []
    for group, inside in zip(groups, own, strict=True):
        fits = len(group.members) <= room or not told
        names = _subjects(inside)[:room] if fits else []
        room = room - len(names) if fits else 0
        verdicts = Counter(
            pair.finding for pair in inside if pair.state == VerdictState.STANDING
        )
        told.append(
            MapCluster(
                id=group.id,
                works=len(group.members),
                probability=group.probability,
                pairs=tuple(_pairing(pair, works) for pair in inside),
                judged=dict(sorted(verdicts.items())),
                proposed=sum(p.state == VerdictState.PROPOSED for p in inside),
                drawn=tuple(works[name] for name in _beside(names, inside, least)),
            )
        )
    return tuple(told)


def _beside(names: list[str], pairs: list[_Pair], least: float) -> tuple[str, ...]:
    """Return names with the like beside the like."""
    from sti_methods.similarity import arrange  # noqa: PLC0415 -- scipy is slow to load

    known = set(names)
    inside = [p for p in pairs if {p.first.subject, p.second.subject} <= known]
    order = arrange(names, _edges(inside), probability=least).order
    return (*order, *(name for name in names if name not in set(order)))


def _pairing(pair: _Pair, works: Mapping[str, Document]) -> Pairing:
    return Pairing(
        first=works[pair.first.subject],
        second=works[pair.second.subject],
        probability=pair.probability,
        hit=pair.hit,
        screening=pair.screening,
        finding=pair.finding,
        state=pair.state,
    )
