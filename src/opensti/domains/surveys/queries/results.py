"""What a wave came to, read from its frozen tables; and what became of the wave before."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from opensti.domains.surveys.choices import SIZES
from opensti.domains.surveys.models import Declined, Outcome
from opensti.domains.surveys.queries.asking import instrument_of
from opensti.domains.surveys.queries.waves import wave
from opensti.kernel.access import PUBLIC, get_visible, visible

if TYPE_CHECKING:
    from collections.abc import Mapping

    from opensti.domains.surveys.models import Wave
    from opensti.domains.surveys.queries.asking import Instrument
    from opensti.kernel.access import Actor

Line = dict[str, str]
NEEDS = "needs.csv"


@lru_cache(maxsize=256)
def _parsed(text: str) -> tuple[Mapping[str, str], ...]:
    return tuple(csv.DictReader(io.StringIO(text, newline="")))


def table_in(told: Outcome, name: str) -> list[Line]:
    """The rows of a frozen table, as text."""
    return [dict(one) for one in _parsed(told.public[name])]


def needs_in(told: Outcome) -> list[Line]:
    """What is recommended: a row for each economy and programme."""
    return table_in(told, NEEDS)


def outcome(actor: Actor, row: Wave) -> Outcome:
    """What a wave came to; ``NotFound`` until it is analysed, or where it is hidden. 1 query."""
    return get_visible(actor, Outcome.objects.all(), wave=row)


def declined_in(actor: Actor, row: Wave) -> dict[tuple[str, str], Declined]:
    """Recommendations that the organiser declined, by economy and programme. 1 query."""
    found = visible(actor, Declined.objects.filter(wave=row))
    return {(one.economy, one.programme): one for one in found}


@dataclass(frozen=True, kw_only=True)
class Change:
    """A recommendation in two waves: ``gone``, ``new`` or ``still`` there.

    Seats before and now; None where they are kept back or there are none.
    """

    economy: str
    programme: str
    kind: str
    before: int | None
    now: int | None


def changes_since(actor: Actor, row: Wave, told: Outcome) -> list[Change]:
    """What was recommended in the wave before and whether it still is. 1 query, or none.

    Both waves asked the same version of the framework; an economy that took part in one of
    them alone says nothing about change and is left out. A need that is kept back is there.
    """
    if row.previous_id is None:
        return []
    found = visible(actor, Outcome.objects.filter(wave_id=row.previous_id)).first()
    if found is None:
        return []
    before, now = (
        {(n["economy"], n["programme"]): n for n in needs_in(one)}
        for one in (found, told)
    )
    both = _economies(found) & _economies(told)
    return [
        Change(
            economy=key[0],
            programme=key[1],
            kind="still" if key in before and key in now else "gone" if key in before else "new",
            before=_seats(before.get(key)),
            now=_seats(now.get(key)),
        )
        for key in sorted({*before, *now})
        if key[0] in both
    ]  # fmt: skip


def _economies(told: Outcome) -> set[str]:
    return {one["economy"] for one in table_in(told, "cells.csv")}


def _seats(line: Line | None) -> int | None:
    return int(line["seats"]) if line and line["seats"] else None


@dataclass(frozen=True, kw_only=True)
class ToldWave:
    """All that is told of a wave: its frozen tables by name, and what was decided on them."""

    wave: Wave
    outcome: Outcome
    instrument: Instrument
    tables: Mapping[str, list[Line]]
    declined: Mapping[tuple[str, str], Declined]
    changes: list[Change]

    def size(self, code: str) -> str:
        """A class of sizes in words."""
        return str(dict(SIZES).get(code, code))


def told_wave(actor: Actor, public_id: str) -> ToldWave:
    """What a wave came to, for a page; ``NotFound`` until it is analysed or published.

    At most 4 queries.
    """
    row = wave(actor, public_id)
    found = outcome(actor, row)
    return ToldWave(
        wave=row,
        outcome=found,
        instrument=instrument_of(row),
        tables={name: table_in(found, name) for name in found.public},
        declined=declined_in(actor, row),
        changes=changes_since(actor, row, found),
    )


def published_outcome(row: Wave) -> Outcome:
    """The same for everybody."""
    return outcome(PUBLIC, row)
