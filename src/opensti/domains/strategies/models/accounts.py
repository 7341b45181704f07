"""Data sets with their vintages, and runs of the productivity accounts on them."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from opensti.domains.strategies.choices import RunKind, RunState
from opensti.kernel.bilingual import Pair
from opensti.kernel.identifiers import new_public_id


class Dataset(models.Model):
    """A collection of series that a provider publishes again and again."""

    code = models.CharField(max_length=60, unique=True)
    name_vi = models.CharField(max_length=300)
    name_en = models.CharField(max_length=300, blank=True)
    provider = models.CharField(max_length=300)
    licence = models.CharField(max_length=200)
    citation = models.TextField(blank=True)
    address = models.URLField(max_length=500, blank=True)
    # Whether the licence lets the house hand the figures on.
    redistributable = models.BooleanField(default=False)
    created_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    name = Pair("name")

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return f"{self.code} (#{self.pk})"


class Vintage(models.Model):
    """One release of a data set, as loaded from one file; never changed."""

    public_id = models.CharField(
        max_length=20, unique=True, default=new_public_id, editable=False
    )
    dataset = models.ForeignKey(
        Dataset, on_delete=models.PROTECT, related_name="vintages"
    )
    label = models.CharField(max_length=100)
    published_on = models.DateField(null=True, blank=True)
    retrieved_on = models.DateField()
    file_name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    count = models.PositiveIntegerField()
    note = models.TextField(blank=True)
    loaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    loaded_at = models.DateTimeField()

    class Meta:
        ordering = ["dataset", "-loaded_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["dataset", "label"], name="vintage_label_once"
            ),
            models.UniqueConstraint(
                fields=["dataset", "sha256"], name="vintage_file_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.label} (#{self.pk})"


class Series(models.Model):
    """One line of numbers over years. Its key is (block, code), never the code alone.

    ``unit`` is whose numbers they are (an economy, a province), ``sector`` the part.
    ``values`` begin in ``first_year``; a gap is null.
    """

    vintage = models.ForeignKey(
        Vintage, on_delete=models.PROTECT, related_name="series"
    )
    block = models.CharField(max_length=120)
    code = models.CharField(max_length=120)
    unit = models.CharField(max_length=60, blank=True)
    sector = models.CharField(max_length=120, blank=True)
    name = models.CharField(max_length=300, blank=True)
    measured_in = models.CharField(max_length=120, blank=True)
    first_year = models.PositiveSmallIntegerField()
    values = models.JSONField()

    class Meta:
        ordering = ["vintage", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["vintage", "block", "code", "unit", "sector"],
                name="series_key_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.block}/{self.code} (#{self.pk})"


class MethodRun(models.Model):
    """A result of the productivity accounts with all that made it: it can be run again."""

    public_id = models.CharField(
        max_length=20, unique=True, default=new_public_id, editable=False
    )
    title_vi = models.CharField(max_length=300)
    title_en = models.CharField(max_length=300, blank=True)
    kind = models.CharField(max_length=20, choices=RunKind.choices)
    state = models.CharField(
        max_length=20, choices=RunState.choices, default=RunState.WAITING
    )
    parameters = models.JSONField()
    vintages = models.ManyToManyField(Vintage, related_name="runs")
    method_version = models.CharField(max_length=60, blank=True)
    inputs = models.JSONField(null=True, blank=True)
    inputs_digest = models.CharField(max_length=64, blank=True)
    output = models.JSONField(null=True, blank=True)
    output_digest = models.CharField(max_length=64, blank=True)
    warnings = models.JSONField(default=list, blank=True)
    failure = models.TextField(blank=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    made_at = models.DateTimeField()
    computed_at = models.DateTimeField(null=True, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    title = Pair("title")

    class Meta:
        ordering = ["-made_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state=RunState.DONE)
                | (~Q(inputs_digest="") & ~Q(output_digest="")),
                name="computed_run_has_its_digests",
            ),
            models.CheckConstraint(
                condition=Q(published_at=None) | Q(state=RunState.DONE),
                name="published_run_is_computed",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title_vi} (#{self.pk})"

    @property
    def questions(self) -> list[dict[str, Any]]:
        """The frozen questions of the run; none where they were lost."""
        frozen: list[dict[str, Any]] | None = self.inputs
        return frozen or []
