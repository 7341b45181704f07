"""Take the network away from this process, for good, and prove it.

Twice: whatever Python opens is refused by an audit hook, which nothing can take back; and
where the kernel lets us, the process moves to a network of its own with nothing in it, so
that libraries in C reach nobody either.
"""

from __future__ import annotations

import ctypes
import socket
import sys
from contextlib import closing

# An address for documentation (RFC 5737) and the one machine that is always there.
NOBODY, HERE = ("192.0.2.1", 80), ("127.0.0.1", 9)
NEW_NETWORK = 0x40000000  # CLONE_NEWNET
NEW_USER = 0x10000000  # CLONE_NEWUSER
REFUSED = {
    "socket.connect", "socket.sendto", "socket.sendmsg", "socket.bind",
    "socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr",
    "urllib.Request", "http.client.connect", "ftplib.connect", "smtplib.connect",
}  # fmt: skip


class NetworkUsedError(Exception):
    """Something asked the network."""


def _refuse(event: str, told: tuple[object, ...]) -> None:
    if event not in REFUSED:
        return
    if event in ("socket.connect", "socket.bind") and isinstance(told[1], str):
        return  # a socket of this machine's file system
    raise NetworkUsedError(f"{event} {told[1:]!r}")


def refuse() -> None:
    """Refuse whatever Python asks the network for from now on."""
    sys.addaudithook(_refuse)


def cut_off() -> bool:
    """Refuse the network from now on; true if the kernel took it away, too.

    Raises ``RuntimeError`` where something could still be reached.
    """
    refuse()
    libc = ctypes.CDLL(None, use_errno=True)
    alone = any(
        libc.unshare(flags) == 0 for flags in (NEW_NETWORK, NEW_NETWORK | NEW_USER)
    )
    for address in (NOBODY, HERE):
        if reaches(address):
            raise RuntimeError(f"{address[0]} can still be asked")
    return alone


def reaches(address: tuple[str, int]) -> bool:
    """Whether the process may ask an address at all; an answer is not needed."""
    with closing(socket.socket(socket.AF_INET, socket.SOCK_STREAM)) as one:
        one.settimeout(1)
        try:
            one.connect(address)
        except NetworkUsedError:
            return False
        except OSError:
            return True
    return True
