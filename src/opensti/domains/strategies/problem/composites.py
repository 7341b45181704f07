"""A version of a composite index as the method takes it, and its answer as it is kept."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from django.utils.translation import gettext as _

from opensti.domains.strategies.queries.index_faults import faults_of
from opensti.kernel.identifiers import row_number
from opensti.kernel.refusals import Invalid

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from sti_methods.composite import Recipe, Run, Tables
    from sti_methods.composite.comparison import Version

    from opensti.domains.strategies.models import CompositeVersion

METHOD_VERSION = "composite 1"


@dataclass(frozen=True, kw_only=True)
class Analyses:
    """How many draws of the uncertain choices, and from which seed."""

    runs: int
    seed: int


def inputs_of(version: CompositeVersion) -> dict[str, Any]:
    """All that the result of a version follows from."""
    return {
        "method": METHOD_VERSION,
        "recipe": version.recipe,
        "units": version.units,
        "meta": version.meta,
    }


def worked_out(version: CompositeVersion) -> dict[str, Any]:
    """The result of a version as it is kept.

    Raises ``Invalid`` with every fault of the tables and of the recipe.
    """
    return plain(run_of(version.recipe, version.units, version.meta))


def run_of(
    recipe: Mapping[str, Any], units: Mapping[str, Any], meta: Mapping[str, Any]
) -> Run:
    """Have the method work on kept tables. Raises ``Invalid`` with every fault."""
    # The methods take a second to load, and few requests need them.
    from sti_methods.composite import Unfit, run  # noqa: PLC0415

    tables = None
    try:
        read = recipe_of(recipe)
        tables = tables_of(units, meta, year=read.year)
        return run(recipe=read, tables=tables)
    except Unfit as unfit:
        raise Invalid(faults_of(unfit, tables)) from None


def recipe_of(said: Mapping[str, Any]) -> Recipe:
    """Read a recipe. Raises the method's ``Unfit`` with every fault."""
    from sti_methods.composite import Recipe  # noqa: PLC0415

    return Recipe.of(_with_levels(said))


def _with_levels(said: Mapping[str, Any]) -> Mapping[str, Any]:
    """A document keeps the levels of a recipe as text; the method wants numbers."""
    aggregate = said.get("aggregate")
    levels = aggregate.get("levels") if isinstance(aggregate, dict) else None
    if not isinstance(levels, dict):
        return said
    read = {row_number(k) or k: v for k, v in levels.items()}
    return {**said, "aggregate": {**said["aggregate"], "levels": read}}


def tables_of(
    units: Mapping[str, Any], meta: Mapping[str, Any], *, year: int | None
) -> Tables:
    """The tables of a version. Raises the method's ``Unfit`` with every fault."""
    from sti_methods.composite import Tables  # noqa: PLC0415

    return Tables.of(
        data=_rows(units),
        meta=_rows(meta),
        data_rows=units["at"],
        meta_rows=meta["at"],
        year=year,
    )


def _rows(sheet: Mapping[str, Any]) -> list[dict[str, Any]]:
    header: Sequence[str] = sheet["header"]
    return [dict(zip(header, row, strict=True)) for row in sheet["rows"]]


def plain(run: Run) -> dict[str, Any]:
    """A run as plain data: no number that a document cannot keep."""
    tree = run.prepared.tree
    elements = run.tables.elements
    weights = dict(zip(tree.codes, run.prepared.weights.tolist(), strict=True))
    return {
        "units": [
            {"code": code, "name": name, "kept": bool(kept)}
            for code, name, kept in zip(
                run.units, run.tables.names, run.kept.tolist(), strict=True
            )
        ],
        "codes": [
            {
                "code": code,
                "name": elements[code].name,
                "level": elements[code].level,
                "parent": elements[code].parent,
                "direction": elements[code].direction,
                "weight": weights[code],
                "effective": run.effective_weights[code],
            }
            for code in tree.codes
        ],
        "scores": {
            c: [_kept(v) for v in col.tolist()] for c, col in run.scores.items()
        },
        "ranks": {
            c: [None if math.isnan(v) else int(v) for v in col.tolist()]
            for c, col in run.ranks.items()
        },
        "bands": {code: list(words) for code, words in run.bands.items()},
        "log": [_clean(step.to_plain()) for step in run.log],
    }


def _kept(value: float) -> float | None:
    return None if math.isnan(value) else value


def _clean(document: Any) -> Any:
    """Plain data without what is no number: a document cannot keep it."""
    if isinstance(document, float):
        return document if math.isfinite(document) else None
    if isinstance(document, dict):
        return {str(k): _clean(v) for k, v in document.items()}
    if isinstance(document, list | tuple):
        return [_clean(each) for each in document]
    return document


def analysed(
    version: CompositeVersion,
    how: Analyses,
    *,
    progress: Callable[[int, str], object],
) -> dict[str, Any]:
    """Rank intervals, sensitivity, what happens without each part, what pulls apart.

    Plain data; the same version, runs and seed give the same. Raises ``Invalid`` where the
    method refuses: it never leaves out a draw in silence.
    """
    from sti_methods.composite import Unfit  # noqa: PLC0415
    from sti_methods.composite.modelling import model_of, usual_space  # noqa: PLC0415
    from sti_methods.composite.sensitivity import leave_one_out  # noqa: PLC0415
    from sti_methods.composite.uncertainty import (  # noqa: PLC0415
        analyse_sensitivity,
        analyse_uncertainty,
    )

    run = run_of(version.recipe, version.units, version.meta)
    progress(5, _("The index is worked out."))
    try:
        model, space = model_of(run), usual_space(run)
        uncertainty = analyse_uncertainty(
            model=model, space=space, runs=how.runs, seed=how.seed
        )
        progress(40, _("The uncertain choices are drawn."))
        sensitivity = analyse_sensitivity(
            model=model,
            space=space,
            points=max(how.runs // (len(space.factors) + 2), 50),
            seed=how.seed,
        )
        progress(80, _("Each choice is weighed against the others."))
        left_out = leave_one_out(
            tree=model.tree,
            values=model.prepare({}),
            units=model.units,
            means=model.means,
            least_data=model.least_data,
            codes=_worth_leaving(run),
        )
        document = {
            "uncertainty": uncertainty.to_plain(),
            **sensitivity.to_plain(),
            "left_out": [
                {**one.to_plain(), "name": run.tables.elements[one.code].name}
                for one in left_out
            ],
            **_together(run),
        }
    except Unfit as unfit:
        raise Invalid(faults_of(unfit, run.tables)) from None
    progress(100, _("Done."))
    cleaned: dict[str, Any] = _clean(document)
    return cleaned


def _worth_leaving(run: Run) -> list[str]:
    """Parts whose sisters stay: without the only one nothing would be left above it."""
    tree = run.prepared.tree
    return [
        code
        for code in tree.codes
        if (above := tree.elements[code].parent) and len(tree.children(above)) > 1
    ]


def _together(run: Run) -> dict[str, Any]:
    """How parts go with what they form, and which of one part pull against each other."""
    from sti_methods.composite.analysis import (  # noqa: PLC0415
        inside_groups,
        negative,
        with_parents,
    )

    codes = run.prepared.tree.codes
    values = np.column_stack([run.scores[code] for code in codes])
    parents = {c: e.parent or None for c, e in run.prepared.tree.elements.items()}
    pairs = inside_groups(values=values, codes=codes, parents=parents)
    links = with_parents(values=values, codes=codes, parents=parents)
    return {
        "negative": [link.to_plain() for link in negative(links=pairs)],
        "with_parents": [link.to_plain() for link in links],
    }


def compared(before: CompositeVersion, after: CompositeVersion) -> dict[str, Any]:
    """Two versions side by side: who moved, and which parts moved it most.

    Raises ``Invalid`` where they have nothing in common.
    """
    from sti_methods.composite import Unfit  # noqa: PLC0415
    from sti_methods.composite.comparison import compare  # noqa: PLC0415

    top = [version.outcome["codes"][-1] for version in (before, after)]
    pillars = tuple(
        code["code"]
        for code in after.outcome["codes"]
        if code["level"] == top[1]["level"] - 1
    )
    try:
        found = compare(
            before=_compared(before),
            after=_compared(after),
            code=top[0]["code"],
            after_code=top[1]["code"],
            pillars=pillars,
        )
    except Unfit as unfit:
        raise Invalid(faults_of(unfit)) from None
    names = {
        unit["code"]: unit["name"]
        for version in (before, after)
        for unit in version.outcome["units"]
    }
    document = found.to_plain()
    for row in document["units"]:
        row["name"] = names[row["unit"]]
        row["most"] = sorted(
            (one for one in row["pillars"] if one["change"]),
            key=lambda one: -abs(one["change"]),
        )[:2]
    return document


def _compared(version: CompositeVersion) -> Version:
    from sti_methods.composite.comparison import Version  # noqa: PLC0415

    result = version.outcome
    codes = [code["code"] for code in result["codes"]]
    return Version(
        units=tuple(unit["code"] for unit in result["units"]),
        codes=tuple(codes),
        scores=np.array(
            [[np.nan if v is None else v for v in result["scores"][c]] for c in codes]
        ).T,
        effective={code["code"]: code["effective"] for code in result["codes"]},
    )
