"""How a council was formed leaves the house without people, and comes out the same."""

from __future__ import annotations

import io
import json
import zipfile
from hashlib import sha256

import pytest
from click.testing import CliRunner

from opensti.console.panels import panels as command
from opensti.domains.panels import actions
from opensti.domains.panels.models import FormationRun, Place
from opensti.domains.panels.problem.explaining import frozen_of, names_of, why_this
from opensti.domains.registry.events import PersonErased
from opensti.kernel.record.models import Entry
from opensti.kernel.refusals import NotFound
from tests.factories import formation as factory
from tests.factories import panels

pytestmark = pytest.mark.django_db


@pytest.fixture
def formed(office):
    """A council of twenty experts of six houses, approved."""
    people = factory.experts(20, houses=6)
    dossiers = panels.eligible_dossiers(office)
    formation = factory.planned(office, dossiers)
    factory.change(office, formation, per_organisation=2)
    run = factory.computed(office, formation)
    assert run.state == "solved", run.conflict
    factory.approved(office, formation, run)
    run.refresh_from_db()
    return run, people, dossiers


def files_of(content):
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def zipped(files):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


def test_the_bundle_is_computed_again_and_knows_nobody(formed, tmp_path):
    run, people, [dossier] = formed
    content = actions.panel_bundle(dossier_id=dossier.pk)
    file = tmp_path / "bundle.zip"
    file.write_bytes(content)

    done = CliRunner().invoke(command, ["recompute", str(file), "--json"])

    assert (done.exit_code, json.loads(done.stdout)) == (
        0,
        {
            "same": True,
            "repeatable": True,
            "problem": run.problem_digest,
            "solution": run.solution_digest,
            "seats": 7,
            "by_hand": 0,
        },
    )
    files = files_of(content)
    text = b"".join(files.values()).decode()
    houses = {p.positions.first().organisation for p in people}
    told = [dossier.public_id, dossier.code, dossier.host.public_id]
    for one in (*people, *houses, run, run.formation):
        told += [one.public_id]
    for person in people:
        told += [person.full_name, person.email]
    assert [word for word in told if word and word in text] == []
    # Nor a row's number: every name in it is a number drawn for this plan.
    problem = json.loads(files["panel/problem.json"])["assignment"]
    assert {e[0] for e in problem["experts"]} == {"E"}
    groups = {g for r in problem["rules"] for g in r.get("group_of", {}).values()}
    assert {g[0] for g in groups} == {"G"}
    assert [*json.loads(files["panel/problem.json"])] == [
        "assignment", "conditions", "facts", "format", "items", "mode", "seed",
    ]  # fmt: skip
    assert [*json.loads(files["panel/problem.json"])["facts"]] == ["barred"]


def test_the_numbers_do_not_follow_the_order_of_the_registry(formed):
    run, _people, _dossiers = formed
    by_number = [pk for _n, (pk, _salt) in sorted(names_of(run).experts.items())]
    assert by_number != sorted(by_number)


def test_an_auditor_opens_who_was_who_and_the_record_committed_to_it(formed, tmp_path):
    run, people, _dossiers = formed
    file = tmp_path / "who.csv"
    done = CliRunner().invoke(command, ["open", run.public_id, "-o", str(file)])
    assert done.exit_code == 0, done.output
    rows = file.read_text(encoding="utf-8-sig").splitlines()[1:]
    assert {row.split(",")[2] for row in rows} == {p.full_name for p in people}
    told = json.loads(Entry.objects.get(act="panels.finish_run").body)["detail"]
    bundled = files_of(actions.panel_bundle(dossier_id=formed[2][0].pk))
    kept = sha256(bundled["panel/commitments.json"]).hexdigest()
    assert told["commitments"] == kept

    names = names_of(run)
    number, (pk, salt) = next(iter(names.experts.items()))
    other = next(p.pk for p in people if p.pk != pk)
    forged = {**names.experts, number: (other, salt)}
    FormationRun.objects.filter(pk=run.pk).update(
        names=type(names)(
            experts=forged,
            commitments=names.commitments,
            words=names.words,
            facts=names.facts,
        ).to_bytes()
    )
    again = CliRunner().invoke(command, ["open", run.public_id, "-o", str(file)])
    assert again.exit_code == 1


def test_what_was_altered_is_refused_and_what_was_published_otherwise_differs(
    formed, tmp_path
):
    files = files_of(actions.panel_bundle(dossier_id=formed[2][0].pk))
    name = "panel/solution.json"
    solution = json.loads(files[name])
    solution["pairs"][0][0] = "E99999"
    files[name] = json.dumps(solution).encode()
    manifest = json.loads(files["bundle.json"])
    altered = tmp_path / "altered.zip"
    altered.write_bytes(zipped(files))
    manifest["sha256"][name] = sha256(files[name]).hexdigest()
    other = tmp_path / "other.zip"
    other.write_bytes(zipped(files | {"bundle.json": json.dumps(manifest).encode()}))
    (tmp_path / "none.zip").write_bytes(b"nothing")
    told = [
        CliRunner().invoke(command, ["recompute", str(file)]).exit_code
        for file in (altered, other, tmp_path / "none.zip")
    ]
    assert told == [2, 1, 2]


def test_who_was_erased_is_no_number_any_more_and_the_seats_come_out_the_same(
    formed, office
):
    run, people, [dossier] = formed
    seated = factory.seated(run)
    gone = next(p for p in people if p.pk not in seated)
    before = frozen_of(run).assignment
    actions.forget_person(
        PersonErased(person_ids=(gone.pk,), addresses=(), at=panels.AT)
    )
    run.refresh_from_db()

    assert actions.recompute_run(actor=office.officer, run_public_id=run.public_id)
    found = actions.recompute_panel(content=actions.panel_bundle(dossier_id=dossier.pk))
    assert found["same"]
    after = frozen_of(run).assignment
    assert str(gone.pk) in before.experts
    assert str(gone.pk) not in after.experts
    assert len(before.experts) == len(after.experts)
    kept = json.dumps(names_of(run).facts) + json.dumps(
        [*names_of(run).experts.values()]
    )
    assert f'"{gone.pk}"' not in kept
    assert f'"{gone.pk}:' not in kept
    assert f"[{gone.pk}," not in kept
    _people, holds = actions.open_run(actor=office.officer, run_public_id=run.public_id)
    assert holds
    place = Place.objects.filter(run=run, role="member").first()
    for choice in why_this(office.officer, run, place.pk, most=100).choices:
        assert choice.person_id in {p.pk for p in people} - {gone.pk}


def test_without_a_computed_council_there_is_no_bundle(office):
    [dossier] = panels.eligible_dossiers(office)
    with pytest.raises(NotFound):
        actions.panel_bundle(dossier_id=dossier.pk)
