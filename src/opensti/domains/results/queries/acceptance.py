"""Acceptances as far as a person may know of them, and the rules that govern each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from opensti.domains.procedures.choices import Act, State, Track
from opensti.domains.procedures.queries import regime_of, working_calendar
from opensti.domains.results import permissions as _permissions  # noqa: F401
from opensti.domains.results.models import (
    Acceptance,
    BaseCouncil,
    ExpertOpinion,
    HandedIn,
    Handover,
    ProductVerdict,
    Registration,
)
from opensti.kernel.access import get_visible, visible
from opensti.kernel.files.serving import files_of, readable_file
from opensti.kernel.periods import deadline
from opensti.kernel.refusals import NotFound
from opensti.kernel.searchtext import matches

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from django.db.models import QuerySet

    from opensti.domains.procedures.regimes.format import AftermathRules, RatingRule
    from opensti.kernel.access import Actor
    from opensti.kernel.files.models import StoredFile


PART = "part-"


def acceptance_subject(public_id: str) -> str:
    return f"results.acceptance:{public_id}"


def acceptances_of_tasks(task_ids: Iterable[int]) -> dict[int, str]:
    """The address of the acceptance by task; 1 query.

    No more than by what its acts are found in the record, see
    ``contracts.queries.addresses_of_tasks``.
    """
    rows = Acceptance.objects.filter(contract__task_id__in=list(task_ids)).order_by()
    return dict(rows.values_list("contract__task_id", "public_id"))


def acceptances(actor: Actor, *, q: str = "") -> QuerySet[Acceptance]:
    """Acceptances the person may know of, newest first."""
    rows = Acceptance.objects.select_related("case", "contract__host")
    return matches(visible(actor, rows), q, "contract__search_text").order_by(
        "-created_at", "-id"
    )


def _whole() -> QuerySet[Acceptance]:
    return Acceptance.objects.select_related(
        "case__regime_version",
        "contract__host",
        "contract__leader",
        "contract__dossier",
        "contract__task",
        "registration",
    ).defer("case__regime_version__content")


def acceptance(actor: Actor, public_id: str) -> Acceptance:
    """One acceptance with its case and contract; ``NotFound`` if it may not be known."""
    return get_visible(actor, _whole(), public_id=public_id)


def acceptance_of(actor: Actor, contract_id: int) -> Acceptance | None:
    """That of a contract; none before the contract is signed."""
    return visible(actor, _whole().filter(contract_id=contract_id)).first()


def aftermath_of(acceptance: Acceptance) -> AftermathRules:
    """The frozen rules that govern what becomes of the work."""
    rules = regime_of(acceptance.case).aftermath
    if rules is None:  # a case is opened only under a version that has them
        raise LookupError(acceptance.case.regime_code)
    return rules


def scale_of(acceptance: Acceptance) -> RatingRule:
    return regime_of(acceptance.case).rating_rule(
        aftermath_of(acceptance).acceptance.rating
    )


def level_names(acceptance: Acceptance) -> dict[str, str]:
    """Codes and names of the levels, best first, in the reader's language."""
    lang = get_language() or "vi"
    return {level.id: level.label(lang) for level in scale_of(acceptance).levels}


def has_council(acceptance: Acceptance) -> bool:
    """Whether the ministry's own council judges the work under this regime."""
    return bool(aftermath_of(acceptance).acceptance.council)


def has_base_level(acceptance: Acceptance) -> bool:
    return aftermath_of(acceptance).acceptance.base_level


def last_day_in_time(acceptance: Acceptance) -> date | None:
    """The last day on which the dossier may come before the task fails; none is known."""
    within = aftermath_of(acceptance).acceptance.fails_late
    ends = acceptance.contract.ends_on
    if within is None or ends is None:
        return None
    return deadline(
        ends, n=within.n, unit=within.unit.value, calendar=working_calendar()
    )


def last_day_of_rework(acceptance: Acceptance, on: date) -> date | None:
    """The last day that rework asked for on a day may reach to; none is known."""
    within = aftermath_of(acceptance).acceptance.rework_within
    if within is None:
        return None
    return deadline(on, n=within.n, unit=within.unit.value, calendar=working_calendar())


def is_overdue(acceptance: Acceptance, today: date) -> bool:
    """Whether the office may end the waiting for a dossier.

    The last day of rework is over; else the day by which the rule lets the task fail;
    where the text that was read names none, the contract's own end.
    """
    if acceptance.case.state == State.REWORK:
        return acceptance.rework_until is not None and today > acceptance.rework_until
    last = last_day_in_time(acceptance) or acceptance.contract.ends_on
    return last is not None and today > last


@dataclass(frozen=True, kw_only=True)
class DossierPart:
    """A paper that the procedure wants in the dossier beside report and evidence."""

    code: str
    title_vi: str
    title_en: str
    basis: str

    @property
    def kind(self) -> str:
        """The kind of the files that are this part."""
        return f"{PART}{self.code}"


def dossier_parts(acceptance: Acceptance) -> list[DossierPart]:
    """What the step of handing in names, without the final report, which has its own place.

    Empty where no text that was read names any.
    """
    regime = regime_of(acceptance.case)
    execution = regime.execution
    final = {
        r.paper for r in (execution.reports if execution else ()) if r.kind == "final"
    }
    papers = {paper.code: paper for paper in regime.papers}
    found: dict[str, DossierPart] = {}
    for step in regime.track(Track.ACCEPTANCE).transitions:
        if step.act != Act.ACCEPTANCE_SUBMIT:
            continue
        for code in step.documents:
            if code not in final and code in papers:
                found[code] = DossierPart(
                    code=code,
                    title_vi=papers[code].title_vi,
                    title_en=papers[code].title_en,
                    basis=step.basis,
                )
    return list(found.values())


def was_extended(acceptance: Acceptance) -> bool:
    """Whether any terms of the contract moved its end to a later day; 1 query."""
    days = [
        terms.content.get("ends_on")
        for terms in acceptance.contract.terms.order_by("number")
    ]
    known = [day for day in days if day]
    return any(day > known[0] for day in known)


def no_rework_because(acceptance: Acceptance) -> str:
    """Why the work may not be reworked, in a sentence; empty where it may."""
    rule = aftermath_of(acceptance).acceptance
    if rule.rework_times == 0:
        return _("This procedure knows no rework.")
    if acceptance.rework_times >= rule.rework_times:
        return _(
            "The work was reworked already; it is judged anew at most %(n)d time."
        ) % {"n": rule.rework_times}
    if rule.rework_only_if_never_extended and was_extended(acceptance):
        return _("The contract was extended; then the work is not reworked.")
    return ""


# ---- what was said, found and registered


def dossiers_handed_in(actor: Actor, acceptance: Acceptance) -> list[HandedIn]:
    """All versions of the acceptance dossier, the latest first; 1 query."""
    rows = visible(actor, HandedIn.objects.filter(acceptance=acceptance))
    return list(rows.select_related("handed_in_by").order_by("-number"))


def base_councils(actor: Actor, acceptance: Acceptance) -> list[BaseCouncil]:
    rows = visible(actor, BaseCouncil.objects.filter(acceptance=acceptance))
    return list(rows.order_by("-pk"))


def opinions(actor: Actor, acceptance: Acceptance) -> list[ExpertOpinion]:
    rows = visible(actor, ExpertOpinion.objects.filter(acceptance=acceptance))
    return list(rows.order_by("pk"))


def opinions_awaited(acceptance: Acceptance) -> bool:
    """Whether an expert was asked who neither answered nor was given up; 1 query.

    The caller has decided who may know.
    """
    rows = ExpertOpinion.objects.filter(acceptance=acceptance)
    return rows.filter(given_on=None, dropped_on=None).exists()


def handovers(actor: Actor, acceptance: Acceptance) -> list[Handover]:
    rows = visible(actor, Handover.objects.filter(acceptance=acceptance))
    return list(rows.order_by("-number"))


@dataclass(frozen=True, kw_only=True)
class ProductLine:
    """One product: what was promised, what the host delivered, what was found."""

    key: str
    name: str
    promised: str
    unit: str
    quality: str
    delivered: str
    said: str
    verdict: ProductVerdict | None
    level: str
    is_worst: bool


def product_lines(
    actor: Actor, acceptance: Acceptance, handed: HandedIn | None
) -> list[ProductLine]:
    """Promised, delivered, verdict: product by product, of the latest round; 2 queries.

    Products are those of the contract now, with what the latest dossier says of each.
    """
    names, worst = level_names(acceptance), scale_of(acceptance).worst
    english = (get_language() or "vi").startswith("en")
    found: dict[str, ProductVerdict] = {}
    rows = ProductVerdict.objects.filter(acceptance=acceptance).order_by("round")
    for verdict in visible(actor, rows):
        found[verdict.product_key] = verdict
    said = {p["key"]: p for p in (handed.content["products"] if handed else ())}
    lines = []
    for product in acceptance.contract.products.order_by("position"):
        told: dict[str, Any] = said.get(product.key, {})
        verdict_of = found.get(product.key)
        lines.append(
            ProductLine(
                key=product.key,
                name=product.name_en
                if english and product.name_en
                else product.name_vi,
                promised=_shown(product.quantity, english=english),
                unit=product.unit,
                quality=product.quality,
                delivered=told.get("delivered", "")
                if english
                else told.get("delivered", "").replace(".", ","),
                said=told.get("text", ""),
                verdict=verdict_of,
                level=names.get(verdict_of.level, "") if verdict_of else "",
                is_worst=verdict_of is not None and verdict_of.level == worst,
            )
        )
    return lines


def _shown(value: Any, *, english: bool) -> str:
    if value is None:
        return ""
    text = f"{value.normalize():f}"
    return text if english else text.replace(".", ",")


def acceptance_files(acceptance: Acceptance) -> list[StoredFile]:
    """Its files in use, oldest first, without those only the office reads.

    The caller has found the acceptance.
    """
    rows = files_of(acceptance_subject(acceptance.public_id))
    return [f for f in rows if not f.kind.startswith("opinion")]


def acceptance_file(actor: Actor, public_id: str, file: str) -> StoredFile:
    """One file of an acceptance; ``NotFound`` if hidden, absent or not checked yet."""
    found = readable_file(actor, file)
    if found.subject != acceptance_subject(public_id):
        raise NotFound
    return found


# ---- for other domains and the council


def certificate_of(contract_id: int) -> Registration | None:
    """The certificate of registration of a contract's results; 1 query.

    The caller has decided who may know.
    """
    rows = Registration.objects.filter(acceptance__contract_id=contract_id)
    return rows.first()


def accepted_on(contract_id: int) -> date | None:
    """The day on which the work of a contract was accepted, if it was; 1 query.

    The caller has decided who may know.
    """
    rows = Acceptance.objects.filter(contract_id=contract_id)
    return rows.values_list("accepted_on", flat=True).first()


def must_be_registered_before(acceptance: Acceptance, step: str) -> bool:
    """Whether the certificate is needed for ``recognition`` or ``liquidation``."""
    return aftermath_of(acceptance).registration.before == step


def judged_by_council(case_ids: Iterable[int]) -> dict[int, Acceptance]:
    """The acceptances behind some cases on a council's agenda; 1 query.

    The caller has decided who may know: who reads an item reads its dossier.
    """
    rows = _whole().filter(case_id__in=list(case_ids))
    return {row.case_id: row for row in rows}


def latest_dossier(acceptance: Acceptance) -> HandedIn | None:
    """What was handed in last; the caller has decided who may know."""
    return HandedIn.objects.filter(acceptance=acceptance).order_by("-number").first()
