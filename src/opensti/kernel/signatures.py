"""Electronic signatures inside a PDF: whose, when, and whether the file is still as signed.

Works offline: nothing is fetched, neither certificates nor lists of revoked ones. So
"trusted" says that the chain leads to a root of ``OPENSTI_SIGNATURE_ROOTS`` and that the
certificates were valid at the moment of the check, not that none was revoked. An unknown
chain is no fault of the file; a file that was changed after it was signed is.
"""

from __future__ import annotations

import asyncio
import io
import logging
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings

if TYPE_CHECKING:
    from collections.abc import Mapping

    from asn1crypto.x509 import Certificate

MOST_SIGNATURES = 20
_SUFFIXES = frozenset({".pem", ".crt", ".cer", ".der"})


class Found(StrEnum):
    """What a file is, as far as signatures go."""

    SIGNED = "signed"
    UNSIGNED = "unsigned"
    UNREADABLE = "unreadable"
    NO_PDF = "no_pdf"


class Change(StrEnum):
    """What was done to the file after the signature."""

    NONE = "none"
    ADDED = "added"  # what a signature allows: further signatures, fields, time stamps
    CHANGED = "changed"


class Trust(StrEnum):
    TRUSTED = "trusted"
    UNKNOWN = "unknown"


@dataclass(frozen=True, kw_only=True)
class Signature:
    """One signature. ``signed_at`` is ISO 8601; ``stamped``: a time stamp says so.

    Without a time stamp it is what the signer's own machine said.
    """

    field: str
    signer: str
    issuer: str
    signed_at: str
    stamped: bool
    intact: bool
    change: str
    trust: str

    @property
    def moment(self) -> datetime | None:
        return datetime.fromisoformat(self.signed_at) if self.signed_at else None

    @property
    def holds(self) -> bool:
        """The bytes it covers are those that were signed, and nothing was changed since."""
        return self.intact and self.change != Change.CHANGED


@dataclass(frozen=True, kw_only=True)
class Check:
    """What was found in a file on a day, against how many trusted roots."""

    found: str
    signatures: tuple[Signature, ...] = ()
    checked_at: str = ""
    roots: int = 0

    @property
    def broken(self) -> bool:
        """A signature is inside that does not hold."""
        return any(not s.holds for s in self.signatures)

    def as_json(self) -> dict[str, Any]:
        return asdict(self) | {"signatures": [asdict(s) for s in self.signatures]}

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> Check:
        """Read back what ``as_json`` gave; an empty mapping was never checked."""
        rows = tuple(Signature(**row) for row in kept.get("signatures", ()))
        return cls(**{"found": Found.NO_PDF, **kept, "signatures": rows})


def check_pdf(content: bytes, *, at: datetime) -> Check:
    """Check every signature of a PDF; never raises for what the file holds.

    Cost: each signature reads the file once. What cannot be read as PDF is said so.
    """
    said = {"checked_at": at.isoformat(), "roots": len(_roots())}
    if not content.startswith(b"%PDF-"):
        return Check(found=Found.NO_PDF, **said)  # type: ignore[arg-type]
    from pyhanko.pdf_utils.reader import PdfFileReader  # noqa: PLC0415 -- slow to load

    _quiet()
    if _in_a_loop():  # the library runs a loop of its own
        with ThreadPoolExecutor(max_workers=1) as aside:
            return aside.submit(check_pdf, content, at=at).result()
    try:
        reader = PdfFileReader(io.BytesIO(content), strict=False)
        inside = list(reader.embedded_regular_signatures)[:MOST_SIGNATURES]
    except Exception:  # noqa: BLE001 -- whatever is wrong in a hostile file
        return Check(found=Found.UNREADABLE, **said)  # type: ignore[arg-type]
    if not inside:
        return Check(found=Found.UNSIGNED, **said)  # type: ignore[arg-type]
    rows = tuple(_signature(each, at) for each in inside)
    return Check(found=Found.SIGNED, signatures=rows, **said)  # type: ignore[arg-type]


def _in_a_loop() -> bool:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True


def _signature(embedded: Any, at: datetime) -> Signature:
    from pyhanko.sign.diff_analysis import ModificationLevel  # noqa: PLC0415
    from pyhanko.sign.validation import (  # noqa: PLC0415
        SignatureCoverageLevel,
        validate_pdf_signature,
    )
    from pyhanko_certvalidator import ValidationContext  # noqa: PLC0415

    name = str(embedded.field_name)
    context = ValidationContext(
        trust_roots=list(_roots()), allow_fetching=False, moment=at
    )
    try:
        status = validate_pdf_signature(embedded, context, context)
        signer, issuer = (
            _name(status.signing_cert.subject),
            _name(status.signing_cert.issuer),
        )
    except Exception:  # noqa: BLE001 -- a signature that cannot be read does not hold
        return Signature(
            field=name,
            signer="",
            issuer="",
            signed_at="",
            stamped=False,
            intact=False,
            change=Change.CHANGED,
            trust=Trust.UNKNOWN,
        )
    stamp = status.timestamp_validity
    stamped = stamp is not None and stamp.intact and stamp.valid
    moment = stamp.timestamp if stamp and stamped else status.signer_reported_dt
    whole = status.coverage == SignatureCoverageLevel.ENTIRE_FILE
    level = status.modification_level
    allowed = level is not None and level != ModificationLevel.OTHER
    covered = status.coverage in (
        SignatureCoverageLevel.ENTIRE_FILE,
        SignatureCoverageLevel.ENTIRE_REVISION,
    )
    change = (
        Change.NONE
        if whole
        else Change.ADDED
        if covered and allowed and status.docmdp_ok
        else Change.CHANGED
    )
    return Signature(
        field=name,
        signer=signer,
        issuer=issuer,
        signed_at=moment.isoformat() if moment else "",
        stamped=stamped,
        intact=bool(status.intact and status.valid),
        change=change,
        trust=Trust.TRUSTED if status.trusted else Trust.UNKNOWN,
    )


def _name(name: Any) -> str:
    """The common name of a certificate's holder, else all that is said of it."""
    said = name.native.get("common_name") or name.human_friendly
    return (", ".join(said) if isinstance(said, list) else str(said))[:200]


def _roots() -> tuple[Certificate, ...]:
    folder = settings.OPENSTI_SIGNATURE_ROOTS
    if not folder or not Path(folder).is_dir():
        return ()
    files = sorted(p for p in Path(folder).iterdir() if p.suffix.lower() in _SUFFIXES)
    return _read(tuple((str(p), p.stat().st_mtime_ns) for p in files))


@lru_cache(maxsize=4)
def _read(files: tuple[tuple[str, int], ...]) -> tuple[Certificate, ...]:
    from asn1crypto import pem  # noqa: PLC0415
    from asn1crypto.x509 import Certificate as Cert  # noqa: PLC0415

    found = []
    for path, _changed in files:
        raw = Path(path).read_bytes()
        if pem.detect(raw):
            found += [Cert.load(der) for _n, _h, der in pem.unarmor(raw, multiple=True)]
        else:
            found.append(Cert.load(raw))
    return tuple(found)


def _quiet() -> None:
    """What a chain lacks is the answer of this module, not a line in the log."""
    for name in ("pyhanko", "pyhanko_certvalidator"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
