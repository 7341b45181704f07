"""Which flags are asked, and by which thresholds; read from a mapping of plain values."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

FLAGS = (
    "R003", "R018", "R024", "R025", "R028", "R030", "R035", "R036", "R038", "R048", "R058",
)  # fmt: skip
# Sections of a settings file of Cardinal that prepare data before flags are asked.
PREPARING = frozenset({"defaults", "redactions", "corrections", "modifications"})
# Largest threshold and most digits: beyond, a slip of the hand.
MOST = 10**9


@dataclass(frozen=True)
class Problem:
    """What is wrong at a place.

    ``unknown`` (``known`` lists what may stand there), ``section`` (options belong below),
    ``both`` (``known`` has the option that excludes it), ``none`` (no flag is asked); else what its value must be:
    ``whole`` from 0 on, ``positive``, ``percentile``, ``share`` (a number from 0 on), ``text``.
    """

    place: tuple[str, ...]
    code: str
    stated: str = ""
    known: tuple[str, ...] = ()


class BadSettings(ValueError):  # noqa: N818 -- a refusal of the input, told by place
    """Settings that cannot be used, with every problem found."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__(", ".join(f"{'.'.join(p.place)}: {p.code}" for p in problems))
        self.problems = problems


@dataclass(frozen=True, kw_only=True)
class Period:
    """R003: fewer whole days than ``threshold`` are short.

    ``procurement_method_details`` has other thresholds by that field of the tender;
    ``procurement_methods`` asks the flag of these alone, empty of all.
    """

    threshold: int = 15
    procurement_methods: frozenset[str] = frozenset()
    procurement_method_details: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Single:
    """R018: the methods in which bidders compete."""

    procurement_methods: frozenset[str] = frozenset({"open", "selective"})


@dataclass(frozen=True, kw_only=True)
class Fence:
    """R024, R058: a fence in place of the one that the data give."""

    threshold: Fraction | None = None


@dataclass(frozen=True, kw_only=True)
class Losing:
    """R025: who has at least the ``percentile`` (0 to 100) of bids is a top bidder."""

    percentile: int = 75
    threshold: Fraction | None = None


@dataclass(frozen=True, kw_only=True)
class Plain:
    """R028, R030, R036: nothing to set."""


@dataclass(frozen=True, kw_only=True)
class Alone:
    """R035: at least so many others were disqualified (1 or more)."""

    threshold: int = 1


@dataclass(frozen=True, kw_only=True)
class Disqualified:
    """R038. Both minimums are compared with bids: those made, and those received.

    The published text speaks of contracting processes for the second; the published
    expected outputs count bids, and these are followed.
    """

    threshold: Fraction | None = None
    minimum_submitted_bids: int = 2
    minimum_contracting_processes: int = 2


@dataclass(frozen=True, kw_only=True)
class Variety:
    """R048: ``digits`` of a code tell its first level."""

    threshold: int | None = None
    digits: int = 2
    minimum_contracting_processes: int = 20


KINDS: dict[str, type] = {
    "R003": Period, "R018": Single, "R024": Fence, "R025": Losing, "R028": Plain,
    "R030": Plain, "R035": Alone, "R036": Plain, "R038": Disqualified, "R048": Variety,
    "R058": Fence,
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What is asked. ``flags`` has the options of each flag that is; others are not asked.

    ``currency`` is the one in which prices are compared; without it, the only one there is.
    """

    flags: Mapping[str, Any] = field(
        default_factory=lambda: {name: KINDS[name]() for name in FLAGS}
    )
    currency: str | None = None
    price_comparison_procurement_methods: frozenset[str] = frozenset()
    no_price_comparison_procurement_methods: frozenset[str] = frozenset()
    excluded_details: frozenset[str] = frozenset()

    def compares_prices(self, details: str | None) -> bool:
        """Whether prices compete under this procurement method."""
        if self.price_comparison_procurement_methods:
            return details in self.price_comparison_procurement_methods
        return details not in self.no_price_comparison_procurement_methods


def _whole(least: int, most: int = MOST) -> Callable[[Any], int | None]:
    def read(stated: Any) -> int | None:
        if type(stated) is str and stated.isascii() and stated.isdigit():
            stated = int(stated) if len(stated) <= len(str(MOST)) else None
        return stated if type(stated) is int and least <= stated <= most else None

    return read


def _share(stated: Any) -> Fraction | None:
    """A decimal number from 0 on."""
    if type(stated) not in (int, float, str, Decimal):
        return None
    try:
        value = Decimal(str(stated))
    except InvalidOperation:
        return None
    if not value.is_finite() or not 0 <= value <= MOST or abs(value.adjusted()) > 20:  # noqa: PLR2004 -- digits, not a measure
        return None
    return Fraction(value)


def _texts(stated: Any) -> frozenset[str] | None:
    """Texts of a list, or of one text parted by ``|``."""
    if isinstance(stated, str):
        stated = stated.split("|")
    if not isinstance(stated, list) or not all(isinstance(s, str) for s in stated):
        return None
    return frozenset(s.strip() for s in stated if s.strip())


READERS: dict[tuple[str, str], tuple[str, Callable[[Any], Any]]] = {
    ("R003", "threshold"): ("whole", _whole(0)),
    ("R003", "procurement_methods"): ("text", _texts),
    ("R018", "procurement_methods"): ("text", _texts),
    ("R024", "threshold"): ("share", _share),
    ("R025", "percentile"): ("percentile", _whole(0, 100)),
    ("R025", "threshold"): ("share", _share),
    ("R035", "threshold"): ("positive", _whole(1)),
    ("R038", "threshold"): ("share", _share),
    ("R038", "minimum_submitted_bids"): ("positive", _whole(1)),
    ("R038", "minimum_contracting_processes"): ("positive", _whole(1)),
    ("R048", "threshold"): ("positive", _whole(1)),
    ("R048", "digits"): ("positive", _whole(1)),
    ("R048", "minimum_contracting_processes"): ("positive", _whole(1)),
    ("R058", "threshold"): ("share", _share),
}
PRICES = ("price_comparison_procurement_methods", "no_price_comparison_procurement_methods")  # fmt: skip
TOP = ("currency", *PRICES)
BY_DETAILS = "procurement_method_details"


def settings_of(data: Mapping[str, Any]) -> Settings:
    """Settings from sections by name, each a mapping; options of the top beside them.

    ``{"currency": "VND", "R003": {"threshold": 10}, "R018": None}`` asks two flags. Raises
    ``BadSettings`` with every problem: what is unknown is refused, never passed over.
    """
    problems: list[Problem] = []
    flags: dict[str, Any] = {}
    top: dict[str, Any] = {}
    for name, stated in data.items():
        if name in KINDS:
            flags[name] = _options(name, stated, problems)
        elif name == "exclusions":
            top["excluded_details"] = _exclusions(stated, problems)
        elif name == "currency":
            if not isinstance(stated, str) or not stated.strip():
                problems.append(Problem((name,), "text", str(stated)))
            else:
                top[name] = stated.strip()
        elif name in PRICES:
            top[name] = _read((name,), "text", _texts, stated, problems) or frozenset()
        elif name not in PREPARING and not name.startswith("codelists"):
            known = (*TOP, "exclusions", *FLAGS)
            problems.append(Problem((name,), "unknown", known=known))
    _together(flags, top, problems)
    if problems:
        raise BadSettings(problems)
    return Settings(flags={n: flags[n] for n in FLAGS if n in flags}, **top)


def _together(
    flags: Mapping[str, Any], top: Mapping[str, Any], problems: list[Problem]
) -> None:
    """Note what is wrong with settings each of which may be right."""
    if not flags and not problems:
        problems.append(Problem((), "none", known=FLAGS))
    if all(top.get(name) for name in PRICES):
        problems.append(Problem((PRICES[1],), "both", known=(PRICES[0],)))


def _read(
    place: tuple[str, ...],
    code: str,
    reader: Callable[[Any], Any],
    stated: Any,
    problems: list[Problem],
) -> Any:
    found = reader(stated)
    if found is None:
        problems.append(Problem(place, code, str(stated)))
    return found


def _options(name: str, stated: Any, problems: list[Problem]) -> Any:
    kind = KINDS[name]
    if stated not in (None, "") and not isinstance(stated, dict):
        problems.append(Problem((name,), "section", str(stated)))
        return kind()
    names = tuple(one.name for one in fields(kind))
    found: dict[str, Any] = {}
    for option, value in (stated or {}).items():
        place = (name, str(option))
        if (name, option) in READERS:
            code, reader = READERS[name, option]
            found[option] = _read(place, code, reader, value, problems)
        elif option in names and isinstance(value, dict):
            found[option] = {
                str(key): _read((*place, str(key)), "whole", _whole(0), days, problems)
                for key, days in value.items()
            }
        elif option in names:
            problems.append(Problem(place, "section", str(value)))
        else:
            problems.append(Problem(place, "unknown", known=names))
    return kind(**found)


def _exclusions(stated: Any, problems: list[Problem]) -> frozenset[str]:
    if stated in (None, ""):
        return frozenset()
    if not isinstance(stated, dict):
        problems.append(Problem(("exclusions",), "section", str(stated)))
        return frozenset()
    found: frozenset[str] = frozenset()
    for option, value in stated.items():
        place = ("exclusions", str(option))
        if option != BY_DETAILS:
            problems.append(Problem(place, "unknown", known=(BY_DETAILS,)))
            continue
        found = _read(place, "text", _texts, value, problems) or frozenset()
    return found
