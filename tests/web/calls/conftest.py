"""People who are signed in, for the pages of calls and dossiers."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.utils.timezone import now

from opensti.domains.accounts.models import RoleGrant
from opensti.domains.calls import actions
from opensti.domains.registry.queries import actor_for
from opensti.kernel.access import Role
from tests.factories import calls as make
from tests.factories.registry import Memberships, Organisations, Users


@pytest.fixture(autouse=True)
def store(settings, tmp_path):
    settings.OPENSTI_DATA_DIR = tmp_path
    settings.OPENSTI_CLAMAV = ""


@pytest.fixture
def sign_in():
    """Make an account with roles, sign it in; ``(client, actor)``."""
    from django.test import Client  # noqa: PLC0415

    def signed(*roles, host=None, manager=False):
        user = Users.create()
        for role in roles:
            RoleGrant.objects.create(user=user, role=role, since=date(2020, 1, 1))
        if host is not None:
            Memberships.create(user=user, organisation=host, manager=manager)
        browser = Client()
        browser.force_login(user)
        actor = actor_for(user=user, on=date(2026, 6, 1), sudo=True)
        return browser, actor

    return signed


@pytest.fixture
def host():
    return Organisations.create(name_vi="Viện Luyện kim")


@pytest.fixture
def officer(sign_in):
    return sign_in(Role.OFFICER)


@pytest.fixture
def applicant(sign_in, host):
    return sign_in(Role.APPLICANT, host=host)


@pytest.fixture
def call(officer):
    """A call that is open now, whatever the day of the test."""
    drafted = make.draft_call(
        officer[1],
        code="BCT-OPEN",
        opens_at=now() - timedelta(days=10),
        closes_at=now() + timedelta(days=20),
    )
    return actions.publish_call(
        actor=officer[1], call_id=drafted.pk, at=now() - timedelta(days=9)
    )


@pytest.fixture
def started(applicant, call, host):
    return actions.start_dossier(
        actor=applicant[1], call_id=call.pk, host_id=host.pk, at=now()
    )


@pytest.fixture
def complete(applicant, started):
    dossier = actions.save_dossier(
        actor=applicant[1],
        dossier_id=started.pk,
        at=now(),
        answers=make.ANSWERS,
        team=make.TEAM,
        budget=make.BUDGET,
    ).dossier
    return make.signed(applicant[1], dossier, now())


@pytest.fixture
def handed_in(applicant, complete):
    return actions.submit_dossier(actor=applicant[1], dossier_id=complete.pk, at=now())


@pytest.fixture
def opened(officer, handed_in):
    """The same dossier after its call closed and was opened."""
    from opensti.domains.calls.models import Call  # noqa: PLC0415

    Call.objects.filter(pk=handed_in.call_id).update(
        opens_at=now() - timedelta(days=10), closes_at=now() - timedelta(hours=1)
    )
    actions.open_dossiers(actor=officer[1], call_id=handed_in.call_id, at=now())
    return handed_in
