"""Show every new checkpoint to the witnesses and keep what they put their names to.

A witness is another body (a university, a newspaper) that has seen the log before and
signs only what extends it (C2SP tlog-witness). With one of them outside, the ministry
itself cannot show two histories, whatever is done to its database, files and keys.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

import structlog
from sti_methods.ledger import Submission, VerifierKey

from opensti.kernel.record.keys import log_policy
from opensti.kernel.record.models import Cosignature
from opensti.kernel.record.queries import (
    consistency,
    cosigners,
    latest_checkpoint,
    log_edge,
)
from opensti.kernel.record.receipts import cosignatures

if TYPE_CHECKING:
    from datetime import datetime

    from sti_methods.ledger import Edge, Party

    from opensti.kernel.record.models import Checkpoint

SECONDS = 5
LONGEST_ANSWER = 64 * 1024
logger = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Answer:
    """What a witness said; status 0 when it was not reached."""

    status: int
    text: str


def ask_witnesses(*, at: datetime) -> list[str]:
    """Ask each witness that has not cosigned the newest checkpoint; return who did.

    A witness that cannot be reached is asked again next time. One that refuses has seen
    another history: that is said as loudly as the log can.
    """
    signed = latest_checkpoint()
    policy = log_policy()
    if signed is None:
        return []
    have = cosigners(signed, policy)
    asked = [w for w in policy.witnesses.values() if w.url and w.key not in have]
    edge = log_edge()
    told = _ask(asked, [_last_seen(witness.key) for witness in asked], signed, edge)
    again = [
        (witness, int(answer.text))
        for witness, answer in told
        if answer.status == HTTPStatus.CONFLICT and _size(answer.text) <= signed.size
    ]
    if again:
        behind = [witness for witness, _old in again]
        told = [(w, a) for w, a in told if w not in behind]
        told += _ask(behind, [old for _witness, old in again], signed, edge)
    return [w.key.name for w, answer in told if _keep(w.key, answer, signed, at)]


def _ask(
    witnesses: list[Party], old: list[int], signed: Checkpoint, edge: Edge
) -> list[tuple[Party, Answer]]:
    """Send to all at once: one that hangs keeps nobody waiting longer than itself."""
    sent = [
        (
            f"{witness.url.rstrip('/')}/add-checkpoint",
            str(
                Submission(
                    size,
                    tuple(consistency(size, edge, new=signed.size)),
                    signed.note,
                )
            ),
        )
        for witness, size in zip(witnesses, old, strict=True)
    ]
    if not sent:
        return []
    with ThreadPoolExecutor(max_workers=len(sent)) as pool:
        return list(zip(witnesses, pool.map(lambda s: _post(*s), sent), strict=True))


def _post(url: str, body: str) -> Answer:
    request = Request(url, data=body.encode(), method="POST")  # noqa: S310 -- the operator's own address
    request.add_header("Content-Type", "text/plain; charset=utf-8")
    try:
        with urlopen(request, timeout=SECONDS) as response:  # noqa: S310
            return Answer(response.status, _text(response.read(LONGEST_ANSWER)))
    except HTTPError as error:
        with error:
            return Answer(error.code, _text(error.read(LONGEST_ANSWER)))
    except (OSError, URLError, ValueError) as error:
        return Answer(0, str(error))


def _text(raw: bytes) -> str:
    return raw.decode(errors="replace")


def _size(text: str) -> int:
    """Return the size a witness says it has seen; what is no size is beyond any log."""
    bare = text.strip()
    return int(bare) if bare.isascii() and bare.isdigit() else 1 << 63


def _last_seen(key: VerifierKey) -> int:
    seen = Cosignature.objects.filter(witness=key.name, key_id=key.key_id.hex())
    last = seen.order_by("-checkpoint__size").values_list("checkpoint__size", flat=True)
    return last.first() or 0


def _keep(key: VerifierKey, answer: Answer, signed: Checkpoint, at: datetime) -> bool:
    """Keep a valid cosignature; say why there is none."""
    if answer.status != HTTPStatus.OK:
        say = logger.warning if _is_away(answer.status) else logger.critical
        say(
            "record.not_witnessed",
            witness=key.name,
            size=signed.size,
            status=answer.status,
            answer=answer.text[:300],
        )
        return False
    try:
        lines = cosignatures(signed.note + answer.text, [key])
    except ValueError as error:
        lines = []
        logger.warning("record.odd_cosignature", witness=key.name, error=str(error))
    for _key, line in lines[:1]:
        Cosignature.objects.get_or_create(
            checkpoint=signed,
            witness=key.name,
            key_id=key.key_id.hex(),
            defaults={"line": line, "received_at": at},
        )
    return bool(lines)


def _is_away(status: int) -> bool:
    return status == 0 or status >= HTTPStatus.INTERNAL_SERVER_ERROR
