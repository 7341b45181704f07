from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_tokens")]

    operations = [
        migrations.AddField(
            model_name="apitoken",
            name="reads_only",
            field=models.BooleanField(default=False),
        ),
        migrations.AddConstraint(
            model_name="apitoken",
            constraint=models.CheckConstraint(
                condition=~models.Q(reads_only=True, confirms=True),
                name="token_that_only_reads_confirms_nothing",
            ),
        ),
    ]
