"""How long the house takes and on which grounds it hides: data with their basis."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import yaml
from django.conf import settings

from opensti.domains.procedures.queries import working_calendar
from opensti.kernel.bilingual import Words
from opensti.kernel.periods import VERIFIED, deadline

if TYPE_CHECKING:
    from datetime import date


@dataclass(frozen=True, kw_only=True)
class Basis:
    """What a rule rests on: the act, its article, how far that was verified."""

    src: str
    art: str
    mark: str

    @property
    def text(self) -> str:
        """As it is kept with a case; ``?`` says that nobody read the article yet."""
        if not self.src:
            return ""
        article = f", Điều {self.art}" if self.art else ""
        doubt = "" if self.mark == VERIFIED else " (?)"
        return f"{self.src}{article}{doubt}"


@dataclass(frozen=True, kw_only=True)
class Term:
    """So many days for one thing; ``at_least`` supporters oblige, for ``open_days``."""

    id: str
    n: int
    unit: Literal["day", "working_day"]
    label: Words
    basis: Basis
    at_least: int = 0
    open_days: int = 0


@dataclass(frozen=True, kw_only=True)
class Ground:
    """One ground on which a text may be hidden; ``only`` for one kind of voice."""

    id: str
    label: Words
    basis: Basis
    only: str = ""


def terms() -> dict[str, Term]:
    return dict(_terms(_folder()))


def grounds() -> dict[str, Ground]:
    return dict(_grounds(_folder()))


def ground(code: str) -> Ground | None:
    return _grounds(_folder()).get(code)


def due(term: str, start: date) -> tuple[date, str]:
    """The last day of a term that begins on a day, and its basis; 1 query."""
    found = _terms(_folder())[term]
    day = deadline(start, n=found.n, unit=found.unit, calendar=working_calendar())
    return day, found.basis.text


def objections_until(released: date) -> date:
    """The last day on which objections to a decision of that day are taken; no query."""
    return released + timedelta(days=terms()["object_within"].n)


def _folder() -> Path:
    return Path(settings.OPENSTI_PROCEDURES_DIR) / "supervision"


@lru_cache(maxsize=4)
def _terms(folder: Path) -> dict[str, Term]:
    rows = (
        Term(
            id=raw["id"],
            n=raw["n"],
            unit=raw["unit"],
            label=_label(raw),
            basis=_basis(raw),
            at_least=raw.get("at_least", 0),
            open_days=raw.get("open_days", 0),
        )
        for raw in _read(folder / "terms.yaml")
    )
    return {row.id: row for row in rows}


@lru_cache(maxsize=4)
def _grounds(folder: Path) -> dict[str, Ground]:
    rows = (
        Ground(
            id=raw["id"],
            label=_label(raw),
            basis=_basis(raw),
            only=raw.get("only", ""),
        )
        for raw in _read(folder / "grounds.yaml")
    )
    return {row.id: row for row in rows}


def _read(path: Path) -> list[dict[str, Any]]:
    raw: list[dict[str, Any]] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return raw


def _label(raw: dict[str, Any]) -> Words:
    return Words(raw["label_vi"], raw["label_en"])


def _basis(raw: dict[str, Any]) -> Basis:
    return Basis(src=raw["src"], art=raw["art"], mark=raw["v"])
