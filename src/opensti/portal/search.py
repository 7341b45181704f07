"""One box over the whole register: found rows, facets, suggestions, files and feeds."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from django.core.paginator import Page, Paginator
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import conditional_escape
from django.utils.safestring import mark_safe
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from opensti.domains.publications import queries
from opensti.domains.publications.choices import EntryKind
from opensti.kernel.identifiers import row_number
from opensti.kernel.searchtext import fold, words
from opensti.portal.limits import limit_strangers
from opensti.ui.exports import table_response
from opensti.ui.lists import EXPORTS
from opensti.ui.templatetags.ui import choose_language, money

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.http import HttpRequest, HttpResponse
    from django.http.response import HttpResponseBase
    from django.utils.safestring import SafeString

    from opensti.domains.publications.queries import Answer, Question, Shown

FILES_A_MINUTE = 10
SNIPPET = 240
# As in the search itself: a word of so many letters also finds what begins with it.
BEGINS = 4
_BETWEEN = re.compile(r"([^\w\u0300-\u036f]+)")
BEFORE = 60
FACETS = {
    "kind": gettext_lazy("Kind"),
    "year": gettext_lazy("Year"),
    "field": gettext_lazy("Field"),
    "province": gettext_lazy("Province"),
    "host": gettext_lazy("Host"),
    "funder": gettext_lazy("Funder"),
    "state": gettext_lazy("State or kind"),
    "band": gettext_lazy("Money"),
}


@require_safe
def search(request: HttpRequest) -> HttpResponseBase:
    """Find in everything that is public; the address holds the whole question."""
    question = queries.Question.of(request.GET.dict())
    kind = request.GET.get("export", "")
    if kind in EXPORTS:
        return _file(request, question, kind)
    answer = queries.found(question)
    page = _page(answer, row_number(request.GET.get("page")) or 1)
    rows = queries.page_of(question, answer, page.number)
    few = question.q and answer.total == 0 and answer.settled
    context = {
        "title": _("Search the register"),
        "question": question,
        "answer": answer,
        "page": page,
        "found": [_drawn(each, question.q) for each in rows],
        "facets": facets(question, answer),
        "chosen": chosen(question),
        "meant": _meant(question) if few else None,
        "sorts": _sorts(question),
        "feed": f"{reverse('portal:search_feed')}?{question.address}",
        "follow": f"{reverse('portal:subscribe')}?{question.address}",
    }
    return render(request, "portal/search.html", context)


@require_safe
def suggest(request: HttpRequest) -> HttpResponse:
    """What is likely meant by what is typed so far: a few rows, as links."""
    text = request.GET.get("q", "").strip()[:200]
    rows = queries.suggestions(text) if len(text) > 1 else []
    return render(
        request,
        "portal/search_suggestions.html",
        {"found": [_drawn(each, text) for each in rows], "q": text},
    )


def address_of(each: Shown) -> str:
    """The page of what was found."""
    return reverse(queries.PAGES[each.entry.kind], args=[each.row.public_id])


def marked(text: str, q: str) -> SafeString:
    """The text with the words of the question marked, whatever accents either has."""
    asked = [(w, len(w) >= BEGINS) for w in dict.fromkeys(words(q))]
    parts = []
    for n, piece in enumerate(_split(text)):
        safe = conditional_escape(piece)
        word = fold(piece) if n % 2 == 0 else ""
        hit = word and any(
            word == w or (long and word.startswith(w)) for w, long in asked
        )
        parts.append(f"<mark>{safe}</mark>" if hit else safe)
    return mark_safe("".join(parts))  # noqa: S308 -- every piece was escaped


def _split(text: str) -> list[str]:
    """Words and what stands between them, by turns."""
    return _BETWEEN.split(text)


def snippet(text: str, q: str) -> str:
    """The stretch of a text in which the first word of the question stands."""
    asked = words(q)
    start = 0
    if asked and len(text) > SNIPPET:
        at = 0
        for piece in _split(text):
            if fold(piece) in asked:
                start = max(0, at - BEFORE)
                break
            at += len(piece)
    if start:
        start = text.find(" ", start) + 1
    piece = text[start : start + SNIPPET]
    if start + SNIPPET < len(text):
        piece = piece.rpartition(" ")[0] + " …"
    return f"… {piece}" if start else piece


def _drawn(each: Shown, q: str) -> dict[str, Any]:
    facts = each.facts
    title, title_in = choose_language(facts.title, "")
    about, about_in = choose_language(facts.about, "")
    return {
        "title_in": title_in,
        "about_in": about_in,
        "url": address_of(each),
        "kind": EntryKind(each.entry.kind).label,
        "code": marked(facts.code, q),
        "title": marked(title, q),
        "about": marked(snippet(about, q), q) if about else "",
        "host": facts.host if each.entry.kind != EntryKind.ORGANISATION else "",
        "year": facts.year,
        "state": facts.state_label,
        "amount": facts.amount,
    }


def _page(answer: Answer, number: int) -> Page[int]:
    pages: Paginator[int] = Paginator(range(answer.total), queries.PAGE)
    return pages.get_page(number)


def facets(question: Question, answer: Answer) -> list[dict[str, Any]]:
    """What can still be narrowed, each value with how many have it."""
    drawn = []
    for name, values in queries.labels(answer).items():
        if getattr(question, name) or not values:
            continue
        drawn.append(
            {
                "name": name,
                "label": FACETS[name],
                "values": [
                    {
                        "label": label_of(name, value.value, value.label),
                        "count": value.count,
                        "url": f"?{question.having(name, value.value).address}",
                    }
                    for value in values
                ],
            }
        )
    return drawn


def chosen(question: Question) -> list[dict[str, Any]]:
    """What the search is narrowed by, each with the address that undoes it alone."""
    named = queries.chosen_names(question)
    return [
        {
            "facet": FACETS[name],
            "label": label_of(name, value, named.get(name, value)),
            "url": f"?{question.without(name).address}",
        }
        for name, value in question.chosen
    ]


def label_of(name: str, value: str, label: Any) -> Any:
    """A value in words: states by their kind, bands by their ends."""
    if name == "state":
        kind, _dot, state = value.partition(".")
        return queries.state_label(kind, state)
    if name != "band":
        return label
    number = row_number(value)
    if number is None:
        return value
    low, high = queries.band_ends(number)
    if low is None:
        return _("under %(high)s") % {"high": money(high)}
    if high is None:
        return _("%(low)s and more") % {"low": money(low)}
    return _("%(low)s to under %(high)s") % {"low": money(low), "high": money(high)}


def _meant(question: Question) -> dict[str, str] | None:
    text = queries.meant(question.q)
    if not text:
        return None
    return {"text": text, "url": f"?{question.having('q', text).address}"}


def _sorts(question: Question) -> list[dict[str, Any]]:
    return [
        {
            "label": label,
            "url": f"?{question.having('sort', sort).address}",
            "current": question.sort == sort,
        }
        for label, sort in ((_("Best first"), ""), (_("Newest first"), "new"))
    ]


def _file(request: HttpRequest, question: Question, kind: str) -> HttpResponseBase:
    """All rows that were found, as a file."""
    limit_strangers(request, "search_file", per_minute=FILES_A_MINUTE)

    def lines() -> Iterator[list[Any]]:
        for each in queries.all_shown(question):
            facts = each.facts
            yield [
                EntryKind(each.entry.kind).label,
                facts.code,
                str(facts.title),
                str(facts.host),
                facts.funder,
                facts.year,
                facts.state_label,
                facts.amount,
                localdate(facts.at) if facts.year else None,
                request.build_absolute_uri(address_of(each)),
            ]

    return table_response(
        kind=kind,
        name="search",
        head=[
            _("Kind"),
            _("Code"),
            _("Title"),
            _("Host"),
            _("Funder"),
            _("Year"),
            _("State"),
            _("Amount (đồng)"),
            _("Public since"),
            _("Page"),
        ],
        rows=lines(),
    )
