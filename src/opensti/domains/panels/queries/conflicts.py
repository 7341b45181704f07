"""Who may not sit: what the registry and the dossiers themselves already tell.

Only hard facts of the texts are tested here: applicants and participants, staff of host
or partners, close family, stakes in the host. Each finding names the rule of the regime
it falls under; what the registry cannot know a member declares himself.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.utils.translation import gettext as _

from opensti.domains.calls.choices import MemberRole
from opensti.domains.calls.queries import form_of
from opensti.domains.panels.models import CouncilItem
from opensti.domains.panels.queries.rules import regime_of_council, rule_of
from opensti.domains.procedures.regimes.forms import key_of, references
from opensti.domains.registry.choices import RelationKind
from opensti.domains.registry.queries import (
    memberships_of,
    organisation_ids,
    positions_in,
)
from opensti.kernel.access import SYSTEM

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from datetime import date

    from opensti.domains.panels.models import Council
    from opensti.domains.procedures.regimes.format import ConflictRule

FAMILY = (
    RelationKind.SPOUSE,
    RelationKind.PARENT,
    RelationKind.CHILD,
    RelationKind.SIBLING,
)
STAKES = (
    RelationKind.OWNER,
    RelationKind.BOARD,
    RelationKind.ADVISER,
    RelationKind.EMPLOYEE,
    RelationKind.INTEREST,
    RelationKind.DISPUTE,
)
MAIN = (MemberRole.LEADER, MemberRole.SECRETARY, MemberRole.MAIN)

# The regimes name one thing differently; the first that a council's rule lists is cited.
UNDER: dict[str, tuple[str, ...]] = {
    "part": ("s_applicant", "c_team", "applicant_or_participant", "interest"),
    "host": ("s_host_staff", "applicant_or_participant", "c_evidence", "interest"),
    "partner": ("s_partner_staff", "c_team", "c_evidence", "interest"),
    "family": ("s_family", "c_family_interest", "interest"),
    "stake": ("s_not_impartial", "c_evidence", "c_family_interest", "interest"),
}
ANY = "interest"


@dataclass(frozen=True, kw_only=True)
class Conflict:
    """One item on which a person may not judge, why, and by which article."""

    item_id: int
    kind: str
    rule_code: str
    article: str
    text: str


def conflict_rules(council: Council) -> tuple[ConflictRule, ...]:
    """The grounds that the regime names for this council, to be declared from."""
    return regime_of_council(council).conflicts_for(rule_of(council))


def conflicts_of(*, person_id: int, council: Council, on: date) -> list[Conflict]:
    """Find a person's conflicts with the items of a council; 6 queries, not per item."""
    rules = {rule.id: rule for rule in conflict_rules(council)}
    items = CouncilItem.objects.filter(council=council)
    found: dict[int, Conflict] = {}
    for kind, say, rows in _tests(items, person_id, on):
        code = next((c for c in UNDER[kind] if c in rules), ANY)
        article = rules[code].basis if code in rules else rule_of(council).basis
        for pk in rows:
            found.setdefault(
                pk,
                Conflict(
                    item_id=pk, kind=kind, rule_code=code, article=article, text=say()
                ),
            )
    return [found[pk] for pk in sorted(found)]


def _tests(
    items: Any, person_id: int, on: date
) -> Iterator[tuple[str, Callable[[], str], Iterable[int]]]:
    def ids(where: Q) -> Iterable[int]:
        return set(items.filter(where).values_list("pk", flat=True))

    yield (
        "part",
        lambda: _("applies, writes the dossier or takes part in the task"),
        ids(
            Q(dossier__leader_id=person_id)
            | Q(dossier__team__person_id=person_id)
            | Q(dossier__created_by__person=person_id)
            | Q(dossier__editors__user__person=person_id)
        ),
    )
    yield (
        "host",
        lambda: _("belongs to the host organisation"),
        {pk for path in HOSTS for pk in ids(_staff(path, person_id, on))},
    )
    yield (
        "family",
        lambda: _("is spouse, parent, child or sibling of the leader or a main member"),
        ids(_family(person_id, on)),
    )
    yield (
        "stake",
        lambda: _("has a declared interest in the host organisation"),
        {
            pk
            for path in HOSTS
            for pk in ids(
                _relation(f"{path}__relations", on, person_id=person_id, kinds=STAKES)
            )
        },
    )
    yield (
        "partner",
        lambda: _("belongs to a cooperating organisation"),
        _partner_items(items, person_id, on),
    )


HOSTS = ("dossier__host", "order__assigned_host")


def _running(path: str, on: date) -> Q:
    since = Q(**{f"{path}__since__isnull": True}) | Q(**{f"{path}__since__lte": on})
    until = Q(**{f"{path}__until__isnull": True}) | Q(**{f"{path}__until__gt": on})
    return since & until


def _staff(path: str, person_id: int, on: date) -> Q:
    position = Q(**{f"{path}__positions__person_id": person_id}) & _running(
        f"{path}__positions", on
    )
    member = Q(**{f"{path}__memberships__user__person": person_id}) & _running(
        f"{path}__memberships", on
    )
    return position | member


def _relation(
    path: str, on: date, *, person_id: int, kinds: Iterable[str], end: str = "person_id"
) -> Q:
    return Q(
        **{f"{path}__{end}": person_id, f"{path}__kind__in": list(kinds)}
    ) & _running(path, on)


def _family(person_id: int, on: date) -> Q:
    """A tie is kept once; it is found from either of its two ends."""
    where = Q()
    for path, main in (
        ("dossier__leader", Q()),
        ("dossier__team__person", Q(dossier__team__role__in=MAIN)),
    ):
        where |= main & (
            _relation(
                f"{path}__relations",
                on,
                person_id=person_id,
                kinds=FAMILY,
                end="other_id",
            )
            | _relation(f"{path}__relations_to", on, person_id=person_id, kinds=FAMILY)
        )
    return where


def _partner_items(items: Any, person_id: int, on: date) -> set[int]:
    """Items whose dossier names an organisation, besides the host, that he belongs to."""
    named = {
        item.pk: (item.dossier.host_id, _partners(item.dossier))
        for item in items.filter(dossier__isnull=False).select_related("dossier__case")
    }
    meant = organisation_ids(set().union(*(keys for _host, keys in named.values())))
    partners = {
        pk: {meant[key] for key in keys if key in meant} - {host}
        for pk, (host, keys) in named.items()
    }
    his = {
        house
        for house in sorted(set().union(*partners.values()))
        if _belongs(house, person_id, on)
    }
    return {pk for pk, houses in partners.items() if houses & his}


def _belongs(house: int, person_id: int, on: date) -> bool:
    until = Q(until=None) | Q(until__gt=on)
    return (
        positions_in(SYSTEM, house).filter(until, person_id=person_id).exists()
        or memberships_of(SYSTEM, house).filter(until, user__person=person_id).exists()
    )


def _partners(dossier: Any) -> set[str | int]:
    """Organisations chosen in the answers: fields of that type, also within tables."""
    return {
        key
        for kind, value in references(form_of(dossier), dossier.answers)
        if kind == "organisation" and (key := key_of(value)) is not None
    }
