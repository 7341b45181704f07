"""The units that answer, who belongs to them, and the templates of their answers."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from opensti.kernel.bilingual import Pair


class Unit(models.Model):
    """A named unit of the house that answers people."""

    code = models.SlugField(_("code"), max_length=40, unique=True)
    name_vi = models.CharField(_("name (Vietnamese)"), max_length=200)
    name_en = models.CharField(_("name (English)"), max_length=200, blank=True)
    active = models.BooleanField(default=True)

    name = Pair("name")

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name


class UnitMember(models.Model):
    """Somebody who answers for a unit from a day on, half-open."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="members")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    since = models.DateField()
    until = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["unit", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gte=F("since")),
                name="supervision_member_ends_after_start",
            ),
            models.UniqueConstraint(
                fields=["unit", "user"],
                condition=Q(until=None),
                name="supervision_member_once_per_unit",
            ),
        ]

    def __str__(self) -> str:
        return f"user {self.user_id} in {self.unit_id} (#{self.pk})"


class Template(models.Model):
    """An answer that is often given, to begin from."""

    title = models.CharField(_("title"), max_length=120, unique=True)
    text_vi = models.TextField(_("text (Vietnamese)"), max_length=4000)
    text_en = models.TextField(_("text (English)"), max_length=4000, blank=True)

    text = Pair("text")

    class Meta:
        ordering = ["title"]

    def __str__(self) -> str:
        return self.title
