from __future__ import annotations

import base64
import json
from datetime import UTC, datetime

import pytest
from sti_methods.ledger import (
    Tree,
    VerifierKey,
    leaf_hash,
    parse_bundle,
    parse_proof,
)

from opensti.kernel.access import Actor, Role
from opensti.kernel.record import keys
from opensti.kernel.record.actions import (
    Act,
    checkpoint,
    issue_receipt,
    record,
    record_many,
)
from opensti.kernel.record.models import Entry
from opensti.kernel.record.queries import (
    Line,
    entries_of,
    entry_at,
    entry_bundle,
    receipt,
    secrets_of,
    tile,
    verify_receipt,
)
from opensti.kernel.refusals import NotFound, StepNotAllowed

AT = datetime(2026, 3, 1, tzinfo=UTC)
OFFICER = Actor(user_id=7, name="An", roles=frozenset({Role.OFFICER}))
pytestmark = pytest.mark.django_db


@pytest.fixture
def log():
    acts = [
        Act(act="a", subject=f"tasks.task:{i}", public=i % 2 == 0, detail={"n": i})
        for i in range(300)
    ]
    return record_many(actor=OFFICER, acts=acts, at=AT)


def test_a_timeline_is_one_query_and_shows_no_secret(django_assert_num_queries):
    for public in (False, True):
        record(
            actor=OFFICER,
            act="calls.submit",
            subject="calls.dossier:1",
            at=AT,
            basis="Điều 9",
            public=public,
            detail={"n": 1},
            secret={"email": "an@example.org"},
        )
    line = Line(
        position=0,
        act="calls.submit",
        subject="calls.dossier:1",
        role="officer",
        actor_user_id=7,
        on_behalf=None,
        recorded_at=AT,
        basis="Điều 9",
        public=False,
        detail={"n": 1},
        secret=("email",),
    )

    with django_assert_num_queries(1):
        lines = entries_of("calls.dossier:1")
    with django_assert_num_queries(1):
        strangers = entries_of(["calls.dossier:1", "x:2"], public_only=True)

    assert lines[0] == line
    assert [(x.position, x.public, x.actor_user_id) for x in lines] == [
        (0, False, 7),
        (1, True, 7),
    ]
    assert [(x.position, x.actor_user_id) for x in strangers] == [(1, None)]
    assert secrets_of(0) == {"email": "an@example.org"}


@pytest.mark.parametrize("position", [0, 1, 255, 256, 299])
@pytest.mark.parametrize("disclose", [True, False])
def test_a_receipt_holds_offline_and_shows_what_may_be_shown(log, position, disclose):
    text = issue_receipt(position=position, at=AT, disclose=disclose)

    found = verify_receipt(text, str(keys.verifier_key()))

    entry = log[position]
    shown = entry.public or disclose
    assert (found.position, found.size, found.origin) == (position, 300, "log.example")
    assert found.leaf == entry.leaf.decode()
    assert found.body == (json.loads(entry.body) if shown else None)
    assert (entry.body in text) is False
    extra = json.loads(parse_proof(text).extra or b"")
    assert sorted(extra) == (
        ["body", "leaf", "salt", "v"] if disclose else ["leaf", "v"]
    )


def test_a_receipt_still_holds_after_the_log_has_grown(log):
    before = issue_receipt(position=280, at=AT)
    record_many(
        actor=OFFICER, acts=[Act(act="a", subject="b")] * 600, at=AT
    )  # fmt: skip
    after_growth = receipt(entry_at(280))
    checkpoint(at=AT)

    sizes = [
        verify_receipt(text, keys.verifier_key()).size
        for text in (before, after_growth, issue_receipt(position=280, at=AT))
    ]

    assert sizes == [300, 300, 900]


def test_an_unsigned_entry_has_no_receipt_yet(log):
    with pytest.raises(StepNotAllowed):
        receipt(log[0])
    with pytest.raises(NotFound):
        issue_receipt(position=300, at=AT)


def altered_extra(text, **change):
    proof = parse_proof(text)
    extra = json.loads(proof.extra or b"") | change
    raw = base64.b64encode(json.dumps(extra).encode()).decode()
    return "".join(
        f"extra {raw}\n" if line.startswith("extra") else line
        for line in text.splitlines(keepends=True)
    )


def test_whatever_is_changed_in_a_receipt_is_noticed(log):
    key = keys.verifier_key()
    good = issue_receipt(position=5, at=AT, disclose=True)
    entry = log[5]
    body = entry.body.replace('"n":5', '"n":6')
    other = issue_receipt(position=7, at=AT, disclose=True)
    bad = [
        altered_extra(good, body=body),
        altered_extra(good, leaf=body),
        altered_extra(good, salt="00"),
        altered_extra(good, salt="no hex"),
        altered_extra(good, leaf=5),
        altered_extra(good, leaf="[]"),
        good.replace("index 5", "index 4"),
        good.replace("\n300\n", "\n301\n"),
        good.replace("log.example\n300", "log.other\n300"),
        "".join(x for x in good.splitlines(keepends=True) if not x.startswith("extra")),
        good[: good.index("\n\n")] + other[other.index("\n\n") :].replace("3", "4"),
        "",
        "x" * 2_000_000,
    ]

    assert verify_receipt(good, key).body == json.loads(entry.body)
    for text in bad:
        with pytest.raises(ValueError):  # noqa: PT011 -- each for its own reason
            verify_receipt(text, key)
    for stranger in (
        VerifierKey(key.name, bytes(32)),
        VerifierKey("log.other", key.public),
        VerifierKey(key.name, key.public, 2),
    ):
        with pytest.raises(ValueError, match="not signed by a known key"):
            verify_receipt(good, stranger)


def test_tiles_and_bundles_are_those_of_the_signed_tree(log):
    checkpoint(at=AT)
    record_many(actor=OFFICER, acts=[Act(act="a", subject="b")] * 300, at=AT)
    leaves = [bytes(x) for x in Entry.objects.values_list("leaf", flat=True)]
    tree = Tree(map(leaf_hash, leaves))

    assert tile(0, 0, 256) == b"".join(map(leaf_hash, leaves[:256]))
    assert tile(0, 1, 44) == b"".join(map(leaf_hash, leaves[256:300]))
    assert tile(1, 0, 1) == tree.node(8, 0)
    assert parse_bundle(entry_bundle(1, 44)) == leaves[256:300]
    for unsigned in ((0, 1, 45), (0, 1, 256), (0, 9, 1), (1, 0, 2), (2, 0, 1)):
        with pytest.raises(NotFound):
            tile(*unsigned)
    with pytest.raises(NotFound):
        entry_bundle(1, 45)
