"""Organisations, the names they bore, and how they are tied to each other."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from opensti.domains.registry.choices import (
    LinkKind,
    NameKind,
    OrganisationKind,
    OrganisationStatus,
)
from opensti.domains.registry.models.codes import Code, in_reader_language
from opensti.domains.registry.models.merging import Mergeable
from opensti.kernel.identifiers import new_public_id


class Organisation(Mergeable):
    """An institute, university, enterprise, agency; merged ones point to the survivor."""

    public_id = models.CharField(
        max_length=12, unique=True, default=new_public_id, editable=False
    )
    name_vi = models.CharField(_("name (Vietnamese)"), max_length=400)
    name_en = models.CharField(_("name (English)"), max_length=400, blank=True)
    acronym = models.CharField(_("acronym"), max_length=50, blank=True)
    kind = models.CharField(
        _("kind"),
        max_length=20,
        choices=OrganisationKind.choices,
        default=OrganisationKind.OTHER,
    )
    parent = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="children",
        verbose_name=_("belongs to"),
    )
    legal_form = models.CharField(_("legal form"), max_length=200, blank=True)
    status = models.CharField(
        _("status"),
        max_length=20,
        choices=OrganisationStatus.choices,
        default=OrganisationStatus.ACTIVE,
    )
    province = models.ForeignKey(
        Code,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("province"),
    )
    address = models.CharField(_("address"), max_length=500, blank=True)
    tax_code = models.CharField(_("tax code"), max_length=14, blank=True, db_index=True)
    ror = models.CharField(_("ROR"), max_length=9, blank=True)
    established = models.PositiveSmallIntegerField(
        _("year established"), null=True, blank=True
    )
    website = models.URLField(_("website"), max_length=500, blank=True)
    fields = models.ManyToManyField(
        Code, blank=True, related_name="+", verbose_name=_("fields")
    )
    ministry_owned = models.BooleanField(_("belongs to the ministry"), default=False)

    class Meta:
        ordering = ["name_vi", "pk"]
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")
        constraints = [
            models.UniqueConstraint(
                fields=["ror"],
                condition=~Q(ror="") & Q(merged_into=None),
                name="organisation_ror_once",
                violation_error_message=_("Another organisation has this ROR already."),
            ),
            *Mergeable.Meta.constraints,
        ]
        indexes = [
            models.Index(fields=["kind", "status"], name="organisation_kind_status"),
            models.Index(fields=["name_vi", "id"], name="organisation_by_name"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return in_reader_language(self.name_vi, self.name_en)


class OrganisationName(models.Model):
    """Another name by which an organisation is found."""

    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, related_name="names"
    )
    name = models.CharField(_("name"), max_length=400)
    language = models.CharField(_("language"), max_length=8, blank=True)
    kind = models.CharField(
        _("kind"), max_length=10, choices=NameKind.choices, default=NameKind.ALIAS
    )

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "name", "kind", "language"],
                name="organisation_name_once",
            )
        ]

    def __str__(self) -> str:
        return self.name


class OrganisationLink(models.Model):
    """A tie between two organisations: related ones, or one that follows another.

    A related pair is kept once, the earlier entry first; ``predecessor`` is the
    successor's link read backwards.
    """

    organisation = models.ForeignKey(
        Organisation,
        on_delete=models.CASCADE,
        related_name="links",
        verbose_name=_("organisation"),
    )
    kind = models.CharField(_("kind"), max_length=20, choices=LinkKind.choices)
    other = models.ForeignKey(
        Organisation,
        on_delete=models.CASCADE,
        related_name="links_to",
        verbose_name=_("other organisation"),
    )
    source = models.CharField(_("source"), max_length=200, blank=True)
    stated_at = models.DateTimeField(_("stated at"))

    class Meta:
        ordering = ["pk"]
        verbose_name = _("link between organisations")
        verbose_name_plural = _("links between organisations")
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "kind", "other"], name="organisation_link_once"
            ),
            models.CheckConstraint(
                condition=~Q(other=F("organisation")),
                name="organisation_link_to_another",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of organisation {self.organisation_id} (#{self.pk})"
