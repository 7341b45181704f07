"""Tables of ``opensti survey``: answers, frame and prices, refused by row and column."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from django.utils.translation import gettext as _
from sti_methods.survey import SIZES, Given, Price, Profile, Responses

from opensti.console.panels_files import Findings, number, rows
from opensti.console.productivity_files import head_of
from opensti.domains.surveys.questionnaires import part_done

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from sti_methods.survey import Question

    from opensti.domains.surveys.questionnaires import Asked, Rules

WHO = ("organisation", "respondent", "economy", "size", "sector", "consent")
RESULTS = ("new_product", "new_process", "research")
YES, NO = frozenset({"yes", "1", "true", "có"}), frozenset({"no", "0", "false", "không"})  # fmt: skip
NOT_APPLICABLE = "na"
LARGEST = 1e9
MOST = 10**9


@dataclass
class _Numbers:
    """Cells of one kind: each text is read once."""

    low: float
    high: float
    seen: dict[str, float] = field(default_factory=dict)

    def of(
        self, path: Path, row: int, column: str, cell: str, found: Findings
    ) -> float:
        if cell in self.seen:
            return self.seen[cell]
        value = number(path, row, column, cell, found, largest=LARGEST)
        if value is None:
            return math.nan
        if not self.low <= value <= self.high:
            found.add(
                path,
                row,
                column,
                _("“%(cell)s” is not from %(low)g to %(high)g.")
                % {"cell": cell, "low": self.low, "high": self.high},
            )
            return math.nan
        self.seen[cell] = value
        return value


@dataclass(frozen=True, kw_only=True)
class Read:
    """A wave as read; ``at``: the row of each answer; ``ignored``: columns without meaning."""

    given: Given
    at: Sequence[int]
    ignored: tuple[str, ...]


def read_frame(path: Path, found: Findings) -> tuple[dict[Profile, int], dict[Profile, int], dict[Profile, float]]:  # fmt: skip
    """How many there are in each stratum, its row, and the deviation where it is given."""
    columns = ("economy", "size", "sector", "organisations")
    frame: dict[Profile, int] = {}
    at: dict[Profile, int] = {}
    deviations: dict[Profile, float] = {}
    for row, (economy, size, sector, count, deviation) in rows(
        path, columns, found, optional=("deviation",)
    ):
        profile = _profile(path, row, economy, size, sector, found)
        if profile is None:
            continue
        if profile in at:
            found.add(path, row, "sector", _("row %(row)s says this already; leave one of the two out.") % {"row": at[profile]})  # fmt: skip
            continue
        at[profile] = row
        if not (count.isascii() and count.isdigit()) or int(count) > MOST:
            found.add(path, row, "organisations", _("“%(cell)s” is no whole number from 0 on; write one.") % {"cell": count})  # fmt: skip
            continue
        frame[profile] = int(count)
        if deviation:
            value = number(path, row, "deviation", deviation, found)
            if value is not None and value < 0:
                found.add(path, row, "deviation", _("a deviation is 0 or more."))
            elif value is not None:
                deviations[profile] = value
    if not frame and not found.count:
        found.add(path, 2, "economy", _("there is no row below row 1."))
    return frame, at, deviations


def _profile(  # noqa: PLR0917 -- where, what
    path: Path, row: int, economy: str, size: str, sector: str, found: Findings
) -> Profile | None:
    for column, cell in (("economy", economy), ("sector", sector)):
        if not cell:
            found.add(path, row, column, _("the code is missing; write it."))
            return None
    if size not in SIZES:
        found.add(
            path,
            row,
            "size",
            _("“%(cell)s” is no size; write one of %(sizes)s.")
            % {"cell": size, "sizes": ", ".join(SIZES)},
        )
        return None
    return Profile(economy=economy, size=size, sector=sector)


def read_prices(path: Path, rules: Rules, found: Findings) -> tuple[dict[str, Price], str]:  # fmt: skip
    """What seats and coaches of programmes cost, in one currency."""
    prices: dict[str, Price] = {}
    currencies: dict[str, int] = {}
    columns = ("programme", "currency", "seat", "coach", "fixed")
    for row, (programme, currency, *cells) in rows(path, columns, found):
        if programme not in rules.programmes:
            found.add(path, row, "programme", _("there is no programme “%(code)s”.") % {"code": programme})  # fmt: skip
            continue
        if programme in prices:
            found.add(path, row, "programme", _("this programme has a price above; leave one out."))  # fmt: skip
            continue
        currencies.setdefault(currency, row)
        values = [
            number(path, row, column, cell or "0", found)
            for column, cell in zip(columns[2:], cells, strict=True)
        ]
        if any(value is not None and value < 0 for value in values):
            found.add(path, row, "seat", _("a price is 0 or more."))
        prices[programme] = Price(
            seat=values[0] or 0.0, coach=values[1] or 0.0, fixed=values[2] or 0.0
        )
    if len(currencies) > 1:
        found.add(path, list(currencies.values())[1], "currency", _("all prices are in one currency."))  # fmt: skip
    return prices, next(iter(currencies), "")


def read_responses(
    path: Path,
    asked: Asked,
    barriers: Sequence[str],
    frame: dict[Profile, int],
    found: Findings,
) -> Read:
    """Answers of respondents, a row for each; columns by the codes of the items."""
    head = head_of(path)
    questions = tuple(q for q in asked.questions if q.code.lower() in head)
    if len(questions) < 2:  # noqa: PLR2004
        found.add(path, 1, asked.questions[0].code, _("fewer than two columns are items of the framework."))  # fmt: skip
        found.stop()
    reader = _Reader(path, asked, questions, barriers, frame, found)
    for row, cells in rows(path, WHO, found, optional=reader.columns):
        reader.take(row, cells)
    if not reader.at and not found.count:
        found.add(path, 2, "organisation", _("there is no row below row 1."))
    found.stop()
    known = {*WHO, *reader.columns}
    return Read(
        given=reader.given(),
        at=reader.at,
        ignored=tuple(name for name in head if name and name not in known),
    )


class _Reader:
    def __init__(  # noqa: PLR0917 -- the files that belong together
        self,
        path: Path,
        asked: Asked,
        questions: tuple[Question, ...],
        barriers: Sequence[str],
        frame: dict[Profile, int],
        found: Findings,
    ) -> None:
        self.path, self.asked, self.questions = path, asked, questions
        self.barriers, self.frame, self.found = tuple(barriers), frame, found
        items = [q.code.lower() for q in questions]
        self.columns = (
            "role", "minutes", *items, *(f"{code}_importance" for code in items),
            *(f"barrier_{name}" for name in self.barriers), *RESULTS, "turnover_new", "knowledge", "wish",
        )  # fmt: skip
        n, b = len(items), len(self.barriers)
        self.cuts = np.cumsum([2, n, n, b, len(RESULTS), 1, 1, 1])
        self.score, self.five = _Numbers(0, 5), _Numbers(1, 5)
        self.part, self.count = _Numbers(0, 100), _Numbers(0, LARGEST)
        self.at: list[int] = []
        self.who: list[tuple[str, str, str, bool]] = []
        self.minutes: list[float] = []
        self.values: list[list[float]] = []
        self.skipped: list[list[bool]] = []
        self.more: list[list[float]] = []
        self.profiles: dict[str, Profile] = {}
        self.first: dict[str, int] = {}

    def take(self, row: int, cells: list[str]) -> None:
        organisation, respondent, economy, size, sector, consent = cells[: len(WHO)]
        rest = cells[len(WHO) :]
        for column, cell in (("organisation", organisation), ("respondent", respondent)):  # fmt: skip
            if not cell:
                self._wrong(row, column, _("the id is missing; write it."))
                return
        profile = _profile(self.path, row, economy, size, sector, self.found)
        agreed = self._yes(row, "consent", consent or "?")
        if profile is None or agreed is None:
            return
        self._place(row, organisation, profile)
        role, minutes = rest[:2]
        if role and role not in self.asked.roles:
            self._wrong(
                row,
                "role",
                _("“%(cell)s” is no role; write one of %(roles)s.")
                % {"cell": role, "roles": ", ".join(sorted(self.asked.roles))},
            )
        parts = [rest[a:b] for a, b in zip(self.cuts[:-1], self.cuts[1:], strict=True)]
        self.at.append(row)
        self.who.append((organisation, respondent, role, agreed))
        self.minutes.append(self._number(self.count, row, "minutes", minutes))
        self.skipped.append([not cell for cell in parts[0]])
        at = 2
        read: list[list[float]] = []
        kinds = (self.score, self.five, self.five, None, self.part, self.count, None)
        for kind, part in zip(kinds, parts, strict=True):
            names = self.columns[at : at + len(part)]
            at += len(part)
            read.append(
                [
                    self._number(kind, row, name, cell)
                    for name, cell in zip(names, part, strict=True)
                ]
            )
        self.values.append(read[0])
        self.more.append([*read[1], *read[2], part_done(read[3], read[4][0]), *read[5], *read[6]])  # fmt: skip

    def _place(self, row: int, organisation: str, profile: Profile) -> None:
        first = self.first.setdefault(organisation, row)
        if self.profiles.setdefault(organisation, profile) != profile:
            self._wrong(
                row,
                "economy",
                _("row %(row)s places this organisation in another economy, size or sector.")
                % {"row": first},
            )  # fmt: skip
        elif first == row and not self.frame.get(profile):
            self._wrong(
                row,
                "sector",
                _("the frame has no organisation of %(economy)s, %(size)s, %(sector)s.")
                % {"economy": profile.economy, "size": profile.size, "sector": profile.sector},
            )  # fmt: skip

    def _number(self, kind: _Numbers | None, row: int, name: str, cell: str) -> float:
        if not cell or cell.lower() == NOT_APPLICABLE:
            return math.nan
        if kind is None:
            told = self._yes(row, name, cell)
            return math.nan if told is None else float(told)
        return kind.of(self.path, row, self._named(name), cell, self.found)

    def _yes(self, row: int, column: str, cell: str) -> bool | None:
        word = cell.lower()
        if word in YES or word in NO:
            return word in YES
        self._wrong(row, column, _("“%(cell)s” is neither yes nor no.") % {"cell": cell})  # fmt: skip
        return None

    def _named(self, column: str) -> str:
        """The column as the questionnaire writes it."""
        code, _under, rest = column.partition("_")
        found = next((q.code for q in self.questions if q.code.lower() == code), code)
        return f"{found}_{rest}" if rest else found

    def _wrong(self, row: int, column: str, what: str) -> None:
        self.found.add(self.path, row, column, what)

    def given(self) -> Given:
        n, b = len(self.questions), len(self.barriers)
        more = np.array(self.more, dtype=np.float64)
        return Given(
            questions=self.questions,
            responses=Responses(
                organisation=[one[0] for one in self.who],
                respondent=[one[1] for one in self.who],
                values=np.array(self.values, dtype=np.float64),
                skipped=np.array(self.skipped, dtype=bool),
                minutes=np.array(self.minutes, dtype=np.float64),
                consent=np.array([one[3] for one in self.who], dtype=bool),
            ),
            role=[one[2] for one in self.who],
            importance=more[:, :n],
            barriers={name: more[:, n + j] for j, name in enumerate(self.barriers)},
            results=more[:, n + b],
            knowledge=more[:, n + b + 1],
            wish=more[:, n + b + 2],
            profiles=self.profiles,
            frame=self.frame,
        )


def too_many(given: Given, path: Path, at: dict[Profile, int], found: Findings) -> None:
    """Note strata in which more organisations answered than there are."""
    counts: dict[Profile, int] = {}
    for profile in given.profiles.values():
        counts[profile] = counts.get(profile, 0) + 1
    for profile, n in counts.items():
        if n > given.frame.get(profile, 0):
            found.add(
                path,
                at[profile],
                "organisations",
                _("%(n)d organisations answered, %(size)d there are.")
                % {"n": n, "size": given.frame[profile]},
            )
