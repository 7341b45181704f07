from __future__ import annotations

import json

import pytest
from django.utils import translation

from opensti.domains.registry import actions, queries
from opensti.domains.registry.models import (
    ImportRow,
    ImportRun,
    Organisation,
    OrganisationLink,
    Person,
    Work,
)
from opensti.kernel.access import PUBLIC
from opensti.kernel.record.models import Entry
from opensti.kernel.refusals import AccessDenied, Invalid
from tests.factories.registry import AT, OFFICER, Codes, Organisations, People
from tests.shared import SHARED, needs_shared

pytestmark = pytest.mark.django_db
ROR = "linkage/tables/ror_vn_194_records.json"

# Where some of them sit: a district, a city or a former province, and today's code.
SEATS = {
    "055bgss27": "01",  # Hoàn Kiếm
    "0363rtq22": "01",  # Hà Đông
    "00j4fc191": "48",  # Tam Kỳ, Quảng Nam
    "02dh19c23": "48",  # Quảng Nam
    "010y5b925": "79",  # Thủ Dầu Một, Bình Dương
    "04pzh0a71": "79",  # Vũng Tàu
    "00twhc437": "79",  # Quận Năm
}


def outcomes(results: list[actions.RowResult]) -> list[str]:
    return [r.outcome for r in results]


def chunk(kind, rows, **more):
    return actions.import_chunk(
        actor=OFFICER,
        kind=kind,
        rows=list(enumerate(rows, start=2)),
        source="test",
        at=AT,
        **more,
    )


@needs_shared(ROR)
def test_all_194_ror_records_of_both_schemas_come_in_once():
    records = json.loads((SHARED / "data" / ROR).read_text(encoding="utf-8"))
    hanoi = Codes.create(scheme="province", code="01", name_vi="Thành phố Hà Nội")
    Codes.create(scheme="province", code="48", name_vi="Thành phố Đà Nẵng")
    Codes.create(scheme="province", code="79", name_vi="Thành phố Hồ Chí Minh")
    first = chunk("ror", records)
    assert (len(first), set(outcomes(first))) == (194, {"created"})
    assert Organisation.objects.exclude(ror="").count() == 194
    academy = Organisation.objects.get(ror="03qd55m24")
    assert (
        academy.name_vi,
        academy.name_en,
        academy.acronym,
        academy.kind,
        academy.established,
        academy.province,
    ) == (
        "Học Viện Tài Chính",
        "Academy Of Finance",
        "AOF",
        "university",
        1982,
        hanoi,
    )
    assert Organisation.objects.exclude(parent=None).count() > 20
    links = OrganisationLink.objects.values_list(
        "kind", "organisation__ror", "other__ror"
    )
    assert sorted((kind, *sorted((a, b))) for kind, a, b in links) == [
        ("parent", "02wsd5p50", "04rwqq797"),
        ("related", "00n8yb347", "025kb2624"),
        ("related", "00r6mze37", "03p379n52"),
        ("related", "01zfehm82", "04jfns044"),
        ("related", "02128gy91", "04gv3mr75"),
        ("related", "02fw5vr12", "03p379n52"),
        ("successor", "01mhkcn55", "04afshy24"),
    ]
    assert set(OrganisationLink.objects.values_list("source", "stated_at")) == {
        ("test", AT)
    }
    thuyloi = Organisation.objects.get(ror="04afshy24")
    assert [
        (str(link.label), link.organisation.ror)
        for link in queries.links_of(OFFICER, thuyloi.pk)
    ] == [("Kế thừa từ", "01mhkcn55")]
    outside = [ror for result in first for ror in result.outside]
    assert (len(outside), "0495fxg12" in outside) == (21, True)
    placed = {o.province.code for o in Organisation.objects.exclude(province=None)}
    assert placed == {"01", "48", "79"}
    by_place = dict(
        Organisation.objects.exclude(province=None).values_list("ror", "province__code")
    )
    assert [by_place.get(ror) for ror in SEATS] == list(SEATS.values())
    left = {result.unplaced for result in first if result.unplaced}
    assert {"Nha Trang", "Xóm Tra Gình"} <= left
    assert not left & {"Hanoi", "Tam Kỳ", "Thu Dau Mot", "Vũng Tàu"}
    assert (
        set(
            Organisation.objects.filter(province=None)
            .exclude(address="")
            .values_list("address", flat=True)
        )
        == left
    )
    entries = Entry.objects.count()
    again = chunk("ror", records)
    assert (len(again), set(outcomes(again))) == (194, {"unchanged"})
    assert Organisation.objects.count() == 194
    assert Entry.objects.count() == entries


def test_a_row_that_says_something_new_corrects_what_it_brought_in():
    row = {"key": "7", "name_vi": "Viện Cơ khí", "kind": "Viện nghiên cứu"}
    results = [
        outcomes(chunk("organisations", [row])),
        outcomes(chunk("organisations", [row])),
        outcomes(chunk("organisations", [row | {"address": "Hà Nội"}])),
    ]
    assert results == [["created"], ["unchanged"], ["changed"]]
    held = Organisation.objects.get()
    assert (held.address, held.kind) == ("Hà Nội", "institute")
    assert ImportRow.objects.count() == 1


def test_an_entry_of_another_source_is_found_by_identifier_and_only_filled():
    held = Organisations.create(name_vi="Tên đúng", tax_code="0100109106")
    results = chunk(
        "organisations",
        [{"name_vi": "Tên khác", "tax_code": "0100109106", "address": "Hà Nội"}],
    )
    held.refresh_from_db()
    assert (outcomes(results), results[0].object_id) == (["changed"], held.pk)
    assert (held.name_vi, held.address) == ("Tên đúng", "Hà Nội")


def test_refused_rows_say_where_what_and_how_and_the_others_come_in():
    results = chunk(
        "organisations",
        [
            {"key": "1", "name_vi": "Viện A"},
            {"key": "2", "name_vi": "", "tax_code": "12", "established": "năm 1990"},
            {"key": "3", "name_vi": "Viện C", "kind": "rạp xiếc", "parent": "không có"},
        ],
    )
    assert outcomes(results) == ["created", "refused", "refused"]
    assert [{p.field for p in r.problems} for r in results] == [
        set(),
        {"name_vi", "tax_code", "established"},
        {"kind", "parent"},
    ]
    assert Organisation.objects.count() == 1


def test_a_bad_address_is_refused_with_its_mend():
    with translation.override("en"):
        (person,) = chunk("people", [{"full_name": "Lê An", "email": "an at example"}])
        (place,) = chunk("organisations", [{"name_vi": "Viện", "website": "a b"}])
        mends = [str(p.mend) for r in (person, place) for p in r.problems]
    assert mends == [
        "Write one address, such as name@example.vn.",
        "Write one address, such as https://example.vn.",
    ]


def test_a_parent_may_stand_below_its_child_in_the_file():
    results = chunk(
        "organisations",
        [
            {"key": "b", "name_vi": "Phòng", "parent": "a"},
            {"key": "a", "name_vi": "Viện"},
        ],
    )
    assert outcomes(results) == ["created", "created"]
    assert Organisation.objects.get(name_vi="Phòng").parent.name_vi == "Viện"


def test_a_dry_run_answers_the_same_and_writes_nothing():
    rows = [{"key": "1", "name_vi": "Viện A"}, {"key": "2", "name_vi": ""}]
    dry = chunk("organisations", rows, dry_run=True)
    assert (Organisation.objects.count(), Entry.objects.count()) == (0, 0)
    assert outcomes(dry) == outcomes(chunk("organisations", rows))


def test_people_come_with_their_employer_and_works_with_known_authors():
    home = Organisations.create(name_vi="Viện Cơ khí")
    people = chunk(
        "people",
        [
            {
                "key": "1",
                "full_name": "Lê Văn An",
                "degree": "Tiến sĩ",
                "academic_title": "PGS",
                "email": "An@example.vn",
                "organisation": "Viện Cơ khí",
                "title": "Viện trưởng",
                "since": "31/12/2020",
                "is_expert": "x",
                "keywords_vi": "cơ khí ;  máy nghiền",
            },
            {"key": "2", "full_name": "Lê Văn Ba", "organisation": "Không có"},
        ],
    )
    assert outcomes(people) == ["created", "refused"]
    person = Person.objects.get()
    job = person.positions.get()
    assert (
        person.degree,
        person.academic_title,
        person.is_expert,
        person.keywords_vi,
    ) == ("doctor", "associate_professor", True, "cơ khí; máy nghiền")
    assert "may nghien" in person.search_text
    assert (job.organisation, job.title_vi, str(job.since), job.is_primary) == (
        home,
        "Viện trưởng",
        "2020-12-31",
        True,
    )
    row = {
        "title": "Về máy",
        "year": 2020.0,
        "doi": "https://doi.org/10.1/X",
        "authors": "B. Khách; Lê Văn An",
        "abstract": "Về máy\nnghiền đứng.",
    }
    assert [outcomes(chunk("works", [row])) for _n in range(2)] == [
        ["created"],
        ["unchanged"],
    ]
    work = Work.objects.get()
    assert (work.doi, work.byline, work.year) == ("10.1/x", "B. Khách; Lê Văn An", 2020)
    assert work.abstract == "Về máy nghiền đứng."
    assert [(a.person, a.position) for a in work.authorships.all()] == [(person, 2)]


def test_a_row_that_the_database_refuses_does_not_take_the_others_with_it():
    People.create(orcid="0000-0002-1825-0097", email="one@example.vn")
    People.create(email="two@example.vn")
    rows = [
        {"key": "1", "full_name": "Mới"},
        {"key": "2", "full_name": "Đổi", "email": "two@example.vn"},
        {"key": "3", "full_name": "Cuối"},
    ]
    assert outcomes(chunk("people", rows)) == ["created", "unchanged", "created"]
    rows[1]["orcid"] = "0000-0002-1825-0097"
    held = Person.objects.get(email="two@example.vn")
    changed = chunk("people", rows)
    assert outcomes(changed) == ["unchanged", "refused", "unchanged"]
    held.refresh_from_db()
    assert held.orcid == ""


def test_only_keepers_import_and_one_row_alone_raises_its_problems():
    with pytest.raises(AccessDenied):
        actions.import_organisation_row(
            actor=PUBLIC, row={"name_vi": "Viện"}, source="x", at=AT
        )
    with pytest.raises(Invalid):
        actions.import_organisation_row(
            actor=OFFICER, row={"name_vi": ""}, source="x", at=AT
        )
    assert Organisation.objects.count() == 0


def test_a_run_counts_its_rows_and_keeps_its_errors():
    run = actions.start_import(
        actor=OFFICER, kind="organisations", source="test", file_name="a.csv", at=AT
    )
    chunk("organisations", [{"name_vi": "Viện"}, {"name_vi": ""}], run_id=run.pk)
    actions.finish_import(actor=OFFICER, run_id=run.pk, at=AT)
    run = ImportRun.objects.get()
    assert (run.rows_done, run.created, run.refused, run.status) == (2, 1, 1, "done")
    assert [(e["row"], e["problems"][0]["field"]) for e in run.errors] == [
        (3, "name_vi")
    ]


def test_five_hundred_rows_that_are_known_cost_few_queries(
    django_assert_max_num_queries,
):
    rows = [{"key": str(n), "name_vi": f"Viện {n}"} for n in range(500)]
    chunk("organisations", rows)
    with django_assert_max_num_queries(8):
        chunk("organisations", rows)
