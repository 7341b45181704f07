"""The rest days of one year as an administrator enters them, and as a file says them."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from opensti.kernel.periods import vietnam_data
from opensti.kernel.refusals import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

FIRST, LAST = 2014, 2100
Holiday = tuple[date, str]
Swap = tuple[date, date]


def year_from(content: Mapping[str, Any]) -> dict[str, Any]:
    """What was kept of a year, with its days as days."""
    return {
        **content,
        "holidays": [
            {**h, "day": date.fromisoformat(h["day"])} for h in content["holidays"]
        ],
        "swaps": [
            {key: date.fromisoformat(day) for key, day in swap.items()}
            for swap in content["swaps"]
        ],
    }


def year_content(
    *, source: str, verified: bool, holidays: Sequence[Holiday], swaps: Sequence[Swap]
) -> dict[str, Any]:
    """The same year in plain text, to be kept; V only if the official text was read."""
    return {
        "mark": "V" if verified else "S",
        "source": source,
        "holidays": [{"day": d.isoformat(), "name": n} for d, n in sorted(holidays)],
        "swaps": [
            {"rest": off.isoformat(), "work": on.isoformat()}
            for off, on in sorted(swaps)
        ],
    }


def known_names() -> dict[str, dict[str, str]]:
    """What a rest day can be called, in both languages."""
    names: dict[str, dict[str, str]] = vietnam_data()["names"]
    return names


def announced_names() -> tuple[list[str], str, str]:
    """The holidays whose days no rule tells; with the mark and the source of that."""
    gap = vietnam_data()["announced"]
    return gap["names"], gap["mark"], gap["source"]


def year_problems(
    *, year: int, source: str, holidays: Sequence[Holiday], swaps: Sequence[Swap]
) -> Iterator[Problem]:
    """Everything that keeps a year from being entered, and where."""
    if not FIRST <= year <= LAST:
        yield Problem(
            field="year",
            message=_("%(year)d is no year of this calendar.") % {"year": year},
            mend=_("Enter a year from %(first)d to %(last)d.")
            % {"first": FIRST, "last": LAST},
        )
    if not source.strip():
        yield Problem(
            field="source",
            message=_("A year needs the announcement it rests on."),
            mend=_("Enter number, date and issuer of the paper."),
        )
    yield from _faulty_holidays(year, holidays)
    yield from _faulty_swaps(year, holidays, swaps)


def _faulty_holidays(year: int, holidays: Sequence[Holiday]) -> Iterator[Problem]:
    names = known_names()
    days = [day for day, _name in holidays]
    for day, name in holidays:
        if day.year != year or days.count(day) > 1 or name not in names:
            yield Problem(
                field="holidays",
                message=_("%(day)s “%(name)s” cannot be a rest day of %(year)d.")
                % {"day": day.isoformat(), "name": name, "year": year},
                mend=_("Each day of the year once, with one of: %(names)s.")
                % {"names": ", ".join(names)},
            )
    given = {name for _day, name in holidays}
    for name in vietnam_data()["yearly"]:
        if name not in given:
            yield Problem(
                field="holidays",
                message=_("There is no day for “%(name)s”.") % {"name": name},
                mend=_("Every year has it by the Labour Code: add its days."),
            )


def _faulty_swaps(
    year: int, holidays: Sequence[Holiday], swaps: Sequence[Swap]
) -> Iterator[Problem]:
    weekend = set(vietnam_data()["weekend"])
    resting = {day for day, _name in holidays}
    seen: set[date] = set()
    for off, on in swaps:
        possible = (
            off.isoweekday() not in weekend
            and on.isoweekday() in weekend
            and off.year == year
            and off not in resting
            and on not in resting
            and not seen & {off, on}
        )
        seen |= {off, on}
        if not possible:
            yield Problem(
                field="swaps",
                message=_("%(rest)s for %(work)s is no swap of working days.")
                % {"rest": off.isoformat(), "work": on.isoformat()},
                mend=_(
                    "First a working day of the year that is given up, then the "
                    "Saturday or Sunday that is worked for it; each day once."
                ),
            )
