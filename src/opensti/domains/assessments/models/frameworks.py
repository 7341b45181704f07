"""Frameworks with their frozen versions."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from opensti.kernel.bilingual import Pair
from opensti.kernel.identifiers import new_public_id


class Framework(models.Model):
    """A set of questions, or a module of one (``extends`` names its code).

    ``organisation``: the one that wrote the module for itself; none: it is everybody's.
    """

    code = models.CharField(max_length=40)
    extends = models.CharField(max_length=40, blank=True)
    organisation = models.ForeignKey(
        "registry.Organisation",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )

    class Meta:
        ordering = ["extends", "code", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["code"],
                condition=Q(organisation=None),
                name="framework_of_all_once",
            ),
            models.UniqueConstraint(
                fields=["code", "organisation"],
                name="framework_of_an_organisation_once",
            ),
            models.CheckConstraint(
                condition=Q(organisation=None) | ~Q(extends=""),
                name="an_organisation_extends_a_framework",
            ),
        ]

    def __str__(self) -> str:
        return self.code


class FrameworkVersion(models.Model):
    """A framework as it was loaded: never changed. The active one is what new runs ask."""

    public_id = models.CharField(
        max_length=20, unique=True, default=new_public_id, editable=False
    )
    framework = models.ForeignKey(
        Framework, on_delete=models.PROTECT, related_name="versions"
    )
    number = models.PositiveIntegerField()
    edition = models.CharField(max_length=40)
    title_vi = models.CharField(max_length=300)
    title_en = models.CharField(max_length=300)
    sha256 = models.CharField(max_length=64)
    content = models.JSONField()
    active = models.BooleanField(default=True)
    loaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    loaded_at = models.DateTimeField()

    title = Pair("title")

    class Meta:
        ordering = ["framework", "-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["framework", "number"], name="framework_version_once"
            ),
            models.UniqueConstraint(
                fields=["framework", "sha256"], name="framework_content_once"
            ),
            models.UniqueConstraint(
                fields=["framework"],
                condition=Q(active=True),
                name="one_active_version_of_a_framework",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title_vi} (#{self.number})"
