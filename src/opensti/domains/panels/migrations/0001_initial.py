import django.db.models.deletion
import opensti.kernel.identifiers
from django.conf import settings
from django.db import migrations, models

from opensti.kernel.migrating import TablesAtOnce


class Migration(TablesAtOnce):
    initial = True

    dependencies = [
        ("accounts", "__first__"),
        ("calls", "0001_initial"),
        ("procedures", "0001_initial"),
        ("registry", "0001_initial"),
        ("tasks", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Council",
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
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("determination", "council determining orders"),
                            ("selection", "selection council"),
                            ("cost", "cost appraisal team"),
                        ],
                        max_length=20,
                    ),
                ),
                ("title_vi", models.CharField(max_length=300)),
                ("title_en", models.CharField(blank=True, max_length=300)),
                (
                    "regime_version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="procedures.regimeversion",
                    ),
                ),
                ("rule_code", models.CharField(max_length=60)),
                (
                    "call",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="councils",
                        to="calls.call",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "being formed"),
                            ("set_up", "set up by decision"),
                            ("meeting", "in session"),
                            ("concluded", "concluded"),
                            ("dissolved", "dissolved"),
                        ],
                        default="draft",
                        max_length=20,
                    ),
                ),
                ("decision_number", models.CharField(blank=True, max_length=100)),
                ("decided_on", models.DateField(blank=True, null=True)),
                ("documents_sent_at", models.DateTimeField(blank=True, null=True)),
                ("meeting_at", models.DateTimeField(blank=True, null=True)),
                (
                    "mode",
                    models.CharField(
                        choices=[
                            ("in_person", "in person"),
                            ("online", "online"),
                            ("hybrid", "hybrid"),
                        ],
                        default="in_person",
                        max_length=20,
                    ),
                ),
                ("place", models.CharField(blank=True, max_length=300)),
                ("opened_at", models.DateTimeField(blank=True, null=True)),
                ("concluded_at", models.DateTimeField(blank=True, null=True)),
                ("minutes", models.TextField(blank=True)),
                ("minutes_adopted_at", models.DateTimeField(blank=True, null=True)),
                (
                    "secretary",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="councils_kept",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "created_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("created_at", models.DateTimeField()),
                ("version", models.PositiveIntegerField(default=1)),
                (
                    "search_text",
                    models.TextField(blank=True, default="", editable=False),
                ),
            ],
            options={
                "ordering": ["-created_at", "-pk"],
                "indexes": [
                    models.Index(fields=["state", "meeting_at"], name="council_agenda")
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "state__in",
                                [
                                    "draft",
                                    "set_up",
                                    "meeting",
                                    "concluded",
                                    "dissolved",
                                ],
                            )
                        ),
                        name="council_state_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["draft", "dissolved"]),
                            models.Q(
                                models.Q(("decision_number", ""), _negated=True),
                                ("decided_on__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="council_set_up_by_a_decision",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("minutes_adopted_at", None),
                            ("concluded_at__isnull", False),
                            _connector="OR",
                        ),
                        name="council_minutes_after_its_conclusion",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Override",
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
                    "council",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="overrides",
                        to="panels.council",
                    ),
                ),
                (
                    "matter",
                    models.CharField(
                        choices=[
                            (
                                "composition",
                                "another size or composition of the council",
                            ),
                            ("conflict", "a member in conflict keeps the seat"),
                            ("documents", "documents sent later than the rule says"),
                            ("quorum", "a meeting without the quorum"),
                        ],
                        max_length=20,
                    ),
                ),
                ("reason", models.TextField()),
                ("decision_number", models.CharField(max_length=100)),
                (
                    "made_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("made_at", models.DateTimeField()),
            ],
            options={
                "ordering": ["made_at", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("reason", ""), _negated=True),
                            models.Q(("decision_number", ""), _negated=True),
                        ),
                        name="override_has_reason_and_number",
                    )
                ],
                "indexes": [],
            },
        ),
        migrations.CreateModel(
            name="Seat",
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
                    "council",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="seats",
                        to="panels.council",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="seats",
                        to="registry.person",
                    ),
                ),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("chair", "chair"),
                            ("vice", "vice chair"),
                            ("reviewer", "reviewer"),
                            ("secretary", "scientific secretary"),
                            ("member", "member"),
                            ("admin_secretary", "administrative secretary"),
                        ],
                        max_length=30,
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("proposed", "proposed"),
                            ("invited", "invited"),
                            ("accepted", "accepted"),
                            ("declined", "declined"),
                            ("replaced", "replaced"),
                        ],
                        default="proposed",
                        max_length=20,
                    ),
                ),
                ("answered_at", models.DateTimeField(blank=True, null=True)),
                ("declaration", models.TextField(blank=True)),
                ("present", models.BooleanField(blank=True, null=True)),
                ("authorised_vice", models.BooleanField(default=False)),
                ("counts_ballots", models.BooleanField(default=False)),
                ("written_opinion", models.TextField(blank=True)),
            ],
            options={
                "ordering": ["pk"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("council", "person"), name="seat_once_per_council"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "role__in",
                                [
                                    "chair",
                                    "vice",
                                    "reviewer",
                                    "secretary",
                                    "member",
                                    "admin_secretary",
                                ],
                            )
                        ),
                        name="seat_role_known",
                    ),
                ],
                "indexes": [],
            },
        ),
        migrations.CreateModel(
            name="CouncilItem",
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
                (
                    "council",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="items",
                        to="panels.council",
                    ),
                ),
                ("position", models.PositiveSmallIntegerField()),
                (
                    "order",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="council_items",
                        to="tasks.order",
                    ),
                ),
                (
                    "dossier",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="council_items",
                        to="calls.dossier",
                    ),
                ),
                ("sheet_code", models.CharField(blank=True, max_length=60)),
                ("contents", models.JSONField(blank=True, default=list)),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("proposed", "proposed for funding"),
                            ("not_proposed", "not proposed"),
                        ],
                        max_length=20,
                    ),
                ),
                (
                    "mean",
                    models.DecimalField(
                        blank=True, decimal_places=4, max_digits=8, null=True
                    ),
                ),
                ("rank", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("result", models.JSONField(blank=True, default=dict)),
                ("recommendation", models.TextField(blank=True)),
                (
                    "proposed_amount",
                    models.DecimalField(
                        blank=True, decimal_places=0, max_digits=18, null=True
                    ),
                ),
            ],
            options={
                "ordering": ["council", "position"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("dossier__isnull", False), ("order", None)),
                            models.Q(("dossier", None), ("order__isnull", False)),
                            _connector="OR",
                        ),
                        name="council_item_is_an_order_or_a_dossier",
                    ),
                    models.UniqueConstraint(
                        fields=("council", "position"),
                        name="council_item_position_once",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("order__isnull", False)),
                        fields=("council", "order"),
                        name="council_item_order_once",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("dossier__isnull", False)),
                        fields=("council", "dossier"),
                        name="council_item_dossier_once",
                    ),
                ],
                "indexes": [],
            },
        ),
        migrations.CreateModel(
            name="Recusal",
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
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="recusals",
                        to="panels.councilitem",
                    ),
                ),
                (
                    "seat",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="recusals",
                        to="panels.seat",
                    ),
                ),
                ("rule_code", models.CharField(max_length=60)),
                ("reason", models.TextField()),
                (
                    "made_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("made_at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("item", "seat"), name="recusal_once"
                    )
                ],
                "indexes": [],
            },
        ),
        migrations.CreateModel(
            name="Assignment",
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
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="assignments",
                        to="panels.councilitem",
                    ),
                ),
                (
                    "seat",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="assignments",
                        to="panels.seat",
                    ),
                ),
                ("due_on", models.DateField(blank=True, null=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("item", "seat"), name="assignment_once"
                    )
                ],
                "indexes": [],
            },
        ),
        migrations.CreateModel(
            name="Ballot",
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
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="ballots",
                        to="panels.councilitem",
                    ),
                ),
                (
                    "seat",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="ballots",
                        to="panels.seat",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[("draft", "being written"), ("cast", "cast")],
                        default="draft",
                        max_length=20,
                    ),
                ),
                ("scores", models.JSONField(blank=True, default=dict)),
                ("comments", models.JSONField(blank=True, default=dict)),
                ("votes", models.JSONField(blank=True, default=dict)),
                ("vote", models.CharField(blank=True, max_length=20)),
                ("opinion", models.TextField(blank=True)),
                (
                    "total",
                    models.DecimalField(
                        blank=True, decimal_places=2, max_digits=7, null=True
                    ),
                ),
                ("saved_at", models.DateTimeField()),
                ("cast_at", models.DateTimeField(blank=True, null=True)),
                ("version", models.PositiveIntegerField(default=1)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("item", "seat"), name="ballot_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "cast"), _negated=True),
                            ("cast_at__isnull", False),
                            _connector="OR",
                        ),
                        name="cast_ballot_has_its_time",
                    ),
                ],
                "indexes": [],
            },
        ),
    ]
