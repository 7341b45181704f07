from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("publications", "0009_figures")]

    operations = [
        migrations.AddIndex(
            model_name="searchentry",
            index=models.Index(
                fields=["kind", "-listed_at", "-id"], name="search_newest_of_kind"
            ),
        ),
        migrations.AddIndex(
            model_name="searchentry",
            index=models.Index(fields=["-changed_at"], name="search_changed"),
        ),
        migrations.AddIndex(
            model_name="searchentry",
            index=models.Index(
                fields=["kind", "-changed_at"], name="search_kind_changed"
            ),
        ),
    ]
