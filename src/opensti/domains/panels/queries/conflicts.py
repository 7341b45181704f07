"""Who may not sit: what the cases say of one person and one agenda.

The cases are the only truth: what the registry and the dossiers tell is found by the
search for ties and kept in them, what the registry cannot know is declared into them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from opensti.domains.panels.choices import BARRING, TieKind
from opensti.domains.panels.models import Conflict as Case
from opensti.domains.panels.models import CouncilItem
from opensti.domains.panels.queries.rules import regime_of_council, rule_of

if TYPE_CHECKING:
    from opensti.domains.panels.models import Council
    from opensti.domains.procedures.regimes.format import ConflictRule


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


def conflicts_of(*, person_id: int, council: Council) -> list[Conflict]:
    """A person's cases on the items of a council that bar him: open and real; 2 queries."""
    items: dict[tuple[int | None, int | None], int] = {
        (dossier, order): pk
        for pk, dossier, order in CouncilItem.objects.filter(
            council=council
        ).values_list("pk", "dossier_id", "order_id")
    }
    rules = {rule.id: rule for rule in conflict_rules(council)}
    own = rule_of(council).basis
    rows = Case.objects.filter(person_id=person_id, state__in=BARRING)
    found = [
        Conflict(
            item_id=items[case.dossier_id, case.order_id],
            kind=case.kind,
            rule_code=case.rule_code,
            article=rules[case.rule_code].basis if case.rule_code in rules else own,
            text=TEXTS[TieKind(case.kind)](),
        )
        for case in rows
        if (case.dossier_id, case.order_id) in items
    ]
    return sorted(found, key=lambda c: c.item_id)


TEXTS = {
    TieKind.PART: lambda: _("applies, writes the dossier or takes part in the task"),
    TieKind.HOST: lambda: _("belongs to the host organisation"),
    TieKind.FAMILY: lambda: _("is a close relative of somebody in the team"),
    TieKind.PARTNER: lambda: _("belongs to a cooperating organisation"),
    TieKind.COMPANY: lambda: _("has a stake in a company together with the team"),
    TieKind.STAKE: lambda: _("has a declared interest in the host organisation"),
    TieKind.CONTRACT: lambda: _("works for the host or advises it under a contract"),
    TieKind.SUPERVISION: lambda: _("was supervisor or student of somebody in the team"),
    TieKind.COLLEAGUE: lambda: _("works or worked in one organisation with the team"),
    TieKind.COINVENTOR: lambda: _("holds a patent together with somebody in the team"),
    TieKind.COAUTHOR: lambda: _("has written together with somebody in the team"),
    # These lead to another dossier or council, of which the reader may not know.
    TieKind.PROJECT: lambda: _("is tied to it by what stands on the page of the case"),
    TieKind.RECIPROCAL: lambda: _(
        "is tied to it by what stands on the page of the case"
    ),
    TieKind.COMPETITOR: lambda: _(
        "is tied to it by what stands on the page of the case"
    ),
    TieKind.NAMED: lambda: _("was named by the applicant"),
    TieKind.DECLARED: lambda: _("declared an interest"),
}
