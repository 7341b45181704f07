"""Answering by a link: no account, one chapter on a page, kept while it is typed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.timezone import localdate, now
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from opensti.domains.assessments import actions, queries
from opensti.kernel.refusals import Invalid, NotFound, Problem

if TYPE_CHECKING:
    from django.http import HttpRequest, QueryDict

METHODS = ["GET", "HEAD", "POST"]
NOT_APPLICABLE = "na"
CHOICES = frozenset({NOT_APPLICABLE, *"012345"})


@never_cache
@require_http_methods(METHODS)
def assess(request: HttpRequest, token: str) -> HttpResponse:
    """Who asks and why, how far one is; at the end: that one is done."""
    if request.method == "POST":
        actions.finish_replies(token=token, at=now())
        return kept_from_others(redirect("portal:assess", token=token))
    found = queries.answering(token, localdate())
    chapters = [
        {
            "clause": clause,
            "all": len(items := found.asked.of_clause(clause.number)),
            "done": sum(item.code in found.scored for item in items),
        }
        for clause in found.asked.clauses
    ]
    return _page(
        request,
        "begin",
        {
            "title": found.person.assessment.title,
            "found": found,
            "token": token,
            "chapters": chapters,
            "all": len(found.asked.items),
            "done": sum(chapter["done"] for chapter in chapters),  # type: ignore[misc]
            "next": next(
                (c["clause"] for c in chapters if c["done"] < c["all"]),  # type: ignore[operator]
                chapters[0]["clause"],
            ),
        },
    )


@never_cache
@require_http_methods(METHODS)
def assess_clause(request: HttpRequest, token: str, number: str) -> HttpResponse:
    """The questions of a chapter; a phone sends the whole of it, often, and again."""
    if request.method == "POST":
        return _saved(request, token, number)
    found = queries.answering(token, localdate())
    numbers = [clause.number for clause in found.asked.clauses]
    if number not in numbers:
        raise NotFound
    place = numbers.index(number)
    clause = found.asked.clauses[place]
    rows = [
        {
            "item": item,
            "reply": (reply := found.replies.get(item.code)),
            "said": None
            if reply is None or not reply.scored
            else NOT_APPLICABLE
            if reply.score is None
            else str(reply.score),
            "levels": [
                (str(level), step, anchor)
                for level, (step, anchor) in enumerate(
                    zip(found.asked.base.scale, item.anchors, strict=True)
                )
            ],
        }
        for item in found.asked.of_clause(number)
    ]
    return _page(
        request,
        "clause",
        {
            "title": str(clause),
            "found": found,
            "token": token,
            "clause": clause,
            "rows": rows,
            "place": place + 1,
            "of": len(numbers),
            "before": numbers[place - 1] if place else None,
            "importance": found.person.importance.get(number),
            "weights": range(1, 6),
        },
    )


def _saved(request: HttpRequest, token: str, number: str) -> HttpResponse:
    said, comments, importance = _read(request.POST, number)
    at = now()
    person = actions.save_replies(
        token=token, said=said, comments=comments, importance=importance, at=at
    )
    if request.POST.get("autosave"):
        return kept_from_others(JsonResponse({"saved_at": at.isoformat()}))
    numbers = [c.number for c in queries.asked_of(person.assessment).clauses]
    after = numbers.index(number) + 1 if number in numbers else len(numbers)
    if after < len(numbers):
        return kept_from_others(
            redirect("portal:assess_clause", token=token, number=numbers[after])
        )
    return kept_from_others(redirect("portal:assess", token=token))


def _read(
    given: QueryDict, number: str
) -> tuple[dict[str, tuple[int | None, str]], dict[str, str], dict[str, int]]:
    """Scores with their comments by item, comments alone; what was left open is not there."""
    said: dict[str, tuple[int | None, str]] = {}
    comments: dict[str, str] = {}
    for name, value in given.items():
        kind, _dash, item = name.partition("-")
        if not isinstance(value, str):
            continue
        alone = kind == "comment" and f"score-{item}" not in given
        if alone and (value.strip() or f"had-{item}" in given):
            comments[item] = value
        if kind != "score":
            continue
        if value not in CHOICES:
            raise _no_score(item)
        score = None if value == NOT_APPLICABLE else int(value)
        said[item] = (score, str(given.get(f"comment-{item}", "")))
    weight = str(given.get("importance", ""))
    if weight and weight not in set("12345"):
        raise _no_score("importance")
    return said, comments, {number: int(weight)} if weight else {}


def _no_score(field: str) -> Invalid:
    return Invalid(
        [Problem(field=field, message=_("Choose one of the answers that are offered."))]
    )


def _page(request: HttpRequest, name: str, said: dict[str, object]) -> HttpResponse:
    return kept_from_others(
        render(request, f"portal/assessing/{name}.html", {**said, "bare": True})
    )


def kept_from_others(response: HttpResponse) -> HttpResponse:
    """The address is a key: no search engine keeps it, no other site is told of it."""
    response["X-Robots-Tag"] = "noindex, nofollow"
    response["Referrer-Policy"] = "same-origin"
    return response
