"""A budget goes from hand to hand: each adds a whole version, and nothing leaks early."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from opensti.domains.contracts import actions, queries
from opensti.domains.contracts.models import Budget
from opensti.domains.contracts.problem import line_of, lines_digest, sums
from opensti.domains.contracts.problem.asking import budget_basis
from opensti.domains.panels.models import Council
from opensti.kernel.access import PUBLIC, Role
from opensti.kernel.record.models import Entry
from opensti.kernel.refusals import (
    AccessDenied,
    Invalid,
    NotFound,
    Stale,
    StepNotAllowed,
)
from tests.factories import calls as call_factory
from tests.factories import contracts as factory
from tests.factories import portfolios as round_factory
from tests.factories.tasks import person

pytestmark = pytest.mark.django_db

AT = round_factory.LAID_OUT
CUT = Decimal(100_000_000)


@pytest.fixture
def story():
    return round_factory.judged("90", "60")


def cut_by(lines, amount=CUT, reason="Giảm công khảo sát."):
    """The first line of State money lowered, with its reason."""
    first = next(line for line in lines if line.source == "state")
    return [
        replace(line, amount=line.amount - amount, reason=reason)
        if line is first
        else line
        for line in lines
    ]


def propose(story, *, by=None, based_on=1, lines=None, **said):
    dossier = story.dossiers[0]
    return actions.propose_budget(
        actor=by or story.officer,
        dossier_id=dossier.pk,
        based_on=based_on,
        lines=lines if lines is not None else cut_by(budget_basis(dossier).lines),
        at=AT,
        **said,
    )


def appraise(story, *, by=None, based_on=2, **said):
    dossier = story.dossiers[0]
    return actions.appraise_budget(
        actor=by or story.officer,
        dossier_id=dossier.pk,
        based_on=based_on,
        lines=cut_by(budget_basis(dossier).lines, reason="Tổ thẩm định."),
        at=AT,
        **said,
    )


def test_the_council_and_the_cost_team_each_add_a_version_to_what_was_asked(story):
    propose(story, reason="Theo biên bản.")
    appraise(story, by=person(Role.FINANCE))
    trail = list(queries.budgets_of(story.officer, story.dossiers[0].pk))
    assert [(b.number, b.stage, b.state_money) for b in trail] == [
        (1, "asked", Decimal(2_000_000_000)),
        (2, "panel", Decimal(1_900_000_000)),
        (3, "appraised", Decimal(1_800_000_000)),
    ]
    keys = [[i.key for i in b.items.all()] for b in trail]
    assert keys[0] == keys[1] == keys[2]
    told = Entry.objects.filter(act__startswith="contracts.").values_list(
        "act", flat=True
    )
    assert set(told) == {"contracts.propose_budget", "contracts.appraise_budget"}


def test_a_changed_line_without_a_reason_and_a_line_that_is_gone_are_refused(story):
    lines = budget_basis(story.dossiers[0]).lines
    with pytest.raises(Invalid) as refused:
        propose(story, lines=cut_by(lines, reason="")[:-1])
    assert [p.field for p in refused.value.problems] == ["lines.1.reason", "lines"]
    assert not Budget.objects.exists()


def test_somebody_who_saw_an_older_version_is_told_and_writes_nothing(story):
    propose(story)
    with pytest.raises(Stale):
        propose(story, by=person(Role.OFFICER))
    assert Budget.objects.count() == 2


def test_pressing_twice_keeps_one_version(story):
    lines = cut_by(budget_basis(story.dossiers[0]).lines)
    first = propose(story, lines=lines)
    assert propose(story, lines=lines) == first
    assert Budget.objects.count() == 2


def test_the_digest_of_a_version_is_that_of_its_kept_lines(story):
    lines = budget_basis(story.dossiers[0]).lines
    counted = replace(
        lines[0],
        quantity=Decimal(24),
        unit="tháng",
        price=lines[0].amount // 24,
        reason="Tách theo tháng.",
    )
    kept = propose(story, lines=[counted, *lines[1:]])
    read = [line_of(item) for item in Budget.objects.get(pk=kept.pk).items.all()]
    assert lines_digest(read) == kept.sha256
    assert propose(story, lines=[counted, *lines[1:]]) == kept


def test_another_budget_handed_in_after_the_council_is_asked_anew_with_its_keys(story):
    dossier = story.dossiers[0]
    propose(story)
    version = dossier.versions.order_by("-number").first()
    version.snapshot["budget"][0]["state"] = "1000000000"
    version.save()
    basis = budget_basis(dossier)
    assert (basis.number, basis.budget) == (3, None)
    appraise(story, based_on=3)
    trail = list(queries.budgets_of(story.officer, dossier.pk))
    assert [b.stage for b in trail] == ["asked", "panel", "asked", "appraised"]
    first, second = trail[0].items.all()[0], trail[2].items.all()[0]
    assert (first.key, first.amount, second.amount) == (
        second.key,
        Decimal(1_200_000_000),
        Decimal(1_000_000_000),
    )


def test_the_office_and_the_council_s_secretary_add_versions_and_nobody_else(story):
    keeper = secretary_of(story)
    tried = {
        "officer": story.officer,
        "keeper": keeper,
        "finance": person(Role.FINANCE),
        "leader": story.leader,
        "secretary": person(Role.SECRETARY),
        "auditor": person(Role.AUDITOR, Role.OFFICER),
        "writer": story.applicants[0],
        "party": person(Role.OFFICER, member_of=frozenset({story.dossiers[0].host_id})),
    }
    may = {"propose": set(), "appraise": set()}
    for name, actor in tried.items():
        for act, attempt in (("propose", propose), ("appraise", appraise)):
            basis = budget_basis(story.dossiers[0])
            try:
                attempt(
                    story,
                    by=actor,
                    based_on=basis.number,
                    **(
                        {}
                        if act == "appraise"
                        else {"lines": cut_by(basis.lines, Decimal(1))}
                    ),
                )
            except (AccessDenied, NotFound):
                continue
            may[act].add(name)
    assert may == {
        "propose": {"officer", "keeper"},
        "appraise": {"officer", "keeper", "finance"},
    }


def secretary_of(story):
    """An account that keeps the council of the story."""
    keeper = person(Role.SECRETARY)
    Council.objects.update(secretary_id=keeper.user_id)
    return keeper


def test_before_the_letter_the_host_sees_no_version_and_a_stranger_secretary_none(
    story,
):
    propose(story)
    dossier = story.dossiers[0]
    who = {
        "officer": story.officer,
        "leader": story.leader,
        "finance": person(Role.FINANCE),
        "auditor": person(Role.AUDITOR),
        "keeper": secretary_of(story),
        "secretary": person(Role.SECRETARY),
        "writer": story.applicants[0],
        "manager": call_factory.manager(dossier.host),
        "rival": story.applicants[1],
        "party": person(Role.OFFICER, member_of=frozenset({dossier.host_id})),
        "expert": person(Role.EXPERT),
        "admin": person(Role.ADMIN, Role.OFFICER),
        "public": PUBLIC,
    }
    seen = {n for n, a in who.items() if queries.budgets_of(a, dossier.pk).exists()}
    assert seen == {"officer", "leader", "finance", "auditor", "keeper"}


def test_after_the_letter_the_host_sees_all_of_its_own_and_the_secretary_nothing(story):
    propose(story)
    keeper = secretary_of(story)
    round_factory.released(story)
    dossier = story.dossiers[0]
    seen = {
        name: queries.budgets_of(actor, dossier.pk).count()
        for name, actor in (
            ("writer", story.applicants[0]),
            ("rival", story.applicants[1]),
            ("keeper", keeper),
            ("officer", story.officer),
        )
    }
    assert seen == {"writer": 2, "rival": 0, "keeper": 0, "officer": 2}


def test_the_lines_are_brought_to_the_decision_to_the_dong_or_refused_by_how_much(
    story,
):
    propose(story)
    round_factory.released(story)
    dossier = story.dossiers[0]
    lines = budget_basis(dossier).lines
    assert sums(lines)[0] == Decimal(1_900_000_000)
    given = {
        "actor": story.officer,
        "dossier_id": dossier.pk,
        "based_on": 2,
        "at": factory.DRAFTED,
    }
    with pytest.raises(Invalid, match=r"100\.000\.000"):
        actions.approve_budget(lines=lines, **given)
    right = cut_by(lines, -CUT)
    approved = actions.approve_budget(lines=right, **given)
    assert (approved.number, approved.stage, approved.basis) == (
        3,
        "approved",
        "188/QĐ-BCT",
    )
    assert dossier.contract.state_money == Decimal(2_000_000_000)


def test_nothing_is_approved_before_the_letter_is_out(story):
    dossier = story.dossiers[0]
    with pytest.raises(StepNotAllowed):
        actions.approve_budget(
            actor=story.officer,
            dossier_id=dossier.pk,
            based_on=1,
            lines=budget_basis(dossier).lines,
            at=AT,
        )
    assert not Budget.objects.exists()


def test_the_council_s_time_is_over_once_the_letter_is_out(story):
    round_factory.released(story)
    with pytest.raises(StepNotAllowed):
        propose(story)
    with pytest.raises(StepNotAllowed):
        appraise(story)


def test_the_contract_s_budget_is_at_most_what_was_approved():
    funded = factory.drafted()
    lines = factory.lines_now(funded.contract)
    given = {
        "actor": funded.officer,
        "contract_id": funded.contract.pk,
        "based_on": 2,
        "at": factory.DRAFTED,
    }
    with pytest.raises(Invalid, match=r"1.đ"):
        actions.agree_budget(lines=cut_by(lines, -Decimal(1)), **given)
    agreed = actions.agree_budget(lines=cut_by(lines), **given)
    assert (agreed.stage, agreed.state_money) == ("contract", Decimal(1_900_000_000))
    assert funded.again().state_money == Decimal(1_900_000_000)
    assert funded.again().other_money == Decimal(100_000_000)


def test_what_host_and_partners_promised_stays_in_the_contract():
    funded = factory.drafted()
    lines = factory.lines_now(funded.contract)
    less = [replace(n, amount=n.amount - 1) if n.source == "host" else n for n in lines]
    with pytest.raises(Invalid, match=r"99\.999\.999.*100\.000\.000"):
        actions.agree_budget(
            actor=funded.officer,
            contract_id=funded.contract.pk,
            based_on=2,
            lines=less,
            at=factory.DRAFTED,
        )
    assert queries.budget_now(funded.contract.dossier_id).stage == "approved"


def test_a_contract_that_is_signed_keeps_its_budget():
    funded = factory.running()
    lines = factory.lines_now(funded.contract)
    with pytest.raises(StepNotAllowed):
        actions.agree_budget(
            actor=funded.officer,
            contract_id=funded.contract.pk,
            based_on=3,
            lines=lines,
            at=factory.LATER,
        )
    with pytest.raises(StepNotAllowed):
        actions.approve_budget(
            actor=funded.officer,
            dossier_id=funded.contract.dossier_id,
            based_on=3,
            lines=lines,
            at=factory.LATER,
        )
    assert [
        line_of(i) for i in queries.budget_now(funded.contract.dossier_id).items.all()
    ] == lines
