"""Signed files are kept and checked; with both signatures the contract is in force.

It is in force from the day it was signed (Civil Code, Article 401: from its conclusion,
unless the sides agreed otherwise), whenever the work begins: obligations, reports and the
first advance hang on the signature, not on the first day of work.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.formats import date_format
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from opensti.domains.contracts.actions.acting import locked, step, tell, write_terms
from opensti.domains.contracts.choices import PaperKind, RoundOutcome, Side
from opensti.domains.contracts.events import ContractSigned
from opensti.domains.contracts.models import Contract, SignedPaper
from opensti.domains.contracts.problem import digest, text_now
from opensti.domains.contracts.queries import (
    last_signature,
    signed_by_both,
    signed_paper,
)
from opensti.domains.procedures.actions import start_deadline
from opensti.domains.procedures.choices import Act, Event, State
from opensti.domains.tasks.actions import set_task_state
from opensti.domains.tasks.choices import TaskState
from opensti.kernel.checks import keep, problem
from opensti.kernel.events import publish
from opensti.kernel.files import actions as files
from opensti.kernel.files import store
from opensti.kernel.refusals import StepNotAllowed
from opensti.kernel.signatures import check_pdf

if TYPE_CHECKING:
    from datetime import date, datetime

    from django.core.files.base import File

    from opensti.kernel.access import Actor
    from opensti.kernel.files.models import StoredFile

MOST_FILES = 60
SIGNABLE = frozenset({"pdf", "png", "jpg", "tif"})
# While a paper of the kind may be handed in; any other once the contract is signed.
_STATES: dict[str, tuple[State, ...]] = {PaperKind.CONTRACT: (State.AGREED,)}
_RUNS = (
    State.RUNNING,
    State.SUSPENDED,
    State.COMPLETED,
    State.FAILED,
    State.TERMINATED,
    State.RECOVERING,
    State.SETTLED,
    State.LIQUIDATED,
)


@transaction.atomic
def keep_signed_paper(
    *,
    actor: Actor,
    contract_id: int,
    kind: PaperKind,
    side: Side,
    file: File[bytes],
    signed_on: date,
    at: datetime,
    scanned: bool = False,
    title: str = "",
    version: int | None = None,
) -> SignedPaper:
    """Keep a signed file (PDF or a scan) by its digest, with the check of its signatures.

    A PDF whose electronic signature does not hold any more is refused, unless it is
    ``scanned``: taken as a picture of a paper signed by hand. An unknown chain of
    certificates refuses nothing. Raises ``Invalid`` with what is wrong.
    """
    contract = locked(
        actor,
        contract_id,
        "contracts.keep_signed",
        states=_STATES.get(kind, _RUNS),
        version=version,
    )
    today = localdate(at)
    if signed_on > today:
        raise problem(
            "signed_on",
            _("The day of signature lies in the future."),
            _("Enter the day that stands beside the signature."),
        )
    if signed_on < contract.decided_on:
        raise problem(
            "signed_on",
            _("The day of signature lies before the decision of approval."),
            _("Enter the day that stands beside the signature."),
        )
    stored = files.upload(
        actor=actor,
        subject=f"contracts.signed:{contract.public_id}",
        file=file,
        at=at,
        kind=kind,
        most=MOST_FILES,
    )
    if stored.extension not in SIGNABLE:
        raise problem(
            "file",
            _("A signed paper is a PDF or a picture of it."),
            _("Save it as PDF, or scan the signed paper."),
        )
    if _kept(contract, kind, stored.sha256):
        raise problem(
            "file",
            _("The very same file is kept for this paper already."),
            _("Choose the other file, or leave it as it is."),
        )
    check = check_pdf(_bytes(stored), at=at)
    if check.broken and not scanned:
        raise problem(
            "file",
            _("An electronic signature in this file does not hold: it was changed."),
            _(
                "Ask for the file as it was signed. If it is a scan of a paper signed by "
                "hand, say so below."
            ),
        )
    paper = SignedPaper.objects.create(
        contract=contract,
        kind=kind,
        side=side,
        title=title.strip()[:200],
        file=stored,
        sha256=stored.sha256,
        signed_on=signed_on,
        scanned=scanned,
        check_result=check.as_json(),
        recorded_by_id=actor.user_id,
        recorded_at=at,
    )
    keep(contract)
    tell(
        actor,
        contract,
        "contracts.keep_signed",
        at,
        detail={
            "paper": str(kind),
            "side": str(side),
            "sha256": stored.sha256,
            "signed_on": signed_on.isoformat(),
            "found": check.found,
            "broken": check.broken,
            "scanned": scanned,
        },
        secret={"signers": [s.signer for s in check.signatures]},
    )
    return paper


@transaction.atomic
def withdraw_signed_paper(
    *, actor: Actor, public_id: str, reason: str, at: datetime
) -> SignedPaper:
    """Take a file out that was kept by mistake; the row stays and says why.

    The files of a contract that is signed already stay as they are.
    """
    paper = signed_paper(actor, public_id)
    contract = locked(
        actor,
        paper.contract_id,
        "contracts.keep_signed",
        states=_STATES.get(paper.kind, _RUNS),
    )
    paper.refresh_from_db()
    if paper.withdrawn_at is not None:
        raise StepNotAllowed(_("This file was taken out already."))
    if not reason.strip():
        raise problem(
            "reason",
            _("Taking a file out needs a reason."),
            _("Write in a sentence why."),
        )
    paper.withdrawn_at, paper.withdrawn_reason = at, reason.strip()
    paper.save(update_fields=["withdrawn_at", "withdrawn_reason"])
    files.remove(actor=actor, public_id=paper.file.public_id, at=at)
    keep(contract)
    tell(
        actor,
        contract,
        "contracts.withdraw_signed",
        at,
        detail={"paper": paper.kind, "sha256": paper.sha256},
        secret={"reason": paper.withdrawn_reason},
    )
    return paper


@transaction.atomic
def sign_contract(
    *,
    actor: Actor,
    contract_id: int,
    signed_on: date,
    at: datetime,
    version: int | None = None,
) -> Contract:
    """Enter that both sides signed: the contract is in force from ``signed_on`` on.

    Needs the signed files of both sides, and the text that was approved. Its public entry
    says number, host, State money, days and products. Raises ``Invalid`` for what is
    missing, ``StepNotAllowed`` when the text was changed after its approval.
    """
    contract = locked(
        actor, contract_id, "contracts.sign", states=(State.AGREED,), version=version
    )
    _checked_day(contract, signed_on, localdate(at))
    if not signed_by_both(contract):
        raise problem(
            "file",
            _("The file with the signatures of both sides is not kept yet."),
            _("Keep one file signed by both, or one of each side."),
        )
    last = last_signature(contract)
    if last is not None and signed_on < last:
        raise problem(
            "signed_on",
            _("A kept file was signed later, on %(day)s.")
            % {"day": date_format(last, "d/m/Y")},
            _("Enter the day of the last signature."),
        )
    round_ = contract.approval_rounds.filter(outcome=RoundOutcome.AGREED).last()
    if round_ is not None and digest(text_now(contract)) != round_.sha256:
        raise StepNotAllowed(
            _("What the contract says is not what was approved."),
            mend=_("Give it up, or set the text back to what was approved."),
        )
    rests_on = step(actor, contract, Act.CONTRACT_SIGN, at)
    contract.signed_on = signed_on
    keep(contract, "signed_on")
    terms = write_terms(
        actor, contract, in_force_from=signed_on, at=at, basis=contract.number
    )
    set_task_state(
        actor=actor,
        task_id=contract.task_id,
        state=TaskState.RUNNING,
        at=at,
        basis=contract.number,
        start=contract.starts_on,
        end=contract.ends_on,
    )
    for event, day in (
        (Event.CONTRACT_SIGNED, signed_on),
        (Event.CONTRACT_END, contract.ends_on),
    ):
        if day is not None:
            start_deadline(case_id=contract.case_id, event=event, on=day, at=at)
    tell(
        actor,
        contract,
        Act.CONTRACT_SIGN,
        at,
        basis=rests_on,
        public=True,
        detail={
            "number": contract.number,
            "title_vi": contract.title_vi,
            "host": contract.host.name_vi,
            "state_money": f"{contract.state_money:f}",
            "signed_on": signed_on.isoformat(),
            "starts_on": terms.content["starts_on"],
            "ends_on": terms.content["ends_on"],
            "products": [p["name_vi"] for p in terms.content["products"]],
            "text": terms.sha256,
        },
    )
    publish(ContractSigned(contract_id=contract.pk, on=signed_on, actor=actor, at=at))
    return contract


def _checked_day(contract: Contract, signed_on: date, today: date) -> None:
    if not contract.decided_on <= signed_on <= today:
        raise problem(
            "signed_on",
            _("The contract cannot have been signed on this day."),
            _("Enter a day from the decision of approval to today."),
        )


def _kept(contract: Contract, kind: str, sha256: str) -> bool:
    return SignedPaper.objects.filter(
        contract=contract, kind=kind, sha256=sha256, withdrawn_at=None
    ).exists()


def _bytes(stored: StoredFile) -> bytes:
    """The bytes as they lie in the store, in quarantine or checked."""
    clean = store.clean_path(stored.sha256)
    path = clean if clean.exists() else store.quarantine_path(stored.sha256)
    return path.read_bytes()
