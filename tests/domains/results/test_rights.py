"""Rights are disclosed with owners and authors; their days fall due by the office's rules."""

from __future__ import annotations

from datetime import date

import pytest

from opensti.domains.results import actions, queries
from opensti.domains.results.models import DocketEntry, Right, RightVersion
from opensti.kernel.access import PUBLIC, Role
from opensti.kernel.refusals import (
    AccessDenied,
    Invalid,
    NotFound,
    Stale,
    StepNotAllowed,
)
from tests.factories import contracts as contract_factory
from tests.factories import rights as factory
from tests.factories.tasks import person

pytestmark = pytest.mark.django_db


def docket(right):
    return {
        (e.rule, e.turn): (e.due_on, e.done_on)
        for e in right.docket.all()
        if not e.by_hand
    }


def change(kept, facts, **more):
    right = kept.again()
    given = {
        "actor": kept.host,
        "right_id": right.pk,
        "facts": facts,
        "owners": factory.owners(10_000),
        "authors": factory.authors(6_000, 4_000),
        "reason": "Nhận thông báo của Cục",
        "version": right.version,
        "at": factory.NEXT_YEAR,
    }
    return actions.change_right(**given | more)


def move(kept, to, on, **more):
    right = kept.again()
    given = {
        "actor": kept.host,
        "right_id": right.pk,
        "to": to,
        "on": on,
        "version": right.version,
        "at": factory.NEXT_YEAR,
    }
    return actions.move_right(**given | more)


def test_the_host_discloses_and_the_days_show_where_it_stands():
    kept = factory.disclosed()
    right = kept.right
    assert (right.state, right.host, right.office, right.expires_on) == (
        "filed",
        kept.funded.contract.host,
        "Cục Sở hữu trí tuệ",
        None,  # no term before it is granted
    )
    assert [(a.name, a.share) for a in right.authors.all()] == [
        ("Tác giả 1", 6_000),
        ("Tác giả 2", 4_000),
    ]
    assert docket(right) == {
        ("vn_formal", 1): (date(2027, 4, 1), None),
        ("vn_publication", 1): (date(2028, 10, 1), None),
        ("vn_request_invention", 1): (date(2030, 9, 1), None),
        ("abroad_invention", 1): (date(2028, 3, 1), None),
    }


def test_an_idea_is_kept_before_it_is_disclosed():
    funded = contract_factory.running()
    right = actions.disclose_right(
        actor=funded.host,
        host_id=funded.contract.host_id,
        contract_id=funded.contract.pk,
        facts=factory.facts(),
        owners=factory.owners(10_000),
        authors=factory.authors(10_000),
        idea=True,
        at=factory.AT,
    )
    kept = factory.Kept(funded=funded, right=right)
    assert (right.state, docket(right)) == ("idea", {})
    assert move(kept, "disclosed", date(2027, 9, 2)).state == "disclosed"


def test_a_priority_moves_what_is_counted_from_it():
    kept = factory.disclosed()
    change(kept, factory.filed(priority_on=date(2026, 12, 1)))
    assert docket(kept.right) == {
        ("vn_formal", 1): (date(2027, 4, 1), None),
        ("vn_publication", 1): (date(2028, 7, 1), None),
        ("vn_request_invention", 1): (date(2030, 6, 1), None),
    }


def test_a_grant_begins_the_yearly_fees_and_ends_with_the_term():
    kept = factory.disclosed()
    right = move(kept, "granted", date(2027, 12, 1), number="45678")
    assert (right.state, right.granted_number, right.expires_on) == (
        "granted",
        "45678",
        date(2047, 3, 1),
    )
    found = docket(right)
    fees = sorted(due for (rule, _n), (due, _d) in found.items() if rule == "vn_fee")
    assert (len(fees), fees[0], fees[-1]) == (
        19,
        date(2028, 12, 1),
        date(2046, 12, 1),
    )
    assert found[("vn_term_invention", 1)] == (date(2047, 3, 1), None)
    assert found[("vn_formal", 1)] == (date(2027, 4, 1), date(2027, 12, 1))
    first = DocketEntry.objects.get(right=right, rule="vn_fee", turn=1)
    assert (first.opens_on, first.grace_until, first.article, first.mark) == (
        date(2028, 6, 1),
        date(2029, 6, 1),
        "LAWIP Art 94",
        "R",
    )


def test_what_is_paid_stays_when_the_days_are_counted_anew():
    kept = factory.disclosed()
    move(kept, "granted", date(2027, 12, 1), number="45678")
    first = DocketEntry.objects.get(rule="vn_fee", turn=1)
    actions.meet_docket_entry(
        actor=kept.host,
        entry_id=first.pk,
        done_on=date(2028, 1, 15),
        paid=factory.MILLION,
        reference="BL 12",
        at=factory.NEXT_YEAR,
    )
    change(
        kept,
        factory.filed(granted_number="45678", granted_on=date(2027, 12, 15)),
    )
    fees = DocketEntry.objects.filter(rule="vn_fee").order_by("turn")
    assert [(f.due_on, f.paid, f.done_on) for f in fees[:2]] == [
        (date(2028, 12, 1), factory.MILLION, date(2028, 1, 15)),
        (date(2029, 12, 15), None, None),
    ]


def test_a_fee_is_paid_once_with_amount_and_receipt():
    kept = factory.disclosed()
    move(kept, "granted", date(2027, 12, 1), number="45678")
    first = DocketEntry.objects.get(rule="vn_fee", turn=1)
    act = {
        "actor": kept.host,
        "entry_id": first.pk,
        "done_on": date(2028, 1, 15),
        "at": factory.NEXT_YEAR,
    }
    with pytest.raises(Invalid) as refused:
        actions.meet_docket_entry(**act)
    assert [p.field for p in refused.value.problems] == ["paid", "reference"]
    actions.meet_docket_entry(**act, paid=factory.MILLION, reference="BL 12")
    with pytest.raises(StepNotAllowed):
        actions.meet_docket_entry(**act, paid=factory.MILLION, reference="BL 12")
    assert DocketEntry.objects.filter(paid__isnull=False).count() == 1


def test_a_day_of_the_right_meets_what_awaited_it_and_is_not_met_by_hand():
    kept = factory.disclosed()
    entry = DocketEntry.objects.get(rule="vn_request_invention")
    with pytest.raises(StepNotAllowed):
        actions.meet_docket_entry(
            actor=kept.host, entry_id=entry.pk, done_on=factory.FILED, at=factory.AT
        )
    change(kept, factory.filed(requested_on=date(2027, 10, 1)))
    assert docket(kept.right)[("vn_request_invention", 1)] == (
        date(2030, 9, 1),
        date(2027, 10, 1),
    )
    # entered by mistake: it is awaited again
    change(kept, factory.filed())
    assert docket(kept.right)[("vn_request_invention", 1)] == (date(2030, 9, 1), None)


def test_nothing_falls_due_for_a_right_that_ended():
    kept = factory.disclosed()
    move(kept, "withdrawn", date(2027, 12, 1), reason="Không còn mới")
    assert docket(kept.right) == {}
    with pytest.raises(StepNotAllowed):
        move(kept, "granted", date(2027, 12, 2), number="1")
    with pytest.raises(StepNotAllowed):
        actions.add_docket_entry(
            actor=kept.host,
            right_id=kept.right.pk,
            label="Trả lời",
            due_on=date(2028, 5, 1),
            kind="host",
            at=factory.NEXT_YEAR,
        )


def test_a_day_entered_by_hand_stays_whatever_is_counted_anew():
    kept = factory.disclosed()
    actions.add_docket_entry(
        actor=kept.host,
        right_id=kept.right.pk,
        label="Trả lời thông báo",
        due_on=date(2028, 5, 1),
        kind="host",
        at=factory.NEXT_YEAR,
    )
    change(kept, factory.filed(formal_on=date(2027, 3, 20)))
    assert [e.label for e in kept.right.docket.filter(by_hand=True)] == [
        "Trả lời thông báo"
    ]


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"title_vi": " "}, "title_vi"),
        ({"kind": "wonder"}, "kind"),
        ({"country": "Việt"}, "country"),
        ({"filed_on": date(2026, 1, 1), "priority_on": date(2026, 2, 1)}, "filed_on"),
        ({"filed_on": date(2035, 1, 1)}, "filed_on"),
        ({"granted_on": date(2027, 5, 1), "filed_on": factory.FILED}, "granted_number"),
        ({"published_on": date(2027, 5, 1)}, "filed_on"),
    ],
)
def test_what_cannot_be_so_is_refused_at_its_field(wrong, field):
    funded = contract_factory.running()
    with pytest.raises(Invalid) as refused:
        actions.disclose_right(
            actor=funded.host,
            host_id=funded.contract.host_id,
            contract_id=funded.contract.pk,
            facts=factory.facts(**wrong),
            owners=factory.owners(10_000),
            authors=factory.authors(10_000),
            at=factory.AT,
        )
    assert [p.field for p in refused.value.problems] == [field]
    assert not Right.objects.exists()


@pytest.mark.parametrize("shares", [(), (9_999,), (5_000, 5_001), (10_000, 0)])
def test_shares_of_owners_and_authors_sum_to_the_whole(shares):
    kept = factory.disclosed()
    for name, people in (
        ("owners", factory.owners(*shares)),
        ("authors", factory.authors(*shares)),
    ):
        with pytest.raises(Invalid) as refused:
            change(kept, factory.filed(), **{name: people})
        assert {p.field for p in refused.value.problems} == {name}
    assert kept.again().version == kept.right.version


def test_every_version_is_kept_and_a_second_writer_is_told():
    kept = factory.disclosed()
    change(kept, factory.filed(title_en="Zinc"))
    versions = RightVersion.objects.order_by("number")
    assert [(v.number, v.content["title_en"], v.reason) for v in versions] == [
        (1, "Process to recover zinc", ""),
        (2, "Zinc", "Nhận thông báo của Cục"),
    ]
    with pytest.raises(Stale):
        change(kept, factory.filed(), version=1)


def test_an_author_named_before_keeps_the_key_of_his_shares():
    kept = factory.disclosed()
    before = {a.name: a.key for a in kept.right.authors.all()}
    people = [a.person for a in kept.right.authors.order_by("position")]
    change(
        kept,
        factory.filed(),
        authors=[
            *factory.authors(5_000, 3_000, people=tuple(people)),
            actions.Named(name="Người mới", share=2_000),
        ],
    )
    after = {a.name: a.key for a in kept.right.authors.all()}
    assert {n: k for n, k in after.items() if n != "Người mới"} == before


def test_the_day_of_formation_says_whose_it_is_and_by_which_article():
    kept = factory.disclosed()
    contract = kept.funded.contract
    old = queries.owner_rule_of(contract, date(2024, 5, 1))
    new = queries.owner_rule_of(contract, factory.FORMED)
    assert [(o.rule.owner, o.rule.basis) for o in (old, new)] == [
        ("state", "ND70 Art 7"),
        ("host", "ND267 Art 32"),
    ]
    assert queries.owner_rule_of(None, factory.FORMED) is None


def test_the_office_and_the_host_know_of_a_right_and_nobody_else():
    kept = factory.disclosed()
    funded = kept.funded
    author = kept.right.authors.first().person_id
    who = {
        "officer": funded.officer,
        "leader": funded.leader,
        "finance": funded.finance,
        "auditor": person(Role.AUDITOR),
        "host": funded.host,
        "manager": person(Role.MANAGER, manages=frozenset({funded.contract.host_id})),
        "rival": funded.story.applicants[1],
        "party": person(Role.OFFICER, member_of=frozenset({funded.contract.host_id})),
        "author": person(Role.EXPERT, person_id=author),
        "secretary": person(Role.SECRETARY),
        "admin": person(Role.ADMIN),
        "public": PUBLIC,
    }
    known = {"officer", "leader", "finance", "auditor", "host", "manager"}
    assert {n for n, actor in who.items() if queries.rights(actor)} == known
    assert {n for n, actor in who.items() if queries.docket_dates(actor)} == known


def test_only_the_host_and_an_officer_write():
    kept = factory.disclosed()
    funded = kept.funded
    change(kept, factory.filed(), actor=funded.officer)
    for actor, refusal in (
        (funded.leader, AccessDenied),
        (funded.finance, AccessDenied),
        (person(Role.AUDITOR), AccessDenied),
        (funded.story.applicants[1], NotFound),
        (PUBLIC, NotFound),
    ):
        with pytest.raises(refusal):
            change(kept, factory.filed(), actor=actor)


def test_a_right_without_a_contract_is_known_to_its_house_and_the_office():
    factory.contract_factory.running()
    house, other = factory.house(), factory.house("Viện khác")
    manager = person(Role.MANAGER, manages=frozenset({house.pk}))
    given = {
        "facts": factory.facts(kind="mark"),
        "owners": factory.owners(10_000),
        "authors": factory.authors(10_000),
        "at": factory.AT,
    }
    right = actions.disclose_right(actor=manager, host_id=house.pk, **given)
    with pytest.raises(AccessDenied):
        actions.disclose_right(actor=manager, host_id=other.pk, **given)
    party = person(Role.OFFICER, member_of=frozenset({house.pk}))
    with pytest.raises(AccessDenied):
        actions.disclose_right(
            actor=person(Role.OFFICER, member_of=frozenset({house.pk})),
            host_id=house.pk,
            **given,
        )
    known = [
        list(queries.rights(actor))
        for actor in (manager, person(Role.OFFICER), party, person(Role.APPLICANT))
    ]
    assert known == [[right], [right], [], []]


def test_the_owner_is_told_in_time_and_the_office_days_are_nobodys_work():
    kept = factory.disclosed()
    lines = [
        (item.kind, item.due_on, item.overdue)
        for item in queries.work_for(kept.host, date(2028, 1, 15))
        if item.kind.startswith("rights.")
    ]
    assert lines == [("rights.host", date(2028, 3, 1), False)]
    auditor, officer = person(Role.AUDITOR), kept.funded.officer
    told = [
        [i.kind for i in queries.work_for(who, date(2028, 1, 15))]
        for who in (officer, kept.funded.finance, auditor)
    ]
    assert told == [["rights.host"], [], []]
    late = queries.work_for(kept.host, date(2028, 3, 2))
    assert [i.overdue for i in late if i.kind == "rights.host"] == [True]
    soon = queries.docket_dates(
        kept.host, since=date(2028, 3, 1), until=date(2028, 3, 2)
    )
    assert [e.rule for e in soon] == ["abroad_invention"]
