"""The house's own tasks as the flags of ``sti_methods.redflags`` ask them, for one year.

Every row is asked as the person who looks: what he may not know of raises no flag, is not
counted and is named nowhere.
"""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from django.db.models import F
from sti_methods import redflags

from opensti.domains.calls import queries as calls_queries
from opensti.domains.contracts import queries as contracts_queries
from opensti.domains.contracts.choices import AmendmentKind, AmendmentState
from opensti.domains.overlaps import queries as overlaps_queries
from opensti.domains.panels import queries as panels_queries
from opensti.domains.publications import permissions as _permissions  # noqa: F401 -- who reads flags
from opensti.domains.publications.queries import flag_rows as asked
from opensti.domains.publications.queries.flag_rows import (
    About,
    Flag,
    Limits,
    RedFlags,
)
from opensti.domains.tasks import queries as tasks_queries
from opensti.kernel.access import require
from opensti.kernel.bilingual import Words

if TYPE_CHECKING:
    from collections.abc import Mapping

    from opensti.kernel.access import Actor

KINDS = ("late", "host", "leader", "spread", "prices", "extended", "own_topic", "text")


def red_flags(
    actor: Actor, *, year: int, today: date, limits: Limits | None = None
) -> RedFlags:
    """All flags of a year; 14 queries, and some for items with ballots that did not count.

    The year is that of the decision (contracts), of the call's closing (dossiers), of the
    day due (registrations). Raises ``AccessDenied``.
    """
    require(actor, "publications.read_flags")
    at = limits or Limits()
    contracts = asked.contracts(actor, year)
    dossiers = asked.dossiers(actor, year)
    duties = asked.duties(actor, year)
    spread = _spread(actor, dossiers, at)
    flags = {
        "late": _late(duties, today, at),
        "host": _repeated(contracts, "host", at.tasks_of_a_host),
        "leader": _repeated(contracts, "leader", at.tasks_of_a_leader),
        "spread": spread or (),
        "prices": _prices(dossiers, at),
        "extended": _extended(actor, contracts, at),
        "own_topic": _own_topics(actor, contracts),
        "text": _texts(actor, dossiers),
    }
    return RedFlags(
        year=year,
        limits=at,
        flags=flags,
        scores_read=spread is not None,
        asked={
            "contracts": len(contracts),
            "dossiers": len(dossiers),
            "duties": len(duties),
        },
    )


def years(actor: Actor) -> list[int]:
    """Years with contracts or closed calls that the person may know of, newest first; 2 queries."""
    require(actor, "publications.read_flags")
    decided = contracts_queries.contracts(actor).order_by()
    closed = calls_queries.calls(actor=actor).order_by()
    found = set(decided.values_list("decided_on__year", flat=True).distinct())
    found |= set(closed.values_list("closes_at__year", flat=True).distinct())
    return sorted(found, reverse=True)


def _about(kind: str, row: Mapping[str, Any], code: str) -> About:
    title = Words(row["title_vi"], row["title_en"])
    return About(kind=kind, public_id=row["public_id"], code=code, title=title)


def _contract(row: Mapping[str, Any]) -> About:
    return _about("contract", row, row["number"] or row["task__code"])


def _host(row: Mapping[str, Any]) -> Words:
    return Words(row["host_vi"], row["host_en"])


def _late(
    duties: Mapping[str, Mapping[str, Any]], today: date, at: Limits
) -> tuple[Flag, ...]:
    kept = [
        redflags.Duty(id=key, due=row["due"], done=row["done"])
        for key, row in duties.items()
    ]
    return tuple(
        Flag(
            about=(_about("acceptance", duties[one.id], duties[one.id]["number"]),),
            who=_host(duties[one.id]),
            figures={"days": one.days, "waits": one.waits},
        )
        for one in redflags.late_registrations(
            kept, today=today, more_than=at.days_late
        )
    )


def _repeated(
    contracts: Mapping[int, Mapping[str, Any]], whose: str, more_than: int
) -> tuple[Flag, ...]:
    """A host within one call; a leader within the whole year, whatever the call."""
    wins = [
        redflags.Win(
            id=str(pk),
            programme=row["call"] if whose == "host" else "",
            period="",
            winner=row[f"{whose}_id"],
        )
        for pk, row in contracts.items()
        if row[f"{whose}_id"] is not None
    ]
    flags = []
    for one in redflags.repeated_winners(wins, more_than=more_than):
        rows = [contracts[pk] for pk in sorted(map(int, one.ids))]
        name = rows[0]["leader_name"]
        flags.append(
            Flag(
                about=tuple(_contract(row) for row in rows),
                who=_host(rows[0]) if whose == "host" else Words(name, name),
                figures={"tasks": len(rows), "of": one.of, "call": one.programme},
            )
        )
    return tuple(flags)


def _spread(
    actor: Actor, dossiers: Mapping[int, Mapping[str, Any]], at: Limits
) -> tuple[Flag, ...] | None:
    """Reviewers without names; ``None`` where the person may not read all these ballots."""
    if not panels_queries.reads_ballots_of(actor, dossiers.keys()):
        return None
    scores = panels_queries.scores_of(dossiers.keys())
    if scores.kind != "points":
        return ()
    marks = [
        redflags.Mark(
            reviewer=number,
            item=str(score.dossier_id),
            score=Fraction(score.points) / score.most,
        )
        for number, given in enumerate(scores.named)
        for score in given
        if score.most
    ]
    swings = redflags.swinging_reviewers(
        marks, least_items=at.scores_of_a_reviewer, least_reviewers=at.reviewers
    )
    return tuple(
        Flag(
            about=tuple(
                _about("dossier", dossiers[pk], dossiers[pk]["code"])
                for pk in sorted({s.dossier_id for s in scores.named[_place(one)]})
            ),
            figures={
                "spread": 100 * one.spread,
                "fence": 100 * one.fence,
                "items": one.items,
            },
        )
        for one in swings
    )


def _place(swing: redflags.Swing) -> int:
    if not isinstance(swing.reviewer, int):
        raise TypeError(swing.reviewer)
    return swing.reviewer


def _prices(dossiers: Mapping[int, Mapping[str, Any]], at: Limits) -> tuple[Flag, ...]:
    """State money asked by dossiers that answer one order, or of one call without orders."""
    prices, fixed = [], []
    for pk, row in dossiers.items():
        order = row["order_id"]
        competition = f"o{order}" if order else f"c{row['call_id']}"
        if row["ceiling"] is not None:
            fixed.append((competition, row["ceiling"]))
        prices.append(
            redflags.Price(
                id=str(pk),
                competition=competition,
                bidder=row["host_id"],
                amount=row["asked_state"],
            )
        )
    flags = []
    for one in redflags.near_prices(prices, within=at.prices_within, fixed=fixed):
        rows = [dossiers[int(pk)] for pk in one.ids]
        flags.append(
            Flag(
                about=tuple(_about("dossier", row, row["code"]) for row in rows),
                figures={
                    "share": 100 * one.share,
                    "amounts": tuple(row["asked_state"] for row in rows),
                },
            )
        )
    return tuple(flags)


def _extended(
    actor: Actor, contracts: Mapping[int, Mapping[str, Any]], at: Limits
) -> tuple[Flag, ...]:
    """By amendments in force that moved the end of a contract."""
    rows = (
        contracts_queries.contracts(actor)
        .filter(pk__in=[*contracts], amendments__state=AmendmentState.IN_FORCE)
        .order_by("pk", "amendments__number")
        .annotate(
            kinds=F("amendments__kinds"),
            was=F("amendments__before__terms__ends_on"),
            became=F("amendments__after__terms__ends_on"),
        )
        .values_list("pk", "kinds", "was", "became")
    )
    first: dict[int, date] = {}
    added: dict[int, list[int]] = {}
    for pk, kinds, was, became in rows:
        if AmendmentKind.EXTEND in kinds:
            before, after = date.fromisoformat(was), date.fromisoformat(became)
            first.setdefault(pk, before)
            added.setdefault(pk, []).append((after - before).days)
    courses = [
        redflags.Course(
            id=str(pk),
            planned=(first[pk] - contracts[pk]["starts_on"]).days,
            extensions=tuple(days),
        )
        for pk, days in added.items()
    ]
    return tuple(
        Flag(
            about=(_contract(contracts[int(one.id)]),),
            who=_host(contracts[int(one.id)]),
            figures={"times": one.times, "days": one.days, "share": 100 * one.share},
        )
        for one in redflags.many_extensions(
            courses, more_than=at.extensions, longer_than=at.extended_by
        )
    )


def _own_topics(
    actor: Actor, contracts: Mapping[int, Mapping[str, Any]]
) -> tuple[Flag, ...]:
    """Hosts that proposed a need from which the order of their task was made."""
    known = tasks_queries.needs(actor).order_by().values("pk")
    rows = (
        contracts_queries.contracts(actor)
        .filter(pk__in=[*contracts], dossier__order__needs__in=known)
        .order_by()
        .values_list("pk", "dossier__order__needs__organisation_id")
    )
    proposers: dict[int, set[int]] = {}
    for pk, proposer in rows:
        if proposer is not None:
            proposers.setdefault(pk, set()).add(proposer)
    applied = asked.rivals(actor, {contracts[pk]["order"] for pk in proposers})
    topics = [
        redflags.Topic(
            id=str(pk),
            proposers=frozenset(who),
            hosts=frozenset({contracts[pk]["host_id"]}),
            rivals=applied[contracts[pk]["order"]] - 1,
        )
        for pk, who in proposers.items()
    ]
    return tuple(
        Flag(
            about=(_contract(contracts[int(one.id)]),),
            who=_host(contracts[int(one.id)]),
            figures={"rivals": one.rivals},
        )
        for one in redflags.own_topics(topics)
    )


def _texts(actor: Actor, dossiers: Mapping[int, Mapping[str, Any]]) -> tuple[Flag, ...]:
    """Likenesses that the comparison of dossiers lists, each pair once, of different hosts."""
    seen: set[frozenset[int]] = set()
    flags = []
    for hit in overlaps_queries.alike(actor, dossiers.keys()):
        own, other = hit.screening.object_id, hit.document.object_id
        pair = frozenset({own, other})
        twin = dossiers.get(other)
        same_host = twin is not None and twin["host_id"] == dossiers[own]["host_id"]
        if pair in seen or own == other or same_host:
            continue
        seen.add(pair)
        title = Words.titled(hit.document)
        flags.append(
            Flag(
                about=(
                    About(
                        kind="screening",
                        public_id=hit.screening.public_id,
                        code=dossiers[own]["code"],
                        title=Words(
                            dossiers[own]["title_vi"], dossiers[own]["title_en"]
                        ),
                    ),
                ),
                figures={
                    "probability": round(100 * hit.probability),
                    "other": hit.document.code,
                    "other_title": title,
                },
            )
        )
    return tuple(flags)
