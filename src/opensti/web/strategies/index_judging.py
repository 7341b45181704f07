"""Weights of an index from judges: a table of comparisons or points, brought or pasted."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.shortcuts import redirect
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from opensti.domains.strategies import actions, queries
from opensti.kernel.identifiers import row_number
from opensti.kernel.refusals import Invalid, Problem, Stale, StepNotAllowed
from opensti.web.strategies.index_versions import show_version
from opensti.web.strategies.indices import bytes_of

if TYPE_CHECKING:
    from django.http import HttpResponse

    from opensti.domains.strategies.models import CompositeVersion
    from opensti.web.requests import Request

# The table stays in the recipe, which people read as text.
MOST_ROWS = 500


@require_POST
def version_judge(request: Request, public_id: str) -> HttpResponse:
    """Keep a recipe whose weights, of the parts of one whole, are those of judges."""
    version = queries.index_version(request.actor, public_id)
    try:
        actions.change_recipe(
            actor=request.actor,
            version_id=version.pk,
            recipe=_judged(request, version),
            expected_version=row_number(request.POST.get("version")),
            at=now(),
        )
    except (Invalid, Stale, StepNotAllowed) as refused:
        return show_version(request, version, refusal=refused, judging=request.POST)
    messages.success(request, _("The weights of the judges are kept in the recipe."))
    return redirect("strategies:index_version", public_id=public_id)


def _judged(request: Request, version: CompositeVersion) -> dict[str, Any]:
    # The methods take a second to load, and few requests need them.
    from opensti.domains.strategies.problem import judging  # noqa: PLC0415

    if (method := request.POST.get("method", "")) not in {judging.AHP, judging.BUDGET}:
        raise Invalid(
            [Problem(field="method", message=_("There is no such way to judge."))]
        )
    content, name, field = _table(request)
    try:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "table"
            path.write_bytes(content)
            rows = judging.rows_of(path, name=name, most=MOST_ROWS)
        return judging.judged(
            version,
            rows,
            method=method,
            accept_inconsistent=request.POST.get("accept") == "on",
        )
    except judging.Misjudged as refusal:
        raise Invalid(
            [
                Problem(
                    field=field,
                    message=_("Row %(row)s, column %(column)s: %(what)s")
                    % {"row": one.row, "column": one.column, "what": one.what},
                    mend=_("Or take them as they are: tick the box below.")
                    if one.kind == "inconsistent"
                    else "",
                )
                for one in refusal.wrong
            ]
        ) from None


def _table(request: Request) -> tuple[bytes, str, str]:
    """The table with the name of its file, and the field it came in."""
    file, pasted = request.FILES.get("table"), request.POST.get("pasted", "").strip()
    if file is not None and pasted:
        raise Invalid(
            [
                Problem(
                    field="pasted",
                    message=_("There are two tables: a file and what is pasted."),
                    mend=_("Bring one of them."),
                )
            ]
        )
    if file is not None:
        return bytes_of(file, "table"), file.name or "table", "table"
    if not pasted:
        raise Invalid(
            [
                Problem(
                    field="table",
                    message=_("The table is missing."),
                    mend=_("Choose a file, or paste the table below."),
                )
            ]
        )
    return pasted.encode(), "pasted.csv", "pasted"
