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
    text = client.get(address("index_file", version.public_id, "recipe.yaml"))
    assert "log: false" in text.content.decode()
    again = {"version": kept.version, "text": text.content.decode()}
    said = client.post(address("index_save", version.public_id), again)
    assert said.status_code == 302, said.content.decode()[:3000]
    assert CompositeVersion.objects.get().recipe == kept.recipe
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
    picture = file("ranks.svg").decode()
    assert "<svg" in picture
    # With the colours of the page, as every drawing that leaves it.
    assert ".c1 { fill: #" in picture
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


JUDGES = """judge,code,Input,Output
1,Input,1,3
1,Output,,1
2,Input,1,1
2,Output,,1
"""


def weighed(client, version, status=302, **sent):
    version.refresh_from_db()
    answer = client.post(
        address("index_judge", version.public_id),
        {"version": version.version, "method": "ahp"} | sent,
    )
    assert answer.status_code == status, answer.content.decode()[:3000]
    return answer.content.decode()


def effective():
    result = CompositeVersion.objects.get().result
    return {c["code"]: round(c["effective"], 4) for c in result["codes"]}


def test_comparisons_and_points_weigh_and_are_kept_with_their_ratios(client_of):
    officer = factory.officer()
    version = factory.version(officer)
    client = client_of(officer)
    client.cookies["django_language"] = "en"

    weighed(client, version, pasted=JUDGES)
    # Three times and alike: the geometric mean is the root of 3.
    assert (effective()["Input"], effective()["Export"]) == (0.634, 0.244)
    points = SimpleUploadedFile(
        "points.csv", b"expert,Export,Waste\nA,80,20\nB,60,40\n"
    )
    weighed(client, version, method="budget", table=points)

    assert (effective()["Input"], effective()["Export"]) == (0.634, 0.2562)
    kept = CompositeVersion.objects.get()
    assert kept.recipe["judged"]["Output"] == {
        "method": "budget",
        "weights": {"Export": 70.0, "Waste": 30.0},
        "criteria": [
            {"code": "Export", "mean": 70.0, "deviation": 14.142136, "least": 60.0, "most": 80.0},
            {"code": "Waste", "mean": 30.0, "deviation": 14.142136, "least": 20.0, "most": 40.0},
        ],
        "header": ["expert", "Export", "Waste"],
        "rows": [["A", "80", "20"], ["B", "60", "40"]],
    }  # fmt: skip
    assert actions.recompute_version(public_id=version.public_id)[1]
    page = shown(client, "index_version", version.public_id)
    assert "Together: consistency ratio 0.000" in page
    text = client.get(
        address("index_file", version.public_id, "recipe.yaml")
    ).content.decode()
    sent = {"version": kept.version, "text": text}
    assert (
        client.post(address("index_save", version.public_id), sent).status_code == 302
    )
    assert CompositeVersion.objects.get().recipe == kept.recipe
    # Of the two places, the set of weights, which stands after the judges.
    forged = "Export: 71.0".join(text.rsplit("Export: 70.0", 1))
    sent = {"version": kept.version + 1, "text": forged}
    refused = client.post(address("index_save", version.public_id), sent)
    assert "the judges gave “Export” the weight 70" in refused.content.decode()
    broken = "weights: judged\njudged: {Index: {method: vote, judges: 1}}\n"
    sent = {"version": kept.version + 1, "text": broken}
    refused = client.post(address("index_save", version.public_id), sent)
    assert refused.status_code == 422
    actions.freeze_version(actor=officer, version_id=version.pk, at=AT)
    actions.publish_version(actor=person(Role.LEADER), version_id=version.pk, at=AT)
    public = Client(headers={"Accept-Language": "en"}).get(
        reverse("portal:index", args=[version.public_id])
    )
    assert "Together: consistency ratio 0.000" in public.content.decode()


CIRCLE = """code\tA\tB\tC
A\t1\t5\t1/5
B\t1/5\t1\t5
C\t5\t1/5\t1
"""
THREE = factory.META.replace(
    "2,Input,", "2,Third,Third part,1,1,,Index,Aggregate\n2,Input,"
).replace(",Input,Indicator", ",Third,Indicator", 1)


def test_a_contradiction_names_the_pair_and_is_taken_only_when_told(client_of):
    officer = factory.officer()
    version = factory.version(officer, meta=factory.sheet(THREE))
    client = client_of(officer)
    client.cookies["django_language"] = "en"
    pasted = CIRCLE.replace("A", "Third").replace("B", "Input").replace("C", "Output")

    text = weighed(client, version, 422, pasted=pasted)

    assert "Row 2, column Input: the comparisons contradict each other" in text
    assert "ask first about Third part to Input: it says 5" in text
    assert "Third\t1\t5" in text
    assert "judged" not in CompositeVersion.objects.get().recipe
    weighed(client, version, pasted=pasted, accept="on")
    assert CompositeVersion.objects.get().recipe["judged"]["Index"]["accepted"] is True
    page = shown(client, "index_version", version.public_id)
    assert (
        "consistency ratio 2.759; the oddest comparison is Third part to Input" in page
    )
    assert "Comparisons that contradict each other were taken all the same" in page


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        ({}, "The table is missing."),
        ({"pasted": "code,Input\nInput,1\n"}, "Row 1, column Output: “Output” belongs to “Index” as well"),
        ({"pasted": "code,Input,Nix\nInput,1,1\nNix,1,1\n"}, "Row 1, column Nix: “Nix” is no part of this index"),
        ({"pasted": "code,Input,Staff\nInput,1,1\nStaff,1,1\n"}, "Row 1, column Staff: “Staff” belongs to “Input”"),
        ({"pasted": "code,Input,Output\nInput,1,x\nOutput,,1\n"}, "Row 2, column Output: this is no number above 0"),
        ({"method": "budget", "pasted": "expert,Input,Output\nA,50,40\n"}, "Row 2, column expert: the points sum to 90"),
        ({"method": "budget", "pasted": "expert,Input,Output\n" + "".join(f"{n},50,50\n" for n in range(501))}, "The table has more than 500 rows."),
        ({"method": "vote", "pasted": "expert,Input,Output\nA,50,50\n"}, "There is no such way to judge."),
    ],
)  # fmt: skip
def test_judgements_that_cannot_stand_are_refused_by_row_and_column(
    client_of, sent, told
):
    officer = factory.officer()
    version = factory.version(officer)
    client = client_of(officer)
    client.cookies["django_language"] = "en"
    assert told in weighed(client, version, 422, **sent)
    assert CompositeVersion.objects.get().recipe == factory.RECIPE
