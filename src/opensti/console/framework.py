"""``opensti framework``: check, load and list questions on innovation management."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from opensti.domains.accounts.queries import account_by_email
from opensti.domains.assessments.actions import (
    extend_framework,
    load_frameworks,
    load_rules,
)
from opensti.domains.assessments.frameworks import (
    lines_of,
    read_files,
    read_text,
    shipped_bases,
)
from opensti.domains.assessments.queries import active_versions, bases_in_force
from opensti.domains.registry.queries import actor_for, organisations_by_address
from opensti.kernel.access import SYSTEM
from opensti.kernel.refusals import Invalid, Refusal

if TYPE_CHECKING:
    from opensti.domains.assessments.models import RuleSet

FILE = click.Path(path_type=Path, dir_okay=False)


class Faulty(click.ClickException):
    """What is wrong with files, place by place."""

    exit_code = 2


@click.group()
def framework() -> None:
    """Frameworks and their modules as data: check, load, list."""


@framework.command()
@click.argument("files", nargs=-1, required=True, type=FILE)
def check(files: tuple[Path, ...]) -> None:
    """Look for faults in FILES; exit code 2 when there are any.

    Files are checked together: a module may extend the framework of another file, or one
    that comes with the house. No database is needed.
    """
    try:
        found = read_files(files, bases=shipped_bases(files))
    except Invalid as refusal:
        raise _refused(refusal) from None
    counted = (
        ngettext("%s framework", "%s frameworks", len(found)) % len(found),
        ngettext("%s item", "%s items", n := sum(len(f.items) for f, _c in found.values()))
        % n,
    )  # fmt: skip
    click.echo(_("%(counted)s, no fault.") % {"counted": ", ".join(counted)})


@framework.command()
@click.argument("files", nargs=-1, type=FILE)
def load(files: tuple[Path, ...]) -> None:
    """Freeze FILES, or those that come with the house, with its rules of recommendations.

    What is here already stays.
    """
    at = timezone.now()
    try:
        versions = load_frameworks(actor=SYSTEM, at=at, paths=files or None)
        found = [] if files else load_rules(actor=SYSTEM, at=at)
    except Invalid as refusal:
        raise _refused(refusal) from None
    for version in versions:
        click.echo(
            f"{version.framework.code:<24} #{version.number:<4} {version.sha256}"
        )
    _told(found)


@framework.command()
@click.argument("files", nargs=-1, required=True, type=FILE)
def rules(files: tuple[Path, ...]) -> None:
    """Freeze FILES of rules of recommendations on frameworks in force; all or none."""
    try:
        found = load_rules(actor=SYSTEM, at=timezone.now(), paths=files)
    except Invalid as refusal:
        raise _refused(refusal) from None
    _told(found)


@framework.command()
@click.argument("file", type=FILE)
@click.option(
    "--organisation",
    required=True,
    help="The address of the organisation in the registry.",
)
@click.option(
    "--as",
    "login",
    required=True,
    metavar="LOGIN",
    help="Who acts: the e-mail address of a manager of it.",
)
def extend(file: Path, *, organisation: str, login: str) -> None:
    """Freeze FILE as a module of an organisation's own; nobody else knows of it."""
    at = timezone.now()
    user = account_by_email(login)
    known = organisations_by_address([organisation])
    if user is None:
        raise Faulty(_("There is no active account “%(login)s”.") % {"login": login})
    if organisation not in known:
        raise Faulty(
            _("There is no organisation “%(address)s”.") % {"address": organisation}
        )
    try:
        text = file.read_text(encoding="utf-8-sig")
        _found, content = read_text(text, file=file.name, bases=bases_in_force())
        version = extend_framework(
            actor=actor_for(user=user, on=timezone.localdate(at), sudo=True),
            organisation_id=known[organisation],
            content=content,
            file=file.name,
            lines=lines_of(text),
            at=at,
        )
    except OSError as error:
        raise Faulty(
            _("The file cannot be read: %(error)s") % {"error": error}
        ) from None
    except UnicodeDecodeError:
        raise Faulty(_("The file is no UTF-8 text.")) from None
    except Invalid as refusal:
        raise _refused(refusal) from None
    except Refusal as refusal:
        raise Faulty(str(refusal)) from None
    click.echo(f"{version.framework.code:<24} #{version.number:<4} {version.sha256}")


def _told(found: list[RuleSet]) -> None:
    for one in found:
        click.echo(f"{one.framework:<24} #{one.number:<4} {one.sha256}  {_('rules')}")


@framework.command(name="list")
def list_versions() -> None:
    """List what new assessments ask."""
    for version in active_versions(SYSTEM):
        click.echo(
            f"{version.framework.code:<24} #{version.number:<4} {version.sha256[:16]}  {version.title}"
        )


def _refused(refusal: Invalid) -> Faulty:
    shown = [
        f"{p.field}: {p.message}" + (f"\n    → {p.mend}" if p.mend else "")
        for p in refusal.problems
    ]
    return Faulty("\n".join([*shown, str(refusal)]))
