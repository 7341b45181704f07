from __future__ import annotations

import base64
import inspect
import json
import re
from datetime import UTC, datetime

import pytest
from click.testing import CliRunner
from django.db import connection
from django.utils import translation
from sti_methods.ledger import notes, policy

from opensti.console.log import log as command
from opensti.console.reasons import in_words
from opensti.kernel.access import Actor, Role
from opensti.kernel.record import monitor, receipts
from opensti.kernel.record.actions import Act, issue_receipt, record_many
from opensti.kernel.record.keys import verifier_key
from opensti.kernel.record.models import Checkpoint

AT = datetime(2026, 3, 1, tzinfo=UTC)
OFFICER = Actor(user_id=7, name="An", roles=frozenset({Role.OFFICER}))


@pytest.fixture(autouse=True)
def _own_log(settings, tmp_path):
    settings.OPENSTI_LOG_ORIGIN = "log.example"
    settings.OPENSTI_LOG_KEY = base64.b64encode(bytes(range(32))).decode()
    settings.OPENSTI_DATA_DIR = tmp_path
    with translation.override("en"):
        yield


@pytest.fixture
def entries(db):
    acts = [
        Act(act="a", subject=f"b:{i}", public=i == 0, detail={"n": i}) for i in range(5)
    ]
    return record_many(actor=OFFICER, acts=acts, at=AT)


def opensti(*arguments, **more):
    return CliRunner().invoke(command, arguments, **more)


def test_a_receipt_is_verified_without_a_database(
    entries, tmp_path, settings, django_assert_num_queries
):
    file = tmp_path / "decision.tlog-proof"
    file.write_text(opensti("receipt", "0").stdout, encoding="utf-8")
    key = opensti("key").stdout.strip()
    settings.OPENSTI_LOG_KEY = ""

    with django_assert_num_queries(0):
        plain = opensti("verify", str(file), "--key", key)
        answer = opensti("verify", str(file), "--key", key, "--json")

    assert (plain.exit_code, answer.exit_code) == (0, 0)
    assert plain.stdout.startswith("The receipt holds: entry 0 of 5 in log.example.\n")
    assert json.loads(answer.stdout) == {
        "valid": True,
        "origin": "log.example",
        "position": 0,
        "size": 5,
        "root": bytes(Checkpoint.objects.get().root).hex(),
        "leaf": entries[0].body,
        "body": json.loads(entries[0].body),
        "witnesses": [],
    }


def test_the_key_may_stand_in_a_file_or_be_the_houses_own(entries, tmp_path):
    text = issue_receipt(position=1, at=AT)
    key = tmp_path / "key"
    key.write_text(f"{verifier_key()}\n", encoding="utf-8")

    by_file = opensti("verify", "-", "--key", str(key), input=text)
    by_house = opensti("verify", "-", input=text)

    assert (by_file.exit_code, by_house.exit_code) == (0, 0)
    assert by_house.stdout == (
        "The receipt holds: entry 1 of 5 in log.example.\n"
        "The entry is sealed; its content is not part of this receipt.\n"
    )


def test_without_any_key_nothing_is_claimed(entries, settings):
    text = issue_receipt(position=1, at=AT)
    settings.OPENSTI_LOG_KEY = ""

    refused = opensti("verify", "-", input=text)

    assert refused.exit_code == 2
    assert refused.stderr.startswith("Which log?")


def test_a_receipt_that_does_not_hold_says_why(entries):
    text = issue_receipt(position=1, at=AT).replace("index 1", "index 2")

    plain = opensti("verify", "-", input=text)
    answer = opensti("verify", "-", "--json", input=text)

    assert (plain.exit_code, answer.exit_code) == (1, 1)
    reason = "the entry is not under the root that was signed."
    assert plain.stderr == f"The receipt does not hold: {reason}\n"
    assert json.loads(answer.stdout) == {"valid": False, "reason": reason}


def test_a_file_that_is_no_text_is_refused(tmp_path):
    file = tmp_path / "x"
    file.write_bytes(b"\xff\xfe\x00")

    refused = opensti("verify", str(file), "--key", str(verifier_key()))

    assert (refused.exit_code, refused.stderr) == (
        1,
        (
            "The receipt does not hold: the file is not UTF-8 text; "
            "take the .tlog-proof file as it was.\n"
        ),
    )


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("nothing", "bằng chứng phải mở đầu bằng 'c2sp.org/tlog-proof@v1'."),
        ("c2sp.org/tlog-proof@v1\n\n", "bằng chứng thiếu số thứ tự."),
    ],
)
def test_the_reason_is_in_the_readers_language(text, reason):
    with translation.override("vi"):
        refused = opensti("verify", "-", "--key", str(verifier_key()), input=text)

    assert refused.stderr == f"Biên nhận không hợp lệ: {reason}\n"


def test_every_reason_of_the_ledger_is_known():
    stated = set()
    for module in (notes, receipts, policy, monitor):
        for said in re.findall(
            r"ValueError\(\s*f?\"([^\"]+)\"", inspect.getsource(module)
        ) + re.findall(r"_json\([^\"]*\"([^\"]+)\"\)", inspect.getsource(module)):
            stated.add(re.sub(r"{[^}]+}", "x", said))
    with translation.override("vi"):
        english = {s for s in stated if in_words(ValueError(s)) == s}

    assert len(stated) > 15
    assert english == set()


def test_a_sound_record_passes_the_check(entries):
    plain = opensti("check")
    answer = opensti("check", "--json")

    assert (plain.exit_code, answer.exit_code) == (0, 0)
    assert plain.stdout.endswith("The record is sound: 5 entries.\n")
    assert json.loads(answer.stdout) == {"sound": True, "size": 5, "findings": []}


def test_a_changed_record_fails_the_check_with_the_row_named(entries):
    with connection.cursor() as cursor:
        cursor.execute("UPDATE record_entry SET subject = 'x' WHERE position = 3")

    plain = opensti("check")
    answer = opensti("check", "--json")

    row = f"record_entry id={entries[3].pk}"
    message = "Columns were altered: subject."
    assert (plain.exit_code, answer.exit_code) == (1, 1)
    assert f"altered #3 [{row}]: {message}\n" in plain.stdout
    assert plain.stderr == "1 fault found.\n"
    assert json.loads(answer.stdout)["findings"] == [
        {"kind": "altered", "position": 3, "row": row, "message": message}
    ]


def test_the_check_takes_a_receipt_kept_elsewhere(entries, tmp_path):
    file = tmp_path / "kept.tlog-proof"
    file.write_text(issue_receipt(position=1, at=AT), encoding="utf-8")
    Checkpoint.objects.all().delete()

    assert opensti("check", "--against", str(file)).exit_code == 0


def test_the_checkpoint_is_signed_and_printed(entries):
    done = opensti("checkpoint")

    assert (done.exit_code, done.stdout) == (0, Checkpoint.objects.get().note)


def test_a_receipt_of_nothing_is_refused(entries):
    refused = opensti("receipt", "99")

    assert refused.exit_code == 1
    assert "no entry with this number" in refused.stderr
