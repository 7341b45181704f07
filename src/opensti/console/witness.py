"""``opensti log witness``: stand witness to somebody's log, over HTTP."""

from __future__ import annotations

import time
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import click
from django.utils.translation import gettext as _
from sti_methods.ledger import VerifierKey, parse_verifier_key

from opensti.kernel.record.witness import Answer, Witness

LONGEST = 64 * 1024
SECONDS = 20
MISSING = Answer(HTTPStatus.NOT_FOUND, "nothing is here.\n")


@click.command()
@click.option(
    "--name",
    required=True,
    help="The witness's name: its public address without scheme, e.g. news.example/witness.",
)
@click.option(
    "--log",
    "logs",
    multiple=True,
    required=True,
    help="The verifier key of a log to witness (from <site>/log/key), or a file with it.",
)
@click.option(
    "--data",
    type=click.Path(path_type=Path, file_okay=False),
    required=True,
    help="Folder of the witness's key and of what it saw; back it up.",
)
@click.option("--bind", default="127.0.0.1:8100", show_default=True)
@click.option(
    "--key", "only_key", is_flag=True, help="Print the witness's verifier key and end."
)
def witness(
    *, name: str, logs: tuple[str, ...], data: Path, bind: str, only_key: bool
) -> None:
    """Serve a witness (C2SP tlog-witness): sign what extends the log, nothing else."""
    try:
        standing = Witness(name=name, logs=[_key(text) for text in logs], folder=data)
        if only_key:
            click.echo(str(parse_verifier_key(str(standing.key))))
            return
        host, _colon, port = bind.rpartition(":")
        server = serve_witness(standing, (host, int(port)))
    except (ValueError, OSError) as error:
        raise click.ClickException(str(error)) from error
    bound = f"{host}:{server.server_address[1]}"
    click.echo(_("Witness %(name)s: http://%(bind)s") % {"name": name, "bind": bound})
    click.echo(str(standing.key))
    with server:
        server.serve_forever()


def serve_witness(standing: Witness, address: tuple[str, int]) -> ThreadingHTTPServer:
    """Return a server that is bound and waits to be run; a proxy gives it its TLS."""
    handler = type("Handler", (_Handler,), {"standing": standing})
    server = ThreadingHTTPServer(address, handler)
    server.daemon_threads = True
    return server


class _Handler(BaseHTTPRequestHandler):
    standing: Witness
    protocol_version = "HTTP/1.1"
    timeout = SECONDS

    def do_POST(self) -> None:
        length = self.headers.get("Content-Length", "")
        if not (length.isascii() and length.isdigit()) or int(length) > LONGEST:
            self.close_connection = True
            self._send(Answer(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "too long.\n"))
            return
        body = self.rfile.read(int(length))
        if self.path != "/add-checkpoint":
            self._send(MISSING)
            return
        self._send(self.standing.add_checkpoint(body, at=int(time.time())))

    def do_GET(self) -> None:
        first, _slash, rest = self.path.removeprefix("/").partition("/")
        found = self.standing.latest(first) if rest == "checkpoint" else None
        self._send(MISSING if found is None else Answer(HTTPStatus.OK, found))

    def _send(self, answer: Answer) -> None:
        body = answer.body.encode()
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.content_type)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def _key(text: str) -> VerifierKey:
    path = Path(text)
    return parse_verifier_key(
        path.read_text(encoding="utf-8") if path.is_file() else text
    )
