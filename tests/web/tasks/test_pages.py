"""Every page of needs, orders, lists and the archive, as those who may see them."""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING, Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from opensti.domains.accounts.models import RoleGrant, User
from opensti.domains.procedures.models import Deadline
from opensti.domains.tasks import queries
from opensti.domains.tasks.models import Need, Order, OrderList
from opensti.kernel.access import Role
from tests.factories import tasks as make
from tests.factories.registry import Organisations
from tests.factories.tasks import ANSWERS, Tasks

if TYPE_CHECKING:
    from pathlib import Path

    from django.test import Client
    from pytest_django import DjangoAssertNumQueries
    from pytest_django.fixtures import SettingsWrapper

    from opensti.kernel.access import Actor

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _regimes() -> None:
    make.regimes()


def person(*roles: Role) -> Actor:
    """An account that holds these roles in the database too, so that it can sign in."""
    actor = make.person(*roles)
    for role in roles:
        RoleGrant.objects.create(user_id=actor.user_id, role=role, since="2020-01-01")
    return actor


def sign_in(client: Client, actor: Actor, *, sudo: bool = False) -> None:
    client.force_login(User.objects.get(pk=actor.user_id))
    if sudo:
        session = client.session
        session["account_authentication_methods"] = [
            {"method": "password", "at": time.time(), "reauthenticated": True}
        ]
        session["account_authentication_methods_user"] = str(actor.user_id)
        session.save()


def typed(**more: Any) -> dict[str, Any]:
    """A need's form as a browser sends it."""
    return {
        "kind": "ministry_task",
        "title": ANSWERS["title"],
        "proposed_type": "research",
        "urgency": ANSWERS["urgency"],
        "objectives": ANSWERS["objectives"],
        "products-TOTAL_FORMS": "2",
        "products-0-product": "Quy trình",
        "products-0-measure": "80 %",
        "products-1-product": "",
        "user_known": "no",
        "months": "24",
        "budget": "4.000.000.000",
        **more,
    }


def test_every_page_opens_for_the_officer(client: Client) -> None:
    officer, leader = person(Role.OFFICER), person(Role.LEADER)
    applicant = person(Role.APPLICANT)
    need = make.accepted(applicant, officer)
    order = make.approved(officer, leader, need_ids=[need.pk])
    task = Tasks.create()
    sign_in(client, officer)
    pages = {
        reverse("tasks:needs"): 200,
        reverse("tasks:need", args=[need.public_id]): 200,
        reverse("tasks:need_new"): 200,
        reverse("tasks:orders"): 200,
        reverse("tasks:order", args=[order.public_id]): 200,
        reverse("tasks:order_new"): 200,
        reverse("tasks:order_edit", args=[order.public_id]): 200,
        reverse("tasks:lists"): 200,
        reverse("tasks:list", args=[order.list.public_id]): 200,
        reverse("tasks:list_new"): 200,
        reverse("tasks:archive"): 200,
        reverse("tasks:task", args=[task.public_id]): 200,
    }
    assert {url: client.get(url).status_code for url in pages} == pages


def test_a_need_is_written_and_submitted_in_the_browser(client: Client) -> None:
    sign_in(client, person(Role.APPLICANT))
    answer = client.post(reverse("tasks:need_new"), typed(submit="1"))
    need = Need.objects.select_related("case").get()
    assert answer.headers["location"] == reverse("tasks:need", args=[need.public_id])
    assert (need.case.state, need.answers) == ("submitted", ANSWERS)


def test_what_is_missing_is_named_and_what_was_typed_is_kept(client: Client) -> None:
    sign_in(client, person(Role.APPLICANT))
    answer = client.post(
        reverse("tasks:need_new"), typed(submit="1", urgency="", months="hai năm")
    )
    assert answer.status_code == 422
    assert Need.objects.count() == 0
    assert b'value="hai n\xc4\x83m"' in answer.content
    answer = client.post(reverse("tasks:need_new"), typed(submit="1", urgency=""))
    need = Need.objects.select_related("case").get()
    assert (answer.status_code, need.case.state) == (422, "draft")
    assert b"#id_urgency" in answer.content


def test_typing_is_kept_by_itself_and_a_conflict_says_what_differs(
    client: Client,
) -> None:
    applicant = person(Role.APPLICANT)
    need = make.draft(applicant)
    sign_in(client, applicant)
    url = reverse("tasks:need_autosave", args=[need.public_id])
    headers = {"accept": "application/json"}
    first = client.post(url, typed(version="1", title="Một"), headers=headers)
    second = client.post(url, typed(version="1", title="Hai"), headers=headers)
    need.refresh_from_db()
    assert (first.status_code, first.json()["version"]) == (200, 2)
    assert (second.status_code, second.json()["changed"]) == (
        409,
        [
            {
                "field": "title",
                "label": "Tên vấn đề hoặc nhiệm vụ đề xuất",
                "theirs": "Một",
            }
        ],
    )
    assert need.title_vi == "Một"


def test_a_stale_text_comes_back_in_the_form(client: Client) -> None:
    applicant = person(Role.APPLICANT)
    need = make.draft(applicant)
    sign_in(client, applicant)
    url = reverse("tasks:need_edit", args=[need.public_id])
    client.post(url, typed(version="1", title="Một"))
    answer = client.post(url, typed(version="1", title="Hai của tôi"))
    need.refresh_from_db()
    assert (answer.status_code, need.title_vi) == (409, "Một")
    assert "Hai của tôi" in answer.content.decode()


def test_a_stranger_gets_nothing_of_a_need_anywhere(client: Client) -> None:
    need = make.submitted(person(Role.APPLICANT), title="Bí mật kẽm")
    strangers = [person(Role.APPLICANT), person(Role.EXPERT), person(Role.ADMIN)]
    for stranger in strangers:
        sign_in(client, stranger)
        codes = [
            client.get(reverse("tasks:need", args=[need.public_id])).status_code,
            client.get(reverse("tasks:need_edit", args=[need.public_id])).status_code,
            client.post(
                reverse("tasks:need_step", args=[need.public_id]),
                {"act": "needs.withdraw"},
            ).status_code,
        ]
        assert codes == [404, 404, 404]
        listed = client.get(reverse("tasks:needs"), {"q": "bi mat"})
        exported = client.get(reverse("tasks:needs"), {"export": "csv"})
        assert "Bí mật kẽm" not in listed.content.decode()
        if exported.status_code == 200:
            assert b"k\xe1\xba\xbdm" not in b"".join(exported.streaming_content)


def test_the_officer_answers_many_needs_after_seeing_what_would_happen(
    client: Client,
) -> None:
    applicant = person(Role.APPLICANT)
    needs = [make.submitted(applicant) for _n in range(3)]
    sign_in(client, person(Role.OFFICER))
    url = reverse("tasks:needs_bulk", args=["decline"])
    ids = [n.pk for n in needs]
    preview = client.post(url, {"ids": ids})
    assert (
        preview.status_code,
        Need.objects.filter(case__state="submitted").count(),
    ) == (
        200,
        3,
    )
    without = client.post(url, {"ids": ids, "confirmed": "1", "reply": ""})
    assert without.status_code == 422
    done = client.post(url, {"ids": ids, "confirmed": "1", "reply": "Đã có nhiệm vụ"})
    assert (done.status_code, Need.objects.filter(case__state="answered").count()) == (
        302,
        3,
    )


def test_the_day_of_the_reply_is_set_shown_to_the_proposer_and_found_in_the_list(
    client: Client,
) -> None:
    officer, applicant = person(Role.OFFICER), person(Role.APPLICANT)
    need, other = make.submitted(applicant), make.submitted(applicant)
    sign_in(client, officer)
    where = reverse("tasks:need_reply_day", args=[need.public_id])
    bad = client.post(where, {"day": "mai"})
    assert (bad.status_code, "“mai”" in bad.text) == (422, True)
    client.post(where, {"day": "2099-06-12", "reason": "Tuần 24"})
    lists = {
        chosen: [
            n.public_id in client.get(reverse("tasks:needs"), {"answer": chosen}).text
            for n in (need, other)
        ]
        for chosen in ("dated", "none", "overdue")
    }
    assert lists == {
        "dated": [True, False],
        "none": [False, True],
        "overdue": [False, False],
    }
    sign_in(client, applicant)
    page = client.get(reverse("tasks:need", args=[need.public_id])).text
    assert ("12/06/2099" in page, "Tuần 24" in page, "reply-day" in page) == (
        True,
        True,
        False,
    )
    Deadline.objects.update(due_on="2020-01-06")
    sign_in(client, officer)
    late = client.get(reverse("tasks:needs"), {"answer": "overdue"}).text
    assert (need.public_id in late, 'data-tone="bad"' in late) == (True, True)
    assert client.post(where, {"day": ""}).status_code == 302
    assert list(queries.needs(officer).values_list("due_on", flat=True)) == [None] * 2


def test_of_two_officers_who_set_a_day_of_reply_the_second_keeps_what_was_typed(
    client: Client,
) -> None:
    need = make.submitted(person(Role.APPLICANT))
    where = reverse("tasks:need_reply_day", args=[need.public_id])
    page = reverse("tasks:need", args=[need.public_id])
    first, second = person(Role.OFFICER), person(Role.OFFICER)
    sign_in(client, first)
    dialog = client.get(page).text.partition(f'action="{where}"')[2]
    (seen,) = re.findall(r'name="version" value="(\d+)"', dialog)[:1]
    assert client.post(where, {"day": "2099-06-12", "version": seen}).status_code == 302
    sign_in(client, second)
    late = client.post(
        where, {"day": "2099-06-30", "reason": "Tuần 26", "version": seen}
    )
    assert late.status_code == 409
    assert f"Trong lúc đó {first.name} đã làm: đặt ngày trả lời." in late.text
    assert "với ngày 12/06/2099" in late.text
    assert ('value="2099-06-30"' in late.text, "Tuần 26" in late.text) == (True, True)
    again = re.findall(r'name="version" value="(\d+)"', late.text.partition(where)[2])
    sent = {"day": "2099-06-30", "reason": "Tuần 26", "version": again[0]}
    assert client.post(where, sent).status_code == 302
    assert queries.needs(second).get().due_on.isoformat() == "2099-06-30"


def test_needs_are_merged_from_the_list(client: Client) -> None:
    applicant = person(Role.APPLICANT)
    one, two = make.submitted(applicant), make.submitted(applicant)
    sign_in(client, person(Role.OFFICER))
    url = reverse("tasks:need_merge")
    ids = {"ids": [one.pk, two.pk]}
    assert client.post(url, ids).status_code == 200
    done = client.post(
        url, {**ids, "confirmed": "1", "into": str(one.pk), "reply": "Trùng nhau"}
    )
    two.refresh_from_db()
    assert (done.status_code, two.merged_into) == (302, one)


def order_form(**more: Any) -> dict[str, Any]:
    return {
        "task_kind": "ministry_task",
        "title_vi": "Công nghệ thu hồi kẽm",
        "objectives_vi": "Ít nhất 80 %",
        "budget_ceiling": "4.000.000.000",
        "duration_months": "24",
        "funding": "order",
        "way": "selection",
        "products-TOTAL_FORMS": "2",
        "products-INITIAL_FORMS": "0",
        "products-0-name_vi": "Quy trình",
        "products-0-quantity": "1",
        **more,
    }


def test_from_an_accepted_need_to_an_approved_list(client: Client) -> None:
    officer, leader = person(Role.OFFICER), person(Role.LEADER)
    need = make.accepted(person(Role.APPLICANT), officer)
    sign_in(client, officer)
    start = client.get(reverse("tasks:order_new"), {"needs": need.pk}).content.decode()
    assert "Thu hồi kẽm từ bụi lò hồ quang" in start
    client.post(reverse("tasks:order_new"), order_form(needs=[need.pk]))
    order = Order.objects.get()
    client.post(
        reverse("tasks:list_new"), {"title_vi": "Danh mục", "orders": [order.pk]}
    )
    batch = OrderList.objects.get()
    page = reverse("tasks:list", args=[batch.public_id])
    sign_in(client, leader)
    seen = re.findall(r'name="seen" value="([^"]+)"', client.get(page).content.decode())
    approval = {"decision_number": "1/QĐ", "decided_on": "2026-06-01", "seen": seen}
    url = reverse("tasks:list_approve", args=[batch.public_id])
    asked = client.post(url, approval)
    batch.refresh_from_db()
    assert (asked.status_code, "reauthenticate" in asked.headers["location"]) == (
        302,
        True,
    )
    assert batch.state == "draft"
    sign_in(client, leader, sudo=True)
    assert client.post(url, approval).headers["location"] == page
    order = Order.objects.select_related("case").get()
    assert (order.case.state, order.code[:3], list(order.needs.all())) == (
        "approved",
        "ĐH.",
        [need],
    )


def test_an_order_with_faults_keeps_what_was_typed(client: Client) -> None:
    sign_in(client, person(Role.OFFICER))
    answer = client.post(
        reverse("tasks:order_new"), order_form(way="direct", budget_ceiling="nhiều")
    )
    assert (answer.status_code, Order.objects.count()) == (422, 0)
    assert 'value="nhiều"' in answer.content.decode()


def test_two_officers_change_one_order_and_the_second_is_told(client: Client) -> None:
    officer = person(Role.OFFICER)
    order = make.order(officer)
    sign_in(client, officer)
    url = reverse("tasks:order_edit", args=[order.public_id])
    first = client.post(url, order_form(version="1", title_vi="Một"))
    second = client.post(url, order_form(version="1", title_vi="Hai"))
    order.refresh_from_db()
    assert (first.status_code, second.status_code, order.title_vi) == (302, 409, "Một")
    assert 'value="Hai"' in second.content.decode()


@pytest.mark.parametrize(("kind", "start"), [("docx", b"PK"), ("pdf", b"%PDF")])
def test_the_list_is_an_official_paper(client: Client, kind: str, start: bytes) -> None:
    officer = person(Role.OFFICER)
    batch = make.order_list(officer)
    sign_in(client, officer)
    paper = client.get(reverse("tasks:list_document", args=[batch.public_id, kind]))
    assert (paper.status_code, paper.content[: len(start)]) == (200, start)


FRAME = 6
BUDGETS = {
    "needs": FRAME + 5,
    "orders": FRAME + 5,
    "lists": FRAME + 3,
    "archive": FRAME + 5,
    "need": FRAME + 8,
    "order": FRAME + 8,
    "list": FRAME + 5,
    "task": FRAME + 2,
}


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize("page", BUDGETS)
def test_a_page_costs_the_same_whatever_it_shows(
    client: Client,
    page: str,
    rows: int,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    officer, applicant = person(Role.OFFICER), person(Role.APPLICANT)
    needs = [make.accepted(applicant, officer) for _n in range(rows)]
    orders = [make.order(officer, need_ids=[n.pk]) for n in needs]
    batch = make.order_list(officer, *orders)
    tasks = [Tasks.create() for _n in range(rows)]
    args = {
        "need": [needs[0].public_id],
        "order": [orders[0].public_id],
        "list": [batch.public_id],
        "task": [tasks[0].public_id],
    }.get(page, [])
    sign_in(client, officer)
    url = reverse(f"tasks:{page}", args=args)
    client.get(url)
    with django_assert_num_queries(BUDGETS[page]):
        client.get(url)


# ---- entries of the registry and files in the form

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


@pytest.fixture
def data_dir(settings: SettingsWrapper, tmp_path: Path) -> None:
    settings.OPENSTI_DATA_DIR = tmp_path
    settings.OPENSTI_CLAMAV = ""


def pdf(name: str) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, PDF)


def test_a_chosen_organisation_is_linked_and_shown_as_a_link(client: Client) -> None:
    applicant = person(Role.APPLICANT)
    sign_in(client, applicant)
    mill = Organisations.create(name_vi="Thép Hòa Bình", name_en="Hoa Binh Steel")
    chosen = f"Hoa Binh Steel ({mill.public_id})"
    client.post(reverse("tasks:need_new"), typed(user_known="yes", user=chosen))
    need = Need.objects.get()
    assert need.answers["user"] == {"id": mill.public_id, "name": "Hoa Binh Steel"}
    assert need.users == "Hoa Binh Steel"
    form = client.get(reverse("tasks:need_edit", args=[need.public_id])).content
    assert f'value="{chosen}"'.encode() in form
    assert "Đã liên kết với danh bạ.".encode() in form
    page = client.get(reverse("tasks:need", args=[need.public_id])).content.decode()
    place = reverse("registry:organisation", args=[mill.public_id])
    assert f'<a href="{place}">Hoa Binh Steel</a>' in page


@pytest.mark.parametrize("what", ["name", "hidden", "unknown", "merged"])
def test_what_the_writer_may_not_know_stays_free_text(
    client: Client, what: str
) -> None:
    sign_in(client, person(Role.APPLICANT))
    gone = Organisations.create(name_vi="Viện Giải thể", status="dissolved")
    merged = Organisations.create(
        name_vi="Viện Cũ", merged_into=Organisations.create(), status="merged"
    )
    text = {
        "name": Organisations.create(name_vi="Thép Hòa Bình").name_vi,
        "hidden": f"Viện Giải thể ({gone.public_id})",
        "unknown": "Viện Nào đó (abcdefghjkmn)",
        "merged": f"Viện Cũ ({merged.public_id})",
    }[what]
    client.post(reverse("tasks:need_new"), typed(user_known="yes", user=text))
    need = Need.objects.get()
    assert need.answers["user"] == {"name": text}
    form = client.get(reverse("tasks:need_edit", args=[need.public_id])).content
    assert "Chưa liên kết với danh bạ.".encode() in form


def test_autosave_links_and_a_co_writer_leaves_a_link_he_may_not_see(
    client: Client,
) -> None:
    officer, applicant = person(Role.OFFICER), person(Role.APPLICANT)
    mill = Organisations.create(name_vi="Thép Hòa Bình", status="inactive")
    linked = {"id": mill.public_id, "name": "Thép Hòa Bình"}
    text = f"Thép Hòa Bình ({mill.public_id})"
    sent = typed(version="1", user_known="yes", user=text)
    for writer, kept in ((officer, {}), (applicant, {"user": linked})):
        need = make.draft(writer, user_known=True, **kept)
        sign_in(client, writer)
        url = reverse("tasks:need_autosave", args=[need.public_id])
        answer = client.post(url, sent, headers={"accept": "application/json"})
        need.refresh_from_db()
        assert (answer.status_code, need.answers["user"]) == (200, linked)
        page = client.get(reverse("tasks:need", args=[need.public_id])).content
        assert (mill.public_id.encode() in page) == (writer is officer)


@pytest.mark.usefixtures("data_dir")
def test_files_are_handed_in_with_the_text_replaced_and_taken_out(
    client: Client,
) -> None:
    sign_in(client, person(Role.APPLICANT))
    new = typed(papers=[pdf("một.pdf"), pdf("hai.pdf")])
    answer = client.post(reverse("tasks:need_new"), new)
    need = Need.objects.get()
    edit = reverse("tasks:need_edit", args=[need.public_id])
    assert answer.headers["location"] == edit
    one, two = queries.need_files(need)["papers"]
    page = client.get(edit).content.decode()
    assert [name in page for name in ("một.pdf", "hai.pdf")] == [True, True]
    client.post(edit, typed(version="1", **{f"replace-{one.public_id}": pdf("ba.pdf")}))
    client.post(edit, typed(version="1", detach=two.public_id))
    (three,) = queries.need_files(need)["papers"]
    assert three.name == "ba.pdf"
    read = client.get(reverse("tasks:need", args=[need.public_id])).content.decode()
    place = reverse("tasks:need_file", args=[need.public_id, three.public_id])
    assert f'<a href="{place}">ba.pdf</a>' in read
    file = client.get(place)
    assert b"".join(file.streaming_content) == PDF  # type: ignore[attr-defined]
    file.close()
    sign_in(client, person(Role.OFFICER))
    assert client.get(place).status_code == 404


@pytest.mark.usefixtures("data_dir")
def test_a_refused_file_is_named_and_the_text_is_kept(client: Client) -> None:
    sign_in(client, person(Role.APPLICANT))
    bad = SimpleUploadedFile("thử.exe", b"MZ")
    answer = client.post(reverse("tasks:need_new"), typed(submit="1", papers=bad))
    need = Need.objects.select_related("case").get()
    assert (answer.status_code, need.case.state) == (422, "draft")
    assert need.answers == ANSWERS
    assert "thử.exe: Không nhận tệp" in answer.content.decode()
    assert queries.need_files(need) == {}
