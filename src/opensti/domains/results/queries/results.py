"""Results of tasks: in the house as far as a person knows their contracts, and in public."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.db.models import Count
from django.utils.timezone import localdate

from opensti.domains.contracts.queries import contract_ids
from opensti.domains.results import permissions as _permissions  # noqa: F401
from opensti.domains.results.choices import Secrecy
from opensti.domains.results.models import OwnershipChoice, Result, ResultVersion
from opensti.domains.results.permissions.results import ACCEPTED, open_on
from opensti.kernel.access import PUBLIC, get_visible, visible
from opensti.kernel.searchtext import matches

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from opensti.domains.contracts.models import Contract
    from opensti.kernel.access import Actor


def result_subject(public_id: str) -> str:
    return f"results.result:{public_id}"


def _of_the_house(actor: Actor) -> QuerySet[Result]:
    rows = Result.objects.select_related("contract__host", "goal__plan", "indicator")
    return visible(actor, rows).filter(contract_id__in=contract_ids(actor))


def results(actor: Actor) -> QuerySet[Result]:
    """Results of the contracts that the person may know of, newest first."""
    return _of_the_house(actor).order_by("-created_at", "-id")


def results_of(actor: Actor, contract: Contract) -> QuerySet[Result]:
    """The results of one contract, in the order they were entered."""
    return _of_the_house(actor).filter(contract=contract).order_by("id")


def result(actor: Actor, public_id: str) -> Result:
    """One result with its contract and order; ``NotFound`` if it may not be known."""
    rows = Result.objects.select_related(
        "contract__case",
        "contract__host",
        "contract__dossier__order",
        "contract__task",
        "goal__plan",
        "indicator",
    ).filter(contract_id__in=contract_ids(actor))
    return get_visible(actor, rows, public_id=public_id)


def versions_of(actor: Actor, found: Result) -> QuerySet[ResultVersion]:
    """What was said of a result before, oldest first."""
    rows = ResultVersion.objects.filter(result=found).select_related("made_by")
    return visible(actor, rows).order_by("number")


def choice_of_result(found: Result) -> OwnershipChoice | None:
    """The latest choice of the rules of ownership; the caller has decided who may know."""
    return OwnershipChoice.objects.filter(result=found).order_by("-id").first()


def is_public(found: Result, on: date) -> bool:
    """Whether everybody may know of a result on a day; 1 query."""
    return Result.objects.filter(open_on(on), pk=found.pk).exists()


def open_since(found: Result) -> date:
    """From which day everybody may know of an open result; no query with its acceptance.

    That on which the work was accepted, or the result written down after that, and not
    before the end of an embargo.
    """
    accepted = found.accepted_on or found.contract.acceptance.accepted_on
    ended = found.open_from if found.secrecy == Secrecy.EMBARGO else None
    days = (found.formed_on, localdate(found.created_at), accepted, ended)
    return max(day for day in days if day is not None)


def public_results(q: str = "") -> QuerySet[Result]:
    """What everybody may know of today, newest first: always asked as the public."""
    rows = Result.objects.select_related(
        "contract__host", "contract__task", "contract__dossier__order__field"
    )
    return matches(visible(PUBLIC, rows), q).order_by("-formed_on", "-id")


def closed_results(before: date) -> dict[tuple[int, str], int]:
    """How many results of accepted work are not open, by year of forming and class; 1 query.

    Of whole years that were over by a day, for counts alone: nobody is asked who may know.
    """
    rows = (
        Result.objects.filter(
            contract__acceptance__case__state__in=ACCEPTED,
            formed_on__lt=date(before.year, 1, 1),
        )
        .exclude(open_on(before))
        .order_by()
        .values_list("formed_on__year", "secrecy")
        .annotate(n=Count("pk"))
    )
    return {(year, secrecy): n for year, secrecy, n in rows}


def public_result(public_id: str) -> Result:
    """One of them, with its authors; ``NotFound`` otherwise."""
    rows = Result.objects.select_related(
        "contract__host",
        "contract__task",
        "contract__dossier__order__field",
        "goal__plan",
        "indicator",
    ).prefetch_related("authors__person")
    return get_visible(PUBLIC, rows, public_id=public_id)
