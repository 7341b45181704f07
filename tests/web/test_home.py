"""The first page of the day."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse

from opensti.kernel.access import Role
from opensti.kernel.jobs.actions import enqueue
from opensti.web import home
from opensti.web.menu import MENU, menu_for
from tests.factories import portfolios as factory
from tests.factories import tasks as make
from tests.factories.registry import Users
from tests.factories.tasks import AT, actor_of

pytestmark = pytest.mark.django_db
AUDITOR_HOME = 11
BUDGETS = {
    "home": 26,
    "record:entries": 9,
    "procedures:regimes": 7,
    "procedures:calendar": 7,
    "procedures:regime": 8,
    "jobs:list": 9,
    "jobs:job": 7,
}


@pytest.mark.parametrize(
    "role", [r for r in Role if r not in (Role.PUBLIC, Role.MANAGER)]
)
def test_every_role_opens_its_day_and_every_link_of_its_menu(client_of, role):
    client = client_of(role)
    page = client.get(reverse("home"))
    assert page.status_code == 200
    actor = page.wsgi_request.actor
    links = [link.url for group in menu_for(actor, "/work/") for link in group.links]
    assert links[0] == reverse("home")
    assert {url: client.get(url).status_code for url in links} == dict.fromkeys(
        links, 200
    )


def test_what_waits_is_named_with_its_way_there(client_of):
    story = factory.judged("90")
    round_ = factory.laid_out(story)
    page = client_of(story.officer).get(reverse("home")).content.decode()
    assert reverse("portfolios:round", args=[round_.public_id]) in page
    assert "Đợt 1" in page


def test_the_queue_speaks_the_language_of_its_reader(client_of):
    make.regimes()
    officer = make.person(Role.OFFICER)
    make.order(officer)
    make.order(officer, title_vi="Chỉ có tiếng Việt", title_en="")
    client = client_of(officer)
    said = {
        language: re.findall(
            r'<td data-label="[^"]*">(?!<a)(.*?)</td>\n<td',
            client.get(reverse("home"), headers={"accept-language": language}).text,
        )
        for language in ("en", "vi")
    }
    assert said == {
        "en": ["Zinc recovery", '<span lang="vi">Chỉ có tiếng Việt</span>'],
        "vi": ["Công nghệ thu hồi kẽm", "Chỉ có tiếng Việt"],
    }


def test_a_stranger_is_sent_to_sign_in():
    assert Client().get(reverse("home")).status_code == 302


def test_one_entry_of_the_menu_is_where_one_is():
    actor = actor_of(Users.create(), *(set(Role) - {Role.PUBLIC}))
    for _label, items in MENU:
        for _text, name, _roles in items:
            current = [
                link.url
                for group in menu_for(actor, reverse(name))
                for link in group.links
                if link.current
            ]
            assert current == [reverse(name)]


@pytest.mark.parametrize("rows", [1, 3])
def test_the_pages_of_the_house_cost_the_same_whatever_they_hold(
    client_of, django_assert_num_queries, rows
):
    story = factory.judged("60")
    factory.released(story)
    factory.objected(story)
    for _n in range(rows - 1):
        factory.released(factory.judged("60"))
    for _n in range(rows):
        job = enqueue("portfolios.mail_letters", actor=story.officer, at=AT, payload={})
    args = {"jobs:job": [job.public_id], "procedures:regime": ["moit_2026"]}
    who = {"home": story.leader, "jobs:list": "admin", "jobs:job": "admin"}
    for name, budget in BUDGETS.items():
        client = client_of(who.get(name, "auditor"))
        page = reverse(name, args=args.get(name, []))
        client.get(page)
        with django_assert_num_queries(budget):
            assert client.get(page).status_code == 200


def test_an_auditor_sees_the_latest_acts_instead_of_an_empty_page(client_of):
    story = factory.judged("90")
    factory.laid_out(story)
    pages = {
        who: client_of(who).get(reverse("home")).content.decode()
        for who in ("auditor", "admin", "applicant")
    }
    shown = re.search(r'<ol class="timeline">.*?</ol>', pages["auditor"], re.DOTALL)[0]
    assert shown.count("<li") == home.LATEST
    assert {
        who: [
            sentence in page
            for sentence in (
                "Kiểm toán viên chỉ xem, đối chiếu",
                "Hồ sơ không chờ quản trị viên xử lý",
                "Việc tự hiện ở đây ngay khi có hồ sơ cần",
                "Các bước mới nhất trong sổ ghi",
            )
        ]
        for who, page in pages.items()
    } == {
        "auditor": [True, False, False, True],
        "admin": [False, True, False, False],
        "applicant": [False, False, True, False],
    }


@pytest.mark.parametrize("rows", [1, 3])
def test_the_first_page_of_an_auditor_costs_the_same(
    client_of, django_assert_num_queries, rows
):
    for _n in range(rows):
        factory.laid_out(factory.judged("60"))
    client = client_of("auditor")
    client.get(reverse("home"))
    with django_assert_num_queries(AUDITOR_HOME):
        client.get(reverse("home"))
