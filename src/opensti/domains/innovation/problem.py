"""Ideas → the index that compares them; only ever those of one organisation.

Importing this takes a second (compiled loops): only who compares does so.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sti_methods.similarity import Index, Record

from opensti.domains.innovation.models import Idea, Likeness

if TYPE_CHECKING:
    from collections.abc import Sequence

    from opensti.domains.innovation.models import Initiative


def like(
    new: Sequence[Idea],
    *,
    ideas: Sequence[Idea],
    initiatives: Sequence[Initiative],
    least: float,
    most: int,
) -> list[Likeness]:
    """What each new idea is like: at most ``most`` things of at least this probability.

    A pair of two new ideas stands once, at the later. Cost: 0.1 ms an idea to build, 6 ms
    a comparison.
    """
    index = Index([*map(_of_idea, ideas), *map(_of_initiative, initiatives)])
    found = []
    for row in new:
        matches = sorted(
            index.rank(_of_idea(row), top=2 * most), key=lambda one: -one.probability
        )
        # An initiative that began with this idea is alike by intention.
        kept = [
            one
            for one in matches
            if one.probability >= least
            and one.id != f"initiative {row.initiative_id}"
            and not (one.id.startswith("idea") and int(one.id.split()[1]) >= row.pk)
        ]
        for one in kept[:most]:
            kind, number = one.id.split()
            found.append(
                Likeness(
                    idea=row,
                    other_id=int(number) if kind == "idea" else None,
                    initiative_id=int(number) if kind == "initiative" else None,
                    probability=one.probability,
                )
            )
    return found


def _of_idea(row: Idea) -> Record:
    return Record(id=f"idea {row.pk}", title=row.title, abstract=row.text)


def _of_initiative(row: Initiative) -> Record:
    return Record(id=f"initiative {row.pk}", title=row.title, abstract=row.text)
