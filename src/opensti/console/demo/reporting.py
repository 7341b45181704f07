"""The reports of a contract that runs: one comes back with a marked place, and is mended."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.utils.timezone import localdate

from opensti.console.demo.contracts import host_of, paper
from opensti.console.demo.texts import Text, filled
from opensti.domains.contracts import queries
from opensti.domains.contracts.choices import ReportKind

if TYPE_CHECKING:
    from datetime import date

    from opensti.console.demo.story import Story
    from opensti.domains.contracts.models import Contract, ReportDue
    from opensti.kernel.access import Actor

DONE, HALF = 100, 50
PERCENT_A_PERIOD = 40  # of each budget line is used in each half of the year
WORDS = Text(
    title_vi="Báo cáo thực hiện nhiệm vụ",
    title_en="Report on the task",
    abstract_vi="Đã chế tạo mẫu, đo kiểm tại xưởng và chạy thử tại doanh nghiệp theo kế hoạch.",
    abstract_en="The prototype was built, measured and tried in an enterprise as planned.",
)
MARK = "Nêu rõ số lần đo và sai số của phép đo tại xưởng."
MENDED = "Đã đo 12 lần tại xưởng, sai số lặp lại dưới 2 %."


def report_until(story: Story, contract: Contract, day: date) -> None:
    """Hand in each report that is owed by a day; the contract's first is returned once."""
    dues = list(queries.reports_of(host_of(story, contract), contract))
    first = all(due.state == "due" for due in dues)
    owed = [due for due in dues if due.state == "due" and due.due_on <= day]
    for number, due in enumerate(owed):
        story.until(max(due.due_on, due.opens_on or due.due_on))
        hand_in(story, contract, due, mend=first and number == 0)
        story.tick()


def hand_in(story: Story, contract: Contract, due: ReportDue, *, mend: bool) -> None:
    """Write a report and hand it in; with ``mend`` it comes back once, marked."""
    host, officer = host_of(story, contract), story.actor("officer")
    begun = story.act(
        "contracts", "start_report", host, due_id=due.pk, at=story.later()
    )
    answers = _answers(due, begun.answers, on=localdate(story.now))
    if any(f.id == "full_text" for f in queries.form_of_report(due).fields()):
        story.act(
            "contracts",
            "attach_to_report",
            host,
            due_id=due.pk,
            field="full_text",
            file=paper("bao-cao-tong-ket"),
            at=story.later(),
        )
    _save_and_submit(story, host, due, answers)
    if mend:
        due.refresh_from_db()
        place = "money" if due.kind == ReportKind.FINANCIAL else "summary"
        story.act(
            "contracts",
            "return_report",
            officer,
            due_id=due.pk,
            remarks={place: MARK},
            until=localdate(story.now) + timedelta(days=10),
            expected_version=due.version,
            at=story.later(days=2),
        )
        if place == "summary":
            answers = answers | {"summary": f"{answers['summary']} {MENDED}"}
        _save_and_submit(story, host, due, answers, days=3)
    due.refresh_from_db()
    story.act(
        "contracts",
        "accept_report",
        officer,
        due_id=due.pk,
        expected_version=due.version,
        at=story.later(days=1),
    )


def _save_and_submit(
    story: Story, host: Actor, due: ReportDue, answers: dict[str, Any], days: int = 0
) -> None:
    report = queries.report_due(host, due.contract.public_id, due.public_id).report
    story.act(
        "contracts",
        "save_report",
        host,
        due_id=due.pk,
        answers=answers,
        expected_version=report.version,
        at=story.later(days=days),
    )
    story.act("contracts", "submit_report", host, due_id=due.pk, at=story.later())


def _answers(due: ReportDue, begun: dict[str, Any], *, on: date) -> dict[str, Any]:
    """What the host writes on what stands there already; its figures add up."""
    last = due.kind == ReportKind.FINAL
    answers = filled(queries.form_of_report(due), WORDS, on=on, given=begun)
    answers = {k: v for k, v in answers.items() if v != []} | begun
    for row in answers.get("work", ()):
        row |= {"done": "Đã làm theo kế hoạch", "percent": DONE if last else HALF}
    for row in answers.get("products", ()):
        row |= {"state": "done" if last else "in_progress"}
    used = {"state": 0, "other": 0}
    for row in answers.get("money", ()):
        row["before"] = int(row.get("before") or 0)
        row["period"] = int(row["planned"]) * PERCENT_A_PERIOD // 100
        used[row["source"]] += row["before"] + row["period"]
    if used["state"]:
        answers["received_state"] = answers.get("received_state") or 0
        answers |= {
            "spent_state_total": used["state"],
            "spent_other_total": used["other"],
        }
    return {"summary": WORDS.abstract_vi} | answers
