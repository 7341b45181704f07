"""The corpus follows the works, and waiting works are compared with it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import structlog
from django.db import IntegrityError, transaction
from django.db.models import Q

from opensti.domains.calls import queries as calls_queries
from opensti.domains.overlaps import queries
from opensti.domains.overlaps.choices import (
    DRAWN_OF_256,
    LEAST,
    LIVING,
    SCREENED,
    Kind,
    Reason,
    ScreeningState,
    TermOrigin,
)
from opensti.domains.overlaps.models import (
    Base,
    Corpus,
    Document,
    Hit,
    Notice,
    Origin,
    Screening,
    Verdict,
)
from opensti.domains.tasks import queries as tasks_queries
from opensti.kernel.access import SYSTEM
from opensti.kernel.record.actions import record
from opensti.kernel.searchtext import search_text

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator
    from datetime import datetime

    from sti_methods.similarity import Match

    from opensti.kernel.worktext import WorkText

    Stamps = Callable[[], dict[int, str]]
    Texts = Callable[[Collection[int]], Iterator[WorkText]]

logger = structlog.get_logger(__name__)

CHUNK = 1000
# In one go, so that deadlines and letters come to their turn; how long a work rests
# that could not be compared.
AT_ONCE, REST = 50, timedelta(hours=1)
# An index with more than this added or gone is built anew.
MOST_LATER, MOST_SHARE = 500, 0.05
WORKS: tuple[tuple[Kind, Stamps, Texts], ...] = (
    (Kind.NEED, tasks_queries.need_stamps, tasks_queries.need_texts),
    (Kind.ORDER, tasks_queries.order_stamps, tasks_queries.order_texts),
    (Kind.DOSSIER, calls_queries.dossier_stamps, calls_queries.dossier_texts),
    (Kind.TASK, tasks_queries.task_stamps, tasks_queries.task_texts),
)


def refresh_corpus(*, at: datetime) -> int:
    """Let the corpus follow needs, orders, dossiers and tasks; return its batch.

    Works in steps of a thousand, each a transaction of its own, so that nobody waits
    for an archive. A step that was stopped is done by the next call. A new method makes
    a batch of its own: open works are compared again by it. Cost: 3 queries where nothing
    happened; else four lists of rows and stamps, and 0.5 ms a changed work.
    """
    from opensti.domains.overlaps import problem  # noqa: PLC0415 -- takes a second

    # By name, not "up to the newest": an act that began earlier may end later.
    seen = list(Notice.objects.values_list("pk", flat=True))
    base = newest_base()
    if not seen and base is not None and base.method == problem.method():
        return Corpus.objects.get(pk=1).batch
    Corpus.objects.get_or_create(pk=1)
    for kind, stamps, texts in WORKS:
        wanted = stamps()
        living = Document.objects.filter(kind=kind, left=None)
        have = dict(living.values_list("object_id", "stamp"))
        every = sorted(pk for pk in {*wanted, *have} if wanted.get(pk) != have.get(pk))
        for start in range(0, len(every), CHUNK):
            some = every[start : start + CHUNK]
            _step(kind, {pk: wanted.get(pk) for pk in some}, texts, at)
    batch = _based(at)
    for start in range(0, len(seen), CHUNK):
        Notice.objects.filter(pk__in=seen[start : start + CHUNK]).delete()
    return batch


@transaction.atomic
def _step(
    kind: Kind, wanted: dict[int, str | None], texts: Texts, at: datetime
) -> None:
    """Take some wordings out and some in, as one batch; ``None``: gone altogether.

    Asked anew under the lock: another worker may have been here first.
    """
    corpus = Corpus.objects.select_for_update().get(pk=1)
    batch = corpus.batch + 1
    old, current = [], set()
    for pk, object_id, stamp in Document.objects.filter(
        kind=kind, left=None, object_id__in=wanted
    ).values_list("pk", "object_id", "stamp"):
        if wanted[object_id] == stamp:
            current.add(object_id)
        else:
            old.append(pk)
    new = [
        pk for pk, stamp in wanted.items() if stamp is not None and pk not in current
    ]
    if not (old or new):
        return
    Document.objects.filter(pk__in=old).update(left=batch)
    works = list(texts(new))
    documents = Document.objects.bulk_create(
        [document_of(kind, work, batch) for work in works]
    )
    Origin.objects.bulk_create(
        Origin(document=document, subject=subject)
        for document, work in zip(documents, works, strict=True)
        for subject in work.answers
    )
    corpus.batch = batch
    corpus.save(update_fields=["batch"])
    if kind in SCREENED:
        file_waiting(kind, [work.object_id for work in works], at, Reason.FILED)


def file_waiting(kind: Kind, ids: Collection[int], at: datetime, reason: str) -> None:
    """Let works wait for their comparison, those that wait already only once.

    Cost: 1 query, and 1 for each batch of new rows (dozens to hundreds of them).

    The corpus does it too for each wording that enters: while an older one is being
    compared, the row that the act saw waiting may be done before the act has ended.
    """
    waiting = set(
        Screening.objects.filter(
            kind=kind, object_id__in=ids, state=ScreeningState.WAITING
        ).values_list("object_id", flat=True)
    )
    Screening.objects.bulk_create(
        [
            Screening(
                kind=kind, object_id=pk, reason=reason, asked_at=at, current=False
            )
            for pk in ids
            if pk not in waiting
        ],
        ignore_conflicts=True,
    )


def document_of(kind: Kind, work: WorkText, batch: int) -> Document:
    """A work's wording as a document that is not kept yet."""
    return Document(
        kind=kind,
        object_id=work.object_id,
        subject=work.subject,
        stamp=work.stamp,
        code=work.code,
        title_vi=work.title_vi,
        title_en=work.title_en,
        abstract=work.abstract,
        objectives=work.objectives,
        products=work.products,
        keywords=work.keywords,
        year=work.year,
        begins=work.begins,
        ends=work.ends,
        people=list(work.people),
        organisations=list(work.organisations),
        amount=work.amount,
        currency=work.currency,
        source=work.source,
        entered=batch,
    )


@transaction.atomic
def _based(at: datetime) -> int:
    """See that the index of the newest batch is not built of too old a one."""
    from opensti.domains.overlaps import problem  # noqa: PLC0415 -- takes a second

    corpus = Corpus.objects.select_for_update().get(pk=1)
    base, own = newest_base(), problem.own_digest()
    if base is not None and (base.method, base.own_terms) == (problem.method(), own):
        later = Document.objects.filter(
            Q(entered__gt=base.batch) | Q(left__gt=base.batch)
        ).count()
        if later <= max(MOST_LATER, MOST_SHARE * base.documents):
            return corpus.batch
    elif base is not None and base.batch == corpus.batch:
        # Nothing but the method, or the terms, is new.
        corpus.batch += 1
        corpus.save(update_fields=["batch"])
    living, model = problem.living(corpus.batch), problem.encoder()
    terms, origins = problem.gathered(living)
    Base.objects.create(
        batch=corpus.batch,
        method=problem.method(),
        model="" if model is None else model.name,
        model_digest="" if model is None else model.digest,
        documents=living.count(),
        built_at=at,
        terms=terms.digest,
        terms_shipped=origins[TermOrigin.SHIPPED],
        terms_learned=origins[TermOrigin.LEARNED],
        terms_own=origins[TermOrigin.OWN],
        own_terms=own,
    )
    return corpus.batch


def newest_base() -> Base | None:
    return Base.objects.order_by("-batch", "-pk").first()


def screen_waiting(*, at: datetime, most: int = AT_ONCE) -> int:
    """Compare the works that wait, at most so many; return how many were compared.

    A work that cannot be compared is noted in the log and left for an hour; it holds up
    no other. Cost at 85,000 documents: a fifth of a second a work with its ten likenesses,
    after the index is ready (see ``problem.index_at``); nothing is locked meanwhile.
    """
    # Listed before the corpus is looked through: what waits here is surely seen there.
    waiting = list(
        Screening.objects.filter(state=ScreeningState.WAITING)
        .filter(Q(failed_at=None) | Q(failed_at__lte=at - REST))
        .order_by("pk")
        .values_list("pk", flat=True)[:most]
    )
    batch = refresh_corpus(at=at)
    done = 0
    for pk in waiting:
        try:
            done += _screen(pk, batch, at)
        except Exception:  # one work's fault is not the others'
            logger.exception("overlaps.screening_failed", screening=pk)
            Screening.objects.filter(pk=pk).update(failed_at=at)
    return done


def _screen(pk: int, batch: int, at: datetime) -> bool:
    waiting = Screening.objects.filter(pk=pk, state=ScreeningState.WAITING).first()
    if waiting is None:
        return False
    document = _wording_of(waiting)
    if document is None:  # taken back before it was looked at
        waiting.delete()
        return False
    if document.entered > batch:
        return False
    seen = _compared(document, batch)
    return _keep(pk, seen, at)


def _wording_of(screening: Screening) -> Document | None:
    return Document.objects.filter(
        kind=screening.kind, object_id=screening.object_id, left=None
    ).first()


@dataclass(frozen=True, kw_only=True)
class _Seen:
    """What a comparison saw, before it is written down."""

    document: Document
    base: Base
    batch: int
    size: int
    digest: str
    left_out: list[int]
    found: list[tuple[Match, dict[str, Any]]]
    repeats: list[dict[str, Any]]
    slices: list[dict[str, Any]]


def _compared(document: Document, batch: int) -> _Seen:
    from opensti.domains.overlaps import problem  # noqa: PLC0415 -- takes a second

    base = newest_base()
    assert base is not None  # noqa: S101 -- the corpus was refreshed
    index = problem.index_at(base, batch)
    left_out = sorted(left_out_of(document, base.batch, batch))
    found = problem.matches(index, document, left_out, least=LEAST)
    others = Document.objects.in_bulk([int(match.id) for match in found])
    return _Seen(
        document=document,
        base=base,
        batch=batch,
        size=problem.size_of(index, base, batch),
        digest=problem.digest_of(index),
        left_out=left_out,
        found=[
            (m, problem.evidence(index, document, others[int(m.id)], left_out))
            for m in found
        ],
        repeats=problem.repeated(document),
        slices=problem.slices(index, document, left_out),
    )


@transaction.atomic
def _keep(pk: int, seen: _Seen, at: datetime) -> bool:
    """Write a comparison down, if its work still waits with the same wording."""
    document = seen.document
    screening = (
        Screening.objects.select_for_update()
        .filter(pk=pk, state=ScreeningState.WAITING)
        .first()
    )
    if screening is None or _wording_of(screening) != document:
        return False
    # From here on no verdict is given on the older one: see ``verdicts._hold_still``.
    Screening.objects.filter(
        kind=screening.kind,
        object_id=screening.object_id,
        state=ScreeningState.DONE,
        current=True,
    ).update(current=False)
    screening.subject = document.subject
    screening.document, screening.base = document, seen.base
    screening.batch, screening.method = seen.batch, seen.base.method
    screening.corpus_size, screening.corpus_digest = seen.size, seen.digest
    screening.left_out = seen.left_out
    screening.top = max((m.probability for m, _e in seen.found), default=0.0)
    screening.repeats, screening.slices = seen.repeats, seen.slices
    screening.state, screening.current = ScreeningState.DONE, True
    screening.done_at, screening.failed_at = at, None
    screening.search_text = search_text(
        document.code, document.title_vi, document.title_en
    )
    screening.save()
    said = {
        verdict.match_id: verdict
        for verdict in Verdict.objects.filter(document=document, state__in=LIVING)
    }
    Hit.objects.bulk_create(
        Hit(
            screening=screening,
            document_id=int(match.id),
            group=match.group,
            rank=match.rank,
            score=match.score,
            probability=match.probability,
            likeness=evidence["kind"],
            drawn=drawn(document, int(match.id)),
            evidence=evidence,
            verdict=said.get(int(match.id)),
        )
        for match, evidence in seen.found
    )
    record(
        actor=SYSTEM,
        act="overlaps.screen",
        subject=queries.subject_of(screening),
        at=at,
        detail={
            "work": document.subject,
            "wording": document.stamp,
            "corpus": screening.corpus_digest,
            "documents": screening.corpus_size,
            "method": screening.method,
            "found": len(seen.found),
        },
    )
    return True


def drawn(document: Document, match_id: int) -> bool:
    """Draw one pair of wordings in twenty: the same whoever draws, whatever its likeness."""
    pair = f"{document.pk}:{match_id}".encode()
    return hashlib.sha256(pair).digest()[0] < DRAWN_OF_256


def left_out_of(document: Document, base: int, batch: int) -> set[int]:
    """Documents of an index that a work is not compared with.

    Those that left the corpus, and the work's own line: what it answers, what answers
    it, and whatever answers the same order.
    """
    inside = Document.objects.filter(entered__lte=batch).exclude(left__lte=base)
    origins = list(document.origins.values_list("subject", flat=True))
    order = [s for s in origins if s.startswith(f"{Kind.ORDER}:")]
    answering = Origin.objects.filter(subject__in=[document.subject, *order])
    # One question each: joined by "or" they would read the whole corpus.
    parts = (
        Q(subject__in=[document.subject, *origins]),
        Q(pk__in=list(answering.values_list("document", flat=True))),
        Q(left__gt=base, left__lte=batch),
    )
    return {pk for p in parts for pk in inside.filter(p).values_list("pk", flat=True)}


def screen_open_again(*, at: datetime, most: int = AT_ONCE) -> int:
    """Compare open works once more where the corpus grew since; return how many found more.

    At most so many, those longest not looked at first: the next call goes on.

    A comparison that finds nothing new only notes that it was made.
    """
    batch = refresh_corpus(at=at)
    base = newest_base()
    if base is None:
        return 0
    listed = queries.thresholds().listed
    more = 0
    for screening in queries.open_and_older_than(batch)[:most]:
        try:
            if _finds_more(screening, base, batch, listed):
                more += _again(screening, batch, at)
                continue
            said = {"seen_again_at": at}
        except Exception:  # one work's fault is not the others'
            logger.exception("overlaps.screening_failed", screening=screening.pk)
            said = {}
        Screening.objects.filter(pk=screening.pk).update(seen_batch=batch, **said)
    return more


def _finds_more(screening: Screening, base: Base, batch: int, listed: float) -> bool:
    """Whether a work has listed likenesses now that it had not, or less probable."""
    from opensti.domains.overlaps import problem  # noqa: PLC0415 -- takes a second

    document = screening.wording
    index = problem.index_at(base, batch)
    left_out = left_out_of(document, base.batch, batch)
    found = problem.matches(index, document, left_out, least=listed)
    known = screening.hits.filter(probability__gte=listed)
    return not {int(m.id) for m in found} <= set(
        known.values_list("document_id", flat=True)
    )


def _again(old: Screening, batch: int, at: datetime) -> bool:
    try:
        with transaction.atomic():
            new = Screening.objects.create(
                kind=old.kind,
                object_id=old.object_id,
                subject=old.subject,
                reason=Reason.GROWN,
                asked_at=at,
                current=False,
            )
    except IntegrityError:  # it waits already
        return False
    return _screen(new.pk, batch, at)
