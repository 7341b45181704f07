"""Write the golden files anew: ``python -m tests.exports.golden``; read the change before it is kept."""

from __future__ import annotations

import os

import django
from django.apps import apps

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "opensti.project.settings")
if not apps.ready:
    django.setup()

from opensti.domains.publications.queries import Edition
from opensti.exports import cerif, datacite, files
from tests.exports import small
from tests.exports.judges import GOLDEN

TEXTS = (
    "ocds-releases.json", "ocds-records.json", "ocds-compiled.jsonl", "360giving.json",
    "catalogue.ttl", "iati.xml",
    "dictionary.csv", "kept_back.csv", "orders.csv", "calls.csv", "awards.csv", "results.csv", "events.csv",
)  # fmt: skip


def of_the_small_house(setattr_=setattr):
    """Let the files be those of the small house: no database is asked."""
    setattr_(files, "house", lambda: small.HOUSE)
    setattr_(files, "lives", lambda: iter(small.LIVES))
    told = [("task", 2025, "internal", 7)]
    setattr_(files, "kept_back", lambda **_asked: told)
    setattr_(files, "edition", lambda: Edition(acts=200, at=small.EDITION))


def harvested():
    """Every record that harvesters are told of the small house, in both forms."""
    found = {cerif.PUBLISHER: cerif.publisher(small.HOUSE)}
    for life in small.LIVES:
        for item in cerif.items(small.HOUSE, life):
            found.setdefault(item.key, item)
    lines = [
        line
        for item in found.values()
        for line in (item.text, *(f"<!-- {part} -->" for part in item.plain))
    ]
    return "\n".join(["<records>", *lines, "</records>", ""])


def main():
    of_the_small_house()
    for old in GOLDEN.iterdir():
        old.unlink()
    for name in TEXTS:
        (GOLDEN / name).write_bytes(b"".join(files.chunks_of(name)))
    (GOLDEN / "harvest.xml").write_text(harvested(), encoding="utf-8")
    for life in small.LIVES:
        for name, text in datacite.resources(small.HOUSE, life):
            (GOLDEN / name).write_bytes(text)


if __name__ == "__main__":
    main()
