"""Checks of councils, score sheets, ratings, forms and publications."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from opensti.domains.procedures.choices import ALWAYS, END_STATES, SeatRole, Track
from opensti.domains.procedures.regimes.findings import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from opensti.domains.procedures.regimes.format import (
        CouncilRule,
        Criterion,
        Form,
        Regime,
        Share,
    )


_QUORUM_SEATS = {
    "chair": {SeatRole.CHAIR},
    "chair_or_vice": {SeatRole.CHAIR, SeatRole.VICE},
    "chair_or_authorised_vice": {SeatRole.CHAIR, SeatRole.VICE},
    "both_reviewers": {SeatRole.REVIEWER},
    "one_reviewer": {SeatRole.REVIEWER},
    "secretary": {SeatRole.SECRETARY},
    "council_representative": {SeatRole.MEMBER},
}


def check_councils(regime: Regime) -> Iterator[Finding]:
    for rule in regime.council_rules:
        path = f"council_rules.{rule.id}"
        yield from _council_size(rule, path)
        yield from _shares_and_periods(rule, path)
        seats = {s.role for s in rule.seats}
        for role in rule.quorum_roles:
            if not _QUORUM_SEATS[role] <= seats:
                yield Finding(
                    code="quorum_role_without_seat",
                    path=f"{path}.quorum_roles",
                    message=_(
                        "The quorum asks for “%(role)s”, but there is no such seat."
                    )
                    % {"role": role},
                    mend=_("Add the seat, or take the role out of the quorum."),
                )
        known = {c.id for c in regime.conflict_rules}
        for conflict in rule.conflicts:
            if conflict not in known:
                yield Finding(
                    code="unknown_conflict_rule",
                    path=f"{path}.conflicts",
                    message=_("There is no conflict rule “%(id)s”.") % {"id": conflict},
                    mend=_("Add it to “conflict_rules”."),
                )
        yield from _ballot(regime, rule, path)


def _council_size(rule: CouncilRule, path: str) -> Iterator[Finding]:
    least = sum(s.count_min for s in rule.seats)
    most = sum(s.count_max for s in rule.seats)
    sizes = rule.size_allowed or (rule.size_min, rule.size_max)
    if rule.size_min > rule.size_max or least > min(sizes) or most < max(sizes):
        yield Finding(
            code="seats_do_not_fit",
            path=f"{path}.seats",
            message=_(
                "The seats allow %(least)d to %(most)d members, "
                "the council has %(min)d to %(max)d."
            )
            % {
                "least": least,
                "most": most,
                "min": rule.size_min,
                "max": rule.size_max,
            },
            mend=_("Make the seats' counts fit the size."),
        )


def _shares_and_periods(rule: CouncilRule, path: str) -> Iterator[Finding]:
    ballot = rule.ballot
    shares = {"quorum": rule.quorum, "conclusion": rule.conclusion}
    if ballot is not None:
        shares["ballot.zero_rule"] = ballot.zero_rule
        shares |= {f"ballot.passes.{n}": s for n, s in enumerate(ballot.passes)}
    yield from _out_of_range(shares, path)
    for name in ("documents_before", "written_opinions_before", "meet_within"):
        period = getattr(rule, name)
        if period is not None and period.n < 0:
            yield Finding(
                code="negative_period",
                path=f"{path}.{name}",
                message=_("A period cannot be shorter than nothing: %(n)d.")
                % {"n": period.n},
                mend=_("Write the number of days, zero or more."),
            )


def _out_of_range(shares: Mapping[str, Share | None], path: str) -> Iterator[Finding]:
    for name, share in shares.items():
        top = 1 if share is not None and share.test == "at_least" else None
        if share is None or 0 < share.fraction < 1 or share.fraction == top:
            continue
        yield Finding(
            code="share_out_of_range",
            path=f"{path}.{name}",
            message=_("“%(test)s %(fraction)s” can never hold, or always does.")
            % {"test": share.test, "fraction": share.fraction},
            mend=_("Write a fraction between 0 and 1."),
        )


def _ballot(regime: Regime, rule: CouncilRule, path: str) -> Iterator[Finding]:
    ballot = rule.ballot
    if ballot is None:
        return
    path = f"{path}.ballot"
    for sheet in ballot.sheets:
        if sheet not in {s.id for s in regime.score_sheets}:
            yield Finding(
                code="unknown_sheet",
                path=f"{path}.sheets",
                message=_("There is no score sheet “%(id)s”.") % {"id": sheet},
                mend=_("Add it to “score_sheets”."),
            )
    if ballot.rating and ballot.rating not in {r.id for r in regime.rating_rules}:
        yield Finding(
            code="unknown_rating",
            path=f"{path}.rating",
            message=_("There is no rating rule “%(id)s”.") % {"id": ballot.rating},
            mend=_("Add it to “rating_rules”."),
        )
    if ballot.form and ballot.form not in (
        {p.code for p in regime.papers} | {f.code for f in regime.forms}
    ):
        yield Finding(
            code="unknown_form",
            path=f"{path}.form",
            message=_("There is no form “%(code)s”.") % {"code": ballot.form},
            mend=_("Add it to “papers” or “forms”."),
        )
    lacks_rule = (
        (ballot.kind in ("vote", "items") and not ballot.passes)
        or (ballot.kind == "score" and ballot.pass_mean is None)
        or (ballot.kind == "rating" and not ballot.rating)
    )
    if lacks_rule:
        yield Finding(
            code="ballot_without_pass_rule",
            path=path,
            message=_("The ballot does not say when the council's answer is yes."),
            mend=_("Add “passes”, “pass_mean” or “rating”."),
        )


def check_sheets(regime: Regime) -> Iterator[Finding]:
    for sheet in regime.score_sheets:
        path = f"score_sheets.{sheet.id}"
        if not sheet.pass_fail and sum(c.max for c in sheet.criteria) != sheet.total:
            yield Finding(
                code="criteria_do_not_add_up",
                path=f"{path}.criteria",
                message=_("The criteria add up to %(sum)s, the total is %(total)s.")
                % {"sum": sum(c.max for c in sheet.criteria), "total": sheet.total},
                mend=_("Correct the points of a criterion, or the total."),
            )
        ids: dict[str, Criterion] = {}
        for criterion in sheet.criteria:
            yield from _criterion(criterion, f"{path}.criteria", ids)
        for threshold in sheet.thresholds:
            if threshold.criterion and threshold.criterion not in ids:
                yield Finding(
                    code="unknown_criterion",
                    path=f"{path}.thresholds",
                    message=_("There is no criterion “%(id)s”.")
                    % {"id": threshold.criterion},
                    mend=_("Name a criterion of the sheet."),
                )
                continue
            top = ids[threshold.criterion].max if threshold.criterion else sheet.total
            if threshold.at_least > top:
                yield Finding(
                    code="threshold_out_of_reach",
                    path=f"{path}.thresholds",
                    message=_(
                        "The threshold %(at_least)s is above the maximum %(max)s."
                    )
                    % {"at_least": threshold.at_least, "max": top},
                    mend=_("Lower the threshold."),
                )


def _criterion(
    criterion: Criterion, path: str, ids: dict[str, Criterion]
) -> Iterator[Finding]:
    place = f"{path}.{criterion.id}"
    if criterion.id in ids:
        yield Finding(
            code="same_id_twice",
            path=place,
            message=_("“%(id)s” stands here twice.") % {"id": criterion.id},
            mend=_("Give each its own id."),
        )
    ids[criterion.id] = criterion
    if criterion.items:
        parts = sum(i.max for i in criterion.items)
        if parts != criterion.max:
            yield Finding(
                code="criteria_do_not_add_up",
                path=place,
                message=_("The parts add up to %(sum)s, the criterion has %(max)s.")
                % {"sum": parts, "max": criterion.max},
                mend=_("Correct the points of a part, or of the criterion."),
            )
    for item in criterion.items:
        yield from _criterion(item, place, ids)


def check_ratings(regime: Regime) -> Iterator[Finding]:
    for rule in regime.rating_rules:
        levels = {o.id for o in rule.levels}
        shares = {"best_share": rule.best_share, "worst_share": rule.worst_share}
        yield from _out_of_range(shares, f"rating_rules.{rule.id}")
        for name in ("best", "worst", "otherwise"):
            if getattr(rule, name) not in levels:
                yield Finding(
                    code="unknown_level",
                    path=f"rating_rules.{rule.id}.{name}",
                    message=_("“%(id)s” is not one of the levels.")
                    % {"id": getattr(rule, name)},
                    mend=_("Name one of the levels."),
                )


def check_forms(regime: Regime) -> Iterator[Finding]:
    for track in (t for t in Track if t in ALWAYS):
        if not any(f.track is track for f in regime.forms):
            yield Finding(
                code="no_form",
                path="forms",
                message=_("There is no form for the track “%(track)s”.")
                % {"track": track},
                mend=_("Add a form for it."),
            )
    types = {t.id for t in regime.task_types}
    for form in regime.forms:
        yield from _form(form)
        for name in form.task_types:
            if name not in types:
                yield Finding(
                    code="unknown_task_type",
                    path=f"forms.{form.code}.task_types",
                    message=_("There is no task type “%(id)s”.") % {"id": name},
                    mend=_("Add it to “task_types”."),
                )


def _form(form: Form) -> Iterator[Finding]:
    path = f"forms.{form.code}"
    fields = {f.id: f for f in form.fields()}
    ids = [f.id for f in form.fields()]
    for twice in sorted({i for i in ids if ids.count(i) > 1}):
        yield Finding(
            code="same_id_twice",
            path=f"{path}.{twice}",
            message=_("“%(id)s” stands here twice.") % {"id": twice},
            mend=_("Give each its own id."),
        )
    for field in form.fields():
        place = f"{path}.{field.id}"
        if field.type in ("choice", "multichoice") and not field.options:
            yield Finding(
                code="choice_without_options",
                path=place,
                message=_("There is nothing to choose from."),
                mend=_("Add “options”."),
            )
        if field.type == "table" and not field.columns:
            yield Finding(
                code="table_without_columns",
                path=place,
                message=_("The table has no columns."),
                mend=_("Add “columns”."),
            )
        if any(c.type == "table" for c in field.columns):
            yield Finding(
                code="table_in_table",
                path=place,
                message=_("A table cannot stand in a table."),
                mend=_("Make the inner table a field of its own."),
            )
        if any(c.type == "file" for c in field.columns):
            yield Finding(
                code="file_in_table",
                path=place,
                message=_("A file cannot stand in a table."),
                mend=_("Make the file a field of its own."),
            )
    conditions = [(s.id, s.show_if) for s in form.sections]
    conditions += [(f.id, f.show_if) for f in form.fields()]
    for name, condition in conditions:
        if condition is not None and condition.field not in fields:
            yield Finding(
                code="unknown_field",
                path=f"{path}.{name}.show_if",
                message=_(
                    "The condition names the field “%(id)s”, which does not exist."
                )
                % {"id": condition.field},
                mend=_("Name a field of this form."),
            )


def check_publications(regime: Regime) -> Iterator[Finding]:
    for publication in regime.publications:
        if publication.within is not None and not publication.starts_on:
            yield Finding(
                code="deadline_without_start",
                path=f"publications.{publication.id}.starts_on",
                message=_("It does not say from when the days count."),
                mend=_("Add “starts_on”."),
            )


def check_signed_papers(regime: Regime) -> Iterator[Finding]:
    """What must be attached is a paper we know, hangs on a question, and has its place."""
    known = {p.code for p in regime.papers}
    forms = [f for f in regime.forms if f.track is Track.DOSSIER]
    for paper in regime.signed_papers:
        path = f"signed_papers.{paper.code}"
        if paper.code not in known:
            yield Finding(
                code="unknown_form",
                path=path,
                message=_("There is no form “%(code)s”.") % {"code": paper.code},
                mend=_("Add it to “papers” or “forms”."),
            )
        for form in forms:
            asked = {f.id for f in form.fields()}
            if paper.show_if is not None and paper.show_if.field not in asked:
                yield Finding(
                    code="condition_on_nothing",
                    path=f"{path}.show_if",
                    message=_("The form “%(form)s” has no field “%(id)s”.")
                    % {"form": form.code, "id": paper.show_if.field},
                    mend=_("Name a field that every form of a dossier asks."),
                )
    for form in forms if regime.signed_papers else ():
        if not any(s.part == "attachments" for s in form.sections):
            yield Finding(
                code="no_place_for_papers",
                path=f"forms.{form.code}.sections",
                message=_("Papers are required, but the form has no place for them."),
                mend=_("Add a section with “part: attachments”."),
            )


def check_papers(regime: Regime) -> Iterator[Finding]:
    for paper in regime.papers:
        if not paper.title_vi.strip():
            yield Finding(
                code="no_title",
                path=f"papers.{paper.code}",
                message=_("The form has no title."),
                mend=_("Add “title_vi”."),
            )


def check_assumptions(regime: Regime) -> Iterator[Finding]:
    """The chances of what happens next must be a whole: 100 per cent per stage."""
    sums: dict[tuple[Track, str], Decimal] = {}
    for chance in regime.assumptions.chances:
        path = f"assumptions.chances.{chance.track}.{chance.stage}"
        table = regime.track(chance.track)
        if table.step(chance.stage, chance.act) is None:
            yield Finding(
                code="unknown_act",
                path=path,
                message=_("From “%(stage)s” there is no step “%(act)s”.")
                % {"stage": chance.stage, "act": chance.act},
                mend=_("Name a step of the table."),
            )
            continue
        key = (chance.track, chance.stage)
        sums[key] = sums.get(key, Decimal(0)) + chance.percent
    for (track, stage), total in sums.items():
        ends = regime.track(track).stage(stage).state in END_STATES[track]
        if total > 100 or (total < 100 and not ends and not _repeated(regime, stage)):  # noqa: PLR2004
            yield Finding(
                code="chances_do_not_add_up",
                path=f"assumptions.chances.{track}.{stage}",
                level="remark",
                message=_("The chances add up to %(sum)s %%.") % {"sum": total},
                mend=_("Let the chances of a stage add up to 100."),
            )


def _repeated(regime: Regime, stage: str) -> bool:
    """A stage left by one step in all cases needs no sum."""
    return len({c.act for c in regime.assumptions.chances if c.stage == stage}) == 1
