"""Ask hosts each year what became of the work; keep, return and check their answers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_EVEN, Decimal
from typing import TYPE_CHECKING, Any

from django.core.mail import EmailMessage
from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext, override
from django.utils.translation import gettext_lazy as _

from opensti.domains.accounts.queries import emails_by_id
from opensti.domains.contracts.queries import contract_by_id
from opensti.domains.procedures.queries import regime_of
from opensti.domains.registry.queries import managers_of
from opensti.domains.results.actions.checking import signed_contract
from opensti.domains.results.choices import UptakeState
from opensti.domains.results.models import UptakeAnswer, UptakeYear
from opensti.domains.results.queries import due_for_reminder, uptake_subject
from opensti.kernel.access import SYSTEM, require
from opensti.kernel.checks import Faults, keep, locked_row
from opensti.kernel.files import actions as files
from opensti.kernel.money import LIMIT
from opensti.kernel.record.actions import record
from opensti.kernel.refusals import StepNotAllowed

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from django.core.files.base import File

    from opensti.kernel.access import Actor

MOST_FILES = 10
BEFORE = timedelta(days=30)
AGAIN = timedelta(days=30)


@dataclass(frozen=True, kw_only=True)
class Uptake:
    """What a host answers. Nothing is not zero: it was not answered.

    Money in whole đồng. ``users``: names, with the organisation's public id where it is
    in the registry. Exports are either in đồng, or in a foreign currency with its rate.
    """

    users: Sequence[dict[str, str]] = ()
    revenue: Decimal | None = None
    saving: Decimal | None = None
    exports: Decimal | None = None
    foreign_currency: str = ""
    foreign_amount: Decimal | None = None
    foreign_rate: Decimal | None = None
    jobs: int | None = None
    standards: str = ""
    policies: str = ""
    note: str = ""


@transaction.atomic
def plan_uptake(
    *, actor: Actor, contract_id: int, day: date, at: datetime
) -> list[UptakeYear]:
    """Plan the yearly questions from the day the work was recognised or registered.

    One for each year of the rule, due on its day of the year, the first in the calendar
    year after ``day``. What is planned already stays as it is.
    """
    contract = (
        contract_by_id(contract_id)
        if actor is SYSTEM
        else signed_contract(actor, contract_id)
    )
    require(actor, "results.plan_uptake", contract)
    aftermath = regime_of(contract.case).aftermath
    if aftermath is None:
        return []
    there = set(
        UptakeYear.objects.filter(contract=contract).values_list("number", flat=True)
    )
    month, month_day = map(int, aftermath.uptake.month_day.split("-"))
    made = [
        UptakeYear(
            contract=contract,
            number=number,
            due_on=date(day.year + number, month, month_day),
            created_at=at,
        )
        for number in range(1, aftermath.uptake.years + 1)
        if number not in there
    ]
    # Planned twice at once: the first counts.
    UptakeYear.objects.bulk_create(made, ignore_conflicts=True)
    if made:
        record(
            actor=actor,
            act="uptake.plan",
            subject=f"contracts.contract:{contract.public_id}",
            at=at,
            basis=aftermath.uptake.basis,
            detail={"years": len(made), "from": day},
        )
    return made


def in_dong(amount: Decimal, rate: Decimal) -> Decimal:
    """Foreign money in whole đồng, rounded half to even."""
    return (amount * rate).quantize(Decimal(1), ROUND_HALF_EVEN)


@transaction.atomic
def answer_uptake(
    *,
    actor: Actor,
    year_id: int,
    said: Uptake,
    version: int,
    at: datetime,
    evidence: Sequence[File[bytes]] = (),
) -> UptakeAnswer:
    """Answer a year's question, or answer it anew; every version is kept.

    Raises ``Invalid`` for an empty answer and for foreign money without its rate,
    ``StepNotAllowed`` once the office has checked it.
    """
    rows = UptakeYear.objects.select_related("contract__case")
    year = locked_row(actor, rows, version=version, pk=year_id)
    if year.state == UptakeState.CHECKED:
        raise StepNotAllowed(
            _("The office has checked this answer."),
            mend=_("Ask the office to return it if something is wrong."),
        )
    require(actor, "results.answer_uptake", year)
    exports = _check(said)
    last = year.answers.order_by("-number").values_list("number", flat=True).first()
    year.answers.filter(current=True).update(current=False)
    answer = UptakeAnswer.objects.create(
        year=year,
        number=(last or 0) + 1,
        users=[dict(user) for user in said.users],
        revenue=said.revenue,
        saving=said.saving,
        exports=exports,
        foreign_currency=said.foreign_currency.strip().upper(),
        foreign_amount=said.foreign_amount,
        foreign_rate=said.foreign_rate,
        jobs=said.jobs,
        standards=said.standards.strip(),
        policies=said.policies.strip(),
        note=said.note.strip(),
        made_by_id=actor.user_id,
        made_at=at,
    )
    year.state = UptakeState.ANSWERED
    keep(year, "state")
    subject = uptake_subject(year.public_id)
    for file in evidence:
        files.upload(
            actor=actor,
            subject=subject,
            file=file,
            at=at,
            kind="evidence",
            most=MOST_FILES,
        )
    record(
        actor=actor,
        act="uptake.answer",
        subject=subject,
        at=at,
        detail={
            "number": answer.number,
            "revenue": said.revenue,
            "saving": said.saving,
            "exports": exports,
            "jobs": said.jobs,
        },
    )
    return answer


@transaction.atomic
def check_uptake(
    *, actor: Actor, year_id: int, note: str, version: int, at: datetime
) -> UptakeYear:
    """The office has looked at the answer and its evidence: it counts."""
    year = _to_check(actor, year_id, version)
    return _judged(
        actor, year, UptakeState.CHECKED, note=note, act="uptake.check", at=at
    )


@transaction.atomic
def return_uptake(
    *, actor: Actor, year_id: int, note: str, version: int, at: datetime
) -> UptakeYear:
    """Send the answer back to be completed, with what is missing."""
    year = _to_check(actor, year_id, version, UptakeState.ANSWERED, UptakeState.CHECKED)
    faults = Faults()
    faults.needs("note", note, _("Say what is missing or wrong."))
    faults.refuse()
    return _judged(
        actor, year, UptakeState.RETURNED, note=note, act="uptake.return", at=at
    )


def _to_check(
    actor: Actor, year_id: int, version: int, *states: UptakeState
) -> UptakeYear:
    rows = UptakeYear.objects.select_related("contract__case")
    year: UptakeYear = locked_row(actor, rows, version=version, pk=year_id)
    if year.state not in (states or (UptakeState.ANSWERED,)):
        raise StepNotAllowed(
            _("There is no answer to be checked."),
            mend=_("Reload the page: it shows what can be done now."),
        )
    require(actor, "results.check_uptake", year)
    return year


def _judged(
    actor: Actor,
    year: UptakeYear,
    state: UptakeState,
    *,
    note: str,
    act: str,
    at: datetime,
) -> UptakeYear:
    year.state, year.check_note = state, note.strip()
    keep(year, "state", "check_note")
    record(
        actor=actor,
        act=act,
        subject=uptake_subject(year.public_id),
        at=at,
        detail={"reason": note.strip()} if note.strip() else {},
    )
    return year


def _check(said: Uptake) -> Decimal | None:
    """Refuse what cannot be; returns the exports in whole đồng."""
    faults = Faults()
    figures: tuple[Any, ...] = (
        said.revenue,
        said.saving,
        said.exports,
        said.foreign_amount,
        said.jobs,
    )
    words = (said.standards, said.policies, said.note)
    if (
        all(figure is None for figure in figures)
        and not any(text.strip() for text in words)
        and not said.users
    ):
        faults.add(
            "note",
            _("Nothing is answered."),
            _(
                "If the result is not used, say so and why; enter 0 where it is nothing."
            ),
        )
    faults.amounts(revenue=said.revenue, saving=said.saving, exports=said.exports)
    if said.jobs is not None and said.jobs < 0:
        faults.add("jobs", _("An amount here cannot be negative."))
    exports = said.exports
    foreign = (said.foreign_currency.strip(), said.foreign_amount, said.foreign_rate)
    if any(foreign):
        if not all(foreign):
            faults.add(
                "foreign_amount",
                _("Foreign money is told with its currency, amount and rate."),
            )
        elif said.exports is not None:
            faults.add(
                "exports",
                _("Enter exports in đồng or in foreign money, not both."),
            )
        elif len(foreign[0]) != 3 or not foreign[0].isalpha():  # noqa: PLR2004
            faults.add(
                "foreign_currency",
                _("A currency has three letters, such as USD."),
            )
        else:
            amount, rate = said.foreign_amount, said.foreign_rate
            if amount is None or rate is None or amount <= 0 or rate <= 0:
                faults.add(
                    "foreign_amount", _("Amount and rate are more than nothing.")
                )
            else:
                exports = in_dong(amount, rate)
                if exports >= LIMIT:
                    faults.add(
                        "foreign_amount", _("The amount has more than 15 digits.")
                    )
    faults.refuse()
    return exports


def remind_hosts(*, at: datetime) -> int:
    """Mail the hosts whose answer is due within thirty days, or late.

    Each at most once in thirty days. The reminder is noted before it is mailed: a worker
    that dies in between reminds again a month later rather than every day.
    """
    today = timezone.localdate(at)
    sent = 0
    for year_id, _contract in due_for_reminder(
        today=today, before=today + BEFORE, again=today - AGAIN
    ):
        with transaction.atomic():
            year = (
                UptakeYear.objects.select_for_update(of=("self",))
                .select_related("contract")
                .get(pk=year_id)
            )
            if year.reminded_on is not None and year.reminded_on > today - AGAIN:
                continue
            addresses = sorted(
                emails_by_id(set(managers_of(year.contract.host_id, today))).values()
            )
            year.reminded_on = today
            year.save(update_fields=["reminded_on"])
            record(
                actor=SYSTEM,
                act="uptake.remind",
                subject=uptake_subject(year.public_id),
                at=at,
                detail={"mailed to": len(addresses)},
            )
        if addresses:
            _mail(year, addresses)
            sent += 1
    return sent


def _mail(year: UptakeYear, addresses: list[str]) -> None:
    with override("vi"):
        values = {
            "contract": year.contract.number,
            "title": year.contract.title_vi,
            "day": date_format(year.due_on, "d/m/Y"),
            "number": year.number,
        }
        subject = gettext(
            "Uptake of the result of contract %(contract)s, year %(number)s"
        )
        body = gettext(
            "Please answer by %(day)s what became of the result of contract %(contract)s “%(title)s” in year %(number)s after its end. Sign in and open “What is to be done”."
        )
        EmailMessage(subject % values, body % values, to=addresses).send(
            fail_silently=True
        )
