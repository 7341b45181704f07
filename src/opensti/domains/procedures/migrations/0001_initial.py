import django.db.models.deletion
import opensti.domains.procedures.choices
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
            name="RegimeVersion",
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
                ("code", models.CharField(max_length=50)),
                ("version", models.PositiveIntegerField()),
                ("sha256", models.CharField(max_length=64, unique=True)),
                ("label_vi", models.CharField(max_length=300)),
                ("label_en", models.CharField(max_length=300)),
                ("since", models.DateField()),
                ("until", models.DateField(blank=True, null=True)),
                ("content", models.JSONField()),
                ("answers", models.JSONField(default=dict)),
                ("loaded_at", models.DateTimeField()),
                ("active", models.BooleanField(default=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("code", "version"), name="regime_version_once"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("active", True)),
                        fields=("code",),
                        name="one_active_version_of_a_regime",
                    ),
                ],
                "indexes": [],
            },
        ),
        migrations.CreateModel(
            name="Switch",
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
                ("regime_code", models.CharField(max_length=50)),
                ("switch", models.CharField(max_length=100)),
                ("value", models.CharField(max_length=300)),
                ("reason", models.CharField(max_length=1000)),
                (
                    "set_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("set_at", models.DateTimeField()),
            ],
            options={
                "indexes": [
                    models.Index(
                        fields=["regime_code", "switch"], name="switch_of_regime"
                    )
                ],
                "constraints": [],
            },
        ),
        migrations.CreateModel(
            name="Case",
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
                    "track",
                    models.CharField(
                        choices=[
                            (opensti.domains.procedures.choices.Track["NEED"], "need"),
                            (
                                opensti.domains.procedures.choices.Track["ORDER"],
                                "order",
                            ),
                            (
                                opensti.domains.procedures.choices.Track["DOSSIER"],
                                "dossier",
                            ),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            (
                                opensti.domains.procedures.choices.TaskKind["MINISTRY"],
                                "ministry-level task",
                            ),
                            (
                                opensti.domains.procedures.choices.TaskKind["NATIONAL"],
                                "national task",
                            ),
                            (
                                opensti.domains.procedures.choices.TaskKind[
                                    "INNOVATION"
                                ],
                                "innovation task",
                            ),
                        ],
                        default="ministry_task",
                        max_length=30,
                    ),
                ),
                (
                    "regime_version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="cases",
                        to="procedures.regimeversion",
                    ),
                ),
                ("regime_code", models.CharField(max_length=50)),
                ("regime_sha256", models.CharField(max_length=64)),
                ("stage", models.CharField(max_length=60)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            (
                                opensti.domains.procedures.choices.State["DRAFT"],
                                "draft",
                            ),
                            (
                                opensti.domains.procedures.choices.State["SUBMITTED"],
                                "submitted",
                            ),
                            (
                                opensti.domains.procedures.choices.State["RETURNED"],
                                "returned",
                            ),
                            (
                                opensti.domains.procedures.choices.State["TRIAGED"],
                                "accepted for consideration",
                            ),
                            (
                                opensti.domains.procedures.choices.State["MERGED"],
                                "merged into another",
                            ),
                            (
                                opensti.domains.procedures.choices.State["ANSWERED"],
                                "answered: not taken up",
                            ),
                            (
                                opensti.domains.procedures.choices.State["ORDERED"],
                                "taken into an order",
                            ),
                            (
                                opensti.domains.procedures.choices.State["WITHDRAWN"],
                                "withdrawn",
                            ),
                            (
                                opensti.domains.procedures.choices.State["IN_COUNCIL"],
                                "before the council",
                            ),
                            (
                                opensti.domains.procedures.choices.State["DETERMINED"],
                                "council proposes it",
                            ),
                            (
                                opensti.domains.procedures.choices.State["REJECTED"],
                                "not proposed",
                            ),
                            (
                                opensti.domains.procedures.choices.State["APPROVED"],
                                "approved",
                            ),
                            (
                                opensti.domains.procedures.choices.State["CALLED"],
                                "called for",
                            ),
                            (
                                opensti.domains.procedures.choices.State["CLOSED"],
                                "closed",
                            ),
                            (
                                opensti.domains.procedures.choices.State["CANCELLED"],
                                "cancelled",
                            ),
                            (
                                opensti.domains.procedures.choices.State["SUPPLEMENT"],
                                "supplement requested",
                            ),
                            (
                                opensti.domains.procedures.choices.State["INELIGIBLE"],
                                "not eligible",
                            ),
                            (
                                opensti.domains.procedures.choices.State["ELIGIBLE"],
                                "eligible",
                            ),
                            (
                                opensti.domains.procedures.choices.State["REVIEWED"],
                                "reviewed by the council",
                            ),
                            (
                                opensti.domains.procedures.choices.State[
                                    "COST_APPRAISAL"
                                ],
                                "cost appraisal",
                            ),
                            (
                                opensti.domains.procedures.choices.State["REVISING"],
                                "being revised",
                            ),
                            (
                                opensti.domains.procedures.choices.State["PROPOSED"],
                                "proposed to the leader",
                            ),
                            (
                                opensti.domains.procedures.choices.State["DECLINED"],
                                "declined",
                            ),
                            (
                                opensti.domains.procedures.choices.State["OBJECTED"],
                                "objection under review",
                            ),
                        ],
                        max_length=20,
                    ),
                ),
                ("subject", models.CharField(max_length=100, unique=True)),
                ("title", models.CharField(blank=True, max_length=500)),
                (
                    "opened_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("opened_at", models.DateTimeField()),
                ("submitted_on", models.DateField(blank=True, null=True)),
                ("entered_at", models.DateTimeField()),
                ("last_act", models.CharField(blank=True, max_length=60)),
                ("last_by", models.CharField(blank=True, max_length=200)),
                ("version", models.PositiveIntegerField(default=1)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["track", "state"], name="case_by_state"),
                    models.Index(fields=["track", "stage"], name="case_by_stage"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "state__in",
                                [
                                    "draft",
                                    "submitted",
                                    "returned",
                                    "triaged",
                                    "merged",
                                    "answered",
                                    "ordered",
                                    "withdrawn",
                                    "in_council",
                                    "determined",
                                    "rejected",
                                    "approved",
                                    "called",
                                    "closed",
                                    "cancelled",
                                    "supplement",
                                    "ineligible",
                                    "eligible",
                                    "reviewed",
                                    "cost_appraisal",
                                    "revising",
                                    "proposed",
                                    "declined",
                                    "objected",
                                ],
                            )
                        ),
                        name="case_state_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("track__in", ["need", "order", "dossier"])),
                        name="case_track_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Deadline",
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
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="deadlines",
                        to="procedures.case",
                    ),
                ),
                ("code", models.CharField(max_length=60)),
                ("label_vi", models.CharField(max_length=300)),
                ("label_en", models.CharField(max_length=300)),
                ("started_on", models.DateField()),
                ("started_at", models.DateTimeField()),
                ("due_on", models.DateField()),
                ("unit", models.CharField(max_length=20)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            (
                                opensti.domains.procedures.choices.DeadlineState[
                                    "RUNNING"
                                ],
                                "running",
                            ),
                            (
                                opensti.domains.procedures.choices.DeadlineState["MET"],
                                "met",
                            ),
                            (
                                opensti.domains.procedures.choices.DeadlineState[
                                    "MISSED"
                                ],
                                "missed",
                            ),
                            (
                                opensti.domains.procedures.choices.DeadlineState[
                                    "SUSPENDED"
                                ],
                                "suspended",
                            ),
                            (
                                opensti.domains.procedures.choices.DeadlineState[
                                    "VOID"
                                ],
                                "no longer applies",
                            ),
                        ],
                        default="running",
                        max_length=10,
                    ),
                ),
                ("closed_at", models.DateTimeField(blank=True, null=True)),
                ("binding_on", models.CharField(max_length=20)),
                (
                    "consequence",
                    models.CharField(
                        choices=[
                            (
                                opensti.domains.procedures.choices.Consequence["NONE"],
                                "no consequence is stated",
                            ),
                            (
                                opensti.domains.procedures.choices.Consequence[
                                    "REJECT"
                                ],
                                "the dossier is rejected",
                            ),
                            (
                                opensti.domains.procedures.choices.Consequence[
                                    "MAY_CANCEL"
                                ],
                                "the decision may be cancelled",
                            ),
                            (
                                opensti.domains.procedures.choices.Consequence[
                                    "CANCEL_RESULT"
                                ],
                                "the result is cancelled",
                            ),
                            (
                                opensti.domains.procedures.choices.Consequence["BAR"],
                                "the organisation is barred from later calls",
                            ),
                            (
                                opensti.domains.procedures.choices.Consequence["FAIL"],
                                "the task fails",
                            ),
                            (
                                opensti.domains.procedures.choices.Consequence[
                                    "RECOVER"
                                ],
                                "money is claimed back",
                            ),
                        ],
                        max_length=20,
                    ),
                ),
                ("article", models.CharField(blank=True, max_length=120)),
                ("mark", models.CharField(max_length=1)),
                (
                    "provisional",
                    models.BooleanField(
                        default=False,
                        verbose_name="counted over years whose holidays are not known yet",
                    ),
                ),
                ("suspended_on", models.DateField(blank=True, null=True)),
                ("left", models.PositiveIntegerField(blank=True, null=True)),
                ("extra_days", models.PositiveIntegerField(default=0)),
            ],
            options={
                "indexes": [
                    models.Index(
                        fields=["state", "binding_on", "due_on"], name="deadline_queue"
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ["running", "suspended"])),
                        fields=("case", "code"),
                        name="a_deadline_runs_once_in_a_case",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "suspended"), _negated=True),
                            ("suspended_on__isnull", False),
                            _connector="OR",
                        ),
                        name="a_suspended_deadline_says_since_when",
                    ),
                ],
            },
        ),
    ]
