"""Draw the lot among likenesses found before there was one, as `drawn` does."""

from hashlib import sha256

from django.db import migrations

DRAWN_OF_256, AT_ONCE = 13, 1000


def draw(apps, _schema):
    hits = apps.get_model("overlaps", "Hit").objects
    pairs = hits.order_by("pk").values_list("pk", "screening__document", "document")
    lot = [
        pk
        for pk, document, match in pairs.iterator(chunk_size=AT_ONCE)
        if sha256(f"{document}:{match}".encode()).digest()[0] < DRAWN_OF_256
    ]
    for start in range(0, len(lot), AT_ONCE):
        hits.filter(pk__in=lot[start : start + AT_ONCE]).update(drawn=True)


class Migration(migrations.Migration):
    dependencies = [("overlaps", "0005_drawn")]

    operations = [migrations.RunPython(draw, migrations.RunPython.noop)]
