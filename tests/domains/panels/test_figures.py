"""Councils in figures, and what of them everybody may have."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opensti.domains.panels import queries
from opensti.domains.panels.models import Council
from opensti.domains.panels.queries.figures import Figures, suppressed, told
from opensti.domains.registry.models import Person
from opensti.kernel.access import Role
from opensti.kernel.refusals import AccessDenied
from tests.factories import panels as factory
from tests.factories.registry import Organisations, Positions
from tests.factories.tasks import person

ON = factory.AT.date()
YEAR = ON.year


def concluded(office, totals=("80", "80", "80", "80", "80", "80", "90")):
    council, members = factory.prepared(
        office, dossiers=factory.eligible_dossiers(office)
    )
    factory.in_session(office, council)
    item = factory.item_of(council)
    sheet = queries.sheet_of(item)
    for member, total in zip(members, totals, strict=True):
        factory.cast(member, item, factory.scored(sheet, total))
    return factory.concluded(office, council), members


@pytest.mark.django_db
def test_seats_people_spread_and_days_are_counted(office):
    _council, members = concluded(office)
    Person.objects.filter(pk__in=[m.person_id for m in members[:3]]).update(
        gender="female", degree="doctor"
    )
    Person.objects.filter(pk=members[0].person_id).update(academic_title="professor")
    for member in members[:2]:
        Positions.create(
            person_id=member.person_id,
            organisation=Organisations.create(kind="enterprise"),
        )
    found = queries.council_figures(office.officer, on=ON)
    assert found == Figures(
        councils=1,
        seats=7,
        people=7,
        gender=(("", 4), ("female", 3)),
        seniority=(("", 4), ("doctor", 2), ("professor", 1)),
        organisations=(("", 5), ("enterprise", 2)),
        provinces=(("", 7),),
        rotation=(("1", 7),),
        spread=(("2.5", 1),),
        mean_spread=3.5,
        days=(("15", 1),),
        median_days=21,
    )
    assert queries.figure_years(office.officer) == [YEAR]
    for narrow in ({"kind": "cost"}, {"year": YEAR - 1}):
        assert queries.council_figures(office.officer, on=ON, **narrow).councils == 0


@pytest.mark.django_db
def test_an_official_who_is_party_counts_no_council_that_is_hidden(office):
    council, _members = concluded(office)
    host = council.items.get().dossier.host_id
    party = person(Role.OFFICER, member_of=frozenset({host}))
    assert queries.council_figures(party, on=ON).councils == 0
    assert queries.figure_years(party) == []


@pytest.mark.django_db
@pytest.mark.parametrize("role", [Role.EXPERT, Role.APPLICANT])
def test_others_are_refused(role):
    with pytest.raises(AccessDenied):
        queries.council_figures(person(role), on=ON)


@pytest.mark.django_db
def test_everybody_is_told_past_years_of_five_councils_and_more(office):
    concluded(office)
    nothing = Figures(councils=None, seats=None, people=None)
    later = date(YEAR + 1, 1, 1)
    assert queries.public_figures(before=ON, year=YEAR) == nothing
    assert queries.public_figures(before=later, year=YEAR) == nothing
    assert queries.public_figure_years(ON) == []
    assert queries.public_figure_years(later) == [YEAR]
    row = Council.objects.get()
    for _n in range(4):
        row.pk, row.public_id = None, f"copy{_n}"
        row.save(force_insert=True)
    found = queries.public_figures(before=later, year=YEAR)
    assert (found.councils, found.seats, found.gender) == (5, 7, (("", 7),))


@pytest.mark.parametrize(
    ("cells", "shown"),
    [
        ((("a", 9), ("b", 7)), (("a", 9), ("b", 7))),
        ((("a", 9), ("b", 7), ("c", 2)), (("a", 9), ("b", None), ("c", None))),
        ((("a", 9), ("b", 4), ("c", 2)), (("a", 9), ("b", None), ("c", None))),
        # Two cells that are two together are one each: a third must hide them.
        (
            (("a", 9), ("b", 7), ("c", 1), ("d", 1)),
            (("a", 9), ("b", None), ("c", None), ("d", None)),
        ),
        ((("a", 9), ("b", 4), ("c", 4)), (("a", None), ("b", None), ("c", None))),
        ((("a", 3),), (("a", None),)),
        ((), ()),
    ],
)
def test_a_small_cell_is_left_out_and_one_more_that_would_tell_it(cells, shown):
    assert suppressed(cells) == shown


@given(st.lists(st.integers(1, 40), max_size=8))
def test_no_single_cell_can_be_worked_out_from_the_sum(counts):
    cells = tuple((f"c{n}", count) for n, count in enumerate(counts))
    hidden = [
        count
        for count, (_code, shown) in zip(counts, suppressed(cells), strict=True)
        if shown is None
    ]
    assert all(count >= 5 for _c, count in suppressed(cells) if count is not None)
    assert len(hidden) != 1 or len(counts) == 1
    if 0 < len(hidden) < len(counts):
        assert len(hidden) < sum(hidden) >= 5


def test_what_two_published_sums_would_tell_is_not_told():
    """Three people sat once and nine twice is read off twelve people and 21 seats."""
    found = told(
        Figures(
            councils=6,
            seats=21,
            people=12,
            rotation=(("1", 3), ("2", 9)),
            spread=(("2.5", 1),),
            mean_spread=3.5,
        )
    )
    assert (found.seats, found.people, found.rotation) == (21, 12, ())
    assert found.mean_spread is None
    even = Figures(councils=6, seats=20, people=4, rotation=(("5", 4),))
    assert told(even).people is None


def test_fewer_than_five_councils_are_not_told_at_all():
    assert told(Figures(councils=4, seats=30, people=20)) == Figures(
        councils=None, seats=None, people=None
    )
