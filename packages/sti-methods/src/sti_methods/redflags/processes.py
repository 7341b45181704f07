"""Flags told of one contracting process at a time: R003 R018 R028 R030 R035 R036."""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction
from typing import TYPE_CHECKING

from sti_methods.redflags.findings import NOTED, PROCESS, RAISED, TENDERER, gathered

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from decimal import Decimal

    from sti_methods.redflags.findings import Asked
    from sti_methods.redflags.releases import Release
    from sti_methods.redflags.settings import Alone, Period, Settings, Single

    Raised = Iterator[tuple[str, str, Fraction, str]]

DAY = timedelta(days=1)


def _of(release: Release, tenderers: Iterable[str], value: Fraction) -> Raised:
    for name in tenderers:
        yield TENDERER, name, value, release.ocid


def short_period(releases: Sequence[Release], options: Period) -> Asked:
    """R003: fewer whole days from opening to closing than the threshold."""

    def raised() -> Raised:
        for one in releases:
            methods = options.procurement_methods
            if (methods and one.method not in methods) or not (
                one.opened and one.closed
            ):
                continue
            days = int((one.closed - one.opened) / DAY)
            least = options.procurement_method_details.get(
                one.details or "", options.threshold
            )
            if days < least:
                yield PROCESS, one.ocid, RAISED, one.ocid

    return gathered("R003", raised())


def single_bid(releases: Sequence[Release], options: Single) -> Asked:
    """R018: one bidder where bidders compete."""
    return gathered(
        "R018",
        (
            (PROCESS, one.ocid, RAISED, one.ocid)
            for one in releases
            if one.tenderers == 1 and one.method in options.procurement_methods
        ),
    )


def same_price(releases: Sequence[Release], settings: Settings) -> Asked:
    """R028: one price in one currency asked by different bidders."""

    def raised() -> Raised:
        for one in releases:
            if not settings.compares_prices(one.details):
                continue
            by_price: dict[tuple[Decimal, str], set[frozenset[str]]] = {}
            for bid in one.submitted:
                if bid.price and bid.known:
                    by_price.setdefault(bid.price, set()).add(bid.known)
            alike = [bidders for bidders in by_price.values() if len(bidders) > 1]
            if alike:
                yield PROCESS, one.ocid, RAISED, one.ocid
            for bidders in alike:
                yield from _of(one, frozenset().union(*bidders), RAISED)

    return gathered("R028", raised())


def late_winner(releases: Sequence[Release]) -> Asked:
    """R030: a valid bid that came after the deadline is of a supplier who won."""

    def raised() -> Raised:
        for one in releases:
            if one.closed is None:
                continue
            awards = [award.known for award in one.awards or () if award.active]
            won: frozenset[str] = frozenset().union(*awards)
            late: set[str] = set()
            for bid in one.bids or ():
                if bid.status == "valid" and bid.date and bid.date > one.closed:
                    late |= bid.known & won
            if late:
                yield PROCESS, one.ocid, RAISED, one.ocid
                yield from _of(one, late, RAISED)

    return gathered("R030", raised())


def others_disqualified(releases: Sequence[Release], options: Alone) -> Asked:
    """R035: who won is the only valid bidder, at least so many others were disqualified."""

    def raised() -> Raised:
        for one in releases:
            awards = one.final_awards
            if awards is None:
                continue
            won: set[str] = set().union(*(award.known for award in awards))
            valid: set[str] = set()
            out: set[str] = set()
            for bid in one.bids or ():
                if bid.status == "valid":
                    valid |= bid.known
                elif bid.status == "disqualified":
                    out |= bid.known
            others = len(out - valid)
            if len(valid) == 1 and valid == won and others >= options.threshold:
                yield PROCESS, one.ocid, Fraction(others), one.ocid
                yield from _of(one, valid, NOTED)

    return gathered("R035", raised())


def lowest_disqualified(
    releases: Sequence[Release], settings: Settings, currency: str | None
) -> Asked:
    """R036: no bid was lower than one that was disqualified, and something was awarded.

    Bids of one lowest price count as lowest, in whatever order they stand.
    """

    def raised() -> Raised:
        for one in releases:
            awarded = any(award.active for award in one.awards or ())
            if not awarded or not settings.compares_prices(one.details):
                continue
            prices = [
                (bid.price[0], bid.status)
                for bid in one.submitted
                if bid.price and bid.price[1] == currency
            ]
            if not any(status == "valid" for _amount, status in prices):
                continue
            lowest = min(amount for amount, _status in prices)
            if (lowest, "disqualified") in prices:
                yield PROCESS, one.ocid, RAISED, one.ocid

    return gathered("R036", raised())
