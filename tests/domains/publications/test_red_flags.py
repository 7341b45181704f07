"""Flags over the house's own tasks: each is raised, and only by what one may know of."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

from opensti.domains.overlaps.models import Hit, Verdict
from opensti.domains.publications import queries
from opensti.domains.publications.queries.flag_rows import Limits
from opensti.domains.publications.queries.flagging import KINDS, red_flags
from opensti.domains.results.models import Registration
from opensti.kernel.access import Role
from opensti.kernel.refusals import AccessDenied
from tests.factories import portfolios as round_factory
from tests.factories.red_flags import AMOUNT, DUE, TODAY, flagged
from tests.factories.tasks import person

pytestmark = pytest.mark.django_db


def asked(actor, **limits):
    return red_flags(
        actor, year=2026, today=TODAY, limits=Limits(**limits) if limits else None
    ).flags


def figures(flags):
    return [dict(flag.figures) for flag in flags]


def test_only_auditors_and_leaders_read_flags():
    for role in set(Role) - {Role.AUDITOR, Role.LEADER}:
        with pytest.raises(AccessDenied):
            queries.red_flags(person(role), year=2026, today=TODAY)
        with pytest.raises(AccessDenied):
            queries.red_flag_years(person(role))


def test_every_flag_is_raised_by_what_it_asks_for():
    funded = flagged(3)
    contract = funded.again()
    auditor = person(Role.AUDITOR)
    found = queries.red_flags(auditor, year=2026, today=TODAY)
    flags = found.flags

    assert (*flags,) == KINDS
    assert found.asked == {"contracts": 3, "dossiers": 4, "duties": 3}
    assert {kind: len(rows) for kind, rows in flags.items()} == {
        "late": 3, "host": 1, "leader": 1, "spread": 0,
        "prices": 3, "extended": 3, "own_topic": 3, "text": 3,
    }  # fmt: skip
    assert figures(flags["late"]) == [{"days": 30, "waits": True}] * 3
    assert {flag.about[0].kind for flag in flags["late"]} == {"acceptance"}
    assert figures(flags["host"]) == [
        {"tasks": 3, "of": 3, "call": contract.dossier.call.code}
    ]
    assert flags["host"][0].who.vi == contract.host.name_vi
    assert {a.public_id for a in flags["host"][0].about} >= {contract.public_id}
    assert flags["leader"][0].who.vi == contract.leader.full_name
    planned = (contract.ends_on - contract.starts_on).days
    assert (
        figures(flags["extended"])
        == [{"times": 2, "days": 200, "share": Fraction(20_000, planned)}] * 3
    )
    # The order was answered by four dossiers: each host had three rivals.
    assert figures(flags["own_topic"]) == [{"rivals": 3}] * 3
    assert flags["prices"][0].figures["amounts"] == (AMOUNT + 20_000, AMOUNT + 30_000)
    assert [flag.figures["probability"] for flag in flags["text"]] == [93] * 3
    assert queries.red_flag_years(auditor) == [2026]
    assert not any(red_flags(auditor, year=2025, today=TODAY).flags.values())


def test_what_is_within_the_limits_raises_nothing():
    flagged()
    auditor = person(Role.AUDITOR)
    assert not asked(auditor)["host"]
    assert not asked(auditor)["leader"]
    within = asked(
        auditor, days_late=30, prices_within=Fraction(0), extensions=2,
        extended_by=Fraction(1), tasks_of_a_host=1, tasks_of_a_leader=1,
    )  # fmt: skip
    assert {k for k, rows in within.items() if rows} == {"own_topic", "text"}
    beyond = asked(auditor, tasks_of_a_host=0, tasks_of_a_leader=0)
    assert [len(beyond[k]) for k in ("host", "leader")] == [1, 1]


def test_a_registered_result_is_late_by_the_day_of_its_certificate():
    funded = flagged()
    for days, expected in ((0, []), (3, [{"days": 3, "waits": False}])):
        Registration.objects.all().delete()
        Registration.objects.create(
            acceptance=funded.contract.acceptance,
            number="1",
            registered_on=DUE.replace(day=DUE.day + days),
            system_vi="Hệ thống",
            entered_by_id=funded.officer.user_id,
            entered_at=round_factory.RELEASED,
        )
        assert figures(asked(person(Role.AUDITOR))["late"]) == expected


def test_what_one_has_a_stake_in_raises_no_flag_for_him():
    funded = flagged()
    rival = funded.story.dossiers[1]
    partial = person(Role.AUDITOR, member_of=frozenset({funded.contract.host_id}))
    beside = person(Role.AUDITOR, member_of=frozenset({rival.host_id}))
    assert not any(asked(partial, tasks_of_a_host=0, tasks_of_a_leader=0).values())
    seen = asked(beside)
    assert not seen["prices"]
    assert not seen["text"]
    assert figures(seen["own_topic"]) == [{"rivals": 0}]


def test_a_likeness_that_people_judged_to_be_none_raises_no_flag():
    funded = flagged()
    auditor = person(Role.AUDITOR)
    assert len(asked(auditor)["text"]) == 1
    hit = Hit.objects.select_related("screening").get()
    verdict = Verdict.objects.create(
        hit=hit,
        document_id=hit.screening.document_id,
        match_id=hit.document_id,
        finding="acceptable",
        grounds="Khác đối tượng.",
        probability=hit.probability,
        state="standing",
        given_by_id=funded.officer.user_id,
        given_at=round_factory.RELEASED,
    )
    Hit.objects.update(verdict=verdict)
    assert len(asked(auditor)["text"]) == 1
    Verdict.objects.update(finding="none", state="proposed")
    assert len(asked(auditor)["text"]) == 1
    Verdict.objects.update(state="standing")
    assert len(asked(auditor)["text"]) == 0


def test_a_reviewer_who_swings_is_told_without_a_name():
    story = round_factory.judged(["80"] * 6 + ["100"], ["80"] * 6 + ["40"])
    found = red_flags(
        person(Role.AUDITOR), year=2026, today=TODAY, limits=Limits(scores_of_a_reviewer=2)
    )  # fmt: skip

    (flag,) = found.flags["spread"]
    assert found.scores_read
    # +20 and -40 points against the six others: 30 on average about their mean of -10.
    assert flag.figures == {"spread": 30, "fence": 5, "items": 2}
    assert [a.code for a in flag.about] == [d.code for d in story.dossiers]
    assert not flag.who
    assert not asked(person(Role.AUDITOR))["spread"]
    partial = person(Role.AUDITOR)
    partial = replace(partial, member_of=frozenset({story.dossiers[0].host_id}))
    seen = red_flags(partial, year=2026, today=TODAY, limits=Limits(scores_of_a_reviewer=1))  # fmt: skip
    assert {a.code for f in seen.flags["spread"] for a in f.about} <= {story.dossiers[1].code}  # fmt: skip
