"""Organisations and codes: entered, corrected; nothing is deleted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from opensti.domains.registry.actions.facts import (
    ORGANISATION_FACTS,
    check_constraints,
    organisation_search_text,
    plain,
    refuse_if_changed,
    refuse_if_merged,
    set_facts,
)
from opensti.domains.registry.choices import NameKind, OrganisationStatus
from opensti.domains.registry.models import Code, Organisation, OrganisationName
from opensti.kernel.access import get_visible, require, visible
from opensti.kernel.record.actions import record
from opensti.kernel.refusals import Invalid, Problem

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import datetime

    from opensti.kernel.access import Actor

MINISTRY_FACTS = frozenset({"status", "ministry_owned", "parent_id", "kind"})


@transaction.atomic
def create_organisation(
    *,
    actor: Actor,
    facts: Mapping[str, Any],
    at: datetime,
    field_ids: Collection[int] = (),
    aliases: Collection[str] = (),
) -> Organisation:
    """Enter an organisation. Raises ``AccessDenied`` or ``Invalid`` with every problem."""
    require(actor, "registry.create_organisation")
    row = Organisation(created_at=at, changed_at=at)
    _check(actor, row, {"name_vi": "", **facts})
    row.search_text = organisation_search_text(row, aliases)
    row.save()
    _keep_lists(row, field_ids, aliases)
    record(
        actor=actor,
        act="registry.create_organisation",
        subject=f"registry.organisation:{row.pk}",
        at=at,
        detail={name: plain(getattr(row, name)) for name in sorted(facts)},
    )
    return row


@transaction.atomic
def edit_organisation(
    *,
    actor: Actor,
    organisation_id: int,
    facts: Mapping[str, Any],
    at: datetime,
    field_ids: Collection[int] | None = None,
    aliases: Collection[str] | None = None,
    seen_at: datetime | None = None,
) -> Organisation:
    """Correct an organisation; what is not named stays.

    Its manager may not state what the ministry alone states (status, kind, whose it is).
    Raises ``StepNotAllowed`` for a merged one, ``Stale`` when it changed after ``seen_at``.
    """
    row = get_visible(
        actor, Organisation.objects.select_for_update(of=("self",)), pk=organisation_id
    )
    refuse_if_merged(row)
    require(actor, "registry.edit_organisation", row)
    refuse_if_changed(row, seen_at)
    before = _check(actor, row, facts)
    if MINISTRY_FACTS & set(before):
        require(actor, "registry.set_status", row)
    _keep_lists(row, field_ids, aliases)
    names = row.names.values_list("name", flat=True)
    row.search_text = organisation_search_text(row, names)
    row.changed_at = at
    row.save()
    record(
        actor=actor,
        act="registry.edit_organisation",
        subject=f"registry.organisation:{row.pk}",
        at=at,
        detail={
            name: [plain(old), plain(getattr(row, name))]
            for name, old in sorted(before.items())
        },
    )
    return row


def _check(actor: Actor, row: Organisation, facts: Mapping[str, Any]) -> dict[str, Any]:
    before = set_facts(row, facts, allowed=ORGANISATION_FACTS)
    if row.status == OrganisationStatus.MERGED and "status" in before:
        raise Invalid(
            [
                Problem(
                    field="status",
                    message=_("“Merged” is not set by hand."),
                    mend=_("Use “Merge” on the page of likely duplicates."),
                )
            ]
        )
    if row.province_id and "province_id" in before:
        get_visible(actor, Code.objects.filter(scheme="province"), pk=row.province_id)
    if row.parent_id and "parent_id" in before:
        _check_parent(actor, row)
    check_constraints(row, organisation_ror_once="ror")
    return before


def _check_parent(actor: Actor, row: Organisation) -> None:
    """An organisation does not belong to itself, nor to what belongs to it."""
    seen = {row.pk}
    above: int | None = row.parent_id
    known = visible(actor, Organisation.objects.filter(merged_into=None))
    while above is not None:
        if above in seen:
            raise Invalid(
                [
                    Problem(
                        field="parent",
                        message=_("An organisation cannot belong to itself."),
                        mend=_("Choose an organisation that stands above this one."),
                    )
                ]
            )
        seen.add(above)
        parent = get_visible(
            actor, known if above == row.parent_id else _any(), pk=above
        )
        above = parent.parent_id


def _any() -> Any:
    return Organisation.objects.all()


def _keep_lists(
    row: Organisation,
    field_ids: Collection[int] | None,
    aliases: Collection[str] | None,
) -> None:
    if field_ids is not None:
        row.fields.set(Code.objects.filter(scheme="field", pk__in=field_ids))
    if aliases is None:
        return
    wanted = {" ".join(a.split())[:400] for a in aliases if a.strip()}
    held = dict(row.names.filter(kind=NameKind.ALIAS).values_list("name", "pk"))
    row.names.filter(pk__in=[held[name] for name in set(held) - wanted]).delete()
    OrganisationName.objects.bulk_create(
        OrganisationName(organisation=row, name=name, kind=NameKind.ALIAS)
        for name in sorted(wanted - set(held))
    )


@transaction.atomic
def save_code(
    *,
    actor: Actor,
    scheme: str,
    code: str,
    name_vi: str,
    at: datetime,
    name_en: str = "",
    parent_code: str = "",
) -> Code:
    """Enter a code or correct its names; the code itself never changes meaning."""
    require(actor, "registry.save_code")
    parent = (
        get_visible(actor, Code.objects.all(), scheme=scheme, code=parent_code)
        if parent_code
        else None
    )
    row, created = Code.objects.update_or_create(
        scheme=scheme,
        code=code,
        defaults={"name_vi": name_vi, "name_en": name_en, "parent": parent},
    )
    record(
        actor=actor,
        act="registry.create_code" if created else "registry.edit_code",
        subject=f"registry.code:{row.pk}",
        at=at,
        detail={"scheme": scheme, "code": code, "name_vi": name_vi, "name_en": name_en},
    )
    return row
