"""People, what they hold and wrote, and how they are tied to each other."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from opensti.domains.registry.choices import (
    AcademicTitle,
    DegreeLevel,
    Gender,
    RelationKind,
    WorkKind,
)
from opensti.domains.registry.models.codes import Code, in_reader_language
from opensti.domains.registry.models.merging import Mergeable
from opensti.domains.registry.models.organisations import Organisation
from opensti.kernel.identifiers import new_public_id


class Person(Mergeable):
    """A person who proposes, works, judges or decides. Contact data is personal."""

    public_id = models.CharField(
        max_length=12, unique=True, default=new_public_id, editable=False
    )
    full_name = models.CharField(_("full name"), max_length=200)
    degree = models.CharField(
        _("highest degree"), max_length=20, choices=DegreeLevel.choices, blank=True
    )
    academic_title = models.CharField(
        _("academic title"), max_length=20, choices=AcademicTitle.choices, blank=True
    )
    email = models.EmailField(_("e-mail address"), blank=True, db_index=True)
    phone = models.CharField(_("telephone"), max_length=30, blank=True)
    orcid = models.CharField(_("ORCID"), max_length=19, blank=True)
    gender = models.CharField(
        _("gender"), max_length=10, choices=Gender.choices, blank=True
    )
    birth_year = models.PositiveSmallIntegerField(
        _("year of birth"), null=True, blank=True
    )
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="person",
        verbose_name=_("account"),
    )
    fields = models.ManyToManyField(
        Code, blank=True, related_name="+", verbose_name=_("fields of expertise")
    )
    # What one says one knows, parted by semicolons.
    keywords_vi = models.CharField(
        _("keywords of expertise (Vietnamese)"), max_length=1000, blank=True
    )
    keywords_en = models.CharField(
        _("keywords of expertise (English)"), max_length=1000, blank=True
    )
    bio_vi = models.TextField(_("short biography (Vietnamese)"), blank=True)
    bio_en = models.TextField(_("short biography (English)"), blank=True)
    is_expert = models.BooleanField(_("available as an expert"), default=False)

    class Meta:
        ordering = ["full_name", "pk"]
        verbose_name = _("person")
        verbose_name_plural = _("people")
        constraints = [
            models.UniqueConstraint(
                fields=["orcid"],
                condition=~Q(orcid="") & Q(merged_into=None),
                name="person_orcid_once",
                violation_error_message=_("Another person has this ORCID already."),
            ),
            *Mergeable.Meta.constraints,
        ]
        indexes = [
            models.Index(fields=["full_name", "id"], name="person_by_name"),
        ]

    def __str__(self) -> str:
        return self.full_name

    @property
    def bio(self) -> str:
        return in_reader_language(self.bio_vi, self.bio_en)

    @property
    def keywords(self) -> str:
        return in_reader_language(self.keywords_vi, self.keywords_en)


class Position(models.Model):
    """What a person does where, from a day on; half-open: not on ``until``."""

    person = models.ForeignKey(
        Person, on_delete=models.CASCADE, related_name="positions"
    )
    organisation = models.ForeignKey(
        Organisation,
        on_delete=models.PROTECT,
        related_name="positions",
        verbose_name=_("organisation"),
    )
    title_vi = models.CharField(_("title (Vietnamese)"), max_length=200, blank=True)
    title_en = models.CharField(_("title (English)"), max_length=200, blank=True)
    since = models.DateField(_("since"), null=True, blank=True)
    until = models.DateField(_("until"), null=True, blank=True)
    is_primary = models.BooleanField(_("main position"), default=False)
    source = models.CharField(_("source"), max_length=200, blank=True)

    class Meta:
        ordering = ["-is_primary", "-since", "pk"]
        verbose_name = _("position")
        constraints = [
            models.CheckConstraint(
                condition=Q(until=None) | Q(since=None) | Q(until__gt=F("since")),
                name="position_ends_after_it_starts",
                violation_error_message=_("The end must be after the start."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.title} (#{self.pk})"

    @property
    def title(self) -> str:
        return in_reader_language(self.title_vi, self.title_en)


class Degree(models.Model):
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="degrees")
    level = models.CharField(_("level"), max_length=20, choices=DegreeLevel.choices)
    subject_vi = models.CharField(_("subject (Vietnamese)"), max_length=200, blank=True)
    subject_en = models.CharField(_("subject (English)"), max_length=200, blank=True)
    institution = models.CharField(_("awarded by"), max_length=300, blank=True)
    organisation = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    year = models.PositiveSmallIntegerField(_("year"), null=True, blank=True)
    source = models.CharField(_("source"), max_length=200, blank=True)

    class Meta:
        ordering = ["-year", "pk"]
        verbose_name = _("degree")

    def __str__(self) -> str:
        return f"{self.get_level_display()} {self.subject}"

    @property
    def subject(self) -> str:
        return in_reader_language(self.subject_vi, self.subject_en)


class Work(models.Model):
    """An article, a book, a patent."""

    title = models.CharField(_("title"), max_length=1000)
    abstract = models.TextField(_("abstract"), blank=True)
    year = models.PositiveSmallIntegerField(_("year"), null=True, blank=True)
    kind = models.CharField(
        _("kind"), max_length=20, choices=WorkKind.choices, default=WorkKind.ARTICLE
    )
    venue = models.CharField(_("published in"), max_length=400, blank=True)
    doi = models.CharField("DOI", max_length=200, blank=True)
    source = models.CharField(_("source"), max_length=200, blank=True)
    # As printed; ``authors`` holds those of them whom the registry knows.
    byline = models.TextField(_("authors as printed"), blank=True)
    search_text = models.TextField(blank=True, editable=False)
    authors = models.ManyToManyField(Person, through="Authorship", related_name="works")

    class Meta:
        ordering = ["-year", "title", "pk"]
        verbose_name = _("work")
        constraints = [
            models.UniqueConstraint(
                fields=["doi"], condition=~Q(doi=""), name="work_doi_once"
            )
        ]

    def __str__(self) -> str:
        return self.title


class Authorship(models.Model):
    person = models.ForeignKey(
        Person, on_delete=models.CASCADE, related_name="authorships"
    )
    work = models.ForeignKey(Work, on_delete=models.CASCADE, related_name="authorships")
    position = models.PositiveSmallIntegerField(_("place among the authors"), default=1)

    class Meta:
        ordering = ["work", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "work"], name="authorship_once_per_work"
            )
        ]

    def __str__(self) -> str:
        return f"person {self.person_id}, work {self.work_id}"


class Relation(models.Model):
    """A tie of a person to another person or to an organisation, as declared or found."""

    person = models.ForeignKey(
        Person, on_delete=models.CASCADE, related_name="relations"
    )
    kind = models.CharField(_("kind"), max_length=20, choices=RelationKind.choices)
    other = models.ForeignKey(
        Person,
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="relations_to",
        verbose_name=_("other person"),
    )
    organisation = models.ForeignKey(
        Organisation,
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="relations",
        verbose_name=_("organisation"),
    )
    since = models.DateField(_("since"), null=True, blank=True)
    until = models.DateField(_("until"), null=True, blank=True)
    source = models.CharField(_("source"), max_length=200, blank=True)
    declared_at = models.DateTimeField(_("declared at"))
    declared_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ["pk"]
        verbose_name = _("relation")
        constraints = [
            models.CheckConstraint(
                condition=Q(other=None, organisation__isnull=False)
                | Q(other__isnull=False, organisation=None),
                name="relation_to_one_thing",
            ),
            models.CheckConstraint(
                condition=Q(other=None) | ~Q(other=F("person")),
                name="relation_to_another_person",
            ),
            models.CheckConstraint(
                condition=Q(until=None) | Q(since=None) | Q(until__gt=F("since")),
                name="relation_ends_after_it_starts",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of person {self.person_id} (#{self.pk})"


class Membership(models.Model):
    """An account acts for an organisation; a manager also manages its people."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="memberships"
    )
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="memberships"
    )
    manager = models.BooleanField(_("manages the organisation"), default=False)
    since = models.DateField(_("since"))
    until = models.DateField(_("until"), null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("membership")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "organisation"],
                condition=Q(until=None),
                name="membership_once_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gt=F("since")),
                name="membership_ends_after_it_starts",
            ),
        ]

    def __str__(self) -> str:
        return f"user {self.user_id} in organisation {self.organisation_id}"
