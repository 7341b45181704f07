"""Files of questions and of rules for ``opensti survey``, refused by place."""

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

from opensti.console.panels_files import Refused
from opensti.domains.procedures.regimes.loading import load_file
from opensti.domains.procedures.regimes.reading import read
from opensti.kernel.refusals import Invalid

if TYPE_CHECKING:
    from pathlib import Path

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


def read_questions(path: Path) -> Asked:
    """The items of a framework's file; what it says besides is the framework's affair."""
    content = _loaded(path)
    head, items = content.get("framework"), content.get("items")
    roles = content.get("roles", [])
    if not isinstance(head, dict) or not isinstance(items, list) or not items:
        raise _refused(path, "items", _("this is no framework: it needs “framework” and “items”."))  # fmt: skip
    found: dict[str, Question] = {}
    for number, item in enumerate(items):
        code = str(item.get("code", "")) if isinstance(item, dict) else ""
        place = f"items[{code or number}]"
        if not code or not isinstance(item.get("clause"), str):
            raise _refused(path, place, _("an item has a code and a clause (as text)."))
        if code in found:
            raise _refused(path, place, _("this item stands twice; leave one out."))
        weight = item.get("weight", 1)
        if not isinstance(weight, int | float) or not 0 < weight < 1e6:  # noqa: PLR2004
            raise _refused(path, f"{place}.weight", _("a weight is above 0."))
        found[code] = Question(
            code=code,
            clause=item["clause"],
            weight=float(weight),
            mandatory=item.get("mandatory") is True,
        )
    return Asked(
        code=str(head.get("code", "")),
        edition=str(head.get("edition", "")),
        questions=tuple(found.values()),
        roles=frozenset(
            str(r["code"]) for r in roles if isinstance(r, dict) and "code" in r
        ),
    )


def read_rules(path: Path, asked: Asked) -> Rules:
    """Rules on the questionnaire ``asked``: every condition is read and checked."""
    try:
        file = read(_File, _loaded(path), file=path.name, said=_("%(file)s: %(count)d faults."))  # fmt: skip
    except Invalid as refusal:
        raise _faults(refusal) from None
    head = file.recommendations
    if head.framework != asked.code:
        raise _refused(
            path,
            "recommendations.framework",
            _("these rules are for “%(rules)s”, the questions are “%(asked)s”.")
            % {"rules": head.framework, "asked": asked.code},
        )
    for name, codes in (
        ("barriers", [b.code for b in file.barriers]),
        ("programmes", [p.code for p in file.programmes]),
        ("rules", [r.code for r in file.rules]),
    ):
        if twice := next((c for c in codes if codes.count(c) > 1), None):
            raise _refused(path, f"{name}[{twice}]", _("this code stands twice."))
    known = words(
        clauses={q.clause for q in asked.questions},
        items={q.code for q in asked.questions},
        barriers={b.code for b in file.barriers},
        roles=asked.roles,
    )
    programmes = {p.code: _programme(path, p) for p in file.programmes}
    return Rules(
        code=head.code,
        edition=head.edition,
        barriers=tuple(b.code for b in file.barriers),
        programmes=programmes,
        rules=tuple(_rule(path, r, known, programmes) for r in file.rules),
        texts={r.code: (r.vi, r.en) for r in file.rules},
        titles={p.code: (p.vi, p.en) for p in file.programmes},
    )


def _programme(path: Path, said: _Programme) -> Programme:
    if said.seats < 0 or (said.per_coach is not None and said.per_coach <= 0):
        raise _refused(
            path,
            f"programmes[{said.code}]",
            _("seats are 0 or more, organisations for each coach above 0."),
        )
    return Programme(
        code=said.code,
        seats=float(said.seats),
        per_coach=None if said.per_coach is None else float(said.per_coach),
    )


def _rule(
    path: Path, said: _Rule, known: dict[Level, Known], programmes: dict[str, Programme]
) -> Rule:
    place = f"rules[{said.code}]"
    level = next((one for one in LEVELS if one == said.level), None)
    if level is None:
        raise _refused(
            path,
            f"{place}.level",
            _("“%(level)s” is no level; write one of %(levels)s.")
            % {"level": said.level, "levels": ", ".join(LEVELS)},
        )
    if said.programme and said.programme not in programmes:
        raise _refused(
            path,
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
            path,
            f"{place}.when",
            _("letter %(at)d, “%(found)s”: %(what)s.")
            % {"at": fault.at, "found": fault.found, "what": WRONG[fault.kind]},
        ) from None


def _loaded(path: Path) -> dict[str, Any]:
    try:
        return load_file(path)
    except Invalid as refusal:
        raise _faults(refusal) from None


def _faults(refusal: Invalid) -> Refused:
    shown = [f"{p.field}: {p.message} {p.mend}".strip() for p in refusal.problems]
    return Refused("\n".join([_("Nothing was written."), *shown]))


def _refused(path: Path, place: str, what: str) -> Refused:
    return Refused(f"{_('Nothing was written.')}\n{path.name}: {place}: {what}")
