"""``opensti contracts``: add up again what the tables say of money."""

from __future__ import annotations

import json

import click
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from opensti.domains.contracts.queries import Disagreement, disagreements
from opensti.domains.results.queries import unequal_splits
from opensti.kernel.money import format_money

FAULTY = 1


@click.group()
def contracts() -> None:
    """The money of contracts, and of what came of them."""


@contracts.command()
@click.option("--json", "as_json", is_flag=True, help="One line of JSON for each sum.")
def check(as_json: bool) -> None:  # noqa: FBT001
    """Add up every sum again: lines of budgets, instalments, payments, claims, books,
    settlements, shared profit. Exit code 0 when all agree, 1 when one does not.

    It only reads, and may run beside everything else.
    """
    found = [*disagreements(), *_shared()]
    for each in found:
        if as_json:
            click.echo(
                json.dumps(
                    {
                        "what": each.what,
                        "where": each.where,
                        "said": f"{each.said:f}",
                        "found": f"{each.found:f}",
                    },
                    ensure_ascii=False,
                )
            )
        else:
            click.secho(
                _(
                    "%(where)s, %(what)s: %(said)s stands written, %(found)s is added up."
                )
                % {
                    "where": each.where,
                    "what": each.what,
                    "said": format_money(each.said),
                    "found": format_money(each.found),
                },
                fg="red",
                err=True,
            )
    if found:
        click.echo(
            ngettext(
                "%(n)d sum does not agree.", "%(n)d sums do not agree.", len(found)
            )
            % {"n": len(found)},
            err=True,
        )
        raise SystemExit(FAULTY)
    if not as_json:
        click.secho(_("All sums agree."), fg="green")


def _shared() -> list[Disagreement]:
    return [
        Disagreement(
            what="amounts of a shared year",
            where=f"{number} / {year}",
            said=said,
            found=found,
        )
        for number, year, said, found in unequal_splits()
    ]
