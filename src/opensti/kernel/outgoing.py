"""Send something to an address that a stranger named: only outwards, and only for so long.

The name is looked up once, at the sending; each of its addresses must be one of the public
internet, and the connection goes to the very address that was looked at, so a name that
answers differently a moment later leads nowhere else. No redirect is followed, only a few
ports are spoken to, and whatever the other side does, all of it ends at a deadline.
"""

from __future__ import annotations

import http.client
import ipaddress
import socket
import ssl
import time
from contextlib import suppress
from dataclasses import dataclass
from threading import Timer
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, urlsplit

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from opensti.kernel.refusals import Invalid, Problem

if TYPE_CHECKING:
    from collections.abc import Mapping

PORTS = frozenset({443, 8443})
SECONDS = 10.0
LONGEST = 500
READ = 1_000
# The only addresses of IPv6 that were ever given out for the public internet (RFC 4291):
# outside lie old ways into a network (site-local, IPv4 inside, translators).
GIVEN_OUT = ipaddress.ip_network("2000::/3")
# Networks in it that lead inwards by a detour.
DETOURS = (
    ipaddress.ip_network("2001::/32"),  # Teredo
    ipaddress.ip_network("2002::/16"),  # 6to4
)


@dataclass(frozen=True, kw_only=True)
class Sent:
    """What came back: a status, or why there is none; and how long it took."""

    status: int | None
    fault: str
    milliseconds: int

    @property
    def arrived(self) -> bool:
        return self.status is not None and 200 <= self.status < 300  # noqa: PLR2004


def checked_address(text: str, *, field: str = "url") -> str:
    """The address, if anything may ever be sent there; raises ``Invalid``."""
    fault = ""
    try:
        parts = urlsplit(text.strip())
        fault = str(_fault_of(parts, text.strip()))
    except ValueError:
        fault = str(_("This is no address."))
    if not fault and len(text) > LONGEST:
        fault = str(_("This address is too long."))
    if fault:
        raise Invalid(
            [
                Problem(
                    field=field,
                    message=fault,
                    mend=_(
                        "Give an address that begins with https:// and can be reached from the internet, at port 443 or 8443."
                    ),
                )
            ]
        )
    return text.strip()


def _fault_of(parts: SplitResult, said: str) -> object:
    """Why nothing is sent to an address, by the address alone; empty where it may be."""
    local = settings.OPENSTI_WEBHOOKS_LOCAL
    named = parts.hostname and said.isascii()
    for wrong, reason in (
        (not named or any(c.isspace() for c in said), _("This is no address.")),
        (
            parts.username or parts.password or parts.fragment,
            _("This address names more than a place."),
        ),
        (
            parts.scheme != "https" and not (local and parts.scheme == "http"),
            _("Only addresses with https:// are sent to."),
        ),
        (
            _port(parts) not in PORTS and not local,
            _("Nothing is sent to this port."),
        ),
        (_is_inside(parts.hostname), _("This address lies within a network.")),
    ):
        if wrong:
            return reason
    return ""


def _is_inside(host: str | None) -> bool:
    try:
        return not is_outside(ipaddress.ip_address(host or ""))
    except ValueError:
        return False  # a name: looked up when something is sent


def _port(parts: SplitResult) -> int:
    usual = 443 if parts.scheme == "https" else 80
    return usual if parts.port is None else parts.port


def is_outside(given: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    """Whether this is a place in the public internet, by no detour another."""
    if settings.OPENSTI_WEBHOOKS_LOCAL:
        return True
    if given.version == 6:  # noqa: PLR2004 -- the version's own number
        if given.ipv4_mapped is not None:
            return is_outside(given.ipv4_mapped)
        if given not in GIVEN_OUT or any(given in network for network in DETOURS):
            return False
    return given.is_global and not given.is_multicast


def post(
    url: str, body: bytes, heads: Mapping[str, str], *, seconds: float = SECONDS
) -> Sent:
    """Send a body once; never raises for what the other side or the network does."""
    begun = time.monotonic()
    status, fault = None, ""
    try:
        status = _posted(url, body, heads, seconds)
    except Invalid as refusal:
        fault = str(refusal)
    except (OSError, http.client.HTTPException, ValueError) as error:
        fault = f"{type(error).__name__}: {error}"[:200]
    spent = time.monotonic() - begun
    if spent >= seconds:  # an answer that was cut off is none
        status, fault = None, str(_("No answer in time."))
    return Sent(status=status, fault=fault, milliseconds=round(spent * 1000))


def _posted(url: str, body: bytes, heads: Mapping[str, str], seconds: float) -> int:
    parts = urlsplit(checked_address(url))
    host, port = str(parts.hostname), _port(parts)
    place = _looked_up(host, port)
    link = socket.create_connection((place, port), timeout=seconds)
    # A side that sends a byte now and then keeps every single wait short.
    cut = [link]
    ending = Timer(seconds, lambda: _cut(cut[0]))
    ending.daemon = True
    ending.start()
    try:
        if parts.scheme == "https":
            safe = ssl.create_default_context().wrap_socket(
                link, server_hostname=host, do_handshake_on_connect=False
            )
            cut[:] = [safe]  # before the greeting, which may take for ever too
            link = safe
            safe.do_handshake()
        connection = http.client.HTTPConnection(host, port, timeout=seconds)
        connection.sock = link
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        default = port == (443 if parts.scheme == "https" else 80)
        name = f"[{host}]" if ":" in host else host
        said = {"Host": name if default else f"{name}:{port}", **heads}
        connection.request("POST", target, body=body, headers=said)
        answer = connection.getresponse()
        answer.read(READ)
        return answer.status
    finally:
        ending.cancel()
        link.close()


def _looked_up(host: str, port: int) -> str:
    """One address of a name, all of which must be outside; raises ``Invalid``."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    places = [str(where[0]) for *_rest, where in found]
    for place in places:
        if not is_outside(ipaddress.ip_address(place.partition("%")[0])):
            raise Invalid(
                [Problem(field="url", message=_("This name leads into a network."))]
            )
    return places[0]


def _cut(link: socket.socket) -> None:
    with suppress(OSError):  # ended already
        link.shutdown(socket.SHUT_RDWR)
