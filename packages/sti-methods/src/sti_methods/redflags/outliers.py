"""Flags told by comparing all processes or organisations: R024 R025 R038 R048 R058."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING

from sti_methods.redflags.fences import Fences, quantile
from sti_methods.redflags.findings import (
    BUYER,
    ENTITY,
    NOTED,
    PROCESS,
    TENDERER,
    Asked,
    Finding,
    gathered,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sti_methods.redflags.releases import Release
    from sti_methods.redflags.settings import (
        Disqualified,
        Fence,
        Losing,
        Settings,
        Variety,
    )

    Figures = tuple[tuple[str, Fraction], ...]


@dataclass(frozen=True, kw_only=True)
class Gap:
    """How much more the second lowest valid bid asks than the winner, as a share."""

    ocid: str
    winner: str
    second: str
    share: Fraction


def gaps_of(
    releases: Sequence[Release], settings: Settings, currency: str | None
) -> list[Gap]:
    """The gap of each process in which one bidder won alone with the lowest valid price.

    Bids of several bidders together, in another currency or without a price do not count;
    a winning price that is not above 0 gives no share. Of second bidders with one price the
    first by id is named.
    """
    found = []
    for one in releases:
        winner = one.winner
        if winner is None or not settings.compares_prices(one.details):
            continue
        prices = [
            (bid.price[0], bid.only)
            for bid in one.bids or ()
            if bid.status == "valid"
            and bid.only is not None
            and bid.price
            and bid.price[1] == currency
        ]
        own = [amount for amount, name in prices if name == winner]
        others = [(amount, name) for amount, name in prices if name != winner]
        if not own or not others:
            continue
        won, (second, name) = Fraction(min(own)), min(others)
        if 0 < won <= second:
            share = (Fraction(second) - won) / won
            found.append(Gap(ocid=one.ocid, winner=winner, second=name, share=share))
    return found


def close_price(gaps: Sequence[Gap], options: Fence) -> Asked:
    """R024: the gap is a low outlier. Nothing is told where the fence is not above 0."""
    fence, figures = _lower(Fences.of(gap.share for gap in gaps), options.threshold)
    if fence is None or fence <= 0:
        return Asked(figures=figures)
    low = [gap for gap in gaps if gap.share <= fence]
    return replace(
        gathered(
            "R024",
            [
                *((PROCESS, gap.ocid, gap.share, gap.ocid) for gap in low),
                *((TENDERER, gap.winner, NOTED, gap.ocid) for gap in low),
                *((TENDERER, gap.second, NOTED, gap.ocid) for gap in low),
            ],
        ),
        figures=figures,
    )


def deep_discount(gaps: Sequence[Gap], options: Fence) -> Asked:
    """R058: the gap is a high outlier. Nothing is told where the fence is not above 0."""
    fence, figures = _upper(Fences.of(gap.share for gap in gaps), options.threshold)
    if fence is None or fence <= 0:
        return Asked(figures=figures)
    high = [gap for gap in gaps if gap.share >= fence]
    return replace(
        gathered(
            "R058",
            [
                *((PROCESS, gap.ocid, gap.share, gap.ocid) for gap in high),
                *((TENDERER, gap.winner, NOTED, gap.ocid) for gap in high),
            ],
        ),
        figures=figures,
    )


def _lower(fences: Fences | None, stated: Fraction | None) -> tuple[Fraction | None, Figures]:  # fmt: skip
    if stated is not None:
        return stated, (("lower_fence", stated),)
    if fences is None:
        return None, ()
    figures = (("q1", fences.q1), ("q3", fences.q3), ("lower_fence", fences.lower))
    return fences.lower, figures


def _upper(fences: Fences | None, stated: Fraction | None) -> tuple[Fraction | None, Figures]:  # fmt: skip
    if stated is not None:
        return stated, (("upper_fence", stated),)
    if fences is None:
        return None, ()
    figures = (("q1", fences.q1), ("q3", fences.q3), ("upper_fence", fences.upper))
    return fences.upper, figures


class _Tally:
    """So many of so many, by organisation, with the processes they come from."""

    def __init__(self) -> None:
        self.some: dict[str, int] = {}
        self.all: dict[str, int] = {}
        self.ocids: dict[str, set[str]] = {}

    def add(self, name: str | None, some: int, of: int, ocid: str) -> None:
        if name is None:
            return
        self.some[name] = self.some.get(name, 0) + some
        self.all[name] = self.all.get(name, 0) + of
        self.ocids.setdefault(name, set()).add(ocid)

    def shares(self, *, least: int = 1) -> dict[str, Fraction]:
        return {
            name: Fraction(self.some[name], of)
            for name, of in self.all.items()
            if of >= least
        }


def _findings(
    flag: str,
    group: str,
    values: Mapping[str, Fraction],
    names: Iterable[str],
    ocids: Mapping[str, set[str]],
) -> tuple[Finding, ...]:
    return tuple(
        Finding(
            flag=flag,
            group=group,
            id=name,
            value=values[name],
            ocids=tuple(sorted(ocids[name])),
        )
        for name in names
    )


def seldom_wins(releases: Sequence[Release], options: Losing) -> Asked:
    """R025: a bidder in many processes wins an outlying small share of them.

    A bidder counts once in a process, whatever the number of his bids.
    """
    tally = _Tally()
    for one in releases:
        winner = one.winner
        if winner is None:
            continue
        bidders = {bid.only for bid in one.bids or () if bid.status == "valid"}
        for name in bidders:
            tally.add(name, int(name == winner), 1, one.ocid)
    shares = tally.shares()
    fence, figures = _lower(Fences.of(shares.values()), options.threshold)
    if fence is None or not shares:
        return Asked(figures=figures)
    counts = sorted(Fraction(of) for of in tally.all.values())
    most = quantile(counts, Fraction(options.percentile, 100))
    figures = (*figures, ("upper_fence", most))
    if fence <= 0:
        return Asked(figures=figures)
    names = [n for n, s in shares.items() if tally.all[n] >= most and s <= fence]
    return Asked(
        findings=_findings("R025", TENDERER, shares, names, tally.ocids),
        figures=figures,
    )


def often_disqualified(releases: Sequence[Release], options: Disqualified) -> Asked:
    """R038: an outlying share of bids was disqualified, by a buyer or entity, or of a bidder.

    A bid of several bidders counts for each of them.
    """
    tallies = {BUYER: _Tally(), ENTITY: _Tally(), TENDERER: _Tally()}
    for one in releases:
        bids = one.submitted
        if not bids:
            continue
        out = sum(bid.status == "disqualified" for bid in bids)
        tallies[BUYER].add(one.buyer, out, len(bids), one.ocid)
        tallies[ENTITY].add(one.entity, out, len(bids), one.ocid)
        for bid in bids:
            for name in bid.tenderers:
                tallies[TENDERER].add(name, int(bid.status == "disqualified"), 1, one.ocid)  # fmt: skip
    findings: tuple[Finding, ...] = ()
    figures: Figures = ()
    for group, tally in tallies.items():
        least = (
            options.minimum_submitted_bids
            if group == TENDERER
            else options.minimum_contracting_processes
        )
        shares = tally.shares(least=least)
        fence, told = _upper(Fences.of(shares.values()), options.threshold)
        if fence is None or not shares:
            continue
        figures = (*figures, *((f"{group}_{name}", value) for name, value in told))
        if fence > 0:
            names = [name for name, share in shares.items() if share >= fence]
            findings += _findings("R038", group, shares, names, tally.ocids)
    return Asked(findings=findings, figures=figures)


def varied_supplier(releases: Sequence[Release], options: Variety) -> Asked:
    """R048: an outlying number of kinds of goods among suppliers of enough processes."""
    kinds: dict[str, set[str]] = {}
    ocids: dict[str, set[str]] = {}
    for one in releases:
        for award in one.awards or ():
            if not award.active or award.only is None or not award.classes:
                continue
            codes = {code[: options.digits] for code in award.classes}
            kinds.setdefault(award.only, set()).update(codes)
            ocids.setdefault(award.only, set()).add(one.ocid)
    counts = {
        name: Fraction(len(codes))
        for name, codes in kinds.items()
        if len(ocids[name]) >= options.minimum_contracting_processes
    }
    stated = None if options.threshold is None else Fraction(options.threshold)
    fence, figures = _upper(Fences.of(counts.values()), stated)
    if fence is None:
        return Asked(figures=figures)
    names = [name for name, count in counts.items() if count >= fence]
    return Asked(
        findings=_findings("R048", TENDERER, counts, names, ocids), figures=figures
    )
