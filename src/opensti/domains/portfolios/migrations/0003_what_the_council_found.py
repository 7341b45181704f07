from django.db import migrations, models
from django.db.models import F


def as_proposed(apps, schema_editor):
    """Until now the proposal was all that was kept of the council's finding."""
    apps.get_model("portfolios", "Decision").objects.update(found=F("proposed"))


class Migration(migrations.Migration):
    dependencies = [
        ("portfolios", "0002_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="decision",
            name="found",
            field=models.CharField(
                choices=[("approve", "approved"), ("decline", "declined")],
                default="decline",
                max_length=20,
            ),
            preserve_default=False,
        ),
        migrations.RunPython(as_proposed, migrations.RunPython.noop),
    ]
