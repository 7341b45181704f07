"""Make search quick.

SQLite forgets such an index when it rebuilds the table: ask for it again in every later
migration that changes one of these tables.
"""

from django.db import migrations

from opensti.kernel.searchtext import search_index


class Migration(migrations.Migration):
    dependencies = [("calls", "0001_initial")]

    operations = [
        *search_index("calls", "call"),
        *search_index("calls", "dossier"),
    ]
