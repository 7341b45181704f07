"""Internal audits, management reviews, and the register of records."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import localdate, now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from opensti.domains.innovation import actions, queries
from opensti.domains.innovation.choices import FindingState, Grade
from opensti.domains.innovation.models import Audit, Review
from opensti.kernel.access import require
from opensti.kernel.files.serving import readable_file, serve
from opensti.kernel.identifiers import row_number
from opensti.kernel.refusals import Refusal
from opensti.ui.drawing import written
from opensti.ui.tables import Column, DayColumn, PairColumn, Table
from opensti.web.innovation.acting import (
    METHODS,
    acted,
    chosen_organisation,
    cleaned,
    managers_only,
    nothing,
    sent,
    up,
)
from opensti.web.innovation.governing_forms import (
    AuditForm,
    FindingForm,
    FollowForm,
    HeldForm,
    RecordForm,
    ReviewForm,
)
from opensti.web.lists import WorkList

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from django.db.models import QuerySet
    from django.http import FileResponse, HttpResponse

    from opensti.kernel.access import Actor
    from opensti.web.requests import Request

STEPS = {
    FindingState.OPEN: gettext_lazy("Write down the cause"),
    FindingState.CAUSE: gettext_lazy("Write down the action"),
    FindingState.ACTION: gettext_lazy("Verify the effect"),
    FindingState.VERIFIED: gettext_lazy("Close the finding"),
}


class AuditTable(Table):
    title = Column(
        verbose_name=gettext_lazy("Internal audit"),
        linkify=lambda record: reverse("innovation:audit", args=[record.public_id]),
    )
    organisation = PairColumn(
        "organisation.name",
        order_by=("organisation__name_vi",),
        verbose_name=gettext_lazy("Organisation"),
    )
    planned_on = DayColumn(verbose_name=gettext_lazy("Planned for"))
    held_on = DayColumn(verbose_name=gettext_lazy("Held on"))
    open_findings = Column(verbose_name=gettext_lazy("Open findings"))

    class Meta(Table.Meta):
        model = Audit
        fields = ("title", "organisation", "planned_on", "held_on", "open_findings")


class Audits(WorkList):
    """The programme of audits of the own organisation and of advised ones."""

    title = gettext_lazy("Internal audits of innovation")
    permission = "innovation.read"
    table_class = AuditTable
    searchable = False
    export_name = "audits"
    list_url = "innovation:audits"
    template_name = "web/innovation/audits.html"

    def rows(self, actor: Actor) -> QuerySet[Audit]:
        return queries.audits(actor)


@require_http_methods(METHODS)
def audit_new(request: Request) -> HttpResponse:
    """Plan an audit, by an auditor of another area."""
    actor = request.actor
    managers_only(actor)
    form = AuditForm(actor, request.POST or None)
    refusal: Refusal | None = None
    if request.method == "POST" and form.is_valid():
        said = dict(form.cleaned_data)
        try:
            made = actions.plan_audit(
                actor=actor, organisation_id=said.pop("organisation"), at=now(), **said
            )
        except Refusal as refused:
            refusal = refused
        else:
            return redirect("innovation:audit", public_id=made.public_id)
    return render(
        request,
        "web/innovation/form.html",
        {
            "title": _("Plan an internal audit"),
            "breadcrumb": [up("audits")],
            "form": form,
            "refusal": refusal,
            "submit": _("Plan"),
            "back": reverse("innovation:audits"),
        },
        status=refusal.status if refusal else 422 if form.errors else 200,
    )


@never_cache
@require_http_methods(METHODS)
def audit(request: Request, public_id: str) -> HttpResponse:
    """An audit: scope, auditor, findings from their cause to the check of their effect."""
    actor = request.actor
    opened = queries.opened_audit(actor, public_id)
    row = opened.row
    held = HeldForm(sent(request, "hold"))
    found = FindingForm(sent(request, "finding"), auto_id="finding_%s")
    follow = {
        one.pk: FollowForm(
            one.state, sent(request, f"follow-{one.pk}"), auto_id=f"f{one.pk}_%s"
        )
        for one in opened.findings
        if one.state in STEPS
    }
    refusal: Refusal | None = None
    if request.method == "POST":
        by: dict[str, Any] = {"actor": actor, "at": now()}

        def followed(pk: int) -> Callable[[], object]:
            return lambda: actions.follow_finding(
                finding_id=pk,
                state=str(request.POST.get("state", "")),
                **by,
                **cleaned(follow[pk]),
            )

        refusal = acted(
            request,
            {
                "hold": lambda: actions.hold_audit(
                    audit_id=row.pk,
                    version=row_number(request.POST.get("version")),
                    **by,
                    **cleaned(held),
                ),
                "finding": lambda: actions.note_audit_finding(
                    audit_id=row.pk, **by, **cleaned(found)
                ),
                **{f"follow-{pk}": followed(pk) for pk in follow},
            },
        )
        if refusal is None:
            return redirect("innovation:audit", public_id=public_id)
    return render(
        request,
        "web/innovation/audit.html",
        {
            "title": row.title,
            "breadcrumb": [up("audits")],
            "opened": opened,
            "row": row,
            "held_form": held,
            "finding_form": found,
            "findings": [
                (one, follow.get(one.pk), STEPS.get(FindingState(one.state)))
                for one in opened.findings
            ],
            "refusal": refusal,
        },
        status=refusal.status if refusal else 200,
    )


class ReviewTable(Table):
    held_on = DayColumn(
        verbose_name=gettext_lazy("Held on"),
        linkify=lambda record: reverse("innovation:review", args=[record.public_id]),
    )
    organisation = PairColumn(
        "organisation.name",
        order_by=("organisation__name_vi",),
        verbose_name=gettext_lazy("Organisation"),
    )
    open_decisions = Column(verbose_name=gettext_lazy("Decisions still open"))

    class Meta(Table.Meta):
        model = Review
        fields = ("held_on", "organisation", "open_decisions")


class Reviews(WorkList):
    """Management reviews of the own organisation and of advised ones."""

    title = gettext_lazy("Management reviews of innovation")
    permission = "innovation.read"
    table_class = ReviewTable
    searchable = False
    export_name = "reviews"
    list_url = "innovation:reviews"
    template_name = "web/innovation/reviews.html"

    def rows(self, actor: Actor) -> QuerySet[Review]:
        return queries.reviews(actor)


@never_cache
@require_http_methods(METHODS)
def review_new(request: Request) -> HttpResponse:
    """Hold a review: what the house lays before it is gathered and frozen."""
    actor = request.actor
    managers_only(actor)
    form = ReviewForm(actor, request.POST or None)
    refusal: Refusal | None = None
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            made = actions.hold_review(
                actor=actor,
                organisation_id=said["organisation"],
                held_on=said["held_on"],
                people=said["people"],
                conclusion=said["conclusion"],
                decisions=form.decisions(),
                at=now(),
            )
        except Refusal as refused:
            refusal = refused
        else:
            return redirect("innovation:review", public_id=made.public_id)
    inputs = None
    if len(actor.manages) == 1:
        (of,) = actor.manages
        inputs = _inputs(queries.inputs_of(actor, organisation_id=of, at=now()))
    return render(
        request,
        "web/innovation/review_new.html",
        {
            "title": _("Hold a management review"),
            "breadcrumb": [up("reviews")],
            "form": form,
            "inputs": inputs,
            "refusal": refusal,
        },
        status=refusal.status if refusal else 422 if form.errors else 200,
    )


@never_cache
@require_http_methods(METHODS)
def review(request: Request, public_id: str) -> HttpResponse:
    """A review: what was laid before it, what it concluded, what is still to be done."""
    actor = request.actor
    row = queries.review(actor, public_id)
    refusal: Refusal | None = None
    if request.method == "POST":
        refusal = acted(
            request,
            {
                "done": lambda: actions.carry_out(
                    actor=actor,
                    decision_id=row_number(request.POST.get("decision")) or 0,
                    done_on=localdate(),
                    at=now(),
                )
            },
        )
        if refusal is None:
            return redirect("innovation:review", public_id=public_id)
    return render(
        request,
        "web/innovation/review.html",
        {
            "title": _("Management review of %(day)s")
            % {"day": f"{row.held_on:%d/%m/%Y}"},
            "breadcrumb": [up("reviews")],
            "row": row,
            "inputs": _inputs(row.inputs),
            "today": localdate(),
            "refusal": refusal,
        },
        status=refusal.status if refusal else 200,
    )


def _inputs(said: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What was laid before a review, line by line, as people read it."""
    told = said["measures"]
    grades = dict(Grade.choices)
    names = {one.code: str(one.name) for one in queries.expected_records()}
    assessed = said["assessment"]

    def part(value: float | None) -> str:
        return "—" if value is None else f"{written(round(100 * value))} %"

    return [
        (_("Running initiatives"), str(told["running"])),
        (_("In use"), str(told["done"])),
        (_("Stopped, of those that ended"), part(told["stop_rate"])),
        (_("Ideas handed in"), str(told["ideas"])),
        (_("Answered in time"), part(told["in_time"])),
        (_("Late, without an answer"), str(told["late_replies"])),
        (_("Assumptions tested"), f"{told['tested']}/{told['assumptions']}"),
        (_("Value realised, of the estimate"), part(told["realised"])),
        (
            _("Open findings"),
            "; ".join(f"{grades[g]}: {n}" for g, n in said["open_findings"].items())
            or "0",
        ),
        (_("Decisions of earlier reviews still open"), str(said["open_decisions"])),
        (_("Objectives that are late"), str(said["late_objectives"])),
        (
            _("Missing records"),
            "; ".join(names.get(code, code) for code in said["missing_records"]) or "0",
        ),
        (
            _("Latest assessment"),
            _("%(title)s: level %(level)s, mean %(mean)s of 5")
            % {
                "title": assessed["title"],
                "level": "—" if assessed["level"] is None else assessed["level"],
                "mean": "—"
                if assessed["verified"] is None
                else written(round(assessed["verified"], 1), 1),
            }
            if assessed
            else "—",
        ),
    ]


@never_cache
@require_http_methods(METHODS)
def records(request: Request) -> HttpResponse:
    """The register of records: what is there, what is missing, what is due again."""
    actor = request.actor
    require(actor, "innovation.read")
    names, chosen = chosen_organisation(request)
    if chosen is None:
        return nothing(request, _("Records of the innovation system"))
    expected = [(one.code, str(one.name)) for one in queries.expected_records()]
    posted = sent(request, "file")
    form = RecordForm(expected, posted, request.FILES if posted is not None else None)
    refusal: Refusal | None = None
    if request.method == "POST":
        refusal = acted(
            request,
            {
                "file": lambda: actions.file_record(
                    actor=actor, organisation_id=chosen, at=now(), **cleaned(form)
                )
            },
        )
        if refusal is None:
            return redirect(f"{request.path}?organisation={chosen}")
    rows = queries.register(actor, organisation_id=chosen, today=localdate())
    return render(
        request,
        "web/innovation/records.html",
        {
            "title": _("Records of the innovation system"),
            "breadcrumb": [up()],
            "choices": names,
            "chosen": chosen,
            "rows": rows,
            "missing": sum(not one.revisions for one in rows),
            "form": form,
            "refusal": refusal,
        },
        status=refusal.status if refusal else 200,
    )


@require_safe
def record_file(request: Request, file_id: str) -> FileResponse:
    """A record, to those who may know of it."""
    return serve(readable_file(request.actor, file_id))
