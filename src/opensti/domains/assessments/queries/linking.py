"""What may help an action: asked of the house by its public faces, named and not copied."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from django.utils.timezone import localdate

from opensti.domains.assessments.choices import Audience, LinkKind
from opensti.domains.assessments.models import Sharing
from opensti.domains.assessments.permissions import on_day
from opensti.domains.assessments.queries.advising import rule_file_of, rules_in_force
from opensti.domains.assessments.queries.asking import asked_of
from opensti.domains.assessments.queries.planning import Linked
from opensti.domains.calls.queries import call_names, open_calls
from opensti.domains.registry.queries import entries, find_organisations
from opensti.domains.results.queries import public_offers, told_offers
from opensti.kernel.access import PUBLIC

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from django.db.models import QuerySet

    from opensti.domains.assessments.models import Assessment, ImprovementLink
    from opensti.kernel.access import Actor

MOST = 50
PAGES = {
    LinkKind.CALL: "portal:call",
    LinkKind.OFFER: "portal:offer",
    LinkKind.ORGANISATION: "portal:organisation",
}


def help_at_hand(row: Assessment, at: datetime) -> dict[str, list[tuple[str, str]]]:
    """What an action may be linked to now, as (key, name) by kind; 4 queries.

    Programmes of the rules, advisers named, calls open to all, offers open to all; at most
    50 of each. Organisations are found by name.
    """
    today = localdate(at)
    return {
        LinkKind.PROGRAMME: list(_programmes(row).items()),
        LinkKind.ADVISER: [
            (one.public_id, str(one.user)) for one in _advisers(row).filter(on_day(today))
        ],
        LinkKind.CALL: [
            (one.public_id, f"{one.code} {one.title}")
            for one in open_calls(actor=PUBLIC, at=at)[:MOST]
        ],
        LinkKind.OFFER: [
            (one.public_id, str(one.title)) for one in public_offers(today)[:MOST]
        ],
    }  # fmt: skip


def linkable(actor: Actor, row: Assessment, kind: str, key: str, at: datetime) -> bool:
    """Whether the house knows this and tells it to this person now; 1 query."""
    today = localdate(at)
    match kind:
        case LinkKind.PROGRAMME:
            return key in _programmes(row)
        case LinkKind.ADVISER:
            return _advisers(row).filter(on_day(today), public_id=key).exists()
        case LinkKind.CALL:
            return open_calls(actor=PUBLIC, at=at).filter(public_id=key).exists()
        case LinkKind.OFFER:
            return public_offers(today).filter(public_id=key).exists()
    return key in entries(actor, "organisation", [key])


def organisation_by_name(actor: Actor, said: str) -> str | None:
    """The address of the one organisation that is found by this name; 1 query."""
    found = list(find_organisations(actor, said, limit=2)) if said.strip() else []
    exact = [o for o in found if said.strip().lower() in {o.name_vi.lower(), o.name_en.lower()}]  # fmt: skip
    one = exact or found
    return one[0].public_id if len(one) == 1 else None


def linked(
    actor: Actor, row: Assessment, links: Iterable[ImprovementLink], at: datetime
) -> list[Linked]:
    """The links with their names as they are today; what is gone keeps its key. 5 queries."""
    keys: dict[str, list[str]] = defaultdict(list)
    rows = list(links)
    for one in rows:
        keys[one.kind].append(one.key)
    names: dict[tuple[str, str], str] = {}
    for kind, known in keys.items():
        names |= {
            (kind, key): name
            for key, name in _names(actor, row, kind, known, at).items()
        }
    return [
        Linked(
            pk=one.pk,
            kind=str(one.get_kind_display()),
            label=names.get((one.kind, one.key), one.key),
            url_name=PAGES.get(LinkKind(one.kind), "")
            if (one.kind, one.key) in names
            else "",
            key=one.key,
        )
        for one in rows
    ]


def _names(
    actor: Actor, row: Assessment, kind: str, keys: list[str], at: datetime
) -> dict[str, str]:
    match kind:
        case LinkKind.PROGRAMME:
            return _programmes(row)
        case LinkKind.ADVISER:
            return {
                one.public_id: str(one.user)
                for one in _advisers(row).filter(public_id__in=keys)
            }
        case LinkKind.CALL:
            calls = call_names(actor=PUBLIC).filter(public_id__in=keys)
            return {one.public_id: f"{one.code} {one.title}" for one in calls}
        case LinkKind.OFFER:
            offers = told_offers(localdate(at)).filter(public_id__in=keys)
            return {one.public_id: str(one.title) for one in offers}
    found = entries(actor, "organisation", keys)
    return {str(key): one.name for key, one in found.items()}


def _programmes(row: Assessment) -> dict[str, str]:
    rules = rules_in_force(asked_of(row).base.code)
    return {p.code: str(p) for p in rule_file_of(rules).programmes} if rules else {}


def _advisers(row: Assessment) -> QuerySet[Sharing]:
    return Sharing.objects.filter(
        organisation_id=row.organisation_id, audience=Audience.ADVISER
    ).select_related("user")
