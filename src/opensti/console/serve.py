"""Start the site and its background worker."""

from __future__ import annotations

import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import click
from django.core.management import call_command
from django.db import connections

if TYPE_CHECKING:
    from types import FrameType


def _prepare() -> None:
    """Bring the database to today's tables; quick when nothing is new."""
    call_command("migrate", interactive=False, verbosity=0)
    connections.close_all()


@click.command()
@click.option("--bind", default="127.0.0.1:8000", show_default=True)
@click.option("--workers", default=2, show_default=True, help="Web processes.")
@click.option(
    "--with-worker/--without-worker",
    default=False,
    help="Also run one background worker, stopped together with the site.",
)
@click.option(
    "--demo",
    "with_demo",
    is_flag=True,
    help="Load the demonstration ministry first, if the database is empty.",
)
@click.pass_context
def serve(
    context: click.Context,
    *,
    bind: str,
    workers: int,
    with_worker: bool,
    with_demo: bool,
) -> None:
    """Serve the site with gunicorn."""
    if with_demo:
        from opensti.console.demo import demo  # noqa: PLC0415 -- slow import

        context.invoke(
            demo,
            stage=None,
            size=6,
            seed=1,
            file=None,
            on=None,
            kind="ministry_task",
            if_empty=True,
            as_json=False,
        )
        connections.close_all()
    else:
        _prepare()
    site = subprocess.Popen(  # noqa: S603 -- our own interpreter and arguments
        [
            *[sys.executable, "-m", "gunicorn", "opensti.project.wsgi:application"],
            *["--bind", bind, "--workers", str(workers), "--threads", "4"],
            *["--preload", "--timeout", "120", "--log-level", "warning"],
        ]
    )
    children = [site]
    if with_worker:
        children.append(
            subprocess.Popen([sys.executable, "-m", "opensti.console.main", "worker"])
        )

    def stop(_number: int, _frame: FrameType | None) -> None:
        for child in children:
            if child.poll() is None:
                child.terminate()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    click.echo(f"OpenSTI: http://{bind.replace('127.0.0.1', 'localhost')}")
    code = site.wait()
    stop(0, None)
    for child in children:
        child.wait()
    sys.exit(0 if code in (0, -signal.SIGTERM, -signal.SIGINT) else code)


@click.command()
@click.option("--admin", "email", help="Also open an administrator's account.")
@click.option("--name", default="", help="The administrator's full name.")
@click.password_option(required=False, prompt=False, help="Asked for if left out.")
def setup(*, email: str | None, name: str, password: str | None) -> None:
    """Migrate, load the regimes, and open the first administrator's account."""
    from django.utils.timezone import localdate, now  # noqa: PLC0415

    from opensti.domains.accounts.actions import (  # noqa: PLC0415
        create_account,
        grant_role,
    )
    from opensti.domains.procedures.actions import load_regimes  # noqa: PLC0415
    from opensti.kernel.access import SYSTEM, Role  # noqa: PLC0415
    from opensti.kernel.refusals import Refusal  # noqa: PLC0415

    _prepare()
    loaded = load_regimes(actor=SYSTEM, at=now())
    click.echo(f"{len(loaded)} regimes in the database.")
    if not email:
        return
    password = password or click.prompt("Password", hide_input=True)
    try:
        user = create_account(
            actor=SYSTEM,
            email=email,
            full_name=name or email,
            password=password,
            at=now(),
        )
        grant_role(
            actor=SYSTEM,
            user_id=user.pk,
            role=Role.ADMIN,
            since=localdate(),
            at=now(),
            reason="First administrator",
        )
    except Refusal as refusal:
        raise click.ClickException(f"{refusal} {refusal.mend}") from refusal
    click.echo(f"{email} may now sign in and open the other accounts.")


@click.command()
@click.option("--once", is_flag=True, help="Stop when nothing is waiting.")
def worker(*, once: bool) -> None:
    """Do the background work: imports, letters, deadlines."""
    from opensti.kernel.jobs.worker import run_worker  # noqa: PLC0415

    stopped = False

    def stop(_number: int, _frame: FrameType | None) -> None:
        nonlocal stopped
        stopped = True

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    run_worker(lambda: stopped, once=once)
