"""Fields, industries, provinces: codes that name things."""

from __future__ import annotations

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from opensti.domains.registry.choices import (
    CodeScheme,
)


def in_reader_language(vi: str, en: str) -> str:
    return (en or vi) if (get_language() or "vi").startswith("en") else (vi or en)


class Code(models.Model):
    """A field, an industry, a province: a code with its two names."""

    scheme = models.CharField(_("scheme"), max_length=20, choices=CodeScheme.choices)
    code = models.CharField(_("code"), max_length=30)
    name_vi = models.CharField(_("name (Vietnamese)"), max_length=300)
    name_en = models.CharField(_("name (English)"), max_length=300, blank=True)
    parent = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="children",
        verbose_name=_("part of"),
    )

    class Meta:
        ordering = ["scheme", "code"]
        verbose_name = _("code")
        constraints = [
            models.UniqueConstraint(
                fields=["scheme", "code"], name="code_once_per_scheme"
            )
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"

    @property
    def name(self) -> str:
        return in_reader_language(self.name_vi, self.name_en)
