"""What is to be done: one line on a person's home page, whatever domain it is from.

Every domain answers ``work_for(actor, today)`` with such lines; the home page joins,
sorts and shows them. A line says what, by when, by which article, and where to go.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from opensti.kernel.bilingual import Words

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from opensti.kernel.refusals import Text


@dataclass(frozen=True, kw_only=True)
class WorkItem:
    """``kind`` is a code (``needs.triage``), ``title`` says the act, ``about`` the case.

    ``about`` is in both languages: each reader gets his own, ``code`` stands before it.
    """

    kind: str
    title: Text
    about: Words = field(default_factory=Words)
    code: str = ""
    url_name: str
    url_args: tuple[str | int, ...] = ()
    subject: str = ""
    due_on: date | None = None
    article: str = ""
    overdue: bool = False


def in_order(items: Iterable[WorkItem]) -> list[WorkItem]:
    """Overdue first, then by day due; what has no day comes last."""
    return sorted(
        items,
        key=lambda item: (
            not item.overdue,
            item.due_on is None,
            item.due_on.toordinal() if item.due_on else 0,
        ),
    )
