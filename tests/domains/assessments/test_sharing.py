"""An organisation shares with nobody until it says so, and takes it back."""

from __future__ import annotations

import pytest
from django.utils.timezone import localdate, now

from opensti.domains.accounts.models import User
from opensti.domains.assessments import queries
from opensti.domains.assessments.actions import end_sharing, share
from opensti.domains.assessments.models import Sharing
from opensti.domains.assessments.permissions import (
    advises_it,
    shared_with_ministry,
)
from opensti.kernel.access import Role
from opensti.kernel.record.models import Entry
from opensti.kernel.refusals import AccessDenied, Invalid
from tests.factories import assessments as factory
from tests.factories.tasks import person

pytestmark = pytest.mark.django_db


def email_of(actor):
    return User.objects.get(pk=actor.user_id).email


def test_an_adviser_is_named_once_and_can_be_sent_away():
    owner, adviser = factory.factory_owner(), person(Role.EXPERT)
    of = factory.house(owner)
    assert not advises_it(adviser, of)
    given = {"actor": owner, "organisation_id": of, "audience": "adviser"}
    row = share(**given, email=email_of(adviser), at=now())
    assert share(**given, email=email_of(adviser), at=now()).pk == row.pk
    assert advises_it(adviser, of)
    assert list(queries.sharings(owner, organisation_id=of, today=localdate())) == [row]
    end_sharing(actor=owner, sharing_id=row.pk, at=now())
    assert not advises_it(adviser, of)


def test_the_ministry_and_peers_get_what_is_shared_and_nothing_before():
    owner = factory.factory_owner()
    of = factory.house(owner)
    before = (list(shared_with_ministry()), list(queries.counted_among_peers()))
    for audience in ("ministry", "peers"):
        share(actor=owner, organisation_id=of, audience=audience, at=now())
    after = (list(shared_with_ministry()), list(queries.counted_among_peers()))
    assert (before, after) == (([], []), ([of], [of]))


def test_only_a_manager_of_the_organisation_shares():
    owner = factory.factory_owner()
    of = factory.house(owner)
    for stranger in (
        factory.member(of),
        factory.factory_owner(),
        person(Role.LEADER),
        person(Role.ADMIN),
    ):
        with pytest.raises(AccessDenied):
            share(actor=stranger, organisation_id=of, audience="ministry", at=now())
    assert Sharing.objects.count() == 0


@pytest.mark.parametrize(
    ("audience", "email"),
    [("adviser", "nobody@example.vn"), ("everybody", "")],
)
def test_nothing_is_shared_with_whom_there_is_not(audience, email):
    owner = factory.factory_owner()
    with pytest.raises(Invalid):
        share(
            actor=owner,
            organisation_id=factory.house(owner),
            audience=audience,
            email=email,
            at=now(),
        )
    assert Sharing.objects.count() == 0


def test_the_record_tells_nobody_whose_sharing_it_is():
    owner = factory.factory_owner()
    of = factory.house(owner)
    row = share(actor=owner, organisation_id=of, audience="ministry", at=now())
    entry = Entry.objects.get(act="assessments.share")
    assert entry.subject == f"assessments.sharing:{row.public_id}"
    assert entry.public is False
    assert '"ministry"' not in str(entry.body)
