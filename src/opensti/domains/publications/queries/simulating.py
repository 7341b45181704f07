"""What another policy would newly show or hide, against the house as it is."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from opensti.domains.calls import queries as calls_queries
from opensti.domains.portfolios import queries as portfolios_queries
from opensti.domains.publications.disclosure import WHOLE_ROW, Audience
from opensti.domains.publications.queries.catalogue import CATALOGUE
from opensti.domains.publications.queries.comparing import field_label
from opensti.domains.publications.queries.sight import Sight
from opensti.domains.registry import queries as registry_queries
from opensti.domains.results import queries as results_queries
from opensti.domains.strategies import queries as strategies_queries
from opensti.domains.tasks import queries as tasks_queries
from opensti.kernel.access import PUBLIC

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import date

    from django.db.models import QuerySet

    from opensti.domains.publications.disclosure import Policy

MOST_EXAMPLES = 5
_AT_ONCE = 500
# What the domains call public, before any policy: the rows that one can open or close.
ROWS: dict[str, Callable[[date], QuerySet[Any]]] = {
    "plan": lambda _day: strategies_queries.public_plans(),
    "order": lambda _day: tasks_queries.orders(PUBLIC).defer(None),
    "call": lambda _day: calls_queries.calls(actor=PUBLIC),
    "decision": lambda _day: portfolios_queries.decisions(PUBLIC),
    "task": lambda _day: tasks_queries.tasks(PUBLIC),
    "result": lambda _day: results_queries.public_results(),
    "offer": results_queries.public_offers,
    "organisation": lambda _day: registry_queries.organisations(PUBLIC),
}


@dataclass(kw_only=True)
class Effect:
    """What changes for one field: counts of rows, and some of them by what they are called."""

    kind: str
    field: str
    label: str
    shown: int = 0
    hidden: int = 0
    changed: int = 0
    examples: list[str] = field(default_factory=list)

    @property
    def kind_label(self) -> str:
        return CATALOGUE[self.kind].label


def simulate(
    before: Policy, after: Policy, *, day: date, examples: int = MOST_EXAMPLES
) -> list[Effect]:
    """Compare two policies row by row for everybody on a day; reads each kind once.

    ``shown`` rows would newly show the field, ``hidden`` no longer, ``changed`` in another
    form. Kinds without a page of their own yet have no rows here: see the differences.
    """
    was, will = (
        Sight(policy=policy, audience=Audience.PUBLIC, day=day)
        for policy in (before, after)
    )
    found = []
    for kind, rows in ROWS.items():
        keys = _touched(was, will, kind)
        if keys:
            found += _effects(kind, keys, was, will, rows(day), examples)
    return found


def _touched(was: Sight, will: Sight, kind: str) -> list[str]:
    """The fields whose terms differ; all of them where the rows themselves do."""
    every = [WHOLE_ROW, *CATALOGUE[kind].by_key]
    changed = [k for k in every if _terms(was, kind, k) != _terms(will, kind, k)]
    return every if WHOLE_ROW in changed else changed


def _terms(sight: Sight, kind: str, key: str) -> Any:
    found = sight.rule(kind, key)
    return found and (found.form, found.delay_days)


def _effects(
    kind: str,
    keys: list[str],
    was: Sight,
    will: Sight,
    rows: QuerySet[Any],
    examples: int,
) -> Iterator[Effect]:
    effects: dict[str, Effect] = defaultdict()
    for row in rows.iterator(chunk_size=_AT_ONCE):
        there, then = was.shows_row(kind, row), will.shows_row(kind, row)
        for key in keys:
            if key == WHOLE_ROW:
                old, new = there, then
            else:
                old = there and was.shows(kind, key, row)
                new = then and will.shows(kind, key, row)
            same_form = was.form(kind, key) is will.form(kind, key)
            if old == new and (not new or same_form):
                continue
            label = field_label(kind, key)
            effect = effects.setdefault(key, Effect(kind=kind, field=key, label=label))
            effect.shown += new and not old
            effect.hidden += old and not new
            effect.changed += old and new
            if len(effect.examples) < examples:
                effect.examples.append(_called(row))
    yield from (effects[key] for key in keys if key in effects)


def _called(row: Any) -> str:
    """What an official knows the row by."""
    about = getattr(row, "dossier", row)
    name = getattr(about, "code", "") or getattr(about, "name_vi", "")
    return str(name or getattr(about, "title_vi", "") or row.public_id)
