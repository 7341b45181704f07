"""Whether ideas become things in use: conversion, time, value, mix, each with its table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.shortcuts import render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from opensti.domains.innovation import queries
from opensti.domains.innovation.choices import Stage
from opensti.domains.registry.queries import organisation_names
from opensti.kernel.access import require
from opensti.kernel.identifiers import row_number
from opensti.kernel.refusals import NotFound
from opensti.ui.charts import Interval, bars, intervals
from opensti.ui.drawing import written
from opensti.web.innovation.acting import up

if TYPE_CHECKING:
    from django.http import HttpResponse
    from sti_methods.pipeline import Measured
    from sti_methods.pipeline import Stage as Stay

    from opensti.domains.innovation.queries import Measures
    from opensti.ui.charts import Chart
    from opensti.web.requests import Request


@never_cache
@require_safe
def measures(request: Request) -> HttpResponse:
    """Measures of one organisation; the reader chooses among those he may see."""
    actor = request.actor
    require(actor, "innovation.read")
    known = queries.measured_organisations(actor)
    names = organisation_names(known)
    asked = row_number(request.GET.get("organisation"))
    if asked is not None and asked not in names:
        raise NotFound
    chosen = asked or (min(names, key=names.__getitem__) if names else None)
    found = (
        queries.measures(actor, organisation_id=chosen, at=now())
        if chosen is not None
        else None
    )
    return render(
        request,
        "web/innovation/measures.html",
        {
            "title": _("Measures of innovation"),
            "breadcrumb": [up()],
            "choices": sorted(names.items(), key=lambda pair: pair[1]),
            "chosen": chosen,
            "name": names.get(chosen, "") if chosen else "",
            "found": found,
            **(_shown(found) if found is not None else {}),
        },
    )


def _shown(found: Measures) -> dict[str, Any]:
    pipeline = found.pipeline
    replies = found.replies
    return {
        "few": found.pipeline is not None and found.pipeline.items < queries.FEW,
        "few_ideas": 0 < replies.ideas < queries.FEW,
        "reply_days": _days(replies.time),
        "reply_part": _percent(replies.part, replies.low, replies.high),
        "tested": _percent(found.tested / found.assumptions)
        if found.assumptions
        else "",
        "ratio": _percent(found.realised.ratio) if found.realised else "",
        "stop_rate": _percent(pipeline.stop_rate) if pipeline else "",
        "work": written(round(pipeline.flow.work, 1), 1) if pipeline else "",
        "cycle": _number(pipeline.flow.cycle) if pipeline else "",
        "charts": [*(_flow(pipeline) if pipeline else []), *_mix(found)],
    }


def _flow(pipeline: Measured) -> list[Chart]:
    labels = dict(Stage.choices)
    return [
        intervals(
            title=_("Conversion by stage, percent of those decided, with 95 % bounds"),
            head=[
                _("Stage"),
                _("Percent"),
                pgettext("range", "From"),
                pgettext("range", "To"),
            ],
            rows=[
                Interval(
                    label=_counted(labels[one.stage], one.entered),
                    value=_hundred(one.conversion),
                    low=_hundred(one.conversion_low),
                    high=_hundred(one.conversion_high),
                )
                for one in pipeline.stages
            ],
        ),
        intervals(
            title=_("Median days in a stage (Kaplan-Meier), with 95 % bounds"),
            head=[
                _("Stage"),
                _("Days"),
                pgettext("range", "From"),
                pgettext("range", "To"),
            ],
            rows=[_time_in(one, labels[one.stage]) for one in pipeline.stages],
        ),
        bars(
            title=_("Stopped, by stage: early is good"),
            head=[_("Stage"), _("Initiatives")],
            rows=[(labels[name], count) for name, count in pipeline.stops.items()],
        ),
    ]


def _mix(found: Measures) -> list[Chart]:
    if not found.running:
        return []
    return [
        bars(
            title=title,
            head=[head, _("Running initiatives")],
            rows=[(one.label, one.count) for one in rows],
        )
        for title, head, rows in (
            (_("Running initiatives by horizon"), _("Horizon"), found.by_horizon),
            (_("Running initiatives by risk"), _("Risk"), found.by_risk),
            (_("Running initiatives by kind"), _("Kind"), found.by_kind),
        )
    ]


def _time_in(one: Stay, label: object) -> Interval:
    """The median with its bounds; one that was not reached yet is no bound."""
    time = one.time
    bounds = (time.median_low, time.median_high) if time else (None, None)
    low, high = bounds if None not in bounds else (None, None)
    return Interval(
        label=_counted(label, one.visits),
        value=_days_of(time.median if time else None),
        low=_days_of(low),
        high=_days_of(high),
    )


def _counted(label: object, n: int) -> str:
    return f"{label} (n = {n})"


def _hundred(part: float | None) -> float | None:
    return None if part is None else round(100 * part, 1)


def _days_of(days: float | None) -> float | None:
    return None if days is None else round(days, 1)


def _number(value: float | None) -> str:
    return "—" if value is None else written(round(value, 1), 1)


def _percent(
    part: float | None, low: float | None = None, high: float | None = None
) -> str:
    if part is None:
        return "—"
    said = f"{written(round(100 * part))} %"
    if low is None or high is None:
        return said
    return f"{said} ({written(round(100 * low))} - {written(round(100 * high))} %)"


def _days(time: Any) -> str:
    return "—" if time is None else _number(time.median)
