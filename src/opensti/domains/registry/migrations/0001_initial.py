import django.db.models.deletion
import opensti.kernel.identifiers
from django.conf import settings
from django.db import migrations, models

from opensti.kernel.migrating import TablesAtOnce


class Migration(TablesAtOnce):
    initial = True

    dependencies = [
        ("accounts", "__first__"),
    ]

    operations = [
        migrations.CreateModel(
            name="Code",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                (
                    "scheme",
                    models.CharField(
                        choices=[
                            ("field", "Field of science"),
                            ("industry", "Industry"),
                            ("province", "Province"),
                            ("country", "Country"),
                            ("legal_form", "Legal form"),
                        ],
                        max_length=20,
                        verbose_name="scheme",
                    ),
                ),
                ("code", models.CharField(max_length=30, verbose_name="code")),
                (
                    "name_vi",
                    models.CharField(max_length=300, verbose_name="name (Vietnamese)"),
                ),
                (
                    "name_en",
                    models.CharField(
                        blank=True, max_length=300, verbose_name="name (English)"
                    ),
                ),
                (
                    "parent",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="children",
                        to="registry.code",
                        verbose_name="part of",
                    ),
                ),
            ],
            options={
                "verbose_name": "code",
                "ordering": ["scheme", "code"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("scheme", "code"), name="code_once_per_scheme"
                    )
                ],
                "indexes": [],
            },
        ),
        migrations.CreateModel(
            name="Organisation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                (
                    "public_id",
                    models.CharField(
                        default=opensti.kernel.identifiers.new_public_id,
                        editable=False,
                        max_length=12,
                        unique=True,
                    ),
                ),
                (
                    "name_vi",
                    models.CharField(max_length=400, verbose_name="name (Vietnamese)"),
                ),
                (
                    "name_en",
                    models.CharField(
                        blank=True, max_length=400, verbose_name="name (English)"
                    ),
                ),
                (
                    "acronym",
                    models.CharField(blank=True, max_length=50, verbose_name="acronym"),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("institute", "Research institute"),
                            ("university", "University"),
                            ("enterprise", "Enterprise"),
                            ("agency", "State agency"),
                            ("ministry_unit", "Unit of the ministry"),
                            ("fund", "Fund"),
                            ("association", "Association"),
                            ("other", "Other organisation"),
                        ],
                        default="other",
                        max_length=20,
                        verbose_name="kind",
                    ),
                ),
                (
                    "parent",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="children",
                        to="registry.organisation",
                        verbose_name="belongs to",
                    ),
                ),
                (
                    "legal_form",
                    models.CharField(
                        blank=True, max_length=200, verbose_name="legal form"
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("active", "Active"),
                            ("merged", "Merged into another"),
                            ("dissolved", "Dissolved"),
                            ("inactive", "Inactive"),
                        ],
                        default="active",
                        max_length=20,
                        verbose_name="status",
                    ),
                ),
                (
                    "province",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="registry.code",
                        verbose_name="province",
                    ),
                ),
                (
                    "address",
                    models.CharField(
                        blank=True, max_length=500, verbose_name="address"
                    ),
                ),
                (
                    "tax_code",
                    models.CharField(
                        blank=True,
                        db_index=True,
                        max_length=14,
                        verbose_name="tax code",
                    ),
                ),
                ("ror", models.CharField(blank=True, max_length=9, verbose_name="ROR")),
                (
                    "established",
                    models.PositiveSmallIntegerField(
                        blank=True, null=True, verbose_name="year established"
                    ),
                ),
                (
                    "website",
                    models.URLField(blank=True, max_length=500, verbose_name="website"),
                ),
                (
                    "ministry_owned",
                    models.BooleanField(
                        default=False, verbose_name="belongs to the ministry"
                    ),
                ),
                ("search_text", models.TextField(blank=True, editable=False)),
                (
                    "merged_into",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="merged_from",
                        to="registry.organisation",
                    ),
                ),
                ("created_at", models.DateTimeField(editable=False, null=True)),
                ("changed_at", models.DateTimeField(editable=False, null=True)),
                (
                    "fields",
                    models.ManyToManyField(
                        blank=True,
                        related_name="+",
                        to="registry.code",
                        verbose_name="fields",
                    ),
                ),
            ],
            options={
                "verbose_name": "organisation",
                "verbose_name_plural": "organisations",
                "ordering": ["name_vi", "pk"],
                "indexes": [
                    models.Index(
                        fields=["kind", "status"], name="organisation_kind_status"
                    ),
                    models.Index(fields=["name_vi", "id"], name="organisation_by_name"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(
                            models.Q(("ror", ""), _negated=True), ("merged_into", None)
                        ),
                        fields=("ror",),
                        name="organisation_ror_once",
                        violation_error_message="Another organisation has this ROR already.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("merged_into", None),
                            models.Q(("merged_into", models.F("id")), _negated=True),
                            _connector="OR",
                        ),
                        name="organisation_not_merged_into_itself",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="OrganisationName",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="names",
                        to="registry.organisation",
                    ),
                ),
                ("name", models.CharField(max_length=400, verbose_name="name")),
                (
                    "language",
                    models.CharField(blank=True, max_length=8, verbose_name="language"),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("alias", "Also known as"),
                            ("former", "Former name"),
                            ("acronym", "Acronym"),
                            ("label", "Name in another language"),
                        ],
                        default="alias",
                        max_length=10,
                        verbose_name="kind",
                    ),
                ),
            ],
            options={
                "ordering": ["name"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("organisation", "name", "kind", "language"),
                        name="organisation_name_once",
                    )
                ],
                "indexes": [],
            },
        ),
        migrations.CreateModel(
            name="Person",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                (
                    "public_id",
                    models.CharField(
                        default=opensti.kernel.identifiers.new_public_id,
                        editable=False,
                        max_length=12,
                        unique=True,
                    ),
                ),
                (
                    "full_name",
                    models.CharField(max_length=200, verbose_name="full name"),
                ),
                (
                    "degree",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("bachelor", "Bachelor"),
                            ("engineer", "Engineer"),
                            ("master", "Master"),
                            ("doctor", "Doctor"),
                            ("doctor_of_science", "Doctor of science"),
                        ],
                        max_length=20,
                        verbose_name="highest degree",
                    ),
                ),
                (
                    "academic_title",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("associate_professor", "Associate professor"),
                            ("professor", "Professor"),
                        ],
                        max_length=20,
                        verbose_name="academic title",
                    ),
                ),
                (
                    "email",
                    models.EmailField(
                        blank=True,
                        db_index=True,
                        max_length=254,
                        verbose_name="e-mail address",
                    ),
                ),
                (
                    "phone",
                    models.CharField(
                        blank=True, max_length=30, verbose_name="telephone"
                    ),
                ),
                (
                    "orcid",
                    models.CharField(blank=True, max_length=19, verbose_name="ORCID"),
                ),
                (
                    "gender",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("female", "Female"),
                            ("male", "Male"),
                            ("other", "Other"),
                        ],
                        max_length=10,
                        verbose_name="gender",
                    ),
                ),
                (
                    "birth_year",
                    models.PositiveSmallIntegerField(
                        blank=True, null=True, verbose_name="year of birth"
                    ),
                ),
                (
                    "user",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="person",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="account",
                    ),
                ),
                (
                    "bio_vi",
                    models.TextField(
                        blank=True, verbose_name="short biography (Vietnamese)"
                    ),
                ),
                (
                    "bio_en",
                    models.TextField(
                        blank=True, verbose_name="short biography (English)"
                    ),
                ),
                (
                    "is_expert",
                    models.BooleanField(
                        default=False, verbose_name="available as an expert"
                    ),
                ),
                ("search_text", models.TextField(blank=True, editable=False)),
                (
                    "merged_into",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="merged_from",
                        to="registry.person",
                    ),
                ),
                ("created_at", models.DateTimeField(editable=False, null=True)),
                ("changed_at", models.DateTimeField(editable=False, null=True)),
                (
                    "fields",
                    models.ManyToManyField(
                        blank=True,
                        related_name="+",
                        to="registry.code",
                        verbose_name="fields of expertise",
                    ),
                ),
            ],
            options={
                "verbose_name": "person",
                "verbose_name_plural": "people",
                "ordering": ["full_name", "pk"],
                "indexes": [
                    models.Index(fields=["full_name", "id"], name="person_by_name")
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(
                            models.Q(("orcid", ""), _negated=True),
                            ("merged_into", None),
                        ),
                        fields=("orcid",),
                        name="person_orcid_once",
                        violation_error_message="Another person has this ORCID already.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("merged_into", None),
                            models.Q(("merged_into", models.F("id")), _negated=True),
                            _connector="OR",
                        ),
                        name="person_not_merged_into_itself",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Position",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="positions",
                        to="registry.person",
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="positions",
                        to="registry.organisation",
                        verbose_name="organisation",
                    ),
                ),
                (
                    "title_vi",
                    models.CharField(
                        blank=True, max_length=200, verbose_name="title (Vietnamese)"
                    ),
                ),
                (
                    "title_en",
                    models.CharField(
                        blank=True, max_length=200, verbose_name="title (English)"
                    ),
                ),
                (
                    "since",
                    models.DateField(blank=True, null=True, verbose_name="since"),
                ),
                (
                    "until",
                    models.DateField(blank=True, null=True, verbose_name="until"),
                ),
                (
                    "is_primary",
                    models.BooleanField(default=False, verbose_name="main position"),
                ),
                (
                    "source",
                    models.CharField(blank=True, max_length=200, verbose_name="source"),
                ),
            ],
            options={
                "verbose_name": "position",
                "ordering": ["-is_primary", "-since", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("until", None),
                            ("since", None),
                            ("until__gt", models.F("since")),
                            _connector="OR",
                        ),
                        name="position_ends_after_it_starts",
                        violation_error_message="The end must be after the start.",
                    )
                ],
                "indexes": [],
            },
        ),
        migrations.CreateModel(
            name="Degree",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="degrees",
                        to="registry.person",
                    ),
                ),
                (
                    "level",
                    models.CharField(
                        choices=[
                            ("bachelor", "Bachelor"),
                            ("engineer", "Engineer"),
                            ("master", "Master"),
                            ("doctor", "Doctor"),
                            ("doctor_of_science", "Doctor of science"),
                        ],
                        max_length=20,
                        verbose_name="level",
                    ),
                ),
                (
                    "subject_vi",
                    models.CharField(
                        blank=True, max_length=200, verbose_name="subject (Vietnamese)"
                    ),
                ),
                (
                    "subject_en",
                    models.CharField(
                        blank=True, max_length=200, verbose_name="subject (English)"
                    ),
                ),
                (
                    "institution",
                    models.CharField(
                        blank=True, max_length=300, verbose_name="awarded by"
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="registry.organisation",
                    ),
                ),
                (
                    "year",
                    models.PositiveSmallIntegerField(
                        blank=True, null=True, verbose_name="year"
                    ),
                ),
                (
                    "source",
                    models.CharField(blank=True, max_length=200, verbose_name="source"),
                ),
            ],
            options={
                "verbose_name": "degree",
                "ordering": ["-year", "pk"],
                "indexes": [],
                "constraints": [],
            },
        ),
        migrations.CreateModel(
            name="Work",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                ("title", models.CharField(max_length=1000, verbose_name="title")),
                (
                    "year",
                    models.PositiveSmallIntegerField(
                        blank=True, null=True, verbose_name="year"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("article", "Article"),
                            ("book", "Book"),
                            ("conference", "Conference paper"),
                            ("patent", "Patent"),
                            ("report", "Report"),
                            ("thesis", "Thesis"),
                            ("software", "Software or data set"),
                            ("other", "Other work"),
                        ],
                        default="article",
                        max_length=20,
                        verbose_name="kind",
                    ),
                ),
                (
                    "venue",
                    models.CharField(
                        blank=True, max_length=400, verbose_name="published in"
                    ),
                ),
                (
                    "doi",
                    models.CharField(blank=True, max_length=200, verbose_name="DOI"),
                ),
                (
                    "source",
                    models.CharField(blank=True, max_length=200, verbose_name="source"),
                ),
                (
                    "byline",
                    models.TextField(blank=True, verbose_name="authors as printed"),
                ),
                ("search_text", models.TextField(blank=True, editable=False)),
            ],
            options={
                "verbose_name": "work",
                "ordering": ["-year", "title", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("doi", ""), _negated=True),
                        fields=("doi",),
                        name="work_doi_once",
                    )
                ],
                "indexes": [],
            },
        ),
        migrations.CreateModel(
            name="Authorship",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="authorships",
                        to="registry.person",
                    ),
                ),
                (
                    "work",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="authorships",
                        to="registry.work",
                    ),
                ),
                (
                    "position",
                    models.PositiveSmallIntegerField(
                        default=1, verbose_name="place among the authors"
                    ),
                ),
            ],
            options={
                "ordering": ["work", "position"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("person", "work"), name="authorship_once_per_work"
                    )
                ],
                "indexes": [],
            },
        ),
        migrations.CreateModel(
            name="Relation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="relations",
                        to="registry.person",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("spouse", "Spouse"),
                            ("parent", "Parent"),
                            ("child", "Child"),
                            ("sibling", "Sibling"),
                            ("in_law", "Relative by marriage"),
                            ("supervisor", "Supervisor"),
                            ("student", "Student"),
                            ("coauthor", "Co-author"),
                            ("colleague", "Colleague on a project"),
                            ("dispute", "In dispute with"),
                            ("owner", "Owner or shareholder"),
                            ("board", "Member of the board"),
                            ("adviser", "Adviser"),
                            ("employee", "Employee"),
                            ("interest", "Other interest"),
                        ],
                        max_length=20,
                        verbose_name="kind",
                    ),
                ),
                (
                    "other",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="relations_to",
                        to="registry.person",
                        verbose_name="other person",
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="relations",
                        to="registry.organisation",
                        verbose_name="organisation",
                    ),
                ),
                (
                    "since",
                    models.DateField(blank=True, null=True, verbose_name="since"),
                ),
                (
                    "until",
                    models.DateField(blank=True, null=True, verbose_name="until"),
                ),
                (
                    "source",
                    models.CharField(blank=True, max_length=200, verbose_name="source"),
                ),
                ("declared_at", models.DateTimeField(verbose_name="declared at")),
                (
                    "declared_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "relation",
                "ordering": ["pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("organisation__isnull", False), ("other", None)),
                            models.Q(("organisation", None), ("other__isnull", False)),
                            _connector="OR",
                        ),
                        name="relation_to_one_thing",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("other", None),
                            models.Q(("other", models.F("person")), _negated=True),
                            _connector="OR",
                        ),
                        name="relation_to_another_person",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("until", None),
                            ("since", None),
                            ("until__gt", models.F("since")),
                            _connector="OR",
                        ),
                        name="relation_ends_after_it_starts",
                    ),
                ],
                "indexes": [],
            },
        ),
        migrations.CreateModel(
            name="Membership",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="memberships",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="memberships",
                        to="registry.organisation",
                    ),
                ),
                (
                    "manager",
                    models.BooleanField(
                        default=False, verbose_name="manages the organisation"
                    ),
                ),
                ("since", models.DateField(verbose_name="since")),
                (
                    "until",
                    models.DateField(blank=True, null=True, verbose_name="until"),
                ),
            ],
            options={
                "verbose_name": "membership",
                "ordering": ["pk"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("until", None)),
                        fields=("user", "organisation"),
                        name="membership_once_at_a_time",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("until", None),
                            ("until__gt", models.F("since")),
                            _connector="OR",
                        ),
                        name="membership_ends_after_it_starts",
                    ),
                ],
                "indexes": [],
            },
        ),
        migrations.CreateModel(
            name="Merge",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("organisation", "Organisation"),
                            ("person", "Person"),
                        ],
                        max_length=20,
                    ),
                ),
                ("merged_id", models.BigIntegerField()),
                ("survivor_id", models.BigIntegerField()),
                ("moved", models.JSONField(default=list)),
                ("before", models.JSONField(default=dict)),
                (
                    "reason",
                    models.CharField(blank=True, max_length=500, verbose_name="reason"),
                ),
                ("merged_at", models.DateTimeField()),
                (
                    "merged_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("undone_at", models.DateTimeField(blank=True, null=True)),
                (
                    "undone_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["-pk"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("undone_at", None)),
                        fields=("kind", "merged_id"),
                        name="merge_once_at_a_time",
                    )
                ],
                "indexes": [],
            },
        ),
        migrations.CreateModel(
            name="DismissedPair",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("organisation", "Organisation"),
                            ("person", "Person"),
                        ],
                        max_length=20,
                    ),
                ),
                ("first_id", models.BigIntegerField()),
                ("second_id", models.BigIntegerField()),
                ("dismissed_at", models.DateTimeField()),
                (
                    "dismissed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("kind", "first_id", "second_id"),
                        name="dismissed_pair_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("first_id__lt", models.F("second_id"))),
                        name="dismissed_pair_ordered",
                    ),
                ],
                "indexes": [],
            },
        ),
        migrations.CreateModel(
            name="ImportRun",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("organisations", "Organisations"),
                            ("people", "People"),
                            ("works", "Works"),
                            ("ror", "Research Organization Registry (ROR)"),
                        ],
                        max_length=20,
                    ),
                ),
                ("source", models.CharField(max_length=100, verbose_name="source")),
                ("file_name", models.CharField(max_length=255, verbose_name="file")),
                ("file_id", models.CharField(blank=True, max_length=20)),
                ("job_id", models.CharField(blank=True, max_length=20)),
                ("mapping", models.JSONField(default=dict)),
                ("dry_run", models.BooleanField(default=False, verbose_name="dry run")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("waiting", "Waiting"),
                            ("running", "Running"),
                            ("done", "Finished"),
                            ("failed", "Stopped by a fault"),
                            ("cancelled", "Cancelled"),
                        ],
                        default="waiting",
                        max_length=10,
                    ),
                ),
                ("rows_done", models.PositiveIntegerField(default=0)),
                ("created", models.PositiveIntegerField(default=0)),
                ("changed", models.PositiveIntegerField(default=0)),
                ("unchanged", models.PositiveIntegerField(default=0)),
                ("refused", models.PositiveIntegerField(default=0)),
                ("errors", models.JSONField(default=list)),
                (
                    "started_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("started_at", models.DateTimeField()),
                ("finished_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "verbose_name": "import",
                "ordering": ["-pk"],
                "indexes": [],
                "constraints": [],
            },
        ),
        migrations.CreateModel(
            name="ImportRow",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                (
                    "run",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="rows",
                        to="registry.importrun",
                    ),
                ),
                ("source", models.CharField(max_length=100)),
                ("object_kind", models.CharField(max_length=40)),
                ("key", models.CharField(max_length=200)),
                ("object_id", models.BigIntegerField()),
                ("digest", models.CharField(blank=True, max_length=64)),
            ],
            options={
                "indexes": [
                    models.Index(
                        fields=["object_kind", "object_id"], name="import_row_object"
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("source", "object_kind", "key"), name="import_row_once"
                    )
                ],
            },
        ),
        migrations.AddField(
            model_name="Work",
            name="authors",
            field=models.ManyToManyField(
                related_name="works",
                through="registry.Authorship",
                to="registry.person",
            ),
        ),
    ]
