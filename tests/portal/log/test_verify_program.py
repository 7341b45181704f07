"""The program handed to citizens: a bare Python, and the same answers as the house."""

from __future__ import annotations

import runpy
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey
from sti_methods.ledger import Signature, VerifierKey, cosigned_message, parse_note

from opensti.kernel.access import Actor, Role
from opensti.kernel.record.actions import Act, checkpoint, issue_receipt, record_many
from opensti.kernel.record.keys import sign_checkpoint, verifier_key
from opensti.kernel.record.receipts import verify_receipt
from opensti.kernel.record.witness import Witness
from opensti.portal.log import views

AT = datetime(2026, 3, 1, tzinfo=UTC)
OFFICER = Actor(user_id=7, name="An", roles=frozenset({Role.OFFICER}))
PROGRAM = Path(views.__file__).with_name("verify.py")
BESIDE = PROGRAM.with_name("verify_witnesses.py")
own = SimpleNamespace(**runpy.run_path(str(PROGRAM)))
witnesses = SimpleNamespace(**runpy.run_path(str(BESIDE)))

# RFC 8032, section 7.1, tests 1 to 3: public key, message, signature.
RFC_8032 = [
    (
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        (
            "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bac"
            "c61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"
        ),
    ),
    (
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        (
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e"
            "458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
        ),
    ),
    (
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        (
            "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290"
            "ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"
        ),
    ),
]


def bare(folder, *arguments):
    """Run the program as downloaded, in an interpreter without any library."""
    for file in (PROGRAM, BESIDE):
        (folder / file.name).write_bytes(file.read_bytes())
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-B", folder / PROGRAM.name, *arguments],
        capture_output=True,
        check=False,
        encoding="utf-8",
        env={"PYTHONUTF8": "1"},
    )
    assert done.stderr == ""
    return done.returncode, done.stdout


@pytest.fixture
def log(db, tmp_path):
    """Five entries, the even ones public; receipts as files."""
    acts = [
        Act(act="calls.note", subject="x:1", public=n % 2 == 0, detail={"n": n})
        for n in range(5)
    ]
    record_many(actor=OFFICER, acts=acts, at=AT)
    signed = checkpoint(at=AT)
    receipts = [issue_receipt(position=n, at=AT) for n in range(5)]
    receipts.append(issue_receipt(position=3, at=AT, disclose=True))
    files = []
    for number, text in enumerate(receipts):
        files.append(tmp_path / f"{number}.tlog-proof")
        files[-1].write_text(text, encoding="utf-8")
    return SimpleNamespace(signed=signed, files=files, texts=receipts)


def test_it_is_short_and_needs_the_standard_library_only():
    assert len(PROGRAM.read_text().splitlines()) < 200
    assert len(BESIDE.read_text().splitlines()) < 200


@pytest.mark.parametrize(("public", "message", "signature"), RFC_8032)
def test_its_ed25519_is_that_of_rfc_8032(public, message, signature):
    parts = [bytes.fromhex(part) for part in (public, message, signature)]

    assert own.ed25519(*parts)
    assert not own.ed25519(parts[0], b"other", parts[2])


def library(public, message, signature):
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def judged(check, *parts):
    try:
        return check(*parts)
    except ValueError:
        return False


def test_its_ed25519_says_what_the_library_of_the_house_says():
    told = []
    for n in range(12):
        private = Ed25519PrivateKey.from_private_bytes(bytes([n]) * 32)
        public = private.public_key().public_bytes_raw()
        message = b"m" * n
        good = private.sign(message)
        scalar = int.from_bytes(good[32:], "little") + own.ORDER  # malleable
        flipped = bytearray(good)
        flipped[5 * n] ^= 1
        for signature in (
            good,
            bytes(flipped),
            good[:32] + scalar.to_bytes(32, "little"),
            good[:-1],
        ):
            parts = (public, message, signature)
            told.append((judged(own.ed25519, *parts), library(*parts)))

    assert told == [(True, True), (False, False), (False, False), (False, False)] * 12


def test_its_ml_dsa_says_what_the_library_of_the_house_says():
    private = MLDSA44PrivateKey.from_seed_bytes(bytes(range(32)))
    public = private.public_key().public_bytes_raw()
    for n in range(3):
        message = b"message" * n
        good = private.sign(message)
        assert witnesses.ml_dsa_44(public, message, good)
        for place in (0, 40, 1500, 2340, 2419):
            flipped = bytearray(good)
            flipped[place] ^= 1
            assert not witnesses.ml_dsa_44(public, message, bytes(flipped)), place
        assert not witnesses.ml_dsa_44(public, message + b"x", good)


def test_a_bare_interpreter_verifies_a_public_and_a_sealed_receipt(log, tmp_path):
    key = tmp_path / "key"
    key.write_text(f"{verifier_key()}\n")

    code, said = bare(tmp_path, log.files[2], "--key", str(verifier_key()))
    sealed = bare(tmp_path, log.files[3], "--key", key)
    opened = bare(tmp_path, log.files[5], "--key", key)

    assert (code, said.splitlines()[0]) == (0, "It holds / Đúng: 2 / 5, log.example")
    assert '"n": 2' in said
    assert sealed[0] == opened[0] == 0
    assert '"n": 3' not in sealed[1]
    assert '"n": 3' in opened[1]


def test_it_says_of_every_altered_receipt_what_the_house_says(log):
    """One character after another is changed: both refuse, or both hold."""
    key = own.read_key(str(verifier_key()))
    differing = []
    for text in (log.texts[2], log.texts[5]):
        for place in range(0, len(text), 11):
            other = text[:place] + ("A" if text[place] != "A" else "B")
            other += text[place + 1 :]
            try:
                own.verify(other, key)
                mine = True
            except (ValueError, LookupError, TypeError, AttributeError):
                mine = False
            try:
                verify_receipt(other, verifier_key())
                house = True
            except ValueError:
                house = False
            if mine != house:
                differing.append((place, mine, house))

    assert differing == []


def test_it_refuses_what_does_not_hold_and_says_what_it_could_not_try(log, tmp_path):
    other = VerifierKey("log.example", bytes(32))
    bad = tmp_path / "bad"
    bad.write_text(log.texts[0].replace("index 0", "index 2"), encoding="utf-8")

    answers = [
        bare(tmp_path, log.files[0], "--key", str(other)),
        bare(tmp_path, bad, "--key", str(verifier_key())),
        bare(tmp_path, tmp_path / "none", "--key", str(verifier_key())),
    ]

    assert [code for code, _said in answers] == [1, 1, 2]
    assert answers[0][1].startswith("It does NOT hold / KHÔNG đúng: ")


def test_a_checkpoint_kept_elsewhere_tells_a_fork(log, tmp_path):
    files = []
    for name, size, root in (
        ("same", 5, bytes(log.signed.root)),
        ("fork", 5, bytes(32)),
        ("longer", 6, bytes(32)),
    ):
        files.append(tmp_path / name)
        files[-1].write_text(sign_checkpoint(size=size, root=root), encoding="utf-8")

    told = [
        bare(tmp_path, log.files[0], "--key", str(verifier_key()), "--checkpoint", file)
        for file in files
    ]

    assert [code for code, _said in told] == [0, 1, 2]
    assert "THE LOG WAS FORKED" in told[1][1]


def test_witnesses_of_both_kinds_are_counted(log, tmp_path):
    newer = Witness(name="w.example", logs=[verifier_key()], folder=tmp_path / "w")
    line = newer.add_checkpoint(
        f"old 0\n\n{log.signed.note}".encode(), at=1_770_000_000
    )
    private = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
    older = VerifierKey("old.example", private.public_key().public_bytes_raw(), 0x04)
    text = parse_note(log.signed.note).text
    value = private.sign(cosigned_message(key=older, timestamp=77, text=text))
    second = Signature(older.name, older.key_id, (77).to_bytes(8) + value)
    seen = tmp_path / "seen.tlog-proof"
    seen.write_text(f"{log.texts[0]}{line.body}{second}\n", encoding="utf-8")
    odd = bytearray((77).to_bytes(8) + value)
    odd[-1] ^= 1
    false = Signature(older.name, older.key_id, bytes(odd))
    forged = tmp_path / "forged.tlog-proof"
    forged.write_text(f"{log.texts[0]}{line.body}{false}\n", encoding="utf-8")
    policy = tmp_path / "policy"
    policy.write_text(
        f"witness a {newer.key}\nwitness b {older}\ngroup both all a b\nquorum both\n"
    )

    told = [
        bare(tmp_path, file, "--key", str(verifier_key()), "--policy", policy)
        for file in (seen, log.files[0], forged)
    ]

    assert [code for code, _said in told] == [0, 1, 1]
    assert "Witnesses / Nhân chứng: a, b" in told[0][1]
    assert "old.example did not sign this" in told[2][1]


def test_the_programs_are_handed_out_as_they_are(client):
    for file in (PROGRAM, BESIDE):
        answer = client.get(f"/log/{file.name}")
        assert answer.content == file.read_bytes()
        assert answer["Content-Type"] == "text/x-python; charset=utf-8"
        assert answer["Content-Disposition"] == f'attachment; filename="{file.name}"'
