"""What tasks brought forth, by whom, and what was said of it before."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from opensti.domains.results.choices import ResultKind, Secrecy
from opensti.kernel.bilingual import Pair
from opensti.kernel.identifiers import new_public_id


class Result(models.Model):
    """One result of a task. ``product_key`` names the product it was promised as.

    ``formed_on`` decides which rules of ownership and benefit govern it. ``trl_start`` and
    ``trl_end`` are technology readiness levels, 1 to 9.
    """

    public_id = models.CharField(
        max_length=20, unique=True, default=new_public_id, editable=False
    )
    contract = models.ForeignKey(
        "contracts.Contract", on_delete=models.PROTECT, related_name="results"
    )
    product_key = models.CharField(max_length=20, blank=True)
    kind = models.CharField(max_length=20, choices=ResultKind.choices)
    title_vi = models.CharField(max_length=500)
    title_en = models.CharField(max_length=500, blank=True)
    description_vi = models.TextField(blank=True)
    description_en = models.TextField(blank=True)
    formed_on = models.DateField()
    trl_start = models.PositiveSmallIntegerField(null=True, blank=True)
    trl_end = models.PositiveSmallIntegerField(null=True, blank=True)
    secrecy = models.CharField(
        max_length=20, choices=Secrecy.choices, default=Secrecy.OPEN
    )
    open_from = models.DateField(null=True, blank=True)
    # The day of acceptance, where it is known: with the day of formation it tells which
    # rules of ownership may govern.
    accepted_on = models.DateField(null=True, blank=True)
    trl_reason = models.TextField(blank=True)
    # What it serves. What was written here before plans were kept stands in ``details``
    # (``choices.GOAL_SAID``, ``INDICATOR_SAID``) where it names no known code.
    goal = models.ForeignKey(
        "strategies.Goal",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="results",
    )
    indicator = models.ForeignKey(
        "strategies.Indicator",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="results",
    )
    details = models.JSONField(default=dict, blank=True)
    certificate = models.CharField(max_length=100, blank=True)
    registered_on = models.DateField(null=True, blank=True)
    created_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)
    search_text = models.TextField(blank=True, default="", editable=False)

    title = Pair("title")
    description = Pair("description")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=(Q(trl_start=None) | Q(trl_start__range=(1, 9)))
                & (Q(trl_end=None) | Q(trl_end__range=(1, 9))),
                name="result_readiness_in_range",
            ),
            models.CheckConstraint(
                condition=~Q(secrecy=Secrecy.EMBARGO) | Q(open_from__isnull=False),
                name="embargoed_result_has_its_day",
            ),
            models.CheckConstraint(
                condition=Q(registered_on=None) | ~Q(certificate=""),
                name="registered_result_has_its_certificate",
            ),
            models.CheckConstraint(
                condition=~Q(secrecy=Secrecy.SECRET), name="secret_result_is_not_kept"
            ),
            models.UniqueConstraint(
                fields=["contract", "product_key"],
                condition=~Q(product_key=""),
                name="product_is_one_result",
            ),
        ]
        indexes = [
            models.Index(fields=["-created_at", "-id"], name="result_newest"),
            models.Index(fields=["kind", "id"], name="result_by_kind"),
        ]

    def __str__(self) -> str:
        return f"{self.title_vi} (#{self.pk})"


class ResultAuthor(models.Model):
    """One author's share, in parts of 10,000; all of a result's add up to 10,000."""

    result = models.ForeignKey(Result, on_delete=models.CASCADE, related_name="authors")
    person = models.ForeignKey(
        "registry.Person", on_delete=models.PROTECT, related_name="results"
    )
    position = models.PositiveSmallIntegerField()
    share = models.PositiveIntegerField()

    class Meta:
        ordering = ["result", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["result", "person"], name="result_author_once"
            ),
            models.CheckConstraint(
                condition=Q(share__range=(1, 10_000)), name="author_share_in_range"
            ),
        ]

    def __str__(self) -> str:
        return f"author #{self.person_id} of result #{self.result_id}"


class ResultVersion(models.Model):
    """What was said of a result from one change to the next: whole, never changed."""

    result = models.ForeignKey(
        Result, on_delete=models.PROTECT, related_name="versions"
    )
    number = models.PositiveIntegerField()
    content = models.JSONField()
    reason = models.TextField(blank=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["result", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["result", "number"], name="result_version_once"
            )
        ]

    def __str__(self) -> str:
        return f"version {self.number} of result #{self.result_id}"
