"""What a tie names besides the two it ties, and under which rule of a regime it falls."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from opensti.domains.panels.choices import TieKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

DOSSIER, SEAT = "dossier", "seat"
# The methods' own keys of ties: "competitor:12", "project:12:7", and the row of a seat.
_OF_DOSSIERS = frozenset({"competitor", "project"})
_OF_SEATS = "reciprocal"
# Kinds of tie that lead to another dossier or council, which not everybody may know of.
ELSEWHERE = frozenset({TieKind.COMPETITOR, TieKind.PROJECT, TieKind.RECIPROCAL})


def named(tie: Mapping[str, Any]) -> tuple[str, int] | None:
    """The other dossier that a tie names, or the seat from which one was judged.

    A competitor whom somebody declared is named by the declaration: by no dossier.
    """
    head, _colon, rest = str(tie.get("tie", "")).partition(":")
    first, last = rest.split(":")[0], rest.rpartition("#")[2]
    if head in _OF_DOSSIERS and first.isdecimal():
        return DOSSIER, int(first)
    if head == _OF_SEATS and last.isdecimal():
        return SEAT, int(last)
    return None


# The regimes name one thing differently; the first that a rule lists is cited.
UNDER: dict[str, tuple[str, ...]] = {
    TieKind.PART: ("s_applicant", "c_team", "applicant_or_participant", "interest"),
    TieKind.HOST: (
        "s_host_staff",
        "applicant_or_participant",
        "c_evidence",
        "interest",
    ),
    TieKind.PARTNER: ("s_partner_staff", "c_team", "c_evidence", "interest"),
    TieKind.FAMILY: ("s_family", "c_family_interest", "interest"),
}
# Everything else is a ground to doubt that somebody is impartial.
ELSE = ("s_not_impartial", "c_evidence", "c_family_interest", "interest")
ANY = "interest"


def under(kind: str, known: Iterable[str]) -> str:
    """The rule of a regime under which a kind of tie falls."""
    rules = set(known)
    return next((code for code in UNDER.get(kind, ELSE) if code in rules), ANY)
