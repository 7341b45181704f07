"""``opensti strategy``: check and load plans and indicator cards from their files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from opensti.console.strategy_reports import coherence, scorecard
from opensti.domains.accounts.queries import account_by_email
from opensti.domains.procedures.regimes.loading import load_file
from opensti.domains.registry.queries import actor_for
from opensti.domains.strategies.actions import amend_plan, load_cards, load_plan
from opensti.domains.strategies.queries import card_codes, editions, plans
from opensti.domains.strategies.trees import read_files
from opensti.kernel.access import SYSTEM
from opensti.kernel.refusals import Invalid, Refusal

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from opensti.domains.strategies.models import Plan
    from opensti.kernel.access import Actor

FILE = click.Path(path_type=Path, dir_okay=False)
FILES = click.argument("files", nargs=-1, required=True, type=FILE)
WHO = click.option(
    "--as",
    "login",
    metavar="LOGIN",
    help="Who acts: the e-mail address of an account; without it, the house itself.",
)
FAULTY = 2


@click.group()
def strategy() -> None:
    """Plans and indicator cards as data: check, load, amend; test and rate the targets."""


strategy.add_command(coherence)
strategy.add_command(scorecard)


@strategy.command()
@FILES
def check(files: tuple[Path, ...]) -> None:
    """Look for faults in FILES of plans and cards; exit code 2 when there are any.

    Files are checked together: a plan may use the cards of another file.
    """
    try:
        found = read_files(files)
    except Invalid as refusal:
        raise _refused(refusal) from None
    counted = (
        ngettext("%s plan", "%s plans", len(found.plans)) % len(found.plans),
        ngettext("%s card", "%s cards", len(found.cards)) % len(found.cards),
    )
    click.echo(_("%(counted)s, no fault.") % {"counted": ", ".join(counted)})


@strategy.command()
@FILES
@WHO
def load(files: tuple[Path, ...], *, login: str | None) -> None:
    """Load FILES of plans and cards, cards first; what is here already stays.

    All or nothing. A plan that was issued and differs is refused: see ``amend``.
    """
    at = timezone.now()
    try:
        for plan in load_trees(actor=_actor(login, at), at=at, paths=files):
            last = editions(SYSTEM, plan).first()
            made = last.digest if last else "-"
            click.echo(f"{plan.code:<16} {plan.get_state_display():<20} {made}")
    except Refusal as refusal:
        raise _refused(refusal) from None


@strategy.command()
@click.argument("file", type=FILE)
@click.option("--act", required=True, help="The number of the act that amends.")
@click.option("--on", required=True, type=click.DateTime(["%Y-%m-%d"]), help="Its day.")
@click.option("--reason", required=True, help="Why, in one sentence.")
@WHO
def amend(
    file: Path, *, act: str, on: datetime, reason: str, login: str | None
) -> None:
    """Amend an issued plan: FILE is its whole tree as the act makes it."""
    at = timezone.now()
    actor = _actor(login, at)
    try:
        content = load_file(file)
        plan = plans(actor).filter(code=content.get("code")).first()
        if plan is None:
            raise click.ClickException(
                _("There is no plan “%(code)s” here.") % {"code": content.get("code")}
            )
        edition = amend_plan(
            actor=actor,
            plan_id=plan.pk,
            content=content,
            act_number=act,
            acted_on=on.date(),
            reason=reason,
            version=plan.version,
            at=at,
            file=file.name,
        )
    except Refusal as refusal:
        raise _refused(refusal) from None
    click.echo(f"{plan.code:<16} #{edition.number:<4} {edition.digest}")


def load_trees(*, actor: Actor, at: datetime, paths: Sequence[Path]) -> list[Plan]:
    """Load files through the acts, cards first, plans after those they stand under.

    All or nothing; raises ``Invalid`` with the faults of all files.
    """
    with transaction.atomic():
        found = read_files(paths, known=card_codes())
        contents = {}
        for path in paths:
            content = load_file(path)
            if "cards" in content:
                load_cards(actor=actor, content=content, at=at, file=path.name)
            else:
                contents[str(content["code"])] = (path, content)
        return [
            load_plan(actor=actor, content=content, at=at, file=path.name)
            for path, content in (contents[tree.code] for tree in found.plans)
        ]


def _actor(login: str | None, at: datetime) -> Actor:
    if login is None:
        return SYSTEM
    user = account_by_email(login)
    if user is None:
        raise click.ClickException(
            _("There is no active account “%(login)s”.") % {"login": login}
        )
    # Who may run commands of the house has shown more than a password.
    return actor_for(user=user, on=timezone.localdate(at), sudo=True)


class Faulty(click.ClickException):
    """What was refused, line by line; exit code 2."""

    exit_code = FAULTY

    def show(self, file: object = None) -> None:  # noqa: ARG002
        click.echo(self.message, err=True)


def _refused(refusal: Refusal) -> Faulty:
    if not isinstance(refusal, Invalid):
        return Faulty(f"{refusal.message}\n    → {refusal.mend}".rstrip(" →\n"))
    lines = [
        line
        for problem in refusal.problems
        for line in (f"{problem.field}: {problem.message}", f"    → {problem.mend}")
    ]
    count = len(refusal.problems)
    lines.append(ngettext("%s fault.", "%s faults.", count) % count)
    return Faulty("\n".join(lines))
