"""Offers are drafted by the owner, read by everybody while open, answered once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils.timezone import localdate, now

from opensti.domains.results.models import Interest, Offer
from opensti.kernel.access import Role
from tests.factories import rights as factory
from tests.factories import supervision
from tests.factories.tasks import person
from tests.web.results.test_rights import page, post

pytestmark = pytest.mark.django_db


@pytest.fixture
def kept():
    return factory.disclosed()


def opened(kept, **more):
    """An offer that is open on the day of the test."""
    offer = factory.offer(kept, **more)
    Offer.objects.filter(pk=offer.pk).update(opens_on=localdate())
    return Offer.objects.get(pk=offer.pk)


def public(client, name, *args, status=200, **query):
    response = client.get(reverse(f"portal:{name}", args=args), query)
    assert response.status_code == status, response.content.decode()[:3000]
    return response.content.decode()


def member():
    house = factory.house()
    return person(Role.APPLICANT, member_of=frozenset({house.pk})), house


def test_from_the_draft_to_the_answer(client, client_of, kept):
    owner = client_of(kept.host)
    made = post(
        owner,
        "offer_new",
        query=f"?right={kept.right.public_id}",
        title_vi="Thu hồi kẽm từ bụi lò",
        does_vi="Thu hồi 80 % kẽm.",
        form="licence",
        contact="Phòng Chuyển giao",
        trl="7",
    )
    assert made.status_code == 302, made.content.decode()[:3000]
    offer = Offer.objects.get()
    assert "Thu hồi kẽm từ bụi lò" in page(owner, "offers")
    assert "Thu hồi kẽm từ bụi lò" not in public(client, "offers")
    public(client, "offer", offer.public_id, status=404)
    args = [offer.public_id]
    assert post(owner, "offer_publish", *args, version=1).status_code == 302
    assert post(owner, "offer_publish", *args, version=1).status_code == 409
    assert "Thu hồi kẽm từ bụi lò" in public(client, "offers")
    assert "Phòng Chuyển giao" in public(client, "offer", *args)
    actor, house = member()
    writer = client_of(actor)
    assert "Thu hồi 80 % kẽm." in page(writer, "offer", *args)
    empty = post(writer, "interest_new", *args, organisation=house.pk, message=" ")
    assert empty.status_code == 422
    sent = {"organisation": house.pk, "message": "Xin giá."}
    assert post(writer, "interest_new", *args, **sent).status_code == 302
    assert post(writer, "interest_new", *args, **sent).status_code == 409
    interest = Interest.objects.get()
    assert "Xin giá." in page(owner, "offer", *args)
    reply = [offer.public_id, interest.public_id]
    answered = post(owner, "interest_answer", *reply, answer="Mời đến làm việc.")
    assert answered.status_code == 302
    assert "Mời đến làm việc." in page(writer, "offer", *args)
    offer.refresh_from_db()
    assert post(owner, "offer_close", *args, version=offer.version).status_code == 302
    assert "Phòng Chuyển giao" not in public(client, "offer", *args)


def test_what_others_wrote_is_not_shown_to_a_rival(client_of, kept):
    offer = opened(kept)
    actor, house = member()
    post(
        client_of(actor),
        "interest_new",
        offer.public_id,
        organisation=house.pk,
        message="Bí mật.",
    )
    other_house = factory.house("Công ty khác")
    other = client_of(person(Role.APPLICANT, member_of=frozenset({other_house.pk})))
    shown = page(other, "offer", offer.public_id)
    assert "Bí mật." not in shown
    assert reverse("results:offer_edit", args=[offer.public_id]) not in shown
    page(other, "offer_edit", offer.public_id, status=403)
    foreign = post(
        other,
        "interest_new",
        offer.public_id,
        organisation=house.pk,
        message="Thay mặt",
    )
    assert foreign.status_code == 422
    interest = Interest.objects.get()
    page(other, "interest_answer", offer.public_id, interest.public_id, status=403)


def test_a_stranger_signs_in_before_writing(client, kept):
    offer = opened(kept)
    answer = client.get(reverse("results:interest_new", args=[offer.public_id]))
    assert answer.status_code == 302
    assert "login" in answer.url


def test_the_public_list_filters_searches_and_exports(client, kept):
    opened(kept)
    opened(kept, title_vi="Gốm chịu nhiệt", form="together", trl=4, title_en="")
    assert "Gốm" not in public(client, "offers", form="licence")
    assert "Gốm" not in public(client, "offers", trl="5")
    assert "Gốm" in public(client, "offers", q="gom chiu nhiet")
    csv = client.get(reverse("portal:offers"), {"export": "csv"})
    text = b"".join(csv.streaming_content).decode()
    assert "Gốm chịu nhiệt" in text


def test_what_is_over_is_no_longer_offered_and_what_was_said_of_it_stays(client, kept):
    offer = opened(kept)
    about = reverse("portal:voices_about", args=["offer", offer.public_id])
    said = supervision.published(
        supervision.in_office(Role.OFFICER), at=now(), about=f"offer:{offer.public_id}"
    )
    today = localdate()
    ended = {
        "over": {"opens_on": today - timedelta(days=2), "closes_on": today},
        "taken back": {"closes_on": None, "state": "closed", "closed_on": today},
    }
    found = {}
    for name, how in ended.items():
        Offer.objects.update(**how)
        shown = public(client, "offer", offer.public_id)
        found[name] = (
            "Chào chuyển giao này đã đóng" in shown,
            offer.contact in shown or "interest_new" in shown,
            offer.title_vi in public(client, "offers"),
            said.text in client.get(about).content.decode(),
            said.text in public(client, "voices"),
        )
    assert found == dict.fromkeys(ended, (True, False, False, True, True))


def test_what_was_taken_back_before_its_first_day_is_told_nobody(client, kept):
    offer, today = opened(kept), localdate()
    Offer.objects.update(
        state="closed", opens_on=today, closed_on=today - timedelta(days=1)
    )
    public(client, "offer", offer.public_id, status=404)


BUDGETS = {"offers": 10, "offer": 9}
# Those of the portal; joined to its own file by whoever keeps that.
PORTAL_BUDGETS = {"offers": 3, "offer": 2}


@pytest.mark.parametrize("more", [0, 2])
def test_no_page_costs_more_when_there_is_more(
    client, client_of, django_assert_num_queries, more
):
    kept = factory.disclosed()
    offer = opened(kept)
    for number in range(more):
        opened(kept, title_vi=f"Khác {number}")
        house = factory.house(f"Công ty {number}")
        factory.actions.express_interest(
            actor=person(Role.APPLICANT, member_of=frozenset({house.pk})),
            offer_id=offer.pk,
            organisation_id=house.pk,
            message="Xin giá.",
            at=factory.NEXT_YEAR,
        )
    owner = client_of(kept.host)
    for reader, space, budgets in (
        (owner, "results", BUDGETS),
        (client, "portal", PORTAL_BUDGETS),
    ):
        for name, budget in budgets.items():
            args = [offer.public_id] if name == "offer" else []
            url = reverse(f"{space}:{name}", args=args)
            reader.get(url)
            with django_assert_num_queries(budget):
                assert reader.get(url).status_code == 200


def test_whoever_keeps_no_offer_finds_the_way_to_those_of_others(
    client, client_of, kept
):
    offer = opened(kept)
    reader, _house = member()
    shown = page(client_of(reader), "offers")
    assert (offer.title_vi in shown, f'href="{reverse("portal:offers")}"' in shown) == (
        False,
        True,
    )
    assert offer.title_vi in public(client, "offers")


def test_an_enterprise_finds_again_what_it_wrote_and_whether_it_was_answered(
    client_of, kept
):
    offer = opened(kept)
    reader, house = member()
    interest = factory.actions.express_interest(
        actor=reader,
        offer_id=offer.pk,
        organisation_id=house.pk,
        message="Xin giá.",
        at=factory.NEXT_YEAR,
    )
    there = f'href="{reverse("results:offer", args=[offer.public_id])}"'
    stranger, _other = member()
    before = page(client_of(reader), "offers")
    assert (there in before, "Chưa được trả lời." in before) == (True, True)
    assert there not in page(client_of(stranger), "offers")
    factory.actions.answer_interest(
        actor=kept.host,
        interest_id=interest.pk,
        answer="Mời đến.",
        at=factory.NEXT_YEAR,
    )
    after = page(client_of(reader), "offers")
    assert (there in after, "Chưa được trả lời." in after) == (True, False)
