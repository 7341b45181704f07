"""The filters of the public lists, as the pages of the register offer them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django.utils.translation import gettext as _
from ninja import Field

from opensti.api.paging import Page
from opensti.kernel.refusals import Invalid, Problem
from opensti.kernel.searchtext import matches

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from opensti.domains.publications.queries import Sight

YEAR = Field(None, ge=1900, le=2200)
WORD = Field("", max_length=60)
TEXT = Field("", max_length=200)


class Narrowing(Page):
    """A page whose filters each name the way from a row to what they compare."""

    kind_of_rows: ClassVar[str] = ""
    # By the field of the policy's catalogue: what is withheld filters nothing.
    asks: ClassVar[dict[str, str]] = {}
    ways: ClassVar[dict[str, str]] = {}
    # Names of people's or bodies', compared as the search does: folded, by words.
    texts: ClassVar[dict[str, str]] = {}

    def narrowed(self, rows: QuerySet[Any], by: Sight) -> QuerySet[Any]:
        """The rows that are left by whatever was asked for, of what is seen so."""
        open_fields = by.open_fields(self.kind_of_rows)
        for name, key in self.asks.items():
            if getattr(self, name) not in (None, "") and key not in open_fields:
                raise _withheld(name)
        said = {way: getattr(self, name) for name, way in self.ways.items()}
        rows = rows.filter(**{w: v for w, v in said.items() if v not in (None, "")})
        for name, way in self.texts.items():
            if text := getattr(self, name):
                rows = matches(rows, text, field=way)
        return rows


def _withheld(name: str) -> Invalid:
    message = _("What this filter looks at is not public.")
    return Invalid([Problem(field=name, message=message, mend=_("Leave it out."))])


class OrganisationPage(Narrowing):
    kind: str = WORD
    province: str = Field("", max_length=60, description="The code of a province.")

    kind_of_rows: ClassVar = "organisation"
    asks: ClassVar = {"kind": "kind", "province": "province"}
    ways: ClassVar = {"kind": "kind", "province": "province__code"}


class ContractPage(Narrowing):
    year: int | None = YEAR
    state: str = WORD
    host: str = TEXT

    kind_of_rows: ClassVar = "contract"
    asks: ClassVar = {"year": "signed_on", "state": "state", "host": "host"}
    ways: ClassVar = {"year": "signed_on__year", "state": "case__state"}
    texts: ClassVar = {"host": "host__search_text"}


class CallPage(Narrowing):
    state: str = WORD
    year: int | None = YEAR

    kind_of_rows: ClassVar = "call"
    asks: ClassVar = {"state": "state", "year": "opens_at"}
    ways: ClassVar = {"state": "state", "year": "opens_at__year"}


class OrderPage(Narrowing):
    way: str = Field("", max_length=60, description="How the host is found.")

    kind_of_rows: ClassVar = "order"
    asks: ClassVar = {"way": "way"}
    ways: ClassVar = {"way": "way"}


class DecisionPage(Narrowing):
    year: int | None = YEAR
    call: str = Field("", max_length=60, description="The code of a call.")
    host: str = TEXT

    kind_of_rows: ClassVar = "decision"
    asks: ClassVar = {"year": "released_at", "call": "call", "host": "host"}
    ways: ClassVar = {"year": "round__released_at__year", "call": "round__call__code"}
    texts: ClassVar = {"host": "dossier__host__search_text"}


class TaskPage(Narrowing):
    year: int | None = YEAR
    funder: str = Field("", max_length=300)
    state: str = WORD

    kind_of_rows: ClassVar = "task"
    asks: ClassVar = {"year": "year", "funder": "funder", "state": "state"}
    ways: ClassVar = {"year": "year", "funder": "funder", "state": "state"}


class ResultPage(Narrowing):
    kind: str = WORD
    field: str = Field("", max_length=60, description="The code of a field.")
    year: int | None = YEAR
    host: str = TEXT

    kind_of_rows: ClassVar = "result"
    asks: ClassVar = {
        "kind": "kind",
        "field": "field",
        "year": "formed_on",
        "host": "host",
    }
    ways: ClassVar = {
        "kind": "kind",
        "field": "contract__dossier__order__field__code",
        "year": "formed_on__year",
    }
    texts: ClassVar = {"host": "contract__host__search_text"}


class OfferPage(Narrowing):
    host: str = TEXT

    kind_of_rows: ClassVar = "offer"
    asks: ClassVar = {"host": "host"}
    texts: ClassVar = {"host": "host__search_text"}
