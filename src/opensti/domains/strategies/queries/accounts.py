"""Data sets, releases, series, runs: narrowed to what the reader may know of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Count, Prefetch
from django.utils.formats import number_format
from django.utils.translation import gettext_lazy as _

from opensti.domains.strategies.choices import RunKind, RunState
from opensti.domains.strategies.models import Dataset, MethodRun, Series, Vintage
from opensti.domains.strategies.queries.account_words import (
    caution_words,
    column_words,
    convention_words,
)
from opensti.kernel.access import get_visible, require, visible
from opensti.kernel.economies import economy_name
from opensti.kernel.files.serving import files_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.db.models import QuerySet

    from opensti.kernel.access import Actor
    from opensti.kernel.files.models import StoredFile

HEAVY = ("inputs", "output", "warnings")


def datasets(actor: Actor) -> QuerySet[Dataset]:
    """All data sets with the number of their releases."""
    require(actor, "strategies.list_accounts")
    rows = visible(actor, Dataset.objects.all())
    return rows.annotate(releases=Count("vintages")).order_by("code")


def dataset_known(actor: Actor, code: str) -> Dataset:
    """A data set by its code."""
    require(actor, "strategies.list_accounts")
    return get_visible(actor, Dataset.objects.all(), code=code)


def vintages(actor: Actor, dataset: Dataset | None = None) -> QuerySet[Vintage]:
    """Releases, the youngest first; of one data set where it is given."""
    require(actor, "strategies.list_accounts")
    rows = visible(actor, Vintage.objects.select_related("dataset", "loaded_by"))
    rows = rows if dataset is None else rows.filter(dataset=dataset)
    return rows.annotate(lines=Count("series")).order_by("-loaded_at", "-pk")


def vintage_known(actor: Actor, public_id: str) -> Vintage:
    """A release by its public id."""
    require(actor, "strategies.list_accounts")
    rows = Vintage.objects.select_related("dataset", "loaded_by")
    return get_visible(actor, rows, public_id=public_id)


def vintage_file(vintage: Vintage) -> StoredFile | None:
    """The file that a release was loaded from."""
    kept = files_of(f"strategies.vintage:{vintage.public_id}")
    return kept[0] if kept else None


def series_of(actor: Actor, vintage: Vintage) -> QuerySet[Series]:
    """The series of a release, as they stand in its file."""
    require(actor, "strategies.list_accounts")
    return visible(actor, Series.objects.filter(vintage=vintage)).order_by("pk")


def series_choices(actor: Actor, ids: list[str]) -> dict[str, list[str]]:
    """Units, blocks and sectors that stand in any of these releases, in their order."""
    rows = visible(actor, Series.objects.filter(vintage__public_id__in=ids))
    told = rows.order_by("pk").values_list("unit", "block", "sector")
    columns: tuple[dict[str, None], ...] = ({}, {}, {})
    for line in told:
        for known, name in zip(columns, line, strict=True):
            if name:
                known[name] = None
    names = ("units", "blocks", "sectors")
    return {name: [*known] for name, known in zip(names, columns, strict=True)}


def account_runs(actor: Actor) -> QuerySet[MethodRun]:
    """Runs that the reader may know of, the youngest first, without their numbers."""
    require(actor, "strategies.list_accounts")
    rows = visible(actor, MethodRun.objects.defer(*HEAVY))
    return _with_sources(rows.select_related("made_by"))


def account_run(actor: Actor, public_id: str) -> MethodRun:
    """A run with its numbers: for staff any, for everybody else a published one."""
    rows = _with_sources(MethodRun.objects.defer("inputs").select_related("made_by"))
    return get_visible(actor, rows, public_id=public_id)


def published_runs(actor: Actor) -> QuerySet[MethodRun]:
    """Runs that were made public, the youngest first."""
    rows = visible(actor, MethodRun.objects.defer(*HEAVY))
    rows = rows.filter(state=RunState.DONE, published_at__isnull=False)
    return _with_sources(rows).order_by("-published_at", "-pk")


def runs_alike(actor: Actor, run: MethodRun) -> QuerySet[MethodRun]:
    """Computed runs of the same kind that this one can be laid beside."""
    rows = visible(actor, MethodRun.objects.defer(*HEAVY))
    rows = rows.filter(kind=run.kind, state=RunState.DONE).exclude(pk=run.pk)
    return _with_sources(rows)


def _with_sources(rows: QuerySet[MethodRun]) -> QuerySet[MethodRun]:
    sources = Vintage.objects.select_related("dataset").order_by("pk")
    return rows.prefetch_related(Prefetch("vintages", queryset=sources))


def warnings_said(run: MethodRun) -> list[str]:
    """The cautions of a run in words of the reader's language, each once, units joined."""
    joined: dict[str, list[str]] = {}
    for line in run.warnings:
        said = caution_words(line["code"], line["values"])
        units, unit = joined.setdefault(said, []), economy_name(line["unit"])
        if unit not in units:
            units.append(unit)
    return [f"{', '.join(units)}: {said}" for said, units in joined.items()]


def assumed_ranges(run: MethodRun) -> list[tuple[str, float, float]]:
    """Lowest and highest TFP, % a year, of each unit whose labour share is assumed."""
    found: dict[str, list[float]] = {}
    if run.kind == RunKind.GROWTH:
        for part in run.output or ():
            for one in part["answer"]["answers"]:
                if one["share"] is not None and one["mean"] is not None:
                    found.setdefault(one["unit"], []).append(one["mean"]["tfp"])
    return [(economy_name(unit), min(told), max(told)) for unit, told in found.items()]


def side_by_side(one: MethodRun, other: MethodRun) -> list[dict[str, Any]]:
    """The main figures of two runs of one kind, by unit and convention or share.

    Rows have ``unit``, ``what``, ``one``, ``other``, ``difference``; a figure that one of
    them has not is None. Rates in % a year.
    """
    first, second = headlines(one), headlines(other)
    found = []
    for key in dict.fromkeys([*first, *second]):
        a, b = first.get(key), second.get(key)
        apart = None if a is None or b is None else b - a
        found.append(
            {"unit": key[0], "what": key[1:], "one": a, "other": b, "difference": apart}
        )
    return found


def headlines(run: MethodRun) -> dict[tuple[str, ...], float]:
    """The main figures of a run: (unit, convention or share, name) to % a year.

    Of several releases in one run the label of the release stands before the name.
    """
    labels = {v.public_id: v.label for v in run.vintages.all()}
    several = len(labels) > 1
    found: dict[tuple[str, ...], float] = {}
    for part in run.output or ():
        prefix = (labels.get(part["vintage"], ""),) if several else ()
        for one in part["answer"]["answers"]:
            for *names, value in _figures(run.kind, one):
                if value is not None:
                    found[one["unit"], *prefix, *names] = value
    return found


def _figures(kind: str, one: dict[str, Any]) -> list[tuple[Any, ...]]:
    names: tuple[str, ...]
    if kind == RunKind.SHIFT_SHARE:
        names = ("rate_within", "rate_between", "rate_total")
        return [(one["convention"], name, one[name]) for name in names]
    if kind == RunKind.GROWTH:
        share = "" if one["share"] is None else f"{one['share']:.3f}"
        names = ("value_added", "labour", "quality", "capital", "tfp")
        mean = one["mean"] or {}
        return [(share, name, mean.get(name)) for name in names]
    return [
        (name, what, 100 * one[name][what])
        for name in ("value_added", "productivity")
        for what in ("promised", "achieved", "required")
    ]


_NAMES = {
    "rate_within": _("within sectors"),
    "rate_between": _("between sectors"),
    "rate_total": _("productivity"),
    "value_added": _("value added"),
    "labour": _("labour"),
    "quality": _("quality of labour"),
    "capital": _("capital"),
    "tfp": _("TFP"),
    "productivity": _("labour productivity"),
    "promised": _("promised"),
    "achieved": _("reached so far"),
    "required": _("needed from now on"),
}


def figure_words(names: Sequence[str]) -> str:
    """A main figure by its names: of the release, convention or share, and what it is."""
    told = [str(_NAMES.get(name, convention_words(name))) for name in names if name]
    return ", ".join(told)


def parameters_said(run: MethodRun) -> list[tuple[str, str]]:
    """What was asked, in words."""
    asked = run.parameters
    found = [(str(_("Years")), f"{asked['first']}-{asked['last']}")]
    lists = (
        ("units", _("Economies or provinces"), _("all")),
        ("sectors", _("Sectors"), _("all")),
        ("exclude", _("Left out"), _("none")),
    )
    for name, label, none in lists:
        if name in asked:
            told = ", ".join(map(economy_name, asked[name]))
            found.append((str(label), told or str(none)))
    if "conventions" in asked:
        told = ", ".join(map(convention_words, asked["conventions"]))
        found.append((str(_("Conventions")), told))
    found += [
        (column_words(name), asked[name])
        for name in ("value_added", "employment", "value_added_current")
        if asked.get(name)
    ]
    found += [(column_words(n), said) for n, said in asked.get("columns", {}).items()]
    found += [
        (
            str(_("Capital: %(name)s") % {"name": one["name"]}),
            "; ".join(filter(None, (one["volume"], one["income"]))),
        )
        for one in asked.get("capitals", ())
    ]
    if "shares" in asked:
        told = "; ".join(number_format(one, decimal_pos=3) for one in asked["shares"])
        found.append((str(_("Labour shares assumed where none is published")), told))
    if "promised" in asked:
        found.append((str(_("Promise")), f"{asked['base']}-{asked['until']}"))
    return found
