from django.db import migrations, models

from opensti.kernel.migrating import TablesAtOnce


class Migration(TablesAtOnce):
    dependencies = [("publications", "0005_register")]

    operations = [
        migrations.CreateModel(
            name="HarvestRun",
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
                ("number", models.PositiveIntegerField(default=0)),
                ("state", models.CharField(blank=True, max_length=200)),
            ],
        ),
        migrations.CreateModel(
            name="HarvestRecord",
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
                ("key", models.CharField(max_length=40, unique=True)),
                ("kind", models.CharField(max_length=20)),
                ("life", models.CharField(blank=True, max_length=12)),
                ("digest", models.CharField(max_length=64)),
                ("changed_at", models.DateTimeField()),
                ("deleted", models.BooleanField(default=False)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["kind", "id"], name="harvest_by_kind"),
                    models.Index(fields=["changed_at"], name="harvest_by_change"),
                ],
            },
        ),
    ]
