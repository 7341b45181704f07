"""A form as data and the answers given to it: what shows, what is wrong, what changed.

Answers are plain JSON: texts, whole đồng, ISO dates, ids of options; a table is a
list of rows by column. The same functions serve needs, orders and dossiers.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from opensti.kernel.refusals import Problem

if TYPE_CHECKING:
    from opensti.domains.procedures.regimes.format import (
        Form,
        FormField,
        Section,
        SignedPaper,
    )

LONGEST = {"text": 500, "longtext": 50_000}
MOST_ROWS = 500
LONGEST_NAME = 500
# What points at an entry of the registry: {"id": public id, "name": …}, or the name alone.
REFERENCES = ("person", "organisation")
LONG_ENOUGH_TO_SPLIT = 120

Answers = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Completeness:
    """How much of what is asked was answered."""

    asked: int
    answered: int
    missing: tuple[str, ...]
    by_section: tuple[tuple[str, int, int], ...]

    @property
    def percent(self) -> int:
        return 100 if not self.asked else self.answered * 100 // self.asked

    @property
    def whole(self) -> bool:
        return not self.missing


@dataclass(frozen=True, kw_only=True)
class Difference:
    """One answer that changed, in words: ``parts`` marks kept, removed, added text."""

    section: str
    field: str
    label_vi: str
    label_en: str
    old: str
    new: str
    parts: tuple[tuple[str, str], ...]

    def label(self, lang: str = "vi") -> str:
        return self.label_en if lang.startswith("en") else self.label_vi


def is_empty(value: Any) -> bool:
    if isinstance(value, str):
        return not value.strip()
    if isinstance(value, Mapping):
        return all(is_empty(v) for v in value.values())
    return value is None or value in ([], ())


def visible_sections(form: Form, answers: Answers) -> list[Section]:
    return [s for s in form.sections if _shown(s, answers)]


def visible_fields(section: Section, answers: Answers) -> list[FormField]:
    """Fields whose condition holds; a field hangs on another by ``show_if``."""
    return [f for f in section.fields if _shown(f, answers)]


def papers_wanted(papers: Sequence[SignedPaper], answers: Answers) -> list[SignedPaper]:
    """The signed papers that these answers call for."""
    return [p for p in papers if _shown(p, answers)]


def key_of(value: Any) -> str | int | None:
    """What an answer says it points at in the registry: a public id, or a row's number.

    Answers of before public ids were kept hold numbers; free text points at nothing.
    """
    key = value.get("id") if isinstance(value, Mapping) else None
    if isinstance(key, bool) or not isinstance(key, int | str) or not key:
        return None
    return key


def references(form: Form, answers: Answers) -> Iterator[tuple[str, Any]]:
    """Every answer that names a person or an organisation, also within tables."""
    for field in form.fields():
        value = answers.get(field.id)
        if field.type in REFERENCES:
            yield from ((field.type, v) for v in _each(value))
        elif field.type == "table" and isinstance(value, list):
            yield from (
                (column.type, v)
                for column in field.columns
                if column.type in REFERENCES
                for row in value
                if isinstance(row, Mapping)
                for v in _each(row.get(column.id))
            )


def _each(value: Any) -> list[Any]:
    if is_empty(value):
        return []
    return value if isinstance(value, list) else [value]


def validate(
    form: Form,
    answers: Answers,
    *,
    whole: bool = True,
    lang: str = "vi",
    files: Collection[str] = (),
) -> list[Problem]:
    """What is wrong with the answers; ``whole`` also asks for what is required.

    Autosave validates with ``whole=False``: typed text is never refused for being
    unfinished, only for being impossible. ``files`` are the fields for which a file is
    kept: files lie beside the answers.
    """
    problems: list[Problem] = []
    known = {f.id for f in form.fields()}
    for section in visible_sections(form, answers):
        for field in visible_fields(section, answers):
            if field.type == "file":
                if whole and field.required and field.id not in files:
                    problems.append(_no_file(field, lang))
                continue
            problems += _problems(field, answers.get(field.id), field.id, whole, lang)
    problems += [
        Problem(
            field=str(key)[:100],
            message=_("The form has no such field."),
            mend=_("Reload the page; the form may have changed."),
        )
        for key in answers
        if key not in known
    ]
    return problems


def _no_file(field: FormField, lang: str) -> Problem:
    return Problem(
        field=field.id,
        message=_("The file “%(label)s” is missing.") % {"label": field.label(lang)},
        mend=_("Attach it to this field."),
    )


def completeness(
    form: Form, answers: Answers, *, files: Collection[str] = ()
) -> Completeness:
    """``files`` are the fields for which a file is kept."""
    missing: list[str] = []
    sections: list[tuple[str, int, int]] = []
    for section in visible_sections(form, answers):
        required = [f for f in visible_fields(section, answers) if f.required]
        unanswered = [
            f.id
            for f in required
            if (f.id not in files if f.type == "file" else is_empty(answers.get(f.id)))
        ]
        missing += unanswered
        sections.append((section.id, len(required), len(required) - len(unanswered)))
    asked = sum(n for _id, n, _done in sections)
    return Completeness(
        asked=asked,
        answered=asked - len(missing),
        missing=tuple(missing),
        by_section=tuple(sections),
    )


def differences(old: Answers, new: Answers, form: Form) -> list[Difference]:
    """What changed between two versions, in the order of the form."""
    found = []
    for section in form.sections:
        for field in section.fields:
            before, after = old.get(field.id), new.get(field.id)
            if before == after or (is_empty(before) and is_empty(after)):
                continue
            was, now = as_text(field, before), as_text(field, after)
            found.append(
                Difference(
                    section=section.id,
                    field=field.id,
                    label_vi=field.label_vi,
                    label_en=field.label_en,
                    old=was,
                    new=now,
                    parts=tuple(_word_parts(was, now)),
                )
            )
    return found


def as_text(field: FormField, value: Any, lang: str = "vi") -> str:
    """An answer as people read it; used by differences, documents and lists."""
    if is_empty(value):
        return ""
    if field.type == "table":
        rows = [row for row in value if isinstance(row, Mapping)]
        return "\n".join(
            " · ".join(as_text(c, row.get(c.id), lang) for c in field.columns)
            for row in rows
        )
    each = value if isinstance(value, list) else [value]
    return ", ".join(_one_as_text(field, v, lang) for v in each)


def _one_as_text(field: FormField, value: Any, lang: str) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if field.type in ("choice", "multichoice"):
        labels = {o.id: o.label(lang) for o in field.options}
        return labels.get(str(value), str(value))
    if isinstance(value, Mapping):
        return str(value.get("name") or value.get("id") or "")
    number = _number(value) if field.type == "money" else None
    return str(value) if number is None else f"{number:,.0f}".replace(",", ".")


def _shown(thing: FormField | Section | SignedPaper, answers: Answers) -> bool:
    if thing.show_if is None:
        return True
    given = answers.get(thing.show_if.field)
    if isinstance(given, bool):
        given = "yes" if given else "no"
    if isinstance(given, list):
        return thing.show_if.equals in [str(g) for g in given]
    return str(given) == thing.show_if.equals


def _problems(
    field: FormField,
    value: Any,
    path: str,
    whole: bool,  # noqa: FBT001
    lang: str,
) -> list[Problem]:
    if is_empty(value):
        if whole and field.required:
            return [
                Problem(
                    field=path,
                    message=_("“%(label)s” is not filled in.")
                    % {"label": field.label(lang)},
                    mend=_("Fill in this field."),
                )
            ]
        return []
    if field.type == "table":
        return _table_problems(field, value, path, whole, lang)
    fault = _fault(field, value)
    return [Problem(field=path, message=fault[0], mend=fault[1])] if fault else []


def _table_problems(
    field: FormField,
    rows: Any,
    path: str,
    whole: bool,  # noqa: FBT001
    lang: str,
) -> list[Problem]:
    if not isinstance(rows, list) or not all(isinstance(r, Mapping) for r in rows):
        return [
            Problem(
                field=path,
                message=_("This must be a table."),
                mend=_("Reload the page and fill in the rows again."),
            )
        ]
    if len(rows) > MOST_ROWS:
        return [
            Problem(
                field=path,
                message=_("The table has more than %(most)d rows.")
                % {"most": MOST_ROWS},
                mend=_("Join rows, or attach the table as a file."),
            )
        ]
    columns = {c.id for c in field.columns}
    found: list[Problem] = []
    for number, row in enumerate(rows, start=1):
        if all(is_empty(v) for v in row.values()):
            continue
        for column in field.columns:
            found += _problems(
                column, row.get(column.id), f"{path}.{number}.{column.id}", whole, lang
            )
        found += [
            Problem(
                field=f"{path}.{number}.{str(key)[:50]}",
                message=_("The table has no such column."),
                mend=_("Reload the page; the form may have changed."),
            )
            for key in row
            if key not in columns
        ]
    return found


def _fault(field: FormField, value: Any) -> tuple[str, str] | None:
    check = _CHECKS[field.type]
    return check(field, value)


def _text_fault(field: FormField, value: Any) -> tuple[str, str] | None:
    if not isinstance(value, str):
        return _("This must be a text."), _("Type the answer in words.")
    longest = field.max_length or LONGEST[field.type]
    if len(value) > longest:
        return (
            _("The text has %(length)d characters; at most %(longest)d are allowed.")
            % {"length": len(value), "longest": longest},
            _("Shorten it by %(over)d characters.") % {"over": len(value) - longest},
        )
    return None


def _number_fault(field: FormField, value: Any) -> tuple[str, str] | None:
    number = _number(value)
    if number is None:
        return _("“%(value)s” is not a number.") % {"value": str(value)[:50]}, _(
            "Write digits only, without units."
        )
    if field.type == "money" and number != number.to_integral_value():
        return _("Money is whole đồng."), _("Round to whole đồng.")
    low = field.min if field.min is not None or field.type != "money" else Decimal(0)
    if low is not None and number < low:
        return _("The number is below %(low)s.") % {"low": low}, _(
            "Enter %(low)s or more."
        ) % {"low": low}
    if field.max is not None and number > field.max:
        return _("The number is above %(high)s.") % {"high": field.max}, _(
            "Enter %(high)s or less."
        ) % {"high": field.max}
    return None


def _date_fault(_field: FormField, value: Any) -> tuple[str, str] | None:
    try:
        date.fromisoformat(value)
    except (TypeError, ValueError):
        return _("“%(value)s” is not a date.") % {"value": str(value)[:50]}, _(
            "Choose a day, such as 31/12/2026."
        )
    return None


def _choice_fault(field: FormField, value: Any) -> tuple[str, str] | None:
    chosen = value if field.type == "multichoice" else [value]
    known = {o.id for o in field.options}
    if not isinstance(chosen, list) or not {str(c) for c in chosen} <= known:
        return _("This is not one of the choices."), _("Choose from the list.")
    return None


def _yesno_fault(_field: FormField, value: Any) -> tuple[str, str] | None:
    if not isinstance(value, bool):
        return _("Yes or no is expected."), _("Choose yes or no.")
    return None


def _reference_fault(_field: FormField, value: Any) -> tuple[str, str] | None:
    each = value if isinstance(value, list) else [value]
    if not all(isinstance(v, int | str | Mapping) for v in each):
        return _("This entry cannot be read."), _("Choose it again from the list.")
    names = [str(v.get("name") or "") for v in each if isinstance(v, Mapping)]
    if any(len(name) > LONGEST_NAME for name in names):
        return (
            _("The name is longer than %(most)d characters.") % {"most": LONGEST_NAME},
            _("Choose it from the list, or write it shorter."),
        )
    return None


_CHECKS = {
    "text": _text_fault,
    "longtext": _text_fault,
    "number": _number_fault,
    "money": _number_fault,
    "date": _date_fault,
    "choice": _choice_fault,
    "multichoice": _choice_fault,
    "yesno": _yesno_fault,
    "person": _reference_fault,
    "organisation": _reference_fault,
}


def _number(value: Any) -> Decimal | None:
    if isinstance(value, bool) or not isinstance(value, int | float | str | Decimal):
        return None
    try:
        number = Decimal(str(value).strip())
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _word_parts(old: str, new: str) -> Sequence[tuple[str, str]]:
    """Split two texts into kept, removed and added stretches, word by word."""
    was, now = _words(old), _words(new)
    parts: list[tuple[str, str]] = []
    for kind, a, b, c, d in SequenceMatcher(
        None, was, now, autojunk=False
    ).get_opcodes():
        if kind == "equal":
            parts.append(("kept", "".join(was[a:b])))
            continue
        if a < b:
            parts.append(("removed", "".join(was[a:b])))
        if c < d:
            parts.append(("added", "".join(now[c:d])))
    return parts


def _words(text: str) -> list[str]:
    """Words with the blank after each; very long texts go by line, to stay quick."""
    if len(text) > LONG_ENOUGH_TO_SPLIT * 100:
        return text.splitlines(keepends=True)
    words = [piece + " " for piece in text.split(" ")]
    words[-1] = words[-1][:-1]
    return words
