"""Acts on checks: announce, write the minutes, call off, confirm, mend and judge findings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.dateparse import parse_date
from django.utils.timezone import localdate, now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from opensti.domains.contracts import actions, queries
from opensti.domains.contracts.choices import FindingState, Severity
from opensti.kernel.access import may, require
from opensti.kernel.refusals import Invalid, NotFound, Stale, StepNotAllowed
from opensti.ui.pages import Crumb
from opensti.web.calls.forms import Shown
from opensti.web.contracts.checks import check_crumbs, name_of
from opensti.web.contracts.report_judging import Reason, day_field, text_field
from opensti.web.contracts.tabs import crumbs
from opensti.web.tasks.cases import version_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.http import HttpResponse

    from opensti.domains.contracts.actions import Found, Member
    from opensti.domains.contracts.models import CheckFinding
    from opensti.kernel.refusals import Refusal
    from opensti.web.requests import Request

MOST_ROWS = 60
SPARE = 4


class CheckPlan(Shown):
    planned_on = day_field(gettext_lazy("Day of the check"))
    place = forms.CharField(label=gettext_lazy("Place"), max_length=300, required=False)
    team = text_field(gettext_lazy("Who checks: one a line, name and capacity"))
    reason = text_field(gettext_lazy("Reason and content of the check"))


class Minutes(Shown):
    held_on = day_field(gettext_lazy("Held on"))
    host_side = text_field(gettext_lazy("For the host"), required=False, rows=2)
    content = text_field(gettext_lazy("What was checked"), rows=5)
    opinion = text_field(gettext_lazy("What the host says"), required=False)
    conclusion = text_field(gettext_lazy("Conclusion"))
    version = forms.IntegerField(widget=forms.HiddenInput)


class Mending(Shown):
    mended_on = day_field(gettext_lazy("Mended on"))
    mending = text_field(gettext_lazy("How it was mended"))
    file = forms.FileField(label=gettext_lazy("Evidence"), required=False)
    version = forms.IntegerField(widget=forms.HiddenInput)


class Verdict(Shown):
    answer = forms.ChoiceField(
        label=gettext_lazy("Is it mended?"),
        choices=[
            ("accept", gettext_lazy("Yes, the mending is accepted")),
            ("reopen", gettext_lazy("No, it must be mended still")),
        ],
        widget=forms.RadioSelect,
    )
    reason = text_field(gettext_lazy("Reason"), required=False)
    version = forms.IntegerField(widget=forms.HiddenInput)


def members(text: str) -> list[Member]:
    """People as typed, one a line: the name, then what follows the first comma."""
    found = []
    for line in text.splitlines():
        name, _comma, capacity = line.partition(",")
        if name.strip():
            found.append(actions.Member(name=name, capacity=capacity))
    return found


@require_http_methods(["GET", "HEAD", "POST"])
def check_new(request: Request, public_id: str) -> HttpResponse:
    """Announce a check to the host."""
    contract = queries.contract(request.actor, public_id)
    require(request.actor, "contracts.plan_check", contract)
    form = CheckPlan(request.POST or None)
    first = queries.earliest_check(contract, localdate())
    if first is not None:
        form.fields["planned_on"].help_text = _(
            "Not before %(day)s, by the notice."
        ) % {"day": f"{first:%d/%m/%Y}"}
    else:
        form.fields["planned_on"].help_text = _(
            "No text that was read says how long before it the host must be told."
        )
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            check = actions.plan_check(
                actor=request.actor,
                contract_id=contract.pk,
                planned_on=said["planned_on"],
                team=members(said["team"]),
                reason=said["reason"],
                place=said["place"],
                at=now(),
            )
        except Invalid as refusal:
            form.show(refusal.problems)
        else:
            messages.success(request, _("The check is announced to the host."))
            return redirect("contracts:check", public_id, check.public_id)
    return render(
        request,
        "web/calls/form.html",
        {
            "title": _("Announce a check"),
            "lead": f"{contract.number} {contract.title}".strip(),
            "breadcrumb": crumbs(contract, Crumb(_("Announce a check"))),
            "form": form,
            "submit": _("Announce it"),
            "back": reverse("contracts:checks", args=[public_id]),
        },
        status=422 if form.is_bound else 200,
    )


def typed_findings(request: Request) -> list[dict[str, str]]:
    """The rows of findings as typed, without those in which nothing stands."""
    rows = []
    for n in range(MOST_ROWS):
        row = {
            name: request.POST.get(f"finding-{n}-{name}", "").strip()
            for name in ("severity", "text", "mend_by")
        }
        if row["text"] or row["mend_by"]:
            rows.append(row)
    return rows


def _found(rows: Sequence[dict[str, str]]) -> list[Found]:
    return [
        actions.Found(
            severity=row["severity"],
            text=row["text"],
            mend_by=_day(row["mend_by"]),
        )
        for row in rows
    ]


def _day(text: str) -> Any:
    try:
        return parse_date(text)
    except ValueError:
        return None


@require_http_methods(["GET", "HEAD", "POST"])
def check_hold(request: Request, public_id: str, check_id: str) -> HttpResponse:
    """Write the minutes with the findings."""
    check = queries.site_check(request.actor, public_id, check_id)
    require(request.actor, "contracts.plan_check", check.contract)
    form = Minutes(
        request.POST or None,
        initial={"version": check.version, "held_on": check.planned_on},
    )
    rows = typed_findings(request)
    refusal: Refusal | None = None
    wrong: dict[int, list[str]] = {
        n: [_("This is not a day.")]
        for n, row in enumerate(rows)
        if row["mend_by"] and _day(row["mend_by"]) is None
    }
    if request.method == "POST" and form.is_valid() and not wrong:
        said = dict(form.cleaned_data)
        try:
            actions.hold_check(
                actor=request.actor,
                check_id=check.pk,
                findings=_found(rows),
                at=now(),
                expected_version=said.pop("version"),
                **said,
            )
        except Invalid as invalid:
            form.show([p for p in invalid.problems if p.field in form.fields])
            for p in invalid.problems:
                if p.field.startswith("findings."):
                    number = int(p.field.split(".")[1])
                    text = f"{p.message} {p.mend}".strip()
                    wrong.setdefault(number, []).append(text)
        except (Stale, StepNotAllowed) as late:
            refusal = late
        else:
            messages.success(request, _("The minutes are kept."))
            return redirect("contracts:check", public_id, check_id)
    shown = [*rows, *({} for _n in range(SPARE))]
    return render(
        request,
        "web/contracts/check_hold.html",
        {
            "title": _("Minutes of a check on the spot"),
            "lead": name_of(check),
            "breadcrumb": check_crumbs(check, _("Minutes")),
            "form": form,
            "refusal": refusal,
            "rows": [
                {"n": n, "row": row, "wrong": wrong.get(n, ())}
                for n, row in enumerate(shown)
            ],
            "severities": Severity.choices,
            "back": reverse("contracts:check", args=[public_id, check_id]),
        },
        status=refusal.status if refusal else 422 if form.is_bound else 200,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def check_cancel(request: Request, public_id: str, check_id: str) -> HttpResponse:
    """Call a check off before it is held."""
    check = queries.site_check(request.actor, public_id, check_id)
    require(request.actor, "contracts.plan_check", check.contract)
    form = Reason(request.POST or None, initial={"version": check.version})
    refusal: Refusal | None = None
    if request.method == "POST" and form.is_valid():
        try:
            actions.cancel_check(
                actor=request.actor,
                check_id=check.pk,
                reason=form.cleaned_data["reason"],
                at=now(),
                expected_version=form.cleaned_data["version"],
            )
        except (Stale, StepNotAllowed) as late:
            refusal = late
        else:
            messages.success(request, _("The check is called off."))
            return redirect("contracts:check", public_id, check_id)
    return render(
        request,
        "web/calls/form.html",
        {
            "title": _("Call the check off"),
            "lead": name_of(check),
            "breadcrumb": check_crumbs(check, _("Call the check off")),
            "form": form,
            "refusal": refusal,
            "submit": _("Call it off"),
            "back": reverse("contracts:check", args=[public_id, check_id]),
        },
        status=refusal.status if refusal else 422 if form.is_bound else 200,
    )


@require_POST
def check_confirm(request: Request, public_id: str, check_id: str) -> HttpResponse:
    check = queries.site_check(request.actor, public_id, check_id)
    actions.confirm_check(
        actor=request.actor,
        check_id=check.pk,
        what=request.POST.get("what", ""),
        at=now(),
        expected_version=version_of(request) or 0,
    )
    messages.success(request, _("It is confirmed to the host."))
    return redirect("contracts:check", public_id, check_id)


@require_POST
def check_attach(request: Request, public_id: str, check_id: str) -> HttpResponse:
    """Keep the signed minutes; a file that is not taken is named in a message."""
    check = queries.site_check(request.actor, public_id, check_id)
    file = request.FILES.get("file")
    if file is None:
        messages.error(request, _("Choose a file first."))
        return redirect("contracts:check", public_id, check_id)
    actions.attach_to_check(actor=request.actor, check_id=check.pk, file=file, at=now())
    messages.success(request, _("The file is kept."))
    return redirect("contracts:check", public_id, check_id)


@require_http_methods(["GET", "HEAD", "POST"])
def finding_page(
    request: Request, public_id: str, check_id: str, number: int
) -> HttpResponse:
    """A finding: the host says how it was mended, the officer accepts it or not."""
    check = queries.site_check(request.actor, public_id, check_id)
    finding = next((f for f in check.findings.all() if f.position == number), None)
    if finding is None:
        raise NotFound
    mends = bool(may(request.actor, "contracts.mend_finding", check.contract))
    form = _finding_form(request, finding, mends=mends, contract=check.contract)
    refusal: Refusal | None = None
    if request.method == "POST" and form is None:
        permission = "contracts.mend_finding" if mends else "contracts.plan_check"
        require(request.actor, permission, check.contract)
        refusal = StepNotAllowed(
            _("Somebody else changed this finding after you opened the page."),
            mend=_("Look at it as it stands now, then act again."),
        )
    if form is not None and form.is_bound and form.is_valid():
        try:
            _act(request, finding, form)
        except Invalid as invalid:
            form.show(invalid.problems)
        except (Stale, StepNotAllowed) as late:
            refusal = late
        else:
            return redirect("contracts:check", public_id, check_id)
    bound = form is not None and form.is_bound
    return render(
        request,
        "web/contracts/finding.html",
        {
            "title": _("Finding %(n)s") % {"n": number},
            "lead": name_of(check),
            "breadcrumb": check_crumbs(check, _("Finding %(n)s") % {"n": number}),
            "check": check,
            "contract": check.contract,
            "finding": finding,
            "form": form,
            "refusal": refusal,
        },
        status=refusal.status if refusal else 422 if bound else 200,
    )


def _finding_form(
    request: Request, finding: CheckFinding, *, mends: bool, contract: Any
) -> Shown | None:
    """The form for the person who has the next word; none for others."""
    posted = request.POST or None
    start = {"version": finding.version}
    if finding.state == FindingState.OPEN and mends:
        return Mending(posted, request.FILES or None, initial=start)
    judges = may(request.actor, "contracts.plan_check", contract)
    if finding.state == FindingState.MENDED and judges:
        return Verdict(posted, initial=start)
    return None


def _act(request: Request, finding: CheckFinding, form: Shown) -> None:
    said: dict[str, Any] = form.cleaned_data
    common: dict[str, Any] = {
        "actor": request.actor,
        "finding_id": finding.pk,
        "at": now(),
        "expected_version": said["version"],
    }
    if isinstance(form, Mending):
        actions.mend_finding(
            mended_on=said["mended_on"],
            mending=said["mending"],
            file=said["file"],
            **common,
        )
        messages.success(request, _("Kept. The officer looks at it next."))
        return
    actions.judge_finding(
        accept=said["answer"] == "accept", reason=said["reason"], **common
    )
    messages.success(request, _("Your verdict is kept."))
