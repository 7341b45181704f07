"""Scores go to the ranking reviewer by reviewer, and without a name."""

from __future__ import annotations

from fractions import Fraction

import pytest

from opensti.domains.panels import actions, queries
from opensti.domains.panels.choices import Sheet
from opensti.domains.panels.models import Ballot, CouncilItem
from opensti.domains.procedures.actions import set_switch
from opensti.kernel.access import SYSTEM, Role
from tests.domains.panels.test_reference_cases import (
    INNOVATION,
    REVIEW,
    dossier_under,
    scored,
)
from tests.factories import meetings, panels
from tests.factories.tasks import person, regimes

pytestmark = pytest.mark.django_db


def given(scores):
    """What each unknown person gave, dossier by dossier."""
    return [[(s.dossier_id, str(s.points)) for s in rows] for rows in scores.named]


def item_on(council, dossier):
    rows = CouncilItem.objects.select_related("council__regime_version")
    return rows.get(council=council, dossier=dossier)


def judged(office, *sheets):
    """Dossiers with the points of the seven members, as a council concluded on them."""
    dossiers = panels.eligible_dossiers(office, len(sheets))
    council, members = panels.prepared(office, dossiers=dossiers)
    panels.in_session(office, council)
    for dossier, totals in zip(dossiers, sheets, strict=True):
        item = item_on(council, dossier)
        for member, total in zip(members, totals, strict=True):
            sheet = panels.scored(queries.sheet_of(item), total)
            panels.cast(member, item, sheet)
    panels.concluded(office, council)
    return dossiers, council, members


def test_each_persons_scores_stand_together_in_an_order_that_tells_nothing(office):
    first = ["90", "88", "91", "85", "70", "92", "89.5"]
    second = ["80", "79", "84", "75", "62", "82", "80"]
    (one, two), _council, _members = judged(office, first, second)
    found = queries.scores_of([one.pk, two.pk])

    assert (found.kind, found.unnamed, found.excluded) == ("points", (), 0)
    assert sorted(given(found)) == sorted(
        [(one.pk, str(Fraction(a))), (two.pk, b)]
        for a, b in zip(first, second, strict=True)
    )
    # In the order of what they gave, not of seats.
    assert [*found.named] == sorted(found.named)
    assert {s.most for rows in found.named for s in rows} == {Fraction(100)}


def test_of_other_dossiers_and_before_the_count_nothing_is_said(office):
    (one, two), _council, _members = judged(office, ["90"] * 7, ["80"] * 7)
    assert given(queries.scores_of([two.pk])) == [[(two.pk, "80")]] * 7
    council, members = panels.prepared(
        office, dossiers=panels.eligible_dossiers(office)
    )
    panels.in_session(office, council)
    item = panels.item_of(council)
    panels.cast(members[0], item, panels.scored(queries.sheet_of(item), "70"))
    assert queries.scores_of([item.dossier_id]) == queries.Scores()
    assert one.pk != item.dossier_id


def test_a_ballot_that_the_rule_leaves_out_is_left_out(office):
    regimes()
    dossier = dossier_under(office, "national_2013", "national_task")
    totals = ["90", "88", "86", "85", "60", "84", "87"]
    scored(office, dossier, totals, panels.NATIONAL_SEATS)
    found = queries.scores_of([dossier.pk])

    assert found.excluded == 1
    assert sorted(points for ((_pk, points),) in given(found)) == [
        "84", "85", "86", "87", "88", "90",
    ]  # fmt: skip


def test_a_sheet_of_somebody_who_was_not_there_at_the_count_is_nobodys(office):
    dossiers = panels.eligible_dossiers(office)
    council, members = panels.prepared(office, dossiers=dossiers)
    panels.in_session(office, council, members[:6])
    item = panels.item_of(council)
    for member, total in zip(
        members, ["90", "80", "70", "75", "77", "85", "1"], strict=True
    ):
        sheet = panels.scored(queries.sheet_of(item), total)
        if member is members[6]:  # written at home, and not there to be counted
            Ballot.objects.create(
                item=item,
                seat=panels.seat_of(council, member),
                state="cast",
                scores=sheet.scores,
                saved_at=panels.OPENING,
                cast_at=panels.OPENING,
            )
        else:
            panels.cast(member, item, sheet)
    panels.concluded(office, council)

    found = queries.scores_of([item.dossier_id])
    assert sorted(points for ((_pk, points),) in given(found)) == [
        "70", "75", "77", "80", "85", "90",
    ]  # fmt: skip


def test_two_sheets_alike_of_which_one_counted_belong_to_nobody_known(office):
    (dossier,), council, members = judged(office, ["90"] * 6 + ["80"])
    item = CouncilItem.objects.get(council=council)
    # As if one of six like sheets had not been in the count, and nobody knew which.
    frozen = item.result
    like = next(b for b in frozen["problem"]["ballots"] if "90" in total_of(frozen, b))
    frozen["problem"]["ballots"].remove(like)
    CouncilItem.objects.filter(pk=item.pk).update(result=frozen)

    found = queries.scores_of([dossier.pk])
    assert found.named == ()
    assert sorted(str(s.points) for s in found.unnamed) == ["80"] + ["90"] * 5
    assert len(members) == 7


def total_of(result, ballot):
    figures = result["figures"]["ballots"]
    return next(b["total"] for b in figures if b["voter"] == ballot["voter"])


def test_secret_ballots_name_nobody_and_stand_alone(office):
    (dossier,) = panels.eligible_dossiers(office)
    council, members = panels.prepared(office, dossiers=[dossier])
    panels.in_session(office, council)
    actions.decide_method(
        actor=office.secretary,
        council_id=council.pk,
        method="secret",
        votes_for=7,
        at=meetings.minute(1),
    )
    item = panels.item_of(council)
    sheet = queries.sheet_of(item)
    meetings.begun(office, item)
    poll = meetings.voting(office, item)
    voters = [
        meetings.voter(
            member,
            poll,
            {f"score-{k}": v for k, v in panels.points(sheet, str(70 + n)).items()},
        )
        for n, member in enumerate(members)
    ]
    for one in voters:
        one.ask()
    for one in voters:
        one.hand_in()
    meetings.closed(office, poll)
    actions.end_item(actor=office.secretary, item_id=item.pk, at=meetings.minute(10))
    panels.concluded(office, council)

    found = queries.scores_of([dossier.pk])
    assert (found.kind, found.named) == ("points", ())
    assert [str(s.points) for s in found.unnamed] == [str(70 + n) for n in range(7)]


def voted(office, switch, votes):
    """A dossier under the decree, as a council of nine voted on it."""
    regimes()
    set_switch(
        actor=SYSTEM,
        regime="nd268_2025",
        switch="sheets_for_productivity",
        value=switch,
        reason="Thử.",
        at=panels.AT,
    )
    dossier = dossier_under(office, "nd268_2025", "innovation_task", answers=INNOVATION)
    council, members = panels.prepared(
        office, dossiers=[dossier], roles=(*REVIEW, "member", "member")
    )
    panels.in_session(office, council)
    item = panels.item_of(council)
    for member, say in zip(members, votes, strict=True):
        parts = {c["id"]: say for c in item.contents} if switch == "items" else {}
        whole = say if switch == "vote" else ""
        panels.cast(member, item, Sheet(votes=parts, vote=whole, opinion="Rõ."))
    panels.concluded(office, council)
    return dossier


def test_a_vote_on_the_whole_is_a_step(office):
    dossier = voted(office, "vote", ["yes"] * 6 + ["no"] * 3)
    found = queries.scores_of([dossier.pk])

    assert found.kind == "votes"
    assert sorted(points for ((_pk, points),) in given(found)) == ["0"] * 3 + ["1"] * 6


def test_votes_on_contents_are_no_score_of_the_dossier(office):
    dossier = voted(office, "items", ["yes"] * 6 + ["no"] * 3)
    assert queries.scores_of([dossier.pk]) == queries.Scores()


@pytest.mark.parametrize(
    ("role", "reads"),
    [
        (Role.OFFICER, True),
        (Role.LEADER, True),
        (Role.AUDITOR, True),
        (Role.FINANCE, False),
        (Role.SECRETARY, False),
        (Role.EXPERT, False),
        (Role.ADMIN, False),
    ],
)
def test_who_reads_named_ballots_may_know_who_is_severe(office, role, reads):
    (dossier,), _council, _members = judged(office, ["90"] * 7)
    assert queries.reads_ballots_of(person(role), [dossier.pk]) is reads


def test_who_must_not_know_of_one_item_reads_no_ballot_of_them(office):
    (one, two), _council, _members = judged(office, ["90"] * 7, ["80"] * 7)
    official = person(Role.OFFICER, member_of=frozenset({two.host_id}))
    assert queries.reads_ballots_of(official, [one.pk])
    assert not queries.reads_ballots_of(official, [one.pk, two.pk])


def test_many_dossiers_cost_no_more_questions(office, django_assert_num_queries):
    dossiers, _council, _members = judged(office, ["90"] * 7, ["80"] * 7, ["70"] * 7)
    queries.scores_of([dossiers[0].pk])
    for some in (dossiers[:1], dossiers):
        with django_assert_num_queries(3):
            queries.scores_of([d.pk for d in some])
