"""``opensti pipeline``: how ideas move through their stages, from a file of events."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from sti_methods.composite import Unfit
from sti_methods.pipeline import (
    KINDS,
    STAGES,
    Misplaced,
    Move,
    Prospect,
    expected_value,
    measure,
    realised,
)

from opensti.console.panels_files import Findings, Refused, apart, number, rows

if TYPE_CHECKING:
    from sti_methods.pipeline import Flow, Measured, Stage

READABLE = click.Path(exists=True, dir_okay=False, path_type=Path)
WRITABLE = click.Path(dir_okay=False, writable=True, path_type=Path)
DAY = click.DateTime(formats=["%Y-%m-%d"])
LARGEST = 1e15
DIGITS = 6
VALUES = ("value", "p_commercial", "launch", "p_technical", "development", "estimated", "realised")  # fmt: skip
CHANCES = frozenset({"p_commercial", "p_technical"})
COSTS = frozenset({"launch", "development"})
WRONG = {
    "before": ("event", gettext_lazy("the item has entered no stage yet.")),
    "after": ("event", gettext_lazy("the item had ended before; take another name for a new one.")),
    "same": ("stage", gettext_lazy("the item is in this stage already.")),
    "held": ("event", gettext_lazy("the item is on hold already.")),
    "not_held": ("event", gettext_lazy("the item is not on hold.")),
}  # fmt: skip


@dataclass
class _Events:
    moves: list[Move] = field(default_factory=list)
    at: list[int] = field(default_factory=list)


@click.group()
def pipeline() -> None:
    """Innovation from opportunity to use, measured; no database is needed."""


@pipeline.command(name="measure")
@click.argument("events_file", metavar="EVENTS.csv", type=READABLE)
@click.option("--output", type=WRITABLE, required=True, help="Where the JSON goes.")
@click.option("--until", type=DAY, help="The day of the measurement (the last event's).")  # fmt: skip
@click.option("--since", type=DAY, help="From when on the flow is looked at (the first event's).")  # fmt: skip
@click.option("--stages", metavar="A,B,…", default=",".join(STAGES), show_default=True, help="The stages in their order.")  # fmt: skip
@click.option("--values", "values_file", type=READABLE, help="item, value, p_commercial, launch, p_technical, development, estimated, realised.")  # fmt: skip
def measure_events(  # noqa: PLR0917 -- one for each option
    events_file: Path,
    output: Path,
    until: Any,
    since: Any,
    stages: str,
    values_file: Path | None,
) -> None:
    """Conversion, time in stage, flow, stops and value, as JSON; times are in days.

    EVENTS.csv has a row for each event: item, date (2026-05-31), event, stage. Events: enter (a
    stage), hold, resume, stop, done (the last stage is over), leave (merged, split, spun out,
    transferred). Items still open count in the time as far as they have come (Kaplan and Meier).
    Exit status 2: the file is refused by row and column, nothing is written.
    """
    apart([one for one in (events_file, values_file) if one], [output])
    order = tuple(name.strip() for name in stages.split(",") if name.strip())
    if not order or len(set(order)) < len(order):
        raise click.BadParameter(_("name each stage once."), param_hint="--stages")
    found = Findings()
    read = _read(events_file, order, found)
    values = _values(values_file, found) if values_file else {}
    found.stop()
    end = until.date().toordinal() if until else max(move.at for move in read.moves)
    try:
        told = measure(
            read.moves,
            until=end,
            since=since.date().toordinal() if since else None,
            stages=order,
        )
    except Misplaced as fault:
        column, what = WRONG.get(fault.kind) or ("date", _("the event is after --until; leave it out, or measure later."))  # fmt: skip
        found.add(events_file, read.at[fault.place], column, str(what))
        found.stop()
        raise
    except Unfit:
        raise Refused(
            f"{_('Nothing was written.')}\n"
            + _("The flow needs a day between its beginning and its end; give --since or --until.")
        ) from None  # fmt: skip
    content = _told(told, values)
    output.write_text(
        json.dumps(content, ensure_ascii=False, indent=2, allow_nan=False) + "\n",
        encoding="utf-8",
    )
    flow = told.flow
    click.echo(
        _("%(items)d items: %(done)d done, %(stopped)d stopped, %(open)d open.")
        % {"items": told.items, "done": told.done, "stopped": told.stopped, "open": told.open}
    )  # fmt: skip
    if flow.gap is not None and not flow.settled:
        click.echo(
            _("Work in progress (%(work).1f) is not throughput times cycle time (%(expected).1f): the flow is not settled.")
            % {"work": flow.work, "expected": flow.expected}
        )  # fmt: skip
    click.echo(_("Written: %(file)s") % {"file": output})


def _read(path: Path, stages: tuple[str, ...], found: Findings) -> _Events:
    read = _Events()
    for row, (item, day, event, stage) in rows(
        path, ("item", "date", "event"), found, optional=("stage",)
    ):
        if not item:
            found.add(path, row, "item", _("the id is missing; write it."))
            continue
        try:
            at = date.fromisoformat(day)
        except ValueError:
            found.add(path, row, "date", _("“%(cell)s” is no date; write one like 2026-05-31.") % {"cell": day})  # fmt: skip
            continue
        kind = next((one for one in KINDS if one == event), None)
        if kind is None:
            found.add(
                path,
                row,
                "event",
                _("“%(cell)s” is no event; write one of %(events)s.")
                % {"cell": event, "events": ", ".join(KINDS)},
            )
            continue
        if kind == "enter" and stage not in stages:
            found.add(
                path,
                row,
                "stage",
                _("“%(cell)s” is no stage; write one of %(stages)s.")
                % {"cell": stage, "stages": ", ".join(stages)},
            )
            continue
        read.at.append(row)
        read.moves.append(Move(item=item, at=float(at.toordinal()), kind=kind, stage=stage))  # fmt: skip
    if not read.moves and not found.count:
        found.add(path, 2, "item", _("there is no row below row 1."))
    return read


def _values(path: Path, found: Findings) -> dict[str, dict[str, float]]:
    told: dict[str, dict[str, float]] = {}
    for row, (item, *cells) in rows(path, ("item",), found, optional=VALUES):
        if not item or item in told:
            found.add(path, row, "item", _("each item has one row and an id."))
            continue
        told[item] = {}
        for name, cell in zip(VALUES, cells, strict=True):
            if not cell:
                continue
            value = number(path, row, name, cell, found, largest=LARGEST)
            if value is None:
                continue
            if name in CHANCES and not 0 <= value <= 1:
                found.add(path, row, name, _("a chance is from 0 to 1."))
            elif name in COSTS and value < 0:
                found.add(path, row, name, _("a cost is 0 or more."))
            else:
                told[item][name] = value
    return told


def _told(told: Measured, values: dict[str, dict[str, float]]) -> dict[str, Any]:
    content: dict[str, Any] = {
        "items": told.items,
        "done": told.done,
        "stopped": told.stopped,
        "open": told.open,
        "stop_rate": _number(told.stop_rate),
        "stops": dict(told.stops),
        "stages": [_stage(one) for one in told.stages],
        "flow": _flow(told.flow),
    }
    if values:
        content |= _worth(values)
    return content


def _stage(one: Stage) -> dict[str, Any]:
    time = one.time
    return {
        "stage": one.stage,
        "entered": one.entered,
        **{str(end): count for end, count in one.ends.items()},
        "conversion": _number(one.conversion),
        "conversion_low": _number(one.conversion_low),
        "conversion_high": _number(one.conversion_high),
        "visits": one.visits,
        "returns": one.returns,
        "days_on_hold": one.held,
        "time": time
        and {
            "visits": time.count,
            "still_there": time.still,
            "median": time.median,
            "median_low": time.median_low,
            "median_high": time.median_high,
            "mean_until_longest": _number(time.mean_until(time.longest)),
            "curve": [
                {"days": float(t), "at_risk": int(n), "left": int(d), "part": _number(s), "low": _number(low), "high": _number(high)}
                for t, n, d, s, low, high in zip(
                    time.times, time.at_risk, time.left, time.part, time.low, time.high, strict=True,
                )
            ],
        },
    }  # fmt: skip


def _flow(flow: Flow) -> dict[str, Any]:
    return {
        "since": date.fromordinal(int(flow.since)).isoformat(),
        "until": date.fromordinal(int(flow.until)).isoformat(),
        "work_in_progress": _number(flow.work),
        "arrivals_per_day": _number(flow.arrivals),
        "throughput_per_day": _number(flow.departures),
        "cycle_days": _number(flow.cycle),
        "throughput_times_cycle": _number(flow.expected),
        "gap": _number(flow.gap),
        "settled": flow.settled,
    }


def _worth(values: dict[str, dict[str, float]]) -> dict[str, Any]:
    expected = {
        item: expected_value(
            Prospect(
                value=one["value"],
                commercial=one["p_commercial"],
                launch=one["launch"],
                technical=one["p_technical"],
                development=one["development"],
            )
        )
        for item, one in values.items()
        if all(name in one for name in VALUES[:5])
    }
    came = realised(
        {
            item: (one["estimated"], one["realised"])
            for item, one in values.items()
            if "estimated" in one and "realised" in one
        }
    )
    return {
        "expected_commercial_value": {i: _number(v) for i, v in sorted(expected.items(), key=lambda one: (-one[1], one[0]))},
        "realised": came
        and {
            "items": came.items,
            "estimated": came.estimated,
            "realised": came.realised,
            "ratio": _number(came.ratio),
            "median_ratio": _number(came.median),
        },
    }  # fmt: skip


def _number(value: float | None) -> float | None:
    if value is None or value != value:  # noqa: PLR0124 -- NaN
        return None
    return round(float(value), DIGITS) + 0.0
