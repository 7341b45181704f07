from django.db import migrations

from opensti.kernel.searchtext import search_index


class Migration(migrations.Migration):
    dependencies = [("tasks", "0001_initial")]

    operations = [
        *search_index("tasks", "need"),
        *search_index("tasks", "order"),
        *search_index("tasks", "task"),
    ]
