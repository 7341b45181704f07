"""A person has a public page only while he agrees to it."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from opensti.domains.accounts.actions import erase_account
from opensti.domains.publications import actions, queries
from opensti.domains.publications.models import PersonConsent
from opensti.domains.registry.actions import erase_person
from opensti.kernel.access import Role
from opensti.kernel.record.models import Entry, Secret
from opensti.kernel.refusals import AccessDenied, Invalid, NotFound, StepNotAllowed
from tests.factories.registry import People
from tests.factories.tasks import person

AT = datetime(2027, 3, 1, 2, 0, tzinfo=UTC)


@pytest.fixture
def known(db):
    actor = person(Role.EXPERT)
    row = People(full_name="Đặng Thị Kẽm", user_id=actor.user_id)
    return replace(actor, person_id=row.pk), row


def agree(actor, version=queries.CONSENT_NOW):
    return actions.give_consent(actor=actor, text_version=version, at=AT)


def shown():
    return [row.full_name for row in queries.person_list(at=AT)]


def test_a_page_is_there_from_agreeing_to_taking_back(known):
    actor, row = known
    other = People(full_name="Người không đồng ý")
    assert shown() == []
    agree(actor)
    assert shown() == ["Đặng Thị Kẽm"]
    assert queries.person_page(row.public_id, at=AT).card.name == "Đặng Thị Kẽm"
    with pytest.raises(NotFound):
        queries.person_page(other.public_id, at=AT)
    with pytest.raises(StepNotAllowed):
        agree(actor)

    actions.withdraw_consent(actor=actor, at=AT)

    assert shown() == []
    with pytest.raises(NotFound):
        queries.person_page(row.public_id, at=AT)
    with pytest.raises(StepNotAllowed):
        actions.withdraw_consent(actor=actor, at=AT)


def test_nobody_agrees_without_an_entry_or_to_other_words(known):
    actor, _row = known
    with pytest.raises(AccessDenied):
        agree(person(Role.EXPERT))
    with pytest.raises(Invalid):
        agree(actor, version=queries.CONSENT_NOW + 1)
    assert not PersonConsent.objects.exists()


def test_the_public_record_tells_nothing_of_who_agreed(known):
    actor, row = known
    agree(actor)
    entry = Entry.objects.get(act="publications.give_consent")
    assert not entry.public
    leaf = bytes(entry.leaf).decode()
    assert row.full_name not in leaf
    assert str(row.public_id) not in leaf
    assert json.loads(entry.body)["detail"] == {"text": queries.CONSENT_NOW}


def test_erasing_the_person_erases_the_consent(known):
    actor, row = known
    agree(actor)
    admin = replace(person(Role.ADMIN), sudo=True)
    officer = replace(person(Role.OFFICER), sudo=True)
    erase_account(actor=admin, user_id=actor.user_id, basis="Luật 91/2025", at=AT)
    erase_person(actor=officer, person_id=row.pk, basis="Luật 91/2025", at=AT)
    assert shown() == []
    assert not PersonConsent.objects.exists()
    kept = Secret.objects.filter(entry__subject=f"registry.person:{row.pk}")
    assert not kept.exists()
