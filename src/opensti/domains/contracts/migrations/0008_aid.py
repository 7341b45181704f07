import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("contracts", "0007_g_clearances_taken_back"),
    ]

    operations = [
        migrations.CreateModel(
            name="Aid",
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
                ("number", models.PositiveSmallIntegerField()),
                (
                    "giver",
                    models.CharField(
                        max_length=300,
                    ),
                ),
                (
                    "giver_ref",
                    models.CharField(
                        blank=True,
                        max_length=100,
                    ),
                ),
                (
                    "giver_kind",
                    models.CharField(
                        choices=[
                            ("10", "foreign government"),
                            ("15", "other public body"),
                            ("21", "international non-governmental organisation"),
                            ("40", "multilateral organisation"),
                            ("60", "foundation"),
                            ("70", "private company"),
                            ("80", "university or research institution"),
                        ],
                        max_length=2,
                    ),
                ),
                (
                    "amount",
                    models.DecimalField(
                        decimal_places=2,
                        max_digits=20,
                    ),
                ),
                (
                    "currency",
                    models.CharField(
                        max_length=3,
                    ),
                ),
                ("committed_on", models.DateField()),
                (
                    "flow",
                    models.CharField(
                        choices=[
                            ("10", "official development assistance (ODA)"),
                            ("20", "other official flows"),
                            ("30", "private grants"),
                            ("50", "other flows"),
                        ],
                        max_length=2,
                    ),
                ),
                (
                    "finance",
                    models.CharField(
                        choices=[("110", "grant"), ("421", "loan")],
                        max_length=3,
                    ),
                ),
                (
                    "aid_type",
                    models.CharField(
                        choices=[
                            ("B03", "contribution to a specific programme or fund"),
                            ("C01", "project aid"),
                            ("D01", "experts of the donor"),
                            ("D02", "other technical assistance"),
                            ("E01", "scholarships and training abroad"),
                        ],
                        max_length=3,
                    ),
                ),
                (
                    "tied",
                    models.CharField(
                        choices=[
                            ("3", "tied in part"),
                            ("4", "tied"),
                            ("5", "not tied"),
                        ],
                        max_length=1,
                    ),
                ),
                (
                    "sector",
                    models.CharField(
                        choices=[
                            ("12182", "medical research"),
                            ("23182", "energy research"),
                            ("31182", "agricultural research"),
                            ("32182", "technological research and development"),
                            ("41082", "environmental research"),
                            ("43082", "research and scientific institutions"),
                        ],
                        max_length=5,
                    ),
                ),
                ("noted_at", models.DateTimeField()),
                ("dropped_for", models.TextField(blank=True)),
                ("dropped_at", models.DateTimeField(blank=True, null=True)),
                (
                    "contract",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="aids",
                        to="contracts.contract",
                    ),
                ),
            ],
            options={
                "ordering": ["contract", "number"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("contract", "number"), name="aid_number_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("amount__gt", 0)), name="aid_is_some_money"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("dropped_at", None),
                            models.Q(("dropped_for", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="dropped_aid_has_its_reason",
                    ),
                ],
            },
        ),
    ]
