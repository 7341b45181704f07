"""A list that was struck out says so itself, and its number may be entered anew."""

from __future__ import annotations

from typing import Any

from django.db import migrations, models


def say_so(apps: Any, _schema_editor: Any) -> None:
    """Lists whose postings were undone before there was a column for it."""
    clearances = apps.get_model("contracts", "Clearance")
    postings = apps.get_model("contracts", "Posting")
    undone = postings.objects.filter(
        source__startswith="clearance:", reverses__isnull=False
    )
    for source, at in undone.values_list("source", "made_at"):
        clearances.objects.filter(public_id=source.partition(":")[2]).update(
            taken_back_at=at
        )


class Migration(migrations.Migration):
    dependencies = [("contracts", "0006_amendments")]

    operations = [
        migrations.AddField(
            model_name="clearance",
            name="taken_back_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.RunPython(say_so, migrations.RunPython.noop),
        migrations.RemoveConstraint(
            model_name="clearance", name="clearance_document_once"
        ),
        migrations.AddConstraint(
            model_name="clearance",
            constraint=models.UniqueConstraint(
                condition=models.Q(("taken_back_at", None)),
                fields=("contract", "document_number"),
                name="clearance_document_once",
            ),
        ),
    ]
