"""In a real browser: pages of rights, deals and offers have no barrier and fit a phone."""

from __future__ import annotations

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from django.urls import reverse
from django.utils.timezone import localdate
from playwright.sync_api import sync_playwright

from opensti.domains.results import actions
from opensti.domains.results.models import DocketEntry, Offer, Right
from opensti.kernel.access import Role
from tests.chromium import CHROMIUM, FLAGS
from tests.factories import rights as factory
from tests.factories.tasks import person
from tests.journeys.barriers import AXE, GLANCE
from tests.journeys.wording import amiss

pytestmark = [
    pytest.mark.django_db(transaction=True),
    # whitenoise says so before anybody collected the static files
    pytest.mark.filterwarnings("ignore:No directory at"),
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed"),
]


@pytest.fixture(scope="module")
def chromium():
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        # its loop runs in this thread, where Django would refuse its database
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield chromium
        chromium.close()


def addresses(kept):
    """Every page of this part, each in a state that shows most of it."""
    right = actions.move_right(
        actor=kept.host,
        right_id=kept.right.pk,
        to="granted",
        on=factory.FILED,
        number="45678",
        version=kept.right.version,
        at=factory.NEXT_YEAR,
    )
    shared, open_deal = (factory.deal(kept, number=n) for n in ("01/LI", "02/LI"))
    income = factory.income(kept, shared)
    actions.share_income(
        actor=kept.host,
        income_id=income.pk,
        proposal=factory.proposal(),
        version=income.version,
        at=factory.NEXT_YEAR,
    )
    factory.income(kept, open_deal)
    # formed under the old law: the page asks which law governs it
    Right.objects.filter(pk=right.pk).update(formed_on="2024-05-01")
    offer = factory.offer(kept)
    Offer.objects.update(opens_on=localdate())
    house = factory.house("Công ty Kẽm")
    actions.express_interest(
        actor=person(Role.APPLICANT, member_of=frozenset({house.pk})),
        offer_id=offer.pk,
        organisation_id=house.pk,
        message="Xin giá.",
        at=factory.NEXT_YEAR,
    )
    fee = DocketEntry.objects.get(rule="vn_fee", turn=1)
    one, deal = [right.public_id], shared.public_id
    names = [
        ("results:rights", []),
        ("results:right", one),
        ("results:right_edit", one),
        ("results:right_move", one),
        ("results:docket_new", one),
        ("results:docket_meet", [*one, fee.pk]),
        ("results:right_paper", one),
        ("results:contract_rights", [kept.funded.contract.public_id]),
        ("results:deals", []),
        ("results:incomes", []),
        ("results:deal", [deal]),
        ("results:deal", [open_deal.public_id]),
        ("results:deal_edit", [open_deal.public_id]),
        ("results:income_edit", [deal]),
        ("results:share", [open_deal.public_id, 2027]),
        ("results:split", [deal, 2027]),
        ("results:payouts", []),
        ("results:offers", []),
        ("results:offer", [offer.public_id]),
        ("results:offer_edit", [offer.public_id]),
        ("portal:offers", []),
        ("portal:offer", [offer.public_id]),
    ]
    return [reverse(name, args=args) for name, args in names]


def test_no_page_has_a_barrier_or_words_of_another_language(
    chromium, live_server, client_of
):
    kept = factory.disclosed()
    found = []
    walked = addresses(kept)
    for language, width in (("vi", 1280), ("en", 390)):
        context = chromium.new_context(viewport={"width": width, "height": 900})
        session = client_of(kept.host).cookies["sessionid"].value
        cookies = {"sessionid": session, "django_language": language}
        context.add_cookies(
            [
                {"name": name, "value": value, "url": live_server.url}
                for name, value in cookies.items()
            ]
        )
        page = context.new_page()
        for address in walked:
            answer = page.goto(live_server.url + address)
            glance = page.evaluate(GLANCE)
            faults = [t for t in glance["said"] if amiss(" ".join(t.split()), language)]
            if answer.status != 200:
                faults.append(f"answered {answer.status}")
            if glance["wide"] > 0:
                faults.append(f"{glance['wide']} px too wide")
            page.evaluate(AXE_SCRIPT)
            faults += page.evaluate(AXE)
            found += [f"{address} {language} {width}: {fault}" for fault in faults]
        context.close()
    assert found == []
