"""What citizens say, for programs: what is published and nothing else."""

from __future__ import annotations

import pytest
from django.utils.timezone import now

from opensti.domains.supervision import actions
from opensti.domains.supervision.actions import Speaker
from opensti.kernel.access import Role
from tests.factories import supervision as factory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("rows", [1, 3])
def test_published_texts_are_listed_with_their_answers_in_as_few_queries(
    client, django_assert_num_queries, rows
):
    officer = factory.in_office(Role.OFFICER)
    unit = factory.unit(officer)
    for _n in range(rows):
        voice = factory.assigned(officer, unit, at=now())
    factory.said(text="Chưa duyệt nên không ai thấy.")
    actions.answer_voice(actor=officer, voice_id=voice.pk, answer="Có.", at=now())
    with django_assert_num_queries(7):
        found = client.get("/api/v1/voices").json()
    assert found["count"] == rows
    newest = found["items"][0]
    about = f"{voice.about_kind}:{voice.about_id}"
    assert (newest["about"], newest["unit_vi"], newest["answer"], newest["state"]) == (
        about,
        "Vụ khcn",
        "Có.",
        "answered",
    )
    one = client.get("/api/v1/voices", {"about": about}).json()
    assert [row["public_id"] for row in one["items"]] == [voice.public_id]


def test_no_address_and_no_name_that_was_not_to_be_shown_goes_out(client):
    officer = factory.in_office(Role.OFFICER)
    voice = factory.said(
        speaker=Speaker(level="email", email="zq@example.vn", said_name="Zq Tên")
    )
    actions.confirm_voice(
        public_id=voice.public_id, code=actions.confirm_code(voice), at=now()
    )
    actions.publish_voice(actor=officer, voice_id=voice.pk, at=now())
    answer = client.get("/api/v1/voices")
    assert answer.json()["count"] == 1
    assert "zq@" not in answer.content.decode()
    assert "Zq Tên" not in answer.content.decode()
