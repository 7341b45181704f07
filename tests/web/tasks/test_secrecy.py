"""Officials close and open orders and tasks on a page of their own."""

from __future__ import annotations

import pytest
from django.urls import reverse
from django.utils import translation

from opensti.domains.tasks.models import Order, Task
from opensti.kernel.access import Role
from tests.factories.tasks import Tasks, regimes
from tests.web.tasks.test_pages import person, sign_in

pytestmark = pytest.mark.django_db
WHY = {"reason": "Bí quyết", "basis": "Luật 29/2018/QH14"}


@pytest.fixture
def officer(client):
    regimes()
    actor = person(Role.OFFICER)
    sign_in(client, actor)
    return actor


def page_of(client, address):
    with translation.override("vi"):
        response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


def test_a_task_is_closed_on_its_page_and_bears_a_badge_in_lists(client, officer):
    task = Tasks.create(title_vi="Thu hồi kẽm", code="NV-1")
    form = reverse("tasks:secrecy", args=["task", task.public_id])
    assert form in page_of(client, reverse("tasks:task", args=[task.public_id]))
    assert 'name="secrecy"' in page_of(client, form)

    refused = client.post(form, {"secrecy": "embargo", **WHY})
    assert "id_open_from" in refused.content.decode()
    assert Task.objects.get().secrecy == "open"
    client.post(form, {"secrecy": "internal", **WHY})

    badge = 'data-state="internal"'
    assert badge in page_of(client, reverse("tasks:archive"))
    assert badge in page_of(client, reverse("tasks:task", args=[task.public_id]))
    assert "Luật 29/2018/QH14" in page_of(client, form)
    client.logout()
    assert client.get(reverse("portal:task", args=[task.public_id])).status_code == 404


@pytest.mark.parametrize(("kind", "model"), [("order", Order), ("task", Task)])
def test_a_state_secret_is_entered_as_a_number(client, officer, kind, model):
    form = reverse("tasks:secret_new", args=[kind])
    said = {"number": "M-07", "year": "2024", "unit": "Văn phòng", **WHY}
    shown = client.post(form, said, follow=True)

    assert shown.status_code == 200
    made = model.objects.get()
    assert (made.secrecy, made.code, made.kept_by) == (
        "classified",
        "M-07",
        "Văn phòng",
    )
    own = reverse("tasks:secrecy", args=[kind, made.public_id])
    assert "2024" in page_of(client, own)
    sign_in(client, person(Role.OFFICER))
    assert client.get(own).status_code == 404


def test_who_has_no_say_sees_neither_button_nor_page(client, officer):
    task = Tasks.create()
    form = reverse("tasks:secrecy", args=["task", task.public_id])
    sign_in(client, person(Role.APPLICANT))

    assert form not in page_of(client, reverse("tasks:task", args=[task.public_id]))
    assert client.get(form).status_code == 403
    assert client.get(reverse("tasks:secret_new", args=["task"])).status_code == 403
