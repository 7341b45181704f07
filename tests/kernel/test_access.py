"""May this person? One answer, with its reason."""

from __future__ import annotations

import pytest
from django.db.models import Q

from opensti.domains.accounts.models import User
from opensti.kernel import access
from opensti.kernel.access import (
    PUBLIC,
    SYSTEM,
    Actor,
    Role,
    Verdict,
    anyone,
    get_visible,
    grant,
    has_role,
    may,
    nobody,
    permissions,
    require,
    rule,
    sees,
    signed_in,
    visible,
)
from opensti.kernel.refusals import AccessDenied, NotFound, SudoNeeded
from tests.factories.registry import Users

OFFICER = Actor(user_id=1, roles=frozenset({Role.PUBLIC, Role.OFFICER}))
LEADER = Actor(user_id=2, roles=frozenset({Role.PUBLIC, Role.LEADER}))


@rule("It is not yours.", who="its owner")
def owns(actor, thing):
    return thing == actor.user_id


@pytest.fixture(autouse=True)
def _own_rules(monkeypatch):
    monkeypatch.setattr(access, "_granted", {})
    monkeypatch.setattr(access, "_dangerous", set())
    monkeypatch.setattr(access, "_reading", set())
    monkeypatch.setattr(access, "_seen", dict(access._seen))


@pytest.mark.usefixtures("in_english")
def test_a_refusal_says_why_and_who_could():
    grant("house.enter", has_role(Role.OFFICER, Role.LEADER))
    verdict = may(PUBLIC, "house.enter")
    assert (bool(verdict), str(verdict.reason), str(verdict.who)) == (
        False,
        "Your role does not include this.",
        "programme officer, agency leader",
    )


def test_a_name_is_granted_once():
    grant("house.enter", has_role(Role.OFFICER))
    with pytest.raises(ValueError, match=r"'house\.enter' is granted twice"):
        grant("house.enter", anyone, dangerous=True, reads=True)
    assert (
        [bool(may(who, "house.enter")) for who in (PUBLIC, OFFICER)],
        access._dangerous,
        access._reading,
    ) == ([False, True], set(), set())


def test_yes_has_no_reason():
    grant("house.enter", anyone)
    assert may(PUBLIC, "house.enter") == Verdict(allowed=True)


@pytest.mark.parametrize(
    ("predicate", "actor", "thing", "answer"),
    [
        (has_role(Role.OFFICER) & owns, OFFICER, 1, (True, "")),
        (has_role(Role.OFFICER) & owns, OFFICER, 2, (False, "It is not yours.")),
        (owns & has_role(Role.LEADER), OFFICER, 2, (False, "It is not yours.")),
        (owns | has_role(Role.OFFICER), OFFICER, 2, (True, "")),
        (owns | nobody, OFFICER, 2, (False, "It is not yours.")),
        (owns, PUBLIC, 2, (False, "It is not yours.")),
        (~owns, OFFICER, 2, (True, "")),
        (~owns, OFFICER, 1, (False, "The opposite is required.")),
        (signed_in, PUBLIC, None, (False, "You are not signed in.")),
    ],
)
@pytest.mark.usefixtures("in_english")
def test_rules_join(predicate, actor, thing, answer):
    verdict = predicate(actor, thing)
    assert (verdict.allowed, str(verdict.reason)) == answer


def test_require_raises_what_the_rule_says():
    grant("thing.keep", owns)
    require(OFFICER, "thing.keep", 1)
    with pytest.raises(AccessDenied) as refused:
        require(OFFICER, "thing.keep", 5)
    assert refused.value.as_dict() == {
        "refusal": "AccessDenied",
        "message": "It is not yours.",
        "mend": "",
        "article": "",
        "who": "its owner",
        "field": "",
    }


def test_a_dangerous_act_asks_for_the_password_of_those_who_may_only():
    grant("house.sell", has_role(Role.LEADER), dangerous=True)
    with pytest.raises(SudoNeeded):
        require(LEADER, "house.sell")
    with pytest.raises(AccessDenied) as refused:
        require(OFFICER, "house.sell")
    assert type(refused.value) is AccessDenied
    require(Actor(user_id=2, roles=LEADER.roles, sudo=True), "house.sell")


def test_the_system_may_do_all_and_nobody_can_pose_as_it():
    grant("house.sell", nobody, dangerous=True)
    require(SYSTEM, "house.sell")
    with pytest.raises(AccessDenied):
        require(Actor(name="system"), "house.sell")


def test_a_permission_nobody_stated_is_a_fault_of_the_program():
    with pytest.raises(KeyError):
        may(LEADER, "house.forgotten")


def test_permissions_can_be_listed():
    grant("house.enter", anyone)
    assert permissions() == {"house.enter": anyone}


@pytest.mark.django_db
def test_what_is_hidden_is_not_told_from_what_is_absent():
    mine, other = Users.create(), Users.create()
    sees(User, lambda actor: Q(pk=actor.user_id))
    me = Actor(user_id=mine.pk)
    rows = User.objects.order_by("pk")
    assert list(visible(me, rows)) == [mine]
    assert list(visible(SYSTEM, rows)) == [mine, other]
    assert get_visible(me, rows, pk=mine.pk) == mine
    said = []
    for pk in (other.pk, other.pk + 1000):
        with pytest.raises(NotFound) as refused:
            get_visible(me, rows, pk=pk)
        said.append(refused.value.as_dict())
    assert said[0] == said[1]


def test_an_auditor_writes_nothing_whatever_else_the_person_may_be():
    grant("house.enter", anyone, reads=True)
    grant("house.paint", has_role(Role.OFFICER))
    both = Actor(user_id=3, roles=frozenset({Role.AUDITOR, Role.OFFICER}))
    assert (bool(may(both, "house.enter")), bool(may(both, "house.paint"))) == (
        True,
        False,
    )
