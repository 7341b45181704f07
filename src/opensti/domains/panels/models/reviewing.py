"""From the setting up of a council to its meeting: letters, undertakings, reading, reviews."""

from __future__ import annotations

import secrets

from django.conf import settings
from django.db import models
from django.db.models import Q

from opensti.domains.panels.choices import (
    Confidence,
    QuestionState,
    ReminderKind,
    ReviewState,
    Signing,
)
from opensti.kernel.identifiers import new_public_id


def new_nonce() -> str:
    return secrets.token_urlsafe(24)


class Mail(models.Model):
    """What is known of a letter's way by e-mail; sent at least once."""

    public_id = models.CharField(
        max_length=20, unique=True, default=new_public_id, editable=False
    )
    mail_tried_at = models.DateTimeField(null=True, blank=True)
    mailed_at = models.DateTimeField(null=True, blank=True)
    mail_error = models.CharField(max_length=300, blank=True)

    class Meta:
        abstract = True


class Invitation(Mail):
    """The letter that asks a person to take a seat; its link is for this one answer."""

    seat = models.OneToOneField(
        "panels.Seat", on_delete=models.PROTECT, related_name="invitation"
    )
    nonce = models.CharField(max_length=40, unique=True, default=new_nonce)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)
    reason = models.TextField(blank=True)

    def __str__(self) -> str:
        return f"invitation #{self.pk} to seat #{self.seat_id}"


class Undertaking(models.Model):
    """What a member signed before reading: the very text, its version and digest."""

    seat = models.OneToOneField(
        "panels.Seat", on_delete=models.PROTECT, related_name="undertaking"
    )
    version = models.CharField(max_length=40)
    digest = models.CharField(max_length=64)
    text = models.TextField()
    way = models.CharField(max_length=10, choices=Signing.choices)
    signed_at = models.DateTimeField()
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )

    def __str__(self) -> str:
        return f"undertaking {self.version} of seat #{self.seat_id}"


class Reminder(Mail):
    """A reminder of one kind about one seat (and item): there is never a second."""

    seat = models.ForeignKey(
        "panels.Seat", on_delete=models.PROTECT, related_name="reminders"
    )
    item = models.ForeignKey(
        "panels.CouncilItem",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="reminders",
    )
    kind = models.CharField(max_length=20, choices=ReminderKind.choices)
    due_on = models.DateField()
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["seat", "kind", "due_on"],
                condition=Q(item=None),
                name="reminder_of_seat_once",
            ),
            models.UniqueConstraint(
                fields=["seat", "item", "kind", "due_on"],
                condition=Q(item__isnull=False),
                name="reminder_of_item_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} to seat #{self.seat_id} (#{self.pk})"


class Note(models.Model):
    """A member's own note on an item: read by nobody else, ever."""

    item = models.ForeignKey(
        "panels.CouncilItem", on_delete=models.PROTECT, related_name="notes"
    )
    seat = models.ForeignKey(
        "panels.Seat", on_delete=models.PROTECT, related_name="notes"
    )
    text = models.TextField()
    saved_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["item", "seat"], name="note_once")
        ]

    def __str__(self) -> str:
        return f"note #{self.pk} on item #{self.item_id}"


class PaperOpening(models.Model):
    """That a member opened an item's page or one of its papers, and when."""

    item = models.ForeignKey(
        "panels.CouncilItem", on_delete=models.PROTECT, related_name="openings"
    )
    seat = models.ForeignKey(
        "panels.Seat", on_delete=models.PROTECT, related_name="openings"
    )
    # Empty for the page of the item itself.
    file = models.CharField(max_length=20, blank=True)
    marked = models.BooleanField(default=False)
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "pk"]
        indexes = [models.Index(fields=["item", "seat", "at"], name="opening_of_item")]

    def __str__(self) -> str:
        return f"opening #{self.pk} of item #{self.item_id}"


class Review(models.Model):
    """A reviewer's written review; once handed in it is committed to and sealed."""

    public_id = models.CharField(
        max_length=20, unique=True, default=new_public_id, editable=False
    )
    item = models.ForeignKey(
        "panels.CouncilItem", on_delete=models.PROTECT, related_name="reviews"
    )
    seat = models.ForeignKey(
        "panels.Seat", on_delete=models.PROTECT, related_name="reviews"
    )
    state = models.CharField(
        max_length=20, choices=ReviewState.choices, default=ReviewState.DRAFT
    )
    scores = models.JSONField(default=dict, blank=True)
    comments = models.JSONField(default=dict, blank=True)
    votes = models.JSONField(default=dict, blank=True)
    vote = models.CharField(max_length=20, blank=True)
    opinion = models.TextField(blank=True)
    confidence = models.CharField(max_length=10, choices=Confidence.choices, blank=True)
    total = models.DecimalField(max_digits=7, decimal_places=2, null=True, blank=True)
    saved_at = models.DateTimeField()
    handed_in_at = models.DateTimeField(null=True, blank=True)
    salt = models.CharField(max_length=64, blank=True)
    digest = models.CharField(max_length=64, blank=True)
    revealed_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["item", "seat"], name="review_once"),
            models.CheckConstraint(
                condition=~Q(state=ReviewState.HANDED_IN)
                | (Q(handed_in_at__isnull=False) & ~Q(digest="") & ~Q(salt="")),
                name="review_in_is_committed",
            ),
            models.CheckConstraint(
                condition=Q(revealed_at=None) | Q(state=ReviewState.HANDED_IN),
                name="review_open_was_in",
            ),
        ]

    def __str__(self) -> str:
        return f"review #{self.pk} of item #{self.item_id}"


class ReviewRating(models.Model):
    """How good a review was, said by who kept or chaired the council."""

    review = models.ForeignKey(Review, on_delete=models.PROTECT, related_name="ratings")
    rated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    thorough = models.PositiveSmallIntegerField()
    reasoned = models.PositiveSmallIntegerField()
    useful = models.PositiveSmallIntegerField()
    remark = models.TextField(blank=True)
    rated_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["review", "rated_by"], name="review_rated_once"
            ),
            models.CheckConstraint(
                condition=Q(thorough__range=(1, 5))
                & Q(reasoned__range=(1, 5))
                & Q(useful__range=(1, 5)),
                name="review_rated_one_to_five",
            ),
        ]

    def __str__(self) -> str:
        return f"rating #{self.pk} of review #{self.review_id}"


class Question(models.Model):
    """A reviewer's question to the author: as asked, as released, as answered."""

    public_id = models.CharField(
        max_length=20, unique=True, default=new_public_id, editable=False
    )
    item = models.ForeignKey(
        "panels.CouncilItem", on_delete=models.PROTECT, related_name="questions"
    )
    seat = models.ForeignKey(
        "panels.Seat", on_delete=models.PROTECT, related_name="questions"
    )
    state = models.CharField(
        max_length=20, choices=QuestionState.choices, default=QuestionState.ASKED
    )
    text = models.TextField()
    asked_at = models.DateTimeField()
    released_text = models.TextField(blank=True)
    released_at = models.DateTimeField(null=True, blank=True)
    handled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    reason = models.TextField(blank=True)
    due_on = models.DateField(null=True, blank=True)
    answer = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["asked_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state__in=[QuestionState.RELEASED, QuestionState.ANSWERED])
                | (Q(released_at__isnull=False) & Q(due_on__isnull=False)),
                name="question_out_has_its_day",
            ),
        ]

    def __str__(self) -> str:
        return f"question #{self.pk} on item #{self.item_id}"
