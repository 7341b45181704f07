"""What is said of a right, what can be wrong with it, and how a version keeps it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from opensti.domains.results.actions.keeping import whole_shares
from opensti.domains.results.choices import HolderKind, RightKind
from opensti.kernel.checks import in_order, needed, not_later
from opensti.kernel.refusals import Problem

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from opensti.domains.results.actions.keeping import Named
    from opensti.domains.results.models import Right


@dataclass(frozen=True, kw_only=True)
class RightFacts:
    """What is said of a right, as it was read from a form; days may be unknown."""

    kind: str
    title_vi: str
    formed_on: date
    title_en: str = ""
    summary: str = ""
    country: str = "VN"
    office: str = ""
    application_number: str = ""
    priority_on: date | None = None
    filed_on: date | None = None
    formal_on: date | None = None
    published_on: date | None = None
    requested_on: date | None = None
    examined_on: date | None = None
    granted_number: str = ""
    granted_on: date | None = None
    expires_on: date | None = None


def problems_of(
    facts: RightFacts, owners: Sequence[Named], authors: Sequence[Named], at: datetime
) -> list[Problem]:
    """Everything that is wrong with what was said, each at its field."""
    found = needed(title_vi=facts.title_vi, formed_on=facts.formed_on)
    if facts.kind not in RightKind.values:
        found.append(Problem(field="kind", message=_("Choose what it is.")))
    if not (len(facts.country) == 2 and facts.country.isalpha()):  # noqa: PLR2004
        found.append(
            Problem(
                field="country",
                message=_("A country is a code of two letters."),
                mend=_("Enter for example VN."),
            )
        )
    later = {
        name: getattr(facts, name)
        for name in (
            "formed_on",
            "priority_on",
            "filed_on",
            "formal_on",
            "published_on",
            "requested_on",
            "examined_on",
            "granted_on",
        )
    }
    found += not_later(at, **later)
    found += in_order(
        ("priority_on", facts.priority_on),
        ("filed_on", facts.filed_on),
        ("formal_on", facts.formal_on),
        ("published_on", facts.published_on),
        ("examined_on", facts.examined_on),
        ("granted_on", facts.granted_on),
        ("expires_on", facts.expires_on),
    )
    if facts.granted_on is not None:
        found += needed(granted_number=facts.granted_number)
    beyond = [facts.formal_on, facts.published_on, facts.examined_on, facts.granted_on]
    if any(beyond) and facts.kind != RightKind.SOFTWARE:
        found += needed(filed_on=facts.filed_on)
    found += whole_shares("owners", owners, what=_("Nobody is named as owner."))
    found += whole_shares("authors", authors, what=_("Nobody is named as author."))
    if any(owner.kind not in HolderKind.values for owner in owners):
        found.append(
            Problem(field="owners", message=_("Say of each owner what it is."))
        )
    return found


def right_content(right: Right) -> dict[str, Any]:
    """All that is said of a right as one plain value: what a version keeps."""
    content: dict[str, Any] = {
        name: getattr(right, name) for name in RightFacts.__dataclass_fields__
    }
    content |= {"state": right.state, "ended_on": right.ended_on}
    plain = {
        name: value.isoformat() if isinstance(value, date) else value
        for name, value in content.items()
    }
    plain["owners"] = [
        {"kind": o.kind, "name": o.name, "share": o.share}
        for o in right.owners.order_by("position")
    ]
    plain["authors"] = [
        {"key": a.key, "name": a.name, "share": a.share}
        for a in right.authors.order_by("position")
    ]
    return plain
