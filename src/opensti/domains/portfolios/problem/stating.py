"""What is wrong with a scenario's rules: which place of the form, and how to mend it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _
from sti_methods.portfolio.problem import Faulty
from sti_methods.portfolio.rules import conditions_of

from opensti.domains.portfolios.problem.freezing import OWN
from opensti.domains.portfolios.queries.faults import fault_words
from opensti.kernel.refusals import Problem

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from opensti.domains.portfolios.problem.freezing import Candidates

YOUNGEST, OLDEST = 18, 99


def check_rules(
    rules: Mapping[str, Any], candidates: Candidates, *, partial: bool
) -> list[Problem]:
    """Every fault of the rules of a scenario; empty if they can be asked.

    ``field`` is ``rules`` and the path to the fault, with full stops. That all conditions can
    be met together is for the solver to say.
    """
    unshaped = [*_unshaped(rules)]
    if unshaped:
        return unshaped
    problems = [*_own(rules, candidates, partial=partial)]
    levels: Mapping[str, Any] = rules.get("levels") or {}
    codes = [row.code for row in candidates.rows]
    groups: Mapping[str, Any] = rules.get("groups") or {}
    columns = {
        column: sorted({r.categories.get(column, "") for r in candidates.rows})
        for column in candidates.columns
    } | {column: sorted(values) for column, values in groups.items()}
    stated = {key: value for key, value in rules.items() if key not in OWN}
    # Decided outside the rules; they must not be contradicted either.
    stated["must"] = [
        *(stated.get("must") or ()),
        *(r.code for r in candidates.rows if r.locked),
    ]
    own = set(stated.get("never") or ())
    stated["never"] = [
        *(stated.get("never") or ()),
        *(r.code for r in candidates.rows if r.barred and r.code not in own),
    ]
    try:
        conditions_of(
            stated,
            measures=candidates.measures,
            columns=columns,
            proposals={
                code: ["", *(level.get("name", "") for level in levels.get(code, ()))]
                for code in codes
            },
        )
    except Faulty as fault:
        problems += [
            Problem(
                field=".".join(["rules", *map(str, each.path)]),
                message=said,
                mend=mend,
            )
            for each in fault.all
            for said, mend in [fault_words(each)]
        ]
    return problems


def _unshaped(rules: Mapping[str, Any]) -> Iterator[Problem]:
    """Where a list, or names with values, belong and something else stands."""
    for key in ("must", "never"):
        if not _is_list(rules.get(key) or ()):
            yield _fault(f"rules.{key}", "list")
    for key, holds in (("levels", _is_levels), ("groups", _is_grouping)):
        said = rules.get(key) or {}
        if not isinstance(said, dict):
            yield _fault(f"rules.{key}", "mapping")
            continue
        for name, inner in said.items():
            if not holds(inner):
                kind = "list" if key == "levels" else "mapping"
                yield _fault(f"rules.{key}.{name}", kind)


def _is_list(said: object) -> bool:
    return isinstance(said, list | tuple)


def _is_levels(said: object) -> bool:
    return isinstance(said, list | tuple) and all(isinstance(e, dict) for e in said)


def _is_grouping(said: object) -> bool:
    return isinstance(said, dict) and all(
        isinstance(codes, list | tuple) and all(isinstance(code, str) for code in codes)
        for codes in said.values()
    )


def _fault(field: str, kind: str) -> Problem:
    said, mend = fault_words(Faulty(kind))
    return Problem(field=field, message=said, mend=mend)


def _own(
    rules: Mapping[str, Any], candidates: Candidates, *, partial: bool
) -> Iterator[Problem]:
    """Levels, groups and the age of the young."""
    codes = {row.code for row in candidates.rows}
    levels = rules.get("levels") or {}
    if levels and not partial:
        yield Problem(
            field="rules.levels",
            message=_("The procedure does not allow funding in part."),
            mend=_("Leave the levels out, or have the procedure answer that switch."),
        )
    for code, said in levels.items():
        yield from _levels(f"rules.levels.{code}", code, said, codes)
    for column, values in (rules.get("groups") or {}).items():
        if column in candidates.columns:
            yield Problem(
                field=f"rules.groups.{column}",
                message=_("“%(name)s” is what dossiers are told by already.")
                % {"name": column},
                mend=_("Give the group another name."),
            )
        yield from _group(column, values, codes)
    age = rules.get("young_age")
    if age is not None and not (isinstance(age, int) and YOUNGEST <= age <= OLDEST):
        yield Problem(
            field="rules.young_age",
            message=_("The age of young leaders is a whole number of years."),
            mend=_("Enter a number from 18 to 99."),
        )


def _levels(
    field: str, code: str, said: Sequence[Mapping[str, Any]], codes: Collection[str]
) -> Iterator[Problem]:
    if code not in codes:
        yield _unknown(field, code)
    names = [str(level.get("name", "")).strip() for level in said]
    if "" in names or len(set(names)) < len(names):
        yield Problem(
            field=field,
            message=_("Each level of %(code)s needs a name of its own.")
            % {"code": code},
        )
    if not all(
        _is_part(level.get(key)) for level in said for key in ("share", "merit")
    ):
        yield Problem(
            field=field,
            message=_("A level is a part of the cost and a part of the merit."),
            mend=_("Enter both as numbers above 0 and at most 1, as 0.8."),
        )


def _group(
    column: str, values: Mapping[str, Iterable[str]], codes: Collection[str]
) -> Iterator[Problem]:
    seen: set[str] = set()
    for value, named in values.items():
        field = f"rules.groups.{column}.{value}"
        for code in named:
            if code not in codes:
                yield _unknown(field, code)
            elif code in seen:
                yield Problem(
                    field=field,
                    message=_("%(code)s stands in two groups of “%(name)s”.")
                    % {"code": code, "name": column},
                    mend=_("Leave it in one."),
                )
            seen.add(code)


def _is_part(value: object) -> bool:
    return (
        isinstance(value, int | float)
        and not isinstance(value, bool)
        and 0 < value <= 1
    )


def _unknown(field: str, code: str) -> Problem:
    return Problem(
        field=field,
        message=_("No dossier of this round has the code %(code)s.") % {"code": code},
        mend=_("Copy the code from the list of dossiers."),
    )
