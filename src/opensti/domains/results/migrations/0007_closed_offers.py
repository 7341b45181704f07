"""The day on which an offer was taken back; of earlier ones as the record tells it."""

from django.db import migrations, models
from django.utils.timezone import localdate


def fill(apps, schema_editor):
    del schema_editor
    offers = apps.get_model("results", "Offer").objects
    closed = {
        f"results.offer:{public_id}": pk
        for pk, public_id in offers.filter(state="closed").values_list(
            "pk", "public_id"
        )
    }
    entries = apps.get_model("record", "Entry").objects.filter(
        act="results.close_offer", subject__in=closed
    )
    for subject, at in entries.values_list("subject", "recorded_at"):
        offers.filter(pk=closed[subject]).update(closed_on=localdate(at))


class Migration(migrations.Migration):
    dependencies = [
        ("results", "0006_h_goals"),
        ("record", "0002_cosignature"),
    ]

    operations = [
        migrations.AddField(
            model_name="offer",
            name="closed_on",
            field=models.DateField(blank=True, null=True),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
