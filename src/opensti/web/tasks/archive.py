"""Pages of task files: the archive of earlier tasks together with the running ones."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from opensti.domains.contracts import queries as contracts
from opensti.domains.tasks import queries
from opensti.domains.tasks.choices import TaskState
from opensti.kernel.access import may
from opensti.kernel.record.queries import entries_of
from opensti.ui.pages import Crumb
from opensti.web.lists import WorkList
from opensti.web.tasks.filters import TaskFilter
from opensti.web.tasks.tables import TaskTable
from opensti.web.timeline import timeline

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpResponse

    from opensti.domains.tasks.models import Task
    from opensti.kernel.access import Actor
    from opensti.web.requests import Request


class Archive(WorkList):
    title = gettext_lazy("Task archive")
    table_class = TaskTable
    filterset_class = TaskFilter
    hidden_columns = frozenset({"code", "source_key", "scheme", "currency", "state"})
    export_name = "tasks"
    template_name = "web/tasks/archive.html"

    def rows(self, actor: Actor) -> QuerySet[Task]:
        return queries.tasks(actor)

    def context(self, actor: Actor) -> dict[str, Any]:
        return {"may_enter_secret": may(actor, "tasks.enter_classified")}

    def search(self, _rows: QuerySet[Task], text: str) -> QuerySet[Task]:
        return queries.tasks(self.request.actor, text)  # type: ignore[attr-defined]


@require_safe
def task_page(request: Request, public_id: str) -> HttpResponse:
    task = queries.task(request.actor, public_id)
    title = task.title or _("(no title)")
    staff = bool(may(request.actor, "tasks.list_orders"))
    return render(
        request,
        "web/tasks/task.html",
        {
            "title": title,
            "breadcrumb": [
                Crumb(_("Task archive"), reverse("tasks:archive")),
                Crumb(title),
            ],
            "task": task,
            "may_class": may(request.actor, "tasks.see_class"),
            "may_link": may(request.actor, "tasks.link_goal", task),
            "contracts": contracts.contracts(request.actor).filter(task=task)
            if task.state != TaskState.ARCHIVED and may(request.actor, "contracts.list")
            else (),
            "timeline": timeline(
                entries_of(queries.task_subject(task.public_id), public_only=not staff),
                with_people=staff,
            ),
        },
    )
