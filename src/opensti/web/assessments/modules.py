"""Modules that an organisation writes for itself: checked line by line, seen, then frozen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from opensti.domains.assessments import actions, queries
from opensti.domains.assessments.frameworks import lines_of, read_text
from opensti.kernel.checks import problem
from opensti.kernel.refusals import Refusal
from opensti.web.assessments.forms import OwnOrganisation
from opensti.web.assessments.pages import METHODS, cleaned, managers_only, up

if TYPE_CHECKING:
    from django.http import HttpResponse

    from opensti.domains.assessments.frameworks import Framework
    from opensti.web.requests import Request

LARGEST = 500_000
FILE = "module.yaml"
EXAMPLE = """framework:
  code: our-module
  extends: innovation
  edition: "1"
  title_vi: ""
  title_en: ""
clauses:
  - {number: OUR, vi: "", en: ""}
items:
  - code: OUR1
    clause: OUR
    role: mgr
    short: true
    vi: ""
    en: ""
    anchors:
      - {vi: "", en: ""}
      - {vi: "", en: ""}
      - {vi: "", en: ""}
      - {vi: "", en: ""}
      - {vi: "", en: ""}
      - {vi: "", en: ""}
"""


class ModuleForm(OwnOrganisation):
    file = forms.FileField(
        label=gettext_lazy("A YAML file"),
        required=False,
        help_text=gettext_lazy("It takes the place of the text below."),
    )
    text = forms.CharField(
        label=gettext_lazy("The module as YAML"),
        required=False,
        max_length=LARGEST,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 24, "spellcheck": "false"}),
    )


@never_cache
@require_http_methods(METHODS)
def modules(request: Request) -> HttpResponse:
    """The own modules, and a new one: looked at first, frozen when it is right."""
    actor = request.actor
    managers_only(actor)
    form = ModuleForm(
        actor,
        *((request.POST, request.FILES) if request.method == "POST" else ()),
        initial={"text": EXAMPLE},
    )
    refusal: Refusal | None = None
    preview: Framework | None = None
    if request.method == "POST":
        try:
            preview, text = _read(form)
            if request.POST.get("act") == "keep":
                _keep(request, form, text)
                return redirect("assessments:modules")
        except Refusal as refused:
            refusal = refused
    return render(
        request,
        "web/assessments/modules.html",
        {
            "title": _("Our own modules"),
            "breadcrumb": [up()],
            "rows": queries.own_modules(actor),
            "form": form,
            "preview": preview if refusal is None else None,
            "refusal": refusal,
        },
        status=refusal.status if refusal else 200,
    )


def _read(form: ModuleForm) -> tuple[Framework, str]:
    said = cleaned(form)
    file, text = said["file"], said["text"]
    if file is not None:
        if file.size > LARGEST:
            raise problem("file", _("A module has 500 kB at most."))
        try:
            text = file.read().decode("utf-8-sig")
        except UnicodeDecodeError:
            raise problem(
                "file", _("The file is no UTF-8 text."), _("Save it as UTF-8.")
            ) from None
        # What is looked at is what is kept: it stands in the form from now on.
        data: Any = form.data
        typed = data.copy()
        typed["text"] = text
        form.data = typed
    if not text.strip():
        raise problem("text", _("Choose a file, or write the module."))
    text = text.replace("\r\n", "\n")
    found, _content = read_text(text, file=FILE, bases=queries.bases_in_force())
    return found, text


def _keep(request: Request, form: ModuleForm, text: str) -> None:
    _found, content = read_text(text, file=FILE, bases=queries.bases_in_force())
    actions.extend_framework(
        actor=request.actor,
        organisation_id=form.cleaned_data["organisation"],
        content=content,
        file=FILE,
        lines=lines_of(text),
        at=now(),
    )
    messages.success(
        request, _("Frozen. New assessments of your organisation may ask it.")
    )
