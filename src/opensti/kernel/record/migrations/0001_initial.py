import django.db.models.deletion
from django.db import migrations, models

from opensti.kernel.migrating import TablesAtOnce


class Migration(TablesAtOnce):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Entry",
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
                ("position", models.PositiveBigIntegerField(unique=True)),
                ("act", models.CharField(max_length=100)),
                ("subject", models.CharField(max_length=100)),
                ("actor_user_id", models.BigIntegerField(null=True)),
                ("role", models.CharField(max_length=120)),
                ("on_behalf", models.BigIntegerField(null=True)),
                ("recorded_at", models.DateTimeField()),
                ("basis", models.TextField(blank=True)),
                ("body", models.TextField()),
                ("public", models.BooleanField(default=False)),
                ("salt", models.BinaryField(max_length=32)),
                ("leaf", models.BinaryField()),
                ("leaf_hash", models.BinaryField(max_length=32)),
            ],
            options={
                "verbose_name_plural": "entries",
                "ordering": ["position"],
                "indexes": [
                    models.Index(fields=["subject", "position"], name="record_subject"),
                    models.Index(
                        fields=["actor_user_id", "position"], name="record_actor"
                    ),
                    models.Index(fields=["act", "position"], name="record_act"),
                ],
                "constraints": [],
            },
        ),
        migrations.CreateModel(
            name="Secret",
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
                    "entry",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="secrets",
                        to="record.entry",
                    ),
                ),
                ("field", models.CharField(max_length=100)),
                ("salt", models.BinaryField(max_length=32)),
                ("value", models.TextField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("entry", "field"), name="record_one_secret_per_field"
                    )
                ],
                "indexes": [],
            },
        ),
        migrations.CreateModel(
            name="LogHead",
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
                ("size", models.PositiveBigIntegerField(default=0)),
                ("edge", models.BinaryField(default=bytes)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("pk", 1)), name="record_one_head"
                    )
                ],
                "indexes": [],
            },
        ),
        migrations.CreateModel(
            name="Tile",
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
                ("level", models.PositiveSmallIntegerField()),
                ("index", models.PositiveBigIntegerField()),
                ("hashes", models.BinaryField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("level", "index"), name="record_one_tile"
                    )
                ],
                "indexes": [],
            },
        ),
        migrations.CreateModel(
            name="Checkpoint",
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
                ("size", models.PositiveBigIntegerField(unique=True)),
                ("root", models.BinaryField(max_length=32)),
                ("note", models.TextField()),
                ("signed_at", models.DateTimeField()),
            ],
            options={
                "ordering": ["size"],
                "indexes": [],
                "constraints": [],
            },
        ),
    ]
