"""How pages of acceptance read what was sent; nothing typed is lost when it is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.dateparse import parse_date

from opensti.domains.results.actions import BaseWord, Finding, Member
from opensti.domains.results.problem import Assessment, Claim

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from django.http import QueryDict

    from opensti.kernel.refusals import Refusal, Text

LONGEST_NUMBER = 9


def whole(text: str | None) -> int | None:
    """A whole number as sent; nothing if it was left out or garbled."""
    text = (text or "").strip()
    if text.isascii() and text.isdigit() and len(text) <= LONGEST_NUMBER:
        return int(text)
    return None


def day(text: str | None) -> date | None:
    try:
        return parse_date((text or "").strip())
    except ValueError:
        return None


def by_field(refusal: Refusal | None) -> dict[str, Text]:
    return {p.field: p.message for p in getattr(refusal, "problems", ())}


def assessment_from(sent: QueryDict, keys: Iterable[str]) -> Assessment:
    """What the host typed of each product and of the report."""
    return Assessment(
        products={
            key: Claim(
                delivered=sent.get(f"delivered-{key}", ""),
                quality=sent.get(f"quality-{key}", ""),
                quantity=sent.get(f"quantity-{key}", ""),
                text=sent.get(f"text-{key}", ""),
            )
            for key in keys
        },
        report=sent.get("report", ""),
        text=sent.get("report_text", ""),
    )


def findings_from(sent: QueryDict, keys: Iterable[str]) -> dict[str, Finding]:
    """The levels and remarks of an official, product by product."""
    return {
        key: Finding(
            level=sent.get(f"level-{key}", ""), remark=sent.get(f"remark-{key}", "")
        )
        for key in keys
        if sent.get(f"level-{key}", "")
    }


def base_word_from(sent: QueryDict, levels: Iterable[str]) -> BaseWord:
    """What the host's council said; a vote that is no number counts as one too many."""
    votes = {level: sent.get(f"votes-{level}", "").strip() for level in levels}
    return BaseWord(
        decision_number=sent.get("decision_number", ""),
        met_on=day(sent.get("met_on")),
        members=members_from(sent.get("members", "")),
        votes={
            level: n if (n := whole(text)) is not None else -1
            for level, text in votes.items()
            if text
        },
        level=sent.get("level", ""),
        conclusion=sent.get("conclusion", ""),
    )


def members_from(text: str) -> list[Member]:
    """One member on a line: name; role; organisation."""
    found = []
    for line in text.replace("\x00", "").splitlines():
        parts = [part.strip()[:300] for part in line.split(";")]
        if any(parts):
            name, role, organisation = (*parts, "", "", "")[:3]
            found.append(Member(name=name, role=role, organisation=organisation))
    return found


def marks_from(sent: QueryDict) -> list[tuple[str, str]]:
    """Where something is missing, and what, row by row."""
    return list(
        zip(sent.getlist("mark_place"), sent.getlist("mark_text"), strict=False)
    )


def typed_rows(sent: Mapping[str, str], names: Iterable[str]) -> dict[str, str]:
    return {name: sent.get(name, "") for name in names}
