"""Data sets are registered, their releases loaded whole or not at all."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from sti_methods.productivity import Faulty, Unreadable

from opensti.domains.strategies.models import Dataset, Series, Vintage
from opensti.domains.strategies.problem.vintages import Line, Loaded, read
from opensti.domains.strategies.queries.account_words import faulty, unreadable
from opensti.domains.strategies.queries.vintage_rows import table_rows
from opensti.kernel.access import get_visible, require
from opensti.kernel.files import actions as files
from opensti.kernel.files import store
from opensti.kernel.record.actions import record
from opensti.kernel.refusals import Invalid, Problem, Stale, StepNotAllowed

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, datetime

    from django.core.files.base import File

    from opensti.kernel.access import Actor
    from opensti.kernel.files.models import StoredFile

CODE = re.compile(r"[a-z0-9][a-z0-9._-]{1,59}")
BATCH = 500


@dataclass(frozen=True, kw_only=True)
class DatasetCard:
    """What is said of a data set: whose it is, under which licence, how it is cited."""

    code: str
    name_vi: str
    provider: str
    licence: str
    name_en: str = ""
    citation: str = ""
    address: str = ""
    redistributable: bool = False


@dataclass(frozen=True, kw_only=True)
class Release:
    """What is said of a file: the label of the release, its days."""

    label: str
    retrieved_on: date
    published_on: date | None = None
    note: str = ""


@transaction.atomic
def register_dataset(*, actor: Actor, card: DatasetCard, at: datetime) -> Dataset:
    """Register a collection of series. Raises ``Invalid`` for what is missing or taken."""
    require(actor, "strategies.load_data")
    problems = _problems(card)
    if not problems and Dataset.objects.filter(code=card.code.strip()).exists():
        problems = [
            Problem(
                field="code",
                message=_("A data set with this code is registered."),
                mend=_("Load the release there, or choose another code."),
            )
        ]
    if problems:
        raise Invalid(problems)
    dataset = Dataset(created_at=at)
    _write(dataset, card)
    dataset.save(force_insert=True)
    _tell(actor, "register_dataset", dataset, at, {"licence": dataset.licence})
    return dataset


@transaction.atomic
def change_dataset(
    *,
    actor: Actor,
    dataset_id: int,
    card: DatasetCard,
    at: datetime,
    expected_version: int | None = None,
) -> Dataset:
    """Correct what is said of a data set; its code and releases stay."""
    dataset = get_visible(actor, Dataset.objects.select_for_update(), pk=dataset_id)
    require(actor, "strategies.load_data", dataset)
    if expected_version is not None and dataset.version != expected_version:
        raise Stale(
            _("This data set was changed by somebody else after you opened it."),
            mend=_("Look at it as it stands now, then act again."),
        )
    problems = _problems(card)
    if card.code.strip() != dataset.code:
        problems.append(
            Problem(field="code", message=_("The code of a data set stays."))
        )
    if problems:
        raise Invalid(problems)
    _write(dataset, card)
    dataset.version += 1
    dataset.save()
    _tell(actor, "change_dataset", dataset, at, {"licence": dataset.licence})
    return dataset


def _problems(card: DatasetCard) -> list[Problem]:
    needed = {
        "name_vi": card.name_vi,
        "provider": card.provider,
        "licence": card.licence,
    }
    problems = [
        Problem(field=name, message=_("This must be said."))
        for name, said in needed.items()
        if not said.strip()
    ]
    if not CODE.fullmatch(card.code.strip()):
        problems.append(
            Problem(
                field="code",
                message=_("A code has 2 to 60 small letters, digits, “-”, “_”, “.”."),
                mend=_("Write it as pwt-10.01."),
            )
        )
    if card.redistributable and not card.citation.strip():
        problems.append(
            Problem(
                field="citation",
                message=_("Data that are handed on must be cited."),
                mend=_("Write the citation that the provider asks for."),
            )
        )
    return problems


def _write(dataset: Dataset, card: DatasetCard) -> None:
    dataset.code = card.code.strip()
    dataset.name_vi, dataset.name_en = card.name_vi.strip(), card.name_en.strip()
    dataset.provider, dataset.licence = card.provider.strip(), card.licence.strip()
    dataset.citation, dataset.address = card.citation.strip(), card.address.strip()
    dataset.redistributable = card.redistributable


@transaction.atomic
def load_vintage(
    *,
    actor: Actor,
    dataset_id: int,
    release: Release,
    file: File[bytes],
    at: datetime,
) -> Vintage:
    """Read a file into a new vintage: all of it, or nothing with each fault and its place.

    The layouts are those of ``problem.vintages``. Raises ``Invalid`` for a file that is no
    table, for cells that cannot be read, for a label that is taken and for a file that was
    loaded before. 55 000 numbers take some seconds.
    """
    dataset = get_visible(actor, Dataset.objects.select_for_update(), pk=dataset_id)
    require(actor, "strategies.load_data", dataset)
    label = " ".join(release.label.split())
    if problems := _release_problems(dataset, label, release, at):
        raise Invalid(problems)
    vintage = Vintage(
        dataset=dataset,
        label=label,
        published_on=release.published_on,
        retrieved_on=release.retrieved_on,
        loaded_by_id=actor.user_id,
        loaded_at=at,
    )
    kept = files.upload(
        actor=actor,
        subject=f"strategies.vintage:{vintage.public_id}",
        file=file,
        at=at,
        table=True,
    )
    _not_yet(dataset, kept)
    loaded = _read(dataset, label, kept)
    vintage.file_name, vintage.sha256 = kept.name, kept.sha256
    vintage.count = loaded.count
    vintage.note = release.note.strip()
    if loaded.left_out:
        left = _now("Columns left out: %(names)s.") % {
            "names": ", ".join(loaded.left_out)
        }
        vintage.note = f"{vintage.note}\n{left}".strip()
    vintage.save(force_insert=True)
    Series.objects.bulk_create(_rows(vintage, loaded.lines), batch_size=BATCH)
    detail = {
        "vintage": vintage.public_id,
        "label": label,
        "sha256": kept.sha256,
        "layout": loaded.layout,
        "series": len(loaded.lines),
        "count": loaded.count,
    }
    _tell(actor, "load_vintage", dataset, at, detail)
    return vintage


def _release_problems(
    dataset: Dataset, label: str, release: Release, at: datetime
) -> list[Problem]:
    problems = []
    if not label:
        problems.append(
            Problem(
                field="label",
                message=_("Which release is it?"),
                mend=_("Write its number or month, as 10.01 or 2026-03."),
            )
        )
    if dataset.vintages.filter(label=label).exists():
        problems.append(
            Problem(
                field="label",
                message=_("A release with this label is loaded; it does not change."),
                mend=_("Give the new release its own label."),
            )
        )
    if release.retrieved_on > at.date():
        problems.append(
            Problem(field="retrieved_on", message=_("This day is yet to come."))
        )
    if release.published_on and release.published_on > release.retrieved_on:
        problems.append(
            Problem(
                field="published_on",
                message=_("It was taken before it was published."),
                mend=_("Check the two days."),
            )
        )
    return problems


def _not_yet(dataset: Dataset, kept: StoredFile) -> None:
    twin = dataset.vintages.filter(sha256=kept.sha256).first()
    if twin is not None:
        raise Invalid(
            [
                Problem(
                    field="file",
                    message=_(
                        "This file is loaded already: release %(label)s, on %(day)s."
                    )
                    % {"label": twin.label, "day": date_format(twin.loaded_at)},
                    mend=_("Choose the file of the new release."),
                )
            ]
        )
    if not kept.is_readable:
        raise StepNotAllowed(
            _("The file waits for the virus scanner."),
            mend=_("Hand it in again in some minutes."),
        )


def _read(dataset: Dataset, label: str, kept: StoredFile) -> Loaded:
    rows = table_rows(store.clean_path(kept.sha256), name=kept.name)
    try:
        return read(rows=rows, provider=dataset.provider, version=label)
    except Unreadable as found:
        raise unreadable(found) from None
    except Faulty as found:
        raise faulty(found, "file") from None


def _rows(vintage: Vintage, lines: Iterable[Line]) -> list[Series]:
    rows, problems = [], []
    texts = ("block", "code", "unit")
    most = {f.name: f.max_length for f in Series._meta.fields if f.name in texts}
    for line in lines:
        for name, length in most.items():
            if len(said := getattr(line, name)) > (length or 0):
                message = _("“%(said)s…” is longer than %(most)d letters.") % {
                    "said": said[:40],
                    "most": length,
                }
                problems.append(Problem(field="file", message=message))
        rows.append(
            Series(
                vintage=vintage,
                block=line.block,
                code=line.code,
                unit=line.unit,
                sector=line.sector,
                first_year=line.first_year,
                values=list(line.values),
            )
        )
    if problems:
        raise Invalid(problems[:20])
    return rows


def _tell(
    actor: Actor, act: str, dataset: Dataset, at: datetime, detail: dict[str, object]
) -> None:
    record(
        actor=actor,
        act=f"strategies.{act}",
        subject=f"strategies.dataset:{dataset.pk}",
        at=at,
        detail={"code": dataset.code, **detail},
    )
