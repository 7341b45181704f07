"""Folders of ``opensti composite``: an answer written whole, and two answers read again."""

from __future__ import annotations

import csv
import json
import math
import shutil
from dataclasses import dataclass
from pathlib import Path
from tempfile import mkdtemp
from typing import TYPE_CHECKING, Any

import numpy as np
from django.utils.translation import gettext as _
from sti_methods.composite.comparison import Version

from opensti.console.panels_files import Findings, Refused, text_of
from opensti.kernel.tables import safe_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

__all__ = [
    "MISSING",
    "Answer",
    "cell",
    "read_answer",
    "refuse_place",
    "write_folder",
    "write_table",
]

MISSING = "NA"
Rows = tuple[tuple[str, ...], list[list[str]]]


def cell(value: object) -> str:
    """A number as it is, NA for none."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return MISSING
    return repr(value) if isinstance(value, float) else safe_text(str(value))


def refuse_place(output: Path, files: Iterable[str], read: Sequence[Path]) -> None:
    """Refuse a folder that is a file, or in which a file that is read would be lost."""
    if output.exists() and not output.is_dir():
        raise Refused(
            f"{_('Nothing was written.')}\n"
            + _("%(place)s is a file; name a folder.") % {"place": output.name}
        )
    ours = {(output / name).resolve() for name in files}
    for path in read:
        if path.resolve() in ours:
            raise Refused(
                f"{_('Nothing was written.')}\n{path.name}: "
                + _("this file is used already; write to another.")
            )


def write_folder(
    output: Path, tables: Mapping[str, Rows], log: Mapping[str, Any]
) -> None:
    """Write all tables and log.json beside the folder, and move them there when whole."""
    output.parent.mkdir(parents=True, exist_ok=True)
    unfinished = Path(mkdtemp(prefix=f".{output.name}.", dir=output.parent))
    try:
        for name, (head, lines) in tables.items():
            _write(unfinished / name, head, lines)
        told = json.dumps(
            log, ensure_ascii=False, indent=1, sort_keys=True, allow_nan=False
        )
        (unfinished / "log.json").write_text(told + "\n", encoding="utf-8")
        output.mkdir(exist_ok=True)
        for written in sorted(unfinished.iterdir()):
            written.replace(output / written.name)
    except OSError as error:
        raise Refused(
            _("Nothing was written: %(why)s.") % {"why": error.strerror}
        ) from None
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)


def write_table(output: Path, head: Sequence[str], lines: list[list[str]]) -> None:
    """Write a CSV beside its place and move it there when it is whole."""
    unfinished = output.with_name(f".{output.name}.part")
    try:
        _write(unfinished, head, lines)
        unfinished.replace(output)
    except OSError as error:
        raise Refused(
            _("Nothing was written: %(why)s.") % {"why": error.strerror}
        ) from None
    finally:
        unfinished.unlink(missing_ok=True)


def _write(place: Path, head: Sequence[str], lines: list[list[str]]) -> None:
    with place.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow([safe_text(code) for code in head])
        writer.writerows(lines)


@dataclass(frozen=True)
class Answer:
    """What ``opensti composite run`` wrote: scores, and what its log says of the tree.

    ``levels``: level → codes from 2 on; ``linear``: levels joined by the arithmetic mean.
    """

    version: Version
    levels: Mapping[int, tuple[str, ...]]
    linear: frozenset[int]

    @property
    def index(self) -> str:
        return self.levels[max(self.levels)][0]

    def without_parts(self) -> Answer:
        """The same without effective weights: they say nothing of other means."""
        plain = Version(
            units=self.version.units,
            codes=self.version.codes,
            scores=self.version.scores,
            effective={},
        )
        return Answer(plain, self.levels, self.linear)


def read_answer(folder: Path) -> Answer:
    """Read scores.csv and log.json of a folder; refused with file, row and column."""
    found = Findings()
    places = {name: folder / name for name in ("scores.csv", "log.json")}
    for name, place in places.items():
        if not place.is_file():
            raise Refused(
                _(
                    "%(folder)s has no %(file)s; name a folder that `opensti composite run` wrote."
                )
                % {"folder": folder.name, "file": name}
            )
    lines = list(csv.reader(text_of(places["scores.csv"]).splitlines()))
    head, rows = (lines[0] if lines else []), lines[1:]
    scores = np.full((len(rows), max(len(head) - 1, 0)), np.nan)
    for number, row in enumerate(rows, 2):
        if len(row) != len(head):
            found.add(
                places["scores.csv"],
                number,
                head[-1] if head else "1",
                _("the row has %(is)s cells, row 1 has %(must)s.")
                % {"is": len(row), "must": len(head)},
            )
            continue
        for column, said in enumerate(row[1:]):
            if said != MISSING:
                scores[number - 2, column] = _score(
                    said, (places["scores.csv"], number, head[column + 1]), found
                )
    found.stop()
    units = tuple(_unquoted(row[0]) for row in rows)
    codes = tuple(_unquoted(code) for code in head[1:])
    effective, levels, linear = _tree(places["log.json"], codes)
    version = Version(units=units, codes=codes, scores=scores, effective=effective)
    return Answer(version, levels, linear)


def _unquoted(said: str) -> str:
    """The text before ``safe_text`` had it."""
    quoted = said.startswith("'") and safe_text(said[1:]) == said
    return said[1:] if quoted else said


def _score(said: str, at: tuple[Path, int, str], found: Findings) -> float:
    try:
        value = float(said)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        found.add(
            *at,
            _("“%(cell)s” is no number; write one like 0.75, with a point.")
            % {"cell": said[:40]},
        )
    return value


def _tree(
    place: Path, codes: tuple[str, ...]
) -> tuple[dict[str, float], dict[int, tuple[str, ...]], frozenset[int]]:
    try:
        told = json.loads(text_of(place))
        effective = {str(c): float(w) for c, w in told["effective_weights"].items()}
        steps = [step for step in told["steps"] if step["step"] == "aggregate"]
        levels = {int(s["parameters"]["level"]): tuple(s["codes"]) for s in steps}
        linear = frozenset(
            int(s["parameters"]["level"])
            for s in steps
            if s["parameters"]["method"] == "arithmetic"
        )
        known = levels and all(c in codes for of in levels.values() for c in of)
    except (ValueError, KeyError, TypeError, AttributeError):
        known = False
    if not known:
        raise Refused(
            _(
                "%(file)s does not say which tree the scores are of; run the recipe again."
            )
            % {"file": f"{place.parent.name}/{place.name}"}
        )
    return effective, levels, linear
