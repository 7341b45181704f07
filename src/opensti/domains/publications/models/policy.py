"""The versions of the disclosure policy: drafted, checked, issued by a second person."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from opensti.kernel.bilingual import Pair
from opensti.kernel.identifiers import new_public_id


class PolicyVersion(models.Model):
    """One whole policy as plain data. Once issued, no line of it ever changes.

    It holds from its day until another issued one does: nothing is written when that
    happens, so what held on a day stays plain.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        CHECKED = "checked", _("checked")
        ISSUED = "issued", _("issued")

    public_id = models.CharField(
        max_length=20, unique=True, default=new_public_id, editable=False
    )
    number = models.PositiveIntegerField(unique=True)
    title_vi = models.CharField(max_length=300)
    title_en = models.CharField(max_length=300, blank=True)
    content = models.JSONField()
    digest = models.CharField(max_length=64)
    state = models.CharField(max_length=20, choices=State.choices, default=State.DRAFT)
    drafted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    drafted_at = models.DateTimeField()
    checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    checked_at = models.DateTimeField(null=True, blank=True)
    in_force_from = models.DateField(null=True, blank=True)
    reason = models.TextField(blank=True)
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    issued_at = models.DateTimeField(null=True, blank=True)
    entry_position = models.BigIntegerField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    title = Pair("title")

    class Meta:
        ordering: ClassVar = ["-number"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(state="issued")
                | (
                    Q(in_force_from__isnull=False)
                    & Q(issued_at__isnull=False)
                    & ~Q(reason="")
                ),
                name="issued_policy_has_its_day_and_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title_vi} (#{self.number})"
