"""The registry: organisations, people, what they do, and how they are tied."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from opensti.domains.registry.choices import (
    AcademicTitle,
    CodeScheme,
    DegreeLevel,
    Gender,
    ImportKind,
    ImportStatus,
    LinkKind,
    NameKind,
    OrganisationKind,
    OrganisationStatus,
    RelationKind,
    ThingKind,
    WorkKind,
)
from opensti.kernel.identifiers import new_public_id


def _in_reader_language(vi: str, en: str) -> str:
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
        return _in_reader_language(self.name_vi, self.name_en)


class Organisation(models.Model):
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
    search_text = models.TextField(blank=True, editable=False)
    merged_into = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="merged_from",
    )
    created_at = models.DateTimeField(null=True, editable=False)
    changed_at = models.DateTimeField(null=True, editable=False)

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
            models.CheckConstraint(
                condition=Q(merged_into=None) | ~Q(merged_into=F("id")),
                name="organisation_not_merged_into_itself",
            ),
        ]
        indexes = [
            models.Index(fields=["kind", "status"], name="organisation_kind_status"),
            models.Index(fields=["name_vi", "id"], name="organisation_by_name"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return _in_reader_language(self.name_vi, self.name_en)


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


class Person(models.Model):
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
    bio_vi = models.TextField(_("short biography (Vietnamese)"), blank=True)
    bio_en = models.TextField(_("short biography (English)"), blank=True)
    is_expert = models.BooleanField(_("available as an expert"), default=False)
    search_text = models.TextField(blank=True, editable=False)
    merged_into = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="merged_from",
    )
    created_at = models.DateTimeField(null=True, editable=False)
    changed_at = models.DateTimeField(null=True, editable=False)

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
            models.CheckConstraint(
                condition=Q(merged_into=None) | ~Q(merged_into=F("id")),
                name="person_not_merged_into_itself",
            ),
        ]
        indexes = [
            models.Index(fields=["full_name", "id"], name="person_by_name"),
        ]

    def __str__(self) -> str:
        return self.full_name

    @property
    def bio(self) -> str:
        return _in_reader_language(self.bio_vi, self.bio_en)


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
        return _in_reader_language(self.title_vi, self.title_en)


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
        return _in_reader_language(self.subject_vi, self.subject_en)


class Work(models.Model):
    """An article, a book, a patent."""

    title = models.CharField(_("title"), max_length=1000)
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


class Merge(models.Model):
    """Two rows found to be one: what moved, so that it can be taken back."""

    kind = models.CharField(max_length=20, choices=ThingKind.choices)
    merged_id = models.BigIntegerField()
    survivor_id = models.BigIntegerField()
    moved = models.JSONField(default=list)
    before = models.JSONField(default=dict)
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    merged_at = models.DateTimeField()
    merged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "merged_id"],
                condition=Q(undone_at=None),
                name="merge_once_at_a_time",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.merged_id} into {self.survivor_id}"


class DismissedPair(models.Model):
    """Two rows that look alike and are not the same; ``first_id`` is the smaller."""

    kind = models.CharField(max_length=20, choices=ThingKind.choices)
    first_id = models.BigIntegerField()
    second_id = models.BigIntegerField()
    dismissed_at = models.DateTimeField()
    dismissed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "first_id", "second_id"], name="dismissed_pair_once"
            ),
            models.CheckConstraint(
                condition=Q(first_id__lt=F("second_id")), name="dismissed_pair_ordered"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.first_id} is not {self.second_id}"


class ImportRun(models.Model):
    """One file brought in: how its columns were read, how far it came."""

    kind = models.CharField(max_length=20, choices=ImportKind.choices)
    source = models.CharField(_("source"), max_length=100)
    file_name = models.CharField(_("file"), max_length=255)
    file_id = models.CharField(max_length=20, blank=True)  # StoredFile.public_id
    job_id = models.CharField(max_length=20, blank=True)  # Job.public_id
    mapping = models.JSONField(default=dict)
    dry_run = models.BooleanField(_("dry run"), default=False)
    status = models.CharField(
        max_length=10, choices=ImportStatus.choices, default=ImportStatus.WAITING
    )
    rows_done = models.PositiveIntegerField(default=0)
    created = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)
    errors = models.JSONField(default=list)
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("import")

    def __str__(self) -> str:
        return f"{self.kind} from {self.file_name} (#{self.pk})"


class ImportRow(models.Model):
    """Which row of which source became which thing: running twice doubles nothing."""

    run = models.ForeignKey(
        ImportRun, null=True, on_delete=models.SET_NULL, related_name="rows"
    )
    source = models.CharField(max_length=100)
    object_kind = models.CharField(max_length=40)
    key = models.CharField(max_length=200)
    object_id = models.BigIntegerField()
    digest = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["source", "object_kind", "key"], name="import_row_once"
            )
        ]
        indexes = [
            models.Index(fields=["object_kind", "object_id"], name="import_row_object")
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.key} is {self.object_kind}:{self.object_id}"
