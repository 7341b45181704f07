"""Ties between people and dossiers for tests, and the search that finds them."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from opensti.domains.panels import actions
from opensti.domains.panels.models import Conflict
from opensti.domains.registry.models import Authorship, Person, Position, Work
from tests.factories import panels
from tests.factories.registry import People

if TYPE_CHECKING:
    from opensti.domains.calls.models import Dossier
    from opensti.domains.panels.models import ConflictSearch
    from opensti.kernel.access import Actor


def led(dossier: Dossier, **said: Any) -> Person:
    """A dossier gets a leader whom the registry knows."""
    leader = People.create(**said)
    dossier.leader = leader
    dossier.save(update_fields=["leader"])
    return leader


def in_the_pool(**said: Any) -> Actor:
    """An expert with an account whom the search looks at."""
    member = panels.expert()
    Person.objects.filter(pk=member.person_id).update(is_expert=True, **said)
    return member


def wrote_together(*people: int, year: int = 2025, byline: str = "") -> Work:
    """A work of some people; with a byline only those are known whom it leaves out."""
    work = Work.objects.create(
        title="Thu hồi kẽm từ bụi lò", year=year, byline=byline, source="test"
    )
    for place, person in enumerate(people, start=1):
        Authorship.objects.create(work=work, person_id=person, position=place)
    return work


def of_the_host(member: Actor, dossier: Dossier, **said: Any) -> Position:
    return Position.objects.create(
        person_id=member.person_id, organisation_id=dossier.host_id, **said
    )


def searched(office: panels.Office, dossier: Dossier, **said: Any) -> ConflictSearch:
    return actions.find_conflicts(
        actor=office.officer, at=panels.AT, call_id=dossier.call_id, **said
    )


def case_of(member: Actor, dossier: Dossier) -> Conflict:
    return Conflict.objects.get(person_id=member.person_id, dossier=dossier)


def judge(actor: Actor, case: Conflict, finding: str = "none", **said: Any) -> Any:
    """One verdict, an hour after everything else unless said otherwise."""
    return actions.judge_conflict(
        actor=actor,
        conflict_id=case.pk,
        finding=finding,
        **{
            "reason": "Bài đăng kỷ yếu 40 tác giả.",
            "at": panels.AT + timedelta(hours=1),
            **said,
        },
    )
