"""A log and its witnesses together, over real HTTP: what one has seen nobody unsays."""

from __future__ import annotations

import base64
import json
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from hashlib import sha256
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
from click.testing import CliRunner
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.utils import translation
from sti_methods.ledger import (
    Policy,
    Signature,
    Submission,
    VerifierKey,
    cosigned_message,
    parse_note,
    parse_policy,
    parse_verifier_key,
)
from structlog.testing import capture_logs

from opensti.console.log import log as command
from opensti.console.witness import serve_witness
from opensti.kernel.access import Actor, Role
from opensti.kernel.jobs.worker import keep_time
from opensti.kernel.record import cosigning
from opensti.kernel.record.actions import Act, checkpoint, issue_receipt, record_many
from opensti.kernel.record.cosigning import ask_witnesses
from opensti.kernel.record.journal import journal_path
from opensti.kernel.record.keys import sign_checkpoint, verifier_key
from opensti.kernel.record.models import Checkpoint, Cosignature, Entry, LogHead, Tile
from opensti.kernel.record.queries import consistency, log_edge
from opensti.kernel.record.receipts import (
    cosignatures,
    verify_receipt,
    verify_signature,
)
from opensti.kernel.record.witness import Witness

AT = datetime(2026, 3, 1, tzinfo=UTC)
OFFICER = Actor(user_id=7, name="An", roles=frozenset({Role.OFFICER}))
pytestmark = pytest.mark.django_db


def act(count=1, said="right"):
    acts = [Act(act="calls.note", subject="calls.call:1", detail={"said": said})]
    record_many(actor=OFFICER, acts=acts * count, at=AT)


class Served:
    """A witness at its own address."""

    def __init__(self, folder, name):
        logs = [verifier_key()]
        self.witness = Witness(name=name, logs=logs, folder=folder / name)
        self.server = serve_witness(self.witness, ("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        self.thread = threading.Thread(
            target=self.server.serve_forever, kwargs={"poll_interval": 0.02}
        )
        self.thread.start()

    @property
    def key(self):
        return self.witness.key

    def post(self, body, path="/add-checkpoint"):
        request = Request(f"{self.url}{path}", data=body.encode(), method="POST")
        return self._said(request)

    def get(self, path):
        return self._said(Request(f"{self.url}{path}"))

    def _said(self, request):
        try:
            with urlopen(request, timeout=10) as response:
                return response.status, response.read().decode()
        except HTTPError as error:
            with error:
                return error.code, error.read().decode()

    def close(self):
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


@pytest.fixture
def witnesses(tmp_path, settings):
    """Three witnesses, of which two are enough; the log knows where they are."""
    served = [Served(tmp_path, f"w{n}.example") for n in range(3)]
    lines = [f"witness w{n} {w.key} {w.url}" for n, w in enumerate(served)]
    text = "\n".join(
        [f"log {verifier_key()}", *lines, "group g 2 w0 w1 w2", "quorum g"]
    )
    file = tmp_path / "log.policy"
    file.write_text(text)
    settings.OPENSTI_LOG_POLICY = str(file)
    yield served
    for one in served:
        one.close()


@pytest.fixture
def policy(witnesses, tmp_path):
    return parse_policy((tmp_path / "log.policy").read_text())


def names():
    return list(
        Cosignature.objects.order_by("checkpoint__size", "witness").values_list(
            "checkpoint__size", "witness"
        )
    )


def test_new_checkpoints_are_shown_to_the_witnesses_and_their_names_kept(
    client, witnesses, policy
):
    act(3)
    checkpoint(at=AT)
    assert sorted(ask_witnesses(at=AT)) == [f"w{n}.example" for n in range(3)]
    assert ask_witnesses(at=AT) == []
    act(600)
    checkpoint(at=AT)
    ask_witnesses(at=AT)

    assert names() == [(s, f"w{n}.example") for s in (3, 603) for n in range(3)]
    served = client.get("/log/checkpoint").content.decode()
    seen = cosignatures(served, policy.witness_keys)
    assert [key.name for key, _line in seen] == [f"w{n}.example" for n in range(3)]
    origin = sha256(b"log.example").hexdigest()
    status, kept = witnesses[0].get(f"/{origin}/checkpoint")
    assert (status, parse_note(kept).text) == (200, parse_note(served).text)


def test_the_worker_signs_and_asks_by_itself(witnesses, transactional_db):
    from django.db import transaction  # noqa: PLC0415

    with transaction.atomic():
        act(2)

    assert {"record.sign", "record.ask_witnesses"} <= set(keep_time(at=AT))
    assert names() == [(2, f"w{n}.example") for n in range(3)]


def test_a_receipt_carries_the_witnesses_and_the_policy_counts_them(witnesses, policy):
    act(3)
    checkpoint(at=AT)
    lonely = issue_receipt(position=1, at=AT)
    ask_witnesses(at=AT)
    seen = issue_receipt(position=1, at=AT)

    assert verify_receipt(seen, None, policy=policy).witnesses == ("w0", "w1", "w2")
    assert verify_receipt(lonely, verifier_key()).witnesses == ()
    with pytest.raises(ValueError, match="fewer witnesses"):
        verify_receipt(lonely, None, policy=policy)


def test_one_witness_of_three_may_be_away_two_may_not(witnesses, policy):
    act(3)
    checkpoint(at=AT)
    witnesses[0].close()
    with capture_logs() as said:
        assert sorted(ask_witnesses(at=AT)) == ["w1.example", "w2.example"]
    assert [(s["event"], s["witness"], s["log_level"]) for s in said] == [
        ("record.not_witnessed", "w0.example", "warning")
    ]
    enough = issue_receipt(position=0, at=AT)
    act()
    checkpoint(at=AT)
    witnesses[1].close()
    with capture_logs():
        assert ask_witnesses(at=AT) == ["w2.example"]

    assert verify_receipt(enough, None, policy=policy).witnesses == ("w1", "w2")
    # The newest checkpoint has one name only: the receipt takes the one with enough.
    assert issue_receipt(position=0, at=AT) == enough
    with pytest.raises(ValueError, match="fewer witnesses"):
        verify_receipt(issue_receipt(position=3, at=AT), None, policy=policy)


def test_a_log_written_anew_with_all_its_files_finds_no_witness(witnesses):
    """Root on the server, with the key: what the house forgets the witnesses do not."""
    act(5)
    checkpoint(at=AT)
    ask_witnesses(at=AT)
    for model in (Cosignature, Checkpoint, Entry, Tile, LogHead):
        model.objects.all().delete()
    journal_path().unlink()
    act(9, said="wrong")
    checkpoint(at=AT)

    with capture_logs() as said:
        assert ask_witnesses(at=AT) == []

    assert [(s["event"], s["status"], s["log_level"]) for s in said] == [
        ("record.not_witnessed", 422, "critical")
    ] * 3


def test_a_log_restored_to_an_earlier_day_finds_no_witness(witnesses):
    act(5)
    checkpoint(at=AT)
    ask_witnesses(at=AT)
    for model in (Cosignature, Checkpoint, Entry, Tile, LogHead):
        model.objects.all().delete()
    journal_path().unlink()
    act(3)
    checkpoint(at=AT)

    with capture_logs() as said:
        assert ask_witnesses(at=AT) == []

    assert [(s["status"], s["answer"]) for s in said] == [(409, "5\n")] * 3


def test_a_log_that_lost_its_cosignatures_asks_where_the_witness_stands(witnesses):
    act(5)
    checkpoint(at=AT)
    ask_witnesses(at=AT)
    Cosignature.objects.all().delete()
    act(4)
    checkpoint(at=AT)

    ask_witnesses(at=AT)

    assert names() == [(9, f"w{n}.example") for n in range(3)]


# ------------------------------------------------------------------ what a witness answers


def submission(old, proof=(), note=None):
    edge = log_edge()
    signed = note or sign_checkpoint(size=edge.size, root=edge.root())
    return str(Submission(old, tuple(proof), signed))


def test_a_witness_answers_as_the_specification_says(witnesses):
    one = witnesses[0]
    act(3)
    first = submission(0)
    assert one.post(submission(2))[0] == 409
    status, line = one.post(first)
    assert status == 200
    assert parse_note(sign_checkpoint(size=3, root=log_edge().root()) + line)
    assert one.post(first) == (409, "3\n")
    assert one.post(submission(3))[0] == 200
    act(5)
    proof = consistency(3, log_edge())
    forged = sign_checkpoint(size=8, root=bytes(32))
    for body, wanted in [
        (submission(3), 422),
        (submission(3, [bytes(32)] * len(proof)), 422),
        (submission(3, proof, note=forged), 422),
        (submission(9, proof), 400),
        (submission(0), 409),
        ("old 3\n", 400),
        ("\xff", 400),
        (submission(3, proof).replace("log.example\n8", "other.example\n8"), 404),
        (submission(3, proof).replace("log.example\n8", "log.example\n9"), 403),
        ("x" * 70_000, 413),
    ]:
        assert one.post(body)[0] == wanted, body[:200]
    assert one.post(submission(3, proof))[0] == 200
    assert one.post(submission(8, proof))[0] == 422
    assert one.post(submission(8), "/other")[0] == 404
    for path in ("/", "/x/checkpoint", "/../witness.key", "/%2e%2e/checkpoint"):
        assert one.get(path)[0] == 404


def test_a_witness_that_starts_again_remembers(witnesses, tmp_path):
    act(3)
    witnesses[0].post(submission(0))
    again = Witness(
        name="w0.example", logs=[verifier_key()], folder=tmp_path / "w0.example"
    )

    assert again.key == witnesses[0].key
    assert again.add_checkpoint(submission(0).encode(), at=1).body == "3\n"


def test_two_submissions_at_once_are_never_both_first(witnesses):
    """Two histories of one size: the witness signs one of them, whichever comes first."""
    one = witnesses[0]
    bodies = [
        submission(0, note=sign_checkpoint(size=4, root=bytes([n]) * 32))
        for n in range(8)
    ]

    with ThreadPoolExecutor(8) as pool:
        told = [status for status, _body in pool.map(one.post, bodies)]

    assert sorted(told) == [200] + [409] * 7


def test_the_witnesses_are_asked_together_and_none_is_waited_for_long(
    witnesses, monkeypatch
):
    act(1)
    checkpoint(at=AT)
    monkeypatch.setattr(cosigning, "SECONDS", 0.5)
    for one in witnesses[:2]:
        monkeypatch.setattr(
            one.witness, "add_checkpoint", lambda *_a, **_k: time.sleep(2)
        )
    begun = time.monotonic()

    with capture_logs():
        assert ask_witnesses(at=AT) == ["w2.example"]
    assert time.monotonic() - begun < 1.5


def test_an_ed25519_cosignature_of_the_specifications_older_kind_counts_too():
    private = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
    key = VerifierKey("old.example", private.public_key().public_bytes_raw(), 0x04)
    note = sign_checkpoint(size=0, root=log_edge().root())
    text = parse_note(note).text
    signed = private.sign(cosigned_message(key=key, timestamp=77, text=text))
    value = (77).to_bytes(8) + signed
    line = str(Signature(key.name, key.key_id, value))

    assert verify_signature(key, text.encode(), value)
    assert not verify_signature(key, text.encode(), (78).to_bytes(8) + signed)
    assert cosignatures(f"{note}{line}\n", [key]) == [(key, line)]
    with pytest.raises(ValueError, match="not valid"):
        cosignatures(note.replace("\n0\n", "\n1\n") + f"{line}\n", [key])


def test_a_witness_cannot_stand_in_for_the_log(tmp_path):
    """A key of a witness that calls itself like the log signs no receipts."""
    act(2)
    checkpoint(at=AT)
    fake = Witness(name="log.example", logs=[verifier_key()], folder=tmp_path / "w")
    text = issue_receipt(position=0, at=AT)
    line = fake.add_checkpoint(submission(0).encode(), at=1).body
    own = str(parse_note(text.partition("\n\n")[2]).signatures[0])
    trusted = Policy(witnesses={}, logs=[])

    with pytest.raises(ValueError, match="not signed by a known key"):
        verify_receipt(text.replace(f"{own}\n", line), verifier_key(), policy=trusted)


# ------------------------------------------------------------------ the command


def opensti(*arguments, **more):
    with translation.override("en"):
        return CliRunner().invoke(command, arguments, **more)


def test_the_command_shows_and_requires_the_witnesses(witnesses, tmp_path):
    act(3)
    checkpoint(at=AT)
    lonely = issue_receipt(position=1, at=AT)
    ask_witnesses(at=AT)
    seen = issue_receipt(position=1, at=AT)
    policy = str(tmp_path / "log.policy")

    good = opensti("verify", "-", "--policy", policy, input=seen)
    bad = opensti("verify", "-", "--policy", policy, "--json", input=lonely)
    (tmp_path / "odd").write_text("quorum X")
    odd = opensti("verify", "-", "--policy", str(tmp_path / "odd"), input=seen)

    assert good.exit_code == 0
    assert "Witnessed by: w0, w1, w2.\n" in good.stdout
    assert bad.exit_code == 1
    assert json.loads(bad.stdout) == {
        "valid": False,
        "reason": "fewer witnesses have seen the checkpoint than the policy asks.",
    }
    assert odd.exit_code == 2
    assert odd.stderr == (
        "The policy cannot be used: line 1 of the policy: nothing above is called 'X'.\n"
    )


def test_the_witness_command_prints_its_key_and_keeps_it(tmp_path):
    arguments = (
        *("witness", "--name", "news.example/w", "--log", str(verifier_key())),
        *("--data", str(tmp_path / "news"), "--key"),
    )

    first, again = opensti(*arguments), opensti(*arguments)

    assert first.stdout == again.stdout
    key = parse_verifier_key(first.stdout)
    assert (key.name, key.algorithm, len(key.public)) == ("news.example/w", 6, 1312)
    seed = base64.b64decode((tmp_path / "news" / "witness.key").read_text())
    assert len(seed) == 32
