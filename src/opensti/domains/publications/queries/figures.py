"""Figures of the whole register: worked out at once while it is small, else by a worker.

Pictures and sums read every row there is. Until the record holds ``SMALL`` acts the first
reader after an act waits for them; beyond that a worker works them out and keeps them, and
pages tell them as of the state that they are of. Figures of another disclosure policy than
the one in force are never told.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from django.utils.translation import gettext_lazy as _

from opensti.domains.publications.models import Figures
from opensti.domains.publications.queries.edition import Edition, edition
from opensti.domains.publications.queries.funded_rows import funded
from opensti.domains.publications.queries.funds import Funds, funds_of, read
from opensti.domains.publications.queries.keeping import kept
from opensti.domains.publications.queries.register import seen_now
from opensti.kernel.jobs.liveness import any_alive
from opensti.kernel.record.queries import any_act_since, log_size
from opensti.kernel.refusals import NotReady

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from opensti.domains.publications.queries.funded_rows import Choices

T = TypeVar("T")
# Acts in the record up to which a reader waits for the figures; some hundred tasks.
SMALL = 2_000
FUNDS = "funds"
# An act of these may have closed what stands in a sum.
CLOSING = ("orders.classify", "tasks.classify")
# What this process has read of the figures that are kept: token and value by name.
_HELD: dict[str, tuple[str, Any]] = {}


def figures_edition() -> Edition:
    """The state of the house that figures tell of now; 4 queries.

    Raises ``NotReady`` where the register is large and its figures of this policy are not
    worked out yet, or something in them was given a class of secrecy since.
    """
    acts = log_size()
    if acts <= SMALL:
        return edition(acts=acts)
    columns = ("acts", "at", "opened", "policy", "day")
    found = Figures.objects.filter(name=FUNDS).values(*columns).first()
    if (
        found is None
        or found["policy"] != seen_now().policy.digest
        or any_act_since(found["acts"], CLOSING)
    ):
        raise not_ready()
    return Edition(**found, kept=True)


def not_ready() -> NotReady:
    """Why there are no figures now, and what to do: wait, or start what works them out."""
    if not any_alive():
        return NotReady(
            _(
                "The figures of a register of this size are worked out beside the pages, and no worker is running."
            ),
            mend=_(
                "Whoever runs this house starts one with the command “opensti worker”; some minutes later the figures are here. Each list shows its rows meanwhile."
            ),
        )
    return NotReady(
        _(
            "These figures are being worked out anew for the disclosure policy in force."
        ),
        mend=_(
            "Open the page again in a few minutes. Each list shows its rows meanwhile."
        ),
    )


def figured(
    name: str,
    of: Edition,
    today: date,
    make: Callable[[], T],
    decode: Callable[[bytes], T],
) -> T:
    """Figures of one name: worked out now, or as they are kept; then 1 query, 2 for the first.

    Raises ``NotReady`` where others took their place since ``of`` was asked for.
    """
    if not of.kept:
        return kept(name, of, today, make)
    rows = Figures.objects.filter(name=name, policy=of.policy)
    token = rows.values_list("token", flat=True).first()
    held = _HELD.get(name)
    if token is not None and held is not None and held[0] == token:
        found: T = held[1]
        return found
    row = rows.values_list("token", "content").first()
    if row is None:
        raise not_ready()
    found = decode(bytes(row[1]))
    _HELD[name] = (row[0], found)
    return found


def figured_funds(of: Edition, today: date) -> Funds:
    """All approved tasks in columns, as everybody may know of them."""
    return figured(FUNDS, of, today, lambda: funds_of(funded(of, today)), read)


def figured_choices(of: Edition, today: date) -> Choices:
    """The years and fields that they can be narrowed by."""
    return kept("choices", of, today, lambda: figured_funds(of, today).choices)
