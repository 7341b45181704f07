"""Start the site and its background worker."""

from __future__ import annotations

import os
import signal
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import click
from django.core.wsgi import get_wsgi_application
from django.db import connections
from django.urls import get_resolver
from gunicorn.app.base import BaseApplication

from opensti.console.database import prepare
from opensti.kernel.stackroom import with_room

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType

    from gunicorn.arbiter import Arbiter


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
    else:
        prepare()
    connections.close_all()
    worker_id = _fork_worker() if with_worker else 0
    click.echo(f"OpenSTI: http://{bind.replace('127.0.0.1', 'localhost')}")

    def end(_arbiter: Arbiter) -> None:
        if worker_id:
            with suppress(ProcessLookupError):
                os.kill(worker_id, signal.SIGTERM)
            with suppress(ChildProcessError):  # gunicorn may have buried it already
                os.waitpid(worker_id, 0)

    _Site(
        bind=bind,
        workers=workers,
        threads=4,
        preload_app=True,
        timeout=120,
        loglevel="warning",
        on_exit=end,
    ).run()


class _Site(BaseApplication):
    """Gunicorn in this very process: what is loaded already is not loaded again."""

    def __init__(self, **options: Any) -> None:
        self.options = options
        super().__init__()

    def load_config(self) -> None:
        for name, value in self.options.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        application = with_room(get_wsgi_application())
        # All pages are imported before the web processes part: else each imports them
        # while its first visitors wait.
        _pages = get_resolver().url_patterns
        return application


def _fork_worker() -> int:
    """Start the background worker as a child that ends when this process does."""
    connections.close_all()
    parent = os.getpid()
    child = os.fork()
    if child:
        return child
    code = 1
    try:
        _work(orphaned=lambda: os.getppid() != parent, once=False)
        code = 0
    finally:
        os._exit(code)


@click.command()
@click.option("--admin", "email", help="Also open an administrator's account.")
@click.option("--name", default="", help="The administrator's full name.")
@click.password_option(required=False, prompt=False, help="Asked for if left out.")
def setup(*, email: str | None, name: str, password: str | None) -> None:
    """Migrate, load the regimes and frameworks, and open the first administrator's account."""
    from django.utils.timezone import localdate, now  # noqa: PLC0415

    from opensti.domains.accounts.actions import (  # noqa: PLC0415
        create_account,
        grant_role,
    )
    from opensti.domains.assessments.actions import (  # noqa: PLC0415
        load_frameworks,
        load_rules,
    )
    from opensti.domains.procedures.actions import load_regimes  # noqa: PLC0415
    from opensti.kernel.access import SYSTEM, Role  # noqa: PLC0415
    from opensti.kernel.refusals import Refusal  # noqa: PLC0415

    prepare()
    loaded = load_regimes(actor=SYSTEM, at=now())
    click.echo(f"{len(loaded)} regimes in the database.")
    frameworks = load_frameworks(actor=SYSTEM, at=now())
    click.echo(f"{len(frameworks)} frameworks in the database.")
    rules = load_rules(actor=SYSTEM, at=now())
    click.echo(f"{len(rules)} sets of rules in the database.")
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
    _work(orphaned=lambda: False, once=once)


def _work(*, orphaned: Callable[[], bool], once: bool) -> None:
    from opensti.kernel.jobs.worker import run_worker  # noqa: PLC0415

    stopped = False

    def stop(_number: int, _frame: FrameType | None) -> None:
        nonlocal stopped
        stopped = True

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    run_worker(lambda: stopped or orphaned(), once=once)
