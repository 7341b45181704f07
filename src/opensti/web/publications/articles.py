"""Pages on which news and events are written, approved, published, corrected."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.dateparse import parse_date
from django.utils.timezone import localdate, now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from opensti.domains.publications import actions, queries
from opensti.domains.publications.choices import ArticleKind, ArticleState
from opensti.kernel.access import may, require
from opensti.kernel.identifiers import row_number
from opensti.kernel.record.queries import entries_of
from opensti.kernel.refusals import Invalid, Problem, Stale
from opensti.ui.lists import ListPage
from opensti.ui.pages import Crumb
from opensti.web.publications.forms import (
    ArticleFilter,
    ArticleForm,
    ArticleTable,
)
from opensti.web.timeline import timeline

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from opensti.domains.publications.models import Article
    from opensti.kernel.access import Actor
    from opensti.kernel.refusals import Refusal
    from opensti.web.requests import Request

METHODS = ["GET", "HEAD", "POST"]


class Articles(ListPage):
    title = gettext_lazy("News and events")
    table_class = ArticleTable
    filterset_class = ArticleFilter
    permission = "publications.list_articles"
    export_name = "articles"
    template_name = "web/publications/articles.html"

    def rows(self, actor: Actor) -> QuerySet[Any]:
        return queries.all_articles(actor)

    def context(self, actor: Actor) -> dict[str, Any]:
        return {"may_write": may(actor, "publications.write_article")}


@require_http_methods(METHODS)
def article_new(request: Request, kind: str) -> HttpResponse:
    """Begin a news item or an event."""
    require(request.actor, "publications.write_article")
    if kind not in ArticleKind.values:
        raise Http404
    form = ArticleForm(kind, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            found = actions.draft_article(
                actor=request.actor, kind=kind, content=form.content(), at=now()
            )
        except Invalid as refusal:
            _show(form, refusal)
        else:
            messages.success(request, _("Saved."))
            return redirect("publications:article", found.public_id)
    title = _("New event") if kind == ArticleKind.EVENT else _("New news item")
    return _editor(request, form, title, reverse("publications:articles"))


@require_safe
def article_page(request: Request, public_id: str) -> HttpResponse:
    """One of them as it stands, with what can be done with it."""
    actor = request.actor
    found = queries.article(actor, public_id)
    subject = f"publications.article:{public_id}"
    return render(
        request,
        "web/publications/article.html",
        {
            "title": str(found.title),
            "breadcrumb": _crumbs(found),
            "article": found,
            "files": queries.article_files(found),
            "versions": queries.versions_of(found),
            "may_write": may(actor, "publications.write_article", found),
            "may_approve": may(actor, "publications.approve_article", found),
            "today": localdate(),
            "is_read": queries.is_read_by_all(found, localdate()),
            "may_correct": may(actor, "publications.propose_correction"),
            "timeline": timeline(entries_of(subject)),
        },
    )


@require_http_methods(METHODS)
def article_edit(request: Request, public_id: str) -> HttpResponse:
    """Go on writing what nobody reads yet; what is public is corrected by two people."""
    found = queries.article(request.actor, public_id)
    require(request.actor, "publications.write_article", found)
    if queries.is_read_by_all(found, localdate()):
        return redirect("register:correction_new", found.kind, public_id)
    form = ArticleForm(found.kind, request.POST or None, found)
    refusal: Refusal | None = None
    if request.method == "POST" and form.is_valid():
        try:
            actions.edit_article(
                actor=request.actor,
                public_id=public_id,
                content=form.content(),
                version=_version(request),
                at=now(),
            )
        except Invalid as invalid:
            _show(form, invalid)
        except Stale as stale:
            refusal = stale
        else:
            messages.success(request, _("Saved."))
            return redirect("publications:article", public_id)
    return _editor(
        request,
        form,
        _("Edit"),
        reverse("publications:article", args=[public_id]),
        found=found,
        refusal=refusal,
    )


@require_POST
def article_autosave(request: Request, public_id: str) -> JsonResponse:
    """Keep a draft while it is typed; a public text is not saved by itself."""
    found = queries.article(request.actor, public_id)
    require(request.actor, "publications.write_article", found)
    form = ArticleForm(found.kind, request.POST, found)
    if not form.is_valid():
        said = {
            "message": _("Please check what was entered"),
            "problems": form.errors,
        }
        return JsonResponse(said, status=422)
    try:
        saved = actions.edit_article(
            actor=request.actor,
            public_id=public_id,
            content=form.content(),
            version=_version(request),
            at=now(),
        )
    except (Invalid, Stale) as refusal:
        return JsonResponse(refusal.as_dict(), status=refusal.status)
    return JsonResponse(
        {"version": saved.version, "saved_at": now().isoformat(), "problems": []}
    )


@require_POST
def article_step(request: Request, public_id: str) -> HttpResponse:
    """Approve, publish or withdraw."""
    act = request.POST.get("act", "")
    who: dict[str, Any] = {
        "actor": request.actor,
        "public_id": public_id,
        "version": _version(request),
        "at": now(),
    }
    if act == "approve":
        actions.approve_article(**who)
        messages.success(request, _("Approved."))
    elif act == "publish":
        actions.publish_article(**who, publish_on=_day(request))
        messages.success(request, _("Published from its day on."))
    elif act == "withdraw":
        actions.withdraw_article(**who, reason=request.POST.get("reason", ""))
        messages.success(request, _("Withdrawn."))
    else:
        raise Http404
    return redirect("publications:article", public_id)


@require_POST
def article_file_add(request: Request, public_id: str) -> HttpResponse:
    file = request.FILES.get("file")
    if file is None:
        raise Invalid([Problem(field="file", message=_("Choose a file."))])
    actions.attach_article_file(
        actor=request.actor, public_id=public_id, file=file, at=now()
    )
    return redirect("publications:article", public_id)


@require_POST
def article_file_remove(request: Request, public_id: str, file_id: str) -> HttpResponse:
    actions.remove_article_file(
        actor=request.actor, public_id=public_id, file_id=file_id, at=now()
    )
    return redirect("publications:article", public_id)


def _editor(
    request: Request,
    form: ArticleForm,
    title: str,
    back: str,
    *,
    found: Article | None = None,
    refusal: Refusal | None = None,
) -> HttpResponse:
    draft = found is not None and found.state == ArticleState.DRAFT
    return render(
        request,
        "web/publications/article_edit.html",
        {
            "title": title,
            "breadcrumb": [*_crumbs(found), Crumb(title)],
            "form": form,
            "forms": [form],
            "article": found,
            "saves_itself": draft,
            "version": request.POST.get("version") or (found.version if found else ""),
            "refusal": refusal,
            "back": back,
        },
        status=409 if refusal else 422 if form.errors else 200,
    )


def _crumbs(found: Article | None) -> list[Crumb]:
    crumbs = [Crumb(_("News and events"), reverse("publications:articles"))]
    if found is not None:
        where = reverse("publications:article", args=[found.public_id])
        crumbs.append(Crumb(str(found.title), where))
    return crumbs


def _show(form: ArticleForm, refusal: Invalid) -> None:
    for problem in refusal.problems:
        field = problem.field if problem.field in form.fields else None
        form.add_error(field, f"{problem.message} {problem.mend}".strip())


def _version(request: Request) -> int:
    return row_number(request.POST.get("version")) or 0


def _day(request: Request) -> Any:
    day = parse_date(request.POST.get("publish_on", "")) or None
    if day is None:
        raise Invalid(
            [Problem(field="publish_on", message=_("Say from which day on."))]
        )
    return day
