"""Writing a dossier together: started, saved as typed, shared, kept, never lost."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.contrib.auth import get_user_model
from django.db import transaction
from django.utils.translation import get_language
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from opensti.domains.calls.actions.locking import (
    SavedMeanwhile,
    locked,
    saved_by,
    user_of,
    wrong_state,
)
from opensti.domains.calls.choices import EDITABLE, BudgetSource, VersionReason
from opensti.domains.calls.models import (
    BudgetLine,
    Call,
    Dossier,
    DossierEditor,
    DossierVersion,
    TeamMember,
)
from opensti.domains.calls.queries import (
    BUDGET_COLUMNS,
    SOURCES,
    TEAM_COLUMNS,
    as_typed,
    digest,
    dossier_subject,
    form_of,
    is_open_for,
    read_budget,
    read_team,
    totals,
    working_content,
)
from opensti.domains.calls.queries.rows import budget_rows, plain, team_rows
from opensti.domains.procedures.actions import open_case, set_title
from opensti.domains.procedures.choices import Track
from opensti.domains.procedures.queries import REGIME, basis, regime_of
from opensti.domains.procedures.regimes import forms
from opensti.domains.registry.queries import entries, organisations, person_names
from opensti.domains.tasks.choices import Way
from opensti.kernel.access import SYSTEM, get_visible, require
from opensti.kernel.identifiers import new_public_id
from opensti.kernel.record.actions import record
from opensti.kernel.refusals import Invalid, Problem, StepNotAllowed
from opensti.kernel.searchtext import search_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from opensti.kernel.access import Actor

MOST_CHARACTERS = 2_000_000
DEEPEST = 6
MAX_TITLE = 500
MONTH_DIGITS = 3


@dataclass(frozen=True, kw_only=True)
class Saved:
    """The dossier as it stands now, and what is still wrong with what was typed."""

    dossier: Dossier
    problems: tuple[Problem, ...] = ()


@transaction.atomic
def start_dossier(
    *,
    actor: Actor,
    call_id: int,
    host_id: int,
    at: datetime,
    order_id: int | None = None,
    title_vi: str = "",
) -> Dossier:
    """Begin a dossier for one's organisation, under the regime and form of the call."""
    call = get_visible(
        actor, Call.objects.select_related("regime_version").defer(*REGIME), pk=call_id
    )
    if not is_open_for(call, host_id=host_id, at=at):
        raise StepNotAllowed(
            _("The call does not take dossiers now."),
            mend=_("Look at its days of opening and closing."),
        )
    require(actor, "calls.start_dossier", host_id)
    host = organisations(SYSTEM).get(pk=host_id)
    order = _order(call, order_id, host_id)
    regime = regime_of(call.regime_version)
    public_id = new_public_id()
    title = title_vi.strip()[:MAX_TITLE]
    case = open_case(
        actor=actor,
        track=Track.DOSSIER,
        regime_version_id=call.regime_version_id,
        subject=dossier_subject(public_id),
        title=title or call.title_vi,
        at=at,
        kind=call.kind,
    )
    form = regime.form_for(Track.DOSSIER, order.kind if order else "")
    known = {f.id for f in form.fields()}
    answers: dict[str, Any] = {"host": {"id": host.pk, "name": host.name_vi}}
    if title:
        answers["title"] = title
    dossier = Dossier.objects.create(
        public_id=public_id,
        case=case,
        call=call,
        order=order,
        host=host,
        created_by_id=user_of(actor),
        created_at=at,
        saved_by_id=user_of(actor),
        saved_at=at,
        title_vi=title,
        answers={k: v for k, v in answers.items() if k in known},
        form_code=form.code,
        search_text=search_text(title, host.name_vi, host.name_en),
    )
    record(
        actor=actor,
        act="dossiers.start",
        subject=dossier_subject(public_id),
        at=at,
        detail={"call": call.code, "form": form.code, "regime": regime.id},
    )
    return dossier


@transaction.atomic
def save_dossier(
    *,
    actor: Actor,
    dossier_id: int,
    at: datetime,
    answers: Mapping[str, Any] | None = None,
    title_en: str | None = None,
    team: Sequence[Mapping[str, Any]] | None = None,
    budget: Sequence[Mapping[str, Any]] | None = None,
    expected_version: int | None = None,
) -> Saved:
    """Keep what was typed, right or wrong; ``answers`` may be only some of them.

    Rows of team or budget that cannot be read are kept as typed beside the last
    readable ones. Typing is no act of the record: versions and submission are. Raises
    ``SavedMeanwhile`` when another writer changed the same answers since
    ``expected_version``; saving the same again changes nothing.
    """
    dossier = locked(actor, dossier_id)
    if dossier.case.state not in EDITABLE:
        raise wrong_state(
            dossier, _("Before closing it can be reopened; then go on writing.")
        )
    require(actor, "calls.write_dossier", dossier)
    given = _clean(dossier, answers or {})
    changed = {
        name: value
        for name, value in given.items()
        if dossier.answers.get(name) != value
        and not (forms.is_empty(dossier.answers.get(name)) and forms.is_empty(value))
    }
    if expected_version is not None and expected_version != dossier.version:
        _require_no_clash(dossier, expected_version, changed, team, budget)
    wrote = set(changed)
    if changed:
        dossier.answers = {**dossier.answers, **changed}
        _take_over(actor, dossier, changed)
    if title_en is not None and dossier.title_en != _text(title_en)[:MAX_TITLE]:
        dossier.title_en = _text(title_en)[:MAX_TITLE]
        wrote.add("title_en")
    problems = list(_faults(dossier, given))
    if team is not None:
        more, kept = _keep_team(dossier, team)
        problems += more
        wrote |= {"team"} if kept else set()
    if budget is not None:
        more, kept = _keep_budget(dossier, budget)
        problems += more
        wrote |= {"budget"} if kept else set()
    if wrote:
        dossier.version += 1
        dossier.touched = {**dossier.touched, **dict.fromkeys(wrote, dossier.version)}
        dossier.saved_at, dossier.saved_by_id = at, user_of(actor)
        dossier.search_text = search_text(
            dossier.code,
            dossier.title_vi,
            dossier.title_en,
            dossier.host.name_vi,
            dossier.host.name_en,
            forms_name(dossier.answers.get("leader")),
        )
        dossier.save()
        set_title(
            case_id=dossier.case_id, title=dossier.title_vi or dossier.call.title_vi
        )
    return Saved(dossier=dossier, problems=tuple(problems))


@transaction.atomic
def add_editor(
    *,
    actor: Actor,
    dossier_id: int,
    email: str,
    at: datetime,
    may_submit: bool = False,
) -> DossierEditor:
    """Let a colleague write too, by the e-mail address of the account."""
    dossier = locked(actor, dossier_id)
    require(actor, "calls.manage_editors", dossier)
    user = (
        get_user_model()
        .objects.filter(email__iexact=email.strip(), is_active=True)
        .first()
    )
    if user is None:
        raise Invalid(
            [
                Problem(
                    field="email",
                    message=_("No account has this e-mail address."),
                    mend=_("Check the address, or ask your colleague for an account."),
                )
            ]
        )
    editor, created = DossierEditor.objects.update_or_create(
        dossier=dossier,
        user=user,
        defaults={"may_submit": may_submit},
        create_defaults={"may_submit": may_submit, "added_at": at},
    )
    record(
        actor=actor,
        act="dossiers.add_editor",
        subject=dossier_subject(dossier.public_id),
        at=at,
        detail={"user": user.pk, "may_submit": may_submit, "new": created},
    )
    return editor


@transaction.atomic
def remove_editor(*, actor: Actor, editor_id: int, at: datetime) -> None:
    """Take the pen back; what the colleague wrote stays."""
    editor = get_visible(
        actor,
        DossierEditor.objects.select_for_update(of=("self",)).select_related("dossier"),
        pk=editor_id,
    )
    require(actor, "calls.manage_editors", editor.dossier)
    record(
        actor=actor,
        act="dossiers.remove_editor",
        subject=dossier_subject(editor.dossier.public_id),
        at=at,
        detail={"user": editor.user_id},
    )
    editor.delete()


@transaction.atomic
def keep_version(*, actor: Actor, dossier_id: int, at: datetime) -> DossierVersion:
    """Keep the dossier as it stands, to compare with or go back to."""
    dossier = locked(actor, dossier_id)
    if dossier.case.state not in EDITABLE:
        raise wrong_state(dossier)
    require(actor, "calls.write_dossier", dossier)
    version = freeze(actor, dossier, VersionReason.KEPT, at)
    record(
        actor=actor,
        act="dossiers.keep_version",
        subject=dossier_subject(dossier.public_id),
        at=at,
        detail={"version": version.number, "sha256": version.sha256},
    )
    return version


@transaction.atomic
def restore_version(
    *, actor: Actor, dossier_id: int, number: int, at: datetime
) -> Saved:
    """Go back to a kept version; what is there now is kept as a version first."""
    dossier = locked(actor, dossier_id)
    if dossier.case.state not in EDITABLE:
        raise wrong_state(dossier)
    require(actor, "calls.write_dossier", dossier)
    version = get_visible(
        actor, DossierVersion.objects.filter(dossier=dossier), number=number
    )
    keep_version(actor=actor, dossier_id=dossier_id, at=at)
    said = version.snapshot
    blank = dict.fromkeys(dossier.answers)
    return save_dossier(
        actor=actor,
        dossier_id=dossier_id,
        at=at,
        answers={**blank, **said["answers"]},
        title_en=said["title_en"],
        team=said["team"],
        budget=said["budget"],
    )


def freeze(
    actor: Actor, dossier: Dossier, reason: VersionReason, at: datetime
) -> DossierVersion:
    """Write the dossier down whole and unchangeable, with its digest."""
    snapshot = {
        **working_content(dossier).as_json(),
        "dossier": dossier.public_id,
        "call": dossier.call.code,
        "order": dossier.order.code if dossier.order else "",
        "host": {"id": dossier.host_id, "name": dossier.host.name_vi},
        "form": dossier.form_code,
        "regime": dossier.case.regime_code,
        "regime_sha256": dossier.case.regime_sha256,
    }
    last = dossier.versions.order_by("-number").values_list("number", flat=True).first()
    return DossierVersion.objects.create(
        dossier=dossier,
        number=(last or 0) + 1,
        reason=reason,
        snapshot=snapshot,
        sha256=digest(snapshot),
        made_by_id=user_of(actor),
        made_at=at,
    )


def basis_of(dossier: Dossier, act: str) -> str:
    return basis(dossier.case, act)


def forms_name(value: Any) -> str:
    """The name in an answer that points at a person or an organisation."""
    if isinstance(value, dict):
        return str(value.get("name") or "")
    return value if isinstance(value, str) else ""


def _order(call: Call, order_id: int | None, host_id: int) -> Any:
    orders = call.orders.select_related("case")
    if order_id is None:
        found = list(orders[:2])
        if not found:
            return None
        if len(found) > 1:
            raise Invalid(
                [
                    Problem(
                        field="order",
                        message=_("The call has several orders."),
                        mend=_("Choose the one that the dossier answers."),
                    )
                ]
            )
        order: Any = found[0]
    else:
        order = orders.filter(pk=order_id).first()
        if order is None:
            raise Invalid(
                [
                    Problem(
                        field="order",
                        message=_("The call has no such order."),
                        mend=_("Choose one from the list."),
                    )
                ]
            )
    if call.way == Way.DIRECT and order.assigned_host_id != host_id:
        raise StepNotAllowed(
            _("This order is assigned directly to another organisation."),
            mend=_("Look for calls that are open to selection."),
        )
    return order


def _clean(dossier: Dossier, answers: Mapping[str, Any]) -> dict[str, Any]:
    """Answers fit for the database; the host is the dossier's own, whatever is typed."""
    form = form_of(dossier)
    known = {f.id for f in form.fields()}
    unknown = [name for name in answers if name not in known]
    if unknown:
        raise Invalid(
            [
                Problem(
                    field=str(unknown[0])[:100],
                    message=_("The form has no such field."),
                    mend=_("Reload the page; the form may have changed."),
                )
            ]
        )
    given = {k: _tidy(v, DEEPEST) for k, v in answers.items() if k != "host"}
    if len(json.dumps(given)) > MOST_CHARACTERS:
        raise Invalid(
            [
                Problem(
                    field="",
                    message=_("The answers are longer than can be kept."),
                    mend=_("Put long texts into a file and attach it."),
                )
            ]
        )
    return given


def _tidy(value: Any, depth: int) -> Any:
    if isinstance(value, str):
        return _text(value)
    if value is None or isinstance(value, bool | int):
        return value
    if depth and isinstance(value, dict):
        return {_text(str(k)): _tidy(v, depth - 1) for k, v in value.items()}
    if depth and isinstance(value, list | tuple):
        return [_tidy(v, depth - 1) for v in value]
    return _text(str(value))


def _text(text: str) -> str:
    """PostgreSQL keeps no NUL and no lone surrogate; line ends are one character."""
    text = text.replace("\x00", "").replace("\r\n", "\n")
    return text.encode("utf-8", "replace").decode("utf-8")


def _require_no_clash(
    dossier: Dossier,
    seen: int,
    changed: Mapping[str, Any],
    team: Sequence[Mapping[str, Any]] | None,
    budget: Sequence[Mapping[str, Any]] | None,
) -> None:
    """Refuse to write over what was saved after version ``seen``, and show it."""
    lang = get_language() or "vi"
    newer = {name for name, at in dossier.touched.items() if at > seen}
    clash = [
        {
            "field": field.id,
            "label": field.label(lang),
            "theirs": forms.as_text(field, dossier.answers.get(field.id), lang),
        }
        for field in form_of(dossier).fields()
        if field.id in changed and field.id in newer
    ]
    if team is not None and "team" in newer and _differs(dossier, "team", team):
        clash.append({"field": "team", "label": _now("Team"), "theirs": ""})
    if budget is not None and "budget" in newer and _differs(dossier, "budget", budget):
        clash.append({"field": "budget", "label": _now("Budget"), "theirs": ""})
    if clash:
        raise SavedMeanwhile(
            saved_by(dossier),
            mend=_(
                "Your text is still on your page: compare it with theirs, then save again."
            ),
            changed=clash,
        )


def _differs(dossier: Dossier, part: str, typed: Sequence[Mapping[str, Any]]) -> bool:
    if part == "team":
        rows, faults = read_team(typed)
        now = team_rows(dossier.team.order_by("position"))
        return bool(faults) or as_typed(rows) != as_typed(now)
    lines, faults = read_budget(typed)
    current = budget_rows(dossier.budget.order_by("position", "source"))
    return bool(faults) or as_typed(lines) != as_typed(current)


def _take_over(actor: Actor, dossier: Dossier, changed: Mapping[str, Any]) -> None:
    """Fill the columns that lists and letters read from the answers of the form."""
    if "title" in changed:
        dossier.title_vi = str(changed["title"] or "").strip()[:MAX_TITLE]
    if "summary_vi" in changed:
        dossier.abstract_vi = str(changed["summary_vi"] or "")
    if "summary_en" in changed:
        dossier.abstract_en = str(changed["summary_en"] or "")
    if "months" in changed:
        months = str(changed["months"] or "").strip()
        fits = months.isascii() and months.isdigit() and len(months) <= MONTH_DIGITS
        dossier.months = int(months) if fits else None
    if "leader" in changed:
        wanted = forms.key_of(changed["leader"])
        known = entries(actor, "person", [wanted]) if wanted is not None else {}
        dossier.leader_id = known[wanted].pk if wanted in known else None


def _faults(dossier: Dossier, given: Mapping[str, Any]) -> list[Problem]:
    """What is wrong with the fields just saved; the rest is not reproached yet."""
    return [
        problem
        for problem in forms.validate(
            form_of(dossier),
            dossier.answers,
            whole=False,
            lang=get_language() or "vi",
        )
        if problem.field.split(".", 1)[0] in given
    ]


def _keep_team(
    dossier: Dossier, typed: Sequence[Mapping[str, Any]]
) -> tuple[list[Problem], bool]:
    rows, problems = read_team(typed)
    if problems:
        return problems, _keep_typed(dossier, "team", plain(typed, TEAM_COLUMNS))
    if not _differs(dossier, "team", typed) and not dossier.typed.get("team"):
        return [], False
    known = person_names({r.person_id for r in rows if r.person_id})
    dossier.team.all().delete()
    TeamMember.objects.bulk_create(
        TeamMember(
            dossier=dossier,
            position=number,
            person_id=row.person_id if row.person_id in known else None,
            full_name=row.full_name,
            organisation_name=row.organisation_name,
            email=row.email,
            role=row.role,
            months=row.months,
        )
        for number, row in enumerate(rows, start=1)
    )
    _keep_typed(dossier, "team", None)
    return [], True


def _keep_budget(
    dossier: Dossier, typed: Sequence[Mapping[str, Any]]
) -> tuple[list[Problem], bool]:
    rows, problems = read_budget(typed)
    if problems:
        return problems, _keep_typed(dossier, "budget", plain(typed, BUDGET_COLUMNS))
    if not _differs(dossier, "budget", typed) and not dossier.typed.get("budget"):
        return [], False
    dossier.budget.all().delete()
    BudgetLine.objects.bulk_create(
        BudgetLine(
            dossier=dossier,
            position=number,
            category=row.category,
            description=row.description,
            year=row.year,
            source=source,
            amount=amount,
        )
        for number, row in enumerate(rows, start=1)
        for source, amount in _cells(row.amounts)
    )
    sums = totals(rows)
    dossier.asked_state, dossier.asked_other = sums.state, sums.other
    _keep_typed(dossier, "budget", None)
    return [], True


def _cells(amounts: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """At least one cell for each row, so that a row without amounts is not lost."""
    found = [(s, amounts[s]) for s in SOURCES if amounts.get(s)]
    return found or [(BudgetSource.STATE, 0)]


def _keep_typed(dossier: Dossier, part: str, typed: list[Any] | None) -> bool:
    if dossier.typed.get(part) == typed:
        return False
    rest = {k: v for k, v in dossier.typed.items() if k != part}
    dossier.typed = {**rest, part: typed} if typed else rest
    return True
