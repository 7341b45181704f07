"""The page of a task: its whole public life, stage by stage."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from opensti.domains.publications import queries
from opensti.domains.results.choices import AssetKind
from opensti.kernel.access import ROLE_LABELS, Role
from opensti.kernel.citations import cited
from opensti.portal import jsonld
from opensti.portal.told import STAGES, change_lines, line_of, upper, withheld_lines
from opensti.ui.pages import Crumb, Step
from opensti.ui.templatetags.ui import day, money

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from opensti.domains.publications.queries import Kept, Stage, TaskLife

STATES = {"done": "done", "now": "current", "next": "next", "absent": "next"}
SHOWN_CHANGES = 3


@require_safe
def task(request: HttpRequest, public_id: str) -> HttpResponse:
    life = queries.task_life(public_id, at=now())
    stages = [_stage(stage, life) for stage in life.stages]
    began = any(stage["lines"] for stage in stages)
    return render(
        request,
        "portal/task.html",
        {
            "title": life.card.title or life.card.code or _("Task file"),
            "description": life.task.abstract if life.card.shows("abstract") else "",
            "breadcrumb": [Crumb(_("Task archive"), reverse("portal:tasks"))],
            "task": life.task,
            "ld": jsonld.task(life.task),
            "card": life.card,
            "life": life,
            "stages": stages if began else [],
            "steps": [
                Step(
                    label=stage["label"],
                    state=STATES[stage["state"]],
                    note=stage["since"] or stage["words"],
                    url=f"#{stage['key']}" if stage["lines"] else "",
                )
                for stage in stages
            ],
            "changes": change_lines(
                [c for c in life.changes if c.correction][:SHOWN_CHANGES]
            ),
            "withheld": withheld_lines(
                [*life.withheld, *(w for s in life.stages for w in s.withheld)]
            ),
            "assets": [(AssetKind(kind).label, n) for kind, n in life.assets],
        },
    )


def _stage(stage: Stage, life: TaskLife) -> dict[str, Any]:
    kept = sum(one.kept is True for one in stage.deadlines)
    missed = sum(one.kept is False for one in stage.deadlines)
    return {
        "key": stage.key,
        "label": STAGES[stage.key],
        "state": stage.state,
        "words": _words(stage.state),
        "since": day(stage.since) if stage.since else "",
        "lines": [line_of(one) for one in stage.moments],
        "notes": _notes(stage.key, life),
        "deadlines": [_deadline(one) for one in stage.deadlines],
        "kept": kept,
        "missed": missed,
    }


def _words(state: str) -> str:
    return {
        "done": _("done"),
        "now": _("now"),
        "next": _("to come"),
        "absent": _("did not take place, or is not public"),
    }[state]


def _notes(key: str, life: TaskLife) -> list[str]:
    """Counts of what hangs on a stage, as far as the policy shows them."""
    notes = []
    if key == "running" and life.payments is not None:
        made, paid = life.payments
        text = ngettext(
            "%(n)d payment to the host", "%(n)d payments to the host", made
        ) % {"n": made}
        notes.append(text if paid is None else f"{text}: {money(paid)}")
    if key == "running" and life.reports is not None:
        given, owed = life.reports
        notes.append(
            _("Reports handed in: %(given)d of %(owed)d")
            % {"given": given, "owed": owed}
        )
    if key == "acceptance" and life.grade:
        notes.append(_("Grade: %(grade)s") % {"grade": life.grade})
    if key == "use" and life.uptake is not None and life.uptake.asked:
        notes.append(
            _("Yearly questions on the use of the results answered: %(n)d of %(asked)d")
            % {"n": life.uptake.answered, "asked": life.uptake.asked}
        )
    return notes


def _deadline(one: Kept) -> dict[str, Any]:
    english = (get_language() or "vi").startswith("en")
    return {
        "label": one.label_en if english else one.label_vi,
        "who": upper(ROLE_LABELS.get(Role(one.who), one.who)),
        "due_on": one.due_on,
        "done_on": one.done_on,
        "kept": one.kept,
        "article": cited(one.article),
    }
