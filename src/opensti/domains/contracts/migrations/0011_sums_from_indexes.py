from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("calls", "0002_search"),
        ("contracts", "0010_flows_of_aid_that_stand"),
        ("procedures", "0004_contract_and_acceptance"),
        ("registry", "0004_expertise"),
        ("tasks", "0005_public_lists"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveIndex(model_name="contract", name="contract_by_signing"),
        migrations.AddIndex(
            model_name="contract",
            index=models.Index(
                fields=["signed_on", "id", "task", "state_money"],
                name="contract_by_signing",
            ),
        ),
        migrations.AddIndex(
            model_name="contract",
            index=models.Index(
                fields=["host", "signed_on", "task", "state_money"],
                name="contract_sums_by_host",
            ),
        ),
    ]
