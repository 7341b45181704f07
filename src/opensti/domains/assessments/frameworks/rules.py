"""Files of rules → rules of recommendations, with every fault named by file and place."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from sti_methods.survey import (
    LEVELS,
    Known,
    Level,
    Miswritten,
    Programme,
    Rule,
    words,
)

from opensti.domains.procedures.regimes.loading import canonical
from opensti.domains.procedures.regimes.reading import read
from opensti.kernel.bilingual import pick
from opensti.kernel.refusals import Invalid, Problem

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from opensti.domains.assessments.frameworks.format import Framework

WRONG = {
    "sign": gettext_lazy("a sign stands where none is expected"),
    "end": gettext_lazy("the condition is whole here; more words follow"),
    "name": gettext_lazy("this is no word of the rule's level"),
    "argument": gettext_lazy("this is no clause, item, role or barrier here"),
    "arguments": gettext_lazy("the number of arguments is wrong"),
    "compare": gettext_lazy("a comparison is missing: < <= > >= == !="),
    "nested": gettext_lazy("share(…) stands in rules of strata and economies alone"),
    "deep": gettext_lazy("too many brackets"),
}


@dataclass(frozen=True, kw_only=True)
class Head:
    code: str
    edition: str
    framework: str
    title_vi: str
    title_en: str


@dataclass(frozen=True, kw_only=True)
class Barrier:
    code: str
    vi: str
    en: str

    def __str__(self) -> str:
        return pick(self.vi, self.en)


@dataclass(frozen=True, kw_only=True)
class ProgrammeText:
    """A programme; ``seats`` for each organisation, ``per_coach`` organisations for a coach."""

    code: str
    kind: str
    vi: str
    en: str
    seats: Decimal = Decimal(1)
    per_coach: Decimal | None = None

    def __str__(self) -> str:
        return pick(self.vi, self.en)


@dataclass(frozen=True, kw_only=True)
class RuleText:
    code: str
    level: str
    when: str
    vi: str
    en: str
    programme: str = ""
    priority: int = 2

    def __str__(self) -> str:
        return pick(self.vi, self.en)


@dataclass(frozen=True, kw_only=True)
class Prerequisite:
    """To raise ``item``, ``needs`` must be raised first."""

    item: str
    needs: str


@dataclass(frozen=True, kw_only=True)
class RuleFile:
    """One file, as it is written."""

    recommendations: Head
    barriers: tuple[Barrier, ...]
    programmes: tuple[ProgrammeText, ...]
    rules: tuple[RuleText, ...]
    prerequisites: tuple[Prerequisite, ...] = ()

    def programme(self, code: str) -> ProgrammeText | None:
        return next((one for one in self.programmes if one.code == code), None)

    def rule(self, code: str) -> RuleText:
        return next(one for one in self.rules if one.code == code)


@dataclass(frozen=True, kw_only=True)
class Questionnaire:
    """What rules may speak of: a framework's own words."""

    code: str
    clauses: Collection[str]
    items: Collection[str]
    roles: Collection[str]

    @classmethod
    def of(cls, base: Framework, modules: Collection[Framework] = ()) -> Questionnaire:
        """All that a framework with its modules may ask, in whatever form."""
        parts = (base, *modules)
        return cls(
            code=base.code,
            clauses={clause.number for part in parts for clause in part.clauses},
            items={item.code for part in parts for item in part.items},
            roles={role.code for part in parts for role in part.roles},
        )

    def words(self, barriers: Collection[str]) -> dict[Level, Known]:
        return words(
            clauses=self.clauses, items=self.items, barriers=barriers, roles=self.roles
        )


@dataclass(frozen=True, kw_only=True)
class RuleBook:
    """A file whose rules can be asked."""

    file: RuleFile
    rules: tuple[Rule, ...]
    programmes: dict[str, Programme]
    known: Mapping[Level, Known]


def shipped_rules() -> list[Path]:
    """The files of rules that come with the house."""
    folder = Path(settings.BASE_DIR) / "frameworks" / "recommendations"
    return sorted(folder.glob("*.yaml"))


def read_rules(
    content: Mapping[str, Any], *, file: str, asked: Questionnaire
) -> RuleBook:
    """Read and check rules on a questionnaire. Raises ``Invalid`` with every fault."""
    found = read(RuleFile, content, file=file, said=_("%(file)s: %(count)d faults."))
    head = found.recommendations
    if head.framework != asked.code:
        raise _refused(
            [
                _fault(
                    file,
                    "recommendations.framework",
                    _("these rules are for “%(rules)s”, the questions are “%(asked)s”.")
                    % {"rules": head.framework, "asked": asked.code},
                )
            ]
        )
    known = asked.words([one.code for one in found.barriers])
    faults = [
        _fault(file, place, what) for place, what in (*_twice(found), *_parts(found, asked))
    ]  # fmt: skip
    rules: list[Rule] = []
    for said in found.rules:
        try:
            rules.append(_rule(said, found, known))
        except _Faulty as fault:
            faults.append(_fault(file, f"rules[{said.code}].{fault.place}", fault.what))
    if faults:
        raise _refused(faults)
    return RuleBook(
        file=found,
        rules=tuple(rules),
        programmes={
            one.code: Programme(
                code=one.code,
                seats=float(one.seats),
                per_coach=None if one.per_coach is None else float(one.per_coach),
            )
            for one in found.programmes
        },
        known=known,
    )


@lru_cache(maxsize=16)
def _parsed(text: str) -> RuleFile:
    # It was checked when it was frozen.
    return read(RuleFile, json.loads(text), file="")


def rule_file_from(content: Mapping[str, Any]) -> RuleFile:
    """The file of frozen content; parsed once for each content."""
    return _parsed(canonical(content))


def readable_rules(
    file: RuleFile, asked: Questionnaire, *, level: Level
) -> Iterator[Rule]:
    """Rules of a level that this questionnaire can answer.

    An assessment keeps the questions it began with: what a later rule asks besides was
    not asked there, so that rule stays silent.
    """
    known = asked.words([one.code for one in file.barriers])
    for said in file.rules:
        if said.level == level:
            try:
                yield _rule(said, file, known)
            except _Faulty:
                continue


class _Faulty(ValueError):  # noqa: N818 -- a refusal of the input
    def __init__(self, place: str, what: str) -> None:
        super().__init__(what)
        self.place, self.what = place, what


def _rule(said: RuleText, file: RuleFile, known: Mapping[Level, Known]) -> Rule:
    level = next((one for one in LEVELS if one == said.level), None)
    if level is None:
        raise _Faulty(
            "level",
            _("“%(level)s” is no level; write one of %(levels)s.")
            % {"level": said.level, "levels": ", ".join(LEVELS)},
        )
    if said.programme and file.programme(said.programme) is None:
        raise _Faulty(
            "programme",
            _("there is no programme “%(code)s”.") % {"code": said.programme},
        )
    try:
        return Rule.of(
            code=said.code,
            level=level,
            when=said.when,
            known=known,
            programme=said.programme,
            priority=said.priority,
        )
    except Miswritten as fault:
        raise _Faulty(
            "when",
            _("letter %(at)d, “%(found)s”: %(what)s.")
            % {"at": fault.at, "found": fault.found, "what": WRONG[fault.kind]},
        ) from None


def _twice(found: RuleFile) -> Iterator[tuple[str, str]]:
    for name, codes in (
        ("barriers", [b.code for b in found.barriers]),
        ("programmes", [p.code for p in found.programmes]),
        ("rules", [r.code for r in found.rules]),
    ):
        for code, times in Counter(codes).items():
            if times > 1:
                yield f"{name}[{code}]", _("this code stands twice.")


def _parts(found: RuleFile, asked: Questionnaire) -> Iterator[tuple[str, str]]:
    for one in found.programmes:
        if one.seats < 0 or (one.per_coach is not None and one.per_coach <= 0):
            yield (
                f"programmes[{one.code}]",
                _("seats are 0 or more, organisations for each coach above 0."),
            )
    for number, pair in enumerate(found.prerequisites):
        for name in ("item", "needs"):
            if getattr(pair, name) not in asked.items:
                yield (
                    f"prerequisites[{number}].{name}",
                    _("the framework has no item “%(item)s”.")
                    % {"item": getattr(pair, name)},
                )
        if pair.item == pair.needs:
            yield f"prerequisites[{number}]", _("an item does not need itself.")


def _fault(file: str, place: str, what: str) -> Problem:
    return Problem(field=f"{file}: {place}", message=what)


def _refused(faults: list[Problem]) -> Invalid:
    return Invalid(
        faults,
        ngettext("%(count)d fault.", "%(count)d faults.", len(faults))
        % {"count": len(faults)},
    )
