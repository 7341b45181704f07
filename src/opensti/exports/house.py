"""Who publishes, under which names and licence; how times and addresses are written."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date
from typing import TYPE_CHECKING, overload

from django.conf import settings

from opensti.domains.publications.queries import midnight
from opensti.kernel.documents.content import letterhead

if TYPE_CHECKING:
    from datetime import datetime

    from opensti.domains.publications.queries import Body

# Organisations under their address in this house: no register outside knows it.
OWN_SCHEME = "VN-STI"
ROR_SCHEME = "XI-ROR"
ROR_ADDRESS = "https://ror.org/"


@dataclass(frozen=True, kw_only=True)
class House:
    """The publisher; ``address`` is where people reach it, without a slash at its end.

    ``ocid``, ``grants`` and ``doi`` are the prefixes that others registered for it.
    """

    name_vi: str
    name_en: str
    address: str
    licence: str
    ocid: str
    grants: str
    doi: str
    ror: str = ""

    @property
    def key(self) -> str:
        return f"{ROR_SCHEME}-{self.ror}" if self.ror else f"{OWN_SCHEME}-HOUSE"

    def page(self, *parts: str) -> str:
        """The address of a page of the register."""
        return "/".join((self.address, *parts, ""))

    def file(self, name: str) -> str:
        """The address of a file of open data."""
        return f"{self.address}/open-data/{name}"


def house() -> House:
    """The house as settings and letterhead name it."""
    words = letterhead()
    return House(
        name_vi=words["vi"]["house"],
        name_en=words["en"]["house"],
        address=settings.OPENSTI_ADDRESS.rstrip("/"),
        licence=settings.OPENSTI_DATA_LICENCE,
        ocid=settings.OPENSTI_OCID_PREFIX,
        grants=settings.OPENSTI_360GIVING_PREFIX,
        doi=settings.OPENSTI_DOI_PREFIX,
        ror=settings.OPENSTI_ROR,
    )


def body_key(body: Body) -> str:
    """Who an organisation is in every file: stays, whatever else is learnt of it.

    Empty where it is withheld.
    """
    if not body.public_id:
        return ""
    return f"{OWN_SCHEME}-{body.public_id}"


def moment(at: datetime) -> str:
    """A time as RFC 3339 in UTC, to the second."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


@overload
def start_of(day: date | str) -> str: ...
@overload
def start_of(day: None) -> None: ...
def start_of(day: date | str | None) -> str | None:
    """The first moment of a day where the house stands; a day may be ISO text, or withheld."""
    if day is None:
        return None
    found = date.fromisoformat(day) if isinstance(day, str) else day
    return midnight(found).isoformat()


def moment_of_day(day: date) -> str:
    """The first moment of a day, in UTC, so that it sorts among acts."""
    return moment(midnight(day))
