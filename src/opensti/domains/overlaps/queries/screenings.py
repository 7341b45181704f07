"""Screenings, their hits and verdicts, the corpus, and how far each work is."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Count, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from opensti.domains.calls import queries as calls_queries
from opensti.domains.overlaps import permissions as _permissions  # noqa: F401 -- who sees what
from opensti.domains.overlaps.choices import (
    LIVING,
    Finding,
    Kind,
    ScreeningState,
    VerdictState,
)
from opensti.domains.overlaps.models import (
    Document,
    Hit,
    Screening,
    Thresholds,
    Verdict,
)
from opensti.domains.tasks import queries as tasks_queries
from opensti.kernel.access import Role, get_visible, may, visible
from opensti.kernel.bilingual import Words
from opensti.kernel.searchtext import matches
from opensti.kernel.work import WorkItem

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date, datetime

    from django.db.models import QuerySet

    from opensti.kernel.access import Actor
    from opensti.kernel.refusals import Text

# Until a leader sets others. At .5 two of three listed pairs of the archives are one
# work; from .9 on nearly all (docs/methods/overlap.md).
LISTED, TWO_PEOPLE = 0.5, 0.9
MOST_LINES, MOST_HITS = 100, 500


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
    below: bool  # the threshold: judged all the same, or drawn by lot

    @property
    def evidence(self) -> Mapping[str, Any]:
        return {} if self.hidden else self.hit.evidence


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


def open_hits(least: float, prefix: str = "") -> Q:
    """Hits that people should look at and that have no standing verdict."""
    judged = Q(**{f"{prefix}verdict__state": VerdictState.STANDING})
    return Q(**{f"{prefix}probability__gte": least}) & ~judged


def screenings(actor: Actor, q: str = "") -> QuerySet[Screening]:
    """The newest screening of each work the person may know of, most probable first.

    Each with ``listed`` hits (at or above the threshold) and how many are ``judged``.
    """
    hits = Hit.objects.filter(probability__gte=thresholds().listed)
    rows = visible(actor, newest()).select_related("document")
    return (
        matches(rows, q)
        .annotate(listed=_number(hits))
        .annotate(judged=_number(hits.filter(verdict__state=VerdictState.STANDING)))
        .order_by("-top", "pk")
    )


def _number(hits: QuerySet[Hit]) -> Coalesce:
    """How many of these hits a screening has; counted for the rows that are shown."""
    own = hits.filter(screening=OuterRef("pk")).order_by().values("screening")
    return Coalesce(Subquery(own.annotate(n=Count("pk")).values("n")), 0)


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


def alike(actor: Actor, dossier_ids: Iterable[int]) -> list[Hit]:
    """Listed likenesses of some dossiers to other dossiers, most probable first; 2 queries.

    By the newest screening of each, with both works, screening and verdict; only where the
    person may open both, and nobody's standing verdict says that there is no overlap.
    """
    documents = visible(actor, Document.objects.filter(kind=Kind.DOSSIER))
    return list(
        visible(actor, Hit.objects.filter(screening__in=newest()))
        .filter(
            screening__kind=Kind.DOSSIER,
            screening__object_id__in=[*dossier_ids],
            probability__gte=thresholds().listed,
            document__in=documents,
        )
        .exclude(verdict__state=VerdictState.STANDING, verdict__finding=Finding.NONE)
        .select_related("screening__document", "document", "verdict")
        .order_by("-probability", "pk")
    )


def newer(screening: Screening) -> Screening | None:
    """The screening that replaced one, for whoever may know of both."""
    if screening.current:
        return None
    return newest().filter(kind=screening.kind, object_id=screening.object_id).first()


def candidates(
    actor: Actor, screening: Screening, *, asked: int | None = None
) -> list[Candidate]:
    """What a screening found at or above the threshold, most probable first; 3 queries.

    Below it what was judged all the same, and the hit ``asked`` for if it was drawn by
    lot. Of a case that the person may not open only the place in the list is left.
    """
    rule = thresholds()
    shown = Q(probability__gte=rule.listed) | Q(verdict__isnull=False)
    hits = list(
        visible(actor, Hit.objects.filter(screening=screening))
        .filter(shown | Q(pk=asked, drawn=True))
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
            below=hit.probability < rule.listed,
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
    unseen = screening.hits.filter(probability__lt=thresholds().listed, verdict=None)
    return unseen.count()


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


def work_for(actor: Actor, today: date) -> list[WorkItem]:  # noqa: ARG001 -- no day is set
    """What waits for this person: likenesses to judge, verdicts to confirm; 7 queries."""
    items = []
    if may(actor, "overlaps.judge"):
        unread = Hit.objects.filter(open_hits(thresholds().listed), verdict=None)
        items += [
            _line(row, "overlaps.judge", _("Judge a likeness with other work"))
            for row in _waiting(actor, unread).order_by("-top", "pk")[:MOST_LINES]
        ]
    if actor.has(Role.OFFICER, Role.SECRETARY, Role.LEADER):
        others = Hit.objects.filter(verdict__state=VerdictState.PROPOSED).exclude(
            verdict__given_by_id=actor.user_id
        )
        items += [
            _line(row, "overlaps.confirm", _("Confirm a verdict on a likeness"))
            for row in _waiting(actor, others).order_by("pk")[:MOST_LINES]
        ]
    return items


def _waiting(actor: Actor, hits: QuerySet[Hit]) -> QuerySet[Screening]:
    """Newest screenings with such a hit in a case that the person may open.

    Others judge the rest. Of very many hits the most probable count: they are few rows,
    while to ask which of all documents a person may know takes a large corpus long.
    """
    found = list(
        hits.filter(screening__current=True)
        .order_by("-probability", "pk")
        .values_list("screening_id", "document_id")[:MOST_HITS]
    )
    documents = Document.objects.order_by().filter(pk__in={pk for _s, pk in found})
    known = set(visible(actor, documents).values_list("pk", flat=True))
    ids = {screening for screening, pk in found if pk in known}
    return visible(actor, newest().filter(pk__in=ids)).select_related("document")


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
