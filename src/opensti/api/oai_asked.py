"""What a harvester asks: verb and arguments, or what is wrong with them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import chain
from typing import TYPE_CHECKING

from django.core import signing

from opensti.domains.publications.queries import Wanted
from opensti.exports.cerif import SETS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.http import QueryDict

CERIF = "oai_cerif_openaire_v1_2"
DUBLIN_CORE = "oai_dc"
SALT = "opensti.oai"
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_SECOND = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
_LIST = (("metadataPrefix",), ("from", "until", "set", "resumptionToken"))
# What each verb must and may be given.
ARGUMENTS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "Identify": ((), ()),
    "ListMetadataFormats": ((), ("identifier",)),
    "ListSets": ((), ("resumptionToken",)),
    "GetRecord": (("identifier", "metadataPrefix"), ()),
    "ListIdentifiers": _LIST,
    "ListRecords": _LIST,
}


class OaiError(Exception):
    """An error of the protocol: its code, and what is wrong."""

    def __init__(self, code: str, said: str) -> None:
        super().__init__(said)
        self.code, self.said = code, said


@dataclass(frozen=True, kw_only=True)
class Page:
    """Where in which list: told whole by its token, so that the house remembers nothing.

    ``after`` is the last record told, ``told`` how many were, ``size`` of how many.
    """

    prefix: str
    wanted: Wanted
    after: int = 0
    told: int = 0
    size: int = 0

    def token(self) -> str:
        """Signed, so that nobody takes another's list for his own."""
        since, before = (
            int(at.timestamp()) if at else None
            for at in (self.wanted.since, self.wanted.before)
        )
        said = [self.prefix, self.wanted.kind, since, before]
        return signing.dumps([*said, self.after, self.told, self.size], salt=SALT)

    @classmethod
    def of(cls, token: str) -> Page:
        try:
            prefix, kind, since, before, after, told, size = signing.loads(
                token, salt=SALT
            )
        except (signing.BadSignature, ValueError) as error:
            raise OaiError(
                "badResumptionToken", "This token is none of this house."
            ) from error
        found = [
            None if at is None else datetime.fromtimestamp(at, UTC)
            for at in (since, before)
        ]
        wanted = Wanted(kind=kind, since=found[0], before=found[1])
        return cls(prefix=prefix, wanted=wanted, after=after, told=told, size=size)


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A question that was understood; ``given`` is what stands in it, verb included."""

    verb: str
    given: Mapping[str, str]

    @property
    def page(self) -> Page:
        if "resumptionToken" in self.given:
            return Page.of(self.given["resumptionToken"])
        return Page(prefix=self.given["metadataPrefix"], wanted=_wanted(self.given))


def read(given: QueryDict) -> Asked:
    """Raise ``OaiError`` for what the protocol does not know."""
    verbs = given.getlist("verb")
    if len(verbs) != 1 or verbs[0] not in ARGUMENTS:
        raise OaiError("badVerb", f"Ask one verb of {', '.join(ARGUMENTS)}.")
    asked = Asked(
        verb=verbs[0], given={name: str(value) for name, value in given.items()}
    )
    _known(asked, given)
    if "resumptionToken" in given:
        return asked
    for name in ARGUMENTS[asked.verb][0]:
        if not given.get(name):
            raise OaiError("badArgument", f"{asked.verb} needs the argument {name}.")
    if given.get("metadataPrefix", CERIF) not in (CERIF, DUBLIN_CORE):
        raise OaiError(
            "cannotDisseminateFormat",
            f"The formats are {CERIF} and {DUBLIN_CORE}.",
        )
    return asked


def _known(asked: Asked, given: QueryDict) -> None:
    """Only what the verb knows, each once, and a token by itself."""
    known = ("verb", *chain(*ARGUMENTS[asked.verb]))
    for name in given:
        if name not in known:
            raise OaiError("badArgument", f"{asked.verb} knows no argument {name}.")
        if len(given.getlist(name)) > 1:
            raise OaiError("badArgument", f"The argument {name} came more than once.")
    if "resumptionToken" in given:
        if len(given) > len(("verb", "resumptionToken")):
            raise OaiError("badArgument", "A resumptionToken stands alone.")
        if asked.verb == "ListSets":
            raise OaiError("badResumptionToken", "All sets are told at once.")


def _wanted(given: Mapping[str, str]) -> Wanted:
    """The window as times; the last second, or day, belongs to it."""
    kind = ""
    if "set" in given:
        kind = given["set"].removeprefix("openaire_cris_")
        if given["set"] != f"openaire_cris_{kind}" or kind not in SETS:
            raise OaiError("noRecordsMatch", "There is no such set.")
    since, before = given.get("from"), given.get("until")
    if since and before and bool(_DAY.fullmatch(since)) != bool(_DAY.fullmatch(before)):
        raise OaiError("badArgument", "from and until have to be of one granularity.")
    first, last = _time("from", since), _time("until", before)
    if first and last and first > last:
        raise OaiError("badArgument", "from lies after until.")
    if last is not None and before is not None:
        last += timedelta(days=1) if _DAY.fullmatch(before) else timedelta(seconds=1)
    return Wanted(kind=kind, since=first, before=last)


def _time(name: str, text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        if _DAY.fullmatch(text) or _SECOND.fullmatch(text):
            found = datetime.fromisoformat(text)
            return found if found.tzinfo else found.replace(tzinfo=UTC)
    except ValueError:
        pass
    raise OaiError("badArgument", f"{name} is no day and no time to the second in UTC.")
