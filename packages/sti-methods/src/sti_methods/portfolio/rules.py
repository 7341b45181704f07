"""Rules of a selection as plain data (YAML, JSON, a form), turned into named conditions.

Keys: ``budgets``, ``floors``, ``ceilings``, ``shares``, ``exclusive``, ``requires``,
``together``, ``must``, ``never``, ``threshold``, ``at_least``, ``at_most``, ``reserve``,
``ties``; see docs/methods/portfolio.md. Numbers may be text, as YAML and forms have them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from sti_methods.portfolio.claims import contradictions
from sti_methods.portfolio.problem import (
    COUNT,
    MERIT,
    Condition,
    Exclusive,
    Limit,
    Must,
    Never,
    Requires,
    Share,
    Threshold,
    Together,
)
from sti_methods.portfolio.reading import Path, Reader
from sti_methods.portfolio.solving import drawn_order

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from sti_methods.portfolio.problem import Where

__all__ = ["KEYS", "Rules", "conditions_of"]

KEYS = (
    "budgets",
    "floors",
    "ceilings",
    "shares",
    "exclusive",
    "requires",
    "together",
    "must",
    "never",
    "threshold",
    "at_least",
    "at_most",
    "reserve",
    "ties",
)
LIMIT_KEYS = ("where", "per", "measure", "at_least", "at_most", "name")
SHARE_KEYS = ("where", "measure", "at_least", "at_most", "name")
MOST_RESERVE = 1_000_000


@dataclass(frozen=True, kw_only=True)
class Rules:
    """What the rules say.

    Attributes
    ----------
    conditions
        Every condition with its name; the threshold is one of them.
    budgets
        Names of the conditions that are budgets.
    order, seed
        What decides between sets of equal merit: proposals in a stated order, or a draw.
        Neither: the order of the ids.
    """

    conditions: tuple[Condition, ...] = ()
    threshold: float | None = None
    reserve: int = 0
    budgets: tuple[str, ...] = ()
    order: tuple[str, ...] = ()
    seed: str | None = None

    def order_of(self, proposals: Sequence[str]) -> list[str]:
        """All proposals in the order that decides ties."""
        if self.seed is not None:
            return drawn_order(proposals, self.seed)
        first = {name: n for n, name in enumerate(self.order)}
        return sorted(proposals, key=lambda name: (first.get(name, len(first)), name))


def conditions_of(
    document: Mapping[str, Any],
    *,
    measures: Collection[str],
    columns: Collection[str] | Mapping[str, Collection[str]],
    proposals: Collection[str] | Mapping[str, Collection[str]],
) -> Rules:
    """Turn rules into named conditions.

    Parameters
    ----------
    measures
        Names of amounts (``count`` and ``merit`` are known).
    columns
        Names of categories; with their values, ``per`` can be told for each value.
    proposals
        Ids; with the names of their levels, a level can be asked for by ``must``.

    Raises
    ------
    Faulty
        The first fault, with ``path`` to it and all others in ``all``. Kinds:
        ``unknown_key``, ``mapping``, ``list``, ``text``, ``number``, ``negative``,
        ``whole``, ``share``, ``unknown_proposal``, ``unknown_level``, ``unknown_measure``,
        ``unknown_column``, ``few``, ``two``, ``twice``, ``missing``, ``limit``,
        ``one_of``, ``contradiction`` (about the names of two conditions).
    """
    ids = set(proposals)
    levels = proposals if isinstance(proposals, Mapping) else {}
    values = columns if isinstance(columns, Mapping) else {}
    reader = _Rules(
        measures={*measures, COUNT, MERIT},
        columns=set(columns),
        values=values,
        ids=ids,
        levels=levels,
    )
    rules = reader.read(document)
    reader.stop()
    return rules


class _Rules(Reader):
    def __init__(
        self,
        *,
        measures: set[str],
        columns: Collection[str],
        values: Mapping[str, Collection[str]],
        ids: Collection[str],
        levels: Mapping[str, Collection[str]],
    ) -> None:
        super().__init__()
        self.measures, self.columns, self.values = measures, columns, values
        self.ids, self.levels = ids, levels
        self.conditions: dict[str, Condition] = {}
        self.paths: dict[str, Path] = {}

    def read(self, document: Mapping[str, Any]) -> Rules:
        top = self.mapping(document, (), KEYS)
        budgets = self._budgets(top.get("budgets"))
        readers: dict[str, Callable[[Any, Path], None]] = {
            "floors": partial(self._limit, kind="floor"),
            "ceilings": partial(self._limit, kind="ceiling"),
            "shares": self._share,
            "exclusive": partial(self._group, key="exclusive"),
            "together": partial(self._group, key="together"),
            "requires": partial(self._group, key="requires"),
            "must": self._must,
            "never": self._never,
        }
        for key, reader in readers.items():
            for path, entry in self.items(top.get(key), (key,)):
                reader(entry, path)
        threshold = self._threshold(top.get("threshold"))
        self._whole(top)
        order, seed = self._ties(top.get("ties"))
        reserve = self.count(top.get("reserve"), ("reserve",)) or 0
        if reserve > MOST_RESERVE:
            self.fault("number", str(reserve), path=("reserve",))
        for kind, about, path in contradictions(self.conditions.values(), self.paths):
            self.fault(kind, *about, path=path)
        return Rules(
            conditions=tuple(sorted(self.conditions.values(), key=lambda c: c.name)),
            threshold=threshold,
            reserve=reserve,
            budgets=tuple(sorted(budgets)),
            order=order,
            seed=seed,
        )

    def add(self, condition: Condition, path: Path) -> None:
        """Keep a condition under its name, which is its own."""
        if condition.name in self.conditions:
            self.fault("twice", condition.name, path=path)
            return
        self.conditions[condition.name] = condition
        self.paths[condition.name] = path

    # ------------------------------------------------------------ amounts

    def _budgets(self, said: Any) -> list[str]:
        names = []
        for measure, amount in self.mapping(said, ("budgets",)).items():
            path = ("budgets", measure)
            most = self.number(amount, path, least=0.0)
            if measure not in self.measures - {COUNT, MERIT}:
                self.fault("unknown_measure", measure, path=path)
            elif most is not None:
                name = f"budget:{measure}"
                self.add(Limit(name=name, measure=measure, at_most=most), path)
                names.append(name)
        return names

    def _limit(self, said: Any, path: Path, kind: str) -> None:
        entry = self.mapping(said, path, LIMIT_KEYS)
        where, measure = self._where(entry, path), self._measure(entry, path)
        low, high = self._ends(entry, path)
        per = self._per(entry, path)
        if where is None or measure is None or (low is None and high is None):
            return
        named = self._name(entry, path)
        for each in (
            [where] if per is None else [{**where, per: v} for v in self._of(per)]
        ):
            own = named or f"{kind}:{_there(each)}:{measure}"
            if named and per is not None:
                own = f"{named}: {next(iter(each[per]))}"
            self.add(
                Limit(
                    name=own, measure=measure, where=each, at_least=low, at_most=high
                ),
                path,
            )

    def _per(self, entry: Mapping[str, Any], path: Path) -> str | None:
        if "per" not in entry:
            return None
        column = self.text(entry["per"], (*path, "per"))
        if column is not None and column not in self.values:
            self.fault("unknown_column", column, path=(*path, "per"))
            return None
        return column

    def _of(self, column: str) -> list[frozenset[str]]:
        return [frozenset([value]) for value in sorted({*self.values[column]} - {""})]

    def _share(self, said: Any, path: Path) -> None:
        entry = self.mapping(said, path, SHARE_KEYS)
        if entry and "where" not in entry:
            self.fault("missing", "where", path=path)
        where, measure = self._where(entry, path), self._measure(entry, path)
        low, high = self._ends(entry, path, most=1.0)
        if not where or measure is None or (low is None and high is None):
            return
        name = self._name(entry, path) or f"share:{_there(where)}:{measure}"
        self.add(
            Share(name=name, measure=measure, where=where, at_least=low, at_most=high),
            path,
        )

    def _where(self, entry: Mapping[str, Any], path: Path) -> Where | None:
        found: dict[str, frozenset[str]] = {}
        for column, said in self.mapping(entry.get("where"), (*path, "where")).items():
            there = (*path, "where", column)
            if column not in self.columns:
                self.fault("unknown_column", column, path=there)
                return None
            many = isinstance(said, list | tuple)
            pairs = self.items(said, there) if many else [(there, said)]
            values = [self.text(value, p) for p, value in pairs]
            if not values:
                self.fault("few", column, path=there)
            found[column] = frozenset(v for v in values if v is not None)
        return found

    def _measure(self, entry: Mapping[str, Any], path: Path) -> str | None:
        if "measure" not in entry:
            return COUNT
        measure = self.text(entry["measure"], (*path, "measure"))
        if measure is not None and measure not in self.measures:
            self.fault("unknown_measure", measure, path=(*path, "measure"))
            return None
        return measure

    def _ends(
        self, entry: Mapping[str, Any], path: Path, most: float | None = None
    ) -> tuple[float | None, float | None]:
        least = 0.0 if most is not None else None
        low, high = (
            self.number(entry[end], (*path, end), least=least, most=most)
            if end in entry
            else None
            for end in ("at_least", "at_most")
        )
        if entry and "at_least" not in entry and "at_most" not in entry:
            self.fault("limit", path=path)
        if low is not None and high is not None and low > high:
            self.fault("limit", f"{low:g}", f"{high:g}", path=(*path, "at_most"))
            return None, None
        return low, high

    def _name(self, entry: Mapping[str, Any], path: Path) -> str | None:
        return self.text(entry["name"], (*path, "name")) if "name" in entry else None

    def _whole(self, top: Mapping[str, Any]) -> None:
        """So many in all."""
        low, high = (
            self.count(top.get(end), (end,)) for end in ("at_least", "at_most")
        )
        for end, value in (("at_least", low), ("at_most", high)):
            if value is not None:
                ends = {end: float(value)}
                self.add(
                    Limit(name=f"{end}:{COUNT}", measure=COUNT, **ends),  # type: ignore[arg-type]
                    (end,),
                )

    def _threshold(self, said: Any) -> float | None:
        if said is None:
            return None
        entry = self.mapping(said, ("threshold",), (MERIT,))
        if MERIT not in entry:
            if not self.faults:
                self.fault("missing", MERIT, path=("threshold",))
            return None
        path = ("threshold", MERIT)
        least = self.number(entry[MERIT], path)
        if least is not None:
            self.add(Threshold(name=f"threshold:{MERIT}", at_least=least), path)
        return least

    # ------------------------------------------------------------ proposals

    def known(self, said: Any, path: Path) -> str | None:
        name = self.text(said, path)
        if name is not None and name not in self.ids:
            self.fault("unknown_proposal", name, path=path)
            return None
        return name

    def _group(self, said: Any, path: Path, key: str) -> None:
        names = [self.known(entry, p) for p, entry in self.items(said, path)]
        known = tuple(name for name in names if name is not None)
        if len(known) < len(names) or not isinstance(said, list | tuple):
            return
        if twice := [name for n, name in enumerate(known) if name in known[:n]]:
            self.fault("twice", *twice, path=path)
        elif key == "requires":
            if len(known) != 2:  # noqa: PLR2004 -- one needs another
                self.fault("two", path=path)
                return
            a, b = known
            name = f"requires:{a}>{b}"
            self.add(Requires(name=name, proposal=a, needs=b), path)
        elif len(known) < 2:  # noqa: PLR2004 -- one alone excludes nothing
            self.fault("few", *known, path=path)
        else:
            kind = Exclusive if key == "exclusive" else Together
            ordered = tuple(sorted(known))
            self.add(kind(name=f"{key}:{'+'.join(ordered)}", proposals=ordered), path)

    def _must(self, said: Any, path: Path) -> None:
        level = None
        if isinstance(said, Mapping):
            entry = self.mapping(said, path, ("id", "level"))
            if "id" not in entry:
                self.fault("missing", "id", path=path)
                return
            name = self.known(entry["id"], (*path, "id"))
            if "level" in entry:
                level = self.text(entry["level"], (*path, "level"))
                if (
                    name
                    and level is not None
                    and level not in self.levels.get(name, ())
                ):
                    self.fault("unknown_level", name, level, path=(*path, "level"))
        else:
            name = self.known(said, path)
        if name is not None:
            own = f"must:{name}" if level is None else f"must:{name}@{level}"
            self.add(Must(name=own, proposal=name, level=level), path)

    def _never(self, said: Any, path: Path) -> None:
        if (name := self.known(said, path)) is not None:
            self.add(Never(name=f"never:{name}", proposal=name), path)

    def _ties(self, said: Any) -> tuple[tuple[str, ...], str | None]:
        entry = self.mapping(said, ("ties",), ("order", "draw"))
        if said is not None and len(entry) != 1:
            if not self.faults:
                self.fault("one_of", "order", "draw", path=("ties",))
            return (), None
        if "draw" in entry:
            return (), self.text(entry["draw"], ("ties", "draw"))
        path = ("ties", "order")
        names = [self.known(v, p) for p, v in self.items(entry.get("order"), path)]
        known = [name for name in names if name is not None]
        if twice := [name for n, name in enumerate(known) if name in known[:n]]:
            self.fault("twice", *twice, path=path)
        return tuple(known), None


def _there(where: Where) -> str:
    """``field=energy|water,province=01``; ``*`` where all are meant."""
    said = [f"{column}={'|'.join(sorted(values))}" for column, values in where.items()]
    return ",".join(sorted(said)) or "*"
