"""Growth of labour productivity split into growth within sectors and shifts between them.

Five conventions, which answer differently (docs/methods/productivity.md); every answer
says which one it is, what was left out, and whether the conventions disagree in sign.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sti_methods.productivity.asking import (
    Asking,
    Uncounted,
    each_answered,
    of_version,
)
from sti_methods.productivity.cautions import disagreeing, tiny_sectors, totals_among
from sti_methods.productivity.economy import Economy
from sti_methods.productivity.links import chained, tornqvist, two_years
from sti_methods.productivity.plain import (
    VERSION,
    Caution,
    Faulty,
    plain,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sti_methods.productivity.links import Split

__all__ = [
    "CONVENTIONS",
    "Decomposition",
    "SectorPart",
    "ShiftShare",
    "decompose",
]

CONVENTIONS = ("mr", "three", "midpoint", "tornqvist", "chained")


@dataclass(frozen=True, kw_only=True)
class SectorPart:
    """What one sector adds: in the unit of the answer's ``within``, and in %/yr.

    Shares of employment and productivity over the whole's (None: nobody works there) at
    both ends; ``dropped``: a part of it could not be counted.
    """

    sector: str
    within: float
    between: float
    rate_within: float
    rate_between: float
    share_first: float
    share_last: float
    relative_first: float | None
    relative_last: float | None
    dropped: bool = False


@dataclass(frozen=True, kw_only=True)
class Decomposition:
    """Growth of labour productivity of one unit, split by one convention.

    ``within`` + ``between`` (+ ``dynamic``) = ``total``: value added per unit of labour
    for ``mr``, ``three``, ``midpoint``; log points summed over the years for ``chained``
    and ``tornqvist``. ``rate_within`` + ``rate_between`` = ``rate_total``, in %/yr:
    geometric for the first three, logarithmic for the other two. In ``three``,
    ``rate_between`` counts both shifts and ``rate_dynamic`` is the dynamic part of it.
    ``scale`` is 1 unless terms were dropped and the rest was scaled to the whole.
    """

    unit: str
    convention: str
    first: int
    last: int
    exclude: tuple[str, ...]
    within: float
    between: float
    dynamic: float | None
    total: float
    rate_within: float
    rate_between: float
    rate_dynamic: float | None
    rate_total: float
    scale: float
    residual: float
    sectors: tuple[SectorPart, ...]
    cautions: tuple[Caution, ...]
    inputs: str
    method: str = "shift_share"
    version: str = VERSION

    def to_plain(self) -> dict[str, Any]:
        """Plain data for JSON."""
        told = {name: getattr(self, name) for name in self.__dataclass_fields__}
        told["sectors"] = [vars(one) for one in self.sectors]
        told["cautions"] = [one.to_plain() for one in self.cautions]
        found: dict[str, Any] = plain(told)
        return found

    @classmethod
    def from_plain(cls, told: Mapping[str, Any]) -> Decomposition:
        """The decomposition that ``to_plain`` told."""
        rest = dict(told)
        rest["exclude"] = tuple(told["exclude"])
        rest["sectors"] = tuple(SectorPart(**one) for one in told["sectors"])
        rest["cautions"] = tuple(Caution.from_plain(one) for one in told["cautions"])
        return cls(**rest)


def decompose(
    *,
    economy: Economy,
    convention: str,
    first: int,
    last: int,
    exclude: tuple[str, ...] = (),
) -> Decomposition:
    """Split the growth of labour productivity of one unit between two years.

    Parameters
    ----------
    convention
        ``mr``: shares of the first year, productivity of the last (McMillan & Rodrik
        2011); ``three``: within, static and dynamic shift; ``midpoint``: means of both
        years; ``tornqvist``: logs with mean nominal shares (Stiroh 2002), linked over each
        year; ``chained``: midpoint from year to year in logs.
    exclude
        Sectors left out, of the whole as well.

    Raises ``Faulty``: ``convention``; ``order`` (first is not before last); ``year`` (no
    such year); ``missing`` (a cell is not known: sector, year, column); ``no_workers``
    (``chained`` and ``tornqvist`` have no logarithm of 0); ``not_positive`` (the whole, or
    for ``tornqvist`` a sector); ``nothing_left`` (what can be counted adds up to nothing);
    ``residual`` (parts miss the whole by 10⁻⁹ of it). O(years x sectors).
    """
    if convention not in CONVENTIONS:
        raise Faulty("convention", convention=convention)
    if first >= last:
        raise Faulty("order", first=first, last=last)
    counted = economy.without(exclude)
    split = _split(counted, convention, first, last)
    others: dict[str, Split] = {}
    for other in CONVENTIONS:
        if other == convention:
            others[other] = split
            continue
        try:
            others[other] = _split(counted, other, first, last)
        except Faulty:  # it cannot be counted, so it cannot disagree
            continue
    cautions = (
        *split.cautions,
        *tiny_sectors(counted, split.years),
        *totals_among(counted, split.years),
        *disagreeing(others),
    )
    return _told(counted, split, convention, first, last, exclude, cautions)


def _split(economy: Economy, convention: str, first: int, last: int) -> Split:
    if convention == "chained":
        return chained(economy=economy, first=first, last=last)
    if convention == "tornqvist":
        return tornqvist(economy=economy, first=first, last=last)
    return two_years(economy=economy, convention=convention, first=first, last=last)


def _told(  # noqa: PLR0917 -- what the answer is made of
    economy: Economy,
    split: Split,
    convention: str,
    first: int,
    last: int,
    exclude: tuple[str, ...],
    cautions: tuple[Caution, ...],
) -> Decomposition:
    within, between = float(split.within.sum()), float(split.between.sum())
    dynamic = None if split.dynamic is None else float(split.dynamic.sum())
    shifts = split.between if split.dynamic is None else split.between + split.dynamic
    rate = split.rate
    share, relative = split.share, split.relative
    return Decomposition(
        unit=economy.unit,
        convention=convention,
        first=first,
        last=last,
        exclude=exclude,
        within=within,
        between=between,
        dynamic=dynamic,
        total=within + between + (dynamic or 0.0),
        rate_within=within * rate,
        rate_between=float(shifts.sum()) * rate,
        rate_dynamic=None if dynamic is None else dynamic * rate,
        rate_total=split.rate_total,
        scale=split.scale,
        residual=split.residual,
        sectors=tuple(
            SectorPart(
                sector=name,
                within=float(split.within[i]),
                between=float(shifts[i]),
                rate_within=float(split.within[i] * rate),
                rate_between=float(shifts[i] * rate),
                share_first=float(share[0, i]),
                share_last=float(share[1, i]),
                relative_first=plain(float(relative[0, i])),
                relative_last=plain(float(relative[1, i])),
                dropped=bool(split.dropped[i]),
            )
            for i, name in enumerate(economy.sectors)
        ),
        cautions=cautions,
        inputs=economy.digest,
    )


@dataclass(frozen=True, kw_only=True)
class ShiftShare(Asking):
    """A question about many units, frozen so that it can be asked again to the byte."""

    economies: tuple[Economy, ...]
    convention: str
    first: int
    last: int
    exclude: tuple[str, ...] = ()
    method: str = field(default="shift_share", init=False)
    version: str = field(default=VERSION, init=False)

    def solve(self) -> tuple[tuple[Decomposition, ...], tuple[Uncounted, ...]]:
        """The answers, and the units without one, in the order of the units.

        Raises ``Faulty`` ``convention`` or ``order``: then no unit has an answer.
        """
        return each_answered(
            self.economies,
            lambda economy: (
                decompose(
                    economy=economy,
                    convention=self.convention,
                    first=self.first,
                    last=self.last,
                    exclude=self.exclude,
                ),
            ),
            of_question=frozenset({"convention", "order"}),
        )

    def to_plain(self) -> dict[str, Any]:
        """Plain data for JSON: method, version, parameters, inputs."""
        return {
            "method": self.method,
            "version": self.version,
            "parameters": {
                "convention": self.convention,
                "first": self.first,
                "last": self.last,
                "exclude": list(self.exclude),
            },
            "economies": [one.to_plain() for one in self.economies],
        }

    @classmethod
    def from_plain(cls, told: Mapping[str, Any]) -> ShiftShare:
        """The question that ``to_plain`` told. Raises ``Faulty`` ``version`` for another's."""
        asked = of_version(told, method="shift_share", version=VERSION)
        return cls(
            economies=tuple(Economy.from_plain(one) for one in told["economies"]),
            convention=asked["convention"],
            first=asked["first"],
            last=asked["last"],
            exclude=tuple(asked["exclude"]),
        )
