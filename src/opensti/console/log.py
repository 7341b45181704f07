"""``opensti log``: verify a receipt, check the whole record, sign it, show its key."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TextIO

import click
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from sti_methods.ledger import Policy, parse_policy

from opensti.console.monitor import monitor
from opensti.console.reasons import in_words
from opensti.console.witness import witness
from opensti.kernel.record.actions import begin_journal as begin_its_journal
from opensti.kernel.record.actions import checkpoint as sign
from opensti.kernel.record.actions import issue_receipt
from opensti.kernel.record.journal import NAME as JOURNAL
from opensti.kernel.record.keys import kept_key, verifier_key
from opensti.kernel.record.queries import Finding, check_log, log_size
from opensti.kernel.record.receipts import verify_receipt
from opensti.kernel.refusals import Refusal

FAULTY = 1
UNUSABLE = 2


@click.group()
def log() -> None:
    """The public log of acts: verify, check, sign."""


@log.command()
@click.argument("receipt", type=click.File("r", encoding="utf-8"))
@click.option(
    "--key",
    "vkey",
    help="The log's verifier key, or a file with it; this installation's by default.",
)
@click.option(
    "--policy",
    type=click.File("r", encoding="utf-8"),
    help="A trust policy (C2SP tlog-policy): which logs, and how many witnesses must have seen the checkpoint.",
)
@click.option("--json", "as_json", is_flag=True, help="Answer as one line of JSON.")
def verify(
    receipt: TextIO,
    vkey: str | None,
    policy: TextIO | None,
    as_json: bool,  # noqa: FBT001
) -> None:
    """Verify RECEIPT (a .tlog-proof file, or - ) offline: no database, no network.

    Exit code 0 when it holds, 1 when it does not, 2 when there is no key to try or the
    policy cannot be read.
    """
    trusted = _policy(policy)
    known = None if trusted.logs and not vkey else _key(vkey)
    try:
        found = verify_receipt(receipt.read(), known, policy=trusted)
    except (ValueError, OSError) as error:
        reason = in_words(error)
        if as_json:
            answer = {"valid": False, "reason": reason}
            click.echo(json.dumps(answer, ensure_ascii=False))
        else:
            click.secho(_("The receipt does not hold: %s") % reason, fg="red", err=True)
        raise SystemExit(FAULTY) from None
    if as_json:
        click.echo(json.dumps(found.as_dict(), ensure_ascii=False))
        return
    click.secho(
        _("The receipt holds: entry %(position)s of %(size)s in %(origin)s.")
        % {"position": found.position, "size": found.size, "origin": found.origin},
        fg="green",
    )
    if trusted.witnesses:
        names = ", ".join(found.witnesses) or _("nobody")
        click.echo(_("Witnessed by: %s.") % names)
    if found.body is None:
        click.echo(_("The entry is sealed; its content is not part of this receipt."))
    else:
        click.echo(json.dumps(found.body, ensure_ascii=False, indent=2))


@log.command()
@click.option(
    "--against",
    multiple=True,
    type=click.File("r", encoding="utf-8"),
    help="A checkpoint or receipt kept elsewhere that the log must answer to.",
)
@click.option("--json", "as_json", is_flag=True, help="Answer as JSON.")
def check(against: tuple[TextIO, ...], as_json: bool) -> None:  # noqa: FBT001
    """Rebuild the tree from the rows; name every row that is not as it was written.

    Exit code 0 when the record is sound, 1 with the faults named.
    """

    kept = [file.read() for file in against]
    with click.progressbar(
        length=log_size(), label=_("Checking the record"), hidden=as_json
    ) as bar:
        findings = check_log(
            progress=lambda done, _total: bar.update(done - bar.pos), against=kept
        )
    size = log_size()
    if as_json:
        answer = {
            "sound": not findings,
            "size": size,
            "findings": [finding.as_dict() for finding in findings],
        }
        click.echo(json.dumps(answer, ensure_ascii=False))
    else:
        _say_of_those_kept(against, findings)
        for finding in findings:
            where = "" if finding.position is None else f" #{finding.position}"
            click.secho(
                f"{finding.kind}{where} [{finding.row}]: {finding.message}", fg="red"
            )
        if not findings:
            click.secho(_("The record is sound: %s entries.") % size, fg="green")
        else:
            count = len(findings)
            click.echo(
                ngettext("%s fault found.", "%s faults found.", count) % count, err=True
            )
    if findings:
        raise SystemExit(FAULTY)


@log.command()
def checkpoint() -> None:
    """Sign the log as it stands and print the checkpoint."""

    try:
        signed = sign(at=timezone.now())
    except Refusal as refusal:
        raise click.ClickException(f"{refusal} {refusal.mend}") from None
    click.echo(signed.cosigned, nl=False)


@log.command()
def key() -> None:
    """Print the verifier key that receipts of this installation are checked with."""

    click.echo(str(verifier_key()))


@log.command()
@click.argument("position", type=click.IntRange(min=0))
@click.option("--disclose", is_flag=True, help="Add body and salt of a sealed entry.")
def receipt(position: int, disclose: bool) -> None:  # noqa: FBT001
    """Print the receipt (.tlog-proof) of the entry at POSITION."""

    try:
        text = issue_receipt(position=position, at=timezone.now(), disclose=disclose)
    except Refusal as refusal:
        raise click.ClickException(f"{refusal} {refusal.mend}") from None
    click.echo(text, nl=False)


@log.command()
def begin_journal() -> None:
    """Begin the journal of signed checkpoints anew, once the record was checked.

    For an installation older than the journal, or one that lost it: “opensti log check
    --against” a checkpoint kept elsewhere comes first.
    """
    others = [f for f in check_log() if f.row != JOURNAL]
    if others:
        raise click.ClickException(
            _("The record has faults; “opensti log check” names them.")
        )
    try:
        count = begin_its_journal()
    except Refusal as refusal:
        raise click.ClickException(f"{refusal} {refusal.mend}") from None
    click.echo(
        ngettext(
            "The journal begins with %s checkpoint.",
            "The journal begins with %s checkpoints.",
            count,
        )
        % count
    )


log.add_command(witness)
log.add_command(monitor)


def _say_of_those_kept(against: tuple[TextIO, ...], findings: list[Finding]) -> None:
    """Say of every checkpoint brought from outside that the log answers to it."""
    at_fault = " ".join(finding.row for finding in findings)
    for number, file in enumerate(against, 1):
        if f"{_('kept elsewhere')} {number}" not in at_fault:
            click.secho(_("The log continues %s.") % file.name, fg="green")


def _policy(file: TextIO | None) -> Policy:
    try:
        return parse_policy(file.read()) if file else Policy()
    except ValueError as error:
        click.secho(
            _("The policy cannot be used: %s") % in_words(error), fg="red", err=True
        )
        raise SystemExit(UNUSABLE) from None


def _key(given: str | None) -> str:
    """Return the key given, the one in the file given, or this installation's own."""
    if given:
        path = Path(given)
        return path.read_text(encoding="utf-8") if path.is_file() else given

    own = kept_key()
    if own is None:
        click.secho(
            _("Which log? Give its verifier key with --key (from <site>/log/key)."),
            fg="red",
            err=True,
        )
        raise SystemExit(UNUSABLE)
    return str(own)
