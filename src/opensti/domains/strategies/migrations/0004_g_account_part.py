"""What a card is in the accounts of productivity, so that targets can be tested together."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("strategies", "0002_e_marks_of_facts")]

    operations = [
        migrations.AddField(
            model_name="indicator",
            name="account_part",
            field=models.CharField(
                blank=True,
                choices=[
                    ("value_added", "value added"),
                    ("productivity", "labour productivity"),
                    ("employment", "employment"),
                    ("tfp", "total factor productivity"),
                    ("tfp_share", "share of total factor productivity in growth"),
                ],
                default="",
                max_length=20,
            ),
        ),
    ]
