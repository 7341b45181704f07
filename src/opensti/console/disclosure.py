"""``opensti disclosure``: what the public may see, as a file: check, load, show, compare."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from opensti.domains.accounts.queries import account_by_email
from opensti.domains.publications.actions import draft_policy
from opensti.domains.publications.disclosure import as_yaml, content_of
from opensti.domains.publications.queries import (
    differences,
    load_policy,
    policy_in_force,
    simulate,
)
from opensti.domains.registry.queries import actor_for
from opensti.kernel.refusals import Invalid, Refusal

if TYPE_CHECKING:
    from opensti.domains.publications.disclosure import Policy
    from opensti.kernel.access import Actor

FILE = click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
FAULTY = 2


@click.group()
def disclosure() -> None:
    """What the public may see, as data: check, load, show, compare, simulate."""


@disclosure.command()
@FILE
def check(file: Path) -> None:
    """Look for faults in FILE; exit code 2 when there are any."""
    policy = _read(file)
    count = len(policy.rules)
    said = ngettext("%(n)d rule, no fault.", "%(n)d rules, no fault.", count)
    click.echo(said % {"n": count})


@disclosure.command()
@FILE
@click.option(
    "--as",
    "login",
    required=True,
    metavar="LOGIN",
    help="Who drafts: the e-mail address of an account; another person issues it.",
)
def load(file: Path, *, login: str) -> None:
    """Lay FILE down as the draft of a new version; nothing is shown by it yet."""
    try:
        content, lines = content_of(file)
        version = draft_policy(
            actor=_actor(login),
            content=content,
            at=timezone.now(),
            file=file.name,
            lines=lines,
        )
    except Refusal as refusal:
        raise _refused(refusal) from None
    click.echo(
        f"#{version.number}  {version.get_state_display()}  {version.digest[:16]}"
    )


@disclosure.command()
def show() -> None:
    """Write the policy in force as a file."""
    click.echo(as_yaml(_in_force()), nl=False)


@disclosure.command()
@FILE
def diff(file: Path) -> None:
    """Say where the rules of FILE differ from those in force; exit code 1 if they do."""
    found = differences(_in_force(), _read(file))
    for one in found:
        click.echo(f"{one.field:<28} {one.audience}: {one.before} → {one.after}")
    if found:
        raise SystemExit(1)
    click.echo(_("No rule differs."))


@disclosure.command("simulate")
@FILE
@click.option("--on", type=click.DateTime(["%Y-%m-%d"]), help="The day; today.")
@click.option("--examples", default=5, help="How many to name for each field.")
def simulated(file: Path, *, on: object, examples: int) -> None:
    """Count what FILE would newly show or hide to everybody in this house."""
    day = on.date() if on else timezone.localdate()  # type: ignore[attr-defined]
    before, _since = policy_in_force(timezone.localdate())
    effects = simulate(before, _read(file), day=day, examples=examples)
    for one in effects:
        click.echo(
            _(
                "%(field)-28s newly shown %(shown)d, no longer %(hidden)d, other form %(changed)d"
            )
            % {
                "field": f"{one.kind}.{one.field}",
                "shown": one.shown,
                "hidden": one.hidden,
                "changed": one.changed,
            }
        )
        click.echo(f"    {', '.join(one.examples)}")
    if not effects:
        click.echo(_("Nothing that there is would be shown otherwise."))


def _in_force() -> Policy:
    policy, _since = policy_in_force(timezone.localdate())
    return policy


def _read(file: Path) -> Policy:
    try:
        return load_policy(file)
    except Invalid as refusal:
        raise _refused(refusal) from None


def _actor(login: str) -> Actor:
    user = account_by_email(login)
    if user is None:
        raise click.ClickException(
            _("There is no active account “%(login)s”.") % {"login": login}
        )
    return actor_for(user=user, on=timezone.localdate(), sudo=True)


def _refused(refusal: Refusal) -> click.ClickException:
    lines = [str(refusal)]
    if isinstance(refusal, Invalid):
        lines += [
            f"  {one.field}: {one.message} {one.mend}".rstrip()
            for one in refusal.problems
        ]
    error = click.ClickException("\n".join(lines))
    error.exit_code = FAULTY
    return error
