from __future__ import annotations

import json
import stat
from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction
from django.db.transaction import TransactionManagementError
from sti_methods.ledger import leaf_hash, root_of

from opensti.kernel.access import SYSTEM, Actor, Role
from opensti.kernel.record import keys, leaves
from opensti.kernel.record.actions import (
    Act,
    LogBroken,
    checkpoint,
    erase_secret,
    issue_receipt,
    record,
    record_many,
)
from opensti.kernel.record.models import Checkpoint, Entry, LogHead, Secret, Tile
from opensti.kernel.record.queries import check_log, verify_receipt
from opensti.kernel.refusals import Invalid, NotFound

AT = datetime(2026, 3, 1, 2, 3, 4, 5, UTC)
OFFICER = Actor(user_id=7, name="An", roles=frozenset({Role.OFFICER}))
DEPUTY = Actor(
    user_id=8,
    name="Bình",
    roles=frozenset({Role.PUBLIC, Role.OFFICER, Role.LEADER}),
    on_behalf={Role.LEADER: 3},
)


def act(n: int = 0, **more):
    return record(
        **{
            "actor": OFFICER,
            "act": "calls.submit",
            "subject": f"calls.dossier:{n}",
            "at": AT,
        }
        | more
    )


def test_record_refuses_to_write_outside_a_transaction(transactional_db):
    with pytest.raises(TransactionManagementError, match="its own transaction"):
        act()

    assert Entry.objects.count() == 0


def test_record_goes_with_its_transaction(transactional_db):
    with transaction.atomic():
        act(1)
    with pytest.raises(TypeError), transaction.atomic():  # noqa: PT012 -- the act fails late
        act(2)
        act(detail={"x": object()})
    with transaction.atomic():
        act(3)

    assert list(Entry.objects.values_list("position", "subject")) == [
        (0, "calls.dossier:1"),
        (1, "calls.dossier:3"),
    ]
    assert check_log() == []


@pytest.mark.django_db
def test_an_internal_entry_shows_only_a_commitment_in_its_leaf():
    entry = act(
        12,
        basis="NĐ 268/2025, Điều 9",
        detail={"sha256": "ab", "points": 81},
        secret={"email": "an@example.org"},
    )

    body = json.loads(entry.body)
    commitment = body["secret"].pop("email")
    assert body == {
        "v": 1,
        "position": 0,
        "act": "calls.submit",
        "subject": "calls.dossier:12",
        "actor": {"user": 7, "on_behalf": {}},
        "role": "officer",
        "at": "2026-03-01T02:03:04.000005Z",
        "basis": "NĐ 268/2025, Điều 9",
        "public": False,
        "detail": {"sha256": "ab", "points": 81},
        "secret": {},
    }
    kept = Secret.objects.get()
    assert (kept.entry, kept.field, kept.value) == (
        entry,
        "email",
        '"an@example.org"',
    )
    assert commitment == leaves.commitment(salt=bytes(kept.salt), text=kept.value)
    assert json.loads(entry.leaf) == {
        "v": 1,
        "sealed": leaves.commitment(salt=entry.salt, text=entry.body),
    }
    assert entry.leaf_hash == leaf_hash(entry.leaf)


@pytest.mark.django_db
def test_a_public_entry_tells_all_but_the_person_and_the_secrets():
    entry = act(
        public=True, detail={"decision": "12/QĐ"}, secret={"phone": "0912 cell"}
    )

    leaf = json.loads(entry.leaf)
    assert leaf["detail"] == {"decision": "12/QĐ"}
    assert leaf["actor"] == leaves.actor_of(
        user_id=7, on_behalf={}, salt=entry.salt, public=True
    )
    assert list(leaf["actor"]) == ["commitment"]
    assert b"0912 cell" not in entry.leaf
    assert entry.leaf.decode() == entry.body


@pytest.mark.django_db
@pytest.mark.parametrize("public", [True, False])
@pytest.mark.parametrize(
    ("actor", "role", "capacity", "lender"),
    [
        (OFFICER, None, "officer", None),
        (DEPUTY, Role.LEADER, "leader", 3),
        (DEPUTY, Role.OFFICER, "officer", None),
        (DEPUTY, None, "leader+officer", 3),
        (SYSTEM, None, "system", None),
        (Actor(), None, "public", None),
    ],
)
def test_the_capacity_and_who_lent_it_are_recorded(
    actor, role, capacity, lender, public
):
    entry = act(actor=actor, role=role, public=public)

    assert (entry.role, entry.on_behalf) == (capacity, lender)
    assert check_log() == []


@pytest.mark.django_db
def test_an_append_costs_two_queries_besides_the_insert(django_assert_num_queries):
    act()
    with django_assert_num_queries(3):  # lock the head, insert, move the head
        act()


@pytest.mark.django_db
def test_many_acts_cost_what_one_costs(django_assert_num_queries):
    act()
    acts = [Act(act="tasks.import", subject=f"tasks.task:{i}") for i in range(50)]

    with django_assert_num_queries(3):
        entries = record_many(actor=SYSTEM, acts=acts, at=AT)

    assert [entry.position for entry in entries] == list(range(1, 51))
    assert check_log() == []
    assert record_many(actor=SYSTEM, acts=[], at=AT) == []


@pytest.mark.django_db
def test_full_tiles_are_written_once_and_the_rest_stays_at_the_head():
    acts = [Act(act="tasks.import", subject=f"tasks.task:{i}") for i in range(600)]
    record_many(actor=SYSTEM, acts=acts[:255], at=AT)
    for line in acts[255:258]:
        record(actor=SYSTEM, act=line.act, subject=line.subject, at=AT)
    record_many(actor=SYSTEM, acts=acts[258:], at=AT)

    hashes = [bytes(h) for h in Entry.objects.values_list("leaf_hash", flat=True)]
    assert {
        (t.level, t.index): bytes(t.hashes) for t in Tile.objects.all()
    } == {(0, 0): b"".join(hashes[:256]), (0, 1): b"".join(hashes[256:512])}  # fmt: skip
    assert LogHead.objects.get().size == 600
    assert bytes(checkpoint(at=AT).root) == root_of(hashes)
    assert check_log() == []


@pytest.mark.django_db
@pytest.mark.usefixtures("in_english")
def test_a_naive_time_an_odd_value_or_a_body_too_long_is_refused():
    with pytest.raises(ValueError, match="aware"):
        act(at=datetime(2026, 3, 1))  # noqa: DTZ001 -- the point
    with pytest.raises(TypeError, match="no place"):
        act(detail={"x": object()})
    with pytest.raises(Invalid) as refused:
        act(public=True, detail={"text": "x" * 70_000})
    assert str(refused.value.message).startswith("The texts that this act")
    act(detail={"text": "x" * 70_000})

    assert Entry.objects.count() == 1
    assert check_log() == []


# ------------------------------------------------------------------ erasure


@pytest.mark.django_db
def test_an_erased_secret_is_gone_and_the_log_still_holds():
    entry = act(1, secret={"email": "an@example.org", "phone": "0912 cell"})
    act(2, secret={"email": "other@example.org"})
    before = issue_receipt(position=0, at=AT)

    erasure = erase_secret(
        actor=OFFICER,
        subject="calls.dossier:1",
        field="email",
        at=AT + timedelta(days=1),
        basis="Luật 91/2025/QH15",
    )

    assert list(Secret.objects.values_list("entry__subject", "field")) == [
        ("calls.dossier:1", "phone"),
        ("calls.dossier:2", "email"),
    ]
    assert json.loads(erasure.body)["detail"] == {
        "field": "email",
        "positions": [entry.position],
    }
    assert check_log() == []
    assert verify_receipt(before, keys.verifier_key()).position == 0


@pytest.mark.django_db
def test_erasure_needs_a_basis_and_something_to_erase():
    act(1, secret={"email": "an@example.org"})
    wanted = {"actor": OFFICER, "subject": "calls.dossier:1", "at": AT}

    with pytest.raises(Invalid):
        erase_secret(**wanted, field="email", basis="")
    with pytest.raises(NotFound):
        erase_secret(**wanted, field="phone", basis="Luật 91/2025/QH15")

    assert (Secret.objects.count(), Entry.objects.count()) == (1, 1)


# ------------------------------------------------------------------ signing


@pytest.mark.django_db
def test_a_checkpoint_is_signed_once_for_a_size():
    empty = checkpoint(at=AT)
    act()
    first = checkpoint(at=AT)

    assert checkpoint(at=AT + timedelta(hours=1)) == first
    assert list(Checkpoint.objects.values_list("size", flat=True)) == [0, 1]
    assert empty.note.startswith(
        "log.example\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n\n— log.example "
    )


def test_nothing_uncommitted_is_ever_signed(transactional_db):
    with transaction.atomic():
        act()
        with pytest.raises(RuntimeError, match="durable"):
            checkpoint(at=AT)

    assert Checkpoint.objects.count() == 0


@pytest.mark.django_db
@pytest.mark.parametrize("size", [1, 3])
def test_a_log_that_does_not_continue_what_was_signed_is_not_signed(size):
    for _ in range(2):
        act()
    checkpoint(at=AT)
    act()

    LogHead.objects.update(size=size, edge=bytes(32 * size))

    with pytest.raises(LogBroken, match="2"):
        checkpoint(at=AT)
    assert Checkpoint.objects.count() == 1


def test_the_key_is_made_once_for_its_owner_alone(settings, tmp_path):
    settings.OPENSTI_LOG_KEY = ""
    assert keys.kept_key() is None

    first = keys.verifier_key()

    file = tmp_path / "log.key"
    assert keys.verifier_key() == keys.kept_key() == first
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["log.key"]


@pytest.mark.parametrize("key", ["short", "AAAA", "*" * 44])
def test_a_key_that_is_none_is_refused(settings, key):
    settings.OPENSTI_LOG_KEY = key

    with pytest.raises(keys.ImproperlyConfigured, match="32 bytes"):
        keys.verifier_key()
