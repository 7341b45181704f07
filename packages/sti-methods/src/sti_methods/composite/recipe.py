"""A recipe: every choice that leads from raw data to an index, as readable plain data.

Defaults are those of the COIN Tool and the Global Innovation Index: at least 65 % of the
data of a unit, |skewness| 2 with kurtosis 3.5, at most five points winsorised.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from sti_methods.composite.bands import Band, bands_of
from sti_methods.composite.judged import JUDGED, judged_of
from sti_methods.composite.reading import Part
from sti_methods.composite.unfit import Unfit

__all__ = [
    "AGGREGATIONS",
    "IMPUTATIONS",
    "NORMALISATIONS",
    "Aggregation",
    "FoundWeights",
    "Imputation",
    "Normalisation",
    "Recipe",
    "Screening",
    "Treatment",
]

IMPUTATIONS = (
    "none",
    "mean",
    "median",
    "group_mean",
    "group_median",
    "em",
    "latest_year",
)
NORMALISATIONS = (
    "none",
    "min_max",
    "z",
    "rank",
    "percentile_rank",
    "borda",
    "distance_to_max",
    "distance_to_target",
    "distance_to_reference",
    "goalposts",
)
AGGREGATIONS = ("arithmetic", "geometric", "harmonic", "copeland")
FINDINGS = ("pca", "correlation")
COUNTED = ("missing", "zeros", "both")
KEYS = (
    "name",
    "title_vi",
    "title_en",
    "source",
    "year",
    "leave_out",
    "denominate",
    "screen",
    "impute",
    "treat",
    "normalise",
    "weights",
    "weight_sets",
    "judged",
    "aggregate",
    "bands",
)


@dataclass(frozen=True, kw_only=True)
class Screening:
    """``units``, ``indicators``: the least share of cells that must be there; 0 asks nothing.

    ``counted``: what counts against it: missing cells, zeros among those there, or both.
    """

    units: float = 0.0
    indicators: float = 0.0
    counted: str = "missing"
    after_imputing: bool = False

    @classmethod
    def of(cls, said: Any, found: list[Unfit] | None = None) -> Screening:
        """Read a mapping; raises Unfit with all faults unless gathered."""
        own: list[Unfit] = [] if found is None else found
        keys = ("units", "indicators", "counted", "after_imputing")
        part = Part(said, "screen", keys, own)
        read = cls(
            units=part.number("units", 0.0, least=0.0, most=1.0),
            indicators=part.number("indicators", 0.0, least=0.0, most=1.0),
            counted=part.choice("counted", COUNTED, "missing"),
            after_imputing=part.flag("after_imputing", default=False),
        )
        if found is None:
            Unfit.raise_all(own)
        return read


@dataclass(frozen=True, kw_only=True)
class Imputation:
    """``group``: the column of groups; ``most_years``: how old a latest year may be."""

    method: str = "none"
    group: str = ""
    most_years: int = 5

    @classmethod
    def of(cls, said: Any, found: list[Unfit] | None = None) -> Imputation:
        """Read a method's name or a mapping; raises Unfit with all faults unless gathered."""
        own: list[Unfit] = [] if found is None else found
        keys = ("method", "group", "most_years")
        part = Part(
            {"method": said} if isinstance(said, str) else said, "impute", keys, own
        )
        if isinstance(said, Mapping) and "method" not in said:
            part.fault("recipe_needs", "impute.method", method="impute")
        read = cls(
            method=part.choice("method", IMPUTATIONS, "none"),
            group=part.text("group"),
            most_years=part.whole("most_years", 5, least=1),
        )
        grouped = read.method in {"group_mean", "group_median"}
        if grouped and not read.group:
            part.fault("recipe_needs", "impute.group", method=read.method)
        if read.group and not grouped:
            part.fault("recipe_unused", "impute.group", method=read.method)
        if found is None:
            Unfit.raise_all(own)
        return read


@dataclass(frozen=True, kw_only=True)
class Treatment:
    """An indicator passes when |skewness| < ``skewness`` or kurtosis < ``kurtosis``.

    ``winsorise``: the most points moved; ``log``: whether what still fails is logged.
    """

    method: str = "none"
    skewness: float = 2.0
    kurtosis: float = 3.5
    winsorise: int = 5
    log: bool = True
    leave: tuple[str, ...] = ()

    @classmethod
    def of(cls, said: Any, found: list[Unfit]) -> Treatment:
        keys = ("method", "skewness", "kurtosis", "winsorise", "log", "leave")
        part = Part(said, "treat", keys, found)
        return cls(
            method=part.choice("method", ("none", "outliers"), "outliers"),
            skewness=part.number("skewness", 2.0, least=0.0),
            kurtosis=part.number("kurtosis", 3.5),
            winsorise=part.whole("winsorise", 5),
            log=part.flag("log", default=True),
            leave=part.codes("leave"),
        )


@dataclass(frozen=True, kw_only=True)
class Normalisation:
    """The method with its ends.

    ``lowest``, ``highest``: of min-max, percentile rank, distances and goalposts; ``mean``,
    ``deviation``: of z-scores; ``reference``: the unit distances are taken to; ``capped``:
    whether what lies beyond target, reference or posts stops there; ``posts``: code → ends.
    """

    method: str = "min_max"
    lowest: float = 0.0
    highest: float = 100.0
    mean: float = 0.0
    deviation: float = 1.0
    reference: str = ""
    capped: bool = True
    posts: Mapping[str, tuple[float, float]] = field(default_factory=dict)

    @classmethod
    def of(cls, said: Any, found: list[Unfit] | None = None) -> Normalisation:
        """Read a method's name or a mapping; raises Unfit with all faults unless gathered."""
        own: list[Unfit] = [] if found is None else found
        keys = (
            "method",
            "lowest",
            "highest",
            "mean",
            "deviation",
            "reference",
            "capped",
            "posts",
        )
        part = Part(
            {"method": said} if isinstance(said, str) else said, "normalise", keys, own
        )
        read = cls(
            method=part.choice("method", NORMALISATIONS, "min_max"),
            lowest=part.number("lowest", 0.0),
            highest=part.number("highest", 100.0),
            mean=part.number("mean", 0.0),
            deviation=part.number("deviation", 1.0, least=1e-9),
            reference=part.text("reference"),
            capped=part.flag("capped", default=True),
            posts=part.pairs("posts"),
        )
        if not read.lowest < read.highest:
            part.fault("recipe_ends", "normalise.highest", lowest=read.lowest)
        if read.method == "distance_to_reference" and not read.reference:
            part.fault("recipe_needs", "normalise.reference", method=read.method)
        if read.method == "goalposts" and not read.posts:
            part.fault("recipe_needs", "normalise.posts", method=read.method)
        if found is None:
            Unfit.raise_all(own)
        return read


@dataclass(frozen=True, kw_only=True)
class Aggregation:
    """``method`` for all levels, ``levels``: level → method where it is another.

    ``least_data``: the least share of its children that an aggregate must have; with 0 one
    child is enough.
    """

    method: str = "arithmetic"
    levels: Mapping[int, str] = field(default_factory=dict)
    least_data: float = 0.0

    @classmethod
    def of(cls, said: Any, found: list[Unfit] | None = None) -> Aggregation:
        """Read a method's name or a mapping; raises Unfit with all faults unless gathered."""
        own: list[Unfit] = [] if found is None else found
        part = Part(
            {"method": said} if isinstance(said, str) else said,
            "aggregate",
            ("method", "levels", "least_data"),
            own,
        )
        stated = part.said.get("levels", {})
        levels: dict[int, str] = {}
        if not isinstance(stated, Mapping):
            part.fault("recipe_mapping", "aggregate.levels", keys="2, 3, 4")
            stated = {}
        for level, method in stated.items():
            path = f"aggregate.levels.{level}"
            if isinstance(level, bool) or not isinstance(level, int) or level < 2:  # noqa: PLR2004
                part.fault("recipe_level", path)
            elif method not in AGGREGATIONS:
                part.fault(
                    "recipe_choice",
                    path,
                    value=str(method)[:40],
                    near="",
                    known=", ".join(AGGREGATIONS),
                )
            else:
                levels[level] = str(method)
        read = cls(
            method=part.choice("method", AGGREGATIONS, "arithmetic"),
            levels=levels,
            least_data=part.number("least_data", 0.0, least=0.0, most=1.0),
        )
        if found is None:
            Unfit.raise_all(own)
        return read

    def at(self, level: int) -> str:
        return self.levels.get(level, self.method)


@dataclass(frozen=True, kw_only=True)
class FoundWeights:
    """``method``: pca or correlation; ``levels``: whose codes are weighed by it."""

    method: str
    levels: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """All choices of one index.

    ``denominate``: None for as the table of the tree says. ``weights``: ``given``, ``equal`` or
    the name of a set; ``found``: the levels whose weights come from the data instead.
    ``judged``: part → how judges weighed what is below it; the weights count as they stand
    in the set ``judged``.
    """

    name: str
    title_vi: str = ""
    title_en: str = ""
    source: str = ""
    year: int | None = None
    leave_out: tuple[str, ...] = ()
    denominated: bool = True
    denominate: Mapping[str, str] | None = None
    screen: Screening = field(default_factory=Screening)
    impute: Imputation = field(default_factory=Imputation)
    treat: Treatment = field(default_factory=Treatment)
    normalise: Normalisation = field(default_factory=Normalisation)
    weights: str = "given"
    found: FoundWeights | None = None
    weight_sets: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    judged: Mapping[str, Any] = field(default_factory=dict)
    aggregate: Aggregation = field(default_factory=Aggregation)
    bands: tuple[Band, ...] = ()

    @classmethod
    def of(cls, said: Any) -> Recipe:
        """Read a recipe from plain data.

        Raises
        ------
        Unfit
            ``all`` holds every fault with the ``path`` to it: ``recipe_key`` (with the
            nearest known key), ``recipe_empty`` for a step that is named but says nothing,
            ``recipe_choice``, ``recipe_number``, ``recipe_range`` and their kin;
            ``recipe_judged`` (code, judged) where a weight is not what the judges said.
        """
        found: list[Unfit] = []
        part = Part(said, "", KEYS, found)
        year = part.whole("year", 0) if "year" in part else None
        denominated, denominate = _denominate(part)
        weight_sets = _weight_sets(part)
        weights, by_data = _weights(part, ("given", "equal", *weight_sets))
        recipe = cls(
            name=part.text("name", "index") or "index",
            title_vi=part.text("title_vi"),
            title_en=part.text("title_en"),
            source=part.text("source"),
            year=year,
            leave_out=part.codes("leave_out"),
            denominated=denominated,
            denominate=denominate,
            screen=Screening.of(part.said.get("screen", {}), found),
            impute=Imputation.of(part.said.get("impute", "none"), found),
            treat=Treatment.of(part.said.get("treat", {"method": "none"}), found),
            normalise=Normalisation.of(part.said.get("normalise", {}), found),
            weights=weights,
            found=by_data,
            weight_sets=weight_sets,
            judged=judged_of(part, weight_sets),
            aggregate=Aggregation.of(part.said.get("aggregate", {}), found),
            bands=bands_of(part.said.get("bands", []), "bands", found),
        )
        Unfit.raise_all(found)
        return recipe

    def named_codes(self) -> Iterator[tuple[str, str]]:
        """Codes of the tree that the recipe names, with the path to each."""
        yield from (("leave_out", code) for code in self.leave_out)
        yield from (("treat.leave", code) for code in self.treat.leave)
        yield from (("denominate", code) for code in self.denominate or {})
        yield from (("normalise.posts", code) for code in self.normalise.posts)
        for name, weights in self.weight_sets.items():
            yield from ((f"weight_sets.{name}", code) for code in weights)
        yield from ((JUDGED, code) for code in self.judged)

    def to_plain(self) -> dict[str, Any]:
        return asdict(self)


def _denominate(part: Part) -> tuple[bool, Mapping[str, str] | None]:
    said = part.said.get("denominate", True)
    if isinstance(said, Mapping):
        return True, {str(code): str(column) for code, column in said.items()}
    return part.flag("denominate", default=True), None


def _weights(part: Part, known: tuple[str, ...]) -> tuple[str, FoundWeights | None]:
    said = part.said.get("weights", "given")
    if not isinstance(said, Mapping):
        return part.choice("weights", known, "given"), None
    own = Part(said, "weights", ("method", "levels", "others"), part.found)
    levels = own.said.get("levels")
    if not isinstance(levels, list) or not all(
        isinstance(n, int) and not isinstance(n, bool) and n > 0 for n in levels
    ):
        own.fault("recipe_levels", own.at("levels"))
        levels = []
    return own.choice("others", known, "given"), FoundWeights(
        method=own.choice("method", FINDINGS, ""),
        levels=tuple(sorted(set(levels))),
    )


def _weight_sets(part: Part) -> dict[str, dict[str, float]]:
    said = part.said.get("weight_sets", {})
    if not isinstance(said, Mapping):
        part.fault("recipe_mapping", "weight_sets", keys="")
        return {}
    names = Part(said, "weight_sets", [str(name) for name in said], part.found)
    return {str(name): names.numbers(str(name), least=0.0) for name in names.said}
