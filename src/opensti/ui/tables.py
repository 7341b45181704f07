"""Tables: how columns and rows of every list are declared and written."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import django_tables2 as tables
from django.utils.html import format_html
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from opensti.ui.cells import body
from opensti.ui.templatetags.ui import (
    amount,
    choose_language,
    day,
    moment,
    money,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.utils.safestring import SafeString

Column = tables.Column

# A name that leads to its page keeps room for words beside many columns.
_NAME = {"td": {"class": "name"}}
_NUMERIC = {"th": {"class": "numeric"}, "td": {"class": "numeric"}}


class Table(tables.Table):  # no types there
    """The house table: state in the query, cards on a phone, values fit for export."""

    class Meta:
        template_name = "ui/table.html"
        attrs = {"class": "data data-cards"}
        empty_text = _("There is nothing to show here yet.")
        order_by_field = "sort"
        page_field = "page"
        per_page_field = "per_page"

    def body(self) -> SafeString:
        """Write the rows. In Python: a template asks every cell a dozen questions."""
        return body(self)


class PairColumn(tables.Column):  # no types there
    """A value kept in Vietnamese and English, written in the reader's language.

    ``PairColumn("title")`` reads ``record.title_vi`` and ``record.title_en``; where
    both are missing it reads ``plain``, a field in the source's own language.
    """

    def __init__(self, name: str, *, plain: str = "", **kwargs: Any) -> None:
        self.pair_name, self.plain = name, plain
        kwargs.setdefault("empty_values", ())
        if "linkify" in kwargs:
            kwargs.setdefault("attrs", _NAME)
        kwargs.setdefault("order_by", (f"{name}_vi".replace(".", "__"),))
        super().__init__(**kwargs)

    def _choose(self, record: Any) -> tuple[str, str]:
        *path, name = self.pair_name.split(".")
        plain = getattr(record, self.plain, "") if self.plain else ""
        for step in path:
            record = (
                record.get(step)
                if isinstance(record, dict)
                else getattr(record, step, None)
            )
        value, language = choose_language(record, name)
        return (value, language) if value or not plain else (str(plain), "")

    def render(self, record: Any) -> SafeString | str:
        value, language = self._choose(record)
        if not language:
            return value or "—"
        return format_html('<span lang="{}">{}</span>', language, value)

    def value(self, record: Any) -> str:
        return self._choose(record)[0]


class MoneyColumn(tables.Column):  # no types there
    """Whole đồng; in exports a plain number under a head that says so."""

    currency = ""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("attrs", _NUMERIC)
        super().__init__(**kwargs)

    def exported_head(self, head: str) -> str:
        return f"{head} (VND)"

    def render(self, value: Any) -> str:
        return money(value)

    def value(self, value: Any) -> Any:
        return value


class AmountColumn(MoneyColumn):
    """Money in the currency another field of the row names.

    In exports a plain number; its currency stands in the next column, chosen or not.
    """

    def __init__(self, *, currency: str = "currency", **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.currency = currency

    def exported_head(self, head: str) -> str:
        return head

    def render(self, value: Any, record: Any) -> str:  # type: ignore[override]
        return amount(value, getattr(record, self.currency))

    def value(self, value: Any) -> Any:
        whole = value.to_integral_value()
        return whole if value == whole else value


class NumberColumn(tables.Column):  # no types there
    """A figure, set to the end of its column; a plain number in exports."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("attrs", _NUMERIC)
        super().__init__(**kwargs)

    def value(self, value: Any) -> Any:
        return value


class DayColumn(tables.Column):  # no types there
    """A date; a real date in exports."""

    def render(self, value: Any) -> SafeString:
        return format_html(
            '<time class="nowrap" datetime="{}">{}</time>',
            value.isoformat(),
            day(value),
        )

    def value(self, value: Any) -> Any:
        return value


class DueColumn(DayColumn):
    """A day on which something is due: late ones stand out, and say so in words."""

    def render(self, value: Any) -> SafeString:
        shown = super().render(value)
        if value >= localdate():
            return shown
        return format_html(
            '<span class="deadline" data-tone="bad">{}<span class="deadline-left">{}</span></span>',
            shown,
            _("overdue"),
        )


class MomentColumn(DayColumn):
    """A date with its time; a real date with time in exports."""

    def render(self, value: Any) -> SafeString:
        return format_html(
            '<time class="nowrap" datetime="{}">{}</time>',
            value.isoformat(),
            moment(value),
        )


class StateColumn(tables.Column):  # no types there
    """A state as a badge. ``tones`` maps a code to a tone, ``labels`` to its words."""

    def __init__(
        self,
        *,
        tones: dict[str, str] | None = None,
        labels: dict[str, Any] | None = None,
        **kwargs: Any,
    ) -> None:
        self.tones = tones or {}
        self.labels = labels or {}
        super().__init__(**kwargs)

    def render(self, value: Any, record: Any, bound_column: Any) -> SafeString:
        # ``value`` may be the words of a choice already; also of another table's field.
        code = tables.A(bound_column.accessor).resolve(record, quiet=True)
        return format_html(
            '<span class="badge" data-tone="{}" data-state="{}">{}</span>',
            self.tones.get(str(code), "neutral"),
            code,
            self.labels.get(str(code), value),
        )

    def value(self, value: Any) -> str:
        return str(self.labels.get(str(value), value))


def called(record: Any) -> str:
    """What a row is called in the reader's language; its own name where it has no pair."""
    for name in ("title", "name"):
        if hasattr(record, f"{name}_vi"):
            code = getattr(record, "code", "")
            return f"{code} {choose_language(record, name)[0]}".strip()
    return str(record)


class TickColumn(tables.Column):  # no types there
    """The box with which a row is chosen for a bulk act; ``name`` says which row."""

    attrs_of_cell = {"th": {"class": "tick"}, "td": {"class": "tick"}}

    def __init__(self, name: Callable[[Any], str] = called, **kwargs: Any) -> None:
        self.name_of = name
        kwargs.setdefault("accessor", "pk")
        kwargs.setdefault("attrs", self.attrs_of_cell)
        super().__init__(orderable=False, exclude_from_export=True, **kwargs)

    @property
    def header(self) -> SafeString:
        return format_html(
            '<input type="checkbox" form="bulk" data-pick-all class="js-only" aria-label="{}">',
            _("Choose every row on this page"),
        )

    def render(self, value: Any, record: Any) -> SafeString:
        return format_html(
            '<input type="checkbox" form="bulk" name="ids" value="{}" data-pick aria-label="{}">',
            value,
            _("Choose %(row)s") % {"row": self.name_of(record)},
        )
