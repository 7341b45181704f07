"""The corpus as it grew, each screening against it, and what people said of its hits."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from opensti.domains.overlaps.choices import (
    LIVING,
    Finding,
    Kind,
    Likeness,
    Reason,
    ScreeningState,
    VerdictState,
)
from opensti.kernel.bilingual import Pair
from opensti.kernel.identifiers import new_public_id


class Corpus(models.Model):
    """The one row that counts the batches by which the corpus changed."""

    batch = models.PositiveBigIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(pk=1), name="overlaps_one_corpus")
        ]

    def __str__(self) -> str:
        return f"corpus after batch {self.batch}"


class Notice(models.Model):
    """Works were filed, changed or taken back: the corpus is to be looked through.

    A row an act, never a shared one: no two acts wait for each other here.
    """

    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"notice #{self.pk}"


class Archive(models.Model):
    """What is known of an imported archive: whose it is, under which licence, of when."""

    source = models.CharField(max_length=60, unique=True)
    name = models.CharField(max_length=300)
    licence = models.CharField(max_length=200)
    address = models.URLField(max_length=500, blank=True)
    taken_on = models.DateField()
    described_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    described_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"archive {self.source}"


class Document(models.Model):
    """One wording of a work, frozen: it entered with one batch and left with another.

    The corpus of batch *n* is exactly the documents with ``entered <= n`` that had not
    left by then, so that any screening can be done again.
    """

    kind = models.CharField(max_length=20, choices=Kind.choices)
    object_id = models.BigIntegerField()
    subject = models.CharField(max_length=60)
    stamp = models.CharField(max_length=64, blank=True)
    code = models.CharField(max_length=60, blank=True)
    title_vi = models.TextField(blank=True)
    title_en = models.TextField(blank=True)
    abstract = models.TextField(blank=True)
    objectives = models.TextField(blank=True)
    products = models.TextField(blank=True)
    keywords = models.TextField(blank=True)
    year = models.PositiveSmallIntegerField(null=True, blank=True)
    begins = models.PositiveSmallIntegerField(null=True, blank=True)
    ends = models.PositiveSmallIntegerField(null=True, blank=True)
    people = models.JSONField(default=list, blank=True)
    organisations = models.JSONField(default=list, blank=True)
    amount = models.DecimalField(max_digits=20, decimal_places=2, null=True, blank=True)
    currency = models.CharField(max_length=3, blank=True)
    source = models.CharField(max_length=60, blank=True)
    entered = models.PositiveBigIntegerField()
    left = models.PositiveBigIntegerField(null=True, blank=True)

    title = Pair("title")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "object_id"],
                condition=Q(left=None),
                name="overlaps_one_living_wording",
            ),
            models.CheckConstraint(
                condition=Q(left=None) | Q(left__gt=F("entered")),
                name="overlaps_left_after_entering",
            ),
        ]
        indexes = [
            models.Index(fields=["subject"], name="overlaps_subject"),
            models.Index(fields=["entered"], name="overlaps_entered"),
            models.Index(
                fields=["left"], condition=Q(left__isnull=False), name="overlaps_left"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subject} as of batch {self.entered}"


class Origin(models.Model):
    """A work that a document answers by intention: no overlap between the two."""

    document = models.ForeignKey(
        Document, on_delete=models.CASCADE, related_name="origins"
    )
    subject = models.CharField(max_length=60, db_index=True)

    def __str__(self) -> str:
        return f"{self.document_id} answers {self.subject}"


class Base(models.Model):
    """The batch whose documents an index was built of; later ones were added to it."""

    # By this a process knows its index from one of a database that was put back.
    token = models.CharField(
        max_length=20, unique=True, default=new_public_id, editable=False
    )
    batch = models.PositiveBigIntegerField()
    method = models.CharField(max_length=20)
    # The sentence model that compares the meaning too; empty where words decide alone.
    model = models.CharField(max_length=200, blank=True)
    model_digest = models.CharField(max_length=64, blank=True)
    documents = models.PositiveIntegerField()
    built_at = models.DateTimeField()
    # SHA-256 of the terms it translates by; empty for one made before there were any.
    terms = models.CharField(max_length=64, blank=True, default="")
    terms_shipped = models.PositiveIntegerField(default=0)
    terms_learned = models.PositiveIntegerField(default=0)
    terms_own = models.PositiveIntegerField(default=0)
    # SHA-256 of the installation's own terms among them; empty where there were none.
    own_terms = models.CharField(max_length=64, blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["batch", "method"], name="overlaps_one_base_of_a_batch"
            )
        ]

    def __str__(self) -> str:
        return f"base of batch {self.batch}"


class Vocabulary(models.Model):
    """The terms a base translates by, whole and once, so that it can be made again."""

    digest = models.CharField(max_length=64, unique=True)
    # Of each term: Vietnamese, English, weight, where it comes from.
    terms = models.JSONField()

    def __str__(self) -> str:
        return f"vocabulary {self.digest[:8]}"


class TermFile(models.Model):
    """A list of terms that an officer put in; one is in use, earlier ones are history."""

    public_id = models.CharField(
        max_length=20, unique=True, default=new_public_id, editable=False
    )
    name = models.CharField(max_length=200)
    file_id = models.CharField(max_length=20)
    # Of each term: Vietnamese, English, weight.
    terms = models.JSONField()
    number = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)
    # Of each row that was no use: its line, why, the cell it lies in.
    bad_rows = models.JSONField(default=list, blank=True)
    reason = models.TextField()
    # True for the one in use, else nothing: so that there are never two.
    in_use = models.BooleanField(null=True, default=True)
    # Nobody where it was put in from the command line.
    put_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    put_at = models.DateTimeField()
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_reason = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["in_use"], name="overlaps_one_term_file_in_use"
            ),
            models.CheckConstraint(
                condition=Q(in_use=True, ended_at=None)
                | Q(in_use=None, ended_at__isnull=False),
                name="overlaps_term_file_in_use_or_ended",
            ),
        ]

    def __str__(self) -> str:
        return f"terms {self.public_id}"


class Screening(models.Model):
    """One work compared with the corpus as it was; can be repeated to the same bytes."""

    public_id = models.CharField(
        max_length=20, unique=True, default=new_public_id, editable=False
    )
    kind = models.CharField(max_length=20, choices=Kind.choices)
    object_id = models.BigIntegerField()
    subject = models.CharField(max_length=60)
    reason = models.CharField(max_length=10, choices=Reason.choices)
    state = models.CharField(
        max_length=10, choices=ScreeningState.choices, default=ScreeningState.WAITING
    )
    asked_at = models.DateTimeField()
    # When it could not be compared: it rests, and is tried again.
    failed_at = models.DateTimeField(null=True, blank=True)
    # The newest of its work; an earlier one stays for what was decided on it.
    current = models.BooleanField(default=True)
    document = models.ForeignKey(
        Document,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="screenings",
    )
    base = models.ForeignKey(
        Base, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    batch = models.PositiveBigIntegerField(null=True, blank=True)
    method = models.CharField(max_length=20, blank=True)
    corpus_size = models.PositiveIntegerField(null=True, blank=True)
    corpus_digest = models.CharField(max_length=64, blank=True)
    left_out = models.JSONField(default=list, blank=True)
    top = models.FloatField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    # Passages that stand twice in the work itself: two places each, and the words.
    repeats = models.JSONField(default=list, blank=True)
    # Works of the same team that cut this one in slices: document, shares.
    slices = models.JSONField(default=list, blank=True)
    # When, and against which batch, it was last repeated and found nothing new.
    seen_again_at = models.DateTimeField(null=True, blank=True)
    seen_batch = models.PositiveBigIntegerField(null=True, blank=True)
    search_text = models.TextField(blank=True, default="", editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "object_id"],
                condition=Q(state=ScreeningState.WAITING),
                name="overlaps_waits_once",
            ),
            models.UniqueConstraint(
                fields=["kind", "object_id"],
                condition=Q(current=True, state=ScreeningState.DONE),
                name="overlaps_one_current_screening",
            ),
            models.CheckConstraint(
                condition=Q(state=ScreeningState.WAITING)
                | Q(document__isnull=False, done_at__isnull=False),
                name="overlaps_done_screening_is_whole",
            ),
        ]
        indexes = [
            models.Index(fields=["state", "id"], name="overlaps_waiting"),
            models.Index(fields=["current", "-top", "id"], name="overlaps_top"),
        ]

    def __str__(self) -> str:
        return f"screening of {self.subject} (#{self.pk})"

    @property
    def wording(self) -> Document:
        """What was compared; one that waits has none yet (``ValueError``)."""
        if self.document is None:
            raise ValueError(f"{self} waits to be compared")
        return self.document


class Hit(models.Model):
    """A document that may be the same work, with the evidence as it was found."""

    screening = models.ForeignKey(
        Screening, on_delete=models.CASCADE, related_name="hits"
    )
    document = models.ForeignKey(
        Document, on_delete=models.PROTECT, related_name="hits"
    )
    group = models.CharField(max_length=10)
    rank = models.PositiveSmallIntegerField()
    score = models.FloatField()
    probability = models.FloatField()
    likeness = models.CharField(max_length=20, choices=Likeness.choices, blank=True)
    # By lot: below the threshold these alone are judged, to tell what it misses.
    drawn = models.BooleanField(default=False)
    # Passages, shared words, people, time, money, as the method found them.
    evidence = models.JSONField(default=dict, blank=True)
    # What holds of these two wordings, wherever they were judged.
    verdict = models.ForeignKey(
        "overlaps.Verdict",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="holds_for",
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["screening", "document"], name="overlaps_hit_once"
            )
        ]
        indexes = [
            models.Index(
                fields=["-probability", "id"],
                condition=Q(verdict=None),
                name="overlaps_unjudged",
            ),
            # All that lists and maps ask: a row itself is long with its evidence.
            models.Index(
                fields=["screening", "probability", "document", "verdict", "score"],
                name="overlaps_hit_in_short",
            ),
            models.Index(
                fields=["probability", "screening", "document", "verdict"],
                condition=Q(drawn=True),
                name="overlaps_hit_drawn",
            ),
        ]

    def __str__(self) -> str:
        return f"hit #{self.pk} of screening #{self.screening_id}"


class OwnCheck(models.Model):
    """A writer's look at the public archive before handing in: nobody else's business."""

    public_id = models.CharField(
        max_length=20, unique=True, default=new_public_id, editable=False
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+"
    )
    kind = models.CharField(max_length=20, choices=Kind.choices)
    object_id = models.BigIntegerField()
    asked_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True, blank=True)
    corpus_size = models.PositiveIntegerField(null=True, blank=True)
    # Public works that are like it: document, probability, likeness, evidence.
    found = models.JSONField(default=list, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "kind", "object_id"], name="overlaps_one_own_check"
            )
        ]

    def __str__(self) -> str:
        return f"own check of {self.kind}:{self.object_id} by {self.user_id}"


class Verdict(models.Model):
    """What a person says of two wordings, why, and on which evidence.

    It holds for every screening that finds the same two wordings again.
    """

    hit = models.ForeignKey(Hit, on_delete=models.PROTECT, related_name="verdicts")
    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="+")
    match = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="+")
    finding = models.CharField(max_length=12, choices=Finding.choices)
    grounds = models.TextField()
    probability = models.FloatField()
    evidence_sha256 = models.CharField(max_length=64)
    state = models.CharField(max_length=10, choices=VerdictState.choices)
    given_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    given_at = models.DateTimeField()
    second_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    second_at = models.DateTimeField(null=True, blank=True)
    second_note = models.TextField(blank=True)
    entry_position = models.BigIntegerField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["document", "match"],
                condition=Q(state__in=LIVING),
                name="overlaps_one_living_verdict",
            ),
            models.CheckConstraint(
                condition=~Q(grounds=""), name="overlaps_verdict_has_grounds"
            ),
            models.CheckConstraint(
                condition=Q(second_by=None) | ~Q(second_by=F("given_by")),
                name="overlaps_second_is_another",
            ),
        ]

    def __str__(self) -> str:
        return f"verdict #{self.pk}: {self.finding}"


class Thresholds(models.Model):
    """From which probability on people look, and two people judge; the newest holds."""

    listed = models.FloatField()
    two_people = models.FloatField()
    reason = models.TextField()
    set_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    set_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(listed__gt=0, listed__lte=F("two_people"))
                & Q(two_people__lte=1),
                name="overlaps_thresholds_in_order",
            )
        ]

    def __str__(self) -> str:
        return f"thresholds {self.listed} and {self.two_people}"
