"""Two versions of an index side by side: who moved, and which pillar moved them."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from sti_methods.composite.ranks import ranks_of
from sti_methods.composite.unfit import Unfit

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

__all__ = ["Comparison", "Moved", "Pillar", "Version", "compare"]


@dataclass(frozen=True, kw_only=True, eq=False)
class Version:
    """Scores of one version: every code at every level for every unit.

    ``scores`` is (units, codes), NaN where a unit has none; ``effective`` are the weights
    of codes in the index, where the index is their weighted mean; empty where it is not.
    """

    units: tuple[str, ...]
    codes: tuple[str, ...]
    scores: NDArray[np.float64]
    effective: Mapping[str, float]

    def __post_init__(self) -> None:
        if self.scores.shape != (len(self.units), len(self.codes)):
            raise Unfit("shape", rows=len(self.units), columns=len(self.codes))
        for name, kind in ((self.units, "unit_twice"), (self.codes, "code_twice")):
            twice = [one for one in dict.fromkeys(name) if name.count(one) > 1]
            if twice:
                raise Unfit(kind, name=twice[0])

    def column(self, code: str) -> dict[str, float]:
        """Scores of a code by unit; raises ``Unfit``: ``unknown_code``."""
        if code not in self.codes:
            raise Unfit("unknown_code", code=code)
        found = self.scores[:, self.codes.index(code)]
        return dict(zip(self.units, map(float, found), strict=True))


@dataclass(frozen=True, kw_only=True)
class Pillar:
    """What one pillar did to the score of a unit: in its own points, and in the index's.

    ``part`` is effective weight times score, after less before; None where one of the
    versions has no such pillar, no score in it, or is no weighted arithmetic mean.
    """

    code: str
    before: float | None
    after: float | None
    change: float | None
    part: float | None

    def to_plain(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True, kw_only=True)
class Moved:
    """A unit in both versions, or in one: what is missing is None, never 0.

    ``risen``: places gained, above 0 is better. ``common_*`` are ranks among the units
    that both versions score, so that a newcomer above does not count as a fall. ``rest``
    is what parts of pillars leave of the change, such as where a pillar is missing.
    """

    unit: str
    before: float | None
    after: float | None
    change: float | None
    rank_before: int | None
    rank_after: int | None
    risen: int | None
    common_before: int | None
    common_after: int | None
    common_risen: int | None
    pillars: tuple[Pillar, ...]
    rest: float | None

    def to_plain(self) -> dict[str, Any]:
        return {**asdict(self), "pillars": [one.to_plain() for one in self.pillars]}


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """Every unit of either version, and what the two have in common.

    ``only_before`` and ``only_after`` name units that one version alone scores;
    ``correlation`` is Spearman's of the ranks in common, None where fewer than three.
    """

    code: str
    units: tuple[Moved, ...]
    only_before: tuple[str, ...]
    only_after: tuple[str, ...]
    moved: int
    mean_change: float | None
    correlation: float | None

    def movers(self, *, most: int) -> tuple[Moved, ...]:
        """Return those who moved farthest among units in common, in either direction."""
        found = [one for one in self.units if one.common_risen]
        return tuple(
            sorted(
                found,
                key=lambda one: (
                    -abs(one.common_risen or 0),
                    -abs(one.change or 0),
                    one.unit,
                ),
            )[:most]
        )

    def to_plain(self) -> dict[str, Any]:
        return {
            "code": self.code,
            "only_before": list(self.only_before),
            "only_after": list(self.only_after),
            "moved": self.moved,
            "mean_change": self.mean_change,
            "correlation": self.correlation,
            "units": [one.to_plain() for one in self.units],
        }


def compare(
    *,
    before: Version,
    after: Version,
    code: str,
    after_code: str | None = None,
    pillars: tuple[str, ...] = (),
) -> Comparison:
    """Compare scores and ranks of ``code`` (``after_code`` where the later is named anew).

    ``pillars`` are codes of one level whose weighted mean is the index; one that a version
    lacks is shown without a value. Units come in the order of the later ranks, then those
    that only the earlier version ranks.

    Raises
    ------
    Unfit
        ``unknown_code``; ``unknown_pillar`` (code): neither version has it; ``no_units``:
        no unit has a score in either.
    """
    earlier, later = before.column(code), after.column(after_code or code)
    for pillar in pillars:
        if pillar not in before.codes and pillar not in after.codes:
            raise Unfit("unknown_pillar", code=pillar)
    names = tuple(dict.fromkeys([*before.units, *after.units]))
    old = np.array([earlier.get(name, np.nan) for name in names])
    new = np.array([later.get(name, np.nan) for name in names])
    both = np.isfinite(old) & np.isfinite(new)
    if not (np.isfinite(old) | np.isfinite(new)).any():
        raise Unfit("no_units", code=code)
    ranks = [
        *(ranks_of(scores=one) for one in (old, new)),
        *(ranks_of(scores=np.where(both, one, np.nan)) for one in (old, new)),
    ]
    order = sorted(
        range(len(names)),
        key=lambda k: (
            *_last(float(ranks[1][k])),
            *_last(float(ranks[0][k])),
            names[k],
        ),
    )
    parts = _Parts(before=before, after=after, pillars=pillars)
    found = tuple(
        _moved(names[k], (old[k], new[k]), [rank[k] for rank in ranks], parts)
        for k in order
    )
    apart = np.abs(ranks[2] - ranks[3])[both]
    return Comparison(
        code=code,
        units=found,
        only_before=tuple(
            one.unit for one in found if one.after is None and one.before is not None
        ),
        only_after=tuple(
            one.unit for one in found if one.before is None and one.after is not None
        ),
        moved=int((apart > 0).sum()),
        mean_change=float(apart.mean()) if apart.size else None,
        correlation=_spearman(old[both], new[both]),
    )


@dataclass(frozen=True, kw_only=True, eq=False)
class _Parts:
    before: Version
    after: Version
    pillars: tuple[str, ...]

    def of(self, unit: str) -> tuple[Pillar, ...]:
        return tuple(self._pillar(unit, code) for code in self.pillars)

    def _pillar(self, unit: str, code: str) -> Pillar:
        old, new = _score(self.before, unit, code), _score(self.after, unit, code)
        heavy = (self.before.effective.get(code), self.after.effective.get(code))
        part = None
        if old is not None and new is not None and None not in heavy:
            part = (heavy[1] or 0.0) * new - (heavy[0] or 0.0) * old
        return Pillar(
            code=code, before=old, after=new, change=_less(new, old), part=part
        )


def _moved(
    unit: str, scores: tuple[float, float], ranks: list[float], parts: _Parts
) -> Moved:
    old, new = (_known(one) for one in scores)
    first, last, common_first, common_last = (_whole(one) for one in ranks)
    change = _less(new, old)
    pillars = parts.of(unit)
    told = [one.part for one in pillars if one.part is not None]
    return Moved(
        unit=unit,
        before=old,
        after=new,
        change=change,
        rank_before=first,
        rank_after=last,
        risen=None if first is None or last is None else first - last,
        common_before=common_first,
        common_after=common_last,
        common_risen=None
        if common_first is None or common_last is None
        else common_first - common_last,
        pillars=pillars,
        rest=change - sum(told) if change is not None and told else None,
    )


def _score(version: Version, unit: str, code: str) -> float | None:
    if unit not in version.units or code not in version.codes:
        return None
    place = version.units.index(unit), version.codes.index(code)
    return _known(float(version.scores[place]))


def _known(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None


def _whole(value: float) -> int | None:
    return int(value) if np.isfinite(value) else None


def _less(new: float | None, old: float | None) -> float | None:
    return None if new is None or old is None else new - old


def _last(rank: float) -> tuple[bool, float]:
    """What has no rank comes last."""
    return (True, 0.0) if np.isnan(rank) else (False, float(rank))


def _spearman(old: NDArray[np.float64], new: NDArray[np.float64]) -> float | None:
    from scipy.stats import rankdata  # noqa: PLC0415 -- mean ranks are wanted here alone

    if old.size < 3:  # noqa: PLR2004
        return None
    x, y = rankdata(old), rankdata(new)
    x, y = x - x.mean(), y - y.mean()
    size = float(np.sqrt((x @ x) * (y @ y)))
    return float(x @ y / size) if size else None
