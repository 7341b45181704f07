"""Values from tables: an agency's sheet of a campaign, or a bulk table of the office.

All rows are taken by the acts of one row, or none. A row that says what stands already
changes nothing, so the same table a second time makes no second rows.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.core.files.base import File  # noqa: TC002 -- read at run time
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from opensti.domains.registry.queries import organisations
from opensti.domains.strategies.actions.campaigns import campaign_subject
from opensti.domains.strategies.actions.numbers import PartValue, ValueFacts
from opensti.domains.strategies.actions.observing import correct, enter
from opensti.domains.strategies.choices import (
    CampaignState,
    ObservationState,
    ValueStatus,
)
from opensti.domains.strategies.models import Campaign, CampaignItem, Observation
from opensti.domains.strategies.queries.observations import IMPORTED
from opensti.domains.strategies.queries.sheets import (
    COLUMNS,
    IMPORT_COLUMNS,
    NUMBERS,
    cards_by_code,
    newest_rows,
    stamp_of,
)
from opensti.kernel.access import get_visible, require
from opensti.kernel.checks import in_state
from opensti.kernel.files import actions as files
from opensti.kernel.files import sniffing, store
from opensti.kernel.refusals import Invalid, Problem, Refusal, StepNotAllowed
from opensti.kernel.searchtext import fold
from opensti.kernel.spreadsheets import match_columns, open_table, records

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime
    from pathlib import Path

    from opensti.domains.strategies.models import Indicator
    from opensti.kernel.access import Actor
    from opensti.kernel.refusals import Text
    from opensti.kernel.spreadsheets import Column, Record

# What the columns are called on the sheet, where an act names a field.
_CALLED = {column.key: column.label for column in (*COLUMNS, *IMPORT_COLUMNS)}
MOST_ROWS = 5000
MOST_TOLD = 50


@dataclass
class SheetResult:
    """What a table did, or in a dry run would do; faults name row and column."""

    entered: int = 0
    corrected: int = 0
    unchanged: int = 0
    empty: int = 0
    faults: list[Problem] = field(default_factory=list)


@dataclass
class _Line:
    """The rows of one report: the whole, and its parts."""

    row: int
    card: Indicator
    reporter_id: int | None
    period: str
    facts: ValueFacts
    reason: str = ""
    stamp: str | None = None
    parts: list[PartValue] = field(default_factory=list)

    @property
    def key(self) -> tuple[int, int | None, str, str]:
        return (
            self.card.pk,
            self.reporter_id,
            self.period,
            self.facts.vintage_label,
        )


@transaction.atomic
def hand_in_sheet(
    *,
    actor: Actor,
    campaign_id: int,
    agency_id: int,
    file: File[bytes],
    at: datetime,
    dry_run: bool = False,
) -> SheetResult:
    """Take an agency's filled sheet of an open campaign: every row, or none.

    Raises ``Invalid`` with up to 50 faults, each with row and column: wrong columns, a
    code that was not asked for, text for a number, a comma, the sheet of another agency
    or campaign, a sheet older than what was reported since. ``dry_run`` writes nothing
    and returns the faults instead.
    """
    campaign = get_visible(actor, Campaign.objects.all(), pk=campaign_id)
    require(actor, "strategies.report", agency_id)
    in_state(
        _("The campaign is: %(state)s."),
        campaign.state,
        {CampaignState.OPEN},
        campaign.get_state_display(),
    )
    items = CampaignItem.objects.filter(campaign=campaign, agency_id=agency_id)
    cards = {i.indicator.code: i.indicator for i in items.select_related("indicator")}
    if not cards:
        raise StepNotAllowed(
            _("This agency is not asked for anything in the campaign.")
        )
    stamp = stamp_of(campaign.public_id, organisation_code(actor, agency_id))
    return _take(
        actor,
        file,
        f"{campaign_subject(campaign)}:{agency_id}",
        at,
        read=lambda path, name, result: _sheet_lines(
            path,
            name,
            result,
            cards,
            stamp=stamp,
            asked=(agency_id, campaign.period),
        ),
        dry_run=dry_run,
    )


@transaction.atomic
def import_observations(
    *, actor: Actor, file: File[bytes], at: datetime, dry_run: bool = False
) -> SheetResult:
    """Enter values of many cards and bodies from a table (XLSX, CSV): all rows or none.

    An agency is named by its code in the registry or its exact name; none is the ministry
    itself. A value that stands already is corrected only with a reason in its row. Raises
    ``Invalid`` as ``hand_in_sheet`` does.
    """
    require(actor, "strategies.report", None)
    return _take(
        actor,
        file,
        IMPORTED,
        at,
        read=lambda path, name, result: _import_lines(actor, path, name, result),
        dry_run=dry_run,
    )


def organisation_code(actor: Actor, organisation_id: int) -> str:
    """The public id of an organisation one may know of."""
    return get_visible(actor, organisations(actor), pk=organisation_id).public_id


# ---- taking


def _take(
    actor: Actor,
    file: File[bytes],
    subject: str,
    at: datetime,
    *,
    read: Any,
    dry_run: bool,
) -> SheetResult:
    result = SheetResult()
    if dry_run:
        name = files.safe_name(file.name or "")
        extension = sniffing.extension_of(name, table=True)
        path, _size, sha256 = store.receive(file)
        try:
            sniffing.check_content(path, extension)
            lines = read(path, name, result)
        finally:
            path.unlink(missing_ok=True)
    else:
        kept = files.upload(actor=actor, subject=subject, file=file, at=at, table=True)
        if not kept.is_readable:
            raise StepNotAllowed(
                _("The file waits for the virus scanner."),
                mend=_("Hand it in again in some minutes."),
            )
        name, sha256 = kept.name, kept.sha256
        lines = read(store.clean_path(sha256), name, result)
    with transaction.atomic():
        _write_all(actor, lines, (name, sha256), at, result)
        if dry_run or result.faults:
            transaction.set_rollback(True)
    if result.faults and not dry_run:
        raise Invalid(result.faults[:MOST_TOLD])
    return result


def _write_all(
    actor: Actor,
    lines: Iterable[_Line],
    proof: tuple[str, str],
    at: datetime,
    result: SheetResult,
) -> None:
    """Every line by the act of one row; what is refused is a fault of its row."""
    ordered = sorted(lines, key=lambda line: (line.card.pk, line.row))
    newest = newest_rows({line.card.pk for line in ordered})
    for line in ordered:
        facts = replace(line.facts, parts=line.parts)
        there = newest.get(line.key)
        try:
            with transaction.atomic():
                _write_one(actor, line, facts, there, proof=proof, at=at, to=result)
        except Invalid as refused:
            result.faults += [
                _fault(line.row, p.field, p.message, p.mend) for p in refused.problems
            ]
        except Refusal as refused:
            result.faults.append(
                _fault(line.row, refused.field, refused.message, refused.mend)
            )


def _write_one(
    actor: Actor,
    line: _Line,
    facts: ValueFacts,
    there: tuple[Observation, list[Observation]] | None,
    *,
    proof: tuple[str, str],
    at: datetime,
    to: SheetResult,
) -> None:
    standing = there[0] if there else None
    open_ = standing is None or standing.state == ObservationState.RETURNED
    if there is not None and not open_ and _says_the_same(facts, *there):
        to.unchanged += 1
        return
    seen = standing.public_id if standing else ""
    if line.stamp is not None and line.stamp != seen:
        raise StepNotAllowed(
            _("%(code)s was reported after this sheet was downloaded.")
            % {"code": line.card.code},
            mend=_("Download the sheet again: it shows what stands now."),
        )
    if standing is None or open_:
        enter(
            actor,
            line.card.pk,
            facts,
            at,
            reporter_id=line.reporter_id,
            proof=proof,
        )
        to.entered += 1
        return
    reason = line.reason or (facts.note if line.stamp is not None else "")
    if not reason.strip():
        raise StepNotAllowed(
            _("%(code)s of %(period)s stands with another value: %(value)s.")
            % {
                "code": line.card.code,
                "period": line.period,
                "value": "" if standing.value is None else f"{standing.value:f}",
            },
            mend=_("Write the reason of the correction into the row."),
        )
    correct(
        actor,
        standing.pk,
        facts,
        at,
        reason=reason,
        version=standing.version,
        proof=proof,
    )
    to.corrected += 1


def _says_the_same(
    facts: ValueFacts, whole: Observation, parts: list[Observation]
) -> bool:
    if facts.status != whole.status or not _same(facts, whole):
        return False
    old = {part.cell: part for part in parts}
    return old.keys() == {p.cell for p in facts.parts} and all(
        _same(part, old[part.cell]) for part in facts.parts
    )


def _same(said: Any, row: Observation) -> bool:
    """Whether the numbers said are those that stand; a computed value needs not be said."""
    if (said.numerator, said.denominator) != (row.numerator, row.denominator):
        return False
    return said.value == row.value or (
        said.value is None and said.numerator is not None
    )


# ---- reading


def _sheet_lines(
    path: Path,
    name: str,
    result: SheetResult,
    cards: Mapping[str, Indicator],
    *,
    stamp: str,
    asked: tuple[int, str],
) -> list[_Line]:
    lines: dict[str, _Line] = {}
    parts: list[tuple[int, str, PartValue]] = []
    agency_id, period = asked
    for found in _read(path, name, COLUMNS, result):
        given, number = found.values, found.row.number
        sheet, _sep, seen = str(given.get("sheet") or "").partition(":")
        if sheet != stamp:
            result.faults.append(
                _fault(
                    number,
                    "sheet",
                    _("This row is of the sheet of another agency or campaign."),
                    _("Download the sheet of this campaign, and fill in that."),
                )
            )
            continue
        card = cards.get(given["code"])
        if card is None:
            result.faults.append(_unknown(number, given["code"]))
            continue
        if not _says_something(given):
            result.empty += 1
            continue
        if given.get("cell"):
            parts.append((number, card.code, _part(given)))
            continue
        _keep_line(
            lines,
            card.code,
            _Line(
                row=number,
                card=card,
                reporter_id=agency_id,
                period=period,
                facts=_facts(given, period),
                stamp=seen,
            ),
            result,
        )
    _join(lines, parts, result)
    return list(lines.values())


def _import_lines(
    actor: Actor, path: Path, name: str, result: SheetResult
) -> list[_Line]:
    found = list(_read(path, name, IMPORT_COLUMNS, result))
    cards = cards_by_code({r.values["code"] for r in found})
    agencies = _agencies(actor, {str(r.values.get("agency") or "") for r in found})
    lines: dict[Any, _Line] = {}
    parts: list[tuple[int, Any, PartValue]] = []
    for record in found:
        given, number = record.values, record.row.number
        said = str(given.get("agency") or "")
        card = cards.get(given["code"])
        if card is None:
            result.faults.append(_unknown(number, given["code"]))
            continue
        if said and said not in agencies:
            result.faults.append(
                _fault(
                    number,
                    "agency",
                    _("There is no one agency “%(name)s”.") % {"name": said},
                    _("Write the code or the exact name that the registry has."),
                )
            )
            continue
        line = _Line(
            row=number,
            card=card,
            reporter_id=agencies.get(said),
            period=given["period"],
            facts=_facts(given, given["period"]),
            reason=given.get("reason") or "",
        )
        if given.get("cell"):
            parts.append((number, line.key, _part(given)))
        else:
            _keep_line(lines, line.key, line, result)
    _join(lines, parts, result)
    return list(lines.values())


def _read(
    path: Path, name: str, columns: tuple[Column, ...], result: SheetResult
) -> Iterable[Record]:
    """The rows that can be read; what cannot is a fault of its row and column."""
    table = open_table(path, name=name, max_rows=MOST_ROWS)
    matching = match_columns(table.header, columns).require()
    any_row = False
    for found in records(table, columns, matching):
        any_row = True
        if found.problems:
            result.faults += [
                _fault(found.row.number, p.field, p.message, p.mend)
                for p in found.problems
            ]
            continue
        yield found
    if not any_row:
        result.faults.append(Problem(field="file", message=_("The table has no rows.")))


def _keep_line(
    lines: dict[Any, _Line], key: Any, line: _Line, result: SheetResult
) -> None:
    if key in lines:
        result.faults.append(
            _fault(
                line.row,
                "code",
                _("%(code)s stands in row %(row)d already.")
                % {"code": line.card.code, "row": lines[key].row},
                _("Leave one row of each indicator."),
            )
        )
    else:
        lines[key] = line


def _join(
    lines: Mapping[Any, _Line],
    parts: Iterable[tuple[int, Any, PartValue]],
    result: SheetResult,
) -> None:
    for number, key, part in parts:
        if key in lines:
            lines[key].parts.append(part)
        else:
            result.faults.append(
                _fault(
                    number,
                    "cell",
                    _("A part without its whole."),
                    _("Fill in the row of the whole, too."),
                )
            )


def _facts(given: Mapping[str, Any], period: str) -> ValueFacts:
    return ValueFacts(
        period=period,
        value=given.get("value"),
        numerator=given.get("numerator"),
        denominator=given.get("denominator"),
        status=given.get("status") or ValueStatus.FINAL,
        vintage_label=given.get("vintage") or "",
        source=given.get("source") or "",
        note=given.get("note") or "",
    )


def _part(given: Mapping[str, Any]) -> PartValue:
    return PartValue(cell=given["cell"], **{n: given.get(n) for n in NUMBERS})


def _says_something(given: Mapping[str, Any]) -> bool:
    return any(isinstance(given.get(name), Decimal) for name in NUMBERS)


def _agencies(actor: Actor, names: set[str]) -> dict[str, int]:
    """Organisations by code or exact name, where there is just one. 2 queries."""
    wanted = {name for name in names if name}
    if not wanted:
        return {}
    rows = organisations(actor)
    found: dict[str, list[int]] = {name: [] for name in wanted}
    folded = {fold(name): name for name in wanted}
    for pk, public_id in rows.filter(public_id__in=wanted).values_list(
        "pk", "public_id"
    ):
        found[public_id].append(pk)
    for pk, name in rows.filter(name_vi__in=wanted).values_list("pk", "name_vi"):
        found[folded[fold(name)]].append(pk)
    return {name: pks[0] for name, pks in found.items() if len(set(pks)) == 1}


def _unknown(number: int, code: str) -> Problem:
    return _fault(
        number,
        "code",
        _("The indicator “%(code)s” is not asked for here.") % {"code": code},
        _("Leave the codes of the sheet as they are."),
    )


def _fault(row: int, column: str, message: Text, mend: Text = "") -> Problem:
    told = _("Row %(row)d, column %(column)s: %(message)s") % {
        "row": row,
        "column": _CALLED.get(column, column) or "–",  # noqa: RUF001 -- a dash for no column
        "message": message,
    }
    return Problem(field="file", message=told, mend=mend)
