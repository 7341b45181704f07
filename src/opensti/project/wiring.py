"""Everything that happens by itself, on one page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.timezone import localdate

from opensti.domains.accounts.events import AccountErased, KeysTakenBack
from opensti.domains.accounts.queries import account_by_id
from opensti.domains.assessments.queries import days_from
from opensti.domains.calls import queries as calls
from opensti.domains.calls.events import DossierMoved, DossiersOpened, DossierSubmitted
from opensti.domains.contracts.actions import (
    end_contract_calendar,
    keep_commitment,
    open_contracts,
    plan_reports,
)
from opensti.domains.contracts.events import ContractEnded, ContractSigned, TermsChanged
from opensti.domains.contracts.queries import liquidation_waits_for
from opensti.domains.innovation.queries import last_days
from opensti.domains.overlaps.actions import (
    leave,
    look_again,
    screen_call,
    screen_dossier,
    screen_need,
    screen_order,
)
from opensti.domains.panels.actions import (
    end_calendar,
    find_in_opened_call,
    forget_person,
    works_from,
)
from opensti.domains.panels.events import (
    CouncilConcluded,
    CouncilSetUp,
    MeetingCalled,
    SeatFilled,
)
from opensti.domains.panels.jobs import invite_members, mail_called
from opensti.domains.panels.queries import barred_dossiers, barred_orders
from opensti.domains.portfolios.actions import keep_to_the_answer
from opensti.domains.portfolios.events import MailAsked, RoundReleased
from opensti.domains.portfolios.jobs import mail_released
from opensti.domains.procedures.events import StepTaken
from opensti.domains.procedures.queries import source_names
from opensti.domains.publications.actions import (
    follow_acts,
    forget_account,
    forget_reader,
)
from opensti.domains.publications.jobs import index_archive
from opensti.domains.registry.events import PersonErased
from opensti.domains.registry.queries import actor_for
from opensti.domains.results.actions import (
    follow_council,
    follow_terms,
    open_acceptance,
    stop_acceptance,
    works_before_council,
)
from opensti.domains.results.queries import certificate_missing
from opensti.domains.strategies.events import (
    CommentAnswered,
    DecisionHeld,
    PlanIssued,
    PlanOpened,
    ValueReturned,
)
from opensti.domains.strategies.jobs import (
    tell_answered,
    tell_decided,
    tell_issued,
    tell_opened,
    tell_returned,
)
from opensti.domains.supervision.actions import (
    forget_author,
    forget_speaker,
    keep_unsigned,
)
from opensti.domains.tasks import queries as tasks
from opensti.domains.tasks.events import (
    ArchiveGrew,
    NeedSubmitted,
    OrderWritten,
    TaskCreated,
)
from opensti.kernel.citations import names_from
from opensti.kernel.events import subscribe
from opensti.kernel.jobs.registry import actors_from
from opensti.kernel.record.actions import Recorded

if TYPE_CHECKING:
    from opensti.kernel.access import Actor


def _actor_by_id(user_id: int) -> Actor:
    return actor_for(user=account_by_id(user_id), on=localdate(), sudo=False)


def wire() -> None:
    """Join what lower domains tell with what higher ones do about it."""
    actors_from(_actor_by_id)
    calls.hide_from(barred_dossiers)
    tasks.hide_from(barred_orders)
    subscribe(KeysTakenBack, end_calendar)
    subscribe(KeysTakenBack, end_contract_calendar)
    subscribe(PersonErased, forget_person)
    subscribe(PersonErased, forget_reader)
    subscribe(PersonErased, forget_speaker)
    subscribe(AccountErased, forget_account)
    subscribe(AccountErased, forget_author)
    subscribe(DossierMoved, keep_to_the_answer)
    liquidation_waits_for(certificate_missing)
    names_from(source_names)
    works_from(works_before_council)
    days_from(last_days)
    subscribe(CouncilSetUp, invite_members)
    subscribe(SeatFilled, invite_members)
    subscribe(RoundReleased, mail_released)
    subscribe(RoundReleased, open_contracts)
    subscribe(ContractSigned, keep_unsigned)
    subscribe(ContractSigned, open_acceptance)
    subscribe(ContractSigned, keep_commitment)
    subscribe(TermsChanged, keep_commitment)
    subscribe(ContractSigned, plan_reports)
    subscribe(TermsChanged, follow_terms)
    subscribe(TermsChanged, plan_reports)
    subscribe(CouncilConcluded, follow_council)
    subscribe(ContractEnded, stop_acceptance)
    subscribe(MailAsked, mail_released)
    subscribe(MeetingCalled, mail_called)
    subscribe(PlanOpened, tell_opened)
    subscribe(PlanIssued, tell_issued)
    subscribe(CommentAnswered, tell_answered)
    subscribe(DecisionHeld, tell_decided)
    subscribe(ValueReturned, tell_returned)
    subscribe(NeedSubmitted, screen_need)
    subscribe(OrderWritten, screen_order)
    subscribe(DossierSubmitted, screen_dossier)
    subscribe(DossiersOpened, screen_call)
    subscribe(DossiersOpened, find_in_opened_call)
    subscribe(StepTaken, leave)
    subscribe(TaskCreated, look_again)
    subscribe(ArchiveGrew, look_again)
    subscribe(ArchiveGrew, index_archive)
    subscribe(Recorded, follow_acts)
