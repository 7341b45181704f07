"""What is offered is public in its time alone; organisations write, the owner answers."""

from __future__ import annotations

from datetime import date

import pytest
from django.utils.timezone import localdate

from opensti.domains.results import actions, queries
from opensti.domains.results.models import Interest, Offer, Result, Right
from opensti.kernel.access import PUBLIC, Role
from opensti.kernel.refusals import (
    AccessDenied,
    Invalid,
    NotFound,
    Stale,
    StepNotAllowed,
)
from tests.factories import results
from tests.factories import rights as factory
from tests.factories.tasks import person

pytestmark = pytest.mark.django_db
TODAY = localdate(factory.AT)


def member():
    house = factory.house()
    return person(Role.APPLICANT, member_of=frozenset({house.pk})), house


def write(actor, offer, house, **more):
    given = {"message": "Xin thông tin về giá.", "at": factory.AT}
    return actions.express_interest(
        actor=actor, offer_id=offer.pk, organisation_id=house.pk, **given | more
    )


def test_an_offer_is_public_from_its_first_day_until_its_last():
    kept = factory.disclosed()
    offer = factory.offer(kept, closes_on=date(2027, 10, 1))
    assert (offer.state, offer.opens_on) == ("public", TODAY)
    on = {
        day: list(queries.public_offers(day))
        for day in (
            date(2027, 8, 31),
            TODAY,
            date(2027, 9, 30),
            date(2027, 10, 1),
        )
    }
    assert list(on.values()) == [[], [offer], [offer], []]
    assert [list(queries.told_offers(day)) for day in on] == [[], *[[offer]] * 3]
    assert [offer.is_open(day) for day in on] == [False, True, True, False]


def test_an_offer_taken_back_is_told_since_when():
    kept = factory.disclosed()
    offer = factory.offer(kept, closes_on=date(2027, 10, 1))
    closed = actions.close_offer(
        actor=kept.host,
        offer_id=offer.pk,
        version=offer.version,
        at=factory.AT,
    )
    assert (closed.closed_on, closed.ended_on) == (TODAY, TODAY)
    assert list(queries.public_offers(TODAY)) == []
    assert list(queries.told_offers(TODAY)) == [offer]


def test_a_draft_is_known_to_its_own_side_alone():
    kept = factory.disclosed()
    offer = factory.offer(kept, public=False)
    rival, _house = member()
    assert list(queries.public_offers(TODAY)) == []
    for actor in (PUBLIC, rival):
        with pytest.raises(NotFound):
            queries.offer(actor, offer.public_id)
    assert queries.offer(kept.host, offer.public_id) == offer


def test_what_must_not_be_known_is_not_offered():
    kept = factory.disclosed()
    result = Result.objects.create(
        contract=kept.funded.contract,
        kind="process",
        title_vi="Quy trình",
        formed_on=factory.FORMED,
        secrecy="internal",
        created_at=factory.AT,
    )
    Right.objects.filter(pk=kept.right.pk).update(result=result)
    draft = factory.offer(kept, public=False)
    with pytest.raises(StepNotAllowed):
        actions.publish_offer(
            actor=kept.host, offer_id=draft.pk, version=1, at=factory.AT
        )
    Result.objects.update(secrecy="open")
    with pytest.raises(StepNotAllowed):  # its work is not accepted yet
        actions.publish_offer(
            actor=kept.host, offer_id=draft.pk, version=1, at=factory.AT
        )
    results.accepted(kept.funded)
    actions.publish_offer(actor=kept.host, offer_id=draft.pk, version=1, at=factory.AT)
    assert list(queries.public_offers(TODAY)) == [draft]
    Result.objects.update(secrecy="internal")
    assert list(queries.public_offers(TODAY)) == []


def test_an_organisation_writes_once_and_has_its_answer():
    kept = factory.disclosed()
    offer = factory.offer(kept)
    actor, house = member()
    interest = write(actor, offer, house)
    with pytest.raises(StepNotAllowed):
        write(actor, offer, house)
    actions.answer_interest(
        actor=kept.host,
        interest_id=interest.pk,
        answer="Mời đến làm việc.",
        at=factory.AT,
    )
    with pytest.raises(StepNotAllowed):
        actions.answer_interest(
            actor=kept.host, interest_id=interest.pk, answer="Nữa", at=factory.AT
        )
    (own,) = queries.own_interests(actor)
    assert own.answer == "Mời đến làm việc."
    assert [o.asked for o in queries.offers(kept.host)] == [1]


def test_one_house_does_not_learn_of_the_other_that_wrote():
    kept = factory.disclosed()
    offer = factory.offer(kept)
    first, house = member()
    write(first, offer, house)
    other_house = factory.house("Công ty khác")
    other = person(Role.APPLICANT, member_of=frozenset({other_house.pk}))
    seen = [
        queries.interests(actor, offer).count()
        for actor in (kept.host, kept.funded.officer, first, other, PUBLIC)
    ]
    assert seen == [1, 1, 1, 0, 0]
    with pytest.raises(NotFound):
        actions.answer_interest(
            actor=other,
            interest_id=Interest.objects.get().pk,
            answer="Tôi trả lời",
            at=factory.AT,
        )


def test_one_writes_for_ones_own_house_alone_and_not_to_oneself():
    kept = factory.disclosed()
    offer = factory.offer(kept)
    actor, house = member()
    other = factory.house("Công ty khác")
    with pytest.raises(AccessDenied):
        write(actor, offer, other)
    with pytest.raises(AccessDenied):
        write(person(Role.EXPERT), offer, house)
    own = person(Role.APPLICANT, member_of=frozenset({offer.host_id}))
    with pytest.raises(AccessDenied):
        write(own, offer, offer.host)
    with pytest.raises(Invalid):
        write(actor, offer, house, message="  ")
    assert not Interest.objects.exists()


def test_nobody_writes_on_what_is_closed():
    kept = factory.disclosed()
    offer = factory.offer(kept)
    actor, house = member()
    closed = actions.close_offer(
        actor=kept.host, offer_id=offer.pk, version=offer.version, at=factory.AT
    )
    with pytest.raises(NotFound):
        write(actor, offer, house)
    with pytest.raises(StepNotAllowed):
        actions.publish_offer(
            actor=kept.host,
            offer_id=closed.pk,
            version=closed.version,
            at=factory.AT,
        )


def test_a_stranger_reads_a_public_offer_and_changes_nothing_of_it():
    kept = factory.disclosed()
    offer = factory.offer(kept)
    actor, _house = member()
    facts = actions.OfferFacts(
        title_vi="Của tôi", does_vi="x", form="any", contact="tôi"
    )
    assert queries.told_offer(offer.public_id, TODAY) == offer
    for stranger in (actor, kept.funded.officer):
        with pytest.raises(AccessDenied):
            actions.change_offer(
                actor=stranger,
                offer_id=offer.pk,
                facts=facts,
                version=offer.version,
                at=factory.AT,
            )
        with pytest.raises(AccessDenied):
            actions.close_offer(
                actor=stranger,
                offer_id=offer.pk,
                version=offer.version,
                at=factory.AT,
            )
    with pytest.raises(Stale):
        actions.change_offer(
            actor=kept.host, offer_id=offer.pk, facts=facts, version=9, at=factory.AT
        )
    assert Offer.objects.get().title_vi == "Thu hồi kẽm từ bụi lò"


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"title_vi": ""}, "title_vi"),
        ({"contact": " "}, "contact"),
        ({"form": "gift"}, "form"),
        ({"trl": 10}, "trl"),
        (
            {"opens_on": date(2027, 9, 2), "closes_on": date(2027, 9, 2)},
            "closes_on",
        ),
    ],
)
def test_an_offer_says_what_it_must(wrong, field):
    kept = factory.disclosed()
    with pytest.raises(Invalid) as refused:
        factory.offer(kept, public=False, **wrong)
    assert [p.field for p in refused.value.problems] == [field]


def test_the_manager_of_the_host_is_told_of_what_is_not_answered():
    kept = factory.disclosed()
    offer = factory.offer(kept)
    actor, house = member()
    write(actor, offer, house)
    manager = person(Role.MANAGER, manages=frozenset({offer.host_id}))
    kinds = [
        [i.kind for i in queries.work_for(who, TODAY) if i.kind == "offers.answer"]
        for who in (manager, actor)
    ]
    assert kinds == [["offers.answer"], []]
