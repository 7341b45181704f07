"""What acts check before they change anything: the row as it was seen, what was typed.

An act that may be told several wrong things at once collects ``Problem``\\ s and refuses
all of them together (``refuse_if``, ``Faults``); each function here returns those it found.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from opensti.kernel.access import get_visible
from opensti.kernel.money import whole
from opensti.kernel.refusals import Invalid, Problem, Stale, StepNotAllowed

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import date, datetime
    from decimal import Decimal

    from django.db.models import Model, QuerySet

    from opensti.kernel.access import Actor
    from opensti.kernel.refusals import Text

M = TypeVar("M", bound="Model")
NEEDED = _("This is needed.")


def locked_row(
    actor: Actor, rows: QuerySet[M], *, version: int | None = None, **lookup: Any
) -> M:
    """Lock the one row that the person may know of, as it was seen.

    Raises ``NotFound`` or ``Stale``; whether he may act is asked by the caller.
    """
    row = get_visible(actor, rows.select_for_update(of=("self",)), **lookup)
    as_seen(row, version)
    return row


def as_seen(row: Any, version: int | None) -> None:
    """Raise ``Stale`` if the row is another than that of the page (none: do not ask)."""
    if version is not None and row.version != version:
        raise Stale(
            _("Somebody else changed this after you opened the page."),
            mend=_("Look at it as it stands now, then act again."),
        )


def in_state(
    message: Text, state: str, states: Collection[str], label: Text, *, mend: Text = ""
) -> None:
    """Raise ``StepNotAllowed`` unless the state is one of ``states``.

    ``message`` names the thing and has a place for ``%(state)s``.
    """
    if state not in states:
        raise StepNotAllowed(
            str(message) % {"state": label},
            mend=mend or _("Reload the page: it shows what can be done now."),
        )


def keep(row: Any, *fields: str) -> None:
    """Write columns of a row and count its version on."""
    row.version += 1
    row.save(update_fields=[*fields, "version"])


# ---- what was typed


def problem(field: str, message: Text, mend: Text = "") -> Invalid:
    """The refusal of one thing at one field."""
    return Invalid([Problem(field=field, message=message, mend=mend)])


def refuse_if(problems: Sequence[Problem]) -> None:
    """Raise ``Invalid`` with all that was found, if anything was."""
    if problems:
        raise Invalid(problems)


def required(**texts: str) -> dict[str, str]:
    """The texts without blanks around them; ``Invalid`` names those that say nothing."""
    refuse_if(needed(**texts))
    return {name: text.strip() for name, text in texts.items()}


def needed(**given: Any) -> list[Problem]:
    """What must not be empty, and is."""
    return [
        Problem(field=name, message=NEEDED, mend=_("Fill it in; the record keeps it."))
        for name, value in given.items()
        if value is None or (isinstance(value, str) and not value.strip())
    ]


def wanted(field: str, text: str, message: Text, mend: Text = "") -> list[Problem]:
    """A problem in the words of the act where a text says nothing."""
    if text.strip():
        return []
    return [Problem(field=field, message=message, mend=mend)]


def not_later(at: datetime, **days: date | None) -> list[Problem]:
    """What is said to have happened has not happened after today."""
    return [
        Problem(
            field=name,
            message=_("This day has not come yet."),
            mend=_("Enter the day on which it happened."),
        )
        for name, day in days.items()
        if day is not None and day > localdate(at)
    ]


def past_day(
    field: str, day: date | None, at: datetime, *, since: date | None = None
) -> list[Problem]:
    """A problem where a day is missing, has not come, or lies before another."""
    if day is None:
        return needed(**{field: None})
    if late := not_later(at, **{field: day}):
        return late
    return not_before(since, **{field: day}) if since is not None else []


def not_before(since: date, **days: date | None) -> list[Problem]:
    """What follows another thing did not happen before it."""
    return [
        Problem(
            field=name,
            message=_("This day lies before what it rests on: %(day)s.")
            % {"day": f"{since:%d/%m/%Y}"},
            mend=_("Enter the day that stands on the paper."),
        )
        for name, day in days.items()
        if day is not None and day < since
    ]


def in_order(*days: tuple[str, date | None]) -> list[Problem]:
    """Days that must follow each other do."""
    found: list[Problem] = []
    last: date | None = None
    for name, day in days:
        if day is None:
            continue
        if last is not None and day < last:
            found.append(
                Problem(
                    field=name,
                    message=_("This day is before one that must come first."),
                    mend=_("Check the days against the papers."),
                )
            )
        last = day
    return found


def amounts(**given: Decimal | None) -> list[Problem]:
    """What is no amount in whole đồng, from 0 on (``kernel.money.whole``)."""
    found: list[Problem] = []
    for name, amount in given.items():
        try:
            if amount is not None:
                whole(amount, field=name)
        except Invalid as refused:
            found += refused.problems
    return found


class Faults:
    """Collects what is wrong, each at its field, and refuses all of it at once."""

    def __init__(self) -> None:
        self.found: list[Problem] = []

    def add(self, field: str, message: Text, mend: Text = "") -> None:
        self.found.append(Problem(field=field, message=message, mend=mend))

    def needs(self, field: str, text: str, message: Text) -> str:
        """The text without blanks around it; a fault in the act's words if it is empty."""
        self.found += wanted(field, text, message)
        return text.strip()

    def not_later(self, field: str, day: date | None, at: datetime) -> None:
        self.found += not_later(at, **{field: day})

    def not_before(self, field: str, day: date | None, since: date) -> None:
        self.found += not_before(since, **{field: day})

    def amounts(self, **given: Decimal | None) -> None:
        self.found += amounts(**given)

    def refuse(self) -> None:
        refuse_if(self.found)
