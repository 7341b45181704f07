from __future__ import annotations

from urllib.parse import urlencode

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pytest_django.asserts import assertRedirects

from opensti.domains.accounts.models import RoleGrant
from opensti.domains.registry import actions
from opensti.domains.registry.models import (
    Authorship,
    DismissedPair,
    ImportRow,
    ImportRun,
    Membership,
    Merge,
    Organisation,
    Person,
    Position,
    Relation,
    Work,
)
from opensti.kernel.jobs.registry import kind
from tests.factories.registry import (
    AT,
    OFFICER,
    TODAY,
    Codes,
    Memberships,
    Organisations,
    People,
    Positions,
    Users,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("contexts_kept")]
CSV = "Mã,Tên tổ chức,MST\n1,Viện Cơ khí,0100109106\n2,,\n"


@pytest.fixture(autouse=True)
def data_dir(settings, tmp_path):
    settings.OPENSTI_DATA_DIR = tmp_path


def signed_in(client, *roles, **more):
    user = Users.create(**more)
    for role in roles:
        RoleGrant.objects.create(user=user, role=role, since=TODAY.replace(year=2020))
    client.force_login(user)
    return user


def text(response):
    return response.content.decode()


def cost(client, url):
    """How many queries a page asks, after the first time; 6 say who is asking."""
    client.get(url)
    with CaptureQueriesContext(connection) as asked:
        response = client.get(url)
    assert response.status_code == 200
    return len(asked)


BUDGETS = {
    "organisations": 11,
    "people": 11,
    "organisation": 13,
    "person": 12,
    "duplicates": 10,
    "merges": 8,
    "imports": 9,
    "import": 7,
}


@pytest.mark.parametrize("rows", [1, 3])
def test_every_page_costs_the_same_with_one_row_and_with_three(client, rows):
    signed_in(client, "officer")
    home, person = Organisations.create(), People.create()
    for _n in range(rows):
        Organisations.create(
            parent=home, province=Codes.create(scheme="province", name_vi="Tỉnh")
        )
        Memberships.create(organisation=home)
        Positions.create(organisation=home)
        Positions.create(person=person)
        Relation.objects.create(
            person=person, other=People.create(), kind="sibling", declared_at=AT
        )
        twin = Organisations.create(name_vi="Viện Cơ khí")
        gone = Organisations.create()
        actions.merge(
            actor=OFFICER,
            kind="organisation",
            survivor_id=twin.pk,
            merged_id=gone.pk,
            at=AT,
        )
        run = actions.start_import(
            actor=OFFICER, kind="people", source="x", file_name="x.csv", at=AT
        )
    ImportRow.objects.bulk_create(
        ImportRow(
            run=run, source="x", object_kind="person", key=f"{n}", object_id=person.pk
        )
        for n in range(rows)
    )
    args = {
        "organisation": [home.public_id],
        "person": [person.public_id],
        "import": [run.pk],
    }
    assert {
        name: cost(client, reverse(f"registry:{name}", args=args.get(name, [])))
        for name in BUDGETS
    } == BUDGETS


def test_an_officer_enters_an_organisation_after_seeing_those_that_look_like_it(client):
    signed_in(client, "officer")
    Organisations.create(name_vi="Viện Cơ khí", search_text="vien co khi")
    data = {"name_vi": "VIỆN CƠ KHÍ", "kind": "institute", "status": "active"}
    url = reverse("registry:organisation_new")
    asked = client.post(url, data)
    assert (asked.status_code, Organisation.objects.count()) == (200, 1)
    assert "Viện Cơ khí" in text(asked)
    done = client.post(url, data | {"sure": "on"})
    made = Organisation.objects.get(name_vi="VIỆN CƠ KHÍ")
    assert done.url == reverse("registry:organisation", args=[made.public_id])


def test_a_refused_form_keeps_what_was_typed_and_names_the_field(client):
    signed_in(client, "officer")
    response = client.post(
        reverse("registry:organisation_new"),
        {"name_vi": "Viện X", "kind": "fund", "status": "active", "tax_code": "123"},
    )
    assert (response.status_code, Organisation.objects.count()) == (422, 0)
    assert set(response.context["form"].errors) == {"tax_code"}
    assert "Viện X" in text(response)


def test_a_manager_corrects_his_organisation_without_the_ministry_fields(client):
    user = signed_in(client)
    row = Memberships.create(user=user, manager=True).organisation
    url = reverse("registry:organisation_edit", args=[row.public_id])
    form = client.get(url).context["form"]
    assert not {"status", "kind", "parent", "ministry_owned"} & set(form.fields)
    client.post(
        url, {"name_vi": row.name_vi, "address": "Hà Nội", "status": "dissolved"}
    )
    row.refresh_from_db()
    assert (row.address, row.status, row.kind) == ("Hà Nội", "active", "institute")


def test_two_who_correct_at_once_one_is_told(client):
    signed_in(client, "officer")
    row = Organisations.create(changed_at=AT)
    url = reverse("registry:organisation_edit", args=[row.public_id])
    seen = client.get(url).context["form"].initial["seen_at"]
    actions.edit_organisation(
        actor=OFFICER,
        organisation_id=row.pk,
        facts={"address": "Huế"},
        at=AT.replace(hour=9),
    )
    data = {"name_vi": "Tôi", "kind": "fund", "status": "active", "seen_at": seen}
    client.raise_request_exception = False
    assert client.post(url, data).status_code == 409
    row.refresh_from_db()
    assert row.address == "Huế"


def test_the_public_sees_organisations_but_no_person_nor_contact(client):
    job = Positions.create(
        person=People.create(full_name="Bí Mật", email="bi@mat.vn"),
    )
    shown = client.get(
        reverse("registry:organisation", args=[job.organisation.public_id])
    )
    assert shown.status_code == 200
    assert "Bí Mật" not in text(shown)
    for name in ("person", "person_edit"):
        for public_id in (job.person.public_id, "nobody"):  # told apart by nothing
            hidden = reverse(f"registry:{name}", args=[public_id])
            assertRedirects(
                client.get(hidden),
                f"{reverse(settings.LOGIN_URL)}?{urlencode({'next': hidden}, safe='')}",
                fetch_redirect_response=False,
            )
    for name in (
        "people",
        "duplicates",
        "merges",
        "imports",
        "import_new",
        "person_new",
    ):
        assert "/login/" in client.get(reverse(f"registry:{name}")).url
    found = client.get(reverse("registry:person_suggestions") + "?other=bi+mat")
    assert text(found).strip() == ""


def test_a_colleague_sees_the_address_but_not_the_year_of_birth(client):
    user = signed_in(client)
    person = People.create(email="an@example.vn", birth_year=1961)
    home = Memberships.create(user=user).organisation
    Positions.create(person=person, organisation=home)
    page = text(client.get(reverse("registry:person", args=[person.public_id])))
    assert ("an@example.vn" in page, "1961" in page) == (True, False)


def test_a_manager_enters_a_person_and_places_him(client):
    user = signed_in(client)
    home = Memberships.create(user=user, manager=True).organisation
    done = client.post(reverse("registry:person_new"), {"full_name": "Lê Văn Mới"})
    person = Person.objects.get()
    placing = reverse("registry:position_add", args=[person.public_id])
    assert done.url == placing
    client.post(placing, {"organisation": f"x ({home.public_id})", "title_vi": "KTV"})
    assert Position.objects.get().organisation == home
    page = client.get(reverse("registry:person", args=[person.public_id]))
    assert page.status_code == 200
    ending = reverse(
        "registry:position_end", args=[person.public_id, Position.objects.get().pk]
    )
    client.post(ending, {"on": "2026-05-01"})
    assert str(Position.objects.get().until) == "2026-05-01"


def test_an_expert_declares_a_relation_and_adds_a_degree(client):
    user = signed_in(client, "expert")
    person = People.create(user=user)
    firm = Organisations.create(
        name_vi="Công ty Thép Đỏ", search_text="cong ty thep do"
    )
    url = reverse("registry:relation_add", args=[person.public_id])
    wrong = client.post(url, {"kind": "spouse", "organisation": "thep do"})
    assert set(wrong.context["form"].errors) == {"kind"}
    client.post(url, {"kind": "owner", "organisation": "thep do"})
    made = Relation.objects.get()
    assert (made.organisation, made.kind) == (firm, "owner")
    client.post(
        reverse("registry:degree_add", args=[person.public_id]),
        {"level": "doctor", "year": "1999"},
    )
    assert [d.level for d in person.degrees.all()] == ["doctor"]


def test_experts_find_their_own_entry_and_who_has_none_is_told_whom_to_ask(client):
    user = signed_in(client, "expert")
    address = reverse("registry:me")
    told = client.get(address)
    assert "Đề nghị chuyên viên nhập lý lịch" in text(told)
    person = People.create(user=user)
    assert client.get(address).url == reverse(
        "registry:person", args=[person.public_id]
    )
    assert f'href="{address}"' in text(client.get(reverse("home")))


def test_the_page_of_a_person_tells_what_the_works_say(client):
    user = signed_in(client, "expert")
    person = People.create(user=user)
    work = Work.objects.create(
        title="Lò hơi", abstract="Đốt trấu <tầng sôi>.", year=2020
    )
    Authorship.objects.create(person=person, work=work)
    page = text(client.get(reverse("registry:person", args=[person.public_id])))
    assert "Đốt trấu &lt;tầng sôi&gt;." in page


def test_an_account_becomes_a_member_by_its_address(client):
    signed_in(client, "officer")
    home, member = Organisations.create(), Users.create()
    url = reverse("registry:member_add", args=[home.public_id])
    refused = client.post(url, {"email": "no@one.vn", "since": "2026-01-01"})
    assert (refused.status_code, Membership.objects.count()) == (422, 0)
    client.post(url, {"email": member.email, "manager": "on", "since": "2026-01-01"})
    made = Membership.objects.get()
    assert (made.user, made.manager) == (member, True)
    ending = reverse("registry:member_end", args=[home.public_id, made.pk])
    client.post(ending, {"on": "2026-02-01"})
    made.refresh_from_db()
    assert str(made.until) == "2026-02-01"


def test_likely_duplicates_are_merged_after_a_preview_and_undone(client):
    signed_in(client, "officer")
    one, two = (Organisations.create(name_vi="Viện Cơ khí") for _n in range(2))
    page = client.get(reverse("registry:duplicates"))
    assert [(p.first, p.second) for p in page.context["pairs"]] == [(one, two)]
    url = reverse("registry:merge", args=["organisation", one.pk, two.pk])
    assert client.get(url).status_code == 200
    assert Merge.objects.count() == 0
    client.post(url, {"reason": "cùng địa chỉ"})
    row = Merge.objects.get()
    assert (row.survivor_id, row.merged_id) == (one.pk, two.pk)
    assert client.get(reverse("registry:merges")).status_code == 200
    gone = client.get(reverse("registry:organisation", args=[two.public_id]))
    assert one.public_id in text(gone)
    client.post(reverse("registry:undo_merge", args=[row.pk]))
    two.refresh_from_db()
    assert two.merged_into is None
    client.post(reverse("registry:dismiss", args=["organisation", one.pk, two.pk]))
    assert DismissedPair.objects.count() == 1
    assert not client.get(reverse("registry:duplicates")).context["pairs"]


def test_a_file_is_handed_in_looked_at_tried_and_imported(client, monkeypatch):
    user = signed_in(client, "officer")
    monkeypatch.setattr("opensti.kernel.jobs.work.Work.actor", OFFICER, raising=True)
    file = SimpleUploadedFile("to-chuc.csv", CSV.encode())
    upload = reverse("registry:import_new")
    handed = client.post(upload, {"kind": "organisations", "source": "x", "file": file})
    run = ImportRun.objects.get()
    page_url = reverse("registry:import", args=[run.pk])
    assert (handed.url, run.started_by) == (page_url, user)
    assert run.mapping == {"key": "Mã", "name_vi": "Tên tổ chức", "tax_code": "MST"}
    page = client.get(page_url)
    assert [r.outcome for _cells, r in page.context["preview"]] == [
        "created",
        "refused",
    ]
    assert Organisation.objects.count() == 0
    columns = {f"to-{k}": v for k, v in run.mapping.items()}
    start = reverse("registry:import_start", args=[run.pk])
    client.post(start, columns | {"act": "try"})
    worked(run)
    assert (run.dry_run, run.created, run.refused, run.status) == (True, 1, 1, "done")
    assert Organisation.objects.count() == 0
    assert client.get(page_url).status_code == 200
    client.post(start, columns | {"act": "import"})
    worked(run)
    assert (run.dry_run, run.created, run.refused, run.status) == (False, 1, 1, "done")
    assert Organisation.objects.get().tax_code == "0100109106"
    errors = client.get(reverse("registry:import_errors", args=[run.pk]) + "?kind=csv")
    lines = b"".join(errors).decode("utf-8-sig").splitlines()
    assert len(lines) == 2
    assert lines[1].startswith("3,2,")
    assert client.get(page_url).context["form"] is None


def worked(run):
    """Do the job that was asked for, as the worker would."""
    from opensti.kernel.jobs.models import Job  # noqa: PLC0415 -- near its use
    from opensti.kernel.jobs.work import Work  # noqa: PLC0415

    job = Job.objects.get(state="waiting")
    Job.objects.filter(pk=job.pk).update(state="running")
    job.refresh_from_db()
    kind("registry.import").do(Work(job))
    Job.objects.filter(pk=job.pk).update(state="done")
    run.refresh_from_db()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.csv", b"\xff\xfe\x00\x00"),
        ("a.xlsx", b"PK no"),
        ("a.exe", b"MZ"),
        ("a.csv", b"a\n"),
    ],
)
def test_a_file_that_is_no_table_is_refused_beside_its_field(client, name, content):
    signed_in(client, "officer")
    response = client.post(
        reverse("registry:import_new"),
        {"kind": "people", "file": SimpleUploadedFile(name, content)},
    )
    assert response.status_code == 422
    assert set(response.context["form"].errors) == {"file"}
    assert ImportRun.objects.count() == 0


JSONL = (
    '{"Mã": "1", "Tên tổ chức": "Viện Cơ khí", "lĩnh vực": ["F1"]}\n'
    "không phải JSON\n"
    '{"Mã": "3", "Tên tổ chức": "Viện Hóa"}\n'
)


def test_json_lines_come_in_and_broken_lines_are_named(client, monkeypatch):
    signed_in(client, "officer")
    Codes.create(code="F1")
    monkeypatch.setattr("opensti.kernel.jobs.work.Work.actor", OFFICER, raising=True)
    file = SimpleUploadedFile("to-chuc.jsonl", JSONL.encode())
    client.post(reverse("registry:import_new"), {"kind": "organisations", "file": file})
    run = ImportRun.objects.get()
    assert run.mapping == {"key": "Mã", "name_vi": "Tên tổ chức", "fields": "lĩnh vực"}
    page = client.get(reverse("registry:import", args=[run.pk]))
    assert [(cells, r.outcome) for cells, r in page.context["preview"]] == [
        (["1", "Viện Cơ khí", "F1"], "created"),
        (["", "", ""], "refused"),
        (["3", "Viện Hóa", ""], "created"),
    ]
    columns = {f"to-{k}": v for k, v in run.mapping.items()}
    start = reverse("registry:import_start", args=[run.pk])
    client.post(start, columns | {"act": "try"})
    worked(run)
    assert (Organisation.objects.count(), run.created, run.refused) == (0, 2, 1)
    client.post(start, columns | {"act": "import"})
    worked(run)
    assert (run.created, run.refused, run.status) == (2, 1, "done")
    found = Organisation.objects.get(name_vi="Viện Cơ khí")
    assert list(found.fields.values_list("code", flat=True)) == ["F1"]
    errors = client.get(reverse("registry:import_errors", args=[run.pk]) + "?kind=csv")
    (line,) = b"".join(errors).decode("utf-8-sig").splitlines()[1:]
    assert line.startswith("2,,,,")
    assert line.endswith('Mỗi dòng ghi một đối tượng JSON, bảng mã UTF-8."')


@pytest.mark.parametrize(
    "content",
    [JSONL.encode("utf-16"), JSONL.encode("cp1258", "ignore"), b"[1]\nx\n"],
    ids=["utf-16", "windows-1258", "no objects"],
)
def test_json_lines_of_another_encoding_or_without_objects_are_refused(client, content):
    signed_in(client, "officer")
    response = client.post(
        reverse("registry:import_new"),
        {"kind": "people", "file": SimpleUploadedFile("a.jsonl", content)},
    )
    assert response.status_code == 422
    assert set(response.context["form"].errors) == {"file"}
    assert ImportRun.objects.count() == 0


# ---- acts on many


def bulk(client, things, act, ids, **more):
    place = reverse(f"registry:{things}_bulk", args=[act])
    return client.post(place, {"ids": ids, **more})


def test_the_status_of_many_is_set_after_seeing_what_would_happen(client):
    signed_in(client, "officer")
    rows = [Organisations.create() for _n in range(2)]
    rows.append(Organisations.create(status="inactive"))
    ids = [row.pk for row in rows]
    assert bulk(client, "organisations", "status", ids).status_code == 200
    seen = bulk(client, "organisations", "status", ids, status="inactive")
    assert (seen.context["possible"], seen.context["refused"]) == (2, 1)
    assert seen.context["ids"] == ids[:2]
    assert statuses() == ["active", "active", "inactive"]
    stale = bulk(
        client, "organisations", "status", ids, status="inactive", confirmed="1"
    )
    assert (stale.status_code, statuses()) == (409, ["active", "active", "inactive"])
    done = bulk(
        client, "organisations", "status", ids[:2], status="inactive", confirmed="1"
    )
    assert done.url == reverse("registry:organisations")
    assert statuses() == ["inactive"] * 3


def statuses():
    return list(Organisation.objects.order_by("pk").values_list("status", flat=True))


def test_merged_is_no_status_to_be_chosen_and_nothing_chosen_leads_back(client):
    signed_in(client, "officer")
    ids = [Organisations.create().pk]
    wrong = bulk(client, "organisations", "status", ids, status="merged", confirmed="1")
    assert (wrong.status_code, statuses()) == (422, ["active"])
    empty = bulk(client, "organisations", "status", [])
    assert empty.url == reverse("registry:organisations")
    assert bulk(client, "organisations", "delete", ids).status_code == 404
    assert bulk(client, "people", "status", ids).status_code == 404


@pytest.mark.parametrize(
    ("things", "factory"), [("organisations", Organisations), ("people", People)]
)
def test_a_field_is_added_to_many_and_others_are_kept(client, things, factory):
    signed_in(client, "officer")
    old, new = Codes.create(), Codes.create()
    rows = [factory.create() for _n in range(2)]
    rows[0].fields.set([old])
    ids = [row.pk for row in rows]
    seen = bulk(client, things, "field", ids, field=new.pk)
    assert (seen.status_code, seen.context["possible"]) == (200, 2)
    assert rows[1].fields.count() == 0
    bulk(client, things, "field", ids, field=new.pk, confirmed="1")
    assert [set(row.fields.all()) for row in rows] == [{old, new}, {new}]
    again = bulk(client, things, "field", ids, field=new.pk)
    assert (again.context["possible"], again.context["refused"]) == (0, 2)


def test_acts_on_many_are_for_those_who_may_do_each(client):
    signed_in(client, "auditor")
    ids, code = [Organisations.create().pk], Codes.create()
    person = People.create()
    answers = {
        "status": bulk(client, "organisations", "status", ids, status="inactive"),
        "field": bulk(client, "organisations", "field", ids, field=code.pk),
        "people": bulk(client, "people", "field", [person.pk], field=code.pk),
    }
    assert {k: a.status_code for k, a in answers.items()} == dict.fromkeys(answers, 403)
    assert b"data-pick" not in client.get(reverse("registry:organisations")).content


def test_a_manager_adds_fields_to_his_own_and_is_told_of_the_others(client):
    user = signed_in(client)
    own, other, code = Organisations.create(), Organisations.create(), Codes.create()
    Memberships.create(user=user, organisation=own, manager=True)
    ids = [own.pk, other.pk]
    seen = bulk(client, "organisations", "field", ids, field=code.pk)
    assert [(r.label, bool(r.refusal)) for r in seen.context["rows"]] == [
        (own, False),
        (other, True),
    ]
    assert (
        bulk(client, "organisations", "status", ids, status="inactive").status_code
        == 403
    )
    bulk(client, "organisations", "field", ids, field=code.pk, confirmed="1")
    assert [own.fields.count(), other.fields.count()] == [0, 0]


def test_lists_are_exported(client):
    signed_in(client, "officer")
    Organisations.create(name_vi="=1+1")
    response = client.get(reverse("registry:organisations") + "?export=csv")
    assert b"'=1+1" in b"".join(response)
