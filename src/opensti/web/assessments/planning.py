"""The plan of an assessment, its actions and its findings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.dateparse import parse_date
from django.utils.timezone import localdate, now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from opensti.domains.assessments import actions, queries
from opensti.domains.assessments.choices import LinkKind, Progress, Size, Standing
from opensti.kernel.identifiers import row_number
from opensti.kernel.refusals import Invalid, NotFound, Problem, Refusal
from opensti.ui.pages import Crumb
from opensti.web.assessments.pages import METHODS, cleaned, up
from opensti.web.assessments.plan_forms import (
    ActionForm,
    BudgetForm,
    GapForm,
    PaperForm,
    ProfileForm,
)
from opensti.web.assessments.reading import BLOCKERS, COUNTLESS, score_text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from django.http import HttpResponse, QueryDict

    from opensti.domains.assessments.frameworks import Asked, RuleFile
    from opensti.domains.assessments.models import Assessment, Improvement
    from opensti.domains.assessments.queries import Plan
    from opensti.web.requests import Request

MOVES = {
    "approve": gettext_lazy("Approve"),
    "begin": gettext_lazy("Begin"),
    "finish": gettext_lazy("It is done"),
    "drop": gettext_lazy("Drop it"),
}
FROM: dict[str, tuple[str, ...]] = {
    Progress.PROPOSED: ("approve", "drop"),
    Progress.APPROVED: ("begin", "drop"),
    Progress.RUNNING: ("finish", "drop"),
}
TONES = dict.fromkeys(Progress.values, "neutral") | {
    "running": "info",
    "done": "warn",
    "effective": "good",
    "no_effect": "bad",
}
NAMES = {
    "overall": gettext_lazy("Mean of all parts"),
    "size": gettext_lazy("Size"),
    "knowledge": gettext_lazy("Patents or know-how to protect"),
    "readiness": gettext_lazy("Part of what is mandatory that conforms, in percent"),
    "majors": gettext_lazy("Open major nonconformities"),
    "results": gettext_lazy("Results of innovation, 0 to 1"),
    "wish": gettext_lazy("Wish to take part"),
}
TOGETHER = {
    "lowest": gettext_lazy("Lowest of %(items)s"),
    "highest": gettext_lazy("Highest of %(items)s"),
    "others": gettext_lazy("Mean of all questions but %(items)s"),
}


@never_cache
@require_http_methods(METHODS)
def plan(request: Request, public_id: str) -> HttpResponse:
    """What rules advise, what lies below its target, what is done about it."""
    found = queries.plan(request.actor, public_id, localdate())
    forms = _plan_forms(request, found)
    refusal: Refusal | None = None
    if request.method == "POST":
        try:
            made = _plan_act(request, found, forms)
        except Refusal as refused:
            refusal = refused
        else:
            messages.success(request, _("Done."))
            if made is not None:
                return redirect("assessments:improvement", public_id=made.public_id)
            return redirect("assessments:plan", public_id=public_id)
    row, ready = found.row, found.ready
    budget = BudgetForm(request.GET if "budget" in request.GET else None)
    amount = budget.cleaned_data["budget"] if budget.is_valid() else None
    return render(
        request,
        "web/assessments/plan.html",
        {
            "title": _("Plan: %(name)s") % {"name": row.title},
            "breadcrumb": [up(), _crumb(row)],
            "plan": found,
            "row": row,
            "advice": [(one, causes(one.causes, found.asked, found.file)) for one in found.advice],
            "gaps": [
                (
                    gap,
                    score_text(gap.current),
                    score_text(gap.importance),
                    score_text(gap.priority, 2),
                    sum(gap.item.code in one.items and one.state != Progress.DROPPED for one in found.actions),
                )
                for gap in found.gaps
            ],
            "budget": budget,
            "bought": None if amount is None else queries.bought(found, amount),
            "actions": [(one, TONES[one.state]) for one in found.actions],
            "ready": None if ready.ready is None else round(100 * ready.ready),
            "blockers": [
                str(BLOCKERS[kind]) if kind in COUNTLESS else f"{BLOCKERS[kind]}: {n}"
                for kind, n in ready.blockers
            ],
            "open_findings": sum(one.closed_at is None for one in found.findings),
            "forms": forms,
            "refusal": refusal,
            "typed": request.POST if refusal else {},
        },
        status=refusal.status if refusal else 200,
    )  # fmt: skip


def _plan_forms(request: Request, found: Plan) -> dict[str, Any]:
    act = request.POST.get("act")

    def data(name: str) -> Any:
        return request.POST if act == name else None

    items = [(i.code, f"{i.code} · {i}") for i in found.asked.items]
    below = [(g.item.code, f"{g.item.code} · {g.item}") for g in found.gaps]
    return {
        "profile": ProfileForm(
            found.file, data("profile"), initial=_profile_said(found)
        ),
        "gap": GapForm(below, data("gap")),
        "action": ActionForm(
            items, data("action"), initial={"expected": found.row.target}
        ),
    }


def _profile_said(found: Plan) -> dict[str, Any]:
    one = found.profile
    if one is None:
        return {}
    words = {True: "yes", False: "no", None: ""}
    return {
        "size": one.size,
        "turnover_new": one.turnover_new,
        **{
            name: words[getattr(one, name)]
            for name in ("knowledge", "new_product", "new_process", "research")
        },
        **{f"barrier_{code}": n for code, n in one.barriers.items()},
    }


def _plan_act(
    request: Request, found: Plan, forms: dict[str, Any]
) -> Improvement | None:
    said, actor, at = request.POST, request.actor, now()
    row = found.row
    match said.get("act"):
        case "profile":
            cleaned(forms["profile"])
            actions.save_profile(
                actor=actor, assessment_id=row.pk, at=at, **forms["profile"].said()
            )
        case "gap":
            actions.save_gap(
                actor=actor, assessment_id=row.pk, at=at, **cleaned(forms["gap"])
            )
        case "action":
            return actions.propose_improvement(
                actor=actor, assessment_id=row.pk, at=at, **cleaned(forms["action"])
            )
        case "take":
            return actions.take_recommendation(
                actor=actor,
                recommendation_id=row_number(said.get("advice")) or 0,
                version=row_number(said.get("version")),
                what=str(said.get("what", "")),
                owner=str(said.get("owner", "")),
                due_on=_day(said, "due_on"),
                at=at,
            )
        case "decline":
            actions.decline_recommendation(
                actor=actor,
                recommendation_id=row_number(said.get("advice")) or 0,
                version=row_number(said.get("version")),
                reason=str(said.get("reason", "")),
                at=at,
            )
        case _:
            raise NotFound
    return None


def _day(said: QueryDict, name: str) -> Any:
    text = str(said.get(name, ""))
    try:
        day = parse_date(text) if text else None
    except ValueError:
        day = None
    if text and day is None:
        raise Invalid([Problem(field=name, message=_("Enter a day."))])
    return day


def causes(
    found: list[dict[str, Any]], asked: Asked, file: RuleFile | None
) -> list[dict[str, Any]]:
    """Causes in words: what was asked, what was found, which answers lie behind it."""
    roles = {one.code: str(one) for one in asked.roles}
    return [
        {
            "name": _cause_name(cause, asked, file, roles),
            "value": _cause_value(cause),
            "asked": cause["asked"],
            "roles": _roles(cause["roles"], roles),
            "items": [
                {
                    "name": _item(item["code"], asked),
                    "claimed": score_text(item["claimed"]),
                    "verified": score_text(item["verified"]),
                    "roles": _roles(item["roles"], roles),
                }
                for item in cause["items"]
            ],
        }
        for cause in found
    ]


def _item(code: str, asked: Asked) -> str:
    item = asked.by_code.get(code)
    return code if item is None else f"{code} · {item}"


def _roles(said: list[dict[str, Any]], roles: Mapping[str, str]) -> str:
    return "; ".join(
        f"{roles.get(one['role'], one['role'])} {score_text(one['mean'])} ({one['n']})"
        for one in said
    )


def _cause_name(
    cause: dict[str, Any],
    asked: Asked,
    file: RuleFile | None,
    roles: Mapping[str, str],
) -> str:
    name, arguments = cause["name"], cause["arguments"]
    if name in TOGETHER:
        return str(TOGETHER[name]) % {"items": ", ".join(arguments)}
    if name == "item":
        said = [roles.get(one, one) for one in arguments[1:]]
        return ": ".join([_item(arguments[0], asked), *said])
    if name in {"clause", "importance"}:
        part = next(
            (f"{c.number}. {c}" for c in asked.clauses if c.number == arguments[0]),
            arguments[0],
        )
        return (
            part if name == "clause" else _("Importance of: %(part)s") % {"part": part}
        )
    if name == "barrier":
        barriers = {b.code: str(b) for b in file.barriers} if file else {}
        return _("Barrier: %(name)s") % {
            "name": barriers.get(arguments[0], arguments[0])
        }
    return str(NAMES.get(name, name))


def _cause_value(cause: dict[str, Any]) -> str:
    value = cause["value"]
    if cause["name"] == "size":
        return str(Size(Size.values[int(value)]).label)
    if cause["name"] == "knowledge":
        return _("yes") if value else _("no")
    return score_text(value, 2 if cause["name"] == "results" else 1)


# ---- one action


@never_cache
@require_http_methods(METHODS)
def improvement(request: Request, public_id: str) -> HttpResponse:
    """One action: what it is linked to, where it stands, the check of its effect."""
    at = now()
    found = queries.acting(request.actor, public_id, at)
    row, of = found.row, found.row.assessment
    plans = found.runs or found.judges
    items = [(i.code, f"{i.code} · {i}") for i in found.asked.items]
    act = request.POST.get("act")
    forms: dict[str, Any] = {
        "edit": ActionForm(
            items, request.POST if act == "edit" else None, initial=_action_said(row)
        ),
        "paper": PaperForm(
            [pair for pair in items if pair[0] in row.items],
            *((request.POST, request.FILES) if act == "paper" else ()),
        ),
    }
    refusal: Refusal | None = None
    if request.method == "POST":
        try:
            _improvement_act(request, row, forms)
        except Refusal as refused:
            refusal = refused
        else:
            messages.success(request, _("Done."))
            return redirect("assessments:improvement", public_id=public_id)
    open_ = row.state in FROM
    return render(
        request,
        "web/assessments/improvement.html",
        {
            "title": row.what,
            "breadcrumb": [
                up(),
                _crumb(of),
                Crumb(_("Plan"), reverse("assessments:plan", args=[of.public_id])),
            ],
            "found": found,
            "row": row,
            "of": of,
            "tone": TONES[row.state],
            "advice": None
            if found.advice is None
            else causes(found.advice.causes, found.asked, None),
            "items": [
                {
                    "code": code,
                    "name": _item(code, found.asked),
                    "current": score_text(found.current.get(code)),
                    "cap": score_text(found.caps[code], 0),
                    "before": score_text(row.before.get(code)),
                    "after": score_text(row.after.get(code)),
                    "said": request.POST.get(f"score-{code}", ""),
                }
                for code in row.items
            ],
            "moves": [
                (move, MOVES[move])
                for move in FROM.get(row.state, ())
                if found.runs or (found.owns and move not in {"approve", "drop"})
            ],
            "needs_words": {"finish", "drop"},
            "plans": plans,
            "edits": plans and open_,
            "checks": plans and row.state == Progress.DONE,
            "takes_papers": not found.judges
            and bool(row.items)
            and row.state in {Progress.APPROVED, Progress.RUNNING, Progress.DONE},
            "help": _help(of, at) if plans and open_ else [],
            "forms": forms,
            "scores": range(6),
            "typed": request.POST if refusal else {},
            "refusal": refusal,
        },
        status=refusal.status if refusal else 200,
    )


def _help(of: Assessment, at: Any) -> list[tuple[str, list[tuple[str, str]]]]:
    found = queries.help_at_hand(of, at)
    return [
        (str(LinkKind(kind).label), [(f"{kind}:{key}", name) for key, name in known])
        for kind, known in found.items()
        if known
    ]


def _action_said(row: Improvement) -> dict[str, Any]:
    return {
        name: getattr(row, name)
        for name in (
            "what", "items", "owner", "start_on", "due_on", "check_on", "expected",
        )
    } | {
        "owner_email": row.owner_user.email if row.owner_user else "",
        "cost": "" if row.cost is None else f"{row.cost:f}",
    }  # fmt: skip


def _improvement_act(request: Request, row: Improvement, forms: dict[str, Any]) -> None:
    said, actor, at = request.POST, request.actor, now()
    version = row_number(said.get("version"))
    simple: dict[str, Callable[[], object]] = {
        "edit": lambda: actions.edit_improvement(
            actor=actor,
            improvement_id=row.pk,
            version=version,
            at=at,
            **cleaned(forms["edit"]),
        ),
        "move": lambda: actions.move_improvement(
            actor=actor,
            improvement_id=row.pk,
            move=str(said.get("move", "")),
            words=str(said.get("words", "")),
            version=version,
            at=at,
        ),
        "paper": lambda: actions.add_evidence(
            actor=actor,
            assessment_id=row.assessment_id,
            improvement_id=row.pk,
            at=at,
            **cleaned(forms["paper"]),
        ),
        "look": lambda: actions.check_evidence(
            actor=actor, evidence_id=row_number(said.get("paper")) or 0, at=at
        ),
        "link": lambda: _link(request, row),
        "unlink": lambda: actions.unlink_improvement(
            actor=actor, link_id=row_number(said.get("link")) or 0, at=at
        ),
        "check": lambda: actions.check_effect(
            actor=actor,
            improvement_id=row.pk,
            scores={
                code: value
                for code in row.items
                if (value := row_number(said.get(f"score-{code}"))) is not None
            },
            effective={"yes": True, "no": False}.get(str(said.get("effective"))),
            words=str(said.get("words", "")),
            instead=str(said.get("instead", "")),
            version=version,
            at=at,
        ),
    }
    act = str(said.get("act", ""))
    if act not in simple:
        raise NotFound
    simple[act]()


def _link(request: Request, row: Improvement) -> None:
    kind, _colon, key = str(request.POST.get("help", "")).partition(":")
    name = str(request.POST.get("organisation", ""))
    if name.strip():
        kind = LinkKind.ORGANISATION
        key = queries.organisation_by_name(request.actor, name) or ""
    actions.link_improvement(
        actor=request.actor, improvement_id=row.pk, kind=kind, key=key, at=now()
    )


# ---- findings


@never_cache
@require_http_methods(METHODS)
def findings(request: Request, public_id: str) -> HttpResponse:
    """Findings of an assessment, each with what comes next."""
    found = queries.findings(request.actor, public_id)
    refusal: Refusal | None = None
    if request.method == "POST":
        try:
            actions.answer_finding(
                actor=request.actor,
                finding_id=row_number(request.POST.get("finding")) or 0,
                act=str(request.POST.get("act", "")),
                words=str(request.POST.get("words", "")),
                improvement_id=row_number(request.POST.get("improvement")),
                version=row_number(request.POST.get("version")),
                at=now(),
            )
        except Refusal as refused:
            refusal = refused
        else:
            messages.success(request, _("Done."))
            return redirect("assessments:findings", public_id=public_id)
    labels = {
        "cause": _("Write down the cause"),
        "action": _("Write down what is done"),
        "verify": _("I saw that it is mended"),
        "close": _("Close the finding"),
    }
    by_state = {
        Standing.OPEN: (("cause", found.runs),),
        Standing.CAUSE: (("action", found.runs),),
        Standing.ACTION: (("verify", found.judges),),
        Standing.VERIFIED: (("close", found.runs or found.judges),),
        Standing.CLOSED: (),
    }
    return render(
        request,
        "web/assessments/findings.html",
        {
            "title": _("Findings: %(name)s") % {"name": found.row.title},
            "breadcrumb": [up(), _crumb(found.row)],
            "row": found.row,
            "rows": [
                (
                    one,
                    _item(one.item, found.asked),
                    [(a, labels[a]) for a, able in by_state[Standing(one.state)] if able],
                )
                for one in found.findings
            ],
            "improvements": found.improvements,
            "refusal": refusal,
            "typed": request.POST if refusal else {},
        },
        status=refusal.status if refusal else 200,
    )  # fmt: skip


def _crumb(row: Assessment) -> Crumb:
    return Crumb(row.title, reverse("assessments:assessment", args=[row.public_id]))
