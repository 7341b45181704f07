"""Is a procedure sound? Every way in which a file can be faulty has a name.

A *fault* keeps a regime from being loaded; a *remark* is shown to administrators.
The search is over the tables as they are in force: switches answered by default.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import fields, is_dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from opensti.domains.procedures.regimes.content_checks import (
    check_assumptions,
    check_councils,
    check_forms,
    check_papers,
    check_publications,
    check_ratings,
    check_sheets,
    check_signed_papers,
)
from opensti.domains.procedures.regimes.findings import Finding
from opensti.domains.procedures.regimes.format import facts
from opensti.domains.procedures.regimes.rule_checks import check_rules
from opensti.domains.procedures.regimes.table_checks import (
    check_deadlines,
    check_tracks,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from datetime import date

    from opensti.domains.procedures.regimes.format import Regime, TransitionRule

__all__ = ["Finding", "check_regime", "check_together"]


def check_regime(regime: Regime) -> list[Finding]:
    """Every finding in one regime, in the order of the file."""
    checks: Sequence[Callable[[Regime], Iterator[Finding]]] = (
        _ids,
        _sources,
        _period,
        _switches,
        check_tracks,
        check_deadlines,
        check_councils,
        check_sheets,
        check_ratings,
        check_forms,
        check_publications,
        check_papers,
        check_signed_papers,
        check_assumptions,
        check_rules,
    )
    return [finding for check in checks for finding in check(regime)]


def check_together(regimes: Iterable[Regime]) -> list[Finding]:
    """Gaps and overlaps in time, and regimes that do not exist, over all files."""
    regimes = list(regimes)
    known = {r.id for r in regimes}
    found: list[Finding] = []
    by_kind: dict[str, list[tuple[Regime, TransitionRule]]] = defaultdict(list)
    for regime in regimes:
        for rule in regime.transition_rules:
            by_kind[rule.kind].append((regime, rule))
            if rule.then not in known:
                found.append(
                    Finding(
                        code="unknown_regime",
                        path=f"{regime.id}.transition_rules.{rule.id}.then",
                        message=_("There is no regime “%(id)s”.") % {"id": rule.then},
                        mend=_("Name a regime that is loaded."),
                    )
                )
    for kind, rules in sorted(by_kind.items()):
        found += _timeline(kind, rules)
    return found


def _timeline(
    kind: str, rules: list[tuple[Regime, TransitionRule]]
) -> Iterator[Finding]:
    """Compare each rule with the one before it that reaches furthest."""

    def start(pair: tuple[Regime, TransitionRule]) -> tuple[bool, date | None]:
        day = pair[1].submitted_from
        return (day is not None, day)

    rules.sort(key=start)
    regime, rule = rules[0]
    for later_regime, later in rules[1:]:
        path = f"{later_regime.id}.transition_rules.{later.id}"
        ends, begins = rule.submitted_until, later.submitted_from
        values = {
            "kind": kind,
            "first": f"{regime.id}.{rule.id}",
            "second": f"{later_regime.id}.{later.id}",
            "from": begins,
            "until": ends,
        }
        if ends is None or begins is None or begins < ends:
            yield Finding(
                code="overlap_in_time",
                path=path,
                message=_(
                    "Two rules for “%(kind)s” hold at once: %(first)s and %(second)s."
                )
                % values,
                mend=_("Let the first end on the day the second begins."),
            )
        elif begins > ends:
            yield Finding(
                code="gap_in_time",
                path=path,
                message=_(
                    "No rule for “%(kind)s” holds from %(until)s to %(from)s, "
                    "between %(first)s and %(second)s."
                )
                % values,
                mend=_("Let one of the two reach to the other, or add a rule."),
            )
        last = later.submitted_until
        if ends is not None and (last is None or last > ends):
            regime, rule = later_regime, later


def _ids(regime: Regime) -> Iterator[Finding]:
    lists = {
        "sources": [x.id for x in regime.sources],
        "switches": [x.id for x in regime.switches],
        "transition_rules": [x.id for x in regime.transition_rules],
        "actors": [x.id for x in regime.actors],
        "task_types": [x.id for x in regime.task_types],
        "deadlines": [x.id for x in regime.deadlines],
        "council_rules": [x.id for x in regime.council_rules],
        "conflict_rules": [x.id for x in regime.conflict_rules],
        "score_sheets": [x.id for x in regime.score_sheets],
        "rating_rules": [x.id for x in regime.rating_rules],
        "forms": [x.code for x in regime.forms],
        "papers": [x.code for x in regime.papers],
        "bars": [x.id for x in regime.bars],
        "checks": [x.id for x in (*regime.checks, *regime.bars)],
        **{
            f"{t}.stages": [s.id for s in regime.track(t).stages]
            for t in regime.tracks()
        },
    }
    for path, ids in lists.items():
        for twice in sorted({i for i in ids if ids.count(i) > 1}):
            yield Finding(
                code="same_id_twice",
                path=f"{path}.{twice}",
                message=_("“%(id)s” stands here twice.") % {"id": twice},
                mend=_("Give each its own id."),
            )


def _sources(regime: Regime) -> Iterator[Finding]:
    listed = {s.id for s in regime.sources}
    known = {*listed, regime.src}
    if regime.src not in listed:
        yield Finding(
            code="unknown_source",
            path="src",
            message=_("The source “%(id)s” is not in the list of sources.")
            % {"id": regime.src},
            mend=_("Add it to “sources”, with how far it was verified."),
        )
    for path, fact in facts(regime):
        if fact.src not in known:
            yield Finding(
                code="unknown_source",
                path=f"{path}.src",
                message=_("The source “%(id)s” is not in the list of sources.")
                % {"id": fact.src},
                mend=_("Add it to “sources”, with how far it was verified."),
            )
        if fact.verified and not fact.art:
            yield Finding(
                code="no_article",
                path=f"{path}.art",
                level="remark",
                message=_("A verified fact names no article."),
                mend=_("Add the article when the text is at hand."),
            )


def _period(regime: Regime) -> Iterator[Finding]:
    if regime.until is not None and regime.until <= regime.since:
        yield Finding(
            code="ends_before_it_begins",
            path="until",
            message=_("The regime ends before it begins."),
            mend=_("Put “until” after “since”."),
        )
    for rule in regime.transition_rules:
        if (
            rule.submitted_from is not None
            and rule.submitted_until is not None
            and rule.submitted_until <= rule.submitted_from
        ):
            yield Finding(
                code="ends_before_it_begins",
                path=f"transition_rules.{rule.id}",
                message=_("The rule ends before it begins."),
                mend=_("Put “submitted_until” after “submitted_from”."),
            )
        if rule.kind not in regime.kinds:
            yield Finding(
                code="kind_not_governed",
                path=f"transition_rules.{rule.id}.kind",
                message=_("The regime does not govern “%(kind)s”.")
                % {"kind": rule.kind},
                mend=_("Add it to “kinds”, or remove the rule."),
            )


def _switches(regime: Regime) -> Iterator[Finding]:
    for switch in regime.switches:
        if switch.default not in {o.id for o in switch.options}:
            yield Finding(
                code="default_not_an_option",
                path=f"switches.{switch.id}.default",
                message=_("The default “%(value)s” is not one of the answers.")
                % {"value": switch.default},
                mend=_("Choose one of the options as default."),
            )
        if switch.sets and not _is_place(regime, switch.sets.split(".")):
            yield Finding(
                code="switch_without_place",
                path=f"switches.{switch.id}.sets",
                message=_("There is no place “%(place)s” for the answer.")
                % {"place": switch.sets},
                mend=_("Name a place of this file, lists by the id of the entry."),
            )


def _is_place(thing: object, way: Sequence[str]) -> bool:
    """Whether a path of names and ids ends at a field of the format."""
    for key in way:
        if isinstance(thing, tuple):
            thing = next((i for i in thing if getattr(i, "id", None) == key), None)
        elif is_dataclass(thing):
            known = {f.name.rstrip("_"): f.name for f in fields(thing)}
            if key not in known:
                return False
            if key == way[-1]:
                return True
            thing = getattr(thing, known[key])
        else:
            return False
    return False
