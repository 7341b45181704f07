"""``opensti log monitor``: keep a log's checkpoints over time, shout when it forks."""

from __future__ import annotations

import json
from http.client import HTTPException
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, TextIO
from urllib.request import urlopen

import click
from django.utils import timezone
from django.utils.translation import gettext as _
from sti_methods.ledger import Policy, parse_policy, parse_verifier_key

from opensti.console.reasons import in_words
from opensti.kernel.record.monitor import Found, Look, Monitor
from opensti.kernel.record.receipts import cosignatures

if TYPE_CHECKING:
    from collections.abc import Callable

SECONDS = 20
LONGEST = 1 << 20
ALARM = 1
UNUSABLE = 2


@click.command()
@click.argument("source", metavar="LOG")
@click.option(
    "--key",
    "vkey",
    required=True,
    help="The log's verifier key as you noted it (from <site>/log/key), or a file with it.",
)
@click.option(
    "--keep",
    type=click.Path(path_type=Path, file_okay=False),
    required=True,
    help="Folder of the checkpoints seen and of the evidence; back it up.",
)
@click.option(
    "--checkpoint",
    type=click.File("r", encoding="utf-8"),
    help="Compare this checkpoint instead of the one that LOG serves now.",
)
@click.option(
    "--policy",
    type=click.File("r", encoding="utf-8"),
    help="A trust policy (C2SP tlog-policy): say which witnesses saw the checkpoint.",
)
@click.option("--json", "as_json", is_flag=True, help="Answer as one line of JSON.")
def monitor(
    *,
    source: str,
    vkey: str,
    keep: Path,
    checkpoint: TextIO | None,
    policy: TextIO | None,
    as_json: bool,
) -> None:
    """Look at LOG (its address, as https://site/log/, or a folder with its files) once.

    The checkpoint read must extend the newest one kept, by a consistency proof from the
    log's tiles; then it is kept too. Run it by cron. Exit code 0: it extends it, or is
    the first; 1: the log was forked or cut, and both signed texts are kept as evidence;
    2: it could not be looked at.
    """
    read = _reader(source)
    try:
        trusted = parse_policy(policy.read()) if policy else Policy()
        path = Path(vkey)
        text = path.read_text(encoding="utf-8") if path.is_file() else vkey
        standing = Monitor(key=parse_verifier_key(text), folder=keep)
        note = checkpoint.read() if checkpoint else read("checkpoint").decode()
        look = standing.look(note, read=read, at=timezone.now())
        keys = [key for key, _line in cosignatures(note, trusted.witness_keys)]
    except (HTTPException, OSError) as error:
        _refuse(str(error), as_json=as_json)
    except ValueError as error:
        _refuse(in_words(error), as_json=as_json)
    seen = [name for name, party in trusted.witnesses.items() if party.key in keys]
    if as_json:
        answer = _as_dict(look) | {"witnesses": seen}
        click.echo(json.dumps(answer, ensure_ascii=False))
    else:
        click.secho(_told(look), fg="red" if look.found.alarms else "green", bold=True)
        if trusted.witnesses:
            click.echo(_("Witnessed by: %s.") % (", ".join(seen) or _("nobody")))
            if not trusted.satisfied_by(keys):
                click.secho(
                    _("Those are fewer than the policy asks."), fg="yellow", err=True
                )
    if look.found.alarms:
        if not as_json:
            click.echo(_("Evidence: %s") % look.evidence)
        raise SystemExit(ALARM)


def _refuse(reason: str, *, as_json: bool) -> NoReturn:
    if as_json:
        click.echo(json.dumps({"found": None, "reason": reason}, ensure_ascii=False))
    else:
        click.secho(
            _("The log could not be looked at: %s") % reason, fg="red", err=True
        )
    raise SystemExit(UNUSABLE) from None


def _reader(source: str) -> Callable[[str], bytes]:
    """Return how a file of the log is read: over HTTP, or from a folder."""
    if source.startswith(("https://", "http://")):
        base = source.rstrip("/")

        def fetch(path: str) -> bytes:
            with urlopen(f"{base}/{path}", timeout=SECONDS) as answer:  # noqa: S310 -- http(s) only, see above
                return bytes(answer.read(LONGEST))

        return fetch
    return lambda path: (Path(source) / path).read_bytes()


def _as_dict(look: Look) -> dict[str, Any]:
    return {
        "found": str(look.found),
        "alarm": look.found.alarms,
        "size": look.new.size,
        "kept_size": look.kept.size if look.kept else None,
        "evidence": str(look.evidence) if look.evidence else None,
    }


def _told(look: Look) -> str:
    words = {
        Found.FIRST: _("First checkpoint of %(log)s kept: %(new)s entries."),
        Found.SAME: _("Nothing new in %(log)s: %(new)s entries, the same root."),
        Found.GROWN: _(
            "%(log)s grew from %(kept)s to %(new)s entries; nothing before was changed."
        ),
        Found.SHRUNK: _(
            "ALARM: %(log)s was CUT. It signed %(kept)s entries and now shows %(new)s."
        ),
        Found.FORKED: _(
            "ALARM: %(log)s was FORKED. What it signed at %(new)s entries does not continue what it signed at %(kept)s."
        ),
        Found.UNPROVEN: _(
            "ALARM: %(log)s does not prove that its %(new)s entries continue the %(kept)s it signed before: the files it serves do not give the root it signed."
        ),
    }
    return words[look.found] % {
        "log": look.new.origin,
        "new": look.new.size,
        "kept": look.kept.size if look.kept else 0,
    }
