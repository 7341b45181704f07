"""``opensti conflicts``: look for conflicts of interest again, by the action of the page."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click
from django.utils import timezone
from django.utils.translation import gettext as _

from opensti.domains.calls.queries import call_names
from opensti.domains.panels import actions, queries
from opensti.kernel.access import SYSTEM
from opensti.kernel.refusals import NotFound, Refusal

if TYPE_CHECKING:
    from opensti.domains.panels.models import ConflictSearch


@click.group()
def conflicts() -> None:
    """Conflicts of interest between those who judge and what they would judge."""


@conflicts.command()
@click.option("--call", "call_code", metavar="CODE", help="All dossiers of this call.")
@click.option("--council", metavar="ID", help="Everything on this council's agenda.")
@click.option("--changed", is_flag=True, help="All open calls and councils on orders.")
@click.option("--later", is_flag=True, help="Leave it to the worker.")
@click.option("--json", "as_json", is_flag=True, help="Answer as JSON.")
def recompute(
    *,
    call_code: str | None,
    council: str | None,
    changed: bool,
    later: bool,
    as_json: bool,
) -> None:
    """Look through a call or a council again; without a change nothing is written.

    --changed looks only where something that counts was recorded since the last search.
    Exit code 0: done; 1: refused, with the reason.
    """
    if sum((call_code is not None, council is not None, changed)) != 1:
        raise click.UsageError(_("Give one of --call, --council and --changed."))
    if changed and later:
        raise click.UsageError(
            _("The worker does --changed every ten minutes by itself.")
        )
    at = timezone.now()
    try:
        if changed:
            done = actions.look_again(at=at)
            _say({"searches": done}, _("%(n)d searches done.") % {"n": done}, as_json)
            return
        chosen = (
            {"council_id": queries.council(SYSTEM, council).pk}
            if council is not None
            else {"call_id": _call_of(call_code or "")}
        )
        if later:
            job = actions.ask_to_find(actor=SYSTEM, at=at, **chosen)
            _say({"job": job.public_id}, _("The worker will do it."), as_json)
            return
        search = actions.find_conflicts(actor=SYSTEM, at=at, **chosen)
    except NotFound:
        raise click.ClickException(
            _("There is no %(what)s.") % {"what": council or call_code}
        ) from None
    except Refusal as refusal:
        raise click.ClickException(f"{refusal} {refusal.mend}".strip()) from None
    _say(_summary(search), _told(search), as_json)


def _call_of(code: str) -> int:
    found = call_names(actor=SYSTEM).filter(code=code).first()
    if found is None:
        raise NotFound
    return found.pk


def _summary(search: ConflictSearch) -> dict[str, object]:
    return {
        "search": search.public_id,
        "people": search.people,
        "things": search.things,
        "ties": search.found,
        "opened": search.opened,
        "data_sha256": search.data_digest,
    }


def _told(search: ConflictSearch) -> str:
    return _(
        "%(people)d people against %(things)d dossiers or orders: %(ties)d ties, %(opened)d cases opened or opened again."
    ) % {
        "people": search.people,
        "things": search.things,
        "ties": search.found,
        "opened": search.opened,
    }


def _say(summary: dict[str, object], words: str, as_json: bool) -> None:  # noqa: FBT001
    click.echo(json.dumps(summary, ensure_ascii=False) if as_json else words)
