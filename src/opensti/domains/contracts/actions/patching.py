"""What an amendment proposes: read, checked, laid over a snapshot, and written to the rows."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from opensti.domains.contracts.choices import AmendmentKind, ProductKind
from opensti.domains.contracts.problem import Line, line_of, terms_content
from opensti.domains.contracts.problem.amended_days import day_problems
from opensti.domains.contracts.problem.changed_lines import sound
from opensti.domains.contracts.queries import budget_now, norms_of, rules_of
from opensti.domains.contracts.queries.amending import paid_keys
from opensti.domains.contracts.queries.limits import needed_kinds
from opensti.domains.contracts.queries.limits import sums as sums_of
from opensti.domains.registry.queries import entries
from opensti.kernel.identifiers import new_public_id
from opensti.kernel.money import format_money, whole
from opensti.kernel.periods import add_months
from opensti.kernel.refusals import Invalid, Problem

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from opensti.domains.contracts.models import Contract
    from opensti.kernel.access import Actor
    from opensti.kernel.refusals import Text

Snapshot = dict[str, Any]
DECIMALS = ("amount", "quantity", "price", "norm_max")
THOUSANDTH = Decimal("0.001")
# Kinds whose change is told in words: no row of the contract holds it.
IN_WORDS = (AmendmentKind.TEAM, AmendmentKind.EQUIPMENT, AmendmentKind.DELEGATION)
IN_LINES = (
    AmendmentKind.BUDGET_TRANSFER,
    AmendmentKind.STATE_TOTAL,
    AmendmentKind.OTHER_MONEY,
)


@dataclass(frozen=True, kw_only=True)
class Promised:
    """A product as it would be promised; ``key`` is empty for a new one."""

    name_vi: str
    kind: str = ProductKind.PRODUCT
    name_en: str = ""
    quantity: Decimal | None = None
    unit: str = ""
    quality: str = ""
    due_on: date | None = None
    key: str = ""


@dataclass(frozen=True, kw_only=True)
class Patch:
    """What is to become of the contract; only what the asked kinds touch is read.

    ``products`` and ``lines`` are whole lists; ``milestones`` by position and
    ``instalments`` by key hold those alone that change, as day due, and amount with day.
    """

    months: int | None = None
    ends_on: date | None = None
    leader_id: int | None = None
    host_id: int | None = None
    title_vi: str = ""
    title_en: str = ""
    objectives: str = ""
    obligations: str | None = None
    products: Sequence[Promised] | None = None
    milestones: Mapping[int, date] = field(default_factory=dict)
    instalments: Mapping[str, tuple[Decimal, date | None]] = field(default_factory=dict)
    lines: Sequence[Line] | None = None
    note: str = ""


def line_from(row: Mapping[str, Any]) -> Line:
    """A budget line as it is kept in a snapshot, read back."""
    said: dict[str, Any] = {
        name: Decimal(value) if name in DECIMALS and value is not None else value
        for name, value in row.items()
    }
    return Line(**said)


def snapshot_of(contract: Contract) -> Snapshot:
    """All that the contract says now, with its budget lines; 5 queries."""
    budget = budget_now(contract.dossier_id)
    items = sorted(budget.items.all(), key=lambda i: i.position) if budget else []
    return {
        "terms": terms_content(
            contract,
            products=contract.products.order_by("position"),
            milestones=contract.milestones.order_by("position"),
            instalments=contract.instalments.order_by("position"),
            budget_sha256=budget.sha256 if budget else "",
        ),
        "lines": [line_of(item).as_json() for item in items],
    }


def proposed(
    actor: Actor, contract: Contract, kinds: Sequence[str], patch: Patch, now: Snapshot
) -> dict[str, Any]:
    """The patch as plain data, of the asked kinds alone; ``Invalid`` names each fault."""
    faults: list[Problem] = []
    said: dict[str, Any] = {}
    readers = {
        AmendmentKind.EXTEND: _extended,
        AmendmentKind.SHORTEN: _shortened,
        AmendmentKind.LEADER: _leader,
        AmendmentKind.HOST: _host,
        AmendmentKind.NAME: _name,
        AmendmentKind.AIM: _aim,
        AmendmentKind.PRODUCT: _products,
        AmendmentKind.CONTENT: _content,
    }
    for kind in kinds:
        if kind in readers:
            found, wrong = readers[AmendmentKind(kind)](actor, contract, patch, now)
            said |= found
            faults += wrong
    if set(kinds) & set(IN_LINES):
        found, wrong = _lines(contract, kinds, patch, now)
        said |= found
        faults += wrong
    if set(kinds) & set(IN_WORDS):
        said["note"] = patch.note.strip()
        if not said["note"]:
            faults.append(_fault("note", _("Say in words what changes.")))
    if AmendmentKind.STATE_TOTAL in kinds or (
        patch.instalments and AmendmentKind.CONTENT in kinds
    ):
        found, wrong = _instalments(contract, patch, now, said)
        said |= found
        faults += wrong
    faults += day_problems(
        now["terms"],
        laid_over(now, said)["terms"],
        reached=set(
            contract.milestones.exclude(reached_on=None).values_list(
                "position", flat=True
            )
        ),
        paid=paid_keys(contract),
    )
    if faults:
        raise Invalid(faults)
    return said


def _fault(name: str, message: Text, mend: Text = "") -> Problem:
    return Problem(field=name, message=message, mend=mend)


MOST_MONTHS = 120
Read = tuple[dict[str, Any], list[Problem]]


def _extended(_actor: Actor, contract: Contract, patch: Patch, _now: Snapshot) -> Read:
    if (
        patch.months is None
        or not 1 <= patch.months <= MOST_MONTHS
        or contract.ends_on is None
    ):
        return {}, [_fault("months", _("Say by how many whole months."))]
    ends = add_months(contract.ends_on, patch.months)
    return {"ends_on": ends.isoformat()}, []


def _shortened(_actor: Actor, contract: Contract, patch: Patch, _now: Snapshot) -> Read:
    starts, ends = contract.starts_on, contract.ends_on
    if (
        patch.ends_on is None
        or starts is None
        or ends is None
        or not starts < patch.ends_on < ends
    ):
        return {}, [
            _fault("ends_on", _("Name a day before the end and after the beginning."))
        ]
    return {"ends_on": patch.ends_on.isoformat()}, []


def _leader(actor: Actor, contract: Contract, patch: Patch, _now: Snapshot) -> Read:
    return _entry(actor, "person", "leader", patch.leader_id, contract.leader_id)


def _host(actor: Actor, contract: Contract, patch: Patch, _now: Snapshot) -> Read:
    return _entry(actor, "organisation", "host", patch.host_id, contract.host_id)


def _entry(
    actor: Actor, kind: str, name: str, wanted: int | None, held: int | None
) -> Read:
    entry = entries(actor, kind, [wanted]).get(wanted) if wanted else None
    if entry is None or entry.merged or entry.pk == held:
        message = _("Choose another one from the registry.")
        mend = _("Type a part of the name and take one of the suggestions.")
        return {}, [_fault(name, message, mend)]
    return {name: {"id": entry.pk, "name": entry.name}}, []


def _name(_actor: Actor, _contract: Contract, patch: Patch, now: Snapshot) -> Read:
    said = {"title_vi": patch.title_vi.strip(), "title_en": patch.title_en.strip()}
    held = {name: now["terms"][name] for name in said}
    if not said["title_vi"] or said == held:
        return {}, [_fault("title_vi", _("Give the new name in Vietnamese."))]
    return said, []


def _aim(_actor: Actor, _contract: Contract, patch: Patch, now: Snapshot) -> Read:
    text = patch.objectives.strip()
    if not text or text == now["terms"]["objectives"]:
        return {}, [_fault("objectives", _("Give the aim as it shall be."))]
    return {"objectives": text}, []


def _products(_actor: Actor, _contract: Contract, patch: Patch, now: Snapshot) -> Read:
    held = {p["key"]: p for p in now["terms"]["products"]}
    rows: list[dict[str, Any]] = []
    for product in patch.products or ():
        old = held.get(product.key, {})
        if not product.name_vi.strip() or (product.key and not old):
            return {}, [_fault("products", _("Each product has a name."))]
        if product.quantity is not None and product.quantity <= 0:
            return {}, [_fault("products", _("A quantity is more than nothing."))]
        quantity = product.quantity
        rows.append(
            {
                **old,
                "key": product.key or new_public_id(),
                "kind": ProductKind(product.kind).value,
                "name_vi": product.name_vi.strip(),
                "name_en": product.name_en.strip(),
                "quantity": None
                if quantity is None
                else f"{quantity.quantize(THOUSANDTH):f}",
                "unit": product.unit.strip(),
                "quality": product.quality.strip(),
                "due_on": product.due_on.isoformat() if product.due_on else None,
                "milestone": old.get("milestone"),
            }
        )
    if not rows:
        return {}, [_fault("products", _("A contract promises at least one product."))]
    if rows == list(held.values()):
        return {}, [_fault("products", _("No product is changed."))]
    return {"products": rows}, []


def _content(_actor: Actor, _contract: Contract, patch: Patch, now: Snapshot) -> Read:
    said: dict[str, Any] = {}
    text = (patch.obligations or "").strip()
    if patch.obligations is not None and text != now["terms"]["obligations"]:
        said["obligations"] = text
    held = {m["position"]: m["due_on"] for m in now["terms"]["milestones"]}
    moved = {
        str(position): day.isoformat()
        for position, day in patch.milestones.items()
        if position in held and held[position] != day.isoformat()
    }
    if moved:
        said["milestones"] = moved
    if not said and not patch.instalments:
        return {}, [_fault("obligations", _("Nothing of the content is changed."))]
    return said, []


def _lines(
    contract: Contract, kinds: Sequence[str], patch: Patch, now: Snapshot
) -> Read:
    """Whole budgets alone: each line sound, within its norm and the lump-sum mode."""
    if not patch.lines or [n.as_json() for n in patch.lines] == now["lines"]:
        return {}, [_fault("lines", _("No budget line is changed."))]
    found = sound(
        [line_from(row) for row in now["lines"]],
        patch.lines,
        rule=rules_of(contract).lump_sum(contract.lump_sum),
        tables=norms_of(contract.dossier, contract),
    )
    if found.problems:
        return {}, found.problems
    rows = [line.keyed().as_json() for line in found.lines]
    missing = needed_kinds(kinds, now["lines"], rows)
    if missing:
        named = ", ".join(str(AmendmentKind(kind).label) for kind in sorted(missing))
        message = _("The lines change more than was asked for: %(what)s.")
        mend = _("Let the sums agree, or ask for that change too.")
        return {}, [_fault("lines", message % {"what": named}, mend)]
    return {"lines": rows}, []


def _instalments(
    contract: Contract, patch: Patch, now: Snapshot, said: Mapping[str, Any]
) -> Read:
    """Those alone that are not paid; together they stay what the state money is."""
    paid = paid_keys(contract)
    held = {i["key"]: i for i in now["terms"]["instalments"]}
    changed: dict[str, dict[str, Any]] = {}
    for key, (amount, day) in patch.instalments.items():
        old = held.get(key)
        new = {"amount": f"{amount:f}", "due_on": day.isoformat() if day else None}
        if old is None or new == {name: old[name] for name in new}:
            continue
        if key in paid:
            return {}, [
                _fault("instalments", _("What is paid is not changed any more."))
            ]
        if not whole(amount, field="instalments"):
            return {}, [_fault("instalments", _("An instalment is more than nothing."))]
        changed[key] = new
    total = sum(
        (Decimal(changed.get(k, i)["amount"]) for k, i in held.items()), Decimal(0)
    )
    lines = said.get("lines", now["lines"])
    state = (
        sums_of(lines)[0] if "lines" in said else Decimal(now["terms"]["state_money"])
    )
    if total != state:
        message = _("All instalments together are the state money of the contract.")
        mend = _("Together they are %(total)s, the state money is %(state)s.") % {
            "total": format_money(total),
            "state": format_money(state),
        }
        return {}, [_fault("instalments", message, mend)]
    return ({"instalments": changed} if changed else {}), []


def laid_over(now: Snapshot, said: Mapping[str, Any]) -> Snapshot:
    """The snapshot as it would be with the patch in force."""
    terms = {**now["terms"]}
    for name in (
        "ends_on",
        "leader",
        "host",
        "title_vi",
        "title_en",
        "objectives",
        "obligations",
        "products",
    ):
        if name in said:
            terms[name] = said[name]
    moved = said.get("milestones", {})
    terms["milestones"] = [
        {**m, "due_on": moved.get(str(m["position"]), m["due_on"])}
        for m in terms["milestones"]
    ]
    changed = said.get("instalments", {})
    terms["instalments"] = [
        {**i, **changed.get(i["key"], {})} for i in terms["instalments"]
    ]
    lines = said.get("lines", now["lines"])
    if "lines" in said:
        state, other = sums_of(lines)
        terms["state_money"], terms["other_money"] = f"{state:f}", f"{other:f}"
    return {"terms": terms, "lines": lines}
