"""A policy is drafted by one, issued by another, and never changed after that."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from click.testing import CliRunner
from django.utils.timezone import localdate

from opensti.console.disclosure import disclosure
from opensti.domains.publications import actions, queries
from opensti.domains.publications.disclosure import as_yaml
from opensti.domains.publications.models import PolicyVersion
from opensti.kernel.access import PUBLIC, Role
from opensti.kernel.record.models import Entry
from opensti.kernel.refusals import (
    AccessDenied,
    Invalid,
    NotFound,
    Stale,
    StepNotAllowed,
    SudoNeeded,
)
from tests.factories import policies as factory
from tests.factories.accounts import Users
from tests.factories.tasks import AT, Tasks, person

pytestmark = pytest.mark.django_db
TODAY = localdate(AT)
STRICTER = {"task.leader": None, "task.amount": {"form": "rounded"}}


@pytest.fixture
def officer():
    return person(Role.OFFICER)


@pytest.fixture
def leader():
    return person(Role.LEADER)


def drafted(officer, changes=STRICTER):
    return actions.draft_policy(actor=officer, content=factory.content(changes), at=AT)


def checked(officer, changes=STRICTER):
    made = drafted(officer, changes)
    return actions.check_policy(
        actor=officer, policy_id=made.pk, version=made.version, at=AT
    )


def issue(leader, made, **said):
    return actions.issue_policy(
        **{
            "actor": leader,
            "policy_id": made.pk,
            "in_force_from": TODAY,
            "reason": "Bảo vệ dữ liệu cá nhân",
            "version": made.version,
            "at": AT,
        }
        | said
    )


def test_what_one_drafts_another_issues_and_it_holds_from_its_day(officer, leader):
    made = issue(leader, checked(officer), in_force_from=TODAY + timedelta(days=1))

    assert queries.policy_in_force(TODAY) == (queries.shipped_policy(), None)
    policy, since = queries.policy_in_force(TODAY + timedelta(days=1))
    assert (policy.digest, since) == (made.digest, TODAY + timedelta(days=1))
    told = Entry.objects.get(act="publications.issue_policy")
    assert told.public
    assert told.position == made.entry_position
    assert Entry.objects.filter(public=False).count() == 2


def test_whoever_wrote_it_does_not_issue_it_nor_without_the_password(officer, leader):
    both = replace(officer, roles=officer.roles | {Role.LEADER})
    made = checked(both)

    with pytest.raises(AccessDenied, match="You wrote this version yourself"):
        issue(both, made)
    with pytest.raises(AccessDenied):
        issue(officer if not officer.has(Role.LEADER) else PUBLIC, made)
    with pytest.raises(SudoNeeded):
        issue(replace(leader, sudo=False), made)
    assert not PolicyVersion.objects.filter(state="issued").exists()


def test_nothing_issued_is_written_again(officer, leader):
    made = issue(leader, checked(officer))

    for act in (
        lambda: actions.rewrite_policy(
            actor=officer, policy_id=made.pk, content=made.content, version=None, at=AT
        ),
        lambda: actions.check_policy(
            actor=officer, policy_id=made.pk, version=None, at=AT
        ),
        lambda: issue(leader, made, version=None),
    ):
        with pytest.raises(StepNotAllowed):
            act()


def test_a_version_is_issued_with_a_reason_for_a_day_to_come_and_in_order(
    officer, leader
):
    made = checked(officer)
    with pytest.raises(Invalid):
        issue(leader, made, reason=" ")
    with pytest.raises(Invalid):
        issue(leader, made, in_force_from=TODAY - timedelta(days=1))
    with pytest.raises(Stale):
        issue(leader, made, version=99)
    issue(leader, made, in_force_from=TODAY + timedelta(days=9))
    with pytest.raises(StepNotAllowed):
        issue(leader, checked(officer, {}), in_force_from=TODAY)


def test_a_draft_is_the_offices_and_a_change_makes_it_a_draft_again(officer):
    made = checked(officer)
    with pytest.raises(NotFound):
        queries.policy_version(PUBLIC, made.public_id)
    with pytest.raises(AccessDenied):
        drafted(person(Role.APPLICANT))

    again = actions.rewrite_policy(
        actor=officer,
        policy_id=made.pk,
        content=factory.content({}),
        version=made.version,
        at=AT,
    )

    assert (again.state, again.checked_at) == ("draft", None)


def test_faults_are_refused_and_nothing_is_kept(officer):
    content = factory.content({})
    content["rules"][0]["kind"] = "nothing"
    with pytest.raises(Invalid):
        actions.draft_policy(actor=officer, content=content, at=AT)
    assert not PolicyVersion.objects.exists()


def test_the_simulation_counts_what_would_change_and_names_some():
    Tasks(code="NV-1", leader_name="Lan", amount=1_500_000, start=TODAY)
    Tasks(code="NV-2", leader_name="Minh")

    effects = queries.simulate(
        queries.shipped_policy(), factory.policy(STRICTER), day=TODAY, examples=1
    )

    assert [(e.field, e.shown, e.hidden, e.changed, e.examples) for e in effects] == [
        ("leader", 0, 2, 0, ["NV-2"]),
        ("amount", 0, 0, 2, ["NV-2"]),
    ]


def test_the_differences_are_said_field_by_field():
    found = queries.differences(queries.shipped_policy(), factory.policy(STRICTER))

    assert [(one.field, one.before, one.after) for one in found] == [
        ("task.leader", "as it is", "not shown: no rule"),
        ("task.amount", "as it is", "rounded to million đồng"),
    ]


def test_the_command_checks_compares_simulates_and_drafts(tmp_path):
    user = Users()
    file = tmp_path / "own.yaml"
    file.write_text(as_yaml(factory.policy(STRICTER)), encoding="utf-8")
    run = CliRunner().invoke

    assert "no fault" in run(disclosure, ["check", str(file)]).output
    compared = run(disclosure, ["diff", str(file)])
    assert compared.exit_code == 1
    assert "task.leader" in compared.output
    assert run(disclosure, ["simulate", str(file)]).exit_code == 0
    assert "order" in run(disclosure, ["show"]).output
    refused = run(disclosure, ["load", str(file), "--as", user.email])
    assert refused.exit_code == 2
    (tmp_path / "faulty.yaml").write_text("id: x\n", encoding="utf-8")
    assert run(disclosure, ["check", str(tmp_path / "faulty.yaml")]).exit_code == 2
