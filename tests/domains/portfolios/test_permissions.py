"""Who knows of a ruling, and when. Each row stands there for the system."""

from __future__ import annotations

from dataclasses import replace

import pytest

from opensti.domains.calls import queries as calls_queries
from opensti.domains.portfolios import queries
from opensti.domains.portfolios.models import Decision, Letter, Round
from opensti.domains.publications import queries as public
from opensti.kernel.access import PUBLIC, SYSTEM, Actor, Role
from tests.factories import portfolios as factory
from tests.factories.tasks import person

STAGES = {
    "laid out": factory.laid_out,
    "proposed": factory.proposed,
    "decided": factory.decided,
    "released": factory.released,
}


def with_objection(story):
    factory.released(story)
    factory.objected(story)


def seen(actor: Actor) -> dict[str, int]:
    return {
        "rounds": queries.rounds(actor).count(),
        "decisions": queries.decisions(actor).count(),
        "letters": queries.letters(actor).count(),
        "objections": queries.objections(actor).count(),
        "work": len(queries.work_for(actor, factory.RELEASED.date())),
    }


NOTHING = {"rounds": 0, "decisions": 0, "letters": 0, "objections": 0, "work": 0}


def people(story):
    """Everybody, strangers and people with a stake included."""
    dossier = story.dossiers[1]
    leader_of_dossier = 77
    return {
        "public": PUBLIC,
        "applicant 1": story.applicants[0],
        "applicant 2": story.applicants[1],
        "manager of host 2": replace(
            person(Role.MANAGER), manages=frozenset({dossier.host_id})
        ),
        "colleague at host 2": replace(
            person(Role.APPLICANT), member_of=frozenset({dossier.host_id})
        ),
        "another applicant": person(Role.APPLICANT),
        "expert": person(Role.EXPERT),
        "secretary": person(Role.SECRETARY),
        "admin": person(Role.ADMIN),
        "officer": story.officer,
        "leader": story.leader,
        "finance": person(Role.FINANCE),
        "auditor": person(Role.AUDITOR),
        "officer who manages host 2": replace(
            person(Role.OFFICER), manages=frozenset({dossier.host_id})
        ),
        "leader who wrote dossier 2": replace(
            story.applicants[1], roles=frozenset({Role.PUBLIC, Role.LEADER})
        ),
        "auditor on team 2": replace(person(Role.AUDITOR), person_id=leader_of_dossier),
    }


def put_on_team(story):
    """Person 77 of the registry takes part in the second dossier."""
    from opensti.domains.registry.models import Person  # noqa: PLC0415

    Person.objects.create(pk=77, full_name="Người tham gia")
    member = story.dossiers[1].team.last()
    member.person_id = 77
    member.save()


INNER = {"rounds": 1, "decisions": 2, "letters": 0, "objections": 0, "work": 0}


@pytest.mark.parametrize("stage", ["laid out", "proposed", "decided"])
def test_before_the_release_only_staff_without_a_stake_knows(story, stage):
    put_on_team(story)
    STAGES[stage](story)
    letters = 2 if stage == "decided" else 0
    inner = INNER | {"letters": letters}
    officer_works = stage in ("laid out", "decided")
    table = dict.fromkeys(people(story), NOTHING) | {
        "officer": inner | {"work": int(officer_works)},
        "leader": inner | {"work": int(stage == "proposed")},
        "finance": inner,
        "auditor": inner,
        # of the round they know what is told of the dossier in which they have no stake
        **dict.fromkeys(
            (
                "officer who manages host 2",
                "leader who wrote dossier 2",
                "auditor on team 2",
            ),
            # Both answer one order: what a letter says would tell of the other.
            NOTHING | {"rounds": 1, "decisions": 1},
        ),
    }
    assert {name: seen(who) for name, who in people(story).items()} == table
    assert (Round.objects.count(), Decision.objects.count()) == (1, 2)
    assert seen(SYSTEM)["decisions"] == 2


@pytest.mark.parametrize("stage", ["laid out", "proposed", "decided"])
def test_before_the_release_the_register_and_the_case_tell_nothing(story, stage):
    STAGES[stage](story)
    assert (public.decisions().count(), public.tasks().count()) == (0, 0)
    assert public.totals().decisions == 0
    for applicant, dossier in zip(story.applicants, story.dossiers, strict=True):
        own = calls_queries.dossier(actor=applicant, public_id=dossier.public_id)
        assert own.case.state in ("reviewed", "proposed")
    states = {
        calls_queries.dossier(actor=a, public_id=d.public_id).case.state
        for a, d in zip(story.applicants, story.dossiers, strict=True)
    }
    assert len(states) == 1


def test_after_the_release_approvals_are_public_and_refusals_their_applicants(story):
    put_on_team(story)
    with_objection(story)
    told = {"rounds": 0, "decisions": 1, "letters": 0, "objections": 0, "work": 0}
    inner = {"rounds": 1, "decisions": 2, "letters": 2, "objections": 1, "work": 0}
    refused = told | {"decisions": 2, "letters": 1, "objections": 1}
    table = dict.fromkeys(people(story), told) | {
        "applicant 1": told | {"letters": 1},
        "applicant 2": refused,
        "manager of host 2": refused,
        "officer": inner,
        "leader": inner | {"work": 1},
        "finance": inner,
        "auditor": inner,
        "officer who manages host 2": refused | {"rounds": 1, "letters": 2},
        "leader who wrote dossier 2": refused | {"rounds": 1, "letters": 2},
        "auditor on team 2": told | {"rounds": 1, "letters": 1},
    }
    assert {name: seen(who) for name, who in people(story).items()} == table
    assert Letter.objects.count() == 2
    assert [d.dossier_id for d in public.decisions()] == [story.dossiers[0].pk]


@pytest.mark.usefixtures("db")
def test_an_objection_to_not_valid_is_its_applicants_and_unstaked_staffs():
    story = factory.found_invalid("Thiếu tài liệu.", "Nộp muộn.")
    put_on_team(story)
    factory.objected(story)
    own, inner = NOTHING | {"objections": 1}, NOTHING | {"objections": 1}
    table = dict.fromkeys(people(story), NOTHING) | {
        "applicant 2": own,
        "manager of host 2": own,
        "officer": inner,
        "leader": inner | {"work": 1},
        "finance": inner,
        "auditor": inner,
        # with a stake: as applicants they see their own, as staff nothing
        "officer who manages host 2": own,
        "leader who wrote dossier 2": own,
    }
    assert {name: seen(who) for name, who in people(story).items()} == table
