"""``opensti search``: the index of the register, made anew or compared with it."""

from __future__ import annotations

import json
from dataclasses import asdict

import click
from django.utils.timezone import now
from django.utils.translation import gettext as _

from opensti.domains.publications import actions


@click.group()
def search() -> None:
    """The index by which the public searches the register."""


@search.command(name="rebuild")
@click.option("--quiet", is_flag=True, help="Say nothing while it goes on.")
def rebuild(*, quiet: bool) -> None:
    """Compare the index with the register and mend it, in parts of 500 rows.

    Needed once for a house that was there before the search; afterwards every act keeps the
    index, and a worker compares it once a day. Prints as JSON what was mended: rows that were
    missing, wrong or too many, and words counted wrongly.
    """

    def told(kind: str, done: int) -> None:
        if not quiet:
            click.echo(f"{kind} {done}", err=True)

    click.echo(json.dumps(asdict(actions.rebuild_search(at=now(), told=told))))


@search.command(name="check")
def check() -> None:
    """Compare the index with the register; nothing is written.

    Exit status 1: they differ; the JSON says by how many rows and words.
    """
    found = actions.check_search()
    click.echo(json.dumps(asdict(found)))
    if not found.none:
        raise click.ClickException(
            _("The index differs from the register; “opensti search rebuild” mends it.")
        )
