import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("portfolios", "0003_two_kinds_of_objection"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="letter",
            name="edited_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="letter",
            name="mail_repeated",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="letter",
            name="mail_tried_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddConstraint(
            model_name="letter",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("checked_by", None),
                    ("edited_by", None),
                    models.Q(("checked_by", models.F("edited_by")), _negated=True),
                    _connector="OR",
                ),
                name="letter_is_checked_by_another",
            ),
        ),
    ]
