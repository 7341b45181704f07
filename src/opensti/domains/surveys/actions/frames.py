"""How many organisations there are in each stratum, and how many of them are asked."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from sti_methods.composite import Unfit
from sti_methods.reliability import allocation
from sti_methods.survey import SIZES

from opensti.domains.surveys.actions.locking import locked, tell
from opensti.domains.surveys.actions.reading import read_rows
from opensti.domains.surveys.choices import Way
from opensti.domains.surveys.lifecycle import FRAMES
from opensti.domains.surveys.models import Stratum, Wave
from opensti.kernel.checks import Faults, keep, problem
from opensti.kernel.spreadsheets import Column, as_number, as_text

if TYPE_CHECKING:
    from datetime import datetime

    from django.core.files.base import File

    from opensti.kernel.access import Actor

MOST_STRATA = 5_000
MOST_ORGANISATIONS = 100_000_000


def _size(cell: Any) -> str:
    said = as_text(cell).lower()
    if said not in SIZES:
        raise ValueError(
            _("“%(cell)s” is no size; write one of %(sizes)s.")
            % {"cell": said, "sizes": ", ".join(SIZES)}
        )
    return said


def _count(cell: Any) -> int:
    value = as_number(cell)
    if value != value.to_integral_value() or not 0 <= value <= MOST_ORGANISATIONS:
        raise ValueError(_("Write a whole number from 0 on."))
    return int(value)


def _deviation(cell: Any) -> float:
    value = as_number(cell)
    if not 0 <= value <= Decimal(1000):
        raise ValueError(_("A deviation is 0 or more."))
    return float(value)


def _code(longest: int) -> Any:
    def read(cell: Any) -> str:
        said = as_text(cell)
        if len(said) > longest:
            raise ValueError(_("At most %(n)d letters.") % {"n": longest})
        return said

    return read


PROFILE = (
    Column(key="economy", label=_("Economy"), required=True, read=_code(20)),
    Column(key="size", label=_("Size"), required=True, read=_size),
    Column(key="sector", label=_("Sector"), required=True, read=_code(40)),
)
COLUMNS = (
    *PROFILE,
    Column(
        key="organisations",
        label=_("Organisations"),
        required=True,
        read=_count,
    ),
    Column(key="deviation", label=_("Deviation"), read=_deviation),
)


@transaction.atomic
def upload_frame(
    *, actor: Actor, wave_id: int, file: File[bytes] | None, at: datetime
) -> Wave:
    """Enter the strata of a table (CSV, XLSX) in the place of those that were there.

    Columns: economy, size (micro, small, medium, large), sector, organisations, and perhaps
    deviation, which a Neyman allocation needs. The sample is spread anew afterwards. Raises
    ``Invalid`` with the faults of up to 50 rows, ``StepNotAllowed`` once it is frozen.
    """
    row = locked(actor, wave_id, FRAMES)
    made: list[Stratum] = []
    at_row: dict[tuple[str, str, str], int] = {}
    wrong = Faults()
    for number, said in read_rows(file, COLUMNS, most=MOST_STRATA):
        key = (said["economy"], said["size"], said["sector"])
        if key[0] not in row.economies:
            _fault(wrong, number, _("“%(code)s” is no economy of this survey.") % {"code": key[0]})  # fmt: skip
        elif key in at_row:
            _fault(wrong, number, _("row %(row)d says this stratum already.") % {"row": at_row[key]})  # fmt: skip
        at_row.setdefault(key, number)
        made.append(
            Stratum(
                wave=row,
                economy=key[0],
                size=key[1],
                sector=key[2],
                organisations=said["organisations"],
                deviation=said.get("deviation"),
            )
        )
    silent = set(row.economies) - {one.economy for one in made}
    if silent:
        wrong.add("file", _("The table says nothing of: %(names)s.") % {"names": ", ".join(sorted(silent))})  # fmt: skip
    wrong.refuse()
    _refuse_strangers(row, set(at_row))
    row.strata.all().delete()
    Stratum.objects.bulk_create(made, batch_size=1000)
    row.sample, row.way = None, ""
    keep(row, "sample", "way")
    tell(actor, "surveys.upload_frame", row, at, detail={"strata": len(made)})
    return row


def _refuse_strangers(row: Wave, strata: set[tuple[str, str, str]]) -> None:
    """Organisations that were invited already must still have a stratum."""
    there = row.units.order_by().values_list("economy", "size", "sector").distinct()
    if lost := next((one for one in there if one not in strata), None):
        raise problem(
            "file",
            _("Organisations of %(stratum)s are invited, and the table has no such stratum.")
            % {"stratum": " / ".join(lost)},
        )  # fmt: skip


def _fault(wrong: Faults, row: int, what: object) -> None:
    wrong.add("file", _("Row %(row)d: %(what)s") % {"row": row, "what": what})


@transaction.atomic
def allocate_sample(
    *,
    actor: Actor,
    wave_id: int,
    sample: int,
    at: datetime,
    way: str = Way.NEYMAN,
    each_economy: bool = False,
    least: int = 2,
) -> Wave:
    """Spread a sample over the strata, all together or in each economy.

    ``way``: see ``sti_methods.reliability.allocation``; ``least``: at least so many in each
    stratum, or all there are. Raises ``Invalid`` where a deviation is missing or the sample is
    too small for the strata.
    """
    row = locked(actor, wave_id, FRAMES)
    strata = list(row.strata.all())
    kind = next((w for w in ("equal", "proportional", "neyman") if w == way), None)
    wrong = Faults()
    if not strata:
        wrong.add("sample", _("Enter the strata first."))
    if kind is None:
        wrong.add("way", _("Choose how the sample is spread."))
    if sample < 1 or least < 1:
        wrong.add("sample", _("Ask at least one organisation."))
    if way == Way.NEYMAN and any(
        one.deviation is None and one.organisations for one in strata
    ):
        wrong.add(
            "way",
            _("Some strata have no deviation."),
            _("Write it in the table, or spread the sample by size."),
        )
    wrong.refuse()
    assert kind is not None  # noqa: S101 -- refused above
    groups: dict[str, list[Stratum]] = {}
    for one in strata:
        groups.setdefault(one.economy if each_economy else "", []).append(one)
    for economy, members in groups.items():
        try:
            told = allocation(
                sizes={str(one): one.organisations for one in members},
                sample=sample,
                way=kind,
                deviations={str(one): one.deviation or 0.0 for one in members},
                least=least,
            )
        except Unfit as refusal:
            raise problem(
                "sample",
                _("%(economy)s: %(n)d are too few for %(strata)s strata of %(least)d each.")
                % {"economy": economy or "∑", "n": sample, "strata": refusal.about["strata"], "least": least},
                _("Ask more, or require fewer in each stratum."),
            ) from None  # fmt: skip
        for one in members:
            one.sample = told[str(one)]
    Stratum.objects.bulk_update(strata, ["sample"], batch_size=500)
    row.sample, row.way = sum(one.sample or 0 for one in strata), way
    keep(row, "sample", "way")
    tell(
        actor,
        "surveys.allocate_sample",
        row,
        at,
        detail={"sample": row.sample, "way": way},
    )
    return row
