"""Composite indices: a model and its versions, each with its recipe, data and result."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from opensti.domains.strategies.choices import ModelPurpose, VersionState
from opensti.kernel.bilingual import Pair
from opensti.kernel.identifiers import new_public_id


class CompositeModel(models.Model):
    public_id = models.CharField(
        max_length=20, unique=True, default=new_public_id, editable=False
    )
    code = models.CharField(max_length=60, unique=True)
    name_vi = models.CharField(max_length=300)
    name_en = models.CharField(max_length=300, blank=True)
    purpose = models.CharField(max_length=20, choices=ModelPurpose.choices)
    description_vi = models.TextField(blank=True)
    description_en = models.TextField(blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField()

    name = Pair("name")
    description = Pair("description")

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return f"{self.code} (#{self.pk})"


class CompositeVersion(models.Model):
    """One version of a model: its recipe, its two tables, what came out.

    ``units`` and ``meta`` are the tables in the layout of iData and iMeta, each as ``header``
    and ``rows`` of texts and numbers;
    ``result`` and ``analyses`` are frozen answers of the method, re-run to the same bytes.
    """

    public_id = models.CharField(
        max_length=20, unique=True, default=new_public_id, editable=False
    )
    model = models.ForeignKey(
        CompositeModel, on_delete=models.PROTECT, related_name="versions"
    )
    number = models.PositiveIntegerField()
    label = models.CharField(max_length=200, blank=True)
    recipe = models.JSONField()
    meta = models.JSONField()
    units = models.JSONField()
    source = models.CharField(max_length=500, blank=True)
    vintage_label = models.CharField(max_length=100, blank=True)
    file_name = models.CharField(max_length=200, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    state = models.CharField(
        max_length=20, choices=VersionState.choices, default=VersionState.DRAFT
    )
    method_version = models.CharField(max_length=60, blank=True)
    inputs_digest = models.CharField(max_length=64, blank=True)
    result = models.JSONField(null=True, blank=True)
    result_digest = models.CharField(max_length=64, blank=True)
    analyses = models.JSONField(null=True, blank=True)
    failure = models.TextField(blank=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    made_at = models.DateTimeField()
    computed_at = models.DateTimeField(null=True, blank=True)
    frozen_at = models.DateTimeField(null=True, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["model", "-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["model", "number"], name="composite_number_once"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["computed", "frozen", "published"])
                | (~Q(inputs_digest="") & ~Q(result_digest="")),
                name="computed_composite_has_its_digests",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} (#{self.pk})"

    @property
    def outcome(self) -> dict[str, Any]:
        """What came out, of a version that was worked out: it is kept with it from then on.

        Raises ``ValueError`` for one that was not.
        """
        result: dict[str, Any] | None = self.result
        if result is None:
            raise ValueError("This version of an index was not worked out.")
        return result
