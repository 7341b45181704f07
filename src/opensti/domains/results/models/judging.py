"""What the host hands in, who judged it, and what was found product by product."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from opensti.domains.results.choices import Judge, OpinionGround
from opensti.kernel.identifiers import new_public_id


class HandedIn(models.Model):
    """One version of the acceptance dossier, whole, never changed.

    ``content`` holds the products with what was promised and delivered, the report, the
    conclusion of the host's own council and the files with their digests; ``sha256`` is of
    its canonical form. ``marks`` say what is missing where: ``{"place", "text"}``.
    """

    acceptance = models.ForeignKey(
        "results.Acceptance", on_delete=models.PROTECT, related_name="handed_in"
    )
    number = models.PositiveSmallIntegerField()
    content = models.JSONField()
    sha256 = models.CharField(max_length=64)
    handed_in_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    handed_in_at = models.DateTimeField()
    returned_at = models.DateTimeField(null=True, blank=True)
    return_reason = models.TextField(blank=True)
    marks = models.JSONField(default=list, blank=True)

    class Meta:
        ordering = ["acceptance", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["acceptance", "number"], name="acceptance_dossier_number_once"
            ),
            models.CheckConstraint(
                condition=Q(returned_at=None) | ~Q(return_reason=""),
                name="returned_acceptance_dossier_has_its_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"acceptance dossier {self.number} of #{self.acceptance_id}"


class BaseCouncil(models.Model):
    """What the host's own council said; it met outside this system.

    ``members``: ``{"name", "role", "organisation"}``; ``votes``: how many gave each level.
    """

    acceptance = models.ForeignKey(
        "results.Acceptance", on_delete=models.PROTECT, related_name="base_councils"
    )
    decision_number = models.CharField(max_length=100)
    met_on = models.DateField()
    members = models.JSONField(default=list)
    votes = models.JSONField(default=dict)
    counted = models.JSONField(default=dict, blank=True)
    level = models.CharField(max_length=40)
    passed = models.BooleanField()
    conclusion = models.TextField(blank=True)
    minutes_file = models.CharField(max_length=40, blank=True)
    minutes_sha256 = models.CharField(max_length=64, blank=True)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    entered_at = models.DateTimeField()

    class Meta:
        ordering = ["acceptance", "pk"]

    def __str__(self) -> str:
        return f"base council #{self.pk} of acceptance #{self.acceptance_id}"


class ProductVerdict(models.Model):
    """What was found of one product against the contract, in one round of judging.

    ``promised`` is the product as the contract said it; ``round`` counts the judgements of
    an acceptance from 1. Levels are those of the regime's scale.
    """

    acceptance = models.ForeignKey(
        "results.Acceptance", on_delete=models.PROTECT, related_name="verdicts"
    )
    round = models.PositiveSmallIntegerField()
    position = models.PositiveSmallIntegerField()
    product_key = models.CharField(max_length=20)
    promised = models.JSONField()
    delivered = models.DecimalField(
        max_digits=14, decimal_places=3, null=True, blank=True
    )
    level = models.CharField(max_length=40, blank=True)
    quality = models.CharField(max_length=40, blank=True)
    quantity = models.CharField(max_length=40, blank=True)
    remark = models.TextField(blank=True)
    judge = models.CharField(max_length=20, choices=Judge.choices)
    council = models.CharField(max_length=20, blank=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["acceptance", "round", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["acceptance", "round", "product_key"],
                name="product_verdict_once_a_round",
            )
        ]

    def __str__(self) -> str:
        return f"verdict on {self.product_key} of acceptance #{self.acceptance_id}"


class ExpertOpinion(models.Model):
    """What an independent expert was asked, and said, about a council's conclusion."""

    public_id = models.CharField(
        max_length=20, unique=True, default=new_public_id, editable=False
    )
    acceptance = models.ForeignKey(
        "results.Acceptance", on_delete=models.PROTECT, related_name="opinions"
    )
    ground = models.CharField(max_length=20, choices=OpinionGround.choices)
    expert = models.CharField(max_length=200)
    organisation = models.CharField(max_length=300, blank=True)
    question = models.TextField(blank=True)
    asked_on = models.DateField()
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    level = models.CharField(max_length=40, blank=True)
    text = models.TextField(blank=True)
    file = models.CharField(max_length=40, blank=True)
    file_sha256 = models.CharField(max_length=64, blank=True)
    given_on = models.DateField(null=True, blank=True)
    # Given up: nobody waits for it any more.
    dropped_on = models.DateField(null=True, blank=True)
    drop_reason = models.TextField(blank=True)

    class Meta:
        ordering = ["acceptance", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(given_on=None) | ~Q(text=""),
                name="given_opinion_has_its_words",
            ),
            models.CheckConstraint(
                condition=Q(dropped_on=None) | (~Q(drop_reason="") & Q(given_on=None)),
                name="dropped_opinion_has_its_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"opinion {self.public_id} on acceptance #{self.acceptance_id}"
