"""How evidence is said: what a tie is, since when, where it is kept, how sure it is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from opensti.domains.panels.choices import Declarer, TieKind
from opensti.ui.templatetags.ui import day

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from opensti.kernel.refusals import Text

SURE = 0.9995
CLUES: dict[str, Text] = {
    "same": gettext_lazy("the same name with its marks"),
    "folded": gettext_lazy("the same name without marks"),
    "reordered": gettext_lazy("the same names in another order"),
    "shorter": gettext_lazy("middle names are left out"),
    "initials": gettext_lazy("only initials are printed"),
    "not": gettext_lazy("another name is printed"),
    "orcid": gettext_lazy("the same ORCID"),
    "other_orcid": gettext_lazy("another ORCID"),
    "email": gettext_lazy("the same e-mail address"),
    "domain": gettext_lazy("the same e-mail domain"),
    "other_domain": gettext_lazy("another e-mail domain"),
    "organisation": gettext_lazy("an organisation of his, or one above it"),
    "other_organisation": gettext_lazy("another organisation"),
    "circle": gettext_lazy("beside people he has worked with"),
    "other_circle": gettext_lazy("beside nobody he has worked with"),
    "near": gettext_lazy("beside people of his organisation"),
    "other_near": gettext_lazy("beside nobody of his organisation"),
}
SOURCES: dict[str, Text] = {
    Declarer.EXPERT: gettext_lazy("declared by the person himself"),
    Declarer.OFFICE: gettext_lazy("declared by the office"),
}
# Ties whose names come from somewhere else than the registry's own wording.
OF_WORKS = frozenset({TieKind.COAUTHOR, TieKind.COINVENTOR})


@dataclass(frozen=True, kw_only=True)
class Tie:
    """One tie as the page shows it."""

    key: str
    kind: Text
    text: str
    other: str
    other_url: str
    organisation: str
    organisation_url: str
    days: str
    source: str
    probability: str
    doubtful: bool
    clues: tuple[tuple[Text, str], ...]


def percent(value: float) -> str:
    """The probability in whole percent; never rounded up to certainty."""
    if value >= SURE:
        return "100 %"
    return f"{min(round(100 * value), 99)} %"


def ties_of(
    evidence: Iterable[Mapping[str, Any]],
    *,
    people: Mapping[int, str],
    organisations: Mapping[int, str],
) -> list[Tie]:
    """The evidence of a case as the reader is told it; ``people`` and ``organisations`` are addresses by number."""
    return [_tie(row, people, organisations) for row in evidence]


def _tie(
    row: Mapping[str, Any], people: Mapping[int, str], organisations: Mapping[int, str]
) -> Tie:
    kind = TieKind(row["kind"])
    placed = row["organisation"] is not None
    return Tie(
        key=row["tie"],
        kind=kind.label,
        text=row["about"] if not placed else "",
        other=row["other_name"],
        other_url=people.get(row["other"] or 0, ""),
        organisation=row["about"] if placed else "",
        organisation_url=organisations.get(row["organisation"] or 0, ""),
        days=days(row["since"], row["until"], year=kind in OF_WORKS),
        source=str(SOURCES.get(row["source"], row["source"])),
        probability=percent(row["probability"]),
        doubtful=row["probability"] < SURE,
        clues=tuple(
            (CLUES.get(name, name), f"{factor:.3g}") for name, factor in row["clues"]
        ),
    )


def days(since: str | None, until: str | None, *, year: bool = False) -> str:
    """From when to when; the last day is the last on which it held."""
    if year and since:
        return since[:4]
    begun = day(date.fromisoformat(since)) if since else ""
    ended = day(date.fromisoformat(until)) if until else ""
    if begun and ended:
        return _("from %(since)s to before %(until)s") % {
            "since": begun,
            "until": ended,
        }
    if begun:
        return _("since %(since)s") % {"since": begun}
    if ended:
        return _("until before %(until)s") % {"until": ended}
    return ""
