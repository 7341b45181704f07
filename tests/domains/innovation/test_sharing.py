"""Innovation work is shared with nobody until a row says so, apart from assessments."""

from __future__ import annotations

import pytest
from django.utils.timezone import localdate, now

from opensti.domains.innovation import queries
from opensti.domains.innovation.actions import end_sharing, share
from opensti.domains.innovation.models import Sharing
from opensti.domains.innovation.permissions import shared_with_ministry
from opensti.kernel.access import Role
from opensti.kernel.record.models import Entry
from opensti.kernel.refusals import AccessDenied, Invalid
from tests.factories import assessments
from tests.factories import innovation as factory
from tests.factories.tasks import person

pytestmark = pytest.mark.django_db


def test_an_adviser_sees_from_the_day_he_is_named_until_he_is_sent_away():
    owner = factory.factory_owner()
    idea = factory.idea(factory.campaign(owner, at=now()), at=now())
    adviser = assessments.advised(owner, now())  # of assessments: that is another thing
    given = {"actor": owner, "organisation_id": factory.house(owner), "at": now()}
    email = factory.email_of(adviser)
    seen = [list(queries.ideas(adviser))]
    row = share(audience="adviser", email=email, **given)
    assert share(audience="adviser", email=email, **given).pk == row.pk
    seen.append(list(queries.ideas(adviser)))
    assert list(queries.sharings_of(owner, today=localdate())) == [row]
    end_sharing(actor=owner, sharing_id=row.pk, at=now())
    assert [*seen, list(queries.ideas(adviser))] == [[], [idea], []]
    assert '"adviser"' not in str(Entry.objects.filter(act="innovation.share").get().body)  # fmt: skip


def test_what_the_ministry_may_count_names_no_idea():
    owner = factory.factory_owner()
    factory.idea(factory.campaign(owner, at=now()), at=now())
    of, leader = factory.house(owner), person(Role.LEADER)
    assert list(shared_with_ministry()) == []
    share(actor=owner, organisation_id=of, audience="ministry", at=now())
    assert list(shared_with_ministry()) == [of]
    assert (list(queries.ideas(leader)), list(queries.campaigns(leader))) == ([], [])


@pytest.mark.parametrize(
    ("audience", "email"), [("adviser", "nobody@example.vn"), ("everybody", "")]
)
def test_nothing_is_shared_with_whom_there_is_not(audience, email):
    owner = factory.factory_owner()
    given = {"organisation_id": factory.house(owner), "at": now()}
    with pytest.raises(Invalid):
        share(actor=owner, audience=audience, email=email, **given)
    for stranger in (factory.member(factory.house(owner)), person(Role.ADMIN)):
        with pytest.raises(AccessDenied):
            share(actor=stranger, audience="ministry", **given)
    assert Sharing.objects.count() == 0
