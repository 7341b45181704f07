"""The demonstration ministry as open data, every format, judged with the network off.

    python -m tests.exports.whole [--folder DIR] [--data DIR]

Without ``--data`` a demonstration is told first in a folder of its own, else the house of
that data folder is taken. What is written stays in ``--folder`` if one is given. The
network is off while it is written, too. Exit status 1 on a fault.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import django
from click.testing import CliRunner
from django.test import Client
from django.utils import timezone

from tests.exports import offline

ROOT = Path(__file__).parents[2]
BLOCK = re.compile(r'<script type="application/ld\+json">(.*?)</script>', re.DOTALL)
CERIF = "oai_cerif_openaire_v1_2"
TOKEN = re.compile(r"<resumptionToken[^>]*>([^<]+)</resumptionToken>")


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--folder", type=Path)
    asked.add_argument("--data", type=Path)
    given = asked.parse_args()
    with tempfile.TemporaryDirectory() as made:
        data = given.data or Path(made) / "data"
        folder = given.folder or Path(made) / "folder"
        data.mkdir(parents=True, exist_ok=True)
        os.environ["OPENSTI_DATA_DIR"] = str(data)
        if given.data is None:
            os.environ.pop("DATABASE_URL", None)
            _opensti("demo", "--json")
        # Python's own network alone: a database may be asked by way of a C library.
        offline.refuse()
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "opensti.project.settings")
        django.setup()
        write(folder)
        judged = [sys.executable, "-m", "tests.exports.judge", str(folder)]
        sys.exit(subprocess.run(judged, cwd=ROOT, check=False).returncode)


def _opensti(*words: str) -> None:
    run = "from opensti.console.main import main; main()"
    command = [sys.executable, "-c", run, *words]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


def write(folder: Path) -> None:
    """All files, what a harvester takes, what pages tell search engines."""
    from opensti.console.export import export  # noqa: PLC0415
    from opensti.exports.harvest import refresh  # noqa: PLC0415

    words = ["all", "--folder", str(folder)]
    CliRunner().invoke(export, words, catch_exceptions=False)
    refresh(clock=timezone.now, anyway=True)
    client = Client()
    harvest(client, folder / "oai")
    pages(client, folder / "jsonld")


def harvest(client: Client, folder: Path) -> None:
    """What the protocol answers to each verb, and all records to the last part."""
    folder.mkdir(exist_ok=True)
    for verb in ("Identify", "ListSets", "ListMetadataFormats"):
        _kept(client, folder / f"{verb}.xml", verb=verb)
    said, number = {"metadataPrefix": CERIF}, 0
    while said:
        number += 1
        path = folder / f"ListRecords-{number:05d}.xml"
        text = _kept(client, path, verb="ListRecords", **said)
        token = TOKEN.search(text)
        said = {"resumptionToken": token[1]} if token else {}


def _kept(client: Client, path: Path, **said: str) -> str:
    answer = client.get("/api/oai", said)
    path.write_bytes(answer.content)
    return str(answer.content.decode())


def pages(client: Client, folder: Path) -> None:
    """The blocks of every public page of each kind, in both languages."""
    from opensti.domains.publications import queries  # noqa: PLC0415

    rows = {
        "calls": queries.calls(), "decisions": queries.decisions(),
        "tasks": queries.tasks(), "results": queries.results(),
        "organisations": queries.organisations(), "plans": queries.plans(),
        "indices": queries.indices(), "offers": queries.offers(timezone.localdate()),
    }  # fmt: skip
    addresses = {"open-data": ["/open-data/"]} | {
        kind: [f"/{kind}/{row.public_id}/" for row in found]
        for kind, found in rows.items()
    }
    folder.mkdir(exist_ok=True)
    for kind, found in addresses.items():
        for language in ("vi", "en"):
            blocks = [
                json.loads(block)
                for address in found
                for block in BLOCK.findall(
                    client.get(
                        address, HTTP_ACCEPT_LANGUAGE=language, follow=True
                    ).content.decode()
                )
            ]
            path = folder / f"{kind}-{language}.json"
            path.write_text(json.dumps(blocks, ensure_ascii=False), encoding="utf-8")


if __name__ == "__main__":
    main()
