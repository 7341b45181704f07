"""Pictures of a run of the productivity accounts, from its output, for officials and public.

Every figure is one of the output; every picture has its table.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from opensti.kernel.economies import economy_name
from opensti.ui.bubbles import Bubble, bubbles
from opensti.ui.exports import table_response
from opensti.ui.svgfiles import svg_response
from opensti.ui.waterfall import diverging, waterfall

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from django.http.response import HttpResponseBase

    from opensti.ui.drawing import Chart

Answer = dict[str, Any]
MOST_UNITS = 24


@dataclass(frozen=True, kw_only=True)
class Picture:
    """A chart with its name in addresses."""

    key: str
    chart: Chart


def pictures_of(
    *,
    kind: str,
    output: Sequence[Mapping[str, Any]],
    labels: Mapping[str, str],
    convention_words: Callable[[str], str],
    unit: str = "",
) -> list[Picture]:
    """The pictures of a run; details of one unit (the first, where none is asked for).

    ``labels`` names the releases by their public ids; several are drawn side by side.
    """
    parts = [
        (labels.get(part["vintage"], ""), part["answer"])
        for part in output
        if part["answer"]["answers"]
    ]
    if not parts:
        return []
    told = [(label, one) for label, answer in parts for one in answer["answers"]]
    several = len({label for label, _one in told}) > 1
    if kind == "growth":
        return _growth(told, several=several)
    if kind == "shift_share":
        return _split(told, convention_words, unit, several=several)
    return _targets(told, several=several)


def units_of(output: Sequence[Mapping[str, Any]]) -> list[str]:
    """Units that have an answer, in their order."""
    return list(
        dict.fromkeys(
            one["unit"] for part in output for one in part["answer"]["answers"]
        )
    )


def _named(unit: str, label: str, more: str = "", *, several: bool) -> str:
    told = (economy_name(unit), label if several else "", more)
    return ", ".join(part for part in told if part)


def _growth(told: Sequence[tuple[str, Answer]], *, several: bool) -> list[Picture]:
    names = (_("Labour"), _("Quality of labour"), _("Capital"), _("TFP"))
    kinds = list(
        dict.fromkeys(
            kind
            for _label, one in told
            if one["mean"] is not None and len(one["mean"]["assets"]) > 1
            for kind in one["mean"]["assets"]
        )
    )
    capital = [_("Capital: %(name)s") % {"name": kind} for kind in kinds] or [names[2]]
    rows = []
    levels = []
    for label, one in told[: 2 * MOST_UNITS]:
        share = one["share"]
        more = (
            ""
            if share is None
            else _("share %(share)s") % {"share": number_format(round(share, 2), 2)}
        )
        mean = one["mean"]
        if mean is None:
            continue
        called = _named(one["unit"], label, more, several=several)
        added = [mean["assets"].get(kind) for kind in kinds] or [mean["capital"]]
        rows.append((called, mean["labour"], mean["quality"], *added, mean["tfp"]))
        levels.append((called, *(mean[key] for key in ("quality", "deepening", "tfp"))))
    if not rows:
        return []
    head = (_("Unit"), *names[:2], *capital, names[3])
    return [
        Picture(
            key="growth",
            chart=diverging(
                title=_("Sources of growth of value added, % a year"),
                head=head,
                rows=rows,
                total=_("Value added"),
            ),
        ),
        Picture(
            key="productivity",
            chart=diverging(
                title=_("Sources of growth of labour productivity, % a year"),
                head=(_("Unit"), names[1], _("Capital deepening"), names[3]),
                rows=levels,
                total=_("Productivity"),
            ),
        ),
    ]


def _split(
    told: Sequence[tuple[str, Answer]],
    words: Callable[[str], str],
    unit: str,
    *,
    several: bool,
) -> list[Picture]:
    known = list(dict.fromkeys(one["unit"] for _label, one in told))
    chosen = unit if unit in known else known[0]
    mine = [(label, one) for label, one in told if one["unit"] == chosen]
    within, between = _("Within sectors"), _("Between sectors")
    found = [
        Picture(
            key="conventions",
            chart=diverging(
                title=_("Growth of productivity by convention, % a year: ")
                + economy_name(chosen),
                head=(_("Convention"), within, between),
                rows=[
                    (
                        _named(words(one["convention"]), label, several=several),
                        one["rate_within"],
                        one["rate_between"],
                    )
                    for label, one in mine
                ],
                total=_("Productivity"),
            ),
        )
    ]
    label, last = mine[-1]
    said = _named(chosen, label, words(last["convention"]), several=several)
    steps = [
        (_("%(sector)s, within") % {"sector": s["sector"]}, s["rate_within"])
        for s in last["sectors"]
    ]
    steps.append((between, last["rate_between"]))
    found.append(
        Picture(
            key="waterfall",
            chart=waterfall(
                title=_("Where growth of productivity comes from, % a year: ") + said,
                head=(_("Part"), _("% a year")),
                rows=steps,
                total=_("Productivity"),
            ),
        )
    )
    balls = [
        Bubble(
            label=sector["sector"],
            x=max(100 * sector["share_last"], 0),
            y=max(sector["relative_last"], 0),
            size=max(100 * sector["share_last"], 0),
        )
        for sector in last["sectors"]
        if sector["relative_last"] is not None
    ]
    found.append(
        Picture(
            key="sectors",
            chart=bubbles(
                title=_("Sectors in %(year)s: ") % {"year": last["last"]} + said,
                head=(
                    _("Sector"),
                    _("Share of employment, %"),
                    _("Productivity, whole = 1"),
                    _("Size: share of employment, %"),
                ),
                rows=balls,
            ),
        )
    )
    if len(known) > 1:
        first = mine[0][1]["convention"]
        rows = [
            (
                _named(one["unit"], label, several=several),
                one["rate_within"],
                one["rate_between"],
            )
            for label, one in told
            if one["convention"] == first
        ][: 3 * MOST_UNITS]
        found.append(
            Picture(
                key="units",
                chart=diverging(
                    title=_("Growth of productivity by unit, % a year: ")
                    + words(first),
                    head=(_("Unit"), within, between),
                    rows=rows,
                    total=_("Productivity"),
                ),
            )
        )
    return found


def _targets(told: Sequence[tuple[str, Answer]], *, several: bool) -> list[Picture]:
    found = []
    for key, title in (
        ("value_added", _("Value added: reached, promised, needed, % a year")),
        ("productivity", _("Labour productivity: reached, promised, needed, % a year")),
    ):
        rows: list[tuple[Any, ...]] = []
        for label, one in told[:MOST_UNITS]:
            called = _named(one["unit"], label, several=several)
            rows += [
                (f"{called}: {words}", 100 * one[key][what])
                for what, words in (
                    ("achieved", _("reached so far")),
                    ("promised", _("promised")),
                    ("required", _("needed from now on")),
                )
            ]
        chart = diverging(
            title=title, head=(_("Unit"), _("% a year")), rows=rows, total=_("Rate")
        )
        found.append(Picture(key=key, chart=chart))
    return found


def picture_response(
    pictures: Sequence[Picture], key: str, kind: str
) -> HttpResponseBase | None:
    """A picture as ``svg``, its table as ``xlsx`` or ``csv``; None where there is none."""
    chart = next((one.chart for one in pictures if one.key == key), None)
    if chart is None or kind not in {"svg", "xlsx", "csv"}:
        return None
    if kind != "svg":
        return table_response(kind=kind, name=key, head=chart.head, rows=chart.rows)
    return svg_response(chart, name=key)
