"""Composite indices: worked out when opened, frozen, published, worked out again."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from opensti.domains.accounts.models import RoleGrant
from opensti.domains.strategies import actions, queries
from opensti.domains.strategies.models import CompositeModel, CompositeVersion
from opensti.domains.strategies.problem.composites import compared
from opensti.kernel.access import PUBLIC, Role, visible
from opensti.kernel.jobs.models import Job
from opensti.kernel.jobs.queue import run_job
from opensti.kernel.record.models import Entry
from opensti.kernel.refusals import AccessDenied, Invalid, NotFound, StepNotAllowed
from tests.factories import strategies_indices as factory
from tests.factories.accounts import LONG_AGO
from tests.factories.tasks import AT, person

pytestmark = pytest.mark.usefixtures("db")
LATER = AT + timedelta(minutes=5)


def scores(version):
    return {
        code: [None if v is None else round(v, 4) for v in values]
        for code, values in version.result["scores"].items()
    }


def said(refused):
    return [(str(p.field), str(p.message)) for p in refused.value.problems]


def test_a_version_is_worked_out_when_it_is_opened():
    version = factory.version(factory.officer())
    # Patents per size 1, 2, 1, 3; the gap of Cường is filled with 300, the mean of the south.
    assert scores(version) == {
        "Patents": [1, 50.5, 1, 100],
        "Staff": [1, 25.75, 100, 100],
        "Export": [1, 15.1429, 43.4286, 100],
        "Waste": [1, 50.5, 25.75, 100],
        "Input": [1, 38.125, 50.5, 100],
        "Output": [1, 26.9286, 37.5357, 100],
        "Index": [1, 32.5268, 44.0179, 100],
    }
    assert version.result["ranks"]["Index"] == [4, 3, 2, 1]
    assert {c["code"]: round(c["effective"], 4) for c in version.result["codes"]} == {
        "Patents": 0.25,
        "Staff": 0.25,
        "Export": 0.3333,
        "Waste": 0.1667,
        "Input": 0.5,
        "Output": 0.5,
        "Index": 1,
    }
    assert (version.number, version.state) == (1, "computed")


def test_faults_of_both_tables_are_told_with_row_and_column_and_nothing_is_kept():
    officer = factory.officer()
    model = factory.model(officer)
    units = factory.UNITS.replace("40,150", "forty,150")
    meta = factory.META.replace("-1,1,,Output", "down,1,,Output")
    with pytest.raises(Invalid) as refused:
        factory.version(
            officer, model, units=factory.sheet(units), meta=factory.sheet(meta)
        )
    assert [(field, text.split(":")[0]) for field, text in said(refused)] == [
        ("meta", "Bảng chỉ tiêu, hàng 5, cột Direction"),
        ("data", "Bảng đơn vị, hàng 3, cột Patents"),
    ]
    assert not CompositeVersion.objects.exists()


@pytest.mark.parametrize(
    "spoilt",
    [
        {"rows": (("An", "AN"),)},
        {"at": (1,)},
        {"header": ("uName",)},
    ],
)
@pytest.mark.parametrize("name", ["units", "meta"])
def test_a_table_whose_rows_are_not_as_long_as_its_header_is_refused(name, spoilt):
    text = factory.UNITS if name == "units" else factory.META
    with pytest.raises(Invalid) as refused:
        factory.version(
            factory.officer(), **{name: replace(factory.sheet(text), **spoilt)}
        )
    assert [field for field, _message in said(refused)] == [name]
    assert not CompositeVersion.objects.exists()


@pytest.mark.parametrize("code", ['A"\nB', "A/B", "Chỉ số", "x" * 61, "-A"])
def test_a_code_that_can_name_no_file_is_refused(code):
    with pytest.raises(Invalid) as refused:
        factory.model(factory.officer(), code)
    assert [field for field, _message in said(refused)] == ["code"]
    assert not CompositeModel.objects.exists()


def test_a_geometric_mean_of_nothing_is_refused_with_unit_and_indicator():
    recipe = {
        **factory.RECIPE,
        "normalise": {"method": "min_max"},
        "aggregate": {"method": "geometric"},
    }
    with pytest.raises(Invalid) as refused:
        factory.version(factory.officer(), recipe=recipe)
    field, text = said(refused)[0]
    assert field == "data"
    assert text.startswith("Bảng đơn vị, hàng 2, cột Patents: ")


def test_levels_of_a_recipe_come_back_as_numbers_from_the_database():
    recipe = {**factory.RECIPE, "aggregate": {"levels": {3: "geometric"}}}
    version = factory.version(factory.officer(), recipe=recipe)
    kept = CompositeVersion.objects.get(pk=version.pk)
    assert round(kept.result["scores"]["Index"][3], 6) == 100
    assert actions.recompute_version(public_id=kept.public_id)[1] is True


def test_a_unit_that_leaves_after_screening_has_no_rank_and_no_nought():
    recipe = {"screen": {"units": 0.9}, "normalise": "min_max"}
    version = factory.version(factory.officer(), recipe=recipe)
    assert version.result["ranks"]["Index"] == [3, 2, None, 1]
    assert version.result["scores"]["Index"][2] is None


def test_a_double_click_opens_one_version_and_a_copy_is_another():
    officer = factory.officer()
    model = factory.model(officer)
    first = factory.version(officer, model)
    again = factory.version(officer, model)
    copy = actions.copy_version(actor=officer, version_id=first.pk, at=AT)
    assert [v.pk for v in (again, first)] == [first.pk, first.pk]
    assert (copy.number, copy.result_digest) == (2, first.result_digest)


def test_a_recipe_changes_until_the_version_is_frozen():
    officer = factory.officer()
    version = factory.version(officer)
    recipe = {**factory.RECIPE, "weights": "equal"}
    changed = actions.change_recipe(
        actor=officer, version_id=version.pk, recipe=recipe, at=LATER
    )
    assert changed.result_digest != version.result_digest
    actions.freeze_version(actor=officer, version_id=version.pk, at=LATER)
    with pytest.raises(StepNotAllowed):
        actions.change_recipe(
            actor=officer, version_id=version.pk, recipe=factory.RECIPE, at=LATER
        )
    assert CompositeVersion.objects.get().recipe == recipe


def test_only_a_frozen_version_is_published_by_a_leader_and_then_the_public_sees_it():
    officer, leader = factory.officer(), person(Role.LEADER)
    version = factory.version(officer)
    with pytest.raises(StepNotAllowed):
        actions.publish_version(actor=leader, version_id=version.pk, at=LATER)
    actions.freeze_version(actor=officer, version_id=version.pk, at=LATER)
    assert not visible(PUBLIC, CompositeModel.objects.all()).exists()
    with pytest.raises(NotFound):
        queries.index_version(PUBLIC, version.public_id)
    with pytest.raises(AccessDenied):
        actions.publish_version(actor=officer, version_id=version.pk, at=LATER)
    actions.publish_version(actor=leader, version_id=version.pk, at=LATER)
    assert queries.index_version(PUBLIC, version.public_id) == version
    assert [v.pk for v in queries.public_indices(PUBLIC)] == [version.pk]
    assert Entry.objects.filter(act="strategies.publish_version", public=True).exists()


@pytest.mark.parametrize("role", [Role.FINANCE, Role.AUDITOR, Role.APPLICANT])
def test_a_stranger_builds_nothing(role):
    officer = factory.officer()
    model = factory.model(officer)
    with pytest.raises((AccessDenied, NotFound)):
        factory.version(person(role), model)
    assert not CompositeVersion.objects.exists()


def test_a_worker_tells_how_sure_the_ranks_are():
    officer = factory.officer()
    RoleGrant.objects.create(user_id=officer.user_id, role=Role.OFFICER, since=LONG_AGO)
    version = factory.version(officer)
    for _click in range(2):
        actions.ask_analyses(actor=officer, version_id=version.pk, runs=200, at=AT)
    job = Job.objects.get()
    run_job.call(job.pk)
    job.refresh_from_db()
    assert (job.state, job.result) == ("done", {"version": version.public_id})
    found = actions.analyse_version(
        actor=officer, version_id=version.pk, runs=200, seed=1, at=LATER
    ).analyses
    statistics = {one["unit"]: one for one in found["uncertainty"]["statistics"]}
    assert (statistics["DU"]["low"], statistics["DU"]["high"]) == (1, 1)
    assert {one["code"] for one in found["left_out"]} == {
        "Patents",
        "Staff",
        "Export",
        "Waste",
        "Input",
        "Output",
    }
    assert queries.index_version(officer, version.public_id).analyses == found
    again = actions.analyse_version(
        actor=officer, version_id=version.pk, runs=200, seed=1, at=LATER
    )
    assert again.analyses == found


def test_two_versions_are_compared_unit_by_unit():
    officer = factory.officer()
    model = factory.model(officer)
    first = factory.version(officer, model)
    recipe = {**factory.RECIPE, "leave_out": ["Staff", "Export"]}
    second = factory.version(officer, model, recipe=recipe)
    found = compared(first, second)
    assert [
        (row["unit"], row["rank_before"], row["rank_after"], row["common_risen"])
        for row in found["units"]
    ] == [("DU", 1, 1, 0), ("BI", 3, 2, 1), ("CU", 2, 3, -1), ("AN", 4, 4, 0)]
