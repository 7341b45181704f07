"""``opensti portfolio recompute``: compute a decision bundle again, anywhere."""

from __future__ import annotations

import json
from typing import IO

import click
from django.utils.translation import gettext as _

from opensti.console.reasons import in_words
from opensti.domains.portfolios import actions

DIFFERS = 1
UNUSABLE = 2


@click.command()
@click.argument("bundle", type=click.File("rb"))
@click.option("--json", "as_json", is_flag=True, help="Answer as JSON.")
def recompute(bundle: IO[bytes], *, as_json: bool) -> None:
    """Compute BUNDLE (a ZIP from the page of a decision) again: no database, no network.

    Exit code 0: ranking and selection come out as they were published; 1: they do not,
    and the dossiers are named; 2: this is no bundle, or it was altered.
    """
    try:
        found = actions.recompute_bundle(content=bundle.read())
    except ValueError as error:
        click.secho(in_words(error), fg="red", err=True)
        raise SystemExit(UNUSABLE) from None
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False))
    else:
        words = {"ranking": _("ranking"), "selection": _("selection")}
        for part, differing in found.items():
            if differing:
                said = _("NOT as it was published: %s") % ", ".join(differing)
            else:
                said = _("as it was published")
            click.echo(f"{words[part]}: {said}")
    if any(found.values()):
        raise SystemExit(DIFFERS)
