from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st
from sti_methods.similarity import Index, Record, all_salami, salami

MILLS = (
    "Wireless sensors measure the vibration of bearings in cement mills. Their spectrum tells two "
    "days before a bearing fails. The shift leader reads it on one screen."
)
KILNS = (
    "Infrared cameras watch the shell of rotary kilns along its length. Hot spots reveal worn "
    "bricks weeks before the shell deforms. A relining plan follows from the maps."
)
FANS = (
    "Fans and blowers are balanced in place by a laser rig. Two fitters carry it up the tower "
    "and finish a fan within one shift. Energy use falls by a tenth."
)
PARTS = (MILLS, KILNS, FANS)
WORK = Record(
    id="work",
    title="Maintenance of cement plants",
    abstract=" ".join(PARTS),
    people=("Nguyễn Văn An",),
    organisations=("Institute of Machines",),
    year=2020,
)
SLICES = [
    replace(WORK, id=f"slice {n}", title=title, abstract=part, year=2020 + n)
    for n, (title, part) in enumerate(
        zip(("Mill bearings", "Kiln shells", "Tower fans"), PARTS, strict=True)
    )
]
OTHER = replace(
    WORK,
    id="other",
    title="Feed for shrimps",
    abstract="Shrimp ponds suffer from stale pellets every winter. Mills press soy and grain.",
)


def test_a_work_that_its_team_cut_in_three_is_put_together_again():
    records = [WORK, OTHER, *SLICES]
    told = salami(Index(records), WORK, records)
    assert told.work == "work"
    assert {s.id for s in told.slices} == {s.id for s in SLICES}
    assert told.covered > 0.9
    assert sum(s.adds for s in told.slices) == told.covered
    for part in told.slices:
        assert part.people == ("Nguyễn Văn An",)
        assert part.organisations == ("Institute of Machines",)
        assert part.inside > 0.9
        assert part.of_work < 0.5
        assert {p.query.text in WORK.abstract for p in part.passages} == {True}
    assert list(all_salami(Index(records), records)) == [told]
    assert list(all_salami(Index(records), records, of={"other"})) == []


def test_other_teams_copies_and_a_single_part_are_no_salami():
    stranger = {"people": ("Le Binh",), "organisations": ("Another House",)}
    for others in (
        [replace(s, **stranger) for s in SLICES],
        SLICES[:1],
        [replace(WORK, id="copy"), replace(WORK, id="again")],
        [replace(SLICES[0], id="one"), replace(SLICES[0], id="two")],
        [WORK, OTHER],
    ):
        assert salami(Index([WORK, *others[1:]]), WORK, others) is None


def test_a_work_without_words_is_not_cut():
    assert salami(Index([WORK]), Record(id="empty", title="of the"), SLICES) is None


@given(st.permutations([*SLICES, OTHER]))
def test_the_order_of_the_others_makes_no_difference(others):
    index = Index([WORK, *SLICES, OTHER])
    assert salami(index, WORK, others) == salami(index, WORK, [*SLICES, OTHER])
