"""Ask ClamAV whether a file carries a virus (clamd, command INSTREAM).

``OPENSTI_CLAMAV`` is "host:port" or the path of clamd's socket; empty means that no
scanner is configured. Source: clamd(8), "zINSTREAM".
"""

from __future__ import annotations

import socket
import struct
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

TIMEOUT_SECONDS = 60
_CHUNK = 64 * 1024


class ScannerUnreachable(Exception):  # noqa: N818 -- reads as what happened
    """The scanner did not answer, or not in its own language."""


def scan(path: Path, *, address: str) -> str:
    """Return the name of what was found in the file, or "" if nothing was."""
    try:
        with _connect(address) as link, path.open("rb") as file:
            link.sendall(b"zINSTREAM\0")
            while chunk := file.read(_CHUNK):
                link.sendall(struct.pack("!I", len(chunk)) + chunk)
            link.sendall(struct.pack("!I", 0))
            answer = b""
            while not answer.endswith(b"\0") and (more := link.recv(4096)):
                answer += more
    except OSError as error:
        raise ScannerUnreachable(str(error)) from error
    text = answer.rstrip(b"\0").decode("utf-8", "replace").strip()
    if text.endswith(" FOUND"):
        return text.removeprefix("stream: ").removesuffix(" FOUND")
    if text.endswith("OK"):
        return ""
    raise ScannerUnreachable(text or "no answer")


def _connect(address: str) -> socket.socket:
    if address.startswith("/"):
        link = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        link.settimeout(TIMEOUT_SECONDS)
        try:
            link.connect(address)
        except OSError:
            link.close()
            raise
        return link
    host, _colon, port = address.rpartition(":")
    return socket.create_connection((host, int(port)), timeout=TIMEOUT_SECONDS)
