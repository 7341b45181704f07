"""Writing a dossier: kept as typed, shared, and never written over unseen."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from opensti.domains.calls import actions, queries
from opensti.domains.calls.models import BudgetLine, Dossier
from opensti.kernel.access import Role
from opensti.kernel.record.models import Entry
from opensti.kernel.refusals import AccessDenied, Invalid, NotFound, StepNotAllowed
from tests.factories import calls as make
from tests.factories.registry import Organisations, Users
from tests.factories.tasks import actor_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def call():
    return make.published(make.officer())


@pytest.fixture
def lan():
    return make.applicant(Organisations.create(name_vi="Viện Luyện kim"))


@pytest.fixture
def dossier(lan, call):
    return make.started(lan, call)


def save(actor, dossier, **said):
    return actions.save_dossier(actor=actor, dossier_id=dossier.pk, at=make.AT, **said)


def test_start_takes_form_and_regime_from_the_call(dossier, call):
    assert (
        dossier.case.regime_version_id,
        dossier.case.state,
        dossier.case.subject,
        dossier.answers,
        dossier.form_code,
    ) == (
        call.regime_version_id,
        "draft",
        f"calls.dossier:{dossier.public_id}",
        {"host": {"id": dossier.host_id, "name": "Viện Luyện kim"}},
        queries.form_of(dossier).code,
    )


def test_start_is_refused_to_strangers_and_outside_the_days_of_the_call(call, lan):
    stranger = actor_of(Users.create(), Role.APPLICANT)
    (host_id,) = lan.member_of
    with pytest.raises(AccessDenied):
        actions.start_dossier(
            actor=stranger, call_id=call.pk, host_id=host_id, at=make.AT
        )
    with pytest.raises(StepNotAllowed):
        actions.start_dossier(
            actor=lan, call_id=call.pk, host_id=host_id, at=make.CLOSES
        )
    assert Dossier.objects.count() == 0


def test_what_is_typed_is_kept_even_when_it_is_wrong(lan, dossier):
    saved = save(lan, dossier, answers={"months": "hai năm", "need": "x" * 9000})
    again = Dossier.objects.get(pk=dossier.pk)
    assert [p.field for p in saved.problems] == ["months", "need"]
    assert (again.answers["months"], len(again.answers["need"]), again.months) == (
        "hai năm",
        9000,
        None,
    )


def test_rows_that_cannot_be_read_are_kept_as_typed_beside_the_last_good_ones(
    lan, dossier
):
    save(lan, dossier, budget=make.BUDGET)
    saved = save(
        lan, dossier, budget=[{"category": "labour", "year": "2026", "state": "một tỷ"}]
    )
    again = Dossier.objects.get(pk=dossier.pk)
    assert [p.field for p in saved.problems] == ["budget.1.state"]
    assert again.typed == {
        "budget": [{"category": "labour", "year": "2026", "state": "một tỷ"}]
    }
    assert again.asked_state == Decimal(2_000_000_000)
    save(lan, dossier, budget=make.BUDGET)
    assert Dossier.objects.get(pk=dossier.pk).typed == {}


def test_budget_is_exact_to_the_dong(lan, dossier):
    save(
        lan,
        dossier,
        budget=[
            {"category": "labour", "year": "2026", "state": "999.999.999.999.998"},
            {"category": "labour", "year": "2027", "state": "1", "partner": "2"},
        ],
    )
    again = Dossier.objects.get(pk=dossier.pk)
    assert (again.asked_state, again.asked_other) == (
        Decimal(10**15 - 1),
        Decimal(2),
    )
    assert BudgetLine.objects.filter(dossier=dossier).count() == 3


def test_titles_months_and_summary_fill_the_columns_of_the_lists(lan, dossier):
    save(lan, dossier, answers=make.ANSWERS, title_en="Zinc")
    again = Dossier.objects.select_related("case").get(pk=dossier.pk)
    assert (
        again.title_vi,
        again.title_en,
        again.months,
        again.abstract_vi,
        again.case.title,
    ) == (
        make.ANSWERS["title"],
        "Zinc",
        24,
        make.ANSWERS["summary_vi"],
        make.ANSWERS["title"],
    )
    assert "thu hoi kem" in again.search_text


def test_the_host_cannot_be_typed_over(lan, dossier):
    save(lan, dossier, answers={"host": {"name": "Khác"}})
    assert (
        Dossier.objects.get(pk=dossier.pk).answers["host"]["name"] == "Viện Luyện kim"
    )


def test_saving_the_same_again_changes_nothing_whatever_the_version(lan, dossier):
    first = save(lan, dossier, answers={"need": "A"}, expected_version=1)
    again = save(lan, dossier, answers={"need": "A"}, expected_version=1)
    assert (first.dossier.version, again.dossier.version) == (2, 2)


def test_a_second_writer_is_told_who_saved_what_meanwhile(lan, dossier):
    colleague = actor_of(
        Users.create(email="nam@example.vn", full_name="Trần Nam"),
        Role.APPLICANT,
        member_of=lan.member_of,
    )
    with pytest.raises(NotFound):
        save(colleague, dossier, answers={"need": "B"})
    actions.add_editor(
        actor=lan, dossier_id=dossier.pk, email="NAM@example.vn", at=make.AT
    )
    save(colleague, dossier, answers={"need": "Của Nam"}, expected_version=1)
    with pytest.raises(actions.SavedMeanwhile) as refused:
        save(lan, dossier, answers={"need": "Của Lan"}, expected_version=1)
    assert "Trần Nam" in str(refused.value.message)
    assert refused.value.changed == [
        {"field": "need", "label": "Sự cần thiết", "theirs": "Của Nam"}
    ]
    # Other fields do not clash, and nothing of Nam's is lost.
    save(lan, dossier, answers={"overview": "Của Lan"}, expected_version=1)
    again = Dossier.objects.get(pk=dossier.pk).answers
    assert (again["need"], again["overview"]) == ("Của Nam", "Của Lan")


def test_an_editor_writes_but_hands_in_only_when_allowed(lan, call):
    dossier = make.written(lan, call)
    user = Users.create(email="nam@example.vn")
    nam = actor_of(user, Role.APPLICANT, member_of=lan.member_of)
    editor = actions.add_editor(
        actor=lan, dossier_id=dossier.pk, email=user.email, at=make.AT
    )
    with pytest.raises(AccessDenied):
        actions.submit_dossier(actor=nam, dossier_id=dossier.pk, at=make.AT)
    actions.add_editor(
        actor=lan, dossier_id=dossier.pk, email=user.email, at=make.AT, may_submit=True
    )
    actions.remove_editor(actor=lan, editor_id=editor.pk, at=make.AT)
    with pytest.raises(NotFound):
        actions.submit_dossier(actor=nam, dossier_id=dossier.pk, at=make.AT)


def test_who_left_the_host_reads_what_he_wrote_but_changes_nothing(lan, dossier):
    gone = replace(lan, member_of=frozenset(), manages=frozenset())
    assert queries.dossier(actor=gone, public_id=dossier.public_id) == dossier
    for act in (actions.save_dossier, actions.submit_dossier):
        with pytest.raises(AccessDenied):
            act(actor=gone, dossier_id=dossier.pk, at=make.AT)


def test_hostile_text_is_kept_as_text(lan, dossier):
    evil = "<script>alert(1)</script>\x00\ud800=cmd|' /C calc'!A0"
    save(lan, dossier, answers={"need": evil})
    kept = Dossier.objects.get(pk=dossier.pk).answers["need"]
    assert kept == "<script>alert(1)</script>?=cmd|' /C calc'!A0"


def test_fields_that_the_form_does_not_have_are_refused(lan, dossier):
    with pytest.raises(Invalid):
        save(lan, dossier, answers={"no_such_field": "x"})


def test_versions_show_differences_and_can_be_gone_back_to(lan, dossier):
    save(lan, dossier, answers={"need": "một hai ba"}, budget=make.BUDGET)
    one = actions.keep_version(actor=lan, dossier_id=dossier.pk, at=make.AT)
    save(
        lan,
        dossier,
        answers={"need": "một bốn ba"},
        budget=[{**make.BUDGET[0], "state": "1.200.000.001"}, make.BUDGET[1]],
        team=make.TEAM,
    )
    now = Dossier.objects.select_related("case").get(pk=dossier.pk)
    found = queries.differences(
        queries.version_content(one),
        queries.working_content(now),
        queries.form_of(now),
    )
    assert [
        (d.field, [p for p in d.parts if p[0] != "kept"]) for d in found.fields
    ] == [("need", [("removed", "hai "), ("added", "bốn ")])]
    assert [(c.kind, c.old, c.new) for c in found.budget] == [
        (
            "changed",
            "100.000.000\xa0đ (tổ chức chủ trì) + 1.200.000.000\xa0đ (ngân sách nhà nước)",
            "100.000.000\xa0đ (tổ chức chủ trì) + 1.200.000.001\xa0đ (ngân sách nhà nước)",
        )
    ] or found.budget[0].new.count("1.200.000.001") == 1
    assert found.new_totals.total - found.old_totals.total == 1
    assert [c.label for c in found.team] == ["Nguyễn Thị Lan", "Trần Văn Nam"]
    actions.restore_version(actor=lan, dossier_id=dossier.pk, number=1, at=make.AT)
    now = Dossier.objects.get(pk=dossier.pk)
    assert (now.answers["need"], now.team.count(), now.versions.count()) == (
        "một hai ba",
        0,
        2,
    )


def test_typing_leaves_no_leaf_but_keeping_a_version_does(lan, dossier):
    before = Entry.objects.count()
    save(lan, dossier, answers={"need": "A"})
    assert Entry.objects.count() == before
    actions.keep_version(actor=lan, dossier_id=dossier.pk, at=make.AT)
    assert Entry.objects.count() == before + 1
