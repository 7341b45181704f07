"""The light of a target: its value against its path, and the pace that is still needed."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sti_methods.scorecard import (
    Bands,
    Light,
    Rating,
    Target,
    achievement,
    aim_of,
    average_growth,
    meets,
    past_windows,
    path_of,
    same,
)

if TYPE_CHECKING:
    from collections.abc import Mapping


def rate(
    target: Target, *, series: Mapping[int, float], bands: Bands | None = None
) -> Rating:
    """Rate a target by a series of levels; see ``Rating`` for what it tells.

    The base is the target's own, else the value of its base year in the series. What was
    observed in the base year or before says nothing of progress: then there is no data, and
    no data is never green. In the target's last year and after, only fulfilling it is on the
    path. Raises ``ValueError`` for a target whose last year is not after its base.
    """
    found = bands or Bands()
    base = target.base_value
    if base is None and target.base_year is not None:
        base = series.get(target.base_year)
    aim = aim_of(target, base=base)
    start = Rating(light="no_data", base_year=target.base_year, base=base, aim=aim)
    start = replace(start, **_paths(target, base, aim))  # type: ignore[arg-type]
    until = [y for y in series if y <= target.to_year] or list(series)
    if not until:
        return replace(start, notes=(*start.notes, "no_value"))
    year = max(until)
    value = series[year]
    start = replace(start, year=year, value=value)
    if target.base_year is not None and year <= target.base_year:
        return replace(start, notes=(*start.notes, "only_base"))
    return _rated(start, target, series, found)


def _paths(target: Target, base: float | None, aim: float | None) -> dict[str, object]:
    if base is None or aim is None or target.base_year is None:
        return {"notes": ("no_base",)}
    kind = "compound" if target.measure == "growth" else target.path
    path = path_of(
        kind=kind,
        base_year=target.base_year,
        base=base,
        to_year=target.to_year,
        aim=aim,
    )
    if path is None:
        return {"notes": ("no_rate",), "pace": "rate"}
    return {
        "path": tuple(path.items()),
        "pace": "rate" if kind == "compound" else "step",
    }


def _rated(
    start: Rating, target: Target, series: Mapping[int, float], bands: Bands
) -> Rating:
    year, value = start.year, start.value
    if year is None or value is None:
        raise ValueError("there is no value to rate")
    notes = list(start.notes)
    met = _met(target, start, bands)
    ended = year >= target.to_year
    if ended:
        notes.append("ended")
    if start.base is None or start.aim is None or target.base_year is None:
        light: Light = "no_data"
        share = None
        if start.aim is not None:
            share = _of_aim(target, value=value, aim=start.aim)
            light = _light(share, met=met, ended=True, bands=bands)
        return replace(
            start, light=light, share=share, met=met, notes=tuple(notes),
            gap=None if start.aim is None else value - start.aim,
        )  # fmt: skip
    done = achievement(base=start.base, value=value, target=start.aim)
    if done is None:
        notes.append("target_is_base")
    planned = dict(start.path).get(year) if not ended else start.aim
    share = None
    if planned is not None:
        share = achievement(base=start.base, value=value, target=planned)
        if share is None:
            share = _of_aim(target, value=value, aim=planned)
    light = _light(share, met=met, ended=ended, bands=bands)
    if not ended and planned is not None and _within(target, value, planned, bands):
        light = "on"
    rated = replace(
        start,
        light=light,
        achievement=done,
        on_path=planned,
        share=share,
        gap=None if planned is None else value - planned,
        met=met,
        notes=tuple(notes),
    )
    return _paced(rated, target, series, bands)


def _met(target: Target, start: Rating, bands: Bands) -> bool | None:
    """Whether the newest value fulfils the target, in the measure of the target."""
    value = start.value
    if value is None:
        return None
    if target.measure == "level":
        return meets(target, value=value, bands=bands)
    if start.base is None or start.year is None or target.base_year is None:
        return None
    if target.measure == "change":
        if start.base == 0:
            return None
        said: float | None = (value / start.base - 1) * 100
    else:
        said = average_growth(
            first=start.base, last=value, years=start.year - target.base_year
        )
    return None if said is None else meets(target, value=said, bands=bands)


def _falls(target: Target) -> bool:
    """Whether the target is a limit from above, or of an indicator that should fall."""
    if target.comparator in ("at_most", "under"):
        return True
    return target.sense == "down"


def _of_aim(target: Target, *, value: float, aim: float) -> float | None:
    """The value as a share of a level that it should reach, or stay under."""
    over, under = (aim, value) if _falls(target) else (value, aim)
    if same(over, under):
        return 1.0
    return over / under if under > 0 else None


def _within(target: Target, value: float, planned: float, bands: Bands) -> bool:
    """On the path of "about" and of a range is whoever is within its width of the path."""
    if target.measure != "level":
        return False
    if target.comparator == "about":
        band = bands.about if target.tolerance is None else target.tolerance
        return abs(value - planned) <= band
    if target.comparator == "range" and target.high is not None:
        return target.value <= value <= target.high
    return False


def _light(
    share: float | None, *, met: bool | None, ended: bool, bands: Bands
) -> Light:
    if ended and met:
        return "on"
    if share is None:
        return "off" if met is False else "no_data"
    if not ended and (share >= bands.on or same(share, bands.on)):
        return "on"
    return "near" if share >= bands.near or same(share, bands.near) else "off"


def _paced(
    rated: Rating, target: Target, series: Mapping[int, float], bands: Bands
) -> Rating:
    """The pace so far, the pace still needed, and how often the past went so fast."""
    base, aim, year, value = rated.base, rated.aim, rated.year, rated.value
    if None in (base, aim, year, value) or target.base_year is None:
        return rated
    passed, left = year - target.base_year, target.to_year - year  # type: ignore[operator]
    if rated.pace == "rate":
        achieved = average_growth(first=base, last=value, years=passed)  # type: ignore[arg-type]
        required = average_growth(first=value, last=aim, years=left)  # type: ignore[arg-type]
    else:
        achieved = (value - base) / passed  # type: ignore[operator]
        required = (aim - value) / left if left > 0 else None  # type: ignore[operator]
    notes = list(rated.notes)
    windows = None
    if left > 0 and required is None:
        notes.append("no_pace")
    if required is not None:
        windows = past_windows(
            series=series,
            years=left,
            required=required,
            pace=rated.pace,
            falls=aim < base,  # type: ignore[operator]
            least=bands.windows,
        )
        if windows is None:
            notes.append("few_windows")
    onward = achieved is not None and (achieved < 0 if aim < base else achieved > 0)  # type: ignore[operator]
    return replace(
        rated,
        achieved=achieved,
        required=required,
        ratio=required / achieved if required is not None and onward else None,  # type: ignore[operator]
        windows=windows,
        notes=tuple(notes),
    )
