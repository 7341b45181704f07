"""A regime's form as people fill it in: from form data to fields, from fields to answers.

What is asked, and what is wrong with an answer, is the regime's affair; here it only
gets its fields. Nothing typed is dropped because it is wrong: it comes back as typed,
with what is wrong beside it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django import forms
from django.http import QueryDict
from django.utils.html import format_html, format_html_join
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from opensti.domains.procedures.regimes.forms import (
    MOST_ROWS,
    REFERENCES,
    is_empty,
    key_of,
)
from opensti.kernel.identifiers import row_number
from opensti.kernel.money import format_money, parse_money
from opensti.kernel.refusals import Invalid
from opensti.web.attached import FileField
from opensti.web.chosen import Chooser, input_attributes, note, note_html, text_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from django.forms import BoundField

    from opensti.domains.procedures.regimes.format import (
        Form,
        FormField,
        Section,
        ShowIf,
    )
    from opensti.kernel.refusals import Problem
    from opensti.web.attached import KeptFile

SPARE_ROWS = 2
YES, NO = "yes", "no"
_NUMBER = re.compile(r"-?[0-9]{1,18}")
Widget = forms.Widget


@dataclass(frozen=True, kw_only=True)
class Cell:
    """One input of a table: ``__prefix__`` stands for the row number in the spare row."""

    name: str
    id: str
    label: str
    value: str
    type: str
    options: Sequence[tuple[str, str]] = ()
    max_length: int | None = None
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class TableField:
    """A table question: its rows as inputs, its errors, an empty row to copy."""

    name: str
    label: str
    help: str
    required: bool
    columns: Sequence[tuple[str, bool]]
    rows: Sequence[Sequence[Cell]]
    empty: Sequence[Cell]
    errors: Sequence[str]

    @property
    def total(self) -> int:
        return len(self.rows)


@dataclass(frozen=True, kw_only=True)
class Asked:
    """One question on the page: an ordinary field, a table, or files."""

    bound: BoundField | None = None
    table: TableField | None = None
    files: FileField | None = None


@dataclass(frozen=True, kw_only=True)
class AskedSection:
    id: str
    label: str
    help: str
    fields: Sequence[Asked]


class AnswerForm(forms.Form):
    """``AnswerForm(regime_form, answers=…)`` to show, ``data=request.POST`` to read.

    ``chooser`` links the people and organisations that the writer may know of.
    ``sections`` narrows it to some sections. ``files`` are what is kept for each file
    field; without it file fields are not asked here. ``remarks`` are what a reader marked
    to be mended, by field; they stand beside it.
    """

    def __init__(
        self,
        regime_form: Form,
        *,
        chooser: Chooser,
        answers: Mapping[str, Any] | None = None,
        data: Any = None,
        sections: Iterable[str] | None = None,
        files: Mapping[str, Sequence[KeptFile]] | None = None,
        remarks: Mapping[str, Sequence[str]] | None = None,
    ) -> None:
        self.language = get_language() or "vi"
        self.remarks = remarks or {}
        self.kept = dict(answers or {})
        self.chooser = chooser
        self.kept_files = files
        self.file_errors: dict[str, list[str]] = {}
        chosen = None if sections is None else set(sections)
        self.asked: list[Section] = [
            s for s in regime_form.sections if chosen is None or s.id in chosen
        ]
        self.labels = {f.id: f for f in regime_form.fields()}
        self.table_errors: dict[str, list[str]] = {}
        super().__init__(data=data)
        for field in self._fields():
            if field.type in ("table", "file"):
                continue
            self.fields[field.id] = self._made(field)
            self.initial[field.id] = self._shown(field, self.kept.get(field.id))

    # ---- reading

    def answers(self) -> dict[str, Any]:
        """All answers: those typed here, and those that were not asked here."""
        self.chooser.look_up(self._names_typed())
        found = dict(self.kept)
        for field in self._fields():
            if field.type == "file":
                continue
            value = (
                self._rows_typed(field)
                if field.type == "table"
                else self._typed(field, field.id)
            )
            if is_empty(value):
                found.pop(field.id, None)
            else:
                found[field.id] = value
        return found

    def _typed(self, field: FormField, name: str, table: str = "") -> Any:
        if field.type == "multichoice":
            return self.data.getlist(name) if hasattr(self.data, "getlist") else []
        text = str(self.data.get(name, ""))
        if field.type in REFERENCES and text.strip():
            # An entry left as it was stays, also if this writer may not know of it.
            return self._entries_kept(field, table).get(
                text.strip()
            ) or self.chooser.read(field.type, text.strip())
        return _value(field, text)

    def _entries_kept(self, field: FormField, table: str) -> dict[str, Any]:
        """Linked entries of a field or of a table's column, by how they are shown."""
        values = (
            [r.get(field.id) for r in self.kept.get(table) or [] if isinstance(r, dict)]
            if table
            else [self.kept.get(field.id)]
        )
        return {
            text_of(v): v
            for v in values
            if isinstance(v, dict) and key_of(v) is not None
        }

    def _names_typed(self) -> Iterator[tuple[str, str]]:
        """Every name typed that was not kept so before, to be found in one go."""
        for field in self._fields():
            if field.type in REFERENCES:
                asked = [(field, field.id, "")]
            elif field.type == "table":
                asked = [
                    (column, f"{field.id}-{number}-{column.id}", field.id)
                    for column in field.columns
                    if column.type in REFERENCES
                    for number in range(self._count(field))
                ]
            else:
                continue
            for column, name, table in asked:
                text = str(self.data.get(name, "")).strip()
                if text and text not in self._entries_kept(column, table):
                    yield column.type, text

    def _rows_typed(self, field: FormField) -> list[dict[str, Any]]:
        rows = []
        for number in range(self._count(field)):
            row = {
                column.id: value
                for column in field.columns
                if not is_empty(
                    value := self._typed(
                        column, f"{field.id}-{number}-{column.id}", field.id
                    )
                )
            }
            if row:
                rows.append(row)
        return rows

    def _count(self, field: FormField) -> int:
        said = row_number(self.data.get(f"{field.id}-TOTAL_FORMS"))
        return min(said or 0, MOST_ROWS)

    def as_data(self) -> QueryDict:
        """The kept answers as if just typed, so that what is wrong in them can be shown."""
        data = QueryDict(mutable=True)
        for field in self._fields():
            value = self.kept.get(field.id)
            if field.type == "table":
                rows = [r for r in value or [] if isinstance(r, dict)]
                data[f"{field.id}-TOTAL_FORMS"] = str(len(rows))
                for number, row in enumerate(rows):
                    for column in field.columns:
                        name = f"{field.id}-{number}-{column.id}"
                        data[name] = _text(column, row.get(column.id))
            elif field.type == "multichoice":
                data.setlist(field.id, [str(v) for v in value or []])
            elif field.type != "file":
                data[field.id] = _text(field, value)
        return data

    # ---- saying what is wrong

    def show(self, problems: Sequence[Problem]) -> None:
        """Put what was refused beside the fields it is about."""
        self.full_clean()
        for problem in problems:
            name, _dot, rest = problem.field.partition(".")
            text = f"{problem.message} {problem.mend}".strip()
            if name in self.fields:
                self.add_error(name, text)
            elif name in self.labels and self.labels[name].type == "file":
                self.refuse_files({name: [text]})
            elif name in self.labels:
                where = rest.partition(".")[0]
                said = _("Row %(row)s: %(what)s") % {"row": where, "what": text}
                self.table_errors.setdefault(name, []).append(said if where else text)
                self.add_error(
                    None,
                    f"{self.labels[name].label(self.language)}: {said if where else text}",
                )
            else:
                self.add_error(None, text)

    def refuse_files(self, errors: Mapping[str, Sequence[str]]) -> None:
        """Put what is wrong with files beside their fields."""
        for name, said in errors.items():
            self.file_errors[name] = [*self.file_errors.get(name, ()), *said]
            for text in said:
                self.add_error(
                    None, f"{self.labels[name].label(self.language)}: {text}"
                )

    # ---- showing

    def sections(self) -> list[AskedSection]:
        return [
            AskedSection(
                id=section.id,
                label=section.label(self.language),
                help=" ".join(
                    t
                    for t in (
                        section.help(self.language),
                        self._only_if(section.show_if),
                    )
                    if t
                ),
                fields=[
                    self._asked(field)
                    for field in section.fields
                    if field.type != "file" or self.kept_files is not None
                ],
            )
            for section in self.asked
        ]

    def _asked(self, field: FormField) -> Asked:
        if field.type == "table":
            return Asked(table=self._table(field))
        if field.type != "file":
            return Asked(bound=self[field.id])
        return Asked(
            files=FileField(
                name=field.id,
                label=field.label(self.language),
                help=self._said(field),
                required=field.required,
                files=(self.kept_files or {}).get(field.id, ()),
                errors=self.file_errors.get(field.id, ()),
            )
        )

    def _said(self, field: FormField) -> str:
        said = (field.help(self.language), self._only_if(field.show_if))
        text = " ".join(t for t in said if t)
        marked = self.remarks.get(field.id, ())
        if not marked:
            return text
        return format_html(
            "{} {}",
            text,
            format_html_join(
                " ",
                '<strong class="badge" data-tone="warn">{}</strong> <span lang="vi">{}</span>',
                ((_("To be mended:"), each) for each in marked),
            ),
        )

    def _fields(self) -> list[FormField]:
        return [f for s in self.asked for f in s.fields]

    def _made(self, field: FormField) -> forms.Field:
        label = field.label(self.language)
        if field.required:
            label = f"{label} *"
        said = self._said(field)
        if field.type in REFERENCES and not self.is_bound:
            told = note_html(self.kept.get(field.id))
            said = format_html("{} {}", said, told) if told else said
        options: dict[str, Any] = {
            "label": label,
            "help_text": said,
            "required": False,
        }
        made: _Typed | _Chosen
        if field.type == "multichoice":
            made = _Chosen(
                choices=[(o.id, o.label(self.language)) for o in field.options],
                widget=forms.CheckboxSelectMultiple,
                **options,
            )
        else:
            made = _Typed(widget=_widget(field, self.language), **options)
        # A draft may lack it; handing in may not: it is not called optional.
        made.wanted = field.required
        return made

    def _only_if(self, condition: ShowIf | None) -> str:
        if condition is None or condition.field not in self.labels:
            return ""
        on = self.labels[condition.field]
        names = {o.id: o.label(self.language) for o in on.options} | {
            YES: _("yes"),
            NO: _("no"),
        }
        return _("Asked only if “%(question)s” is “%(answer)s”.") % {
            "question": on.label(self.language),
            "answer": names.get(condition.equals, condition.equals),
        }

    def _shown(self, field: FormField, value: Any) -> Any:
        if field.type == "multichoice":
            return value or []
        return _text(field, value)

    def _table(self, field: FormField) -> TableField:
        if self.is_bound:
            kept = self._rows_typed(field)
        else:
            kept = [r for r in self.kept.get(field.id) or [] if isinstance(r, dict)]
        shown: list[dict[str, Any]] = [*kept, *({} for _n in range(SPARE_ROWS))]
        return TableField(
            name=field.id,
            label=field.label(self.language),
            help=self._said(field),
            required=field.required,
            columns=[(c.label(self.language), c.required) for c in field.columns],
            rows=[self._cells(field, str(n), row) for n, row in enumerate(shown)],
            empty=self._cells(field, "__prefix__", {}),
            errors=self.table_errors.get(field.id, []),
        )

    def _cells(
        self, field: FormField, number: str, row: Mapping[str, Any]
    ) -> list[Cell]:
        return [
            Cell(
                name=f"{field.id}-{number}-{column.id}",
                id=f"id_{field.id}-{number}-{column.id}",
                label=column.label(self.language),
                value=_text(column, row.get(column.id)),
                type=column.type,
                options=_choices(column, self.language),
                max_length=column.max_length,
                note=note(row.get(column.id)) if column.type in REFERENCES else "",
            )
            for column in field.columns
        ]


class _Chosen(forms.MultipleChoiceField):
    """Some of the options; ``wanted``: a dossier handed in may not lack it."""

    wanted = False


class _Typed(forms.Field):
    """Whatever was typed, as it was typed; ``wanted`` as above."""

    wanted = False


def _widget(field: FormField, language: str) -> Widget:
    if field.type == "longtext":
        return forms.Textarea(
            attrs={"rows": 5, "maxlength": field.max_length or 50_000}
        )
    if field.type == "date":
        return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    if field.type in ("choice", "yesno"):
        few = field.type == "yesno"
        choices = _choices(field, language)
        return (
            forms.RadioSelect(choices=choices[1:])
            if few
            else forms.Select(choices=choices)
        )
    if field.type in ("number", "money"):
        return forms.TextInput(attrs={"inputmode": "numeric", "class": "numeric"})
    if field.type in REFERENCES:
        return forms.TextInput(attrs=input_attributes(field.type))
    return forms.TextInput(attrs={"maxlength": field.max_length or 500})


def _choices(field: FormField, language: str) -> list[tuple[str, str]]:
    if field.type == "yesno":
        return [("", "—"), (YES, _("yes")), (NO, _("no"))]
    if field.type == "choice":
        return [("", "—"), *((o.id, o.label(language)) for o in field.options)]
    return []


def _text(field: FormField, value: Any) -> str:
    """An answer as it stands in an input."""
    if is_empty(value):
        return ""
    if isinstance(value, bool):
        return YES if value else NO
    if isinstance(value, dict):
        return text_of(value)
    if field.type == "money" and isinstance(value, int):
        return format_money(value, unit=False)  # type: ignore[arg-type]
    return str(value)


def _value(field: FormField, text: str) -> Any:
    """An input as an answer; what cannot be read stays text, and will be named."""
    text = text.replace("\r\n", "\n").strip()
    if not text:
        return None
    if field.type == "money":
        try:
            return int(parse_money(text))
        except Invalid:
            return text
    plain = text.replace(",", ".")
    if field.type == "number":
        return int(plain) if _NUMBER.fullmatch(plain) else plain
    if field.type == "yesno":
        return {YES: True, NO: False}.get(text, text)
    return text
