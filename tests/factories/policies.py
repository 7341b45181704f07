"""Disclosure policies for tests: the shipped one with some fields under other terms."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from opensti.domains.publications.disclosure import as_content
from opensti.domains.publications.queries.policies import read_policy, shipped_policy
from opensti.domains.publications.queries.sight import Audience, Sight

if TYPE_CHECKING:
    from datetime import date

    from opensti.domains.publications.disclosure import Policy

GROUNDS = {
    "basis_vi": "Theo phép thử",
    "basis_en": "By this test",
    "src": "OFFICE",
    "v": "I",
}


def content(changes: dict[str, dict[str, Any] | None]) -> dict[str, Any]:
    """The shipped content with ``kind.field`` under other terms, or (None) without a rule."""
    whole = as_content(shipped_policy())
    rules = []
    for line in whole["rules"]:
        left = [f for f in line["fields"] if f"{line['kind']}.{f}" not in changes]
        if left:
            rules.append({**line, "fields": left})
    for place, terms in changes.items():
        kind, _dot, name = place.partition(".")
        if terms is not None:
            rules.append({"kind": kind, "fields": [name], **GROUNDS, **terms})
    return {**whole, "rules": rules}


def policy(changes: dict[str, dict[str, Any] | None]) -> Policy:
    return read_policy(content(changes), file="test.yaml")


def seen(
    day: date,
    changes: dict[str, dict[str, Any] | None],
    audience: Audience = Audience.PUBLIC,
) -> Sight:
    """What an audience is shown on a day by the shipped policy with these changes."""
    return Sight(policy=policy(changes), audience=audience, day=day)
