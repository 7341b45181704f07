"""Rules of recommendations as data: read, and checked against the questions they ask about."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from sti_methods.survey import (
    LEVELS,
    Known,
    Level,
    Miswritten,
    Programme,
    Question,
    Rule,
    words,
)

from opensti.domains.procedures.regimes.reading import read
from opensti.kernel.checks import problem

if TYPE_CHECKING:
    from collections.abc import Mapping

    from opensti.kernel.refusals import Invalid

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
class Asked:
    """A questionnaire: its questions, and the roles of who answers."""

    code: str
    edition: str
    questions: tuple[Question, ...]
    roles: frozenset[str]


@dataclass(frozen=True, kw_only=True)
class _Head:
    code: str
    edition: str
    framework: str
    title_vi: str
    title_en: str


@dataclass(frozen=True, kw_only=True)
class _Barrier:
    code: str
    vi: str
    en: str


@dataclass(frozen=True, kw_only=True)
class _Programme:
    code: str
    kind: str
    vi: str
    en: str
    seats: Decimal = Decimal(1)
    per_coach: Decimal | None = None


@dataclass(frozen=True, kw_only=True)
class _Rule:
    code: str
    level: str
    when: str
    vi: str
    en: str
    programme: str = ""
    priority: int = 2


@dataclass(frozen=True, kw_only=True)
class _File:
    recommendations: _Head
    barriers: tuple[_Barrier, ...]
    programmes: tuple[_Programme, ...]
    rules: tuple[_Rule, ...]


@dataclass(frozen=True, kw_only=True)
class Rules:
    """Rules that are read, with their texts in both languages by code."""

    code: str
    edition: str
    barriers: tuple[str, ...]
    programmes: dict[str, Programme]
    rules: tuple[Rule, ...]
    texts: dict[str, tuple[str, str]]
    titles: dict[str, tuple[str, str]]


def read_rules(content: Mapping[str, Any], asked: Asked, *, file: str) -> Rules:
    """Rules on the questions ``asked``: every condition is read and checked.

    ``file`` is how faults call it. Raises ``Invalid`` by place.
    """
    said = read(_File, content, file=file, said=_("%(file)s: %(count)d faults."))
    head = said.recommendations
    if head.framework != asked.code:
        raise _refused(
            file,
            "recommendations.framework",
            _("these rules are for “%(rules)s”, the questions are “%(asked)s”.")
            % {"rules": head.framework, "asked": asked.code},
        )
    for name, codes in (
        ("barriers", [b.code for b in said.barriers]),
        ("programmes", [p.code for p in said.programmes]),
        ("rules", [r.code for r in said.rules]),
    ):
        if twice := next((c for c in codes if codes.count(c) > 1), None):
            raise _refused(file, f"{name}[{twice}]", _("this code stands twice."))
    known = words(
        clauses={q.clause for q in asked.questions},
        items={q.code for q in asked.questions},
        barriers={b.code for b in said.barriers},
        roles=asked.roles,
    )
    programmes = {p.code: _programme(file, p) for p in said.programmes}
    return Rules(
        code=head.code,
        edition=head.edition,
        barriers=tuple(b.code for b in said.barriers),
        programmes=programmes,
        rules=tuple(_rule(file, r, known, programmes) for r in said.rules),
        texts={r.code: (r.vi, r.en) for r in said.rules},
        titles={p.code: (p.vi, p.en) for p in said.programmes},
    )


def _programme(file: str, said: _Programme) -> Programme:
    if said.seats < 0 or (said.per_coach is not None and said.per_coach <= 0):
        raise _refused(
            file,
            f"programmes[{said.code}]",
            _("seats are 0 or more, organisations for each coach above 0."),
        )
    return Programme(
        code=said.code,
        seats=float(said.seats),
        per_coach=None if said.per_coach is None else float(said.per_coach),
    )


def _rule(
    file: str, said: _Rule, known: dict[Level, Known], programmes: dict[str, Programme]
) -> Rule:
    place = f"rules[{said.code}]"
    level = next((one for one in LEVELS if one == said.level), None)
    if level is None:
        raise _refused(
            file,
            f"{place}.level",
            _("“%(level)s” is no level; write one of %(levels)s.")
            % {"level": said.level, "levels": ", ".join(LEVELS)},
        )
    if said.programme and said.programme not in programmes:
        raise _refused(
            file,
            f"{place}.programme",
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
        raise _refused(
            file,
            f"{place}.when",
            _("letter %(at)d, “%(found)s”: %(what)s.")
            % {"at": fault.at, "found": fault.found, "what": WRONG[fault.kind]},
        ) from None


def _refused(file: str, place: str, what: str) -> Invalid:
    return problem(f"{file}: {place}", what)
