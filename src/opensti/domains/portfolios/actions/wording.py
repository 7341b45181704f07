"""The words of reasons and letters, and what makes a ruling whole."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from django.utils.formats import number_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from opensti.domains.portfolios.choices import Barred, Ruling
from opensti.kernel.money import format_money
from opensti.kernel.refusals import Problem

if TYPE_CHECKING:
    from collections.abc import Collection
    from decimal import Decimal

    from opensti.domains.panels.queries import CallResult
    from opensti.domains.portfolios.models import Decision, Letter, Round
    from opensti.domains.portfolios.queries.addressed import Solved

_WORD = re.compile(r"[\w./-]+")


def reason_of_result(result: CallResult, language: str) -> str:
    """Say in one sentence what the council found; the officer may say more."""
    with override(language):
        # Two places are all it has: number_format would cut further ones off.
        mean = "" if result.mean is None else number_format(result.mean, 2)
        if result.outranked and mean:
            return _(
                "The council ranks it no. %(rank)d for its order, and only one dossier "
                "of an order can be approved; mean score %(mean)s."
            ) % {"rank": result.rank, "mean": mean}
        if result.outranked:
            return _(
                "The council ranks it no. %(rank)d for its order, and only one dossier "
                "of an order can be approved."
            ) % {"rank": result.rank}
        if result.passed and mean:
            return _("The council proposes funding; mean score %(mean)s.") % {
                "mean": mean
            }
        if result.passed:
            return _("The council proposes funding.")
        if mean:
            return _("The council does not propose funding; mean score %(mean)s.") % {
                "mean": mean
            }
        return _("The council does not propose funding.")


def reason_of_selection(
    result: CallResult | None, decision: Decision, solved: Solved, *, language: str
) -> str:
    """Say why the scenario takes a dossier or leaves it: what was found, what was chosen.

    It goes into the letter, and of approvals to the public: nothing is said of others.
    """
    code, lock = decision.dossier.code, getattr(decision, "lock", None)
    with override(language):
        barred = solved.barred(code)
        if barred != Barred.OUTRANKED and result is not None:
            # Who goes before it for its order is not what decided here.
            result = replace(result, outranked=False)
        council = "" if result is None else reason_of_result(result, language)
        told = result is not None and (
            (barred == Barred.COUNCIL and not result.passed)
            or (barred == Barred.OUTRANKED and result.outranked)
        )
        if told:
            return council
        said = solved.words(code, by_hand="" if lock is None else lock.reason)
        return f"{council} {said}".strip()


def check_ruling(
    decision: Decision,
    *,
    ruling: Ruling,
    amount: Decimal | None,
    reason_vi: str,
    deviation: str = "",
) -> list[Problem]:
    """Return what is missing: a reason, an amount within the order, why it deviates."""
    problems = []
    where = f"decision-{decision.pk}"
    order = decision.dossier.order
    if not reason_vi.strip():
        problems.append(
            Problem(
                field=f"{where}-reason_vi",
                message=gettext_lazy("Every decision needs its reason."),
                mend=gettext_lazy("The applicant will read it in the letter."),
            )
        )
    if ruling == Ruling.APPROVE and (amount is None or amount <= 0):
        problems.append(
            Problem(
                field=f"{where}-amount",
                message=gettext_lazy("An approval names its amount."),
                mend=gettext_lazy("Enter whole đồng, more than zero."),
            )
        )
    elif (
        ruling == Ruling.APPROVE
        and amount is not None
        and order is not None
        and amount > order.budget_ceiling
    ):
        problems.append(
            Problem(
                field=f"{where}-amount",
                message=gettext_lazy("The amount is above the ceiling of the order."),
                mend=gettext_lazy("Lower the amount, or have the order changed first."),
            )
        )
    if departs(decision, ruling, amount) and not deviation.strip():
        problems.append(
            Problem(
                field=f"{where}-deviation",
                message=gettext_lazy("This is not what the adopted scenario advises."),
                mend=gettext_lazy(
                    "Say why it deviates; how often that happens is public."
                ),
            )
        )
    return problems


def departs(decision: Decision, ruling: str, amount: Decimal | None) -> bool:
    """Another ruling, or another amount, than the adopted scenario advised."""
    given = amount if ruling == Ruling.APPROVE else None
    return bool(decision.advised) and (ruling, given) != (
        decision.advised,
        decision.advised_amount,
    )


def letter_text(decision: Decision, round_: Round, language: str) -> tuple[str, str]:
    """Return subject and body of the letter to the applicant, in his language."""
    with override(language):
        dossier = decision.dossier
        title = (
            (dossier.title_en or dossier.title_vi)
            if language == "en"
            else dossier.title_vi
        )
        reason = (
            (decision.reason_en or decision.reason_vi)
            if language == "en"
            else decision.reason_vi
        )
        words = {
            "code": dossier.code,
            "title": title,
            "number": round_.decision_number,
            "day": f"{localtime(round_.decided_at):%d/%m/%Y}",
            "amount": format_money(decision.amount),
            "reason": reason,
        }
        if decision.ruling == Ruling.APPROVE:
            subject = _("Dossier %(code)s is approved") % words
            body = (
                _(
                    "By decision %(number)s of %(day)s your dossier %(code)s, "
                    "“%(title)s”, is approved with %(amount)s from the state budget.\n\n"
                    "Reason: %(reason)s\n\n"
                    "The contract will be sent to you for signature."
                )
                % words
            )
        else:
            subject = _("Dossier %(code)s is not approved") % words
            body = (
                _(
                    "By decision %(number)s of %(day)s your dossier %(code)s, "
                    "“%(title)s”, is not approved.\n\n"
                    "Reason: %(reason)s\n\n"
                    "You may object on the page of the dossier.\n\n"
                    "Thank you for your proposal."
                )
                % words
            )
    return subject, body


def mail_text(letter: Letter) -> str:
    """The letter as a mail: its paper names the addressee at its head, a mail in its text."""
    with override(letter.language):
        greeting = _("Dear %(name)s,") % {"name": letter.recipient.full_name}
    return f"{greeting}\n\n{letter.body}"


def others_named(text: str, codes: Collection[str], *, own: str) -> list[str]:
    """Codes of other dossiers in a text that the applicant of one of them will read."""
    words = {word.strip("._-/") for word in _WORD.findall(text)}
    return sorted(words.intersection(codes) - {own})
