"""How values are written on every page: two languages, money, days, icons, links."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from django import forms, template
from django.contrib.messages import constants as levels
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.timezone import is_aware, localtime
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from opensti.kernel import citations
from opensti.kernel.bilingual import written_in
from opensti.kernel.economies import economy_name
from opensti.ui.forms import error_links as links_to_errors
from opensti.ui.pages import NavGroup

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.core.paginator import Page
    from django.forms import BoundField
    from django.http import HttpRequest, QueryDict
    from django.template import Context
    from django.utils.safestring import SafeString

    from opensti.ui.forms import ErrorLink

register = template.Library()

_TONES = {
    levels.DEBUG: "info",
    levels.INFO: "info",
    levels.SUCCESS: "good",
    levels.WARNING: "warn",
    levels.ERROR: "bad",
}
_TONE_ICONS = {"good": "check", "warn": "warning", "bad": "stop", "wait": "clock"}
_SOON = 3  # working days left from which a deadline is shown as close


def _language() -> str:
    return (get_language() or "vi").split("-")[0]


def _read(thing: Any, name: str) -> Any:
    return thing.get(name) if isinstance(thing, dict) else getattr(thing, name, None)


def choose_language(thing: Any, name: str) -> tuple[str, str]:
    """Return the value in the reader's language, else the other one, and its language."""
    wanted = "en" if _language() == "en" else "vi"
    other = "vi" if wanted == "en" else "en"
    for language in (wanted, other):
        value = _read(thing, f"{name}_{language}" if name else language)
        if value:
            return str(value), language
    return "", wanted


register.filter("economy", economy_name)
register.filter("written_in", written_in)


@register.simple_tag
def pair(thing: Any, name: str = "") -> SafeString | str:
    """Write a bilingual value; one in the other language is marked with ``lang``.

    With a name the columns ``<name>_vi`` and ``<name>_en`` are read, without one the
    value itself is a pair (``kernel.bilingual.Words``).
    """
    value, language = choose_language(thing, name)
    if value and language != _language():
        return format_html('<span lang="{}">{}</span>', language, value)
    return value


@register.simple_tag
def pair_text(thing: Any, name: str = "") -> str:
    """Write a bilingual value bare, for attributes, titles and options."""
    return choose_language(thing, name)[0]


def _grouped(number: Any) -> str:
    return f"{Decimal(number):,.0f}"


@register.filter
def money(amount: Any) -> str:
    """Write whole đồng: ``1.234.567 đ`` in Vietnamese, ``VND 1,234,567`` in English."""
    if amount is None or amount == "":
        return "—"
    text = _grouped(amount)
    if _language() == "en":
        return f"VND\u00a0{text}"
    return text.replace(",", ".") + "\u00a0đ"


@register.filter
def amount(value: Any, currency: str = "VND") -> str:
    """Write money of any currency: đồng as everywhere, else ``1.234 USD``.

    Hundredths are written only where there are any.
    """
    if value is None or value == "":
        return "—"
    exact = Decimal(str(value))
    whole = exact == exact.to_integral_value()
    if currency == "VND" and whole:
        return money(exact)
    figure = number(exact, 0 if whole else 2)
    return f"{figure}\u00a0{currency or _('(currency not known)')}"


@register.filter
def number(value: Any, places: int | str = 0) -> str:
    """Write a number with the marks of the reader's language."""
    if value is None or value == "":
        return "—"
    text = f"{Decimal(str(value)):,.{int(places)}f}"
    if _language() == "en":
        return text
    return text.translate(str.maketrans(",.", ".,"))


def _local(value: date | datetime) -> date | datetime:
    return (
        localtime(value) if isinstance(value, datetime) and is_aware(value) else value
    )


@register.filter
def day(value: date | datetime | None) -> str:
    """Write a date the way the reader writes it."""
    if not value:
        return "—"
    value = _local(value)
    return value.strftime("%d %b %Y" if _language() == "en" else "%d/%m/%Y")


@register.filter
def moment(value: datetime | None) -> str:
    """Write a date with its time of day."""
    if not value:
        return "—"
    if not isinstance(value, datetime):
        return day(value)
    here = (localtime(value) if is_aware(value) else value).replace(tzinfo=None)
    return f"{day(here)} {here:%H:%M}"


@register.filter
def cited(basis: Any) -> str:
    """Say the article a stored basis names, in the reader's language."""
    return citations.cited(basis)


@register.filter
def days_left(left: int | None) -> str:
    """Say how many working days are left, or by how many it is late."""
    if left is None:
        return ""
    if left < 0:
        late = -left
        return ngettext(
            "%(days)s working day late", "%(days)s working days late", late
        ) % {"days": late}
    if left == 0:
        return _("due today")
    return ngettext("%(days)s working day left", "%(days)s working days left", left) % {
        "days": left
    }


@register.filter
def labelled(values: Iterable[Any], labels: Iterable[str]) -> list[tuple[str, Any]]:
    """Put each label beside its value: cells need their heading on a phone."""
    return list(zip(labels, values, strict=True))


@register.filter
def left_tone(left: int | None) -> str:
    if left is None:
        return "neutral"
    if left < 0:
        return "bad"
    return "warn" if left <= _SOON else "neutral"


@register.simple_tag
def deadline(
    due: date | None, left: int | None, article: str = "", done: str = ""
) -> SafeString:
    """Write a day due with its days left and its article: as the component does."""
    running = not done
    return format_html(
        '<span class="deadline"{}>{}{}{}</span>',
        format_html(' data-tone="{}"', left_tone(left)) if running else "",
        format_html('<time datetime="{}">{}</time>', due.isoformat(), day(due))
        if due
        else "",
        format_html('<span class="deadline-left">{}</span>', days_left(left))
        if left is not None and running
        else "",
        format_html('<span class="soft small">{}</span>', cited(article))
        if article
        else "",
    )


@register.filter
def file_size(size: int | None) -> str:
    """Write a number of bytes in the largest unit that fits."""
    if size is None:
        return "—"
    amount = Decimal(size)
    for unit in ("B", "KB", "MB"):
        if amount < 1024:  # noqa: PLR2004 -- bytes
            return f"{number(amount, 0 if unit == 'B' else 1)}\u00a0{unit}"
        amount /= 1024
    return f"{number(amount, 1)}\u00a0GB"


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """Draw an icon of the sprite; with a label it is read aloud, else it is decoration."""
    address = static("ui/icons.svg")
    if label:
        return format_html(
            '<svg class="icon" role="img" aria-label="{}" width="20" height="20"><use href="{}#{}"/></svg>',
            label,
            address,
            name,
        )
    return format_html(
        '<svg class="icon" aria-hidden="true" focusable="false" width="20" height="20"><use href="{}#{}"/></svg>',
        address,
        name,
    )


@register.simple_tag
def nav_groups(groups: Iterable[NavGroup]) -> SafeString:
    """Draw the links of a menu: once for all who have the same, in their language."""
    return _drawn(
        tuple(
            NavGroup(
                label=str(group.label),
                links=tuple(
                    replace(link, label=str(link.label)) for link in group.links
                ),
            )
            for group in groups
        )
    )


@lru_cache(maxsize=1024)
def _drawn(groups: tuple[NavGroup, ...]) -> SafeString:
    return render_to_string("ui/nav_groups.html", {"groups": groups})


@register.filter
def tone_icon(tone: str | int) -> str:
    """Name the icon that goes with a tone, or with the level of a message."""
    word = _TONES.get(tone, "info") if isinstance(tone, int) else str(tone)
    return _TONE_ICONS.get(word, "info")


@register.simple_tag
def message_tone(level: int) -> str:
    return _TONES.get(level, "info")


def changed_query(query: QueryDict, changes: dict[str, Any]) -> str:
    """Return the query with some values replaced; ``None`` or ``""`` takes one away."""
    copy = query.copy()
    for key, value in changes.items():
        if value is None or value == "":
            copy.pop(key, None)
        else:
            copy[key] = str(value)
    return "?" + copy.urlencode()


@register.simple_tag(takes_context=True)
def query_with(context: Context, **changes: Any) -> str:
    """Return this page's address with some query values replaced."""
    request: HttpRequest | None = context.get("request")
    if request is None:
        from_scratch = {k: v for k, v in changes.items() if v not in (None, "")}
        return "?" + "&".join(f"{k}={v}" for k, v in from_scratch.items())
    return changed_query(request.GET, changes)


@register.filter
def page_numbers(page: Page[Any]) -> Iterable[int | str]:
    """Return the page numbers worth showing, with gaps marked."""
    if page is None:
        return []
    return [
        n if isinstance(n, int) else "…"
        for n in page.paginator.get_elided_page_range(
            page.number, on_each_side=2, on_ends=1
        )
    ]


@register.filter
def field_kind(field: BoundField) -> str:
    """Say how a field is laid out: one box, one tick, or a group of choices."""
    widget = field.field.widget
    if isinstance(widget, forms.CheckboxInput):
        return "check"
    if isinstance(widget, forms.RadioSelect | forms.CheckboxSelectMultiple):
        return "group"
    if isinstance(widget, forms.MultiWidget | forms.SelectDateWidget):
        return "group" if widget.use_fieldset else "box"
    return "box"


@register.simple_tag
def error_links(form: Any = None, more: Any = None) -> list[ErrorLink]:
    """List what is wrong in a form (and further forms), each with the id to jump to."""
    found: list[ErrorLink] = []
    for each in [form, *(more or [])]:
        if each is not None and each != "":
            found.extend(links_to_errors(each))
    return found


@register.filter
def percent(share: Any) -> str:
    """Write a share kept in ten-thousandths as percent: 3350 → 33,5."""
    whole, part = divmod(int(share), 100)
    text = f"{whole}.{part:02}".rstrip("0").rstrip(".")
    return text if _language() == "en" else text.replace(".", ",")
