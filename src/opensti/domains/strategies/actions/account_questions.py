"""What is asked of the productivity accounts, and what is wrong with asking it."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _
from sti_methods.productivity import SHARES
from sti_methods.productivity.reading import FIRST_YEAR, LAST_YEAR

from opensti.domains.strategies.choices import RunKind, SplitConvention
from opensti.domains.strategies.problem.accounts import COLUMNS
from opensti.kernel.refusals import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

MOST_VINTAGES, MOST_CAPITALS = 6, 5


@dataclass(frozen=True, kw_only=True)
class CapitalSeries:
    """A kind of capital: its services (or stock) and its income, each as "block/code".

    ``income`` is what it earns or its share of the cost of capital, in one unit for all
    kinds; a kind alone needs none.
    """

    name: str
    volume: str
    income: str = ""


@dataclass(frozen=True, kw_only=True)
class Question:
    """What is asked of the accounts; ``vintages`` are public ids, the first is the oldest.

    Growth: ``columns`` {value_added, labour, capital, quality, labour_share: "block/code"},
    none for the Penn World Table; ``capitals`` take the place of one series of capital;
    ``shares`` are assumed where none is published.
    Shift-share and targets: the blocks ``value_added``, ``employment`` and, for Törnqvist
    weights, ``value_added_current``. No ``units`` or ``sectors``: all of them. Targets:
    growth since ``first``; promised from ``base`` to ``until``, seen in ``last``; fractions.
    """

    title_vi: str
    kind: str
    vintages: Sequence[str]
    first: int
    last: int
    title_en: str = ""
    units: Sequence[str] = ()
    sectors: Sequence[str] = ()
    exclude: Sequence[str] = ()
    conventions: Sequence[str] = ()
    columns: Mapping[str, str] = field(default_factory=dict)
    capitals: Sequence[CapitalSeries] = ()
    labour_unit: str = "hours"
    shares: Sequence[float] = SHARES
    value_added: str = "value_added"
    employment: str = "employment"
    value_added_current: str = ""
    base: int | None = None
    until: int | None = None
    promised_value_added: float | None = None
    promised: float | None = None


def problems_of(asked: Question) -> list[Problem]:
    """Everything that can be seen to be wrong without the data, by field."""
    problems = list(_general(asked))
    if asked.kind == RunKind.SHIFT_SHARE:
        problems += _split(asked)
    elif asked.kind == RunKind.GROWTH:
        problems += _growth(asked)
    elif asked.kind == RunKind.TARGETS:
        problems += _targets(asked)
    return problems


def _general(asked: Question) -> Iterator[Problem]:
    if not asked.title_vi.strip():
        yield Problem(field="title_vi", message=_("Give the run a name."))
    if asked.kind not in RunKind:
        yield Problem(field="kind", message=_("Choose what is computed."))
    if not 1 <= len(set(asked.vintages)) <= MOST_VINTAGES:
        yield Problem(
            field="vintages",
            message=_("Choose one to %(most)d releases.") % {"most": MOST_VINTAGES},
            mend=_("Several are computed side by side."),
        )
    if asked.first >= asked.last:
        message = _("The last year must come after the first.")
        yield Problem(field="last", message=message)
    for name in ("first", "last", "base", "until"):
        year = getattr(asked, name)
        if year is not None and not FIRST_YEAR <= year <= LAST_YEAR:
            yield Problem(
                field=name,
                message=_("This is no year from %(first)d to %(last)d.")
                % {"first": FIRST_YEAR, "last": LAST_YEAR},
            )


def _split(asked: Question) -> Iterator[Problem]:
    if not asked.conventions:
        message = _("Choose at least one convention.")
        yield Problem(field="conventions", message=message)
    if any(name not in SplitConvention for name in asked.conventions):
        yield Problem(field="conventions", message=_("There is no such convention."))


def _growth(asked: Question) -> Iterator[Problem]:
    if any(not 0 < share < 1 for share in asked.shares):
        message = _("A labour share lies between 0 and 1.")
        yield Problem(field="shares", message=message)
    if len(set(asked.shares)) < 2:  # noqa: PLR2004 -- one number is no range
        yield Problem(
            field="shares",
            message=_("A range needs at least two labour shares."),
            mend=_("Write two or more, as 0.5, 0.6."),
        )
    if asked.labour_unit not in {"hours", "persons"}:
        message = _("Labour is counted in hours or persons.")
        yield Problem(field="labour_unit", message=message)
    for name in asked.columns:
        if name not in COLUMNS:
            yield Problem(
                field="columns",
                message=_("There is no quantity %(name)s.") % {"name": name},
            )
    yield from _capitals(asked)


def _capitals(asked: Question) -> Iterator[Problem]:
    if not asked.capitals:
        return
    if asked.columns.get("capital", "").strip():
        yield Problem(
            field="columns.capital",
            message=_("Capital is named here and by its kinds."),
            mend=_("Leave the one series or the kinds out."),
        )
    if len(asked.capitals) > MOST_CAPITALS:
        yield Problem(
            field="capitals",
            message=_("At most %(most)d kinds of capital.") % {"most": MOST_CAPITALS},
        )
    # A kind stands beside the other quantities under its name: each name once.
    taken = set(COLUMNS)
    for place, one in enumerate(asked.capitals):
        at = f"capitals.{place}"
        name = one.name.strip()
        if not name:
            yield Problem(field=f"{at}.name", message=_("Give this kind a name."))
        elif taken & {name, f"{name} income"}:
            yield Problem(
                field=f"{at}.name", message=_("This name stands for another quantity.")
            )
        taken |= {name, f"{name} income"}
        if not one.volume.strip():
            yield Problem(
                field=f"{at}.volume", message=_("Name the series of this capital.")
            )
        if len(asked.capitals) > 1 and not one.income.strip():
            yield Problem(
                field=f"{at}.income",
                message=_("Several kinds of capital are weighed by what each earns."),
                mend=_("Name the series of its income or of its share of the cost."),
            )


def _targets(asked: Question) -> Iterator[Problem]:
    for name in ("base", "until", "promised_value_added", "promised"):
        if getattr(asked, name) is None:
            yield Problem(field=name, message=_("This must be said."))
    for name in ("promised_value_added", "promised"):
        rate = getattr(asked, name)
        if rate is not None and not -1 < rate < 1:
            message = _("This is no rate of growth a year.")
            yield Problem(field=name, message=message)


def parameters_of(asked: Question) -> dict[str, Any]:
    """What a run keeps of the question: each kind what it needs."""
    told: dict[str, Any] = {
        "vintages": list(dict.fromkeys(asked.vintages)),
        "units": list(dict.fromkeys(asked.units)),
        "first": asked.first,
        "last": asked.last,
    }
    if asked.kind == RunKind.GROWTH:
        capitals = [
            {name: said.strip() for name, said in asdict(one).items()}
            for one in asked.capitals
        ]
        return told | {
            "columns": {n: c.strip() for n, c in asked.columns.items() if c.strip()},
            **({"capitals": capitals} if capitals else {}),
            "labour_unit": asked.labour_unit,
            "shares": [float(share) for share in asked.shares],
        }
    told |= {
        "sectors": list(dict.fromkeys(asked.sectors)),
        "value_added": asked.value_added,
        "employment": asked.employment,
        "value_added_current": asked.value_added_current,
    }
    if asked.kind == RunKind.TARGETS:
        return told | {
            "now": asked.last,
            "base": asked.base,
            "until": asked.until,
            "promised_value_added": asked.promised_value_added,
            "promised": asked.promised,
        }
    order = [one for one in SplitConvention.values if one in asked.conventions]
    return told | {
        "exclude": list(dict.fromkeys(asked.exclude)),
        "conventions": order,
    }
