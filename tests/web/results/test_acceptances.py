"""Pages of acceptance: what each sees and does, and that nothing typed is lost."""

from __future__ import annotations

import io
import json
import re
import zipfile
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.translation import override

from opensti.domains.contracts.events import ContractSigned
from opensti.domains.contracts.models import Contract, Product
from opensti.domains.panels import actions as panel_actions
from opensti.domains.results import actions, queries
from opensti.domains.results.models import Acceptance, BaseCouncil
from opensti.domains.results.problem import Claim
from opensti.kernel.access import SYSTEM, Role
from opensti.kernel.events import publish
from tests.factories import acceptance as factory
from tests.factories import contracts as contract_factory
from tests.factories import panels as panel_factory
from tests.factories import portfolios as round_factory
from tests.factories.tasks import person

pytestmark = pytest.mark.django_db
MODULES = ("acceptances", "assessing", "judging")


def at(monkeypatch, moment):
    """The pages act at this moment, and today is its day."""
    for module in MODULES:
        monkeypatch.setattr(f"opensti.web.results.{module}.now", lambda: moment)
    for module in ("acceptances", "judging"):
        monkeypatch.setattr(f"opensti.web.results.{module}.localdate", moment.date)


def url(name, *args):
    return reverse(f"results:{name}", args=args)


def page(client, name, *args, status=200):
    response = client.get(url(name, *args))
    assert response.status_code == status, response.content.decode()[:2000]
    return response.content.decode()


def step(client, work, act, **data):
    return client.post(
        url("acceptance_step", work.acceptance.public_id), {"act": act, **data}
    )


def typed(work, **changed):
    said = factory.said(work)
    data = {"report": said.report, "report_text": said.text}
    for key, claim in said.products.items():
        for name in ("delivered", "quality", "quantity", "text"):
            data[f"{name}-{key}"] = getattr(claim, name)
    return data | changed


def test_the_host_assesses_attaches_and_hands_in(client_of, monkeypatch):
    work = factory.running()
    at(monkeypatch, factory.ASSESSED)
    host, public_id = client_of(work.host), work.acceptance.public_id
    assert "Tự đánh giá" in page(host, "acceptance", public_id)
    first = work.keys[0]
    refused = host.post(
        url("assessment", public_id),
        typed(work, **{f"quality-{first}": "", "act": "assess", "version": "0"}),
    )
    assert refused.status_code == 422
    shown = refused.content.decode()
    assert "Biên bản đo kiểm số 7." in shown
    assert 'value="12"' in shown
    sent = host.post(
        url("evidence", public_id),
        {"kind": "report", "file": SimpleUploadedFile("bao-cao.pdf", factory.PDF)},
    )
    assert sent.status_code == 302
    version = Acceptance.objects.get(pk=work.acceptance.pk).draft_version
    done = host.post(
        url("assessment", public_id), typed(work, act="assess", version=str(version))
    )
    assert (done.status_code, work.state) == (302, "at_base")


def test_what_is_typed_is_kept_by_itself_and_two_windows_do_not_overwrite(client_of):
    work = factory.running()
    host = client_of(work.host)
    place = url("assessment_autosave", work.acceptance.public_id)
    kept = host.post(place, typed(work, version="0"))
    assert kept.json()["version"] == 1
    assert host.post(place, typed(work, version="0")).status_code == 409


def test_the_hosts_council_is_entered_and_its_votes_are_counted(client_of, monkeypatch):
    work = factory.assessed(factory.running())
    at(monkeypatch, factory.HANDED_IN)
    host, public_id = client_of(work.host), work.acceptance.public_id
    data = {
        "decision_number": "12/QĐ-VIEN",
        "met_on": factory.BASE_MET.isoformat(),
        "members": "Nguyễn Văn A; chủ tịch; Viện B\nTrần Thị C; ủy viên",
        "votes-pass": "3",
        "conclusion": "Đạt yêu cầu.",
        "act": "pass",
    }
    refused = host.post(url("base_council", public_id), data)
    assert refused.status_code == 422
    assert "Trần Thị C; ủy viên" in refused.content.decode()
    done = host.post(url("base_council", public_id), data | {"votes-pass": "2"})
    assert done.status_code == 302
    council = BaseCouncil.objects.get()
    assert (council.level, council.members[0]) == (
        "pass",
        {"name": "Nguyễn Văn A", "role": "chủ tịch", "organisation": "Viện B"},
    )
    assert "12/QĐ-VIEN" in page(host, "acceptance", public_id)


def test_the_officer_returns_with_marks_and_the_host_reads_them(client_of, monkeypatch):
    work = factory.handed_in()
    at(monkeypatch, factory.FORMED)
    officer = client_of(work.officer)
    refused = step(officer, work, "return", reason="", mark_place=[], mark_text=[])
    assert refused.status_code == 422
    done = step(
        officer,
        work,
        "return",
        reason="Thiếu kết quả đo.",
        mark_place=["Dây chuyền", ""],
        mark_text=["Chưa có biên bản.", ""],
    )
    assert (done.status_code, work.state) == (302, "returned")
    shown = page(client_of(work.host), "assessment", work.acceptance.public_id)
    assert "Chưa có biên bản." in shown


def test_the_officer_forms_the_council_from_the_page(client_of, monkeypatch):
    work = factory.handed_in()
    at(monkeypatch, factory.FORMED)
    officer = client_of(work.officer)
    done = step(
        officer,
        work,
        "form_council",
        title_vi="Hội đồng nghiệm thu",
        secretary=str(work.funded.story.office.secretary.user_id),
    )
    assert done.status_code == 302
    shown = page(officer, "acceptance", work.acceptance.public_id)
    assert "Hội đồng nghiệm thu" in shown
    assert 'value="form_council"' not in shown


def test_a_member_reads_the_dossier_and_rates_it_and_one_in_conflict_sees_nothing(
    client_of, monkeypatch
):
    work = factory.handed_in()
    council, members = factory.council_of(work)
    item = factory.item_of(council)
    monkeypatch.setattr("opensti.web.panels.experts.now", lambda: factory.MEETING)
    member = client_of(members[5])
    shown = page(member, "work", item.public_id)
    assert "Biên bản đo kiểm số 7." in shown
    handed = queries.latest_dossier(work.acceptance)
    file = handed.content["files"][0]["id"]
    got = member.get(url("work_file", item.public_id, file))
    assert b"".join(got.streaming_content) == factory.PDF
    ballot = reverse("panels:ballot", args=[item.public_id])
    form = member.get(ballot).content.decode()
    assert "Dây chuyền" in form
    marks = factory.marks(work, "pass")
    data = {f"vote-{k}": v for k, v in marks.items()} | {"act": "save"}
    data |= {f"comment-{work.keys[0]}": "Chạy ổn định."}
    assert member.post(ballot, data).status_code == 302
    form = member.get(ballot).content.decode()
    assert "Chạy ổn định." in form
    assert "Theo quy tắc, từ các mức đã chọn:" in form
    assert (
        member.post(ballot, data | {"act": "cast", "version": "1"}).status_code == 302
    )

    barred = members[6]
    panel_actions.recuse(
        actor=work.funded.story.office.secretary,
        item_id=item.pk,
        seat_id=panel_factory.seat_of(council, barred).pk,
        reason="Cùng viện.",
        at=factory.FORMED,
    )
    for who in (barred, panel_factory.expert(), work.host):
        browser = client_of(who)
        assert browser.get(url("work", item.public_id)).status_code in (403, 404)
        place = url("work_file", item.public_id, file)
        assert browser.get(place).status_code in (403, 404)


def test_the_council_that_did_not_accept_leaves_rework_to_the_officer(
    client_of, monkeypatch
):
    work = factory.handed_in()
    factory.judged(work, *["fail"] * 7)
    at(monkeypatch, factory.COUNTED)
    officer = client_of(work.officer)
    shown = page(officer, "acceptance", work.acceptance.public_id)
    assert "Không đạt" in shown
    refused = step(officer, work, "rework", reason="Đo lại.", until="2029-12-31")
    assert refused.status_code == 422
    assert "Đo lại." in refused.content.decode()
    until = (factory.COUNTED + timedelta(days=60)).date().isoformat()
    done = step(officer, work, "rework", reason="Đo lại.", until=until)
    assert (done.status_code, work.state) == (302, "rework")


def test_without_a_council_the_officer_concludes_on_a_page(client_of, monkeypatch):
    work = factory.handed_in("nd268_2025")
    at(monkeypatch, factory.FORMED)
    officer, public_id = client_of(work.officer), work.acceptance.public_id
    data = {
        f"level-{work.keys[0]}": "pass",
        f"remark-{work.keys[0]}": "Đủ 12 bộ.",
        "level": "pass",
        "act": "accept",
    }
    refused = officer.post(url("judge", public_id), data)
    assert refused.status_code == 422
    assert "Đủ 12 bộ." in refused.content.decode()
    done = officer.post(
        url("judge", public_id), data | {f"level-{work.keys[1]}": "excellent"}
    )
    assert (done.status_code, work.state) == (302, "accepted")
    assert "Đủ 12 bộ." in page(officer, "acceptance", public_id)


def test_recognition_registration_and_the_papers(client_of, monkeypatch):
    work = factory.accepted()
    officer, leader = client_of(work.officer), client_of(work.leader)
    public_id = work.acceptance.public_id
    at(monkeypatch, factory.CONFIRMED)
    assert step(officer, work, "confirm", note="Đã sửa báo cáo.").status_code == 302
    at(monkeypatch, factory.RECOGNISED)
    day = factory.RECOGNISED.date().isoformat()
    done = step(leader, work, "recognise", decision_number="300/QĐ", decided_on=day)
    assert (done.status_code, work.state) == (302, "recognised")
    at(monkeypatch, factory.REGISTERED)
    day = factory.REGISTERED.date().isoformat()
    refused = step(officer, work, "register", number="", registered_on=day)
    assert refused.status_code == 422
    done = step(officer, work, "register", number="2028-1", registered_on=day)
    assert (done.status_code, work.state) == (302, "registered")
    for name in ("recognition", "completion"):
        for kind, start in (("docx", b"PK"), ("pdf", b"%PDF")):
            got = officer.get(url(name, public_id, kind))
            assert got.content.startswith(start)
    shown = page(client_of(work.host), "acceptance", public_id)
    assert "2028-1" in shown
    assert "300/QĐ" in shown


TYPES = {
    "string": str,
    "integer": int,
    "array": list,
    "object": dict,
    "null": type(None),
}


def faults(schema, value, path=""):
    """Where a value breaks a schema: as much of JSON Schema as this one uses."""
    here = path or "."
    if "oneOf" in schema:
        if sum(not list(faults(one, value, path)) for one in schema["oneOf"]) != 1:
            yield here
        return
    if "const" in schema or "enum" in schema:
        if value not in schema.get("enum", [schema.get("const")]):
            yield here
        return
    wanted = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    if not any(isinstance(value, TYPES[name]) for name in wanted) or (
        isinstance(value, str) and not re.search(schema.get("pattern", ""), value)
    ):
        yield here
    elif isinstance(value, dict):
        if set(value) != set(schema["required"]):
            yield here
        for name, inner in schema["properties"].items():
            if name in value:
                yield from faults(inner, value[name], f"{path}.{name}".strip("."))
    elif isinstance(value, list):
        for number, one in enumerate(value):
            yield from faults(schema["items"], one, f"{path}.{number}")


def test_the_dossier_for_the_national_system_is_a_file_after_its_schema(
    client_of, monkeypatch
):
    work = factory.registered(factory.recognised(factory.confirmed(factory.accepted())))
    at(monkeypatch, factory.REGISTERED)
    officer = client_of(work.officer)
    assert step(officer, work, "prepare").status_code == 302
    (made,) = queries.registrations(work.officer)
    got = officer.get(url("handover", made.public_id))
    with zipfile.ZipFile(io.BytesIO(got.content)) as archive:
        assert archive.namelist() == [
            "registration.json",
            "registration.xlsx",
            "SHA256SUMS",
            "registration.json.sha256",
        ]
        sheet = json.loads(archive.read("registration.json"))
    schema = json.loads(
        (Path(__file__).parents[3] / "docs/schemas/registration.schema.json").read_text(
            encoding="utf-8"
        )
    )
    assert list(faults(schema, sheet)) == []
    assert list(faults(schema, sheet | {"leader": None})) == ["leader"]
    assert list(faults(schema, sheet | {"more": 1})) == ["."]
    assert sheet["certificate"]["number"] == "2028-66-0123"
    assert got.content == officer.get(url("handover", made.public_id)).content
    for who in (work.host, person(Role.EXPERT), person(Role.SECRETARY)):
        assert client_of(who).get(url("handover", made.public_id)).status_code == 404


def test_the_feed_gives_what_was_made_since_to_the_office_alone(client, client_of):
    work = factory.registered(factory.recognised(factory.confirmed(factory.accepted())))
    made = actions.prepare_handover(
        actor=work.officer, acceptance_id=work.acceptance.pk, at=factory.REGISTERED
    )
    officer = client_of(work.officer)
    got = officer.get("/api/v1/registrations", {"since": "2028-01-01T00:00:00Z"}).json()
    assert (got["count"], got["items"][0]["id"], got["items"][0]["sha256"]) == (
        1,
        made.public_id,
        made.sha256,
    )
    later = officer.get("/api/v1/registrations", {"since": "2040-01-01T00:00:00Z"})
    assert later.json() == {"count": 0, "items": []}
    assert client_of(work.host).get("/api/v1/registrations").status_code == 403
    assert client.get("/api/v1/registrations").status_code in (401, 403)


def test_the_page_is_shown_in_english_too_and_strangers_find_nothing(client_of):
    work = factory.accepted()
    public_id = work.acceptance.public_id
    officer = client_of(work.officer)
    officer.cookies["django_language"] = "en"
    with override("en"):
        assert "Product by product" in page(officer, "acceptance", public_id)
    for who in (
        work.funded.story.applicants[1],
        person(Role.EXPERT),
        person(Role.ADMIN),
    ):
        assert client_of(who).get(url("acceptance", public_id)).status_code == 404


def test_before_the_signing_the_contracts_tab_says_so(client_of):
    funded = contract_factory.drafted()
    shown = page(client_of(funded.officer), "of_contract", funded.contract.public_id)
    assert "khi hợp đồng được ký" in shown


def test_home_says_what_comes_next_to_whom():
    def kinds(actor, day):
        return {line.kind for line in queries.work_for(actor, day)}

    work = factory.running()
    assert kinds(work.host, factory.ASSESSED.date()) == {"acceptances.assess"}
    assert kinds(work.host, factory.ASSESSED.date() - timedelta(days=90)) == set()
    work = factory.assessed(work)
    assert kinds(work.host, factory.ASSESSED.date()) == {"acceptances.base"}


@pytest.mark.parametrize(
    ("make", "who", "kind"),
    [
        (factory.handed_in, "officer", "check"),
        (factory.accepted, "officer", "confirm"),
        (lambda: factory.confirmed(factory.accepted()), "leader", "recognise"),
        (
            lambda: factory.recognised(factory.confirmed(factory.accepted())),
            "officer",
            "register",
        ),
    ],
)
def test_the_office_is_told_its_next_step(make, who, kind):
    work = make()
    lines = queries.work_for(getattr(work, who), factory.RECOGNISED.date())
    assert f"acceptances.{kind}" in {line.kind for line in lines}


BUDGETS = {
    "acceptances": 9,
    "acceptance": 22,
    "of_contract": 23,
    "assessment": 10,
    "judge": 10,
    "work": 10,
}


@pytest.mark.parametrize("number", [1, 3])
def test_no_page_costs_more_when_there_is_more(client_of, number):
    work = factory.running()
    for n in range(number - 1):
        Product.objects.create(
            contract=work.contract, position=3 + n, kind="report", name_vi=f"BC {n}"
        )
    said = factory.said(work)
    more = {key: Claim(quality="pass", text="Có.") for key in work.keys[2:]}
    said = replace(said, products={**said.products, **more})
    factory.assessed(work, said)
    factory.passed(work)
    for n in range(number):
        factory.submitted(work, factory.HANDED_IN + timedelta(days=n))
        if n < number - 1:
            factory.returned(work, factory.HANDED_IN + timedelta(days=n))
    council, members = factory.council_of(work)
    officer, member, host = (
        client_of(who) for who in (work.officer, members[0], work.host)
    )
    public_id = work.acceptance.public_id
    found = {}
    for browser, name, args in (
        (officer, "acceptance", (public_id,)),
        (officer, "of_contract", (work.contract.public_id,)),
        (officer, "judge", (public_id,)),
        (member, "work", (factory.item_of(council).public_id,)),
        (host, "assessment", (public_id,)),
    ):
        place = url(name, *args)
        browser.get(place)
        with CaptureQueriesContext(connection) as asked:
            assert browser.get(place).status_code == 200
        found[name] = len(asked)
    assert found == {name: BUDGETS[name] for name in found}


@pytest.mark.parametrize("number", [1, 3])
def test_the_list_costs_the_same_for_more_rows(
    client_of, django_assert_num_queries, number
):
    story = round_factory.judged(*["90"] * number, orders=number)
    round_factory.released(story)
    for contract in Contract.objects.all():
        publish(
            ContractSigned(
                contract_id=contract.pk,
                on=factory.ASSESSED.date(),
                actor=SYSTEM,
                at=factory.ASSESSED,
            )
        )
    officer = client_of(story.officer)
    officer.get(url("acceptances"))
    with django_assert_num_queries(BUDGETS["acceptances"]):
        assert officer.get(url("acceptances")).status_code == 200
    assert Acceptance.objects.count() == number
