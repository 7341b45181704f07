"""The builder of a composite index: its recipe as fields, what it comes to, its files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from opensti.domains.strategies import actions, queries
from opensti.domains.strategies.choices import VersionState
from opensti.domains.strategies.problem.composites import plain, run_of
from opensti.kernel.access import may, require
from opensti.kernel.identifiers import row_number
from opensti.kernel.refusals import Invalid, Problem, Refusal, Stale, StepNotAllowed
from opensti.ui.composites import (
    FILES,
    JUDGED,
    file_of,
    judged_of,
    pictured,
    weights_of,
    wholes_of,
)
from opensti.ui.pages import Crumb
from opensti.web.portfolios.rules_text import read_rules, rules_text
from opensti.web.strategies import index_form
from opensti.web.strategies.indices import (
    VERSION_TONES,
    crumbs,
    index_name,
    problems_of,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.http.response import HttpResponseBase

    from opensti.domains.strategies.models import CompositeVersion
    from opensti.web.requests import Request


@require_safe
def version_page(request: Request, public_id: str) -> HttpResponse:
    """The builder: the recipe as fields, and what it comes to, before anything is kept.

    For the office: everybody else reads published versions on the public pages.
    """
    version = queries.index_version(request.actor, public_id)
    require(request.actor, "strategies.list_accounts")
    if request.htmx and request.GET.get("part") == "state":
        return render(request, "web/strategies/index_state.html", _course(version))
    if request.GET.get("look") == "1":
        return _looked(request, version)
    return show_version(request, version)


def _looked(request: Request, version: CompositeVersion) -> HttpResponse:
    """What another recipe would come to; nothing is written."""
    recipe, problems = _read(request.GET, version)
    result, refusal = None, None
    try:
        if problems:
            raise Invalid(problems)  # noqa: TRY301 -- shown like what the method refuses
        result = plain(run_of(recipe, version.units, version.meta))
    except Invalid as refused:
        refusal = refused
    if request.htmx:
        return render(
            request,
            "ui/composite.html",
            {
                "refusal": refusal,
                "looked": True,
                "version": version,
                **pictured(result, None),
            },
        )
    return show_version(
        request, version, recipe=recipe, result=result, refusal=refusal, looked=True
    )


def _read(sent: Any, version: CompositeVersion) -> tuple[dict[str, Any], list[Problem]]:
    return index_form.recipe_from(
        sent,
        base=version.recipe,
        codes=[code["code"] for code in version.outcome["codes"]][:-1],
        left_out=sent.getlist("leave_out"),
    )


def show_version(
    request: Request,
    version: CompositeVersion,
    *,
    recipe: Mapping[str, Any] | None = None,
    result: Mapping[str, Any] | None = None,
    refusal: Refusal | None = None,
    looked: bool = False,
    judging: Mapping[str, str] | None = None,
) -> HttpResponse:
    """The page as it stands, or with another recipe looked at.

    ``judging`` is what was typed of judges, where that was refused.
    """
    model = version.model
    used = version.recipe if recipe is None else recipe
    shown = result if looked else version.result
    analyses = None if looked else version.analyses
    indicators = [e for e in _meta_rows(version) if e["Type"] == "Indicator"]
    groups = [e["iCode"] for e in _meta_rows(version) if e["Type"] == "Group"]
    typed = index_form.typed_of(used)
    name = _("Version %(n)d") % {"n": version.number}
    return render(
        request,
        "web/strategies/index_version.html",
        {
            "title": f"{index_name(model)}: {name}",
            "lead": version.label,
            "breadcrumb": crumbs(
                Crumb(model.code, reverse("strategies:index", args=[model.public_id])),
                Crumb(name),
            ),
            "index": model,
            "version": version,
            "tone": VERSION_TONES[version.state],
            "open": version.state == VersionState.COMPUTED,
            "may_build": may(request.actor, "strategies.build_index", version),
            "may_publish": may(request.actor, "strategies.publish_index", version),
            "typed": typed,
            "indicators": [
                {
                    "code": row["iCode"],
                    "name": row.get("iName") or row["iCode"],
                    "out": row["iCode"] in typed["leave_out"],
                }
                for row in indicators
            ],
            "weighed": _weighed(version, typed),
            "groups": groups,
            "choices": {
                "impute": index_form.IMPUTATIONS,
                "treat": index_form.TREATMENTS,
                "normalise": index_form.NORMALISATIONS,
                "aggregate": index_form.AGGREGATIONS,
                "weights": [
                    ("given", _("as the table of indicators says")),
                    ("equal", _("equal")),
                    *(
                        (n, _("as the judges said") if n == JUDGED else n)
                        for n in used.get("weight_sets", {})
                        if n != index_form.TYPED
                    ),
                    (index_form.TYPED, _("typed below")),
                ],
            },
            "text": rules_text(used),
            "judged": judged_of(version.recipe, version.result),
            "wholes": wholes_of(version.outcome),
            "refusal": refusal,
            "problems": problems_of(refusal),
            "looked": looked,
            "judging": judging,
            **_course(version),
            **pictured(shown, analyses),
        },
        status=refusal.status if refusal else 200,
    )


def _meta_rows(version: CompositeVersion) -> list[dict[str, Any]]:
    head = version.meta["header"]
    return [dict(zip(head, row, strict=True)) for row in version.meta["rows"]]


def _weighed(
    version: CompositeVersion, typed: Mapping[str, Any]
) -> list[dict[str, Any]]:
    """Every part below the index with the weight that stands for it in the form."""
    return [
        {
            "code": code["code"],
            "name": code["name"] or code["code"],
            "depth": code["depth"],
            "weight": typed["typed_weights"].get(code["code"], code["weight"]),
        }
        for code in weights_of(version.outcome)[1:]
    ]


def _course(version: CompositeVersion) -> dict[str, Any]:
    return {"version": version, "job": queries.analysis_job(version)}


@require_POST
def version_save(request: Request, public_id: str) -> HttpResponse:
    """Keep the recipe of the fields, or of the text."""
    version = queries.index_version(request.actor, public_id)
    if "text" in request.POST:
        said = read_rules(request.POST["text"], flags=True)
        recipe: dict[str, Any] = said.rules
        problems = [
            Problem(field="recipe", message=p.message, mend=p.mend)
            for p in said.problems
        ]
    else:
        recipe, problems = _read(request.POST, version)
    try:
        if problems:
            raise Invalid(problems)  # noqa: TRY301 -- shown like what the act refuses
        actions.change_recipe(
            actor=request.actor,
            version_id=version.pk,
            recipe=recipe,
            expected_version=row_number(request.POST.get("version")),
            at=now(),
        )
    except (Invalid, Stale, StepNotAllowed) as refused:
        return show_version(
            request, version, recipe=recipe, refusal=refused, looked=True
        )
    messages.success(request, _("The recipe is kept and the index worked out anew."))
    return redirect("strategies:index_version", public_id=public_id)


@require_POST
def version_act(request: Request, public_id: str, act: str) -> HttpResponse:
    """Freeze, publish, copy, or ask for the analyses."""
    version = queries.index_version(request.actor, public_id)
    seen = row_number(request.POST.get("version"))
    said: dict[str, str] = {
        "freeze": _("The version is frozen."),
        "publish": _("The version is published."),
        "copy": _("This is the copy; change it as you wish."),
        "analyse": _("A worker works the analyses out; you can leave the page."),
    }
    if act not in said:
        raise Http404
    shown = version
    if act == "freeze":
        actions.freeze_version(
            actor=request.actor, version_id=version.pk, expected_version=seen, at=now()
        )
    elif act == "publish":
        actions.publish_version(
            actor=request.actor, version_id=version.pk, expected_version=seen, at=now()
        )
    elif act == "copy":
        shown = actions.copy_version(
            actor=request.actor, version_id=version.pk, label=version.label, at=now()
        )
    else:
        actions.ask_analyses(actor=request.actor, version_id=version.pk, at=now())
    messages.success(request, said[act])
    return redirect("strategies:index_version", public_id=shown.public_id)


@require_safe
def version_file(request: Request, public_id: str, name: str) -> HttpResponseBase:
    """The index as files: scores, ranks, log, recipe, workbook, picture."""
    version = queries.index_version(request.actor, public_id)
    require(request.actor, "strategies.list_accounts")
    about = f"{version.model.code}-{version.number}"
    if name == "recipe.yaml":
        response = HttpResponse(
            rules_text(version.recipe), content_type="text/yaml; charset=utf-8"
        )
        response["Content-Disposition"] = f'attachment; filename="{about}.yaml"'
        return response
    if name not in FILES:
        raise Http404
    return file_of(version.outcome, version.analyses, name=name, about=about)
