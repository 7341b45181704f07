"""What acceptances, results, assets, rights and offers ask of people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from opensti.domains.results.queries.acceptance_work import acceptance_work
from opensti.domains.results.queries.following import asset_work, uptake_work
from opensti.domains.results.queries.offers import offers_work
from opensti.domains.results.queries.rights import docket_work

if TYPE_CHECKING:
    from datetime import date

    from opensti.kernel.access import Actor
    from opensti.kernel.work import WorkItem

SOURCES = (acceptance_work, asset_work, docket_work, offers_work, uptake_work)


def work_for(actor: Actor, today: date) -> list[WorkItem]:
    """Lines for a person's home page."""
    return [line for work in SOURCES for line in work(actor, today)]
