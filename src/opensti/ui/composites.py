"""A composite index drawn: ranking, parts, weights, how sure it is, what was done.

Takes the plain answer of the method (units, codes, scores, ranks, log), whoever kept it.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from opensti.kernel.files.serving import as_download
from opensti.ui import charts
from opensti.ui.exports import table_response
from opensti.ui.scoreboards import Scoreboard, figures, scoreboard
from opensti.ui.svgfiles import svg_response
from opensti.ui.tilemap import layout, tilemap

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.http.response import HttpResponseBase

    from opensti.ui.charts import Chart

PICTURED = 25
# The set of weights that judges gave, and the key of a recipe that says how.
JUDGED = "judged"
PARTS_LEVELS = 2


def board_of(
    result: Mapping[str, Any], analyses: Mapping[str, Any] | None
) -> Scoreboard:
    """The ranking of a result with its parts of the two levels below the index."""
    codes = result["codes"]
    top = codes[-1]
    parts = [
        code
        for code in codes
        if top["level"] - PARTS_LEVELS <= code["level"] < top["level"]
        and code["level"] > 1
    ] or [code for code in codes if code is not top]
    parts.sort(key=lambda code: -code["level"])
    bands = result["bands"].get(top["code"], ())
    return scoreboard(
        units=[(unit["code"], unit["name"]) for unit in result["units"]],
        places=result["ranks"][top["code"]],
        scores=result["scores"][top["code"]],
        parts=[
            (code["code"], code["name"] or code["code"], result["scores"][code["code"]])
            for code in parts
        ],
        bands=[band or "" for band in bands],
        ranges=ranges_of(analyses),
    )


def ranges_of(analyses: Mapping[str, Any] | None) -> dict[str, tuple[float, float]]:
    """Unit → the places it takes in 90 of 100 draws."""
    if not analyses:
        return {}
    return {
        one["unit"]: (one["low"], one["high"])
        for one in analyses["uncertainty"]["statistics"]
        if one["runs"]
    }


def ranges_chart(board: Scoreboard, analyses: Mapping[str, Any] | None) -> Chart | None:
    """Each unit's place with the places it takes when choices are made otherwise."""
    if not analyses:
        return None
    shown = [line for line in board.lines if line.place is not None]
    return charts.intervals(
        title=_(
            "Ranks, and where they lie in 90 of 100 draws of the uncertain choices"
        ),
        head=[_("Unit"), _("Rank"), pgettext("range", "From"), pgettext("range", "To")],
        rows=[
            charts.Interval(
                label=line.name,
                value=line.place,
                low=None if line.low is None else min(line.low, line.place or 0),
                high=None if line.high is None else max(line.high, line.place or 0),
            )
            for line in shown
        ],
    )


def sensitivity_chart(analyses: Mapping[str, Any] | None) -> Chart | None:
    """Which choice moves the ranks most: first-order and total Sobol indices."""
    if not analyses:
        return None
    return charts.grouped(
        title=_("Which choice moves the ranks most"),
        head=[_("Choice"), _("By itself"), _("Together with others")],
        rows=[
            (
                choice_words(one["factor"]),
                max(round(one["first"], 3), 0),
                max(round(one["total"], 3), 0),
            )
            for one in analyses["sobol"]["indices"]
        ],
    )


def choice_words(name: str) -> str:
    return {
        "winmax": _("outliers drawn in"),
        "normalisation": _("normalisation"),
        "weights": _("weights"),
        "aggregation": _("kind of mean"),
        "imputation": _("gaps filled"),
        "screening": _("units and indicators with too little data taken out"),
    }.get(name, name)


def left_out_chart(analyses: Mapping[str, Any] | None) -> Chart | None:
    """How far ranks move on average when a part is left out."""
    if not analyses:
        return None
    found = sorted(analyses["left_out"], key=lambda one: -one["mean_change"])
    return charts.bars(
        title=_("Places a unit moves on average when a part is left out"),
        head=[_("Part left out"), _("Places")],
        rows=[
            (one["name"] or one["code"], round(one["mean_change"], 2))
            for one in found[:PICTURED]
        ],
    )


def map_of(board: Scoreboard) -> Chart | None:
    """The scores on the map of provinces, where most of the units are provinces by code."""
    known = {tile.code for tile in layout()}
    values = {line.code: line.score for line in board.lines if line.score is not None}
    if 2 * len(known & set(values)) <= len(board.lines):
        return None
    return tilemap(
        title=_("Scores of the provinces"),
        head=[_("Province"), _("Score of the index")],
        values=values,
        names={line.code: line.name for line in board.lines},
        decimals=1,
    )


def weights_of(result: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The tree from the index down: what each part weighs in its parent and in the whole."""
    codes = result["codes"]
    children: dict[str, list[dict[str, Any]]] = {}
    for code in codes:
        children.setdefault(code["parent"], []).append(code)
    rows: list[dict[str, Any]] = []

    def walk(parent: str, depth: int) -> None:
        for code in children.get(parent, ()):
            rows.append({**code, "depth": depth, "share": 100 * code["effective"]})
            walk(code["code"], depth + 1)

    top = codes[-1]
    rows.append({**top, "depth": 0, "share": 100.0})
    walk(top["code"], 1)
    return rows


def wholes_of(result: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Each part that is formed of several, the index first, with what it is formed of."""
    children: dict[str, list[str]] = {}
    for code in result["codes"]:
        children.setdefault(code["parent"], []).append(code["code"])
    return [
        {"name": code["name"] or code["code"], "codes": children[code["code"]]}
        for code in reversed(result["codes"])
        if len(children.get(code["code"], ())) > 1
    ]


def judged_of(
    recipe: Mapping[str, Any], result: Mapping[str, Any] | None
) -> list[dict[str, Any]]:
    """What judges said of each whole, where their weights count: names for codes.

    Of comparisons each matrix with its ratio and its oddest pair, of points their spread.
    """
    if recipe.get("weights") != JUDGED or result is None:
        return []
    names = {one["code"]: one["name"] or one["code"] for one in result["codes"]}

    def matrix(said: Mapping[str, Any]) -> dict[str, Any]:
        odd = [names.get(code, code) for code in said.get("odd", ())]
        return {**said, "odd": odd}

    rows = []
    for whole, one in recipe.get(JUDGED, {}).items():
        spread = {each["code"]: each for each in one.get("criteria", ())}
        rows.append(
            {
                "name": names.get(whole, whole),
                "compared": one["method"] == "ahp",
                "judges": [matrix(each) for each in one.get("judges", ())],
                "together": matrix(one["together"]) if "together" in one else None,
                "accepted": one.get("accepted", False),
                "parts": [
                    {
                        "name": names.get(code, code),
                        "weight": weight,
                        **spread.get(code, {}),
                    }
                    for code, weight in one["weights"].items()
                ],
            }
        )
    return rows


def step_words(step: str) -> str:
    return {
        "leave_out": _("parts left out"),
        "denominate": _("divided by a size"),
        "screen": _("units and indicators with too little data taken out"),
        "impute": _("gaps filled"),
        "weigh": _("weighed"),
        "treat": _("outliers drawn in"),
        "normalise": _("brought to one scale"),
        "aggregate": _("put together"),
        "rank": _("ranked"),
    }.get(step, step)


def log_of(result: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Each step in words with what it counted and touched."""
    return [
        {
            "name": step_words(step["step"]),
            "counts": sorted(step["counts"].items()),
            "units": step["units"],
            "codes": step["codes"],
            "cells": sorted(step["cells"].items()),
            "notes": sorted(step["notes"].items()),
            "warnings": step["warnings"],
            "digest": step["sha256"],
        }
        for step in result["log"]
    ]


FILES = ("scores.csv", "ranks.csv", "log.json", "index.xlsx", "ranks.svg")


def pictured(
    result: Mapping[str, Any] | None, analyses: Mapping[str, Any] | None
) -> dict[str, Any]:
    """All that ``ui/composite.html`` shows; without a result it shows that there is none."""
    if result is None:
        return {"board": None}
    board = board_of(result, analyses)
    return {
        "board": board,
        "map": map_of(board),
        "weights": weights_of(result),
        "log": log_of(result),
        "ranges": ranges_chart(board, analyses),
        "sensitivity": sensitivity_chart(analyses),
        "left_out": left_out_chart(analyses),
        "negative": analyses["negative"][:PICTURED] if analyses else (),
        "analyses": analyses,
    }


def file_of(
    result: Mapping[str, Any],
    analyses: Mapping[str, Any] | None,
    *,
    name: str,
    about: str,
) -> HttpResponseBase:
    """One of ``FILES``; ``about`` names the version in the names of the files.

    Raises ``KeyError`` for another name.
    """
    if name in {"scores.csv", "ranks.csv"}:
        which = name.removesuffix(".csv")
        codes = [code["code"] for code in result["codes"]]
        return table_response(
            kind="csv",
            name=f"{about}-{which}",
            head=["uCode", *codes],
            rows=(
                [unit["code"], *(result[which][code][n] for code in codes)]
                for n, unit in enumerate(result["units"])
            ),
        )
    if name == "log.json":
        content = json.dumps(result["log"], ensure_ascii=False, indent=1)
        response = HttpResponse(content, content_type="application/json")
        response["Content-Disposition"] = as_download(f"{about}-log.json")
        return response
    board = board_of(result, analyses)
    if name == "index.xlsx":
        head, rows = figures(board)
        return table_response(kind="xlsx", name=about, head=head, rows=rows)
    if name == "ranks.svg":
        return svg_response(places_chart(board), name=f"{about}-ranks")
    raise KeyError(name)


def places_chart(board: Scoreboard) -> Chart:
    """The scores of those that are ranked, the best first."""
    return charts.bars(
        title=_("Scores"),
        head=[_("Unit"), _("Score")],
        rows=[
            (line.name, round(line.score, 2))
            for line in board.lines
            if line.place is not None and line.score is not None and line.score >= 0
        ],
    )
