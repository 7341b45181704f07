"""An assessment of an organisation: who is asked, what they said, what shows it, what came out."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from opensti.domains.assessments.choices import (
    Approach,
    Form,
    Grade,
    Standing,
    State,
    Strength,
)
from opensti.domains.assessments.models.frameworks import FrameworkVersion
from opensti.kernel.identifiers import new_public_id

HIGHEST = 5


class Assessment(models.Model):
    """``digests`` name what is asked: the base's SHA-256, then those of its modules.

    ``revision`` grows with each reopening; what was scored before it stays.
    """

    public_id = models.CharField(
        max_length=20, unique=True, default=new_public_id, editable=False
    )
    organisation = models.ForeignKey(
        "registry.Organisation", on_delete=models.PROTECT, related_name="+"
    )
    version_of = models.ForeignKey(
        FrameworkVersion, on_delete=models.PROTECT, related_name="+"
    )
    digests = models.JSONField()
    form = models.CharField(_("form"), max_length=10, choices=Form.choices)
    title = models.CharField(_("title"), max_length=200)
    purpose = models.TextField(_("purpose"), max_length=2000, blank=True)
    scope = models.TextField(_("scope"), max_length=2000, blank=True)
    approach = models.CharField(_("approach"), max_length=10, choices=Approach.choices)
    target = models.PositiveSmallIntegerField(_("target level"), default=3)
    state = models.CharField(
        _("state"), max_length=10, choices=State.choices, default=State.DRAFT
    )
    revision = models.PositiveSmallIntegerField(default=1)
    audited_on = models.DateField(_("last internal audit"), null=True, blank=True)
    reviewed_on = models.DateField(_("last management review"), null=True, blank=True)
    drafted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    drafted_at = models.DateTimeField(_("begun"))
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["-drafted_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(target__gte=1, target__lte=HIGHEST),
                name="assessment_target_1_to_5",
            )
        ]
        indexes = [
            models.Index(fields=["organisation", "state"], name="assessments_of_one")
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def subject(self) -> str:
        return f"assessments.assessment:{self.public_id}"


class Participant(models.Model):
    """Somebody asked by a link. Of its token a digest is kept; ``until``: not on that day.

    ``importance``: how much each clause matters for the business, 1 to 5.
    """

    assessment = models.ForeignKey(
        Assessment, on_delete=models.PROTECT, related_name="participants"
    )
    name = models.CharField(_("name"), max_length=120)
    role = models.CharField(_("role"), max_length=20)
    token_digest = models.CharField(max_length=64, unique=True)
    until = models.DateField(_("valid until"))
    revoked_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    importance = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.name


class Reply(models.Model):
    """What a participant said to an item; no score: it does not apply here.

    ``scored`` is False where only a comment was written: that is no answer.
    """

    participant = models.ForeignKey(
        Participant, on_delete=models.CASCADE, related_name="replies"
    )
    item = models.CharField(max_length=20)
    score = models.PositiveSmallIntegerField(null=True, blank=True)
    scored = models.BooleanField(default=True)
    comment = models.TextField(max_length=1000, blank=True)
    said_at = models.DateTimeField()

    class Meta:
        ordering = ["participant", "item"]
        constraints = [
            models.UniqueConstraint(
                fields=["participant", "item"], name="one_reply_to_an_item"
            ),
            models.CheckConstraint(
                condition=Q(score=None) | Q(score__lte=HIGHEST),
                name="reply_score_0_to_5",
            ),
            models.CheckConstraint(
                condition=Q(scored=True) | Q(score=None),
                name="a_comment_alone_has_no_score",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item} by participant {self.participant_id}"


class Agreed(models.Model):
    """What a consensus meeting agreed on; it stands for the replies of a revision."""

    assessment = models.ForeignKey(
        Assessment, on_delete=models.PROTECT, related_name="agreed"
    )
    revision = models.PositiveSmallIntegerField()
    item = models.CharField(max_length=20)
    score = models.PositiveSmallIntegerField(null=True, blank=True)
    reason = models.TextField(max_length=1000)
    agreed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    agreed_at = models.DateTimeField()

    class Meta:
        ordering = ["item"]
        constraints = [
            models.UniqueConstraint(
                fields=["assessment", "revision", "item"], name="agreed_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.item} agreed"


class Evidence(models.Model):
    """A paper that shows an item, one row for each revision; the file is the kernel's.

    The newest revision of a ``series`` counts until ``valid_until``. ``improvement``: the
    action whose effect it shows; it counts for that alone until the assessment is reopened.
    """

    public_id = models.CharField(
        max_length=20, unique=True, default=new_public_id, editable=False
    )
    assessment = models.ForeignKey(
        Assessment, on_delete=models.PROTECT, related_name="evidence"
    )
    item = models.CharField(max_length=20)
    series = models.PositiveIntegerField()
    number = models.PositiveSmallIntegerField(default=1)
    title = models.CharField(_("title"), max_length=200)
    strength = models.CharField(_("strength"), max_length=2, choices=Strength.choices)
    file_id = models.CharField(max_length=20)
    valid_until = models.DateField(_("valid until"), null=True, blank=True)
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    added_at = models.DateTimeField()
    checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    checked_at = models.DateTimeField(null=True, blank=True)
    improvement = models.ForeignKey(
        "assessments.Improvement",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="evidence",
    )

    class Meta:
        ordering = ["item", "series", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["assessment", "series", "number"], name="evidence_revision_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.title} #{self.number}"


class Finding(models.Model):
    """What an adviser found against a mandatory item, apart from maturity.

    ``plan`` says in words what is done about it; ``improvement`` is the action, if any.
    """

    assessment = models.ForeignKey(
        Assessment, on_delete=models.PROTECT, related_name="findings"
    )
    item = models.CharField(max_length=20)
    grade = models.CharField(_("grade"), max_length=12, choices=Grade.choices)
    text = models.TextField(max_length=2000)
    plan = models.TextField(max_length=2000, blank=True)
    state = models.CharField(
        _("state"), max_length=10, choices=Standing.choices, default=Standing.OPEN
    )
    cause = models.TextField(max_length=2000, blank=True)
    improvement = models.ForeignKey(
        "assessments.Improvement",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="findings",
    )
    verified_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    verified_at = models.DateTimeField(null=True, blank=True)
    verified_words = models.TextField(max_length=2000, blank=True)
    found_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    found_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state=Standing.CLOSED, closed_at__isnull=False)
                | (~Q(state=Standing.CLOSED) & Q(closed_at=None)),
                name="finding_closed_on_a_day",
            )
        ]

    def __str__(self) -> str:
        return f"{self.grade} on {self.item}"


class Result(models.Model):
    """What a revision came to: frozen as plain data, never changed."""

    assessment = models.ForeignKey(
        Assessment, on_delete=models.PROTECT, related_name="results"
    )
    revision = models.PositiveSmallIntegerField()
    content = models.JSONField()
    sha256 = models.CharField(max_length=64)
    scored_at = models.DateTimeField()
    validated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    validated_at = models.DateTimeField(null=True, blank=True)
    validation = models.TextField(max_length=2000, blank=True)

    class Meta:
        ordering = ["assessment", "revision"]
        constraints = [
            models.UniqueConstraint(
                fields=["assessment", "revision"], name="one_result_of_a_revision"
            )
        ]

    def __str__(self) -> str:
        return f"result {self.revision} of {self.assessment_id}"
