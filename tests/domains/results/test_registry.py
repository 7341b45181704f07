"""Results: what is entered, what is refused, what is kept, and who knows of it when."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from opensti.domains.results import actions, queries
from opensti.domains.results.actions.registry import check_shares
from opensti.domains.results.models import (
    Acceptance,
    Registration,
    Result,
    ResultVersion,
)
from opensti.kernel.access import PUBLIC, Role
from opensti.kernel.checks import Faults
from opensti.kernel.files.serving import may_read
from opensti.kernel.refusals import (
    AccessDenied,
    Invalid,
    NotFound,
    Stale,
    StepNotAllowed,
)
from tests.factories import contracts as contract_factory
from tests.factories import results as factory
from tests.factories.registry import People
from tests.factories.tasks import person

AT = factory.AT


@pytest.fixture
def funded(db):
    return factory.running()


def fields(refused):
    return [p.field for p in refused.value.problems]


def change(funded, result, *, actor=None, reason="Ghi nhầm.", **changed):
    return actions.change_result(
        actor=actor or funded.host,
        result_id=result.pk,
        said=factory.said(**changed),
        reason=reason,
        version=result.version,
        at=AT,
    )


def test_the_host_enters_a_result_and_its_words_are_kept_whole(funded):
    made = factory.result(
        funded, details={"release": "1.0", "other": "x"}, trl_start=3, trl_end=6
    )
    assert (made.details, made.trl_end, made.version) == ({"release": "1.0"}, 6, 1)
    changed = change(funded, made, title_vi="Phần mềm điều độ tải")
    assert [
        (v.number, v.content["title_vi"], v.reason)
        for v in queries.versions_of(funded.officer, changed)
    ] == [
        (1, "Phần mềm điều độ", ""),
        (2, "Phần mềm điều độ tải", "Ghi nhầm."),
    ]


def test_two_at_the_same_sight_cannot_both_change_it(funded):
    made = factory.result(funded)
    change(funded, made)
    with pytest.raises(Stale):
        change(funded, made, title_vi="Khác")
    assert Result.objects.get().title_vi == "Phần mềm điều độ"


def test_a_secret_result_is_kept_elsewhere(funded):
    with pytest.raises(Invalid) as refused:
        factory.result(funded, secrecy="secret")
    assert fields(refused) == ["secrecy"]
    assert not Result.objects.exists()
    made = factory.result(funded)
    with pytest.raises(Invalid):
        change(funded, made, secrecy="secret")
    assert ResultVersion.objects.count() == 1


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"secrecy": "embargo"}, "open_from"),
        ({"trl_start": 5, "trl_end": 4}, "trl_reason"),
        ({"trl_end": 10}, "trl_end"),
        ({"title_vi": " "}, "title_vi"),
        ({"formed_on": AT.date() + timedelta(days=1)}, "formed_on"),
        ({"product_key": "nothing"}, "product_key"),
        ({"details": {"repository": "ftp:x"}}, "detail_repository"),
        ({"kind": "publication", "details": {"doi": "x"}}, "detail_doi"),
        ({"kind": "training", "details": {"doctors": "two"}}, "detail_doctors"),
        ({"authors": [("nobody", 10_000)]}, "authors"),
    ],
)
def test_each_fault_is_told_at_its_field(funded, changed, field):
    with pytest.raises(Invalid) as refused:
        factory.result(funded, **changed)
    assert field in fields(refused)
    assert not Result.objects.exists()


def test_lower_readiness_passes_with_its_reason(funded):
    made = factory.result(
        funded, trl_start=5, trl_end=4, trl_reason="Thử nghiệm không đạt."
    )
    assert (made.trl_start, made.trl_end) == (5, 4)


def test_shares_add_up_to_a_whole(funded):
    first, second = People.create(), People.create()
    with pytest.raises(Invalid) as refused:
        factory.result(
            funded, authors=[(first.public_id, 5000), (second.public_id, 4999)]
        )
    assert "99.99 %" in str(refused.value.problems[0].message)
    made = factory.result(
        funded, authors=[(first.public_id, 3333), (second.public_id, 6667)]
    )
    assert [(a.person, a.share) for a in made.authors.all()] == [
        (first, 3333),
        (second, 6667),
    ]


@given(st.lists(st.integers(1, 10_000), min_size=1, max_size=12))
def test_shares_are_refused_exactly_when_they_are_no_whole(shares):
    faults = Faults()
    authors = [(f"p{n}", share) for n, share in enumerate(shares)]
    people = {key: n for n, (key, _share) in enumerate(authors)}
    check_shares(authors, people, faults)
    assert bool(faults.found) == (sum(shares) != 10_000)


def test_promised_products_become_results_in_one_act_and_once(funded):
    again = {
        "actor": funded.host,
        "contract_id": funded.contract.pk,
        "formed_on": factory.NEW,
        "at": AT,
    }
    made = actions.propose_results(**again)
    products = list(funded.contract.products.all())
    assert [(r.product_key, r.title_vi, r.secrecy) for r in made] == [
        (p.key, p.name_vi, "internal") for p in products
    ]
    assert actions.propose_results(**again) == []
    with pytest.raises(Invalid) as refused:
        factory.result(funded, product_key=products[0].key)
    assert fields(refused) == ["product_key"]


def test_before_the_contract_is_signed_there_are_no_results(db):
    funded = contract_factory.drafted()
    with pytest.raises(StepNotAllowed):
        factory.result(funded)


def test_a_stranger_learns_nothing_and_the_office_needs_no_stake(funded):
    made = factory.result(funded, secrecy="internal")
    for actor in (
        funded.story.applicants[1],
        person(Role.EXPERT),
        person(Role.SECRETARY),
        PUBLIC,
    ):
        with pytest.raises(NotFound):
            queries.result(actor, made.public_id)
        with pytest.raises(NotFound):
            actions.add_result(
                actor=actor,
                contract_id=funded.contract.pk,
                said=factory.said(),
                at=AT,
            )
    with pytest.raises(AccessDenied):
        change(funded, made, actor=funded.leader)
    assert change(funded, made, actor=funded.officer).version == 2


def test_what_is_registered_only_the_office_corrects(funded):
    made = factory.result(funded)
    Result.objects.update(certificate="12/GCN", registered_on=factory.NEW)
    with pytest.raises(AccessDenied):
        change(funded, made)
    with pytest.raises(Invalid) as refused:
        change(funded, made, actor=funded.officer, reason=" ")
    assert fields(refused) == ["reason"]


def test_the_office_alone_brings_a_result_under_other_rules_of_ownership(funded):
    result = factory.result(funded)

    def change(who, **changed):
        result.refresh_from_db()
        return actions.change_result(
            actor=getattr(funded, who),
            result_id=result.pk,
            said=factory.said(**changed),
            reason="Đính chính.",
            version=result.version,
            at=factory.AT,
        )

    first, last = date(2025, 10, 1), date(2025, 9, 30)  # of the new rules, of the old
    assert change("host", formed_on=first).formed_on == first
    with pytest.raises(AccessDenied):
        change("host", formed_on=last)
    assert change("officer", formed_on=last).formed_on == last


def test_a_result_entered_after_the_registration_has_its_certificate(funded):
    acceptance = Acceptance.objects.get()
    Registration.objects.create(
        acceptance=acceptance,
        number="2026-66-1",
        registered_on=factory.TODAY,
        system_vi="Hệ thống",
        entered_by_id=funded.officer.user_id,
        entered_at=factory.AT,
    )
    result = factory.result(funded)
    assert (result.certificate, result.registered_on) == ("2026-66-1", factory.TODAY)


def test_papers_of_a_result_are_read_by_those_who_know_its_contract(funded):
    made = factory.result(funded)
    factory.accepted(funded)
    kept = actions.attach_to_result(
        actor=funded.host,
        result_id=made.pk,
        file=SimpleUploadedFile("bao-cao.txt", "Báo cáo".encode()),
        at=AT,
    )
    readers = {
        "host": funded.host,
        "officer": funded.officer,
        "rival": funded.story.applicants[1],
        "public": PUBLIC,
    }
    assert {n for n, who in readers.items() if may_read(who, kept)} == {
        "host",
        "officer",
    }


def test_only_accepted_and_open_results_are_public(funded):
    made = factory.result(funded)
    inside = factory.result(funded, secrecy="internal")
    assert list(queries.public_results()) == []
    factory.accepted(funded)
    assert list(queries.public_results()) == [made]
    with pytest.raises(NotFound):
        queries.public_result(inside.public_id)


def test_an_embargo_ends_at_the_midnight_of_its_day_in_hanoi(funded, monkeypatch):
    day = date(2027, 5, 10)
    made = factory.result(funded, secrecy="embargo", open_from=day)
    factory.accepted(funded)
    seen = []
    for today in (day - timedelta(days=1), day):
        monkeypatch.setattr(timezone, "localdate", lambda *_at, t=today: t)
        seen.append(list(queries.public_results()))
    assert seen == [[], [made]]
    # The last moment before, and the first of the day, as the clock of the house tells.
    monkeypatch.undo()
    for hour, there in (("16:59:59", 0), ("17:00:00", 1)):
        moment = timezone.datetime.fromisoformat(f"2027-05-09T{hour}+00:00")
        monkeypatch.setattr(timezone, "now", lambda m=moment: m)
        assert queries.public_results().count() == there


def test_the_right_person_reads_embargoed_results_before_their_day(funded):
    made = factory.result(
        funded, secrecy="embargo", open_from=timezone.localdate() + timedelta(days=9)
    )
    assert queries.result(funded.host, made.public_id) == made
    assert replace(factory.said(), secrecy="embargo").open_from is None
