"""A wave of a survey by its acts, from its design to its publication; who finds what."""

from __future__ import annotations

import csv
import io
import re
from datetime import timedelta

import pytest
import yaml
from click.testing import CliRunner
from django.core import mail
from django.utils import translation
from django.utils.timezone import now

from opensti.console.survey import survey
from opensti.domains.accounts.models import User
from opensti.domains.surveys import actions, queries
from opensti.domains.surveys.actions.inviting import token_of
from opensti.domains.surveys.models import Answer, Outcome, Respondent, Unit, Wave
from opensti.domains.surveys.queries.rows import frame_of, given_in, pilot_report
from opensti.domains.surveys.questionnaires import frame_table
from opensti.kernel.access import PUBLIC, Role
from opensti.kernel.jobs.models import Job
from opensti.kernel.jobs.worker import run_worker
from opensti.kernel.refusals import (
    AccessDenied,
    Invalid,
    NotFound,
    Stale,
    StepNotAllowed,
)
from tests.factories import surveys as factory
from tests.factories.assessments import small_framework
from tests.factories.tasks import person

pytestmark = pytest.mark.django_db
AT = factory.AT
GOOD = {
    ("VNM", "small", "x"): (34, 2.2, 0.8),
    ("VNM", "large", "x"): (4, 3.0, 0.8),
    ("LAO", "small", "x"): (34, 3.0, 0.8),
    # Case 15: answers that hang together hardly.
    ("THA", "small", "x"): (36, 2.5, 2.2),
}


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


@pytest.fixture
def manager():
    return factory.officer()


def lines(told: Outcome, name):
    return list(csv.DictReader(io.StringIO(told.public[name], newline="")))


def test_a_wave_is_analysed_to_the_bytes_of_the_command_and_published_once(
    manager, tmp_path
):
    row = factory.analysed(manager, GOOD, seed=18)
    told = Outcome.objects.get(wave=row)
    given, table = given_in(row)
    assert row.cleaned["kept"] == told.summary["kept"] > 100
    # The command, on the same answers, writes the same tables.
    framework = small_framework() | {"items": row.version_of.content["items"]}
    for name, data in (
        ("responses.csv", table),
        ("frame.csv", frame_table(frame_of(row))),
        ("small.yaml", yaml.safe_dump(framework, allow_unicode=True).encode()),
        ("rules.yaml", yaml.safe_dump(factory.rules(), allow_unicode=True).encode()),
        ("prices.csv", b"programme,currency,seat,coach,fixed\ncourse,USD,100,1000,0\n"),
    ):
        (tmp_path / name).write_bytes(data)
    asked = ["analyse", "responses.csv", "--framework", "small.yaml", "--frame", "frame.csv", "--rules", "rules.yaml", "--prices", "prices.csv", "--output", "out"]  # fmt: skip
    done = CliRunner().invoke(survey, [*(str(tmp_path / a) if "." in a or a == "out" else a for a in asked), "--runs", "100"])  # fmt: skip
    assert done.exit_code == 0, done.output
    assert {
        name: (tmp_path / "out/public" / name).read_text("utf-8")
        for name in told.public
    } == told.public

    # Case 14: four large ones are kept back, and the small ones, from which they follow.
    cells = {(c["economy"], c["by"], c["group"], c["key"]): c for c in lines(told, "cells.csv") if c["measure"] == "clause"}  # fmt: skip
    assert [cells["VNM", "size", g, "A"]["kept_back"] for g in ("large", "small")] == ["suppressed"] * 2  # fmt: skip
    assert cells["VNM", "", "", "A"]["n"] == "38"
    # Case 15: Thailand is told question by question and has no place.
    gates = {(g["economy"], g["clause"]): g for g in lines(told, "reliability.csv")}
    assert [round(float(gates["THA", c]["omega"]), 2) for c in "AB"] == [0.57, 0.58]
    assert [(g["verdict"], g["why"]) for (e, _c), g in gates.items() if e == "THA"] == [("items", "low_omega")] * 2  # fmt: skip
    assert cells["THA", "", "", "A"]["mean"] == ""
    places = lines(told, "places.csv")
    assert {(one["clause"], one["economy"]) for one in places} == {(c, e) for c in "AB" for e in ("VNM", "LAO")}  # fmt: skip
    items = {c["key"]: c for c in lines(told, "cells.csv") if (c["economy"], c["measure"]) == ("THA", "item")}  # fmt: skip
    assert items["A1"]["mean"] != ""
    # No table names an organisation.
    names = [*Unit.objects.values_list("public_id", flat=True), *Unit.objects.values_list("code", flat=True)]  # fmt: skip
    text = "".join(told.public.values()) + str(told.summary)
    assert [one for one in names if one in text] == []
    assert 2 * len(given.responses.organisation) == len(names)

    with pytest.raises(NotFound):
        queries.outcome(PUBLIC, row)
    row = factory.go(manager, row, "publish")
    assert queries.outcome(PUBLIC, row).sha256 == told.sha256
    with pytest.raises(StepNotAllowed):
        factory.go(manager, row, "publish")
    with pytest.raises(StepNotAllowed):
        actions.ask_for(actor=manager, wave_id=row.pk, act="clean", at=AT)
    mail.outbox.clear()
    run_worker(lambda: False, once=True)
    assert 2 * len(mail.outbox) == len(names)
    assert "/own/" in mail.outbox[0].body
    assert not Respondent.objects.exclude(email="").exists()

    # The own page: the own answers beside the class that may be told.
    large = Unit.objects.filter(size="large").first()
    own = queries.own_page(token_of(large.people.get().public_id))
    assert [(c.clause, c.by, c.group, c.n) for c in own.clauses] == [
        ("A", "sector", "x", 38),
        ("B", "sector", "x", 38),
    ]


def test_a_recommendation_is_declined_with_a_reason_and_the_next_wave_tells_what_became_of_it(manager):  # fmt: skip
    low = {("VNM", "small", "x"): (12, 1.5, 0.5), ("LAO", "small", "x"): (12, 1.5, 0.5)}
    first = factory.go(manager, factory.analysed(manager, low), "publish")
    said = {"wave_id": first.pk, "economy": "VNM", "programme": "course", "at": AT}
    with pytest.raises(Invalid):
        actions.decline(actor=manager, reason=" ", **said)
    with pytest.raises(NotFound):
        actions.decline(actor=manager, reason="x", **said | {"economy": "THA"})
    actions.decline(actor=manager, reason="Đã có khóa khác.", **said)
    found = queries.declined_in(PUBLIC, first)
    assert {key: one.reason for key, one in found.items()} == {("VNM", "course"): "Đã có khóa khác."}  # fmt: skip
    better = {("VNM", "small", "x"): (12, 4.6, 0.2), ("LAO", "small", "x"): (12, 1.5, 0.5)}  # fmt: skip
    again = factory.analysed(manager, better, previous=first.public_id, seed=5)
    told = queries.outcome(manager, again)
    changes = queries.changes_since(manager, again, told)
    kinds = {(c.economy, c.programme): c.kind for c in changes}
    assert kinds["VNM", "fund"] == "gone"
    assert kinds["LAO", "course"] == "still"
    assert queries.changes_since(manager, first, queries.outcome(PUBLIC, first)) == []


def test_a_pilot_that_does_not_pass_needs_a_reason_and_one_that_does_needs_none(manager):  # fmt: skip
    row = factory.framed(manager, factory.drafted(manager), ("VNM", "small", "x", 60), ("LAO", "small", "x", 60))  # fmt: skip
    row = factory.go(manager, row, "pilot")
    with pytest.raises(Invalid):
        actions.step(actor=manager, wave_id=row.pk, act="freeze", at=AT)
    chance = factory.np.random.default_rng(1)
    asked = [(f"P{k}", "VNM", "small", "x") for k in range(32)]
    for token in factory.invited(manager, row, *asked):
        factory.answered(token, **factory.opinions(chance, 2.5))
    report = pilot_report(row)
    assert (report["organisations"], report["minutes"], report["passed"]) == (32, 8.0, True)  # fmt: skip
    assert [g["verdict"] for g in report["clauses"]] == ["compared"] * 2
    assert all(g["alpha_low"] < g["alpha"] < g["alpha_high"] for g in report["clauses"])
    row = actions.step(actor=manager, wave_id=row.pk, act="freeze", at=AT)
    assert (row.pilot, row.pilot_reason) == (report, "")
    # What is frozen stays, and who was in the pilot is not asked again.
    for refused in (
        lambda: actions.edit_wave(
            actor=manager, wave_id=row.pk, at=AT, **factory.design()
        ),
        lambda: factory.framed(manager, row, ("VNM", "small", "x", 99)),
        lambda: actions.allocate_sample(actor=manager, wave_id=row.pk, sample=9, at=AT),
    ):
        with pytest.raises(StepNotAllowed):
            refused()
    with pytest.raises(Invalid):
        factory.invited(manager, row, asked[0])


def test_a_sample_is_spread_and_kept(manager):
    row = factory.framed(manager, factory.drafted(manager), ("VNM", "small", "x", 300), ("VNM", "large", "x", 20), ("LAO", "small", "x", 100))  # fmt: skip
    row = actions.allocate_sample(actor=manager, wave_id=row.pk, sample=42, at=AT)
    assert {str(s): s.sample for s in row.strata.all()} == {
        "VNM/small/x": 30,
        "VNM/large/x": 2,
        "LAO/small/x": 10,
    }
    assert (row.sample, row.way) == (42, "neyman")
    with pytest.raises(Invalid) as refused:
        actions.allocate_sample(actor=manager, wave_id=row.pk, sample=3, at=AT)
    assert [p.field for p in refused.value.problems] == ["sample"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("economy,size,sector\nVNM,small,x\n", "The column “Organisations” is missing."),
        (factory.FRAME + "VNM,tiny,x,5,1\nLAO,small,x,5,1\n", "Row 2, size: “tiny” is no size"),
        (factory.FRAME + "VNM,small,x,5,1\nVNM,small,x,6,1\nLAO,small,x,5,1\n", "Row 3: row 2 says this stratum already"),
        (factory.FRAME + "VNM,small,x,5,1\nUSA,small,x,6,1\nLAO,small,x,5,1\n", "Row 3: “USA” is no economy of this survey"),
        (factory.FRAME + "VNM,small,x,5,1\n", "The table says nothing of: LAO."),
        (factory.FRAME + "VNM,small,x,-5,1\nLAO,small,x,x,1\n", "Row 2, organisations: Write a whole number from 0 on."),
        (factory.FRAME, "The table has no rows."),
    ],
)  # fmt: skip
def test_a_table_of_strata_is_refused_by_row_and_nothing_is_written(manager, text, said):  # fmt: skip
    row = factory.framed(manager, factory.drafted(manager), ("VNM", "small", "x", 1), ("LAO", "small", "x", 1))  # fmt: skip
    with pytest.raises(Invalid) as refused:
        actions.upload_frame(actor=manager, wave_id=row.pk, file=factory.table(text), at=AT)  # fmt: skip
    told = " | ".join(str(p.message) for p in refused.value.problems)
    assert said in told
    assert [str(s) for s in row.strata.all()] == ["VNM/small/x", "LAO/small/x"]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("o1,A,VNM,small,y,a@b.vn,,", "there is no stratum VNM / small / y"),
        ("o1,A,VNM,small,x,nobody,,", "“nobody” is no e-mail address"),
        ("o1,A,VNM,small,x,a@b.vn,boss,", "“boss” is no role"),
        ("o1,A,VNM,small,x,a@b.vn,,fr", "“fr” is no language"),
        ("first,A,LAO,small,x,a@b.vn,,", "stands in another stratum already"),
        ("o1,A,LAO,large,x,a@b.vn,,\no2,B,LAO,large,x,b@b.vn,,", "more organisations of LAO / large / x than there are"),
    ],
)  # fmt: skip
def test_a_list_of_organisations_is_refused_by_row_and_nothing_is_written(manager, line, said):  # fmt: skip
    row = factory.in_the_field(manager, ("VNM", "small", "x", 9), ("LAO", "small", "x", 9), ("LAO", "large", "x", 1))  # fmt: skip
    with pytest.raises(Invalid) as refused:
        actions.invite_list(actor=manager, wave_id=row.pk, file=factory.table(f"{factory.LIST}ok,K,VNM,small,x,k@k.vn,,\n{line}\n"), at=AT)  # fmt: skip
    assert said in " | ".join(str(p.message) for p in refused.value.problems)
    assert list(Unit.objects.values_list("code", flat=True)) == ["first"]


def test_letters_go_out_once_reminders_find_who_is_not_done_and_nobody_is_told_who(manager):  # fmt: skip
    row = factory.in_the_field(manager)
    one, two = factory.invited(manager, row, ("o1", "VNM", "small", "x"), people=2)
    run_worker(lambda: False, once=True)
    run_worker(lambda: False, once=True)
    assert sorted(m.to[0] for m in mail.outbox) == ["p0@first.example", "p0@o1.example", "p1@o1.example"]  # fmt: skip
    (link,) = re.findall(r"/survey/(\w+)/", next(m.body for m in mail.outbox if m.to == ["p0@o1.example"]))  # fmt: skip
    assert link == one
    again = factory.LIST + "o1,Công ty,VNM,small,x,P0@o1.example,,\n"
    assert actions.invite_list(actor=manager, wave_id=row.pk, file=factory.table(again), at=AT) == (0, 1)  # fmt: skip
    factory.answered(one, A1=3)
    assert actions.remind(actor=manager, wave_id=row.pk, at=now()) == 0
    Respondent.objects.update(mailed_at=now() - timedelta(days=4))
    assert [actions.remind(actor=manager, wave_id=row.pk, at=now()) for _twice in range(2)] == [2, 0]  # fmt: skip
    mail.outbox.clear()
    run_worker(lambda: False, once=True)
    assert sorted(m.to[0] for m in mail.outbox) == ["p0@first.example", "p1@o1.example"]
    assert two in mail.outbox[1].body
    whole = queries.opened(manager, row.public_id).whole
    assert (whole["asked"], whole["answered"], whole["people"], whole["finished"]) == (2, 1, 3, 1)  # fmt: skip


def test_an_organisation_that_is_taken_out_leaves_neither_answers_nor_addresses(manager):  # fmt: skip
    row = factory.in_the_field(manager)
    (token,) = factory.invited(manager, row, ("o1", "VNM", "small", "x"))
    factory.answered(token, A1=3)
    unit = Unit.objects.get(code="o1")
    for _twice in range(2):
        actions.withdraw_unit(actor=manager, unit_id=unit.pk, reason="Giải thể.", at=AT)
    assert not Answer.objects.exists()
    assert unit.people.get().email == ""
    with pytest.raises(NotFound):
        queries.answering(token)


def test_consent_comes_first_and_is_taken_back_with_all_answers_until_closed(manager):
    row = factory.in_the_field(manager)
    (token,) = factory.invited(manager, row, ("o1", "VNM", "small", "x"))
    with pytest.raises(StepNotAllowed):
        actions.save_answers(token=token, said={"A1": 3}, at=AT)
    factory.answered(token, A1=3, A2=None)
    actions.withdraw_consent(token=token, at=AT)
    assert not Answer.objects.exists()
    factory.answered(token, A1=4)
    for column, value in (("A1", 6), ("A1", 2.5), ("A1_importance", None), ("Z9", 1), ("turnover_new", 101)):  # fmt: skip
        with pytest.raises(Invalid):
            actions.save_answers(token=token, said={column: value}, at=AT)
    factory.go(manager, row, "close")
    for refused in (
        lambda: actions.save_answers(token=token, said={"A1": 1}, at=AT),
        lambda: actions.withdraw_consent(token=token, at=AT),
    ):
        with pytest.raises(StepNotAllowed):
            refused()
    assert dict(Answer.objects.values_list("column", "value")) == {"A1": 4.0}


def test_answers_that_came_in_meanwhile_are_cleaned_again_before_they_are_analysed(manager):  # fmt: skip
    row = factory.in_the_field(manager)
    chance = factory.np.random.default_rng(1)
    asked = [(f"o{k}", "VNM", "small", "x") for k in range(6)]
    for token in factory.invited(manager, row, *asked):
        factory.answered(token, **factory.opinions(chance, 2.5))
    row = factory.worked(manager, factory.go(manager, row, "close"), "clean")
    Answer.objects.filter(column="A1").update(value=0)
    with pytest.raises(StepNotAllowed):
        actions.analyse_wave(actor=manager, wave_id=row.pk, at=AT)
    row = factory.worked(manager, row, "clean")
    assert factory.worked(manager, row, "analyse").state == "analysed"


def test_nobody_else_runs_or_finds_a_wave_and_a_manager_is_named_by_another(manager):
    row = factory.drafted(manager)
    others = [factory.officer(), person(Role.LEADER), person(Role.AUDITOR), person(Role.ADMIN), person(Role.MANAGER), PUBLIC]  # fmt: skip
    assert [list(queries.waves(one)) for one in others] == [[]] * len(others)
    for one in others:
        with pytest.raises((NotFound, AccessDenied)):
            actions.step(actor=one, wave_id=row.pk, act="pilot", at=AT)
    with pytest.raises(AccessDenied):
        actions.draft_wave(actor=others[1], organisation_id=None, at=AT, **factory.design())  # fmt: skip
    second = others[0]
    email = factory_email(second)
    for _twice in range(2):
        made = actions.name_manager(actor=manager, wave_id=row.pk, email=email, at=AT)
    assert [w.pk for w in queries.waves(second)] == [row.pk]
    first = row.managers.get(user_id=manager.user_id)
    actions.dismiss_manager(actor=second, manager_id=first.pk, at=AT)
    assert list(queries.waves(manager)) == []
    with pytest.raises(Invalid):
        actions.dismiss_manager(actor=second, manager_id=made.pk, at=AT)


def factory_email(actor):
    return User.objects.get(pk=actor.user_id).email


def test_a_double_click_asks_and_steps_once_and_a_stale_page_is_told(manager):
    row = factory.in_the_field(manager)
    factory.go(manager, row, "close")
    jobs = {actions.ask_for(actor=manager, wave_id=row.pk, act="clean", at=AT).pk for _n in range(2)}  # fmt: skip
    assert len(jobs) == 1
    assert Job.objects.filter(kind="surveys.work").count() == 1
    run_worker(lambda: False, once=True)
    assert Job.objects.get(kind="surveys.work").state == "failed"  # nobody answered
    other = factory.drafted(manager)
    with pytest.raises(Stale):
        actions.edit_wave(actor=manager, wave_id=other.pk, version=other.version + 1, at=AT, **factory.design())  # fmt: skip
    assert Wave.objects.get(pk=other.pk).version == other.version


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"title_en": " "}, "title_en"),
        ({"closes_on": factory.date(2026, 7, 1)}, "closes_on"),
        ({"economies": []}, "economies"),
        ({"economies": ["VNM", "VNM"]}, "economies"),
        ({"economies": ["V N"]}, "economies"),
        ({"framework": "none"}, "framework"),
        ({"languages": ["fr"]}, "languages"),
        ({"gaps": 1.5}, "gaps"),
        ({"runs": 5}, "runs"),
        ({"previous": "nowhere"}, "previous"),
        ({"prices": {"nothing": {"seat": 1}}}, "prices"),
        ({"currency": ""}, "currency"),
        ({"questionnaire": factory.questionnaire(sections=[{"code": "a", "vi": "a", "en": "a", "questions": [{"code": "q", "kind": "odd", "vi": "q", "en": "q"}]}])}, "questionnaire: questions[q]"),
    ],
)  # fmt: skip
def test_a_design_is_refused_by_field(manager, changes, field):
    factory.framework()
    with pytest.raises(Invalid) as refused:
        actions.draft_wave(actor=manager, organisation_id=None, at=AT, **factory.design(**changes))  # fmt: skip
    assert field in [p.field for p in refused.value.problems]
    assert not Wave.objects.exists()
