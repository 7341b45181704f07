"""Pages of data sets, releases and runs: loaded, asked, read, published, laid side by side."""

from __future__ import annotations

import io
import math
import re
from html import unescape

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils.translation import override

from opensti.domains.strategies import actions
from opensti.domains.strategies.models import Dataset, MethodRun, Vintage
from opensti.kernel.access import Role
from tests.factories import strategies_accounts as factory
from tests.factories.tasks import person

pytestmark = pytest.mark.django_db
TINY = """unit,sector,year,value_added,employment
VN,farms,2010,100,5000
VN,trade,2010,900,5000
VN,estate,2010,100,4
VN,farms,2012,110,4800
VN,trade,2012,1100,5400
VN,estate,2012,130,6
"""


@pytest.fixture
def who():
    return factory.officer()


@pytest.fixture
def vintage(who):
    return factory.loaded(who, factory.registered(who))


NO_KINDS = {"capitals-TOTAL_FORMS": "0", "capitals-INITIAL_FORMS": "0"}


def page(client, name, *args, status=200, space="strategies", **query):
    response = client.get(
        reverse(f"{space}:{name}", args=args),
        query,
        headers={"accept-language": "en"},
    )
    assert response.status_code == status, response.content.decode()[:2000]
    return response.content.decode()


def test_a_data_set_is_registered_and_a_release_loaded_by_form(client_of, who):
    client = client_of(who)
    card = {
        "code": "own-1",
        "name_vi": "Bộ số",
        "provider": "P",
        "licence": "CC BY 4.0",
        "citation": "C",
        "redistributable": "on",
    }
    sent = client.post(reverse("strategies:dataset_new"), card)
    assert sent.url == reverse("strategies:dataset", args=["own-1"])
    file = SimpleUploadedFile("data.csv", factory.SECTORS.encode())
    told = {"label": "1", "retrieved_on": "2026-05-01", "file": file}
    sent = client.post(reverse("strategies:vintage_load", args=["own-1"]), told)
    vintage = Vintage.objects.get()
    assert sent.url == reverse("strategies:vintage", args=[vintage.public_id])
    shown = page(client, "vintage", vintage.public_id, unit="VN", block="employment")
    assert vintage.sha256 in shown
    assert shown.count("<td") == 2 * 7
    kept = client.get(reverse("strategies:vintage_file", args=[vintage.public_id]))
    assert b"".join(kept.streaming_content) == factory.SECTORS.encode()


def test_a_bad_file_is_refused_beside_its_field_and_what_was_typed_stays(
    client_of, who
):
    factory.registered(who)
    bad = b"unit,sector,year,value_added\nVN,a,2010,x\n"
    told = {
        "label": "10.01",
        "retrieved_on": "2026-05-01",
        "file": SimpleUploadedFile("data.csv", bad),
    }
    sent = client_of(who).post(reverse("strategies:vintage_load", args=["own"]), told)
    shown = sent.content.decode()
    assert sent.status_code == 422
    assert "“x”" in shown
    assert 'value="10.01"' in shown
    assert Vintage.objects.count() == 0


def test_a_run_is_asked_by_form_and_shows_pictures_tables_sources(
    client_of, who, vintage
):
    client = client_of(who)
    assert vintage.label in page(client, "account_new")
    address = reverse("strategies:account_new")
    query = f"?kind=shift_share&vintages={vintage.public_id}"
    assert "farms" in client.get(address + query).content.decode()
    asked = {
        "title_vi": "Chạy",
        "first": "2010",
        "last": "2012",
        "units": "",
        "value_added": "value_added",
        "employment": "employment",
        "value_added_current": "",
        "conventions": ["mr", "midpoint"],
    }
    sent = client.post(address + query, asked)
    run = MethodRun.objects.get()
    assert sent.url == reverse("strategies:account_run", args=[run.public_id])
    assert run.parameters["conventions"] == ["mr", "midpoint"]
    actions.compute_account(actor=who, run_id=run.pk, at=factory.AT)
    shown = page(client, "account_run", run.public_id)
    assert shown.count('<figure class="chart">') == 3
    assert "Nguồn: số liệu tự lập." in shown
    assert run.output_digest in shown
    assert f"opensti productivity rerun {run.public_id}" in shown


def test_growth_and_targets_are_asked_by_form_in_the_numbers_people_say(
    client_of, who, vintage
):
    client = client_of(who)
    pwt = factory.loaded(who, factory.registered(who, "pwt"), factory.PWT)
    address = reverse("strategies:account_new")
    told = {
        "title_vi": "Nguồn tăng",
        "first": "2000",
        "last": "2002",
        "shares": "0.4, 0.6",
        "labour_unit": "hours",
        **NO_KINDS,
    }
    client.post(f"{address}?kind=growth&vintages={pwt.public_id}", told)
    told = {
        "title_vi": "Chỉ tiêu",
        "first": "2010",
        "last": "2012",
        "base": "2010",
        "until": "2020",
        "promised_value_added": "8,5",
        "promised": "7,5",
        "value_added": "value_added",
        "employment": "employment",
    }
    client.post(f"{address}?kind=targets&vintages={vintage.public_id}", told)
    growth, targets = MethodRun.objects.order_by("pk")
    assert growth.parameters["shares"] == [0.4, 0.6]
    assert targets.parameters["promised_value_added"] == pytest.approx(0.085)
    for run in (growth, targets):
        actions.compute_account(actor=who, run_id=run.pk, at=factory.AT)
        shown = page(client, "account_run", run.public_id)
        assert shown.count('<figure class="chart">') == 2


def test_what_cannot_be_asked_stays_in_the_form_with_its_reason(
    client_of, who, vintage
):
    address = reverse("strategies:account_new")
    query = f"?kind=growth&vintages={vintage.public_id}"
    told = {
        "title_vi": "X",
        "first": "2010",
        "last": "2012",
        "shares": "0.4, 0.6",
        "labour_unit": "hours",
        "column_value_added": "farms",
        "column_labour": "employment/farms",
        "column_capital": "value_added/farms",
        **NO_KINDS,
    }
    sent = client_of(who).post(address + query, told)
    assert sent.status_code == 422
    assert "(value_added, employment)" in sent.content.decode()
    assert MethodRun.objects.count() == 0


KINDS = """code,block,unit,year,value
t,va,VN,2010,100
t,va,VN,2011,108
t,hours,VN,2010,50
t,hours,VN,2011,51
it,services,VN,2010,10
it,services,VN,2011,12
other,services,VN,2010,80
other,services,VN,2011,83
it,cost,VN,2010,2
it,cost,VN,2011,3
other,cost,VN,2010,18
other,cost,VN,2011,17
t,share,VN,2010,0.6
t,share,VN,2011,0.6
"""


def test_capital_of_two_kinds_is_asked_by_form_and_each_adds_its_part(client_of, who):
    kept = factory.loaded(who, factory.registered(who), KINDS)
    client = client_of(who)
    address = (
        f"{reverse('strategies:account_new')}?kind=growth&vintages={kept.public_id}"
    )
    told = {
        "title_vi": "Nguồn tăng theo loại vốn",
        "first": "2010",
        "last": "2011",
        "shares": "0.5, 0.6",
        "labour_unit": "hours",
        "column_value_added": "va/t",
        "column_labour": "hours/t",
        "column_labour_share": "share/t",
        "capitals-TOTAL_FORMS": "3",
        "capitals-INITIAL_FORMS": "0",
        "capitals-0-name": "",
        "capitals-1-name": "IT",
        "capitals-1-volume": "services/it",
        "capitals-1-income": "cost/it",
        "capitals-2-name": "non-IT",
        "capitals-2-volume": "services/other",
        "capitals-2-income": "",
    }

    def faults():
        sent = client.post(address, told, headers={"accept-language": "en"})
        assert sent.status_code == 422
        stood = re.findall(
            r'id="id_([\w-]+)_error">\s*<li>([^<]+)', sent.content.decode()
        )
        return {name: unescape(said) for name, said in stood}

    assert faults() == {
        "capitals-2-income": "Several kinds of capital are weighed by what each earns. Name the series of its income or of its share of the cost."
    }
    told["capitals-2-income"] = "cost/others"
    assert "no series cost/others" in faults()["capitals-2-income"]
    told["capitals-2-income"] = "cost/other"
    assert client.post(address, told).status_code == 302
    run = MethodRun.objects.get()
    actions.compute_account(actor=who, run_id=run.pk, at=factory.AT)
    run.refresh_from_db()
    (answer,) = run.output[0]["answer"]["answers"]
    # Törnqvist: the mean of two years' parts of the cost of capital weighs each growth.
    assert answer["mean"]["assets"] == {
        "IT": pytest.approx(100 * 0.4 * (0.1 + 0.15) / 2 * math.log(12 / 10)),
        "non-IT": pytest.approx(100 * 0.4 * (0.9 + 0.85) / 2 * math.log(83 / 80)),
    }
    shown = page(client, "account_run", run.public_id)
    assert "Capital: IT" in shown
    assert "services/other; cost/other" in shown


def test_an_assumed_share_is_said_before_any_number(client_of, who):
    pwt = factory.loaded(who, factory.registered(who, "pwt"), factory.PWT)
    run = factory.computed(who, pwt, kind="growth", first=2000, last=2002)
    with override("en"):
        shown = page(client_of(who), "account_run", run.public_id)
    assert shown.index('data-tone="warn"') < shown.index('<figure class="chart">')


def test_a_tiny_sector_is_offered_to_be_left_out(client_of, who):
    vintage = factory.loaded(who, factory.registered(who), TINY)
    run = factory.computed(who, vintage, conventions=["mr", "midpoint"])
    client = client_of(who)
    address = reverse("strategies:account_without", args=[run.public_id])
    assert address in page(client, "account_run", run.public_id)
    sent = client.post(address, {"sector": "estate"})
    other = MethodRun.objects.exclude(pk=run.pk).get()
    assert sent.url == reverse("strategies:account_run", args=[other.public_id])
    assert other.parameters["exclude"] == ["estate"]
    done = actions.compute_account(actor=who, run_id=other.pk, at=factory.AT)
    shown = page(client, "account_run", done.public_id)
    assert reverse("strategies:account_without", args=[done.public_id]) not in shown


def test_two_runs_stand_side_by_side_with_their_difference(client_of, who, vintage):
    one = factory.computed(who, vintage)
    revised = factory.loaded(who, vintage.dataset, factory.REVISED, "2")
    two = factory.computed(who, revised)
    client = client_of(who)
    address = reverse("strategies:account_beside", args=[one.public_id, two.public_id])
    assert address in page(client, "account_run", one.public_id)
    shown = page(client, "account_beside", one.public_id, two.public_id)
    assert shown.count("<tr>") == 1 + 5 * 3


def test_a_picture_and_its_table_can_be_taken_along(client_of, who, vintage):
    run = factory.computed(who, vintage)
    client = client_of(who)

    def taken(key, kind, space="strategies"):
        args = [run.public_id, key, kind]
        return client.get(reverse(f"{space}:account_picture", args=args))

    drawn = taken("waterfall", "svg")
    assert drawn["Content-Type"] == "image/svg+xml"
    assert b"<svg xmlns=" in drawn.content
    book = openpyxl.load_workbook(
        io.BytesIO(b"".join(taken("conventions", "xlsx").streaming_content))
    )
    assert book.active.max_row == 1 + 5
    assert taken("waterfall", "pdf").status_code == 404
    assert taken("nothing", "svg").status_code == 404
    assert taken("waterfall", "svg", "portal").status_code == 404


def test_a_run_becomes_public_and_everybody_reads_its_page(client, client_of, who):
    vintage = factory.loaded(who, factory.registered(who))
    run = factory.computed(who, vintage)
    public = reverse("portal:account", args=[run.public_id])
    assert client.get(public).status_code == 404
    assert str(run.title_vi) not in page(client, "accounts", space="portal")
    officer = client_of(who)
    address = reverse("strategies:account_publish", args=[run.public_id])
    assert officer.post(address, {"version": str(run.version)}).status_code == 302
    shown = client.get(public).content.decode()
    assert shown.count('<figure class="chart">') == 3
    assert run.output_digest in shown
    assert run.public_id in page(client, "accounts", space="portal")


@pytest.mark.parametrize("role", [Role.APPLICANT, Role.EXPERT, Role.MANAGER])
def test_who_does_not_belong_to_the_office_sees_none_of_it(
    client_of, who, vintage, role
):
    run = factory.computed(who, vintage)
    stranger = client_of(person(role))
    for name, args in (
        ("datasets", []),
        ("dataset", ["own"]),
        ("vintage", [vintage.public_id]),
        ("vintage_file", [vintage.public_id]),
        ("account_runs", []),
        ("account_run", [run.public_id]),
        ("account_new", []),
        ("account_picture", [run.public_id, "waterfall", "svg"]),
    ):
        address = reverse(f"strategies:{name}", args=args)
        assert stranger.get(address).status_code == 403, name
    for name in ("account_publish", "account_without"):
        address = reverse(f"strategies:{name}", args=[run.public_id])
        assert stranger.post(address).status_code in {403, 404}, name
    assert MethodRun.objects.get().published_at is None


BUDGETS = {
    "datasets": 9,
    "dataset": 10,
    "vintage": 10,
    "account_runs": 10,
    "account_run": 10,
    "account_new": 7,
    "account_beside": 10,
    "dataset_edit": 7,
    "vintage_load": 7,
    "vintage_file": 9,
    "account_picture": 8,
}


@pytest.mark.parametrize("number", [1, 3])
@pytest.mark.parametrize("name", BUDGETS)
def test_a_page_costs_as_many_queries_with_three_rows_as_with_one(
    client_of, django_assert_num_queries, who, name, number
):
    for n in range(number):
        content = factory.SECTORS + f"LA,farms,{2000 + n},1,1\n" * bool(n)
        dataset = factory.registered(who, f"own-{n}")
        vintage = factory.loaded(who, dataset, content, "a")
    for n in range(number - 1):
        factory.loaded(who, dataset, factory.SECTORS + f"LA,x,{2000 + n},1,1\n", f"{n}")
    runs = [factory.computed(who, vintage) for _n in range(number + 1)]
    args = {
        "dataset": [dataset.code],
        "vintage": [vintage.public_id],
        "account_run": [runs[0].public_id],
        "account_beside": [runs[0].public_id, runs[1].public_id],
        "dataset_edit": [dataset.code],
        "vintage_load": [dataset.code],
        "vintage_file": [vintage.public_id],
        "account_picture": [runs[0].public_id, "waterfall", "svg"],
    }.get(name, [])
    client = client_of(who)
    address = reverse(f"strategies:{name}", args=args)
    client.get(address).close()  # a file stays open until it is read or closed
    with django_assert_num_queries(BUDGETS[name]):
        answer = client.get(address)
    answer.close()
    assert (answer.status_code, Dataset.objects.count()) == (200, number)
