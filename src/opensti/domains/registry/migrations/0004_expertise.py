"""What experts are known by: abstracts of their works, keywords they declare."""

from django.db import migrations, models

from opensti.kernel.searchtext import search_index


class Migration(migrations.Migration):
    dependencies = [("registry", "0003_organisation_link")]

    operations = [
        migrations.AddField(
            model_name="person",
            name="keywords_en",
            field=models.CharField(
                blank=True,
                max_length=1000,
                verbose_name="keywords of expertise (English)",
            ),
        ),
        migrations.AddField(
            model_name="person",
            name="keywords_vi",
            field=models.CharField(
                blank=True,
                max_length=1000,
                verbose_name="keywords of expertise (Vietnamese)",
            ),
        ),
        migrations.AddField(
            model_name="work",
            name="abstract",
            field=models.TextField(blank=True, verbose_name="abstract"),
        ),
        # SQLite forgets them with the tables it has just made anew.
        *search_index("registry", "person"),
        *search_index("registry", "work"),
    ]
