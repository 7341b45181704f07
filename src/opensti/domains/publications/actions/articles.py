"""News and events: drafted, approved by a second person, published, corrected, withdrawn."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.timezone import localdate, make_aware
from django.utils.translation import gettext_lazy as _

from opensti.domains.publications.choices import ArticleKind, ArticleState
from opensti.domains.publications.models import Article, ArticleVersion
from opensti.domains.publications.queries.articles import (
    ARTICLE_FIELDS,
    ARTICLE_TIMES,
    MINUTES,
    article_subject,
    as_text,
    is_read_by_all,
)
from opensti.kernel.access import get_visible, require
from opensti.kernel.files.actions import remove, upload
from opensti.kernel.files.serving import files_of
from opensti.kernel.record.actions import record
from opensti.kernel.refusals import Invalid, NotFound, Problem, Stale, StepNotAllowed
from opensti.kernel.searchtext import search_text

if TYPE_CHECKING:
    from datetime import date

    from django.core.files.base import File

    from opensti.kernel.access import Actor
    from opensti.kernel.files.models import StoredFile

MOST_FILES = 10


@dataclass(frozen=True, kw_only=True)
class Content:
    """All that an article says; an event has its time and place as well."""

    title_vi: str
    title_en: str = ""
    lead_vi: str = ""
    lead_en: str = ""
    body_vi: str = ""
    body_en: str = ""
    event_kind: str = ""
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    place_vi: str = ""
    place_en: str = ""
    link: str = ""


@transaction.atomic
def draft_article(
    *, actor: Actor, kind: str, content: Content, at: datetime
) -> Article:
    """Begin a news item or an event; it is kept from its title on."""
    require(actor, "publications.write_article")
    row = Article(
        kind=ArticleKind(kind),
        written_by_id=actor.account_id,
        created_at=at,
        changed_at=at,
    )
    _fill(row, content)
    row.save()
    _record(actor, "publications.draft_article", row, at)
    return row


@transaction.atomic
def edit_article(
    *, actor: Actor, public_id: str, content: Content, version: int, at: datetime
) -> Article:
    """Go on writing; what was approved must be approved anew.

    Also what is announced for a later day: nobody read it yet. Who changes it wrote it:
    somebody else approves. Raises ``Stale`` when somebody changed it meanwhile,
    ``StepNotAllowed`` when it is public.
    """
    row = _locked(actor, public_id, version)
    require(actor, "publications.write_article", row)
    _unread(row, at)
    if asdict(content) == _said(row):
        return row
    _fill(row, content)
    _to_draft(row, actor)
    _save(row, at)
    _record(actor, "publications.edit_article", row, at)
    return row


@transaction.atomic
def approve_article(
    *, actor: Actor, public_id: str, version: int, at: datetime
) -> Article:
    """Approve it as it stands; never by who wrote it (``AccessDenied``)."""
    row = _locked(actor, public_id, version)
    require(actor, "publications.approve_article", row)
    _in_state(row, ArticleState.DRAFT)
    _refuse_empty(row)
    row.state, row.approved_by_id = ArticleState.APPROVED, actor.account_id
    _save(row, at)
    _record(actor, "publications.approve_article", row, at)
    return row


@transaction.atomic
def publish_article(
    *, actor: Actor, public_id: str, publish_on: date, version: int, at: datetime
) -> Article:
    """Let everybody read it from a day on, today or later."""
    row = _locked(actor, public_id, version)
    require(actor, "publications.publish_article", row)
    _in_state(row, ArticleState.APPROVED)
    if publish_on < localdate(at):
        raise Invalid(
            [
                Problem(
                    field="publish_on",
                    message=_("This day is over."),
                    mend=_("Choose today or a later day."),
                )
            ]
        )
    row.state, row.publish_on = ArticleState.PUBLISHED, publish_on
    _save(row, at)
    # Its words stay out of the log until everybody may read them.
    _record(
        actor,
        "publications.publish_article",
        row,
        at,
        public=True,
        detail={"kind": row.kind, "publish_on": publish_on.isoformat()},
    )
    return row


@transaction.atomic
def correct_article(
    *,
    actor: Actor,
    public_id: str,
    field: str,
    value: str,
    reason: str,
    basis: str,
    at: datetime,
) -> int:
    """Correct one fact of what everybody reads; returns the number of the public entry.

    How it read before stays beside it, with the reason. The log tells which fact and why;
    its words only as commitments, since the text may be withdrawn. Raises ``NotFound``,
    ``AccessDenied``, or ``Invalid`` for a value that cannot be.
    """
    row = _locked(actor, public_id)
    require(actor, "publications.correct_article", row)
    if not is_read_by_all(row, localdate(at)):
        raise NotFound
    number = row.versions.count() + 1
    was = as_text(getattr(row, field))
    ArticleVersion.objects.create(
        article=row,
        number=number,
        content={
            k: v.isoformat() if isinstance(v, datetime) else v
            for k, v in _said(row).items()
        },
        reason=reason,
        made_by_id=actor.account_id,
        made_at=at,
    )
    _fill(row, corrected_content(row, field, value))
    _refuse_empty(row)
    _save(row, at)
    return _record(
        actor,
        "publications.correct_article",
        row,
        at,
        public=True,
        basis=basis,
        detail={"correction": number, "field": field, "reason": reason},
        secret={"was": was, "now": as_text(getattr(row, field))},
    )


def corrected_content(row: Article, field: str, value: str) -> Content:
    """What an article would say with one fact corrected.

    Times are ``2026-12-31 09:00`` of the house's clock; empty for none. Raises ``Invalid``.
    """
    if field not in ARTICLE_FIELDS:
        raise NotFound
    given: Any = value.strip()
    if field in ARTICLE_TIMES and given:
        given = _moment(given)
    elif field in ARTICLE_TIMES:
        given = None
    said = Content(**{**_said(row), field: given})
    tried = Article(kind=row.kind, public_id=row.public_id)
    try:
        _fill(tried, said)
        _refuse_empty(tried)
        tried.clean_fields(
            exclude=[f.name for f in tried._meta.fields if f.name != field]
        )
    except ValidationError as fault:
        problems = [Problem(field="value", message=" ".join(fault.messages))]
        raise Invalid(problems) from None
    except Invalid as fault:
        raise Invalid([replace(one, field="value") for one in fault.problems]) from None
    return said


def _moment(value: str) -> datetime:
    try:
        found = datetime.strptime(value, MINUTES)  # noqa: DTZ007 -- made aware below
    except ValueError:
        raise Invalid(
            [
                Problem(
                    field="value",
                    message=_("This is no day and time."),
                    mend=_("Write it like 2026-12-31 09:00."),
                )
            ]
        ) from None
    return make_aware(found)


@transaction.atomic
def withdraw_article(
    *, actor: Actor, public_id: str, reason: str, version: int, at: datetime
) -> Article:
    """Take back what is public: its address then says why, and nothing else."""
    row = _locked(actor, public_id, version)
    require(actor, "publications.withdraw_article", row)
    _in_state(row, ArticleState.PUBLISHED)
    row.withdrawn_for, row.withdrawn_at = _reason(reason), at
    row.state = ArticleState.WITHDRAWN
    _save(row, at)
    _record(
        actor,
        "publications.withdraw_article",
        row,
        at,
        public=True,
        detail={"reason": row.withdrawn_for},
    )
    return row


@transaction.atomic
def attach_article_file(
    *, actor: Actor, public_id: str, file: File[bytes], at: datetime
) -> StoredFile:
    """Put a paper beside what nobody reads yet; what was approved goes back to a draft.

    The text is held from the question until the paper is kept: of two who attach at once
    both are kept in turn, and whoever published meanwhile published without it. Raises
    ``Invalid`` for a paper that is refused, ``StepNotAllowed`` when the text is public.
    """
    row = _locked(actor, public_id)
    require(actor, "publications.write_article", row)
    _unread(row, at)
    kept = upload(
        actor=actor,
        subject=article_subject(public_id),
        file=file,
        at=at,
        most=MOST_FILES,
    )
    _to_draft(row, actor)
    _save(row, at)
    _record(actor, "publications.edit_article", row, at)
    return kept


@transaction.atomic
def remove_article_file(
    *, actor: Actor, public_id: str, file_id: str, at: datetime
) -> None:
    """Take a paper away from a draft."""
    row = _locked(actor, public_id)
    require(actor, "publications.write_article", row)
    _in_state(row, ArticleState.DRAFT)
    kept = files_of(article_subject(public_id))
    if file_id not in {file.public_id for file in kept}:
        raise NotFound
    remove(actor=actor, public_id=file_id, at=at)


def _locked(actor: Actor, public_id: str, version: int | None = None) -> Article:
    row = get_visible(
        actor,
        Article.objects.select_for_update(of=("self",)),
        public_id=public_id,
    )
    require(actor, "publications.list_articles")
    if version is not None and row.version != version:
        raise Stale(
            _("Somebody else changed this text meanwhile."),
            mend=_("Open it again and look at what changed."),
        )
    return row


def _in_state(row: Article, *states: ArticleState) -> None:
    if row.state not in states:
        raise StepNotAllowed(
            _("It is “%(state)s”: this step is not open.")
            % {"state": row.get_state_display()}
        )


def _unread(row: Article, at: datetime) -> None:
    """Refuse what everybody reads, or read: it is corrected, by two people."""
    if row.state == ArticleState.WITHDRAWN or is_read_by_all(row, localdate(at)):
        raise StepNotAllowed(
            _("It is “%(state)s”: this step is not open.")
            % {"state": row.get_state_display()},
            mend=_("Propose a correction; a second person confirms it."),
        )


def _to_draft(row: Article, actor: Actor) -> None:
    row.state, row.approved_by, row.publish_on = ArticleState.DRAFT, None, None
    row.written_by_id = actor.account_id


def _fill(row: Article, content: Content) -> None:
    for name, value in asdict(content).items():
        setattr(row, name, value.strip() if isinstance(value, str) else value)
    problems = []
    if not row.title_vi:
        problems.append(
            Problem(field="title_vi", message=_("Give it a title in Vietnamese."))
        )
    if row.kind == ArticleKind.EVENT and row.starts_at is None:
        problems.append(Problem(field="starts_at", message=_("Say when it begins.")))
    if row.starts_at and row.ends_at and row.ends_at < row.starts_at:
        problems.append(
            Problem(field="ends_at", message=_("It ends before it begins."))
        )
    if row.link and not row.link.startswith(("https://", "http://")):
        problems.append(
            Problem(field="link", message=_("Write the whole address, with https://."))
        )
    if problems:
        raise Invalid(problems)
    row.search_text = search_text(row.title_vi, row.title_en, row.lead_vi, row.place_vi)


def _said(row: Article) -> dict[str, Any]:
    return {name: getattr(row, name) for name in asdict(Content(title_vi=""))}


def _refuse_empty(row: Article) -> None:
    missing = [
        Problem(field=name, message=_("This text is missing."))
        for name in ("title_vi", "title_en", "lead_vi", "lead_en")
        if not getattr(row, name)
    ]
    if missing:
        raise Invalid(
            missing,
            _("What everybody reads has a title and a lead in both languages."),
        )


def _reason(reason: str) -> str:
    if not reason.strip():
        raise Invalid(
            [Problem(field="reason", message=_("Say why: everybody reads it."))]
        )
    return reason.strip()


def _save(row: Article, at: datetime) -> None:
    row.version += 1
    row.changed_at = at
    row.save()


def _record(
    actor: Actor,
    act: str,
    row: Article,
    at: datetime,
    *,
    public: bool = False,
    basis: str = "",
    detail: dict[str, Any] | None = None,
    secret: dict[str, Any] | None = None,
) -> int:
    """The number of the entry."""
    entry = record(
        actor=actor,
        act=act,
        subject=article_subject(row.public_id),
        at=at,
        basis=basis,
        public=public,
        detail=detail or {},
        secret=secret or {},
    )
    return entry.position
