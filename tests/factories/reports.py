"""Reports for tests, written and handed in by the actions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from opensti.domains.contracts import actions
from opensti.domains.contracts.models import ReportDue

if TYPE_CHECKING:
    from datetime import datetime

    from opensti.domains.contracts.models import ReportVersion
    from tests.factories.contracts import Funded

SUMMARY = "Công việc theo đúng kế hoạch."


def begun(funded: Funded, due: ReportDue, *, at: datetime) -> ReportDue:
    actions.start_report(actor=funded.host, due_id=due.pk, at=at)
    return ReportDue.objects.select_related("contract__case", "report").get(pk=due.pk)


def saved(
    funded: Funded, due: ReportDue, answers: dict[str, Any], *, at: datetime
) -> None:
    due = ReportDue.objects.select_related("report").get(pk=due.pk)
    actions.save_report(
        actor=funded.host,
        due_id=due.pk,
        answers=answers,
        expected_version=due.report.version,
        at=at,
    )


def progress(answers: dict[str, Any], **first: Any) -> dict[str, Any]:
    """A progress report filled in; ``first`` changes its first row of work."""
    work = [{**row, "done": "Đã làm", "percent": 50} for row in answers["work"]]
    work[0] |= first
    return {
        **answers,
        "summary": SUMMARY,
        "work": work,
        "products": [{**row, "state": "in_progress"} for row in answers["products"]],
        "spent_state_total": 100_000_000,
    }


def financial(answers: dict[str, Any]) -> dict[str, Any]:
    """A financial report whose figures add up: ten million used of each line."""
    money = [{**row, "before": 0, "period": 10_000_000} for row in answers["money"]]
    used = {
        source: sum(row["period"] for row in money if row["source"] == source)
        for source in ("state", "other")
    }
    return {
        **answers,
        "money": money,
        "received_state": 0,
        "spent_state_total": used["state"],
        "spent_other_total": used["other"],
    }


def submitted(
    funded: Funded,
    due: ReportDue,
    *,
    at: datetime,
    first: dict[str, Any] | None = None,
) -> ReportVersion:
    """A progress or financial report handed in."""
    due = begun(funded, due, at=at)
    if due.kind == "financial":
        answers = financial(due.report.answers)
    else:
        answers = progress(due.report.answers, **(first or {}))
    saved(funded, due, answers, at=at)
    return actions.submit_report(actor=funded.host, due_id=due.pk, at=at)
