"""What pages of a dossier share: crumbs, tabs, its content in words, its place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import mark_safe
from django.utils.timezone import localdate
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from opensti.domains.calls import queries
from opensti.domains.calls.choices import BudgetSource
from opensti.domains.procedures import queries as procedures
from opensti.domains.procedures.choices import (
    DEADLINE_STATE_LABELS,
    DeadlineState,
    Track,
)
from opensti.domains.procedures.regimes.diagram import draw
from opensti.domains.procedures.regimes.forms import visible_fields
from opensti.kernel.access import ROLE_LABELS, Role
from opensti.kernel.citations import cited
from opensti.ui.pages import Crumb, Tab, TimelineItem
from opensti.ui.templatetags.ui import pair
from opensti.web.attached import KeptFile
from opensti.web.chosen import links
from opensti.web.said import lines
from opensti.web.tasks.cases import Due

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from opensti.domains.calls.models import Attachment, Dossier
    from opensti.domains.calls.queries import Check, Content, Happening
    from opensti.kernel.access import Actor


def crumbs(dossier: Dossier | None = None, *more: str) -> list[Crumb]:
    found = [Crumb(_("Dossiers"), reverse("calls:dossiers"))]
    if dossier is not None:
        found.append(
            Crumb(
                marked_name_of(dossier),
                reverse("calls:dossier", args=[dossier.public_id]),
            )
        )
    return [*found, *(Crumb(text) for text in more)]


def name_of(dossier: Dossier) -> str:
    return f"{dossier.code} {dossier.title or _('(no title)')}".strip()


def marked_name_of(dossier: Dossier) -> str:
    """The same for a page: a title in the other language is marked as such."""
    title = pair(dossier, "title") or _("(no title)")
    return format_html("{} {}", dossier.code, title) if dossier.code else title


def tabs(dossier: Dossier, check: Check, current: str) -> list[Tab]:
    """The sections of the form with how much is missing in each, then check and files."""
    found = [
        Tab(
            label=label,
            url=reverse("calls:dossier_edit", args=[dossier.public_id, section]),
            current=section == current,
            count=missing or None,
        )
        for section, label, _part, missing in check.sections
    ]
    return [
        *found,
        Tab(
            label=_("Check and hand in"),
            url=reverse("calls:dossier_check", args=[dossier.public_id]),
            current=current == "check",
            count=len(check.missing) or None,
        ),
    ]


def timeline(happenings: Sequence[Happening]) -> list[TimelineItem]:
    """Acts as the page shows them, newest first."""
    items = []
    for act in reversed(happenings):
        role = ROLE_LABELS[Role(act.role)] if act.role in set(Role) else ""
        items.append(
            TimelineItem(
                title=act.label,
                at=act.at,
                who=f"{act.who} ({role})" if act.who and role else act.who or role,
                text=" · ".join(t for t in (act.reason, cited(act.basis)) if t),
            )
        )
    return items


def place(dossier: Dossier, actor: Actor) -> dict[str, Any]:
    """Where the case stands: diagram, deadlines, next steps, acts; 3 queries."""
    language = get_language() or "vi"
    regime = procedures.regime_of(dossier.case)
    labels = {d.id: d.label(language) for d in regime.deadlines}
    today = localdate()
    due = list(procedures.deadlines_of(dossier.case_id))
    calendar = procedures.working_calendar() if due else None
    return {
        "case": dossier.case,
        "regime_label": regime.label(language),
        "stage_label": procedures.stage_label(dossier.case, language),
        "diagram": mark_safe(  # noqa: S308 -- our own drawing of our own data
            draw(regime, track=Track.DOSSIER, lang=language, here=dossier.case.stage)
        ),
        "deadlines": [
            Due(
                label=labels.get(row.code, row.code),
                due_on=row.due_on,
                left=procedures.days_left(calendar, row, today),
                article=row.article,
                state=DEADLINE_STATE_LABELS[DeadlineState(row.state)],
                done=row.closed_at is not None,
                provisional=row.provisional,
            )
            for row in due
            if calendar
        ],
        "next_steps": procedures.steps_from(dossier.case, actor),
        "timeline": timeline(
            queries.timeline(
                actor=actor, subject=queries.dossier_subject(dossier.public_id)
            )
        ),
    }


def kept_files(
    dossier: Dossier, attachments: Iterable[Attachment]
) -> dict[str, list[KeptFile]]:
    """Papers by what they were handed in for: a field of the form, or a code."""
    found: dict[str, list[KeptFile]] = {}
    for paper in attachments:
        file = KeptFile.of(
            paper.file,
            key=str(paper.pk),
            title=paper.title,
            url=reverse(
                "calls:dossier_file", args=[dossier.public_id, paper.file.public_id]
            ),
        )
        found.setdefault(paper.kind, []).append(file)
    return found


def said(
    actor: Actor, dossier: Dossier, content: Content, papers: Iterable[Attachment]
) -> dict[str, Any]:
    """The content of a dossier in words, section by section, with its sums."""
    language = get_language() or "vi"
    form = queries.form_of(dossier)
    known = links(
        actor,
        form,
        content.answers,
        team=[row.person_id for row in content.team if row.person_id],
    )
    files = kept_files(dossier, papers)
    return {
        "content": content,
        "team": [
            (row, known.url("person", {"id": row.person_id})) for row in content.team
        ],
        "sections": [
            (
                section.id,
                section.label(language),
                lines(
                    visible_fields(section, content.answers),
                    content.answers,
                    language,
                    known,
                    files,
                ),
            )
            for section in form.sections
            if section.fields
        ],
        "totals": queries.totals(content.budget, ceiling=queries.ceiling_of(dossier)),
        "source_labels": [str(s.label) for s in BudgetSource],
    }
