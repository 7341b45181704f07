"""Which public things there are, and what was told of them, in order.

A cursor is the number of the last change that was read: numbers have no gaps, a later one
is never visible before an earlier one, and none is ever taken away, so a cursor holds for
ever and nobody misses or doubles anything.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.timezone import localdate, now

from opensti.domains.contracts.queries import payments_told
from opensti.domains.publications.models import Change, ChangeHead
from opensti.domains.publications.queries import register
from opensti.domains.publications.queries.public_councils import councils_told
from opensti.domains.publications.queries.sight import sight
from opensti.domains.strategies import queries as strategies

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from django.db.models import QuerySet


@dataclass(frozen=True, kw_only=True)
class Kind:
    """One kind of public thing: its subjects in the record, and who of them is shown.

    ``key``: what its subjects are named by. ``quiet``: acts that are not public, though
    what they change is; they are told without their names.
    """

    name: str
    prefix: str
    rows: Callable[[], QuerySet[Any]]
    path: str = ""
    key: str = "public_id"
    quiet: frozenset[str] = frozenset()

    def shown(self) -> QuerySet[Any]:
        """The rows whose existence the policy shows everybody now, in no order."""
        return sight(at=now()).rows(self.name, self.rows()).order_by()


# Acts that close or open a case: decision, contract and results go and come with it.
CLASSES = frozenset({"orders.classify", "tasks.classify"})
KINDS = (
    Kind(name="call", prefix="calls.call", rows=register.calls, path="calls"),
    Kind(
        name="order",
        prefix="tasks.order",
        rows=register.orders,
        path="orders",
        quiet=CLASSES,
    ),
    Kind(
        name="decision",
        prefix="portfolios.decision",
        rows=register.decisions,
        path="decisions",
    ),
    Kind(
        name="task",
        prefix="tasks.task",
        rows=register.tasks,
        path="tasks",
        quiet=CLASSES,
    ),
    Kind(
        name="result",
        prefix="results.result",
        rows=register.results,
        path="results",
        quiet=frozenset({"*"}),
    ),
    Kind(
        name="offer",
        prefix="results.offer",
        rows=lambda: register.offers(localdate()),
        path="offers",
        quiet=frozenset({"results.change_offer"}),
    ),
    # Neither is a public act when it happens: a council is told once all its matters are
    # decided in public, a payment where the policy shows single payments.
    Kind(name="council", prefix="panels.council", rows=councils_told),
    Kind(name="payment", prefix="contracts.payment", rows=payments_told),
    Kind(name="plan", prefix="strategies.plan", rows=strategies.public_plans),
    Kind(
        name="organisation",
        prefix="registry.organisation",
        rows=register.organisations,
        path="organisations",
        key="pk",
        quiet=frozenset(
            {
                "registry.create_organisation",
                "registry.edit_organisation",
                "registry.import_row",
                "registry.link_organisation",
                "registry.merge",
                "registry.undo_merge",
            }
        ),
    ),
)
BY_PREFIX = {kind.prefix: kind for kind in KINDS}
BY_NAME = {kind.name: kind for kind in KINDS}
# Told when the policy is another: what is shown of everything may be, so take it anew.
POLICY = "policy"
# Acts that bring to light what hangs on their subject, by the way from the thing to it.
OPENING = {"results.acceptance": ("result", "contract__acceptance__public_id")}


def shown_ids(kind: Kind, keys: Iterable[str] | None = None) -> dict[str, str]:
    """The things of a kind that the public sees, public ids by what names them; 1 query."""
    rows = kind.shown()
    if keys is not None:
        known = [key for key in keys if kind.key != "pk" or key.isdigit()]
        rows = rows.filter(**{f"{kind.key}__in": known})
    pairs = rows.values_list(kind.key, "public_id")
    return {str(key): public_id for key, public_id in pairs.iterator()}


def opened_by(prefix: str, key: str) -> list[tuple[str, str]]:
    """What an act on this subject brought to light: kinds with public ids."""
    name, way = OPENING[prefix]
    rows = BY_NAME[name].shown().filter(**{way: key}).order_by("public_id")
    return [(name, public_id) for public_id in rows.values_list("public_id", flat=True)]


def last_told(kind: str) -> dict[str, bool]:
    """Every thing of a kind that was ever told, with whether it was shown at last."""
    rows = Change.objects.filter(kind=kind).order_by("seq")
    return dict(rows.values_list("subject_id", "shown").iterator())


def change_size() -> int:
    """How many changes there are; 1 query."""
    return ChangeHead.objects.values_list("size", flat=True).first() or 0


def changes_after(seq: int, most: int, kinds: Iterable[str] = ()) -> list[Change]:
    """Changes behind a number, in order, with ``shown`` as it stands now.

    What was told as shown and is not any more is not shown here either: 1 query, and one
    for each kind among them.
    """
    rows = Change.objects.filter(seq__gt=seq, seq__lte=change_size()).order_by("seq")
    if kinds:
        rows = rows.filter(kind__in=list(kinds))
    return as_it_stands(list(rows[:most]))


def as_it_stands(found: list[Change]) -> list[Change]:
    """Changes with ``shown`` as it is now; one query for each kind among them."""
    for name in {change.kind for change in found} & BY_NAME.keys():
        mine = [change for change in found if change.kind == name]
        rows = (
            BY_NAME[name]
            .shown()
            .filter(public_id__in={change.subject_id for change in mine})
        )
        here = set(rows.values_list("public_id", flat=True))
        for change in mine:
            change.shown = change.subject_id in here
    return found


def address_of(change: Change) -> str:
    """Where the thing can be read as it stands; empty where it cannot."""
    kind = BY_NAME.get(change.kind)
    if kind is None or not kind.path or not change.shown:
        return ""
    return f"/api/v1/{kind.path}/{change.subject_id}"
