import django.db.models.deletion
import opensti.kernel.identifiers
from django.conf import settings
from django.db import migrations, models

from opensti.kernel.migrating import TablesAtOnce


class Migration(TablesAtOnce):
    initial = True

    dependencies = [
        ("accounts", "__first__"),
        ("procedures", "0001_initial"),
        ("registry", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Need",
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
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="need",
                        to="procedures.case",
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
                    "created_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="needs",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="needs",
                        to="registry.organisation",
                    ),
                ),
                ("title_vi", models.CharField(blank=True, max_length=500)),
                ("title_en", models.CharField(blank=True, max_length=500)),
                ("problem", models.TextField(blank=True)),
                ("objectives", models.TextField(blank=True)),
                ("expected_products", models.TextField(blank=True)),
                ("users", models.TextField(blank=True)),
                (
                    "budget_estimate",
                    models.DecimalField(
                        blank=True, decimal_places=0, max_digits=18, null=True
                    ),
                ),
                (
                    "duration_months",
                    models.PositiveSmallIntegerField(blank=True, null=True),
                ),
                (
                    "field",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="registry.code",
                    ),
                ),
                ("own_rank", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("answers", models.JSONField(blank=True, default=dict)),
                ("form_code", models.CharField(blank=True, max_length=40)),
                (
                    "merged_into",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="merged",
                        to="tasks.need",
                    ),
                ),
                ("submitted_at", models.DateTimeField(blank=True, null=True)),
                ("reply", models.TextField(blank=True)),
                ("replied_at", models.DateTimeField(blank=True, null=True)),
                ("version", models.PositiveIntegerField(default=1)),
                ("created_at", models.DateTimeField()),
                (
                    "search_text",
                    models.TextField(blank=True, default="", editable=False),
                ),
            ],
            options={
                "ordering": ["-created_at", "-pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("budget_estimate", None),
                            ("budget_estimate__gte", 0),
                            _connector="OR",
                        ),
                        name="need_budget_not_negative",
                    )
                ],
                "indexes": [],
            },
        ),
        migrations.CreateModel(
            name="OrderList",
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
                ("title_vi", models.CharField(max_length=300)),
                ("title_en", models.CharField(blank=True, max_length=300)),
                (
                    "state",
                    models.CharField(
                        choices=[("draft", "draft"), ("approved", "approved")],
                        default="draft",
                        max_length=20,
                    ),
                ),
                ("decision_number", models.CharField(blank=True, max_length=100)),
                ("decided_on", models.DateField(blank=True, null=True)),
                (
                    "decided_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
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
                ("entry_position", models.BigIntegerField(blank=True, null=True)),
            ],
            options={
                "ordering": ["-created_at", "-pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "approved"), _negated=True),
                            models.Q(
                                models.Q(("decision_number", ""), _negated=True),
                                ("decided_on__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="approved_order_list_has_its_decision",
                    )
                ],
                "indexes": [],
            },
        ),
        migrations.CreateModel(
            name="Order",
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
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="order",
                        to="procedures.case",
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
                ("code", models.CharField(blank=True, max_length=60)),
                ("kind", models.CharField(blank=True, max_length=40)),
                ("title_vi", models.CharField(max_length=500)),
                ("title_en", models.CharField(blank=True, max_length=500)),
                ("objectives_vi", models.TextField(blank=True)),
                ("objectives_en", models.TextField(blank=True)),
                (
                    "budget_ceiling",
                    models.DecimalField(decimal_places=0, max_digits=18),
                ),
                ("duration_months", models.PositiveSmallIntegerField()),
                (
                    "field",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="registry.code",
                    ),
                ),
                (
                    "way",
                    models.CharField(
                        choices=[
                            ("selection", "selection by call"),
                            ("direct", "direct assignment"),
                        ],
                        default="selection",
                        max_length=20,
                    ),
                ),
                (
                    "funding",
                    models.CharField(
                        choices=[("grant", "grant"), ("order", "order")],
                        default="order",
                        max_length=20,
                    ),
                ),
                ("grounds", models.TextField(blank=True)),
                (
                    "assigned_host",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="registry.organisation",
                    ),
                ),
                (
                    "list",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="orders",
                        to="tasks.orderlist",
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
                (
                    "needs",
                    models.ManyToManyField(
                        blank=True, related_name="orders", to="tasks.need"
                    ),
                ),
            ],
            options={
                "ordering": ["-created_at", "-pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("budget_ceiling__gte", 0)),
                        name="order_ceiling_not_negative",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("code", ""), _negated=True),
                        fields=("code",),
                        name="order_code_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("way", "direct"), _negated=True),
                            models.Q(
                                models.Q(("grounds", ""), _negated=True),
                                ("assigned_host__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="direct_assignment_has_host_and_grounds",
                    ),
                ],
                "indexes": [],
            },
        ),
        migrations.CreateModel(
            name="OrderProduct",
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
                    "order",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="products",
                        to="tasks.order",
                    ),
                ),
                ("position", models.PositiveSmallIntegerField()),
                ("name_vi", models.CharField(max_length=300)),
                ("name_en", models.CharField(blank=True, max_length=300)),
                (
                    "quantity",
                    models.DecimalField(
                        blank=True, decimal_places=2, max_digits=12, null=True
                    ),
                ),
                ("unit", models.CharField(blank=True, max_length=60)),
                ("quality", models.TextField(blank=True)),
            ],
            options={
                "ordering": ["position"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("order", "position"), name="order_product_position_once"
                    )
                ],
                "indexes": [],
            },
        ),
        migrations.CreateModel(
            name="Task",
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
                ("code", models.CharField(blank=True, max_length=60)),
                ("title_vi", models.TextField(blank=True)),
                ("title_en", models.TextField(blank=True)),
                ("abstract_vi", models.TextField(blank=True)),
                ("abstract_en", models.TextField(blank=True)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("archived", "archived"),
                            ("approved", "approved"),
                            ("running", "running"),
                            ("accepted", "accepted"),
                            ("stopped", "stopped"),
                        ],
                        max_length=20,
                    ),
                ),
                (
                    "order",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="tasks",
                        to="tasks.order",
                    ),
                ),
                ("regime_code", models.CharField(blank=True, max_length=60)),
                (
                    "host",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="tasks",
                        to="registry.organisation",
                    ),
                ),
                ("host_name", models.CharField(blank=True, max_length=300)),
                (
                    "leader",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="tasks",
                        to="registry.person",
                    ),
                ),
                ("leader_name", models.CharField(blank=True, max_length=300)),
                ("funder", models.CharField(blank=True, max_length=300)),
                ("scheme", models.CharField(blank=True, max_length=300)),
                ("year", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("start", models.DateField(blank=True, null=True)),
                ("end", models.DateField(blank=True, null=True)),
                (
                    "amount",
                    models.DecimalField(
                        blank=True, decimal_places=2, max_digits=20, null=True
                    ),
                ),
                ("currency", models.CharField(blank=True, default="VND", max_length=3)),
                ("language", models.CharField(blank=True, max_length=8)),
                ("source", models.CharField(blank=True, max_length=60)),
                ("source_key", models.CharField(blank=True, max_length=120)),
                ("source_digest", models.CharField(blank=True, max_length=64)),
                (
                    "search_text",
                    models.TextField(blank=True, default="", editable=False),
                ),
            ],
            options={
                "ordering": ["-year", "-pk"],
                "indexes": [
                    models.Index(
                        fields=["state", "-year", "-id"], name="task_state_year"
                    ),
                    models.Index(fields=["-year", "-id"], name="task_year_id"),
                    models.Index(fields=["funder", "-year", "-id"], name="task_funder"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("source", ""), _negated=True),
                        fields=("source", "source_key"),
                        name="task_once_per_source_key",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "state__in",
                                [
                                    "archived",
                                    "approved",
                                    "running",
                                    "accepted",
                                    "stopped",
                                ],
                            )
                        ),
                        name="task_state_known",
                    ),
                ],
            },
        ),
    ]
