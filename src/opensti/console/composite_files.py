"""Files of ``opensti composite``: recipe and two tables in, a folder out, whole or not at all."""

from __future__ import annotations

import csv
import json
import math
import os
import re
import shutil
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import mkdtemp
from typing import TYPE_CHECKING, Any

import yaml
from django.utils.translation import gettext as _
from sti_methods.composite import Recipe, Tables, Unfit

from opensti.console.panels_files import Findings, Refused, text_of
from opensti.console.portfolio_files import Document, read_document
from opensti.domains.strategies.queries.index_words import (
    COLUMNS,
    RECIPE_PATHS,
    words_of,
)
from opensti.kernel.refusals import Invalid
from opensti.kernel.spreadsheets import open_table
from opensti.kernel.tables import safe_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sti_methods.composite import Run

MISSING = "NA"


class Plain(yaml.SafeLoader):
    """YAML in which NO is a country, not a negation; only true and false are truth values."""


Plain.yaml_implicit_resolvers = {
    first: [
        (tag, pattern)
        for tag, pattern in resolvers
        if not tag.endswith((":bool", ":timestamp"))
    ]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
Plain.add_implicit_resolver(
    "tag:yaml.org,2002:bool", re.compile(r"^(?:true|false)$"), list("tf")
)


def load_plain(path: Path, found: Findings) -> Any:
    """The typed data of a file that ``read_document`` found nothing wrong with.

    What only this reader minds (tabs, names with tags) is noted at its line.
    """
    try:
        return yaml.load(text_of(path), Loader=Plain)  # noqa: S506 -- a SafeLoader
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        found.add_line(
            path,
            mark.line + 1 if mark else 1,
            mark.column + 1 if mark else 1,
            _("this is not YAML; check spaces and colons."),
        )
        return None


@dataclass
class Given:
    """The three files as read, and where each of their parts stands."""

    recipe_path: Path
    data_path: Path
    meta_path: Path
    found: Findings = field(default_factory=Findings)
    document: Document | None = None
    marks: dict[str, yaml.Mark] = field(default_factory=dict)
    recipe: Recipe | None = None
    tables: Tables | None = None

    def read(self) -> tuple[Recipe, Tables]:
        """Read all three; every fault of every file is said at once."""
        self.document = read_document(self.recipe_path, self.found)
        for marks in (self.document.values, self.document.keys):
            self.marks |= {".".join(map(str, path)): m for path, m in marks.items()}
        if not self.found.count:
            self._read_recipe()
        data, data_rows = self._rows(self.data_path)
        meta, meta_rows = self._rows(self.meta_path)
        if data is not None and meta is not None:
            try:
                self.tables = Tables.of(
                    data=data,
                    meta=meta,
                    data_rows=data_rows,
                    meta_rows=meta_rows,
                    year=self.recipe.year if self.recipe else None,
                )
            except Unfit as refusal:
                self.note(refusal)
        self.found.stop()
        if self.recipe is None or self.tables is None:
            # A reader that neither read nor said why.
            raise RuntimeError(self.found.lines)
        return self.recipe, self.tables

    def _read_recipe(self) -> None:
        said = load_plain(self.recipe_path, self.found)
        if self.found.count:
            return
        try:
            self.recipe = Recipe.of({} if said is None else said)
        except Unfit as refusal:
            self.note(refusal)

    def _rows(self, path: Path) -> tuple[list[Mapping[str, Any]] | None, list[int]]:
        rows: list[Mapping[str, Any]] = []
        at: list[int] = []
        before = self.found.count
        try:
            table = open_table(path)
            for row in table.rows:
                for problem in row.problems:
                    self.found.add(
                        path,
                        row.number,
                        str(problem.field or 1),
                        f"{problem.message} {problem.mend}".strip(),
                    )
                rows.append(row.values)
                at.append(row.number)
        except Invalid as refusal:
            for problem in refusal.problems:
                self.found.add(
                    path, 1, "1", f"{problem.message} {problem.mend}".strip()
                )
        return (None if self.found.count > before else rows), at

    def note(self, refusal: Unfit) -> None:
        """Note every fault where it stands."""
        for fault in refusal.all:
            self._note(fault)

    def _note(self, fault: Unfit) -> None:
        about, what = fault.about, words_of(fault)
        code = str(about.get("code", ""))
        element = self.tables.elements.get(code) if self.tables else None
        if "path" in about or (fault.kind in RECIPE_PATHS and not element):
            path = str(about.get("path", RECIPE_PATHS.get(fault.kind, "")))
            mark = self._mark(path)
            line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
            at = f"{path}: " if path and path != "." else ""
            self.found.add_line(self.recipe_path, line, column, f"{at}{what}")
        elif "table" in about:
            path_of = self.data_path if about["table"] == "data" else self.meta_path
            self.found.add(path_of, int(about["row"]), str(about["column"]), what)
        elif "unit" in about and self.tables and about["unit"] in self.tables.units:
            row = self.tables.rows[self.tables.units.index(str(about["unit"]))]
            self.found.add(self.data_path, row, code, what)
        elif element:
            column_of = COLUMNS.get(fault.kind, "iCode")
            self.found.add(self.meta_path, element.row, column_of, what)
        else:
            self.found.add_line(self.recipe_path, 1, 1, what)

    def _mark(self, path: str) -> yaml.Mark | None:
        while path and path not in self.marks:
            path = path.rpartition(".")[0]
        return self.marks.get(path)


# ------------------------------------------------------------------ writing


def place_of(output: Path, read: list[Path]) -> None:
    """Refuse a folder that cannot be one, or in which a file that is read would be lost."""
    if output.exists() and not output.is_dir():
        raise Refused(
            f"{_('Nothing was written.')}\n"
            + _("%(place)s is a file; name a folder.") % {"place": output.name}
        )
    ours = {
        (output / name).resolve()
        for name in ("scores.csv", "ranks.csv", "bands.csv", "log.json")
    }
    for path in read:
        if path.resolve() in ours:
            raise Refused(
                f"{_('Nothing was written.')}\n{path.name}: "
                + _("this file is used already; write to another.")
            )


def write(output: Path, run: Run, inputs: Mapping[str, Any]) -> None:
    """Write all files beside the folder and move them there when all are whole."""
    output.parent.mkdir(parents=True, exist_ok=True)
    unfinished = Path(mkdtemp(prefix=f".{output.name}.", dir=output.parent))
    try:
        codes = columns_of(run)
        _table(
            unfinished / "scores.csv", codes, _lines(run, run.scores, codes, _number)
        )
        _table(unfinished / "ranks.csv", codes, _lines(run, run.ranks, codes, _rank))
        if run.bands:
            _table(
                unfinished / "bands.csv",
                tuple(run.bands),
                (
                    [unit, *(words[n] or MISSING for words in run.bands.values())]
                    for n, unit in enumerate(run.units)
                ),
            )
        told = json.dumps(
            {"inputs": inputs, **run.to_plain()},
            ensure_ascii=False,
            indent=1,
            sort_keys=True,
            allow_nan=False,
        )
        (unfinished / "log.json").write_text(told + "\n", encoding="utf-8")
        if output.exists():
            for file in sorted(unfinished.iterdir()):
                file.replace(output / file.name)
            if not run.bands:
                (output / "bands.csv").unlink(missing_ok=True)
        else:
            unfinished.chmod(0o777 & ~_umask())
            unfinished.replace(output)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def columns_of(run: Run) -> tuple[str, ...]:
    """Every code of the tree, the index first."""
    tree = run.prepared.tree
    levels = sorted(tree.at_level, reverse=True)
    return tuple(code for level in levels for code in tree.at_level[level])


def _table(path: Path, codes: tuple[str, ...], lines: Iterator[list[str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["uCode", *(safe_text(code) for code in codes)])
        writer.writerows([safe_text(unit), *cells] for unit, *cells in lines)


def _lines(
    run: Run, columns: Mapping[str, Any], codes: tuple[str, ...], told: Any
) -> Iterator[list[str]]:
    for n, unit in enumerate(run.units):
        yield [unit, *(told(float(columns[code][n])) for code in codes)]


def _number(value: float) -> str:
    return MISSING if math.isnan(value) else repr(value)


def _rank(value: float) -> str:
    return MISSING if math.isnan(value) else str(int(value))
