"""Orders and task files have a class of secrecy, with who gave it, why and on what basis."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("procedures", "0004_contract_and_acceptance"),
        ("registry", "0004_expertise"),
        ("strategies", "0004_g_account_part"),
        ("tasks", "0003_h_goals"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="order",
            name="classed_basis",
            field=models.CharField(blank=True, default="", max_length=200),
        ),
        migrations.AddField(
            model_name="order",
            name="classed_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="order",
            name="classed_reason",
            field=models.TextField(blank=True, default=""),
        ),
        migrations.AddField(
            model_name="order",
            name="kept_by",
            field=models.CharField(blank=True, default="", max_length=200),
        ),
        migrations.AddField(
            model_name="order",
            name="kept_year",
            field=models.PositiveSmallIntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="order",
            name="open_from",
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="order",
            name="secrecy",
            field=models.CharField(
                choices=[
                    ("open", "open"),
                    ("embargo", "open from a day on"),
                    ("internal", "for the ministry and the host"),
                    ("classified", "state secret: counted only"),
                ],
                default="open",
                max_length=20,
            ),
        ),
        migrations.AddField(
            model_name="task",
            name="classed_basis",
            field=models.CharField(blank=True, default="", max_length=200),
        ),
        migrations.AddField(
            model_name="task",
            name="classed_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="task",
            name="classed_reason",
            field=models.TextField(blank=True, default=""),
        ),
        migrations.AddField(
            model_name="task",
            name="kept_by",
            field=models.CharField(blank=True, default="", max_length=200),
        ),
        migrations.AddField(
            model_name="task",
            name="kept_year",
            field=models.PositiveSmallIntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="task",
            name="open_from",
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="task",
            name="own_class",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="task",
            name="secrecy",
            field=models.CharField(
                choices=[
                    ("open", "open"),
                    ("embargo", "open from a day on"),
                    ("internal", "for the ministry and the host"),
                    ("classified", "state secret: counted only"),
                ],
                default="open",
                max_length=20,
            ),
        ),
        migrations.AddIndex(
            model_name="order",
            index=models.Index(fields=["secrecy"], name="order_secrecy"),
        ),
        migrations.AddIndex(
            model_name="task",
            index=models.Index(fields=["secrecy"], name="task_secrecy"),
        ),
        migrations.AddConstraint(
            model_name="order",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("secrecy", "embargo"), _negated=True),
                    ("open_from__isnull", False),
                    _connector="OR",
                ),
                name="embargoed_order_has_its_day",
            ),
        ),
        migrations.AddConstraint(
            model_name="order",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("secrecy", "classified"), _negated=True),
                    models.Q(
                        ("grounds", ""),
                        ("list", None),
                        ("objectives_en", ""),
                        ("objectives_vi", ""),
                    ),
                    _connector="OR",
                ),
                name="classified_order_is_not_kept",
            ),
        ),
        migrations.AddConstraint(
            model_name="task",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("secrecy", "embargo"), _negated=True),
                    ("open_from__isnull", False),
                    _connector="OR",
                ),
                name="embargoed_task_has_its_day",
            ),
        ),
        migrations.AddConstraint(
            model_name="task",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("secrecy", "classified"), _negated=True),
                    models.Q(
                        ("abstract_en", ""),
                        ("abstract_vi", ""),
                        ("host", None),
                        ("leader", None),
                        ("order", None),
                    ),
                    _connector="OR",
                ),
                name="classified_task_is_not_kept",
            ),
        ),
    ]
