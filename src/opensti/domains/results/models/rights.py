"""Intellectual property: who owns it, who made it, what the office awaits and when."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from opensti.domains.results.choices import (
    DocketKind,
    HolderKind,
    RightKind,
    RightState,
)
from opensti.domains.results.models.results import Result
from opensti.kernel.bilingual import Pair
from opensti.kernel.identifiers import new_public_id
from opensti.kernel.money import money_field

# A share is counted in ten-thousandths; those of a right sum to WHOLE.
WHOLE = 10_000
SHARE = Q(share__gte=1) & Q(share__lte=WHOLE)


class Right(models.Model):
    """A protected thing, or one that may be. ``host`` keeps it and answers for it.

    ``formed_on`` decides which rules of ownership and benefit govern it. ``country`` is a
    code of two letters; ``office`` says in words where it was filed.
    """

    public_id = models.CharField(
        max_length=20, unique=True, default=new_public_id, editable=False
    )
    contract = models.ForeignKey(
        "contracts.Contract",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="rights",
    )
    result = models.ForeignKey(
        Result, null=True, blank=True, on_delete=models.PROTECT, related_name="rights"
    )
    host = models.ForeignKey(
        "registry.Organisation", on_delete=models.PROTECT, related_name="rights"
    )
    kind = models.CharField(max_length=20, choices=RightKind.choices)
    state = models.CharField(
        max_length=20, choices=RightState.choices, default=RightState.DISCLOSED
    )
    title_vi = models.CharField(max_length=500)
    title_en = models.CharField(max_length=500, blank=True)
    summary = models.TextField(blank=True)
    formed_on = models.DateField()
    country = models.CharField(max_length=2, default="VN")
    office = models.CharField(max_length=200, blank=True)
    application_number = models.CharField(max_length=60, blank=True)
    priority_on = models.DateField(null=True, blank=True)
    filed_on = models.DateField(null=True, blank=True)
    formal_on = models.DateField(null=True, blank=True)
    published_on = models.DateField(null=True, blank=True)
    requested_on = models.DateField(null=True, blank=True)
    examined_on = models.DateField(null=True, blank=True)
    granted_number = models.CharField(max_length=60, blank=True)
    granted_on = models.DateField(null=True, blank=True)
    expires_on = models.DateField(null=True, blank=True)
    ended_on = models.DateField(null=True, blank=True)
    created_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)
    search_text = models.TextField(blank=True, default="", editable=False)

    title = Pair("title")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(filed_on__isnull=False)
                | Q(
                    state__in=(
                        RightState.IDEA,
                        RightState.DISCLOSED,
                        RightState.WITHDRAWN,
                    )
                )
                | Q(kind=RightKind.SOFTWARE),
                name="right_beyond_disclosure_was_filed",
            ),
            models.CheckConstraint(
                condition=~Q(state=RightState.GRANTED)
                | (Q(granted_on__isnull=False) & ~Q(granted_number="")),
                name="granted_right_has_number_and_day",
            ),
        ]
        indexes = [
            models.Index(fields=["-created_at", "-id"], name="right_newest"),
            models.Index(fields=["host", "id"], name="right_of_host"),
        ]

    def __str__(self) -> str:
        return f"{self.title_vi} (#{self.pk})"


class RightOwner(models.Model):
    """One owner's share, in ten-thousandths; the act holds that they sum to the whole."""

    right = models.ForeignKey(Right, on_delete=models.PROTECT, related_name="owners")
    position = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=20, choices=HolderKind.choices)
    organisation = models.ForeignKey(
        "registry.Organisation",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    person = models.ForeignKey(
        "registry.Person",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    name = models.CharField(max_length=400)
    share = models.PositiveIntegerField()

    class Meta:
        ordering = ["right", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["right", "position"], name="right_owner_position_once"
            ),
            models.CheckConstraint(condition=SHARE, name="right_owner_share_in_whole"),
            models.CheckConstraint(
                condition=Q(organisation=None) | Q(person=None),
                name="right_owner_is_one",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class RightAuthor(models.Model):
    """Who made it, with the share of what authors get, in ten-thousandths."""

    right = models.ForeignKey(Right, on_delete=models.PROTECT, related_name="authors")
    key = models.CharField(max_length=20, default=new_public_id, editable=False)
    position = models.PositiveSmallIntegerField()
    person = models.ForeignKey(
        "registry.Person",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    name = models.CharField(max_length=200)
    share = models.PositiveIntegerField()

    class Meta:
        ordering = ["right", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["right", "position"], name="right_author_position_once"
            ),
            models.CheckConstraint(condition=SHARE, name="right_author_share_in_whole"),
        ]

    def __str__(self) -> str:
        return self.name


class RightVersion(models.Model):
    """What was said of a right from a moment on, whole; ``sha256`` is of its canon."""

    right = models.ForeignKey(Right, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    reason = models.TextField(blank=True)
    content = models.JSONField()
    sha256 = models.CharField(max_length=64)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["right", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["right", "number"], name="right_version_once"
            )
        ]

    def __str__(self) -> str:
        return f"version {self.number} of right #{self.right_id}"


class DocketEntry(models.Model):
    """One thing with a day that the law ties to a right; ``rule`` names it in the data.

    ``turn`` counts what comes again (the third yearly fee). What is done keeps its days
    whatever changes later; what is not is counted anew from the right's days.
    """

    right = models.ForeignKey(Right, on_delete=models.PROTECT, related_name="docket")
    rule = models.CharField(max_length=60)
    turn = models.PositiveSmallIntegerField(default=1)
    kind = models.CharField(max_length=10, choices=DocketKind.choices)
    label_vi = models.CharField(max_length=300)
    label_en = models.CharField(max_length=300, blank=True)
    article = models.CharField(max_length=200, blank=True)
    mark = models.CharField(max_length=2, blank=True)
    opens_on = models.DateField(null=True, blank=True)
    due_on = models.DateField()
    grace_until = models.DateField(null=True, blank=True)
    done_on = models.DateField(null=True, blank=True)
    paid = money_field(null=True, blank=True)
    reference = models.CharField(max_length=200, blank=True)
    by_hand = models.BooleanField(default=False)

    label = Pair("label")

    class Meta:
        ordering = ["due_on", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["right", "rule", "turn"], name="docket_entry_once"
            ),
            models.CheckConstraint(
                condition=Q(paid=None) | (Q(paid__gte=0) & Q(done_on__isnull=False)),
                name="docket_fee_paid_on_a_day",
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_on", "id"],
                name="docket_open_by_day",
                condition=Q(done_on=None),
            )
        ]

    def __str__(self) -> str:
        return f"{self.rule} {self.turn} of right #{self.right_id}"
