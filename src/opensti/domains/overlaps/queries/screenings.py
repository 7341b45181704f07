"""Screenings, their hits and verdicts, the corpus, and how far each work is."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from django.db.models import Count, F, Max, Min, Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from opensti.domains.calls import queries as calls_queries
from opensti.domains.overlaps import permissions as _permissions  # noqa: F401 -- who sees what
from opensti.domains.overlaps.choices import (
    BARRING,
    LIVING,
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
    OwnCheck,
    Screening,
    Thresholds,
    Verdict,
)
from opensti.domains.tasks import queries as tasks_queries
from opensti.kernel.access import PUBLIC, SYSTEM, Role, get_visible, may, visible
from opensti.kernel.bilingual import Words
from opensti.kernel.refusals import NotFound
from opensti.kernel.searchtext import matches
from opensti.kernel.work import WorkItem

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date, datetime

    from django.db.models import QuerySet

    from opensti.domains.calls.models import Dossier
    from opensti.domains.tasks.models import Need
    from opensti.kernel.access import Actor
    from opensti.kernel.refusals import Text

# Until a leader sets others. At .5 two of three listed pairs of the archives are one
# work; from .9 on nearly all (docs/methods/overlap.md).
LISTED, TWO_PEOPLE = 0.5, 0.9
MOST_LINES = 100
EDGES = (0.05, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.01)
ENOUGH = 20


@dataclass(frozen=True, kw_only=True)
class Rule:
    """The thresholds in force; ``set_at`` is None while they are the installation's."""

    listed: float
    two_people: float
    set_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """A hit as one person may see it: of a hidden case only that it exists."""

    hit: Hit
    hidden: bool
    verdict: Verdict | None
    needs_second: bool

    @property
    def evidence(self) -> Mapping[str, Any]:
        return {} if self.hidden else self.hit.evidence


@dataclass(frozen=True, kw_only=True)
class Standing:
    """How far the screening of a work is: for its own page, councils and rounds.

    Of the hits ``listed`` (at or above the threshold) some are still ``open``, without
    a standing verdict; ``barring`` verdicts stand in the way of an approval.
    """

    screening: Screening | None
    waiting: bool
    listed: int
    open: int
    barring: int

    @property
    def clear(self) -> bool:
        """Whether the work was compared, and nothing is open or in its way."""
        return (
            self.screening is not None
            and not self.waiting
            and not self.open
            and not self.barring
        )


def subject_of(screening: Screening) -> str:
    return f"overlaps.screening:{screening.public_id}"


def digest(evidence: Mapping[str, Any]) -> str:
    """SHA-256 of evidence, written in one way only."""
    text = json.dumps(
        evidence, ensure_ascii=False, sort_keys=True, separators=(",", ":")
    )
    return hashlib.sha256(text.encode()).hexdigest()


def thresholds() -> Rule:
    """The thresholds in force; 1 query."""
    row = Thresholds.objects.order_by("-pk").first()
    if row is None:
        return Rule(listed=LISTED, two_people=TWO_PEOPLE)
    return Rule(listed=row.listed, two_people=row.two_people, set_at=row.set_at)


def newest() -> QuerySet[Screening]:
    """The newest screening of each work, for the other queries of this house."""
    return Screening.objects.filter(state=ScreeningState.DONE, current=True)


def _open(least: float, prefix: str = "") -> Q:
    """Hits that people should look at and that have no standing verdict."""
    judged = Q(**{f"{prefix}verdict__state": VerdictState.STANDING})
    return Q(**{f"{prefix}probability__gte": least}) & ~judged


def screenings(actor: Actor, q: str = "") -> QuerySet[Screening]:
    """The newest screening of each work the person may know of, most probable first.

    Each with ``listed`` hits (at or above the threshold) and how many are ``judged``.
    """
    least = thresholds().listed
    listed = Q(hits__probability__gte=least)
    judged = listed & Q(hits__verdict__state=VerdictState.STANDING)
    rows = visible(actor, newest()).select_related("document")
    return (
        matches(rows, q)
        .annotate(listed=Count("hits", filter=listed))
        .annotate(judged=Count("hits", filter=judged))
        .order_by(F("top").desc(nulls_last=True), "pk")
    )


def still_open(rows: QuerySet[Screening], *, yes: bool) -> QuerySet[Screening]:
    """Of the list above, those with a listed hit that nobody judged, or the others."""
    if yes:
        return rows.alias(left=F("listed") - F("judged")).filter(left__gt=0)
    return rows.alias(left=F("listed") - F("judged")).filter(left=0)


def screening(actor: Actor, public_id: str) -> Screening:
    """One screening with the wording that was compared; ``NotFound`` if hidden."""
    return get_visible(
        actor,
        Screening.objects.filter(state=ScreeningState.DONE).select_related(
            "document", "base"
        ),
        public_id=public_id,
    )


def screening_of(actor: Actor, kind: str, object_id: int) -> Screening:
    """The newest screening of a work; ``NotFound`` if there is none or it is hidden."""
    return get_visible(
        actor, newest().select_related("document"), kind=kind, object_id=object_id
    )


def hit(actor: Actor, hit_id: int) -> Hit:
    """One hit with both works; ``NotFound`` where its screening is hidden."""
    return get_visible(
        actor,
        Hit.objects.select_related(
            "screening__document", "screening__base", "document"
        ),
        pk=hit_id,
    )


def newer(screening: Screening) -> Screening | None:
    """The screening that replaced one, for whoever may know of both."""
    if screening.current:
        return None
    return newest().filter(kind=screening.kind, object_id=screening.object_id).first()


def candidates(actor: Actor, screening: Screening) -> list[Candidate]:
    """What a screening found at or above the threshold, most probable first; 3 queries.

    Of a case that the person may not open only the place in the list is left.
    """
    rule = thresholds()
    hits = list(
        visible(actor, Hit.objects.filter(screening=screening))
        .filter(probability__gte=rule.listed)
        .select_related("document", "verdict__given_by", "verdict__second_by")
        .order_by("-probability", "group", "rank")
    )
    ids = [hit.document_id for hit in hits]
    known = set(
        visible(actor, Document.objects.filter(pk__in=ids)).values_list("pk", flat=True)
    )
    return [
        Candidate(
            hit=hit,
            hidden=hit.document_id not in known,
            verdict=hit.verdict if hit.document_id in known else None,
            needs_second=hit.probability >= rule.two_people,
        )
        for hit in hits
    ]


@dataclass(frozen=True, kw_only=True)
class Part:
    """A work that holds a slice of another; ``document`` is None where it is hidden."""

    document: Document | None
    of_work: float
    inside: float


def slices(actor: Actor, screening: Screening) -> list[Part]:
    """Works of the same team that cut this one into several; 1 query where there are."""
    if not screening.slices:
        return []
    ids = [row["document"] for row in screening.slices]
    known = visible(actor, Document.objects.filter(pk__in=ids)).in_bulk()
    return [
        Part(
            document=known.get(row["document"]),
            of_work=row["of_work"],
            inside=row["inside"],
        )
        for row in screening.slices
    ]


def below(screening: Screening) -> int:
    """How many hits stay below the threshold: known of, not shown."""
    return screening.hits.filter(probability__lt=thresholds().listed).count()


def history(actor: Actor, candidate: Candidate) -> QuerySet[Verdict]:
    """What was said of these two wordings before, newest first."""
    return (
        visible(actor, Verdict.objects.all())
        .filter(
            document=candidate.hit.screening.document_id,
            match=candidate.hit.document_id,
        )
        .exclude(state__in=LIVING)
        .select_related("given_by", "second_by")
        .order_by("-pk")
    )


def standing(actor: Actor, kind: str, object_id: int) -> Standing | None:
    """How far the screening of a work is; None where the person may not know; 2 queries.

    ``SYSTEM`` asks for the ministry's own rules.
    """
    if not may(actor, "overlaps.list"):
        return None
    least = thresholds().listed
    listed = Q(hits__probability__gte=least)
    stands = Q(hits__verdict__state=VerdictState.STANDING)
    rows = {
        row.state: row
        for row in visible(actor, Screening.objects.order_by())
        .filter(Q(state=ScreeningState.WAITING) | Q(current=True))
        .filter(kind=kind, object_id=object_id)
        .annotate(listed=Count("hits", filter=listed))
        .annotate(judged=Count("hits", filter=listed & stands))
        .annotate(
            barring=Count("hits", filter=stands & Q(hits__verdict__finding__in=BARRING))
        )
    }
    if not rows:
        return None
    done = rows.get(ScreeningState.DONE)
    return Standing(
        screening=done,
        waiting=ScreeningState.WAITING in rows,
        listed=done.listed if done else 0,
        open=done.listed - done.judged if done else 0,
        barring=done.barring if done else 0,
    )


@dataclass(frozen=True, kw_only=True)
class Told:
    """What a screening found, for readers who do not see it: figures and public works.

    ``hits`` are listed ones with a standing verdict, of works that everybody may know.
    """

    screening: Screening
    listed: int
    judged: int
    hits: tuple[Hit, ...]


def told(kind: str, object_id: int) -> Told | None:
    """What may be told of a work's screening to whoever may know of the work; 3 queries.

    The caller asks who may know: councils for their members, the public register for
    what was decided.
    """
    found = standing(SYSTEM, kind, object_id)
    if found is None or found.screening is None:
        return None
    public = visible(PUBLIC, Document.objects.order_by()).values("pk")
    hits = (
        found.screening.hits.filter(
            verdict__state=VerdictState.STANDING, document__in=public
        )
        .select_related("document", "verdict")
        .order_by("-probability", "pk")
    )
    return Told(
        screening=found.screening,
        listed=found.listed,
        judged=found.listed - found.open,
        hits=tuple(hits),
    )


def standings(dossier_ids: Iterable[int]) -> dict[int, str]:
    """How dossiers stand, in a word: ``barred``, ``open``, ``clear``; 2 queries.

    Those that were never compared are left out. The caller asks who may know.
    """
    rows = (
        newest()
        .filter(kind=Kind.DOSSIER, object_id__in=list(dossier_ids))
        .annotate(open=Count("hits", filter=_open(thresholds().listed, "hits__")))
        .annotate(
            barring=Count(
                "hits",
                filter=Q(hits__verdict__state=VerdictState.STANDING)
                & Q(hits__verdict__finding__in=BARRING),
            )
        )
        .order_by("pk")
        .values_list("object_id", "barring", "open")
    )
    return {
        pk: "barred" if barring else "open" if waiting else "clear"
        for pk, barring, waiting in rows
    }


def verdicts_of(screening: Screening) -> list[Hit]:
    """Every hit with a standing verdict, most probable first; 1 query.

    For papers of whoever may know of the screening.
    """
    return list(
        screening.hits.filter(verdict__state=VerdictState.STANDING)
        .select_related("document", "verdict__given_by", "verdict__second_by")
        .order_by("-probability", "pk")
    )


def barred(dossier_ids: Iterable[int]) -> dict[int, str]:
    """Dossiers that a standing verdict keeps from approval, with its finding; 1 query."""
    rows = (
        Hit.objects.filter(
            screening__in=newest().filter(
                kind=Kind.DOSSIER, object_id__in=list(dossier_ids)
            ),
            verdict__state=VerdictState.STANDING,
            verdict__finding__in=BARRING,
        )
        .order_by("pk")
        .values_list("screening__object_id", "verdict__finding")
    )
    return dict(rows)


def unjudged(dossier_ids: Iterable[int]) -> set[int]:
    """Dossiers with a likeness that people should have looked at; 2 queries."""
    rows = Hit.objects.filter(
        _open(thresholds().listed),
        screening__in=newest().filter(
            kind=Kind.DOSSIER, object_id__in=list(dossier_ids)
        ),
    )
    return set(rows.values_list("screening__object_id", flat=True))


def open_and_older_than(batch: int) -> QuerySet[Screening]:
    """Newest screenings of works not decided yet, made before the corpus grew.

    For the ministry's own repetition, which no person asks for.
    """
    undecided = (
        Q(kind=Kind.DOSSIER, object_id__in=calls_queries.undecided_dossiers())
        | Q(kind=Kind.NEED, object_id__in=list(tasks_queries.need_stamps()))
        | Q(kind=Kind.ORDER, object_id__in=list(tasks_queries.order_stamps()))
    )
    return (
        newest()
        .annotate(seen=Coalesce("seen_batch", "batch"))
        .filter(undecided, seen__lt=batch, document__left=None)
        .select_related("document")
        .order_by("seen", "pk")
    )


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


def draft_of(actor: Actor, kind: str, public_id: str) -> tuple[Need | Dossier, str]:
    """A person's own need or dossier, and the permission that lets him write in it."""
    if kind == Kind.NEED:
        return tasks_queries.need(actor, public_id), "tasks.edit_need"
    if kind == Kind.DOSSIER:
        found = calls_queries.dossier(actor=actor, public_id=public_id)
        return found, "calls.write_dossier"
    raise NotFound


def unpublished(base: int, batch: int) -> list[int]:
    """Documents of an index that are not everybody's, or left the corpus."""
    inside = Document.objects.filter(entered__lte=batch).exclude(left__lte=base)
    public = visible(PUBLIC, Document.objects.order_by()).values("pk")
    hidden = ~Q(pk__in=public) | Q(left__lte=batch)
    return list(inside.filter(hidden).order_by("pk").values_list("pk", flat=True))


@dataclass(frozen=True, kw_only=True)
class OwnMatch:
    """A public work that is like a draft."""

    document: Document
    probability: float
    likeness: str
    evidence: Mapping[str, Any]


def own_check(actor: Actor, kind: str, work: Need | Dossier) -> OwnCheck | None:
    """The person's last own check of a need or dossier; 1 query."""
    return (
        visible(actor, OwnCheck.objects.all())
        .filter(kind=kind, object_id=work.pk)
        .first()
    )


def own_matches(check: OwnCheck) -> list[OwnMatch]:
    """What an own check found, most probable first; 1 query."""
    documents = Document.objects.in_bulk([row["document"] for row in check.found])
    rows = sorted(check.found, key=lambda row: -row["probability"])
    return [
        OwnMatch(
            document=documents[row["document"]],
            probability=row["probability"],
            likeness=row["likeness"],
            evidence=row["evidence"],
        )
        for row in rows
    ]


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


def work_for(actor: Actor, today: date) -> list[WorkItem]:  # noqa: ARG001 -- no day is set
    """What waits for this person: likenesses to judge, verdicts to confirm."""
    items = []
    # Not of cases that this person may not open: others judge these.
    known = visible(actor, Document.objects.order_by()).values("pk")
    if may(actor, "overlaps.judge"):
        least = thresholds().listed
        unread = Hit.objects.filter(
            _open(least), verdict=None, document__in=known
        ).values("screening")
        rows = visible(actor, newest().filter(pk__in=unread)).select_related("document")
        items += [
            _line(row, "overlaps.judge", _("Judge a likeness with other work"))
            for row in rows.order_by("-top", "pk")[:MOST_LINES]
        ]
    if actor.has(Role.OFFICER, Role.SECRETARY, Role.LEADER):
        others = Hit.objects.filter(
            verdict__state=VerdictState.PROPOSED, document__in=known
        ).exclude(verdict__given_by_id=actor.user_id)
        rows = visible(actor, newest().filter(pk__in=others.values("screening")))
        items += [
            _line(row, "overlaps.confirm", _("Confirm a verdict on a likeness"))
            for row in rows.select_related("document").order_by("pk")[:MOST_LINES]
        ]
    return items


def _line(row: Screening, kind: str, title: Text) -> WorkItem:
    return WorkItem(
        kind=kind,
        title=title,
        about=Words.titled(row.document),
        code=row.document.code if row.document else "",
        url_name="overlaps:screening",
        url_args=(row.public_id,),
        subject=subject_of(row),
    )
