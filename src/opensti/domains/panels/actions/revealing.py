"""What the count opens: closed urns, and the commitments of sheets handed in before."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from opensti.domains.panels.actions.balloting import as_committed
from opensti.domains.panels.choices import BallotMethod, BallotState, PollState
from opensti.domains.panels.models import Poll
from opensti.domains.panels.queries import council_subject, meeting_of
from opensti.kernel.record.queries import openings
from opensti.kernel.refusals import Invalid, Problem, StepNotAllowed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from opensti.domains.panels.models import Council, CouncilItem
    from opensti.kernel.record.queries import Opening


def secret_polls(council: Council, items: Sequence[CouncilItem]) -> dict[int, Poll]:
    """The closed vote of each item, where the council votes secretly."""
    closed = {
        p.item_id: p
        for p in Poll.objects.filter(
            item__council=council, state=PollState.CLOSED
        ).order_by("pk")
    }
    if meeting_of(council).method == BallotMethod.OPEN:
        return {}
    problems = [
        Problem(
            field="ballots",
            message=_("Item %(number)d: there is no closed secret vote.")
            % {"number": number},
            mend=_("Begin the item, open the vote and close it."),
        )
        for number, item in enumerate(items, start=1)
        if item.pk not in closed
    ]
    if problems:
        raise Invalid(problems)
    return closed


@dataclass(frozen=True, kw_only=True)
class Reveal:
    """The opening of one sheet's commitment at the count."""

    position: int
    salt: str


def reveal(council: Council, items: Sequence[CouncilItem]) -> dict[int, list[Reveal]]:
    """Open the commitments made when sheets were handed in, and compare the sheets.

    A sheet that is not what was committed to stops the count: somebody changed it
    behind the program's back.
    """
    last: dict[tuple[str, int], Opening] = {}
    for entry in openings(council_subject(council.public_id), "panels.cast_ballot"):
        if "person" in entry.secret and "sheet" in entry.secret:
            last[entry.detail["item"], entry.secret["person"]] = entry
    people = dict(council.seats.values_list("pk", "person_id"))
    found: dict[int, list[Reveal]] = {}
    for item in items:
        for ballot in item.ballots.all():
            if ballot.state != BallotState.CAST:
                continue
            handed = last.get((item.public_id, people[ballot.seat_id]))
            if handed is None:
                continue  # erased by law since: nothing is left to compare with
            if not handed.holds or handed.secret["sheet"] != as_committed(ballot):
                raise StepNotAllowed(
                    _(
                        "A sheet is not the one that was handed in: the record says otherwise."
                    ),
                    mend=_(
                        "Have the record checked (opensti log check) and the member "
                        "hand in again."
                    ),
                )
            found.setdefault(item.pk, []).append(
                Reveal(position=handed.position, salt=handed.salts["sheet"])
            )
    return found
