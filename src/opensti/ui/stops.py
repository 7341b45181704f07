"""A slider over answers worked out before: what enters and leaves at each stop.

The page works out every stop (a budget at 50 %, 55 % …), this knows only keys of rows
and words. Without script the stop is part of the address.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from opensti.ui.ranked import change_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from opensti.ui.ranked import Change

SHOWN = 20


@dataclass(frozen=True, kw_only=True)
class Stop:
    """One answer: its figures in words, and the keys of the rows inside it.

    ``note`` says what must be known of it, such as why there is no answer.
    """

    value: int
    label: str
    figures: Sequence[str]
    inside: frozenset[str]
    note: str = ""


class Moves(NamedTuple):
    """What the page says of the rows that enter, or that leave."""

    change: str
    title: str
    total: int
    first: Sequence[tuple[str, Any]]
    more: str


@dataclass(frozen=True, kw_only=True)
class Stops:
    """The stops in ascending order, and where the reader stands (``at``).

    ``base`` is the stop that others are compared with. ``names`` says the name of each
    row that enters or leaves anywhere, in the order they are listed. ``marks`` is the
    ``id`` of the ranked list whose rows are marked (by one slider only), ``param`` the name
    in the address.
    Raises ``ValueError`` for stops out of order, one that is not there, figures that do
    not match, and a row without a name.
    """

    id: str
    label: Any
    figures: Sequence[Any]
    stops: Sequence[Stop]
    base: int
    at: int
    names: Mapping[str, Any]
    marks: str = ""
    param: str = "stop"

    def __post_init__(self) -> None:
        values = [stop.value for stop in self.stops]
        if values != sorted(set(values)):
            message = "stops ascend"
            raise ValueError(message)
        for value in (self.base, self.at):
            if value not in values:
                message = f"there is no stop {value}"
                raise ValueError(message)
        if any(len(stop.figures) != len(self.figures) for stop in self.stops):
            message = "every stop has each figure"
            raise ValueError(message)
        moved = {key for stop in self.stops for key in self._moved(stop)}
        if moved - set(self.names):
            message = f"rows without a name: {sorted(moved - set(self.names))}"
            raise ValueError(message)

    @staticmethod
    def asked(raw: str | None, *, stops: Iterable[Stop], base: int) -> int:
        """Return the stop that an address asks for; ``base`` if it asks for none there is."""
        return next((s.value for s in stops if str(s.value) == raw), base)

    @property
    def current(self) -> Stop:
        return self._stop(self.at)

    @property
    def place(self) -> int:
        """Where the reader stands, counted from 0."""
        return [stop.value for stop in self.stops].index(self.at)

    @property
    def top(self) -> Stop:
        return self.stops[-1]

    @property
    def base_label(self) -> str:
        return self._stop(self.base).label

    @property
    def last(self) -> int:
        return len(self.stops) - 1

    @property
    def changes(self) -> dict[str, Change]:
        """What each row does at the current stop, compared with the base."""
        return self._moved(self.current)

    @property
    def moves(self) -> list[Moves]:
        """Which rows enter and which leave, the first of them by name."""
        found = []
        for change, title in (("enters", _("Enter")), ("leaves", _("Leave"))):
            keys = self._keys(self.current, change)
            first = [(key, self.names[key]) for key in keys[:SHOWN]]
            rest = len(keys) - len(first)
            more = self._more() % {"count": rest} if rest else ""
            found.append(Moves(change, title, len(keys), first, more))
        return found

    @property
    def shown(self) -> list[tuple[Any, str]]:
        """The figures of the current stop, each with its name."""
        return list(zip(self.figures, self.current.figures, strict=True))

    @property
    def data_id(self) -> str:
        return f"{self.id}-data"

    @property
    def summary(self) -> str:
        return self._summary(self.current)

    @property
    def data(self) -> dict[str, Any]:
        """What the script reads: rows by their places in ``rows``."""
        moved = {key for stop in self.stops for key in self._moved(stop)}
        keys = [key for key in self.names if key in moved]
        place = {key: n for n, key in enumerate(keys)}
        return {
            "marks": self.marks,
            "param": self.param,
            "base": self.base,
            "shown": SHOWN,
            "words": change_words(),
            "more": self._more(),
            "none": _("No row"),
            "rows": [[key, str(self.names[key])] for key in keys],
            "stops": [
                {
                    "value": stop.value,
                    "label": stop.label,
                    "summary": self._summary(stop),
                    "figures": list(stop.figures),
                    "note": stop.note,
                    **{
                        change: sorted(place[k] for k in self._keys(stop, change))
                        for change in ("enters", "leaves")
                    },
                }
                for stop in self.stops
            ],
        }

    def _more(self) -> str:
        if self.marks:
            return _("and %(count)s more, marked in the list")
        return _("and %(count)s more")

    def _stop(self, value: int) -> Stop:
        return next(stop for stop in self.stops if stop.value == value)

    def _moved(self, stop: Stop) -> dict[str, Change]:
        base = self._stop(self.base).inside
        enters: dict[str, Change] = dict.fromkeys(stop.inside - base, "enters")
        leaves: dict[str, Change] = dict.fromkeys(base - stop.inside, "leaves")
        return enters | leaves

    def _keys(self, stop: Stop, change: str) -> list[str]:
        moved = self._moved(stop)
        return [key for key in self.names if moved.get(key) == change]

    def _summary(self, stop: Stop) -> str:
        enters, leaves = (len(self._keys(stop, c)) for c in ("enters", "leaves"))
        said = [
            f"{stop.label}: "
            + ngettext("%(count)s chosen", "%(count)s chosen", len(stop.inside))
            % {"count": len(stop.inside)},
            ngettext("%(count)s enters", "%(count)s enter", enters) % {"count": enters},
            ngettext("%(count)s leaves", "%(count)s leave", leaves) % {"count": leaves},
        ]
        return ", ".join(said)
