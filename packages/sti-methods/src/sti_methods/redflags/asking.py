"""All flags that settings ask, over all releases at once."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from sti_methods.redflags import outliers, processes
from sti_methods.redflags.findings import Report

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from sti_methods.redflags.findings import Asked
    from sti_methods.redflags.releases import Release
    from sti_methods.redflags.settings import Settings

PRICED = frozenset({"R024", "R036", "R058"})


class SeveralCurrencies(ValueError):  # noqa: N818 -- an answer to what was given
    """Prices in several currencies, and no word on which is compared."""

    def __init__(self, currencies: tuple[str, ...]) -> None:
        super().__init__(", ".join(currencies))
        self.currencies = currencies


def flags_of(releases: Iterable[Release], settings: Settings) -> Report:
    """Ask the flags of the settings; cancelled and excluded processes are left out.

    The order of releases changes nothing. O(bids), and a sort for each fence. Raises
    ``ValueError`` where two releases have one ocid (compile them first), and
    ``SeveralCurrencies`` where prices are compared and no one currency is known.
    """
    given = sorted(releases, key=lambda one: one.ocid)
    twice = [ocid for ocid, n in Counter(one.ocid for one in given).items() if n > 1]
    if twice:
        raise ValueError(f"Several releases have the ocid {twice[0]}.")
    rows = [
        one
        for one in given
        if one.status != "cancelled" and one.details not in settings.excluded_details
    ]
    currency = _currency(rows, settings)
    gaps = (
        outliers.gaps_of(rows, settings, currency)
        if {"R024", "R058"} & settings.flags.keys()
        else []
    )
    ask: dict[str, Callable[..., Asked]] = {
        "R003": lambda o: processes.short_period(rows, o),
        "R018": lambda o: processes.single_bid(rows, o),
        "R024": lambda o: outliers.close_price(gaps, o),
        "R025": lambda o: outliers.seldom_wins(rows, o),
        "R028": lambda _: processes.same_price(rows, settings),
        "R030": lambda _: processes.late_winner(rows),
        "R035": lambda o: processes.others_disqualified(rows, o),
        "R036": lambda _: processes.lowest_disqualified(rows, settings, currency),
        "R038": lambda o: outliers.often_disqualified(rows, o),
        "R048": lambda o: outliers.varied_supplier(rows, o),
        "R058": lambda o: outliers.deep_discount(gaps, o),
    }
    asked = {flag: ask[flag](options) for flag, options in settings.flags.items()}
    return Report(
        findings=tuple(sorted(f for one in asked.values() for f in one.findings)),
        figures=tuple((f, one.figures) for f, one in asked.items() if one.figures),
        unread=tuple((one.ocid, place) for one in rows for place in one.unread),
    )


def _currency(rows: Sequence[Release], settings: Settings) -> str | None:
    """The currency stated, else the only one among submitted bids."""
    if settings.currency is not None or not PRICED & settings.flags.keys():
        return settings.currency
    found = {
        bid.price[1]
        for one in rows
        if settings.compares_prices(one.details)
        for bid in one.submitted
        if bid.price
    }
    if len(found) > 1:
        raise SeveralCurrencies(tuple(sorted(found)))
    return next(iter(found), None)
