import opensti.kernel.identifiers
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="StoredFile",
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
                        max_length=20,
                        unique=True,
                    ),
                ),
                ("subject", models.CharField(db_index=True, max_length=120)),
                ("kind", models.CharField(blank=True, default="", max_length=60)),
                ("name", models.CharField(max_length=200)),
                ("size", models.BigIntegerField()),
                ("sha256", models.CharField(db_index=True, max_length=64)),
                ("extension", models.CharField(max_length=8)),
                ("media_type", models.CharField(max_length=100)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("quarantined", "being checked"),
                            ("clean", "checked"),
                            ("rejected", "refused"),
                        ],
                        max_length=12,
                    ),
                ),
                ("reason", models.TextField(blank=True, default="")),
                ("uploaded_by", models.BigIntegerField(blank=True, null=True)),
                (
                    "uploaded_by_name",
                    models.CharField(blank=True, default="", max_length=200),
                ),
                ("uploaded_at", models.DateTimeField()),
                ("removed_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "ordering": ["pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["quarantined", "clean", "rejected"])
                        ),
                        name="files_state_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("size__gt", 0)), name="files_are_not_empty"
                    ),
                ],
                "indexes": [],
            },
        ),
    ]
