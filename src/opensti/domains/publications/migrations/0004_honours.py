"""Honours by stated criteria, their runs, who was honoured."""

import django.db.models.deletion
import opensti.kernel.identifiers
from django.conf import settings
from django.db import migrations, models

from opensti.kernel.migrating import TablesAtOnce


class Migration(TablesAtOnce):
    dependencies = [
        ("publications", "0003_webhooks"),
        ("registry", "0004_expertise"),
        ("tasks", "0003_h_goals"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="HonourCriterion",
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
                ("code", models.CharField(max_length=40)),
                ("number", models.PositiveIntegerField()),
                ("name_vi", models.CharField(max_length=300)),
                ("name_en", models.CharField(blank=True, max_length=300)),
                ("reason_vi", models.TextField()),
                ("reason_en", models.TextField(blank=True)),
                (
                    "whom",
                    models.CharField(
                        choices=[
                            ("organisation", "organisation"),
                            ("team", "team of a task"),
                        ],
                        max_length=20,
                    ),
                ),
                (
                    "measure",
                    models.CharField(
                        choices=[
                            ("accepted", "tasks accepted"),
                            ("results", "results open to everybody"),
                            ("registered", "results registered"),
                            ("used", "tasks with results in use, by checked answers"),
                        ],
                        max_length=20,
                    ),
                ),
                ("least", models.PositiveIntegerField()),
                ("years", models.PositiveSmallIntegerField(default=1)),
                ("active", models.BooleanField(default=True)),
                ("made_at", models.DateTimeField()),
                (
                    "made_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["code", "-number"],
            },
        ),
        migrations.CreateModel(
            name="HonourRun",
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
                        max_length=20,
                        unique=True,
                    ),
                ),
                ("year", models.PositiveSmallIntegerField()),
                ("inputs", models.JSONField()),
                ("sha256", models.CharField(max_length=64)),
                ("made_at", models.DateTimeField()),
                (
                    "criterion",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="runs",
                        to="publications.honourcriterion",
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["-made_at", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="Honour",
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
                        max_length=20,
                        unique=True,
                    ),
                ),
                ("agreed_at", models.DateTimeField(blank=True, null=True)),
                ("figure", models.PositiveIntegerField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("candidate", "candidate"),
                            ("confirmed", "honoured"),
                            ("declined", "not honoured"),
                            ("withdrawn", "honour withdrawn"),
                        ],
                        default="candidate",
                        max_length=20,
                    ),
                ),
                ("issued_on", models.DateField(blank=True, null=True)),
                ("ended_on", models.DateField(blank=True, null=True)),
                ("reason_vi", models.TextField(blank=True)),
                ("reason_en", models.TextField(blank=True)),
                ("entry_position", models.BigIntegerField(blank=True, null=True)),
                ("version", models.PositiveIntegerField(default=1)),
                (
                    "confirmed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="registry.organisation",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="registry.person",
                    ),
                ),
                (
                    "proposed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "task",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tasks.task",
                    ),
                ),
                (
                    "run",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="honours",
                        to="publications.honourrun",
                    ),
                ),
            ],
            options={
                "ordering": ["-issued_on", "pk"],
            },
        ),
        migrations.AddConstraint(
            model_name="honourcriterion",
            constraint=models.UniqueConstraint(
                fields=("code", "number"), name="honour_criterion_version_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="honourcriterion",
            constraint=models.UniqueConstraint(
                condition=models.Q(("active", True)),
                fields=("code",),
                name="one_active_version_of_a_criterion",
            ),
        ),
        migrations.AddConstraint(
            model_name="honourcriterion",
            constraint=models.CheckConstraint(
                condition=models.Q(("least__gt", 0), ("years__range", (1, 20))),
                name="honour_criterion_asks_something",
            ),
        ),
        migrations.AddConstraint(
            model_name="honour",
            constraint=models.UniqueConstraint(
                condition=models.Q(("task", None)),
                fields=("run", "organisation"),
                name="organisation_honoured_once_in_a_run",
            ),
        ),
        migrations.AddConstraint(
            model_name="honour",
            constraint=models.UniqueConstraint(
                condition=models.Q(("task__isnull", False)),
                fields=("run", "task"),
                name="team_honoured_once_in_a_run",
            ),
        ),
        migrations.AddConstraint(
            model_name="honour",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("confirmed_by", None),
                    models.Q(("confirmed_by", models.F("proposed_by")), _negated=True),
                    _connector="OR",
                ),
                name="honour_is_confirmed_by_another",
            ),
        ),
        migrations.AddConstraint(
            model_name="honour",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state__in", ("confirmed", "withdrawn")), _negated=True),
                    models.Q(
                        ("confirmed_by__isnull", False), ("issued_on__isnull", False)
                    ),
                    _connector="OR",
                ),
                name="confirmed_honour_says_by_whom_and_when",
            ),
        ),
        migrations.AddConstraint(
            model_name="honour",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state__in", ("withdrawn", "declined")), _negated=True),
                    models.Q(("reason_vi", ""), _negated=True),
                    _connector="OR",
                ),
                name="ended_honour_says_why",
            ),
        ),
    ]
