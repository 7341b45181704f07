"""What a dossier says: as its writers see it now, or as it was last handed in."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from opensti.domains.calls.choices import (
    EDITABLE,
    HANDED_IN,
    BudgetSource,
    MemberRole,
)
from opensti.domains.calls.models import DossierVersion
from opensti.domains.calls.queries import rows as row_kinds
from opensti.domains.calls.queries.rows import BudgetRow, TeamRow, Totals, totals
from opensti.domains.procedures.queries import regime_of
from opensti.domains.procedures.regimes import forms
from opensti.kernel.access import may, visible
from opensti.kernel.bilingual import pick
from opensti.kernel.citations import cited
from opensti.kernel.money import format_money
from opensti.kernel.refusals import Problem

if TYPE_CHECKING:
    from collections.abc import Mapping
    from decimal import Decimal

    from django.db.models import QuerySet

    from opensti.domains.calls.models import Dossier
    from opensti.domains.procedures.regimes.format import Form, Regime
    from opensti.domains.procedures.regimes.forms import Difference
    from opensti.kernel.access import Actor


@dataclass(frozen=True, kw_only=True)
class Content:
    """The whole of a dossier; ``version`` is 0 for what is being written now."""

    title_vi: str
    title_en: str
    abstract_vi: str
    abstract_en: str
    months: int | None
    answers: Mapping[str, Any]
    team: tuple[TeamRow, ...]
    budget: tuple[BudgetRow, ...]
    attachments: tuple[Mapping[str, Any], ...]
    version: int = 0

    def as_json(self) -> dict[str, Any]:
        return {
            "title_vi": self.title_vi,
            "title_en": self.title_en,
            "abstract_vi": self.abstract_vi,
            "abstract_en": self.abstract_en,
            "months": self.months,
            "answers": dict(self.answers),
            "team": [row.as_json() for row in self.team],
            "budget": [row.as_json() for row in self.budget],
            "attachments": [dict(a) for a in self.attachments],
        }


@dataclass(frozen=True, kw_only=True)
class Missing:
    """One thing to mend before submission: where it is, what, and how."""

    section: str
    part: str
    problem: Problem


@dataclass(frozen=True, kw_only=True)
class PaperRequired:
    """A signed paper that the procedure asks of this dossier, and whether it is there."""

    code: str
    title: str
    language: str
    basis: str
    attached: bool

    @property
    def problem(self) -> Problem:
        return Problem(
            field=f"paper-{self.code}",
            message=_("The signed paper %(code)s (%(title)s) is not attached.")
            % {"code": self.code, "title": self.title},
            mend=_(
                "Attach it among the attachments and choose %(code)s as the paper. "
                "Asked for by: %(article)s."
            )
            % {"code": self.code, "article": cited(self.basis)},
        )


@dataclass(frozen=True, kw_only=True)
class Check:
    """How far a dossier is, section by section, and what is missing where."""

    percent: int
    sections: tuple[tuple[str, str, str, int], ...]  # id, label, part, number missing
    missing: tuple[Missing, ...]
    papers: tuple[PaperRequired, ...] = ()

    @property
    def whole(self) -> bool:
        return not self.missing

    @property
    def problems(self) -> tuple[Problem, ...]:
        return tuple(m.problem for m in self.missing)


@dataclass(frozen=True, kw_only=True)
class RowChange:
    """A person or a budget row that was added, removed or changed."""

    kind: str
    label: str
    old: str
    new: str


@dataclass(frozen=True, kw_only=True)
class VersionDifferences:
    fields: tuple[Difference, ...]
    team: tuple[RowChange, ...]
    budget: tuple[RowChange, ...]
    attachments: tuple[RowChange, ...]
    old_totals: Totals
    new_totals: Totals

    @property
    def nothing(self) -> bool:
        return not (self.fields or self.team or self.budget or self.attachments)


def canonical(snapshot: Mapping[str, Any]) -> str:
    """The one way to write a snapshot, so that its digest can be computed again."""
    return json.dumps(
        snapshot, ensure_ascii=False, sort_keys=True, separators=(",", ":")
    )


def digest(snapshot: Mapping[str, Any]) -> str:
    return hashlib.sha256(canonical(snapshot).encode()).hexdigest()


def form_of(dossier: Dossier, regime: Regime | None = None) -> Form:
    return (regime or regime_of(dossier.case)).form(dossier.form_code)


def ceiling_of(dossier: Dossier) -> Decimal | None:
    return dossier.order.budget_ceiling if dossier.order else None


def working_content(dossier: Dossier) -> Content:
    """What the writers have now; 3 queries, the caller asks who may see it."""
    return Content(
        title_vi=dossier.title_vi,
        title_en=dossier.title_en,
        abstract_vi=dossier.abstract_vi,
        abstract_en=dossier.abstract_en,
        months=dossier.months,
        answers=dossier.answers,
        team=tuple(row_kinds.team_rows(dossier.team.order_by("position"))),
        budget=tuple(
            row_kinds.budget_rows(dossier.budget.order_by("position", "source"))
        ),
        attachments=tuple(
            {
                "kind": a.kind,
                "title": a.title,
                "name": a.file.name,
                "size": a.file.size,
                "sha256": a.file.sha256,
                "file": a.file.public_id,
            }
            for a in dossier.attachments.select_related("file").order_by("pk")
        ),
    )


def version_content(version: DossierVersion) -> Content:
    said = version.snapshot
    return Content(
        title_vi=said["title_vi"],
        title_en=said["title_en"],
        abstract_vi=said["abstract_vi"],
        abstract_en=said["abstract_en"],
        months=said["months"],
        answers=said["answers"],
        team=tuple(row_kinds.team_from_json(said["team"])),
        budget=tuple(row_kinds.budget_from_json(said["budget"])),
        attachments=tuple(said["attachments"]),
        version=version.number,
    )


def handed_in_content(dossier: Dossier) -> Content:
    """What was last handed in: what councils and the office judge; 1 query.

    The caller asks who may see it: a council's own queries for its members.
    """
    version = (
        DossierVersion.objects.filter(dossier_id=dossier.pk, reason__in=HANDED_IN)
        .order_by("-number")
        .first()
    )
    return version_content(version) if version else working_content(dossier)


def content(*, actor: Actor, dossier: Dossier) -> Content:
    """What this person may read: writers the working copy, the office what was handed in."""
    if dossier.case.state in EDITABLE and not may(
        actor, "calls.write_dossier", dossier
    ):
        return handed_in_content(dossier)
    return working_content(dossier)


def versions(*, actor: Actor, dossier: Dossier) -> QuerySet[DossierVersion]:
    return (
        visible(actor, DossierVersion.objects.filter(dossier=dossier))
        .select_related("made_by")
        .order_by("-number")
    )


def differences(old: Content, new: Content, form: Form) -> VersionDifferences:
    """What changed, in words; money to the đồng."""
    return VersionDifferences(
        fields=tuple(forms.differences(old.answers, new.answers, form)),
        team=tuple(_changes(_people(old), _people(new))),
        budget=tuple(_changes(_amounts(old), _amounts(new))),
        attachments=tuple(_changes(_files(old), _files(new))),
        old_totals=totals(old.budget),
        new_totals=totals(new.budget),
    )


def completeness(
    dossier: Dossier,
    said: Content | None = None,
    regime: Regime | None = None,
) -> Check:
    """What is missing and where: form, team, budget, papers; nothing is changed."""
    said = said or working_content(dossier)
    form = form_of(dossier, regime)
    lang = get_language() or "vi"
    files = {str(a["kind"]) for a in said.attachments}
    faults = forms.validate(form, said.answers, whole=True, lang=lang, files=files)
    section_of = {f.id: s for s in form.sections for f in s.fields}
    missing = []
    for problem in faults:
        section = section_of.get(problem.field.split(".", 1)[0])
        missing.append(
            Missing(
                section=section.id if section else "",
                part=section.part if section else "fields",
                problem=problem,
            )
        )
    papers = _papers_required(dossier, said, regime)
    extra = {
        "team": _team_problems(dossier, said),
        "budget": _budget_problems(dossier, said),
        "attachments": [p.problem for p in papers if not p.attached],
    }
    shown = forms.visible_sections(form, said.answers)
    for section in shown:
        missing += [
            Missing(section=section.id, part=section.part, problem=p)
            for p in extra.get(section.part, [])
        ]
    asked = forms.completeness(form, said.answers, files=files)
    parts = [s.part for s in shown if s.part in ("team", "budget")]
    whole = asked.asked + len(parts) + len(papers)
    done = (
        asked.answered
        + sum(not extra[p] for p in parts)
        + sum(p.attached for p in papers)
    )
    counts: dict[str, int] = {}
    for m in missing:
        counts[m.section] = counts.get(m.section, 0) + 1
    return Check(
        percent=100 if not whole else done * 100 // whole,
        sections=tuple(
            (s.id, s.label(lang), s.part, counts.get(s.id, 0)) for s in shown
        ),
        missing=tuple(missing),
        papers=tuple(papers),
    )


def _papers_required(
    dossier: Dossier, said: Content, regime: Regime | None = None
) -> list[PaperRequired]:
    """The signed papers that the procedure asks for, with what was answered so far."""
    regime = regime or regime_of(dossier.case)
    kept = {str(a["kind"]) for a in said.attachments}
    english = (get_language() or "vi").startswith("en")
    found = []
    for wanted in forms.papers_wanted(regime.signed_papers, said.answers):
        paper = regime.paper(wanted.code)
        found.append(
            PaperRequired(
                code=paper.code,
                title=pick(paper.title_vi, paper.title_en),
                language="en" if english and paper.title_en else "vi",
                basis=wanted.basis,
                attached=paper.code in kept,
            )
        )
    return found


def _team_problems(dossier: Dossier, said: Content) -> list[Problem]:
    if dossier.typed.get("team"):
        return row_kinds.read_team(dossier.typed["team"])[1]
    if not said.team:
        return [
            Problem(
                field="team",
                message=_("The team is empty."),
                mend=_("Enter at least the principal investigator."),
            )
        ]
    leaders = sum(row.role == MemberRole.LEADER for row in said.team)
    if leaders != 1:
        return [
            Problem(
                field="team",
                message=_("The team has %(n)d principal investigators.")
                % {"n": leaders},
                mend=_("Give exactly one person this role."),
            )
        ]
    return []


def _budget_problems(dossier: Dossier, said: Content) -> list[Problem]:
    if dossier.typed.get("budget"):
        return row_kinds.read_budget(dossier.typed["budget"])[1]
    sums = totals(said.budget, ceiling=ceiling_of(dossier))
    if not sums.total:
        return [
            Problem(
                field="budget",
                message=_("The budget is empty."),
                mend=_("Enter at least one line with an amount."),
            )
        ]
    if sums.over:
        return [
            Problem(
                field="budget",
                message=_(
                    "The State's part is %(state)s; the order's ceiling is %(ceiling)s."
                )
                % {
                    "state": format_money(sums.state),
                    "ceiling": format_money(sums.ceiling),
                },
                mend=_("Lower it by %(over)s.") % {"over": format_money(sums.over)},
            )
        ]
    return []


def _changes(old: dict[str, str], new: dict[str, str]) -> list[RowChange]:
    found = []
    for label in [*old, *(key for key in new if key not in old)]:
        was, now = old.get(label, ""), new.get(label, "")
        if was != now or (label in old) != (label in new):
            kind = (
                "changed"
                if label in old and label in new
                else ("removed" if label in old else "added")
            )
            found.append(RowChange(kind=kind, label=label, old=was, new=now))
    return found


def _keyed(pairs: list[tuple[str, str]]) -> dict[str, str]:
    """Rows by their label; a second row of the same label is told apart by a number."""
    found: dict[str, str] = {}
    for label, text in pairs:
        key, n = label, 1
        while key in found:
            n += 1
            key = f"{label} ({n})"
        found[key] = text
    return found


def _people(said: Content) -> dict[str, str]:
    return _keyed(
        [
            (
                r.full_name,
                " · ".join(
                    part
                    for part in (
                        r.role_label,
                        r.organisation_name,
                        _("%(n)s months") % {"n": r.months.normalize()},
                    )
                    if part
                ),
            )
            for r in said.team
        ]
    )


def _amounts(said: Content) -> dict[str, str]:
    labels = dict(BudgetSource.choices)
    return _keyed(
        [
            (
                " · ".join(
                    p for p in (r.category_label, r.description, str(r.year)) if p
                ),
                " + ".join(
                    f"{format_money(amount)} ({labels[source]})"
                    for source, amount in r.amounts.items()
                )
                or format_money(r.total),
            )
            for r in said.budget
        ]
    )


def _files(said: Content) -> dict[str, str]:
    return _keyed(
        [
            (str(a["title"] or a["name"]), str(a["sha256"])[:12])
            for a in said.attachments
        ]
    )
