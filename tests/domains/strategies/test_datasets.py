"""Releases are loaded whole or not at all; a series is known by block and code."""

from __future__ import annotations

import json
from time import monotonic

import pytest
from django.utils.translation import override

from opensti.domains.strategies import actions
from opensti.domains.strategies.models import Dataset, Series, Vintage
from opensti.kernel.access import Role
from opensti.kernel.files.models import StoredFile
from opensti.kernel.record.models import Entry
from opensti.kernel.refusals import AccessDenied, Invalid, NotFound, Stale
from tests.factories import strategies_accounts as factory
from tests.factories.tasks import person
from tests.shared import SHARED, needs_shared

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _english():
    with override("en"):
        yield


@pytest.fixture
def who():
    return factory.officer()


@pytest.fixture
def dataset(who):
    return factory.registered(who)


def refused(who, dataset, content, label="1"):
    before = Vintage.objects.count(), Series.objects.count(), Entry.objects.count()
    with pytest.raises(Invalid) as told:
        factory.loaded(who, dataset, content, label)
    after = Vintage.objects.count(), Series.objects.count()
    assert after == before[:2]
    return [str(problem.message) for problem in told.value.problems]


def test_a_data_set_is_registered_with_its_licence_and_its_citation(who, dataset):
    assert (dataset.code, dataset.licence, dataset.redistributable) == (
        "own",
        "CC BY 4.0",
        True,
    )
    assert Entry.objects.get(act="strategies.register_dataset").subject == (
        f"strategies.dataset:{dataset.pk}"
    )


def test_a_code_is_taken_once_and_what_is_handed_on_is_cited(who, dataset):
    with pytest.raises(Invalid, match="code is registered"):
        factory.registered(who)
    with pytest.raises(Invalid, match="must be cited"):
        factory.registered(who, "other", citation="")
    with pytest.raises(Invalid) as told:
        factory.registered(who, "Bad code", licence=" ")
    assert [p.field for p in told.value.problems] == ["licence", "code"]
    assert Dataset.objects.count() == 1


def test_only_officers_load_and_strangers_know_of_nothing(dataset):
    for role in (Role.LEADER, Role.FINANCE, Role.AUDITOR):
        with pytest.raises(AccessDenied):
            factory.loaded(person(role), dataset)
    with pytest.raises(NotFound):
        factory.loaded(person(Role.APPLICANT), dataset)
    assert Vintage.objects.count() == 0


def test_a_card_is_corrected_but_its_code_stays(who, dataset):
    card = actions.DatasetCard(
        code="own", name_vi="Tên", provider="P", licence="L", citation="C"
    )
    changed = actions.change_dataset(
        actor=who, dataset_id=dataset.pk, card=card, at=factory.AT, expected_version=1
    )
    assert (changed.name_vi, changed.version) == ("Tên", 2)
    with pytest.raises(Stale):
        actions.change_dataset(
            actor=who,
            dataset_id=dataset.pk,
            card=card,
            at=factory.AT,
            expected_version=1,
        )


def test_a_long_table_becomes_series_by_quantity_and_sector(who, dataset):
    vintage = factory.loaded(who, dataset)
    told = Series.objects.filter(vintage=vintage).values_list(
        "block", "code", "unit", "sector", "first_year", "values"
    )
    assert list(told) == [
        ("value_added", "farms", "VN", "farms", 2010, [100.0, 102.0, 104.0]),
        ("employment", "farms", "VN", "farms", 2010, [50.0, 48.0, 45.0]),
        ("value_added", "factories", "VN", "factories", 2010, [200.0, 230.0, 260.0]),
        ("employment", "factories", "VN", "factories", 2010, [40.0, 44.0, 50.0]),
    ]
    kept = StoredFile.objects.get(subject=f"strategies.vintage:{vintage.public_id}")
    assert (vintage.count, vintage.sha256) == (12, kept.sha256)
    entry = Entry.objects.get(act="strategies.load_vintage")
    assert json.loads(entry.body)["detail"]["sha256"] == kept.sha256


def test_a_gap_is_kept_as_a_gap_and_no_sector_is_left_out_in_silence(who, dataset):
    vintage = factory.loaded(
        who,
        dataset,
        "country,cnt,var,year,Farms,Trade,Total\n"
        "Viet Nam,VNM,VA,1990,1,2,3\nViet Nam,VNM,VA,1992,2,..,2\n",
    )
    told = Series.objects.filter(vintage=vintage).values_list("block", "code", "values")
    assert list(told) == [("VA", "Farms", [1.0, None, 2.0]), ("VA", "Trade", [2.0])]
    assert "Total" in vintage.note


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (
            "unit,sector,year,value_added,employment\nVN,a,2010,1,x\nVN,a,2010,2,3\n",
            [
                "Row 2, column employment: “x” is no number.",
                "Row 3, column year: a stands here a second time for the same year (first: 2).",
            ],
        ),
        (
            "unit,sector,year,value_added\nVN,a,20x0,1\n,a,2010,1\n",
            [
                "Row 2, column year: “20x0” is no year.",
                "Row 3, column unit: The name is missing.",
            ],
        ),
        (
            "unit,sector,year\nVN,a,2010\n",
            ["Row 1, column value_added: The column is missing."],
        ),
        (
            "a,b\n1,2\n",
            ["Row 1, column a, b: The columns are of no layout that is known here."],
        ),
        (
            "unit,sector,year,value_added\nVN,a,2010,inf\nVN,a,2011,1e999\nVN,a,2012,1_0\n",
            [
                "Row 2, column value_added: “inf” is no number.",
                "Row 3, column value_added: “1e999” is no number.",
                "Row 4, column value_added: “1_0” is no number.",
            ],
        ),
        (
            "unit,sector,year,value_added\n",
            ["Row 1, column : Nothing can be read here."],
        ),
        (
            "isocode,year,rgdpna,emp,hc,rnna\nVNM,2000,-1,4,2.5,3\n",
            ["Row 2, column rgdpna: a number above 0 is needed, not -1."],
        ),
    ],
)
def test_a_bad_file_is_refused_with_row_and_column(who, dataset, content, said):
    assert refused(who, dataset, content) == said


def test_a_broken_workbook_is_refused(who, dataset):
    assert refused(who, dataset, b"PK\x03\x04 no book at all")


def test_a_row_with_more_cells_than_columns_is_refused(who, dataset):
    content = "unit,sector,year,value_added\nVN,a,2010,1,5\n"
    assert refused(who, dataset, content) == [
        "The row has more cells than the table has columns."
    ]


def test_many_faults_are_told_up_to_a_number_and_the_rest_counted(who, dataset):
    rows = "".join(f"VN,s{i},2010,x\n" for i in range(80))
    said = refused(who, dataset, f"unit,sector,year,value_added\n{rows}")
    assert (len(said), said[-1]) == (51, "and 30 more faults")


def test_the_same_file_or_label_twice_is_refused(who, dataset):
    factory.loaded(who, dataset)
    assert refused(who, dataset, factory.SECTORS, "2") == [
        "This file is loaded already: release 1, on June 1, 2026."
    ]
    assert refused(who, dataset, factory.REVISED, "1") == [
        "A release with this label is loaded; it does not change."
    ]
    factory.loaded(who, dataset, factory.REVISED, "2")
    other = factory.registered(who, "other")
    factory.loaded(who, other)
    assert Vintage.objects.count() == 3


BOTH = {
    "Output": [["code", "unit", 2010, 2011], [40100, "VN", 1, 2]],
    "Workers": [["code", "unit", 2010, 2011], [40100, "VN", 7, 8]],
}


def test_a_code_in_two_sheets_is_two_series_under_their_own_keys(who, dataset):
    vintage = factory.loaded(who, dataset, factory.book(BOTH))
    told = Series.objects.filter(vintage=vintage).values_list("block", "code", "values")
    assert list(told) == [
        ("Output", "40100", [1.0, 2.0]),
        ("Workers", "40100", [7.0, 8.0]),
    ]


def test_a_code_that_stands_twice_in_one_sheet_without_blocks_is_refused(who, dataset):
    rows = [["code", "unit", 2010], [40100, "VN", 1], [40100, "VN", 7]]
    assert refused(who, dataset, factory.book({"All": rows})) == [
        "Sheet All, row 3, column 2010: 40100 stands here a second time for the same year (first: All!2:2010)."
    ]


def test_a_code_alone_that_stands_in_two_blocks_is_refused_when_asked(who, dataset):
    vintage = factory.loaded(who, dataset, factory.book(BOTH))
    columns = {"value_added": "40100", "labour": "Workers/40100", "capital": "40100"}
    with pytest.raises(Invalid) as told:
        factory.asked(
            who, vintage, kind="growth", columns=columns, first=2010, last=2011
        )
    assert [(p.field, str(p.message), str(p.mend)) for p in told.value.problems] == [
        (
            "columns.value_added",
            "The code 40100 stands in several blocks (Output, Workers): alone it says nothing.",
            "Write block/code.",
        )
    ]


@needs_shared("indicators/etd/etd_2023_long.csv")
def test_fifty_thousand_numbers_are_loaded_in_seconds(who, dataset):
    content = (SHARED / "data/indicators/etd/etd_2023_long.csv").read_bytes()
    began = monotonic()
    vintage = factory.loaded(who, dataset, content)
    assert monotonic() - began < 20
    assert (vintage.count, vintage.series.count()) == (53244, 1836)
