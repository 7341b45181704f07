"""What the database hands out: the whole public life, no word more, in few queries."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import timedelta

import pytest
from django.utils.timezone import localdate
from openpyxl import load_workbook
from pyarrow.parquet import read_table

from opensti.domains.contracts.models import Contract
from opensti.domains.panels.models import Council
from opensti.domains.publications.queries import edition, lives
from opensti.domains.publications.queries import policies as in_force
from opensti.domains.results.models import Result
from opensti.domains.tasks.models import Task
from opensti.exports import ocds
from opensti.exports.files import FILES, chunks_of, etag
from opensti.exports.house import house
from opensti.kernel.access import Role
from opensti.kernel.refusals import NotFound
from tests.exports import judges
from tests.factories import aid, contract_papers, money, policies
from tests.factories import calls as call_factory
from tests.factories import portfolios as factory
from tests.factories import results as result_factory
from tests.factories.registry import People
from tests.factories.tasks import approved, person, regimes
from tests.factories.tasks import order as draft_order

pytestmark = pytest.mark.django_db


def told():
    """Every file as a reader reads it, by its name; workbooks and archives opened."""
    return {name: _text(name) for name in FILES}


def _text(name):
    try:
        content = b"".join(chunks_of(name))
    except NotFound:
        return ""
    if name.endswith(".parquet"):
        return str(read_table(io.BytesIO(content)).to_pylist())
    if name.endswith(".xlsx"):
        rows = load_workbook(io.BytesIO(content)).active.iter_rows(values_only=True)
        return "\n".join(str(cell) for row in rows for cell in row)
    if name.endswith(".zip"):
        with zipfile.ZipFile(io.BytesIO(content)) as whole:
            parts = [whole.read(one).decode() for one in whole.namelist()]
            return "\n".join([*whole.namelist(), *parts])
    return content.decode()


def naming(*words):
    """In which files each word stands, by one reading of them all."""
    found = told()
    return [{name for name, text in found.items() if word in text} for word in words]


NOWHERE: set[str] = set()


def test_a_signed_task_is_told_from_its_order_on():
    funded = contract_papers.signed()
    contract = funded.contract
    (life,) = lives()
    (award,) = life.awards
    assert award.contract == contract.public_id
    assert award.task == contract.task.public_id
    releases = ocds.releases(house(), life)
    told = {one["tag"][0]: one for one in releases}
    assert len(releases) == len(told)
    assert set(told) == {"planning", "tender", "tenderUpdate", "award", "contract"}
    assert told["tenderUpdate"]["tender"]["numberOfTenderers"] == 2
    assert told["award"]["awards"][0]["value"]["amount"] == int(award.amount)
    assert told["contract"]["contracts"] == [
        {
            "id": contract.public_id,
            "awardID": award.public_id,
            "title": contract.title_vi,
            "description": "01.26/HĐ-ĐMST",
            "status": "active",
            "dateSigned": f"{contract.signed_on}T00:00:00+07:00",
            "period": {
                "startDate": "2026-09-01T00:00:00+07:00",
                "endDate": "2028-09-01T00:00:00+07:00",
            },
            "value": {"amount": int(contract.state_money), "currency": "VND"},
        }
    ]


@judges.needs_schemas
def test_councils_are_milestones_and_payments_transactions_where_they_may_be_told(
    monkeypatch,
):
    funded = contract_papers.signed()
    money.allocated(funded)
    money.pay(funded)
    council = Council.objects.get(kind="selection")
    payment = funded.contract.payments.get()

    def read(**changes):
        made = policies.policy({name: {"form": "exact"} for name in changes["shown"]})
        monkeypatch.setattr(in_force, "shipped_policy", lambda: made)
        (life,) = lives()
        found = ocds.record(house(), life)
        assert [f for one in found["releases"] for f in judges.ocds_faults(one)] == []
        whole = found["compiledRelease"]
        return whole["tender"].get("milestones", []), whole["contracts"][0].get(
            "implementation", {}
        ).get("transactions", [])

    milestones, paid = read(shown=())
    assert [(one["id"], one["dateMet"][:10]) for one in milestones] == [
        (f"council-{council.public_id}", str(council.decided_on))
    ]
    assert paid == []
    single = ("payment.*", "payment.paid_on")
    assert [one["value"] for one in read(shown=single)[1] if "value" in one] == []
    (told,) = read(shown=(*single, "payment.amount"))[1]
    assert (told["id"], told["value"]["amount"], told["date"][:10]) == (
        payment.public_id,
        int(payment.amount),
        str(payment.paid_on),
    )


@judges.needs_schemas
def test_what_the_house_writes_passes_every_judge():
    funded = contract_papers.signed()
    result_factory.accepted(funded)
    result_factory.result(funded, title_vi="Phần mềm điều độ lò")
    aid.note(funded)
    found = told()
    releases = json.loads(found["ocds-releases.json"])
    records = json.loads(found["ocds-records.json"])
    assert judges.ocds_package_faults(releases, "release") == []
    assert judges.ocds_package_faults(records, "record") == []
    for one in [*releases["releases"], records["records"][0]["compiledRelease"]]:
        assert judges.ocds_faults(one) == []
    assert releases["releases"][-1]["tag"] == ["implementation"]
    assert judges.giving_faults(json.loads(found["360giving.json"])) == []
    with zipfile.ZipFile(io.BytesIO(b"".join(chunks_of("datacite.zip")))) as whole:
        assert len(whole.namelist()) == 2
        for name in whole.namelist():
            assert judges.datacite_faults(whole.read(name)) == []
    assert judges.dcat_faults(found["catalogue.ttl"]) == []
    assert judges.iati_faults(found["iati.xml"].encode()) == []


def test_drafts_are_told_nowhere_and_an_order_once_it_is_approved():
    officer, leader = person(Role.OFFICER), person(Role.LEADER)
    regimes()
    order = draft_order(officer, title_vi="Đặt hàng kín")
    call = call_factory.draft_call(officer, title_vi="Đợt gọi kín")
    words = ("Đặt hàng kín", "Đợt gọi kín", order.public_id, call.public_id)
    opened = approved(officer, leader)
    *hidden, shown = naming(*words, opened.public_id)
    assert hidden == [NOWHERE] * 4
    assert shown >= {"ocds-releases.json", "orders.csv", "events.csv", "tables.zip"}


def test_dossiers_are_told_once_they_are_approved_and_released_and_no_others():
    story = factory.judged("90", "60")
    won, lost = story.dossiers
    round_ = factory.decided(story)
    wins = (won.title_vi, won.host.name_vi)
    losses = (lost.code, lost.title_vi, lost.host.name_vi, lost.public_id)
    assert naming(*wins, *losses) == [NOWHERE] * 6
    factory.checked(story, round_)
    factory.release(story, round_)
    everywhere = {
        "ocds-releases.json", "ocds-records.json", "ocds-compiled.jsonl",
        "360giving.json", "datacite.zip", "tables.zip", "awards.csv", "awards.xlsx",
        "awards.parquet",
    }  # fmt: skip
    # The contract is begun by the letter, and is nobody's to know until it is signed.
    begun = Contract.objects.get().public_id
    assert naming(*wins, *losses, begun) == [everywhere] * 2 + [NOWHERE] * 5


def test_a_signed_contract_is_told_and_its_people_and_payments_are_not():
    funded = contract_papers.signed()
    Task.objects.update(leader_name="Phạm Thị Không Tên")
    first = funded.contract.instalments.order_by("position")[0]
    first.amount += 7  # like no other amount
    first.save()
    shown, *hidden = naming(
        funded.contract.public_id, "Phạm Thị Không Tên", str(int(first.amount))
    )
    assert shown >= {"ocds-releases.json", "awards.csv"}
    assert hidden == [NOWHERE] * 2


def test_results_are_told_when_they_are_open_and_an_embargo_until_its_day():
    funded = contract_papers.signed()
    today, author = localdate(), People.create()
    opened = result_factory.result(
        funded, title_vi="Phần mềm mở lò", authors=[(author.public_id, 10_000)]
    )
    inner = result_factory.result(funded, title_vi="Phần mềm kín", secrecy="internal")
    later = result_factory.result(
        funded,
        title_vi="Phần mềm đến ngày",
        secrecy="embargo",
        open_from=today + timedelta(days=1),
    )
    words = (opened.title_vi, inner.title_vi, later.title_vi, later.public_id)
    files = {
        "ocds-releases.json", "ocds-records.json", "ocds-compiled.jsonl", "results.csv",
        "results.xlsx", "results.parquet", "tables.zip",
    }  # fmt: skip
    assert naming(*words) == [NOWHERE] * 4
    result_factory.accepted(funded)
    assert naming(*words, author.full_name) == [files, *[NOWHERE] * 4]
    before = etag("results.csv")
    Result.objects.filter(pk=later.pk).update(open_from=today)  # its day has come
    assert naming(*words, author.full_name) == [files, NOWHERE, files, files, NOWHERE]
    # No act said so, yet the files are others: their tag and their day are, too.
    assert etag("results.csv") != before
    assert localdate(edition().at) >= today


def test_a_task_that_answers_no_order_is_a_process_of_its_own():
    story = factory.judged("90", orders=0)
    factory.released(story)
    (life,) = lives()
    assert life.order is None
    assert life.public_id == life.awards[0].task
    assert [one["tag"][0] for one in ocds.releases(house(), life)] == [
        "tender", "tenderUpdate", "award",
    ]  # fmt: skip


@pytest.mark.parametrize("at_once", [1, 2, 200])
def test_parts_lose_and_double_nothing(at_once):
    story = factory.judged("90", "80", "70", orders=3)
    factory.released(story)
    found = list(lives(at_once=at_once))
    assert [life.order.code for life in found] == sorted(
        life.order.code for life in found
    )
    assert len({life.public_id for life in found}) == 3
    assert found == list(lives())


@pytest.mark.parametrize("orders", [1, 3])
def test_more_tasks_cost_no_more_queries(orders, django_assert_num_queries):
    story = factory.judged(*["90"] * orders, orders=orders)
    factory.released(story)
    with django_assert_num_queries(15):
        assert len(list(lives())) == orders


def test_every_prefix_names_who_publishes(settings):
    settings.OPENSTI_OCID_PREFIX = "ocds-abc123"
    settings.OPENSTI_ADDRESS = "https://sti.example/"
    settings.OPENSTI_ROR = ""
    regimes()
    approved(person(Role.OFFICER), person(Role.LEADER))
    package = json.loads(_text("ocds-releases.json"))
    assert package["uri"] == "https://sti.example/open-data/ocds-releases.json"
    assert "uri" not in package["publisher"]
    (release,) = package["releases"]
    assert release["ocid"].startswith("ocds-abc123-")
    assert release["buyer"]["id"] == "VN-STI-HOUSE"
