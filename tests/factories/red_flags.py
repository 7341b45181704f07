"""Tasks that raise every flag but that on reviewers: one contract, and copies of it."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any, TypeVar

from django.db.models import Model

from opensti.domains.calls.models import Dossier
from opensti.domains.contracts.models import Amendment, Contract, Terms
from opensti.domains.overlaps.models import Document, Hit, Screening
from opensti.domains.procedures.models import Case, Deadline
from opensti.domains.results.models import Acceptance
from opensti.domains.tasks.models import Need
from opensti.kernel.access import Role
from opensti.kernel.identifiers import new_public_id
from tests.factories import contracts as contract_factory
from tests.factories import tasks as task_factory
from tests.factories.registry import Organisations, People

if TYPE_CHECKING:
    from tests.factories.contracts import Funded

M = TypeVar("M", bound=Model)
DUE = date(2026, 1, 15)
TODAY = date(2026, 2, 14)
AMOUNT = Decimal(1_000_000_000)


def copied(row: M, **changed: Any) -> M:
    """Another row that says the same, but for what is unique."""
    values = {
        f.attname: getattr(row, f.attname)
        for f in row._meta.concrete_fields
        if not f.primary_key
    }
    if "public_id" in values:
        values["public_id"] = new_public_id()
    if isinstance(row, Case):
        values["subject"] = new_public_id()
    return type(row)._default_manager.create(**values | changed)


def flagged(rows: int = 1) -> Funded:
    """``rows`` contracts of one host, leader and call: late, extended, of its own topic.

    Beside them one dossier more than contracts: neighbours ask nearly the same amount and
    resemble each other.
    """
    funded = contract_factory.running()
    Contract.objects.filter(pk=funded.contract.pk).update(leader=People.create())
    first = funded.again()
    need = task_factory.submitted(task_factory.person(Role.APPLICANT))
    Need.objects.filter(pk=need.pk).update(organisation=first.host_id)
    first.dossier.order.needs.add(need)
    contracts = [first, *(_another(first, n) for n in range(2, rows + 1))]
    dossiers = [c.dossier for c in contracts] + [funded.story.dossiers[1]]
    for n, contract in enumerate(contracts):
        _extended(contract)
        _late(contract)
        amount = AMOUNT + n * 10_000
        Dossier.objects.filter(pk=dossiers[n].pk).update(asked_state=amount)
        _alike(dossiers[n], dossiers[n + 1])
    last = AMOUNT + rows * 10_000
    Dossier.objects.filter(pk=dossiers[-1].pk).update(asked_state=last)
    return funded


def _another(first: Contract, number: int) -> Contract:
    dossier = copied(
        first.dossier,
        case_id=copied(first.dossier.case).pk,
        code=f"{first.dossier.code}-{number}",
        host_id=Organisations.create().pk,
    )
    task = copied(
        first.task, code=f"{first.task.code}-{number}", source_key=f"{number}"
    )
    contract = copied(
        first,
        case_id=copied(first.case).pk,
        task_id=task.pk,
        dossier_id=dossier.pk,
        number=f"{number}/HĐ",
    )
    acceptance = Acceptance.objects.get(contract=first)
    case: Case = copied(acceptance.case)
    copied(acceptance, contract_id=contract.pk, case_id=case.pk)
    return contract


def _extended(contract: Contract) -> None:
    """Twice by a hundred days, in force."""
    ends = contract.ends_on
    assert ends is not None
    signed = Terms.objects.order_by("pk")[0]
    for number in (1, 2):
        later = ends + timedelta(days=100)
        Amendment.objects.create(
            contract=contract,
            number=number,
            kinds=["extend"],
            state="in_force",
            authority=Role.LEADER,
            reason="Thiết bị về chậm.",
            proposed={},
            before={"terms": {"ends_on": ends.isoformat()}, "lines": []},
            after={"terms": {"ends_on": later.isoformat()}, "lines": []},
            asked_at=contract_factory.LATER,
            decided_at=contract_factory.LATER,
            decision_number=f"{number}/QĐ",
            effective_on=contract_factory.LATER.date(),
            terms=copied(signed, contract_id=contract.pk, number=number + 1),
        )
        ends = later


def _late(contract: Contract) -> None:
    """The result was to be registered by ``DUE`` and is not."""
    Deadline.objects.create(
        case_id=Acceptance.objects.get(contract=contract).case_id,
        code="register_result",
        label_vi="Đăng ký kết quả",
        label_en="Registration of the result",
        started_on=DUE - timedelta(days=30),
        started_at=contract_factory.SIGNED,
        due_on=DUE,
        unit="day",
        binding_on="applicant",
        consequence="none",
        mark="V",
    )


def _alike(one: Dossier, other: Dossier) -> Hit:
    documents = [
        Document.objects.get_or_create(
            kind="calls.dossier",
            object_id=dossier.pk,
            left=None,
            defaults={
                "subject": f"calls.dossier:{dossier.public_id}",
                "code": dossier.code,
                "title_vi": dossier.title_vi,
                "entered": 1,
            },
        )[0]
        for dossier in (one, other)
    ]
    # What was handed in waits to be compared; a copy does not.
    screening, _new = Screening.objects.get_or_create(
        kind="calls.dossier",
        object_id=one.pk,
        defaults={
            "subject": documents[0].subject,
            "reason": "filed",
            "asked_at": contract_factory.DRAFTED,
        },
    )
    Screening.objects.filter(pk=screening.pk).update(
        state="done",
        current=True,
        document=documents[0],
        done_at=contract_factory.DRAFTED,
        top=0.93,
        batch=1,
    )
    return Hit.objects.create(
        screening=screening,
        document=documents[1],
        group="full",
        rank=1,
        score=5.0,
        probability=0.93,
    )
