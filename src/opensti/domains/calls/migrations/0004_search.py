"""Make the search of calls and dossiers quick."""

from django.db import migrations

from opensti.kernel.searchtext import search_index


class Migration(migrations.Migration):
    dependencies = [("calls", "0003_seal_and_typed_rows")]

    operations = [
        *search_index("calls", "call"),
        *search_index("calls", "dossier"),
    ]
