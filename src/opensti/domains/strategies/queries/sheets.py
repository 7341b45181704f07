"""The sheet of an agency in a campaign, and the tables that values are read from."""

from __future__ import annotations

import hashlib
import io
import re
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from opensti.domains.strategies.choices import ObservationState, ValueStatus
from opensti.domains.strategies.models import CampaignItem, Indicator, Observation
from opensti.domains.strategies.queries.aggregation import values_of
from opensti.kernel.access import visible
from opensti.kernel.refusals import Invalid, Problem
from opensti.kernel.searchtext import fold
from opensti.kernel.spreadsheets import Column

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from opensti.domains.registry.models import Organisation
    from opensti.domains.strategies.models import Campaign
    from opensti.kernel.access import Actor

NUMBERS = ("value", "numerator", "denominator")
_PLAIN = re.compile(r"[-+]?\d+(?:\.\d+)?")
_NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def number_of(cell: Any) -> Decimal:
    """A number as a cell has it; a comma in a text is refused, it may mean two things."""
    if isinstance(cell, (int, float, Decimal)) and not isinstance(cell, bool):
        return Decimal(str(cell))
    text = str(cell).strip()
    if _PLAIN.fullmatch(text):
        return Decimal(text)
    if "," in text:
        raise Invalid(
            [
                Problem(
                    field="",
                    message=_("“%(text)s” is a text with a comma.") % {"text": text},
                    mend=_(
                        "Type it into the cell as a number, or write a point: a comma may stand for thousands."
                    ),
                )
            ]
        )
    raise ValueError(_("“%(text)s” is not a number.") % {"text": text})


def status_of(cell: Any) -> str:
    said = fold(str(cell))
    # A sheet that was downloaded in one language may come back under the other.
    for language in ("vi", "en"):
        with override(language):
            for status in ValueStatus:
                if said in {fold(status.value), fold(str(status.label))}:
                    return status.value
    raise ValueError(_("There is no such state of a value."))


def text_of(cell: Any) -> str:
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()


def _column(key: str, label: Any, *aliases: str, **more: Any) -> Column:
    return Column(key=key, label=label, aliases=aliases, **{"read": text_of, **more})


_CODE = _column(
    "code",
    _("Code of the indicator"),
    "Code of the indicator",
    "Mã chỉ tiêu",
    required=True,
)
_CELL = _column("cell", _("Part"), "Part", "Phần")
_VALUES = (
    _column("value", _("Value"), "Giá trị", read=number_of),
    _column("numerator", _("Numerator"), "Tử số", read=number_of),
    _column("denominator", _("Denominator"), "Mẫu số", read=number_of),
    _column(
        "status",
        _("State of the value"),
        "State of the value",
        "Tình trạng số liệu",
        read=status_of,
    ),
    _column("source", _("Source"), "Nguồn"),
    _column("note", _("Note"), "Ghi chú"),
)
COLUMNS = (
    _CODE,
    _CELL,
    *_VALUES,
    _column(
        "sheet",
        _("Mark of the sheet"),
        "Mark of the sheet",
        "Dấu của biểu",
        required=True,
    ),
)
IMPORT_COLUMNS = (
    _CODE,
    _column(
        "period",
        _("Reporting period"),
        "Reporting period",
        "Kỳ báo cáo",
        "Kỳ",
        required=True,
    ),
    _column("agency", _("Agency"), "Cơ quan"),
    _CELL,
    *_VALUES,
    _column("vintage", _("Release"), "Release", "Đợt công bố"),
    _column(
        "reason", _("Reason of the correction"), "Reason of the correction", "Lý do sửa"
    ),
)


def stamp_of(campaign: str, agency: str) -> str:
    """What a sheet carries in each row: of which campaign and agency it is."""
    return hashlib.sha256(f"{campaign}/{agency}".encode()).hexdigest()[:12]


def cards_by_code(codes: Collection[str]) -> dict[str, Indicator]:
    """1 query."""
    return {card.code: card for card in Indicator.objects.filter(code__in=codes)}


def newest_rows(
    cards: Collection[int],
) -> dict[tuple[int, int | None, str, str], tuple[Observation, list[Observation]]]:
    """Of each card, reporter, period and release the newest whole with its parts. 1 query."""
    found: dict[Any, tuple[Observation, list[Observation]]] = {}
    rows = Observation.objects.filter(indicator_id__in=cards).order_by("pk")
    loose: dict[Any, list[Observation]] = {}
    for row in rows:
        key = (row.indicator_id, row.reporter_id, row.period, row.vintage_label)
        if row.cell:
            loose.setdefault((*key, row.entered_at), []).append(row)
        else:
            found[key] = (row, [])
    return {
        key: (whole, loose.get((*key, whole.entered_at), []))
        for key, (whole, _parts) in found.items()
    }


# ---- the sheet to fill in


def sheet_of(actor: Actor, campaign: Campaign, agency: Organisation) -> bytes:
    """The workbook an agency fills in: codes locked, last values beside. 6 queries.

    The first sheet is the table, the second says how to fill it in.
    """
    import openpyxl  # noqa: PLC0415 -- slow, seldom needed
    from openpyxl.styles import Font, PatternFill, Protection  # noqa: PLC0415

    book = openpyxl.Workbook()
    sheet: Any = book.active
    sheet.title = _now("Values")
    head = [
        _now("Code of the indicator"),
        _now("Indicator"),
        _now("Unit"),
        _now("Part"),
        _now("Reporting period"),
        _now("Last value"),
        *(str(c.label) for c in _VALUES),
        _now("Mark of the sheet"),
    ]
    for place, label in enumerate(head, start=1):
        _text(sheet.cell(1, place), label)
        sheet.cell(1, place).font = Font(bold=True)
    fill = PatternFill("solid", start_color="FFF6D5")
    for number, (locked, filled, mark) in enumerate(
        _rows(actor, campaign, agency), start=2
    ):
        for place, cell in enumerate((*locked, *filled, mark), start=1):
            target = sheet.cell(number, place)
            if isinstance(cell, Decimal):
                target.value = cell
            else:
                _text(target, cell or "")
            if len(locked) < place <= len(locked) + len(filled):
                target.protection = Protection(locked=False)
                target.fill = fill
                if cell is None or cell == "":
                    target.value = None
    for letter, width in zip("ABCDEFGHIJKLM", _WIDTHS, strict=True):
        sheet.column_dimensions[letter].width = width
    sheet.freeze_panes = "C2"
    sheet.protection.sheet = True
    sheet.protection.formatColumns = False
    _instruct(book.create_sheet(_now("How to fill it in")), campaign, agency)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


_WIDTHS = (16, 48, 16, 18, 10, 16, 16, 16, 16, 18, 32, 32, 28)


def _rows(
    actor: Actor, campaign: Campaign, agency: Organisation
) -> Iterator[tuple[list[Any], list[Any], str]]:
    """Locked cells, cells to fill, and the mark of each row."""
    items = list(
        visible(actor, CampaignItem.objects.filter(campaign=campaign, agency=agency))
        .select_related("indicator")
        .order_by("indicator__code")
    )
    cards = [item.indicator for item in items]
    newest = newest_rows({card.pk for card in cards})
    last = _last_values(cards, agency.pk, campaign.period)
    stamp = stamp_of(campaign.public_id, agency.public_id)
    for card in cards:
        whole, parts = newest.get((card.pk, agency.pk, campaign.period, ""), (None, []))
        mark = f"{stamp}:{whole.public_id if whole else ''}"
        standing = {part.cell: part for part in parts} | {"": whole}
        cells = [""] + [
            f"{d['code']}={part['code']}"
            for d in card.dimensions
            for part in d["parts"]
        ]
        for cell in cells:
            row = standing.get(cell)
            yield (
                [
                    card.code,
                    str(card.name),
                    str(card.unit),
                    cell,
                    campaign.period,
                    "" if cell else last.get(card.pk, ""),
                ],
                _standing(row),
                mark,
            )


def _standing(row: Observation | None) -> list[Any]:
    if row is None or row.state == ObservationState.RETURNED:
        return [None] * len(_VALUES)
    return [
        row.value,
        row.numerator,
        row.denominator,
        row.get_status_display(),
        row.source,
        None,
    ]


def _last_values(cards: list[Indicator], agency_id: int, period: str) -> dict[int, str]:
    """The last value of the agency before the period, with its period. 2 queries."""
    found = {}
    for pk, periods in values_of(cards).items():
        own = [
            source
            for value in periods.values()
            for source in value.provenance
            if source.reporter_id == agency_id
            and not source.carried
            and source.period < period
            and source.value is not None
        ]
        if own:
            source = max(own, key=lambda s: s.period)
            found[pk] = f"{source.value.normalize():f} ({source.period})"  # type: ignore[union-attr]
    return found


def _instruct(sheet: Any, campaign: Campaign, agency: Organisation) -> None:
    lines = [
        str(campaign.title),
        f"{agency.name} · {campaign.period} · {campaign.due_on:%d/%m/%Y}",
        _now("Fill in the yellow cells alone; all others are locked."),
        _now("A ratio needs numerator and denominator; its value is computed."),
        _now("Write numbers as numbers: no units, no groups of thousands, no words."),
        _now("Leave a row empty where you have no value yet."),
        _now(
            "Rows with a part (“province=01”) break the whole down; parts of a complete dimension must add up to it."
        ),
        _now(
            "To correct a value that stands, change it and write the reason into the note."
        ),
        _now("Save the file as XLSX and hand it in on the page of the campaign."),
    ]
    for number, line in enumerate(lines, start=1):
        _text(sheet.cell(number, 1), line)
    sheet.column_dimensions["A"].width = 110
    sheet.protection.sheet = True


def _text(cell: Any, text: str) -> None:
    """A text that no program runs as a formula."""
    cell.value = _NO_XML.sub("", str(text))
    if cell.value:
        cell.data_type = "s"
