"""A survey by a link: consent first, one page after another, kept while it is typed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from opensti.domains.surveys import actions, queries
from opensti.kernel.checks import problem
from opensti.kernel.refusals import NotFound
from opensti.portal.assessing import kept_from_others
from opensti.ui.survey_results import Own

if TYPE_CHECKING:
    from django.http import HttpRequest, QueryDict

    from opensti.domains.surveys.queries import Answering, Page

METHODS = ["GET", "HEAD", "POST"]
NOT_APPLICABLE = "na"
PROFILE = "profile"
IMPORTANCE = "_importance"
WHOLE = 9


@never_cache
@require_http_methods(METHODS)
def survey(request: HttpRequest, token: str) -> HttpResponse:
    """What it is for; whether one agrees; how far one is; the end; withdrawal."""
    if request.method == "POST":
        return _acted(request, token)
    found = queries.answering(token)
    done = queries.done_of(found)
    chapters = [
        {"code": p.code, "title": _title(p), "all": len(p.columns), "done": done[p.code]}
        for p in found.instrument.pages()
    ]  # fmt: skip
    asked = sum(c["all"] for c in chapters)  # type: ignore[misc]
    return _page(
        request,
        "begin",
        {
            "title": found.wave.title,
            "found": found,
            "token": token,
            "chapters": chapters,
            "all": asked,
            "done": done.total(),
            "next": PROFILE
            if not found.person.role
            else next((c["code"] for c in chapters if c["done"] < c["all"]), PROFILE),  # type: ignore[operator]
        },
    )


def _acted(request: HttpRequest, token: str) -> HttpResponse:
    act, at = request.POST.get("act", ""), now()
    if act == "agree":
        person = actions.give_consent(token=token, agrees=True, at=at)
        if not person.answers.exists():
            return kept_from_others(redirect("portal:survey_part", token=token, part=PROFILE))  # fmt: skip
    elif act == "refuse":
        actions.give_consent(token=token, agrees=False, at=at)
    elif act == "withdraw":
        actions.withdraw_consent(token=token, at=at)
    elif act == "finish":
        actions.finish_answers(token=token, at=at)
    else:
        raise NotFound
    return kept_from_others(redirect("portal:survey", token=token))


@never_cache
@require_http_methods(METHODS)
def survey_part(request: HttpRequest, token: str, part: str) -> HttpResponse:
    """The questions of one page; a phone sends the whole of it, often, and again."""
    if request.method == "POST":
        return _saved(request, token, part)
    found = queries.answering(token)
    pages = found.instrument.pages()
    codes = [page.code for page in pages]
    if part not in codes:
        raise NotFound
    place = codes.index(part)
    page = pages[place]
    return _page(
        request,
        "part",
        {
            "title": _title(page),
            "found": found,
            "token": token,
            "page": page,
            "rows": _rows(found, page),
            "roles": found.instrument.asked.roles if part == PROFILE else (),
            "place": place + 1,
            "of": len(codes),
            "before": codes[place - 1] if place else None,
            "weights": ["1", "2", "3", "4", "5"],
        },
    )


@never_cache
@require_safe
def survey_own(request: HttpRequest, token: str) -> HttpResponse:
    """The own answers beside the class, once results are published."""
    own = Own(queries.own_page(token))
    return _page(
        request,
        "own",
        {"title": _("Your answers beside others"), "own": own, "token": token},
    )


def _title(page: Page) -> str:
    return page.title or _("About you")


def _rows(found: Answering, page: Page) -> list[dict[str, object]]:
    """Each question with what was said, as the form sends it."""
    if page.section is not None:
        return [
            {"question": one, "said": _text(found, one.code)}
            for one in page.section.questions
        ]
    return [
        {
            "item": item,
            "said": _text(found, item.code),
            "importance": _text(found, item.code + IMPORTANCE),
            "levels": [(str(n), anchor) for n, anchor in enumerate(item.anchors)],
        }
        for item in page.items
    ]


def _text(found: Answering, column: str) -> str:
    if column not in found.said:
        return ""
    value = found.said[column]
    return NOT_APPLICABLE if value is None else f"{value:.0f}"


def _saved(request: HttpRequest, token: str, part: str) -> HttpResponse:
    said, cleared = _read(request.POST)
    at = now()
    person = actions.save_answers(
        token=token,
        said=said,
        cleared=cleared,
        role=str(request.POST.get("role", "")),
        at=at,
    )
    if request.POST.get("autosave"):
        return kept_from_others(JsonResponse({"saved_at": at.isoformat()}))
    codes = [p.code for p in queries.instrument_of(person.unit.wave).pages()]
    after = codes.index(part) + 1 if part in codes else len(codes)
    if after < len(codes):
        return kept_from_others(
            redirect("portal:survey_part", token=token, part=codes[after])
        )
    return kept_from_others(redirect("portal:survey", token=token))


def _read(given: QueryDict) -> tuple[dict[str, float | None], list[str]]:
    """Answers by column; a number that was emptied is cleared."""
    said: dict[str, float | None] = {}
    cleared: list[str] = []
    for name, value in given.items():
        kind, _dash, column = name.partition("-")
        if kind not in {"answer", "number"} or not isinstance(value, str):
            continue
        text = value.strip()
        if kind == "number" and not text:
            cleared.append(column)
        elif text == NOT_APPLICABLE and kind == "answer":
            said[column] = None
        elif text.isascii() and text.isdigit() and len(text) <= WHOLE:
            said[column] = float(text)
        else:
            raise problem(
                column,
                _("Write a whole number.")
                if kind == "number"
                else _("Choose one of the answers that are offered."),
            )
    return said, cleared


def _page(request: HttpRequest, name: str, said: dict[str, object]) -> HttpResponse:
    return kept_from_others(
        render(request, f"portal/surveying/{name}.html", {**said, "bare": True})
    )
