"""Team and budget as people type them, and as the database keeps them: exact both ways.

A budget row is one line in one year with an amount from each source; whole đồng.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from opensti.domains.calls.choices import BudgetCategory, BudgetSource, MemberRole
from opensti.kernel.money import parse_money
from opensti.kernel.refusals import Invalid, Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from opensti.domains.calls.models import BudgetLine, TeamMember

MOST_ROWS = 500
FIRST_YEAR, LAST_YEAR = 2000, 2100
MOST_MONTHS = Decimal(1000)
MOST_DONG = Decimal(10) ** 18
SOURCES = tuple(BudgetSource.values)
TEAM_COLUMNS = ("full_name", "organisation_name", "email", "role", "months")
BUDGET_COLUMNS = ("category", "description", "year", *SOURCES)


@dataclass(frozen=True, kw_only=True)
class TeamRow:
    full_name: str
    organisation_name: str = ""
    email: str = ""
    role: str = MemberRole.MEMBER
    months: Decimal = Decimal(0)
    person_id: int | None = None

    @property
    def role_label(self) -> str:
        return str(MemberRole(self.role).label)

    def as_json(self) -> dict[str, Any]:
        return {
            "full_name": self.full_name,
            "organisation_name": self.organisation_name,
            "email": self.email,
            "role": self.role,
            "months": str(self.months),
            "person_id": self.person_id,
        }


@dataclass(frozen=True, kw_only=True)
class BudgetRow:
    category: str
    description: str = ""
    year: int
    amounts: Mapping[str, Decimal] = field(default_factory=dict)

    @property
    def category_label(self) -> str:
        return str(BudgetCategory(self.category).label)

    @property
    def total(self) -> Decimal:
        return sum(self.amounts.values(), Decimal(0))

    @property
    def by_source(self) -> list[Decimal]:
        return [self.amounts.get(source, Decimal(0)) for source in SOURCES]

    def as_json(self) -> dict[str, Any]:
        return {
            "category": self.category,
            "description": self.description,
            "year": self.year,
            **{s: str(self.amounts[s]) for s in SOURCES if self.amounts.get(s)},
        }


@dataclass(frozen=True, kw_only=True)
class Totals:
    """Sums of a budget; ``other_share`` is what does not come from the State, exact."""

    by_source: tuple[tuple[str, Decimal], ...]
    by_year: tuple[tuple[int, tuple[Decimal, ...], Decimal], ...]
    by_category: tuple[tuple[str, tuple[Decimal, ...], Decimal], ...]
    total: Decimal
    state: Decimal
    ceiling: Decimal | None

    @property
    def amounts(self) -> tuple[Decimal, ...]:
        return tuple(amount for _source, amount in self.by_source)

    @property
    def other(self) -> Decimal:
        return self.total - self.state

    @property
    def over(self) -> Decimal:
        """By how much the State's part exceeds the order's ceiling."""
        if self.ceiling is None:
            return Decimal(0)
        return max(self.state - self.ceiling, Decimal(0))

    @property
    def other_percent(self) -> Decimal | None:
        if not self.total:
            return None
        return (self.other * 100 / self.total).quantize(Decimal("0.01"))


def totals(rows: Iterable[BudgetRow], *, ceiling: Decimal | None = None) -> Totals:
    sources: dict[str, Decimal] = dict.fromkeys(SOURCES, Decimal(0))
    years: dict[int, dict[str, Decimal]] = defaultdict(lambda: dict(sources))
    kinds: dict[str, dict[str, Decimal]] = defaultdict(lambda: dict(sources))
    rows = list(rows)
    empty = dict(sources)
    for row in rows:
        for table in (
            years.setdefault(row.year, dict(empty)),
            kinds.setdefault(row.category, dict(empty)),
            sources,
        ):
            for source in SOURCES:
                table[source] += row.amounts.get(source, Decimal(0))
    order = list(BudgetCategory.values)
    return Totals(
        by_source=tuple(sources.items()),
        by_year=tuple(
            (year, tuple(years[year].values()), sum(years[year].values(), Decimal(0)))
            for year in sorted(years)
        ),
        by_category=tuple(
            (
                str(BudgetCategory(kind).label),
                tuple(kinds[kind].values()),
                sum(kinds[kind].values(), Decimal(0)),
            )
            for kind in sorted(kinds, key=order.index)
        ),
        total=sum(sources.values(), Decimal(0)),
        state=sources[BudgetSource.STATE],
        ceiling=ceiling,
    )


def team_rows(members: Iterable[TeamMember]) -> list[TeamRow]:
    return [
        TeamRow(
            full_name=m.full_name,
            organisation_name=m.organisation_name,
            email=m.email,
            role=m.role,
            months=m.months,
            person_id=m.person_id,
        )
        for m in members
    ]


def budget_rows(lines: Iterable[BudgetLine]) -> list[BudgetRow]:
    """Cells of one position are one row; ``lines`` come ordered by position."""
    found: dict[int, dict[str, Any]] = {}
    for line in lines:
        row = found.setdefault(
            line.position,
            {
                "category": line.category,
                "description": line.description,
                "year": line.year,
                "amounts": {},
            },
        )
        if line.amount:
            row["amounts"][line.source] = line.amount
    return [BudgetRow(**row) for row in found.values()]


def team_from_json(rows: Iterable[Mapping[str, Any]]) -> list[TeamRow]:
    return [TeamRow(**{**row, "months": Decimal(row["months"])}) for row in rows]


def budget_from_json(rows: Iterable[Mapping[str, Any]]) -> list[BudgetRow]:
    return [
        BudgetRow(
            category=row["category"],
            description=row["description"],
            year=row["year"],
            amounts={s: Decimal(row[s]) for s in SOURCES if row.get(s)},
        )
        for row in rows
    ]


def read_team(
    typed: Sequence[Mapping[str, Any]],
) -> tuple[list[TeamRow], list[Problem]]:
    """Return the rows that can be kept and what is wrong with the others."""
    rows: list[TeamRow] = []
    problems: list[Problem] = _too_many(typed, "team")
    for number, raw in enumerate(typed[:MOST_ROWS], start=1):
        if _blank(raw, TEAM_COLUMNS, ignore="role"):
            continue
        name = _text(raw, "full_name")
        if not name:
            problems.append(
                Problem(
                    field=f"team.{number}.full_name",
                    message=_("Row %(n)d: the name is missing.") % {"n": number},
                    mend=_("Enter the name, or empty the row."),
                )
            )
        email = _text(raw, "email")
        try:
            if email:
                validate_email(email)
        except ValidationError:
            problems.append(
                Problem(
                    field=f"team.{number}.email",
                    message=_("Row %(n)d: “%(text)s” is not an e-mail address.")
                    % {"n": number, "text": email[:80]},
                    mend=_("Correct it, or leave it empty."),
                )
            )
        role = _text(raw, "role") or MemberRole.MEMBER
        if role not in MemberRole.values:
            problems.append(_unknown("team", number, "role", role))
        months = _months(raw, number, problems)
        person = raw.get("person_id")
        rows.append(
            TeamRow(
                full_name=name[:200],
                organisation_name=_text(raw, "organisation_name")[:300],
                email=email[:254],
                role=role,
                months=months,
                person_id=person if isinstance(person, int) else None,
            )
        )
    return rows, problems


def read_budget(
    typed: Sequence[Mapping[str, Any]],
) -> tuple[list[BudgetRow], list[Problem]]:
    """Return the rows that can be kept and what is wrong with the others."""
    rows: list[BudgetRow] = []
    problems: list[Problem] = _too_many(typed, "budget")
    for number, raw in enumerate(typed[:MOST_ROWS], start=1):
        if _blank(raw, BUDGET_COLUMNS, ignore="category"):
            continue
        category = _text(raw, "category")
        if category not in BudgetCategory.values:
            problems.append(_unknown("budget", number, "category", category))
        year = _year(raw, number, problems)
        amounts: dict[str, Decimal] = {}
        for source in SOURCES:
            text = raw.get(source)
            if text is None or not str(text).strip():
                continue
            try:
                amount = parse_money(
                    text if isinstance(text, int | Decimal) else str(text)
                )
            except Invalid as refusal:
                problems.append(
                    Problem(
                        field=f"budget.{number}.{source}",
                        message=_("Row %(n)d: %(message)s")
                        % {"n": number, "message": refusal.message},
                        mend=_("Write digits only, such as 120.000.000."),
                    )
                )
                continue
            if amount:
                amounts[source] = amount
        rows.append(
            BudgetRow(
                category=category,
                description=_text(raw, "description")[:500],
                year=year,
                amounts=amounts,
            )
        )
    if sum((r.total for r in rows), Decimal(0)) >= MOST_DONG:
        problems.append(
            Problem(
                field="budget",
                message=_("The sum of the budget is larger than can be kept."),
                mend=_("Check the amounts: they are in đồng, not in thousands."),
            )
        )
    return rows, problems


def as_typed(
    rows: Sequence[TeamRow] | Sequence[BudgetRow],
) -> list[dict[str, Any]]:
    """Rows as the editors show them."""
    return [row.as_json() for row in rows]


def plain(typed: Sequence[Mapping[str, Any]], columns: Sequence[str]) -> list[Any]:
    """Typed rows cut down to the known columns and fit for a JSON column."""
    return [
        {c: _text(row, c)[:2000] for c in columns if str(row.get(c) or "").strip()}
        for row in typed[:MOST_ROWS]
    ]


def _months(raw: Mapping[str, Any], number: int, problems: list[Problem]) -> Decimal:
    text = _text(raw, "months").replace(",", ".")
    if not text:
        return Decimal(0)
    try:
        months = Decimal(text)
    except InvalidOperation:
        months = Decimal(-1)
    if not months.is_finite() or not 0 <= months < MOST_MONTHS:
        problems.append(
            Problem(
                field=f"team.{number}.months",
                message=_("Row %(n)d: “%(text)s” is not a number of months.")
                % {"n": number, "text": text[:40]},
                mend=_("Enter months such as 6 or 4,5."),
            )
        )
        return Decimal(0)
    return months.quantize(Decimal("0.1"))


def _year(raw: Mapping[str, Any], number: int, problems: list[Problem]) -> int:
    text = _text(raw, "year")
    if text.isascii() and text.isdigit() and FIRST_YEAR <= int(text[:6]) <= LAST_YEAR:
        return int(text)
    problems.append(
        Problem(
            field=f"budget.{number}.year",
            message=_("Row %(n)d: “%(text)s” is not a year.")
            % {"n": number, "text": text[:40]},
            mend=_("Enter a year such as 2026."),
        )
    )
    return FIRST_YEAR


def _unknown(part: str, number: int, column: str, text: str) -> Problem:
    return Problem(
        field=f"{part}.{number}.{column}",
        message=_("Row %(n)d: “%(text)s” is not one of the choices.")
        % {"n": number, "text": text[:80]},
        mend=_("Choose from the list."),
    )


def _too_many(typed: Sequence[Mapping[str, Any]], part: str) -> list[Problem]:
    if len(typed) <= MOST_ROWS:
        return []
    return [
        Problem(
            field=part,
            message=_("There are more than %(most)d rows.") % {"most": MOST_ROWS},
            mend=_("Join rows of the same kind."),
        )
    ]


def _text(raw: Mapping[str, Any], column: str) -> str:
    value = raw.get(column)
    return "" if value is None else str(value).replace("\x00", "").strip()


def _blank(raw: Mapping[str, Any], columns: Sequence[str], *, ignore: str) -> bool:
    return all(not _text(raw, c) for c in columns if c != ignore)
