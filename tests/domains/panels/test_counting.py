"""From ballots to a conclusion: what the councils say, and what is kept of it."""

from __future__ import annotations

from decimal import Decimal

import pytest

from opensti.domains.panels.models import Ballot, CouncilItem
from opensti.domains.panels.queries import sheet_of
from tests.factories import panels

pytestmark = pytest.mark.django_db


def determination(office, roles, *, votes, kind="ministry_task", present=None):
    """A council on one order in which as many as said vote yes, the others no."""
    council, members = panels.prepared(
        office,
        roles=roles,
        orders=[panels.old_order(office, kind=kind)],
        kind="determination",
    )
    there = members if present is None else [members[i] for i in present]
    panels.in_session(office, council, there)
    for number, member in enumerate(there):
        panels.voted(member, panels.item_of(council), "yes" if number < votes else "no")
    panels.concluded(office, council)
    return panels.item_of(council)


NINE = ("chair", "vice", "secretary", *["member"] * 6)


def test_five_of_six_present_and_of_nine_is_proposed(office):
    item = determination(office, NINE, votes=5, present=[0, 1, 2, 3, 4, 5])

    assert item.outcome == "proposed"
    assert item.order.case.state == "determined"


def score(office, totals, **said):
    (dossier,) = panels.eligible_dossiers(office)
    council, members = panels.prepared(office, dossiers=[dossier], **said)
    panels.in_session(office, council)
    item = panels.item_of(council)
    for member, total in zip(members, totals, strict=True):
        panels.cast(member, item, panels.scored(sheet_of(item), total))
    panels.concluded(office, council)
    return panels.item_of(council)


def test_the_grant_council_proposes_a_dossier_with_a_mean_of_seventy(office):
    item = score(office, ["70", "70", "70", "70", "70", "70", "70"])

    assert (item.outcome, item.mean, item.rank) == ("proposed", Decimal("70.0000"), 1)
    item.dossier.case.refresh_from_db()
    assert item.dossier.case.state == "reviewed"


def test_a_mean_below_seventy_is_not_proposed(office):
    item = score(office, ["70", "70", "70", "70", "70", "70", "69.5"])

    assert item.outcome == "not_proposed"
    assert item.mean == Decimal("69.93")


def test_the_kept_result_names_nobody(office):
    item = score(office, ["90", "88", "86", "85", "80", "84", "87"])

    kept = item.result["problem"]
    assert sorted(b["voter"] for b in kept["ballots"]) == list("1234567")
    assert {frozenset(b) for b in kept["ballots"]} == {
        frozenset({"voter", "points", "votes", "vote"})
    }
    assert Ballot.objects.count() == 7
    assert CouncilItem.objects.count() == 1
