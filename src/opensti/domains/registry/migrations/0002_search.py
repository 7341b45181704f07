from django.db import migrations, models

from opensti.kernel.searchtext import search_index


class Migration(migrations.Migration):
    dependencies = [("registry", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="work",
            name="byline",
            field=models.TextField(blank=True, verbose_name="authors as printed"),
            preserve_default=True,
        ),
        migrations.RemoveField(model_name="importrun", name="file_id"),
        migrations.AddField(
            model_name="importrun",
            name="file_id",
            field=models.CharField(blank=True, default="", max_length=20),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="importrun",
            name="job_id",
            field=models.CharField(blank=True, default="", max_length=20),
            preserve_default=False,
        ),
        *search_index("registry", "organisation"),
        *search_index("registry", "person"),
        *search_index("registry", "work"),
    ]
