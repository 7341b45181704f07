"""What the words of a tree must say together: codes once, days in order, no circles."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from opensti.domains.strategies.choices import (
    Aggregation,
    Comparator,
    IndicatorKind,
)
from opensti.domains.strategies.trees.walking import (
    all_actions,
    all_goals,
    all_targets,
)
from opensti.kernel.checks import amounts
from opensti.kernel.refusals import Problem

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping
    from datetime import date

    from opensti.domains.strategies.trees.format import (
        ActionTree,
        CardTree,
        PlanTree,
        TargetTree,
    )

NEVER_SUMMED = {IndicatorKind.GROWTH, IndicatorKind.INDEX, IndicatorKind.COMPOSITE}
YEARS = range(1945, 2200)
LONGEST = {"code": 40, "title_vi": 500, "title_en": 500, "art": 200, "src": 500}


def circle_of(follows: Mapping[str, Collection[str]]) -> list[str]:
    """The first circle among “waits for” relations, as codes; empty if there is none."""
    done: set[str] = set()
    for start in follows:
        way: list[str] = []
        stack = [(start, iter(follows.get(start, ())))]
        way.append(start)
        while stack:
            code, more = stack[-1]
            for onto in more:
                if onto in way:
                    return [*way[way.index(onto) :], onto]
                if onto not in done:
                    way.append(onto)
                    stack.append((onto, iter(follows.get(onto, ()))))
                    break
            else:
                done.add(code)
                stack.pop()
                way.pop()
    return []


def plan_faults(tree: PlanTree, cards: Collection[str]) -> list[Problem]:
    """Return every fault of a plan, each at its place in the file."""
    faults = [*_head(tree)]
    for place, _parent, goal in all_goals(tree.goals):
        faults += _texts(place, code=goal.code, art=goal.art, src=goal.src)
    for place, _goal, target in all_targets(tree):
        faults += _target(place, target, cards)
    codes = {action.code for _place, _goal, action in all_actions(tree)}
    for place, _goal, action in all_actions(tree):
        faults += _action(place, action, codes, cards)
    faults += _once("goals", (g.code for _p, _u, g in all_goals(tree.goals)))
    faults += _once("actions", (a.code for _p, _g, a in all_actions(tree)))
    faults += _once(
        "targets",
        (
            " ".join(str(part) for part in target_key(target) if part is not None)
            for _p, _g, target in all_targets(tree)
        ),
    )
    faults += _once("envelopes", (f"{e.year or ''} {e.source}" for e in tree.envelopes))
    for envelope in tree.envelopes:
        faults += _money(f"envelopes[{envelope.source}]", amount=envelope.amount)
        faults += _year(f"envelopes[{envelope.source}].year", envelope.year)
    round_ = circle_of({a.code: a.depends_on for _p, _g, a in all_actions(tree)})
    if round_:
        faults.append(
            Problem(
                field="actions",
                message=_("These actions wait for each other in a circle: %(way)s.")
                % {"way": " → ".join(round_)},
                mend=_("Remove one of these dependencies."),
            )
        )
    return faults


def target_key(target: TargetTree) -> tuple[str, str, int | None, int]:
    """By what a target is known again in a later act: card, measure, years."""
    return target.card, str(target.measure.value), target.from_year, target.to_year


def card_faults(cards: Iterable[CardTree]) -> list[Problem]:
    rows = list(cards)
    faults = _once("cards", (card.code for card in rows))
    faults += [
        Problem(
            field=f"cards[{card.code}].aggregation",
            message=_("A rate of growth, an index or a composite is of no sum."),
            mend=_("Write ratio, weighted, last or none."),
        )
        for card in rows
        if card.kind in NEVER_SUMMED and card.aggregation is Aggregation.SUM
    ]
    return faults


def _head(tree: PlanTree) -> Iterator[Problem]:
    yield from _texts("", code=tree.code, title_vi=tree.title_vi, src=tree.src)
    yield from _days("", tree.starts_on, tree.ends_on)
    if bool(tree.act_number) != bool(tree.issued_on):
        yield Problem(
            field="issued_on" if tree.act_number else "act_number",
            message=_("An act has both a number and a day."),
            mend=_("Write both, or neither for a draft."),
        )
    if tree.issued_on is not None and tree.issued_v is None:
        yield Problem(
            field="issued_v",
            message=_("It is not said how far the day of the act was verified."),
            mend=_("Write V if the act was read, else S, X or R."),
        )
    if tree.in_force and not tree.act_number:
        yield Problem(
            field="in_force",
            message=_("A draft cannot be in force."),
            mend=_("Write the number and day of the act."),
        )
    if tree.parent and tree.parent == tree.code:
        yield Problem(
            field="parent",
            message=_("A plan cannot stand under itself."),
            mend=_("Write the code of the plan above, or leave it out."),
        )


def _target(
    place: str, target: TargetTree, cards: Collection[str]
) -> Iterator[Problem]:
    if target.card not in cards:
        yield _no_card(f"{place}.card", target.card)
    ranged = target.comparator is Comparator.RANGE
    if ranged != (target.high is not None):
        yield Problem(
            field=f"{place}.high",
            message=_("A range, and only a range, has two ends."),
            mend=_("Write “high”, or another comparator."),
        )
    elif target.high is not None and target.high <= target.value:
        yield Problem(
            field=f"{place}.high",
            message=_("The upper end is not above the lower end."),
            mend=_("Write the smaller figure as “value”."),
        )
    years = {
        "from_year": target.from_year,
        "to_year": target.to_year,
        "base_year": target.base_year,
    }
    for name, year in years.items():
        yield from _year(f"{place}.{name}", year)
    if target.from_year is not None and target.to_year < target.from_year:
        yield _order(f"{place}.to_year")
    if target.base_year is not None and target.to_year <= target.base_year:
        yield _order(f"{place}.base_year")
    yield from _texts(place, art=target.art, src=target.src)


def _action(
    place: str, action: ActionTree, codes: Collection[str], cards: Collection[str]
) -> Iterator[Problem]:
    yield from _texts(place, code=action.code, art=action.art, src=action.src)
    yield from _days(place, action.starts_on, action.ends_on)
    for code in action.depends_on:
        if code not in codes:
            yield Problem(
                field=f"{place}.depends_on",
                message=_("There is no action “%(code)s” in this plan.")
                % {"code": code},
                mend=_("Write the code of an action of this plan."),
            )
    for code in action.indicators:
        if code not in cards:
            yield _no_card(f"{place}.indicators", code)
    for number, part in enumerate(action.assignments):
        yield from _days(f"{place}.assignments[{number}]", part.starts_on, part.ends_on)
    yield from _once(
        f"{place}.assignments", (f"{a.agency} {a.part}" for a in action.assignments)
    )
    yield from _once(f"{place}.milestones", (m.name_vi for m in action.milestones))
    yield from _once(f"{place}.risks", (r.text for r in action.risks))
    yield from _once(f"{place}.budget", (f"{b.year} {b.source}" for b in action.budget))
    for number, risk in enumerate(action.risks):
        for name in ("likelihood", "impact"):
            if not 1 <= getattr(risk, name) <= 5:  # noqa: PLR2004 -- five steps
                yield Problem(
                    field=f"{place}.risks[{number}].{name}",
                    message=_("Likelihood and impact go from 1 to 5."),
                    mend=_("Write a whole number from 1 to 5."),
                )
    for line in action.budget:
        yield from _money(f"{place}.budget[{line.year}]", planned=line.planned)
        yield from _year(f"{place}.budget[{line.year}].year", line.year)


def _no_card(field: str, code: str) -> Problem:
    return Problem(
        field=field,
        message=_("There is no indicator card “%(code)s”.") % {"code": code},
        mend=_("Add the card to a file of cards, and give that file as well."),
    )


def _order(field: str) -> Problem:
    return Problem(
        field=field,
        message=_("These years are not in order."),
        mend=_("The base comes before the target, the first year before the last."),
    )


def _once(field: str, codes: Iterable[str]) -> list[Problem]:
    return [
        Problem(
            field=f"{field}[{code}]",
            message=_("“%(code)s” is written %(count)d times.")
            % {"code": code, "count": count},
            mend=_("Each may stand once."),
        )
        for code, count in Counter(codes).items()
        if count > 1
    ]


def _days(place: str, first: date | None, last: date | None) -> Iterator[Problem]:
    if first is not None and last is not None and last < first:
        yield Problem(
            field=f"{place}.ends_on".lstrip("."),
            message=_("It ends before it begins."),
            mend=_("Check both days against the act."),
        )


def _year(field: str, year: int | None) -> Iterator[Problem]:
    if year is not None and year not in YEARS:
        yield Problem(
            field=field,
            message=_("%(year)s is no year of a plan.") % {"year": year},
            mend=_("Write a year such as 2030."),
        )


def _money(place: str, **given: object) -> list[Problem]:
    return [
        Problem(field=f"{place}.{p.field}", message=p.message, mend=p.mend)
        for p in amounts(**given)  # type: ignore[arg-type]
    ]


def _texts(place: str, **texts: str) -> Iterator[Problem]:
    for name, text in texts.items():
        field = f"{place}.{name}".lstrip(".")
        if name in {"code", "title_vi"} and not text.strip():
            yield Problem(
                field=field, message=_("This is needed."), mend=_("Fill it in.")
            )
        if len(text) > LONGEST[name]:
            yield Problem(
                field=field,
                message=_("This is longer than %(most)d letters.")
                % {"most": LONGEST[name]},
                mend=_("Shorten it."),
            )
