"""Letters that the house keeps as files instead of sending them (``EMAIL_URL=file:…``)."""

from __future__ import annotations

from email.header import decode_header, make_header
from email.parser import BytesParser
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings

if TYPE_CHECKING:
    from collections.abc import Collection


def forget_letters(addresses: Collection[str]) -> int:
    """Delete the kept files with a letter to one of the addresses; return how many."""
    place = getattr(settings, "EMAIL_FILE_PATH", None)
    wanted = {address.lower() for address in addresses if address}
    if not place or not wanted or not Path(place).is_dir():
        return 0
    gone = 0
    for file in Path(place).iterdir():
        text = file.read_bytes()
        told = text.decode("utf-8", "replace").lower()
        header = BytesParser().parsebytes(text, headersonly=True).get("To", "")
        told += str(make_header(decode_header(header))).lower()
        if any(address in told for address in wanted):
            file.unlink(missing_ok=True)
            gone += 1
    return gone
