"""Rights are disclosed by the host, filed, granted, changed; every version is kept."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from opensti.domains.contracts.queries import contracts
from opensti.domains.results.actions.docket import MOST_FILES, days_of, recount
from opensti.domains.results.actions.keeping import keep, locked
from opensti.domains.results.actions.right_facts import (
    RightFacts,
    problems_of,
    right_content,
)
from opensti.domains.results.choices import (
    RIGHT_ENDS,
    RIGHT_STEPS,
    HolderKind,
    RightKind,
    RightState,
)
from opensti.domains.results.models import (
    Result,
    Right,
    RightAuthor,
    RightOwner,
    RightVersion,
)
from opensti.domains.results.problem import digest
from opensti.domains.results.queries.rights import right_subject, rules_of_offices
from opensti.kernel.access import get_visible, require
from opensti.kernel.checks import needed, not_later, refuse_if
from opensti.kernel.files import actions as files
from opensti.kernel.record.actions import record
from opensti.kernel.refusals import Problem, StepNotAllowed
from opensti.kernel.searchtext import search_text

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from django.core.files.base import File

    from opensti.domains.results.actions.keeping import Named
    from opensti.kernel.access import Actor
    from opensti.kernel.files.models import StoredFile

# The day that a state is reached on, and stands in.
DAY_OF = {
    RightState.FILED: "filed_on",
    RightState.FORMAL: "formal_on",
    RightState.PUBLISHED: "published_on",
    RightState.EXAMINED: "examined_on",
    RightState.GRANTED: "granted_on",
}


@transaction.atomic
def disclose_right(
    *,
    actor: Actor,
    host_id: int,
    facts: RightFacts,
    owners: Sequence[Named],
    authors: Sequence[Named],
    at: datetime,
    contract_id: int | None = None,
    result_id: int | None = None,
    idea: bool = False,
) -> Right:
    """The host discloses something that may be protected, with its owners and authors.

    It stands at *disclosed*, as an ``idea`` before that, or at the state its days show. Raises ``Invalid`` with each
    problem, ``NotFound`` for a contract or result one may not know of.
    """
    right = Right(host_id=host_id, contract_id=contract_id, created_at=at)
    if contract_id is not None:
        contract = get_visible(actor, contracts(actor), pk=contract_id)
        right.contract, right.host_id = contract, contract.host_id
    require(actor, "results.keep_right", right)
    if result_id is not None:
        result = get_visible(actor, Result.objects.all(), pk=result_id)
        if result.contract_id != contract_id:
            refuse_if(
                [
                    Problem(
                        field="result",
                        message=_("This result came of another contract."),
                        mend=_("Choose a result of this contract."),
                    )
                ]
            )
        right.result = result
    refuse_if(problems_of(facts, owners, authors, at))
    _set(right, facts, authors)
    right.state = _state_shown(right)
    if idea and right.state == RightState.DISCLOSED:
        right.state = RightState.IDEA
    right.save()
    _people(right, owners, authors)
    recount(right)
    _version(actor, right, at, "")
    _record(actor, "results.disclose_right", right, at)
    return right


@transaction.atomic
def change_right(
    *,
    actor: Actor,
    right_id: int,
    facts: RightFacts,
    owners: Sequence[Named],
    authors: Sequence[Named],
    reason: str,
    version: int,
    at: datetime,
) -> Right:
    """Say anew what a right is; the earlier version stays, the docket is counted anew."""
    right = locked(actor, Right, right_id, "results.keep_right", version=version)
    refuse_if([*needed(reason=reason), *problems_of(facts, owners, authors, at)])
    _set(right, facts, authors)
    problems = [
        Problem(
            field=name,
            message=_("The state of the right rests on this day."),
            mend=_("Enter the day."),
        )
        for state, name in DAY_OF.items()
        if right.state == state and getattr(right, name) is None
    ]
    if right.state == RightState.GRANTED:
        problems += needed(granted_number=right.granted_number)
    if right.state not in _UNFILED and right.kind != RightKind.SOFTWARE:
        problems += needed(filed_on=right.filed_on)
    refuse_if(problems)
    keep(right)
    _people(right, owners, authors)
    recount(right)
    _version(actor, right, at, reason)
    _record(actor, "results.change_right", right, at, reason=reason)
    return right


_UNFILED = (RightState.IDEA, RightState.DISCLOSED, RightState.WITHDRAWN)


@transaction.atomic
def move_right(
    *,
    actor: Actor,
    right_id: int,
    to: str,
    on: date,
    version: int,
    at: datetime,
    number: str = "",
    reason: str = "",
) -> Right:
    """Take a right to its next state on a day; ``number`` is the application's or grant's.

    Raises ``StepNotAllowed`` where the state does not follow, ``Invalid`` for the day.
    """
    right = locked(actor, Right, right_id, "results.keep_right", version=version)
    if to not in RIGHT_STEPS[right.state]:
        raise StepNotAllowed(
            _("This does not follow the state: %(state)s.")
            % {"state": right.get_state_display()},
            mend=_("Reload the page: it shows what can be done now."),
        )
    state = RightState(to)
    wants_number = state in (RightState.FILED, RightState.GRANTED)
    ends = state in RIGHT_ENDS
    problems = [
        *needed(on=on),
        *(needed(number=number) if wants_number else ()),
        *(needed(reason=reason) if ends else ()),
        *not_later(at, on=on),
    ]
    known = [day for day in days_of(right).values() if day is not None]
    if on is not None and known and on < max(known):
        problems.append(
            Problem(
                field="on",
                message=_("This day is before one that must come first."),
                mend=_("Check the days against the papers."),
            )
        )
    refuse_if(problems)
    right.state = state
    if ends:
        right.ended_on = on
    elif state in DAY_OF:
        setattr(right, DAY_OF[state], on)
    if state == RightState.FILED:
        right.application_number = number.strip()
    if state == RightState.GRANTED:
        right.granted_number = number.strip()
        right.filed_on = right.filed_on or on
    right.expires_on = right.expires_on or _term(right)
    right.search_text = _found_by(right, [a.name for a in right.authors.all()])
    keep(right)
    recount(right)
    _version(actor, right, at, reason)
    _record(actor, "results.move_right", right, at, reason=reason)
    return right


def attach_right_file(
    *, actor: Actor, right_id: int, file: File[bytes], at: datetime
) -> StoredFile:
    """Keep a paper with a right: an application, a certificate, the receipt of a fee."""
    right = get_visible(actor, Right.objects.all(), pk=right_id)
    require(actor, "results.keep_right", right)
    return files.upload(
        actor=actor,
        subject=right_subject(right.public_id),
        file=file,
        at=at,
        most=MOST_FILES,
    )


def _term(right: Right) -> date | None:
    return rules_of_offices().term(
        kind=right.kind, country=right.country, days=days_of(right)
    )


def _state_shown(right: Right) -> RightState:
    """The furthest state that the days show; granted only with its number."""
    reached = RightState.DISCLOSED
    for state, name in DAY_OF.items():
        if getattr(right, name) is not None:
            reached = state
    return reached


def _set(right: Right, facts: RightFacts, authors: Sequence[Named]) -> None:
    for name, value in asdict(facts).items():
        setattr(right, name, value.strip() if isinstance(value, str) else value)
    right.country = right.country.upper()
    if not right.office:
        office = rules_of_offices().office(kind=right.kind, country=right.country)
        right.office = office.name_vi if office else ""
    right.expires_on = right.expires_on or _term(right)
    right.search_text = _found_by(right, [a.name for a in authors])


def _found_by(right: Right, authors: Sequence[str]) -> str:
    return search_text(
        right.title_vi,
        right.title_en,
        right.application_number,
        right.granted_number,
        *authors,
    )


def _people(right: Right, owners: Sequence[Named], authors: Sequence[Named]) -> None:
    """Write owners and authors anew; an author named before keeps the key."""
    before = {(a.person_id, a.name): a.key for a in right.authors.all()}
    right.owners.all().delete()
    right.authors.all().delete()
    RightOwner.objects.bulk_create(
        RightOwner(
            right=right,
            position=position,
            kind=HolderKind(owner.kind),
            organisation_id=owner.organisation_id,
            person_id=owner.person_id,
            name=owner.name.strip(),
            share=owner.share,
        )
        for position, owner in enumerate(owners, start=1)
    )
    made = []
    for position, author in enumerate(authors, start=1):
        row = RightAuthor(
            right=right,
            position=position,
            person_id=author.person_id,
            name=author.name.strip(),
            share=author.share,
        )
        row.key = before.get((row.person_id, row.name), row.key)
        made.append(row)
    RightAuthor.objects.bulk_create(made)


def _version(actor: Actor, right: Right, at: datetime, reason: str) -> None:
    last = right.versions.order_by("-number").values_list("number", flat=True).first()
    content = right_content(right)
    RightVersion.objects.create(
        right=right,
        number=(last or 0) + 1,
        reason=reason.strip(),
        content=content,
        sha256=digest(content),
        made_by_id=actor.user_id,
        made_at=at,
    )


def _record(
    actor: Actor, act: str, right: Right, at: datetime, *, reason: str = ""
) -> None:
    """The record holds the state and a digest; what is not protected yet stays secret."""
    record(
        actor=actor,
        act=act,
        subject=right_subject(right.public_id),
        at=at,
        detail={
            "kind": right.kind,
            "state": right.state,
            "version": right.version,
        },
        secret={"title": right.title_vi, "reason": reason.strip()},
    )
