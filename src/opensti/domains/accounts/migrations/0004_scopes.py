from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0003_read_only_keys")]

    operations = [
        migrations.AddField(
            model_name="apitoken",
            name="scopes",
            field=models.JSONField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="apitoken",
            name="last_used_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="apitoken",
            name="reminded_on",
            field=models.DateField(blank=True, null=True),
        ),
    ]
