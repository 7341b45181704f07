"""Fill an empty database for the crash test, and say what the client needs to act.

Run as a program against the database of ``DATABASE_URL``; prints JSON.
"""

from __future__ import annotations

import json
import sys
import time
from datetime import date, timedelta

import django

django.setup()

from django.contrib.auth import (  # noqa: E402
    BACKEND_SESSION_KEY,
    HASH_SESSION_KEY,
    SESSION_KEY,
)
from django.contrib.sessions.backends.db import SessionStore  # noqa: E402
from django.core.files.base import ContentFile  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.utils.timezone import now  # noqa: E402

from opensti.domains.accounts.models import RoleGrant, User  # noqa: E402
from opensti.domains.calls import actions as calls  # noqa: E402
from opensti.domains.calls.queries import form_of  # noqa: E402
from opensti.domains.registry import actions as registry  # noqa: E402
from opensti.domains.tasks import actions as tasks  # noqa: E402
from opensti.kernel.access import SYSTEM, Role  # noqa: E402
from tests.factories import calls as make  # noqa: E402
from tests.factories import panels  # noqa: E402
from tests.factories import tasks as make_tasks  # noqa: E402
from tests.factories.registry import Memberships, Organisations  # noqa: E402

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def session_of(user_id: int, *roles: Role) -> str:
    """Sign a person in and return the cookie's value."""
    user = User.objects.get(pk=user_id)
    for role in roles:
        RoleGrant.objects.create(user=user, role=role, since=date(2020, 1, 1))
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = BACKEND
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session["account_authentication_methods"] = [
        {"method": "password", "at": time.time()}
    ]
    session.create()
    return str(session.session_key)


def main(writers: int, voters: int, rows: int, archived: int, needs: int) -> None:
    call_command("migrate", interactive=False, verbosity=0)
    office = panels.Office.new()
    council, members = panels.prepared(
        office, dossiers=panels.eligible_dossiers(office, 1)
    )
    council = panels.in_session(office, council, members)
    item = panels.item_of(council)
    drafted = make.draft_call(
        office.officer,
        code="BCT-CRASH",
        opens_at=now() - timedelta(days=10),
        closes_at=now() + timedelta(days=20),
    )
    call = calls.publish_call(
        actor=office.officer, call_id=drafted.pk, at=now() - timedelta(days=9)
    )
    found: dict[str, list[dict[str, str]]] = {"writers": [], "voters": []}
    for _n in range(writers):
        host = Organisations.create()
        writer = make.applicant(host)
        Memberships.create(user_id=writer.user_id, organisation=host)
        dossier = calls.start_dossier(
            actor=writer, call_id=call.pk, host_id=host.pk, at=now()
        )
        calls.save_dossier(
            actor=writer,
            dossier_id=dossier.pk,
            at=now(),
            answers=make.ANSWERS,
            team=make.TEAM,
            budget=make.BUDGET,
        )
        dossier.refresh_from_db()
        make.signed(writer, dossier, now())
        section = next(
            s.id
            for s in form_of(dossier).sections
            if any(f.id == "methods" for f in s.fields)
        )
        found["writers"].append(
            {
                "session": session_of(writer.user_id or 0, Role.APPLICANT),
                "dossier": dossier.public_id,
                "section": section,
            }
        )
    for member in members[:voters]:
        found["voters"].append(
            {
                "session": session_of(member.user_id or 0, Role.EXPERT),
                "item": item.public_id,
                "user": str(member.user_id),
            }
        )
    RoleGrant.objects.create(
        user_id=office.officer.user_id or 0, role=Role.OFFICER, since=date(2020, 1, 1)
    )
    # what the worker has to look through while it is killed
    tasks.import_tasks_batch(
        actor=SYSTEM,
        source="KHO",
        rows=[
            tasks.ArchivedTask(key=str(n), title=f"Máy ép số {n} cho xưởng {n % 97}")
            for n in range(archived)
        ],
        at=now(),
    )
    for n in range(needs):
        make_tasks.submitted(office.officer, title=f"Máy ép số {n} cho xưởng {n % 97}")
    table = "Tên tổ chức\n" + "".join(f"Viện nhập {n}\n" for n in range(rows))
    run = registry.receive_table(
        actor=office.officer,
        kind="organisations",
        source="crash",
        file=ContentFile(table.encode(), name="hosts.csv"),
        at=now(),
    )
    registry.launch_import(
        actor=office.officer,
        run_id=run.pk,
        mapping=run.mapping,
        dry_run=False,
        at=now(),
    )
    sys.stdout.write(json.dumps(found))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:6]))
