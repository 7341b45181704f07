"""An objection hangs on its dossier; the decision it concerns is one of two kinds."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import OuterRef, Subquery


def fill(apps, _editor):
    """Every objection so far was to a decision, which names the dossier."""
    decisions = apps.get_model("portfolios", "Decision").objects
    objections = apps.get_model("portfolios", "Objection").objects
    objections.filter(dossier=None).update(
        dossier=Subquery(
            decisions.filter(pk=OuterRef("decision_id")).values("dossier_id")[:1]
        )
    )


class Migration(migrations.Migration):
    dependencies = [("calls", "0002_search"), ("portfolios", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="objection",
            name="dossier",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="objections",
                to="calls.dossier",
            ),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
