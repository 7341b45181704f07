"""The programs of the how-to do what it says, against a house that answers for real."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
from pathlib import Path

import pytest
from django.utils.timezone import now

from opensti.domains.publications.actions import tell_changes
from opensti.domains.publications.queries.webhooks import signature
from opensti.kernel.record.actions import checkpoint
from opensti.kernel.record.queries import verifier_key
from tests.domains.publications.test_changes import acted
from tests.factories.registry import Organisations
from tests.factories.tasks import Tasks

ROOT = Path(__file__).parents[2]
HERE = ROOT / "docs" / "howto"


def program(name):
    said = importlib.util.spec_from_file_location(name, HERE / f"{name}.py")
    module = importlib.util.module_from_spec(said)
    said.loader.exec_module(module)
    return module


def copy_of(folder):
    return {
        str(path.relative_to(folder)): json.loads(path.read_text(encoding="utf-8"))
        for path in sorted(folder.rglob("*.json"))
    }


@pytest.mark.django_db(transaction=True)
def test_a_harvester_takes_everything_then_follows_and_verifies(live_server, tmp_path):
    harvest = program("harvest")
    house, folder = harvest.House(live_server.url), tmp_path / "copy"
    stays, changes, goes = [Tasks.create(title_vi=f"Việc {n}") for n in range(3)]
    host = Organisations.create()
    tell_changes(at=now())
    cursor = harvest.take_everything(house, folder)
    names = {f"tasks/{task.public_id}.json" for task in (stays, changes, goes)}
    assert names | {f"organisations/{host.public_id}.json"} <= set(copy_of(folder))

    changes.title_vi = "Việc khác"
    changes.save()
    entry = acted(changes)
    acted(goes)
    new = Tasks.create()
    acted(new)
    goes.delete()
    tell_changes(at=now())
    cursor = harvest.follow(house, folder, cursor)
    kept = copy_of(folder)
    assert kept[f"tasks/{changes.public_id}.json"]["title_vi"] == "Việc khác"
    assert f"tasks/{new.public_id}.json" in kept
    assert f"tasks/{goes.public_id}.json" not in kept
    assert harvest.follow(house, folder, cursor) == cursor

    checkpoint(at=now())
    receipt = tmp_path / "act.tlog-proof"
    receipt.write_text(harvest.receipt(house, entry.position), encoding="utf-8")
    verify = ROOT / "src" / "opensti" / "portal" / "log" / "verify.py"
    done = subprocess.run(
        [sys.executable, verify, receipt, "--key", str(verifier_key())],
        capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_delivery_is_verified_and_nothing_else_is():
    verify = program("verify_webhook").verify
    secret, body = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", b'{"type":"task.changed"}'
    made = signature(secret, message="m1", stamp=1000, body=body)
    heads = {
        "webhook-id": "m1",
        "webhook-timestamp": "1000",
        "webhook-signature": f"v1,AAAA v2,x {made}",
    }
    assert verify(secret, heads, body, at=1100) == {"type": "task.changed"}
    for wrong, at in (
        ({}, 2000),
        ({"webhook-id": "m2"}, 1100),
        ({"webhook-timestamp": "1001"}, 1100),
        ({"webhook-signature": "v1,AAAA"}, 1100),
    ):
        with pytest.raises(ValueError, match="the delivery is"):
            verify(secret, heads | wrong, body, at=at)
    with pytest.raises(ValueError, match="not signed"):
        verify(secret, heads, body + b" ", at=1100)
