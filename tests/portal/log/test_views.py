"""The log over HTTP: everybody may read it, nobody may read the ministry in it."""

from __future__ import annotations

import base64
import gzip
import html
import re
from datetime import UTC, datetime

import pytest
from sti_methods.ledger import (
    TileNodes,
    inclusion_proof,
    leaf_hash,
    open_note,
    parse_bundle,
    parse_checkpoint,
    parse_policy,
    parse_verifier_key,
    range_hash,
    tiles_of,
    verify_inclusion,
)

from opensti.kernel.access import Actor, Role
from opensti.kernel.record.actions import Act, checkpoint, record_many
from opensti.kernel.record.keys import verifier_key
from opensti.kernel.record.models import Checkpoint, Cosignature, LogHead
from opensti.kernel.record.receipts import verify_signature
from opensti.kernel.record.witness import Witness

AT = datetime(2026, 3, 1, tzinfo=UTC)
OFFICER = Actor(user_id=7, name="An", roles=frozenset({Role.OFFICER}))
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_log(settings, tmp_path):
    settings.OPENSTI_LOG_ORIGIN = "log.example"
    settings.OPENSTI_LOG_KEY = base64.b64encode(bytes(range(32))).decode()
    settings.OPENSTI_DATA_DIR = tmp_path


def text_of(answer):
    """The English words of a page, without its marks."""
    words = re.sub(r"<[^>]+>", " ", answer.content.decode())
    return " ".join(html.unescape(words).split())


@pytest.fixture
def log():
    acts = [
        Act(
            act="calls.score",
            subject=f"calls.dossier:{i}",
            public=i % 10 == 0,
            detail={"points": f"very-internal-{i}"} if i % 10 else {"decision": i},
            secret={"phone": f"phone-number-{i}"},
        )
        for i in range(300)
    ]
    entries = record_many(actor=OFFICER, acts=acts, at=AT)
    checkpoint(at=AT)
    return entries


def test_a_stranger_rebuilds_the_whole_log_from_what_is_served(client, log):
    key = parse_verifier_key(client.get("/log/key").content.decode())
    note = open_note(
        source=client.get("/log/checkpoint").content.decode(),
        keys=[key],
        verify=verify_signature,
    )
    signed = parse_checkpoint(note.text)
    tiles = {
        (place.level, place.index): client.get(f"/log/tile/{place.path}").content
        for place in tiles_of(signed.size)
    }
    leaves = [
        leaf
        for path in ("entries/000", "entries/001.p/44")
        for leaf in parse_bundle(client.get(f"/log/tile/{path}").content)
    ]
    node = TileNodes(lambda level, index: tiles[level, index])

    assert signed.size == 300
    assert range_hash(start=0, end=300, node=node) == signed.root
    assert [leaf_hash(x) for x in leaves] == [entry.leaf_hash for entry in log]
    assert verify_inclusion(
        leaf=leaf_hash(leaves[7]),
        index=7,
        size=300,
        proof=inclusion_proof(index=7, size=300, node=node),
        root=signed.root,
    )
    served = b"".join(leaves)
    assert b"very-internal" not in served
    assert b"phone-number" not in served
    assert b'"decision":290' in served
    assert b'"user"' not in served


@pytest.mark.parametrize(
    ("path", "kind", "cache"),
    [
        ("checkpoint", "text/plain; charset=utf-8", {"public", "max-age=5"}),
        ("key", "text/plain; charset=utf-8", {"public", "max-age=3600"}),
        (
            "tile/0/000",
            "application/octet-stream",
            {"public", "max-age=31536000", "immutable"},
        ),
        (
            "tile/entries/001.p/44",
            "application/octet-stream",
            {"public", "max-age=31536000", "immutable"},
        ),
    ],
)
def test_answers_say_what_they_are_and_how_long_they_keep(
    client, log, path, kind, cache
):
    response = client.get(f"/log/{path}")

    assert response.status_code == 200
    assert response["Content-Type"] == kind
    assert set(response["Cache-Control"].split(", ")) == cache
    assert not response.cookies


@pytest.mark.parametrize(
    "path",
    [
        "0/1",
        "0/002",
        "0/001",
        "0/001.p/45",
        "0/001.p/0",
        "1/000.p/2",
        "9/000",
        "64/000",
        "entries/001",
        "entries/001.p/45",
        "entries/x999/x999/x999/x999/x999/x999/x999/999",
        "../key",
        "x",
    ],
)
def test_what_is_not_in_the_signed_log_is_not_found(client, log, path):
    response = client.get(f"/log/tile/{path}")

    assert (response.status_code, response["Cache-Control"]) == (404, "no-store")


def test_reading_the_checkpoint_signs_nothing(client, log):
    signed = client.get("/log/checkpoint").content
    record_many(actor=OFFICER, acts=[Act(act="a", subject="b:1")], at=AT)
    LogHead.objects.update(size=1, edge=bytes(32))

    assert client.get("/log/checkpoint").content == signed
    assert Checkpoint.objects.count() == 1


def test_before_the_first_signature_there_is_no_checkpoint(client, db):
    response = client.get("/log/checkpoint")

    assert (response.status_code, response["Cache-Control"]) == (404, "no-store")
    assert Checkpoint.objects.count() == 0


def test_the_log_is_only_read(client, log):
    for path in ("checkpoint", "key", "tile/0/000"):
        for method in (client.post, client.put, client.delete):
            assert method(f"/log/{path}").status_code == 405


def test_the_query_counts_do_not_grow(client, log, django_assert_num_queries):
    for path, count in (
        ("checkpoint", 2),
        ("key", 0),
        ("tile/0/000", 3),
        ("tile/entries/000", 2),
    ):
        with django_assert_num_queries(count):
            client.get(f"/log/{path}")


@pytest.fixture
def witnesses(log, settings, tmp_path):
    """Three witnesses, two of which are enough; each has seen the newest checkpoint."""
    signed = Checkpoint.objects.get()
    standing = [
        Witness(name=f"w{n}.example", logs=[verifier_key()], folder=tmp_path / str(n))
        for n in range(3)
    ]
    text = "\n".join(
        f"witness w{n} {w.key} http://w{n}" for n, w in enumerate(standing)
    )
    file = tmp_path / "log.policy"
    file.write_text(f"{text}\ngroup g 2 w0 w1 w2\nquorum g\n")
    settings.OPENSTI_LOG_POLICY = str(file)
    for n, one in enumerate(standing):
        body = f"old 0\n\n{signed.note}"
        line = one.add_checkpoint(body.encode(), at=1_772_323_200 + 60 * n).body
        Cosignature.objects.create(
            checkpoint=signed,
            witness=one.key.name,
            key_id=one.key.key_id.hex(),
            line=line.rstrip("\n"),
            received_at=AT,
        )
    return standing


def test_the_page_of_the_log_shows_who_saw_it_last(client, witnesses):
    client.cookies["django_language"] = "en"
    page = text_of(client.get("/log/"))
    Cosignature.objects.filter(witness__in=["w0.example", "w1.example"]).delete()
    fewer = text_of(client.get("/log/"))

    assert "Entries signed 300" in page
    assert str(verifier_key()) in page
    for n in range(3):
        assert f"w{n} w{n}.example 300 " in page
    assert "As many witnesses as the policy asks have seen" in page
    assert "w0 w0.example – not yet" in fewer
    assert "Fewer witnesses than the policy asks have seen" in fewer


def test_the_page_says_honestly_that_there_is_no_witness(client, log):
    client.cookies["django_language"] = "en"
    page = text_of(client.get("/log/"))

    assert "Nobody outside this house witnesses the log yet." in page
    assert client.get("/log/policy").status_code == 404


def test_the_policy_is_handed_out_without_addresses(client, witnesses):
    text = client.get("/log/policy").content.decode()
    policy = parse_policy(text)

    assert [log.key for log in policy.logs] == [verifier_key()]
    assert policy.witness_keys == [w.key for w in witnesses]
    assert policy.satisfied_by(policy.witness_keys[1:])
    assert not policy.satisfied_by(policy.witness_keys[2:])
    assert "http" not in text


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_costs_the_same_with_more_witnesses(
    client, witnesses, django_assert_num_queries, count
):
    names = [w.key.name for w in witnesses[:count]]
    Cosignature.objects.exclude(witness__in=names).delete()
    with django_assert_num_queries(3):
        client.get("/log/")


@pytest.mark.parametrize("accepted", ["gzip", "br;q=1.0, gzip;q=0.8, *;q=0.1"])
def test_a_bundle_is_packed_for_who_can_unpack_it_and_always_alike(
    client, log, accepted
):
    plain = client.get("/log/tile/entries/000")
    first, again = (
        client.get("/log/tile/entries/000", headers={"accept-encoding": accepted})
        for _time in range(2)
    )

    assert "Content-Encoding" not in plain.headers
    assert first.headers["Content-Encoding"] == "gzip"
    assert first.headers["Content-Length"] == str(len(first.content))
    assert "Accept-Encoding" in plain.headers["Vary"]
    assert "Accept-Encoding" in first.headers["Vary"]
    assert first.headers["Cache-Control"] == plain.headers["Cache-Control"]
    assert first.content == again.content
    assert gzip.decompress(first.content) == plain.content


@pytest.mark.parametrize(
    ("place", "accepted"),
    [("entries/000", "gzip;q=0"), ("entries/000", "br"), ("0/000", "gzip")],
)
def test_others_and_hash_tiles_come_as_they_are(client, log, place, accepted):
    answer = client.get(f"/log/tile/{place}", headers={"accept-encoding": accepted})

    assert "Content-Encoding" not in answer.headers
    assert answer.content == client.get(f"/log/tile/{place}").content
