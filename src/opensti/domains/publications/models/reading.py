"""News and events that the house announces, and readers who asked to be told."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from opensti.domains.publications.choices import (
    ArticleKind,
    ArticleState,
    EventKind,
    Rhythm,
)
from opensti.kernel.bilingual import Pair
from opensti.kernel.identifiers import new_public_id


class Article(models.Model):
    """A news item, or an event with its place and time; public from ``publish_on`` on.

    Texts are plain paragraphs. ``approved_by`` is never who wrote it.
    """

    public_id = models.CharField(
        max_length=20, unique=True, default=new_public_id, editable=False
    )
    kind = models.CharField(max_length=10, choices=ArticleKind.choices)
    title_vi = models.CharField(max_length=300)
    title_en = models.CharField(max_length=300, blank=True)
    lead_vi = models.TextField(blank=True)
    lead_en = models.TextField(blank=True)
    body_vi = models.TextField(blank=True)
    body_en = models.TextField(blank=True)
    event_kind = models.CharField(
        max_length=20, choices=EventKind.choices, blank=True, default=""
    )
    starts_at = models.DateTimeField(null=True, blank=True)
    ends_at = models.DateTimeField(null=True, blank=True)
    place_vi = models.CharField(max_length=300, blank=True)
    place_en = models.CharField(max_length=300, blank=True)
    link = models.URLField(max_length=500, blank=True)
    state = models.CharField(
        max_length=10, choices=ArticleState.choices, default=ArticleState.DRAFT
    )
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    publish_on = models.DateField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_for = models.TextField(blank=True)
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)
    search_text = models.TextField(blank=True, default="", editable=False)

    title = Pair("title")
    lead = Pair("lead")
    body = Pair("body")
    place = Pair("place")

    class Meta:
        ordering = ["-publish_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state__in=["published", "withdrawn"])
                | Q(publish_on__isnull=False),
                name="published_article_has_its_day",
            ),
            models.CheckConstraint(
                condition=Q(state="draft") | Q(approved_by__isnull=False),
                name="article_is_approved_before_it_is_public",
            ),
            models.CheckConstraint(
                condition=Q(approved_by=None) | ~Q(approved_by=F("written_by")),
                name="article_is_approved_by_a_second_person",
            ),
            models.CheckConstraint(
                condition=~Q(kind="event") | Q(starts_at__isnull=False),
                name="event_has_its_time",
            ),
            models.CheckConstraint(
                condition=Q(ends_at=None)
                | Q(starts_at=None)
                | Q(ends_at__gte=F("starts_at")),
                name="event_ends_after_it_starts",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title_vi} (#{self.pk})"


class ArticleVersion(models.Model):
    """What was read before a correction; kept for good, never changed."""

    article = models.ForeignKey(
        Article, on_delete=models.PROTECT, related_name="versions"
    )
    number = models.PositiveIntegerField()
    content = models.JSONField()
    reason = models.TextField()
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["article", "-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["article", "number"], name="article_version_number_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.number} (#{self.pk})"


class Subscription(models.Model):
    """An address that asked to be told what is new of a search, or of one thing.

    Personal data: the row goes when the reader no longer wants it, and no copy stays in
    the record. ``query`` is the address of the search; ``kind`` and ``thing`` name the one
    thing otherwise. ``told_until``: what came before was told, or was there already.
    """

    public_id = models.CharField(
        max_length=20, unique=True, default=new_public_id, editable=False
    )
    email = models.EmailField()
    language = models.CharField(max_length=5, default="vi")
    query = models.CharField(max_length=500, blank=True)
    kind = models.CharField(max_length=12, blank=True)
    thing = models.CharField(max_length=20, blank=True)
    rhythm = models.CharField(max_length=10, choices=Rhythm.choices)
    asked_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True, blank=True)
    told_until = models.DateTimeField(null=True, blank=True)
    mailed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["email", "query", "kind", "thing"], name="subscribed_once"
            ),
            models.CheckConstraint(
                condition=Q(confirmed_at=None) | Q(told_until__isnull=False),
                name="subscription_knows_what_was_told",
            ),
        ]

    def __str__(self) -> str:
        return f"subscription #{self.pk}"
