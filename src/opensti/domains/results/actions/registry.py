"""Enter what a task brought forth, and correct it; what was said before is kept."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from opensti.domains.registry.queries import person_ids, person_names
from opensti.domains.results.actions.checking import known_day, signed_contract
from opensti.domains.results.actions.corrected import as_shown, tell_everybody
from opensti.domains.results.choices import SAID_BEFORE, ResultKind, Secrecy
from opensti.domains.results.models import (
    WHOLE,
    Result,
    ResultAuthor,
    ResultVersion,
)
from opensti.domains.results.queries import (
    accepted_on,
    certificate_of,
    fields_of,
    ownership,
    ownership_rules,
    result_subject,
)
from opensti.domains.results.queries.results import is_public
from opensti.domains.strategies.queries import goal_to_link, indicator_to_link
from opensti.kernel.access import require
from opensti.kernel.checks import Faults, keep, locked_row
from opensti.kernel.files import actions as files
from opensti.kernel.record.actions import record
from opensti.kernel.refusals import Invalid, Problem
from opensti.kernel.searchtext import search_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date, datetime

    from django.core.files.base import File

    from opensti.domains.contracts.models import Contract
    from opensti.domains.strategies.models import Goal
    from opensti.kernel.access import Actor
    from opensti.kernel.files.models import StoredFile

MOST_FILES = 20
LEVELS = range(1, 10)
_DOI = re.compile(r"10\.\d{4,9}/\S+")
_URL = re.compile(r"https?://\S+")
TEXTS = (
    "title_vi",
    "title_en",
    "description_vi",
    "description_en",
    "trl_reason",
)


@dataclass(frozen=True, kw_only=True)
class Said:
    """What is said of a result. ``authors``: a person's public id and share of 10,000.

    ``accepted_on`` is said only while the acceptance itself does not know the day.
    ``goal`` and ``indicator`` are public ids, empty for none; where nothing is said a new
    result takes the goal of its task, and a standing one keeps what it has.
    """

    kind: str
    title_vi: str
    formed_on: date
    title_en: str = ""
    description_vi: str = ""
    description_en: str = ""
    accepted_on: date | None = None
    trl_start: int | None = None
    trl_end: int | None = None
    trl_reason: str = ""
    secrecy: str = Secrecy.OPEN
    open_from: date | None = None
    goal: str | None = None
    indicator: str | None = None
    product_key: str = ""
    details: Mapping[str, str] = field(default_factory=dict)
    authors: Sequence[tuple[str, int]] = ()


@transaction.atomic
def add_result(*, actor: Actor, contract_id: int, said: Said, at: datetime) -> Result:
    """Enter a result of a signed contract.

    Raises ``Invalid`` with each fault at its field: a secret result (kept elsewhere), an
    embargo without its day, a lower readiness without reason, shares that do not add up.
    """
    contract = signed_contract(actor, contract_id)
    require(actor, "results.add", contract)
    people = _check(said, contract, at)
    result = Result(contract=contract, created_at=at)
    if said.goal is None:
        result.goal_id = contract.task.goal_id
    if (certificate := certificate_of(contract_id)) is not None:
        result.certificate = certificate.number
        result.registered_on = certificate.registered_on
    _write(result, said, contract)
    _serve(result, said, at)
    try:
        with transaction.atomic():
            result.save()
    except IntegrityError:  # two at once entered the same product
        raise Invalid([_product_taken()]) from None
    _authors(result, said, people)
    keep_version(actor, result, at, reason="")
    _tell(actor, result, "results.add", at)
    return result


@transaction.atomic
def change_result(
    *,
    actor: Actor,
    result_id: int,
    said: Said,
    reason: str,
    version: int,
    at: datetime,
) -> Result:
    """Say it anew, with the reason; the office alone once the result is registered."""
    rows = Result.objects.select_related("contract__case", "goal__plan", "indicator")
    result: Result = locked_row(actor, rows, version=version, pk=result_id)
    registered = result.registered_on is not None
    require(actor, "results.correct" if registered else "results.change", result)
    # What brings it under other rules of ownership is not the host's to change.
    if _rules(result, said.formed_on) != _rules(result, result.formed_on):
        require(actor, "results.choose_ownership", result)
    people = _check(said, result.contract, at, result=result, reason=reason)
    was, shown = result.secrecy, as_shown(result)
    public = is_public(result, localdate(at))
    _write(result, said, result.contract)
    _serve(result, said, at)
    keep(result, *TEXTS, *_OTHERS, "goal", "indicator", "search_text")
    _authors(result, said, people)
    keep_version(actor, result, at, reason=reason)
    if public and is_public(result, localdate(at)):
        tell_everybody(actor, result, shown, reason, at)
    else:
        _tell(actor, result, "results.change", at, reason=reason, was=was)
    return result


@transaction.atomic
def propose_results(
    *, actor: Actor, contract_id: int, formed_on: date, at: datetime
) -> list[Result]:
    """Enter each promised product that is no result yet, as it was promised.

    They begin as internal: whoever completes them says what is open. Pressed twice, the
    second time finds nothing to enter.
    """
    contract = signed_contract(actor, contract_id)
    require(actor, "results.add", contract)
    faults = Faults()
    faults.not_later("formed_on", formed_on, at)
    faults.refuse()
    there = set(
        Result.objects.filter(contract=contract).values_list("product_key", flat=True)
    )
    made = []
    for product in contract.products.order_by("position"):
        if product.key in there:
            continue
        said = Said(
            kind=product.kind,
            title_vi=product.name_vi,
            title_en=product.name_en,
            description_vi=product.quality,
            formed_on=formed_on,
            secrecy=Secrecy.INTERNAL,
            product_key=product.key,
        )
        made.append(add_result(actor=actor, contract_id=contract_id, said=said, at=at))
    return made


@transaction.atomic
def attach_to_result(
    *, actor: Actor, result_id: int, file: File[bytes], at: datetime
) -> StoredFile:
    """Keep a paper of a result, read by whoever may know of the contract."""
    rows = Result.objects.select_related("contract__case")
    result = locked_row(actor, rows, pk=result_id)
    require(actor, "results.change", result)
    subject = result_subject(result.public_id)
    return files.upload(actor=actor, subject=subject, file=file, at=at, most=MOST_FILES)


_OTHERS = (
    "kind",
    "formed_on",
    "accepted_on",
    "trl_start",
    "trl_end",
    "secrecy",
    "open_from",
    "product_key",
    "details",
)


def _write(result: Result, said: Said, contract: Contract) -> None:
    before = {key: result.details[key] for key in SAID_BEFORE if key in result.details}
    for name in TEXTS:
        setattr(result, name, getattr(said, name).strip())
    for name in _OTHERS:
        setattr(result, name, getattr(said, name))
    result.accepted_on = accepted_on(contract.pk) or said.accepted_on
    if said.secrecy != Secrecy.EMBARGO:
        result.open_from = None
    result.details = before | {
        f.id: text
        for f in fields_of(said.kind)
        if (text := str(said.details.get(f.id, "")).strip())
    }
    host = contract.host
    result.search_text = search_text(
        result.title_vi,
        result.title_en,
        contract.number,
        host.name_vi,
        host.name_en,
        *result.details.values(),
    )[:2000]


def _serve(result: Result, said: Said, at: datetime) -> None:
    """Link the goal and the indicator that were chosen; what stands may stay, if closed."""
    day = localdate(at)
    if said.goal is not None and said.goal != served_goal(result):
        result.goal = goal_to_link(public_id=said.goal, day=day)
    card = result.indicator.public_id if result.indicator else ""
    if said.indicator is not None and said.indicator != card:
        result.indicator = indicator_to_link(public_id=said.indicator, day=day)


def served_goal(result: Result) -> str:
    """The public id of the goal it serves; empty for none."""
    return result.goal.public_id if result.goal else ""


def _check(
    said: Said,
    contract: Contract,
    at: datetime,
    *,
    result: Result | None = None,
    reason: str | None = None,
) -> dict[str | int, int]:
    """Refuse every fault at once; returns the authors' rows by their public ids."""
    faults = Faults()
    if said.kind not in ResultKind.values:
        faults.add("kind", _("There is no such kind of result."))
    faults.needs("title_vi", said.title_vi, _("A result has a title in Vietnamese."))
    faults.not_later("formed_on", said.formed_on, at)
    faults.not_later("accepted_on", said.accepted_on, at)
    known_day(faults, "accepted_on", said.accepted_on, accepted_on(contract.pk))
    if said.secrecy == Secrecy.SECRET:
        faults.add(
            "secrecy",
            _("A secret result is not kept in this system: it is kept elsewhere."),
            _("Keep it with the office for state secrets; enter nothing of it here."),
        )
    if said.secrecy == Secrecy.EMBARGO and said.open_from is None:
        faults.add("open_from", _("An embargo has a day from which it is open."))
    _check_levels(said, faults)
    _check_details(said, faults)
    if reason is not None:
        faults.needs("reason", reason, _("A change has a reason, which is kept."))
    if said.product_key:
        taken = Result.objects.filter(contract=contract, product_key=said.product_key)
        if result is not None:
            taken = taken.exclude(pk=result.pk)
        if not contract.products.filter(key=said.product_key).exists():
            faults.add("product_key", _("The contract promises no such product."))
        elif taken.exists():
            faults.found.append(_product_taken())
    people = person_ids([key for key, _share in said.authors])
    check_shares(said.authors, people, faults)
    faults.refuse()
    return people


def _rules(result: Result, formed_on: date) -> list[str]:
    """The rules of ownership that may govern it, were it formed on that day."""
    found = ownership(
        ownership_rules(result.contract),
        formed_on=formed_on,
        accepted_on=result.accepted_on,
    )
    return [rule.id for rule in found.candidates]


def _product_taken() -> Problem:
    return Problem(
        field="product_key",
        message=_("This product is a result already."),
        mend=_("Open that result and complete it."),
    )


def check_shares(
    authors: Sequence[tuple[str, int]], people: Mapping[Any, int], faults: Faults
) -> None:
    """Shares in parts of 10,000 add up to exactly 10,000, each person once."""
    if not authors:
        return
    if any(key not in people for key, _share in authors):
        faults.add(
            "authors",
            _("An author is not in the registry of people."),
            _("Choose each author from the suggestions."),
        )
    if any(not 1 <= share <= WHOLE for _key, share in authors):
        faults.add("authors", _("A share is more than 0 and at most 100 %."))
    total = sum(share for _key, share in authors)
    if total != WHOLE:
        faults.add(
            "authors",
            _("The shares of the authors add up to %(total)s %%, not to 100 %%.")
            % {"total": f"{total // 100}.{total % 100:02d}"},
            _("Give the last author what is left."),
        )
    if len({people.get(key, key) for key, _share in authors}) != len(authors):
        faults.add("authors", _("The same author stands twice."))


def _check_levels(said: Said, faults: Faults) -> None:
    for name in ("trl_start", "trl_end"):
        level = getattr(said, name)
        if level is not None and level not in LEVELS:
            faults.add(name, _("Technology readiness is a level from 1 to 9."))
    lower = (
        said.trl_start is not None
        and said.trl_end is not None
        and said.trl_end < said.trl_start
    )
    if lower and not said.trl_reason.strip():
        faults.add(
            "trl_reason",
            _("The readiness at the end is lower than at the start: say why."),
        )


def _check_details(said: Said, faults: Faults) -> None:
    for asked in fields_of(said.kind):
        text = str(said.details.get(asked.id, "")).strip()
        name = f"detail_{asked.id}"
        if text and asked.type == "doi" and not _DOI.fullmatch(text):
            faults.add(
                name,
                _("“%(text)s” is not a DOI.") % {"text": text},
                _("A DOI begins with 10. and has a stroke, such as 10.1000/182."),
            )
        if text and asked.type == "url" and not _URL.fullmatch(text):
            faults.add(
                name,
                _("“%(text)s” is not an address.") % {"text": text},
                _("An address begins with https://."),
            )
        if text and asked.type == "number" and not (text.isascii() and text.isdigit()):
            faults.add(name, _("“%(text)s” is not a whole number.") % {"text": text})


def _authors(result: Result, said: Said, people: Mapping[Any, int]) -> None:
    result.authors.all().delete()
    ResultAuthor.objects.bulk_create(
        ResultAuthor(
            result=result, person_id=people[key], position=position, share=share
        )
        for position, (key, share) in enumerate(said.authors, start=1)
    )


def keep_version(actor: Actor, result: Result, at: datetime, *, reason: str) -> None:
    """Keep everything that is said of a result now, with why it was changed."""
    names = person_names(result.authors.values_list("person_id", flat=True))
    content = {name: getattr(result, name) for name in TEXTS} | {
        "goal": goal_words(result.goal),
        "indicator": result.indicator.code if result.indicator else "",
        "kind": str(result.kind),
        "formed_on": result.formed_on.isoformat(),
        "accepted_on": result.accepted_on.isoformat() if result.accepted_on else "",
        "trl_start": result.trl_start,
        "trl_end": result.trl_end,
        "secrecy": str(result.secrecy),
        "open_from": result.open_from.isoformat() if result.open_from else "",
        "product_key": result.product_key,
        "details": result.details,
        "authors": [
            {"name": names[a.person_id], "person": a.person_id, "share": a.share}
            for a in result.authors.order_by("position")
        ],
    }
    ResultVersion.objects.create(
        result=result,
        number=result.version,
        content=content,
        reason=reason.strip(),
        made_by_id=actor.user_id,
        made_at=at,
    )


def goal_words(goal: Goal | None) -> str:
    return f"{goal.plan.code} {goal.code}" if goal else ""


def _tell(
    actor: Actor,
    result: Result,
    act: str,
    at: datetime,
    *,
    reason: str = "",
    was: str = "",
) -> None:
    detail = {"kind": str(result.kind), "secrecy": str(result.secrecy)}
    if was and was != result.secrecy:
        detail["secrecy was"] = str(was)
    if reason.strip():
        detail["reason"] = reason.strip()
    record(
        actor=actor,
        act=act,
        subject=result_subject(result.public_id),
        at=at,
        detail=detail,
        secret={"title": result.title_vi},
    )
