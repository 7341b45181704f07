"""Pages of composite indices: the list, the builder with its live result, files, side by side."""

from __future__ import annotations

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from opensti.domains.strategies import actions
from opensti.domains.strategies.models import CompositeModel, CompositeVersion
from opensti.kernel.access import Role
from tests.factories import strategies_indices as factory
from tests.factories.tasks import AT, person

pytestmark = pytest.mark.usefixtures("db")

BUDGETS = {
    "indices": 9,
    "index": 8,
    "index_version": 8,
    "index_compare": 8,
}


def address(name, *args):
    return reverse(f"strategies:{name}", args=args)


def shown(client, name, *args, status=200, **query):
    response = client.get(address(name, *args), query)
    assert response.status_code == status, response.content.decode()[:2000]
    return response.content.decode()


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_asks_as_often_for_one_as_for_three(
    client_of, django_assert_num_queries, rows
):
    officer = factory.officer()
    for n in range(rows):
        factory.version(officer, factory.model(officer, f"X{n}"))
    client = client_of(officer)
    client.get(address("indices"))
    with django_assert_num_queries(BUDGETS["indices"]):
        text = shown(client, "indices")
    assert text.count("Chỉ số đổi mới cấp tỉnh") == rows


@pytest.mark.parametrize("rows", [1, 3])
def test_the_page_of_an_index_asks_as_often_for_one_version_as_for_three(
    client_of, django_assert_num_queries, rows
):
    officer = factory.officer()
    model = factory.model(officer)
    for n in range(rows):
        factory.version(officer, model, label=f"L{n}")
    client = client_of(officer)
    client.get(address("indices"))
    with django_assert_num_queries(BUDGETS["index"]):
        shown(client, "index", model.public_id)


def test_the_builder_and_the_comparison_keep_within_their_budgets(
    client_of, django_assert_num_queries
):
    officer = factory.officer()
    model = factory.model(officer)
    version = factory.version(officer, model)
    factory.version(officer, model, label="2")
    client = client_of(officer)
    client.get(address("indices"))
    with django_assert_num_queries(BUDGETS["index_version"]):
        shown(client, "index_version", version.public_id)
    with django_assert_num_queries(BUDGETS["index_compare"]):
        text = shown(client, "index_compare", model.public_id, v=[1, 2])
    assert "1,000" in text


def test_two_files_open_a_version(client_of):
    officer = factory.officer()
    model = factory.model(officer)
    client = client_of(officer)
    sent = {
        "data": SimpleUploadedFile("iData.csv", factory.UNITS.encode()),
        "meta": SimpleUploadedFile("iMeta.csv", factory.META.encode()),
        "source": "Own survey",
        "recipe": "impute:\n  method: group_mean\n  group: Region\n",
    }
    response = client.post(address("index", model.public_id), sent)
    version = CompositeVersion.objects.get()
    assert response["Location"] == address("index_version", version.public_id)
    assert (version.file_name, version.result["ranks"]["Index"]) == (
        "iData.csv",
        [4, 3, 2, 1],
    )


def test_wrong_files_are_refused_at_their_fields_and_what_was_typed_stays(client_of):
    officer = factory.officer()
    model = factory.model(officer)
    client = client_of(officer)
    client.cookies["django_language"] = "en"
    sent = {
        "data": SimpleUploadedFile("iData.csv", factory.UNITS.encode()),
        "meta": SimpleUploadedFile(
            "iMeta.csv", factory.META.replace(",Region,", ",Zone,").encode()
        ),
        "source": "Kept words",
    }
    response = client.post(address("index", model.public_id), sent)
    text = response.content.decode()
    assert response.status_code == 422
    assert "Table of units, row 1, column Region" in text
    assert 'value="Kept words"' in text
    assert not CompositeVersion.objects.exists()


FORM = {
    "units": "0",
    "indicators": "0",
    "impute": "group_mean",
    "group": "Region",
    "denominate": "on",
    "treat": "none",
    "winsorise": "5",
    "normalise": "min_max",
    "lowest": "1",
    "highest": "100",
    "aggregate": "geometric",
    "least_data": "0",
    "weights": "given",
}


def test_another_recipe_is_looked_at_without_being_kept(client_of):
    officer = factory.officer()
    version = factory.version(officer)
    client = client_of(officer)
    page = shown(client, "index_version", version.public_id, look=1, **FORM)
    assert "Đây là kết quả của các lựa chọn" in page
    part = client.get(
        address("index_version", version.public_id),
        {"look": 1, **FORM},
        headers={"HX-Request": "true"},
    ).content.decode()
    assert "<html" not in part
    assert "scoreboard" in part
    assert CompositeVersion.objects.get().recipe == factory.RECIPE


def test_a_recipe_of_the_form_is_kept(client_of):
    officer = factory.officer()
    version = factory.version(officer)
    client = client_of(officer)
    sent = FORM | {
        "version": version.version,
        "weights": "typed",
        "weight-Patents": "3",
        "weight-Staff": "1",
        "weight-Export": "1",
        "weight-Waste": "1",
        "weight-Input": "1",
        "weight-Output": "0",
    }
    response = client.post(address("index_save", version.public_id), sent)
    assert response.status_code == 302, response.content.decode()[:3000]
    kept = CompositeVersion.objects.get()
    assert kept.recipe["aggregate"] == {"method": "geometric", "least_data": 0.0}
    weights = {c["code"]: round(c["effective"], 4) for c in kept.result["codes"]}
    assert (weights["Patents"], weights["Output"]) == (0.75, 0)
    stale = client.post(address("index_save", version.public_id), sent)
    assert stale.status_code == 409


def test_a_number_that_is_none_is_told_at_its_field(client_of):
    officer = factory.officer()
    version = factory.version(officer)
    client = client_of(officer)
    response = client.get(
        address("index_version", version.public_id),
        {"look": 1, **FORM, "lowest": "one"},
    )
    assert response.status_code == 422
    assert "“one”" in response.content.decode()


def test_the_acts_of_the_page(client_of):
    officer, leader = factory.officer(), person(Role.LEADER)
    version = factory.version(officer)
    client = client_of(officer)
    assert (
        client.post(address("index_act", version.public_id, "freeze")).status_code
        == 302
    )
    assert (
        client.post(address("index_act", version.public_id, "publish")).status_code
        == 403
    )
    published = client_of(leader).post(
        address("index_act", version.public_id, "publish")
    )
    assert published.status_code == 302
    assert (
        client.post(address("index_act", version.public_id, "copy")).status_code == 302
    )
    assert (
        client.post(address("index_act", version.public_id, "drop")).status_code == 404
    )
    assert [v.state for v in CompositeVersion.objects.order_by("number")] == [
        "published",
        "computed",
    ]


def test_files_say_the_same_as_the_page(client_of):
    officer = factory.officer()
    version = factory.version(officer)
    client = client_of(officer)

    def file(name):
        answer = client.get(address("index_file", version.public_id, name))
        assert answer.status_code == 200, name
        return answer.getvalue()

    ranks = file("ranks.csv").decode("utf-8-sig").split()
    assert ranks == [
        "uCode,Patents,Staff,Export,Waste,Input,Output,Index",
        "AN,3,4,4,4,4,4,4",
        "BI,2,3,3,2,3,3,3",
        "CU,3,1,2,3,2,2,2",
        "DU,1,1,1,1,1,1,1",
    ]
    assert [step["step"] for step in json.loads(file("log.json"))] == [
        step["step"] for step in version.result["log"]
    ]
    assert file("recipe.yaml").decode().startswith("impute:")
    assert file("ranks.svg").startswith(b"<svg")
    assert file("index.xlsx").startswith(b"PK")
    wrong = client.get(address("index_file", version.public_id, "all.zip"))
    assert wrong.status_code == 404


def test_whoever_is_no_staff_finds_nothing(client_of):
    version = factory.version(factory.officer())
    for client in (client_of(person(Role.APPLICANT)), Client()):
        answer = client.get(address("index_version", version.public_id))
        assert answer.status_code in {302, 404}
        assert CompositeModel.objects.get().name_vi not in answer.content.decode()


def test_analyses_are_asked_for_and_shown(client_of):
    officer = factory.officer()
    version = factory.version(officer)
    client = client_of(officer)
    client.post(address("index_act", version.public_id, "analyse"))
    assert "index-progress" in shown(client, "index_version", version.public_id)
    actions.analyse_version(
        actor=officer, version_id=version.pk, runs=200, seed=1, at=AT
    )
    text = shown(client, "index_version", version.public_id)
    assert "Lựa chọn nào làm thay đổi thứ hạng nhiều nhất" in text
