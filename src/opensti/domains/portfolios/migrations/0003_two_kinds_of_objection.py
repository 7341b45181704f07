"""Apart from 0002: PostgreSQL does not change a table whose rows it just filled."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("portfolios", "0002_objections_on_dossiers")]

    operations = [
        migrations.AlterField(
            model_name="objection",
            name="dossier",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="objections",
                to="calls.dossier",
            ),
        ),
        migrations.AlterField(
            model_name="objection",
            name="decision",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="objections",
                to="portfolios.decision",
            ),
        ),
        migrations.AddConstraint(
            model_name="objection",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "open")),
                fields=("dossier",),
                name="one_open_objection_for_a_dossier",
            ),
        ),
    ]
